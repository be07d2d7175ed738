"""What a configuration expects of each of its files: columns, codes, types, and where it says so.

Light: Python's library, PyYAML and what reads a configuration. The configuration is not checked in
full here, which a run does; one that cannot be followed is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trialtrail.configuration.check import Places
from trialtrail.configuration.expand import expand_series
from trialtrail.configuration.schema import default_of
from trialtrail.configuration.shorthand import NO_ROWS, PARTS, in_full
from trialtrail.configuration.yaml_limits import check_yaml_limits
from trialtrail.errors import StudyError
from trialtrail.exports.formats import format_of
from trialtrail.exports.redcap.dictionary import columns_of
from trialtrail.exports.redcap.forms import projects, with_identifiers, written_out

ROW = "(row)"
"""The column that is the number of a row, and in no file."""


@dataclass(frozen=True)
class Use:
    """What one place of the configuration takes from a column of a file.

    Attributes:
        what: the table or form and its column or variable, as `baseline.age_years`.
        place: where that stands, as `study.yaml, line 41, column 25`.
        kind: the type that its cells should have; empty where any text will do.
        codes: what codes stand for; empty where a cell is taken as it stands.
        missing: cells that mean no value in it, beside those of the export.
        unit: the unit that may stand with its numbers.
        key: whether it names a record, so that its cells are nothing to be counted by value.
    """

    what: str
    place: str
    kind: str = ""
    codes: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unit: str = ""
    key: bool = False


@dataclass
class Expected:
    """What a configuration expects of one export.

    Attributes:
        name: its name under `exports`.
        spec: its keys.
        path: where its file lies.
        place: where it stands in the configuration.
        ignore_place: where the columns stand that nothing uses, or would.
        uses: what is taken from each column.
        known: the columns that are used, ignored or known from a dictionary.
        missing: cells that mean no value.
        dates: the forms of its dates; none where they are not said.
        takes_all: whether some table takes all rows, whatever a column says.
        id_column: the column with the id of participants; empty where there is none.
    """

    name: str
    spec: dict[str, Any]
    path: Path
    place: str
    ignore_place: str
    uses: dict[str, list[Use]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    missing: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    takes_all: bool = False
    id_column: str = ""


@dataclass
class Configured:
    """A configuration, and what it expects of its exports with rows."""

    file: Path
    exports: list[Expected]
    least: int
    """The least count of people that the study lets out of its house (`disclosure.minimum`)."""
    english: bool
    """Whether the months of dates have their English names."""


def read_configured(file: Path) -> Configured:
    """Return what a configuration expects.

    Raises:
        StudyError: there is none, or it cannot be followed.
    """
    try:
        check_yaml_limits(file)
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        raise _unusable(file) from None
    try:
        config = in_full({"exports": {}, "tables": {}, **given})
        folder = file.parent / config.get("folder", default_of("folder"))
        known = projects(config, folder)
        whole = written_out(with_identifiers(config, known), known)
        places = Places(file)
        texts = whole["tables"].get("transcripts", {}).get("sources", [])
        no_rows = {source["export"] for source in texts}
        found = {
            name: Expected(
                name,
                spec,
                folder / spec["file"],
                places.of(["exports", name]),
                places.of(["exports", name, "ignore"]),
            )
            for name, spec in whole["exports"].items()
            if name not in no_rows and format_of(spec | {"label": spec["file"]}) not in NO_ROWS
        }
        for name, export in found.items():
            _describe(export, whole, known.get(name))
        for export, heading, use in _uses(whole, config, places):
            if export in found:
                found[export].uses.setdefault(heading, []).append(use)
                found[export].known.add(heading)
        least = whole.get("disclosure", {}).get("minimum", default_of("disclosure.minimum"))
        months = whole.get("months", default_of("months"))
        return Configured(file, [*found.values()], least, months == "en")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise _unusable(file) from None


def _unusable(file: Path) -> StudyError:
    return StudyError(
        "The configuration cannot be compared with files",
        where=file.as_posix(),
        rule="a file can be compared with a configuration that a run takes",
        remedy=f"see what is wrong with it: trialtrail run {file.as_posix()} -n",
    )


def _describe(export: Expected, whole: Mapping[str, Any], project: Any) -> None:
    spec = export.spec
    export.known |= {*spec.get("ignore", []), *spec.get("identifiers", [])}
    if project is not None:
        export.known |= {*columns_of(project.fields), *project.missing_boxes()}
    export.missing = tuple(spec.get("missing", whole.get("missing", default_of("missing"))))
    dates = spec.get("dates", [])
    export.dates = (dates,) if isinstance(dates, str) else tuple(dates)
    for part in PARTS:
        for name, table in whole.get(part, {}).items():
            for source in table["sources"]:
                if source["export"] != export.name:
                    continue
                export.known |= {*source.get("ignore", []), *source.get("where", {})}
                export.takes_all = export.takes_all or not source.get("where")
                if name == "participants":
                    export.id_column = source["columns"].get("participant_id", "")


def _uses(
    whole: Mapping[str, Any], config: Mapping[str, Any], places: Places
) -> Iterator[tuple[str, str, Use]]:
    """Yield each export, column of its file, and what is taken from it."""
    for part in PARTS:
        for name, table in whole.get(part, {}).items():
            for i, source in enumerate(table["sources"]):
                path = [part, name, "sources", i]
                for column, heading in source["columns"].items():
                    if heading != ROW:
                        place = places.of([*path, "columns", column])
                        yield source["export"], heading, _of_table(name, column, source, place)
                for heading in source.get("where", {}):
                    place = places.of([*path, "where", heading])
                    yield source["export"], heading, Use(name, place, key=True)
                if number := table.get("repeats"):
                    place = places.of([part, name, "repeats"])
                    yield source["export"], number, Use(f"{name}.instance", place, key=True)
                own = config.get(part, {}).get(name, {}).get("variables", [])
                for variable, place in _placed(table.get("variables", []), own, part, name, places):
                    yield source["export"], variable["column"], _of_form(name, variable, place)
    asked = whole.get("questionnaire", {})
    for source in whole["tables"].get("questionnaire", {}).get("sources", []):
        for i, item in enumerate(asked.get("items", [])):
            common = asked.get("likert", {}) if item["type"] == "likert" else {}
            answers = {**common, **item}.get("answers", [])
            codes = {**common, **item}.get("codes") or {each: each for each in answers}
            place = places.of(["questionnaire", "items", i])
            several = item["type"] == "choice" and item.get("several") is not False
            what = f"questionnaire.{item['id']}"
            use = Use(what, place, codes={} if several else codes, key=item["type"] == "text")
            yield source["export"], item["column"], use


def _of_table(table: str, column: str, source: Mapping[str, Any], place: str) -> Use:
    codes = source.get("codes", {}).get(column, {})
    kind = "date" if column.endswith("_on") else ""
    missing = tuple(source.get("missing", {}).get(column, ()))
    named = column.endswith("_id") or column in ("document", "text")
    return Use(f"{table}.{column}", place, kind, codes, missing, key=named)


def _of_form(form: str, variable: Mapping[str, Any], place: str) -> Use:
    return Use(
        f"{form}.{variable['id']}",
        place,
        variable["type"],
        variable.get("codes", {}),
        tuple(variable.get("missing", ())),
        variable.get("unit", ""),
        variable["type"] == "text" and not variable.get("codes"),
    )


def _placed(
    variables: list[dict], own: list[dict], part: str, name: str, places: Places
) -> Iterator[tuple[dict, str]]:
    """Yield the variables of a form, a series written out, each with its place in the file."""
    at = {
        each["id"]: places.of([part, name, "variables", i])
        for i, item in enumerate(own)
        for each in expand_series([item])
    }
    for variable in expand_series(variables):
        yield variable, at.get(variable["id"]) or places.of([part, name, "redcap"])
