"""The mixed model for repeated measures: the arms at one timepoint, from the values at all.

Mallinckrodt, Clark and David (J Biopharm Stat 2001;11:9-21). A participant with a value at any
timepoint is in the model, and values that are missing at random given those are allowed for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import (
    Arm,
    Counts,
    Effect,
    Fitted,
    NotEstimable,
    Part,
    Setting,
    none_of,
)
from trialtrail.analysis.repeated.design import RepeatedDesign, Rows, design, rows_of
from trialtrail.analysis.repeated.inference import INFERENCES, Estimate, Inference
from trialtrail.analysis.repeated.likelihood import RestrictedLikelihood
from trialtrail.analysis.repeated.patterns import Patterns
from trialtrail.analysis.repeated.search import Maximum, maximise
from trialtrail.analysis.repeated.structures import STRUCTURES, Structure

MEASURE = "mean_difference"
FEWEST = 2
"""Participants with values at both of two timepoints, below whom no correlation is estimated."""


def mmrm(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Fit the model by restricted likelihood and compare the arms at ``setting.at``.

    Fixed effects are the timepoints, the arms at each, and the covariates, each with a coefficient
    for every timepoint (``options["terms_by_visit"]``, True by default). The covariance of the
    timepoints is the first of ``options["structures"]`` (by default unstructured, and the
    heterogeneous Toeplitz, first-order autoregressive and compound symmetry structures) of which a
    maximum is found; notes say which were tried before it and what was found of them.

    ``setting.df`` is ``kenward_roger`` (or ``kenward_roger_observed``: the observed information,
    as SAS and R's mmrm have it), ``kenward_roger_expected`` or ``satterthwaite``; for all
    structures Kenward-Roger is in its linear form. `Effect.method` is
    ``mmrm_<structure>_<inference>``, such as ``mmrm_unstructured_kenward_roger_observed``.

    ``n`` are the participants with a value at any timepoint that is used, ``missing`` those
    without. An adjusted mean is that at ``setting.at`` at the mean of the covariates over all
    participants analysed.

    Args:
        data: a row a participant and timepoint: ``participant_id``, ``arm``, ``visit``, ``value``
            and the terms.
        setting: ``arms``, ``visits`` in their order, ``at`` (one of them), ``terms``, ``level``,
            ``df``.

    Returns:
        Effects (``mean_difference``) at ``setting.at``. Parts: ``difference_at`` (the other
        timepoints; group the timepoint, or ``arm@timepoint`` of more than two arms),
        ``variance`` (group the timepoint), ``correlation`` (group ``timepoint x timepoint``),
        ``log_likelihood`` (restricted), ``iterations``, ``converged`` (1 or 0).

    Raises:
        ValueError: the setting has an unknown value of ``df`` or name of a structure.
    """
    kind, names = _asked(setting)
    rows = rows_of(data, setting)
    try:
        _one_row_each(rows, setting.visits)
        found = design(rows, setting)
        model = RepeatedModel(found).fit(found.rows.outcome, names)
    except NotEstimable as reason:
        nothing = none_of([MEASURE], rows.counts(setting.arms), setting, str(reason))
        return Fitted(nothing.effects, nothing.arms, [Part("converged", 0.0, note=str(reason))])
    return _reported(found, model, kind, setting)


def _asked(setting: Setting) -> tuple[str, list[str]]:
    names = list(setting.options.get("structures", STRUCTURES))
    unknown = [repr(name) for name in names if name not in STRUCTURES]
    if unknown or not names:
        raise ValueError(f"structures: {', '.join(unknown) or 'none'}; known: {[*STRUCTURES]}")
    if setting.df not in INFERENCES:
        raise ValueError(f"df: {setting.df!r}; known: {[*INFERENCES]}")
    return INFERENCES[setting.df], names


