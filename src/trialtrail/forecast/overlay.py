"""Files that stand for those of a run, and the running of single jobs over them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from runrecord.digest import file_digest

from trialtrail.errors import StudyError
from trialtrail.forecast.sealed_run import SealedRun

CHECKS = "results/validation"
CORRECTED = f"{CHECKS}/corrected"
DATASETS, VALIDATED = "results/datasets", "results/validated"
ESTIMATES = "results/tables/estimates.csv"


class Named:
    """What a rule calls its inputs, outputs, parameters or wildcards, as attributes."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what has the name, or else ``default``."""
        return self.__dict__.get(name, default)


class Overlay:
    """What comes out otherwise than in a run, in a folder of its own.

    Args:
        run: the run that it starts from.
        folder: an empty folder.

    Attributes:
        changed: name of a file of the run -> the file that stands in its place.
        computed: the jobs that were run again, in their order, by the names of their records.
    """

    def __init__(self, run: SealedRun, folder: Path) -> None:
        self.run, self.folder = run, folder
        self.changed: dict[str, Path] = {}
        self.computed: list[str] = []
        self._layer = CORRECTED if run.has("validate_corrected_references") else CHECKS

    def path(self, name: str) -> str:
        """Return the file that stands for ``name``: a new one, or that of the run."""
        return str(self.changed.get(name) or self.run.path(name))

    def estimates(self) -> Path:
        """Return the table of estimates that comes out."""
        return Path(self.path(ESTIMATES))

    def checked(self, table: str) -> str:
        """Return the name of the checked rows of a table."""
        return f"{self._layer}/checked/{table}.parquet"

    def findings(self, of: str = "") -> str:
        """Return the name of the findings of a table, or of all together."""
        draft = self._layer if self._layer == CORRECTED else f"{CHECKS}/draft"
        return f"{self._layer}/findings/{of}.parquet" if of else f"{draft}/findings.parquet"

    def _go(
        self,
        main: Callable[[Any], Any],
        job: str,
        inputs: Mapping[str, Any],
        outputs: Mapping[str, str | Sequence[str]],
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Run a job, and keep of its outputs those that are not as in the run.

        ``inputs`` are paths, ``outputs`` the names of the files of the run that they stand for.
        """
        result = self.run.jobs[job]
        paths = {name: self._new(each) for name, each in outputs.items()}
        main(
            Named(
                input=Named(**inputs),
                output=Named(**paths),
                params=Named(**result["params"] | dict(params or {})),
                wildcards=Named(**result["wildcards"]),
            )
        )
        self.computed.append(job)
        for name, path in zip(_flat(outputs), _flat(paths), strict=True):
            self._keep(name, Path(path))

    def _new(self, name: str | Sequence[str]) -> Any:
        """Return where in the folder the file goes that stands for ``name``."""
        if not isinstance(name, str):
            return [self._new(each) for each in name]
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return str(path)

    def _keep(self, name: str, path: Path) -> None:
        """Let a new file stand for ``name`` unless it is the same as that of the run."""
        if path.is_file() and file_digest(path) != self.run.digest(name):
            self.changed[name] = path

    def _reads(self, job: str) -> list[str]:
        """Return what a job read of the results; nothing of a job that the run had not."""
        return self.run.inputs(job, "results/") if self.run.has(job) else []


def raw_files(run: SealedRun, job: str) -> list[str]:
    """Return the raw files of a job that validates a table, in the order of their exports.

    Raises:
        StudyError: the record does not tell which file is of which export, or a file has changed.
    """
    return [str(run.path(name)) for name in raw_names(run, job)]


def raw_names(run: SealedRun, job: str) -> list[str]:
    """Return the names that these files have in the run.

    Raises:
        StudyError: the record does not tell which file is of which export.
    """
    params, names = run.jobs[job]["params"], run.inputs(job)
    sources = {source["name"]: source for source in params["sources"]}
    found: list[str] = []
    for owner in dict.fromkeys(params["owners"]):
        source = sources[owner]
        for label in (source["label"], source["dictionary_label"]):
            found += [name for name in names if label and is_at(name, end_of(label))]
    if len(found) != len(params["owners"]):
        raise StudyError(
            "The raw files of a table are not told apart in its record",
            where=f"{job}: {', '.join(names)}",
            remedy="give the exports names of which none ends in another's",
        )
    return found


def end_of(label: str) -> str:
    return os.path.normpath(label).replace("../", "")


def is_at(name: str, end: str) -> bool:
    """Return whether a file is the one, or in the folder, that the configuration calls ``end``."""
    return f"/{name}".endswith(f"/{end}") or f"/{end}/" in f"/{name}"


def _flat(values: Mapping[str, str | Sequence[str]]) -> list[str]:
    return [
        each for value in values.values() for each in ([value] if isinstance(value, str) else value)
    ]
