"""What `trialtrail ci` may fail on: each a question to a results folder, answered in lines.

No answer has a value of a participant: queries are named by id, rule, file and column.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runrecord.graph import Graph, counted, load

from trialtrail.errors import StudyError
from trialtrail.escaping import as_written
from trialtrail.trail.printed.printed_numbers import (
    NUMBERS,
    PrintedNumber,
    number_in,
    read_register,
)
from trialtrail.trail.results_lock import (
    NAME,
    ResultsLock,
    compare_locks,
    error_queries,
    lines_of,
    lock_of,
    read_lock,
)
from trialtrail.trail.tracing.lookup import read_dicts, table_name

CURRENT = ("current", "")
"""States of a verdict or thread that rests on what its judges saw; empty: a step with no seal."""
NOT_JUDGED = ("not judged", "unsealed")
"""States in which nobody has judged what could become stale."""


SUPPLIED = ("raw", "configuration")
"""Kinds of files that people supplied: exports and transcripts; texts and the locked plan."""


@dataclass
class Outcome:
    """What a check found.

    Attributes:
        name: the check, as the study lists it.
        problems: what is wrong and where, one line each; none where the check passes.
        said: what was looked at, in one sentence.
        remedy: what to do where it does not pass.
    """

    name: str
    problems: list[str] = field(default_factory=list)
    said: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Checked:
    """The results that are looked at, and the lock that stands beside the configuration."""

    results: Path
    lock: Path

    @property
    def graph(self) -> Graph:
        """Return the sealed graph."""
        return load(self.results)

    def committed(self) -> ResultsLock | None:
        """Return the committed lock, None where there is no file.

        Raises:
            StudyError: it cannot be read.
        """
        if not self.lock.is_file():
            return None
        return read_lock(self.lock.read_text(encoding="utf-8"), self.lock.as_posix())

    def table(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a result table; none where the study has no such table."""
        path = self.results / "tables" / f"{name}.csv"
        if not path.is_file():
            return []
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def changed_number(checked: Checked) -> Outcome:
    """Ask whether a printed number differs from the committed lock."""
    committed = checked.committed()
    if committed is None:
        return _no_lock("changed_number")
    moved = compare_locks(committed, lock_of(checked.results, sealed=False))
    said = lines_of(moved)
    found = [line.strip() for line in said if line.startswith("  ")]
    heading = [line.removesuffix(":") for line in said if not line.startswith("  ")]
    return Outcome(
        "changed_number",
        found,
        "; ".join(heading),
        "look at each; where the change is meant, run `trialtrail lock` and commit the file",
    )


def new_error_query(checked: Checked) -> Outcome:
    """Ask whether an error query is open that the lock does not list."""
    committed = checked.committed()
    if committed is None:
        return _no_lock("new_error_query")
    found = error_queries(checked.results)
    new = [one for one in found if one.id not in committed.queries]
    return Outcome(
        "new_error_query",
        [_query(one) for one in new],
        f"{_queries(len(new))} new, of {len(found):,} open",
        "answer it, or accept it as known: `trialtrail lock` lists what is open",
    )


def open_error_query(checked: Checked) -> Outcome:
    """Ask whether any error query is open."""
    found = error_queries(checked.results)
    return Outcome(
        "open_error_query",
        [_query(one) for one in found],
        f"{_queries(len(found))} open",
        "answer it: docs/data-manager.md",
    )


def stale_verdict(checked: Checked) -> Outcome:
    """Ask whether the findings under a verdict or a thread changed since people judged them."""
    problems, judged = [], 0
    for name, what in (("convergence", "verdict"), ("threads", "step")):
        for row in checked.table(name):
            judged += row["state"] not in NOT_JUDGED
            if row["state"] not in (*CURRENT, *NOT_JUDGED):
                problems.append(f"{what} {row['row']}: {row['state']}  {name}#{row['row']}/state")
    return Outcome(
        "stale_verdict",
        problems,
        f"{len(problems):,} of {counted(judged, ('verdict or step', 'verdicts and steps'))}"
        " not current",
        "judge it anew on its findings: `trialtrail verdicts` has the digest to write",
    )


def failed_claim(checked: Checked) -> Outcome:
    """Ask whether a published figure differs from the reproduced one."""
    found, all_of_them = _by_verdict(checked, "claims", "differs")
    count = counted(all_of_them, ("published figure", "published figures"))
    return Outcome(
        "failed_claim",
        found,
        f"{len(found):,} of {count} not reproduced",
        "see the note of the row in results/tables/claims.csv",
    )


