"""Columns of values and of truths over the rows of an export, with what cannot be known of them.

REDCap's own screens, exports and reports do not all read a blank cell alike: in ``[age] < 18`` it
has been a zero and it has been nothing. A row in which the readings differ is *unsure*, and nothing
is said of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

ISO = r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?"


@dataclass(frozen=True)
class Truth:
    """Row by row whether a condition holds; where it is ``unsure``, ``holds`` means nothing."""

    holds: np.ndarray
    unsure: np.ndarray

    def __and__(self, other: Truth) -> Truth:
        """Return where both hold; one that surely does not decides it."""
        no = self.surely_not | other.surely_not
        yes = self.surely & other.surely
        return Truth(yes, ~(yes | no))

    def __or__(self, other: Truth) -> Truth:
        """Return where one holds; one that surely does decides it."""
        yes = self.surely | other.surely
        no = self.surely_not & other.surely_not
        return Truth(yes, ~(yes | no))

    @property
    def surely(self) -> np.ndarray:
        """Where it holds whatever the reading."""
        return self.holds & ~self.unsure

    @property
    def surely_not(self) -> np.ndarray:
        """Where it does not hold whatever the reading."""
        return ~self.holds & ~self.unsure

    def negated(self) -> Truth:
        """Return where it does not hold."""
        return Truth(~self.holds, self.unsure)


@dataclass(frozen=True)
class Value:
    """A column of values.

    ``given_text`` are texts, empty where blank; without them the values are ``given_number``, not a
    number where blank. ``is_number`` marks what is a number by its nature and no text in a cell.
    """

    unsure: np.ndarray
    given_text: pd.Series | None = None
    given_number: np.ndarray | None = None
    codes: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_number(self) -> bool:
        """Whether it is a number that was written or computed, and no cell."""
        return self.given_text is None

    @cached_property
    def number(self) -> np.ndarray:
        """The values as numbers; texts, blanks and codes of missing values are none."""
        if self.given_number is not None:
            return self.given_number
        assert self.given_text is not None
        text = self.given_text.mask(self.given_text.isin(self.codes), "") if self.codes else None
        text = self.given_text if text is None else text
        number = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        return np.where(np.isfinite(number), number, np.nan)

    @cached_property
    def text(self) -> pd.Series:
        """The values as texts, empty where blank; whole numbers without a point."""
        if self.given_text is not None:
            return self.given_text
        number = pd.Series(self.number)
        whole = number.notna() & (number % 1 == 0) & (number.abs() < 1e15)
        texts = number.astype("string").fillna("")
        return texts.mask(whole, number.where(whole).astype("Int64").astype("string"))

    @cached_property
    def blank(self) -> np.ndarray:
        """Where there is no value."""
        if self.given_text is None:
            return np.isnan(self.number)
        return (self.given_text == "").to_numpy(dtype=bool)

    @cached_property
    def dated(self) -> np.ndarray:
        """Where the text is a date or a date with its time, in ISO 8601."""
        return self.text.str.fullmatch(ISO).to_numpy(dtype=bool)

    def truth(self) -> Truth:
        """Return the values as a condition: not zero; of a text nothing is known."""
        no_number = np.isnan(self.number) & ~self.blank
        holds = ~np.isnan(self.number) & (self.number != 0)
        return Truth(holds, self.unsure | no_number)


def of_truth(truth: Truth) -> Value:
    """Return a condition as a value, 1 or 0."""
    return Value(truth.unsure, given_number=truth.holds.astype(float))


def compare(sign: str, left: Value, right: Value) -> Truth:
    """Return where ``left`` stands to ``right`` as ``sign`` says."""
    if sign in ("=", "<>"):
        equal = _equal(left, right)
        return equal if sign == "=" else equal.negated()
    unsure = left.unsure | right.unsure
    numbers = ~np.isnan(left.number) & ~np.isnan(right.number)
    holds = numbers & _ordered(sign, left.number, right.number)
    dates = ~numbers & left.dated & right.dated
    if dates.any():
        place = (left.text > right.text).to_numpy(dtype=int) - (left.text < right.text).to_numpy(
            dtype=int
        )
        holds |= dates & _ordered(sign, place, 0)
    blank = left.blank | right.blank
    # A blank is nothing, which is in no order, or a zero: sure is what is false in both readings.
    zeros = [np.where(side.blank, 0, side.number) for side in (left, right)]
    as_zero = blank & (_ordered(sign, *zeros) | np.isnan(zeros[0]) | np.isnan(zeros[1]))
    return Truth(holds, unsure | as_zero | ~(numbers | dates | blank))


def _ordered(sign: str, left, right) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        if sign == "<":
            return left < right
        if sign == ">":
            return left > right
        return left <= right if sign == "<=" else left >= right


def _equal(left: Value, right: Value) -> Truth:
    unsure = left.unsure | right.unsure
    numbers = ~np.isnan(left.number) & ~np.isnan(right.number)
    same = (left.text == right.text).to_numpy(dtype=bool)
    holds = np.where(numbers, left.number == right.number, same)
    for blank, other in ((left, right), (right, left)):
        # A bare 0 may be what a blank is equal to; a "0" in quotation marks is not.
        unsure = unsure | (blank.blank & other.is_number & (other.number == 0))
    folded = (left.text.str.casefold() == right.text.str.casefold()).to_numpy(dtype=bool)
    return Truth(holds, unsure | (folded & ~same & ~numbers))
