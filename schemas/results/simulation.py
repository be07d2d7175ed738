"""The contracts of the result tables `operating_characteristics` and `power`."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result

OF = "Monte Carlo error"
SHARE = {"ge": 0, "le": 1, **NULLABLE}
ERROR = {"ge": 0, **NULLABLE}


class OperatingCharacteristics(Result):
    """One row is one method over the drawn trials of one scenario, one arm against the reference."""

    scenario: Text = column("Scenario", "Its id in the configuration")
    label: Text = column("Label", "What readers call the scenario")
    model: Text = column("Model", "nested, repeated, imputed or complier")
    method: Text = column("Method", "Name in the registry of methods")
    values: Text = column("Values", "known, or imputed where they were not")
    arm: Text = column("Arm", "Arm that is compared with the reference")
    level: Real = column("Level", "Nominal level of the intervals", gt=0, lt=1)
    truth: Real = column("Truth", "True effect, in the unit of the outcome")
    trials: Whole = column("Trials", "Trials that were drawn", ge=1)
    intervals: Whole = column("Intervals", "Trials of which the method gave an interval", ge=0)
    bias: Real = column("Bias", "Mean of the estimates less the truth", **NULLABLE)
    bias_mc_error: Real = column(OF, "Of the bias", **ERROR)
    empirical_se: Real = column(
        "Empirical standard error", "Standard deviation of the estimates", **ERROR
    )
    empirical_se_mc_error: Real = column(OF, "Of the empirical standard error", **ERROR)
    model_se: Real = column(
        "Model standard error", "Root of the mean of the squared standard errors", **ERROR
    )
    model_se_mc_error: Real = column(OF, "Of the model standard error", **ERROR)
    relative_error: Real = column(
        "Relative error", "Model standard error against the empirical, in per cent", **NULLABLE
    )
    relative_error_mc_error: Real = column(OF, "Of the relative error", **ERROR)
    coverage: Real = column("Coverage", "Share of intervals that hold the truth", **SHARE)
    coverage_mc_error: Real = column(OF, "Of the coverage", **ERROR)
    type_1_error: Real = column("Type I error", "Share of tests that reject a truth of 0", **SHARE)
    type_1_error_mc_error: Real = column(OF, "Of the type I error", **ERROR)
    power: Real = column(
        "Power", "Share of tests that reject 0 where the truth is another", **SHARE
    )
    power_mc_error: Real = column(OF, "Of the power", **ERROR)
    at_boundary: Real = column(
        "At the boundary", "Share of trials whose variance between clusters is 0", **SHARE
    )
    at_boundary_mc_error: Real = column(OF, "Of that share", **ERROR)
    not_estimable: Real = column("Not estimable", "Share of trials without an interval", **SHARE)
    not_estimable_mc_error: Real = column(OF, "Of that share", **ERROR)
    width: Real = column("Width", "Mean width of the intervals", **ERROR)
    width_mc_error: Real = column(OF, "Of the width", **ERROR)


class Power(Result):
    """One row is one size of the trial: power by drawn trials, and by formula where there is one."""

    kind: Text = column("Kind", "tried, or smallest: the one that reaches the wanted power")
    method: Text = column("Method", "Name in the registry of methods")
    effect: Real = column("Effect", "True effect, in the unit of the outcome")
    alpha: Real = column("Alpha", "Two-sided level of the test", gt=0, lt=1)
    wanted: Real = column("Wanted", "Power that is wanted", gt=0, lt=1, **NULLABLE)
    participants: Whole = column("Participants", "Randomised to all arms", ge=2)
    sizes: Text = column("Sizes", "Randomised to each arm")
    clusters: Text = column("Clusters", "Clusters of each arm", **NULLABLE)
    trials: Whole = column(
        "Trials", "Trials that were drawn of this size; 0 of one between those tried", ge=0
    )
    power: Real = column("Power", "Share of drawn trials whose test rejects", **SHARE)
    power_mc_error: Real = column(OF, "Of the power", **ERROR)
    smoothed: Real = column("Smoothed power", "By a probit line through all sizes tried", **SHARE)
    participants_lower: Real = column(
        "Lower limit", "Of the participants that reach the wanted power", **NULLABLE
    )
    participants_upper: Real = column(
        "Upper limit", "Of the participants that reach the wanted power", **NULLABLE
    )
    formula: Real = column("Power by formula", "Where the design has one", **SHARE)
    note: Text = column("Note", "What to know of the row", **NULLABLE)
