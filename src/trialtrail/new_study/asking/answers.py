"""What people said of a study, by options or on the terminal: nothing of it is ever guessed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from trialtrail.errors import StudyError
from trialtrail.exports.read import ROW_NUMBER
from trialtrail.new_study.asking.candidates import (
    IdChoice,
    OutcomeChoice,
    arm_choices,
    arm_values,
    id_choices,
    outcome_choices,
    sure_id,
)
from trialtrail.new_study.asking.design_checks import SEVERAL, check_design
from trialtrail.new_study.asking.questions import Choice, Questions
from trialtrail.new_study.columns.folding import folded
from trialtrail.new_study.columns.judgement import Judged, JudgedFile
from trialtrail.new_study.columns.words import means_yes
from trialtrail.new_study.measures.redcap_shape import RedcapShape, find_redcap, outcomes_of
from trialtrail.new_study.measures.repeated import (
    LongShape,
    RepeatedMeasure,
    find_long,
    find_repeated,
)
from trialtrail.new_study.measures.time_spellings import named_timepoint
from trialtrail.new_study.measures.timepoint_words import is_baseline

NONE = "none"
"""Answer that there is no primary outcome yet."""


@dataclass
class Shape:
    """How a file has its participants.

    Attributes:
        id_column: the column that names them, or `(row)`.
        repeated: measures that have a column a timepoint.
        long: the shape of a file with a row a timepoint; None for any other.
        redcap: the instruments of a REDCap project; None for any other file.
    """

    id_column: str
    repeated: list[RepeatedMeasure]
    long: LongShape | None
    redcap: RedcapShape | None = None


@dataclass
class Answers:
    """The answers.

    Attributes:
        main: place of the file that the participants are from.
        arm: the column of it that says the arm.
        reference: the code of the reference there.
        id_why: why the column of ids was taken.
        primary: the primary outcome; None where there is none.
        timepoint: its primary timepoint; empty where it has but one.
        event: the value that is the event of an outcome of two values.
        shapes: the shape of each file.
    """

    main: int
    arm: Judged
    reference: str
    id_why: str
    primary: OutcomeChoice | None
    timepoint: str
    event: str
    shapes: list[Shape]


@dataclass
class Given:
    """What the options of the command say; None where nothing."""

    arm: str | None = None
    reference: str | None = None
    primary: str | None = None
    timepoint: str | None = None
    event: str | None = None
    id: str | None = None


def ask(files: list[JudgedFile], given: Given, questions: Questions) -> Answers:
    """Return the answers to the questions that a study needs.

    Raises:
        StudyError: an option names nothing, or answers are lacking and nobody can be asked.
    """
    main, arm = _arm(files, given, questions)
    reference = _reference(arm, given, questions) if arm else ""
    place = 0 if main is None else main
    project = find_redcap(files[place].file, arm.heading if arm else "")
    if project is not None:
        id_column, id_why = project.record, "the first field of the dictionary"
    else:
        id_column, id_why = _id(files[place], given, questions)
    shapes = [
        _shape(file, id_column if n == place else _likely_id(file), arm.heading if arm else "")
        for n, file in enumerate(files)
    ]
    if arm is not None and project is None and id_column:
        check_design(files[place], id_column, arm, shapes[place].long)
    timepoint, event = "", ""
    primary = _primary(files, shapes, arm.heading if arm else "", given, questions)
    if primary:
        timepoint = _timepoint(primary, shapes, given, questions)
        event = _event(primary, given, questions)
    questions.check_complete()
    assert arm is not None
    return Answers(place, arm, reference, id_why, primary, timepoint, event, shapes)


def _likely_id(file: JudgedFile) -> str:
    return sure_id(id_choices(file.file, file.totals)) or file.columns[0].heading


def _shape(file: JudgedFile, id_column: str, arm: str) -> Shape:
    project = find_redcap(file.file, arm)
    if project is not None:
        return Shape(project.record, [], None, project)
    long = None
    column = file.column(id_column)
    if column is not None:
        long = find_long(file.file, id_column)
        counts = column.counted.counts
        again = sum(n > 1 for n in counts.values())
        if again < SEVERAL * len(counts) or (long and not long.timepoint_column):
            long = None  # some stand there twice by mistake, or nothing tells their rows apart
    usable = [each.column for each in file.columns if each.type and each.heading != id_column]
    return Shape(id_column, find_repeated(usable) if long is None else [], long)


def _arm(
    files: list[JudgedFile], given: Given, questions: Questions
) -> tuple[int | None, Judged | None]:
    found: list[tuple[int, Judged]] = []
    for n, file in enumerate(files):
        id_column = sure_id(id_choices(file.file, file.totals))
        found += [(n, each) for each in arm_choices(file, id_column)]
    found = [each for each in found if not each[1].identifying] or found
    several = len(files) > 1
    choices = [
        Choice(
            f"{files[n].file.name}: {each.heading}" if several else each.heading,
            ", ".join(f"{_shown(each, code)} {cells}" for code, cells in arm_values(each).items()),
        )
        for n, each in found
    ]
    wanted = given.arm
    if wanted is not None and folded(wanted) == NONE and all(c.name != wanted for c in choices):
        raise StudyError(
            "Without an arm there is no trial to compare",
            rule="--arm",
            remedy="give the file that says who was allocated to what; a study of interviews alone"
            " is written by hand (docs/qualitative.md)",
        )
    if several and wanted is not None and all(each.name != wanted for each in choices):
        of = [
            choice.name
            for choice, (_, each) in zip(choices, found, strict=True)
            if each.heading == wanted
        ]
        wanted = of[0] if len(of) == 1 else wanted
    place = questions.answer("--arm", wanted, "Which column is the arm?", choices)
    return (None, None) if place is None else found[place]


def _shown(column: Judged, code: str) -> str:
    label = column.column.value_labels.get(code, "")
    return f"{code} ({label})" if label else code


def _reference(arm: Judged, given: Given, questions: Questions) -> str:
    values = arm_values(arm)
    choices = [
        Choice(
            code,
            f"{cells} rows"
            + (f", {label}" if (label := arm.column.value_labels.get(code)) else ""),
        )
        for code, cells in values.items()
    ]
    text = f"Which value of `{arm.heading}` is the reference, with which the others are compared?"
    place = questions.answer("--reference", given.reference, text, choices)
    return "" if place is None else list(values)[place]


def _id(file: JudgedFile, given: Given, questions: Questions) -> tuple[str, str]:
    found = id_choices(file.file, file.totals)
    if given.id is None and (sure := sure_id(found)):
        if sure == ROW_NUMBER:
            return sure, "no column names the participants, so the number of the row does"
        once = next(each for each in found if each.heading == sure).once
        return sure, "its heading says so" + (" and each cell is there once" if once else "")
    named = [each for each in found if each.named] or found
    if given.id is not None:
        named = [IdChoice(each.heading, False, False) for each in file.columns]
    choices = [
        *(Choice(each.heading, "each cell is there once" if each.once else "") for each in named),
        Choice(ROW_NUMBER, "the number of the row, where no column names the participants"),
    ]
    place = questions.answer("--id", given.id, "Which column names the participants?", choices)
    return ("" if place is None else choices[place].name), "as you said"


def _primary(
    files: list[JudgedFile], shapes: list[Shape], arm: str, given: Given, questions: Questions
) -> OutcomeChoice | None:
    found: list[OutcomeChoice] = []
    for file, shape in zip(files, shapes, strict=True):
        taken = [arm, shape.id_column]
        taken += [each.heading for each in file.columns if each.identifying]
        times: list[str] = []
        varying: list[str] = []
        if shape.redcap:
            for name, (kind, columns) in outcomes_of(shape.redcap).items():
                if name not in taken:
                    found.append(OutcomeChoice(name, file.file.name, columns, kind, (), True))
            continue
        if shape.long and shape.long.timed:
            taken.append(shape.long.timepoint_column)
            times, varying = shape.long.timepoints, shape.long.varying
        found += outcome_choices(file, taken, shape.repeated, times, varying)
    again = {name for name, n in Counter(each.name for each in found).items() if n > 1}
    choices = [
        Choice(f"{each.file}: {each.name}" if each.name in again else each.name, _described(each))
        for each in found
    ]
    choices.append(Choice(NONE, "no outcome yet: nothing is estimated"))
    wanted = given.primary
    if wanted is not None and all(folded(choice.name) != folded(wanted) for choice in choices):
        of = [
            choice.name
            for choice, each in zip(choices, found, strict=False)
            if folded(wanted) in map(folded, each.columns.values())
        ]
        wanted = of[0] if len(of) == 1 else wanted
    place = questions.answer("--primary", wanted, "Which is the primary outcome?", choices)
    return None if place is None or place == len(found) else found[place]


def _described(choice: OutcomeChoice) -> str:
    what = {"continuous": "numbers", "binary": "yes or no"}.get(choice.kind, "two values")
    times = [time for time in choice.columns if time]
    return f"{what}, at {', '.join(times)}" if times else what


def _timepoint(
    primary: OutcomeChoice, shapes: list[Shape], given: Given, questions: Questions
) -> str:
    times = [time for time in primary.columns if time]
    later = [time for n, time in enumerate(times) if not is_baseline(time, n == 0)]
    if (project := next((s.redcap for s in shapes if s.redcap), None)) and primary.long:
        early = {form.time for form in project.forms if form.baseline}
        later = [time for time in times if time not in early]
    implied = _implied(primary, given)
    if given.timepoint is None and (implied or len(later) == 1):
        return implied or later[0]
    if len(times) < 2:
        if given.timepoint is not None:
            raise StudyError(
                f"`{primary.name}` has one timepoint, and --timepoint names another or the same",
                rule="--timepoint",
                remedy="leave it out",
            )
        return ""
    choices = [Choice(time) for time in (later if implied in ("", *later) and later else times)]
    text = f"Which is the primary timepoint of `{primary.name}`?"
    wanted = given.timepoint
    if project and wanted and wanted not in later:
        wanted = re.sub(r"_arm_\d+$", "", wanted)
    if wanted is not None:
        of = {choice.name: primary.columns[choice.name] for choice in choices}
        wanted = named_timepoint(wanted, of, primary.name) or wanted
        if implied and wanted in of and wanted != implied:
            raise StudyError(
                f"--primary names a column of {implied}, and --timepoint another",
                rule="--timepoint",
                remedy="leave one of them out, or name the measure by --primary",
            )
    place = questions.answer("--timepoint", wanted, text, choices)
    return "" if place is None else choices[place].name


def _implied(primary: OutcomeChoice, given: Given) -> str:
    """Return the timepoint of the one column of a repeated measure that --primary names."""
    wanted = folded(given.primary or "")
    if primary.long or wanted == folded(primary.name):
        return ""
    of = [time for time, heading in primary.columns.items() if folded(heading) == wanted]
    return of[0] if len(of) == 1 else ""


def _event(primary: OutcomeChoice, given: Given, questions: Questions) -> str:
    if primary.kind:
        _check_event(primary, given.event)
        return ""
    choices = [Choice(value) for value in primary.values]
    text = f"Which value of `{primary.name}` is the event that is counted?"
    place = questions.answer("--event", given.event, text, choices)
    return "" if place is None else choices[place].name


def _check_event(primary: OutcomeChoice, event: str | None) -> None:
    """Refuse an event that would not be the one that is counted.

    Raises:
        StudyError: the outcome has numbers, or it says yes and no and the event is not yes.
    """
    if event is None or (primary.kind == "binary" and means_yes(event)):
        return
    binary = primary.kind == "binary"
    what = "says yes and no, and yes is counted" if binary else "has numbers, and no event"
    raise StudyError(
        f"`{primary.name}` {what}: --event is not what would be done",
        rule="--event",
        remedy="leave it out" + (", and turn its codes round in the study" if binary else ""),
    )
