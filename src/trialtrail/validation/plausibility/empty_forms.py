"""Forms that hold nothing but zeros for participants of whom another form of the visit is empty.

A program that writes 0 where a visit did not take place fills a form that nobody filled in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from trialtrail.validation.begun import is_filled
from trialtrail.validation.plausibility.sheet import Sheet


def empty_form_findings(
    forms: Mapping[str, tuple[Sheet, list[str]]], settings: Mapping, known: Collection[str] = ()
) -> Iterator[dict]:
    """Yield a finding for each form that is all zeros where another form is empty.

    ``forms`` are those of one timepoint, each with the variables of which a value shows that a
    participant has it. It is reported where at least ``least`` participants have only zeros in the
    one, at least ``share`` of them lack the other, and most of the participants with other values
    have it: zeros alone may be true. Of the forms that are ``known`` the study says when a visit
    took place.
    """
    kinds = {name: _kinds(sheet, columns) for name, (sheet, columns) in forms.items()}
    for name, (sheet, _) in forms.items():
        for other, (_, columns) in forms.items():
            if other == name or name in known or not columns:
                continue
            there = kinds[other][0] | kinds[other][1]
            what = f"participants who have nothing in {other}, of the same timepoint"
            if found := _finding_of_form(sheet, kinds[name], there, what, settings):
                yield found
                break


def undated_findings(
    name: str, forms: Mapping[str, tuple[Sheet, list[str]]], settings: Mapping
) -> Iterator[dict]:
    """Yield a finding of a form that is all zeros where its own day is empty, as above.

    Who has other values in another of the ``forms`` of the timepoint was seen.
    """
    sheet, columns = forms[name]
    frame = sheet.frame
    if "completed_on" in frame and "instance" not in frame and columns:
        there = set(frame.loc[frame["completed_on"].notna(), "participant_id"])
        for other in forms:
            there |= _kinds(*forms[other])[1] if other != name else set()
        what = "participants of whom the form has no day"
        if found := _finding_of_form(sheet, _kinds(sheet, columns), there, what, settings):
            yield found


def _finding_of_form(
    sheet: Sheet, kinds: tuple[set, set], there: set, what: str, settings: Mapping
) -> dict | None:
    """Return the finding, if there is one; ``there`` are those who have what the others lack."""
    zeros, others = kinds
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


def _kinds(sheet: Sheet, columns: list[str]) -> tuple[set, set]:
    """Return the participants whose values are all zero, and those with any other value."""
    values = sheet.frame[columns]
    any_value = values.notna().any(axis=1)
    other = pd.Series(False, index=values.index)
    for name in columns:
        column = values[name]
        other |= is_filled(column)
    people = sheet.frame["participant_id"]
    return set(people[any_value & ~other]) - set(people[other]), set(people[other])
