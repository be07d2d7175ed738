"""Fixed effects of a model for repeated measures: timepoints, arms by timepoint, covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trialtrail.analysis.covariates import TOLERANCE, independent
from trialtrail.analysis.fitted import Counts, NotEstimable, Setting

FLAT = 1e-12
"""Share of the outcome's size below which residuals are rounding alone."""

Key = tuple[int, int]
"""Of a column of the design matrix: place of its regressor, and of its timepoint (`ALL`: all)."""
ALL = -1


@dataclass(frozen=True)
class Rows:
    """Values by participant and timepoint, with places in place of names.

    Attributes:
        outcome: (rows,).
        arm: (rows,), places in `Setting.arms`.
        visit: (rows,), places in `Setting.visits`.
        participant: (rows,), places in ``arm_of``.
        terms: (rows, terms).
        arm_of: (participants,), the arm of each, with a value or without.
    """

    outcome: np.ndarray
    arm: np.ndarray
    visit: np.ndarray
    participant: np.ndarray
    terms: np.ndarray
    arm_of: np.ndarray

    def of(self, chosen: np.ndarray) -> Rows:
        """Return the rows that are chosen, by a mask."""
        return Rows(
            self.outcome[chosen],
            self.arm[chosen],
            self.visit[chosen],
            self.participant[chosen],
            self.terms[chosen],
            self.arm_of,
        )

    def counts(self, arms: Sequence[str]) -> Counts:
        """Return how many participants of each arm have a row, and how many have none."""
        known = np.zeros(len(self.arm_of), dtype=bool)
        known[self.participant] = True
        with_value, without = (
            np.bincount(self.arm_of[these], minlength=len(arms)) for these in (known, ~known)
        )
        return Counts(
            {arm: int(with_value[place]) for place, arm in enumerate(arms)},
            {arm: int(without[place]) for place, arm in enumerate(arms)},
        )


def rows_of(data: pd.DataFrame, setting: Setting) -> Rows:
    """Return the rows with a value, of the arms and timepoints of the setting."""
    arm = pd.Index(setting.arms).get_indexer(data["arm"])
    data, arm = (data, arm) if (arm >= 0).all() else (data[arm >= 0], arm[arm >= 0])
    visit = pd.Index(setting.visits).get_indexer(data["visit"])
    participant = pd.factorize(data["participant_id"])[0]
    arm_of = arm[np.unique(participant, return_index=True)[1]]
    outcome = data["value"].to_numpy(dtype="float64")
    terms = data[list(setting.terms)].to_numpy(dtype="float64")
    rows = Rows(outcome, arm, visit, participant, terms, arm_of)
    return rows.of(np.isfinite(outcome) & (visit >= 0))


@dataclass(frozen=True)
class RepeatedDesign:
    """The rows that are used and the design matrix, by orthonormal columns.

    Arms and timepoints are named by their places in ``arms`` and ``visits``.

    Attributes:
        rows: those of the timepoints that are used; ``visit`` is the place in ``visits``.
        arms: the reference first.
        visits: the timepoints that are used.
        places: of these, their places among those that were planned.
        regressors: (rows, c): constant, the arms but the reference, the covariates.
        effects: (visits, c, p): what leads from the regressors to the design matrix.
        basis: (rows, p): the design matrix, with orthonormal columns.
        combine: (columns, p): what leads from combinations of the columns, by ``keys``, to those
            of the coefficients of ``basis``.
        keys: of the columns.
        aliased: columns that the others determine -> how, by the columns of ``keys``.
        log_volume: logarithm of the determinant that leads from the design matrix to ``basis``.
        empty: (arms, visits), whether an arm has no value at a timepoint.
        notes: what a reader must know.
    """

    rows: Rows
    arms: list[str]
    visits: list[str]
    places: list[int]
    regressors: np.ndarray
    effects: np.ndarray
    basis: np.ndarray
    combine: np.ndarray
    keys: list[Key]
    aliased: dict[Key, np.ndarray]
    log_volume: float
    empty: np.ndarray
    notes: tuple[str, ...]

    def mean_of(self, arm: int, visit: int) -> np.ndarray:
        """Return the combination (p,) that is an arm's mean at the mean of the covariates.

        Raises:
            NotEstimable: the arm has no value at the timepoint, or covariates say the same.
        """
        return self._combination({(0, visit), (arm, visit)}, [arm], visit)

    def difference(self, arm: int, visit: int) -> np.ndarray:
        """Return the combination (p,) that is the difference of an arm and the reference.

        Raises:
            NotEstimable: an arm has no value at the timepoint, or covariates say the same.
        """
        return self._combination({(arm, visit)}, [0, arm], visit)

    def _combination(self, parts: set[Key], arms: list[int], visit: int) -> np.ndarray:
        for arm in arms:
            if self.empty[arm, visit]:
                raise NotEstimable(
                    f"no value in the arm {{arm:{self.arms[arm]}}} "
                    f"at the timepoint {self.visits[visit]}"
                )
        row = np.array([float(key in parts) for key in self.keys])
        for key, others in self.aliased.items():
            if abs(others @ row - float(key in parts)) > 1e-6:
                raise NotEstimable(
                    "the arms cannot be told apart from the covariates "
                    f"at the timepoint {self.visits[visit]}"
                )
        return row @ self.combine


