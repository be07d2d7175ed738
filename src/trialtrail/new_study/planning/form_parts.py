"""Which columns of a file belong to which form: by the timepoint, as far as the file tells it."""

from __future__ import annotations

import re
from collections import Counter

from trialtrail.new_study.asking.answers import Answers, Shape
from trialtrail.new_study.columns.counted import Counted
from trialtrail.new_study.columns.folding import folded
from trialtrail.new_study.columns.judgement import Judged, JudgedFile
from trialtrail.new_study.columns.missing_seen import number_of
from trialtrail.new_study.columns.names import slug
from trialtrail.new_study.columns.words import ALLOCATED_ON, names_participants, numbers_rows
from trialtrail.new_study.measures.known_times import in_order, is_of_baseline, time_of
from trialtrail.new_study.measures.repeated import find_visit_dates
from trialtrail.new_study.measures.timepoint_words import is_baseline
from trialtrail.new_study.planning.draft import ExportDraft, Ignored
from trialtrail.new_study.planning.form_names import label_of

FOLLOW_UP, UNDATED = "follow_up", "time_not_known"
UNDATED_LABEL = "Time not in the file"
FEWEST = 4
"""Participants that each arm must have before one value in each arm is no accident."""


def parts_of(
    file: JudgedFile,
    shape: Shape,
    answers: Answers,
    main: bool,
    export: ExportDraft,
    stems: set[str],
) -> list:
    """Return a file's columns by form: ((id, label, timepoint, where, why, notes), columns)."""
    skipped = {shape.id_column} | ({answers.arm.heading} if main else set())
    if shape.long:
        skipped.add(shape.long.timepoint_column)
    usable = []
    for each in file.columns:
        if each.heading in skipped:
            continue
        if why := _why_ignored(each, answers, file):
            export.ignored.append(
                Ignored(each.heading, why, each.doubts if why == each.why else [])
            )
        else:
            usable.append(each)
    if shape.long and (shape.long.timed or main):
        return _long_parts(file, shape, usable, main)
    if shape.long:
        head = (slug(file.file.name, "form") or "rows", label_of(file.file.name), "at_any_time", {})
        columns = [(each.heading, each.name, _label(each)) for each in usable]
        return [((*head, "several rows a participant", []), columns)]
    return _wide_parts(file, shape, usable, answers, main, stems)


def _why_ignored(column: Judged, answers: Answers, file: JudgedFile) -> str:
    """Return why nothing is to use a column; empty where something is."""
    if not column.heading.strip():
        return "it has no heading"
    if column.column.identifies:
        return f"identifies people: {column.column.identifies}"
    if column.identifying:
        return f"may identify people: {column.identifying}"
    if column.heading == file.columns[0].heading and numbers_rows(column.counted.cells):
        return "it numbers the rows of the file, one after the other"
    if not column.type:
        return column.why
    primary = answers.primary
    named = primary is not None and primary.file == file.file.name
    if not (named and column.heading in primary.columns.values()) and _same_as_arm(
        column, answers.arm
    ):
        return f"it has one value in each arm, and says the same as `{answers.arm.heading}`"
    counts = column.counted.without(column.gone)
    if column.type == "text" and len(counts) == sum(counts.values()) > 4:
        return "each cell is another text, as in a name or a number of each row"
    if (
        column.type == "integer"
        and names_participants(column.heading)
        and len(counts) == sum(counts.values()) > 8
    ):
        return "it numbers the rows, and another column names the participants"
    return ""


def _same_as_arm(column: Judged, arm: Judged) -> bool:
    """Return whether a column of the same rows has one value in each arm, another in another."""
    if len(column.counted.cells) != len(arm.counted.cells):
        return False
    of: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for text, cell in zip(column.counted.cells, arm.counted.cells, strict=True):
        if text and cell and text not in column.gone and cell not in arm.gone:
            code = folded(cell)
            counts[code] += 1
            if of.setdefault(code, folded(text)) != folded(text):
                return False
    arms = {folded(code) for code in arm.codes or arm.counted.without(arm.gone)}
    return of.keys() == arms and len({*of.values()}) > 1 and min(counts.values()) >= FEWEST


def _wide_parts(
    file: JudgedFile,
    shape: Shape,
    usable: list[Judged],
    answers: Answers,
    main: bool,
    stems: set[str],
) -> list:
    times, of = _times(shape, usable)
    primary = answers.primary
    is_here = primary is not None and primary.file == file.file.name and not primary.long
    outcome = list(primary.columns.values()) if is_here else []
    groups: dict[str, list] = {}
    for each in usable:
        heading = each.heading
        if heading in of:
            time, stem = of[heading]
            key = _time_id(time, times)
            groups.setdefault(key, []).append(
                (heading, stem if stem == heading else f"{stem} {time}", _label(each, stem))
            )
        elif heading in outcome:
            groups.setdefault(FOLLOW_UP, []).append((heading, each.name, _label(each)))
        elif value_before(each.name, stems) or is_of_baseline(each.name):
            groups.setdefault("baseline", []).append((heading, each.name, _label(each)))
        else:
            groups.setdefault(UNDATED, []).append((heading, each.name, _label(each)))
    found = []
    for key in ["baseline", *(_time_id(time, times) for time in times), FOLLOW_UP, UNDATED]:
        if columns := groups.pop(key, None):
            found.append((_form_head(key, times), columns))
    return _without_repeats(found)


def _label(column: Judged, stem: str = "") -> str:
    """Return what readers call a column: the file's own label, or its name without the time."""
    name = stem if re.search(r"[^\W\d_]", stem) else column.name
    return column.column.label or name


