"""The scenarios that are drawn: those of the configuration, or a grid of the study's own design.

Nothing heavy is imported here: the rules ask for the scenarios while they are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialtrail.simulation.design import (
    AT_RANDOM,
    COMPLETELY,
    COMPLIER,
    IMPUTED,
    NESTED,
    NOT_AT_RANDOM,
    REPEATED,
)

CORRELATIONS = (0.0, 0.05, 0.1)
FEW_CLUSTERS = 10
INFORMATIVE = 0.5
AUXILIARY = 0.4
COVARIATE = 0.4
"""Values of the grid that stands where a study lists no scenarios."""
SMALLER = 2000
"""The most trials of a scenario of the grid whose methods take long."""
IMPORTANT = "important"
"""The value of `effect` that stands for the smallest important difference of the plan."""


@dataclass(frozen=True)
class Facts:
    """What the scenarios take from the plan.

    Attributes:
        arms: ids of the arms, the reference first.
        within: the arms with clusters; none of a plan without.
        df: degrees of freedom of mixed models.
        adjusts: whether the plan has covariates.
        variance: standard error of linear models.
        uptake: whether a complier effect is planned.
        important: the smallest important difference of the outcome; None where none is said.
        visits: timepoints of the model of repeated measures; 0 without one.
    """

    arms: tuple[str, ...]
    within: tuple[str, ...] = ()
    df: str = "kenward_roger"
    adjusts: bool = False
    variance: str = "constant"
    uptake: bool = False
    important: float | None = None
    visits: int = 0


def expand_scenarios(simulation: Mapping[str, Any], facts: Facts) -> dict[str, dict[str, Any]]:
    """Return the scenarios by id, each with ``model``, ``label``, ``methods`` and ``trials``.

    Args:
        simulation: the section of the configuration, its defaults written out.
        facts: what the plan says.
    """
    given = simulation.get("scenarios") or default_scenarios(facts, simulation["trials"])
    found = {}
    for item in given:
        model = item.get("model") or NESTED
        whole = {"label": item["id"].replace("_", " "), "trials": simulation["trials"], **item}
        if whole.get("effect") == IMPORTANT:
            whole["effect"] = facts.important
        whole["model"] = model
        # A scenario may have clusters of its own in a plan without.
        clustered = bool(facts.within) or bool(whole.get("clusters"))
        whole["within"] = list(within_of(whole, facts))
        whole["methods"] = whole.get("methods") or methods_of(model, facts, clustered=clustered)
        found[item["id"]] = whole
    return found


def within_of(scenario: Mapping[str, Any], facts: Facts) -> Sequence[str]:
    """Return the arms with clusters: those a scenario names, else the plan's, else all."""
    named = scenario.get("clusters")
    if isinstance(named, Mapping):
        return [arm for arm in facts.arms if named.get(arm)]
    if named is not None:
        return facts.within or facts.arms if named else ()
    return facts.within


def methods_of(model: str, facts: Facts, *, clustered: bool) -> list[str]:
    """Return the plan's own method of a model, and those that it is held against."""
    if model == COMPLIER:
        return ["two_stage_least_squares"]
    if model == REPEATED:
        kind = "kenward_roger_observed" if facts.df == "kenward_roger" else facts.df
        return [f"mmrm_unstructured_{kind}"]
    if clustered:
        own = "kenward_roger_expected" if facts.df == "kenward_roger" else facts.df
        others = ["kenward_roger_expected", "satterthwaite"]
        kinds = list(dict.fromkeys([own, *others]))
        mixed = [f"mixed_{kind}" for kind in kinds]
        return mixed[:1] if model == IMPUTED else [*mixed, "ancova_hc3"]
    if not facts.adjusts:
        return ["welch", "student"]
    named = {"constant": "ancova", "hc2": "ancova_hc2", "hc3": "ancova_hc3"}
    own = named[facts.variance]
    return [own] if model == IMPUTED else list(dict.fromkeys([own, "ancova_hc3"]))


def default_scenarios(facts: Facts, trials: int) -> list[dict[str, Any]]:
    """Return the grid of a study that lists no scenarios.

    Of a plan with clusters: the trial as it was; its clusters and few, by three correlations; drop-
    out at random and not; informative caseloads; the important difference. Of one without: the same
    but for the clusters. Then imputation, a complier effect and repeated measures.
    """
    reference, *others = facts.arms
    # Losses that depend on the value in one arm alone are the worst for a difference.
    by_value = {reference: 0.0, **dict.fromkeys(others, 1.0)}
    random = {"mechanism": AT_RANDOM, "lost_slope": 1.0}
    not_random = {"mechanism": NOT_AT_RANDOM, "lost_slope": by_value}
    found: list[dict[str, Any]] = [{"id": "as_it_was", "label": "The trial as it was"}]
    plain = {"mechanism": COMPLETELY}
    if facts.within:
        for name, label, more in (
            ("own", "its clusters", {}),
            ("few", f"{FEW_CLUSTERS} clusters", {"clusters": FEW_CLUSTERS}),
        ):
            for value in CORRELATIONS:
                found.append(
                    {
                        "id": f"{name}_clusters_{round(100 * value):02d}",
                        "label": f"No effect, {label}, correlation {value:g}",
                        "correlation": value,
                        **plain,
                        **more,
                    }
                )
    middle = {"correlation": CORRELATIONS[1]} if facts.within else {}
    found += [
        {
            "id": "lost_at_random",
            "label": "Lost by a covariate that tells of the outcome",
            "covariate": COVARIATE,
            **middle,
            **random,
        },
        {
            "id": "lost_not_at_random",
            "label": "Lost by the value, in one arm",
            **middle,
            **not_random,
        },
    ]
    if facts.within:
        found.append(
            {
                "id": "informative_caseload",
                "label": "Larger caseloads do better",
                "informative": INFORMATIVE,
                **middle,
                **plain,
            }
        )
    found += _important(facts, middle | plain)
    slow = {"trials": min(trials, SMALLER), **middle}
    helped = {**slow, **random, "auxiliary": AUXILIARY}
    found.append(
        {"id": "imputed", "label": "Lost by what imputation takes", "model": IMPUTED, **helped}
    )
    if facts.uptake:
        found.append(
            {"id": "complier", "label": "Effect in compliers", "model": COMPLIER, **slow, **plain}
        )
    slow.pop("correlation", None)
    found.append(
        {
            "id": "repeated",
            "label": "Repeated measures, lost by the value before",
            "model": REPEATED,
            **slow,
            **random,
        }
    )
    return found


def _important(facts: Facts, more: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the scenarios with the important difference, where the plan says one."""
    if facts.important is None:
        return []
    own = {"effect": IMPORTANT, **more}
    found = [{"id": "important", "label": "The important difference", **own}]
    if facts.within:
        label = f"The important difference, {FEW_CLUSTERS} clusters"
        few = {"clusters": FEW_CLUSTERS}
        found.append({"id": "important_few_clusters", "label": label, **own, **few})
    return found


def blocks_of(scenario: Mapping[str, Any], block: int) -> list[str]:
    """Return the numbers of the blocks of a scenario's trials."""
    return [str(1 + place) for place in range(-(-scenario["trials"] // block))]


def trials_of_block(scenario: Mapping[str, Any], block: int, number: int) -> range:
    """Return the numbers of the trials of a block, both from 1 on."""
    first = 1 + block * (number - 1)
    return range(first, min(first + block, scenario["trials"] + 1))
