"""The contract of the trials that are drawn."""

from schemas.base import Real, Record, Text, Whole, YesNo, column


class Trials(Record):
    """One row is one drawn trial, one method and one arm against the reference."""

    trial: Whole = column("Trial", "Its number within the scenario, from 1", ge=1)
    method: Text = column("Method", "Name in the registry of methods")
    values: Text = column("Values", "Whether the method took known values alone, or imputed ones")
    arm: Text = column("Arm", "Arm that is compared with the reference")
    estimate: Real = column("Estimate", "Effect in the unit of the outcome", nullable=True)
    se: Real = column("Standard error", "As the method gives it", nullable=True)
    df: Real = column("Degrees of freedom", "None where the interval is normal", nullable=True)
    lower: Real = column("Lower limit", "Of the interval", nullable=True)
    upper: Real = column("Upper limit", "Of the interval", nullable=True)
    p: Real = column("P", "Two-sided", nullable=True)
    at_boundary: YesNo = column(
        "At the boundary", "Whether the variance between clusters is 0", nullable=True
    )
    reason: Text = column("Reason", "Why there is no interval", nullable=True)
