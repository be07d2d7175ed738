"""Gather the data of the page of the lineage: no row and no cell of a participant.

It holds names of files, jobs and columns, digests, counts of rows, the numbers that the report
prints, the queries without what was found, and the text of the code.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from runrecord.digest import file_digest
from runrecord.graph import Graph
from runrecord.seal import FORM, RESULTS, read_record

from trialtrail.errors import StudyError
from trialtrail.escaping import as_written
from trialtrail.origins import DATASET
from trialtrail.results.takes import RESULT
from trialtrail.trail.about_many import is_plainly_about_many
from trialtrail.trail.pages.column_entries import Evidence, Table
from trialtrail.trail.pages.source_code import docstring
from trialtrail.trail.printed.printed_numbers import PrintedNumber

LONG = 120
"""Characters kept of a printed text; of a longer one, the beginning."""
QUERY = ("query_id", "severity", "file", "line", "column", "rule", "message")
"""What is shown of a query; neither the value found nor whose record it is."""
KINDS = {
    "report": "Report",
    "figure": "Figures",
    "table": "Tables",
    "dataset": "Datasets",
    "exchange": "Files for exchange",
    "validated": "Validated tables",
    "finding": "Findings of the validation",
    "raw": "Raw files",
    "configuration": "Configuration",
    "intermediate": "Intermediate files",
    "lineage": "Lineage",
    "code": "Code and templates",
    "record": "Records of the jobs",
}
"""The kinds of files in the order in which they are listed."""


def load_graph(path: str | Path) -> Graph:
    """Return the sealed graph in the file ``path``.

    Raises:
        StudyError: it is not there or damaged.
    """
    try:
        lineage = json.loads(Path(path).read_text(encoding="utf-8"))
        if lineage["form"] != FORM:
            raise ValueError
        return Graph(lineage, Path("results"))
    except (OSError, ValueError, KeyError, TypeError):
        raise StudyError(
            "The lineage is missing or damaged",
            where=str(path),
            remedy="run snakemake again: seal_lineage makes it",
        ) from None


def read_csv(path: str | Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as text."""
    with open(path, encoding="utf-8", newline="") as stream:
        return [{k: as_written(v) for k, v in row.items()} for row in csv.DictReader(stream)]


def gather(
    graph: Graph,
    records: Iterable[str],
    columns: Iterable[str],
    dictionary: str | Path | None,
    sources: Iterable[str],
) -> Evidence:
    """Return what the catalogue of columns is made from.

    Args:
        graph: the sealed graph.
        records: paths of the records of the jobs.
        columns: paths of what the derivations declare, a file a dataset.
        dictionary: path of the data dictionary.
        sources: paths of the files of code.
    """
    return Evidence(
        graph,
        {Path(path).stem: read_record(path)["result"]["params"] for path in sorted(records)},
        {
            Path(path).stem: json.loads(Path(path).read_text(encoding="utf-8"))
            for path in sorted(columns)
        },
        read_csv(dictionary) if dictionary else [],
        code_texts(graph, sources),
    )


def code_texts(graph: Graph, sources: Iterable[str]) -> dict[str, str]:
    """Return the text of each file of code that a job ran on, by its name in the graph.

    Raises:
        StudyError: a file is no longer what the jobs ran on; its text would mislead.
    """
    used = {name for code in graph.code.values() for name in code}
    by_path = {graph.files[name]["path"]: name for name in used}
    texts = {}
    for path in sorted(map(str, sources)):
        tidy = PurePosixPath(path).as_posix()
        name = by_path.get(tidy) or _ending(tidy, used)
        if not name:
            continue
        if graph.files[name].get("sha256") != file_digest(path):
            raise StudyError(
                f"{name} has changed since the jobs recorded it",
                rule="the code shown is the code that ran",
                remedy="run snakemake again",
            )
        texts[name] = Path(path).read_text(encoding="utf-8")
    return texts


def _ending(path: str, names: Iterable[str]) -> str:
    fitting = [name for name in names if path == name or path.endswith(f"/{name}")]
    return max(fitting, key=len, default="")


def kind_of(name: str, graph: Graph) -> str:
    """Return the kind of a file; a validated table differs from other intermediates."""
    kind = graph.files[name]["kind"]
    return "validated" if name.startswith(f"{RESULTS}validated/") else kind


