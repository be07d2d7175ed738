"""Forms that hold nothing but zeros for participants of whom another form of the visit is empty.

A program that writes 0 where a visit did not take place fills a form that nobody filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from trialtrail.plausibility.sheet import Sheet


def empty_form_findings(
    forms: Mapping[str, tuple[Sheet, list[str]]], settings: Mapping
) -> Iterator[dict]:
    """Yield a finding for each form that is all zeros where another form is empty.

    ``forms`` are those of one timepoint, each with the variables of which a value shows that a
    participant has it. It is told where at least ``least`` participants have only zeros in the one,
    at least ``share`` of them lack the other, and most of the participants with other values have
    it: zeros alone may be true.
    """
    kinds = {name: _kinds(sheet, columns) for name, (sheet, columns) in forms.items()}
    for name, (sheet, _) in forms.items():
        zeros, others = kinds[name]
        if len(zeros) < settings["least"] or sheet.ignores(settings["ignore"]):
            continue
        for other, (_, columns) in forms.items():
            if other == name or not columns:
                continue
            there = kinds[other][0] | kinds[other][1]
            lacking, having = zeros - there, others & there
            if len(lacking) < settings["share"] * len(zeros) or 2 * len(having) < len(others):
                continue
            message = (
                f"all values of the form are zero for participants who have nothing in {other}, of "
                "the same timepoint: if the visit did not take place, say by `took_place` of the "
                "form how it is known"
            )
            many = "participant" if len(lacking) == 1 else "participants"
            yield sheet.of_column("empty_form", "", message, f"{len(lacking)} {many}")
            break


def _kinds(sheet: Sheet, columns: list[str]) -> tuple[set, set]:
    """Return the participants whose values are all zero, and those with any other value."""
    values = sheet.frame[columns]
    any_value = values.notna().any(axis=1)
    other = pd.Series(False, index=values.index)
    for name in columns:
        column = values[name]
        zero = column.isin([0, False]) if _is_number(column) else pd.Series(False, column.index)
        other |= column.notna() & ~zero.fillna(False)
    people = sheet.frame["participant_id"]
    return set(people[any_value & ~other]) - set(people[other]), set(people[other])


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype)
