"""Say which printed numbers of two reports differ, where each stands, and which matter most."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runrecord.digest import file_digest
from runrecord.graph import MANIFEST

from trialtrail.errors import StudyError
from trialtrail.trail.about_many import why_withheld
from trialtrail.trail.comparing.answer import DIFFERENT, SAME, Answer
from trialtrail.trail.comparing.cause_groups import CauseGroup, groups_of
from trialtrail.trail.comparing.causes import may_move
from trialtrail.trail.comparing.effects import UNEXPLAINED, UNPROVEN, Snapshot
from trialtrail.trail.comparing.run_inputs import RunInputs
from trialtrail.trail.printed.printed_numbers import DIFFER, Pair, PrintedNumber, match, number_in
from trialtrail.trail.printed.report_sections import PAGE, sections_of

ESTIMATES, PRIMARY = "estimates", "primary"
ON_THE_SCALE = ("estimate", "lower", "upper")
"""Columns of the estimates whose change can be given in standard errors."""


@dataclass
class NumberDifference:
    """One printed number that differs.

    Attributes:
        pair: the number in A and in B.
        sections: the headings under which the report prints it, A's where B has it not.
        before, after: what is printed; None where it is not, or where it is withheld.
        withheld: why what is printed is not told; empty where it is.
        role: of an estimate, such as primary.
        change: of an estimate or its limits, in standard errors of A (of a ratio, on its log).
        note: what the table has where a report prints nothing.
        how, causes: how it comes about, and by which groups of causes.
        replayed: what all causes together print, where that is not what B prints.
    """

    pair: Pair
    sections: list[str] = field(default_factory=list)
    before: str | None = None
    after: str | None = None
    withheld: str = ""
    role: str = ""
    change: float | None = None
    note: str = ""
    how: str = UNPROVEN
    causes: list[int] = field(default_factory=list)
    replayed: str | None = None

    @property
    def is_primary_estimate(self) -> bool:
        """Return whether it is of a primary estimate: its value, limits, or what stands beside."""
        return self.role == PRIMARY and self.pair.either.table == ESTIMATES


@dataclass
class NumbersAnswer:
    """What two reports print differently.

    Attributes:
        whole: the comparison of the runs.
        pairs: all numbers of both reports, matched.
        differences: those that differ, the most important first.
        groups: the changes that may have moved them.
        replays: how many runs were made; None where none was made, ``unproven`` says why.
        unchanged: how many numbers the replay of A does not print as A does.
        joint_problem: whether the run with all changes stopped.
        tried_pairs: whether every two changes were replayed together where it was needed.
    """

    whole: Answer
    pairs: list[Pair]
    differences: list[NumberDifference]
    groups: list[CauseGroup]
    replays: int | None = None
    unproven: str = ""
    unchanged: int = 0
    joint_problem: bool = False
    tried_pairs: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """Return 0 where no printed number differs, and 1 where one does."""
        return DIFFERENT if self.differences else SAME

    @property
    def totals(self) -> tuple[int, int]:
        """Return how many numbers A prints, and how many B."""
        return sum(pair.a is not None for pair in self.pairs), sum(
            pair.b is not None for pair in self.pairs
        )

    @property
    def unexplained(self) -> list[NumberDifference]:
        """Return the numbers that no replay gives as B has them."""
        return [one for one in self.differences if one.how == UNEXPLAINED]

    def of_kind(self, kind: str) -> list[Pair]:
        """Return the pairs of one kind."""
        return [pair for pair in self.pairs if pair.kind == kind]

    @property
    def readdressed(self) -> list[Pair]:
        """Return the numbers that print the same, of a cell with another address."""
        return [pair for pair in self.pairs if pair.has_moved and pair.kind not in DIFFER]

    @property
    def quotations(self) -> list[str]:
        """Return the ids of the quotations whose words are not the same."""
        cells = (re.fullmatch(r"quotations#(.*)/text", o.address) for o in self.whole.differences)
        return [cell[1] for cell in cells if cell]

    @property
    def cells(self) -> int:
        """Return how many cells of result tables differ."""
        return sum(not one.address.startswith("report#") for one in self.whole.differences)


def number_answer(whole: Answer, most: int) -> NumbersAnswer:
    """Return what the reports of a comparison print differently, not yet proven.

    Raises:
        StudyError: a run has no report, or its page is not as it was sealed.
    """
    runs, snapshots = (whole.comparison.a, whole.comparison.b), whole.snapshots
    for letter, run, snapshot in zip("AB", runs, snapshots, strict=True):
        if snapshot.register is None:
            raise StudyError(
                f"{letter} has no report, so no printed number can be compared",
                where=run.results.as_posix(),
                remedy="make the report first, or compare the tables: trialtrail diff A B",
            )
    pairs = match(*(snapshot.register for snapshot in snapshots))
    differing = [pair for pair in pairs if pair.kind in DIFFER]
    pages = [_sections(run) if differing else {} for run in runs]
    found = [_difference(pair, snapshots, pages) for pair in differing]
    groups = groups_of(whole.comparison, most)
    _say_who_may(found, groups, [run.graph for run in runs])
    return NumbersAnswer(whole, pairs, most_important_first(found), groups)


def most_important_first(found: list[NumberDifference]) -> list[NumberDifference]:
    """Return differences by rows of result tables, a row's estimate before its limits.

    Rows of primary estimates are before all others, and those first of which only one report
    prints a number; then the larger change in standard errors, then what has none, as it stands in
    the report.
    """
    rows: dict[tuple[str, str], list[NumberDifference]] = {}
    for one in found:
        rows.setdefault((one.pair.either.table, one.pair.either.row), []).append(one)

    def rank(one: NumberDifference) -> tuple:
        address = one.pair.either.table, one.pair.either.row
        row = rows[address]
        is_primary = any(each.role == PRIMARY for each in row)
        is_found = is_primary and any(None in (each.pair.a, each.pair.b) for each in row)
        changes = [each.change for each in row if each.change is not None]
        if not changes:
            return not is_primary, not is_found, True
        column = one.pair.either.column
        place = ON_THE_SCALE.index(column) if column in ON_THE_SCALE else len(ON_THE_SCALE)
        return not is_primary, not is_found, False, -max(changes), address, place

    return sorted(found, key=rank)


def compared(run: RunInputs) -> dict[str, Any]:
    """Return what names a run: the digest of its manifest, and with what it was made."""
    manifest = run.results / MANIFEST
    trees = [record["run"]["git"] for record in run.records.values()]
    commits = sorted({tree["commit"] or "" for tree in trees})
    clean = {tree["clean"] for tree in trees}
    return {
        "manifest": file_digest(manifest) if manifest.is_file() else None,
        "commits": [commit for commit in commits if commit],
        "clean": False if False in clean else None if None in clean else True,
        "python": run.python,
        "libraries": dict(sorted(run.libraries.items())),
    }


def _sections(run: RunInputs) -> dict[str, list[str]]:
    if PAGE not in run.graph.files:
        return {}
    run.check_sealed([PAGE])
    return sections_of(run.graph.path(PAGE).read_text("utf-8"))


def _difference(
    pair: Pair, snapshots: tuple[Snapshot, ...], pages: list[dict[str, list[str]]]
) -> NumberDifference:
    ends = (pair.a, pair.b)
    cells = [snapshot.cells for snapshot in snapshots]
    one = NumberDifference(pair, withheld=withheld_because(ends, cells))
    for at in (1, 0):
        one.sections = one.sections or (pages[at].get(ends[at].id, []) if ends[at] else [])
        one.role = one.role or _beside(ends[at] or pair.either, cells[at], "role")
    if not one.withheld:
        one.before, one.after = (end.printed if end else None for end in ends)
    one.change = _change(pair, cells[0])
    if None in ends:
        one.note = _where_it_is_not(pair, cells)
    return one


def withheld_because(ends: tuple[PrintedNumber | None, ...], cells: list[Mapping[str, str]]) -> str:
    """Return why what is printed is not told, empty where it is a number about many."""
    told = (why_withheld(end, table) for end, table in zip(ends, cells, strict=True) if end)
    return next(filter(None, told), "")


def _change(pair: Pair, cells: Mapping[str, str]) -> float | None:
    """Return by how many standard errors of A an estimate, or a limit of it, has moved."""
    a, b = pair.a, pair.b
    if a is None or b is None or a.table != ESTIMATES or a.column not in ON_THE_SCALE:
        return None
    se = number_in(_beside(a, cells, "se"))
    old, new = a.number, b.number
    if not se or old is None or new is None:
        return None
    if "ratio" in _beside(a, cells, "measure"):
        if min(old, new) <= 0:
            return None
        return abs(math.log(new) - math.log(old)) / float(se)
    return float(abs(new - old) / se)


def _where_it_is_not(pair: Pair, cells: list[Mapping[str, str]]) -> str:
    """Return what the tables of the run have that does not print the number."""
    end, letter, table = (pair.b, "A", cells[0]) if pair.a is None else (pair.a, "B", cells[1])
    if end.address not in table:
        return f"{letter} has no such cell"
    if table[end.address]:
        return f"the cell is in the tables of {letter}, and not printed"
    status = _beside(end, table, "status").replace("_", " ")
    return f"the cell is empty in {letter}" + (f": {status}" if status else "")


def _beside(number: PrintedNumber, cells: Mapping[str, str], column: str) -> str:
    """Return another cell of the row that a number is of, empty where there is none."""
    return cells.get(f"{number.table}#{number.row}/{column}", "")


def _say_who_may(
    found: list[NumberDifference], groups: list[CauseGroup], graphs: list[Any]
) -> None:
    """Write into the differences the causes that lie upstream of their tables, as suspects."""
    for group in groups:
        tables = {table for cause in group.causes for table in may_move(cause, graphs)}
        for one in found:
            if one.pair.either.table in tables or tables == {"report"}:
                one.causes.append(group.number)