def read_takes(paths: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return table -> row -> what its cells take, of all results (`trialtrail.results.takes`)."""
    found: dict[str, dict[str, Any]] = {}
    for path in paths:
        for table, rows in json.loads(Path(path).read_text(encoding="utf-8")).items():
            found.setdefault(table, {}).update(rows)
    return found


def columns_taken(takes: Mapping[str, Mapping[str, Any]], number: Mapping[str, str]) -> list[str]:
    """Return the columns that a printed number takes, by their ids in the catalogue.

    A cell of another result is followed to its columns. Which rows are taken is left out: a
    condition may be what somebody wrote. `trialtrail trace` names the rows.
    """
    found: dict[str, None] = {}
    cells = [(PurePosixPath(number["table"]).stem, number["row"], number["column"])]
    for table, row, column in cells:
        for entry in takes.get(table, {}).get(row, ()):
            for each in entry["takes"] if column in entry["cells"] else ():
                layer, _, name = each["table"].partition(":")
                where = each["where"]
                if layer == RESULT:
                    rows = where["row"] if isinstance(where["row"], list) else [where["row"]]
                    cells += [(name, other, wanted) for other in rows for wanted in each["columns"]]
                    continue
                stage = "" if layer == DATASET else f"{layer}."
                names = [*each["columns"], *each["needs"], *where]
                found |= dict.fromkeys(f"{stage}{name}.{wanted}" for wanted in names)
    return sorted(found)


def page_data(
    evidence: Evidence,
    tables: list[Table],
    numbers: list[Mapping[str, str]],
    queries: list[Mapping[str, str]],
    takes: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return what the page shows, as JSON has it.

    Files are named by their place in ``files``, what a number takes by its place in ``taken``.
    """
    graph = evidence.graph
    taken: dict[tuple[str, ...], int] = {}
    places = [taken.setdefault((*columns_taken(takes, n),), len(taken)) for n in numbers]
    names = sorted(graph.files)
    at = {name: place for place, name in enumerate(names)}
    return {
        "files": [_file(graph, name) for name in names],
        "jobs": [_job(evidence, job, at) for job in sorted(graph.jobs)],
        "tables": [_table(table, at) for table in tables],
        "numbers": [[*_number(n, at), place] for n, place in zip(numbers, places, strict=True)],
        "taken": [list(columns) for columns in taken],
        "cards": [place for place, each in enumerate(numbers) if _may_be_sent(each)],
        "queries": [[query.get(key, "") for key in QUERY] for query in queries],
        "code": {str(at[name]): text for name, text in sorted(evidence.texts.items())},
    }


def _file(graph: Graph, name: str) -> list[Any]:
    about = graph.files[name]
    return [name, kind_of(name, graph), about.get("sha256", ""), about.get("bytes"), link(about)]


def link(file: Mapping[str, Any]) -> str:
    """Return the way from the page to a file of the results; none to others."""
    path = file["path"]
    return f"../{path.removeprefix(RESULTS)}" if path.startswith(RESULTS) else ""


def _job(evidence: Evidence, job: str, at: Mapping[str, int]) -> dict[str, Any]:
    graph, about = evidence.graph, evidence.graph.jobs[job]
    script = evidence.script(job)
    return {
        "id": job,
        "rule": about["rule"],
        "about": docstring(evidence.texts.get(script, "")),
        "record": at[about["record"]],
        "sha256": about["result_sha256"],
        "rows": {
            table: [rows["read"], rows["used"], {k: n for k, n in rows["set_aside"].items() if n}]
            for table, rows in sorted(about["rows"].items())
        },
        "balanced": all(rows["balanced"] for rows in about["rows"].values()),
        "reads": [at[name] for name in graph.reads[job]],
        "code": [at[name] for name in graph.code[job]],
        "script": at.get(script),
        "makes": [at[name] for name in graph.made[job]],
        "params": _params(evidence.params.get(job, {})),
    }


def _params(params: Mapping[str, Any]) -> list[list[str]]:
    """Return the parameters of a job; of one with parts of its own, how many they are.

    What has parts may be a list of corrections, with values of participants in it; the record has
    it whole.
    """
    return [[name, _in_words(value)] for name, value in sorted(params.items())]


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping) and all(_flat(item) for item in value.values()):
        return "; ".join(f"{key}: {_in_words(item)}" for key, item in value.items()) or "none"
    if isinstance(value, list) and _flat(value):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, (Mapping, list)):
        return f"{len(value)} entries, in the record"
    return str(value)


def _flat(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return not any(isinstance(item, (Mapping, list)) for item in items)


def _table(table: Table, at: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": table.id,
        "name": table.name,
        "kind": table.kind,
        "file": at.get(table.file),
        "row": table.row,
        "note": table.note,
        "job": table.job,
        "columns": [
            {
                "id": column.id,
                "name": column.name,
                "title": column.title,
                "type": column.type,
                "unit": column.unit,
                "origin": column.origin,
                "method": column.method,
                "limits": column.limits,
                "codes": [list(pair) for pair in column.codes],
                "sources": [[source.kind, source.id] for source in column.sources],
                "code": [at[column.code.file], column.code.first, column.code.last]
                if column.code and column.code.file in at
                else None,
            }
            for column in table.columns
        ],
    }


def _number(number: Mapping[str, str], at: Mapping[str, int]) -> list[Any]:
    table = number["table"]
    names = (table, f"{RESULTS}{table}", f"{RESULTS}tables/{table}.csv")
    file = next((at[name] for name in names if name in at), None)
    value = "" if number["value"] == number["printed"] else number["value"]
    cut = [_cut(number["printed"]), _cut(value)]
    return [number["id"], *cut, file, number["row"], number["column"]]


def _may_be_sent(number: Mapping[str, str]) -> bool:
    """Return whether the page offers a card of a number; of the rest the command knows more."""
    told = {name: number[name] for name in ("id", "printed", "value", "row", "column")}
    return is_plainly_about_many(PrintedNumber(**told, table=PurePosixPath(number["table"]).stem))


def _cut(text: str) -> str:
    return text if len(text) <= LONG else text[: LONG - 1].rstrip() + "…"


def embedded(value: Any) -> str:
    """Return JSON that may stand in a ``<script>`` element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", text)