def design(rows: Rows, setting: Setting) -> RepeatedDesign:
    """Return the design of rows.

    A timepoint without a value, or without any variation beside the arms and covariates, says
    nothing of the others: it is left out and named. So is a covariate (at one timepoint, where each
    timepoint has its own coefficient) that others determine.

    Args:
        rows: a row a participant and timepoint.
        setting: ``arms``, ``visits``, ``at``, ``terms`` and the option ``terms_by_visit``.

    Raises:
        NotEstimable: there is nothing to be analysed at the timepoint that was asked for.
    """
    if not len(rows.outcome):
        raise NotEstimable("no value in any arm")
    number = np.bincount(rows.visit, minlength=len(setting.visits))
    left_out = {place: "no value" for place in np.flatnonzero(number == 0).tolist()}
    at = list(setting.visits).index(setting.at)
    while True:
        if at in left_out:
            raise NotEstimable(f"{left_out[at]} at the timepoint {setting.at}")
        found = _designed(rows, left_out, setting)
        flat = _without_variation(found)
        if not flat:
            return found
        left_out |= flat


def _without_variation(found: RepeatedDesign) -> dict[int, str]:
    """Return the places of the timepoints that are explained exactly, and why."""
    outcome = found.rows.outcome
    residual = outcome - found.basis @ (found.basis.T @ outcome)
    rounding = FLAT * np.abs(outcome).max()
    flat = {}
    for visit, place in enumerate(found.places):
        here = found.rows.visit == visit
        values = outcome[here]
        if np.abs(residual[here]).max() <= rounding:
            flat[place] = (
                "the same value in everyone"
                if len(values) > 1 and np.ptp(values) <= rounding
                else "nothing varies beside the arms and covariates"
            )
    return flat


def _designed(rows: Rows, left_out: dict[int, str], setting: Setting) -> RepeatedDesign:
    places = [place for place in range(len(setting.visits)) if place not in left_out]
    renumbered = np.full(len(setting.visits), -1)
    renumbered[places] = np.arange(len(places))
    rows = rows.of(renumbered[rows.visit] >= 0)
    rows = replace(rows, visit=renumbered[rows.visit])
    terms, lost = _terms(rows, len(places), setting)
    values, spread = _centred(rows)
    indicators = rows.arm[:, None] == np.arange(1, len(setting.arms))
    regressors = np.column_stack([np.ones(len(rows.outcome)), indicators, values])
    cells = np.zeros((len(setting.arms), len(places)), dtype=int)
    np.add.at(cells, (rows.arm, rows.visit), 1)
    keys = [(0, visit) for visit in range(len(places))] + terms
    keys += [(arm, visit) for arm, visit in np.argwhere(cells > 0).tolist() if arm]
    effects = np.zeros((len(places), regressors.shape[1], len(keys)))
    for column, (source, visit) in enumerate(keys):
        effects[slice(None) if visit == ALL else visit, source, column] = 1.0
    basis, triangle, kept, aliased = _orthonormal(_matrix(regressors, rows.visit, effects))
    combine = np.linalg.inv(triangle)
    lost += [keys[k] for k in aliased if keys[k] in terms]
    units = [spread[keys[k][0] - len(setting.arms)] for k in kept if keys[k] in terms]
    visits = [setting.visits[place] for place in places]
    return RepeatedDesign(
        rows=rows,
        arms=list(setting.arms),
        visits=visits,
        places=places,
        regressors=regressors,
        effects=effects[:, :, kept] @ combine,
        basis=basis,
        combine=combine,
        keys=[keys[k] for k in kept],
        aliased={keys[k]: others for k, others in aliased.items() if keys[k] not in terms},
        log_volume=float(np.log(np.abs(np.diag(triangle))).sum() + np.log(units).sum()),
        empty=cells == 0,
        notes=_notes(left_out, lost, visits, setting),
    )


