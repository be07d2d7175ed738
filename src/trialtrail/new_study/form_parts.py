"""Which columns of a file belong to which form: by the timepoint, as far as the file tells it."""

from __future__ import annotations

import re
from collections import Counter

from trialtrail.new_study.answers import Answers, Shape
from trialtrail.new_study.counted import Counted
from trialtrail.new_study.draft import ExportDraft, Ignored
from trialtrail.new_study.form_names import label_of
from trialtrail.new_study.identifying import why_identifying
from trialtrail.new_study.judgement import Judged, JudgedFile
from trialtrail.new_study.missing_seen import number_of
from trialtrail.new_study.names import slug
from trialtrail.new_study.repeated import find_visit_dates
from trialtrail.new_study.timepoint_words import is_baseline
from trialtrail.new_study.words import ALLOCATED_ON, names_participants

AT_BASELINE = re.compile(
    r"(?<![^\W_])(?:age|alter|sex|gender|geschlecht|height|größe|groesse|grösse|weight|gewicht|bmi"
    r"|smok\w*|rauch\w*|educat\w*|ethnic\w*|race|site|cent(?:re|er)|zentrum|klinik|hospital|edad"
    r"|sexo|âge|sexe|age_\w+|baseline\w*|history|beruf|marital|familienstand)(?![^\W_])",
    re.IGNORECASE,
)
"""Headings of what does not change in a trial, or says that it was measured at baseline."""

FOLLOW_UP, UNDATED = "follow_up", "time_not_known"


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
        return [((*head, "several rows a participant", []), [(c.heading, c.name) for c in usable])]
    return _wide_parts(file, shape, usable, answers, main, stems)


def _why_ignored(column: Judged, answers: Answers, file: JudgedFile) -> str:
    """Return why nothing is to use a column; empty where something is."""
    if not column.heading.strip():
        return "it has no heading"
    if column.column.identifies:
        return f"identifies people: {column.column.identifies}"
    if why := why_identifying(column.column):
        return f"may identify people: {why}"
    if not column.type:
        return column.why
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
    headings = [each.heading for each in file.columns]
    first = min((headings.index(h) for h in outcome if h in headings), default=-1)
    groups: dict[str, list] = {}
    by_place = []
    for each in usable:
        heading = each.heading
        if heading in of:
            time, stem = of[heading]
            key = _time_id(time, times)
            groups.setdefault(key, []).append(
                (heading, stem if stem == heading else f"{stem} {time}")
            )
        elif heading in outcome:
            groups.setdefault(FOLLOW_UP, []).append((heading, each.name))
        elif (
            value_before(each.name, stems)
            or AT_BASELINE.search(heading)
            or ALLOCATED_ON.search(heading)
        ):
            groups.setdefault("baseline", []).append((heading, each.name))
        elif main and 0 <= headings.index(heading) < first:
            by_place.append(heading)
            groups.setdefault("baseline", []).append((heading, each.name))
        else:
            groups.setdefault(UNDATED, []).append((heading, each.name))
    found = []
    for key in ["baseline", *(_time_id(time, times) for time in times), FOLLOW_UP, UNDATED]:
        if columns := groups.pop(key, None):
            found.append((_form_head(key, times, by_place), columns))
    return found


def value_before(heading: str, stems: set[str]) -> str:
    """Return the measure of another file whose value at baseline a heading is; else nothing."""
    for stem in sorted(stems):
        rest = heading[len(stem) :] if heading.casefold().startswith(stem.casefold()) else ""
        if rest and is_baseline(rest.strip(" ._-")):
            return stem
    return ""


def _form_head(key: str, times: list[str], by_place: list[str]) -> tuple:
    """Return (id, label, timepoint, where, why, notes) of a form of a wide file."""
    if key == "baseline":
        notes = []
        if by_place:
            shown = ", ".join(f"`{each}`" for each in by_place)
            notes = [
                f"No heading says when {shown} was measured: the columns stand before the outcome"
                " and are taken for measured at or before the allocation."
            ]
        return key, "Baseline", key, {}, "measured at or before the allocation", notes
    if key == FOLLOW_UP:
        note = "The file does not say when the outcome was measured: name the timepoint."
        return key, "Follow-up", key, {}, "the outcome, after the allocation", [note]
    if key == UNDATED:
        note = "Move each variable to `baseline`, or to the form of its timepoint."
        why = "nothing says when these were measured, so they are not in the baseline table"
        return key, "Time of measurement not known", key, {}, why, [note]
    time = next(each for each in times if _time_id(each, times) == key)
    label = f"Time {time}" if number_of(time) is not None else time[0].upper() + time[1:]
    notes = []
    if number_of(time) is not None:
        notes = [
            f"The headings say {time} and no unit: write days, weeks or months into the label."
        ]
    elif times.index(time) == 0:
        notes = [f"Where {time} lies before the allocation, write `timepoint: baseline`."]
    return key, label, key, {}, "measured after the allocation", notes


def _time_id(time: str, times: list[str]) -> str:
    return "baseline" if is_baseline(time, times.index(time) == 0) else slug(time, "time") or "time"


def _times(shape: Shape, usable: list[Judged]) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """Return the timepoints in order, and {heading: (timepoint, stem)}.

    A single column whose heading ends like those of a measure is of its timepoint.
    """
    times: list[str] = []
    for measure in shape.repeated:
        for time in measure.columns:
            if time not in times:
                times.append(time)
    if all(number_of(time) is not None for time in times):
        times.sort(key=lambda time: number_of(time) or 0.0)
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
    return times, of


def _long_parts(file: JudgedFile, shape: Shape, usable: list[Judged], main: bool) -> list:
    long = shape.long
    assert long is not None
    column = long.timepoint_column
    constant = [each for each in usable if each.heading in long.constant]
    varying = [each for each in usable if each.heading not in long.constant]
    found = []
    first = fullest_time(file, shape)
    if constant:
        where = {column: [first]}
        why = "what is the same in all rows of a participant, taken from one of them"
        head = ("baseline", "Baseline", "baseline", where, why, [])
        found.append((head, [(each.heading, each.name) for each in constant]))
    for n, time in enumerate(long.timepoints):
        key = "baseline" if is_baseline(time, n == 0) else slug(time, "time") or f"time_{n + 1}"
        label = f"Time {time}" if number_of(time) is not None else time
        columns = [(each.heading, f"{each.name} {time}") for each in varying]
        if key == "baseline" and constant and first == time:
            found[0][1].extend(columns)
            continue
        notes = []
        if n == 0 and key != "baseline":
            notes = [f"Where {time} lies before the allocation, write `timepoint: baseline`."]
        found.append(((key, label, key, {column: [time]}, f"the rows of {time}", notes), columns))
    return found


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
