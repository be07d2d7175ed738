"""Validate a study in this process, with some of its raw files spoilt.

A `World` is a study whose good exports have been read and checked once. A `Copy` of it is what a
defect spoils; `World.validate` then checks anew the tables that a spoilt export feeds, and all of
them against each other, by the functions that the jobs of the workflow call.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import yaml
from raw_files import Record, Sheet, altered_document, altered_workbook, written

from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export
from trialtrail.exports.redcap.dictionary import read_dictionary
from trialtrail.tables import write_table
from trialtrail.validation.between import OF_FORMS, check_tables, plan_of
from trialtrail.validation.cells import contract_of
from trialtrail.validation.evidence import with_evidence
from trialtrail.validation.findings import (
    findings_frame,
    list_set_aside,
    number_queries,
    with_action,
)
from trialtrail.validation.plausibility.check import check_plausibility, sheets_in_use
from trialtrail.validation.redcap_findings import found_by_tables, names_of
from trialtrail.validation.redcap_findings import validate_dictionary as check_dictionary
from trialtrail.validation.rules import SET_ASIDE, STOP
from trialtrail.validation.set_aside import ROW, Aside
from trialtrail.validation.table import Checked, validate_table

HEAD_ROWS = {"qualtrics": 3}
CELL = ["table", "export", "file", "record", "column", "rule", "message"]
"""What tells two findings apart."""


@dataclass
class Outcome:
    """What a validation ended in.

    Attributes:
        refusal: the `StudyError` that ended it, if one did.
        queries: all queries; ``new`` are those that the good exports do not have.
        tables: the checked tables.
        readings: of each source, what its file is like and which cells changed their form.
    """

    refusal: StudyError | None
    queries: pd.DataFrame
    new: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    readings: list[dict]

    def at(self, rule: str, export: str, **place: Any) -> pd.DataFrame:
        """Return the new queries of a rule and export at a place (line, column, file)."""
        found = self.new[(self.new["rule"] == rule) & (self.new["export"] == export)]
        for key, wanted in place.items():
            found = found[(found[key] == wanted).fillna(False)]
        return found


class World:
    """A study, its good exports, and what the validation says of them."""

    def __init__(self, config: dict, file: Path) -> None:
        self.study = Study(config, file)
        self.arms = [arm["id"] for arm in self.study.arms]
        checked, study = self.study.validation, self.study
        self.params = SimpleNamespace(
            tables=study.tables,
            forms=study.forms,
            follow_up=study.follow_up_forms,
            visits=list(study.follow_up_labels),
            is_visit=study.analysis("uptake", {}).get("contact", {}),
            offered=checked.offered,
            any_contact=checked.any_contact,
            checks=checked.checks,
            check_columns=checked.check_columns,
            readers=None,
            headings=study.headings,
            actions=checked.actions,
            arms=self.arms,
            variables=checked.variables,
            numbers=checked.numbers,
            observed=checked.observed,
            batteries=checked.batteries,
            evidence={form: each["columns"] for form, each in study.form_contents.items()},
            took_place=study.took_place,
            timepoints=checked.timepoints,
            files=checked.files,
            plausibility=checked.plausibility,
        )

    @classmethod
    def shipped(cls) -> World:
        """Return the study that ships."""
        return cls.at(ROOT / "config" / "config.yaml")

    @classmethod
    def at(cls, file: Path) -> World:
        """Return the study of a configuration."""
        return cls(yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader), file)

    @cached_property
    def good(self) -> dict[str, Checked]:
        """The tables, and what was found, of the good exports."""
        return {table: self._table(table, {}) for table in self.study.tables}

    @cached_property
    def good_findings(self) -> dict[str, pd.DataFrame]:
        """What was found of each good table by itself."""
        return {table: findings_frame(each.found) for table, each in self.good.items()}

    @cached_property
    def good_dictionaries(self) -> dict[str, pd.DataFrame]:
        """What the dictionaries of the good exports find."""
        return {export: self._dictionary(export, {}, {}) for export in self.study.dictionaries}

    @cached_property
    def known(self) -> pd.DataFrame:
        """The queries of the good exports."""
        return self._queries({}, {})[0]

    def export(self, name: str) -> dict:
        """Return the configuration of an export."""
        return self.study.config["exports"][name]

    def validate(self, spoilt: dict[str, list[str]], odd: bool = True) -> Outcome:
        """Validate with the files of some exports replaced.

        ``spoilt`` maps an export to its files, in the order of `Study.files`; ``odd`` is whether
        what is odd is looked for.
        """
        fed = [t for t in self.study.tables if {s["name"] for s in self._sources(t)} & set(spoilt)]
        try:
            anew = {table: self._table(table, spoilt) for table in fed}
            queries, frames = self._queries(anew, spoilt, odd)
        except StudyError as refusal:
            return Outcome(refusal, self.known, self.known.iloc[:0], {}, [])
        known = self.known[CELL].drop_duplicates()
        told = queries.merge(known, how="left", indicator="side", on=CELL)["side"]
        new = queries[(told == "left_only").to_numpy()]
        readings = [each for table in anew.values() for each in table.readings]
        return Outcome(None, queries, new, frames, readings)

    def _sources(self, table: str) -> list[dict]:
        return self.study.sources(table)

    def _files(self, export: str, spoilt: dict) -> list[str]:
        return spoilt.get(export) or self.study.files(export)

    def _table(self, table: str, spoilt: dict) -> Checked:
        sources = self._sources(table)
        for source in sources:
            if source["dictionary"]:
                source["dictionary"] = self._files(source["name"], spoilt)[-1]

        def read(source: dict):
            files = self._files(source["name"], spoilt)
            return read_export(source, files[:1] if source["dictionary"] else files)

        variables, is_form = self.study.variables(table), table in self.study.forms
        contract = contract_of(table, variables, is_form, self.arms, self.params.actions)
        return validate_table(table, sources, contract, read)

    def _dictionary(self, export: str, anew: dict, spoilt: dict) -> pd.DataFrame:
        spec, uses = self.study.dictionary_of(export), self.study.columns_fed(export)
        path, dictionary = self._files(export, spoilt)
        tables = {table: anew.get(table, self.good[table]) for table in uses}
        names = {table: names_of(each.frame, export) for table, each in tables.items()}
        told = [findings_frame(each.found) for each in tables.values()]
        fields = read_dictionary(dictionary, spec["dictionary_label"])
        told = found_by_tables(pd.concat(told, ignore_index=True))
        found = check_dictionary(read_export(spec, [path]), spec, fields, uses, names, told)
        return findings_frame(found)

    def _queries(self, anew: dict[str, Checked], spoilt: dict, odd: bool = True):
        """Return (all queries, the frame of each table), and check the account of the rows."""
        params, actions = self.params, self.params.actions
        checked = self.good | anew
        frames = {table: each.frame for table, each in checked.items()}
        parts = [
            findings_frame(anew[table].found) if table in anew else self.good_findings[table]
            for table in frames
        ]
        for export in self.study.dictionaries:
            touched = export in spoilt
            parts.append(
                self._dictionary(export, anew, spoilt)
                if touched
                else self.good_dictionaries[export]
            )
        between = {
            table: frame[list(dict.fromkeys([*OF_FORMS, *params.check_columns[table]]))]
            if table in params.forms
            else frame
            for table, frame in frames.items()
        }
        found = pd.concat(parts, ignore_index=True)
        found = check_tables(between, found, actions, plan_of(params), params.headings)
        aside = Aside.by(found)
        if odd:
            more = check_plausibility(sheets_in_use(frames, aside, params), params, found)
            found = pd.concat([found, more], ignore_index=True)
        queries = number_queries(found, self.study.validation.severities)
        with tempfile.TemporaryDirectory() as folder:
            raw = {table: f"{folder}/{table}.parquet" for table in anew}
            for table, path in raw.items():
                write_table(anew[table].raw, path)
            queries = with_evidence(queries, raw)
        listed = list_set_aside(found, queries)
        _balance(frames, between, found, listed, actions)
        return queries, frames


def _balance(frames, in_use, found, listed, actions) -> None:
    """Assert that each row is used, or set aside with its query, or stops the run."""
    stops = set(with_action(found, actions, STOP)["table"])
    for table, frame in frames.items():
        out = len(frame) - len(in_use[table])
        mine = listed[(listed["table"] == table) & (listed["scope"] == ROW)]
        mine = mine.drop_duplicates(["export", "file", "line"])
        assert table in stops or out == len(mine), f"rows of {table} are lost"
    told = with_action(found, actions, SET_ASIDE, STOP)
    assert set(listed["rule"]) <= set(told["rule"])


class Copy:
    """A copy of a world's raw files, to be spoilt."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self._sheets: dict[tuple[str, str], Sheet] = {}
        self._spoilt: dict[tuple[str, str], bytes | None] = {}
        self._more: dict[tuple[str, str], bytes] = {}
        self.memory: dict[str, Any] = {}

    def good(self, export: str, name: str = "") -> bytes:
        """Return the good bytes of a file of an export; ``name`` is that of one of several."""
        return Path(self._path(export, name)).read_bytes()

    def sheet(self, export: str, name: str = "") -> Sheet:
        """Return a delimited export in cells; what is changed in it is spoilt."""
        key = (export, name)
        if key not in self._sheets:
            spec = self.world.export(export)
            head = HEAD_ROWS.get(spec.get("format", ""), 1) if not name else 1
            data = self.good(*key)
            encoding = spec.get("encoding") if not name else "utf-8"
            delimiter = spec.get("delimiter", ",") if not name else ","
            encoding = encoding or _encoding(data)
            self._sheets[key] = Sheet.read(data, encoding, delimiter, head)
        return self._sheets[key]

    def bytes(self, export: str, change: Callable[[bytes], bytes], name: str = "") -> None:
        """Change the bytes of a file; what was changed before stays changed."""
        before = self._spoilt.get((export, name)) or self.good(export, name)
        self._spoilt[export, name] = change(before)
        assert self._spoilt[export, name] != before, f"{export} is not changed"

    def workbook(self, export: str, change: Callable) -> None:
        """Change a workbook through openpyxl."""
        self.bytes(export, lambda data: altered_workbook(data, change))

    def document(self, export: str, name: str, change: Callable) -> None:
        """Change one document of a folder through python-docx."""
        self.bytes(export, lambda data: altered_document(data, change), name)

    def remove(self, export: str, name: str) -> None:
        """Take one document out of a folder."""
        self._spoilt[export, name] = None

    def add(self, export: str, name: str, data: bytes) -> None:
        """Add a document to a folder."""
        self._more[export, name] = data

    def line(self, record: Record) -> int:
        """Return the line on which a record stands in the end."""
        return record.sheet.line(record)

    def written(self) -> dict[str, list[str]]:
        """Write the spoilt files; return them by export, as `World.validate` takes them."""
        for (export, name), sheet in self._sheets.items():
            if (export, name) not in self._spoilt:
                fresh = Sheet.read(
                    self.good(export, name), sheet.encoding, sheet.delimiter, len(sheet.head)
                )
                if fresh.text() != sheet.text():
                    self._spoilt[export, name] = sheet.data()
        exports = {export for export, _ in [*self._spoilt, *self._more]}
        return {export: self._files(export) for export in sorted(exports)}

    def _files(self, export: str) -> list[str]:
        paths = []
        for path in self.world.study.files(export):
            data = self._replaced(export, path)
            if data is None:
                continue
            target = self.folder / export / Path(path).name
            paths.append(str(written(target, data)) if data is not ... else path)
        for (other, name), data in self._more.items():
            if other == export:
                paths.append(str(written(self.folder / export / name, data)))
        return sorted(paths) if self.world.export(export).get("format") == "docx" else paths

    def _replaced(self, export: str, path: str):
        """Return the bytes in the place of a file, None if it is taken out, ``...`` if it stays."""
        files = self.world.study.files(export)
        own = self._spoilt.get((export, Path(path).stem), ...)
        if own is ... and path == files[0]:
            own = self._spoilt.get((export, ""), ...)
        return own

    def _path(self, export: str, name: str) -> str:
        files = self.world.study.files(export)
        return next(path for path in files if not name or Path(path).stem == name)


def _encoding(data: bytes) -> str:
    """Return the encoding of a good export of which the configuration does not say it."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
