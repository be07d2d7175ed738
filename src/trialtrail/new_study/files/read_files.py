"""Read files that no configuration describes yet, and say by which keys a run reads them the same.

Each file is read by the reader of exports that a run uses, with the keys that are found here. What
a file says of its columns beside their cells comes from the file itself (labels of a statistical
program, the headings of a survey program) or from a dictionary that lies beside it or is named:
that of a REDCap project, or the form of ODK and KoboToolbox.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.exports.formats import PROJECTS, format_of
from trialtrail.exports.visible_text import plain_heading
from trialtrail.new_study.files.dictionaries import Dictionaries, described
from trialtrail.new_study.files.heading_codes import codes_in_heading, without_codes
from trialtrail.new_study.files.layout import name_of
from trialtrail.new_study.files.seen import SeenColumn, SeenFile
from trialtrail.new_study.files.text_files import find_text_form
from trialtrail.new_study.files.workbook_files import find_sheets

DAY = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
OF_R = ("rds", "rda")
NOTED_COLUMNS = 6
"""Columns that a note names at most."""


def see_files(paths: Sequence[Path], redcap: Path | None = None) -> list[SeenFile]:
    """Return what is seen in files, one entry a file or a sheet with rows, in their order.

    Args:
        paths: data files; a dictionary among them is taken as one, and is no entry.
        redcap: the data dictionary of a REDCap project, for the files that are its exports.

    Raises:
        StudyError: a file is missing, is of no kind that is read, or holds no rows; or the
            dictionary is none.
    """
    for path in [*paths, *([redcap] if redcap else [])]:
        _check_is_file(path)
    known = Dictionaries.of(paths, redcap)
    found = [each for path in paths if path not in known.paths for each in _of(path, known)]
    if not found:
        raise StudyError(
            "No file with rows of participants was named",
            where=", ".join(path.name for path in paths),
            rule="a study needs the export of its data beside a dictionary",
            remedy="name the data file as well",
        )
    for path in sorted(known.paths - known.used):
        found[0].notes.append(
            f"{path.name} was named as a dictionary, knows fewer than half of the headings of each"
            " file, and is not used."
        )
    names = Counter()
    for each in found:
        names[each.name] += 1
        each.name += f"_{names[each.name]}" if names[each.name] > 1 else ""
    return found


def _check_is_file(path: Path) -> None:
    if path.is_dir():
        raise StudyError(
            "This is a folder",
            where=path.as_posix(),
            rule="each file with data is named",
            remedy="name the files in it, such as FOLDER/*.csv",
        )
    if not path.is_file():
        raise StudyError(
            "There is no such file", where=path.as_posix(), remedy="correct its name or its path"
        )


def _of(path: Path, known: Dictionaries) -> list[SeenFile]:
    """Return what is seen in one file."""
    kind = format_of({"label": path.name})
    if kind in PROJECTS:
        raise StudyError(
            "This is a project of a program for qualitative analysis, and holds no participants",
            where=path.as_posix(),
            rule="`trialtrail new` writes the configuration of a trial from its data",
            remedy="leave it out, and add its export by hand (docs/qualitative.md)",
        )
    if kind == "csv":
        forms = [find_text_form(path, known)]
    elif kind == "xlsx":
        forms = find_sheets(path)
    elif kind in OF_R:
        forms = _frames(path, kind)
    else:
        forms = [(name_of(path), {}, [])]
    found, ragged = [], 0
    for name, export, notes in forms:
        seen, export_read = _read(path, name, export, notes)
        ragged += len(export_read.ragged)
        if seen.columns and seen.columns[0].cells:
            described(seen, export_read, known)
            found.append(seen)
    if not found:
        what = "The file holds no rows"
        if ragged:
            what += f": {ragged} lines have another number of cells than the headings"
        raise StudyError(
            what,
            where=path.as_posix(),
            rule="a configuration is written from rows that are as wide as the headings",
            remedy=REMEDIES.get(kind if ragged else "", "export it with its data"),
        )
    return found


REMEDIES = {
    "csv": "export it with its data, each line whole",
    "xlsx": "give each column one heading, all in one row: of joined cells and of headings that"
    " stand in two rows make one",
}
"""What to do where lines have another number of cells than the headings, by the kind of file."""


def _frames(path: Path, kind: str) -> list[tuple[str, dict[str, Any], list[str]]]:
    """Return the data frames of a file of R, several of which have to be named."""
    from trialtrail.exports.r_files import frame_names

    names = frame_names(str(path)) if kind == "rda" else []
    if len(names) < 2:
        return [(name_of(path), {}, [])]
    return [(name_of(path, name), {"sheet": name}, []) for name in names]


def _read(path: Path, name: str, export: dict[str, Any], notes: list[str]) -> tuple[SeenFile, Any]:
    """Read a file with the keys of an export, by the reader that a run uses."""
    from trialtrail.exports.read import read_export

    found = read_export({"name": name, "label": path.name, **export}, [str(path)])
    names = _names(found.header)
    columns = [
        SeenColumn(
            name=names[i],
            cells=_cells(found.rows[column]),
            label=found.titles.get(column, ""),
            value_labels=_labels(found, column),
            missing=tuple(found.missing.get(column, ())),
        )
        for i, column in enumerate(found.rows.columns[: len(found.header)])
    ]
    for column, key in zip(columns, found.rows.columns, strict=False):
        if not column.value_labels and (codes := codes_in_heading(column.name, column.cells)):
            column.value_labels = codes
            column.label = column.label or without_codes(column.name)
        column.kind = _kind(column, found.days.get(key, frozenset()))
    return SeenFile(name, str(path), export, columns, [*notes, *_notes(found)]), found


def _names(header: Sequence[str]) -> list[str]:
    """Return headings as the configuration names them: as they look, where that is one's own."""
    from trialtrail.exports.export import told_apart

    plain = [plain_heading(name) for name in header]
    apart = told_apart(list(header))
    return [
        looks if looks and plain.count(looks) == 1 else name
        for looks, name in zip(plain, apart, strict=True)
    ]


