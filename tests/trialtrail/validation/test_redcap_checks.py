"""What departs from a dictionary: each check on small exports."""

import numpy as np
import pandas as pd
import pytest

from trialtrail.exports.redcap.dictionary import Field
from trialtrail.exports.redcap.fitting import fits, in_order
from trialtrail.exports.redcap.formats import PATTERNS, known_format
from trialtrail.exports.redcap.records import Records
from trialtrail.validation.redcap_checks import agrees, dictionary_findings

RECORD = Field("id", "main", "text", "Record", {})
SMOKES = {"0": "Never", "1": "Now"}


def field(name, kind="text", form="main", **more):
    return Field(**({"name": name, "form": form, "kind": kind, "label": "", "choices": {}} | more))


def found(fields, *rows, missing=("",), events=None):
    """Return (rule, column, row) of each departing cell; the row is None for a whole field."""
    fields = [RECORD, *fields]
    columns = list(dict.fromkeys(["id", *(name for row in rows for name in row)]))
    frame = pd.DataFrame([dict.fromkeys(columns, "") | row for row in rows], columns=columns)
    records = Records(frame.astype("string"), {each.name: each for each in fields}, missing)
    cells = []
    for each in dictionary_findings(records, events):
        places = [None] if each.rows is None else each.rows.nonzero()[0].tolist()
        cells += [(each.rule, each.column, place) for place in places]
    return cells


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("integer", ["0", "-3", "+7"], ["1.0", "x", "1 000"]),
        ("number", ["1", "-.5", "2.", "1e3"], ["1,5", "x", "1.2.3"]),
        ("number_1dp", ["1.5", "-0.1"], ["1", "1.55"]),
        ("number_2dp", ["1.50"], ["1.5"]),
        ("number_comma_decimal", ["1,5", "1"], ["1.5"]),
        ("number_1dp_comma_decimal", ["1,5"], ["1,55", "1.5"]),
        ("date_dmy", ["2024-02-29"], ["29-02-2024", "2023-02-29", "2024-13-01"]),
        ("datetime_mdy", ["2024-02-29 23:59"], ["2024-02-29", "2024-02-29 24:00"]),
        ("datetime_seconds_ymd", ["2024-02-29 23:59:59"], ["2024-02-29 23:59"]),
        ("time", ["09:30"], ["9:30", "24:00"]),
        ("email", ["a.b@post.example"], ["a.b", "a@b", "a b@post.example", "a@post.example,"]),
        ("phone", ["(415) 555-1212", "415-555-1212 x12"], ["555-1212", "12"]),
        ("zipcode", ["12345", "12345-6789"], ["1234"]),
        ("postalcode_canada", ["K1A 0B1", "k1a0b1"], ["11111"]),
        ("ssn", ["123-45-6789"], ["123456789"]),
        ("mrn_10d", ["0123456789"], ["123"]),
        ("alpha_only", ["abc"], ["abc1"]),
    ],
)
def test_forms_of_text_fields(name, good, bad):
    text = pd.Series([*good, *bad], dtype="string")
    assert fits(text, name).tolist() == [True] * len(good) + [False] * len(bad)


def test_every_form_refuses_something_and_older_names_are_known():
    for name in PATTERNS:
        assert not fits(pd.Series(["? no such thing ?"], dtype="string"), name)[0], name
    assert (known_format("int"), known_format("date"), known_format("x")) == (
        "integer",
        "date_ymd",
        "",
    )


def test_a_limit_that_is_none_is_not_guessed():
    assert in_order("integer", "5") == 5
    assert in_order("number_comma_decimal", "5,5") == 5.5
    assert in_order("date_dmy", "2024-01-31") == "2024-01-31"
    assert in_order("date_dmy", "today") is None
    assert in_order("integer", "[age]") is None
    assert in_order("email", "a") is None


def test_a_code_that_is_no_choice_is_told():
    rows = ({"smokes": "1"}, {"smokes": "7"}, {"smokes": ""}, {"smokes": "-9"})
    assert found([field("smokes", "radio", choices=SMOKES)], *rows, missing=["", "-9"]) == [
        ("code", "smokes", 1)
    ]


