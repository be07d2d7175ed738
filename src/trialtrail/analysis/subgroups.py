"""Effects within subgroups, and the interaction that compares them.

Of a continuous outcome one model has the subgroups and their interaction with the arms; the effect
within a subgroup is that model's, with the subgroup as the reference level, and the interaction its
coefficient. Of other outcomes the method is fitted within each subgroup, and the interaction is the
difference of the two effects (on the log scale of ratios), whose errors are independent (Altman and
Bland, BMJ 2003;326:219).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Arm, Effect, Fitted, Setting
from trialtrail.analysis.measures import INTERACTION, TOO_WIDE, limits_of_ratio, measure_of
from trialtrail.analysis.wald import interval, two_sided

Fit = Callable[[pd.DataFrame, Setting], Fitted]
COLUMN = "subgroup"
"""The column of the data that holds the subgroup of a participant."""
SEPARATE = "fitted within each subgroup"
UNKNOWN, OF_NOBODY = "unknown", "the subgroup is known of nobody"


def within_subgroups(
    fit: Fit,
    data: pd.DataFrame,
    setting: Setting,
    *,
    one_model: bool,
    levels: Sequence[str] = (),
) -> Fitted:
    """Return the effects within each level of ``subgroup``, and the interactions.

    An effect has its ``subgroup_level``. An interaction compares a level with the first in their
    order; its measure ends in ``_interaction``. Participants whose subgroup is not known are left
    out; where it is known of nobody, one effect says so.

    Args:
        fit: the method.
        data: as the method takes it, with the column ``subgroup``.
        setting: of the method.
        one_model: whether the method is a linear model, whose terms can hold the interaction.
        levels: in their order; if left out, as they sort.
    """
    known, levels = _with_known_level(data, levels)
    if not levels:
        return _of_nobody(fit(known, setting))
    found = {
        level: _of_level(fit(*_seen_from(known, setting, level, levels)), known, setting, level)
        if one_model
        else fit(known[known[COLUMN] == level], setting)
        for level in levels
    }
    return _compared(found, setting, one_model)


def repeatedly_within_subgroups(
    repeat: Callable[[pd.DataFrame, Setting], Callable[[np.ndarray], Fitted]],
    data: pd.DataFrame,
    setting: Setting,
) -> Callable[[np.ndarray], Fitted]:
    """Return what `within_subgroups` gives of one model, for one complete outcome after another.

    Args:
        repeat: the method, as `trialtrail.analysis.methods.Method.repeat` is.
        data: as `within_subgroups` takes it; its values are not used. The subgroup of somebody is
            known.
        setting: of the method.
    """
    kept = data[COLUMN].notna().to_numpy()
    known, levels = _with_known_level(data.assign(value=0.0))
    again = {level: repeat(*_seen_from(known, setting, level, levels)) for level in levels}

    def fit(values: np.ndarray) -> Fitted:
        found = {
            level: _of_level(model(values[kept]), known, setting, level)
            for level, model in again.items()
        }
        return _compared(found, setting, one_model=True)

    return fit


def _with_known_level(
    data: pd.DataFrame, levels: Sequence[str] = ()
) -> tuple[pd.DataFrame, list[str]]:
    """Return the participants whose subgroup is known, and the levels among them in order."""
    known = data[data[COLUMN].notna()].copy()
    known[COLUMN] = known[COLUMN].astype("string").astype(object)
    there = sorted(known[COLUMN].unique())
    return known, [level for level in levels if level in there] or there


def _of_nobody(fitted: Fitted) -> Fitted:
    """Return the effects that a fit to no data does not have, with the reason."""
    return replace(
        fitted,
        effects=[
            replace(effect, subgroup_level=UNKNOWN, note=OF_NOBODY) for effect in fitted.effects
        ],
    )


def _compared(found: Mapping[str, Fitted], setting: Setting, one_model: bool) -> Fitted:
    """Return the effects within each level, and each level against the first."""
    levels = list(found)
    effects = [
        replace(effect, subgroup_level=str(level))
        for level, fitted in found.items()
        for effect in fitted.effects
    ]
    for level in levels[1:]:
        for first, here in zip(found[levels[0]].effects, found[level].effects, strict=True):
            compared = (
                _coefficient(found[levels[0]], first, here, level, setting.level)
                if one_model
                else _difference(first, here, setting.level)
            )
            effects.append(replace(compared, subgroup_level=f"{level} against {levels[0]}"))
    used = {
        arm: sum(each.n_analysed for f in found.values() for each in f.arms if each.arm == arm)
        for arm in setting.arms
    }
    if one_model and levels:
        used = {each.arm: each.n_analysed for each in found[levels[0]].arms}
    return Fitted(effects, [Arm(arm, used.get(arm, 0)) for arm in setting.arms])


def _term(arm: str, level: str) -> str:
    return f"{arm} in {level}"


def _seen_from(
    data: pd.DataFrame, setting: Setting, level: str, levels: Sequence[str]
) -> tuple[pd.DataFrame, Setting]:
    """Return data and setting of the model in which the effects of the arms are of one level."""
    columns = {}
    for other in (each for each in levels if each != level):
        mine = data[COLUMN] == other
        columns[f"{COLUMN}={other}"] = mine.astype("float64")
        for arm in setting.arms[1:]:
            columns[_term(arm, other)] = (mine & (data["arm"] == arm)).astype("float64")
    return data.assign(**columns), replace(setting, terms=[*setting.terms, *columns])


def _of_level(fitted: Fitted, data: pd.DataFrame, setting: Setting, level: str) -> Fitted:
    """Return the fit with the numbers of participants of a level."""
    mine = (data[COLUMN] == level).to_numpy()
    value = data["value"].notna().to_numpy()
    arm = data["arm"].to_numpy(dtype=object)

    def number(of: str, known: bool) -> int:
        return int(np.count_nonzero(mine & (arm == of) & (value == known)))

    reference = setting.arms[0]
    effects = [
        replace(
            effect,
            n_arm=number(effect.arm, True),
            n_reference=number(reference, True),
            missing_arm=number(effect.arm, False),
            missing_reference=number(reference, False),
        )
        for effect in fitted.effects
    ]
    return replace(fitted, effects=effects)


def _coefficient(
    fitted: Fitted, first: Effect, here: Effect, level: str, confidence: float
) -> Effect:
    """Return the interaction of an arm with a level, a coefficient of the first level's model."""
    part = next(
        (
            each
            for each in fitted.model
            if each.component == "coefficient" and each.group == _term(first.arm, level)
        ),
        None,
    )
    if part is None or part.value is None or first.estimate is None or here.estimate is None:
        reason = first.note if first.estimate is None else here.note
        return _none(first, here, reason or "the subgroups cannot be compared")
    if not part.se:
        return replace(_none(first, here, first.note or "no interval"), estimate=part.value)
    statistic, p = two_sided(part.value, part.se, part.df)
    return replace(
        _none(first, here, ""),
        estimate=part.value,
        lower=part.lower,
        upper=part.upper,
        se=part.se,
        df=part.df,
        statistic=statistic,
        p=p,
    )


