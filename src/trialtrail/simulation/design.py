"""The design that trials are drawn from: what a scenario says, the study's data, or an assumption.

Standard deviations are those of the outcome within an arm, the covariates included. The correlation
within clusters is that of what the covariates leave.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialtrail.errors import StudyError

NESTED, REPEATED, IMPUTED, COMPLIER = "nested", "repeated", "imputed", "complier"
COMPLETELY, AT_RANDOM, NOT_AT_RANDOM = (
    "completely_at_random",
    "at_random",
    "not_at_random",
)
SCENARIO, DATA, ASSUMED = "scenario", "data", "assumed"
"""Where a value of a design is from."""
ASSUMPTIONS: dict[str, Any] = {
    "lost": 0.0,
    "mechanism": COMPLETELY,
    "lost_slope": 1.0,
    "clusters": 0,
    "concentration": 3.0,
    "informative": 0.0,
    "across": False,
    "correlation": 0.0,
    "covariate": 0.0,
    "auxiliary": 0.0,
    "uptake": 1.0,
    "uptake_correlation": 0.3,
    "visits": 3,
    "visit_correlation": 0.6,
    "imputations": 20,
    "effect": 0.0,
}
"""What stands for a value that neither a scenario nor the data give."""
BY_ARM = ("sizes", "sd", "lost", "lost_slope", "clusters", "concentration", "uptake")
"""Values that each arm has its own of; one number stands for all arms."""
IN_CLUSTERS = ("clusters", "concentration")
"""Those of them that only the arms with clusters have."""
USED_BY = {
    "uptake": (COMPLIER,),
    "uptake_correlation": (COMPLIER,),
    "auxiliary": (NESTED, IMPUTED, COMPLIER),
    "visits": (REPEATED,),
    "visit_correlation": (REPEATED,),
    "imputations": (IMPUTED,),
}
"""Values that only some models have."""


@dataclass(frozen=True)
class Design:
    """What trials are drawn from. Values by arm are in the order of the arms, the reference first.

    Attributes:
        model: `NESTED`, `REPEATED`, `IMPUTED` or `COMPLIER`.
        arms: their ids.
        sizes: participants randomised.
        sd: standard deviations of the outcome.
        effect: true difference of each other arm from the reference, in the unit of the outcome; of
            `COMPLIER` that in those who take up, of `REPEATED` that at the last timepoint.
        clusters: how many; 0 for an arm without, and of `REPEATED`, which has none.
        concentration: of the Dirichlet distribution of the caseloads; `math.inf` for equal chances.
        informative: correlation of a cluster's effect with its caseload.
        across: whether clusters have members in all arms.
        correlation: within clusters.
        covariate: correlation of the outcome with a baseline covariate of the model.
        auxiliary: correlation of the outcome with a variable that only imputation takes.
        lost: shares of participants without an outcome.
        mechanism: `COMPLETELY`, `AT_RANDOM` (by the covariate, the auxiliary variable where there
            is one, or the value before) or `NOT_AT_RANDOM` (by the value itself).
        lost_slope: change of the log odds of being lost for one standard deviation of that.
        uptake: shares who take up what their arm offers; the reference offers nothing.
        uptake_correlation: of the wish to take up with the outcome.
        visits: timepoints.
        visit_correlation: of neighbouring timepoints, by first-order autoregression.
        imputations: of each trial.
    """

    model: str
    arms: tuple[str, ...]
    sizes: tuple[int, ...]
    sd: tuple[float, ...]
    effect: float
    clusters: tuple[int, ...]
    concentration: tuple[float, ...]
    informative: float
    across: bool
    correlation: float
    covariate: float
    auxiliary: float
    lost: tuple[float, ...]
    mechanism: str
    lost_slope: tuple[float, ...]
    uptake: tuple[float, ...]
    uptake_correlation: float
    visits: int
    visit_correlation: float
    imputations: int

    @property
    def spread(self) -> float:
        """The root mean square of the standard deviations of the arms."""
        return math.sqrt(sum(each**2 for each in self.sd) / len(self.sd))


def complete(
    scenario: Mapping[str, Any],
    described: Mapping[str, Any],
    arms: Sequence[str],
    within: Sequence[str],
) -> tuple[Design, dict[str, str]]:
    """Return the design of a scenario, and where each of its values is from.

    Args:
        scenario: as `plan.expand_scenarios` gives it.
        described: values estimated from the study's data, by name; none before there are any.
        arms: their ids, the reference first.
        within: the arms with clusters.

    Raises:
        StudyError: sizes or standard deviations are known from nowhere, or values contradict.
    """
    found: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for name in (*BY_ARM, *(key for key in ASSUMPTIONS if key not in BY_ARM)):
        for origin, values in ((SCENARIO, scenario), (DATA, described), (ASSUMED, ASSUMPTIONS)):
            if values.get(name) is not None:
                found[name], origins[name] = values[name], origin
                break
        else:
            raise _unknown(scenario, name)
        if scenario["model"] not in USED_BY.get(name, (scenario["model"],)):
            del origins[name]
    for name in BY_ARM:
        found[name] = _by_arm(scenario, name, found[name], arms)
    # Who takes up what an arm offers is no question of the reference.
    found["uptake"] = (0.0, *found["uptake"][1:])
    if not within or scenario["model"] == REPEATED:
        found["clusters"] = (0,) * len(arms)
    else:
        pairs = zip(arms, found["clusters"], strict=True)
        found["clusters"] = tuple(int(k) if arm in within else 0 for arm, k in pairs)
    for name in ("clusters", "concentration", "informative", "across", "correlation"):
        if not any(found["clusters"]):
            origins.pop(name, None)
    found["sizes"] = tuple(int(n) for n in found["sizes"])
    found["concentration"] = tuple(
        math.inf if value == "even" else float(value) for value in found["concentration"]
    )
    if found["mechanism"] == COMPLETELY:
        origins.pop("lost_slope", None)
    design = Design(scenario["model"], tuple(arms), **found)
    _check(scenario, design)
    return design, origins


def _by_arm(
    scenario: Mapping[str, Any], name: str, value: Any, arms: Sequence[str]
) -> tuple[Any, ...]:
    """Return a value of each arm; an arm that a mapping leaves out has what is assumed."""
    if not isinstance(value, Mapping):
        return (value,) * len(arms)
    if name not in ASSUMPTIONS and set(arms) - set(value):
        raise _unknown(scenario, name)
    return tuple(value.get(arm, ASSUMPTIONS.get(name)) for arm in arms)


def _unknown(scenario: Mapping[str, Any], name: str) -> StudyError:
    return StudyError(
        f"The scenario {scenario['id']} does not say `{name}`, and no data of the study give it",
        where=f"simulation, the scenario {scenario['id']}",
        rule="a drawn trial has a size and a standard deviation in each arm",
        remedy=f"write `{name}` for the scenario, or an outcome whose data give it",
    )


def _check(scenario: Mapping[str, Any], design: Design) -> None:
    """Refuse a design that no trial can have."""
    told = (design.covariate**2 + design.auxiliary**2) * design.spread**2
    if told >= min(design.sd) ** 2:
        what = "`covariate` and `auxiliary` together explain more than there is in an arm"
        do = "write smaller ones: their squares add up to less than 1 in the arm of the smallest sd"
    elif any(k > n for k, n in zip(design.clusters, design.sizes, strict=True)):
        what, do = "An arm has more clusters than participants", "write fewer `clusters`"
    elif design.across and len({k for k in design.clusters if k}) > 1:
        what = "Clusters across the arms are not as many in each arm"
        do = "write one number of `clusters`"
    else:
        return
    raise StudyError(
        what, where=f"simulation, the scenario {scenario['id']}", rule="designs", remedy=do
    )
