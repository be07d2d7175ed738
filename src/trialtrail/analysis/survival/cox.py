"""Hazard ratios by Cox's model (J R Stat Soc B 1972;34:187-220), stratified and with covariates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from trialtrail.analysis.fitted import Arm, Effect, Fitted, NotEstimable, Part, Setting
from trialtrail.analysis.survival.curve_table import median
from trialtrail.analysis.survival.curves import curve_of
from trialtrail.analysis.survival.independence import (
    Units,
    few_clusters,
    units_of,
    variance_of,
)
from trialtrail.analysis.survival.log_rank import NO_COMPARISON, comparable, log_rank
from trialtrail.analysis.survival.observed import Observed, observe, strata_codes, without_time
from trialtrail.analysis.survival.partial_likelihood import (
    Maximum,
    Stratum,
    informative,
    maximise,
    proportional_hazards,
    score_residuals,
    strata_of,
)
from trialtrail.analysis.wald import interval, two_sided

MEASURE = "hazard_ratio"
EFRON, CLUSTERED = "cox_efron", "cox_clustered"
COMPETING = "other events are censored at their time"


@dataclass(frozen=True)
class Model:
    """A model of some arms.

    Attributes:
        seen: the participants of the arms, those without an event in their arm left out.
        names: of the columns: ids of the arms but the reference, terms.
        scale: standard deviation of each column, by which it was divided.
        strata: what the likelihood is made of.
        at: the maximum, of the divided columns.
        units: what is independent.
        notes: what to say of terms and strata.
    """

    seen: Observed
    names: list[str]
    scale: np.ndarray
    strata: list[Stratum]
    at: Maximum
    units: Units
    notes: list[str]

    def influence(self, name: str) -> np.ndarray:
        """Return how far each participant moves the coefficient of a column."""
        residuals = score_residuals(self.strata, self.at.coefficients, len(self.seen.rows))
        place = self.names.index(name)
        return residuals @ self.at.covariance[:, place] / self.scale[place]

    def coefficient(self, name: str) -> float:
        """Return the log hazard ratio of a column."""
        place = self.names.index(name)
        return float(self.at.coefficients[place] / self.scale[place])

    def error(self, name: str) -> tuple[float, float | None]:
        """Return the standard error of a log hazard ratio and its degrees of freedom.

        Raises:
            NotEstimable: the error needs more clusters than there are.
        """
        if self.units.clustered:
            variance, df = variance_of(self.influence(name), self.units)
        else:
            place = self.names.index(name)
            variance, df = self.at.covariance[place, place] / self.scale[place] ** 2, None
        return math.sqrt(variance), df


def cox(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the hazard ratios of the arms by the partial likelihood with Efron's ties.

    ``data`` has a row a participant: ``arm``, ``time`` (0 or more), ``event`` (0 censored, 1 the
    event, 2 and more competing events, which are censored at their time: the ratio is that of
    cause-specific hazards), the columns of ``setting.strata``, each combination of which has a
    baseline hazard of its own, ``setting.terms`` and, with ``setting.clustered``, ``cluster``:
    then the error is the sandwich of Lin and Wei, as `variance_of` has it.

    An arm without an event has no hazard ratio; it has left the likelihood of the others at its
    bound, so that theirs are estimated without it. Parts: ``coefficient`` (log hazard ratio of
    each term), ``log_likelihood``, ``log_likelihood_without`` (of strata alone),
    ``proportional_hazards_p`` (score test with the Kaplan-Meier transform of time, by arm and
    together), ``sandwich_se`` (as R's `coxph` prints it), ``clusters``, ``events`` and
    ``median_time`` by arm, ``log_rank_chi2`` and ``log_rank_p``.
    """
    seen = observe(data, setting)
    reasons = _reasons(seen, setting)
    compared = [arm for arm in setting.arms[1:] if arm not in reasons]
    parts = [] if seen.fault else [*_described(seen, setting), *log_rank(seen, setting)]
    model = None
    if compared:
        try:
            model = _fitted(seen.only([setting.arms[0], *compared]), setting)
        except NotEstimable as problem:
            reasons |= {arm: str(problem) for arm in compared}
    if model is not None:
        parts = [*_model_parts(model, setting), *parts]
    return Fitted(
        [_effect(arm, seen, setting, model, reasons.get(arm, "")) for arm in setting.arms[1:]],
        [Arm(arm, seen.counts.known[arm]) for arm in setting.arms],
        parts,
    )


def _reasons(seen: Observed, setting: Setting) -> dict[str, str]:
    """Return why arms have no hazard ratio, before any model."""
    reference, *others = setting.arms
    reasons = {}
    for arm in others:
        without = [each for each in (reference, arm) if not seen.events(each)]
        if reason := without_time(seen, arm):
            reasons[arm] = reason
        elif without:
            named = " and the arm ".join(f"{{arm:{each}}}" for each in without)
            reasons[arm] = f"no event in the arm {named}: no hazard ratio"
    compared = [reference, *(arm for arm in others if arm not in reasons)]
    if len(compared) > 1:
        known = comparable(seen.only(compared), setting.strata)
        for arm, is_known in zip(compared[1:], known[1:], strict=True):
            if not (known[0] and is_known):
                reasons[arm] = NO_COMPARISON
    return reasons


