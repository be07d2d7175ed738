"""By which methods of the registry an outcome is compared: in a fit, and as the plan says it.

Nothing heavy is imported here: the configuration asks while the rules are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trialtrail.analysis.methods import STRUCTURES

if TYPE_CHECKING:
    from trialtrail.analysis.data import Comparison

NEWCOMBE = "newcombe"
"""The value of `analysis.risk_interval` beside which a ratio has Katz's interval."""
POOLED = "pooled"
"""The value of `analysis.mean_difference` by which both arms have one variance."""
_EXPECTED, _OBSERVED = "kenward_roger_expected", "kenward_roger_observed"


def planned_methods(
    spec: Mapping[str, Any], entry: Mapping[str, Any], covariates: int
) -> list[str]:
    """Return by which methods the plan compares an outcome, as rows of `estimates` name them.

    Where the data ask for another form of one, the row names that instead: see `fallbacks_of`.

    Args:
        spec: the outcome.
        entry: the entry of the plan, as `plan.expand_analyses` gives it.
        covariates: how many covariates the outcome has in it.
    """
    design = entry["design"]
    clustered = isinstance(design, Mapping) and "clusters" in design
    named = _of_kind(spec, entry, clustered, covariates > 0)
    return [_form_of(name, entry, clustered) for name in named]


def _form_of(name: str, entry: Mapping[str, Any], clustered: bool) -> str:
    """Return the form of a method that the keys of the plan ask for."""
    given, usual = entry["df"], entry["df"] == "kenward_roger"
    forms = {
        "mixed_kenward_roger_expected": f"mixed_{_EXPECTED if usual else given}",
        "mmrm_unstructured_kenward_roger_observed": (
            f"mmrm_unstructured_{_OBSERVED if usual else given}"
        ),
        "ancova": "ancova" if entry["variance"] == "constant" else f"ancova_{entry['variance']}",
    }
    if clustered:
        forms |= {
            "standardised_risks": "standardised_risks_clustered",
            "negative_binomial": "poisson_clustered",
            "cox_efron": "cox_clustered",
        }
    return forms.get(name, name)


def fallbacks_of(name: str) -> list[str]:
    """Return the forms that stand for a planned method where the data ask for it, in order."""
    if name.startswith("mmrm_unstructured_"):
        rest = [each for each in STRUCTURES if each != "unstructured"]
        return [name.replace("unstructured", structure) for structure in rest]
    if name in ("standardised_risks", "standardised_risks_clustered"):
        return [name.replace("risks", "risks_firth")]
    return ["poisson_robust"] if name == "negative_binomial" else []


def methods_for(what: Comparison, *, adjusted: bool) -> list[str]:
    """Return the names of the methods by which a comparison is made.

    Args:
        what: the comparison.
        adjusted: whether it has covariates.
    """
    return _of_kind(what.spec, what.entry, bool(what.clusters), adjusted)


def _of_kind(
    spec: Mapping[str, Any], entry: Mapping[str, Any], clustered: bool, adjusted: bool
) -> list[str]:
    kind = spec["kind"]
    if entry["uptake"]:
        return ["two_stage_least_squares"]
    if kind == "binary":
        if clustered or adjusted:
            return ["standardised_risks"]
        return (
            [entry["risk_interval"]] if entry["risk_interval"] != NEWCOMBE else ["newcombe", "katz"]
        )
    if kind == "count":
        return ["negative_binomial"]
    if kind == "ordered":
        return ["proportional_odds"]
    if kind == "time_to_event":
        horizon = ["restricted_mean", "aalen_johansen"] if spec.get("horizon") else []
        return ["cox_efron", *horizon]
    if "repeated" in spec:
        return ["mmrm_unstructured_kenward_roger_observed"]
    if clustered:
        return ["mixed_kenward_roger_expected"]
    if adjusted:
        return ["ancova"]
    return ["student" if entry["mean_difference"] == POOLED else "welch"]
