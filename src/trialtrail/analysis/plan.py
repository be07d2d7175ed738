"""The analysis plan as entries: the short keys of the configuration written out.

Nothing heavy is imported here: the rules ask for the entries while they are read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MAIN = "main"
"""The entry of the plan's own outcomes; its name stands in no row."""
BASELINE_VALUE = "baseline_value"
"""The covariate that stands for the outcome's own value at baseline."""
RANDOMISED = "randomised"
"""The population of all who were randomised, in their arm."""
INDEPENDENT, COMPLETE_CASES = "independent", "complete_cases"
RECEIVED = "received"
"""The uptake that a variable says, beside the rows of `analysis.uptake`."""
SHARED = ("adjust", "mean_difference", "risk_interval", "design", "variance", "df")
"""Keys of the plan that an analysis of its own may set otherwise."""
OF_ALL_KINDS = (
    *("adjust", "mean_difference", "risk_interval", "design"),
    *("missing", "population", "exposure"),
)
"""Keys of an analysis of its own that change more than degrees of freedom, which mixed models of a
continuous outcome alone have."""
IMPUTED = ("continuous", "binary", "count", "ordered")
"""Kinds of outcomes that are imputed; a time to an event is censored instead."""
FROM_REFERENCE = ("jump_to_reference", "copy_increments")
"""Strategies of imputation that only a continuous outcome has."""


def expand_analyses(plan: Mapping[str, Any], outcomes: Sequence[Mapping]) -> list[dict[str, Any]]:
    """Return the entries of the plan: main, factors, estimands, sensitivity, subgroups.

    An entry has ``id``, ``label``, ``role`` (None: that of each outcome), ``outcomes`` (the plan's
    outcomes that it is of), the keys of `SHARED`, ``missing`` (`COMPLETE_CASES`, or a mapping with
    ``impute`` and, for a tipping point, ``delta``), ``population`` (None: all who were randomised),
    ``estimand``, ``subgroup``, ``uptake`` (of a complier effect), ``exposure`` and ``factor``. What
    an entry of its own does not say is as in the main one. ``plan`` has its keys with a default
    written out.
    """
    if not outcomes:
        return []
    first = plan["estimands"][0] if plan["estimands"] else {}
    main = {
        **{key: plan[key] for key in SHARED},
        "id": MAIN,
        "label": "",
        "role": None,
        "outcomes": list(outcomes),
        "missing": plan["missing"],
        "population": expanded_population(plan, first.get("population", RANDOMISED)),
        "estimand": first.get("id"),
        "subgroup": None,
        "uptake": None,
        "exposure": None,
        "factor": None,
    }
    entries = [*_factors(main)] or [main]
    entries += _estimands(plan, main)
    entries += [_sensitivity(plan, main, item) for item in plan["sensitivity"]]
    primary = [each for each in outcomes if each["role"] == "primary"]
    for name in plan["subgroups"]:
        entries.append(
            main
            | {
                "id": f"subgroup_{name}",
                "label": f"by {name.replace('_', ' ')}",
                "role": "subgroup",
                "subgroup": name,
                "outcomes": [each for each in primary if each["kind"] != "time_to_event"],
            }
        )
    return entries


