"""What a REDCap data dictionary says of the cells of an export, checked for all rows at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.exports.redcap.dictionary import EVENT, NOT_DATA, Field
from trialtrail.exports.redcap.evaluate import condition, value
from trialtrail.exports.redcap.filling import by_people
from trialtrail.exports.redcap.fitting import fits, in_order, numbers, with_own_sign
from trialtrail.exports.redcap.formats import is_numeric, known_format
from trialtrail.exports.redcap.logic import Call, Literal, Node, NotCompared, parse
from trialtrail.exports.redcap.records import Records
from trialtrail.exports.redcap.values import Truth
from trialtrail.validation.begun import is_begun

KINDS = (
    *("text", "notes", "radio", "dropdown", "checkbox", "yesno", "truefalse"),
    *("calc", "slider", "file", "descriptive", "sql"),
)
COMPUTED = re.compile(r"@CALC(?:TEXT|DATE)\b")
BEGUN = ("1", "2")
"""Marks of a form that somebody has worked on: unverified and complete. 0 is also the mark of one
that nobody has opened."""
SLIDER = (0.0, 100.0)
LEAST = 5
"""Numbers with another decimal sign than the field's that are reported once."""
OTHER_SIGN = (
    "the numbers have another decimal sign than the form {} of the data dictionary: the export was "
    "made with one sign for all fields"
)
HAIR = 1e-9
"""Relative difference of two numbers that differ by the way they were computed only."""
SHOWN = 100
"""Characters of a formula that a message shows."""


@dataclass(frozen=True)
class CellFindings:
    """Findings of one rule in one column: the ``rows`` that have one, or without them the field."""

    rule: str
    column: str
    message: str
    rows: np.ndarray | None = None


def dictionary_findings(
    records: Records, events: list[str] | None = None
) -> Iterator[CellFindings]:
    """Yield all that the dictionary of an export finds in its rows.

    ``events`` are the names of the events that the project has, where they are known.
    """
    if events is not None and records.has(EVENT):
        message = "the event is none of those of the project"
        yield CellFindings(
            "code", EVENT, message, _filled(records, EVENT, lambda t: ~t.isin(events))
        )
    begun = _Begun(records)
    for field in records.fields.values():
        yield from _absent(field, records)
        present = [column for column in field.columns if records.has(column)]
        if not present:
            continue
        if field.kind not in KINDS:
            message = f"the kind of field {field.kind} is not known: its cells are not checked"
            yield CellFindings("not_compared", field.name, message)
            continue
        yield from _values(field, present, records)
        shown = None
        if field.branching:
            try:
                shown = condition(parse(field.branching), records)
            except NotCompared as beyond:
                message = f"the branching logic is not computed: {beyond}"
                yield CellFindings("not_compared", field.name, message)
        if shown is not None:
            yield from _hidden(field, present, records, shown)
        if shown is not None or not field.branching:
            yield from _unanswered(field, present, records, shown, begun)
        yield from _calculated(field, records, begun)
    yield from _rankings(records)


def _filled(records: Records, column: str, wrong: Callable[[pd.Series], pd.Series]) -> np.ndarray:
    """Return the filled cells of which ``wrong`` holds."""
    text = records.text(column)
    return records.filled(column) & wrong(text).to_numpy(dtype=bool)


def _absent(field: Field, records: Records) -> Iterator[CellFindings]:
    """Yield columns that the export lacks although it has others of the same instrument."""
    if field.kind in NOT_DATA or field.identifier:
        return
    lacking = [column for column in field.columns if not records.has(column)]
    form = [f for f in records.fields.values() if f.form == field.form]
    if lacking and any(records.has(column) for f in form for column in f.columns):
        message = "the data dictionary has this column and the export lacks it"
        yield from (CellFindings("absent", column, message) for column in lacking)


