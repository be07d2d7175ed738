"""Does an export have the columns, and the codes, that the configuration says it has?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialtrail.exports.convert import made_beside
from trialtrail.exports.export import Export, Odd
from trialtrail.exports.headings import plain_heading, with_signs
from trialtrail.exports.redcap.dictionary import read_dictionary, undeclared_codes
from trialtrail.validation.cells import column_kind
from trialtrail.validation.contracts import is_optional
from trialtrail.validation.findings import finding
from trialtrail.validation.missing_codes import missing_codes
from trialtrail.validation.stops import ELSEWHERE, LACKS, SPELT, UNKNOWN
from trialtrail.validation.whole_columns import LEAST, SHARE, finding_of_column

NO_HEADING = "the export has a column with cells and no heading: give it one at the source"
CODES = 20
"""Codes that a message names."""
NO_VALUE = re.compile(
    r"\b(?:missing|unknown|not (?:known|applicable|done|asked|recorded|answered|available|stated)"
    r"|refus\w*|declined|do(?:es)?n[o']t know|no (?:answer|response|data)|n/?[ak]|dk|uncodeable"
    r"|keine? (?:angaben?|antwort)|k\. ?a\.|weiß nicht|unbekannt|fehlend|verweigert|trifft nicht zu"
    r"|inconnue?|ne sait pas|sans réponse|pas de réponse|refus|manquant"
    r"|non (?:applicable|renseigné)"
    r"|onbekend|weet niet|geen antwoord|geweigerd|niet van toepassing|ontbrekend"
    r"|desconocid[oa]|no sabe|sin respuesta|non so|sconosciuto|non risponde)(?!\w)",
    re.IGNORECASE,
)
"""What the label of a value says where there is no value."""


def check_header(table: str, export: Export, source: dict) -> list[dict]:
    """Return a finding for each column missing, unknown or named twice, and each odd row."""
    label, line = source["label"], export.header_line
    place = {"export": export.name, "file": label}
    found = []
    mapped = [*source["columns"].values(), *source.get("where", {})]
    lacking = list(dict.fromkeys(name for name in mapped if name not in export.header))
    if export.elsewhere and 2 * len(lacking) >= len(set(mapped)):
        message = f"{ELSEWHERE}: write {export.elsewhere} under exports.{export.name}"
        return [finding("columns", table, message, column=lacking[0], line=line, **place)]
    near = _near(lacking, [name for name in export.header if name not in source["known"]])
    for name in lacking:
        other = SPELT.format(near[name]) if name in near else ""
        message = LACKS + other + _signs(name)
        found.append(finding("columns", table, message, column=name, line=line, **place))
    for name in dict.fromkeys(export.header):
        if name not in source["known"] and name not in near.values():
            message = UNKNOWN + _signs(name) if name else NO_HEADING
            found.append(finding("columns", table, message, column=name, line=line, **place))
        if export.header.count(name) > 1:
            message = "the export has this column more than once"
            found.append(finding("columns", table, message, column=name, line=line, **place))
    for number, cells in export.ragged:
        many = f"{cells} cell{'' if cells == 1 else 's'}"
        message = f"the record has {many} and the header {len(export.header)}"
        found.append(finding("width", table, message, line=number, **place))
    return found


def _near(lacking: list[str], unknown: list[str]) -> dict[str, str]:
    """Return of columns that are lacking the unknown one of the same letters and digits."""

    def letters(name: str) -> str:
        return re.sub(r"[\W_]+", "", plain_heading(name).casefold())

    found = {}
    for name in lacking:
        alike = [each for each in dict.fromkeys(unknown) if letters(each) == letters(name) != ""]
        if len(alike) == 1:
            found[name] = alike[0]
    return found


def _signs(name: str) -> str:
    """Return the invisible characters of a heading in words, or nothing."""
    shown = with_signs(name)
    return "" if shown == name else f"; with its odd signs named it is: {shown}"


def check_mapping(table: str, schema, source: dict) -> list[dict]:
    """Return a finding for each column that the table needs and lacks, or has no place for.

    A column that the cells of another make is neither needed nor a place for one of the file.
    """
    given = [*source["columns"], *source.get("constants", {})]
    needed = [name for name, column in schema.columns.items() if not is_optional(column)]
    lacking = f"the table {table} needs {{}} and the configuration maps no column to it"
    foreign = f"the configuration maps a column to {{}} and the table {table} has no such column"
    messages = [lacking.format(name) for name in needed if name not in given]
    made = made_beside({name: column_kind(column) for name, column in schema.columns.items()})
    of_cells = set(schema.columns) - set(made)
    messages += [foreign.format(name) for name in given if name not in of_cells]
    return [finding("columns", table, message, export=source["name"]) for message in messages]


def check_dictionaries(table: str, sources: list[dict]) -> list[dict]:
    """Return a finding for each variable whose codes differ from the export's data dictionary."""
    found = []
    for source in sources:
        if not source.get("dictionary"):
            continue
        fields = read_dictionary(source["dictionary"], source["dictionary_label"])
        for column, codes in source.get("codes", {}).items():
            name = source["columns"].get(column, "")
            differing = set(undeclared_codes(fields, name, codes))
            differing -= set(missing_codes(source, column))
            lacking, more = sorted(differing - set(codes)), sorted(differing & set(codes))
            if differing:
                message = _differing("data dictionary", "choices", lacking, more)
                place = {"export": source["name"], "file": source["dictionary_label"]}
                found.append(finding("dictionary", table, message, column=name, **place))
    return found


