"""Read one cell, row or printed number out of a results folder, by the address a person types."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from runrecord.graph import Graph
from runrecord.seal import RESULTS, read_record

from trialtrail.errors import StudyError
from trialtrail.origins import DATASET, Source
from trialtrail.results.cells import nearest, parse
from trialtrail.trail.export_forms import forms_read
from trialtrail.trail.printed.printed_numbers import NUMBERS
from trialtrail.trail.printed.report_sections import PAGE, sections_of
from trialtrail.trail.tracing.account_cells import STEPS, account_of
from trialtrail.trail.tracing.answers import Answer, answers_over
from trialtrail.trail.tracing.raw_rows import (
    VALUE,
    DatasetCell,
    Found,
    RawCell,
    RawRecords,
    RawRows,
)
from trialtrail.trail.tracing.result_cells import ResultCells
from trialtrail.trail.tracing.table_files import Unknown, decoded, read_lines, read_rows, shown
from trialtrail.trail.tracing.tables import FOLDERS

QUOTATIONS = "results/tables/quotations.csv"
ARD = "results/ard/ard.parquet"
"""The results as one statistic a row, each named by the address of its cell."""
FOR_PRINT = f"{RESULTS}report/print/"
"""The pages that the PDFs are laid out from: who names `report.html` means the other."""
AT_LINE = "line="
"""Before the number of a line, where a record of a raw file is named by it and not by its key."""
SHOWN = 12
"""Values shown of a key that several rows share."""


@dataclass
class Target:
    """What a person asked for, found.

    Attributes:
        asked: the address as typed.
        file: the file whose lineage answers the question.
        facts: what is known of the cell itself, in the order in which it is shown.
        cells: the raw cells that the cell of a dataset, of a result table or a printed number is
            made from, each with its use (see `raw_rows.USES`).
        set_aside: the raw cells for which a record or value was left out of it, with the reason.
        passed: of a cell of a result table, the files of the tables that it was made through.
        records: of a cell whose table does not say what it takes, the raw records that went into
            the tables it was made from, or that an account of the run counts.
        touched: of a raw cell, the cells of datasets that rest on it.
        answers: the answers to queries that lie over those raw cells.
        is_printed: whether it is a number or quotation of the report, asked for by its id.
    """

    asked: str
    file: str
    facts: dict[str, str] = field(default_factory=dict)
    cells: dict[RawCell, str] = field(default_factory=dict)
    set_aside: dict[RawCell, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    records: list[RawRecords] = field(default_factory=list)
    touched: list[DatasetCell] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    is_printed: bool = False


def find(asked: str, graph: Graph, results: ResultCells | None = None) -> Target:
    """Return what ``asked`` names: a file, a cell, a row, a printed number or a quotation.

    Args:
        asked: the address as typed.
        graph: the sealed graph.
        results: the tables of the graph's folder, where they were read before.

    Raises:
        Unknown: nothing has that name.
    """
    path, _, fragment = asked.partition("#")
    if not fragment and path in {number["id"] for number in read_dicts(graph, NUMBERS)}:
        return _printed(asked, path, graph, results)
    name = file_name(path, graph)
    if not fragment:
        return Target(asked, name)
    kind = graph.files[name]["kind"]
    if kind == "report" and Path(name).suffix != ".csv":
        return _printed(asked, fragment, graph, results)
    if name == ARD:
        return _statistic(asked, name, fragment, graph, results)
    row, column = split(fragment)
    if kind == "raw":
        return _raw(asked, name, row, column, graph)
    raw, dataset = RawRows(graph.results), Path(name).stem
    if kind == "dataset" and column in raw.columns.get(dataset, {}):
        return _of_dataset(asked, name, row, column, graph)
    target = Target(asked, name, cell_facts(graph.path(name), row, column, name))
    if kind == "table":
        _follow_result(target, row, column, graph, results)
    return target


def _of_dataset(asked: str, name: str, row: str, column: str, graph: Graph) -> Target:
    """Return a cell of a dataset: its row by the dataset's key, or all rows of its first part."""
    raw, dataset, found = RawRows(graph.results), Path(name).stem, Found()
    rows = raw.named(dataset, row)
    table = raw.tables.get(DATASET, dataset)
    if table is None or not rows:
        return Target(asked, name, cell_facts(graph.path(name), row, column, name))
    values = [shown(table.column(column)[at]) for at in sorted(rows)]
    raw.follow(Source(DATASET, dataset, column), rows, VALUE, found)
    answers = answers_over(found.cells, raw.results)
    return Target(asked, name, _values(values), cells=found.cells, answers=answers)


