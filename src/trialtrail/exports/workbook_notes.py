"""What is noted while a sheet of a workbook is read, and what of it has to be alike in a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from trialtrail.exports import cell_formats

MOST = 10_000
"""Cells that are reported of one sheet: nobody answers more."""
NO_PERCENT = "the number is of 1 or less and not formatted as percent, as others of its column are"
OTHER_CURRENCY = "the cell shows another currency than most of its column"


@dataclass
class Noted:
    """What is noted while a sheet is read, by the places of columns.

    Attributes:
        dates: how many cells had dates.
        formats: how many cells show another text than their value.
        decimals: the texts of numbers with decimals.
        odd: rule, row of the sheet, place, message.
        days: the texts of what the workbook has as days, or shows as a part of one.
        percents: how many numbers show percent, and the rows of those of 1 or less that do not.
        currencies: the rows of the numbers that name a currency, by the currency.
    """

    dates: dict[int, int] = field(default_factory=dict)
    formats: dict[int, int] = field(default_factory=dict)
    decimals: dict[int, set[str]] = field(default_factory=dict)
    days: dict[int, set[str]] = field(default_factory=dict)
    odd: list[tuple[str, int, int, str]] = field(default_factory=list)
    percents: dict[int, tuple[int, list[int]]] = field(default_factory=dict)
    currencies: dict[int, dict[str, list[int]]] = field(default_factory=dict)

    def forget(self) -> None:
        """Note nothing of what was read: it was the header."""
        for each in (self.dates, self.formats, self.decimals, self.days):
            each.clear()
        for each in (self.odd, self.percents, self.currencies):
            each.clear()

    def tell(self, rule: str, line: int, place: int, message: str) -> None:
        """Note what is odd about a cell, unless very many are."""
        if len(self.odd) < MOST:
            self.odd.append((rule, line, place, message))

    def day(self, place: int, text: str) -> None:
        """Note the text that stands for a day of the workbook."""
        self.days.setdefault(place, set()).add(text)

    def number(self, line: int, place: int, value: float, form: str) -> None:
        """Note what a number shows that has to be alike in its column."""
        count, bare = self.percents.setdefault(place, (0, []))
        if cell_formats.is_percent(value, form):
            self.percents[place] = count + 1, bare
        elif 0 < abs(value) <= 1 and len(bare) < MOST:
            bare.append(line)
        if currency := cell_formats.currency_of(value, form):
            lines = self.currencies.setdefault(place, {}).setdefault(currency, [])
            if len(lines) < MOST:
                lines.append(line)


def mixed(noted: Noted) -> Iterator[tuple[str, int | None, int, str]]:
    """Yield the cells that show no percent, or another currency, where most of a column do."""
    for place, (count, bare) in sorted(noted.percents.items()):
        for line in bare if count else ():
            yield "format", line, place, NO_PERCENT
    for place, found in sorted(noted.currencies.items()):
        most = max(sorted(found), key=lambda name: len(found[name]))
        for line in sorted(line for name in found if name != most for line in found[name]):
            yield "format", line, place, OTHER_CURRENCY
