"""The whole contract of a table, and the words of its findings."""

import pandas as pd
import pytest

from trialtrail.validation.contracts import (
    broken_cells,
    build_schema,
    findings_of_cells,
    is_optional,
    key_of,
    load_model,
    references,
)

VARIABLE = {"id": "score", "type": "integer", "minimum": 0, "maximum": 10}


def form(**columns):
    schema = build_schema("visit", [VARIABLE], is_form=True)
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame(
        {
            name: pd.Series(columns.get(name, [None] * size), dtype=str(column.dtype))
            for name, column in schema.columns.items()
        }
    )
    return schema, frame


def test_a_form_has_its_variables_after_the_columns_of_every_form():
    schema, _ = form(participant_id=["1"])
    assert list(schema.columns) == ["participant_id", "completed_on", "score"]


def test_the_contract_says_its_key_its_references_and_what_is_optional():
    schema = load_model("provider_hours").to_schema()
    assert key_of(schema) == ["provider_id", "month"]
    assert references(schema) == {"provider_id": ("providers", "provider_id")}
    assert is_optional(load_model("contacts").to_schema().columns["mode"])
    assert not is_optional(schema.columns["hours"])


def test_what_fits_breaks_nothing():
    assert broken_cells(*form(participant_id=["1", "2"], score=[0, 10])) == []


def test_each_breach_is_told_once_with_its_row_and_rule():
    found = broken_cells(*form(participant_id=["1", "1", None], score=[11, None, -1]))
    assert {(row, column, rule) for row, column, rule, _ in found} == {
        (0, "participant_id", "key"),
        (1, "participant_id", "key"),
        (2, "participant_id", "required"),
        (0, "score", "range"),
        (2, "score", "range"),
    }
    words = {row: message for row, column, _, message in found if column == "score"}
    assert words[0] == "the value is above the greatest allowed value, 10"
    assert words[2] == "the value is below the least allowed value, 0"


def test_records_without_a_key_are_not_the_same_record():
    found = broken_cells(*form(participant_id=[None, None], score=[1, 2]))
    assert {rule for _, _, rule, _ in found} == {"required"}


def test_a_frame_that_does_not_fit_at_all_is_a_fault_of_the_program():
    schema, frame = form(participant_id=["1"])
    with pytest.raises(RuntimeError, match="could not be checked"):
        broken_cells(schema, frame.assign(score="x"))


def test_a_finding_names_the_column_of_the_file():
    schema, frame = form(participant_id=["1"], score=[99])
    origin = pd.DataFrame({"_export": ["e"], "_file": ["e.csv"], "_line": [4], "record": ["1"]})
    headings = {("e", "score"): "Score (0-10)"}
    (found,) = findings_of_cells("visit", frame, broken_cells(schema, frame), origin, headings)
    assert (found["line"], found["column"], found["found"]) == (4, "Score (0-10)", "99")


def codings(*rows):
    """Return the schema of codings and a frame of (coder, code, start, end)."""
    schema = build_schema("segments", [])
    given = pd.DataFrame(rows, columns=["coder", "code", "start", "end"]).assign(document="d")
    frame = pd.DataFrame(
        {
            name: pd.Series(
                given[name] if name in given else [None] * len(given), dtype=str(c.dtype)
            )
            for name, c in schema.columns.items()
        }
    )
    return schema, frame


def test_a_coding_that_is_given_again_is_a_note_of_the_later_record_alone():
    schema, frame = codings(("a", "c", 0, 5), ("b", "c", 0, 5), ("a", "c", 0, 5), ("a", "x", 0, 5))
    message = "the same stands in an earlier record: it is used once"
    assert broken_cells(schema, frame) == [(2, "coder", "kept_once", message)]


def test_a_code_is_given_again_where_it_is_the_same_and_else_its_key_stands_twice():
    schema = build_schema("codebook", [])
    rows = pd.DataFrame(
        {
            "code": ["a", "a", "b", "b"],
            "label": ["A", "A", "B", "Bee"],
            "parent": ["p", "p", None, None],
        }
    )
    frame = pd.DataFrame(
        {
            name: pd.Series(rows[name] if name in rows else [None] * len(rows), dtype=str(c.dtype))
            for name, c in schema.columns.items()
        }
    )
    found = [(row, rule) for row, _, rule, _ in broken_cells(schema, frame)]
    assert sorted(found) == [(1, "kept_once"), (2, "key"), (3, "key")]


def test_a_coding_of_a_text_has_offsets_or_words_and_one_of_a_picture_neither():
    schema, frame = codings(("a", "c", None, None), ("a", "d", None, None), ("a", "e", None, None))
    frame = frame.assign(
        selected=pd.array([None, "words", None], dtype=str(frame["selected"].dtype)),
        kind=pd.array([None, None, "picture"], dtype=str(frame["kind"].dtype)),
    )
    assert [each[:3] for each in broken_cells(schema, frame)] == [(0, "start", "required")]
