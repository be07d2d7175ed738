"""What a defect of the corpus is, and how it is tried: planted in a copy, validated, looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from harness import Copy, Outcome, World
from raw_files import Record

from trialtrail.validation.rules import PLAUSIBILITY, kind_of

SECRET = "QX7391QX"
"""A value of a participant: defects that are refused plant it, and no message may hold it."""


@dataclass(frozen=True)
class Query:
    """The query that a defect must raise: its rule, and its place in the raw file.

    ``record`` is the record that it is of; ``line`` a line that no record stands on. ``also`` are
    further queries of the same defect.
    """

    rule: str
    export: str
    column: str = ""
    record: Record | None = None
    line: int | None = None
    file: str | None = None
    also: tuple[Query, ...] = ()

    def place(self, copy: Copy) -> dict:
        """Return where the query must stand."""
        line = copy.line(self.record) if self.record is not None else self.line
        place = {"column": self.column, "line": line, "file": self.file}
        return {key: value for key, value in place.items() if value is not None}


@dataclass(frozen=True)
class Refusal:
    """The refusal that a defect must end in: the rule of its message, and what stands in it."""

    rule: str
    said: str = ""


@dataclass(frozen=True)
class Defect:
    """One defect: ``spoil`` plants it in a copy of a world and returns what must come of it.

    Defects of one ``group`` are planted and looked for together; without one it is alone.
    """

    name: str
    spoil: Callable[[Copy], Query | Refusal]
    world: str = "shipped"
    group: str = ""


@dataclass(frozen=True)
class Cell:
    """A defect of one cell: ``text`` in the place of what stands there, and the rule it breaks."""

    export: str
    column: str
    text: str
    rule: str
    world: str = "shipped"
    file: str | None = None

    @property
    def name(self) -> str:
        """The defect in words."""
        return f"{self.export}, {self.column}: {self.text!r} is told as {self.rule}"


class Defects(list):
    """The defects of one subject.

    ``@DEFECTS.add`` adds a function that plants one. ``@DEFECTS.alone`` does as well, for one that
    is refused, or changes a file that others change: it is tried by itself.
    """

    def __init__(self, *given: Defect | Cell, world: str = "shipped") -> None:
        super().__init__(given)
        self.world = world

    def add(self, spoil: Callable[[Copy], Query | Refusal]) -> Callable:
        """Add a defect; its name is that of the function, in words."""
        return self._added(spoil, spoil.__module__)

    def alone(self, spoil: Callable[[Copy], Query | Refusal]) -> Callable:
        """Add a defect that is tried by itself."""
        return self._added(spoil, "")

    def _added(self, spoil: Callable, group: str) -> Callable:
        name = spoil.__name__.replace("_", " ").strip()
        self.append(Defect(name, spoil, self.world, group))
        return spoil

    def cells(self, export: str, column: str, given: dict[str, str]) -> None:
        """Add defects of the cells of one column: text to the rule that it breaks."""
        self.extend(Cell(export, column, text, rule, self.world) for text, rule in given.items())


@dataclass
class Result:
    """What came of one defect: why it was not found, if it was not; the rules that it raised."""

    fault: str = ""
    rules: set[str] = field(default_factory=set)


TOGETHER = 24
"""Defects of a group that are planted at a time."""


def batches(defects: Iterable[Defect | Cell]) -> Iterator[list[Defect]]:
    """Part the defects that are no cells into those that are planted together."""
    groups: dict[tuple, list[Defect]] = {}
    for defect in defects:
        if isinstance(defect, Defect):
            key = (defect.world, defect.group or defect)
            groups.setdefault(key, []).append(defect)
    for group in groups.values():
        yield from (group[at : at + TOGETHER] for at in range(0, len(group), TOGETHER))


def try_batch(defects: list[Defect], world: World, folder: Path) -> dict[Defect, Result]:
    """Try defects together, and by itself each that is not found so: one may hide another."""
    results = _try(defects, world, folder / "together")
    for place, defect in enumerate(defects):
        if results[defect].fault and len(defects) > 1:
            results |= _try([defect], world, folder / str(place))
    return results


def try_alone(defect: Defect, world: World, folder: Path) -> Result:
    """Try a defect by itself, and look for what is odd too."""
    return _try([defect], world, folder, odd=True)[defect]


def _try(
    defects: list[Defect], world: World, folder: Path, odd: bool = False
) -> dict[Defect, Result]:
    """Try defects; by itself one is looked at for what is odd only if that is what it is."""
    copy = Copy(world, folder)
    expected = {defect: defect.spoil(copy) for defect in defects}
    spoilt = copy.written()
    assert spoilt, f"nothing is spoilt by {defects[0].name}"
    odd = odd or len(defects) > 1 or any(_is_odd(wanted) for wanted in expected.values())
    outcome = world.validate(spoilt, odd)
    rules = set(map(kind_of, outcome.new["rule"]))
    told = _told_too_much(outcome.new)
    results = {}
    for defect, wanted in expected.items():
        if isinstance(wanted, Refusal):
            results[defect] = Result(_not_refused(wanted, outcome))
            continue
        faults = [_not_told(query, copy, outcome) for query in (wanted, *wanted.also)]
        results[defect] = Result("; ".join(filter(None, [*faults, told])), rules)
    return results


def _is_odd(wanted: Query | Refusal) -> bool:
    return isinstance(wanted, Query) and kind_of(wanted.rule) in PLAUSIBILITY


def _not_refused(expected: Refusal, outcome: Outcome) -> str:
    refusal = outcome.refusal
    if refusal is None:
        return f"not refused; told are {_summary(outcome.new)}"
    if refusal.rule != expected.rule:
        return f"refused by the rule {refusal.rule}: {refusal.text()}"
    if expected.said not in refusal.text():
        return f"the refusal does not say {expected.said!r}: {refusal.text()}"
    if not (refusal.what and refusal.where and refusal.remedy):
        return f"the refusal lacks what, where or what to do: {refusal.text()}"
    return "the refusal holds the value of a participant" if SECRET in refusal.text() else ""


def _not_told(query: Query, copy: Copy, outcome: Outcome) -> str:
    if outcome.refusal is not None:
        return f"refused: {outcome.refusal.text()}"
    place = query.place(copy)
    if len(outcome.at(query.rule, query.export, **place)):
        return ""
    return f"no query {query.rule} of {query.export} at {place}; told are {_summary(outcome.new)}"


def _told_too_much(queries: pd.DataFrame) -> str:
    """Return the first query whose message quotes what was found."""
    for query in queries.to_dict("records"):
        if SECRET in query["message"]:
            return f"the message of a query {query['rule']} holds the value of a participant"
    return ""


def _summary(queries: pd.DataFrame) -> list[tuple]:
    columns = ["rule", "export", "line", "column", "message"]
    return list(queries[columns].head(8).itertuples(index=False, name=None))


@dataclass
class Round:
    """Cells that are spoilt together: no two in one record."""

    world: str
    cells: list[tuple[Cell, int]] = field(default_factory=list)
    taken: set[tuple[str, int]] = field(default_factory=set)


def rounds(cells: Iterable[Cell], worlds: Callable[[str], World]) -> Iterator[Round]:
    """Part defects of cells into rounds; each takes the first record that is free and is filled."""
    by_world: dict[str, list[Cell]] = {}
    for cell in cells:
        by_world.setdefault(cell.world, []).append(cell)
    for name, mine in by_world.items():
        world = worlds(name)
        plain = Copy(world, Path())
        odd = set(zip(world.known["export"], world.known["line"], strict=True))
        while mine:
            this, left = Round(name), []
            for cell in mine:
                at = _free(plain, cell, this.taken, odd)
                if at is None:
                    left.append(cell)
                else:
                    this.taken.add((cell.export, at))
                    this.cells.append((cell, at))
            assert this.cells, f"no record is free for {left[0].name}"
            yield this
            mine = left


def _free(plain: Copy, cell: Cell, taken: set, odd: set) -> int | None:
    sheet = plain.sheet(cell.export)
    for at, record in enumerate(sheet.records):
        text = record[cell.column].strip()
        if (cell.export, at) in taken or not text or text == cell.text:
            continue
        if (cell.export, sheet.line(record)) not in odd:
            return at
    return None


def try_round(this: Round, world: World, folder: Path) -> dict[Cell, Result]:
    """Plant the cells of one round, validate, and look for the query of each."""
    copy = Copy(world, folder)
    places = {}
    for cell, at in this.cells:
        record = copy.sheet(cell.export).records[at]
        record[cell.column] = cell.text
        places[cell] = record
    outcome = world.validate(copy.written())
    if outcome.refusal is not None:
        return {cell: Result(f"refused: {outcome.refusal.text()}") for cell in places}
    stray = _stray(outcome, copy, places)
    results = {}
    for cell, record in places.items():
        query = Query(cell.rule, cell.export, cell.column, record)
        here = outcome.new[
            (outcome.new["export"] == cell.export) & (outcome.new["line"] == copy.line(record))
        ]
        fault = _not_told(query, copy, outcome) or _told_too_much(here) or stray
        results[cell] = Result(fault, set(map(kind_of, here["rule"])))
    return results


OF_OTHERS = ("reference", "order", "agreement", "consent", "arm_contact", "attribution", "verbatim",
             "transcript", "repeated", "unmatched", "key", "near_key", "no_visit")  # fmt: skip
"""Rules between records: what is spoilt in one may be told of another."""


def _stray(outcome: Outcome, copy: Copy, places: dict[Cell, Record]) -> str:
    """Return a query of a record that nobody spoilt, and that no spoilt record explains."""
    spoilt = {(cell.export, copy.line(record)) for cell, record in places.items()}
    for query in outcome.new.to_dict("records"):
        explained = kind_of(query["rule"]) in (*OF_OTHERS, *PLAUSIBILITY)
        if not explained and (query["export"], query["line"]) not in spoilt:
            return f"a query where nothing was spoilt: {query['rule']} of {query['export']}, line "
            f"{query['line']}, column {query['column']}"
    return ""
