"""List the columns of validated tables and of raw files, and which raw column feeds which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from runrecord.graph import Graph

from trialtrail.trail.pages import source_code
from trialtrail.trail.pages.column_entries import (
    ABSENT,
    ASSIGNED,
    DERIVED,
    Column,
    Evidence,
    Source,
    Table,
    files_in,
)

VALIDATED = "results/validated/"
VALIDATE = "validate_table"
"""The rule that types the cells of a table; its parameters say which raw column feeds which."""
FORMS = "schemas/raw/forms.py"
VARIABLES = {"integer": "whole number", "boolean": "yes or no", "category": "text"}
"""Types of the configuration's variables, where their name is not the word for readers."""
WIDE = 60
"""Codes shown of a column; of more, the number."""


def validated_tables(evidence: Evidence) -> Iterable[Table]:
    """Yield the validated tables: what the contracts say, and which raw columns feed them."""
    described: dict[str, list[Mapping[str, str]]] = {}
    for row in evidence.dictionary:
        described.setdefault(row["table"], []).append(row)
    for file in files_in(evidence.graph, VALIDATED):
        name = PurePosixPath(file).stem
        job = f"{VALIDATE}-{name}"
        params = evidence.params.get(job, {})
        code = evidence.code_named(FORMS if params.get("is_form") else f"schemas/raw/{name}.py")
        text = evidence.texts.get(code, "")
        contract = source_code.contract(code, text)
        table = Table(
            f"validated.{name}",
            name,
            "validated",
            file,
            contract.row if contract else "",
            job if job in evidence.graph.jobs else "",
            contract.key if contract else (),
        )
        variables = {item["id"]: item for item in params.get("variables", [])}
        known = {row["row"].partition(".")[2]: row for row in described.get(name, [])}
        names = dict.fromkeys([*known, *variables])
        general = source_code.function(code, text, "variable_columns")
        reader = _SourcesOfColumns(evidence.graph, job, params.get("sources", []), known)
        table.note = reader.missing()
        for column in names:
            made = reader.column(table.id, column, variables.get(column, {}))
            declared = contract.fields.get(column) if contract else None
            made.code = declared.code if declared else general
            table.columns.append(made)
        yield table


def raw_tables(evidence: Evidence) -> Iterable[Table]:
    """Yield the raw files whose columns the configuration names."""
    found: dict[str, Table] = {}
    for job, params in evidence.params.items():
        if not job.startswith(VALIDATE) or job not in evidence.graph.jobs:
            continue
        reader = _SourcesOfColumns(evidence.graph, job, [], {})
        for source in params.get("sources", []):
            file = reader.file(source["label"])
            table = found.setdefault(file, Table(file, file, "raw", file, "", ""))
            known = {column.name for column in table.columns}
            for heading in source.get("known") or sorted(set(source["columns"].values())):
                if heading not in known:
                    table.columns.append(Column(f"{file}#{heading}", heading, heading))
    return [found[file] for file in sorted(found)]


class _SourcesOfColumns:
    """Find what a validated column is read from, by the parameters of the job that typed it."""

    def __init__(
        self, graph: Graph, job: str, sources: list[dict], known: dict[str, Mapping[str, str]]
    ) -> None:
        self.sources, self.known = sources, known
        self.inputs = graph.reads.get(job, [])

    def column(self, table: str, name: str, variable: Mapping[str, Any]) -> Column:
        """Return a column of a validated table."""
        known = self.known.get(name, {})
        kind = str(variable.get("type", ""))
        bounds = (
            (word, variable.get(key)) for word, key in (("from", "minimum"), ("to", "maximum"))
        )
        column = Column(
            f"{table}.{name}",
            name,
            # The dictionary has a series of items as one row, named after the first.
            variable.get("label") or known.get("label") or name,
            known.get("type") or VARIABLES.get(kind, kind),
            known.get("unit") or str(variable.get("unit", "")),
            limits=known.get("rule")
            or "; ".join(f"{word} {bound}" for word, bound in bounds if bound is not None),
        )
        read = [source for source in self.sources if name in source.get("columns", {})]
        given = [source for source in self.sources if name in source.get("constants", {})]
        base = name.removesuffix("_bound").removesuffix("_until")
        if read:
            self._collected(column, name, read)
        elif given:
            column.origin = ASSIGNED
            values = (f"{s['constants'][name]} for {s['label']}" for s in given)
            column.method = f"Given by the configuration: {'; '.join(values)}."
            column.sources = [Source("file", self.file(s["label"])) for s in given]
        elif base != name and any(base in s.get("columns", {}) for s in self.sources):
            column.origin = DERIVED
            column.method = f"Read from how the cell of {base} is written."
            column.sources = [Source("column", f"{table}.{base}")]
        else:
            column.origin, column.method = ABSENT, "No export of this study has it; left empty."
        return column

    def _collected(self, column: Column, name: str, read: list[dict]) -> None:
        said = []
        for source in read:
            heading = source["columns"][name]
            column.sources.append(Source("column", f"{self.file(source['label'])}#{heading}"))
            file = PurePosixPath(source["label"]).name
            text = f"{'read' if said else 'Read'} from “{heading}” of {file}"
            if column.type == "date" and source.get("dates"):
                text += f", dates written as {source['dates']}"
            said.append(text)
            codes = source.get("codes", {}).get(name) or {}
            pairs = [(str(code), _plain(value)) for code, value in codes.items()]
            column.codes += [pair for pair in pairs[:WIDE] if pair not in column.codes]
        column.method = f"{'; '.join(said)}."

    def missing(self) -> str:
        """Return which cells of the raw files count as missing."""
        found = dict.fromkeys(text for s in self.sources for text in s.get("missing", []))
        texts = [f"“{text}”" if text else "blank" for text in found]
        return f"A cell counts as missing when it is {' or '.join(texts)}." if texts else ""

    def file(self, label: str) -> str:
        """Return the name in the graph of the raw file that the configuration calls ``label``."""
        same = [name for name in self.inputs if name == label or name.endswith(f"/{label}")]
        return same[0] if same else label


def _plain(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
