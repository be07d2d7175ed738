"""Answer `where does this come from?` and `what does this touch?` from a results folder alone."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from runrecord.digest import file_digest
from runrecord.graph import LINEAGE, Graph, counted, summary_of
from runrecord.seal import RESULTS

from trialtrail.trail.absent import NOT_HERE, absent_on_the_way
from trialtrail.trail.tracing.answers import ANSWERS, QUERIES
from trialtrail.trail.tracing.lookup import (
    NUMBERS,
    QUOTATIONS,
    Target,
    citing,
    file_name,
    split,
)
from trialtrail.trail.tracing.raw_rows import COUNTED, MATCHES, SELECTS, USES, VALUE

INDENT = "  "
MANY = 6
"""More raw files of one folder than this are one line; a job that makes more is a hub."""
FEW = 3
"""Of a job that read more tables than this, the sum of their rows is printed."""
RECORDS = ("other record", "other records")
RAW_RECORDS = ("record", "records")
JOBS, OTHERS = ("job", "jobs"), ("other file", "other files")
ROW_BY_ROW = tuple(
    f"{RESULTS}{part}/" for part in ("lineage/columns", "takes", "validated", "datasets")
)
"""Where it stands which rows and columns rest on which."""
TABLE_FOLDERS = tuple(
    f"{RESULTS}{part}/" for part in ("validated", "datasets", "summaries", "analyses")
)
USED = {
    VALUE: "gives the value",
    SELECTS: "says which records are of it",
    MATCHES: "names the record",
    COUNTED: "has a finding that is counted",
}
CITED = 12
"""Printed numbers named one by one; of more, the count is printed."""


def describe(target: Target, graph: Graph, forward: bool = False) -> dict[str, Any]:
    """Return the answer as JSON has it: the cell's facts, and the files in order of the walk.

    ``files`` is in topological order: backwards each file stands before those it was made from,
    forwards before those made from it.
    """
    order = graph.downstream(target.file) if forward else graph.upstream(target.file)
    return {
        "asked": target.asked,
        "file": target.file,
        "direction": "forward" if forward else "back",
        "facts": target.facts,
        "raw_cells": [asdict(cell) | {"use": target.cells[cell]} for cell in sorted(target.cells)],
        "set_aside": [
            asdict(cell) | {"reason": target.set_aside[cell]} for cell in sorted(target.set_aside)
        ],
        "answers": [asdict(answer) for answer in target.answers],
        "raw_records_at_most": [asdict(records) for records in target.records],
        "dataset_cells": [asdict(cell) for cell in target.touched],
        "files": [_file(name, graph) for name in order],
        "changed": changed([*order, *consulted(target, graph, forward)], graph),
        "absent": absent_on_the_way([*order, *consulted(target, graph, forward)], graph),
        "numbers": [number["id"] for number in _cited(target, graph, order)] if forward else [],
    }


def tell(target: Target, graph: Graph, forward: bool = False, whole: bool = False) -> str:
    """Return the answer as text: the cell's facts, an indented tree, and a closing line.

    Args:
        target: what was asked for.
        graph: the sealed graph.
        forward: tell what it touches, not where it is from.
        whole: follow also the other tables of a job that makes many at once.
    """
    lines = [target.asked]
    width = max(map(len, target.facts), default=0)
    lines += [f"{INDENT}{label:<{width}}  {text}" for label, text in target.facts.items()]
    lines += _feeds(target, whole) if forward else _rests_on(target, whole)
    tree = Tree(graph, forward, whole, target.passed)
    lines += ["", *tree.lines(target.file), ""]
    order = graph.downstream(target.file) if forward else graph.upstream(target.file)
    lines += _touched(target, graph, order) if forward else _origin(tree, graph, order)
    rests_on = [*order, *consulted(target, graph, forward)]
    if absent := absent_on_the_way(rests_on, graph):
        lines.append(f"{NOT_HERE.capitalize()}: {summary_of(absent, graph)}: {_some(absent)}.")
    if other := changed(rests_on, graph):
        more = f" and {len(other) - 1:,} more are" if other[1:] else " is"
        lines.append(f"Warning: {other[0]}{more} not as sealed; trialtrail verify says more.")
    return "\n".join(lines)


def _rests_on(target: Target, whole: bool) -> list[str]:
    """Return what a cell rests on: the raw cells, or of a result the records it can rest on."""
    if target.records:
        lines = [
            f"{each.file}: {counted(each.records, RAW_RECORDS)}, lines {each.first} to {each.last}"
            for each in target.records
        ]
        return ["", f"{INDENT}made from raw records among these", *(INDENT * 2 + x for x in lines)]
    if target.passed:
        origin = _made_from(target, whole)
    else:
        groups: dict[tuple[str, int], list[str]] = {}
        for cell in sorted(target.cells):
            groups.setdefault((cell.file, cell.line), []).append(cell.column)
        lines = [f"{file}, line {line}: {', '.join(each)}" for (file, line), each in groups.items()]
        origin = _listed("rests on", lines, whole, "of raw files ")
    answers = [str(answer) for answer in target.answers]
    return origin + _listed("with the answers to queries", answers, whole, "of answers ")


def _made_from(target: Target, whole: bool) -> list[str]:
    """Return the raw files, columns and records of a result, and those that are left out of it."""
    columns: dict[str, dict[str, dict[str, list[int]]]] = {}
    for cell in sorted(target.cells):
        uses = columns.setdefault(cell.file, {}).setdefault(target.cells[cell], {})
        uses.setdefault(cell.column, []).append(cell.line)
    lines = ["", f"{INDENT}made from" + ("" if columns else " no raw cell")]
    for file, uses in columns.items():
        every_line = {line for each in uses.values() for found in each.values() for line in found}
        lines.append(f"{INDENT * 2}{file}: {_places(sorted(every_line), whole)}")
        for use in (use for use in USES if use in uses):
            for column, found in uses[use].items():
                fewer = "" if {*found} == every_line else f" ({_places(found, whole)})"
                lines.append(f"{INDENT * 3}{column or 'the record'}: {USED[use]}{fewer}")
    reasons: dict[tuple[str, str, str], list[int]] = {}
    for cell in sorted(target.set_aside):
        key = (cell.file, cell.column, target.set_aside[cell])
        reasons.setdefault(key, []).append(cell.line)
    left = [
        f"{file}{f', {column}' if column else ''}: {reason}, {_places(found, whole)}"
        for (file, column, reason), found in reasons.items()
    ]
    return lines + _listed("left out", left, whole, "of reasons ")


def _places(lines: list[int], whole: bool) -> str:
    """Return how many records there are, and on which lines they begin."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    if len(spans) > FEW and not whole:
        spans = [[lines[0], lines[-1]]]
    named = [f"{a}" if a == b else f"{a} to {b}" for a, b in spans]
    word = "line" if len(lines) == 1 else "lines"
    return f"{counted(len(lines), RAW_RECORDS)}, {word} {', '.join(named)}"


