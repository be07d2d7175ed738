"""Which columns may name the participants, be the arm, or be an outcome; nothing is chosen here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trialtrail.exports.read import ROW_NUMBER
from trialtrail.new_study.columns.counted import Counted
from trialtrail.new_study.columns.judgement import Judged, JudgedFile
from trialtrail.new_study.columns.words import (
    is_row_heading,
    is_total,
    names_participants,
    names_people,
)
from trialtrail.new_study.files.seen import SeenFile
from trialtrail.new_study.measures.repeated import RepeatedMeasure

LAST = 4
"""Rows at the end among which those that are no records are looked for."""
WORDS_OF_A_NOTE = 3
FEWEST_ARMS, MOST_ARMS = 2, 8
NEARLY = 0.95
"""Share of the cells of a column of ids that must be there once."""
FILLED = 0.8
"""Share of the cells that must be filled of a column whose heading says that it has the ids."""
BOTH = 0.8
"""Share of the ids of a file that another file must have."""


def total_rows(file: SeenFile) -> tuple[int, ...]:
    """Return the numbers of the rows, from 0, at the end of a file that are no records.

    They sum up the others, or they are a note: a row with a sentence in one cell, and no other.
    """
    rows = len(file.columns[0].cells) if file.columns else 0
    found = []
    for row in range(max(0, rows - LAST), rows):
        filled = [text for column in file.columns if (text := (column.cells[row] or "").strip())]
        note = len(filled) == 1 < len(file.columns) and len(filled[0].split()) >= WORDS_OF_A_NOTE
        if note or any(map(is_total, filled)):
            found.append(row)
    return tuple(found)


@dataclass(frozen=True)
class IdChoice:
    """A column that may name the participants.

    Attributes:
        heading: its heading.
        once: whether each cell is there once.
        named: whether its heading says that it names participants.
    """

    heading: str
    once: bool
    named: bool


def id_choices(file: SeenFile, totals: Sequence[int] = ()) -> list[IdChoice]:
    """Return the columns that may name the participants, the likeliest first.

    No cell of such a column is blank, and nearly all are there once; or its heading says so, and
    each has several rows.
    """
    found = []
    only_rows = is_row_heading(file.columns[0].name) and any(
        names_participants(each.name) for each in file.columns[1:]
    )
    for column in file.columns:
        if not column.name.strip():
            continue
        counted = Counted(column, totals)
        texts = [cell for cell in counted.cells if cell]
        least = FILLED if names_participants(column.name) else NEARLY
        if not texts or len(texts) < least * len(counted.cells):
            continue
        once = Counter(texts)
        named = names_participants(column.name) or (
            column.name == file.columns[0].name and len(once) > 8 and not only_rows
        )
        single = len(once) == len(texts) == len(counted.cells)
        if any(sum(sign in cell for sign in ",.:/") for cell in once if not cell.endswith(".0")):
            continue
        several = named and len(once) > MOST_ARMS
        if single or len(once) >= NEARLY * len(texts) or several:
            found.append(IdChoice(column.name, single, named))
    return sorted(found, key=lambda each: (not each.named, not each.once))


def sure_id(choices: Sequence[IdChoice]) -> str:
    """Return the one column that names the participants; empty where that is open."""
    named = [each for each in choices if each.named]
    if len(named) == 1:
        return named[0].heading
    once = [each for each in named if each.once]
    people = [each for each in once if names_people(each.heading)]
    for found in (once, people):
        if len(found) == 1:
            return found[0].heading
    return ROW_NUMBER if not choices else ""


def shared_id(main: JudgedFile, id_column: str, other: SeenFile) -> str:
    """Return the column of another file that has the ids of the main one; empty where none has."""
    ids = set(main.column(id_column).counted.counts) if main.column(id_column) else set()
    best, share = "", BOTH
    for column in other.columns:
        texts = set(Counted(column).counts)
        inside = len(texts & ids) / len(texts) if texts else 0
        if inside > share or (inside == share and column.name == id_column):
            best, share = column.name, inside
    return best


def arm_choices(file: JudgedFile, id_column: str) -> list[Judged]:
    """Return the columns with as many different values as a trial has arms."""
    return [
        each
        for each in file.columns
        if each.heading != id_column
        and each.type in ("category", "boolean", "integer")
        and FEWEST_ARMS <= len(arm_values(each)) <= MOST_ARMS
    ]


def arm_values(column: Judged) -> dict[str, int]:
    """Return {code: cells} of a column that may be the arm."""
    spellings = column.spellings or column.counted.spellings(column.gone)
    counts = {code: sum(of.values()) for code, of in spellings.items()}
    return {code: cells for code, cells in counts.items() if cells}


@dataclass(frozen=True)
class OutcomeChoice:
    """What may be the primary outcome: a column, or one measure at several timepoints.

    Attributes:
        name: what it is called in a question: its heading, or the stem of several.
        file: the name of its file.
        columns: {timepoint: heading}; the timepoint is empty where there is none.
        kind: continuous, binary, or empty where a value has to be called the event.
        values: the values of which one has to be called the event.
        long: whether the timepoints are rows of the file, and not columns.
    """

    name: str
    file: str
    columns: dict[str, str]
    kind: str
    values: tuple[str, ...] = ()
    long: bool = False


def outcome_choices(
    file: JudgedFile,
    taken: Sequence[str],
    repeated: Sequence[RepeatedMeasure] = (),
    timepoints: Sequence[str] = (),
    varying: Sequence[str] = (),
) -> list[OutcomeChoice]:
    """Return what may be the primary outcome; repeated measures first.

    Args:
        file: a file with its columns judged.
        taken: headings of columns that are something else.
        repeated: measures that have a column a timepoint.
        timepoints: of a file with a row a timepoint, those.
        varying: the columns of such a file that differ between the rows of a participant.
    """
    name = file.file.name
    found, used = [], set(taken)
    for measure in repeated:
        columns = [file.column(heading) for heading in measure.columns.values()]
        kinds = {_kind(each) for each in columns if each is not None and each.type}
        if len(kinds) == 1 and kinds <= {"continuous", "binary"}:
            found.append(OutcomeChoice(measure.stem, name, dict(measure.columns), kinds.pop()))
            used |= set(measure.columns.values())
    for each in file.columns:
        kind = _kind(each)
        if each.heading in used or kind == "none":
            continue
        values = tuple(each.values) if kind == "" else ()
        if timepoints and each.heading in varying:
            columns = {timepoint: each.heading for timepoint in timepoints}
            found.append(OutcomeChoice(each.name, name, columns, kind, values, True))
        else:
            found.append(OutcomeChoice(each.heading, name, {"": each.heading}, kind, values))
    return found


def _kind(column: Judged) -> str:
    if column.is_number:
        return "continuous"
    if column.is_yes_no:
        return "binary"
    return "" if column.type == "category" and len(column.values) == 2 else "none"