def _one_row_each(rows: Rows, visits: Sequence[str]) -> None:
    cell = rows.participant * len(visits) + rows.visit
    found, number = np.unique(cell, return_counts=True)
    twice = np.unique(found[number > 1] % len(visits))
    if len(twice):
        at = ", ".join(visits[place] for place in twice)
        raise NotEstimable(f"a participant has more than one value at the timepoint {at}")


@dataclass(frozen=True)
class FittedModel:
    """The maximum for one outcome, which was taken from ``centre`` in units of ``scale``.

    ``failures`` are the structures that were tried before ``structure``, and what was found.
    """

    structure: Structure
    maximum: Maximum
    likelihood: RestrictedLikelihood
    centre: float
    scale: float
    failures: tuple[str, ...]

    @property
    def covariance(self) -> np.ndarray:
        """Return the covariance matrix of the timepoints, in the units of the outcome."""
        return self.maximum.covariance * self.scale**2

    def log_likelihood(self, rows: int) -> float:
        """Return the restricted log-likelihood of the outcome in its own units."""
        parameters = len(self.maximum.terms_at.coefficients)
        return self.maximum.terms_at.log_likelihood - (rows - parameters) * np.log(self.scale)


class RepeatedModel:
    """A design whose sums are kept, to fit one outcome of its rows or many."""

    def __init__(self, of: RepeatedDesign) -> None:
        self._design = of
        _, self._participant = np.unique(of.rows.participant, return_inverse=True)
        self._patterns = Patterns(of.regressors, self._participant, of.rows.visit, len(of.visits))

    def fit(self, outcome: np.ndarray, names: Sequence[str]) -> FittedModel:
        """Return the maximum under the first of the structures that has one.

        Args:
            outcome: of each row of the design.
            names: of structures, in the order in which they are tried.

        Raises:
            NotEstimable: none has; the message says what was found of each.
        """
        of = self._design
        centre = float(outcome.mean())
        residual = (outcome - centre) - of.basis @ (of.basis.T @ (outcome - centre))
        scale = float(residual.std())
        likelihood = RestrictedLikelihood(
            self._patterns, (outcome - centre) / scale, of.effects, of.log_volume
        )
        start = self._start(residual / scale)
        failures: list[str] = []
        for name in names:
            structure = STRUCTURES[name](of.places)
            try:
                self._seen(structure)
                maximum = maximise(likelihood, structure, start)
            except NotEstimable as reason:
                failures.append(f"{structure.label}: {reason}")
                continue
            return FittedModel(structure, maximum, likelihood, centre, scale, tuple(failures))
        raise NotEstimable(
            "no covariance of the timepoints could be fitted (" + "; ".join(failures) + ")"
        )

    def _seen(self, structure: Structure) -> None:
        """Raise NotEstimable where no participants show one of a structure's correlations."""
        for pairs in structure.shared():
            number = sum(int(self._patterns.together[a, b]) for a, b in pairs)
            if number < FEWEST:
                visits = self._design.visits
                named = ", ".join(f"{visits[a]} and {visits[b]}" for a, b in pairs)
                who = "one participant alone has" if number else "no participant has"
                raise NotEstimable(f"{who} values at both of {named}")

    def _start(self, residual: np.ndarray) -> np.ndarray:
        """Return a covariance matrix near that of the residuals, positive definite."""
        together = self._patterns.together
        wide = np.zeros((int(self._participant.max()) + 1, len(together)))
        wide[self._participant, self._design.rows.visit] = residual
        products = wide.T @ wide / np.maximum(together, 1)
        size = np.sqrt(np.diag(products))
        correlation = np.clip(products / np.outer(size, size), -0.9, 0.9)
        np.fill_diagonal(correlation, 1.0)
        least = np.linalg.eigvalsh(correlation)[0]
        if least < 0.1:
            share = (0.1 - least) / (1.0 - least)
            correlation = (1.0 - share) * correlation + share * np.eye(len(size))
        return correlation * np.outer(size, size)


