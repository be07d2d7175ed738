"""Rows of the tables of results: what the methods give of each outcome, timepoint and arm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from trialtrail.analysis.data import Comparison, TrialData
from trialtrail.analysis.fitted import Arm, Effect, Part
from trialtrail.analysis.fitting import Found, Imputed, fit_comparison
from trialtrail.analysis.measures import PERCENT, UNNAMED, is_interaction, measure_of
from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.plan import BASELINE_VALUE, MAIN, RANDOMISED
from trialtrail.analysis.tipping import tipping_points
from trialtrail.analysis.two_groups import deviation
from trialtrail.derive.uptake import columns_of
from trialtrail.results.takes import TAKES, Takes, takes

OF_ESTIMATES = (
    *("estimate", "lower", "upper", "se", "df", "statistic", "p"),
    *("n_arm", "n_reference", "missing_arm", "missing_reference"),
)
OF_ARMS = ("n_with_data", "events", "percent", "time_at_risk", "mean", "sd")
OF_ADJUSTED = ("n_analysed", "n_imputed", "adjusted", "adjusted_lower", "adjusted_upper")
OF_MODELS = ("value", "lower", "upper")
"""Cells of the tables that are computed from the values of participants."""
NOT_RANDOMISED = "not randomised: who received it is compared with who did not"
ESTIMATED, NO_INTERVAL, NOT_ESTIMABLE = "estimated", "no_interval", "not_estimable"
SECONDARY, PRIMARY = "secondary", "primary"


@dataclass
class Results:
    """Rows of `estimates`, `arms` and `models`, as mappings of column to value."""

    estimates: list[dict[str, Any]]
    arms: list[dict[str, Any]]
    models: list[dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """What the rows of all entries share.

    Attributes:
        arms: id and label of each arm, the reference first.
        level: the confidence level.
        cluster: the column of the participants that names the cluster.
        important: outcome -> smallest important difference.
        auxiliary: variables that imputed values take beside the covariates.
    """

    arms: Sequence[Mapping[str, str]]
    level: float
    cluster: str = ""
    important: Mapping[str, float] | None = None
    auxiliary: Sequence[str] = ()


def analyse(
    entry: Mapping[str, Any],
    outcomes: pd.DataFrame,
    people: pd.DataFrame,
    plan: Plan,
    imputed: Imputed | None = None,
) -> Results:
    """Return the rows of one entry of the plan.

    Args:
        entry: as `plan.expand_analyses` gives it.
        outcomes: the dataset of outcomes.
        people: all who were randomised, with the covariates; ``arm`` and ``participant_id``
            beside them.
        plan: what all entries share.
        imputed: the imputed values, where the entry asks for them.
    """
    results = Results([], [], [])
    trial = TrialData(outcomes, people, entry, [arm["id"] for arm in plan.arms], plan.cluster)
    labels = {arm["id"]: arm.get("label", arm["id"]) for arm in plan.arms}
    labels |= {arm: arm.replace("_", " ") for arm in trial.arms if arm not in labels}
    for what in trial.comparisons():
        rows = _Rows(what, trial, plan, labels)
        every = list(fit_comparison(trial, what, plan.level, imputed))
        for arm in trial.arms[1:]:
            for found in every:
                results.estimates += rows.estimates(found, arm)
        # Two methods of one outcome may tell the same number of it.
        models: dict[str, dict[str, Any]] = {}
        for found in every:
            for row in rows.models(found):
                models.setdefault(row["row"], row)
        results.models += models.values()
        if every and every[0].shift is not None:
            parts = list(tipping_points(every, trial.arms))
            results.models += rows.of_parts(parts, every[0].method)
        if every and every[0].shift is None:
            results.arms += rows.arms(every[0])
    return results


@dataclass
class _Rows:
    """The rows of one comparison."""

    what: Comparison
    trial: TrialData
    plan: Plan
    labels: Mapping[str, str]

    def estimates(self, found: Found, arm: str) -> Iterator[dict[str, Any]]:
        """Yield a row for each effect of an arm."""
        several = len(self.trial.arms) > 2
        for effect in (each for each in found.fitted.effects if each.arm == arm):
            more = [effect.arm] if several else []
            more += [_as_name(effect.subgroup_level)] if effect.subgroup_level else []
            more += [] if effect.measure == UNNAMED else [effect.measure]
            if found.shift:
                more += [f"{found.shift.scenario}_{_as_name(f'{found.shift.delta:g}')}"]
            whole = self._takes_of(found, effect.arm)
            yield {
                "row": self._name(*more),
                TAKES: takes(OF_ESTIMATES, *whole),
                **self._of_comparison(),
                **self._estimate(found, effect),
            }

    def models(self, found: Found) -> Iterator[dict[str, Any]]:
        """Yield a row for each number of a model; none of shifted values, which are not data."""
        if not found.shift:
            yield from self.of_parts(found.fitted.model, found.method)

    def of_parts(self, parts: Sequence[Part], method: str) -> Iterator[dict[str, Any]]:
        """Yield a row for each of some numbers."""
        taken = self._takes(self.trial.arms, METHODS[method].adjusts)
        for part in parts:
            more = [part.component, *([part.group] if part.group else [])]
            shown = {k: v for k, v in asdict(part).items() if k not in ("se", "df")}
            yield {
                "row": self._name(*more),
                TAKES: takes(OF_MODELS, *taken),
                **self._of_comparison(),
                **shown,
            }

    def arms(self, found: Found) -> Iterator[dict[str, Any]]:
        """Yield a row for each arm, as the first method used it."""
        used = {each.arm: each for each in found.fitted.arms}
        data = self.trial.frame(self.what, everybody=False)
        if self.what.visits:
            data = data[data["visit"] == self.what.timepoint]
        randomised = self.trial.randomised()
        adjusts = METHODS[found.method].adjusts
        scale = PERCENT if self.what.spec["kind"] == "binary" else 1
        for arm in self.trial.arms:
            mine = used.get(arm, Arm(arm, 0))
            rows = data[data["arm"] == arm]
            known = int(rows["value"].notna().sum())
            imputed = any(effect.imputations for effect in found.fitted.effects)
            adjusted = {
                name: None if (value := getattr(mine, name)) is None else scale * value
                for name in ("adjusted", "adjusted_lower", "adjusted_upper")
            }
            yield {
                "row": self._name(arm),
                TAKES: self._arm_takes(arm, adjusts),
                **self._of_comparison(),
                "arm": arm,
                "n_randomised": randomised.get(arm, 0),
                "n_with_data": known,
                "n_analysed": mine.n_analysed,
                "n_imputed": mine.n_analysed - known if imputed else None,
                **_described(self.what.spec["kind"], rows),
                **adjusted,
                "decimals": self.what.spec.get("decimals"),
            }

    def _name(self, *more: str) -> str:
        """Return the name of a row: analysis, outcome, timepoint and what else tells it apart."""
        first = [] if self.what.entry["id"] == MAIN else [self.what.entry["id"]]
        time = [self.what.timepoint] if self.what.several else []
        return ".".join([*first, self.what.spec["id"], *time, *more])

    def _of_comparison(self) -> dict[str, str]:
        return {
            "analysis": self.what.entry["id"],
            "outcome": self.what.spec["id"],
            "timepoint": self.what.timepoint,
        }

    def _role(self) -> str:
        """Return the role of the rows; of a primary outcome one timepoint may be the primary."""
        spec = self.what.spec
        if self.what.entry["role"]:
            return self.what.entry["role"]
        other = spec["role"] == PRIMARY and spec.get("at", self.what.timepoint)
        return SECONDARY if other and other != self.what.timepoint else spec["role"]

    def _estimate(self, found: Found, effect: Effect) -> dict[str, Any]:
        spec, entry = self.what.spec, self.what.entry
        measure = measure_of(effect.measure)
        numbers = {
            part: None if (value := getattr(effect, part)) is None else measure.scale * value
            for part in ("estimate", "lower", "upper", "se", "mc_error")
        }
        status = ESTIMATED if effect.lower is not None else NO_INTERVAL
        adjusts = METHODS[found.method].adjusts
        role = self._role()
        limited = measure.limited and not is_interaction(effect.measure)
        margin = spec.get("margin") if limited and role in (PRIMARY, SECONDARY) else None
        important = (self.plan.important or {}).get(spec["id"]) if limited else None
        return {
            "role": role,
            "estimand": entry["estimand"] if role not in ("exploratory",) else None,
            "label": _label(spec),
            "population": entry["population"]["id"] if entry["population"] else RANDOMISED,
            "subgroup": self._subgroup(effect),
            "subgroup_level": effect.subgroup_level or None,
            "arm": effect.arm,
            "reference": self.trial.arms[0],
            "measure": effect.measure,
            "unit": spec.get("unit", "") if measure.unit is None else measure.unit,
            **numbers,
            "level": self.plan.level,
            "df": effect.df,
            "statistic": effect.statistic,
            "p": effect.p,
            "n_arm": effect.n_arm,
            "n_reference": effect.n_reference,
            "missing_arm": effect.missing_arm,
            "missing_reference": effect.missing_reference,
            "imputations": effect.imputations,
            "method": effect.method or found.method,
            "adjusted_for": "; ".join(self.what.adjust if adjusts else ()),
            "important": important,
            "margin": margin,
            "better": spec.get("better"),
            "shifted": found.shift.scenario if found.shift else None,
            "delta": found.shift.delta if found.shift else None,
            "status": NOT_ESTIMABLE if effect.estimate is None else status,
            "note": self._note(effect),
            "decimals": spec.get("decimals"),
        }

    def _subgroup(self, effect: Effect) -> str | None:
        if not effect.subgroup_level:
            return None
        factor = self.what.entry["factor"]
        return self.what.entry["subgroup"] or "; ".join(factor["others"] if factor else ())

    def _note(self, effect: Effect) -> str:
        note = effect.note
        if self.what.entry["exposure"]:
            note = "; ".join(filter(None, [NOT_RANDOMISED, note]))
        for arm, label in self.labels.items():
            note = note.replace(f"{{arm:{arm}}}", label)
        note = note.replace("{arm}", self.labels.get(effect.arm, effect.arm))
        return note.replace("{reference}", self.labels.get(self.trial.arms[0], ""))

    def _takes_of(self, found: Found, arm: str) -> list[Takes]:
        adjusts = METHODS[found.method].adjusts
        arms = self.trial.arms if adjusts else [arm, self.trial.arms[0]]
        return self._takes(arms, adjusts)

    def _takes(self, arms: Sequence[str], adjusted: bool) -> list[Takes]:
        """Return which rows of the datasets the results of some arms take."""
        every = self._observed_takes(arms)
        of, spec, entry = self.what.spec["id"], self.what.spec, self.what.entry
        # The mean of all stands for a covariate that is not known, so all give the number.
        names = list(self.what.adjust) if adjusted else []
        if spec.get("change") and BASELINE_VALUE not in names:
            names.append(BASELINE_VALUE)
        if adjusted and isinstance(entry["missing"], Mapping):
            names += [name for name in self.plan.auxiliary if name not in names]
        before = [p["timepoint"] for p in spec["measured"] if not p["follow_up"]]
        for name in names:
            if name == BASELINE_VALUE:
                where = {"outcome": of, "timepoint": before[0]}
                every.append(Takes("dataset:outcomes", ("value",), where))
            else:
                every.append(Takes("dataset:participants", (name,)))
        every += [
            Takes("dataset:participants", (name,)) for name in dict.fromkeys(self._other_columns())
        ]
        return every

    def _observed_takes(self, arms: Sequence[str]) -> list[Takes]:
        """Return which rows of the dataset of outcomes the known values of some arms take."""
        of, spec, entry = self.what.spec["id"], self.what.spec, self.what.entry
        regrouped = bool(entry["factor"] or entry["exposure"])
        own = {
            "outcome": of,
            "timepoint": self.what.visits or self.what.timepoint,
            **({} if regrouped else {"arm": list(arms)}),
        }
        columns = ["value"]
        columns += ["event"] if spec["kind"] == "time_to_event" else []
        columns += ["exposure"] if "exposure" in spec else []
        every = [Takes("dataset:outcomes", tuple(columns), own, ("value",))]
        return every

    def _other_columns(self) -> list[str]:
        """Return the columns of participants that a comparison takes beside its covariates."""
        entry, names = self.what.entry, []
        names += [self.plan.cluster] if self.what.clusters else []
        names += list(self.what.spec.get("strata", []))
        names += [entry["subgroup"]] if entry["subgroup"] else []
        for rule in (entry["uptake"], entry["exposure"]):
            names += columns_of(rule) if rule else ()
        population = entry["population"]
        if population:
            names += list(population["where"])
            names += columns_of(population["uptake"]) if population["uptake"] else ()
        names += ["arm"] if entry["factor"] else []
        return names

    def _arm_takes(self, arm: str, adjusts: bool) -> list[dict]:
        """Return what the cells of an arm take: an adjusted mean all arms, a count its own."""
        whole = Takes("dataset:participants", ("participant_id",), {"arm": arm})
        own = self._observed_takes([arm])
        return [
            *takes(("n_randomised",), whole),
            *takes(OF_ARMS, *own),
            *(takes(OF_ADJUSTED[2:], *self._takes(self.trial.arms, True)) if adjusts else []),
            *takes(OF_ADJUSTED[:2], *own),
        ]


def _label(spec: Mapping[str, Any]) -> str:
    return f"{spec['label']}, change from baseline" if spec.get("change") else spec["label"]


def _described(kind: str, rows: pd.DataFrame) -> dict[str, Any]:
    """Return the known values of an arm as they are: events, or mean and standard deviation."""
    values = rows["value"].dropna()
    mean = values.mean() if len(values) else None
    found: dict[str, Any] = dict.fromkeys(("events", "percent", "time_at_risk", "mean", "sd"))
    if kind == "binary":
        found |= {"events": int(values.sum())}
        found |= {"percent": None if mean is None else PERCENT * mean}
    elif kind == "time_to_event":
        known = rows[rows["value"].notna()]
        found |= {"events": int(known["event"].eq(1).sum())}
        found |= {"percent": PERCENT * found["events"] / len(known) if len(known) else None}
        found |= {"time_at_risk": float(values.sum())}
    elif kind == "count":
        found |= {"events": round(values.sum()), "mean": mean, "sd": deviation(values)}
        if "exposure" in rows:
            time = rows.loc[rows["value"].notna(), "exposure"].sum()
            found |= {"time_at_risk": float(time)}
    elif kind != "ordered":
        found |= {"mean": mean, "sd": deviation(values)}
    return found


def _as_name(text: str) -> str:
    """Return a text as a part of the name of a row: small letters, digits and underscores."""
    text = text.replace("-", "minus_") if text[:1] == "-" else text
    return "_".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