def _feeds(target: Target, whole: bool) -> list[str]:
    """Return the cells of datasets that rest on a raw cell, one line a row."""
    groups: dict[tuple[str, str], list[str]] = {}
    for cell in target.touched:
        groups.setdefault((cell.dataset, cell.row), []).append(cell.column)
    lines = [f"{dataset}, {row}: {', '.join(names)}" for (dataset, row), names in groups.items()]
    return _listed("feeds, as it stands", lines, whole, "of datasets ")


def _listed(title: str, lines: list[str], whole: bool, of_what: str) -> list[str]:
    if not lines:
        return []
    shown = lines if whole else lines[:CITED]
    if len(lines) > len(shown):
        rest = counted(len(lines) - len(shown), RECORDS)
        shown = [*shown, f"and {rest} {of_what}(--all shows them)"]
    return ["", f"{INDENT}{title}", *(INDENT * 2 + line for line in shown)]


def consulted(target: Target, graph: Graph, forward: bool = False) -> list[str]:
    """Return the files that an answer was read from, beside those of the walk."""
    names = [f"{RESULTS}{LINEAGE}"]
    path, _, fragment = target.asked.partition("#")
    if fragment or not target.is_printed:
        names.append(file_name(path, graph))
    if forward or target.is_printed:
        names += [NUMBERS, QUOTATIONS]
    if target.cells or target.set_aside or target.records or target.touched:
        names += [name for name in graph.files if name.startswith(ROW_BY_ROW)]
    if target.answers:
        names += [f"{RESULTS}{QUERIES}", f"{RESULTS}{ANSWERS}"]
    return names