def _without_repeats(parts: list) -> list:
    """Return the parts, what is to be checked of several of them alike said at the first."""
    said: set[str] = set()
    for (_, _, _, _, _, notes), _ in parts:
        notes[:] = [note for note in notes if note not in said]
        said |= set(notes)
    return parts


def value_before(heading: str, stems: set[str]) -> str:
    """Return the measure of another file whose value at baseline a heading is; else nothing."""
    for stem in sorted(stems):
        rest = heading[len(stem) :] if heading.casefold().startswith(stem.casefold()) else ""
        if rest and is_baseline(rest.strip(" ._-")):
            return stem
    return ""


def _form_head(key: str, times: list[str]) -> tuple:
    """Return (id, label, timepoint, where, why, notes) of a form of a wide file."""
    if key == "baseline":
        return key, "Baseline", key, {}, "measured at or before the allocation", []
    if key == FOLLOW_UP:
        note = "The file does not say when the outcome was measured: name the timepoint."
        return key, "Follow-up", key, {}, "the outcome, after the allocation", [note]
    if key == UNDATED:
        return key, UNDATED_LABEL, key, {}, *_undated()
    time = next(each for each in times if _time_id(each, times) == key)
    label = f"Time {time}" if number_of(time) is not None else time[0].upper() + time[1:]
    notes = []
    if number_of(time) is not None:
        shown = ", ".join(each for each in times if number_of(each) is not None)
        notes = [
            f"The headings end in {shown} and name no unit: where these are times, write days,"
            " weeks or months into the labels; where they are none, move the lines of their forms."
        ]
    elif times.index(time) == 0 and (" " not in time or not time.split()[1].isdigit()):
        notes = [f"Where {time} lies before the allocation, write `timepoint: baseline`."]
    return key, label, key, {}, "measured then, as its headings say", notes


def _undated() -> tuple[str, list[str]]:
    """Return why columns are in the form of those without a time, and what to do with them."""
    return "no heading says when these were measured, so they are not in the baseline table", [
        "Move the lines of what was measured before the allocation to `baseline`, all others to"
        " the form of their timepoint."
    ]


def _time_id(time: str, times: list[str]) -> str:
    return "baseline" if is_baseline(time, times.index(time) == 0) else slug(time, "time") or "time"


def _times(shape: Shape, usable: list[Judged]) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """Return the timepoints in order, and {heading: (timepoint, stem)}.

    A single column whose heading ends like those of a measure is of its timepoint.
    """
    shown: dict[str, str] = {}
    for measure in shape.repeated:
        for time, heading in measure.columns.items():
            shown.setdefault(time, heading)
    times = in_order(shown)
    of = {}
    for measure in shape.repeated:
        for time, heading in measure.columns.items():
            of[heading] = (time, measure.stem)
    for time, heading in find_visit_dates([each.column for each in usable], shape.repeated).items():
        if time in times:
            of.setdefault(heading, (time, heading))
    for each in usable:
        for time in times:
            ending = re.fullmatch(
                rf"(.*?[^\W\d_])[ ._-]+{re.escape(time)}", each.name, re.IGNORECASE
            )
            if each.heading not in of and ending:
                of[each.heading] = (time, ending[1])
        if each.heading not in of and (single := time_of(each.name)):
            of[each.heading] = (single[1].label, single[0])
            shown.setdefault(single[1].label, each.heading)
    return in_order(shown), of


def _long_parts(file: JudgedFile, shape: Shape, usable: list[Judged], main: bool) -> list:
    long = shape.long
    assert long is not None
    column = long.timepoint_column
    constant = [each for each in usable if each.heading in long.constant]
    varying = [each for each in usable if each.heading not in long.constant]
    found = []
    first = fullest_time(file, shape)
    where, before = {column: [first]}, ""
    for known, head in (
        (True, ("baseline", "Baseline", "baseline", where, "at or before the allocation", [])),
        (False, (UNDATED, UNDATED_LABEL, UNDATED, where, *_undated())),
    ):
        same = [each for each in constant if is_of_baseline(each.name) == known]
        if same:
            found.append((head, [(each.heading, each.name, _label(each)) for each in same]))
            before = "baseline" if known else before
    for n, time in enumerate(long.timepoints):
        key = "baseline" if is_baseline(time, n == 0) else slug(time, "time") or f"time_{n + 1}"
        label = f"Time {time}" if number_of(time) is not None else time
        columns = [(each.heading, f"{each.name} {time}", _label(each)) for each in varying]
        if key == before == "baseline" and first == time:
            found[0][1].extend(columns)
            continue
        form_id = "baseline_visit" if key == before else key
        notes = []
        if n == 0 and key != "baseline":
            notes = [f"Where {time} lies before the allocation, write `timepoint: baseline`."]
        head = (form_id, label, key, {column: [time]}, f"the rows of {time}", notes)
        found.append((head, columns))
    return _without_repeats(found)


def fullest_time(file: JudgedFile, shape: Shape) -> str:
    """Return the timepoint at which most participants have a row; of several, the first."""
    long = shape.long
    assert long is not None
    cells = Counter(Counted(file.column(long.timepoint_column).column, file.totals).cells)
    return max(long.timepoints, key=lambda time: (cells[time], -long.timepoints.index(time)))


def dated_column(main: JudgedFile) -> str:
    """Return the one column of dates whose heading says that it is the day of the allocation."""
    dates = [c.heading for c in main.columns if c.type == "date" and ALLOCATED_ON.search(c.heading)]
    return dates[0] if len(dates) == 1 else ""
