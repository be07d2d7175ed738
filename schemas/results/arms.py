"""The contract of the result table `arms`."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Arms(Result):
    """One row is one arm in one analysis of one outcome at one timepoint."""

    analysis: Text = column("Analysis", "Entry of the analysis plan")
    outcome: Text = column("Outcome", "Name in the analysis plan")
    timepoint: Text = column("Timepoint", "Timepoint of the form it was measured with")
    arm: Text = column("Arm", "Allocated arm")
    n_randomised: Whole = column("Randomised", "Participants allocated to the arm", ge=0)
    n_with_data: Whole = column("With data", "Those of whom the outcome is known", ge=0)
    n_analysed: Whole = column("Analysed", "Those whom the analysis used", ge=0)
    n_imputed: Whole = column("Imputed", "Those whose outcome was imputed", ge=0, **NULLABLE)
    events: Whole = column(
        "Events", "Those who had the event, of those with data", ge=0, **NULLABLE
    )
    percent: Real = column("Percent", "Events of those with data", ge=0, le=100, **NULLABLE)
    time_at_risk: Real = column("Time at risk", "Of all who were analysed", ge=0, **NULLABLE)
    mean: Real = column("Mean", "Of the known values", **NULLABLE)
    sd: Real = column("Standard deviation", "Of the known values", ge=0, **NULLABLE)
    adjusted: Real = column("Adjusted mean or percent", "At the covariates of all", **NULLABLE)
    adjusted_lower: Real = column("Lower limit", "Of the adjusted mean", **NULLABLE)
    adjusted_upper: Real = column("Upper limit", "Of the adjusted mean", **NULLABLE)
    decimals: Whole = column("Decimals", "Decimals in print, where a study sets them", **NULLABLE)
