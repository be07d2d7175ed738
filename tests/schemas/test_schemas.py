"""The contracts: each says what a row is, and refuses what cannot be."""

import pandas as pd
import pytest

from trialtrail.configuration.schema import schema_files
from trialtrail.validation.contracts import broken_cells, key_of, load_model, references

from schemas.datasets.coded_segments import CodedSegments

TABLES = list(schema_files()["tables.yaml"]["properties"])
DAYS = {name: pd.Timestamp(f"2004-01-{day:02d}") for name, day in (("early", 5), ("late", 9))}


def broken(table, **cells):
    """Return the rules that one row of ``table`` breaks; what is not given is empty."""
    schema = load_model(table).to_schema()
    frame = pd.DataFrame(
        {
            name: pd.Series([cells.get(name)], dtype=str(column.dtype))
            for name, column in schema.columns.items()
        }
    )
    return {(rule, column) for _, column, rule, _ in broken_cells(schema, frame)}


@pytest.mark.parametrize("table", [*TABLES, "forms"])
def test_each_contract_says_what_a_row_is_and_names_it(table):
    model = load_model(table, table == "forms")
    schema = model.to_schema()
    assert model.__doc__.startswith("One row is ")
    assert key_of(schema)
    assert set(key_of(schema)) <= set(schema.columns)
    assert all(column.title and column.description for column in schema.columns.values())


@pytest.mark.parametrize("table", [*TABLES, "forms"])
def test_each_reference_points_to_the_key_of_a_table(table):
    for target, key in references(load_model(table, table == "forms").to_schema()).values():
        assert target in TABLES
        assert key_of(load_model(target).to_schema()) == [key]


def test_a_contact_has_a_date_of_this_age():
    cells = {"contact_id": "C1", "participant_id": "1"}
    assert broken("contacts", contact_on=pd.Timestamp("1900-12-31"), **cells) == {("date", "")}
    assert broken("contacts", contact_on=pd.Timestamp("1901-01-01"), **cells) == set()
    assert broken("contacts", **cells) == {("required", "contact_on")}


@pytest.mark.parametrize(("minutes", "right"), [(0, False), (0.5, True), (480, True), (481, False)])
def test_minutes_of_a_contact_are_more_than_none_and_fit_a_day(minutes, right):
    cells = {"contact_id": "C1", "participant_id": "1", "contact_on": DAYS["early"]}
    found = broken("contacts", minutes=minutes, **cells)
    assert found == (set() if right else {("range", "minutes")})


def test_an_assignment_runs_forwards():
    cells = {"participant_id": "1", "provider_id": "P"}
    same = broken("assignments", assigned_on=DAYS["late"], ended_on=DAYS["late"], **cells)
    back = broken("assignments", assigned_on=DAYS["late"], ended_on=DAYS["early"], **cells)
    assert (same, back) == (set(), {("order", "ended_on")})


def test_training_and_resignation_follow_registration():
    cells = {"provider_id": "P", "registered_on": DAYS["late"]}
    assert broken("providers", trained_on=DAYS["early"], **cells) == {("order", "trained_on")}
    told = {("order", "resigned_on")}
    assert broken("providers", resigned_on=DAYS["early"], **cells) == told
    assert broken("providers", resigned_on=DAYS["late"], **cells) == set()


def test_a_reason_needs_a_resignation():
    told = {("reason", "resignation_reason")}
    assert broken("providers", provider_id="P", resignation_reason="moved") == told
    given = {"resignation_reason": "moved", "resigned_on": DAYS["late"]}
    assert broken("providers", provider_id="P", **given) == set()


@pytest.mark.parametrize(
    ("consented", "number", "right"),
    [(False, "1", False), (False, None, True), (True, "1", True), (None, "1", True)],
)
def test_who_did_not_consent_has_no_study_number(consented, number, right):
    found = broken("screening", screening_id="S", consented=consented, participant_id=number)
    assert found == (set() if right else {("consent", "")})


@pytest.mark.parametrize("table", ["segments", "quotations"])
@pytest.mark.parametrize(("start", "end", "right"), [(0, 1, True), (4, 4, False), (5, 4, False)])
def test_a_passage_has_a_length(table, start, end, right):
    key = {"segments": {"code": "c", "coder": "r"}, "quotations": {"quotation": "q", "text": "t"}}
    found = broken(table, document="d", start=start, end=end, **key[table])
    assert found == (set() if right else {("offsets", "")})


def test_the_length_of_a_coded_segment_is_that_of_its_text():
    cells = {"document": "d", "interview_id": "I", "role": "r", "number": 1, "code": "c"}
    cells |= {"theme": "t", "coder": "x", "text": "né🙂", "verbatim": True, "start": 5}
    cells |= {"kind": "text", "unit": "code points"}
    schema = CodedSegments
    frame = pd.DataFrame(
        {
            name: pd.Series([cells.get(name, 8 if name == "end" else None)], dtype=str(c.dtype))
            for name, c in schema.to_schema().columns.items()
        }
    )
    assert broken_cells(schema.to_schema(), frame) == []
    assert broken_cells(schema.to_schema(), frame.assign(end=frame["end"] + 1))[0][2] == "offsets"


@pytest.mark.parametrize("bound", ["exact", "above", "below", None])
def test_a_bound_is_one_of_three_words(bound):
    cells = {"interview_id": "I", "role": "r", "number": 1}
    assert broken("interviews", visits=20, visits_bound=bound, **cells) == set()
    assert broken("interviews", visits_bound="over", **cells) == {("code", "visits_bound")}


@pytest.mark.parametrize("table", ["segments", "quotations"])
def test_an_unknown_offset_beside_an_empty_passage_are_both_told(table):
    names = load_model(table).to_schema().columns
    whole = {name: "x" for name in names} | {"number": 1, "coded_on": DAYS["early"], "end": 9}
    whole |= {"occurrence": 1, "kind": "text"}
    rows = [whole | {key_of(load_model(table).to_schema())[0]: str(n)} for n in range(2)]
    rows = [rows[0] | {"start": None}, rows[1] | {"start": 9}]
    schema = load_model(table).to_schema()
    frame = pd.DataFrame(
        {name: pd.Series([r[name] for r in rows], dtype=str(c.dtype)) for name, c in names.items()}
    )
    found = {(row, rule, column) for row, column, rule, _ in broken_cells(schema, frame)}
    assert found == {(0, "required", "start"), (1, "offsets", "")}