def _statistic(
    asked: str, name: str, fragment: str, graph: Graph, results: ResultCells | None
) -> Target:
    """Return a statistic of the ARD: it is the cell of a result table that its row names."""
    path = graph.path(name)
    row, column = split(fragment)
    if column not in read_rows(path, "", "")[0]:
        row, column = fragment, ""
    facts = {key: text for key, text in cell_facts(path, row, column, name).items() if text}
    address = parse(row)
    table = table_name(address.table, graph)
    target = Target(asked, table, facts | {"cell": f"{table}#{address.row}/{address.column}"})
    _follow_result(target, address.row, address.column, graph, results)
    return target


def _follow_result(
    target: Target, row: str, column: str, graph: Graph, results: ResultCells | None
) -> None:
    """Fill in what a cell of a result table, or a whole row of it, is made from."""
    results = results or ResultCells(RawRows(graph.results))
    trail = results.behind(Path(target.file).stem, row, column)
    if not trail.known:
        _follow_account(target, row, column, graph, results.raw)
        return
    target.cells, target.set_aside = trail.found.cells, trail.set_aside
    target.answers = answers_over({**trail.found.cells, **trail.set_aside}, graph.results)
    makers = {graph.maker.get(f"{RESULTS}{file}") for file in trail.declared_in}
    target.passed = {name for job in makers if job for name in graph.made[job]}
    for layer, table, *_ in trail.found.rows:
        target.passed.add(f"{RESULTS}{FOLDERS[layer]}/{table}.parquet")


def _follow_account(target: Target, row: str, column: str, graph: Graph, raw: RawRows) -> None:
    """Fill in what a number of the run's accounts counts, or the records that it can rest on."""
    table = Path(target.file).stem
    rows = [each for each in read_dicts(graph, target.file) if each.get("row") == row]
    account = account_of(raw, table, rows[0], column) if rows else None
    if account is None:
        read = f"{RESULTS}datasets/{rows[0].get('table')}.parquet" if rows else ""
        is_step = table == STEPS and read in graph.files
        target.records = _records(read if is_step else target.file, graph)
        return
    target.cells, target.records = account.cells, account.records
    if not target.records:
        target.passed = {target.file}


def _raw(asked: str, name: str, row: str, column: str, graph: Graph) -> Target:
    """Return a record or cell of a raw file, by ``line=N`` or by the record's first cell.

    The file is read as the run did: what the job that read it kept of its cells is shown.
    """
    raw, line = RawRows(graph.results), row.removeprefix(AT_LINE)
    label = raw.label_of(name)
    records = raw.as_read(label) or _as_it_stands(label, graph.path(name), graph)
    columns = next(iter(records.values()), {})
    if column and column not in columns:
        raise Unknown(f"`{name}` has no column `{column}`{nearest(column, columns)}")
    if row.startswith(AT_LINE) and line.isdecimal():
        chosen = {int(line): records[int(line)]} if int(line) in records else {}
        if not chosen:
            raise Unknown(f"No record of `{name}` begins on line {line}")
        facts = {}
    else:
        keys = {at: next(iter(record.values()), "") for at, record in records.items()}
        chosen = {at: records[at] for at, key in keys.items() if key == row}
        if not chosen:
            raise Unknown(f"`{name}` has no row `{row}`{nearest(row, keys.values())}")
        facts = {"line": ", ".join(map(str, [*chosen][:SHOWN]))}
    if column or len(chosen) > 1:
        shown = [
            cells[column] if column else ", ".join(cells.values()) for cells in chosen.values()
        ]
        facts |= _values(shown)
    else:
        facts |= next(iter(chosen.values()))
    touched = {cell for at in chosen for cell in raw.touched(label, at, column)}
    return Target(asked, name, facts, touched=sorted(touched))


