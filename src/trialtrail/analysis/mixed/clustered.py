"""A continuous outcome of participants in clusters: in all arms, or nested in some of them.

The arms without clusters have no variance between them (a partially nested trial: Candlish and
others, BMC Med Res Methodol 2018;18:105), and each arm has a residual variance of its own; all have
one where a cluster has members in several arms, as sites have that randomise participants. Options
of the setting: ``residual`` `one` for one residual variance of all arms, ``intervals`` false for no
interval of the intra-cluster correlation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.analysis.covariates import Design, design
from trialtrail.analysis.fitted import (
    Arm,
    Counts,
    Effect,
    Fitted,
    NotEstimable,
    Part,
    Setting,
    arm_places,
    count,
    empty_arm,
    none_of,
)
from trialtrail.analysis.mixed.correlation import correlation
from trialtrail.analysis.mixed.inference import EXPECTED, ContrastResult, Curvature, infer
from trialtrail.analysis.mixed.restricted_likelihood import Estimated, fit
from trialtrail.analysis.mixed.sums import ClusteredSums, InGroup, Layout

MEASURE = "mean_difference"
FEW = 4
"""Clusters up to which their variance is known so badly that the note says it."""
AT_ZERO = "no variance between clusters: their members are no more alike than other participants"
ALONE = "no cluster has two members: the variance between clusters is part of the residual variance"
ACROSS = "clusters have members in several arms: one residual variance of all arms"
NO_INFERENCE = "the variances are not known well enough for an interval"
NOT_CONVERGED = "the search for the variances did not converge"


@dataclass(frozen=True)
class ClusteredModel:
    """A fitted model with the scale of its outcome given back.

    Attributes:
        design: the columns of the model.
        sums: of the outcome.
        model: as it was estimated, in the scale of the sums.
        kind: of the inference.
        level: the confidence level.
    """

    design: Design
    sums: ClusteredSums
    model: Estimated
    kind: str
    level: float

    def contrast(self, weights: np.ndarray) -> ContrastResult | None:
        """Return a combination of the fixed effects, in the unit of the outcome."""
        found = infer(weights, self.model.effects, self._curvature(), self.kind, self.level)
        if found is None:
            return None
        scale, shift = self.sums.scale, weights[0] * self.sums.centre
        estimate = scale * found.estimate + shift
        ends = (scale * found.lower + shift, scale * found.upper + shift)
        return ContrastResult(estimate, scale * found.se, found.df, *ends, found.statistic, found.p)

    def estimate(self, weights: np.ndarray) -> float:
        """Return a combination of the fixed effects without its inference."""
        return float(
            self.sums.scale * (weights @ self.model.effects) + weights[0] * self.sums.centre
        )

    def _curvature(self) -> Curvature:
        """Return the curvature by the variances that were estimated.

        The variance of clusters of one is none; one at its bound of 0 is known, but for the
        expected information, which does not depend on what was found.
        """
        last = not self.sums.alone and (not self.model.at_zero or self.kind == EXPECTED)
        kept = np.append(np.ones(len(self.model.variances) - 1, dtype=bool), last)
        return self.model.curvature.only(np.flatnonzero(kept))


def mixed(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of means with the variance between clusters taken into account.

    Args:
        data: a row a participant: ``arm``, ``value``, ``cluster`` (missing for who stands alone)
            and the terms.
        setting: ``clustered`` names the arms with clusters, ``df`` the inference.

    Returns:
        effects by `mean_difference`, adjusted means, and of the model the coefficients, variances,
        the intra-cluster correlation and the sizes of the clusters.
    """
    return mixed_forms(data, [setting])[0]


def mixed_forms(data: pd.DataFrame, settings: Sequence[Setting]) -> list[Fitted]:
    """Return what `mixed` gives by settings that differ in ``df`` alone, of one search for all."""
    setting = settings[0]
    counts = count(data, setting.arms)
    if reason := empty_arm(counts, setting.arms):
        return [none_of([MEASURE], counts, each, reason, _method(each)) for each in settings]
    used = data[data["value"].notna()]
    values = used["value"].to_numpy(dtype=float)
    return RepeatedFit(used, setting, counts).forms(values, settings)


