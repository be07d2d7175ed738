"""Refuse files whose rows are not those of a trial of parallel arms."""

from __future__ import annotations

import itertools
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.new_study.columns.folding import folded
from trialtrail.new_study.columns.judgement import Judged, JudgedFile
from trialtrail.new_study.columns.missing_seen import number_of
from trialtrail.new_study.measures.long_rows import LongShape, find_long

SEVERAL = 0.2
"""Share of the participants that must have several rows in a file with a row a timepoint."""
FEW = 3
"""Participants who must have several rows before their rows say what the trial is like."""


def check_design(main: JudgedFile, id_column: str, arm: Judged, long: LongShape | None) -> None:
    """Refuse a file of participants in several arms, of spans of time, or of rows alike.

    Args:
        main: the file that the participants are from.
        id_column: the column that names them.
        arm: the column of their arm.
        long: what tells the rows of a participant apart; None where nothing does.

    Raises:
        StudyError: the rows of participants are not those of parallel arms.
    """
    column = main.column(id_column)
    if column is None:
        return
    rows: dict[str, list[int]] = {}
    for at, person in enumerate(column.counted.cells):
        if person:
            rows.setdefault(person, []).append(at)
    several = [places for places in rows.values() if len(places) > 1]
    if len(several) < max(FEW, SEVERAL * len(rows)):
        return
    found = find_long(main.file, id_column)
    anew = found.why.partition("; ")[2] if found else ""
    codes = [folded(cell) if cell else "" for cell in arm.counted.cells]
    crossed = sum(len({codes[at] for at in places} - {""}) > 1 for places in several)
    if crossed >= SEVERAL * len(several):
        raise _refusal(
            main,
            f"{crossed} of {len(rows)} participants have rows in several arms, if"
            f" `{id_column}` names them and `{arm.heading}` their arm: this is a crossover trial,"
            " or the number is that of a pair or begins anew" + (f"; {anew}" if anew else ""),
            "trials of parallel arms are compared; where the rows are of different people, give by"
            " --id a column that is another for each of them, or (row) where each has one row",
        )
    if spans := _spans(main, several):
        raise _refusal(
            main,
            f"The rows of a participant are spans of time, from `{spans[0]}` to `{spans[1]}`, and"
            " no measurements at a timepoint",
            "give a file with one row a participant, such as the time to the first event, and the"
            " rows of all events beside it as a second file",
        )
    if long is None:
        raise _refusal(
            main,
            "Participants have several rows, and no column says which of them is which, if"
            f" `{id_column}` names them" + (f"; {anew}" if anew else ""),
            "name another column by --id, or give the file a column of visits or of numbers"
            + (", and one that is another for each participant of all places" if anew else ""),
        )


def _spans(main: JudgedFile, several: list[list[int]]) -> tuple[str, str] | None:
    """Return two columns of numbers of which the second is the first of the participant's next row.

    This is the form of counting processes in programs of survival analysis.
    """
    cells = {each.heading: each.counted.cells for each in main.columns if each.is_number}
    pairs = [(a, b) for places in several for a, b in itertools.pairwise(places)]
    for start, from_cells in cells.items():
        if len({from_cells[at] for at in several[0]}) < len(several[0]):
            continue
        for stop, to_cells in cells.items():
            if stop == start:
                continue
            ends = [number_of(to_cells[a] or "") for a, _ in pairs]
            begins = [number_of(from_cells[b] or "") for _, b in pairs]
            if None not in ends and ends == begins:
                return start, stop
    return None


def _refusal(main: JudgedFile, what: str, remedy: str) -> StudyError:
    return StudyError(what, where=Path(main.file.path).name, rule="new", remedy=remedy)