def _as_it_stands(label: str, path: Path, graph: Graph) -> dict[int, dict[str, str]]:
    """Return the records of a delimited file that no table was read from, by their lines.

    Raises:
        Unknown: the file is gone, or is no delimited text.
    """
    if not path.is_file():
        raise Unknown(f"`{path.as_posix()}` is not here", remedy="trialtrail verify says what is")
    if path.suffix != ".csv":
        raise Unknown(
            f"The cells of `{path.name}` are not read: no table was made from it, and it is neither"
            " CSV nor Parquet",
            remedy="ask for the file, without `#`",
        )
    (_, header), *lines = read_lines(path, forms_read(graph.results).get(label)) or [(1, [])]
    return {at: dict(zip(header, cells, strict=False)) for at, cells in lines}


def _records(name: str, graph: Graph) -> list[RawRecords]:
    """Return the raw records that went into the validated tables from which a file is made."""
    raw = RawRows(graph.results)
    tables = {
        Path(each).stem
        for each in graph.upstream(name)
        if each.startswith(f"{RESULTS}validated/") and each.endswith(".parquet")
    }
    return sorted(records for table in tables for records in raw.records_of(table))


def split(fragment: str) -> tuple[str, str]:
    """Return row and column of ``row/column``; the column begins after the last ``/``."""
    row, slash, column = fragment.rpartition("/")
    return (row, column) if slash else (fragment, "")


def file_name(path: str, graph: Graph) -> str:
    """Return the name in the graph of the file that a person calls ``path``."""
    asked = path.replace("\\", "/").removeprefix("…/").removeprefix("./")
    candidates = [asked]
    for root, start in ((graph.results, RESULTS), (graph.results.parent, "")):
        try:
            inside = Path(path).resolve().relative_to(root.resolve())
        except ValueError:
            continue
        candidates.append(start + inside.as_posix())
    by_path = {file["path"]: name for name, file in graph.files.items()}
    for candidate in candidates:
        if candidate in graph.files or candidate in by_path:
            return candidate if candidate in graph.files else by_path[candidate]
    ending = [name for name in graph.files if name.endswith(f"/{asked}")]
    ending = [name for name in ending if not name.startswith(FOR_PRINT)] or ending
    if len(ending) == 1:
        return ending[0]
    if ending:
        raise Unknown(
            f"`{path}` may be any of {len(ending)} files: {', '.join(sorted(ending)[:5])}",
            remedy="give more of the path",
        )
    _refuse_beside(candidates, graph)
    known = list(graph.files)
    near = nearest(asked, [*known, *(Path(name).name for name in known)])
    raise Unknown(f"No file of the lineage is named `{path}`{near}")


def _refuse_beside(candidates: list[str], graph: Graph) -> None:
    """Say what is known of a file that is no part of the graph, and yet of the run.

    Raises:
        Unknown: it was made after the graph was sealed, or no job read it and all rest on it.
    """
    for path in sorted((graph.results / "lineage" / "records").glob("*.json")):
        try:
            made = read_record(path)["result"]["outputs"]
        except StudyError:
            continue
        for name in made.keys() & {*candidates}:
            raise Unknown(
                f"`{name}` was made by {path.stem}, after the graph of all files was sealed",
                remedy=f"look into its record, {RESULTS}lineage/records/{path.name}",
            )
    for name in graph.sealed().keys() & {*candidates}:
        raise Unknown(
            f"`{name}` is sealed, and no job read it by itself: every result rests on it",
            remedy="trialtrail verify says whether it is as it was",
        )


def cell_facts(path: Path, row: str, column: str, name: str) -> dict[str, str]:
    """Return what stands in a row, or in one of its columns."""
    columns, rows = read_rows(path, row, column)
    if column and column not in columns:
        raise Unknown(f"`{name}` has no column `{column}`{nearest(column, columns)}")
    if not rows:
        keys = dict.fromkeys(cells[0] for cells in read_rows(path, None, columns[0])[1])
        raise Unknown(f"`{name}` has no row `{row}`{nearest(row, keys)}")
    if not column and len(rows) == 1:
        return dict(zip(columns, rows[0], strict=False))
    place = columns.index(column) if column else None
    return _values([", ".join(cells) if place is None else cells[place] for cells in rows])


def _values(values: list[str]) -> dict[str, str]:
    """Return the facts of a cell, or of all cells of the rows that share a key."""
    if len(values) == 1:
        return {"value": values[0] or "(empty)"}
    more = f", and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    joined = "; ".join(value or "(empty)" for value in values[:SHOWN])
    return {"rows": f"{len(values)} rows have this key", "values": joined + more}