class RepeatedFit:
    """The model of some participants, fitted to one outcome after another of all of them.

    Args:
        used: as `mixed` takes it, of participants whose value is known.
        setting: of the fits.
        counts: of all participants.
    """

    def __init__(self, used: pd.DataFrame, setting: Setting, counts: Counts) -> None:
        self._setting, self._counts = setting, counts
        self._near: np.ndarray | None = None
        self._reason = ""
        places = arm_places(used, setting.arms)
        clusters = _codes(used, places, setting)
        self._sizes = _sizes(places, clusters, setting)
        across = _across(places, clusters)
        self._note = ACROSS if across and setting.options.get("residual") != "one" else ""
        self._one = across or setting.options.get("residual") == "one"
        try:
            self._design = design(used, setting).centred()
            groups = np.zeros(len(used), dtype=int) if self._one else places
            self._layout = Layout(self._design.matrix, groups, clusters)
        except NotEstimable as problem:
            self._reason = str(problem)

    def fit(self, values: np.ndarray) -> Fitted:
        """Return what the model gives of an outcome, one value a participant."""
        return self.forms(values, [self._setting])[0]

    def forms(self, values: np.ndarray, settings: Sequence[Setting]) -> list[Fitted]:
        """Return what the model gives of an outcome by settings that differ in ``df`` alone."""
        counts = self._counts
        try:
            sums, model = self._model(values)
        except NotEstimable as problem:
            reason = self._in_words(problem)
            return [none_of([MEASURE], counts, each, reason, _method(each)) for each in settings]
        found = []
        for each in settings:
            one = ClusteredModel(self._design, sums, model, _kind(each), each.level)
            found.append(_printed(one, counts, each, self._note, self._sizes))
        return found

    def _model(self, values: np.ndarray) -> tuple[ClusteredSums, Estimated]:
        """Return the sums of an outcome and the model at its maximum.

        Raises:
            NotEstimable: it has none.
        """
        if self._reason:
            raise NotEstimable(self._reason)
        try:
            sums = self._layout.sums(values)
            near = None if self._near is None else self._near / sums.scale**2
            # A search that runs away overflows: it is then said not to have converged.
            with np.errstate(all="ignore"):
                model = fit(sums, near)
        except np.linalg.LinAlgError as problem:
            raise NotEstimable(NOT_CONVERGED) from problem
        if model.converged:
            self._near = model.variances * sums.scale**2
        return sums, model

    def _in_words(self, problem: NotEstimable) -> str:
        """Return why there is no model, the variance group named."""
        if not isinstance(problem, InGroup):
            return str(problem)
        name = "trial" if self._one else f"arm {{arm:{self._setting.arms[problem.place]}}}"
        return str(problem).replace("{group}", name)


def _kind(setting: Setting) -> str:
    return EXPECTED if setting.df == "kenward_roger" else setting.df


def _method(setting: Setting) -> str:
    return f"mixed_{_kind(setting)}"


def _codes(used: pd.DataFrame, places: np.ndarray, setting: Setting) -> np.ndarray:
    """Return the cluster of each participant as a number, -1 for who stands alone."""
    within = [place for place, arm in enumerate(setting.arms) if arm in setting.clustered]
    inside = np.isin(places, within) & used["cluster"].notna().to_numpy(dtype=bool)
    codes = np.full(len(used), -1)
    codes[inside], _ = pd.factorize(used["cluster"].to_numpy(dtype=object)[inside], sort=True)
    return codes


def _across(places: np.ndarray, clusters: np.ndarray) -> bool:
    """Tell whether a cluster has members in several arms."""
    inside = clusters >= 0
    pairs = np.unique(np.column_stack([clusters[inside], places[inside]]), axis=0)
    return len(pairs) > len(np.unique(pairs[:, 0]))


def _sizes(places: np.ndarray, clusters: np.ndarray, setting: Setting) -> dict[str, np.ndarray]:
    """Return the sizes of the clusters of each arm that has any."""
    found = {}
    for place, arm in enumerate(setting.arms):
        mine = clusters[(places == place) & (clusters >= 0)]
        if len(mine):
            found[arm] = np.unique(mine, return_counts=True)[1]
    return found