def check_labels(table: str, export: Export, source: dict) -> list[dict]:
    """Return a finding for each variable whose codes differ from the labels that the file has.

    The message names all of them: a person mends them at once.
    """
    found = []
    place = {"export": export.name, "file": source["label"]}
    for column, codes in source.get("codes", {}).items():
        name = source["columns"].get(column, "")
        labels = export.labels.get(name)
        known = set(labels or {})
        known -= set(missing_codes(source, column, export.missing.get(name, [])))
        lacking, more = sorted(known - set(codes)), sorted(set(codes) - known)
        if labels and (lacking or more):
            message = _differing("file", "labels", lacking, more)
            if set(codes) <= {*labels.values()}:
                message += "; they are the labels of the file: add `labels: true` to the export"
            found.append(finding("dictionary", table, message, column=name, **place))
    return found + list(_labels_of_nothing(table, export, source))


def _differing(where: str, what: str, lacking: list[str], more: list[str]) -> str:
    """Return in which codes ``where``, which has ``what`` for codes, and a variable differ."""
    parts = []
    if lacking:
        parts.append(f"the {where} has {what} for {_some(lacking)}, which `codes` lacks")
    if more:
        parts.append(f"`codes` has {_some(more)}, for which the {where} has no {what}")
    return "; ".join(parts)


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:CODES]) + (", ..." if len(codes) > CODES else "")


def _labels_of_nothing(table: str, export: Export, source: dict) -> Iterator[dict]:
    """Yield the values of columns of numbers whose label says that there is no value.

    A value with a label stays a number, so that a mean would have the 99 of who did not know.
    """
    place = {"export": export.name, "file": source["label"]}
    for column, name in source["columns"].items():
        if name not in source.get("numeric", []) or name not in export.rows:
            continue
        gone = missing_codes(source, column, export.missing.get(name, []))
        named, cells = [], 0
        for code, label in export.labels.get(name, {}).items():
            count = int((export.rows[name] == code).sum())
            if count and code not in gone and NO_VALUE.search(label):
                named.append(f'{code} "{label.strip()}"')
                cells += count
        if named:
            message = (
                f"the file calls values of this column of numbers {_some(named)} ({cells:,} "
                "cells): they are read as numbers, unless `missing` of the variable lists them"
            )
            yield finding("marked", table, message, column=name, **place)


def check_reading(table: str, export: Export, source: dict) -> Iterator[dict]:
    """Yield a finding for what was guessed of the file, and what its reader found odd."""
    place = {"export": export.name, "file": source["label"]}
    for key in export.guessed:
        message = f"the {key} is not configured and taken to be {export.form[key]}"
        yield finding("guessed", table, message, column=key, **place)
    alike: dict[tuple, list[Odd]] = {}
    for odd in export.odd:
        alike.setdefault((odd.rule, odd.column, odd.message), []).append(odd)
    for (rule, column, message), odds in alike.items():
        lines = [odd.line for odd in odds if odd.line is not None]
        if len(lines) >= LEAST and len(lines) > SHARE * len(export.rows):
            at = place | {"column": column}
            yield finding_of_column(rule, rule, table, message, len(export.rows), lines, [], **at)
            continue
        for odd in odds:
            at = place | ({"file": odd.file} if odd.file else {})
            yield finding(rule, table, message, line=odd.line, column=column, **at)
    for each in export.odd_sources:
        at = place | {"record": each.record, "column": each.column}
        yield finding(each.rule, table, each.message, **at)
