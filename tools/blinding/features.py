"""What an adversary measures of a folder: everything that may differ between the two letters.

Each measure is of A against B, or of the folder as a whole; what it is worth is learnt.
"""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterator

import numpy as np

from tools.blinding.trials import Folder

LETTERS = ("A", "B")
BUCKETS = 16
"""Into how many groups words are put, by a checksum."""
BYTES_OF_DIGESTS = 4

Table = tuple[list[str], list[list[str]]]


def features(folder: Folder) -> dict[str, float]:
    """Return the measures of a folder by name."""
    tables = {name: read(data) for name, (data, _) in folder.items() if name.endswith(".csv")}
    arms = arms_of(tables)
    found = dict(_of_folder(folder, tables, arms))
    for name, table in tables.items():
        found |= {f"{name}:{key}": value for key, value in _of_table(table, arms)}
        found |= {f"{name}:{key}": value for key, value in _of_results(table)}
    for name, (data, _) in folder.items():
        if name.endswith((".svg", ".html", ".json")):
            found |= {f"{name}:{key}": value for key, value in _of_text(data)}
    return found


def _of_results(table: Table) -> Iterator[tuple[str, float]]:
    """Yield the measures of a table of results: rows and numbers of the one arm and the other."""
    columns, rows = table
    if "arm" not in columns or "participant_id" in columns or not rows:
        return
    letters = np.array([row[columns.index("arm")].upper() for row in rows])
    is_a, is_b = letters == "A", letters == "B"
    yield "rows", float(is_a.sum() - is_b.sum())
    for place, name in enumerate(columns):
        numbers = np.array([_number(row[place]) for row in rows])
        known = ~np.isnan(numbers)
        if (is_a & known).any() and (is_b & known).any():
            yield name, _difference(numbers[known], is_a[known], is_b[known])


def _of_text(data: bytes) -> Iterator[tuple[str, float]]:
    """Yield how often, and where first, the letters stand in a page or drawing."""
    text = data.decode(errors="replace")
    for form in (">{}<", '"{}"'):
        marks = [form.format(letter) for letter in LETTERS]
        yield f"{form} times", float(text.count(marks[0]) - text.count(marks[1]))
        yield f"{form} first", float(np.sign(text.find(marks[0]) - text.find(marks[1])))


def read(data: bytes) -> Table:
    """Return the columns and rows of a CSV."""
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    return (rows[0], rows[1:]) if rows else ([], [])


def arms_of(tables: dict[str, Table]) -> dict[str, str]:
    """Return the letter of each participant, from whatever table tells it."""
    found = {}
    for columns, rows in tables.values():
        if "arm" in columns and "participant_id" in columns:
            arm, who = columns.index("arm"), columns.index("participant_id")
            found |= {row[who]: row[arm].upper() for row in rows}
    return found


def _of_folder(
    folder: Folder, tables: dict[str, Table], arms: dict[str, str]
) -> Iterator[tuple[str, float]]:
    """Yield sizes, time stamps, digests, order of files, and what their names say of letters."""
    stamps = {letter: [] for letter in LETTERS}
    for place, (name, (data, stamp)) in enumerate(folder.items()):
        yield f"{name}:bytes", float(len(data))
        yield f"{name}:stamp", stamp
        yield f"{name}:place", float(place)
        checksum = zlib.crc32(data).to_bytes(4, "big")
        yield from ((f"{name}:digest {i}", float(checksum[i])) for i in range(BYTES_OF_DIGESTS))
        for letter in LETTERS:
            if f"_{letter}." in name:
                stamps[letter].append(stamp)
    means = [np.mean(stamps[letter]) if stamps[letter] else 0.0 for letter in LETTERS]
    yield "stamps of letters", float(means[0] - means[1])
    text = folder.get("study.yaml", (b"", 0))[0].decode()
    for line in text.splitlines():
        yield f"says {zlib.crc32(line.encode()) % (BUCKETS * BUCKETS)}", 1.0
    first = text.find("A:") - text.find("B:")
    yield "first letter of the study", float(np.sign(first))


def _of_table(table: Table, arms: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Yield the measures of a table: its rows, their order, each column, by letter."""
    columns, rows = table
    if "participant_id" not in columns:
        return
    who = columns.index("participant_id")
    letters = np.array([arms.get(row[who], "") for row in rows])
    is_a, is_b = letters == "A", letters == "B"
    if not (is_a.any() or is_b.any()):
        return
    yield "rows", float(is_a.sum() - is_b.sum())
    distinct = [{row[who] for row, own in zip(rows, mine, strict=True) if own}
                for mine in (is_a, is_b)]  # fmt: skip
    yield "people", float(len(distinct[0]) - len(distinct[1]))
    places = np.arange(len(rows)) / max(len(rows), 1)
    yield "order", _difference(places, is_a, is_b)
    yield "first", 1.0 if is_a[0] else -1.0
    yield "last", 1.0 if is_a[-1] else -1.0
    sizes = [_packed(rows, mine) for mine in (is_a, is_b)]
    yield "packed", sizes[0] - sizes[1]
    for place, name in enumerate(columns):
        if name != "arm":
            cells = [row[place] for row in rows]
            yield from ((f"{name} {key}", x) for key, x in _of_column(cells, is_a, is_b))


def _packed(rows: list[list[str]], mine: np.ndarray) -> float:
    text = "\n".join(",".join(row[1:]) for row, own in zip(rows, mine, strict=True) if own)
    return len(zlib.compress(text.encode())) / max(int(mine.sum()), 1)


def _of_column(cells: list[str], is_a: np.ndarray, is_b: np.ndarray) -> Iterator[tuple[str, float]]:
    """Yield what is missing, how long, how large and which words, of A less of B."""
    empty = np.array([not cell for cell in cells])
    yield "missing", _difference(empty, is_a, is_b)
    yield "length", _difference(np.array([len(cell) for cell in cells]), is_a, is_b)
    numbers = np.array([_number(cell) for cell in cells])
    known = ~np.isnan(numbers)
    if known.any():
        ranks = np.argsort(np.argsort(numbers[known])) / known.sum()
        yield "value", _difference(ranks, is_a[known], is_b[known])
        yield "zero", _difference(numbers[known] == 0, is_a[known], is_b[known])
    words = np.array([zlib.crc32(cell.encode()) % BUCKETS for cell in cells])
    starts = np.array([zlib.crc32(cell[:1].encode()) % BUCKETS for cell in cells])
    for label, kinds in (("word", words), ("start", starts)):
        for kind in np.unique(kinds):
            yield f"{label} {kind}", _difference(kinds == kind, is_a, is_b)
    numbers_of = [len({c for c, own in zip(cells, mine, strict=True) if own}) for mine in
                  (is_a, is_b)]  # fmt: skip
    yield "distinct", float(numbers_of[0] - numbers_of[1])


def _number(cell: str) -> float:
    try:
        return float(cell.replace("-", "") if cell.count("-") == 2 else cell)
    except ValueError:
        return np.nan


def _difference(values: np.ndarray, is_a: np.ndarray, is_b: np.ndarray) -> float:
    if not (is_a.any() and is_b.any()):
        return 0.0
    return float(values[is_a].mean() - values[is_b].mean())
