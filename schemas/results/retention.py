"""The contract of the result table `retention`."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Retention(Result):
    """One row is one point of the curve: a resignation (``event_``) or a round month."""

    months: Real = column("Months", "Since registration, of 365.25/12 days", ge=0)
    at_risk: Whole = column("At risk", "Providers who still served just before", ge=0)
    events: Whole = column("Events", "Resignations at that time", ge=0)
    survival: Real = column(
        "Serving", "Share that still serves, Kaplan-Meier", ge=0, le=1, **NULLABLE
    )
    lower: Real = column("Lower limit", "Pointwise", ge=0, le=1, **NULLABLE)
    upper: Real = column("Upper limit", "Pointwise", ge=0, le=1, **NULLABLE)
