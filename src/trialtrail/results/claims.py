"""Published figures beside reproduced ones, compared at the precision that was printed.

A published figure keeps its text: the digits say how exactly it was meant. A reproduced value
agrees when it rounds to the printed one; a value that lies just between two roundings agrees with
both, for printed tables round halves up, to even or away from zero, and do not say which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Any

from trialtrail.results.cells import Address, Cells, UnknownRow, nearest, parse
from trialtrail.errors import StudyError

PARTS = ("value", "denominator", "percent", "lower", "upper")
"""The parts of a published figure, in the order in which they are written."""

ROW_COLUMNS = {
    "value": ("n", "estimate", "value"),
    "denominator": ("denominator",),
    "percent": ("percent",),
    "lower": ("lower",),
    "upper": ("upper",),
}
"""Where a claim that names only a row finds each part: the first of these columns there is."""

TIE_TOLERANCE = Decimal("1e-9")
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
REPRODUCED, DIFFERS, NOT_COMPUTABLE = "reproduced", "differs", "not computable"


@dataclass
class Check:
    """One claim after its check: printed parts, their cells, the values found and the verdict."""

    claim: str
    printed: Mapping[str, str]
    cells: Mapping[str, Address] = field(default_factory=dict)
    found: dict[str, float | None] = field(default_factory=dict)
    verdict: str = NOT_COMPUTABLE
    notes: list[str] = field(default_factory=list)
    quantity: str = ""

    @property
    def named(self) -> str:
        """Return what the claim is about; without words for it, its id as words."""
        return self.quantity or self.claim.replace("_", " ")


def plain(text: str) -> str:
    """Return a printed number without what only typography adds (signs, separators, per cent)."""
    text = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    return re.sub(r"(?<=\d)[,\u2009\u202f ](?=\d{3}\b)", "", text).rstrip("% ")


def decimals(printed: str) -> int:
    """Return the number of decimals printed."""
    return len(plain(printed).partition(".")[2])


def agrees(printed: str, value: float) -> bool:
    """Tell whether ``value`` rounds to the ``printed`` number at its precision, ties both ways."""
    half = Decimal(5).scaleb(-decimals(printed) - 1)
    return abs(Decimal(str(value)) - Decimal(plain(printed))) <= half + TIE_TOLERANCE


def as_printed(value: float, printed: str) -> str:
    """Return ``value`` as the source would have printed it, at the precision of ``printed``."""
    if agrees(printed, value):
        return plain(printed)
    step = Decimal(1).scaleb(-decimals(printed))
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    return str(abs(rounded) if rounded == 0 else rounded)


def figure(parts: Mapping[str, str]) -> str:
    """Return the parts of a figure in one line: ``129/172 (75%)``, ``1.64 (-0.94 to 4.21)``."""
    line = parts.get("value", "")
    if parts.get("denominator"):
        line += f"/{parts['denominator']}"
    if parts.get("percent"):
        line += f" ({parts['percent']}%)"
    if parts.get("lower") or parts.get("upper"):
        line += f" ({parts.get('lower', '')} to {parts.get('upper', '')})"
    return line


def cells_of(mapping: Any, printed: Mapping[str, str], cells: Cells, where: str) -> dict:
    """Return the address of each printed part.

    Args:
        mapping: ``table#row`` (the parts stand in the columns of ``ROW_COLUMNS``), or an address by
            part; a printed part that it leaves out has no cell.
        printed: the parts as printed.

    Raises:
        StudyError: an address is malformed, or names no table or column.
    """
    if isinstance(mapping, Mapping):
        unknown = sorted(set(mapping) - set(PARTS))
        if unknown:
            raise StudyError(
                f"`{unknown[0]}` is not a part of a claim{nearest(unknown[0], PARTS)}",
                where=where,
                rule="a claim names the cells of its parts",
                remedy=f"use {', '.join(PARTS)}",
            )
        return {
            part: parse(text, where=where) for part, text in mapping.items() if printed.get(part)
        }
    whole = parse(mapping, where=where)
    if whole.column:
        return {"value": whole}
    present = cells.table(whole.table, where=where).columns
    found = {}
    for part in printed:
        column = next((each for each in ROW_COLUMNS[part] if each in present), None)
        if column:
            found[part] = Address(whole.table, whole.row, column)
    return found


def check(claim: str, published: Mapping[str, str], mapping: Any, cells: Cells) -> Check:
    """Return the check of one claim.

    Args:
        published: the parts as printed, empty text where a part was not printed, and the
            ``quantity`` that the figure is about, where that is known.
        mapping: the cells that reproduce it, as ``cells_of`` reads them; ``None`` for none.

    Raises:
        StudyError: the mapping names a table or column that does not exist.
    """
    printed = {part: published[part] for part in PARTS if published.get(part)}
    about = published.get("quantity") or ""
    result = Check(claim, printed, notes=own_slips(printed), quantity=about)
    where = f"claim `{claim}` in the configuration"
    if mapping is None:
        result.notes.append("no cell is named for it")
        return result
    result.cells = cells_of(mapping, printed, cells, where)
    reasons = []
    for part, text in printed.items():
        reason = "" if NUMBER.fullmatch(plain(text)) else f"the printed {part} is not a number"
        if part not in result.cells:
            reason = reason or f"no cell is named for the {part}"
        if not reason:
            reason = _look_up(result, part, cells, where)
        if reason and reason not in reasons:
            reasons.append(reason)
    different = [
        part
        for part, value in result.found.items()
        if value is not None and not agrees(printed[part], value)
    ]
    if different:
        result.verdict = DIFFERS
        result.notes += [_difference(result, part) for part in different]
    elif printed and not reasons:
        result.verdict = REPRODUCED
    result.notes += reasons or ([] if printed else ["no figure was printed"])
    return result


def own_slips(printed: Mapping[str, str]) -> list[str]:
    """Return what is wrong within the printed figure itself, whatever the data say."""
    number = {
        part: Decimal(plain(text))
        for part, text in printed.items()
        if NUMBER.fullmatch(plain(text))
    }
    slips = []
    if {"value", "denominator", "percent"} <= set(number) and number["denominator"] > 0:
        share = float(100 * number["value"] / number["denominator"])
        if not agrees(printed["percent"], share):
            slips.append(f"the printed counts give {as_printed(share, printed['percent'])}%")
    if {"value", "lower", "upper"} <= set(number) and not (
        number["lower"] <= number["value"] <= number["upper"]
    ):
        slips.append("the printed estimate lies outside its printed interval")
    return slips


def note_contradictions(checks: list[Check]) -> None:
    """Add a note to each claim that differs while another of the same printed figure holds.

    Two statements printed with the same value and denominator, that the same table shows to be
    about different things with different values, cannot both be right.
    """
    for pair in combinations(checks, 2):
        first, second = pair
        if not _rivals(first, second):
            continue
        for each, other in (pair, pair[::-1]):
            if each.verdict == DIFFERS:
                same = figure({part: each.printed.get(part, "") for part in PARTS[:2]})
                each.notes.append(
                    f"the same figure ({same}) is printed for {other.named}, "
                    f"which is {other.verdict}: both cannot hold"
                )


def _rivals(first: Check, second: Check) -> bool:
    """Tell whether two claims print one figure for two cells of a table whose values differ."""
    for part in ("value", "denominator"):
        if first.printed.get(part) != second.printed.get(part):
            return False
    cells = [each.cells.get("value") for each in (first, second)]
    values = [each.found.get("value") for each in (first, second)]
    if None in cells or None in values:
        return False
    return cells[0].table == cells[1].table and values[0] != values[1]


def _look_up(result: Check, part: str, cells: Cells, where: str) -> str:
    """Put the value of ``part`` into the result; return why there is none, or an empty string."""
    address = result.cells[part]
    try:
        result.found[part] = cells.number(address, where=where)
    except UnknownRow as error:
        return error.what
    return "" if result.found[part] is not None else f"the cell {address} is empty"


def _difference(result: Check, part: str) -> str:
    value = as_printed(result.found[part], result.printed[part])
    named = "" if part == "value" else f"{part} "
    return f"{named}{result.printed[part]} printed, {value} reproduced"
