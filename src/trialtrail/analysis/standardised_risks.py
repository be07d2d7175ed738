"""A binary outcome by standardised risks: g-computation with a logistic model.

The model predicts the risk of every participant in each arm; the mean of the predictions is the
risk of the arm, right even where the model is wrong (Ye and others, Stat Biopharm Res
2023;15:500-10; FDA, Adjusting for covariates in randomised trials, 2023). Variances are those of
the influence functions, so the covariates count as drawn with the participants. In small samples
they are short, as residuals of a fitted model are: each is divided by one less its leverage (as in
HC3), and the intervals are by t.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import expit, stdtr, stdtrit

from trialtrail.analysis.covariates import Design, design
from trialtrail.analysis.fitted import (
    Arm,
    Counts,
    Effect,
    Fitted,
    NotEstimable,
    Part,
    Setting,
    count,
    empty_arm,
    none_of,
)
from trialtrail.analysis.logistic import Logistic, logistic
from trialtrail.analysis.units import Units, units_of

DIFFERENCE, RATIO, ODDS = "risk_difference", "risk_ratio", "odds_ratio"
MEASURES = (DIFFERENCE, RATIO, ODDS)
NO_EVENT, ALL_EVENTS = "no event in any arm: no interval", "everybody has the event: no interval"
PENALISED = "separated: the outcome model is fitted by Firth's penalised likelihood"
ONE_UNIT = "one cluster, or one participant, in an arm: no interval"


def standardised_risks(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return difference, ratio and odds ratio of the standardised risks of each arm.

    Args:
        data: a row a participant: ``arm``, ``value`` (1 or 0), the terms, and ``cluster`` where
            `Setting.clustered` names arms; influences are then summed within the clusters.
        setting: the arms, terms, level and clusters.

    Returns:
        effects by `risk_difference` (a fraction), `risk_ratio` and `odds_ratio`, the risk of each
        arm, and the coefficients of the outcome model.
    """
    counts = count(data, setting.arms)
    ending = "_clustered" if setting.clustered else ""
    method = f"standardised_risks{ending}"
    if reason := empty_arm(counts, setting.arms):
        return none_of(MEASURES, counts, setting, reason, method)
    used = data[data["value"].notna()]
    events = used["value"].to_numpy(dtype=float)
    if not np.isin(events, (0.0, 1.0)).all():
        return none_of(MEASURES, counts, setting, "values other than 0 and 1", method)
    if np.ptp(events) == 0:
        return _all_alike(events[0], counts, setting, method)
    try:
        made = design(used, setting)
    except NotEstimable as problem:
        return none_of(MEASURES, counts, setting, str(problem), method)
    model = logistic(made.matrix, events)
    if model.penalised:
        method = f"standardised_risks_firth{ending}"
    risks, influence = _risks(made, model, events, used, setting)
    units = units_of(used, setting)
    note = "; ".join(filter(None, [PENALISED if model.penalised else "", made.note]))
    effects = [
        _effect(measure, place, (risks, influence, units), (setting, counts, method, note))
        for place in range(1, len(setting.arms))
        for measure in MEASURES
    ]
    arms = [
        _arm(arm, risks[place], influence[place], units, (setting, counts))
        for place, arm in enumerate(setting.arms)
    ]
    return Fitted(effects, arms, _parts(made, model, setting.level))


def _risks(
    made: Design, model: Logistic, events: np.ndarray, used: pd.DataFrame, setting: Setting
) -> tuple[np.ndarray, np.ndarray]:
    """Return the risk of each arm, and the influence of each participant on it, arms x n."""
    n = len(events)
    own = expit(made.matrix @ model.effects)
    left = (events - own) / np.maximum(1 - model.leverage, 0.5)
    risks, influence = [], []
    for place, arm in enumerate(setting.arms):
        counterfactual = made.matrix.copy()
        counterfactual[:, 1 : made.arms] = 0.0
        if place:
            counterfactual[:, place] = 1.0
        predicted = expit(counterfactual @ model.effects)
        risk = float(predicted.mean())
        mine = (used["arm"] == arm).to_numpy()
        risks.append(risk)
        influence.append((np.where(mine, left / mine.mean(), 0.0) + predicted - risk) / n)
    return np.array(risks), np.array(influence)


