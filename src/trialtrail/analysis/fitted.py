"""What a method is given and what it returns: effects, arms and parts of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


class NotEstimable(ValueError):
    """The data do not hold the quantity; the message is the reason, as `Effect.note` has it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a fit is to keep to.

    Attributes:
        arms: ids of the arms, the reference first.
        level: the confidence level, between 0 and 1.
        adjust: the covariates as the plan names them.
        terms: the columns of the data that stand for the covariates in a model: numbers, without
            a missing value (`covariates.as_terms` makes them).
        clustered: the arms whose participants belong to clusters, column ``cluster`` of the data;
            in the others each participant stands alone.
        df: how the degrees of freedom of a mixed model are computed: ``kenward_roger`` (expected
            information), ``kenward_roger_observed`` or ``satterthwaite``.
        variance: of a linear model without clusters: ``constant``, ``hc2`` or ``hc3``.
        visits: the timepoints of a repeated outcome in their order, column ``visit`` of the data.
        at: the timepoint whose effect is estimated.
        strata: columns of the data that stratify the analysis of a time to an event.
        horizon: the end of the restricted mean time and of cumulative incidence, in the unit of
            the times.
        options: what only one method asks for, by name.
    """

    arms: Sequence[str]
    level: float = 0.95
    adjust: Sequence[str] = ()
    terms: Sequence[str] = ()
    clustered: Sequence[str] = ()
    df: str = "kenward_roger"
    variance: str = "constant"
    visits: Sequence[str] = ()
    at: str = ""
    strata: Sequence[str] = ()
    horizon: float | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """An arm against the reference by one measure.

    ``estimate``, ``lower`` and ``upper`` are in the unit of the outcome, as a fraction (difference
    of risks) or as a ratio; ``se`` of a ratio is that of its logarithm. ``note`` says in words why
    the estimate, or only its interval, is None, or what a reader must know of an estimate; in it
    ``{arm}`` and ``{reference}`` stand for the labels of the arms that are compared, and
    ``{arm:ID}`` for that of any arm. ``n`` are the participants used, ``missing`` those of whom
    the value is not known. ``method`` is the name in the registry, where the data decided it.
    ``subgroup_level`` is the subgroup that it is of; ``imputations`` how many were pooled, and
    ``mc_error`` the Monte Carlo error of the estimate (of a ratio, of its logarithm) that they
    leave.
    """

    arm: str
    measure: str
    estimate: float | None
    lower: float | None
    upper: float | None
    n_arm: int
    n_reference: int
    missing_arm: int
    missing_reference: int
    se: float | None = None
    df: float | None = None
    statistic: float | None = None
    p: float | None = None
    note: str = ""
    method: str = ""
    subgroup_level: str = ""
    imputations: int | None = None
    mc_error: float | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm as a method used it; ``adjusted`` is its mean (or risk) at the covariates of all."""

    arm: str
    n_analysed: int
    adjusted: float | None = None
    adjusted_lower: float | None = None
    adjusted_upper: float | None = None
    adjusted_se: float | None = None
    adjusted_df: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One number of a fitted model: a coefficient, a variance, whether it converged.

    A coefficient has its standard error and degrees of freedom (None: normal) too.
    """

    component: str
    value: float | None
    group: str = ""
    lower: float | None = None
    upper: float | None = None
    note: str = ""
    se: float | None = None
    df: float | None = None


@dataclass(frozen=True)
class Fitted:
    """What one method gives of one outcome at one timepoint."""

    effects: list[Effect]
    arms: list[Arm] = field(default_factory=list)
    model: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counts:
    """Participants of each arm whose value is known, and those whose value is not."""

    known: Mapping[str, int]
    missing: Mapping[str, int]

    def of(self, arm: str, reference: str) -> tuple[int, int, int, int]:
        """Return ``n_arm, n_reference, missing_arm, missing_reference`` of an `Effect`."""
        return (
            self.known[arm],
            self.known[reference],
            self.missing[arm],
            self.missing[reference],
        )


def arm_places(data: pd.DataFrame, arms: Sequence[str]) -> np.ndarray:
    """Return the place of the arm of each row among ``arms``; -1 of another, or of none."""
    known = {arm: place for place, arm in enumerate(arms)}
    found = (known.get(arm, -1) for arm in data["arm"].to_numpy(dtype=object))
    return np.fromiter(found, dtype=int, count=len(data))


def count(data: pd.DataFrame, arms: Sequence[str], value: str = "value") -> Counts:
    """Count the rows of each arm with and without a value (one row a participant)."""
    known = data[value].notna().to_numpy(dtype=bool)
    places = arm_places(data, arms)
    # The place 0 is that of who belongs to none of the arms.
    with_value, without = (
        np.bincount(1 + places[these], minlength=1 + len(arms))[1:] for these in (known, ~known)
    )
    return Counts(
        {arm: int(with_value[place]) for place, arm in enumerate(arms)},
        {arm: int(without[place]) for place, arm in enumerate(arms)},
    )


def none_of(
    measures: Sequence[str], counts: Counts, setting: Setting, reason: str, method: str = ""
) -> Fitted:
    """Return effects of each arm without an estimate, for one reason."""
    reference, *others = setting.arms
    return Fitted(
        [
            Effect(
                arm,
                measure,
                None,
                None,
                None,
                *counts.of(arm, reference),
                note=reason,
                method=method,
            )
            for arm in others
            for measure in measures
        ],
        [Arm(arm, counts.known[arm]) for arm in setting.arms],
    )


def empty_arm(counts: Counts, arms: Sequence[str]) -> str:
    """Return why arms cannot be compared because one has no value; "" if each has some."""
    empty = [arm for arm in arms if not counts.known[arm]]
    if not empty:
        return ""
    if len(empty) == len(arms):
        return "no value in any arm"
    return "no value in the arm " + " and the arm ".join(f"{{arm:{arm}}}" for arm in empty)