def _values(field: Field, present: list[str], records: Records) -> Iterator[CellFindings]:
    """Yield cells that are none of the choices, not of their form, or beyond their limits."""
    if field.kind == "checkbox":
        for column in present:
            wrong = _filled(records, column, lambda text: ~text.isin(["0", "1"]))
            yield CellFindings("code", column, "a check box is 1 or 0", wrong)
    elif field.choices:
        wrong = _filled(records, field.name, lambda text: ~text.isin(list(field.choices)))
        message = "the code is not among the choices of the data dictionary"
        yield CellFindings("code", field.name, message, wrong)
    elif field.kind in ("calc", "slider"):
        yield from _formed(field, "number" if field.kind == "calc" else "integer", records)
    elif field.kind == "text" and field.validation:
        name = known_format(field.validation)
        if name:
            yield from _formed(field, name, records)
        else:
            message = f"the validation {field.validation} is not known: its cells are not checked"
            yield CellFindings("not_compared", field.name, message)


def _formed(field: Field, name: str, records: Records) -> Iterator[CellFindings]:
    text, filled = records.text(field.name), records.filled(field.name)
    good = fits(text, name)
    if _has_other_sign(text, name, filled, good):
        yield CellFindings("format", field.name, OTHER_SIGN.format(name))
        good = good | fits(with_own_sign(text, name), name)
    message = f"the cell is not of the form {name} that the data dictionary asks for"
    yield CellFindings("format", field.name, message, filled & ~good)
    values = numbers(text, name) if is_numeric(name) else text
    for limit, end, sense in (
        (field.minimum, 0, "below the least value expected"),
        (field.maximum, 1, "above the greatest value expected"),
    ):
        if not limit and field.kind != "slider":
            continue
        bound = in_order(name, limit) if limit else SLIDER[end]
        if bound is None:
            message = f"the limit {limit} is not computed: its cells are not compared with it"
            yield CellFindings("not_compared", field.name, message)
            continue
        beyond = np.asarray(values < bound if end == 0 else values > bound, dtype=bool)
        message = f"the value is {sense}, {limit or f'{bound:g}'}"
        yield CellFindings("soft_range", field.name, message, filled & good & beyond)


def _has_other_sign(text: pd.Series, name: str, filled: np.ndarray, good: np.ndarray) -> bool:
    """Return whether all numbers that show a decimal sign show the one that is not the field's."""
    if not is_numeric(name) or name == "integer":
        return False
    wrong = filled & ~good
    own = "," if name.endswith("comma_decimal") else "."
    shows_own = text.str.contains(own, regex=False).to_numpy(dtype=bool) & filled
    others = fits(with_own_sign(text, name), name) & wrong
    return bool(wrong.sum() >= LEAST and not shows_own.any() and (others == wrong).all())


def _is_there(column: str, field: Field, records: Records) -> np.ndarray:
    """Return where the column holds an answer; a box that is not ticked is none."""
    if field.kind == "checkbox":
        return (records.text(column) == "1").to_numpy(dtype=bool)
    return records.filled(column)


def _hidden(
    field: Field, present: list[str], records: Records, shown: Truth
) -> Iterator[CellFindings]:
    """Yield values of a field that the branching logic hides; a calculation is made anyway."""
    if field.kind == "calc":
        return
    message = f"a value although the branching logic hides the field: {_short(field.branching)}"
    for column in present:
        rows = _is_there(column, field, records) & shown.surely_not
        yield CellFindings("branching", column, message, rows)


class _Begun:
    """In which rows somebody has begun to fill in a form, each form looked at once.

    Here a form that is marked as complete is begun as well: what it requires is then asked for.
    """

    def __init__(self, records: Records) -> None:
        self.records, self.known = records, {}

    def of(self, form: str) -> np.ndarray:
        """Return where the form is marked as worked on, or anything that a person answers is there.

        The field that names the record is in every row, and what is calculated comes by itself.
        """
        if form not in self.known:
            records = self.records
            marked = records.text(f"{form}_complete").isin(BEGUN)
            columns = by_people(records.fields, form, own_fields=True)
            begun = marked | is_begun(records.rows, columns, sorted(records.codes))
            self.known[form] = begun.to_numpy(dtype=bool)
        return self.known[form]

    def by_nobody(self, form: str) -> bool:
        """Return whether people fill no field of the form, so that nothing shows it as begun."""
        return not any(by_people(self.records.fields, form, own_fields=True).values())