def _effect(
    measure: str, place: int, found: tuple[np.ndarray, np.ndarray, Units], about: tuple
) -> Effect:
    (risks, influence, units), (setting, counts, method, note) = found, about
    arm, reference = setting.arms[place], setting.arms[0]
    first, second = risks[0], risks[place]
    if measure == DIFFERENCE:
        value, mine = second - first, influence[place] - influence[0]
    elif measure == RATIO:
        value = math.log(second / first)
        mine = influence[place] / second - influence[0] / first
    else:
        value = math.log(second / (1 - second)) - math.log(first / (1 - first))
        mine = influence[place] / (second * (1 - second)) - influence[0] / (first * (1 - first))
    variance, df = units.variance(mine)
    ratio = measure != DIFFERENCE
    shown = math.exp(value) if ratio else value
    sizes = counts.of(arm, reference)
    if not variance > 0:
        reason = "; ".join(filter(None, [ONE_UNIT, note]))
        return Effect(arm, measure, shown, None, None, *sizes, note=reason, method=method)
    se = math.sqrt(variance)
    margin = float(stdtrit(df, (1 + setting.level) / 2)) * se
    lower, upper = value - margin, value + margin
    if ratio:
        lower, upper = math.exp(lower), math.exp(upper)
    statistic = value / se
    p = 2 * float(stdtr(df, -abs(statistic)))
    return Effect(
        arm,
        measure,
        shown,
        lower,
        upper,
        *sizes,
        se=se,
        df=df,
        statistic=statistic,
        p=p,
        note=note,
        method=method,
    )


def _arm(
    arm: str, risk: float, influence: np.ndarray, units: Units, about: tuple[Setting, Counts]
) -> Arm:
    """Return the risk of an arm, with an interval on the scale of its logit."""
    setting, counts = about
    variance, df = units.variance(influence)
    if not variance > 0:
        return Arm(arm, counts.known[arm], risk)
    se = math.sqrt(variance)
    margin = float(stdtrit(df, (1 + setting.level) / 2)) * se / (risk * (1 - risk))
    middle = math.log(risk / (1 - risk))
    lower, upper = float(expit(middle - margin)), float(expit(middle + margin))
    return Arm(arm, counts.known[arm], risk, lower, upper, se, df)


def _parts(made: Design, model: Logistic, level: float) -> list[Part]:
    """Return the coefficients of the covariates, on the log odds scale."""
    from scipy.special import ndtri

    quantile, parts = float(ndtri((1 + level) / 2)), []
    for place in range(made.arms, len(made.names)):
        value, se = float(model.effects[place]), math.sqrt(model.covariance[place, place])
        ends = (value - quantile * se, value + quantile * se)
        parts.append(Part("coefficient", value, made.names[place], *ends, se=se))
    return [*parts, Part("log_likelihood", model.log_likelihood)]


def _all_alike(event: float, counts: Counts, setting: Setting, method: str) -> Fitted:
    """Return the effects where nobody, or everybody, has the event."""
    reason = ALL_EVENTS if event else NO_EVENT
    reference, *others = setting.arms
    effects = []
    for arm in others:
        sizes = counts.of(arm, reference)
        for measure in MEASURES:
            value = 0.0 if measure == DIFFERENCE else 1.0 if event and measure == RATIO else None
            effects.append(
                Effect(arm, measure, value, None, None, *sizes, note=reason, method=method)
            )
    arms = [Arm(arm, counts.known[arm], float(event)) for arm in setting.arms]
    return Fitted(effects, arms)
