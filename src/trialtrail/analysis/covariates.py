"""Baseline covariates as columns of a model, and the design matrix of the arms and covariates.

A participant is never left out for a missing baseline covariate, and its value is never taken from
the arm: the overall mean of all who were randomised stands for it (White and Thompson, Stat Med
2005;24:993-1007), with an indicator of those who lack it where they are more than `MANY`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import NotEstimable, Setting, arm_places

MANY = 0.05
"""Share of participants without a covariate above which an indicator of them is a term too."""
UNKNOWN = "unknown"
"""What the indicator of those without a covariate is called after the covariate's name."""
TOLERANCE = 1e-9
"""Share of a column's length that must be left of it beside the columns before it."""


def as_terms(people: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns of a model that stand for covariates, and what to say of them.

    A number is one column; a category has one for each level but the first in their order, named
    ``covariate=level``. Who lacks a value has the mean of those who have it (of a category, the
    share of each level). Where more than `MANY` lack it, ``covariate=unknown`` marks them. A
    covariate that nobody has is left out and named.

    Args:
        people: a row for each participant who was randomised.
        names: the covariates, columns of ``people``.
    """
    columns: dict[str, pd.Series] = {}
    notes = []
    for name in names:
        values = people[name]
        known = values.notna()
        if not known.any():
            notes.append(f"{name} is left out: nobody has a value")
            continue
        if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
            numbers = values.astype("Float64").astype("float64")
            columns[name] = numbers.fillna(numbers.mean())
        else:
            for level in sorted(values.dropna().unique())[1:]:
                share = (values[known] == level).mean()
                mine = (values == level).fillna(False).astype("float64")
                columns[f"{name}={level}"] = mine.where(known, share)
        if (lacking := int((~known).sum())) > MANY * len(people):
            columns[f"{name}={UNKNOWN}"] = (~known).astype("float64")
        if lacking:
            notes.append(f"{name}: mean of all for {lacking} without it")
    return pd.DataFrame(columns, index=people.index, dtype="float64"), notes


@dataclass(frozen=True)
class Design:
    """The columns of a linear predictor: constant, the arms but the reference, the covariates.

    Attributes:
        matrix: a row a participant, a column a parameter.
        names: of the columns: ``constant``, ids of arms, terms.
        arms: how many arms there are, the reference among them.
        note: which terms were left out because others say the same; "" if none was.
    """

    matrix: np.ndarray
    names: list[str]
    arms: int
    note: str = ""

    def centred(self) -> Design:
        """Return the design with each covariate less its mean; only the constant is another.

        What searches or inverts cross products is to have this: of a calendar year, say, they lose
        the digits that its distance from 0 takes up.
        """
        matrix = self.matrix.copy()
        matrix[:, self.arms :] -= matrix[:, self.arms :].mean(axis=0)
        return replace(self, matrix=matrix)

    def contrast(self, arm: int) -> np.ndarray:
        """Return the contrast of one arm, by its place, with the reference, place 0."""
        row = np.zeros(len(self.names))
        if arm:
            row[arm] = 1.0
        return row

    def mean_of(self, arm: int) -> np.ndarray:
        """Return the combination that is the mean of an arm at the mean of the covariates."""
        row = np.zeros(len(self.names))
        row[0] = 1.0
        row[self.arms :] = self.matrix[:, self.arms :].mean(axis=0)
        if arm:
            row[arm] = 1.0
        return row


def design(data: pd.DataFrame, setting: Setting) -> Design:
    """Return the design matrix of the rows of ``data``, of which all are to have a value.

    A term that does not vary, or that the terms before it determine, is left out and named.

    Raises:
        NotEstimable: an arm has no row, or is determined by the covariates.
    """
    kept, dropped = independent(data, setting.terms)
    terms = data[kept].to_numpy(dtype="float64")
    places = arm_places(data, setting.arms)
    arms = [(places == place).astype("float64") for place in range(1, len(setting.arms))]
    before = np.column_stack([np.ones(len(data)), terms])
    for arm, column in zip(setting.arms[1:], arms, strict=True):
        if not column.any():
            raise NotEstimable(f"no value in the arm {{arm:{arm}}}")
        if _left(column, before) <= TOLERANCE * np.linalg.norm(column):
            raise NotEstimable("the arms cannot be told apart from the covariates")
        before = np.column_stack([before, column])
    matrix = np.column_stack([np.ones(len(data)), *arms, terms])
    note = f"left out, as others say the same: {', '.join(dropped)}" if dropped else ""
    return Design(matrix, ["constant", *setting.arms[1:], *kept], len(setting.arms), note)


def independent(data: pd.DataFrame, terms: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the terms that add to a constant and to those before them, and the others."""
    kept: list[str] = []
    dropped: list[str] = []
    columns = np.ones((len(data), 1))
    for name in terms:
        values = data[name].to_numpy(dtype="float64")
        spread = values - values.mean()
        # The scale of a covariate must not decide: what is left is held against its own spread.
        size = np.linalg.norm(spread)
        if size <= TOLERANCE * max(np.linalg.norm(values), 1e-300) or (
            _left(spread, columns) <= TOLERANCE * size
        ):
            dropped.append(name)
        else:
            kept.append(name)
            columns = np.column_stack([columns, spread / size])
    return kept, dropped


def _left(column: np.ndarray, others: np.ndarray) -> float:
    """Return the length of what other columns do not explain of a column."""
    scaled = others / np.maximum(np.linalg.norm(others, axis=0), 1e-300)
    basis, _ = np.linalg.qr(scaled)
    left = column - basis @ (basis.T @ column)
    return float(np.linalg.norm(left - basis @ (basis.T @ left)))
