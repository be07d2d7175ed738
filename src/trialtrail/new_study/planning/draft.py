"""A study as it will be written: its exports, arms, forms and outcome, each with why it is so."""

from __future__ import annotations

from dataclasses import dataclass, field

from trialtrail.new_study.columns.judgement import Judged


@dataclass
class Column:
    """One column that a form takes as a variable.

    Attributes:
        id: name of the variable.
        judged: what the column holds.
        label: name for readers.
        type: its type in the form, where that is not the judged one.
        codes: its codes there, likewise.
        notes: what is to be checked of it, beside the doubts of the judgement.
    """

    id: str
    judged: Judged
    label: str
    type: str = ""
    codes: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of the study.

    Attributes:
        id: its name.
        label: its name for readers.
        timepoint: when it was filled in.
        export: name of its export.
        id_column: the column that names the participants there.
        columns: its variables; none for a form of a REDCap dictionary.
        where: rows of the file that are its.
        repeats: the column that numbers several forms of a participant.
        redcap: what it is in a REDCap project.
        fields: the columns that the dictionary makes its variables of.
        time_in_file: what the file calls the timepoint.
        notes: what is to be checked of it.
        why: what is said of it in a comment.
    """

    id: str
    label: str
    timepoint: str
    export: str
    id_column: str
    columns: list[Column] = field(default_factory=list)
    where: dict[str, list[str]] = field(default_factory=dict)
    repeats: str = ""
    redcap: dict = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    time_in_file: str = ""
    notes: list[str] = field(default_factory=list)
    why: str = ""


@dataclass
class Ignored:
    """A column that nothing uses, and why."""

    heading: str
    why: str
    doubts: list[str] = field(default_factory=list)


@dataclass
class ExportDraft:
    """One raw file.

    Attributes:
        name: of its entry.
        file: its path, seen from the folder of the study.
        keys: what its entry needs to be read, with why, in their order: (key, value, comment).
        ignored: the columns that nothing uses.
        notes: what is to be known of how it is read.
        used: whether anything takes rows from it; else it is written as a comment, with its reason.
        why_not: that reason.
    """

    name: str
    file: str
    keys: list[tuple[str, object, str]] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    used: bool = True
    why_not: str = ""


@dataclass
class ArmDraft:
    """One arm: its name, what readers call it, its code in the file and how many rows have it."""

    id: str
    label: str
    code: str
    cells: int
    spellings: dict[str, int] = field(default_factory=dict)


@dataclass
class OutcomeDraft:
    """An outcome: where it was measured, one (timepoint, form, variable) a timepoint."""

    id: str
    label: str
    kind: str
    unit: str
    measured: list[tuple[str, str, str]]
    at: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass
class Draft:
    """A whole study, as it will be written.

    Attributes:
        title: of the report.
        exports: its raw files.
        arms: the reference first.
        main: name of the export that the participants are from.
        id_column: the column there that names them.
        id_why: why that column.
        arm_column: the column there that says their arm.
        arm_missing: texts of it that mean no value.
        dated: the column there with the day of the allocation; empty where none is known.
        where: rows of that file that are participants.
        where_why: why others are none.
        missing: {text: comment} of what means no value in all files.
        forms: in the order of time.
        primary: the primary outcome; None where there is none.
        others: other measures that may be outcomes, as comments.
        actions: {rule: why} of findings that are foreseen and are not to stop the run.
        outside: whether a file lies outside the folder of the study.
        instruments: lines about known instruments whose items are there.
    """

    title: str
    exports: list[ExportDraft]
    arms: list[ArmDraft]
    main: str
    id_column: str
    arm_column: str
    id_why: str = ""
    arm_missing: list[str] = field(default_factory=list)
    dated: str = ""
    dated_missing: list[str] = field(default_factory=list)
    where: dict[str, list[str]] = field(default_factory=dict)
    where_why: str = ""
    missing: dict[str, str] = field(default_factory=dict)
    forms: list[Form] = field(default_factory=list)
    primary: OutcomeDraft | None = None
    others: list[OutcomeDraft] = field(default_factory=list)
    actions: dict[str, str] = field(default_factory=dict)
    outside: bool = False
    instruments: list[str] = field(default_factory=list)
