"""Cells changed at random, as real life changes them: told, or read for what they say; never both.

A change of one plausible value into another (31 into 32) cannot be told by anybody. So it is not
claimed that each change is told. What is proven for each changed cell, by a second reading of it
(`oracle`) that shares no code with the first:

1. A text that says nothing, or more than one thing, is a query at its line and column, and the
   typed cell is empty.
2. A text that says one value is typed as exactly this value; where it is not in the value's own
   form, the normalisation log counts one more change of form in its column.
3. A text that says "no value" is empty, and a query where a value is needed.
4. Nothing else changes: every other cell of every table that the export feeds has the value it had,
   no row is lost or gained, and each row is used or set aside with its query.
5. No query is told of a record that was not changed, but by the rules between records, for which a
   changed record may be the cause. And a change that leaves the value as it was raises no query of
   its own record, but what a REDCap dictionary says of the form of cells.

Columns by which a table chooses its rows (`where`) stay as they are.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from corpus import OF_OTHERS
from harness import Copy, Outcome, World
from hypothesis import HealthCheck, given, settings
from mutations import Mutation, mutations
from oracle import FAULT, Said, may_say, says
from raw_files import written
from worlds import PROGRAMS, file_of_texts, small_sheet, world

from trialtrail.exports.export import Export
from trialtrail.validation.cells import contract_of, how_to_read
from trialtrail.validation.rules import PLAUSIBILITY, kind_of

FORM_OF_CELLS = ("format", "code", "soft_range", "branching", "unanswered", "calculated")
"""Rules of a REDCap dictionary, which looks at the text of a cell."""
OF_EVENTS = ("calculated", "branching")
"""Rules of a dictionary that look at other records of a participant."""
TOGETHER = 30
"""Changes that are made in one validation."""
STUDIES = (
    *PROGRAMS,
    "shipped",
    "balance",
    "redcap",
    "limesurvey",
    "one_file_of_codings",
    "undated",
)
IN_EVERY_TEST_RUN = (*PROGRAMS, "balance", "redcap", "one_file_of_codings")
EMPTY = ("type", "code", "arm", "ambiguous", "unit", "partial", "required")
"""Rules of what cannot be read."""


@cache
def delimited(name: str) -> tuple[dict, dict]:
    """Return (the delimited exports of a world, their columns that choose rows)."""
    place, sheets, fixed = world(name), {}, {}
    if name in PROGRAMS:
        return {"trial": small_sheet()}, {}
    plain = Copy(place, Path())
    for table in place.study.tables:
        for source in place.study.sources(table):
            if source.get("format", "csv") in ("csv", "redcap", "qualtrics", "limesurvey"):
                sheets[source["name"]] = plain.sheet(source["name"])
                fixed.setdefault(source["name"], set()).update(source["where"])
    return sheets, fixed


def check(name: str, changes: list[Mutation]) -> None:
    """Make the changes in a copy of a world, validate, and assert what must come of them."""
    place = world(name)
    with tempfile.TemporaryDirectory() as folder:
        write = write_texts if name in PROGRAMS else write_delimited
        lines, spoilt = write(name, changes, Path(folder))
        if not spoilt:
            return
        outcome = place.validate(spoilt)
    assert outcome.refusal is None, outcome.refusal.text()
    unmoved = set(lines)
    for table in place.study.tables:
        unmoved -= assert_table(place, table, lines, outcome)
    assert_queries(place, lines, unmoved, outcome)


def write_delimited(name: str, changes: list[Mutation], folder: Path) -> tuple[dict, dict]:
    """Return (export and line of each change, the spoilt files) of delimited exports."""
    copy = Copy(world(name), folder)
    for each in changes:
        copy.sheet(each.export).records[each.at][each.column] = each.text
    lines = {
        (each.export, copy.line(copy.sheet(each.export).records[each.at])): each for each in changes
    }
    return lines, copy.written()


def write_texts(name: str, changes: list[Mutation], folder: Path) -> tuple[dict, dict]:
    """Return the same of the file of a program, in which all cells are texts."""
    sheet, lines = small_sheet(), {}
    for each in changes:
        if name in ("sav", "xpt"):  # whose texts are filled up with spaces
            each = replace(each, text=each.text.rstrip(" "))
        if name == "xlsx" and each.text.startswith("="):
            continue  # its writer would make a formula of it
        sheet.records[each.at][each.column] = each.text
        lines["trial", each.at + (2 if name == "xlsx" else 1)] = each
    path = written(folder / f"trial.{name}", file_of_texts(sheet, name))
    return lines, {"trial": [str(path)]}


def assert_table(place: World, table: str, lines: dict, outcome: Outcome) -> set:
    """Assert points 1 to 4 of one table; return the places of records whose values changed."""
    study = place.study
    sources = {s["name"]: s for s in study.sources(table)}
    mine = {at: each for at, each in lines.items() if each.export in sources}
    if not mine:
        return set()
    before, after = place.good[table].frame, outcome.tables[table]
    assert len(before) == len(after)
    contract = contract_of(table, study.variables(table), table in study.forms, place.arms)
    moved, touched = set(), pd.DataFrame(False, after.index, after.columns)
    for (export, line), each in mine.items():
        rows = ((after["_export"] == export) & (after["_line"] == line)).to_numpy()
        if not rows.any():  # the table does not take this record
            continue
        assert rows.sum() == 1
        source = sources[export]
        for column, heading in source["columns"].items():
            if heading != code_of(each.column, source) or column not in contract.kinds:
                continue
            nothing = Export(export, [], pd.DataFrame())
            how = how_to_read(nothing, source, column, contract.kinds[column], contract)
            if how.kind == "partial_date":
                touched.loc[rows, [column, f"{column}_until"]] = True
                if assert_part(place, outcome, before, after, rows, (column, heading), how, each):
                    moved.add((export, line))
                continue
            said = says(each.text, how, beside_it(place, table, export, heading, after, mine))
            beside = [n for n in after if n in (column, f"{column}_bound", f"{column}_until")]
            touched.loc[rows, beside] = True
            typed = after.loc[rows, column].iloc[0]
            assert_cell(said, typed, after.loc[rows], column, each)
            told = outcome.queries
            told = told[(told["export"] == export) & (told["line"] == line)]
            told = set(told.loc[told["column"] == heading, "rule"])
            needed = not contract.schema.columns[column].nullable
            if said.value is FAULT:
                assert told & set(EMPTY), f"{each} is told nowhere"
            if said.value is None and needed:
                assert "required" in told, f"{each} is needed"
            old = before.loc[rows, column].iloc[0]
            unread = said.value is FAULT or (said.value is None and needed)
            if unread or not same(typed, old):
                moved.add((export, line))
            # Where the text before had another form, too, the number of such cells is the same.
            was = says(old_text(place, table, rows, heading), how)
            if said.changed and said.value is not FAULT and not was.changed:
                assert_counted(place, table, export, heading, outcome, each)
    touched["record"] = touched.any(axis=1)
    touched["_line"] = True
    pd.testing.assert_frame_equal(blanked(before, touched), blanked(after, touched))
    return moved


def assert_part(place, outcome, before, after, rows, names, how, each: Mutation) -> bool:
    """Assert that a date known in part is told or says what it is read for; return if it moved."""
    column, heading = names
    until = f"{column}_until"
    first, last = (after.loc[rows, name].iloc[0] for name in (column, until))
    if pd.isna(first):
        told = outcome.queries
        here = (told["export"] == each.export) & (told["column"] == heading)
        lines = set(told.loc[here & told["rule"].isin(EMPTY), "line"])
        nothing = says(each.text, replace(how, kind="category")).value is None
        assert nothing or set(after.loc[rows, "_line"]) & lines, f"{each} is told nowhere"
        return not nothing or before.loc[rows, column].notna().any()
    span = (first.date(), last.date())
    assert may_say(each.text, how, *span), f"{each} is read as {span}"
    return not all(same(after.loc[rows, n].iloc[0], before.loc[rows, n].iloc[0])
                   for n in (column, until))  # fmt: skip


def beside_it(place: World, table: str, export: str, heading: str, after, mine: dict) -> list[str]:
    """Return the texts of a column of an export as the table takes them, the changed ones too."""
    raw = place.good[table].raw
    rows = (raw["_export"] == export).to_numpy()
    if heading not in raw:
        return []
    texts = raw.loc[rows, heading].fillna("").tolist()
    lines = after.loc[rows, "_line"].tolist()
    for (name, line), each in mine.items():
        if name == export and each.column == heading and line in lines:
            texts[lines.index(line)] = each.text
    return texts


def old_text(place: World, table: str, rows, heading: str) -> str:
    """Return the text of a cell before its change; empty where the table does not keep it."""
    raw = place.good[table].raw
    return str(raw.loc[rows, heading].fillna("").iloc[0]) if heading in raw else ""


def blanked(frame: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return a frame as objects, None where a cell is left out or empty."""
    whole = frame.astype(object)
    return whole.mask(cells.to_numpy(dtype=bool) | frame.isna().to_numpy(), None)


