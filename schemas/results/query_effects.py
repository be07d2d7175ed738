"""The contract of the effects of open queries on the estimates."""

from schemas.base import Real, Text, YesNo, column
from schemas.results.base import NULLABLE, Result


OPTIONS = ("as it is", "set aside", "proposed")
"""Answers that are tried; the last where another place of the study has the value."""


class QueryEffects(Result):
    """One row is one open query, one answer to it and one estimate that would come out.

    The primary estimates are there whether they change or not, others of the plan's own outcomes
    where they change. An answer that cannot be forecast has one row, with the reason. A value is
    proposed where a check says that two places have the same: it is that of the other place.
    """

    query_id: Text = column("Query", "Name of the query")
    option: Text = column("Answer", "The answer that is tried", isin=OPTIONS)
    estimate_row: Text = column("Estimate", "Row of the table `estimates`", **NULLABLE)
    analysis: Text = column("Analysis", "Entry of the analysis plan", **NULLABLE)
    role: Text = column("Role", "primary or secondary", **NULLABLE)
    outcome: Text = column("Outcome", "Name in the analysis plan", **NULLABLE)
    timepoint: Text = column("Timepoint", "Timepoint of the outcome", **NULLABLE)
    measure: Text = column("Measure", "Measure by which arms are compared", **NULLABLE)
    estimate: Real = column("Estimate", "What would come out", **NULLABLE)
    lower: Real = column("Lower limit", "Lower limit of its interval", **NULLABLE)
    upper: Real = column("Upper limit", "Upper limit of its interval", **NULLABLE)
    p: Real = column("p", "Two-sided p of no difference", ge=0, le=1, **NULLABLE)
    p_adjusted: Real = column("Adjusted p", "p adjusted for multiplicity", ge=0, le=1, **NULLABLE)
    change: Real = column(
        "Change", "From the estimate of the run: a difference, of a ratio the factor", **NULLABLE
    )
    change_in_errors: Real = column(
        "Change in standard errors",
        "In standard errors of the estimate of the run; of a ratio, of its logarithm",
        **NULLABLE,
    )
    conclusion_changes: YesNo = column(
        "Conclusion changes", "Whether the conclusion by the plan's rule is another", **NULLABLE
    )
    note: Text = column(
        "Note",
        "Of a proposed value from which table and column it is; why an answer cannot be forecast",
        **NULLABLE,
    )
