"""A finished run as the editions are made from it: whole, and each file as it was sealed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from runrecord.checking.verify import Check
from runrecord.digest import DAMAGE
from runrecord.graph import Graph, load, place
from runrecord.seal import RESULTS

from trialtrail.errors import StudyError
from trialtrail.escaping import as_written

REPORT = "render_report"
"""The rule whose parameters say what the study is called, its arms and its words."""
OF_OUTCOMES = "derive_outcomes"
"""The rule whose parameters hold the outcomes of the plan."""
RULE = "an edition is made from a run that is whole"


class SealedRun:
    """The results of one run, of which each file that is read is compared with the manifest.

    Args:
        results: the results folder.

    Raises:
        StudyError: the run is not finished, or a file is not as it was sealed.
    """

    def __init__(self, results: Path) -> None:
        self.results = results
        self.graph: Graph = load(results)
        check = Check(results)
        check.run()
        if check.faults:
            first = min(check.faults)
            raise StudyError(
                f"The run is not whole: {len(check.faults)} of its files are not as sealed",
                where=first,
                rule=RULE,
                remedy="trialtrail verify says what has changed; run snakemake, then ask again",
            )
        self.manifest = check.digest(f"{RESULTS}lineage/manifest.sha256") or ""
        self._sealed = self.graph.sealed()

    def has(self, name: str) -> bool:
        """Tell whether the run made a file of that name, from the results folder on."""
        return f"{RESULTS}{name}" in self._sealed

    def path(self, name: str) -> Path:
        """Return where a file of the results is, once its bytes are those that were sealed."""
        self.read(name)
        return self.results / name

    def read(self, name: str) -> bytes:
        """Return the bytes of a file of the results.

        Raises:
            StudyError: it is not there, or not as it was sealed.
        """
        path = self.results / name
        try:
            data = path.read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != self._sealed.get(f"{RESULTS}{name}"):
            raise StudyError(
                "A file is not as it was sealed",
                where=path.as_posix(),
                rule=RULE,
                remedy="trialtrail verify says what has changed",
            )
        return data

    def table(self, name: str) -> list[dict[str, str]]:
        """Return a result table as text, a mapping a row; none where there is no such table."""
        return self.csv(f"tables/{name}.csv")

    def csv(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a CSV file of the results as text."""
        if not self.has(name):
            return []
        text = self.read(name).decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        return [{column: as_written(cell) for column, cell in row.items()} for row in rows]

    def frame(self, name: str) -> Any:
        """Return a Parquet table of the results with nullable types."""
        from trialtrail.tables import read_table

        return read_table(io.BytesIO(self.read(name)))

    def names(self, folder: str, ending: str) -> list[str]:
        """Return the files of a folder of the results that the run sealed, in order."""
        start = f"{RESULTS}{folder}/"
        found = [name for name in self._sealed if name.startswith(start) and name.endswith(ending)]
        return sorted(name.removeprefix(RESULTS) for name in found)

    def params(self, job: str) -> Mapping[str, Any]:
        """Return the parameters of a job, as its record holds them; none where there was none."""
        name = f"lineage/records/{job}.json"
        if not self.has(name):
            return {}
        try:
            return json.loads(self.read(name))["result"]["params"]
        except DAMAGE:
            raise StudyError(
                "The record of a job cannot be read", where=f"{RESULTS}{name}", rule=RULE
            ) from None

    @cached_property
    def study(self) -> Mapping[str, Any]:
        """What the study is called, its arms and its words.

        Raises:
            StudyError: the run made no report.
        """
        found = self.params(REPORT).get("study")
        if not found:
            raise StudyError(
                "The run made no report", where=self.results.as_posix(), rule=RULE,
                remedy="run snakemake without a target",
            )  # fmt: skip
        return found

    @property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """What timepoints, variables and analyses are called, by id."""
        return self.params(REPORT).get("labels") or {}

    @property
    def outcomes(self) -> list[Mapping[str, Any]]:
        """The outcomes of the plan in their order, none without a plan."""
        return list(self.params(OF_OUTCOMES).get("outcomes") or [])

    def configured(self, key: str) -> Mapping[str, Any]:
        """Return a section of the configuration with which the run was made, where it is here."""
        import yaml

        started = [entry for entry in self._entries() if entry["kind"] == "run_start"]
        noted = (started[-1].get("configuration") or {}) if started else {}
        for path, digest in noted.items():
            try:
                data = place(path, self.results).read_bytes()
            except OSError:
                continue
            if hashlib.sha256(data).hexdigest() == digest:
                return (yaml.safe_load(data) or {}).get(key) or {}
        return {}

    def _entries(self) -> list[dict[str, Any]]:
        from runrecord import journal

        return list(journal.read(self.results / "lineage").entries.values())
