"""The forms of a study, from all of its files."""

from __future__ import annotations

from trialtrail.exports.read import ROW_NUMBER
from trialtrail.new_study.asking.answers import Answers, Shape
from trialtrail.new_study.asking.candidates import shared_id
from trialtrail.new_study.columns.judgement import JudgedFile
from trialtrail.new_study.measures.repeated import find_long, find_repeated
from trialtrail.new_study.planning.draft import Column, Draft, Form
from trialtrail.new_study.planning.form_names import form_name, variable_name
from trialtrail.new_study.planning.form_parts import parts_of
from trialtrail.new_study.planning.project_forms import redcap_forms


def add_forms(draft: Draft, files: list[JudgedFile], answers: Answers) -> None:
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
            for form in redcap_forms(file, shape, answers, forms):
                forms[form.id, file.file.name] = form
            continue
        if n != answers.main and not _joined(draft, files, answers, n):
            continue
        shape = answers.shapes[n]
        parts = parts_of(file, shape, answers, n == answers.main, export, stems)
        for (form_id, label, timepoint, where, why, notes), columns in parts:
            key = (form_id, file.file.name)
            if key not in forms:
                name = form_name(form_id, forms)
                form = Form(name, label, timepoint, file.file.name, shape.id_column, where=where)
                form.why, form.notes = why, list(notes)
                forms[key] = form
            for heading, name, label in columns:
                judged = file.column(heading)
                variable = variable_name(name, used_ids)
                forms[key].columns.append(Column(variable, judged, label))
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
