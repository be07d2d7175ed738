"""Does an export have the columns, and the codes, that the configuration says it has?"""

from __future__ import annotations

from collections.abc import Iterator

from trialtrail.contracts import is_optional
from trialtrail.exports.convert import made_beside
from trialtrail.exports.export import Export
from trialtrail.exports.headings import with_signs
from trialtrail.findings import finding
from trialtrail.redcap.dictionary import read_dictionary, undeclared_codes
from trialtrail.stops import UNKNOWN
from trialtrail.validation.cells import column_kind
from trialtrail.validation.missing_codes import missing_codes


def check_header(table: str, export: Export, source: dict) -> list[dict]:
    """Return a finding for each column missing, unknown or named twice, and each odd row."""
    label, line = source["label"], export.header_line
    place = {"export": export.name, "file": label}
    found = []
    mapped = [*source["columns"].values(), *source.get("where", {})]
    needed = [name for name in mapped if name not in export.header]
    for name in dict.fromkeys(needed):
        message = f"the configuration names this column and the export lacks it{_signs(name)}"
        found.append(finding("columns", table, message, column=name, line=line, **place))
    for name in dict.fromkeys(export.header):
        if name not in source["known"]:
            message = UNKNOWN + _signs(name)
            found.append(finding("columns", table, message, column=name, line=line, **place))
        if export.header.count(name) > 1:
            message = "the export has this column more than once"
            found.append(finding("columns", table, message, column=name, line=line, **place))
    for number, cells in export.ragged:
        message = f"the record has {cells} cells and the header {len(export.header)}"
        found.append(finding("width", table, message, line=number, **place))
    return found


def _signs(name: str) -> str:
    """Return what a heading holds that nobody sees, or nothing."""
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
            for code in sorted(differing):
                message = f"the code {code} stands in the data dictionary or the configuration only"
                place = {"export": source["name"], "file": source["dictionary_label"]}
                found.append(finding("dictionary", table, message, column=name, **place))
    return found


def check_labels(table: str, export: Export, source: dict) -> list[dict]:
    """Return a finding for each variable whose codes differ from the labels that the file has."""
    found = []
    for column, codes in source.get("codes", {}).items():
        name = source["columns"].get(column, "")
        labels = export.labels.get(name)
        known = set(labels or {})
        known -= set(missing_codes(source, column, export.missing.get(name, [])))
        for code in sorted(known ^ set(codes)) if labels else []:
            message = f"the code {code} stands in the labels of the file or the configuration only"
            place = {"export": export.name, "file": source["label"]}
            found.append(finding("dictionary", table, message, column=name, **place))
    return found


def check_reading(table: str, export: Export, source: dict) -> Iterator[dict]:
    """Yield a finding for what was guessed of the file, and what its reader found odd."""
    place = {"export": export.name, "file": source["label"]}
    for key in export.guessed:
        message = f"the {key} is not configured and taken to be {export.form[key]}"
        yield finding("guessed", table, message, column=key, **place)
    for odd in export.odd:
        at = place | ({"file": odd.file} if odd.file else {})
        yield finding(odd.rule, table, odd.message, line=odd.line, column=odd.column, **at)
