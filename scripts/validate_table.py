"""Validate one table: read its exports, type every cell, check its contract.

Nothing is dropped here: a cell that cannot be typed is left empty and told as a finding; what
becomes of its row is settled when all tables are known.
"""

from dataclasses import replace

import pandas as pd

from trialtrail.contracts import breach_findings, breaches, build_schema, is_optional, key_of
from trialtrail.errors import StudyError
from trialtrail.exports.convert import EXPECTED, blank_missing, bounds, normalised, to_typed
from trialtrail.exports.read import FILE, LINE, ORIGIN, Export, read_export
from trialtrail.exports.surveys import incomplete
from trialtrail.findings import finding, findings_frame
from trialtrail.identifiers import withheld, without_identifiers
from trialtrail.lineage import Rows, run
from trialtrail.redcap.dictionary import read_dictionary, undeclared_codes
from trialtrail.tables import write_table

UNTYPED = ("type", "code", "arm")
"""Rules whose finding explains why a cell is empty: no need to say that a value is required."""
KINDS = {"Int64": "integer", "Float64": "number", "boolean": "boolean", "datetime64[ns]": "date"}


def check_header(table: str, export: Export, source: dict) -> list[dict]:
    """Return a finding for each column missing, unknown or named twice, and each odd row."""
    label, line = source["label"], export.header_line
    place = {"export": export.name, "file": label}
    found = []
    named = [*source["columns"].values(), *source.get("where", {})]
    needed = [name for name in named if name not in export.header]
    for name in dict.fromkeys(needed):
        message = "the configuration names this column and the export lacks it"
        found.append(finding("columns", table, message, column=name, line=line, **place))
    for name in dict.fromkeys(export.header):
        if name not in source["known"]:
            message = "the export has this column and the configuration does not know it"
            found.append(finding("columns", table, message, column=name, line=line, **place))
        if export.header.count(name) > 1:
            message = "the export has this column more than once"
            found.append(finding("columns", table, message, column=name, line=line, **place))
    for number, cells in export.ragged:
        message = f"the record has {cells} cells and the header {len(export.header)}"
        found.append(finding("width", table, message, line=number, **place))
    return found


def rows_taken(rows: pd.DataFrame, where: dict[str, list[str]]) -> pd.Series:
    """Return which rows have in each column of ``where`` one of its texts.

    A column that the export lacks is told as such, and keeps no row out.
    """
    taken = pd.Series(True, index=rows.index)
    for column, texts in where.items():
        if column in rows:
            taken &= rows[column].fillna("").str.strip().isin(texts)
    return taken


def check_taken(export: Export, source: dict) -> list[dict]:
    """Return a finding for each kind of rows that no table takes, with how many there are.

    The rows are told apart by the columns by which the tables choose theirs. They are rows of no
    table, and so are the findings.
    """
    wheres, rows = source.get("taken", []), export.rows
    columns = [name for name in dict.fromkeys(c for where in wheres for c in where) if name in rows]
    if not wheres or not columns:
        return []
    left = pd.Series(True, index=rows.index)
    for where in wheres:
        left &= ~rows_taken(rows, where)
    place = {"export": export.name, "file": source["label"], "column": columns[0]}
    message = f"no table takes the records with this {', '.join(columns)}"
    return [
        finding(
            "unused",
            "",
            message,
            line=kind[LINE].iloc[0],
            record=" ".join(text for text in map(str.strip, values) if text),
            found=f"{len(kind)} {'record' if len(kind) == 1 else 'records'}",
            **place,
        )
        for values, kind in rows[left].fillna({c: "" for c in columns}).groupby(columns)
    ]


def check_responses(table: str, export: Export, source: dict) -> list[dict]:
    """Return a note for each record of a questionnaire program that is no complete response."""
    found = []
    for column, message, mask in incomplete(export.rows, source.get("format", "csv")):
        text = export.rows[column].fillna("")
        found += _cell_findings(
            table, export.name, export.rows, column, text, mask, "incomplete", message
        )
    return found