def code_of(heading: str, source: dict) -> str:
    """Return what the configuration calls a column: of LimeSurvey the code of its question."""
    return heading.partition(". ")[0] if source.get("format") == "limesurvey" else heading


def same(one: object, other: object) -> bool:
    """Return whether two values are equal, or both are none."""
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return one == other


def assert_cell(said: Said, typed, row: pd.DataFrame, column: str, each: Mutation) -> None:
    """Assert that a cell is typed as what it says."""
    if said.value is None or said.value is FAULT:
        assert pd.isna(typed), f"{each} is read as {typed!r}"
        return
    assert not pd.isna(typed), f"{each} says {said.value!r} and is empty"
    value = typed.date() if isinstance(typed, pd.Timestamp) else typed
    assert value == said.value, f"{each} says {said.value!r} and is read as {typed!r}"
    if f"{column}_bound" in row:
        assert row[f"{column}_bound"].iloc[0] == said.bound


def assert_counted(place: World, table: str, export: str, heading: str, outcome, each) -> None:
    """Assert that a change of form is in the normalisation log, by one cell more than before."""

    def changes(readings) -> list:
        return [
            change
            for reading in readings
            if reading["table"] == table and reading["export"] == export
            for change in reading["changes"]
            if change[0] == heading
        ]

    before = changes(place.good[table].readings)
    assert changes(outcome.readings) != before, f"{each} is changed and not counted"


