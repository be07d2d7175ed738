"""Estimate the effects: one row is one outcome, one timepoint and one measure of effect."""

import pandas as pd

from trialtrail.estimates import (
    Estimate,
    deviation,
    mean_difference,
    risk_difference,
    risk_ratio,
)
from trialtrail.lineage import Rows, run
from trialtrail.tables import read_table, write_result

PERCENT = 100


def describe(values: dict[str, pd.Series], kind: str) -> dict:
    """Return what is printed of each arm beside the effect."""
    out: dict[str, float | int | None] = {}
    for arm, series in values.items():
        known = series.dropna().astype(float)
        out |= {f"n_{arm}": len(known), f"mean_{arm}": None, f"sd_{arm}": None}
        out |= {f"count_{arm}": None, f"percent_{arm}": None}
        if kind == "continuous":
            out |= {f"mean_{arm}": known.mean(), f"sd_{arm}": deviation(known)}
        else:
            share = PERCENT * known.mean() if len(known) else None
            out |= {f"count_{arm}": int(known.sum()), f"percent_{arm}": share}
    return out


def effects(kind: str, treated, reference, level: float, pooled: bool) -> dict[str, Estimate]:
    """Return the effects of one arm against the reference, by measure."""
    if kind == "continuous":
        return {"mean_difference": mean_difference(treated, reference, level, pooled=pooled)}
    return {
        "risk_difference": risk_difference(treated, reference, level),
        "risk_ratio": risk_ratio(treated, reference, level),
    }


def reason(result: Estimate, arm: str, reference: str) -> str:
    """Return why an estimate or its interval is missing, with the arms by their labels."""
    if not result.reason:
        return ""
    sizes = ((reference, result.n_reference), (arm, result.n_intervention))
    events = ((reference, result.count_reference), (arm, result.count_intervention))
    for nothing, count, told in (
        ("no value", sizes, ""),
        ("one value", sizes, ": no interval"),
        ("no event", events, ""),
    ):
        wanted = 1 if nothing == "one value" else 0
        named = [label for label, found in count if found == wanted]
        if named and (wanted == 0 or result.estimate is not None):
            where = f"the arm {named[0]}" if len(named) == 1 else "either arm"
            each = "one value" if len(named) == 1 else "one value or none"
            return f"{nothing if wanted == 0 or len(named) == 1 else each} in {where}{told}"
    return result.reason


def estimate_outcome(
    spec: dict, part: dict, frame: pd.DataFrame, arms, level, pooled, labels: dict[str, str]
) -> list[dict]:
    """Return the rows of one outcome at one timepoint: every other arm against the first."""
    values = {arm: frame.loc[frame["arm"] == arm, "value"].astype("float64") for arm in arms}
    described = describe(values, spec["kind"])
    reference, *others = arms
    rows = []
    for arm in others:
        name = [spec["id"]]
        if len([p for p in spec["measured"] if p["follow_up"]]) > 1:
            name.append(part["timepoint"])
        if len(others) > 1:
            name.append(arm)
        found = effects(spec["kind"], values[arm], values[reference], level, pooled)
        for measure, result in found.items():
            scale = PERCENT if measure == "risk_difference" else 1
            parts = {p: getattr(result, p) for p in ("estimate", "lower", "upper")}
            suffix = [] if measure == "mean_difference" else [measure]
            unit = {"mean_difference": spec.get("unit", ""), "risk_difference": "percentage points"}
            rows.append(
                {
                    "row": ".".join([*name, *suffix]),
                    "outcome": spec["id"],
                    "label": spec["label"],
                    "role": spec["role"],
                    "timepoint": part["timepoint"],
                    "measure": measure,
                    "arm": arm,
                    **described,
                    **{p: None if value is None else scale * value for p, value in parts.items()},
                    "unit": unit.get(measure, ""),
                    "note": reason(result, labels.get(arm, arm), labels.get(reference, reference)),
                    "decimals": spec.get("decimals"),
                }
            )
    return rows


def estimate_effects(
    outcomes: pd.DataFrame, plan: list[dict], arms, level, pooled, labels=None
) -> pd.DataFrame:
    """Return the table of effects, in the order of the plan.

    What is measured at baseline is no effect. ``labels`` are those of the arms, for the reasons.
    """
    rows = []
    places = outcomes.groupby(["outcome", "timepoint"]).indices
    values = outcomes[["arm", "value"]]
    for spec in plan:
        for part in spec["measured"]:
            if not part["follow_up"]:
                continue
            mine = values.iloc[places.get((spec["id"], part["timepoint"]), [])]
            rows += estimate_outcome(spec, part, mine, arms, level, pooled, labels or {})
    per_arm = [f"{p}_{arm}" for arm in arms for p in ("n", "mean", "sd", "count", "percent")]
    head = ["row", "outcome", "label", "role", "timepoint", "measure", "arm"]
    given = ["decimals"] if any("decimals" in spec for spec in plan) else []
    tail = ["estimate", "lower", "upper", "unit", "note", *given]
    frame = pd.DataFrame(rows, columns=[*head, *per_arm, *tail])
    whole = [*(f"{p}_{arm}" for arm in arms for p in ("n", "count")), *given]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def main(job):
    """Read the outcomes; write the table of effects."""
    outcomes = read_table(job.input.outcomes)
    p = job.params
    pooled = p.mean_difference == "pooled"
    labels = getattr(p, "labels", None)
    table = estimate_effects(outcomes, p.outcomes, p.arms, p.level, pooled, labels)
    write_result(table, job.output.table)
    scored = int(outcomes["value"].notna().sum())
    aside = {"not scored": len(outcomes) - scored}
    return {"outcomes": Rows(read=len(outcomes), used=scored, set_aside=aside)}


run(main, globals())