def check_mapping(table: str, schema, source: dict) -> list[dict]:
    """Return a finding for each column that the table needs and lacks, or has no place for."""
    given = [*source["columns"], *source.get("constants", {})]
    needed = [name for name, column in schema.columns.items() if not is_optional(column)]
    lacking = f"the table {table} needs {{}} and the configuration maps no column to it"
    foreign = f"the configuration maps a column to {{}} and the table {table} has no such column"
    messages = [lacking.format(name) for name in needed if name not in given]
    messages += [foreign.format(name) for name in given if name not in schema.columns]
    return [finding("columns", table, message, export=source["name"]) for message in messages]


def column_kind(column) -> str:
    """Return the kind of text that a column of the contract is typed from."""
    return (column.metadata or {}).get("kind") or KINDS.get(str(column.dtype), "text")


def type_source(table: str, export: Export, source: dict, kinds: dict[str, str], arms: list[str]):
    """Return (typed rows, findings without record) of one source; row order as in the file."""
    rows = export.rows.reset_index(drop=True)
    typed = pd.DataFrame(index=rows.index)
    found = []
    for column, kind in kinds.items():
        name = source["columns"].get(column)
        if name is None or name not in rows:
            typed[column] = _constant(source.get("constants", {}).get(column), kind, rows.index)
            if kind == "censored":
                typed[f"{column}_bound"] = pd.Series(pd.NA, index=rows.index, dtype="string")
            continue
        codes = source.get("codes", {}).get(column)
        text = blank_missing(rows[name], missing_codes(source, codes))
        values, failed, unknown = to_typed(text, kind, dates=source["dates"], codes=codes)
        typed[column] = normalised(values)
        if column == "arm":
            unknown = unknown | text.notna() & ~typed[column].isin(arms).fillna(False)
        rule = "arm" if column == "arm" else "code"
        for mask, name_of_rule, message in (
            (failed, "type", f"the cell is not {EXPECTED.get(kind, 'of its kind')}"),
            (unknown, rule, "the code is not among those of the configuration"),
        ):
            found += _cell_findings(
                table, export.name, rows, name, text, mask, name_of_rule, message
            )
        if kind == "censored":
            typed[f"{column}_bound"] = bounds(text.mask(failed))
            mask = typed[f"{column}_bound"].isin(["above", "below"]).fillna(False)
            message = "a censored count: kept as a value and its bound"
            found += _cell_findings(table, export.name, rows, name, text, mask, "censored", message)
        for value in source.get("note_if", {}).get(column, []):
            mask = (typed[column] == value).fillna(False)
            message = "the value departs from the protocol's expectation"
            found += _cell_findings(table, export.name, rows, name, text, mask, "expected", message)
    typed["_export"] = pd.array([export.name] * len(rows), dtype="string")
    return typed.assign(**{FILE: rows[FILE], LINE: rows[LINE]}), found


def missing_codes(source: dict, codes: dict | None) -> list[str]:
    """Return the texts that stand for a missing value; so does a blank, unless it is a code."""
    blank = [] if "" in (codes or {}) else [""]
    return [*blank, *source["missing"]]


def _constant(value: object, kind: str, index: pd.Index) -> pd.Series:
    dtype = {"integer": "Int64", "censored": "Int64", "number": "Float64", "boolean": "boolean"}
    if kind == "date":
        return pd.Series(pd.to_datetime(value), index=index, dtype="datetime64[ns]")
    return pd.Series(
        pd.NA if value is None else value, index=index, dtype=dtype.get(kind, "string")
    )


def _cell_findings(table, export, rows, name, text, mask, rule, message) -> list[dict]:
    return [
        finding(
            rule,
            table,
            message,
            export=export,
            file=rows[FILE].iloc[i],
            line=rows[LINE].iloc[i],
            column=name,
            found=text.iloc[i],
        )
        for i in mask.to_numpy(dtype=bool).nonzero()[0]
    ]


def check_dictionaries(table: str, sources: list[dict]) -> list[dict]:
    """Return a finding for each variable whose codes differ from the export's data dictionary."""
    found = []
    for source in sources:
        if not source.get("dictionary"):
            continue
        fields = read_dictionary(source["dictionary"], source["dictionary_label"])
        for column, codes in source.get("codes", {}).items():
            name = source["columns"].get(column, "")
            differing = set(undeclared_codes(fields, name, codes)) - set(source["missing"])
            for code in sorted(differing):
                message = f"the code {code} stands in the data dictionary or the configuration only"
                place = {"export": source["name"], "file": source["dictionary_label"]}
                found.append(finding("dictionary", table, message, column=name, **place))
    return found


