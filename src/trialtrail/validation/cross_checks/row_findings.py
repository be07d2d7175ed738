"""What the checks between tables share: the findings of a check, and values looked up by a key."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from trialtrail.tables import match_positions

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class RowFindings:
    """Findings of one rule in one table: ``rows`` is a boolean mask of the rows that have one."""

    table: str
    column: str
    rule: str
    message: str
    rows: pd.Series


@dataclass(frozen=True)
class Plan:
    """What the study says that the checks go by.

    ``links`` maps table -> column -> (table, column) in which its values must occur; ``needed``
    names of each table the columns without which a record says nothing; ``forms`` and
    ``follow_up`` name the forms, and those filled in after randomisation. ``is_visit`` says which
    values of the contact log's columns make a contact one that counts, ``offered`` names the arms
    that are offered contacts, ``any_contact`` says that others have no contact of any kind.
    ``checks`` are the study's own; see the module `configured`. ``keys`` names the columns by which
    the records of each table that is no form are known. ``readers`` says who read which transcript.
    """

    links: dict[str, dict] = field(default_factory=dict)
    needed: dict[str, list[str]] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    follow_up: list[str] = field(default_factory=list)
    is_visit: dict[str, list[str]] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)
    any_contact: bool = False
    checks: list[dict] = field(default_factory=list)
    keys: dict[str, list[str]] = field(default_factory=dict)
    readers: dict[str, str | list[str]] | str | None = None


def looked_up(frame: pd.DataFrame, column: str, other: pd.DataFrame, key: str, wanted: str):
    """Return of each row of ``frame`` what the first row of ``other`` with its key has."""
    places = match_positions(frame[column], other[key])
    return pd.Series(other[wanted].array.take(places, allow_fill=True), index=frame.index)


def is_earlier(first: pd.Series, then: pd.Series) -> pd.Series:
    """Return where ``then`` lies before ``first``; unknown dates are not before anything."""
    return (then < first).fillna(False)


def counted(contacts: pd.DataFrame, is_visit: dict[str, list[str]]) -> pd.Series:
    """Return which rows of the contact log are contacts that count."""
    rows = pd.Series(True, index=contacts.index)
    for column, values in is_visit.items():
        rows &= contacts[column].isin(values).fillna(False)
    return rows
