"""Read one cell, row or printed number out of a results folder, by the address a person types."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.lineage.graph import Graph
from trialtrail.lineage.seal import RESULTS, read_record
from trialtrail.lineage.tracing.answers import Answer, answers_over
from trialtrail.lineage.tracing.raw_rows import DatasetCell, RawCell, RawRecords, RawRows
from trialtrail.results.cells import nearest

NUMBERS, QUOTATIONS = "results/report/numbers.csv", "results/tables/quotations.csv"
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
"""Tried in this order on a raw file, whose encoding only the configuration knows."""
AT_LINE = "line="
"""Before the number of a line, where a record of a raw file is named by it and not by its key."""
SHOWN = 12
"""Values shown of a key that several rows share."""


class Unknown(StudyError):
    """What was asked for is not there."""


@dataclass
class Target:
    """What a person asked for, found.

    Attributes:
        asked: the address as typed.
        file: the file whose lineage answers the question.
        facts: what is known of the cell itself, in the order in which it is shown.
        cells: the raw cells that the cell of a dataset rests on.
        records: of a cell of a result table or a printed number, the raw records that went into
            the tables it was made from; those that were set aside are not among them.
        touched: of a raw cell, the cells of datasets that rest on it.
        answers: the answers to queries that lie over those raw cells.
    """

    asked: str
    file: str
    facts: dict[str, str] = field(default_factory=dict)
    cells: list[RawCell] = field(default_factory=list)
    records: list[RawRecords] = field(default_factory=list)
    touched: list[DatasetCell] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def find(asked: str, graph: Graph) -> Target:
    """Return what ``asked`` names: a file, a cell, a row, a printed number or a quotation.

    Raises:
        Unknown: nothing has that name.
    """
    path, _, fragment = asked.partition("#")
    name = file_name(path, graph)
    if not fragment:
        return Target(asked, name)
    kind = graph.files[name]["kind"]
    if kind == "report" and Path(name).suffix != ".csv":
        return _printed(asked, fragment, graph)
    row, column = split(fragment)
    if kind == "raw":
        return _raw(asked, name, row, column, graph)
    target = Target(asked, name, cell_facts(graph.path(name), row, column, name))
    raw, dataset = RawRows(graph.results), Path(name).stem
    if kind == "dataset" and column in raw.columns.get(dataset, {}):
        target.cells = raw.behind(dataset, row, column)
        target.answers = answers_over(target.cells, graph.results)
    elif kind == "table":
        target.records = _records(name, graph)
    return target


def _raw(asked: str, name: str, row: str, column: str, graph: Graph) -> Target:
    """Return a record or cell of a raw file, by ``line=N`` or by the record's first cell."""
    raw, line = RawRows(graph.results), row.removeprefix(AT_LINE)
    if row.startswith(AT_LINE) and line.isdecimal():
        facts = _line_facts(graph.path(name), int(line), column, name)
        lines = [int(line)]
    else:
        facts = cell_facts(graph.path(name), row, column, name)
        lines = [at for at, cells in read_lines(graph.path(name)) if cells[0] == row]
        facts = {"line": ", ".join(map(str, lines[:SHOWN]))} | facts
    touched = {cell for at in lines for cell in raw.touched(name, at, column)}
    return Target(asked, name, facts, touched=sorted(touched))


def _line_facts(path: Path, line: int, column: str, name: str) -> dict[str, str]:
    """Return what stands in the record that begins on a line; nothing of a file that is no CSV."""
    if path.suffix != ".csv" or not path.is_file():
        return {}
    columns = read_rows(path, None, "")[0]
    cells = dict(read_lines(path)).get(line)
    if cells is None:
        raise Unknown(f"No record of `{name}` begins on line {line}")
    if column and column not in columns:
        raise Unknown(f"`{name}` has no column `{column}`{nearest(column, columns)}")
    facts = dict(zip(columns, cells, strict=False))
    return {"value": facts.get(column, "") or "(empty)"} if column else facts


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
        keys = (cells[0] for cells in read_rows(path, None, columns[0])[1])
        raise Unknown(f"`{name}` has no row `{row}`{nearest(row, keys)}")
    if not column and len(rows) == 1:
        return dict(zip(columns, rows[0], strict=False))
    place = columns.index(column) if column else None
    values = [", ".join(cells) if place is None else cells[place] for cells in rows]
    if len(values) == 1:
        return {"value": values[0] or "(empty)"}
    more = f", and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    joined = "; ".join(value or "(empty)" for value in values[:SHOWN])
    return {"rows": f"{len(values)} rows have this key", "values": joined + more}


