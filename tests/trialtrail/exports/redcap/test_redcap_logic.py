"""The language of REDCap: trees of its formulas, and their values over rows."""

import pandas as pd
import pytest

from trialtrail.exports.redcap.dictionary import Field
from trialtrail.exports.redcap.evaluate import condition, value
from trialtrail.exports.redcap.logic import (
    Call,
    Literal,
    NotCompared,
    Operation,
    Part,
    Reference,
    parse,
    references_in,
)
from trialtrail.exports.redcap.records import Records

A, B = Reference((Part("a"),)), Reference((Part("b"),))
ONE, TWO = Literal("1", is_number=True), Literal("2", is_number=True)


def field(name, form="main", kind="text", **more):
    return Field(name=name, form=form, kind=kind, label=name, choices=more.pop("choices", {}))


FIELDS = [
    *(field(name) for name in ("id", "a", "b", "c", "day", "later", "word")),
    field("box", kind="checkbox", choices={"0": "No", "-1": "Less"}),
    field("dose", form="doses"),
]
HERE = {"id": "1", "redcap_event_name": "start"}


def records(*rows, missing=("",)):
    """Return records of all fields; a row gives what is not blank."""
    columns = [column for each in FIELDS for column in each.columns]
    repeat = ["redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"]
    blank = dict.fromkeys([*columns, *repeat], "")
    frame = pd.DataFrame([blank | HERE | row for row in rows], dtype="string")
    return Records(frame, {each.name: each for each in FIELDS}, missing)


def told(text, *rows, **more):
    """Return for each row whether the condition holds: yes, no or unsure."""
    truth = condition(parse(text), records(*rows, **more))
    pairs = zip(truth.holds, truth.unsure, strict=True)
    return ["unsure" if unsure else "yes" if holds else "no" for holds, unsure in pairs]


def computed(text, *rows, **more):
    """Return the value of the formula in each row, as text."""
    return value(parse(text), records(*(rows or ({},)), **more)).text.tolist()


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("[a]", A),
        ("[box(-1)]", Reference((Part("box", "-1"),))),
        ("[start][a]", Reference((Part("start"), Part("a")))),
        ("'x y'", Literal("x y")),
        (".5", Literal(".5", is_number=True)),
        ("1 + 2 * 1", Operation("+", ONE, Operation("*", TWO, ONE))),
        ("(1 + 2) * 1", Operation("*", Operation("+", ONE, TWO), ONE)),
        ("1 - 2 - 1", Operation("-", Operation("-", ONE, TWO), ONE)),
        ("1 ^ 2 ^ 1", Operation("^", ONE, Operation("^", TWO, ONE))),
        ("[a] != 1", Operation("<>", A, ONE)),
        ("[a]=1 OR [b]=2 and [a]=2", None),
        ("round([a], 1)", Call("round", (A, ONE))),
        ("// why\n[a]\n# and so on", A),
    ],
)
def test_a_formula_becomes_a_tree(text, tree):
    found = parse(text)
    if tree is None:
        tree = Operation("or", parse("[a]=1"), parse("[b]=2 and [a]=2"))
    assert found == tree


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "value is missing"),
        ("[a] =", "value is missing"),
        ("([a] = 1", "`)` is missing"),
        ("[a] = 1 1", "follows its end"),
        ("[a] = 1 ; 2", "sign in it is not known"),
        ("[event-name] = 'start'", "smart variable"),
        ("[a:value] = 1", "smart variable"),
        ("today = 1", "`today` is not known"),
        ("(" * 70 + "1" + ")" * 70, "nested too deep"),
        ("-" * 70 + "1", "nested too deep"),
        ("+".join(["1"] * 600), "too long"),
    ],
)
def test_what_is_beyond_the_language_is_said(text, reason):
    with pytest.raises(NotCompared, match=reason.replace(")", r"\)")):
        parse(text)


def test_the_longest_formula_that_is_read_is_computed():
    assert computed("+".join(["1"] * 500)) == ["500"]
    assert computed("(" * 59 + "1" + ")" * 59) == ["1"]


def test_references_of_a_tree_are_listed():
    assert references_in(parse("if([a] = 1, round([b], 1), 2)")) == [A, B]


@pytest.mark.parametrize(
    ("text", "row", "answer"),
    [
        ("[a] = '1'", {"a": "1"}, "yes"),
        ("[a] = 1", {"a": "1.0"}, "yes"),
        ("[a] = '1'", {}, "no"),
        ("[a] <> '1'", {}, "yes"),
        ("[a] = ''", {}, "yes"),
        ("[a] <> ''", {"a": "x"}, "yes"),
        ("[a] = '0'", {}, "no"),
        ("[a] = 0", {}, "unsure"),
        ("[a] > 18", {}, "no"),
        ("[a] < 18", {}, "unsure"),
        ("[a] >= 0", {}, "unsure"),
        ("[a] < 18", {"a": "17"}, "yes"),
        ("[a] < 18", {"a": "many"}, "unsure"),
        ("[day] < '2020-02-01'", {"day": "2020-01-31"}, "yes"),
        ("[day] > [later]", {"day": "2020-01-31", "later": "2020-02-01"}, "no"),
        ("[word] = 'Yes'", {"word": "yes"}, "unsure"),
        ("[box(0)] = '1'", {"box___0": "1"}, "yes"),
        ("[box(-1)] = '1'", {"box____1": "0"}, "no"),
        ("[a] < 18 or [b] = 2", {"b": "2"}, "yes"),
        ("[a] < 18 and [b] = 2", {"b": "3"}, "no"),
        ("[a] < 18 and [b] = 2", {"b": "2"}, "unsure"),
        ("[a]", {"a": "2"}, "yes"),
        ("contains([word], 'ill')", {"word": "Still"}, "yes"),
        ("isblankormissingcode([a])", {"a": "-9"}, "yes"),
        ("[a] = '-9'", {"a": "-9"}, "yes"),
        ("[a] < 0", {"a": "-9"}, "unsure"),
    ],
)
def test_a_condition_holds_or_not_or_the_readings_differ(text, row, answer):
    assert told(text, row, missing=["", "-9"]) == [answer]


