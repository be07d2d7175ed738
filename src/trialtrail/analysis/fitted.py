"""What a method returns of one outcome at one timepoint: effects, arms and parts of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Setting:
    """What a fit is to keep to.

    Attributes:
        arms: ids of the arms, the reference first.
        level: the confidence level, between 0 and 1.
        adjust: the covariates, columns of the data beside ``arm`` and ``value``.
    """

    arms: Sequence[str]
    level: float = 0.95
    adjust: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """An arm against the reference by one measure.

    ``estimate``, ``lower`` and ``upper`` are in the unit of the outcome, as a fraction (difference
    of risks) or as a ratio; ``se`` of a ratio is that of its logarithm. ``reason`` says in words
    why the estimate, or only its interval, is None. ``n`` are the participants used, ``missing``
    those of whom a value or a covariate is not known.
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
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm as a method used it; ``adjusted`` is its mean at the mean of the covariates."""

    arm: str
    n_analysed: int
    adjusted: float | None = None
    adjusted_lower: float | None = None
    adjusted_upper: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One number of a fitted model: a coefficient, a variance, whether it converged."""

    component: str
    value: float | None
    group: str = ""
    lower: float | None = None
    upper: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Fitted:
    """What one method gives of one outcome at one timepoint."""

    effects: list[Effect]
    arms: list[Arm] = field(default_factory=list)
    model: list[Part] = field(default_factory=list)
