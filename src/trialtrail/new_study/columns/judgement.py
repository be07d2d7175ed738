"""What a column of a file holds, and a whole file, as far as they tell by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from trialtrail.new_study.columns.counted import Counted
from trialtrail.new_study.columns.file_dates import FileDates
from trialtrail.new_study.columns.identifying import why_identifying
from trialtrail.new_study.columns.missing_seen import MissingCode
from trialtrail.new_study.files.seen import SeenColumn, SeenFile

TYPES_OF_NUMBERS = ("integer", "number", "censored")


@dataclass
class Judged:
    """What a column holds, as far as its file and its cells tell.

    Attributes:
        column: what was seen of it.
        counted: its cells, without rows that sum up others.
        type: a type of the configuration; empty where the column is to be ignored.
        name: its heading without the unit.
        unit: its unit, empty where none is known.
        codes: {code: value} of a category or of yes and no.
        spellings: {code: {spelling: cells}}.
        labels: {value: label} where the file gives them.
        missing: texts that mean, or may mean, no value.
        why: why it is of that type, or why it is ignored; a sentence without its end.
        doubts: what somebody should look at, in whole sentences.
        faults: rules that some of its cells break when they are read so, and how many do.
    """

    column: SeenColumn
    counted: Counted
    type: str = ""
    name: str = ""
    unit: str = ""
    codes: dict[str, object] = field(default_factory=dict)
    spellings: dict[str, dict[str, int]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    missing: list[MissingCode] = field(default_factory=list)
    why: str = ""
    doubts: list[str] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """The heading as the configuration has to name it."""
        return self.column.name

    @property
    def gone(self) -> tuple[str, ...]:
        """The texts that surely mean no value."""
        return tuple(each.text for each in self.missing if each.sure)

    @cached_property
    def identifying(self) -> str:
        """Why it identifies people; empty where nothing shows that it does."""
        return why_identifying(self.column)

    @property
    def values(self) -> list[str]:
        """The values that its codes stand for, once each."""
        return list(dict.fromkeys(str(value) for value in self.codes.values()))

    @property
    def is_number(self) -> bool:
        """Whether it is one whose mean may be compared."""
        return self.type in TYPES_OF_NUMBERS

    @property
    def is_yes_no(self) -> bool:
        """Whether each cell says yes or no."""
        return self.type == "boolean"


@dataclass
class JudgedFile:
    """A file with its columns judged.

    Attributes:
        file: what was seen of it.
        columns: one entry a column, in their order.
        dates: how its dates are written.
        decimal: the decimal sign that the configuration should give; empty where none is needed.
        totals: numbers of the rows, from 0, that sum up the others.
    """

    file: SeenFile
    columns: list[Judged]
    dates: FileDates
    decimal: str = ""
    totals: tuple[int, ...] = ()

    def column(self, heading: str) -> Judged | None:
        """Return the column of that heading; None where there is none."""
        return next((each for each in self.columns if each.heading == heading), None)