def test_a_check_box_is_one_or_nought_and_has_all_its_columns():
    ill = field("ill", "checkbox", choices={"1": "A", "2": "B"})
    rows = ({"ill___1": "1"}, {"ill___1": "yes"}, {"ill___1": ""})
    assert found([ill], *rows) == [("absent", "ill___2", None), ("code", "ill___1", 1)]


def test_a_field_is_absent_only_where_its_instrument_was_exported():
    fields = [field("a"), field("b"), field("c", form="other"), field("d", "file")]
    assert found([*fields, field("e", identifier=True)], {"a": "1"}) == [("absent", "b", None)]


def test_forms_and_soft_limits_are_told_once_a_cell():
    age = field("age", validation="integer", minimum="18", maximum="65")
    day = field("day", validation="date_dmy", minimum="2024-01-01")
    rows = (
        {"age": "17", "day": "2023-12-31"},
        {"age": "18", "day": "2024-01-01"},
        {"age": "66"},
        {"age": "old", "day": "1.1.2024"},
    )
    assert found([age, day], *rows) == [
        ("format", "age", 3),
        ("soft_range", "age", 0),
        ("soft_range", "age", 2),
        ("format", "day", 3),
        ("soft_range", "day", 0),
    ]


def test_a_slider_ends_at_0_and_100_unless_the_dictionary_says_else():
    rows = ({"mood": "0", "pain": "0"}, {"mood": "101", "pain": "11"})
    fields = [field("mood", "slider"), field("pain", "slider", minimum="1", maximum="10")]
    assert found(fields, *rows) == [
        ("soft_range", "mood", 1),
        ("soft_range", "pain", 0),
        ("soft_range", "pain", 1),
    ]


def test_a_decimal_comma_is_compared_as_a_number():
    weight = field("w", validation="number_comma_decimal", minimum="2,5")
    assert found([weight], {"w": "2,4"}, {"w": "10,1"}) == [("soft_range", "w", 0)]


def test_what_is_not_known_is_said_once_a_field():
    fields = [
        field("a", validation="badge"),
        field("b", "hologram"),
        field("c", validation="date_ymd", maximum="today"),
        field("d", branching="[today] = [event-label]"),
        field("e", "calc", calculation="find('a', [a])"),
        field("f", annotation="@CALCTEXT([a])"),
    ]
    row = dict.fromkeys("abcdef", "1") | {"c": "2024-01-01"}
    assert found(fields, row, row) == [("not_compared", name, None) for name in "abcdef"]


def test_a_value_that_the_branching_logic_hides_is_told():
    fields = [field("smokes"), field("many", branching="[smokes] = '1'")]
    rows = ({"smokes": "0", "many": "5"}, {"smokes": "1", "many": "5"}, {"smokes": "0"})
    assert found(fields, *rows) == [("branching", "many", 0)]


def test_a_box_that_is_not_ticked_is_no_value():
    box = field("box", "checkbox", choices={"1": "A"}, branching="[a] = '1'")
    rows = ({"a": "0", "box___1": "0"}, {"a": "0", "box___1": "1"})
    assert found([field("a"), box], *rows) == [("branching", "box___1", 1)]


def test_where_the_readings_of_a_blank_differ_nothing_is_told():
    fields = [field("age"), field("school", branching="[age] < 18", required=True)]
    assert found(fields, {"age": "", "school": "x"}, {"age": "", "main_complete": "2"}) == []


