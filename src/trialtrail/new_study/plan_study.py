"""Make the draft of a study from its files and what people said of it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.exports.normalise import folded
from trialtrail.exports.read import ROW_NUMBER
from trialtrail.new_study.answers import SEVERAL, Answers, Shape
from trialtrail.new_study.candidates import arm_values, shared_id
from trialtrail.new_study.counted import Counted
from trialtrail.new_study.draft import (
    ArmDraft,
    Column,
    Draft,
    ExportDraft,
    Form,
    Ignored,
    OutcomeDraft,
)
from trialtrail.new_study.identifying import why_identifying
from trialtrail.new_study.instruments import find_instruments
from trialtrail.new_study.judged import Judged, JudgedFile, distinct, slug
from trialtrail.new_study.missing_seen import number_of
from trialtrail.new_study.repeated import find_long, find_repeated, find_visit_dates
from trialtrail.new_study.timepoint_words import is_baseline
from trialtrail.new_study.words import ALLOCATED_ON, names_participants

TABLES = (
    *("screening", "participants", "contacts", "providers", "assignments", "provider_hours"),
    *("training", "interviews", "transcripts", "codebook", "segments", "quotations", "pseudonyms"),
    *("quotation_edits", "disclosure_decisions", "questionnaire", "answer_codings", "published"),
)
"""Names of tables, which no form can have."""
TAKEN = ("participant_id", "completed_on", "instance", "arm", "randomised_on", "timepoint")
"""Names that no variable is to have."""
AT_BASELINE = re.compile(
    r"(?<![^\W_])(?:age|alter|sex|gender|geschlecht|height|größe|groesse|grösse|weight|gewicht|bmi|smok\w*"
    r"|rauch\w*|educat\w*|ethnic\w*|race|site|cent(?:re|er)|zentrum|klinik|hospital|edad|sexo|âge|sexe"
    r"|age_\w+|baseline\w*|history|beruf|marital|familienstand)(?![^\W_])",
    re.IGNORECASE,
)
"""Headings of what does not change in a trial, or says by itself that it was measured at baseline."""
FOLLOW_UP, UNDATED = "follow_up", "time_not_known"
ACTIONS = {
    "type": "cells that are not of the type of their column",
    "ambiguous": "cells that can be read in two ways",
    "arm": "rows without an arm",
    "key": "rows of a participant who is there twice",
}
"""Rules that stop a run unless the study says otherwise, and what breaks them."""


def plan_study(files: list[JudgedFile], answers: Answers, title: str, folder: Path) -> Draft:
    """Return the draft of a study.

    Args:
        files: the files with their columns judged.
        answers: what people said.
        title: of the report.
        folder: the folder of the study, from which the paths of files are seen.
    """
    main, shape = files[answers.main], answers.shapes[answers.main]
    _check_rows(main, shape)
    draft = Draft(
        title,
        [_export(file, folder) for file in files],
        _arms(answers),
        main.file.name,
        shape.id_column,
        answers.arm.heading,
        answers.id_why,
    )
    draft.outside = any(
        each.file.startswith("..") or os.path.isabs(each.file) for each in draft.exports
    )
    draft.missing = _general_missing(files)
    draft.arm_missing = _own_missing(answers.arm, draft.missing)
    _add_forms(draft, files, answers)
    _add_dated(draft, main)
    _add_outcomes(draft, files, answers)
    _add_rows(draft, main, answers)
    _foresee(draft, files, answers)
    for file, shape in zip(files, answers.shapes, strict=True):
        for known in find_instruments([each.column for each in file.columns]):
            scored = "trialtrail can score it" if known.scored else "trialtrail does not score it"
            draft.instruments.append(f"{known.label}: {known.why}; {scored}.")
    return draft


def _check_rows(main: JudgedFile, shape: Shape) -> None:
    """Refuse a file of several rows a participant that nothing tells apart.

    Raises:
        StudyError: many participants have several rows, and no column says which is which.
    """
    column = main.column(shape.id_column)
    if column is None or shape.long or shape.redcap:
        return
    counts = column.counted.counts
    if sum(n > 1 for n in counts.values()) >= SEVERAL * len(counts):
        raise StudyError(
            f"Participants have several rows, and no column says which of them is which, if"
            f" `{shape.id_column}` names them",
            where=Path(main.file.path).name,
            rule="new",
            remedy="name another column by --id, or give the file a column of visits or of numbers",
        )


def _export(file: JudgedFile, folder: Path) -> ExportDraft:
    path = Path(os.path.relpath(Path(file.file.path).resolve(), folder.resolve())).as_posix()
    keys = []
    for key, value in file.file.export.items():
        if key in ("dictionary", "events"):
            value = Path(os.path.relpath(Path(value).resolve(), folder.resolve())).as_posix()
        keys.append((key, value, ""))
    dates = file.dates
    if dates.forms:
        keys.append(("dates", dates.forms[0] if len(dates.forms) == 1 else dates.forms, dates.why))
    if dates.months:
        keys.append(("months", dates.months, "the language of the names of months"))
    if dates.last_year is not None:
        keys.append(("last_year", dates.last_year, ""))
    if file.decimal:
        keys.append(("decimal", file.decimal, "numbers have a comma, and none has a point"))
    draft = ExportDraft(file.file.name, path, keys)
    draft.notes = [*file.file.notes, *(_check(doubt) for doubt in dates.doubts)]
    return draft


def _check(text: str) -> str:
    """Return a sentence as one that somebody has to look at."""
    return f"To check: {text[0].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def _arms(answers: Answers) -> list[ArmDraft]:
    arm = answers.arm
    values = arm_values(arm)
    order = [answers.reference, *(code for code in values if code != answers.reference)]
    labels = {code: arm.column.value_labels.get(code, "") or _bare(code) for code in order}
    ids = distinct([slug(labels[code], "arm") or f"arm_{n}" for n, code in enumerate(order, 1)])
    spellings = arm.spellings or arm.counted.spellings(arm.gone)
    return [
        ArmDraft(
            name,
            labels[code] if number_of(labels[code]) is None else f"Arm {labels[code]}",
            code,
            values[code],
            spellings.get(code, {}),
        )
        for name, code in zip(ids, order, strict=True)
    ]


def _bare(code: str) -> str:
    match = re.fullmatch(r"[0-9]{1,2}[ _.:=-]+(\S.*)", code)
    return match[1] if match else code


def _general_missing(files: list[JudgedFile]) -> dict[str, str]:
    """Return the words that mean no value wherever they stand, each with how many cells."""
    cells: Counter[str] = Counter()
    elsewhere: set[str] = set()
    for file in files:
        for each in file.columns:
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


def _own_missing(column: Judged, general: Iterable[str]) -> list[str]:
    """Return the texts that mean no value in a column and not in all."""
    return [
        each.text
        for each in column.missing
        if each.sure and each.text not in general and each.text not in column.column.missing
    ]


def _add_forms(draft: Draft, files: list[JudgedFile], answers: Answers) -> None:
    used_ids: set[str] = set()
    forms: dict[tuple[str, str], Form] = {}
    order = [answers.main, *(n for n in range(len(files)) if n != answers.main)]
    for n in order:
        file, shape, export = files[n], answers.shapes[n], draft.exports[n]
        stems = {
            heading
            for other in answers.shapes
            if other.long and other.long.timed and other is not shape
            for heading in other.long.varying
        }
        if shape.redcap:
            for form in _redcap_forms(file, shape, answers, forms):
                forms[form.id, file.file.name] = form
            continue
        if n != answers.main and not _joined(draft, files, answers, n):
            continue
        shape = answers.shapes[n]
        parts = _parts(file, shape, answers, n == answers.main, export, stems)
        for (form_id, label, timepoint, where, why, notes), columns in parts:
            key = (form_id, file.file.name)
            if key not in forms:
                name = _form_name(form_id, forms)
                form = Form(name, label, timepoint, file.file.name, shape.id_column, where=where)
                form.why, form.notes = why, list(notes)
                forms[key] = form
            for heading, name in columns:
                judged = file.column(heading)
                variable = _variable_name(name, used_ids)
                forms[key].columns.append(
                    Column(variable, judged, judged.column.label or judged.name)
                )
        if n != answers.main and not (shape.long and shape.long.timed) and not _once(file, shape):
            for form in forms.values():
                if form.export == file.file.name:
                    form.repeats = shape.long.timepoint_column if shape.long else ROW_NUMBER
                    form.timepoint = "at_any_time"
                    numbered = f"`{form.repeats}`" if shape.long else "the number of the row"
                    form.why = (
                        f"a participant has several rows in this file, told apart by {numbered}"
                    )
                    form.notes = []
    draft.forms = [form for form in forms.values() if form.columns or form.redcap]
    for n, export in enumerate(draft.exports):
        if (
            n != answers.main
            and export.used
            and not any(f.export == export.name for f in draft.forms)
        ):
            export.used, export.why_not = False, "none of its columns can be used as a variable"


def _redcap_forms(file: JudgedFile, shape: Shape, answers: Answers, forms: dict) -> list[Form]:
    """Return a form for each instrument at each of its events."""
    project = shape.redcap
    assert project is not None
    several = Counter(each.instrument for each in project.forms)
    primary = answers.primary
    has_events = any(each.events for each in project.forms)
    names = [each.instrument for each in project.forms]
    holding = [
        each.instrument
        for each in project.forms
        if primary and any(item["column"] in primary.columns.values() for item in each.variables)
    ]
    found: list[Form] = []
    at_baseline: set[str] = set()
    for each in project.forms:
        name = (
            each.instrument if several[each.instrument] == 1 else f"{each.instrument}_{each.time}"
        )
        name = slug(name, "form") or "form"
        known = [form.id for form in forms.values()] + [form.id for form in found]
        name = distinct([*known, f"{name}_form" if name in TABLES else name])[-1]
        early = each.baseline
        if not has_events:
            early = bool(holding) and names.index(each.instrument) < names.index(holding[0])
        early = early and each.instrument not in at_baseline and not each.repeats
        time = "baseline" if early else slug(each.time, "time") or FOLLOW_UP
        at_baseline |= {each.instrument} if early else set()
        form = Form(name, _label(each.instrument), time, file.file.name, project.record)
        if each.time and several[each.instrument] > 1:
            form.label = f"{form.label}, {each.time.replace('_', ' ')}"
        form.redcap = {"export": file.file.name, "instrument": each.instrument}
        if each.events:
            form.redcap["events"] = each.events
        if each.repeats:
            form.redcap["repeats"] = each.repeats
        if not has_events:
            form.notes.append(
                "The project has no events: say at which timepoint this was filled in."
            )
        form.time_in_file = each.time
        dated = _dated(file)
        other = [item["column"] for item in each.variables]
        form.fields = [name for name in other if name not in (answers.arm.heading, dated)]
        if len(form.fields) < len(other):
            fields = [re.sub("___.*", "", name) for name in form.fields]
            form.redcap["fields"] = list(dict.fromkeys(fields))
        if form.fields:
            found.append(form)
    return found


def _once(file: JudgedFile, shape: Shape) -> bool:
    column = file.column(shape.id_column)
    return column is None or max(column.counted.counts.values(), default=1) == 1


def _joined(draft: Draft, files: list[JudgedFile], answers: Answers, n: int) -> bool:
    """Return whether a further file names the participants of the first, and note its column."""
    found = shared_id(files[answers.main], draft.id_column, files[n].file)
    if not found:
        draft.exports[n].used = False
        draft.exports[n].why_not = f"no column has the ids that `{draft.id_column}` has"
        return False
    if found != answers.shapes[n].id_column:
        long = find_long(files[n].file, found)
        long = long if long and long.timepoint_column else None
        usable = [c.column for c in files[n].columns if c.type and c.heading != found]
        answers.shapes[n] = Shape(found, [] if long else find_repeated(usable), long)
    return True


def _form_name(wanted: str, forms: dict) -> str:
    name = f"{wanted}_form" if wanted in TABLES else wanted
    return distinct([*(form.id for form in forms.values()), name])[-1]


def _variable_name(name: str, used: set[str]) -> str:
    plain = slug(name, "v") or "variable"
    plain = f"{plain}_value" if plain in TAKEN or plain.endswith(("_bound", "_until")) else plain
    other, n = plain, 2
    while other in used:
        other, n = f"{plain}_{n}", n + 1
    used.add(other)
    return other


def _parts(
    file: JudgedFile,
    shape: Shape,
    answers: Answers,
    main: bool,
    export: ExportDraft,
    stems: set[str],
) -> list:
    """Return the columns of a file by form: ((id, label, timepoint, where, why, notes), columns)."""
    skipped = {shape.id_column} | ({answers.arm.heading} if main else set())
    if shape.long:
        skipped.add(shape.long.timepoint_column)
    usable = []
    for each in file.columns:
        if each.heading in skipped:
            continue
        if why := _why_ignored(each, answers, file):
            export.ignored.append(Ignored(each.heading, why, each.doubts if not each.type else []))
        else:
            usable.append(each)
    if shape.long and (shape.long.timed or main):
        return _long_parts(file, shape, usable, main)
    if shape.long:
        head = (slug(file.file.name, "form") or "rows", _label(file.file.name), "at_any_time", {})
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
        elif _before(each.name, stems):
            groups.setdefault("baseline", []).append((heading, each.name))
        elif AT_BASELINE.search(heading) or ALLOCATED_ON.search(heading):
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


def _before(heading: str, stems: set[str]) -> str:
    """Return the measure of another file of which a heading is the value at baseline; else nothing."""
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
        note = "When the outcome was measured does not stand in the file: name the timepoint."
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
    first = _fullest_time(file, shape)
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


def _fullest_time(file: JudgedFile, shape: Shape) -> str:
    """Return the timepoint at which most participants have a row; of several, the first."""
    long = shape.long
    assert long is not None
    cells = Counter(Counted(file.column(long.timepoint_column).column, file.totals).cells)
    return max(long.timepoints, key=lambda time: (cells[time], -long.timepoints.index(time)))


def _add_dated(draft: Draft, main: JudgedFile) -> None:
    """Take the day of the allocation where one column of dates is called so."""
    draft.dated = _dated(main)
    if not draft.dated:
        return
    draft.dated_missing = _own_missing(main.column(draft.dated), draft.missing)
    for form in draft.forms:
        if form.export == draft.main:
            form.columns = [each for each in form.columns if each.judged.heading != draft.dated]
    draft.forms = [form for form in draft.forms if form.columns or form.redcap]


def _dated(main: JudgedFile) -> str:
    """Return the one column of dates whose heading says that it is the day of the allocation."""
    dates = [c.heading for c in main.columns if c.type == "date" and ALLOCATED_ON.search(c.heading)]
    return dates[0] if len(dates) == 1 else ""


def _add_outcomes(draft: Draft, files: list[JudgedFile], answers: Answers) -> None:
    primary = answers.primary
    places = {
        (form.export, column.judged.heading, form.id): (form, column)
        for form in draft.forms
        for column in form.columns
    }
    if primary is not None:
        measured = []
        unit = ""
        for form, column in places.values():
            heading = column.judged.heading
            before = primary.long and form.timepoint == "baseline" and column.judged.is_number
            if before and form.export != primary.file and _before(heading, {primary.name}):
                column.notes.append("its heading says that it is the outcome at baseline")
            elif form.export != primary.file or heading not in primary.columns.values():
                continue
            measured.append((form.timepoint, form.id, column.id))
            unit = unit or column.judged.unit
            if not primary.kind:
                column.type = "boolean"
                column.codes = {
                    code: str(value) == answers.event for code, value in column.judged.codes.items()
                }
                column.notes.append(f"You said that `{answers.event}` is the event.")
        measured += [
            (form.timepoint, form.id, heading)
            for form in draft.forms
            for heading in dict.fromkeys(primary.columns.values())
            if form.redcap and form.export == primary.file and heading in form.fields
            if "repeats" not in form.redcap
        ]
        at = next((t for t, f, _ in measured if _is_time(draft, f, answers.timepoint)), "")
        later = {time for time, _, _ in measured if time != "baseline"}
        name = slug(primary.name, "outcome") or "outcome"
        draft.primary = OutcomeDraft(
            name,
            _label(primary.name),
            primary.kind or "binary",
            unit,
            measured,
            at if len(later) > 1 else "",
        )
    for file, shape in zip(files, answers.shapes, strict=True):
        for measure in shape.repeated:
            if (
                primary is not None
                and measure.stem == primary.name
                and primary.file == file.file.name
            ):
                continue
            measured = [
                (form.timepoint, form.id, column.id)
                for form, column in places.values()
                if form.export == file.file.name
                and column.judged.heading in measure.columns.values()
                and (column.judged.is_number or column.judged.is_yes_no)
            ]
            kinds = {
                column.judged.is_number
                for form, column in places.values()
                if column.judged.heading in measure.columns.values()
                and form.export == file.file.name
            }
            if len(measured) == len(measure.columns) and len(kinds) == 1:
                kind = "continuous" if kinds.pop() else "binary"
                name = slug(measure.stem, "outcome") or "outcome"
                draft.others.append(OutcomeDraft(name, _label(measure.stem), kind, "", measured))


def _label(text: str) -> str:
    words = text.replace("_", " ").strip()
    return words[0].upper() + words[1:] if words else text


def _is_time(draft: Draft, form_id: str, time: str) -> bool:
    form = next(each for each in draft.forms if each.id == form_id)
    return bool(time) and (
        time in next(iter(form.where.values()), [])
        or form.time_in_file == time
        or form.timepoint in (slug(time, "time"), time)
    )


def _add_rows(draft: Draft, main: JudgedFile, answers: Answers) -> None:
    """Say which rows of the file are participants, where some are none."""
    shape = answers.shapes[answers.main]
    if shape.redcap:
        draft.where, draft.where_why = dict(shape.redcap.where), "the rows that have the arm"
        return
    if shape.long:
        time = _fullest_time(main, shape)
        draft.where = {shape.long.timepoint_column: [time]}
        draft.where_why = "one row of each participant"
        return
    arm = answers.arm
    blank = sum(1 for cell in arm.counted.cells if not cell or cell in arm.gone)
    if main.totals and not blank:
        draft.where = {draft.arm_column: [each.code for each in draft.arms]}
        rows = "a row at the end sums" if len(main.totals) == 1 else "rows at the end sum"
        draft.where_why = (
            f"{rows} up the others and is no participant"
            if len(main.totals) == 1
            else f"{rows} up the others and are no participants"
        )
        for form in draft.forms:
            if form.export == draft.main and not form.where:
                form.where = dict(draft.where)


def _foresee(draft: Draft, files: list[JudgedFile], answers: Answers) -> None:
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