def _reported(found: RepeatedDesign, model: FittedModel, kind: str, setting: Setting) -> Fitted:
    inference = Inference(model.likelihood, model.maximum, kind)
    method = f"mmrm_{model.structure.name}_{kind}"
    counts = found.rows.counts(setting.arms)
    reference, *others = setting.arms
    notes = [*found.notes, *_of_structure(found, model)]

    def compared(arm: int, visit: int) -> tuple[Estimate | None, str]:
        try:
            combination = found.difference(arm, visit)
        except NotEstimable as reason:
            return None, _without(setting.arms[arm], reference, counts) or str(reason)
        return _in_units(inference.of(combination), model.scale), ""

    at = found.visits.index(setting.at)
    effects, parts = [], []
    for place, arm in enumerate(others, start=1):
        estimate, reason = compared(place, at)
        said = reason or "; ".join(notes), method
        effects.append(_effect(arm, estimate, counts.of(arm, reference), said, setting.level))
        for visit, name in enumerate(found.visits):
            if visit != at:
                group = name if len(others) == 1 else f"{arm}@{name}"
                parts.append(_part(group, *compared(place, visit), setting.level))
    arms = []
    for place, arm in enumerate(setting.arms):
        try:
            mean = inference.of(found.mean_of(place, at))
        except NotEstimable:
            arms.append(Arm(arm, counts.known[arm]))
            continue
        mean = _in_units(mean, model.scale, model.centre)
        limits = mean.interval(setting.level)
        arms.append(Arm(arm, counts.known[arm], mean.value, *limits, mean.se, mean.df))
    return Fitted(effects, arms, parts + _parts_of_model(found, model))


def _of_structure(found: RepeatedDesign, model: FittedModel) -> list[str]:
    if len(found.visits) == 1:
        return ["one timepoint alone: an analysis of covariance"]
    if not model.failures:
        return []
    return [f"covariance of the timepoints: {model.structure.label}; {'; '.join(model.failures)}"]


def _without(arm: str, reference: str, counts: Counts) -> str:
    empty = [f"the arm {{arm:{a}}}" for a in (reference, arm) if not counts.known[a]]
    return f"no value in {' and '.join(empty)}" if empty else ""


def _in_units(estimate: Estimate, scale: float, centre: float = 0.0) -> Estimate:
    return Estimate(centre + scale * estimate.value, scale * estimate.se, estimate.df)


def _effect(
    arm: str,
    estimate: Estimate | None,
    counts: tuple[int, int, int, int],
    said: tuple[str, str],
    level: float,
) -> Effect:
    note, method = said
    if estimate is None:
        return Effect(arm, MEASURE, None, None, None, *counts, note=note, method=method)
    statistic, p = estimate.test()
    return Effect(
        arm,
        MEASURE,
        estimate.value,
        *estimate.interval(level),
        *counts,
        se=estimate.se,
        df=estimate.df,
        statistic=statistic,
        p=p,
        note=note,
        method=method,
    )


def _part(group: str, estimate: Estimate | None, reason: str, level: float) -> Part:
    if estimate is None:
        return Part("difference_at", None, group, note=reason)
    return Part(
        "difference_at",
        estimate.value,
        group,
        *estimate.interval(level),
        se=estimate.se,
        df=estimate.df,
    )


def _parts_of_model(found: RepeatedDesign, model: FittedModel) -> list[Part]:
    covariance = model.covariance
    size = np.sqrt(np.diag(covariance))
    parts = [
        Part("variance", float(covariance[k, k]), visit) for k, visit in enumerate(found.visits)
    ]
    for a, one in enumerate(found.visits):
        for b in range(a + 1, len(found.visits)):
            value = float(covariance[a, b] / (size[a] * size[b]))
            parts.append(Part("correlation", value, f"{one} x {found.visits[b]}"))
    return [
        *parts,
        Part("log_likelihood", float(model.log_likelihood(len(found.rows.outcome)))),
        Part("iterations", float(model.maximum.iterations)),
        Part("converged", 1.0),
    ]