NEEDED = (field("a"), field("b", required=True))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"a": "", "b": "", "main_complete": ""}, False),
        ({"a": "", "b": "", "main_complete": "0"}, False),
        ({"a": "", "b": "", "main_complete": "1"}, True),
        ({"a": "x", "b": "", "main_complete": "0"}, True),
        ({"a": "x", "b": "y", "main_complete": "2"}, False),
        ({"a": "x", "b": "-9", "main_complete": "2"}, False),
        ({"a": "x", "b": "-9.0", "main_complete": "2"}, False),
        ({"a": "-09", "b": "", "main_complete": "0"}, False),
        ({"a": "-90", "b": "", "main_complete": "0"}, True),
        ({"id": "5", "a": "", "b": "", "main_complete": ""}, False),
    ],
)
def test_a_required_field_is_asked_for_where_its_form_was_begun(row, told):
    expected = [("unanswered", "b", 0)] if told else []
    assert found(NEEDED, row, missing=["", "-9"]) == expected


def test_a_required_field_is_not_asked_for_where_it_is_hidden():
    fields = [field("a"), field("b", required=True, branching="[a] = '1'")]
    rows = ({"a": "0", "b": ""}, {"a": "1", "b": ""})
    assert found(fields, *rows) == [("unanswered", "b", 1)]


def test_required_check_boxes_need_one_tick():
    box = field("box", "checkbox", choices={"1": "A", "2": "B"}, required=True)
    rows = (
        {"box___1": "0", "box___2": "1"},
        {"box___1": "0", "box___2": "0", "main_complete": "2"},
    )
    assert found([box], *rows) == [("unanswered", "box___1", 1)]


@pytest.mark.parametrize(
    ("formula", "a", "stored", "told"),
    [
        ("[a] * 2", "3", "6", False),
        ("[a] * 2", "3", "6.0", False),
        ("[a] * 2", "3", "7", True),
        ("[a] * 2", "3", "", True),
        ("[a] * 2", "", "", False),
        ("[a] * 2", "", "6", True),
        ("[a] / 3", "1", "0.33", False),
        ("[a] / 3", "1", "0.34", True),
        ("[a] / 3", "4", "1", True),
        ("round([a] / 3, 1)", "1", "0.3", False),
        ("round([a] / 3, 1)", "1", "0.4", True),
        ("round([a], 1)", "0.25", "0.3", False),
        ("[a] < 5", "", "1", False),
    ],
)
def test_a_calculation_is_made_anew(formula, a, stored, told):
    total = field("total", "calc", calculation=formula)
    row = {"a": a, "total": stored, "main_complete": "2"}
    assert found([field("a"), total], row) == ([("calculated", "total", 0)] if told else [])


def test_a_calculation_in_a_form_that_nobody_began_is_not_missed():
    total = field("total", "calc", form="other", calculation="[a] * 2")
    assert found([field("a"), total], {"a": "3", "total": "", "other_complete": "0"}) == []


def test_two_numbers_agree_within_what_is_stated():
    stored, computed = np.array([1.0, np.nan, 1.0, np.nan]), np.array([1.04, np.nan, np.nan, 1.0])
    assert agrees(stored, computed, np.full(4, 0.05)).tolist() == [True, True, False, False]


def test_a_rank_is_given_once():
    ranks = [
        field(name, "radio", choices={"1": "", "2": ""}, matrix="m", ranking=True) for name in "ab"
    ]
    rows = ({"a": "1", "b": "2"}, {"a": "1", "b": "1"}, {"a": "", "b": ""})
    assert found(ranks, *rows) == [("ranking", "b", 1)]


def test_an_event_that_the_project_has_not_is_told():
    rows = ({"redcap_event_name": "start"}, {"redcap_event_name": "strat"})
    assert found([], *rows, events=["start"]) == [("code", "redcap_event_name", 1)]
    assert found([], *rows) == []


def test_an_export_without_rows_departs_in_nothing():
    fields = [
        field(
            "a", validation="integer", minimum="1", required=True, branching="contains([b], 'x')"
        ),
        field("b"),
        field("c", "calc", calculation="round(datediff([b], '2020-01-01', 'd') / sum([a], 1), 1)"),
    ]
    frame = pd.DataFrame(columns=["id", "a", "b", "c", "redcap_event_name"], dtype="string")
    records = Records(frame, {each.name: each for each in [RECORD, *fields]}, [""])
    assert [
        each for each in dictionary_findings(records, ["x"]) if each.rows is None or each.rows.any()
    ] == []
