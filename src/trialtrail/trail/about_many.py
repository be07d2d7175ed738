"""Which printed numbers are about many people, so that they may be told without the data."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trialtrail.trail.printed.printed_numbers import PrintedNumber, number_in

FEWEST = 3
"""A count of cells, records, files or people below this is not told: it may be of one person."""
OF_PEOPLE = ("interviewees", "quotations")
"""Tables of which a row is about one person, or what one person said."""
OF_ONE_VALUE = ("minimum", "maximum")
"""Columns that hold the value of one person."""
OF_VALUES = ("mean", "sd", "median", "q1", "q3")
COUNTS = ("n", "n_with_data", "n_analysed")
"""Columns that say of how many people those of `OF_VALUES` are."""
NUMBER_LIKE = re.compile(
    r"(?:[\d.,%<>=+\-()/;\s\u2264\u2265\u2212\u2013\u00d7\u2070-\u207e\u00b9\u00b2\u00b3]|of|to|p)*"
)
IS_TEXT = "a text"
IS_OF_ONE = "of one person"
IS_OF_FEW = f"of fewer than {FEWEST} people"


def why_withheld(number: PrintedNumber, cells: Mapping[str, str]) -> str:
    """Return why a number is not told to whoever may not see the data; empty if it is about many.

    Args:
        number: the number, with the address of its cell.
        cells: the cells of the result tables, by their addresses.
    """
    if number.table in OF_PEOPLE or number.column in OF_ONE_VALUE:
        return IS_OF_ONE
    if not NUMBER_LIKE.fullmatch(number.printed):
        return IS_TEXT
    beside = (cells.get(f"{number.table}#{number.row}/{name}", "") for name in COUNTS)
    counts = (number_in(text) for text in beside)
    least = min((count for count in counts if count is not None), default=FEWEST)
    return IS_OF_FEW if number.column in OF_VALUES and least < FEWEST else ""


def is_plainly_about_many(number: PrintedNumber) -> bool:
    """Return whether a number may be told by what its address says, without its table."""
    return number.column not in OF_VALUES and not why_withheld(number, {})