def read_rows(path: Path, row: str | None, column: str) -> tuple[list[str], list[list[str]]]:
    """Return the columns of a table, and its rows whose first cell is ``row`` (None: all).

    Of Parquet only the key and ``column`` are read (an empty ``column``: all).

    Raises:
        Unknown: the file is gone, or is no table that this command reads.
    """
    if not path.is_file():
        raise Unknown(f"`{path.as_posix()}` is not here", remedy="trialtrail verify says what is")
    if path.suffix == ".parquet":
        return _parquet_rows(path, row, column)
    if path.suffix != ".csv":
        raise Unknown(
            f"The cells of `{path.name}` are not read: it is neither CSV nor Parquet",
            remedy="ask for the file, without `#`",
        )
    lines = [cells for _, cells in read_lines(path)]
    columns = lines[0] if lines else []
    return columns, [cells for cells in lines[1:] if row in (None, cells[0])]


def read_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the records of a CSV file, the heading first, each with the line it begins on."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    found, begins = [], 1
    for cells in reader:
        if cells:
            found.append((begins, cells))
        begins = reader.line_num + 1
    return found


def read_dicts(graph: Graph, name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV of the results folder; none where it is absent."""
    path = graph.path(name)
    if not path.is_file():
        return []
    return list(csv.DictReader(io.StringIO(_text(path), newline="")))


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


def _printed(asked: str, wanted: str, graph: Graph) -> Target:
    """Return the number or quotation that the report prints under an id."""
    numbers = {number["id"]: number for number in read_dicts(graph, NUMBERS)}
    if wanted in numbers:
        number = numbers[wanted]
        table = table_name(number["table"], graph)
        cell = f"{table}#{number['row']}/{number['column']}"
        facts = {"printed": number["printed"], "value": number["value"], "cell": cell}
        return Target(asked, table, facts, records=_records(table, graph))
    quotations = {quotation["row"]: quotation for quotation in read_dicts(graph, QUOTATIONS)}
    if wanted in quotations:
        return _quotation(asked, quotations[wanted], graph)
    near = nearest(wanted, [*numbers, *quotations])
    raise Unknown(f"The report has no number or quotation `{wanted}`{near}", where=NUMBERS)


def _quotation(asked: str, quotation: dict[str, str], graph: Graph) -> Target:
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
        "speaker": " ".join(part for part in speaker if part),
        "transcript": f"{(transcripts or [document])[0]}, {place}",
        "cell": f"{QUOTATIONS}#{quotation['row']}/text",
    }
    return Target(asked, QUOTATIONS, {key: text for key, text in facts.items() if text})


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ENCODINGS[:-1]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode(ENCODINGS[-1])


def _parquet_rows(path: Path, row: str | None, column: str) -> tuple[list[str], list[list[str]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = pq.read_schema(path).names
    wanted = [columns[0], column] if column in columns else columns
    table = pq.read_table(path, columns=list(dict.fromkeys(wanted)))
    keys = [_shown(key) for key in table.column(columns[0]).to_pylist()]
    chosen = pa.array([at for at, key in enumerate(keys) if row in (None, key)], pa.int64())
    cells = [table.column(name).take(chosen).to_pylist() for name in table.column_names]
    found = [[_shown(value) for value in line] for line in zip(*cells, strict=True)]
    return (columns if not column or column not in columns else table.column_names), found


def _shown(value: Any) -> str:
    """Return a value as the CSV twin has it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".10g")
    return value.date().isoformat() if hasattr(value, "date") else str(value)
