"""Put the changes between two runs into groups that name no participant and no value.

A change of a raw cell is a `Cause` with its record and its values. Who reads what a change does to
the printed numbers is told the export and the column, and how many cells of it changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from runrecord.graph import Graph

from trialtrail.trail.about_many import FEWEST
from trialtrail.trail.comparing.causes import NOT_REPLAYED, Cause, Comparison, reached_from
from trialtrail.trail.printed.printed_numbers import NUMBERS

RAW, CONFIGURATION, CODE = "raw data", "configuration", "code"
KINDS = {"raw": RAW, "parameter": CONFIGURATION, "code": CODE}
IDLE = "files with which no printed number is made"
NAMED_BY_JOBS = ("scripts/", "src/")
WHOLE = ("file", "file added", "file removed")
NOUNS = {
    "cell": "cells",
    "record": "records of another length",
    "order": "order of the records",
    "layout": "the way it is written",
}


@dataclass
class CauseGroup:
    """Changes that are told of, and replayed, as one cause.

    Attributes:
        kind: raw data, configuration, code, record-keeping or environment.
        name: what changed, without a participant.
        export, column, what: of raw data, where; the others have none.
        count: how many cells, records or files changed.
        state, why: whether it was replayed, and why not.
        moves: how many printed numbers it moves by itself; None where it was not replayed.
        is_idle: whether it is code that no job used which led to a printed number.
        undone: how many of these print the same in A and B, since other causes undo it.
    """

    kind: str
    name: str
    causes: list[Cause] = field(default_factory=list)
    export: str = ""
    column: str = ""
    what: str = ""
    number: int = 0
    state: str = NOT_REPLAYED
    why: str = ""
    moves: int | None = None
    undone: int = 0
    is_idle: bool = False

    @property
    def count(self) -> int:
        """Return how many changes it has, those within a file that is replaced whole included."""
        details = sum(len(cause.facts.get("details", [])) for cause in self.causes)
        return details or len(self.causes)

    @property
    def is_whole_file(self) -> bool:
        """Return whether it is one file, that its name tells of, added, removed or replaced."""
        return (
            self.count == 1 and self.what in WHOLE and self.causes[0].facts["file"] == self.export
        )

    @property
    def able(self) -> list[Cause]:
        """Return the causes of the group that a replay can make, none where it moves nothing."""
        if self.is_idle:
            return []
        return [cause for cause in self.causes if cause.data or cause.code or cause.entries]


def groups_of(comparison: Comparison, most: int) -> list[CauseGroup]:
    """Return the groups of causes, numbered from 1; where they are more than ``most``, wider ones.

    Raw cells are together by export and column, records by export and what became of them. Wider
    groups are a whole export, all code, and all entries of the configuration.
    """
    graphs = [comparison.a.graph, comparison.b.graph]
    for is_wide in (False, True):
        found: dict[tuple, CauseGroup] = {}
        for cause in comparison.causes:
            group = _group(cause, comparison, is_wide)
            if _is_idle(cause, graphs):
                group = CauseGroup(CODE, IDLE, is_idle=True)
            key = (group.kind, group.name)
            found.setdefault(key, group).causes.append(cause)
        if len(found) <= most:
            break
    groups = list(found.values())
    for number, group in enumerate(groups, 1):
        group.number = number
        group.why = _why(group)
    return groups


def counted_few(count: int) -> str:
    """Return a count of what may be participants, or that it is below the least that is told."""
    return f"{count:,}" if count >= FEWEST else f"fewer than {FEWEST}"


def summary_of(groups: Iterable[CauseGroup]) -> str:
    """Return the groups as one phrase: ``raw data (2), code``."""
    counts: dict[str, int] = {}
    for group in groups:
        counts[group.kind] = counts.get(group.kind, 0) + 1
    parts = [f"{kind} ({many})" if many > 1 else kind for kind, many in counts.items()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def _group(cause: Cause, comparison: Comparison, is_wide: bool) -> CauseGroup:
    kind = KINDS.get(cause.kind, cause.kind)
    if cause.kind == "raw":
        return _raw_group(cause, comparison, is_wide)
    if is_wide and kind in (CONFIGURATION, CODE):
        return CauseGroup(kind, "all entries that differ" if kind == CONFIGURATION else "all files")
    if kind in (CONFIGURATION, CODE):
        return CauseGroup(kind, cause.name)
    return CauseGroup(kind, _versions(cause) or cause.name)


def _raw_group(cause: Cause, comparison: Comparison, is_wide: bool) -> CauseGroup:
    export = _export(cause.facts["file"], comparison)
    what, column = cause.facts["what"], cause.facts["column"] or ""
    if is_wide:
        return CauseGroup(RAW, export, export=export, what="several")
    name = f"{export}, column {column}" if column else f"{export}, {NOUNS.get(what, what)}"
    if what in WHOLE:
        name = export if what == "file" else f"{export}, {what}"
    return CauseGroup(RAW, name, export=export, column=column, what=what)


def _export(file: str, comparison: Comparison) -> str:
    """Return the export that a raw file is of: a folder of files may have one a participant."""
    for run in (comparison.a, comparison.b):
        label = run.source_of(file).get("label") if file in run.data else None
        if label:
            return label
    return file


def _versions(cause: Cause) -> str:
    """Return what of the environment is another: Python, libraries, the lock file."""
    if cause.kind != "environment":
        return ""
    python, libraries = cause.facts["python"], cause.facts["libraries"]
    parts = [f"{name} {ends['a']} to {ends['b']}" for name, ends in libraries.items()]
    if python["a"] != python["b"]:
        parts.insert(0, f"Python {python['a']} to {python['b']}")
    return ", ".join(parts) or "the lock file"


def _is_idle(cause: Cause, graphs: Iterable[Graph]) -> bool:
    """Return whether a cause is a module or script that made no printed number.

    Jobs name all modules that they use. The files of the workflow are used by none, and decide
    which jobs there are: they are never idle.
    """
    if cause.kind != "code" or not cause.name.startswith(NAMED_BY_JOBS):
        return False
    return all(NUMBERS not in reached_from(cause, graph) for graph in graphs)


def _why(group: CauseGroup) -> str:
    """Return why a group cannot be replayed, without the name of a file of a participant."""
    if group.is_idle:
        return "by the lineage no printed number is made with it"
    if group.able == group.causes:
        return ""
    if group.kind == RAW:
        return "a file of it is not here as both runs read it: give --raw-a DIR, --raw-b DIR"
    return next(cause.why for cause in group.causes if cause.why) or "it has nothing to replay"