def _printed(
    found: ClusteredModel,
    counts: Counts,
    setting: Setting,
    said: str,
    sizes: dict[str, np.ndarray],
) -> Fitted:
    method = _method(setting)
    note = "; ".join(filter(None, [_remark(found, sizes), said, found.design.note]))
    reference, *others = setting.arms
    effects = []
    for place, arm in enumerate(others, start=1):
        weights = found.design.contrast(place)
        result = found.contrast(weights) if found.model.converged else None
        if not found.model.converged:
            effects.append(
                Effect(
                    arm,
                    MEASURE,
                    None,
                    None,
                    None,
                    *counts.of(arm, reference),
                    note=NOT_CONVERGED,
                    method=method,
                )
            )
        elif result is None:
            effects.append(
                Effect(
                    arm,
                    MEASURE,
                    found.estimate(weights),
                    None,
                    None,
                    *counts.of(arm, reference),
                    note="; ".join(filter(None, [NO_INFERENCE, note])),
                    method=method,
                )
            )
        else:
            effects.append(
                Effect(
                    arm,
                    MEASURE,
                    result.estimate,
                    result.lower,
                    result.upper,
                    *counts.of(arm, reference),
                    se=result.se,
                    df=result.df,
                    statistic=result.statistic,
                    p=result.p,
                    note=note,
                    method=method,
                )
            )
    arms = [_arm(found, place, arm, counts) for place, arm in enumerate(setting.arms)]
    return Fitted(effects, arms, _parts(found, setting, sizes))


def _arm(found: ClusteredModel, place: int, arm: str, counts: Counts) -> Arm:
    weights = found.design.mean_of(place)
    result = found.contrast(weights) if found.model.converged else None
    if result is None:
        return Arm(arm, counts.known[arm])
    return Arm(
        arm, counts.known[arm], result.estimate, result.lower, result.upper, result.se, result.df
    )


def _remark(found: ClusteredModel, sizes: dict[str, np.ndarray]) -> str:
    """Return what a reader must know of the clusters."""
    if found.sums.alone:
        return ALONE
    few = [(arm, len(each)) for arm, each in sizes.items() if len(each) <= FEW]
    words = [
        f"{number} cluster{'s' if number > 1 else ''} in the arm {{arm:{arm}}}: their variance is "
        "hardly known"
        for arm, number in few
    ]
    return "; ".join([*words, *([AT_ZERO] if found.model.at_zero else [])])


def _parts(found: ClusteredModel, setting: Setting, sizes: dict[str, np.ndarray]) -> list[Part]:
    model, sums, made = found.model, found.sums, found.design
    square = sums.scale**2
    parts = []
    for place in range(made.arms, len(made.names)):
        weights = np.zeros(len(made.names))
        weights[place] = 1.0
        result = found.contrast(weights)
        if result:
            parts.append(
                Part(
                    "coefficient",
                    result.estimate,
                    made.names[place],
                    result.lower,
                    result.upper,
                    se=result.se,
                    df=result.df,
                )
            )
    one = len(model.variances) == 2 and len(setting.arms) > 1
    for place, variance in enumerate(model.variances[:-1]):
        group = "" if one else setting.arms[place]
        parts.append(Part("residual_variance", float(square * variance), group))
    if sums.alone:
        parts += [Part("cluster_variance", None, note=ALONE)]
        parts += [Part("intracluster_correlation", None, note=ALONE)]
    else:
        note = AT_ZERO if model.at_zero else ""
        between = correlation(
            sums, model, setting.level, interval=bool(setting.options.get("intervals", True))
        )
        parts += [
            Part("cluster_variance", float(square * model.variances[-1]), note=note),
            Part(
                "intracluster_correlation", between.estimate, "", between.lower, between.upper, note
            ),
        ]
    for arm, each in sizes.items():
        parts += [
            Part("clusters", float(len(each)), arm),
            Part("smallest_cluster", float(each.min()), arm),
            Part("median_cluster", float(np.median(each)), arm),
            Part("largest_cluster", float(each.max()), arm),
        ]
    shift = (sums.n - sums.p) * np.log(sums.scale)
    return [
        *parts,
        Part("log_likelihood", float(model.log_likelihood - shift)),
        Part("iterations", float(model.iterations)),
        Part("converged", float(model.converged)),
    ]
