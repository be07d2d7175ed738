"""Each arm against the reference, two groups at a time, without covariates."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from trialtrail.analysis.fitted import Arm, Effect, Fitted, Setting
from trialtrail.analysis.two_groups import Estimate, mean_difference, risk_difference, risk_ratio
from trialtrail.analysis.wald import two_sided_p

Compare = Callable[[pd.Series, pd.Series, float], Estimate]


def welch(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of means with Welch's intervals."""
    return _each_arm(data, setting, mean_difference)


def student(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of means with Student's intervals: one variance for both arms."""

    def pooled(arm: pd.Series, reference: pd.Series, level: float) -> Estimate:
        return mean_difference(arm, reference, level, pooled=True)

    return _each_arm(data, setting, pooled)


def newcombe(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of risks, as fractions, with Newcombe's hybrid score intervals."""
    return _each_arm(data, setting, risk_difference)


def katz(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the ratios of risks with intervals that are symmetric on the log scale."""
    return _each_arm(data, setting, risk_ratio)


def _each_arm(data: pd.DataFrame, setting: Setting, compare: Compare) -> Fitted:
    values = {arm: data.loc[data["arm"] == arm, "value"] for arm in setting.arms}
    reference, *others = setting.arms
    effects = [
        _effect(arm, compare(values[arm], values[reference], setting.level)) for arm in others
    ]
    return Fitted(effects, [Arm(arm, int(values[arm].notna().sum())) for arm in setting.arms])


def _effect(arm: str, found: Estimate) -> Effect:
    statistic, p = _test(found)
    return Effect(
        arm,
        found.measure,
        found.estimate,
        found.lower,
        found.upper,
        found.n_intervention,
        found.n_reference,
        found.missing_intervention,
        found.missing_reference,
        se=found.se or None,
        df=found.df,
        statistic=statistic,
        p=p,
        note=_reason(found),
    )


def _test(found: Estimate) -> tuple[float | None, float | None]:
    """Return t, or z of the log of a ratio, and its two-sided p; none without a standard error."""
    if not found.se or found.lower is None or found.estimate is None:
        return None, None
    if found.measure == "risk_ratio":
        z = math.log(found.estimate) / found.se
        return z, two_sided_p(z)
    t = found.estimate / found.se
    return t, two_sided_p(t, found.df)


def _reason(found: Estimate) -> str:
    """Return why an estimate or its interval is missing; ``{arm}``, ``{reference}`` name an arm."""
    if not found.reason:
        return ""
    sizes = (("{reference}", found.n_reference), ("{arm}", found.n_intervention))
    events = (("{reference}", found.count_reference), ("{arm}", found.count_intervention))
    for nothing, count, ending in (
        ("no value", sizes, ""),
        ("one value", sizes, ": no interval"),
        ("no event", events, ""),
    ):
        wanted = 1 if nothing == "one value" else 0
        named = [label for label, number in count if number == wanted]
        if named and (wanted == 0 or found.estimate is not None):
            where = f"the arm {named[0]}" if len(named) == 1 else "either arm"
            each = "one value" if len(named) == 1 else "one value or none"
            return f"{nothing if wanted == 0 or len(named) == 1 else each} in {where}{ending}"
    return found.reason
