"""A column as it is typed: how its cells are read, its distinct texts, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trialtrail.exports.dates import ISO
from trialtrail.exports.months import Months


@dataclass(frozen=True)
class How:
    """How the cells of a column are read.

    Attributes:
        kind: integer, number, boolean, date, partial_date, month, category, text, list, verbatim
            (text in which every sign counts) or censored.
        dates: forms of dates, in the signs of `strptime`; none for any form with one reading.
        last_year: the year after which no year of two digits lies.
        months: a language, or what the twelve months are called; none means English.
        decimal: the decimal sign, None where the configuration gives none.
        unit: the unit that may stand in a cell.
        codes: code to value; any other text is reported.
        exact: whether a code must be spelt as the configuration has it.
        several: whether a cell may hold several codes, with commas between them.
        missing: texts that mean "no value".
        is_id: whether the cells name records, of this table or of another.
        plain: texts of numbers that the file has as numbers: nobody chose their decimal sign.
        days: texts of days that the file has as days: nobody chose their form.
    """

    kind: str
    dates: tuple[str, ...] = (ISO,)
    last_year: int | None = None
    months: Months | None = None
    decimal: str | None = None
    unit: str = ""
    codes: dict | None = None
    exact: bool = False
    several: bool = False
    missing: tuple[str, ...] = ("",)
    is_id: bool = False
    plain: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()


@dataclass
class Typed:
    """A typed column.

    Attributes:
        values: one value a row, missing where the cell says so or cannot be read.
        beside: further columns that the cells make, by the ending of their name.
        faults: (rule, message, mask of the rows that break it).
        changes: (from, to, cells): how many cells were changed from which form to which.
    """

    values: pd.Series
    beside: dict[str, pd.Series] = field(default_factory=dict)
    faults: list[tuple[str, str, pd.Series]] = field(default_factory=list)
    changes: list[tuple[str, str, int]] = field(default_factory=list)


class Distinct:
    """The distinct texts of a column, and which rows have each; of free text every row is one."""

    def __init__(self, cells: pa.ChunkedArray, whole: bool) -> None:
        cells = cells.combine_chunks()
        self.changes: list[tuple[str, str, int]] = []
        if whole:
            self.texts, self.places, self.counts = cells, None, None
            return
        coded = pc.dictionary_encode(cells)
        self.texts = coded.dictionary
        self.places = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
        there = self.places[self.places >= 0]
        self.counts = np.bincount(there, minlength=len(self.texts))

    def rows(self, mask) -> int:
        """Return how many rows have one of the masked texts."""
        mask = np.asarray(mask, dtype=bool)
        return int(mask.sum() if self.counts is None else self.counts[mask].sum())

    def changed(self, before: str, after: str, mask) -> None:
        """Note that the masked texts were changed from one form to another."""
        if count := self.rows(mask):
            self.changes.append((before, after, count))

    def blank(self, code: str, mask: np.ndarray) -> None:
        """Take the masked texts for a missing code that they spell in another way."""
        if mask.any():
            self.changed(f"another spelling of the missing code {code}", "no value", mask)
            none = pa.scalar(None, pa.large_string())
            self.texts = pc.if_else(pa.array(mask), none, self.texts)

    def spread(self, values) -> pd.Series:
        """Return the value of each row, given that of each distinct text (an extension array)."""
        if self.places is None:
            return pd.Series(values)
        return pd.Series(values.take(self.places, allow_fill=True))

    def mask(self, of_texts: np.ndarray) -> pd.Series:
        """Return which rows have one of the masked texts."""
        if self.places is None:
            return pd.Series(np.asarray(of_texts, dtype=bool))
        padded = np.append(np.asarray(of_texts, dtype=bool), False)
        return pd.Series(padded[self.places])