def _unanswered(
    field: Field, present: list[str], records: Records, shown: Truth | None, begun: _Begun
) -> Iterator[CellFindings]:
    """Yield empty cells of a required field that is shown, in a form that was begun."""
    if not field.required or field.kind in ("calc", "descriptive"):
        return
    answered = np.zeros(len(records), dtype=bool)
    for column in present:
        # A code of a missing value is an answer: it says why there is no other.
        text = records.text(column)
        coded = text.isin(records.codes).to_numpy(dtype=bool)
        answered |= _is_there(column, field, records) | coded
    rows = begun.of(field.form) & ~answered
    if shown is not None:
        rows &= shown.surely
    message = "the data dictionary requires an answer, and the form was begun without it"
    yield CellFindings("unanswered", present[0], message, rows)


def _calculated(field: Field, records: Records, begun: _Begun) -> Iterator[CellFindings]:
    """Yield calculated fields that differ from what their formula gives."""
    if COMPUTED.search(field.annotation):
        message = "a text that REDCap computes: it is not compared"
        yield CellFindings("not_compared", field.name, message)
    if field.kind != "calc":
        return
    try:
        tree = parse(field.calculation)
        computed = value(tree, records)
    except NotCompared as beyond:
        message = f"the calculation is not compared: {beyond}"
        yield CellFindings("not_compared", field.name, message)
        return
    text, filled = records.text(field.name), records.filled(field.name)
    stored = numbers(text, "number")
    compared = (begun.of(field.form) | (filled & begun.by_nobody(field.form))) & ~computed.unsure
    compared &= ~(filled & np.isnan(stored))  # that it is no number is reported as such
    same = agrees(stored, computed.number, _half_a_place(text, tree))
    message = f"not what the calculation gives: {_short(field.calculation)}"
    yield CellFindings("calculated", field.name, message, compared & ~same)


def _half_a_place(text: pd.Series, tree: Node) -> np.ndarray:
    """Return by how much a stored number may differ: half a unit of its last decimal.

    A whole number, and the result of a rounding to a given number of places, must be met.
    """
    if isinstance(tree, Call) and tree.name.startswith("round"):
        places = tree.given[1] if len(tree.given) > 1 else Literal("0", is_number=True)
        if isinstance(places, Literal):
            return np.zeros(len(text))
    decimals = text.str.extract(r"[.,](\d+)$")[0].str.len().fillna(0).to_numpy(dtype=float)
    return np.where(decimals > 0, 0.5 * 10.0**-decimals, 0.0)


def agrees(stored: np.ndarray, computed: np.ndarray, tolerance: np.ndarray) -> np.ndarray:
    """Return where two numbers are the same within ``tolerance``, or both are none."""
    neither = np.isnan(stored) & np.isnan(computed)
    with np.errstate(invalid="ignore"):
        near = np.abs(stored - computed) <= tolerance + HAIR * np.maximum(1, np.abs(computed))
    return neither | near


def _rankings(records: Records) -> Iterator[CellFindings]:
    """Yield answers of a ranking matrix that give one rank to two of its rows."""
    groups: dict[tuple[str, str], list[str]] = {}
    for field in records.fields.values():
        if field.matrix and field.ranking and records.has(field.name):
            groups.setdefault((field.form, field.matrix), []).append(field.name)
    message = "the same rank is given to two rows of the matrix"
    for names in groups.values():
        for place, name in enumerate(names):
            rows = np.zeros(len(records), dtype=bool)
            for other in names[:place]:
                rows |= (records.text(name) == records.text(other)).to_numpy(dtype=bool)
            yield CellFindings("ranking", name, message, rows & records.filled(name))


def _short(formula: str) -> str:
    text = " ".join(formula.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
