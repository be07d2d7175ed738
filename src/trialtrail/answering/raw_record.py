"""The raw record that a query is about: read from the export itself, and compared with the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from runrecord.digest import file_digest

from trialtrail.errors import StudyError
from trialtrail.exports.export import FILE, LINE, ORIGIN, Export
from trialtrail.exports.read import read_export
from trialtrail.forecast.overlay import CHECKS, raw_names
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.tables import read_table
from trialtrail.validation.identifiers import without_identifiers

CHANGED = "the record is not what it was when the query was raised"
FILE_CHANGED = "the export has changed since the query was raised"
GONE = "the export cannot be read as it was when the query was raised"


@dataclass(frozen=True)
class Cell:
    """A cell of a raw record: heading, text, use in the study, and whether it is asked about."""

    heading: str
    text: str
    used_as: str
    found: bool


@dataclass(frozen=True)
class RawRecord:
    """A raw record as it stands in the export today.

    Attributes:
        cells: all its cells, in the order of the file; none where the query is about no record.
        changed: why the query cannot be answered, where the raw data are not those of the run.
        moved: whether the export is another one, while this record is as it was.
    """

    cells: Sequence[Cell] = ()
    changed: str = ""
    moved: bool = False


class RawExports:
    """The exports of a run as they are today; each is read once, until it changes."""

    def __init__(self, run: SealedRun) -> None:
        self.run = run
        self._digests: dict[Path, tuple[tuple[int, int], str]] = {}
        self._exports: dict[tuple, Export] = {}
        self._raw: dict[str, pd.DataFrame] = {}

    def record_of(self, query: Mapping[str, Any]) -> RawRecord:
        """Return the record that a query is about."""
        job = self.job_of(query)
        if job is None:
            return RawRecord(changed="" if self._all_as_before() else FILE_CHANGED)
        same = all(self._is_as_before(name) for name in raw_names(self.run, job))
        if query["line"] is None:
            return RawRecord(changed="" if same else FILE_CHANGED)
        try:
            source, export = self.export(job, query["export"])
            row = _row(export.rows, query)
        except StudyError:
            return RawRecord(changed=GONE)
        if row is None:
            # A record of another width than the header is not among the rows.
            return RawRecord(changed="" if same else CHANGED)
        row = without_identifiers(row, source.get("identifiers", []))
        cells = {name: _text(row[name].iloc[0]) for name in row if name not in ORIGIN}
        changed = "" if same or self._was(query, cells) else CHANGED
        uses = self._uses_of(query["export"])
        shown = [
            Cell(name, text, ", ".join(uses.get(name, ())), name == query["column"])
            for name, text in cells.items()
        ]
        return RawRecord(shown, changed, moved=not same)

    def job_of(self, query: Mapping[str, Any]) -> str | None:
        """Return the job that read the export of a query for its table, or for another one."""
        jobs = self.jobs_of(query["export"])
        own = f"validate_table-{query['table']}"
        return own if own in jobs else next(iter(jobs), None)

    def jobs_of(self, export: str) -> list[str]:
        """Return the jobs that read an export, by name."""
        return sorted(
            name
            for name, job in self.run.of_rule("validate_table").items()
            if any(source["name"] == export for source in job["params"]["sources"])
        )

    def _uses_of(self, export: str) -> dict[str, list[str]]:
        """Return heading -> what the study calls the columns that are read from it."""
        found: dict[str, list[str]] = {}
        for job in self.jobs_of(export):
            for source in self.run.jobs[job]["params"]["sources"]:
                for name, heading in source["columns"].items():
                    words = name.replace("_", " ")
                    if source["name"] == export and words not in found.setdefault(heading, []):
                        found[heading].append(words)
        return found

    def sources_of(self, job: str) -> tuple[list[dict], dict[str, list[str]]]:
        """Return the sources of a table as its job had them, and the files of each export."""
        params = self.run.jobs[job]["params"]
        files: dict[str, list[str]] = {}
        for owner, name in zip(params["owners"], raw_names(self.run, job), strict=True):
            files.setdefault(owner, []).append(str(self.run.place_of(name)))
        sources = [dict(each) for each in params["sources"]]
        for each in sources:
            if each.get("dictionary"):
                each["dictionary"] = files[each["name"]].pop()
        return sources, files

    def export(self, job: str, name: str) -> tuple[dict, Export]:
        """Return the first source of a job that reads an export, and the export as it is today.

        Raises:
            StudyError: it cannot be read any more.
        """
        sources, files = self.sources_of(job)
        source = next(each for each in sources if each["name"] == name)
        key = (job, name, *(_stamp(Path(path)) for path in files[name]))
        if key not in self._exports:
            self._exports = {k: v for k, v in self._exports.items() if k[:2] != key[:2]}
            self._exports[key] = read_export(source, files[name])
        return source, self._exports[key]

    def _was(self, query: Mapping[str, Any], cells: Mapping[str, str]) -> bool:
        """Return whether a record had these cells in the run."""
        table = query["table"]
        name = f"{CHECKS}/raw/{table}.parquet"
        if f"validate_table-{table}" not in self.run.jobs:
            return False
        if table not in self._raw:
            self._raw[table] = read_table(self.run.path(name))
        row = _row(self._raw[table], query)
        if row is None:
            return False
        before = {name: _text(row[name].iloc[0]) for name in row if name not in ORIGIN}
        # Where several exports feed the table, it has columns of the others, which are empty here.
        others = [text for name, text in before.items() if name not in cells]
        return {n: t for n, t in before.items() if n in cells} == cells and not any(others)

    def _all_as_before(self) -> bool:
        jobs = self.run.of_rule("validate_table")
        return all(self._is_as_before(name) for job in jobs for name in raw_names(self.run, job))

    def _is_as_before(self, name: str) -> bool:
        path = self.run.place_of(name)
        stamp = _stamp(path)
        if path not in self._digests or self._digests[path][0] != stamp:
            digest = file_digest(path) if path.is_file() else ""
            self._digests[path] = (stamp, digest)
        return self._digests[path][1] == self.run.digest(name)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _row(rows: pd.DataFrame, query: Mapping[str, Any]) -> pd.DataFrame | None:
    """Return the record at the place of a query, as a frame of one row; None if there is none."""
    there = (rows[LINE] == query["line"]).fillna(False) & (rows[FILE] == query["file"])
    if "_export" in rows:
        there &= rows["_export"] == query["export"]
    found = rows[there.fillna(False)]
    return found.head(1) if len(found) else None


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