def read_dicts(graph: Graph, name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV of the results folder; none where it is absent."""
    path = graph.path(name)
    if not path.is_file():
        return []
    return list(csv.DictReader(io.StringIO(decoded(path), newline="")))


def table_name(table: str, graph: Graph) -> str:
    """Return the file that ``numbers.csv`` calls ``table``."""
    for name in (table, f"{RESULTS}{table}", f"results/tables/{table}.csv"):
        if name in graph.files:
            return name
    raise Unknown(f"No table `{table}` is in the lineage{nearest(table, stems(graph))}")


def stems(graph: Graph) -> Iterable[str]:
    """Return the names of the result tables as they are cited."""
    return [Path(name).stem for name, file in graph.files.items() if file["kind"] == "table"]


def citing(graph: Graph, table: str, row: str = "", column: str = "") -> list[dict[str, str]]:
    """Return the printed numbers that cite a table, one of its rows, or a cell."""
    return [
        number
        for number in read_dicts(graph, NUMBERS)
        if table in (number["table"], f"results/tables/{number['table']}.csv")
        and row in ("", number["row"])
        and column in ("", number["column"])
    ]


def _printed(asked: str, wanted: str, graph: Graph, results: ResultCells | None) -> Target:
    """Return the number or quotation that the report or its supplement prints under an id."""
    numbers = {number["id"]: number for number in read_dicts(graph, NUMBERS)}
    if wanted in numbers:
        number = numbers[wanted]
        table = table_name(number["table"], graph)
        cell = f"{table}#{number['row']}/{number['column']}"
        facts = {"printed": number["printed"], "value": number["value"], "cell": cell}
        if titles := _titles(graph).get(wanted):
            facts["under"] = "; ".join(titles[:SHOWN])
        target = Target(asked, table, facts, is_printed=True)
        _follow_result(target, number["row"], number["column"], graph, results)
        return target
    quotations = {quotation["row"]: quotation for quotation in read_dicts(graph, QUOTATIONS)}
    if wanted in quotations:
        return _quotation(asked, quotations[wanted], graph, results)
    near = nearest(wanted, [*numbers, *quotations])
    raise Unknown(f"The report has no number or quotation `{wanted}`{near}", where=NUMBERS)


def _titles(graph: Graph) -> dict[str, list[str]]:
    """Return the headings over each printed number; none where there is no page of the report."""
    path = graph.path(PAGE)
    return _titles_of(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=2)
def _titles_of(path: Path, modified: int) -> dict[str, list[str]]:
    return sections_of(decoded(path))


def _proof(quotation: dict[str, str]) -> dict[str, str]:
    """Return what leads from the words in print to the bytes of the transcript, step by step."""
    facts = {"in the file": quotation.get("place", "")}
    for number, edit in enumerate(json.loads(quotation.get("edits") or "[]"), start=1):
        told = f"{edit['kind']} of characters {edit['start']} to {edit['end']}: {edit['text']}"
        reason = " by ".join(part for part in (edit["why"], edit["by"]) if part)
        facts[f"edit {number}"] = f"{told} ({reason})" if reason else told
    return facts | {
        "SHA-256 of words": quotation.get("slice_sha256", ""),
        "SHA-256 of file": quotation.get("source_sha256", ""),
        "caution": quotation.get("cautions", ""),
        "acknowledged": quotation.get("acknowledged", ""),
    }


def _quotation(
    asked: str, quotation: dict[str, str], graph: Graph, results: ResultCells | None
) -> Target:
    document = quotation["document"]
    transcripts = [
        name
        for name in graph.upstream(QUOTATIONS)
        if graph.files[name]["kind"] == "raw" and Path(name).stem == document
    ]
    place = f"characters {quotation['start']} to {quotation['end']}"
    speaker = (quotation.get(part, "") for part in ("role", "number", "stage"))
    facts = {
        "quotation": quotation["text"],
        "printed as": quotation.get("label", ""),
        "speaker": " ".join(part for part in speaker if part),
        "transcript": f"{(transcripts or [document])[0]}, {place}",
        **_proof(quotation),
        "cell": f"{QUOTATIONS}#{quotation['row']}/text",
    }
    shown = {key: text for key, text in facts.items() if text}
    target = Target(asked, QUOTATIONS, shown, is_printed=True)
    _follow_result(target, quotation["row"], "", graph, results)
    return target