def assert_queries(place: World, lines: dict, unmoved: set, outcome: Outcome) -> None:
    """Assert point 5."""
    for query in outcome.new.to_dict("records"):
        rule, at = kind_of(query["rule"]), (query["export"], query["line"])
        if rule in (*OF_OTHERS, *OF_EVENTS, *PLAUSIBILITY, "guessed"):
            continue
        assert at in lines, f"told of a record that is as it was: {query}"
        if at in unmoved:
            assert rule in FORM_OF_CELLS, f"told of a value that is as it was: {query}"


@pytest.mark.parametrize("name", IN_EVERY_TEST_RUN)
def test_a_changed_cell_is_told_or_read_for_what_it_says(name):
    assert hold(name, 3) >= 27


@pytest.mark.nightly
@pytest.mark.parametrize("name", STUDIES)
def test_thousands_of_changed_cells_are_told_or_read_for_what_they_say(name):
    assert hold(name, 50) >= 455


def hold(name: str, examples: int) -> int:
    """Assert the property of a world, so many times some changes; return how many those were."""
    sheets, fixed = delimited(name)
    made = 0

    @settings(
        max_examples=examples,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(mutations(sheets, fixed, TOGETHER))
    def holds(changes: list[Mutation]) -> None:
        nonlocal made
        made += len(changes)
        check(name, changes)

    holds()
    return made
