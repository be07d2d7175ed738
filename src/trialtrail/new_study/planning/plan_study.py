"""Make the draft of a study from its files and what people said of it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from trialtrail.new_study.asking.answers import Answers, Shape
from trialtrail.new_study.asking.candidates import arm_values
from trialtrail.new_study.columns.judged import words_of_codes
from trialtrail.new_study.columns.judgement import Judged, JudgedFile
from trialtrail.new_study.columns.missing_seen import number_of
from trialtrail.new_study.columns.names import distinct, slug
from trialtrail.new_study.measures.instruments import find_instruments
from trialtrail.new_study.measures.known_instrument import KnownInstrument
from trialtrail.new_study.planning.draft import ArmDraft, Draft, ExportDraft
from trialtrail.new_study.planning.foreseen import add_rows, foresee, general_missing, own_missing
from trialtrail.new_study.planning.form_parts import dated_column
from trialtrail.new_study.planning.study_forms import add_forms
from trialtrail.new_study.planning.study_outcomes import add_outcomes


def plan_study(files: list[JudgedFile], answers: Answers, title: str, folder: Path) -> Draft:
    """Return the draft of a study.

    Args:
        files: the files with their columns judged.
        answers: what people said.
        title: of the report.
        folder: the folder of the study, from which the paths of files are seen.
    """
    main, shape = files[answers.main], answers.shapes[answers.main]
    draft = Draft(
        title,
        [_export(file, folder) for file in files],
        _arms(answers, main),
        main.file.name,
        shape.id_column,
        answers.arm.heading,
        answers.id_why,
    )
    draft.outside = any(
        each.file.startswith("..") or os.path.isabs(each.file) for each in draft.exports
    )
    draft.missing = general_missing(files, answers)
    draft.arm_missing = own_missing(answers.arm, draft.missing)
    add_forms(draft, files, answers)
    _add_dated(draft, main)
    add_outcomes(draft, files, answers)
    add_rows(draft, main, answers)
    foresee(draft, files, answers)
    known = [one for file in files for one in find_instruments([c.column for c in file.columns])]
    draft.instruments = _told(known)
    _call_by_acronym(draft, known)
    return draft


def _told(known: list[KnownInstrument]) -> list[str]:
    """Return a line for each instrument, once where it was answered several times."""
    found: dict[tuple[str, str], list[KnownInstrument]] = {}
    for one in known:
        found.setdefault((one.label, one.why), []).append(one)
    lines = []
    for (label, why), of in found.items():
        scored = "trialtrail can score it" if of[0].scored else "trialtrail does not score it"
        times = f", at {len(of)} timepoints" if len(of) > 1 else ""
        lines.append(f"{label}{times}: {why}; {scored}.")
    return lines


def _call_by_acronym(draft: Draft, known: list[KnownInstrument]) -> None:
    """Write the short name of a known score as it is written: BDI, where the heading has bdi."""
    short = {}
    for one in known:
        if set(one.columns) == {"total"} and (match := re.search(r"\(([A-Z0-9-]+)\)", one.label)):
            short[one.columns["total"]] = match[1]
    for form in draft.forms:
        for column in form.columns:
            name = short.get(column.judged.heading, "")
            if name and column.label.casefold() == name.casefold():
                column.label = name
                for outcome in (draft.primary, *draft.others):
                    if outcome and outcome.label.casefold() == name.casefold():
                        outcome.label = name


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
        shown = {",": "a comma, and none has a point", ".": "a point before their decimals"}
        keys.append(("decimal", file.decimal, f"numbers have {shown[file.decimal]}"))
    draft = ExportDraft(file.file.name, path, keys)
    draft.notes = [*file.file.notes, *(_check(doubt) for doubt in dates.doubts)]
    return draft


def _check(text: str) -> str:
    """Return a sentence as one that somebody has to look at."""
    return f"To check: {text[0].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def _people(
    main: JudgedFile, shape: Shape, arm: Judged, spellings: dict[str, list[str]]
) -> dict[str, int]:
    """Return how many participants each arm has, where they have several rows."""
    ids = main.column(shape.id_column)
    if ids is None or shape.long is None:
        return {}
    cells = zip(ids.counted.cells, arm.counted.cells, strict=True)
    who: dict[str, set] = {}
    for person, code in cells:
        who.setdefault(code or "", set()).add(person)
    return {
        code: len(set().union(*(who.get(t, set()) for t in of))) for code, of in spellings.items()
    }


def _arms(answers: Answers, main: JudgedFile) -> list[ArmDraft]:
    arm, shape = answers.arm, answers.shapes[answers.main]
    values = arm_values(arm)
    order = [answers.reference, *(code for code in values if code != answers.reference)]
    words = words_of_codes(order)
    labels = {code: arm.column.value_labels.get(code, "") or words[code] for code in order}
    ids = distinct([slug(labels[code], "arm") or f"arm_{n}" for n, code in enumerate(order, 1)])
    spellings = arm.spellings or arm.counted.spellings(arm.gone)
    people = _people(
        main, shape, arm, {code: list(spellings.get(code, {code: 0})) for code in order}
    )
    return [
        ArmDraft(
            name,
            labels[code] if number_of(labels[code]) is None else f"Arm {labels[code]}",
            code,
            people.get(code, values[code]),
            spellings.get(code, {}),
        )
        for name, code in zip(ids, order, strict=True)
    ]


def _add_dated(draft: Draft, main: JudgedFile) -> None:
    """Take the day of the allocation where one column of dates is called so."""
    draft.dated = dated_column(main)
    if not draft.dated:
        return
    draft.dated_missing = own_missing(main.column(draft.dated), draft.missing)
    for form in draft.forms:
        if form.export == draft.main:
            form.columns = [each for each in form.columns if each.judged.heading != draft.dated]
    draft.forms = [form for form in draft.forms if form.columns or form.redcap]