def record_names(keys: pd.DataFrame) -> pd.Series:
    """Return the name of each record: the values of its key, one after the other."""
    first, *others = (keys[name].astype("string").fillna("") for name in keys)
    return first.str.cat(others, sep=" ") if others else first


def add_records(found: list[dict], typed: pd.DataFrame) -> list[dict]:
    """Give each finding the name of its record."""
    lines = {item["line"] for item in found if item["line"] is not None}
    there = typed[typed[LINE].isin(lines)]
    places = there[ORIGIN].itertuples(index=False, name=None)
    names = dict(zip(places, there["record"], strict=True))
    return [item | {"record": names.get(_cell(item)[:3], "")} for item in found]


def _cell(item: dict) -> tuple:
    return item["export"], item["file"], item["line"], item["column"]


def validate_table(table: str, sources: list[dict], variables: list[dict], arms, is_form, read):
    """Return (typed rows, rows as read, findings, rows read) of ``table``.

    ``read`` maps a source to its `Export`.
    """
    schema = build_schema(table, variables, is_form)
    kinds = {name: column_kind(column) for name, column in schema.columns.items()}
    for bound in [f"{name}_bound" for name, kind in kinds.items() if kind == "censored"]:
        kinds.pop(bound)
    parts, raw, found, count, apart = [], [], check_dictionaries(table, sources), 0, []
    for source in sources:
        export = read(source)
        found += check_header(table, export, source)
        found += check_mapping(table, schema, source)
        apart += check_taken(export, source)
        taken = rows_taken(export.rows, source.get("where", {}))
        export = replace(export, rows=export.rows[taken].reset_index(drop=True))
        found += check_responses(table, export, source)
        typed, cells = type_source(table, export, source, kinds, arms)
        parts.append(typed)
        rows = without_identifiers(export.rows, source.get("identifiers", []))
        raw.append(rows.assign(_export=pd.array([export.name] * len(typed), "string")))
        found += cells
        count += len(typed) + len(export.ragged)
    if table == "participants" and not count:
        raise StudyError(
            "The export has no record of a participant, and there is no trial without participants",
            where=", ".join(source["label"] for source in sources),
            rule="header",
            remedy="export the table again; if the table has a `where`, look at its texts",
        )
    frame = pd.concat(parts, ignore_index=True)
    key = key_of(schema)
    frame["record"] = record_names(frame[key])
    found = add_records(found, frame)
    columns = list(schema.columns)
    told = {_cell(item) for item in found if item["rule"] in UNTYPED}
    headings = {(s["name"], c): name for s in sources for c, name in s["columns"].items()}
    broken = breaches(schema, frame[columns])
    more = breach_findings(table, frame, broken, frame[[*ORIGIN, "record"]], headings)
    found += [item for item in more if _cell(item) not in told]
    hidden = {source["name"]: source.get("identifiers", []) for source in sources}
    found = [withheld(item, hidden[item["export"]]) for item in [*found, *apart]]
    return frame[[*columns, *ORIGIN, "record"]], pd.concat(raw, ignore_index=True), found, count


def main(job):
    """Read the exports of one table and write its typed rows, its raw rows and its findings."""
    paths = list(job.input.exports)
    files: dict[str, list[str]] = {}
    for source, path in zip(job.params.owners, paths, strict=True):
        files.setdefault(source, []).append(path)
    sources = [dict(source) for source in job.params.sources]
    for source in sources:
        if source.get("dictionary"):
            source["dictionary"] = files[source["name"]].pop()
    frame, raw, found, count = validate_table(
        job.wildcards.table,
        sources,
        job.params.variables,
        job.params.arms,
        job.params.is_form,
        lambda source: read_export(source, files[source["name"]]),
    )
    write_table(frame, job.output.checked)
    write_table(raw, job.output.raw)
    write_table(findings_frame(found), job.output.findings)
    return {
        job.wildcards.table: Rows(
            read=count, used=len(frame), set_aside={"width": count - len(frame)}
        )
    }


run(main, globals())
