"""People with a theme: of those interviewed, by role, stage, and what the trial knows of them.

A person is a role and its number in the register of interviews, whatever the number of interviews.
A theme is found in a person if at least one coder gave one of its codes in one of the interviews
that are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.codebook import codebook_of, entries, of_entry, where_of
from trialtrail.qualitative.codings import INTERVIEWED, person_of, register_of
from trialtrail.qualitative.joint_display.queries import Query
from trialtrail.results.cells import nearest
from trialtrail.results.takes import KNOWN, Takes
from trialtrail.tables import read_optional, read_table

REGISTER, TRANSCRIPTS = "validated:interviews", "validated:transcripts"
SEGMENTS, TRIAL = "dataset:segments", "dataset:participants"
LIMITS = {"at_least": "ge", "more_than": "gt", "at_most": "le", "less_than": "lt"}
"""How a group limits a number -> the comparison."""
PERSON = ["role", "number"]


@dataclass(frozen=True)
class Count:
    """How many people of some have a theme, and what the count takes.

    Attributes:
        n: people in whom it was found.
        of: people who were looked at.
        counted, out_of: the rows of tables that both counts are of.
    """

    n: int
    of: int
    counted: list[Takes] = field(default_factory=list)
    out_of: list[Takes] = field(default_factory=list)


@dataclass(frozen=True)
class People:
    """Those interviewed, what was coded in their interviews, and the participants of the trial.

    Attributes:
        segments: the dataset of coded passages.
        transcripts: the validated transcripts.
        interviews: the validated register; None where the study has none: each transcript is then
            an interview with one person.
        codebook: the validated codebook; None where the study has none.
        participants: the dataset of participants; None where the study has none.
    """

    segments: pd.DataFrame
    transcripts: pd.DataFrame
    interviews: pd.DataFrame | None = None
    codebook: pd.DataFrame | None = None
    participants: pd.DataFrame | None = None

    @classmethod
    def of_job(cls, inputs: Any) -> People:
        """Return the people of whom the inputs of a job tell."""
        needed = [read_table(getattr(inputs, name)) for name in ("segments", "transcripts")]
        names = ("interviews", "codebook", "participants")
        return cls(*needed, *(read_optional(inputs, name) for name in names))

    def label(self, entry: str, *, where: str) -> str:
        """Return what readers call an entry of the codebook.

        Raises:
            StudyError: the codebook has no such entry.
        """
        return str(self._entry(entry, where)["label"])

    def count(self, query: Query, group: Mapping[str, Any] | None = None) -> Count:
        """Return in how many of the people of a query, and of a ``group``, its theme was found.

        Raises:
            StudyError: it names an entry, a role, a stage or a variable that there is not.
        """
        entry = self._entry(query.asks, query.where)
        register = register_of(self.interviews, self.transcripts)
        stages = {}
        for name in ("role", "stage"):
            if wanted := getattr(query, name):
                _is_known(wanted, register[name], name, query.where)
                register = register[(register[name] == wanted).fillna(False)]
                stages[name] = wanted
        held = self._held(stages)
        coded = Takes(SEGMENTS, ("document",), where_of(entry) | stages)
        if group:
            chosen = self._members(group["where"], query.where)
            if "participant_id" not in register:
                raise _no_participants(query.where)
            register = register[register["participant_id"].isin(chosen).fillna(False)]
            conditions = {name: _condition(value) for name, value in group["where"].items()}
            member = Takes(TRIAL, tuple(conditions), conditions, same=("participant_id",))
            out_of = [held, member]
            counted = [*out_of, replace(coded, same=("document",))]
        else:
            out_of, counted = [held], [coded, replace(held, same=("document",))]
        found = of_entry(self.segments, entry)["document"]
        with_theme = register[register["document"].isin(found)]
        n, of = (int(person_of(each).nunique()) for each in (with_theme, register))
        return Count(n, of, counted, out_of)

    def _held(self, stages: Mapping[str, str]) -> Takes:
        """Return what says which interviews were held, and with whom."""
        if self.interviews is None:
            return Takes(TRANSCRIPTS, ("document",))
        did: dict[str, Any] = {"document": KNOWN}
        if self.interviews["status"].notna().any():
            did["status"] = INTERVIEWED
        return Takes(REGISTER, (*PERSON, "document"), did | stages)

    def _entry(self, name: str, where: str) -> pd.Series:
        given = self.codebook
        book = entries(codebook_of(self.segments["code"]) if given is None else given)
        found = book[book["row"] == name]
        if found.empty:
            raise StudyError(
                f"the codebook has no entry `{name}`{nearest(name, book['row'])}",
                where=where,
                rule="people are counted with a theme, category or code",
                remedy="name one by its address, as in the table of codes",
            )
        return found.iloc[0]

    def _members(self, conditions: Mapping[str, Any], where: str) -> pd.Series:
        people = self.participants
        if people is None:
            raise _no_participants(where)
        chosen = pd.Series(True, index=people.index)
        for name, wanted in conditions.items():
            if name not in people:
                raise StudyError(
                    f"the dataset of participants has no column `{name}`"
                    f"{nearest(name, people.columns)}",
                    where=where,
                    rule="`among` chooses by columns of the dataset of participants",
                    remedy="correct the name",
                )
            chosen &= _meets(people[name], wanted)
        return people.loc[chosen, "participant_id"]


def _meets(values: pd.Series, wanted: Any) -> pd.Series:
    """Return which values meet a condition; an unknown one meets none."""
    met = pd.Series(True, index=values.index)
    if isinstance(wanted, Mapping):
        for how, limit in wanted.items():
            met &= getattr(values, LIMITS[how])(limit).fillna(False)
        return met
    listed = wanted if isinstance(wanted, list) else [wanted]
    return values.isin(listed).fillna(False)


def _condition(wanted: Any) -> Any:
    """Return a condition as `Takes` has it."""
    if isinstance(wanted, Mapping):
        return {LIMITS[how]: limit for how, limit in wanted.items()}
    return wanted


def _is_known(wanted: str, values: pd.Series, name: str, where: str) -> None:
    known = list(dict.fromkeys(values.dropna()))
    if wanted not in known:
        raise StudyError(
            f"nobody interviewed has the {name} `{wanted}`{nearest(wanted, known)}",
            where=where,
            rule="a role or a stage is one of the register of interviews",
            remedy="correct it",
        )


def _no_participants(where: str) -> StudyError:
    return StudyError(
        "a group is chosen by what the trial knows, and nobody interviewed is a participant of it",
        where=where,
        rule="`among` chooses by columns of the dataset of participants",
        remedy="take it out, or supply participants, and participant_id in the register",
    )
