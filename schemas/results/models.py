"""The contract of the result table `models`."""

from schemas.base import Real, Text, column
from schemas.results.base import NULLABLE, Result


class Models(Result):
    """One row is one number of a fitted model beside its effects."""

    analysis: Text = column("Analysis", "Entry of the analysis plan")
    outcome: Text = column("Outcome", "Name in the analysis plan")
    timepoint: Text = column("Timepoint", "Timepoint of the form it was measured with")
    component: Text = column(
        "Component", "coefficient, variance, intracluster_correlation and others"
    )
    group: Text = column("Group", "Covariate, level of it, arm or visit", **NULLABLE)
    value: Real = column("Value", "Its estimate", **NULLABLE)
    lower: Real = column("Lower limit", "Lower limit of its interval", **NULLABLE)
    upper: Real = column("Upper limit", "Upper limit of its interval", **NULLABLE)
    note: Text = column("Note", "Why there is none, or what to know of it", **NULLABLE)
