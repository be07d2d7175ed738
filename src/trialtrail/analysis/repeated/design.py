"""Fixed effects of a model for repeated measures: timepoints, arms by timepoint, covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.analysis.covariates import TOLERANCE, independent
from trialtrail.analysis.fitted import NotEstimable, Setting

FLAT = 1e-12
"""Share of the outcome's size below which residuals are rounding alone."""

Key = tuple[str, str]
"""Of a column: an arm, a covariate or "" (neither), and a timepoint or "" (all)."""


@dataclass(frozen=True)
class RepeatedDesign:
    """The rows that are used and the design matrix, by orthonormal columns.

    Attributes:
        outcome: (rows,).
        regressors: (rows, c): constant, the arms but the reference, the covariates.
        participant: (rows,), places of participants.
        visit: (rows,), places in ``visits``.
        visits: the timepoints that are used.
        places: of these, their places among those that were planned.
        effects: (visits, c, p): what leads from the regressors to the design matrix.
        basis: (rows, p): the design matrix, with orthonormal columns.
        combine: (columns, p): what leads from combinations of the columns, by ``keys``, to those
            of the coefficients of ``basis``.
        keys: of the columns: (arm, timepoint), (covariate, timepoint or "") or ("", timepoint).
        aliased: columns that the others determine -> how, by the columns of ``keys``.
        log_volume: logarithm of the determinant that leads from the design matrix to ``basis``.
        empty: arms and timepoints without a value.
        notes: what a reader must know.
    """

    outcome: np.ndarray
    regressors: np.ndarray
    participant: np.ndarray
    visit: np.ndarray
    visits: list[str]
    places: list[int]
    effects: np.ndarray
    basis: np.ndarray
    combine: np.ndarray
    keys: list[Key]
    aliased: dict[Key, np.ndarray]
    log_volume: float
    empty: frozenset[Key]
    notes: tuple[str, ...]

    def mean_of(self, arm: str, visit: str, reference: str) -> np.ndarray:
        """Return the combination (p,) that is an arm's mean at the mean of the covariates.

        Raises:
            NotEstimable: the arm has no value at the timepoint, or covariates say the same.
        """
        parts = {("", visit): 1.0} | ({(arm, visit): 1.0} if arm != reference else {})
        return self._combination(parts, [arm], visit)

    def difference(self, arm: str, visit: str, reference: str) -> np.ndarray:
        """Return the combination (p,) that is the difference of an arm and the reference.

        Raises:
            NotEstimable: an arm has no value at the timepoint, or covariates say the same.
        """
        return self._combination({(arm, visit): 1.0}, [reference, arm], visit)

    def _combination(self, parts: dict[Key, float], arms: list[str], visit: str) -> np.ndarray:
        for arm in arms:
            if (arm, visit) in self.empty:
                raise NotEstimable(f"no value in the arm {{arm:{arm}}} at the timepoint {visit}")
        row = np.array([parts.get(key, 0.0) for key in self.keys])
        for key, others in self.aliased.items():
            if abs(others @ row - parts.get(key, 0.0)) > 1e-6:
                raise NotEstimable(
                    f"the arms cannot be told apart from the covariates at the timepoint {visit}"
                )
        return row @ self.combine


def design(rows: pd.DataFrame, setting: Setting) -> RepeatedDesign:
    """Return the design of rows that all have a value.

    A timepoint without a value, or without any variation beside the arms and covariates, says
    nothing of the others: it is left out and named. So is a covariate (at one timepoint, where each
    timepoint has its own coefficient) that others determine.

    Args:
        rows: a row a participant and timepoint: ``participant_id``, ``arm``, ``visit``, ``value``,
            terms.
        setting: ``arms``, ``visits``, ``at``, ``terms`` and the option ``terms_by_visit``.

    Raises:
        NotEstimable: there is nothing to be analysed at the timepoint that was asked for.
    """
    if not len(rows):
        raise NotEstimable("no value in any arm")
    left_out = {visit: "no value" for visit in setting.visits if not (rows["visit"] == visit).any()}
    while True:
        if setting.at in left_out:
            raise NotEstimable(f"{left_out[setting.at]} at the timepoint {setting.at}")
        visits = [visit for visit in setting.visits if visit not in left_out]
        used = rows[rows["visit"].isin(visits)]
        found = _designed(used, visits, setting, left_out)
        flat = _without_variation(found)
        if not flat:
            return found
        left_out |= flat


def _without_variation(found: RepeatedDesign) -> dict[str, str]:
    """Return the timepoints that are explained exactly, and why."""
    residual = found.outcome - found.basis @ (found.basis.T @ found.outcome)
    flat = {}
    for place, visit in enumerate(found.visits):
        here = found.visit == place
        values = found.outcome[here]
        if np.abs(residual[here]).max() <= FLAT * np.abs(values).max():
            same = np.ptp(values) <= FLAT * np.abs(values).max()
            flat[visit] = (
                "the same value in everyone"
                if same and len(values) > 1
                else "nothing varies beside the arms and covariates"
            )
    return flat


