"""A study as its configuration describes it: which tables it has, from which files, in what form.

The Snakefile asks these questions while it is read, so nothing heavy is imported here. Each subject
has a module: `study_tables`, `study_plan`, `study_sources`, `study_files`, `study_simulation`,
`validation`.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from trialtrail.configuration.blinding import check_blinded_exports
from trialtrail.configuration.check import check_configuration
from trialtrail.configuration.conduct import (
    conduct_written_out,
    results_of_conduct,
    tables_of_conduct,
)
from trialtrail.configuration.documents import with_documents
from trialtrail.configuration.files_beside import files_beside
from trialtrail.configuration.schema import default_of
from trialtrail.configuration.study_files import StudyFiles
from trialtrail.configuration.study_simulation import StudySimulation
from trialtrail.configuration.validation import Validation
from trialtrail.errors import StudyError


class Study(StudyFiles, StudySimulation):
    """Questions that the rules ask of the configuration.

    Args:
        config: the configuration, as it was read.
        file: where it was read from.
        without_files: whether the files that it names may be missing for now; who reads them asks
            `check_files` first.
    """

    def __init__(self, config: dict, file: str | Path, *, without_files: bool = False) -> None:
        self._as_given = config
        self.config, self.projects = check_configuration(config, file)
        folder = config.get("folder", default_of("folder"))
        self.folder = Path(os.path.relpath(Path(file).resolve().parent / folder))
        self.config = with_documents(self.config, self.folder)
        self._check_names()
        if not without_files:
            self.check_files()

    @cached_property
    def validation(self) -> Validation:
        """What is checked between the tables and within them, and what findings do."""
        return Validation(self)

    @cached_property
    def conduct(self) -> list[dict]:
        """The facts of the conduct that the study states, their defaults written out."""
        return conduct_written_out(self.config, self._called)

    @property
    def tables_of_conduct(self) -> list[str]:
        """The validated tables that these facts rest on."""
        return tables_of_conduct(self.conduct)

    def results_of_conduct(self, known: list[str]) -> list[str]:
        """Return those of the result tables ``known`` that these facts rest on."""
        named = results_of_conduct(self.conduct)
        topics = {"summaries"} if named - set(known) else set()
        return [table for table in known if table in named | topics]

    @property
    def _called(self) -> dict[str, str]:
        """Return what readers call the columns of tables and forms: by ``table.column``."""
        found = {}
        for table in self.tables:
            of = self.form_labels.get(table) or table.replace("_", " ").capitalize()
            labels = {v["id"]: v.get("label") for v in self.variables(table)}
            for source in self.sources(table):
                for column in source["columns"]:
                    name = labels.get(column) or column.replace("_", " ")
                    found[f"{table}.{column}"] = f"{of}: {name}"
        return found

    @property
    def contracts(self) -> list[dict]:
        """What the data dictionary needs of each table: its name, its variables, its kind."""
        return [
            {"name": t, "variables": self.variables(t), "is_form": t in self.forms}
            for t in self.tables
        ]

    @property
    def all_paths(self) -> list[str]:
        """Every file that the configuration names: exports, events, answers to queries, texts."""
        events = [file for name in self.config["exports"] for file in self.events_files(name)]
        beside = [(self.folder / each.name).as_posix() for each in files_beside(self.config)]
        return [*self.all_files, *events, *beside, *self.text_files()]

    def _check_names(self) -> None:
        for path in self.all_paths:
            if not path.isprintable():
                raise StudyError(
                    "The name of a file or folder holds a line break or another unprintable sign",
                    where=path.encode("unicode_escape").decode("ascii"),
                    rule="file",
                    remedy="rename it: no list of files can tell such a name",
                )

    def check_files(self) -> None:
        """Look whether the files that the configuration names are there.

        Raises:
            StudyError: an export, its dictionary or list of events, or the answers are missing;
                an export of a blinded study is not as it was written.
        """
        used = {s["export"] for t in self.tables for s in self.spec(t)["sources"]}
        for name in sorted(used):
            spec = self.config["exports"][name]
            for key in ("file", "dictionary", "events"):
                if key in spec and not (self.folder / spec[key]).exists():
                    raise StudyError(
                        f"A file of the export {name} is missing",
                        where=spec[key],
                        rule=f"exports.{name}.{key}",
                        remedy="put the file there, or correct its path in the configuration",
                    )
            if endings := self.lacks_documents(name):
                raise StudyError(
                    f"The folder of the export {name} holds no {endings} file",
                    where=spec["file"],
                    rule=f"exports.{name}.file",
                    remedy="put the documents there, or correct the path in the configuration",
                )
        for each in files_beside(self.config):
            if not (self.folder / each.name).is_file():
                raise StudyError(
                    f"The file with {each.holds} is missing",
                    where=each.name,
                    rule=each.rule,
                    remedy="put the file there, or take the key out of the configuration",
                )
        if self.blinded:
            check_blinded_exports(self.config, self.folder)