def _difference(first: Effect, here: Effect, confidence: float) -> Effect:
    """Return the difference of two independent effects, of ratios their ratio."""
    if first.estimate is None or here.estimate is None:
        return _none(first, here, first.note if first.estimate is None else here.note)
    ratio = measure_of(first.measure).ratio
    ends = [math.log(e.estimate) if ratio else e.estimate for e in (here, first)]
    estimate = ends[0] - ends[1]
    if first.se is None or here.se is None:
        shown = math.exp(estimate) if ratio else estimate
        reason = first.note if first.se is None else here.note
        return replace(_none(first, here, reason or "an effect has no interval"), estimate=shown)
    se = math.hypot(first.se, here.se)
    ends = interval(estimate, se, None, confidence)
    statistic, p = two_sided(estimate, se, None)
    shown, limits = (math.exp(estimate), limits_of_ratio(*ends)) if ratio else (estimate, ends)
    if limits is None:
        return replace(_none(first, here, TOO_WIDE), estimate=shown)
    return replace(
        _none(first, here, SEPARATE),
        estimate=shown,
        lower=limits[0],
        upper=limits[1],
        se=se,
        statistic=statistic,
        p=p,
    )


def _none(first: Effect, here: Effect, note: str) -> Effect:
    return Effect(
        first.arm,
        f"{first.measure}_{INTERACTION}",
        None,
        None,
        None,
        first.n_arm + here.n_arm,
        first.n_reference + here.n_reference,
        first.missing_arm + here.missing_arm,
        first.missing_reference + here.missing_reference,
        note=note,
        method=here.method,
    )