@pytest.mark.parametrize(
    ("text", "row", "answer"),
    [
        ("round([a] * 10000 / ([b] ^ 2), 1)", {"a": "80", "b": "160"}, "31.3"),
        ("round(2.5)", {}, "3"),
        ("round(-2.5)", {}, "-3"),
        ("round(1.005, 2)", {}, "1.01"),
        ("roundup(1.2)", {}, "2"),
        ("rounddown(-1.8)", {}, "-1"),
        ("[a] + 1", {}, ""),
        ("[a] / [b]", {"a": "1", "b": "0"}, ""),
        ("sum([a], [b])", {"a": "3"}, "3"),
        ("sum([a], [b])", {}, ""),
        ("mean([a], [b], [c])", {"a": "1", "c": "4"}, "2.5"),
        ("min([a], [b])", {"a": "10", "b": "9"}, "9"),
        ("max([a], -1)", {}, "-1"),
        ("median(1, 2, 9)", {}, "2"),
        ("stdev(2, 4)", {}, "1.4142135623730951"),
        ("abs(-2) + sqrt(9)", {}, "5"),
        ("-2 ^ 2", {}, "-4"),
        ("if([a] = 1, 'x', '')", {"a": "1"}, "x"),
        ("if([a] = '', 0, [a] * 2)", {"a": "4"}, "8"),
        ("([a] = 1) + ([b] = 2)", {"a": "1", "b": "2"}, "2"),
        ("datediff([day], '2020-02-28', 'd')", {"day": "2020-03-01"}, "2"),
        ("datediff([day], '2020-02-28', 'd', 'ymd', true)", {"day": "2020-03-01"}, "-2"),
        ("round(datediff([day], '2021-01-01', 'y'), 2)", {"day": "2020-01-01"}, "1"),
        ("datediff([day], '2020-01-01 12:30', 'h')", {"day": "2020-01-01 10:00"}, "2.5"),
        ("datediff([day], [later], 'd')", {"day": "2020-01-01"}, ""),
        ("sum([a], 1)", {"a": "-9"}, "1"),
        ("concat([word], '-', [a])", {"word": "x", "a": "1"}, "x-1"),
        ("year([day])", {"day": "2020-03-01"}, "2020"),
    ],
)
def test_a_formula_has_its_value(text, row, answer):
    (found,) = computed(text, row, missing=["", "-9"])
    assert found == answer or float(found) == pytest.approx(float(answer), abs=1e-12)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[nowhere] = 1", "no field of the dictionary"),
        ("[a(1)] = 1", "without its choice, or has none"),
        ("[box] = 1", "without its choice, or has none"),
        ("[box(7)] = 1", "no choice 7"),
        ("[a][2] = 1", "smart variable"),
        ("[start][a][current] = 1", "one instance"),
        ("datediff([day], 'today', 'd') > 1", "depends on the day"),
        ("datediff([day], [later], 'weeks') > 1", "no unit"),
        ("find('a', [word]) = 1", "function find"),
        ("round() = 1", "not given what it needs"),
        ("if([a] = 1, 2) = 1", "not given what it needs"),
    ],
)
def test_what_cannot_be_computed_is_said(text, reason):
    with pytest.raises(NotCompared, match=reason):
        told(text, {})


def test_a_column_that_the_export_lacks_is_said():
    lacking = records({})
    lacking.rows = lacking.rows.drop(columns="a")
    with pytest.raises(NotCompared, match="the export lacks the column a"):
        condition(parse("[a] = 1"), lacking)


LATER = {"redcap_event_name": "later"}
DOSE = {"redcap_repeat_instrument": "doses", "redcap_repeat_instance": "1"}
OTHER = {"id": "2"}


def test_a_field_of_an_event_is_that_of_the_same_record():
    rows = ({"a": "1"}, LATER, OTHER | {"a": "2"}, OTHER | LATER)
    assert told("[start][a] = 1", *rows) == ["yes", "yes", "no", "no"]
    assert told("[a] = 1", *rows) == ["yes", "no", "no", "no"]


def test_a_field_of_an_event_that_the_record_has_not_is_blank():
    assert told("[later][a] = ''", {}, OTHER | LATER | {"a": "1"}) == ["yes", "no"]


def test_a_row_of_a_repeating_instrument_sees_the_row_of_its_event():
    rows = ({"a": "1"}, DOSE | {"dose": "5"}, OTHER, OTHER | DOSE | {"dose": "6"})
    assert told("[a] = 1 and [dose] = 5", *rows)[1::2] == ["yes", "no"]


def test_which_instance_is_meant_from_outside_is_not_guessed():
    rows = ({}, DOSE | {"dose": "5"})
    assert told("[dose] = 5", *rows) == ["unsure", "yes"]
    assert told("[start][dose] = 5", *rows) == ["unsure", "unsure"]


def test_an_event_with_two_rows_of_a_record_gives_no_answer():
    assert told("[later][a] = 1", LATER | {"a": "1"}, LATER, {}) == ["unsure"] * 3
