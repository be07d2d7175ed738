"""A run that has ended, as its records tell it: what each job read, made and was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from runrecord.digest import file_digest
from runrecord.graph import place, results_folder
from runrecord.places import FOLDER, REPOSITORY, real_path
from runrecord.project import project
from runrecord.seal import read_record
from runrecord.syntax import syntax_of

from trialtrail.errors import StudyError

RECORDS, SEAL = "lineage/records", "seal_lineage"
FORECAST = (
    *("validate_table", "validate_dictionary", "validate_references", "validate_plausibility"),
    *("split_used_rows", "derive_contacts", "derive_participants", "derive_outcomes"),
    *("impute_block", "fit_analysis", "collect_estimates"),
)
"""The rules between the raw exports and the estimates."""
AGAIN = "run the workflow again: snakemake --cores 4"


class SealedRun:
    """The jobs of a run by the names of their records, and where their files are now.

    Args:
        results: the results folder.
        jobs: the records of the run, by their names.
    """

    def __init__(self, results: Path, jobs: Mapping[str, Mapping[str, Any]]) -> None:
        self.results = results
        self.jobs = {name: record["result"] for name, record in jobs.items()}
        self._places: dict[str, str] = {}
        self._elsewhere: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._checked: set[str] = set()
        for record in jobs.values():
            self._places |= record["run"]["places"]
            self._elsewhere |= record["run"]["elsewhere"]
            self._digests |= record["result"]["inputs"] | record["result"]["outputs"]

    @classmethod
    def read(cls, results: str | Path, paths: Iterable[str | Path] = ()) -> SealedRun:
        """Return the run of a results folder, or of some of its records.

        Args:
            results: the folder.
            paths: the records; without any, those that were sealed.

        Raises:
            StudyError: there is no sealed run, or a record is not as it was sealed.
        """
        folder = results_folder(results)
        if not paths:
            seal = folder / RECORDS / f"{SEAL}.json"
            if not seal.is_file():
                raise StudyError(
                    "No sealed run is here",
                    where=seal.as_posix(),
                    remedy="name its folder with --results, or make it: snakemake --cores 4",
                )
            sealed = cls(folder, {SEAL: read_record(seal)})
            paths = [sealed.path(name) for name in sealed.inputs(SEAL, f"results/{RECORDS}/")]
        return cls(folder, {Path(path).stem: read_record(path) for path in paths})

    def has(self, job: str) -> bool:
        """Return whether the run had a job of that name."""
        return job in self.jobs

    def of_rule(self, rule: str) -> dict[str, Mapping[str, Any]]:
        """Return the jobs of a rule by their names."""
        return {name: job for name, job in self.jobs.items() if job["rule"] == rule}

    def inputs(self, job: str, beginning: str = "") -> list[str]:
        """Return the names of what a job read, by name; those that begin so."""
        return sorted(n for n in self.jobs[job]["inputs"] if n.startswith(beginning))

    def digest(self, name: str) -> str:
        """Return the digest that a file had in the run."""
        return self._digests[name]

    def place_of(self, name: str) -> Path:
        """Return where a file of the run is, whatever it holds by now."""
        at = self._elsewhere.get(name, FOLDER)
        if at == FOLDER:
            return place(name, self.results)
        return real_path(name, at, self._places, self.results.parent)

    def path(self, name: str) -> Path:
        """Return where a file is that a job of the run read or made.

        Raises:
            StudyError: it is gone, or not what it was in the run.
        """
        path = self.place_of(name)
        if name not in self._checked:
            if not path.is_file() or file_digest(path) != self._digests.get(name):
                raise StudyError(
                    f"{name} is not as it was in the run",
                    where=path.as_posix(),
                    rule="a forecast starts from what the run read and made",
                    remedy=AGAIN,
                )
            self._checked.add(name)
        return path

    def check_code(self, jobs: Iterable[str]) -> None:
        """Refuse to forecast with other code than the run had; comments and layout do not count.

        Raises:
            StudyError: a file of code says something else now, or is gone.
        """
        seen: dict[str, str] = {}
        for job in jobs:
            seen |= self.jobs[job]["syntax"]
        for name, digest in sorted(seen.items()):
            path = project().path(name.removeprefix(f"{REPOSITORY}/"))
            if not path.is_file() or syntax_of(path).sha256 != digest:
                raise StudyError(
                    f"{name} is not the code of the run",
                    where=path.as_posix(),
                    rule="a forecast runs the code that made the results",
                    remedy=AGAIN,
                )


def open_run(results: str | Path) -> SealedRun:
    """Return the sealed run of a folder, if forecasts can be made from it.

    Raises:
        StudyError: there is none, it has no estimates, or its code was another one.
    """
    run = SealedRun.read(results)
    if not run.has("collect_estimates"):
        raise StudyError(
            "The run has no estimates, so no correction can change any",
            where=run.results.as_posix(),
            remedy="name outcomes under `analysis.outcomes` of the configuration",
        )
    run.check_code(name for name, job in run.jobs.items() if job["rule"] in FORECAST)
    return run