def failed_fact(checked: Checked) -> Outcome:
    """Ask whether the rows of a fact that a text states contradict it."""
    found, all_of_them = _by_verdict(checked, "conduct", "contradicted")
    return Outcome(
        "failed_fact",
        found,
        f"{len(found):,} of {counted(all_of_them, ('stated fact', 'stated facts'))} contradicted",
        "change the text, or the rows that the fact is tied to",
    )


def _by_verdict(checked: Checked, table: str, bad: str) -> tuple[list[str], int]:
    """Return the rows of a table whose verdict is a bad one, and how many there are of all.

    A row is named by its first column, and by the cell of its verdict.
    """
    rows = checked.table(table)
    names = [next(iter(row.values())) for row in rows if row["verdict"] == bad]
    return [f"{name}  {table}#{name}/verdict" for name in names], len(rows)


def plan_deviation(checked: Checked) -> Outcome:
    """Ask whether what ran differs from the locked plan."""
    rows = checked.table("deviations")
    return Outcome(
        "plan_deviation",
        [f"{row['kind'].replace('_', ' ')}: {row['key']}  deviations#{row['row']}" for row in rows],
        f"{counted(len(rows), ('deviation', 'deviations'))} from the locked plan",
        "run what was planned, or lock the plan anew: docs/statistician.md",
    )


def untraced_number(checked: Checked) -> Outcome:
    """Ask whether a number is that of its cell, and a file of the study behind its table."""
    graph = checked.graph
    path = graph.path(NUMBERS)
    register = read_register(path.read_text(encoding="utf-8"), path.as_posix())
    problems = list(_untraced(register, graph))
    return Outcome(
        "untraced_number",
        problems,
        f"{len(problems):,} of {counted(len(register), ('printed number', 'printed numbers'))}"
        " untraced",
        "trialtrail trace ID says what is known of it",
    )


def _untraced(register: list[PrintedNumber], graph: Graph) -> Iterator[str]:
    """Yield what is wrong with a number; what is behind a cell is asked once for its table.

    To follow each of thousands of numbers to its raw cells takes minutes: `trialtrail trace` does
    so for one.
    """
    tables: dict[str, dict[str, dict[str, str]]] = {}
    supplied: dict[str, bool] = {}
    for one in register:
        try:
            table = table_name(one.table, graph)
        except StudyError:
            yield f"{one.id}: its table is not in the lineage  {one.address}"
            continue
        if table not in tables:
            rows = read_dicts(graph, table)
            tables[table] = {next(iter(row.values()), ""): row for row in rows}
            kinds = {graph.files[name]["kind"] for name in graph.upstream(table)}
            supplied[table] = bool(kinds & {*SUPPLIED})
        row = tables[table].get(one.row, {})
        if one.column not in row:
            yield f"{one.id}: there is no such cell  {one.address}"
        elif not _same(one.value, as_written(row[one.column] or "")):
            yield f"{one.id}: its cell holds another value  {one.address}"
        elif not supplied[table]:
            yield f"{one.id}: no file of the study is behind its table  {one.address}"


def _same(one: str, two: str) -> bool:
    a, b = number_in(one), number_in(two)
    return one == two or (a is not None and a == b)


def verify(checked: Checked) -> Outcome:
    """Ask whether all files are as they were sealed."""
    from runrecord.checking.verify import Check

    check = Check(str(checked.results), strict=False)
    check.run()
    problems = [f"{path}: {text}" for path, texts in sorted(check.faults.items()) for text in texts]
    problems += [
        f"{path}: is not here" for _, paths in sorted(check.away.items()) for path in paths
    ]
    count = counted(len(problems), ("file", "files"))
    return Outcome(
        "verify",
        [" ".join(str(line).split()) for line in problems],
        f"{count} at fault",
        "trialtrail verify says more; run again where a change is meant",
    )


def _no_lock(name: str) -> Outcome:
    return Outcome(
        name,
        [f"there is no {NAME} beside the configuration"],
        "nothing to compare with",
        "run `trialtrail lock`, look at the file, and commit it",
    )


def _query(one) -> str:
    return f"{one.id}  {one.rule}  {one.file}" + (f", column {one.column}" if one.column else "")


def _queries(many: int) -> str:
    return counted(many, ("error query", "error queries"))


CHECKS: dict[str, Callable[[Checked], Outcome]] = {
    check.__name__: check
    for check in (
        *(changed_number, new_error_query, open_error_query, stale_verdict, untraced_number),
        *(failed_claim, failed_fact, plan_deviation, verify),
    )
}
"""The checks by the names that `ci.fail_on` has, in the order of the answer."""
