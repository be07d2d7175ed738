"""The contract of the result table `plan`."""

from schemas.base import Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Plan(Result):
    """One row is one analysis of the plan: what was planned of it, and beside it what was run.

    ``row`` is its id. Attributes of the estimand are in the words of ICH E9(R1); what the
    configuration does not say is `not stated`.
    """

    label: Text = column("Analysis", "What readers call the analysis")
    role: Text = column("Role", "primary and secondary, sensitivity, supplementary and others")
    estimand: Text = column("Estimand", "What readers call what is estimated")
    population: Text = column("Population", "Who is compared")
    treatment: Text = column("Treatment", "The conditions that are compared, the reference last")
    endpoints: Text = column("Endpoints", "The outcomes by role, with units and timepoints")
    summary: Text = column("Summary", "The population-level summary of each kind of outcome")
    events: Text = column("Intercurrent events", "Each with the strategy by which it is handled")
    method: Text = column("Method", "What the registry says of the methods that are planned")
    fallback: Text = column("Fallback", "When another form of a method is taken, and which")
    adjustment: Text = column("Adjustment", "Covariates")
    missing: Text = column("Missing data", "What stands for outcomes that are not known")
    multiplicity: Text = column("Multiplicity", "How p is adjusted, and which outcomes it is of")
    limits: Text = column("Limits", "Smallest important differences and margins of non-inferiority")
    planned: Text = column("Planned methods", "Names in the registry, with semicolons", **NULLABLE)
    used: Text = column("Methods used", "Names that its rows of `estimates` have", **NULLABLE)
    run: Text = column("Run", "The methods used, in words, each with its number of estimates")
    n_estimates: Whole = column("Estimates", "Rows of `estimates`", ge=0)
    n_no_interval: Whole = column("Without interval", "Estimates without an interval", ge=0)
    n_not_estimable: Whole = column("Not estimable", "Rows without an estimate", ge=0)
    n_fallback: Whole = column("By a fallback", "Rows by a stated fallback", ge=0)
    n_other: Whole = column(
        "By another method", "Rows by a method that is neither planned nor a fallback", ge=0
    )
    taken: Text = column("Fallbacks taken", "Of which outcomes, and which", **NULLABLE)