def _designed(
    used: pd.DataFrame, visits: list[str], setting: Setting, left_out: dict[str, str]
) -> RepeatedDesign:
    visit = pd.Categorical(used["visit"], categories=visits).codes.astype(int)
    participant = pd.factorize(used["participant_id"])[0]
    by_visit = bool(setting.options.get("terms_by_visit", True))
    wanted, lost = _terms(used, visit, visits, setting.terms, by_visit)
    terms = list(dict.fromkeys(name for name, _ in wanted))
    values, spread = _centred(used, terms, participant)
    arms = np.column_stack([np.ones(len(used)), *(used["arm"] == a for a in setting.arms[1:])])
    regressors = np.column_stack([arms, values])
    counts = _cells(used, setting.arms, visits)
    empty = frozenset(key for key, count in counts.items() if not count)
    keys: list[Key] = [("", name) for name in visits] + wanted
    keys += [(a, v) for v in visits for a in setting.arms[1:] if (a, v) not in empty]
    sources = {"": 0} | {a: k for k, a in enumerate([*setting.arms[1:], *terms], start=1)}
    effects = np.zeros((len(visits), regressors.shape[1], len(keys)))
    for column, (name, at) in enumerate(keys):
        effects[[visits.index(at)] if at else slice(None), sources[name], column] = 1.0
    matrix = np.einsum("ri,rip->rp", regressors, effects[visit])
    kept, aliased = _independent_columns(matrix)
    lost += [keys[k] for k in aliased if keys[k] in wanted]
    size = np.linalg.norm(matrix[:, kept], axis=0)
    basis, triangle = np.linalg.qr(matrix[:, kept] / size)
    combine = np.linalg.inv(triangle) / size[:, None]
    units = [spread[terms.index(keys[k][0])] for k in kept if keys[k] in wanted]
    return RepeatedDesign(
        outcome=used["value"].to_numpy(dtype="float64"),
        regressors=regressors,
        participant=participant,
        visit=visit,
        visits=visits,
        places=[list(setting.visits).index(name) for name in visits],
        effects=effects[:, :, kept] @ combine,
        basis=basis,
        combine=combine,
        keys=[keys[k] for k in kept],
        aliased={keys[k]: others for k, others in aliased.items() if keys[k] not in wanted},
        log_volume=float(
            np.log(np.abs(np.diag(triangle))).sum() + np.log(size).sum() + np.log(units).sum()
        ),
        empty=empty,
        notes=_notes(left_out, lost, setting.terms),
    )


def _terms(
    used: pd.DataFrame, visit: np.ndarray, visits: list[str], terms: Sequence[str], by_visit: bool
) -> tuple[list[Key], list[Key]]:
    """Return the columns of the covariates that add to those before them, and the others."""
    if not by_visit:
        kept, lost = independent(used, terms)
        return [(name, "") for name in kept], [(name, "") for name in lost]
    wanted: list[Key] = []
    dropped: list[Key] = []
    for place, name in enumerate(visits):
        kept, lost = independent(used[visit == place], terms)
        wanted += [(term, name) for term in kept]
        dropped += [(term, name) for term in lost]
    return wanted, dropped


def _centred(
    used: pd.DataFrame, terms: list[str], participant: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return covariates from their mean over participants, by their spread, and the spread.

    An adjusted mean is then the coefficient of a timepoint (and of an arm at it) by itself.
    """
    values = used[terms].to_numpy(dtype="float64")
    times = np.bincount(participant)
    own = np.zeros((len(times), len(terms)))
    np.add.at(own, participant, values)
    values = values - (own / times[:, None]).mean(axis=0)
    spread = values.std(axis=0)
    return values / spread, spread


def _cells(used: pd.DataFrame, arms: Sequence[str], visits: list[str]) -> dict[Key, int]:
    counts = used.groupby(["arm", "visit"], observed=True).size()
    return {(arm, visit): int(counts.get((arm, visit), 0)) for arm in arms for visit in visits}


def _independent_columns(matrix: np.ndarray) -> tuple[list[int], dict[int, np.ndarray]]:
    """Return the columns that add to those before them, and the others by those."""
    scaled = matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-300)
    places = list(range(matrix.shape[1]))
    if len(matrix) >= len(places):
        left = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
        if (left > TOLERANCE).all():
            return places, {}
    kept: list[int] = []
    basis = np.zeros((len(matrix), 0))
    for place in places:
        left = scaled[:, place]
        for _ in range(2):
            left = left - basis @ (basis.T @ left)
        if (size := np.linalg.norm(left)) > TOLERANCE:
            kept.append(place)
            basis = np.column_stack([basis, left / size])
    others = {
        place: np.linalg.lstsq(matrix[:, kept], matrix[:, place], rcond=None)[0]
        for place in places
        if place not in kept
    }
    return kept, others


def _notes(left_out: dict[str, str], lost: list[Key], terms: Sequence[str]) -> tuple[str, ...]:
    notes = [f"the timepoint {visit} is left out: {why}" for visit, why in left_out.items()]
    named = []
    for term in terms:
        at = [visit for name, visit in lost if name == term and visit not in left_out]
        if at:
            named.append(f"{term} (at {', '.join(at)})" if any(at) else term)
    if named:
        notes.append(f"left out, as others say the same: {', '.join(named)}")
    return tuple(notes)
