"""Match the printed numbers of two reports: by the cell that each is of, not by where it stands.

A number is printed from a cell in a form. The registers of two reports are matched in this order:
the same cell; the same cell under its former address; the same name (that of a published claim);
whole rows that were renamed and print the same. So a number that is inserted shifts no other, and
sections may move. Several forms of one cell are matched by what they print, then by their decimals.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from trialtrail.errors import StudyError
from trialtrail.escaping import as_written
from trialtrail.results.cells import SUMMARIES
from trialtrail.results.former_addresses import present_address

NUMBERS = "results/report/numbers.csv"
"""The register of the printed numbers, by the name that it has within a study."""
COLUMNS = ("id", "printed", "value", "table", "row", "column")
SAME, CHANGED, ADDED, GONE = "same", "changed", "added", "gone"
BELOW, REWRITTEN = "moved below the printed digits", "written in another way"
DIFFER = (CHANGED, ADDED, GONE)
"""What counts as a difference of printed numbers."""
ENOUGH = 4
"""Digits of the numbers of a row below which their being the same may be chance."""
MINUS_SIGNS = re.compile(r"(?<!\d)[\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d](?=[\d.])")
BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[,'\u2019\u00a0\u2009\u202f ](?=\d{3}(?!\d))")
SPACES = re.compile(r"[\u00a0\u2009\u202f]")
THOUSAND = 1000


@dataclass(frozen=True)
class PrintedNumber:
    """One row of the register: a number (or text with one), and the cell it is printed from."""

    id: str
    printed: str
    value: str
    table: str
    row: str
    column: str

    @property
    def address(self) -> str:
        """Return the address of the cell, ``table#row/column``."""
        return f"{self.table}#{self.row}" + (f"/{self.column}" if self.column else "")

    @property
    def number(self) -> Decimal | None:
        """Return the value as a number, None where it is none."""
        return number_in(self.value)

    @property
    def decimals(self) -> int:
        """Return with how many decimals it is printed."""
        return len(re.match(r"\d*", self.printed.partition(".")[2])[0])


@dataclass(frozen=True)
class Pair:
    """A number of the report A and the same number of B; None in the one that has it not."""

    a: PrintedNumber | None
    b: PrintedNumber | None

    @property
    def either(self) -> PrintedNumber:
        """Return the number of B, or of A where B has none."""
        return self.b or self.a

    @property
    def kind(self) -> str:
        """Return what became of the number from A to B."""
        if self.a is None:
            return ADDED
        if self.b is None:
            return GONE
        if self.a.printed == self.b.printed:
            return SAME if _same_value(self.a, self.b) else BELOW
        return REWRITTEN if _spelling(self.a) == _spelling(self.b) else CHANGED

    @property
    def has_moved(self) -> bool:
        """Return whether its cell has another address in B."""
        return None not in (self.a, self.b) and self.a.address != self.b.address


def read_register(text: str, where: str = "") -> list[PrintedNumber]:
    """Return the rows of a register of printed numbers.

    Raises:
        StudyError: it has not the columns of a register.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {*COLUMNS} <= {*(reader.fieldnames or ())}:
        raise StudyError(
            "The register of printed numbers has not its columns",
            where=where,
            rule=f"its columns are {', '.join(COLUMNS)}",
            remedy="make the report again",
        )
    return [PrintedNumber(*(as_written(row[name] or "") for name in COLUMNS)) for row in reader]


def number_in(text: str) -> Decimal | None:
    """Return the finite number that a text holds, None where it holds none."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def match(a: Iterable[PrintedNumber], b: Iterable[PrintedNumber]) -> list[Pair]:
    """Return all numbers in pairs, in the order of B; one that is gone follows its neighbour."""
    first, second = list(a), list(b)
    partner: dict[int, int] = {}
    for key, is_alone in (
        (_cell, False),
        (_present_cell, False),
        (lambda one: one.id, True),
    ):
        _pair_by(key, (first, second), partner, only_alone=is_alone)
    _pair_renamed_rows((first, second), partner)
    return _in_order(first, second, partner)


def partners(a: Iterable[PrintedNumber], b: Iterable[PrintedNumber]) -> Mapping:
    """Return for each number of ``a`` its partner in ``b``, None where it has none."""
    return {pair.a: pair.b for pair in match(a, b) if pair.a is not None}


Registers = tuple[list[PrintedNumber], list[PrintedNumber]]


def _left(registers: Registers, partner: dict[int, int]) -> tuple[list[int], list[int]]:
    """Return the places of the numbers of A and of B that have no partner yet."""
    taken = {*partner.values()}
    left_a = [at for at in range(len(registers[0])) if at not in partner]
    return left_a, [at for at in range(len(registers[1])) if at not in taken]