def changed(names: Iterable[str], graph: Graph) -> list[str]:
    """Return those of the files that are not here as they were sealed; absent raw files apart."""
    sealed: dict[str, str | None] = {}
    sealed |= {name: file["sha256"] for name, file in graph.files.items() if "sha256" in file}
    sealed[f"{RESULTS}{LINEAGE}"] = graph.sealed().get(f"{RESULTS}{LINEAGE}")
    found = []
    for name in {*names} & sealed.keys():
        path = graph.path(name)
        if path.is_file() and file_digest(path) != sealed[name]:
            found.append(name)
    return sorted(found)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - FEW:,} more" if names[FEW:] else ""
    return ", ".join(names[:FEW]) + more


def _file(name: str, graph: Graph) -> dict[str, Any]:
    job = graph.jobs.get(graph.maker.get(name, ""))
    about = {key: graph.files[name].get(key) for key in ("kind", "sha256", "bytes")}
    if job is None:
        return {"file": name, **about, "made_by": None}
    made = {key: job[key] for key in ("id", "rule", "wildcards", "rows", "record")}
    made |= {"read": graph.reads[job["id"]], "code": graph.code[job["id"]]}
    return {"file": name, **about, "made_by": made}


class Tree:
    """A walk printed as an indented tree; what a job read or made is printed once.

    A job that makes many tables at once (it settles all of them, say) keeps the rows of each under
    the table's name. The walk follows that name through it and counts the rest, unless ``whole``.
    """

    def __init__(
        self, graph: Graph, forward: bool, whole: bool, passed: Container[str] = ()
    ) -> None:
        self.graph, self.forward, self.whole, self.passed = graph, forward, whole, passed
        self.jobs: set[str] = set()
        self.files: set[str] = set()

    def lines(self, start: str) -> list[str]:
        """Return the tree from ``start``."""
        self.rank = {name: at for at, name in enumerate(self.graph.downstream(start))}
        return list(self._forward(start, 0) if self.forward else self._back(start, 0))

    def _back(self, name: str, depth: int) -> Iterator[str]:
        graph, at = self.graph, INDENT * depth
        known = name in self.files
        self.files.add(name)
        job = graph.maker.get(name)
        if job is None:
            yield f"{at}{name}  ({graph.files[name]['kind']})"
        elif job in self.jobs and (known or not self._is_hub(job)):
            yield f"{at}{name}  (from {job}, above)"
        else:
            self.jobs.add(job)
            yield f"{at}{name}"
            followed, rest = self._parted(job, name, graph.reads[job])
            followed = [other for other in followed if self._is_on_the_way(other)]
            yield f"{at}{INDENT}by {_job(job, graph, name if rest else '')}"
            yield from self._inputs(name, followed, depth + 2)
            if rest:
                yield f"{at}{INDENT * 2}and {counted(len(rest), OTHERS)} it read"

    def _inputs(self, name: str, followed: list[str], depth: int) -> Iterator[str]:
        graph = self.graph
        folders = many_raw_files(followed, graph)
        for text in sorted(folders):
            yield f"{INDENT * depth}{text}"
            self.files.update(folders[text])
        rank = {other: at for at, other in enumerate(graph.upstream(name))}
        for other in sorted(set(followed).difference(*folders.values()), key=rank.__getitem__):
            if graph.files[other]["kind"] != "code":
                yield from self._back(other, depth)

    def _forward(self, name: str, depth: int) -> Iterator[str]:
        graph, at = self.graph, INDENT * (depth + 1)
        yield f"{INDENT * depth}{name}"
        jobs = set(graph.readers.get(name, []))
        for job in sorted(jobs, key=lambda job: (self._first(job), job)):
            followed, rest = self._parted(job, name, graph.made[job])
            if job in self.jobs and not (rest and followed):
                yield f"{at}read by {job}, above"
                continue
            self.jobs.add(job)
            yield f"{at}read by {_job(job, graph, name if rest else '')}"
            for made in followed:
                if made in self.files:
                    yield f"{at}{INDENT}{made}, above"
                else:
                    self.files.add(made)
                    yield from self._forward(made, depth + 2)
            if rest:
                count = f"and {counted(len(rest), OTHERS)}" if followed else f"{len(rest):,} files"
                yield f"{at}{INDENT}{count} it made"

    def _first(self, job: str) -> int:
        return min((self.rank[name] for name in self.graph.made[job]), default=0)

    def _is_on_the_way(self, name: str) -> bool:
        """Return whether to follow a table: of a result, those alone that it was made through."""
        through = self.whole or not self.passed or name in self.passed
        return through or not name.startswith(TABLE_FOLDERS)

    def _is_hub(self, job: str) -> bool:
        return not self.whole and len(self.graph.made[job]) > MANY

    def _parted(self, job: str, name: str, files: list[str]) -> tuple[list[str], list[str]]:
        """Return the files to follow from ``name`` through a job, and the rest."""
        if not self._is_hub(job):
            return files, []
        stem = PurePosixPath(name).stem
        kin = [other for other in files if PurePosixPath(other).stem == stem]
        if not kin and not self.forward:
            return files, []
        return kin, sorted(set(files).difference(kin))


