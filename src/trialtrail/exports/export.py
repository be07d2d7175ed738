"""What every reader returns: the cells of an export as text, and where each record stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import pandas as pd

from trialtrail.errors import StudyError

FILE, LINE = "_file", "_line"
ORIGIN = ["_export", FILE, LINE]
"""Columns that say where a record came from: name of the export, its file, line of the record."""

BATCH, BATCH_CELLS = 1 << 14, 1 << 22
"""Records, and cells, that are held as lists of texts at a time."""


class Odd(NamedTuple):
    """What a reader itself found wrong with a place: rule, line, column, what is wrong.

    ``file`` is the label of the file where the export has several.
    """

    rule: str
    line: int | None
    column: str
    message: str
    file: str = ""


class OddSource(NamedTuple):
    """What a reader found wrong with one thing that is no row of its table, such as a source.

    ``record`` is its name in the queries, once each for a rule and a column.
    """

    rule: str
    record: str
    column: str
    message: str


@dataclass
class Export:
    """An export as it was read.

    Attributes:
        name: its name in the configuration.
        header: the header as it stands.
        rows: one row a record: text columns under their names in the file, ``_file``, ``_line``.
        header_line: the line of the header.
        ragged: (line, cells) of records that have another number of cells than the header; those
            are not in ``rows``.
        odd: what the reader itself found wrong with places.
        form: what the file is like: format, encoding, delimiter and so on, as people call it.
        guessed: the keys of ``form`` that nobody configured and more than one value would fit.
        missing: of a column, the texts that the file itself declares to mean "no value".
        plain: of a column, the texts of what the file has as numbers with decimals, not as texts.
        days: of a column, the texts of what the file has as days or parts of them, not as texts.
        labels: of a column, code to label, where the file declares them.
        titles: of a column, the label of the variable, where the file has one.
        answers: of a column, the text of a cell to the label of that value.
        changed: (column, from, to, cells) of what the reader changed in the form of cells.
        head: the first records, where the header has several rows.
        elsewhere: how to have the header read, where most of its columns stand in another place.
        odd_sources: what the reader itself found wrong with things that are no rows.
        explained: whether the reader tells why there are no rows, should there be none.
        elements: of a project, what is in its file and what became of it (`projects.account`).
    """

    name: str
    header: list[str]
    rows: pd.DataFrame
    header_line: int = 1
    ragged: list[tuple[int, int]] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    form: dict[str, str] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)
    missing: Mapping[str, list[str]] = field(default_factory=dict)
    plain: Mapping[str, frozenset[str]] = field(default_factory=dict)
    days: Mapping[str, frozenset[str]] = field(default_factory=dict)
    labels: Mapping[str, dict[str, str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, dict[str, str]] = field(default_factory=dict)
    changed: list[tuple[str, str, str, int]] = field(default_factory=list)
    head: list[list[str]] = field(default_factory=list)
    elsewhere: str = ""
    odd_sources: list[OddSource] = field(default_factory=list)
    explained: bool = False
    elements: list[dict] = field(default_factory=list)


def batch_of(width: int) -> int:
    """Return how many records of so many cells are held at a time."""
    return max(1, min(BATCH, BATCH_CELLS // max(1, width)))


def frame_of(label: str, names: list[str], records: Iterable[tuple[int, Sequence]]):
    """Return (rows, ragged) of records given as (line, cells).

    ``names`` are those of the columns, once each; a record of another width is ragged.
    """
    batch = batch_of(len(names))
    ragged: list[tuple[int, int]] = []
    parts = []
    rest = iter(records)
    while some := list(islice(rest, batch)):  # the cells as Python's own texts take much more room
        kept = [(line, cells) for line, cells in some if len(cells) == len(names)]
        ragged += [(line, len(cells)) for line, cells in some if len(cells) != len(names)]
        part = pd.DataFrame([cells for _, cells in kept], columns=names, dtype="string")
        parts.append(part.assign(**{LINE: pd.array([line for line, _ in kept], dtype="Int64")}))
    if not parts:
        empty = pd.DataFrame([], columns=names, dtype="string")
        parts = [empty.assign(**{LINE: pd.array([], dtype="Int64")})]
    rows = pd.concat(parts, ignore_index=True)
    rows.insert(len(names), FILE, pd.array([label], dtype="string").repeat(len(rows)))
    return rows, ragged


def told_apart(header: list[str]) -> list[str]:
    """Return ``header`` with a number after each name that stands in it again."""
    seen: dict[str, int] = {}
    names = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def empty_export(spec: dict) -> StudyError:
    """Return the refusal of an export in which there is nothing, from the line of its header on."""
    if spec.get("header_row", 1) > 1:
        what = f"The export has nothing in line {spec['header_row']} and below: not even a header"
        do = f"exports.{spec['name']}.header_row is the number of the line with the column names"
        return unreadable(spec, what, "header", do)
    return StudyError(
        "The export is empty: not even a header",
        where=spec["label"],
        rule="header",
        remedy="export the table again",
    )


def unreadable(spec: dict, what: str, rule: str, remedy: str, where: str = "") -> StudyError:
    """Return the refusal of a file that is not what it should be."""
    return StudyError(what, where=where or spec["label"], rule=rule, remedy=remedy)


def no_column(spec: dict, rule: str, column: str) -> StudyError:
    """Return the refusal of a column whose cells are no single values."""
    return unreadable(
        spec,
        f"The column {column} has several values in a cell, or a table of its own",
        rule,
        "take it out of the file, or give each of its values a column, and save it again",
    )