def _factors(main: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield an entry for each factor of a factorial design, at the margins of the others."""
    factors = main["design"].get("factors", {}) if isinstance(main["design"], Mapping) else {}
    for name, arms in factors.items():
        others = {other: list(also) for other, also in factors.items() if other != name}
        yield main | {
            "id": name,
            "label": name.replace("_", " "),
            "factor": {"id": name, "arms": list(arms), "others": others},
            "design": INDEPENDENT,
        }


def _estimands(plan: Mapping[str, Any], main: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the entries of the estimands but the first: complier effects, other populations."""
    for item in plan["estimands"][1:]:
        of = item.get("of", [each["id"] for each in main["outcomes"] if each["role"] == "primary"])
        label = item.get("label", item["id"].replace("_", " "))
        own = main | {
            "id": item["id"],
            "label": label,
            "role": "supplementary",
            "estimand": item["id"],
            "population": expanded_population(plan, item.get("population", RANDOMISED)),
            "outcomes": [each for each in main["outcomes"] if each["id"] in of],
        }
        if not item.get("uptake"):
            yield own
        for name in item.get("uptake", []):
            rule = uptake_rule(plan, name)
            several = len(item["uptake"]) > 1
            yield own | {
                "id": f"{item['id']}_{name}" if several else item["id"],
                "label": f"{label}: {rule['label']}" if several else label,
                "uptake": rule,
                "missing": COMPLETE_CASES,
                "outcomes": [e for e in own["outcomes"] if e["kind"] in ("continuous", "binary")],
            }


def _sensitivity(
    plan: Mapping[str, Any], main: Mapping[str, Any], item: Mapping[str, Any]
) -> dict[str, Any]:
    of = item.get("of", [each["id"] for each in main["outcomes"]])
    entry = (
        dict(main)
        | {key: item[key] for key in SHARED if key in item}
        | {
            "id": item["id"],
            "label": item.get("label", item["id"].replace("_", " ")),
            "role": item.get("role", "sensitivity"),
            "outcomes": [each for each in main["outcomes"] if each["id"] in of],
        }
    )
    if "missing" in item:
        whole, own = plan["missing"], item["missing"]
        if isinstance(own, Mapping) and isinstance(whole, Mapping):
            own = {**whole, **own}
        entry["missing"] = own
    if isinstance(entry["missing"], Mapping) and entry["missing"]["impute"] in FROM_REFERENCE:
        entry["outcomes"] = [e for e in entry["outcomes"] if e["kind"] == "continuous"]
    if "delta" in (item.get("missing") or {}):
        entry["outcomes"] = [e for e in entry["outcomes"] if e["kind"] == "continuous"]
    if "df" in item and not set(item) & {*OF_ALL_KINDS}:
        entry["outcomes"] = [e for e in entry["outcomes"] if e["kind"] == "continuous"]
    if "population" in item:
        entry["population"] = expanded_population(plan, item["population"])
    if "exposure" in item:
        entry |= {
            "exposure": uptake_rule(plan, item["exposure"]),
            "design": INDEPENDENT,
            "role": "exploratory",
        }
    return entry


def expanded_population(plan: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return a population of the plan, its uptake written out; None for all randomised."""
    if name == RANDOMISED:
        return None
    found = next(each for each in plan["populations"] if each["id"] == name)
    uptake = uptake_rule(plan, found["uptake"]) if "uptake" in found else None
    return {"id": name, "label": found["label"], "where": found.get("where", {}), "uptake": uptake}


def uptake_rule(plan: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what meets an uptake: a row of `analysis.uptake`, or the column `received`."""
    if name == RECEIVED:
        return {"id": name, "label": "Received the intervention", "column": RECEIVED}
    rows = plan.get("uptake", {}).get("rows", [])
    return dict(next(row for row in rows if row["id"] == name))


def imputations(entries: Sequence[Mapping], plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the imputations that analyses ask for, by strategy.

    Each has the ``strategy``, the ``outcomes`` that are imputed, the ``covariates`` and
    ``auxiliary`` variables that predict them, the ``number``, the imputations of a ``block`` and
    the ``seed``. All analyses with one strategy share its imputations.
    """
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        spec = entry["missing"]
        if not isinstance(spec, Mapping):
            continue
        mine = found.setdefault(
            spec["impute"],
            {
                "strategy": spec["impute"],
                "outcomes": [],
                "covariates": [],
                "auxiliary": list(spec.get("auxiliary", [])),
                "seed": spec["seed"],
                "block": spec["block"],
                "number": math.ceil(round(1 / spec["until"]["mc_error"] ** 2, 6)),
            },
        )
        known = {each["id"] for each in mine["outcomes"]}
        mine["outcomes"] += [
            each
            for each in entry["outcomes"]
            if is_imputed(each, entry) and each["id"] not in known
        ]
        asked = [*entry["adjust"], *([entry["subgroup"]] if entry["subgroup"] else [])]
        mine["covariates"] += [name for name in asked if name not in mine["covariates"]]
    for mine in found.values():
        mine["auxiliary"] = [n for n in mine["auxiliary"] if n not in mine["covariates"]]
    return {name: mine for name, mine in found.items() if mine["outcomes"]}


def is_imputed(outcome: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Tell whether an analysis imputes an outcome.

    A model of repeated measures holds under the same assumption as imputation within the arm does,
    so it takes the known values alone, but where values are imputed otherwise.
    """
    spec = entry["missing"]
    if not isinstance(spec, Mapping) or outcome["kind"] not in IMPUTED:
        return False
    otherwise = spec["impute"] in FROM_REFERENCE or "delta" in spec
    return "repeated" not in outcome or otherwise


def blocks_of(imputation: Mapping[str, Any]) -> list[int]:
    """Return how many imputations each block makes."""
    whole, rest = divmod(imputation["number"], imputation["block"])
    return [imputation["block"]] * whole + ([rest] if rest else [])