def _cells(column: Any) -> list[str | None]:
    """Return the cells of a column; None where there is nothing."""
    return [cell if isinstance(cell, str) and cell.strip() else None for cell in column.tolist()]


def _labels(found: Any, column: str) -> dict[str, str]:
    """Return the labels of codes, without those of codes that mean no value."""
    gone = {*found.missing.get(column, ())}
    given = found.labels.get(column) or found.answers.get(column) or {}
    return {code: label for code, label in given.items() if code not in gone}


def _kind(column: SeenColumn, days: frozenset[str]) -> str:
    """Return the type that the file itself declares: of days, and of codes with labels."""
    there = {cell for cell in column.cells if cell is not None} - {*column.missing}
    if there and there <= days:
        return "date" if all(DAY.match(cell) for cell in there) else "partial_date"
    return "category" if there and there <= {*column.value_labels} else ""


def _notes(found: Any) -> list[str]:
    """Return what somebody should know of how a file was read; no cell stands in it."""
    notes = []
    if found.ragged:
        one = len(found.ragged) == 1
        lines = "One line has" if one else f"{len(found.ragged)} lines have"
        notes.append(
            f"{lines} another number of cells than the header and {'is' if one else 'are'} not"
            " read; a run reports each."
        )
    twice = [name for name, n in Counter(map(plain_heading, found.header)).items() if n > 1]
    if names := [name for name in twice if name]:
        notes.append(f"Several columns have the same heading: {_some(names)}. Give each its own.")
    if "" in twice or "" in map(plain_heading, found.header):
        notes.append("A column with cells has no heading. Give it one.")
    told: dict[tuple[str, str], list] = {}
    for odd in found.odd:
        told.setdefault((odd.rule, odd.message), []).append(odd)
    for (_, message), places in told.items():
        columns = list(dict.fromkeys(each.column for each in places if each.column))
        lines = sum(each.line is not None for each in places)
        where = [f"{lines} lines" if lines > 1 else "one line"] if lines else []
        where += [_some(columns)] if columns else []
        of = f" ({'; '.join(where)})" if where else ""
        notes.append(f"{message[:1].upper()}{message[1:]}{of}.")
    return notes


def _some(names: Sequence[str]) -> str:
    """Return names in a note, the first of them."""
    shown = ", ".join(names[:NOTED_COLUMNS])
    more = len(names) - NOTED_COLUMNS
    return f"{shown} and {more} more" if more > 0 else shown
