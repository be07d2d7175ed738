"""List the columns of a dataset: the rule of each, its sources and its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from trialtrail.origins import DATASET, is_copied, rule_in_words, sources_of
from trialtrail.trail.pages import source_code
from trialtrail.trail.pages.column_entries import DERIVED, Column, Evidence, Source, Table
from trialtrail.trail.pages.source_code import Excerpt

DTYPES = {
    "Int64": "whole number",
    "int64": "whole number",
    "Float64": "number",
    "float64": "number",
    "bool": "yes or no",
    "boolean": "yes or no",
}


def dataset_table(evidence: Evidence, file: str, validated: Mapping[str, Table]) -> Table:
    """Return a dataset with its columns, by what is declared of it or by its contract."""
    name, job = PurePosixPath(file).stem, evidence.graph.maker.get(file, "")
    script = evidence.script(job)
    text = evidence.texts.get(script, "")
    table = Table(name, name, "dataset", file, _row(source_code.docstring(text)), job)
    if name in evidence.derived:
        declared = evidence.derived[name]
        for entry in declared["columns"]:
            table.columns.append(_derived(evidence, table, entry, validated))
        table.key = tuple(declared["key"])
        return table
    for module in source_code.contracts_imported(text):
        code = evidence.code_named(module)
        contract = source_code.contract(code, evidence.texts.get(code, ""))
        if contract is None:
            continue
        table.key = contract.key
        table.row = contract.row or table.row
        inputs = [
            Source("file", read)
            for read in evidence.graph.reads[job]
            if evidence.graph.files[read]["kind"] != "code"
        ]
        for item in contract.fields.values():
            table.columns.append(
                Column(
                    f"{name}.{item.name}",
                    item.name,
                    item.title,
                    item.type,
                    origin=DERIVED,
                    method=item.description,
                    sources=list(inputs),
                    code=source_code.function(script, text, item.name) or _whole(script, text),
                )
            )
    return table


def _derived(
    evidence: Evidence, table: Table, entry: Mapping[str, Any], validated: Mapping[str, Table]
) -> Column:
    name, script = entry["column"], evidence.script(table.job)
    copied, rule, sources = is_copied(entry), rule_in_words(entry), sources_of(entry)
    column = Column(
        f"{table.id}.{name}",
        name,
        entry["title"],
        _type(entry["type"]),
        entry["unit"],
        origin=DERIVED,
        method=rule.strip() and _sentence(rule, names=[source.column for source in sources]),
    )
    for layer, other, wanted in sources:
        stage = "" if layer == DATASET else f"{layer}."
        column.sources.append(Source("column", f"{stage}{other}.{wanted}"))
    column.code = source_code.derivation(script, evidence.texts.get(script, ""), name)
    if copied:
        _inherit(column, validated)
    return column


def _inherit(column: Column, validated: Mapping[str, Table]) -> None:
    """Give a column that is copied unchanged what is known of the validated one."""
    wanted = column.sources[0].id if column.sources else ""
    for table in validated.values():
        for other in table.columns:
            if other.id == wanted:
                column.origin, column.code = other.origin, other.code
                column.unit = column.unit or other.unit
                if column.title == column.name:
                    column.title = other.title


def _whole(file: str, text: str) -> Excerpt | None:
    return Excerpt(file, 1, len(text.splitlines())) if text else None


def _row(doc: str) -> str:
    """Return the part of a docstring that says what a row is."""
    _, mark, text = " ".join(doc.split()).partition("one row is ")
    return f"One row is {text.split('. ')[0].rstrip('.')}." if mark else ""


def _type(dtype: str) -> str:
    if dtype.startswith("datetime"):
        return "date"
    return "text" if dtype.startswith(("string", "str")) else DTYPES.get(dtype, dtype)


def _sentence(text: str, names: Iterable[str]) -> str:
    """Return ``text`` as a sentence; a column's name at its start stays as it is."""
    text = " ".join(text.split()).rstrip(".")
    if text.split()[0] not in {*names}:
        text = f"{text[:1].upper()}{text[1:]}"
    return f"{text}."
