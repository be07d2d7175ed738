"""Published figures beside reproduced ones."""

import pytest

from trialtrail.results.cells import Cells
from trialtrail.results.claims import (
    DIFFERS,
    NOT_COMPUTABLE,
    REPRODUCED,
    agrees,
    as_printed,
    check,
    figure,
    note_contradictions,
)
from trialtrail.errors import StudyError

UPTAKE = [
    {"row": "any", "n": 129, "denominator": 172, "percent": 75.0},
    {"row": "three", "n": 85, "denominator": 172, "percent": 49.4186},
    {"row": "over_three", "n": 80, "denominator": 172, "percent": 46.5116},
    {"row": "empty", "n": "", "denominator": "", "percent": ""},
]
OUTCOMES = [{"row": "d", "estimate": 1.6359, "lower": -0.94499, "upper": 4.2101}]
CELLS = Cells({"uptake": UPTAKE, "estimates": OUTCOMES})


def published(**parts):
    return {"value": "", "denominator": "", "percent": "", "lower": "", "upper": ""} | parts


@pytest.mark.parametrize(
    ("printed", "value", "expected"),
    [
        ("1.64", 1.6359, True),
        ("1.64", 1.6349, False),
        ("1.64", 1.645, True),
        ("1.64", 1.6450001, False),
        ("-0.94", -0.94499, True),
        ("\N{MINUS SIGN}0.94", -0.94499, True),
        ("0", 0.5, True),
        ("1", 0.5, True),
        ("49", 49.4186, True),
        ("49.0", 49.4186, False),
        ("1,200", 1200.0, True),
        ("75%", 75.4, True),
        ("0.0", -0.049, True),
    ],
)
def test_a_value_agrees_when_it_rounds_to_what_was_printed(printed, value, expected):
    assert agrees(printed, value) is expected


def test_a_value_is_shown_at_the_printed_precision():
    assert as_printed(80.0, "85") == "80"
    assert as_printed(1.6359, "1.71") == "1.64"
    assert as_printed(-0.001, "1.20") == "0.00"
    assert as_printed(2.5, "2") == "2"  # a tie that agrees is shown as it was printed


def test_a_figure_reads_as_in_print():
    assert figure({"value": "129", "denominator": "172", "percent": "75"}) == "129/172 (75%)"
    assert figure({"value": "1.64", "lower": "-0.94", "upper": "4.21"}) == "1.64 (-0.94 to 4.21)"


def test_a_row_reproduces_each_part_that_was_printed():
    counts = published(value="129", denominator="172", percent="75")
    assert check("c", counts, "uptake#any", CELLS).verdict == REPRODUCED
    interval = published(value="1.64", lower="-0.94", upper="4.21")
    assert check("c", interval, "estimates#d", CELLS).verdict == REPRODUCED


@pytest.mark.parametrize(
    ("part", "text", "told"),
    [
        ("value", "130", "130 printed, 129 reproduced"),
        ("denominator", "173", "denominator 173 printed"),
        ("percent", "74", "percent 74 printed"),
    ],
)
def test_one_part_that_differs_makes_the_claim_differ(part, text, told):
    counts = published(value="129", denominator="172", percent="75") | {part: text}
    result = check("c", counts, "uptake#any", CELLS)
    assert result.verdict == DIFFERS
    assert told in "; ".join(result.notes)


def test_a_mapping_may_name_a_cell_for_each_part():
    counts = published(value="49", denominator="172")
    mapping = {"value": "uptake#three/percent", "denominator": "uptake#any/denominator"}
    assert check("c", counts, mapping, CELLS).verdict == REPRODUCED
    with pytest.raises(StudyError, match="`value`"):
        check("c", counts, {"valu": "uptake#three/n"}, CELLS)


@pytest.mark.parametrize(
    ("parts", "mapping", "why"),
    [
        ({"value": "1"}, None, "no cell is named for it"),
        ({"value": "1"}, "uptake#empty", "uptake#empty/n is empty"),
        ({"value": "1"}, "uptake#gone", "no row `gone`"),
        ({"value": "many"}, "uptake#any", "not a number"),
        ({"value": "129", "denominator": "172"}, "uptake#any/n", "for the denominator"),
        ({}, "uptake#any", "no figure was printed"),
    ],
)
def test_what_cannot_be_computed_says_why(parts, mapping, why):
    result = check("c", published(**parts), mapping, CELLS)
    assert result.verdict == NOT_COMPUTABLE
    assert why in "; ".join(result.notes)


def test_one_reason_is_said_once():
    counts = published(value="129", denominator="172", percent="75")
    assert len(check("c", counts, "uptake#gone", CELLS).notes) == 1


def test_a_misspelt_table_ends_the_check():
    with pytest.raises(StudyError, match="`uptake`"):
        check("c", published(value="1"), "uptak#any", CELLS)


def test_print_that_contradicts_itself_is_noted():
    wrong = published(value="129", denominator="172", percent="57")
    assert "the printed counts give 75%" in check("c", wrong, None, CELLS).notes
    right = published(value="85", denominator="172", percent="49")
    assert check("c", right, None, CELLS).notes == ["no cell is named for it"]
    outside = published(value="5", lower="1", upper="4")
    assert "lies outside" in check("c", outside, None, CELLS).notes[0]


def test_two_claims_of_one_figure_for_different_cells_contradict_each_other():
    figure_of = published(value="85", denominator="172")
    pair = [
        check("first", figure_of, "uptake#three", CELLS),
        check("second", figure_of, "uptake#over_three", CELLS),
    ]
    note_contradictions(pair)
    assert pair[0].verdict == REPRODUCED
    assert pair[0].notes == []
    assert pair[1].verdict == DIFFERS
    assert "first" in pair[1].notes[-1]
    assert "(85/172)" in pair[1].notes[-1]


def test_claims_of_other_figures_or_one_cell_do_not_contradict_each_other():
    checks = [
        check("a", published(value="85", denominator="172"), "uptake#over_three", CELLS),
        check("b", published(value="85", denominator="172"), "uptake#over_three", CELLS),
        check("c", published(value="85"), "uptake#three", CELLS),
    ]
    before = [list(each.notes) for each in checks]
    note_contradictions(checks)
    assert [each.notes for each in checks] == before
