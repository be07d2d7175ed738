"""Find how a delimited file is read: encoding, delimiter, line of the headings, and its program.

What is found is written as keys of the export wherever a run could find something else, so that the
run reads the file as it was seen. Light: nothing but Python's library is imported.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trialtrail.exports.guess import (
    DELIMITERS,
    SEPARATOR,
    find_encoding,
    find_form,
    find_quote,
    first_line,
    head_of,
)
from trialtrail.exports.visible_text import plain_heading
from trialtrail.new_study.files.layout import header_place, looks_like_values, name_of, usual_width

if TYPE_CHECKING:
    from trialtrail.new_study.files.dictionaries import Dictionaries

LOOKED_AT = 100
"""Records by which the form of a file is judged."""
RARE = ("^", "~")
"""Delimiters that are tried where none of the usual ones parts anything."""
EVEN = 0.8
"""Share of the records that have the same number of cells with the right delimiter."""
LIMESURVEY = {"id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"}
CODE = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:\[[^\[\]]+\])*)[.:]\s.+", re.DOTALL)
"""A heading of LimeSurvey that has the question after its code."""
ODK = {"KEY", "SubmissionDate", "instanceID", "meta/instanceID", "meta-instanceID", "_uuid"}
ODK_ENDINGS = ("_submission_time", "_xform_id_string", "__version__", "formhub/uuid")


class Layout(NamedTuple):
    """How a text file is laid out.

    Attributes:
        encoding: a codec of Python.
        guessed: whether the encoding is a guess.
        delimiter: what parts its cells.
        named: whether the file itself names its delimiter (``sep=;``).
        header_row: the line of the headings, counted from 1.
        above: whether something stands above them.
        records: the first records from the headings on.
        even: whether nearly all records have as many cells as the headings.
    """

    encoding: str
    guessed: bool
    delimiter: str
    named: bool
    header_row: int
    above: bool
    records: list[list[str]]
    even: bool


def find_text_form(path: Path, known: Dictionaries) -> tuple[str, dict[str, Any], list[str]]:
    """Return a name, the keys of the export, and notes, of a delimited file.

    Raises:
        StudyError: it is a file of another kind.
    """
    from trialtrail.exports.kinds import refuse_other_kinds

    name = name_of(path)
    refuse_other_kinds({"name": name, "label": path.name}, str(path))
    try:
        found = layout_of(path)
    except UnicodeError:
        return name, {}, []  # its reader says what is wrong
    keys, notes = {}, []
    program = _program(found, known, path, notes)
    if program:
        keys["format"] = program
    if found.encoding not in ("utf-8", "utf-8-sig"):
        keys["encoding"] = found.encoding
    if found.guessed:
        notes.append(
            f"The encoding was guessed: {found.encoding}. Look at letters such as \u00e4 or \u00e9"
            " in the labels and codes. If they are wrong, write another `encoding`, such as cp1250"
            " (Central European), cp1251 (Cyrillic), cp1253 (Greek) or mac_roman."
        )
    if not found.named and (found.delimiter != "," or _else_found(path, keys)):
        keys["delimiter"] = found.delimiter
    if found.above:
        keys["header_row"] = found.header_row
        notes.append(
            f"The headings stand in line {found.header_row}; what stands above them is passed over."
        )
    if not found.even:
        notes.append(
            "Many lines have another number of cells than the headings: look whether the delimiter"
            f" {found.delimiter!r} is the right one."
        )
    if found.records and looks_like_values([*map(plain_heading, found.records[0])]):
        notes.append(
            f"Line {found.header_row} is taken for the headings and holds mostly numbers or days:"
            " perhaps the file has no headings."
        )
    if dictionary := known.redcap_keys(path, found.records[0] if found.records else []):
        keys |= dictionary
    return name, keys, notes


def _else_found(path: Path, keys: dict[str, Any]) -> bool:
    """Return whether a run would find another delimiter than the comma, left to itself."""
    return find_form(str(path), dict(keys)).delimiter != ","


def layout_of(path: Path, given: dict[str, Any] | None = None) -> Layout:
    """Return how a text file is laid out; ``given`` are keys of an export that say it.

    Raises:
        UnicodeError, LookupError: the encoding is not the file's.
    """
    given = given or {}
    encoding, guessed = given.get("encoding"), False
    if encoding is None:
        encoding, guessed = find_encoding(str(path))
    text = head_of(str(path), encoding)
    first, end = first_line(text)
    named = SEPARATOR.fullmatch(first)
    skip = 1 if named else 0
    body = (text[len(first) + len(end) :] if named else text).removeprefix("\ufeff")
    quote = given.get("quote") or find_quote(body)
    sign = given.get("delimiter") or (named[2] if named else None)
    marks = [sign] if sign else list(DELIMITERS)
    tried = [(mark, _records(body, mark, quote)) for mark in marks]
    if not sign and not any(_fit(cells_of(each))[0] for _, each in tried):
        tried += [(mark, _records(body, mark, quote)) for mark in RARE]
    delimiter, records = max(tried, key=lambda each: _fit(cells_of(each[1])))
    if "header_row" in given:
        lines = [line for line, _ in records]
        place = next((i for i, n in enumerate(lines) if n + skip >= given["header_row"]), 0)
    else:
        place = header_place(cells_of(records))
    line = records[place][0] + skip if records else 1
    below = cells_of(records[place:])
    # Blank lines above are passed over by the reader; what is written there is not.
    return Layout(
        encoding,
        guessed,
        delimiter,
        named is not None,
        line,
        place > 0,
        below,
        _share(below) >= EVEN,
    )


def cells_of(records: Sequence[tuple[int, list[str]]]) -> list[list[str]]:
    """Return the cells of records that are given with their lines."""
    return [cells for _, cells in records]


def _records(text: str, delimiter: str, quote: str) -> list[tuple[int, list[str]]]:
    """Return the first records that are not blank, each with its line."""
    quoting = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote or '"', quoting=quoting
    )
    found, line = [], 1
    try:
        for cells in reader:
            if any(plain_heading(cell) for cell in cells):
                found.append((line, cells))
            line = reader.line_num + 1
            if len(found) > LOOKED_AT:
                break
    except csv.Error:
        pass
    return found


def _fit(records: list[list[str]]) -> tuple[bool, int, float]:
    """Return how well a delimiter fits: whether records are even, how wide, and how many it parts.

    Where records are even with none, as with a remark at the end or cells left out, it is the one
    that parts the headings, and most of the records.
    """
    width = usual_width(records)
    below = records[header_place(records) :]
    even = _share(below) >= EVEN and width > 1
    parted = sum(len(each) > 1 for each in below) / len(below) if below else 0.0
    return even, width if even else 0, parted * len(below[0]) if below else 0.0


def _share(records: list[list[str]]) -> float:
    """Return the share of records that are as wide as the first."""
    return sum(len(each) == len(records[0]) for each in records) / len(records) if records else 1.0


def _program(found: Layout, known: Dictionaries, path: Path, notes: list[str]) -> str:
    """Return the format of a survey program or of REDCap by what the file itself has."""
    records = [*found.records, [], [], []][:3]
    header = [plain_heading(cell) for cell in records[0]]
    if "ImportId" in "".join(records[2]) and records[2]:
        return "qualtrics"
    if _of_limesurvey(records[0]) or {"id", "submitdate"} <= {*map(str.strip, records[1])}:
        return "limesurvey"  # in a vv file the codes stand in the second line
    if known.is_redcap(path, records[0]):
        return "redcap"
    if "redcap_event_name" in header or "redcap_repeat_instrument" in header:
        notes.append(
            "The file is an export of REDCap. Name its data dictionary too (--redcap): it has the"
            " labels, the codes and the fields that identify people."
        )
        return "redcap"
    if sum(name.endswith("_complete") for name in header) and header[0].endswith("_id"):
        notes.append(
            "The file looks like an export of REDCap and is read as plain CSV; with its data"
            " dictionary (--redcap) it has labels and codes."
        )
    elif not known.form_of(path, header) and (
        {*header} & ODK or any(name.endswith(ODK_ENDINGS) for name in header)
    ):
        notes.append(
            "The file looks like an export of ODK or KoboToolbox. Name the form (.xlsx) too: it has"
            " the labels and the choices."
        )
    elif {"Response ID", "Date submitted"} <= {*header}:
        notes.append(
            "The file looks like an export of LimeSurvey with the questions as headings; with"
            " 'question code' as heading it has codes too."
        )
    return ""


def _of_limesurvey(cells: Sequence[str]) -> bool:
    """Return whether headings are codes of LimeSurvey, perhaps with the questions after them."""
    codes, with_text = set(), 0
    for cell in map(str.strip, cells):
        match = CODE.fullmatch(cell)
        codes.add(match[1] if match else cell)
        with_text += match is not None
    has = codes & LIMESURVEY
    return "id" in has and (len(has) > 2 or (len(has) > 1 and with_text > 1))
