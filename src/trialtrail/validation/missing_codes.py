"""Which texts of a column stand for a missing value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.exports.export import Export
from trialtrail.exports.normalise import of_codes


def missing_codes(source: Mapping, column: str, of_file: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the texts that stand for a missing value in a column.

    They are those of the column itself, of the file and of the study, and a blank. What is a code
    of the column is no missing code of the study in it, unless only a dictionary gives the code.
    """
    codes = source.get("codes", {}).get(column) or {}
    written = [] if column in source.get("coded_by_dictionary", []) else codes
    general = [code for code in source["missing"] if code not in map(str, written)]
    blank = [] if "" in codes else [""]
    own = source.get("missing_of", {}).get(column, [])
    return tuple(dict.fromkeys(code.strip() for code in [*blank, *general, *own, *of_file]))


def has_value(text: pd.Series, codes: Sequence[str]) -> pd.Series:
    """Return which cells hold a value: no blank, and no missing code in any spelling."""
    texts = text.fillna("").str.strip()
    return ~of_codes(texts, codes).isin(["", *codes])


def codes_by_heading(source: Mapping, export: Export) -> dict[str, tuple[str, ...]]:
    """Return the missing codes of each column of the file that the table takes."""
    return {
        name: missing_codes(source, column, export.missing.get(name, []))
        for column, name in source["columns"].items()
    }
