"""Results of several imputed datasets pooled into one, by Rubin's rules.

Rubin, Multiple Imputation for Nonresponse in Surveys, 1987; degrees of freedom of Barnard and Rubin
(Biometrika 1999;86:948-55). Ratios are pooled on the log scale. The Monte Carlo error of a pooled
estimate is √(B/m) (White, Royston and Wood, Stat Med 2011;30:377-99).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trialtrail.analysis.fitted import Arm, Effect, Fitted, Part
from trialtrail.analysis.measures import TOO_WIDE, limits_of_ratio, measure_of
from trialtrail.analysis.wald import interval, two_sided

AVERAGED = ("cluster_variance", "residual_variance", "intracluster_correlation", "coefficient")
"""Numbers of a model whose mean over the imputations is reported."""
NOISE = 1e-12
"""Share of the variance within imputations below which that between them is rounding."""


@dataclass(frozen=True)
class Pooled:
    """An estimate of all imputations together.

    ``df`` is None where the interval is normal; ``mc_error`` is the Monte Carlo error of the
    estimate; ``fraction_missing`` the fraction of missing information.
    """

    estimate: float
    se: float
    df: float | None
    lower: float
    upper: float
    statistic: float
    p: float
    mc_error: float
    fraction_missing: float
    within: float
    between: float


def pool(
    estimates: Sequence[float],
    variances: Sequence[float],
    df_complete: float | None,
    level: float,
) -> Pooled:
    """Pool an estimate.

    Args:
        estimates: one an imputation.
        variances: squared standard errors, one an imputation.
        df_complete: degrees of freedom if nothing were missing; None where they are infinite.
        level: the confidence level.
    """
    found, m = np.asarray(estimates, dtype=float), len(estimates)
    estimate, within = float(found.mean()), float(np.mean(variances))
    between = float(found.var(ddof=1)) if m > 1 else 0.0
    total = within + (1 + 1 / m) * between
    se = math.sqrt(total)
    if between <= NOISE * within:
        df, fraction = df_complete, 0.0
    else:
        share = (1 + 1 / m) * between / total
        df = (m - 1) / share**2
        if df_complete is not None and share < 1:
            observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
            df = 1 / (1 / df + 1 / observed)
        increase = share / (1 - share) if share < 1 else math.inf
        fraction = 1.0 if math.isinf(increase) else (increase + 2 / (df + 3)) / (1 + increase)
    statistic, p = two_sided(estimate, se, df) if se else (math.nan, math.nan)
    return Pooled(
        estimate,
        se,
        df,
        *interval(estimate, se, df, level),
        statistic,
        p,
        math.sqrt(between / m),
        fraction,
        within,
        between,
    )


def pool_fitted(fits: Sequence[Fitted], level: float) -> Fitted:
    """Return the fits of all imputations as one.

    Effects are pooled that share arm, measure and subgroup; one that could not be estimated in some
    imputation is not estimated. Variances and coefficients of the models are averaged; each effect
    has a part ``fraction_missing_information``.
    """
    effects, parts = [], []
    for place, first in enumerate(fits[0].effects):
        each = [fitted.effects[place] for fitted in fits]
        pooled, fraction = _effect(each, level)
        effects.append(pooled)
        if fraction is not None:
            group = " ".join(filter(None, [first.arm, first.measure, first.subgroup_level]))
            parts.append(Part("fraction_missing_information", fraction, group))
    arms = [
        _arm([fitted.arms[place] for fitted in fits], level) for place in range(len(fits[0].arms))
    ]
    return Fitted(effects, arms, [*_model(fits), *parts])


def _effect(each: Sequence[Effect], level: float) -> tuple[Effect, float | None]:
    first, m = each[0], len(each)
    lacking = [effect for effect in each if effect.estimate is None]
    if lacking:
        note = f"not estimable in {len(lacking)} of {m} imputations: {lacking[0].note}"
        return _without(first, note, m), None
    without = [effect for effect in each if effect.se is None]
    if without:
        note = f"no interval in {len(without)} of {m} imputations: {without[0].note}"
        mean = sum(effect.estimate for effect in each) / m
        return replace(_without(first, note, m), estimate=mean), None
    ratio = measure_of(first.measure).ratio
    values = [math.log(effect.estimate) if ratio else effect.estimate for effect in each]
    df = _complete([effect.df for effect in each])
    found = pool(values, [effect.se**2 for effect in each], df, level)
    estimate = math.exp(found.estimate) if ratio else found.estimate
    ends = limits_of_ratio(found.lower, found.upper) if ratio else (found.lower, found.upper)
    if ends is None:
        return replace(_without(first, TOO_WIDE, m), estimate=estimate), found.fraction_missing
    lower, upper = ends
    pooled = replace(
        first,
        estimate=estimate,
        lower=lower,
        upper=upper,
        se=found.se,
        df=found.df,
        statistic=found.statistic,
        p=found.p,
        note=_note(each),
        method=Counter(effect.method for effect in each).most_common(1)[0][0],
        imputations=m,
        mc_error=found.mc_error,
    )
    return pooled, found.fraction_missing


def _complete(df: Sequence[float | None]) -> float | None:
    """Return the degrees of freedom if nothing were missing, of imputations that differ in them.

    Their reciprocal is proportional to the variance of a variance, of which the mean is taken.
    """
    if any(each is None for each in df):
        return None
    return len(df) / sum(1 / each for each in df)


def _without(effect: Effect, note: str, m: int) -> Effect:
    """Return an effect without its numbers."""
    none = dict.fromkeys(("estimate", "lower", "upper", "se", "df", "statistic", "p"))
    return replace(effect, **none, note=note, imputations=m)


def _note(each: Sequence[Effect]) -> str:
    """Return what is said of the fits, with how many of them it is said of."""
    said = Counter(part for effect in each for part in filter(None, effect.note.split("; ")))
    return "; ".join(
        text if number == len(each) else f"in {number} of {len(each)} imputations: {text}"
        for text, number in said.items()
    )


def _arm(each: Sequence[Arm], level: float) -> Arm:
    first = each[0]
    if any(arm.adjusted is None or arm.adjusted_se is None for arm in each):
        return Arm(first.arm, first.n_analysed)
    df = _complete([arm.adjusted_df for arm in each])
    found = pool([arm.adjusted for arm in each], [arm.adjusted_se**2 for arm in each], df, level)
    return Arm(
        first.arm,
        first.n_analysed,
        found.estimate,
        found.lower,
        found.upper,
        found.se,
        found.df,
    )


def _model(fits: Sequence[Fitted]) -> list[Part]:
    """Return the means of the numbers of the models that have one in each imputation."""
    found: dict[tuple[str, str], list[float]] = {}
    for fitted in fits:
        for part in fitted.model:
            if part.component in AVERAGED and part.value is not None:
                found.setdefault((part.component, part.group), []).append(part.value)
    note = "mean over imputations"
    return [
        Part(component, sum(values) / len(values), group, note=note)
        for (component, group), values in found.items()
        if len(values) == len(fits)
    ]
