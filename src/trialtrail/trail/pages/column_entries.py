"""What the pages say of a column and of a table, and what that is found in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from runrecord.graph import Graph

from trialtrail.trail.pages.source_code import Excerpt

COLLECTED, DERIVED, ASSIGNED = "Collected", "Derived", "Assigned"
ABSENT = "Not collected"


@dataclass(frozen=True)
class Source:
    """What a column is made from: a ``column`` of the catalogue or a ``file`` of the graph."""

    kind: str
    id: str


@dataclass
class Column:
    """One column.

    Attributes:
        id: ``dataset.column``, ``validated.table.column`` or ``raw file#heading``.
        origin: Collected (read from a raw file), Derived (computed), Assigned (given by the
            configuration), or that the study does not supply it.
        method: its rule in words.
        codes: of a coded column what each code in the raw file becomes.
    """

    id: str
    name: str
    title: str
    type: str = ""
    unit: str = ""
    origin: str = COLLECTED
    method: str = ""
    limits: str = ""
    codes: list[tuple[str, str]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    code: Excerpt | None = None


@dataclass
class Table:
    """A dataset, a validated table or a raw file, with its columns."""

    id: str
    name: str
    kind: str
    file: str
    row: str
    job: str
    key: tuple[str, ...] = ()
    note: str = ""
    columns: list[Column] = field(default_factory=list)


@dataclass
class Evidence:
    """What the catalogue is made from.

    Attributes:
        graph: the sealed graph.
        params: the parameters of each job by its id.
        derived: by dataset, what its derivations declare of each column.
        dictionary: the rows of the data dictionary.
        texts: the text of each file of code by its name in the graph.
    """

    graph: Graph
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    derived: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dictionary: Iterable[Mapping[str, str]] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def script(self, job: str) -> str:
        """Return the script of a job, empty where none of its code has its rule's name."""
        rule = self.graph.jobs[job]["rule"] if job in self.graph.jobs else ""
        code = self.graph.code.get(job, [])
        return next((name for name in code if PurePosixPath(name).stem == rule), "")

    def code_named(self, file: str) -> str:
        """Return the name in the graph of a file of the repository."""
        return next((name for name in self.texts if name == file or name.endswith(f"/{file}")), "")


def files_in(graph: Graph, folder: str) -> list[str]:
    """Return the Parquet files of the graph in a folder, by name."""
    names = (name for name in graph.files if name.startswith(folder))
    return sorted(name for name in names if name.endswith(".parquet"))
