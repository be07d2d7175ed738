"""How each table of a study is read: from which exports, in what form, by which columns.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from trialtrail.configuration.begun import begun_of
from trialtrail.configuration.expand import expand_series
from trialtrail.configuration.labels import keeps_labels, lacks_labels
from trialtrail.configuration.schema import default_of
from trialtrail.configuration.study_plan import StudyPlan
from trialtrail.exports.formats import PROJECTS, format_of
from trialtrail.exports.redcap.dictionary import columns_of

NUMBERS_AND_DAYS = ("integer", "number", "date", "partial_date", "censored")
"""Types of variables in which a label of a statistical program is none of an answer."""
KEYS_OF_READERS = (
    *("format", "encoding", "delimiter", "quote", "escape", "sheet", "header_row", "labels"),
    *("decimal", "last_year"),
)
"""Keys of an export that say how its file and its cells are read."""


class StudySources(StudyPlan):
    """Questions about the exports that feed the tables."""

    _as_given: dict
    """The configuration as it was written."""
    projects: dict[str, Any]
    """Of each export with a REDCap dictionary, what that says."""

    def sources(self, table: str) -> list[dict]:
        """Return the sources of ``table`` as its validation reads them, the export's form too."""
        variables = self.variables(table)
        out = []
        for source in self.spec(table)["sources"]:
            export = self.config["exports"][source["export"]]
            columns = source["columns"] | {v["id"]: v["column"] for v in variables}
            codes = source.get("codes", {}) | {
                v["id"]: v["codes"] for v in variables if v.get("codes")
            }
            notes = {v["id"]: [v["note_if"]] for v in variables if "note_if" in v}
            missing = source.get("missing", {}) | {
                v["id"]: v["missing"] for v in variables if v.get("missing")
            }
            out.append(
                {
                    "name": source["export"],
                    "label": export["file"],
                    "dictionary_label": export.get("dictionary", ""),
                    "dictionary": bool(export.get("dictionary")),
                    "missing": self._missing_codes(export),
                    "missing_of": missing,
                    "coded_by_dictionary": self._coded_by_dictionary(table),
                    "dates": _listed(export.get("dates", [])),
                    "months": export.get("months", self.config.get("months", default_of("months"))),
                    "columns": columns,
                    "codes": codes,
                    "note_if": notes,
                    "decimals": {v["id"]: v["decimal"] for v in variables if "decimal" in v},
                    "several": [v["id"] for v in variables if v.get("several")],
                    "numeric": _numeric(variables),
                    "counted": self._counted(source["export"]),
                    "begun": begun_of(self.spec(table), source, variables),
                    "followed_up": self._seen_in(table),
                    "constants": source.get("constants", {}),
                    "where": source.get("where", {}),
                    "wheres": self._wheres(source["export"]),
                    "taken": self._taken(source["export"], table),
                    "known": self._known_columns(source["export"]),
                    "identifiers": export.get("identifiers", []),
                }
                | self._form_of(source["export"])
            )
        return out

    def _seen_in(self, table: str) -> dict | None:
        """Return the variable and values of `followed_up`, where it names values of ``table``."""
        rule = self.followed_up_by
        return rule if rule and rule["values"] and rule["form"] == table else None

    def _missing_codes(self, export: dict) -> list[str]:
        """Return the cells of an export that mean no value."""
        return export.get("missing", self.config.get("missing", default_of("missing")))

    def _counted(self, export: str) -> list[str]:
        """Return the columns of ``export`` that some table takes for numbers or days."""
        tables = [self.variables(table) for table, _ in self._feeds(export)]
        return sorted({column for variables in tables for column in _numeric(variables)})

    def _coded_by_dictionary(self, table: str) -> list[str]:
        """Return the variables whose codes nobody wrote: they are the choices of a dictionary."""
        form = self._as_given.get("forms", {}).get(table, {})
        own = {variable["column"] for variable in expand_series(form.get("variables", []))}
        if "redcap" not in form:
            return []
        return [v["id"] for v in self.variables(table) if v.get("codes") and v["column"] not in own]

    def _form_of(self, export: str) -> dict:
        """Return what the reader of ``export`` needs beside its name and label."""
        spec = self.config["exports"][export]
        form = {key: spec[key] for key in KEYS_OF_READERS if key in spec}
        if self._is_project(export) and self.has("transcripts"):
            texts = [source["export"] for source in self.spec("transcripts")["sources"]]
            form["texts_of_projects"] = all(map(self._is_project, texts))
        return form

    def _is_project(self, export: str) -> bool:
        """Return whether ``export`` is a project of a program for qualitative analysis."""
        spec = self.config["exports"][export]
        return format_of(spec | {"label": spec["file"]}) in PROJECTS

    def _feeds(self, export: str) -> list[tuple[str, dict]]:
        """Return the tables that ``export`` feeds, each with its source."""
        pairs = [(table, source) for table in self.tables for source in self.spec(table)["sources"]]
        return [(table, source) for table, source in pairs if source["export"] == export]

    def _wheres(self, export: str) -> list[dict]:
        """Return by what each table that ``export`` feeds chooses its rows."""
        return [source.get("where", {}) for _, source in self._feeds(export)]

    def _taken(self, export: str, table: str) -> list[dict]:
        """Return which rows of ``export`` some table takes, for the one table that tells the rest.

        Nothing is to be reported where a table takes all rows, and only the first table tells it.
        """
        wheres = self._wheres(export)
        return wheres if self._feeds(export)[0][0] == table and all(wheres) else []

    @cached_property
    def dictionaries(self) -> list[str]:
        """The exports with a REDCap dictionary that feed a table."""
        return sorted(name for name in self.projects if self._feeds(name))

    def dictionary_of(self, export: str) -> dict:
        """Return what the check of ``export`` against its dictionary needs to know."""
        spec, project = self.config["exports"][export], self.projects[export]
        return {
            "name": export,
            "label": spec["file"],
            "dictionary_label": spec["dictionary"],
            "missing": self._missing_codes(spec),
            "identifiers": spec.get("identifiers", []),
            "known": self._known_columns(export),
            "events": project.events,
        } | self._form_of(export)

    def columns_fed(self, export: str) -> dict[str, list[str]]:
        """Return for each table that ``export`` feeds the columns of the file that it uses."""
        return {
            table: sorted(
                {*source["columns"].values(), *(v["column"] for v in self.variables(table))}
            )
            for table, source in self._feeds(export)
        }

    def _known_columns(self, export: str) -> list[str]:
        """Return every column of ``export`` that some table uses or the configuration ignores."""
        spec = self.config["exports"][export]
        known = [*spec.get("ignore", []), *spec.get("identifiers", [])]
        if export in self.projects:
            known += columns_of(self.projects[export].fields)
            known += self.projects[export].missing_boxes()
        for table, source in self._feeds(export):
            known += source["columns"].values()
            known += source.get("where", {})
            known += source.get("ignore", [])
            known += [v["column"] for v in self.variables(table)]
        return sorted(set(known))

    @property
    def headings(self) -> dict[str, dict]:
        """Table -> export -> column of the table -> column of the file."""
        return {
            table: {source["name"]: source["columns"] for source in self.sources(table)}
            for table in self.tables
        }

    @property
    def supplied(self) -> dict[str, list[str]]:
        """Table -> its columns that some export fills."""
        return {
            table: sorted(
                {name for source in self.sources(table) for name in source["columns"]}
                | {name for source in self.sources(table) for name in source["constants"]}
            )
            for table in self.tables
        }

    def label_readings(self, *forms: str) -> list[str]:
        """Return the accounts of the reading of ``forms``, where labels of a file are wanted."""
        return [
            f"results/validation/reading/{form}.json"
            for form in forms
            if any(
                keeps_labels(self.config["exports"][s["export"]])
                for s in self.spec(form)["sources"]
            )
            and any(map(lacks_labels, self.variables(form)))
        ]


def _numeric(variables: list[dict]) -> list[str]:
    """Return the columns of variables that are numbers or days."""
    return [v["column"] for v in variables if v["type"] in NUMBERS_AND_DAYS]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
