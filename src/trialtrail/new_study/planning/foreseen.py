"""What a run would stop on or take for a value: missing codes, rows of sums, unreadable cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from trialtrail.new_study.asking.answers import Answers
from trialtrail.new_study.columns.folding import folded
from trialtrail.new_study.columns.judgement import Judged, JudgedFile
from trialtrail.new_study.columns.missing_seen import number_of
from trialtrail.new_study.planning.draft import Draft
from trialtrail.new_study.planning.form_parts import fullest_time

ACTIONS = {
    "type": "cells that are not of the type of their column",
    "ambiguous": "cells that can be read in two ways",
    "arm": "rows without an arm",
    "key": "rows of a participant who is there twice",
}
"""Rules that stop a run unless the study says otherwise, and what breaks them."""


def general_missing(files: list[JudgedFile], answers: Answers) -> dict[str, str]:
    """Return the words that mean no value wherever they stand, each with how many cells.

    In the column that names the visits every word is one of a visit.
    """
    cells: Counter[str] = Counter()
    elsewhere: set[str] = set()
    for file, shape in zip(files, answers.shapes, strict=True):
        visits = shape.long.timepoint_column if shape.long else None
        for each in file.columns:
            if each.heading == visits:
                elsewhere |= {folded(text) for text in each.counted.counts if text}
                continue
            gone = {m.text for m in each.missing if m.sure and m.text not in each.column.missing}
            for text, n in each.counted.counts.items():
                if text in gone and (number_of(text) is None or "dictionary" in file.file.export):
                    cells[text] += n
                elif text not in gone:
                    elsewhere.add(folded(text))
    return {
        text: f"{n} cells" if n > 1 else "1 cell"
        for text, n in sorted(cells.items())
        if folded(text) not in elsewhere
    }


def own_missing(column: Judged, general: Iterable[str]) -> list[str]:
    """Return the texts that mean no value in a column and not in all."""
    return [
        each.text
        for each in column.missing
        if each.sure and each.text not in general and each.text not in column.column.missing
    ]


def add_rows(draft: Draft, main: JudgedFile, answers: Answers) -> None:
    """Say which rows of the file are participants, where some are none."""
    shape = answers.shapes[answers.main]
    if shape.redcap:
        draft.where, draft.where_why = dict(shape.redcap.where), "the rows that have the arm"
        return
    if shape.long:
        time = fullest_time(main, shape)
        draft.where = {shape.long.timepoint_column: [time]}
        draft.where_why = "one row of each participant"
        return
    arm = answers.arm
    blank = sum(1 for cell in arm.counted.cells if not cell or cell in arm.gone)
    if main.totals and not blank:
        draft.where = {draft.arm_column: [each.code for each in draft.arms]}
        draft.where_why = (
            "a row at the end is a sum or a note and no participant"
            if len(main.totals) == 1
            else "rows at the end are sums or notes and no participants"
        )
        for form in draft.forms:
            if form.export == draft.main and not form.where:
                form.where = dict(draft.where)


def foresee(draft: Draft, files: list[JudgedFile], answers: Answers) -> None:
    """Name the findings that are known to come and would stop the run."""
    foreseen: Counter[str] = Counter()
    for form in draft.forms:
        for column in form.columns:
            foreseen.update(column.judged.faults)
    main = files[answers.main]
    for each in main.columns:
        if each.heading == draft.dated:
            foreseen.update(each.faults)
    arm = answers.arm
    if answers.shapes[answers.main].redcap:
        return
    foreseen["arm"] += sum(1 for cell in arm.counted.cells if not cell or cell in arm.gone)
    if main.totals and not draft.where:
        foreseen["arm"] += len(main.totals)
        foreseen["type"] += len(main.totals)
    column = main.column(draft.id_column)
    if column is not None and answers.shapes[answers.main].long is None:
        counts = column.counted.counts
        foreseen["key"] += sum(n - 1 for n in counts.values() if n > 1)
        foreseen["key"] += len(column.counted.cells) - column.counted.filled
    for rule, what in ACTIONS.items():
        if foreseen[rule]:
            draft.actions[rule] = f"{foreseen[rule]} {what}"