def many_raw_files(names: Iterable[str], graph: Graph) -> dict[str, list[str]]:
    """Return the folders of which many raw files were read, each to be printed as one line."""
    found: dict[str, list[str]] = {}
    for name in names:
        if graph.files[name]["kind"] == "raw":
            path = PurePosixPath(name)
            found.setdefault(f"{path.parent}/*{path.suffix}", []).append(name)
    return {
        f"{pattern}  ({len(files)} raw files)": files
        for pattern, files in found.items()
        if len(files) > MANY
    }


def _job(job: str, graph: Graph, only: str = "") -> str:
    """Return a job as it is printed: its id and the rows it read, of many tables their sum.

    Args:
        job: its id.
        graph: the sealed graph.
        only: a file; where the job tells the rows of a table of that name, they alone are printed.
    """
    tables = graph.jobs[job]["rows"]
    stem = PurePosixPath(only).stem
    if stem in tables:
        tables = {stem: tables[stem]}
    if not tables:
        return job
    if len(tables) <= FEW:
        return f"{job}: " + "; ".join(f"{table} {_rows([tables[table]])}" for table in tables)
    return f"{job}: {len(tables)} tables, {_rows(list(tables.values()))}"


def _rows(counts: list[dict[str, Any]]) -> str:
    """Return rows in and used, and those set aside by reason."""
    aside: dict[str, int] = {}
    for rows in counts:
        for reason, count in rows["set_aside"].items():
            aside[reason] = aside.get(reason, 0) + count
    read, used = (sum(rows[key] for rows in counts) for key in ("read", "used"))
    text = f"{read:,} rows in, {used:,} used"
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(aside.items()) if count)
    return f"{text}, {sum(aside.values()):,} set aside ({reasons})" if reasons else text


def _origin(tree: Tree, graph: Graph, order: list[str]) -> list[str]:
    def counts(names: Iterable[str], jobs: set[str]) -> str:
        raw = sum(graph.files[name]["kind"] == "raw" for name in names)
        return f"{counted(raw, ('raw file', 'raw files'))} through {counted(len(jobs), JOBS)}"

    shown = counts(tree.files, tree.jobs)
    full = counts(order, {graph.maker[name] for name in order if name in graph.maker})
    if shown == full:
        return [f"From {full}."]
    return [f"From {shown}; with all else that those jobs read, {full} (--all shows them)."]


def _touched(target: Target, graph: Graph, order: list[str]) -> list[str]:
    rest = [name for name in order if name != target.file]
    lines = [f"Touches {summary_of(rest, graph)}." if rest else "Touches no other file."]
    numbers = _cited(target, graph, order)
    if numbers:
        what = counted(len(numbers), ("printed number", "printed numbers"))
        names = ", ".join(number["id"] for number in numbers[:CITED])
        more = ", ..." if len(numbers) > CITED else ""
        lines.append(f"{what} of the report may move: {names}{more}")
    return lines


def _cited(target: Target, graph: Graph, order: list[str]) -> list[dict[str, str]]:
    """Return the printed numbers that cite the cell or row asked for, or any table touched."""
    row, column = split(target.asked.partition("#")[2])
    if graph.files[target.file]["kind"] == "table" and row and "cell" not in target.facts:
        return citing(graph, target.file, row, column)
    found: dict[str, dict[str, str]] = {}
    for name in order:
        if graph.files[name]["kind"] == "table":
            found |= {number["id"]: number for number in citing(graph, name)}
    return list(found.values())
