"""The contract of the result table `curves`."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Curves(Result):
    """One row is one point of a curve: a time of events (``at_``), or a round day (``day_``)."""

    outcome: Text = column("Outcome", "Name in the analysis plan, or first_contact")
    label: Text = column("Label", "What readers call the outcome")
    arm: Text = column("Arm", "Allocated arm")
    curve: Text = column("Curve", "survival, or the incidence of one kind of event")
    days: Real = column("Days", "Since the time begins", ge=0)
    at_risk: Whole = column("At risk", "Without an event and not censored before that time", ge=0)
    events: Whole = column("Events", "At that time", ge=0)
    estimate: Real = column("Estimate", "Share after that time", ge=0, le=1, **NULLABLE)
    lower: Real = column("Lower limit", "Pointwise", ge=0, le=1, **NULLABLE)
    upper: Real = column("Upper limit", "Pointwise", ge=0, le=1, **NULLABLE)