def _matrix(regressors: np.ndarray, visit: np.ndarray, effects: np.ndarray) -> np.ndarray:
    matrix = np.empty((len(visit), effects.shape[2]))
    for place, here in enumerate(effects):
        matrix[visit == place] = regressors[visit == place] @ here
    return matrix


def _terms(rows: Rows, visits: int, setting: Setting) -> tuple[list[Key], list[Key]]:
    """Return the columns of the covariates that add to those before them, and the others."""
    wanted: list[Key] = []
    dropped: list[Key] = []
    first = len(setting.arms)
    by_visit = bool(setting.options.get("terms_by_visit", True))
    for visit in range(visits) if by_visit else [ALL]:
        here = rows.terms if visit == ALL else rows.terms[rows.visit == visit]
        # By their places, so that a covariate may be called as another column is.
        kept, lost = independent(pd.DataFrame(here), range(here.shape[1]))
        wanted += [(first + term, visit) for term in kept]
        dropped += [(first + term, visit) for term in lost]
    return wanted, dropped


def _centred(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return covariates from their mean over participants, by their spread, and the spread.

    An adjusted mean is then the coefficient of a timepoint (and of an arm at it) by itself.
    """
    times = np.bincount(rows.participant)
    own = np.zeros((len(times), rows.terms.shape[1]))
    np.add.at(own, rows.participant, rows.terms)
    values = rows.terms - (own[times > 0] / times[times > 0, None]).mean(axis=0)
    spread = values.std(axis=0)
    spread[spread == 0] = 1.0
    return values / spread, spread


def _orthonormal(
    matrix: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, list[int], dict[int, np.ndarray]]:
    """Return orthonormal columns, the triangle that leads from them, and which columns are theirs.

    Columns that those before them determine are last, by the others.
    """
    size = np.linalg.norm(matrix, axis=0)
    places = list(range(matrix.shape[1]))
    if len(matrix) >= len(places):
        basis, triangle = np.linalg.qr(matrix / size)
        if (np.abs(np.diag(triangle)) > TOLERANCE).all():
            return basis, triangle * size, places, {}
    kept: list[int] = []
    basis = np.zeros((len(matrix), 0))
    for place in places:
        left = matrix[:, place] / size[place]
        for _ in range(2):
            left = left - basis @ (basis.T @ left)
        if (length := np.linalg.norm(left)) > TOLERANCE:
            kept.append(place)
            basis = np.column_stack([basis, left / length])
    others = {
        place: np.linalg.lstsq(matrix[:, kept], matrix[:, place], rcond=None)[0]
        for place in places
        if place not in kept
    }
    return basis, np.triu(basis.T @ matrix[:, kept]), kept, others


def _notes(
    left_out: dict[int, str], lost: list[Key], visits: list[str], setting: Setting
) -> tuple[str, ...]:
    notes = [
        f"the timepoint {setting.visits[place]} is left out: {why}"
        for place, why in sorted(left_out.items())
    ]
    named = []
    for place, term in enumerate(setting.terms, start=len(setting.arms)):
        at = [visit for source, visit in lost if source == place]
        if at in ([ALL], list(range(len(visits)))):
            named.append(term)
        elif at:
            named.append(f"{term} (at {', '.join(visits[visit] for visit in at)})")
    if named:
        notes.append(f"left out, as others say the same: {', '.join(named)}")
    return tuple(notes)
