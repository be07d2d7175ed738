"""What the cells and the heading of a column look like, by rules that read no configuration."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from trialtrail.new_study.files.seen import SeenColumn

USUAL_MISSING = frozenset(
    {"-1", "-7", "-8", "-9", "-66", "-77", "-88", "-99", "-777", "-888", "-999", "-9999"}
    | {"7", "8", "9", "66", "77", "88", "97", "98", "99", "777", "888", "999", "9999"}
)
"""Codes that stand for "no answer" in many studies; whether they do is for the study to say."""
EMPTY = frozenset(
    {"", ".", "-", "--", "na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "?", "k.a.", "k. a."}
    | {"nd", "n.d.", "missing", "fehlt", "unknown", "-oth-"}
)
"""Texts that say that there is no value, in any case."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)")
DATE = re.compile(
    r"(?:[12][0-9]{3}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12][0-9]|3[01])"
    r"|(?:0?[1-9]|[12][0-9]|3[01])[-/. ]{1,2}(?:0?[1-9]|[12][0-9]|3[01])[-/. ]{1,2}"
    r"(?:[12][0-9]{3}|[0-9]{2})"
    r"|(?:0?[1-9]|[12][0-9]|3[01])[-/. ]{0,2}[^\W\d_]{3,9}\.?[-/. ,]{0,2}(?:[12][0-9]{3}|[0-9]{2})"
    r"|[^\W\d_]{3,9}\.? (?:0?[1-9]|[12][0-9]|3[01]),? [12][0-9]{3})"
    r"(?:[T ,].*)?",
    re.IGNORECASE,
)
"""What is written like a day, in the forms that exports have; which form it is stays open."""
YEAR = re.compile(r"(?<![0-9])(1[89][0-9]{2}|20[0-9]{2})(?![0-9])")
LOOKED_AT = 1000
"""Cells by which the look of a column is judged."""
MOST = 0.8
"""The share of cells that have to look alike for a column to be said to look so."""
CAMEL = re.compile(
    r"(?<=[a-z\u00e4\u00f6\u00fc\u00df])(?=[A-Z\u00c4\u00d6\u00dc])|(?<=[0-9])(?=[A-Z][a-z])"
)
"""Where a capital begins a word within a heading."""
PARTS = re.compile(r"[^\W\d_]+|[0-9]+")


def plain(text: str) -> str:
    """Return a text in small letters without accents: `Größe` becomes `grosse`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def words_of(heading: str) -> list[str]:
    """Return the words and numbers of a heading, plain: `firstName_2` is first, name, 2."""
    return PARTS.findall(plain(CAMEL.sub(" ", unicodedata.normalize("NFC", heading))))


def present(column: SeenColumn) -> list[str]:
    """Return the cells that hold a value: neither empty nor declared to be missing."""
    return _once("present", column)


def glance(column: SeenColumn) -> list[str]:
    """Return cells that hold a value from all over a column, enough to judge its look by."""
    return _once("glance", column)


def _once(look: str, column: SeenColumn) -> list[str]:
    """Return the cells with values, found once for each set of missing codes."""
    key = (look, column.missing)
    if key not in column.looks:
        cells = column.cells if look == "present" else some([cell for cell in column.cells if cell])
        column.looks[key] = _with_values(cells, column.missing)
    return column.looks[key]


def _with_values(cells: Iterable[str | None], missing: tuple[str, ...]) -> list[str]:
    out = []
    for cell in cells:
        text = "" if cell is None else str(cell).strip()
        if text.casefold() not in EMPTY and text not in missing:
            out.append(text)
    return out


def some(cells: Sequence[str]) -> list[str]:
    """Return cells from all over a column, no more than `LOOKED_AT` by much."""
    return [*cells[:: max(1, len(cells) // LOOKED_AT)]]


def share(cells: list[str], pattern: re.Pattern[str]) -> float:
    """Return the share of cells that are wholly of a pattern; 0 of none."""
    found = [pattern.fullmatch(cell) is not None for cell in some(cells)]
    return sum(found) / len(found) if found else 0.0


def are_dates(column: SeenColumn) -> bool:
    """Return whether a column holds days: its file says so, or nearly all cells look so."""
    if column.kind:
        return column.kind in ("date", "partial_date")
    if ("dates", column.missing) not in column.looks:
        column.looks["dates", column.missing] = share(glance(column), DATE) >= MOST
    return column.looks["dates", column.missing]


def numbers(cells: Iterable[str]) -> list[float]:
    """Return the cells that are numbers, with a decimal point or comma."""
    return [float(cell.replace(",", ".")) for cell in cells if NUMBER.fullmatch(cell)]


def is_measured(cells: list[str]) -> bool:
    """Return whether cells look like a measurement: decimals, or more values than answers have."""
    found = numbers(cells)
    if len(found) < MOST * len(cells) or not found:
        return False
    return any(value % 1 for value in found) or len(set(found)) > 11
