"""What is noted while a sheet of a workbook is read, and what of it has to be alike in a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from trialtrail.exports import cell_formats

MOST = 10_000
"""Cells that are told of one sheet: nobody answers more."""
NO_PERCENT = "the number is of 1 or less and not formatted as percent, as others of its column are"
OTHER_CURRENCY = "the cell shows another currency than most of its column"
MONTHS = 12
DAYS, TEXTS = 5, 3
"""Days of a column, and texts of days beside them, by which a swap of day and month is told."""
SHOWN, LONGEST = 5, 10
NUMBERED_DAY = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-](?:[0-9]{4}|[0-9]{2})")
SWAPPED = (
    "the program took day and month of these cells for each other, it seems: all {:,} days that it "
    "took for days are of the first to the twelfth, and the {:,} of later days stayed text (lines "
    "{}): open the file that it was made from anew, with the right order of day and month"
)


@dataclass
class Swap:
    """What speaks for a swap of day and month, in one column.

    Attributes:
        days: how many cells have days; ``late`` are those after the twelfth of a month.
        lines: rows of the texts that are days; ``either`` are those that have a month either way.
    """

    days: int = 0
    late: int = 0
    lines: list[int] = field(default_factory=list)
    either: int = 0


@dataclass
class Noted:
    """What is noted while a sheet is read, by the places of columns.

    Attributes:
        dates: how many cells had dates.
        formats: how many cells show another text than their value.
        decimals: the texts of numbers with decimals.
        odd: rule, row of the sheet, place, message.
        days: the texts of what the workbook has as days, or shows as a part of one.
        swaps: what speaks for days and months that a program took for each other.
        percents: how many numbers show percent, and the rows of those of 1 or less that do not.
        currencies: the rows of the numbers that name a currency, by the currency.
    """

    dates: dict[int, int] = field(default_factory=dict)
    formats: dict[int, int] = field(default_factory=dict)
    decimals: dict[int, set[str]] = field(default_factory=dict)
    days: dict[int, set[str]] = field(default_factory=dict)
    swaps: dict[int, Swap] = field(default_factory=dict)
    odd: list[tuple[str, int, int, str]] = field(default_factory=list)
    percents: dict[int, tuple[int, list[int]]] = field(default_factory=dict)
    currencies: dict[int, dict[str, list[int]]] = field(default_factory=dict)

    def forget(self) -> None:
        """Note nothing of what was read: it was the header."""
        for each in (self.dates, self.formats, self.decimals, self.days, self.swaps):
            each.clear()
        for each in (self.odd, self.percents, self.currencies):
            each.clear()

    def tell(self, rule: str, line: int, place: int, message: str) -> None:
        """Note what is odd about a cell, unless very many are."""
        if len(self.odd) < MOST:
            self.odd.append((rule, line, place, message))

    def day(self, place: int, value: date, text: str) -> None:
        """Note a day of the workbook, and the text that stands for it."""
        self.days.setdefault(place, set()).add(text)
        swap = self.swaps.setdefault(place, Swap())
        swap.days += 1
        swap.late += value.day > MONTHS

    def text(self, line: int, place: int, value: str) -> None:
        """Note a text of the workbook that is a day, which the program did not take for one."""
        short = len(value) <= LONGEST and value[:1].isdigit()  # most texts are none, in no time
        if short and (match := NUMBERED_DAY.fullmatch(value)):
            swap = self.swaps.setdefault(place, Swap())
            swap.lines.append(line)
            swap.either += int(match[1]) <= MONTHS and int(match[2]) <= MONTHS

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
    for place, swap in sorted(noted.swaps.items()):
        if swap.days >= DAYS and not swap.late and len(swap.lines) >= TEXTS and not swap.either:
            first = ", ".join(map(str, swap.lines[:SHOWN])) + (
                "" if len(swap.lines) <= SHOWN else ", ..."
            )
            yield "format", None, place, SWAPPED.format(swap.days, len(swap.lines), first)
