"""Read the sealed graph of files and jobs and walk it, back to the raw files and forwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from runrecord.checking.standalone_verify import ABOVE
from runrecord.digest import DAMAGE
from runrecord.errors import UserError
from runrecord.project import project
from runrecord.seal import FORM, RESULTS

LINEAGE, MANIFEST = "lineage/lineage.json", "lineage/manifest.sha256"


class Graph:
    """The files and jobs of one results folder.

    Attributes:
        files: by name, what ``lineage.json`` says of each file.
        jobs: by id, what it says of each job.
    """

    def __init__(self, lineage: dict[str, Any], results: Path) -> None:
        self.results = results
        self.files: dict[str, dict[str, Any]] = {file["id"]: file for file in lineage["files"]}
        self.jobs: dict[str, dict[str, Any]] = {job["id"]: job for job in lineage["jobs"]}
        self.maker = {edge["file"]: edge["job"] for edge in lineage["generated"]}
        self.made: dict[str, list[str]] = {job: [] for job in self.jobs}
        self.reads: dict[str, list[str]] = {job: [] for job in self.jobs}
        self.code: dict[str, list[str]] = {job: [] for job in self.jobs}
        self.readers: dict[str, list[str]] = {}
        for edge in lineage["generated"]:
            if self.files[edge["file"]]["kind"] != "record":
                self.made[edge["job"]].append(edge["file"])
        for edge in lineage["used"]:
            chosen = self.code if edge["role"] == "code" else self.reads
            chosen[edge["job"]].append(edge["file"])
            self.readers.setdefault(edge["file"], []).append(edge["job"])

    def path(self, name: str) -> Path:
        """Return where a file of the graph is; the results folder may have another name here."""
        at = self.files[name]["path"] if name in self.files else name
        return place(at, self.results, name)

    def sealed(self) -> dict[str, str]:
        """Return the digests that the manifest has, by path; none where it cannot be read."""
        return sealed_digests(self.results)

    def inputs(self, name: str) -> list[str]:
        """Return the files that the job which made ``name`` read; none for a raw file."""
        return self.reads.get(self.maker.get(name, ""), [])

    def outputs(self, name: str) -> list[str]:
        """Return the files that were made by jobs which read ``name``, code included."""
        found = {out for job in self.readers.get(name, []) for out in self.made[job]}
        return sorted(found)

    def upstream(self, name: str) -> list[str]:
        """Return ``name`` and all it comes from, each file after the files made from it."""
        return self._order(name, self.inputs)

    def downstream(self, name: str) -> list[str]:
        """Return ``name`` and all that comes from it, each file before the files made from it."""
        return self._order(name, self.outputs)

    def _order(self, start: str, following: Callable[[str], list[str]]) -> list[str]:
        def steps(name: str) -> Iterator[str]:
            return iter(sorted(following(name), reverse=True))  # so siblings end up by name

        order: list[str] = []
        seen = {start}
        stack = [(start, steps(start))]
        while stack:
            name, rest = stack[-1]
            step = next((other for other in rest if other not in seen), None)
            if step is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(step)
                stack.append((step, steps(step)))
        return order[::-1]


def sealed_digests(results: Path) -> dict[str, str]:
    """Return the digests that the manifest has, by path; none where it cannot be read."""
    try:
        lines = (results / MANIFEST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    found = {}
    for digest, _, path in (line.partition("  ") for line in lines):
        if digest.startswith("\\"):  # sha256sum escapes such a name
            path = json.loads('"' + path.replace('"', '\\"') + '"')
        found[path] = digest.removeprefix("\\")
    return found


def place(path: str, results: Path, name: str = "") -> Path:
    """Return where a path written relative to the working folder is, given the results folder.

    A bundle holds what lies outside of the working folder by the name that the records give it, and
    such a copy comes before a file of the machine.
    """
    if path.startswith(RESULTS):
        return results / path.removeprefix(RESULTS)
    if path.startswith(".."):
        bundled = results.parent / (name or ABOVE.sub("", path))
        if not name.startswith("..") and bundled.is_file():
            return bundled
    return results.parent / path


def results_folder(results: str | Path) -> Path:
    """Return the results folder in a form that has a parent: of ``.`` that is the whole path."""
    path = Path(results)
    return path if path.name not in ("", "..") else path.resolve()


def load(results: str | Path) -> Graph:
    """Return the graph of a results folder.

    Raises:
        UserError: there is none, or it is damaged.
    """
    results = results_folder(results)
    try:
        lineage = json.loads((results / LINEAGE).read_text(encoding="utf-8"))
        if lineage["form"] != FORM:
            raise ValueError
        return Graph(lineage, results)
    except FileNotFoundError:
        raise UserError(
            "No lineage is here",
            where=(results / LINEAGE).as_posix(),
            remedy="name the folder with --results, or make it: snakemake --cores 4",
        ) from None
    except DAMAGE:
        raise UserError(
            "The lineage is damaged",
            where=(results / LINEAGE).as_posix(),
            remedy=f"{project().name} verify says what has changed",
        ) from None


def summary_of(names: Iterable[str], graph: Graph) -> str:
    """Return how many files of each kind ``names`` are: ``3 tables, 2 figures, 1 report``."""
    counts: dict[str, int] = {}
    for name in names:
        kind = graph.files[name]["kind"]
        counts[kind] = counts.get(kind, 0) + 1
    rank = {kind: at for at, kind in enumerate(ORDER)}
    return ", ".join(
        counted(counts[kind], NAMES.get(kind, (kind, f"{kind}s")))
        for kind in sorted(counts, key=lambda kind: (rank.get(kind, len(ORDER)), kind))
    )


ORDER = (
    "raw",
    "code",
    "configuration",
    "intermediate",
    "finding",
    "dataset",
    "table",
    "figure",
    "report",
)
"""The kinds of files on the way from raw file to report; others follow by name."""
NAMES = {
    "lineage": ("file of lineage", "files of lineage"),
    "raw": ("raw file", "raw files"),
    "code": ("file of code", "files of code"),
    "configuration": ("file of configuration", "files of configuration"),
    "intermediate": ("intermediate file", "intermediate files"),
    "finding": ("file of findings", "files of findings"),
    "exchange": ("file for exchange", "files for exchange"),
    "report": ("file of the report", "files of the report"),
}


def counted(count: int, names: tuple[str, str]) -> str:
    """Return a count with its noun: ``1 table``, ``1,203 rows``."""
    return f"{count:,} {names[count != 1]}"
