"""List every column of the study: what it is, where it is from, and the code that makes it.

Made from the sealed graph, the records of the jobs, the columns that the derivations declare, the
data dictionary and the text of the code. No row of any table is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from runrecord.graph import Graph

from trialtrail.origins import DATASET, is_copied, rule_in_words, sources_of
from trialtrail.trail.pages import source_code
from trialtrail.trail.pages.source_code import Excerpt

COLLECTED, DERIVED, ASSIGNED = "Collected", "Derived", "Assigned"
ABSENT = "Not collected"
DATASETS, VALIDATED = "results/datasets/", "results/validated/"
VALIDATE = "validate_table"
"""The rule that types the cells of a table; its parameters say which raw column feeds which."""
FORMS = "schemas/raw/forms.py"
DTYPES = {
    "Int64": "whole number",
    "int64": "whole number",
    "Float64": "number",
    "float64": "number",
    "bool": "yes or no",
    "boolean": "yes or no",
}
VARIABLES = {"integer": "whole number", "boolean": "yes or no", "category": "text"}
"""Types of the configuration's variables, where their name is not the word for readers."""
WIDE = 60
"""Codes shown of a column; of more, the number."""


@dataclass(frozen=True)
class Source:
    """What a column is made from: a ``column`` of the catalogue or a ``file`` of the graph."""

    kind: str
    id: str


@dataclass
class Column:
    """One column.

    Attributes:
        id: ``dataset.column``, ``validated.table.column`` or ``raw file#heading``.
        origin: Collected (read from a raw file), Derived (computed), Assigned (given by the
            configuration), or that the study does not supply it.
        method: its rule in words.
        codes: of a coded column what each code in the raw file becomes.
    """

    id: str
    name: str
    title: str
    type: str = ""
    unit: str = ""
    origin: str = COLLECTED
    method: str = ""
    limits: str = ""
    codes: list[tuple[str, str]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    code: Excerpt | None = None


@dataclass
class Table:
    """A dataset, a validated table or a raw file, with its columns."""

    id: str
    name: str
    kind: str
    file: str
    row: str
    job: str
    key: tuple[str, ...] = ()
    note: str = ""
    columns: list[Column] = field(default_factory=list)


@dataclass
class Evidence:
    """What the catalogue is made from.

    Attributes:
        graph: the sealed graph.
        params: the parameters of each job by its id.
        derived: by dataset, what its derivations declare of each column.
        dictionary: the rows of the data dictionary.
        texts: the text of each file of code by its name in the graph.
    """

    graph: Graph
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    derived: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dictionary: Iterable[Mapping[str, str]] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def script(self, job: str) -> str:
        """Return the script of a job, empty where none of its code has its rule's name."""
        rule = self.graph.jobs[job]["rule"] if job in self.graph.jobs else ""
        code = self.graph.code.get(job, [])
        return next((name for name in code if PurePosixPath(name).stem == rule), "")

    def code_named(self, file: str) -> str:
        """Return the name in the graph of a file of the repository."""
        return next((name for name in self.texts if name == file or name.endswith(f"/{file}")), "")


def catalogue(evidence: Evidence) -> list[Table]:
    """Return all tables: datasets, then validated tables, then raw files, each by name."""
    validated = {table.name: table for table in _validated(evidence)}
    datasets = [_dataset(evidence, file, validated) for file in _files(evidence.graph, DATASETS)]
    return [*datasets, *validated.values(), *_raw(evidence)]


def _files(graph: Graph, folder: str) -> list[str]:
    names = (name for name in graph.files if name.startswith(folder))
    return sorted(name for name in names if name.endswith(".parquet"))


def _validated(evidence: Evidence) -> Iterable[Table]:
    """Yield the validated tables: what the contracts say, and which raw columns feed them."""
    described: dict[str, list[Mapping[str, str]]] = {}
    for row in evidence.dictionary:
        described.setdefault(row["table"], []).append(row)
    for file in _files(evidence.graph, VALIDATED):
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
        reader = _Reader(evidence.graph, job, params.get("sources", []), known)
        table.note = reader.missing()
        for column in names:
            made = reader.column(table.id, column, variables.get(column, {}))
            declared = contract.fields.get(column) if contract else None
            made.code = declared.code if declared else general
            table.columns.append(made)
        yield table


class _Reader:
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


def _dataset(evidence: Evidence, file: str, validated: Mapping[str, Table]) -> Table:
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


def _raw(evidence: Evidence) -> Iterable[Table]:
    """Yield the raw files whose columns the configuration names."""
    found: dict[str, Table] = {}
    for job, params in evidence.params.items():
        if not job.startswith(VALIDATE) or job not in evidence.graph.jobs:
            continue
        reader = _Reader(evidence.graph, job, [], {})
        for source in params.get("sources", []):
            file = reader.file(source["label"])
            table = found.setdefault(file, Table(file, file, "raw", file, "", ""))
            known = {column.name for column in table.columns}
            for heading in source.get("known") or sorted(set(source["columns"].values())):
                if heading not in known:
                    table.columns.append(Column(f"{file}#{heading}", heading, heading))
    return [found[file] for file in sorted(found)]


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


def _plain(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
