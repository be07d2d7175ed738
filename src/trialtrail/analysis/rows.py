"""Rows of the tables of results: what the methods give of each outcome, timepoint and arm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from trialtrail.analysis.fitted import Effect, Fitted, Setting
from trialtrail.analysis.methods import METHODS, methods_for
from trialtrail.analysis.plan import BASELINE_VALUE, MAIN
from trialtrail.analysis.two_groups import deviation
from trialtrail.results.takes import TAKES, Takes, takes

PERCENT = 100
SCALE = {"risk_difference": PERCENT}
"""Measures that are printed in percentage points."""
UNIT = {"risk_difference": "percentage points", "risk_ratio": ""}
"""Units of measures that do not have that of the outcome."""
UNNAMED = "mean_difference"
"""The measure that stands in no name of a row."""
RANDOMISED = "randomised"
OF_ESTIMATES = (
    *("estimate", "lower", "upper", "se", "df", "statistic", "p"),
    *("n_arm", "n_reference", "missing_arm", "missing_reference"),
)
OF_ARMS = ("n_with_data", "events", "percent", "mean", "sd")
OF_ADJUSTED = ("n_analysed", "adjusted", "adjusted_lower", "adjusted_upper")
OF_MODELS = ("value", "lower", "upper")
"""Cells of the tables that are computed from the values of participants."""
ESTIMATED, NO_INTERVAL, NOT_ESTIMABLE = "estimated", "no_interval", "not_estimable"


@dataclass
class Results:
    """Rows of `estimates`, `arms` and `models`, as mappings of column to value."""

    estimates: list[dict[str, Any]]
    arms: list[dict[str, Any]]
    models: list[dict[str, Any]]


def analyse(
    entry: Mapping[str, Any],
    outcomes: pd.DataFrame,
    people: pd.DataFrame,
    arms: Sequence[Mapping[str, str]],
    level: float,
) -> Results:
    """Return the rows of one entry of the plan.

    Args:
        entry: as `plan.expand_analyses` gives it.
        outcomes: the dataset of outcomes.
        people: all who were randomised, with the covariates; ``arm`` and ``participant_id``
            beside them.
        arms: id and label of each arm, the reference first.
        level: the confidence level.
    """
    results = Results([], [], [])
    places = outcomes.groupby(["outcome", "timepoint"]).indices
    randomised = people["arm"].value_counts().to_dict()
    for spec in entry["outcomes"]:
        follow_up = [part for part in spec["measured"] if part["follow_up"]]
        before = _baseline_values(spec, outcomes, places)
        adjust = [name for name in entry["adjust"] if name != BASELINE_VALUE or before is not None]
        for part in follow_up:
            rows = outcomes.iloc[places.get((spec["id"], part["timepoint"]), [])]
            data = with_covariates(rows, people, adjust, before)
            _add(
                results,
                _Comparison(entry, spec, part["timepoint"], len(follow_up) > 1, adjust),
                data,
                Setting([arm["id"] for arm in arms], level, adjust),
                {arm["id"]: arm.get("label", arm["id"]) for arm in arms},
                randomised,
            )
    return results


def with_covariates(
    rows: pd.DataFrame, people: pd.DataFrame, adjust: Sequence[str], before: pd.Series | None
) -> pd.DataFrame:
    """Return ``arm``, ``value`` and the covariates of the participants of ``rows``."""
    data = rows[["participant_id", "arm", "value"]].astype({"value": "float64"})
    for name in adjust:
        known = before if name == BASELINE_VALUE else people.set_index("participant_id")[name]
        data[name] = data["participant_id"].map(known)
    return data


def _baseline_values(
    spec: Mapping[str, Any], outcomes: pd.DataFrame, places: Mapping
) -> pd.Series | None:
    """Return the values of an outcome before the allocation, by participant; None without them."""
    before = [part["timepoint"] for part in spec["measured"] if not part["follow_up"]]
    if not before:
        return None
    rows = outcomes.iloc[places.get((spec["id"], before[0]), [])]
    return rows.set_index("participant_id")["value"].astype("float64")


@dataclass(frozen=True)
class _Comparison:
    """One outcome of one entry at one timepoint."""

    entry: Mapping[str, Any]
    spec: Mapping[str, Any]
    timepoint: str
    several: bool
    adjust: Sequence[str]

    def takes(self, arms: Sequence[str], adjusted: bool) -> list[Takes]:
        """Return which rows of the datasets the results of some arms take."""
        of = self.spec["id"]
        own = {"outcome": of, "timepoint": self.timepoint, "arm": list(arms)}
        every = [Takes("dataset:outcomes", ("value",), own, ("value",))]
        who = ("participant_id",)
        for name in self.adjust if adjusted else ():
            if name == BASELINE_VALUE:
                then = next(p["timepoint"] for p in self.spec["measured"] if not p["follow_up"])
                before = {"outcome": of, "timepoint": then}
                every.append(Takes("dataset:outcomes", ("value",), before, ("value",), who))
            else:
                every.append(Takes("dataset:participants", (name,), {}, (name,), who))
        return every

    def name(self, *more: str) -> str:
        """Return the name of a row: analysis, outcome, timepoint and what else tells it apart."""
        first = [] if self.entry["id"] == MAIN else [self.entry["id"]]
        time = [self.timepoint] if self.several else []
        return ".".join([*first, self.spec["id"], *time, *more])


def _add(
    results: Results,
    what: _Comparison,
    data: pd.DataFrame,
    setting: Setting,
    labels: Mapping[str, str],
    randomised: Mapping[str, int],
) -> None:
    spec, arms = what.spec, setting.arms
    names = methods_for(spec["kind"], setting.adjust, what.entry["mean_difference"])
    fits = {name: METHODS[name].fit(data, setting) for name in names}
    for arm in arms[1:]:
        for method, fitted in fits.items():
            for effect in (each for each in fitted.effects if each.arm == arm):
                more = [arm] if len(arms) > 2 else []
                more += [] if effect.measure == UNNAMED else [effect.measure]
                adjusted = bool(METHODS[method].needs)
                compared = arms if adjusted else [arm, arms[0]]
                row = {"row": what.name(*more)} | _of_comparison(what)
                row[TAKES] = takes(OF_ESTIMATES, *what.takes(compared, adjusted))
                results.estimates.append(
                    row | _estimate_row(what, effect, method, setting, labels, arms[0])
                )
    first = next(iter(fits))
    adjusted = bool(METHODS[first].needs)
    for row in _arm_rows(what, data, fits[first], setting, randomised):
        results.arms.append(row | {TAKES: _arm_takes(what, row["arm"], arms, adjusted)})
    for method, fitted in fits.items():
        taken = what.takes(arms, bool(METHODS[method].needs))
        for part in fitted.model:
            more = [part.component, *([part.group] if part.group else [])]
            row = {"row": what.name(*more), TAKES: takes(OF_MODELS, *taken)}
            results.models.append(row | _of_comparison(what) | asdict(part))


def _arm_takes(what: _Comparison, arm: str, arms: Sequence[str], adjusted: bool) -> list[dict]:
    """Return what the cells of an arm take: an adjusted mean takes all arms, a count its own."""
    whole = Takes("dataset:participants", ("participant_id",), {"arm": arm})
    own = what.takes([arm], adjusted=False)
    return [
        *takes(("n_randomised",), whole),
        *takes(OF_ARMS, *own),
        *(takes(OF_ADJUSTED[1:], *what.takes(arms, adjusted)) if adjusted else []),
        *takes(OF_ADJUSTED[:1], *what.takes([arm], adjusted)),
    ]


def _of_comparison(what: _Comparison) -> dict[str, str]:
    return {
        "analysis": what.entry["id"],
        "outcome": what.spec["id"],
        "timepoint": what.timepoint,
    }


def _estimate_row(
    what: _Comparison,
    effect: Effect,
    method: str,
    setting: Setting,
    labels: Mapping[str, str],
    reference: str,
) -> dict[str, Any]:
    spec, scale = what.spec, SCALE.get(effect.measure, 1)
    sizes = ("n_arm", "n_reference", "missing_arm", "missing_reference")
    numbers = {
        part: None if getattr(effect, part) is None else scale * getattr(effect, part)
        for part in ("estimate", "lower", "upper", "se")
    }
    named = {
        "{arm}": labels.get(effect.arm, effect.arm),
        "{reference}": labels.get(reference, reference),
        **{f"{{arm:{arm}}}": label for arm, label in labels.items()},
    }
    note = effect.note
    for place, label in named.items():
        note = note.replace(place, label)
    status = ESTIMATED if effect.lower is not None else NO_INTERVAL
    return {
        "role": what.entry["role"] or spec["role"],
        "label": spec["label"],
        "population": RANDOMISED,
        "arm": effect.arm,
        "reference": reference,
        "measure": effect.measure,
        "unit": UNIT.get(effect.measure, spec.get("unit", "")),
        **numbers,
        "level": setting.level,
        "df": effect.df,
        "statistic": effect.statistic,
        "p": effect.p,
        **{size: getattr(effect, size) for size in sizes},
        "method": effect.method or method,
        "adjusted_for": "; ".join(setting.adjust if METHODS[method].needs else ()),
        "status": NOT_ESTIMABLE if effect.estimate is None else status,
        "note": note,
        "decimals": spec.get("decimals"),
    }


def _arm_rows(
    what: _Comparison,
    data: pd.DataFrame,
    fitted: Fitted,
    setting: Setting,
    randomised: Mapping[str, int],
) -> Iterator[dict[str, Any]]:
    binary = what.spec["kind"] == "binary"
    used = {each.arm: each for each in fitted.arms}
    for arm in setting.arms:
        values = data.loc[data["arm"] == arm, "value"].dropna()
        mean = values.mean() if len(values) else None
        mine = used[arm]
        yield (
            {"row": what.name(arm)}
            | _of_comparison(what)
            | {
                "arm": arm,
                "n_randomised": randomised.get(arm, 0),
                "n_with_data": len(values),
                "n_analysed": mine.n_analysed,
                "events": int(values.sum()) if binary else None,
                "percent": PERCENT * mean if binary and mean is not None else None,
                "mean": None if binary else mean,
                "sd": None if binary else deviation(values),
                "adjusted": mine.adjusted,
                "adjusted_lower": mine.adjusted_lower,
                "adjusted_upper": mine.adjusted_upper,
                "decimals": what.spec.get("decimals"),
            }
        )
