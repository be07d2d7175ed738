"""What a project of a program for qualitative analysis holds, whichever program wrote it.

Things refer to each other by ``guid``, the identifier in the file; names are what people gave, and
two things may have one name. Offsets are texts of whole numbers, **as the program counts them**.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from trialtrail.exports.export import OddSource
from trialtrail.exports.projects.account import Account

TEXT, WHOLE, PDF_TEXT, TRANSCRIPT = "text", "whole_source", "pdf_text", "transcript"
"""Kinds of codings that have a place in a text."""
UNNAMED = "unnamed"
"""The coder of codings that name none."""


@dataclass
class Code:
    """A code, or a group of codes that cannot itself be given (``codable`` false)."""

    guid: str
    name: str
    parent: str = ""
    codable: bool = True
    definition: str = ""


@dataclass
class Source:
    """A source: what was read or heard. ``text`` is None where the file has none, and ``why``."""

    guid: str
    name: str
    kind: str = TEXT
    text: str | None = None
    why: str = ""
    where: str = ""


@dataclass
class Coding:
    """One code that one coder gave to one stretch of the text of a source."""

    source: str
    code: str
    start: str
    end: str
    kind: str = TEXT
    coder: str = UNNAMED
    selected: str = ""
    coded_on: str = ""
    memo: str = ""
    guid: str = ""


@dataclass
class Case:
    """A case, and one of the stretches or sources that belong to it (none: the case alone)."""

    name: str
    guid: str
    source: str = ""
    start: str = ""
    end: str = ""
    description: str = ""


@dataclass
class Value:
    """A value of a variable of a case or a source; the variable alone where nothing has it."""

    variable: str
    type: str = ""
    of: str = ""
    name: str = ""
    source: str = ""
    value: str = ""
    guid: str = ""


@dataclass
class Memo:
    """What people wrote beside the texts: a note, journal, annotation or description."""

    kind: str
    text: str
    name: str = ""
    of: str = ""
    source: str = ""
    start: str = ""
    end: str = ""
    writer: str = ""
    written_on: str = ""
    guid: str = ""


@dataclass
class Member:
    """A member of a set: a code, a source or a note."""

    set: str
    guid: str
    kind: str = ""
    member: str = ""


@dataclass
class Link:
    """A link between two things of the project."""

    name: str
    origin: str
    target: str
    direction: str = ""
    guid: str = ""


@dataclass
class Project:
    """A project as it was read.

    Attributes:
        origin: the program that wrote it, as the file says.
        account: what is in the file, and what became of it.
        unplaced: (source, what was coded and why it is not read) to the number of codings.
        odd: of a sheet, what is wrong with places of the file.
        form: what the file is like, as people call it.
    """

    origin: str = "not stated"
    codes: list[Code] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    memos: list[Memo] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    account: Account = field(default_factory=Account)
    unplaced: Counter[tuple[str, str]] = field(default_factory=Counter)
    odd: dict[str, list[OddSource]] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)

    def tell(
        self, sheet: str, record: str, message: str, column: str = "", rule: str = "unread"
    ) -> None:
        """Note what is wrong with a thing of the file, for whoever reads the table ``sheet``."""
        odd = OddSource(rule, record, column, message)
        self.odd.setdefault(sheet, []).append(odd)
