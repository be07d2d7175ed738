"""The contract of the result table `estimates`."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result

from trialtrail.results.plan_status import STATUSES as PLAN_STATUSES

ROLES = ("primary", "secondary", "sensitivity", "supplementary", "subgroup", "exploratory")
STATUSES = ("estimated", "no_interval", "not_estimable")


class Estimates(Result):
    """One row is one comparison: an analysis, an outcome, a timepoint, an arm and a measure."""

    analysis: Text = column("Analysis", "Entry of the analysis plan")
    role: Text = column(
        "Role",
        "primary, secondary; sensitivity (the same estimand under other assumptions), "
        "supplementary (another estimand), subgroup, exploratory",
        isin=ROLES,
    )
    estimand: Text = column("Estimand", "Name of the estimand in the plan", **NULLABLE)
    outcome: Text = column("Outcome", "Name in the analysis plan")
    label: Text = column("Label", "What readers call the outcome")
    timepoint: Text = column("Timepoint", "Timepoint of the form it was measured with")
    population: Text = column(
        "Population", "Who is compared: all randomised, in their arm, or one of the plan"
    )
    subgroup: Text = column("Subgroup", "Variable that defines the subgroups", **NULLABLE)
    subgroup_level: Text = column("Level", "Value of that variable", **NULLABLE)
    arm: Text = column("Arm", "Arm that is compared")
    reference: Text = column("Reference", "Arm that it is compared with")
    measure: Text = column(
        "Measure", "mean_difference, risk_ratio, hazard_ratio and others; _interaction of subgroups"
    )
    unit: Text = column("Unit", "Unit of the estimate", **NULLABLE)
    estimate: Real = column("Estimate", "Arm minus reference, or arm by reference", **NULLABLE)
    lower: Real = column("Lower limit", "Lower limit of the interval", **NULLABLE)
    upper: Real = column("Upper limit", "Upper limit of the interval", **NULLABLE)
    level: Real = column("Level", "Confidence level of the interval", gt=0, lt=1)
    se: Real = column(
        "Standard error", "Of the estimate; of a ratio, of its logarithm", ge=0, **NULLABLE
    )
    df: Real = column("Degrees of freedom", "Of the t distribution", ge=0, **NULLABLE)
    statistic: Real = column("Statistic", "t, or z of the logarithm of a ratio", **NULLABLE)
    p: Real = column("p", "Two-sided p of no difference", ge=0, le=1, **NULLABLE)
    p_adjusted: Real = column("Adjusted p", "p adjusted for multiplicity", ge=0, le=1, **NULLABLE)
    n_arm: Whole = column("n of the arm", "Participants of the arm in the estimate", ge=0)
    n_reference: Whole = column("n of the reference", "Participants of the reference", ge=0)
    missing_arm: Whole = column("Missing, arm", "Participants of the arm left out", ge=0)
    missing_reference: Whole = column("Missing, reference", "Of the reference left out", ge=0)
    imputations: Whole = column("Imputations", "Number of imputed datasets", ge=1, **NULLABLE)
    mc_error: Real = column(
        "Monte Carlo error", "Of the estimate, from the imputations", ge=0, **NULLABLE
    )
    method: Text = column("Method", "Name in the registry of methods")
    adjusted_for: Text = column("Adjusted for", "Covariates, with semicolons", **NULLABLE)
    important: Real = column(
        "Important", "Smallest important difference of the plan", gt=0, **NULLABLE
    )
    margin: Real = column("Margin", "Margin of non-inferiority of the plan", gt=0, **NULLABLE)
    better: Text = column("Better", "Which values are better: higher or lower", **NULLABLE)
    shifted: Text = column("Shifted", "Whose imputed values were shifted", **NULLABLE)
    delta: Real = column("Shift", "What was added to those imputed values", **NULLABLE)
    status: Text = column("Status", "Whether there is an estimate and an interval", isin=STATUSES)
    plan_status: Text = column(
        "Plan status",
        "By the locked plan: planned, deviating or post_hoc; empty where no plan is locked",
        isin=PLAN_STATUSES,
        **NULLABLE,
    )
    note: Text = column(
        "Note", "Why there is no estimate or interval, or what to know of it", **NULLABLE
    )
    decimals: Whole = column("Decimals", "Decimals in print, where a study sets them", **NULLABLE)
