"""One comparison fitted by its methods: to known values, to imputed ones, shifted, by subgroup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from trialtrail.analysis.chosen_methods import methods_for
from trialtrail.analysis.data import Comparison, TrialData
from trialtrail.analysis.fitted import Fitted, Setting, count, none_of
from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.plan import is_imputed
from trialtrail.analysis.subgroups import repeatedly_within_subgroups, within_subgroups

ARM, REFERENCE, BOTH = "arm", "reference", "both"
SCENARIOS = (ARM, REFERENCE, BOTH)
"""Whose imputed values are shifted."""
STEPS = 6
"""Into how many steps the range of shifts is divided."""
OF_KNOWN_VALUES = (
    *("intracluster_correlation", "clusters"),
    *("smallest_cluster", "median_cluster", "largest_cluster"),
)
"""Numbers of a model that are of the known values where others are pooled."""

Fit = Callable[[pd.DataFrame, Setting], Fitted]


@dataclass(frozen=True)
class Shift:
    """What was added to imputed values, and to whose."""

    scenario: str
    delta: float


@dataclass(frozen=True)
class Found:
    """What a method gave of a comparison; ``shift`` where imputed values were shifted."""

    method: str
    fitted: Fitted
    shift: Shift | None = None


class Imputed:
    """Imputed values of the outcomes, as the blocks of an imputation hold them.

    Args:
        rows: ``outcome``, ``timepoint``, ``participant_id``, ``imputation`` and ``value``; where an
            outcome could not be imputed, a row with the reason in ``note`` alone.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        refused = rows["note"].notna()
        self._refused = {
            (row.outcome, row.timepoint): row.note for row in rows[refused].itertuples()
        }
        self._tables = {
            key: part.pivot(index="participant_id", columns="imputation", values="value")
            for key, part in rows[~refused].groupby(["outcome", "timepoint"])
        }
        self.numbers = sorted(int(n) for n in rows["imputation"].dropna().unique())

    def refusal(self, outcome: str, timepoints: Iterable[str]) -> str:
        """Return why an outcome could not be imputed; "" where it was."""
        found = (self._refused.get((outcome, time)) for time in timepoints)
        return next((reason for reason in found if reason), "")

    def of(self, outcome: str, timepoint: str, people: pd.Series) -> np.ndarray:
        """Return the imputed values, a row a participant, NaN for whom nothing was imputed."""
        table = self._tables.get((outcome, timepoint))
        if table is None:
            return np.full((len(people), len(self.numbers)), np.nan)
        return table.reindex(index=people, columns=self.numbers).to_numpy(dtype="float64")


def fit_comparison(
    trial: TrialData, what: Comparison, level: float, imputed: Imputed | None = None
) -> Iterator[Found]:
    """Yield what each method gives of a comparison.

    Args:
        trial: the data.
        what: the comparison.
        level: the confidence level.
        imputed: the imputed values, where the entry asks for them.
    """
    impute = imputed is not None and is_imputed(what.spec, what.entry)
    data = trial.frame(what, everybody=impute or bool(what.visits))
    data, terms, _ = trial.with_terms(data, what)
    setting = trial.setting(what, terms, level)
    for name in methods_for(what, adjusted=bool(terms)):
        fit = _asked(METHODS[name].fit, what, setting)
        if not impute:
            fitted = fit(data, setting)
            if what.entry["factor"]:
                fitted = _with_interaction(fitted, METHODS[name].fit, data, what, setting)
            yield Found(name, fitted)
        else:
            yield from _imputed(name, fit, data, trial, what, setting, imputed)


def _asked(fit: Fit, what: Comparison, setting: Setting) -> Fit:
    """Return the method as the entry asks for it: within subgroups, or as it is."""
    if not what.entry["subgroup"]:
        return fit

    def by_subgroup(data: pd.DataFrame, setting: Setting) -> Fitted:
        return within_subgroups(fit, data, setting, one_model=_has_one_model(what))

    return by_subgroup


def _has_one_model(what: Comparison) -> bool:
    """Tell whether the subgroups of an outcome are compared within one model."""
    return what.spec["kind"] == "continuous" and not what.visits


def _with_interaction(
    fitted: Fitted, fit: Fit, data: pd.DataFrame, what: Comparison, setting: Setting
) -> Fitted:
    """Return the fit of a factor with its interaction with each of the others."""
    effects = list(fitted.effects)
    for other in what.entry["factor"]["others"]:
        rest = [name for name in setting.terms if name != other]
        levels = [f"without {other}", f"with {other}"]
        inside = within_subgroups(
            fit,
            data.assign(subgroup=data[other].map(dict(enumerate(levels)))),
            replace(setting, terms=rest),
            one_model=what.spec["kind"] == "continuous",
            levels=levels,
        )
        effects += [each for each in inside.effects if " against " in each.subgroup_level]
    return replace(fitted, effects=effects)


