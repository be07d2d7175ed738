"""Find what a run read and ran on, with which parameters, and where its files are now."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from runrecord.digest import file_digest
from runrecord.graph import LINEAGE, Graph, load
from runrecord.places import FOLDER, REPOSITORY, real_path
from runrecord.project import project
from runrecord.seal import RESULTS, files_of_record, kind_of, read_record

from trialtrail import ROOT
from trialtrail.errors import StudyError
from trialtrail.trail.export_forms import forms_read

SEAL = "seal_lineage"
CONFIGURATION = {".yaml", ".yml", ".json"}
MACHINERY = "packages/runrecord/"
"""Code that writes records and changes no result."""
NAMED_CODE = {"Snakefile", "pyproject.toml"}
"""Files of code that lie in no folder of code."""


class RunInputs:
    """Hold a results folder with the data, the code and the configuration behind it.

    Attributes:
        shown: what the run is called in an answer.
        data: digest of each raw file and text that a job read, by name.
        code: digest of each script, module, schema and template, by its path in the repository.
        machinery: the same of the code that keeps the records.
        lock, libraries, python: with what the jobs ran.
    """

    def __init__(
        self,
        results: str | Path,
        raw: str | None = None,
        code: str | None = None,
        configuration: str | None = None,
    ) -> None:
        self.graph: Graph = load(results)
        self.results = self.graph.results
        self.shown = self.results.as_posix()
        self.folder = self.results.parent
        self.raw = Path(raw) if raw else None
        self._code = Path(code) if code else None
        self._configuration = Path(configuration) if configuration else None
        self.records = {
            path.stem: read_record(path)
            for path in sorted((self.results / "lineage/records").glob("*.json"))
        }
        self.data: dict[str, str] = {}
        self.code: dict[str, str] = {}
        self.machinery: dict[str, str] = {}
        self.lock: dict[str, str] = {}
        self.libraries: dict[str, str] = {}
        self.python = ""
        self.places: dict[str, str] = {}
        self.elsewhere: dict[str, str] = {}
        self.sealed_configuration: str | None = None
        self._gather()
        self.prefix = self._study_prefix()

    def _gather(self) -> None:
        """Sort what the records name into data, code, environment and configuration."""
        configuration = None
        for record in self.records.values():
            self.places |= record["run"]["places"]
            self.elsewhere |= record["run"]["elsewhere"]
            for role, name, digest in files_of_record(record):
                if role == "output" or name.startswith(RESULTS):
                    continue
                if bare(name) in NAMED_CODE or kind_of(bare(name), {role}) == "code":
                    self.code[bare(name)] = digest
                elif record["result"]["rule"] == SEAL:
                    # What else it reads is packed beside the results, such as the verifier.
                    if Path(name).suffix in CONFIGURATION:
                        configuration = (name, digest)
                else:
                    self.data[name] = digest
            about = record["environment"]
            self.machinery |= {bare(name): digest for name, digest in about["lineage"].items()}
            self.lock |= {bare(name): digest for name, digest in about["lock"].items()}
            self.libraries |= about["libraries"]
            self.python = about["python"]
        # Jobs may have run on other comments; what counts is the text that was sealed.
        sealed = {
            name: file["sha256"] for name, file in self.graph.files.items() if "syntax" in file
        }
        self.code |= {bare(name): digest for name, digest in sealed.items()}
        self.machinery |= {n: d for n, d in self.code.items() if n.startswith(MACHINERY)}
        self.code = {n: d for n, d in self.code.items() if n not in self.machinery}
        if configuration:
            self.sealed_configuration, self._sealed_digest = configuration

    def check_sealed(self, names: Iterable[str]) -> None:
        """Check that files of the results are as the seal has them, and the lineage too.

        Raises:
            StudyError: one is not.
        """
        sealed = self.graph.sealed().get(f"{RESULTS}{LINEAGE}")
        files = self.graph.files
        wanted = {name: files[name]["sha256"] for name in names}
        paths = {name: self.graph.path(name) for name in wanted}
        if sealed is not None:
            wanted[LINEAGE], paths[LINEAGE] = sealed, self.results / LINEAGE
        for name, digest in wanted.items():
            if not paths[name].is_file() or file_digest(paths[name]) != digest:
                raise StudyError(
                    f"{name} is not as it was sealed",
                    where=self.results.as_posix(),
                    remedy="trialtrail verify says what has changed; compare whole folders only",
                )

    @property
    def repository(self) -> Path:
        """Return the checkout that the run's code is from; this program's, where that is gone."""
        if self._code is not None:
            return self._code
        place = self.places.get(REPOSITORY)
        own = self.folder / place if place is not None else self.folder
        return own if (own / "Snakefile").is_file() else ROOT

    def configuration(self) -> Path | None:
        """Return the configuration file: the one given, or the sealed one if it is unchanged."""
        if self._configuration is not None:
            if not self._configuration.is_file():
                raise StudyError("No configuration file is here", where=str(self._configuration))
            return self._configuration
        if self.sealed_configuration is None:
            return None
        return self._found(self._candidates(self.sealed_configuration), self._sealed_digest)

    def data_content(self, name: str) -> bytes | None:
        """Return a raw file as the run read it; None where no file with its digest is found."""
        return self._content(self._candidates(name), self.data[name])

    def _code_path(self, name: str) -> Path:
        """Return where a file of code was in the run: of a wheel, packages lie beside the rest."""
        for part, folder in self.places.items():
            if "/" in part and name.startswith(f"{part}/") and self._code is None:
                return self.folder / folder / name[len(part) + 1 :]
        return self.repository / name

    def code_content(self, name: str, digest: str) -> bytes | None:
        """Return a file of code as the run had it, from the checkout or from its history."""
        found = self._content([self._code_path(name), project().path(name)], digest)
        if found is not None:
            return found
        for commit in sorted({r["run"]["git"]["commit"] or "" for r in self.records.values()}):
            content = _from_history(self.repository, commit, name) if commit else None
            if content is not None and hashlib.sha256(content).hexdigest() == digest:
                return content
        return None

    def has_unused(self, name: str, digest: str) -> bool:
        """Return whether the checkout has a file of code that no job of the run used."""
        path = self._code_path(name)
        return path.is_file() and file_digest(path) == digest

    def inside_study(self, name: str) -> str:
        """Return the name of a raw file relative to the study's folder, the same in both runs."""
        return name.removeprefix(self.prefix)

    def sources(self) -> Iterator[dict[str, Any]]:
        """Yield the form of each export (label, encoding, ...) from the parameters of the jobs."""
        for record in self.records.values():
            found = record["result"]["params"].get("sources")
            for source in found if isinstance(found, list) else []:
                if isinstance(source, dict) and "label" in source:
                    yield source

    def source_of(self, name: str) -> dict[str, Any]:
        """Return the form of the export that a raw file belongs to; nothing if it is none.

        What the configuration leaves open is as the run found it.
        """
        inside = self.inside_study(name)
        for source in self.sources():
            label = source["label"]
            if inside == label or inside.startswith(f"{label}/"):
                return forms_read(self.results).get(label, {}) | source
        return {}

    def _study_prefix(self) -> str:
        """Return what stands in a name before the path that the configuration gives."""
        for source in self.sources():
            for name in sorted(self.data):
                head, found, tail = f"/{name}".rpartition(f"/{source['label']}")
                if found and tail[:1] in ("", "/"):
                    return f"{head}/".removeprefix("/")
        return ""

    def _candidates(self, name: str) -> list[Path]:
        place = self.elsewhere.get(name, FOLDER)
        paths = [real_path(name, place, self.places, self.folder)]
        if self.raw is not None:
            parts = Path(name).parts
            paths = [self.raw.joinpath(*parts[at:]) for at in range(len(parts))] + paths
        return paths

    def _content(self, paths: list[Path], digest: str) -> bytes | None:
        path = self._found(paths, digest)
        return None if path is None else path.read_bytes()

    def _found(self, paths: list[Path], digest: str) -> Path | None:
        return next((p for p in paths if p.is_file() and file_digest(p) == digest), None)


def bare(name: str) -> str:
    """Return the path of a file of code in its repository."""
    return name.removeprefix(f"{REPOSITORY}/")


def _from_history(repository: Path, commit: str, name: str) -> bytes | None:
    try:
        return subprocess.run(
            ["git", "-C", str(repository), "show", f"{commit}:{name}"],
            capture_output=True,
            timeout=20,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