def _fitted(seen: Observed, setting: Setting) -> Model:
    codes, lacking = strata_codes(seen, setting.strata)
    others = seen.arms[1:]
    arms = [seen.arm == place for place in range(1, len(seen.arms))]
    terms = list(setting.terms)
    # The terms first: an arm must add to them, as in a linear model.
    columns = np.column_stack([seen.rows[terms].to_numpy(dtype="float64"), *arms])
    columns = columns - columns.mean(axis=0)
    size = np.abs(columns).max(axis=0, initial=0.0)
    scale = columns.std(axis=0)
    constant = scale <= 1e-12 * np.maximum(size, np.finfo(float).tiny)
    columns = np.where(constant, 0.0, columns / np.where(constant, 1.0, scale))
    event = seen.event == 1
    strata = strata_of(columns, seen.time, event, codes)
    kept = informative(strata, columns.shape[1])
    for arm, known in zip(others, kept[len(terms) :], strict=True):
        if not known:
            raise NotEstimable(
                f"the arm {{arm:{arm}}} cannot be told apart from strata and covariates while it "
                "and others are at risk"
            )
    dropped = [name for name, known in zip(terms, kept, strict=False) if not known]
    # Then the arms first, as the names are in every model of this package.
    order = [*range(len(terms), columns.shape[1]), *np.flatnonzero(kept[: len(terms)])]
    strata = strata_of(columns[:, order], seen.time, event, codes)
    names = [[*terms, *others][place] for place in order]
    notes = [lacking] if lacking else []
    if dropped:
        notes.append(f"left out, as others or the strata say the same: {', '.join(dropped)}")
    units = units_of(seen, setting)
    maximum = maximise(strata, [f"{{arm:{n}}}" if n in others else n for n in names])
    return Model(seen, names, scale[order], strata, maximum, units, notes)


def _effect(arm: str, seen: Observed, setting: Setting, model: Model | None, reason: str) -> Effect:
    sizes = seen.counts.of(arm, setting.arms[0])
    method = CLUSTERED if setting.clustered else EFRON
    if model is None or reason:
        return Effect(arm, MEASURE, None, None, None, *sizes, note=reason, method=method)
    notes = [*model.notes, *([COMPETING] if model.seen.competing else [])]
    estimate = model.coefficient(arm)
    try:
        se, df = model.error(arm)
    except NotEstimable as problem:
        note = "; ".join([str(problem), *notes])
        return Effect(
            arm, MEASURE, math.exp(estimate), None, None, *sizes, note=note, method=method
        )
    if few := few_clusters(model.units):
        notes.append(few)
    lower, upper = interval(estimate, se, df, setting.level)
    statistic, p = two_sided(estimate, se, df)
    return Effect(
        arm,
        MEASURE,
        math.exp(estimate),
        math.exp(lower),
        _exp(upper),
        *sizes,
        se=se,
        df=df,
        statistic=statistic,
        p=p,
        note="; ".join(notes),
        method=method,
    )


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def _units(model: Model, arm: str) -> int:
    mine = model.seen.arm == model.seen.arms.index(arm)
    return len(np.unique(model.units.codes[mine]))


def _described(seen: Observed, setting: Setting) -> list[Part]:
    parts = []
    for arm in seen.arms:
        mine = seen.only([arm])
        if not len(mine.rows):
            continue
        parts.append(Part("events", float(seen.events(arm)), arm))
        if seen.competing:
            reason = "competing events: the time of the event alone has no median"
            parts.append(Part("median_time", None, arm, note=reason))
            continue
        middle, lower, upper = median(mine, curve_of(mine.time, mine.event), setting)
        note = "" if middle is not None else "the curve does not come down to a half"
        parts.append(Part("median_time", middle, arm, lower, upper, note))
    return parts


def _model_parts(model: Model, setting: Setting) -> list[Part]:
    parts = [
        Part("log_likelihood", model.at.log_likelihood),
        Part("log_likelihood_without", model.at.without),
    ]
    for name in model.names[len(model.seen.arms) - 1 :]:
        estimate = model.coefficient(name)
        try:
            se, df = model.error(name)
        except NotEstimable as problem:
            parts.append(Part("coefficient", estimate, name, note=str(problem)))
            continue
        limits = interval(estimate, se, df, setting.level)
        parts.append(Part("coefficient", estimate, name, *limits, se=se, df=df))
    if not model.units.clustered:
        return [*parts, *_proportional(model)]
    for arm in model.seen.arms[1:]:
        sums = model.units.totals(model.influence(arm))
        parts.append(Part("sandwich_se", float(np.sqrt((sums**2).sum())), arm))
    return [*parts, *(Part("clusters", _units(model, a), a) for a in model.units.clustered)]


def _proportional(model: Model) -> list[Part]:
    """Return p of the test that the arms' hazard ratios do not change, by arm and together."""
    seen = model.seen
    curve = curve_of(seen.time, (seen.event == 1).astype(float))
    gone = np.concatenate([[0.0], 1 - curve.survival])
    changes = [
        np.repeat(gone[np.searchsorted(curve.time, stratum.times)], stratum.sizes)
        for stratum in model.strata
    ]
    mean = np.concatenate(changes).mean()
    changes = [change - mean for change in changes]
    arms = list(range(len(seen.arms) - 1))
    parts = []
    for group, places in [*((seen.arms[place + 1], [place]) for place in arms), ("", arms)]:
        try:
            found = proportional_hazards(model.strata, model.at.coefficients, changes, places)
        except np.linalg.LinAlgError:
            found = math.nan
        defined = math.isfinite(found) and found >= 0 and len(curve.time) > 1
        p = float(chdtrc(len(places), found)) if defined else None
        note = "" if defined else "the events do not tell change of the hazard ratio with time"
        parts.append(Part("proportional_hazards_p", p, group, note=note))
    return parts