def _grouped(
    numbers: list[PrintedNumber],
    places: Iterable[int],
    key: Callable[[PrintedNumber], Hashable],
) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for at in places:
        found.setdefault(key(numbers[at]), []).append(at)
    return found


def _pair_by(
    key: Callable[[PrintedNumber], Hashable],
    registers: Registers,
    partner: dict[int, int],
    only_alone: bool,
) -> None:
    """Pair the numbers left that agree in ``key``; ``only_alone``: where one in each has it."""
    left = _left(registers, partner)
    groups_a, groups_b = (
        _grouped(numbers, places, key) for numbers, places in zip(registers, left, strict=True)
    )
    for name, places in groups_a.items():
        others = groups_b.get(name, [])
        if not only_alone or len(places) == len(others) == 1:
            partner.update(_forms_paired(registers, places, others))


def _forms_paired(
    registers: Registers, places: list[int], others: list[int]
) -> Iterable[tuple[int, int]]:
    """Yield the pairs among the forms of one cell: the same print, the same decimals, the rest."""
    first, second = registers
    left_a, left_b = list(places), list(others)
    for alike in (
        lambda one, two: one.printed == two.printed,
        lambda one, two: one.decimals == two.decimals,
        lambda one, two: True,
    ):
        for at in list(left_a):
            found = next((to for to in left_b if alike(first[at], second[to])), None)
            if found is not None:
                left_a.remove(at)
                left_b.remove(found)
                yield at, found


def _pair_renamed_rows(registers: Registers, partner: dict[int, int]) -> None:
    """Pair the numbers of rows that only one report has, where they print the same and enough."""
    left = _left(registers, partner)
    rows: list[dict[Hashable, list[int]]] = []
    known = [
        {_row(registers[0][at]) for at in partner},
        {_row(registers[1][at]) for at in partner.values()},
    ]
    for side in (0, 1):
        by_row = _grouped(registers[side], left[side], _row)
        rows.append({row: at for row, at in by_row.items() if row not in known[side]})
    contents = [
        {row: _content(numbers, places) for row, places in groups.items()}
        for numbers, groups in zip(registers, rows, strict=True)
    ]
    counts = [Counter(found.values()) for found in contents]
    by_content = {content: row for row, content in contents[1].items()}
    for row, content in contents[0].items():
        if counts[0][content] == counts[1][content] == 1 and _digits(content) >= ENOUGH:
            places, others = rows[0][row], rows[1][by_content[content]]
            order = [
                sorted(at, key=lambda i, n=n: (n[i].column, n[i].printed))
                for at, n in ((places, registers[0]), (others, registers[1]))
            ]
            partner.update(zip(*order, strict=True))


def _in_order(
    first: list[PrintedNumber], second: list[PrintedNumber], partner: dict[int, int]
) -> list[Pair]:
    places = {to: at for at, to in partner.items()}
    gone_after: dict[int, list[int]] = {}
    last = -1
    for at in range(len(first)):
        if at in partner:
            last = partner[at]
        else:
            gone_after.setdefault(last, []).append(at)
    found = [Pair(first[at], None) for at in gone_after.get(-1, [])]
    for to, number in enumerate(second):
        found.append(Pair(first[places[to]] if to in places else None, number))
        found += [Pair(first[at], None) for at in gone_after.get(to, [])]
    return found


def _cell(one: PrintedNumber) -> Hashable:
    return one.table, one.row, one.column


def _present_cell(one: PrintedNumber) -> Hashable:
    """Return the address of the cell as it is written now, a topic's as one of the summaries."""
    present = present_address(one.table, one.row, one.column) or one.address
    table, _, rest = present.partition("#")
    return rest if table == SUMMARIES else present.replace("#", ".", 1)


def _row(one: PrintedNumber) -> Hashable:
    return one.table, one.row


def _content(numbers: list[PrintedNumber], places: list[int]) -> tuple:
    table = numbers[places[0]].table
    return table, *sorted((numbers[at].column, numbers[at].printed) for at in places)


def _digits(content: tuple) -> int:
    return sum(len(re.sub(r"\D", "", printed).strip("0")) for _, printed in content[1:])


def _same_value(a: PrintedNumber, b: PrintedNumber) -> bool:
    if a.value == b.value:
        return True
    one, two = a.number, b.number
    # A text that prints the same, such as one with other code marks, has no digits to move.
    return one is None or two is None or one == two


def _spelling(one: PrintedNumber) -> str:
    """Return what is printed with a plain minus sign, spaces, and no marks between thousands."""
    text = MINUS_SIGNS.sub("-", one.printed)
    number = one.number
    if number is not None and abs(number) >= THOUSAND:
        text = BETWEEN_THOUSANDS.sub("", text)
    return SPACES.sub(" ", text)
