"""Forms that hold nothing but zeros for participants of whom another form of the visit is empty.

A program that writes 0 where a visit did not take place fills a form that nobody filled in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from trialtrail.validation.begun import is_filled
from trialtrail.validation.plausibility.sheet import Sheet


@dataclass(frozen=True)
class Entered:
    """What was entered in a form.

    Attributes:
        columns: the variables of which a value shows that a participant has the form.
        zeros, others: the participants whose values are all zero, and those with any other value.
    """

    sheet: Sheet
    columns: list[str]
    zeros: set[str]
    others: set[str]


def entered(sheet: Sheet, columns: list[str]) -> Entered:
    """Return what was entered in a form, by the variables that show that a participant has it."""
    values = sheet.frame[columns]
    any_value = values.notna().any(axis=1)
    other = pd.Series(False, index=values.index)
    for name in columns:
        other |= is_filled(values[name])
    people = sheet.frame["participant_id"]
    others = set(people[other])
    return Entered(sheet, columns, set(people[any_value & ~other]) - others, others)


def empty_form_findings(
    forms: Mapping[str, Entered], settings: Mapping, known: Collection[str] = ()
) -> Iterator[dict]:
    """Yield a finding for each form that is all zeros where another form is empty.

    ``forms`` are those of one timepoint. It is reported where at least ``least`` participants have
    only zeros in the one, at least ``share`` of them lack the other, and most of the participants
    with other values have it: zeros alone may be true. Of the forms that are ``known`` the study
    says when a visit took place.
    """
    for name, form in forms.items():
        for other, beside in forms.items():
            if other == name or name in known or not beside.columns:
                continue
            there = beside.zeros | beside.others
            what = f"participants who have nothing in {other}, of the same timepoint"
            if found := _finding_of_form(form, there, what, settings):
                yield found
                break


def undated_findings(name: str, forms: Mapping[str, Entered], settings: Mapping) -> Iterator[dict]:
    """Yield a finding of a form that is all zeros where its own day is empty, as above.

    Who has other values in another of the ``forms`` of the timepoint was seen.
    """
    form = forms[name]
    frame = form.sheet.frame
    if "completed_on" in frame and "instance" not in frame and form.columns:
        there = set(frame.loc[frame["completed_on"].notna(), "participant_id"])
        for other in forms:
            there |= forms[other].others if other != name else set()
        what = "participants of whom the form has no day"
        if found := _finding_of_form(form, there, what, settings):
            yield found


def _finding_of_form(form: Entered, there: set, what: str, settings: Mapping) -> dict | None:
    """Return the finding, if there is one; ``there`` are those who have what the others lack."""
    sheet, zeros, others = form.sheet, form.zeros, form.others
    lacking, having = zeros - there, others & there
    if len(zeros) < settings["least"] or sheet.ignores(settings["ignore"]):
        return None
    if len(lacking) < settings["share"] * len(zeros) or 2 * len(having) < len(others):
        return None
    message = (
        f"all values of the form are zero for {what}: if the visit did not take place, say by "
        "`took_place` of the form how it is known"
    )
    many = "participant" if len(lacking) == 1 else "participants"
    return sheet.of_column("empty_form", "", message, f"{len(lacking)} {many}")