def _imputed(
    name: str,
    fit: Fit,
    data: pd.DataFrame,
    trial: TrialData,
    what: Comparison,
    setting: Setting,
    imputed: Imputed,
) -> Iterator[Found]:
    from trialtrail.analysis.missing.pooling import pool_fitted

    if reason := imputed.refusal(what.spec["id"], what.visits or [what.timepoint]):
        measures = [effect.measure for effect in fit(data, setting).effects]
        counts = count(data, setting.arms)
        yield Found(name, none_of(list(dict.fromkeys(measures)), counts, setting, reason))
        return
    values = _values(data, trial, what, imputed)
    quick = replace(setting, options={**setting.options, "intervals": False})
    again = _repeatedly(name, fit, data, what, quick)
    known, gone = data["value"].to_numpy(), data["value"].isna().to_numpy()
    done: dict[bytes, Fitted] = {}
    for shift in _shifts(what.entry) or [None]:
        added = _added(data, setting, shift)
        # Without a shift all scenarios are one.
        pooled = done.get(added.tobytes())
        if pooled is None:
            fits = [again(np.where(gone, column + added, known)) for column in values.T]
            pooled = done[added.tobytes()] = pool_fitted(fits, setting.level)
        if shift is None and setting.clustered and not what.entry["subgroup"]:
            pooled = _with_known(pooled, fit(data, setting))
        yield Found(name, _counted(pooled, data, setting), shift)


def _repeatedly(
    name: str, fit: Fit, data: pd.DataFrame, what: Comparison, setting: Setting
) -> Callable[[np.ndarray], Fitted]:
    """Return what fits one completed outcome after another."""
    repeat = METHODS[name].repeat
    if repeat is not None and not what.entry["subgroup"]:
        return repeat(data, setting)
    if repeat is not None and _has_one_model(what) and data["subgroup"].notna().any():
        return repeatedly_within_subgroups(repeat, data, setting)
    return lambda values: fit(data.assign(value=values), setting)


def _values(data: pd.DataFrame, trial: TrialData, what: Comparison, imputed: Imputed) -> np.ndarray:
    """Return the imputed values of the rows of the data, a column an imputation."""
    if what.visits:
        parts = np.full((len(data), len(imputed.numbers)), np.nan)
        for visit in what.visits:
            mine = (data["visit"] == visit).to_numpy()
            people = data.loc[mine, "participant_id"]
            parts[mine] = imputed.of(what.spec["id"], visit, people)
    else:
        parts = imputed.of(what.spec["id"], what.timepoint, data["participant_id"])
    if what.spec.get("change"):
        before = trial.before(what.spec).reindex(data["participant_id"]).to_numpy()
        parts = parts - before[:, None]
    return parts


def _shifts(entry: Mapping[str, Any]) -> list[Shift]:
    """Return the shifts of a tipping point analysis, none for another."""
    spec = entry["missing"]
    if not isinstance(spec, Mapping) or "delta" not in spec:
        return []
    low, high = spec["delta"]
    grid = [float(low + (high - low) * step / STEPS) for step in range(STEPS + 1)]
    return [Shift(scenario, delta) for scenario in SCENARIOS for delta in grid]


def _added(data: pd.DataFrame, setting: Setting, shift: Shift | None) -> np.ndarray:
    """Return what is added to the imputed value of each row."""
    if shift is None:
        return np.zeros(len(data))
    reference = (data["arm"] == setting.arms[0]).to_numpy()
    mine = {ARM: ~reference, REFERENCE: reference, BOTH: np.full(len(data), True)}
    return np.where(mine[shift.scenario], shift.delta, 0.0)


def _with_known(pooled: Fitted, known: Fitted) -> Fitted:
    """Return the pooled fit with the clusters and their correlation of the known values."""
    own = [
        replace(part, note="; ".join(filter(None, ["of the known values", part.note])))
        for part in known.model
        if part.component in OF_KNOWN_VALUES
    ]
    kept = [part for part in pooled.model if part.component not in OF_KNOWN_VALUES]
    return replace(pooled, model=[*kept, *own])


def _counted(pooled: Fitted, data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the pooled fit with those whose value is not known counted as missing."""
    if any(effect.subgroup_level for effect in pooled.effects) or "visit" in data:
        return pooled
    lacking = data.loc[data["value"].isna(), "arm"].value_counts()
    effects = [
        replace(
            effect,
            missing_arm=int(lacking.get(effect.arm, 0)),
            missing_reference=int(lacking.get(setting.arms[0], 0)),
        )
        for effect in pooled.effects
    ]
    return replace(pooled, effects=effects)
