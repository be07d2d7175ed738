"""The register of printed numbers: what was printed, from which cell, and under which name.

Templates print a number only through this register. It looks the cell up, formats it, and marks the
text so that the finished page can be checked against the register token by token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from trialtrail.errors import StudyError
from trialtrail.report.formatting import (
    as_printed,
    default_spec,
    format_number,
    name_of,
)
from trialtrail.results.cells import WITHHELD, Address, Cells, parse
from trialtrail.results.claims import PARTS, cells_of

PLAIN = re.compile(r"\W?\d+\.\d+")
"""A text that is a number and nothing else."""
LINEAGE_PAGE = "../lineage/index.html"
"""The page on which each number has an entry, seen from the report."""

NOT_TOLD = Markup('<span class="withheld">{}</span>').format(WITHHELD)
"""What is printed of a cell that is not told."""


@dataclass(frozen=True)
class Printed:
    """One printed number (or text with a number in it) and the cell it came from."""

    id: str
    printed: str
    value: str
    address: Address


class Numbers:
    """All numbers that a report prints, in the order in which they are first printed.

    Args:
        cells: the result tables.
        claim_cells: for each published claim the cells that reproduce it; a cell that reproduces a
            claim is named after it.
        in_language: gives a number as the language of the report prints it.
    """

    def __init__(
        self,
        cells: Cells,
        claim_cells: Mapping[str, Any] | None = None,
        in_language: Callable[[str], str] = str,
    ) -> None:
        self.cells, self.in_language = cells, in_language
        self.views: dict[str, Any] = {}  # what templates see of each table's rows, made once
        self._names = _claim_names(cells, claim_cells or {})
        self._entries: dict[tuple[str, str], Printed] = {}
        self._ids: set[str] = set()

    def __iter__(self) -> Iterator[Printed]:
        return iter(self._entries.values())

    def number(self, address: Address | str, spec: str | None = None) -> Printed:
        """Return the register's entry of a cell in a format; it must hold a number.

        Raises:
            StudyError: no such cell, or it cannot be printed so.
        """
        where = parse(address) if isinstance(address, str) else address
        if self.cells.is_withheld(where):
            return Printed("", WITHHELD, "", where)
        text = self.cells.text(where)
        try:
            printed = self.in_language(format_number(text, spec or default_spec(where.column)))
        except ValueError as error:
            raise StudyError(
                f"the cell `{where}` cannot be printed: {error}",
                rule="a number in the report is the number of a cell",
                remedy="name another cell or another format",
            ) from None
        return self._register(where, text, printed)

    def text(self, address: Address, sentence: bool = False) -> Printed:
        """Return the register's entry of a cell that is printed as text."""
        if self.cells.is_withheld(address):
            return Printed("", WITHHELD, "", address)
        text = self.cells.text(address)
        printed = as_printed(text, sentence)
        alone = PLAIN.fullmatch(printed)
        return self._register(address, text, self.in_language(printed) if alone else printed)

    def _register(self, address: Address, value: str, printed: str) -> Printed:
        where = self.cells.canonical(address)
        key = (str(where), printed)
        if key not in self._entries:
            name = self._names.get(str(where), name_of(str(address)))
            free, count = name, 1
            while free in self._ids:
                count += 1
                free = f"{name}-{count}"
            self._ids.add(free)
            self._entries[key] = Printed(free, printed, value, where)
        return self._entries[key]

    def rows(self) -> list[dict[str, str]]:
        """Return the register as rows: one printed number each."""
        return [
            {
                "id": each.id,
                "printed": each.printed,
                "value": each.value,
                "table": each.address.table,
                "row": each.address.row,
                "column": each.address.column,
            }
            for each in self
        ]


def _claim_names(cells: Cells, claim_cells: Mapping[str, Any]) -> dict[str, str]:
    """Return the name of each cell that reproduces a claim: its value before its other parts."""
    everything = dict.fromkeys(PARTS, "any")
    found: dict[str, str] = {}
    resolved = {
        claim: cells_of(mapping, everything, cells, f"claim `{claim}` in the configuration")
        for claim, mapping in claim_cells.items()
        if mapping is not None
    }
    for claim, parts in resolved.items():
        if "value" in parts:
            found.setdefault(str(cells.canonical(parts["value"])), claim)
    for claim, parts in resolved.items():
        for part, address in parts.items():
            found.setdefault(str(cells.canonical(address)), f"{claim}.{part}")
    return found


def entry_link(number: str) -> str:
    """Return the address of a number's entry on the page of the trail, seen from the report."""
    return f"{LINEAGE_PAGE}#number-{quote(number, safe='')}"


def mark(entry: Printed, kind: str = "n") -> Markup:
    """Return a printed number as the report carries it; ``n`` is not broken, ``t`` is text.

    It is a link to its entry on the page of lineage.
    """
    if entry.printed == WITHHELD:
        return NOT_TOLD
    link = entry_link(entry.id)
    form = Markup('<a class="{}" data-n="{}" href="{}">{}</a>')
    return form.format(kind, entry.id, link, entry.printed)
