"""The outcome that people named, and what else may be one."""

from __future__ import annotations

import re

from trialtrail.errors import StudyError
from trialtrail.new_study.asking.answers import Answers
from trialtrail.new_study.asking.candidates import OutcomeChoice
from trialtrail.new_study.columns.judgement import JudgedFile
from trialtrail.new_study.columns.names import slug
from trialtrail.new_study.planning.draft import Draft, OutcomeDraft
from trialtrail.new_study.planning.form_names import label_of
from trialtrail.new_study.planning.form_parts import value_before


def add_outcomes(draft: Draft, files: list[JudgedFile], answers: Answers) -> None:
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
            if before and form.export != primary.file and value_before(heading, {primary.name}):
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
        if not measured:
            raise StudyError(
                f"The outcome `{primary.name}` is in {primary.file}, and nothing of it can be used",
                where=primary.file,
                rule="an outcome is of participants: a file is joined by their ids",
                remedy=f"give the ids the form that they have in {draft.main} (001 and 1 are two),"
                " or name an outcome of another file by --primary",
            )
        at = next((t for t, f, _ in measured if _is_time(draft, f, answers.timepoint)), "")
        later = {time for time, _, _ in measured if time != "baseline"}
        name = slug(primary.name, "outcome") or "outcome"
        draft.primary = OutcomeDraft(
            name,
            label_of(_named(primary)),
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
                draft.others.append(OutcomeDraft(name, label_of(measure.stem), kind, "", measured))


def _named(primary: OutcomeChoice) -> str:
    """Return what an outcome is called: its heading or stem, where that has a word."""
    if re.search(r"[^\W\d_]", primary.name):
        return primary.name
    return " / ".join(dict.fromkeys(primary.columns.values()))


def _is_time(draft: Draft, form_id: str, time: str) -> bool:
    form = next(each for each in draft.forms if each.id == form_id)
    return bool(time) and (
        time in next(iter(form.where.values()), [])
        or form.time_in_file == time
        or form.timepoint in (slug(time, "time"), time)
    )
