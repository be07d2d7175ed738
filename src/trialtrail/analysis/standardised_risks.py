"""A binary outcome by standardised risks: g-computation with a logistic model.

The model predicts the risk of every participant in each arm; the mean of the predictions is the
risk of the arm, right even where the model is wrong (Ye and others, Stat Biopharm Res
2023;15:500-10; FDA, Adjusting for covariates in randomised trials, 2023). Variances are those of
the influence functions, so the covariates count as drawn with the participants. In small samples
they are short, as residuals of a fitted model are: each is divided by one less its leverage (as in
HC3), and the intervals are by t.

In an arm in which nobody, or everybody, has the event residuals say nothing of its variance, which
is then that of the penalised model; with clusters there is none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

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
from trialtrail.analysis.measures import TOO_WIDE, limits_of_ratio
from trialtrail.analysis.units import ALIKE, NO_VARIANCE, ONE_UNIT, Units, units_of
from trialtrail.analysis.wald import interval, two_sided

DIFFERENCE, RATIO, ODDS = "risk_difference", "risk_ratio", "odds_ratio"
MEASURES = (DIFFERENCE, RATIO, ODDS)
NO_EVENT, ALL_EVENTS = "no event in any arm: no interval", "everybody has the event: no interval"
PENALISED = "separated: the outcome model is fitted by Firth's penalised likelihood"


@dataclass(frozen=True)
class Risks:
    """Standardised risks.

    Attributes:
        risks: of each arm.
        influence: of each participant on each risk, arms x n.
        known: the variance of each risk by the model, where all of the arm have one outcome, else
            0; NaN where the arm has clusters.
        units: whose influences are independent.
    """

    risks: np.ndarray
    influence: np.ndarray
    known: np.ndarray
    units: Units

    def variance(self, weights: np.ndarray) -> tuple[float, float]:
        """Return the variance of a sum of weighed risks, and its degrees of freedom."""
        known = np.where(weights == 0, 0.0, weights**2 * self.known)
        return self.units.variance(weights @ self.influence, known)


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
    if reason := empty_arm(counts, setting.arms):
        return none_of(MEASURES, counts, setting, reason, _method(setting))
    used = data[data["value"].notna()]
    return RepeatedFit(used, setting, counts).fit(used["value"].to_numpy(dtype=float))


class RepeatedFit:
    """The model of some participants, fitted to one outcome after another of all of them.

    Args:
        used: as `standardised_risks` takes it, of participants whose value is known.
        setting: of the fits.
        counts: of all participants.
    """

    def __init__(self, used: pd.DataFrame, setting: Setting, counts: Counts) -> None:
        self._setting, self._counts = setting, counts
        self._members = [(used["arm"] == arm).to_numpy() for arm in setting.arms]
        self._reason = ""
        try:
            self._design = design(used, setting).centred()
            self._units = units_of(used, setting)
        except NotEstimable as problem:
            self._reason = str(problem)

    def fit(self, events: np.ndarray) -> Fitted:
        """Return what the model gives of an outcome, 1 or 0 for each participant."""
        setting, counts = self._setting, self._counts
        method = _method(setting)
        if not np.isin(events, (0.0, 1.0)).all():
            return none_of(MEASURES, counts, setting, "values other than 0 and 1", method)
        if np.ptp(events) == 0:
            return _all_alike(events[0], counts, setting, method)
        if self._reason:
            return none_of(MEASURES, counts, setting, self._reason, method)
        try:
            model = logistic(self._design.matrix, events)
        except NotEstimable as problem:
            return none_of(MEASURES, counts, setting, str(problem), method)
        return self._results(model, events)

    def _results(self, model: Logistic, events: np.ndarray) -> Fitted:
        setting, counts = self._setting, self._counts
        method = _method(setting, "_firth" if model.penalised else "")
        found = self._risks(model, events)
        remarks = [
            _remark(arm, events[mine], setting)
            for arm, mine in zip(setting.arms, self._members, strict=True)
        ]
        penalised = PENALISED if model.penalised else ""
        note = "; ".join(filter(None, [penalised, *remarks, self._design.note]))
        effects = [
            _effect(measure, place, found, (setting, counts, method, note))
            for place in range(1, len(setting.arms))
            for measure in MEASURES
        ]
        arms = [
            _arm(place, found, counts.known[arm], setting) for place, arm in enumerate(setting.arms)
        ]
        return Fitted(effects, arms, _parts(self._design, model, setting.level))

    def _risks(self, model: Logistic, events: np.ndarray) -> Risks:
        made = self._design
        own = expit(made.matrix @ model.effects)
        left = (events - own) / np.maximum(1 - model.leverage, 0.5)
        risks, influence, known = [], [], []
        for place, (arm, mine) in enumerate(zip(self._setting.arms, self._members, strict=True)):
            counterfactual = made.matrix.copy()
            counterfactual[:, 1 : made.arms] = 0.0
            if place:
                counterfactual[:, place] = 1.0
            predicted = expit(counterfactual @ model.effects)
            risk = float(predicted.mean())
            alike = np.ptp(events[mine]) == 0
            shown = np.zeros(len(events)) if alike else np.where(mine, left / mine.mean(), 0.0)
            risks.append(risk)
            influence.append((shown + predicted - risk) / len(events))
            of_model = float((own * (1 - own))[mine].sum()) / mine.sum() ** 2
            of_model = math.nan if arm in self._setting.clustered else of_model
            known.append(of_model if alike else 0.0)
        return Risks(np.array(risks), np.array(influence), np.array(known), self._units)


def _method(setting: Setting, how: str = "") -> str:
    """Return the name of the method; `how` where the outcome model was fitted otherwise."""
    return f"standardised_risks{how}{'_clustered' if setting.clustered else ''}"


def _remark(arm: str, events: np.ndarray, setting: Setting) -> str:
    """Return what is said of an arm in which nobody, or everybody, has the event."""
    if np.ptp(events):
        return ""
    who = "everybody" if events[0] else "nobody"
    rest = "no interval" if arm in setting.clustered else "the variance is that of the model"
    return f"{who} in the arm {{arm:{arm}}} has the event: {rest}"


def _effect(measure: str, place: int, found: Risks, about: tuple) -> Effect:
    setting, counts, method, note = about
    arm, reference = setting.arms[place], setting.arms[0]
    first, second = found.risks[[0, place]].tolist()
    weights = np.zeros(len(setting.arms))
    if measure == DIFFERENCE:
        value, weights[[0, place]] = second - first, (-1.0, 1.0)
    elif measure == RATIO:
        value, weights[[0, place]] = math.log(second / first), (-1 / first, 1 / second)
    else:
        value = math.log(second / (1 - second)) - math.log(first / (1 - first))
        weights[[0, place]] = -1 / (first * (1 - first)), 1 / (second * (1 - second))
    variance, df = found.variance(weights)
    ratio = measure != DIFFERENCE
    shown = math.exp(value) if ratio else value
    sizes = counts.of(arm, reference)
    if not variance > NO_VARIANCE:
        lone = ONE_UNIT if not found.units.several else "" if "no interval" in note else ALIKE
        reason = "; ".join(filter(None, [lone, note]))
        return Effect(arm, measure, shown, None, None, *sizes, note=reason, method=method)
    se = math.sqrt(variance)
    lower, upper = interval(value, se, df, setting.level)
    ends = limits_of_ratio(lower, upper) if ratio else (max(lower, -1.0), min(upper, 1.0))
    if ends is None:
        reason = "; ".join(filter(None, [TOO_WIDE, note]))
        return Effect(arm, measure, shown, None, None, *sizes, note=reason, method=method)
    statistic, p = two_sided(value, se, df)
    return Effect(
        arm,
        measure,
        shown,
        *ends,
        *sizes,
        se=se,
        df=df,
        statistic=statistic,
        p=p,
        note=note,
        method=method,
    )


def _arm(place: int, found: Risks, n: int, setting: Setting) -> Arm:
    """Return the risk of an arm, with an interval on the scale of its logit."""
    arm, risk = setting.arms[place], float(found.risks[place])
    variance, df = found.variance(np.arange(len(setting.arms)) == place)
    if not variance > NO_VARIANCE:
        return Arm(arm, n, risk)
    se = math.sqrt(variance)
    ends = interval(math.log(risk / (1 - risk)), se / (risk * (1 - risk)), df, setting.level)
    lower, upper = map(float, expit(ends))
    return Arm(arm, n, risk, lower, upper, se, df)


def _parts(made: Design, model: Logistic, level: float) -> list[Part]:
    """Return the coefficients of the covariates, on the log odds scale."""
    parts = []
    for place in range(made.arms, len(made.names)):
        value, se = float(model.effects[place]), math.sqrt(model.covariance[place, place])
        ends = interval(value, se, None, level)
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
