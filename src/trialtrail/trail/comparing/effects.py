"""Read the cells of the tables and the printed numbers, and find what moved which."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runrecord.graph import place

from trialtrail.trail.comparing.run_inputs import RunInputs
from trialtrail.trail.printed.printed_numbers import NUMBERS, PrintedNumber, read_register

ALONE, TOGETHER, JOINT = "alone", "together", "joint"
UNEXPLAINED, UNPROVEN = "unexplained", "not replayed"
"""How a difference comes about: one cause brings it about by itself; several move the cell and all
of them give B's value; no single cause moves it and all of them do; not even all of them give B's
value; no replay was made."""
SHOWN_KINDS = ("dataset", "figure", "report", "table")


@dataclass
class Snapshot:
    """The cells of the result tables by address, and the printed numbers.

    Attributes:
        cells: what stands in a cell, by its address.
        numbers: what is printed, by the id of the number.
        register: the rows of the register of printed numbers; None where there is no report.
    """

    cells: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    register: list[PrintedNumber] | None = None

    def both(self) -> dict[str, str]:
        """Return cells and numbers by address; a number is ``report#id``."""
        return self.cells | {f"report#{name}": text for name, text in self.numbers.items()}


@dataclass
class Difference:
    """A cell or number that is not the same in A and B.

    Attributes:
        address: ``table#row/column``, or ``report#id`` for a printed number.
        a, b: what stands there, None where it is not.
        how: how it comes about.
        causes: numbers of the causes that move it when nothing else changes.
        replayed: what all causes together give, where that is not B's value.
    """

    address: str
    a: str | None
    b: str | None
    how: str = UNPROVEN
    causes: list[int] = field(default_factory=list)
    replayed: str | None = None


def snapshot(results: Path, tables: Iterable[str], has_report: bool) -> Snapshot:
    """Return what stands in ``tables`` (``results/...``) and in the report of a results folder."""
    found = Snapshot()
    for name in sorted(tables):
        found.cells |= _cells(place(name, results), Path(name).stem)
    if has_report:
        path = place(NUMBERS, results)
        found.register = read_register(path.read_text("utf-8"), path.as_posix())
        found.numbers = {number.id: number.printed for number in found.register}
    return found


def snapshot_of(run: RunInputs) -> Snapshot:
    """Return what the tables and the report of one run say.

    Raises:
        StudyError: they, or datasets and figures that are here, are not as they were sealed.
    """
    files = run.graph.files
    tables = [name for name, file in files.items() if file["kind"] == "table"]
    has_report = NUMBERS in files
    shown = [name for name, file in files.items() if file["kind"] in SHOWN_KINDS]
    here = [name for name in shown if run.graph.path(name).is_file()]
    run.check_sealed(dict.fromkeys([*tables, *([NUMBERS] if has_report else []), *here]))
    return snapshot(run.results, tables, has_report)


def moved(a: Mapping[str, str], b: Mapping[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """Return what is not the same in two mappings, in the order of the second."""
    keys = [*b, *(key for key in a if key not in b)]
    return {key: (a.get(key), b.get(key)) for key in keys if a.get(key) != b.get(key)}


def differences(a: Snapshot, b: Snapshot) -> list[Difference]:
    """Return all cells and numbers that differ, not yet attributed."""
    return [Difference(name, *values) for name, values in moved(a.both(), b.both()).items()]


def attribute(
    found: list[Difference],
    unchanged: Snapshot,
    alone: Mapping[int, Snapshot],
    joint: Snapshot | None,
) -> None:
    """Say of each difference how it comes about, from the replays.

    Args:
        found: the differences between A and B.
        unchanged: what the replay of A gives.
        alone: what the replays of single causes give, by the number of the cause.
        joint: what the replay of all causes gives; None where it failed.
    """
    start = unchanged.both()
    singles = {number: single.both() for number, single in alone.items()}
    end = {} if joint is None else joint.both()
    for one in found:
        address = one.address
        one.causes = [
            n for n, single in singles.items() if single.get(address) != start.get(address)
        ]
        giving = [n for n in one.causes if singles[n].get(address) == one.b]
        if joint is None or end.get(address) != one.b or start.get(address) != one.a:
            one.how = UNEXPLAINED
            one.replayed = end.get(address)
        elif len(giving) == len(one.causes) == 1:
            one.how = ALONE
        else:
            one.how = TOGETHER if one.causes else JOINT


def files_differing(a: RunInputs, b: RunInputs) -> list[str]:
    """Return the datasets, tables, figures and files of the report that are not the same bytes."""
    names = {
        name: [run.graph.files.get(name, {}).get("sha256") for run in (a, b)]
        for run in (a, b)
        for name, file in run.graph.files.items()
        if file["kind"] in SHOWN_KINDS
    }
    return sorted(name for name, (one, two) in names.items() if one != two)


def plain(found: Difference) -> dict[str, Any]:
    """Return a difference as JSON has it."""
    ends = {"address": found.address, "a": found.a, "b": found.b}
    ends |= {"how": found.how, "causes": found.causes}
    return ends | ({"replayed": found.replayed} if found.how == UNEXPLAINED else {})


def _cells(path: Path, table: str) -> dict[str, str]:
    """Return the cells of a table by address; its first column names the rows."""
    lines = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    if not lines:
        return {}
    seen: dict[str, int] = {}
    found = {}
    for cells in filter(None, lines[1:]):
        seen[cells[0]] = seen.get(cells[0], 0) + 1
        row = cells[0] if seen[cells[0]] == 1 else f"{cells[0]} ({seen[cells[0]]})"
        for column, text in zip(lines[0][1:], cells[1:], strict=False):
            found[f"{table}#{row}/{column}"] = text
    return found
