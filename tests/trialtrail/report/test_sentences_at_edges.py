"""No sentence is stronger than its row: each wording rule at, below and above its boundary."""

import re
from math import nextafter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.trialtrail.report.fake_study import LABELS, STUDY, TEMPLATES
from trialtrail.analysis.measures import limits, measure_of
from trialtrail.qualitative.agreement.results import _direction
from trialtrail.qualitative.fragility import Claim, Groups, holds
from trialtrail.qualitative.saturation import base_and_run
from trialtrail.report.formatting import format_number
from trialtrail.report.numbers import Numbers
from trialtrail.report.quoted import Quoted
from trialtrail.report.templates import environment
from trialtrail.report.verdicts import CLAIMS, is_claimed, possible, side, verdict
from trialtrail.report.vocabulary import vocabulary
from trialtrail.results.cells import Cells

UP, DOWN = float("inf"), float("-inf")
ARMS = {"arms": {"usual": "Usual care", "group": "Walking group"}}


def row(lower, upper, measure="mean_difference", **more):
    """Return a row of `estimates`, its estimate in the middle."""
    ratio = measure_of(measure).ratio
    middle = (lower * upper) ** 0.5 if ratio else (lower + upper) / 2
    plain = {"row": "walk", "analysis": "main", "outcome": "walk", "label": "Walk", "unit": "m"}
    plain |= {"timepoint": "", "arm": "group", "reference": "usual", "role": "primary"}
    plain |= dict.fromkeys(("important", "margin", "better", "p_adjusted", "note", "decimals"), "")
    ends = {"estimate": repr(middle), "lower": repr(lower), "upper": repr(upper)}
    return plain | ends | {"level": "0.95", "measure": measure} | more


def templates(**tables):
    """Return the environment of the templates over made tables."""
    numbers = Numbers(Cells(tables), {})
    found = environment(TEMPLATES, {})
    found.globals |= vocabulary(numbers, Quoted(), LABELS | ARMS)
    found.globals |= {
        "words": STUDY["words"],
        "arms": STUDY["arms"],
        "level": "95%",
        "blinded": None,
        "text": lambda name: "",
        "has": lambda *names: all(name in numbers.cells.tables() for name in names),
        "file_of": numbers.cells.file_of,
        "parts_of": lambda name: [],
        "is_public": False,
    }
    return found


def words_of(page):
    return " ".join(html.fromstring(f"<div>{page}</div>").text_content().split())


def sentence(estimate, arms=()):
    """Return the sentence that the report prints of an effect."""
    shared = {"analysis": "main", "outcome": "walk", "timepoint": ""}
    own = [{"row": f"a{i}"} | shared | each for i, each in enumerate(arms)]
    empty = {"row": "none", "analysis": "", "outcome": "", "timepoint": "", "arm": "", "events": ""}
    known = templates(estimates=[estimate], arms=own or [empty])
    macro = '{% from "macros.html.j2" import verdict_of with context %}'
    call = "{{ verdict_of(table('estimates').get('walk')) }}"
    return words_of(known.from_string(macro + call).render())


# The interval and what it is held against.

ZERO, FIVE = 0.0, 5.0
AT = [
    ("mean_difference", ZERO, FIVE),
    ("risk_difference", ZERO, FIVE),
    ("hazard_ratio", 1.0, 1.25),
    ("rate_ratio", 1.0, 0.8),
    ("common_odds_ratio", 1.0, 1.25),
]


@pytest.mark.parametrize(("measure", "nothing", "important"), AT)
def test_arms_differ_only_where_no_difference_is_outside_the_interval(measure, nothing, important):
    above = limits(measure, important)[1]
    for low, said in (
        (nextafter(nothing, DOWN), "includes"),
        (nothing, "includes"),
        (nextafter(nothing, UP), "differs"),
    ):
        assert verdict(row(low, above, measure)) == said
    below = limits(measure, important)[0]
    for high, said in (
        (nextafter(nothing, UP), "includes"),
        (nothing, "includes"),
        (nextafter(nothing, DOWN), "differs"),
    ):
        assert verdict(row(below, high, measure)) == said


@pytest.mark.parametrize(("measure", "nothing", "important"), AT)
def test_an_amount_is_important_only_where_all_of_the_interval_is(measure, nothing, important):
    below, above = limits(measure, important)
    size = {"important": str(important)}
    high = above * 2
    assert verdict(row(nextafter(above, DOWN), high, measure, **size)) == "differs"
    assert verdict(row(above, high, measure, **size)) == "important"
    low = below / 2 if measure_of(measure).ratio else below * 2
    assert verdict(row(low, nextafter(below, UP), measure, **size)) == "differs"
    assert verdict(row(low, below, measure, **size)) == "important"


@pytest.mark.parametrize(("measure", "nothing", "important"), AT)
def test_an_important_amount_is_excluded_only_where_it_is_outside(measure, nothing, important):
    below, above = limits(measure, important)
    size = {"important": str(important)}
    for high, said in ((nextafter(above, DOWN), "no_important"), (above, "inconclusive")):
        found = row(nothing, high, measure, **size)
        assert verdict(found) == said
        assert possible(found) == (["higher"] if said == "inconclusive" else [])
    for low, said in ((nextafter(below, UP), "no_important"), (below, "inconclusive")):
        assert verdict(row(low, nothing, measure, **size)) == said
    inner = nextafter(nothing, UP)
    assert verdict(row(inner, nextafter(above, DOWN), measure, **size)) == "unimportant"
    assert verdict(row(inner, above, measure, **size)) == "differs"


@pytest.mark.parametrize(
    ("better", "low", "high", "said"),
    [
        ("higher", nextafter(-5.0, UP), 9, "non_inferior"),
        ("higher", -5.0, 9, "not_shown"),
        ("higher", -9, -5.0, "not_shown"),
        ("higher", -9, nextafter(-5.0, DOWN), "inferior"),
        ("lower", -9, nextafter(5.0, DOWN), "non_inferior"),
        ("lower", -9, 5.0, "not_shown"),
        ("lower", 5.0, 9, "not_shown"),
        ("lower", nextafter(5.0, UP), 9, "inferior"),
    ],
)
def test_a_margin_that_is_met_exactly_shows_nothing(better, low, high, said):
    assert verdict(row(low, high, margin="5", better=better)) == said


@pytest.mark.parametrize(
    ("p", "level", "claimed"),
    [
        ("", "0.95", True),
        ("0.0499999999", "0.95", True),
        ("0.05", "0.95", False),
        ("0.0500000001", "0.95", False),
        ("1", "0.95", False),
        ("0.1", "0.9", False),
        ("0.0999", "0.9", True),
        ("0", "0.95", True),
    ],
)
def test_a_difference_is_claimed_only_below_the_level(p, level, claimed):
    found = row(1.0, 4.0, p_adjusted=p, level=level)
    assert is_claimed(found) == claimed
    said = sentence(found)
    assert ("mean higher in Walking group than in Usual care" in said) == claimed
    assert ("so that no difference is claimed" in said) == (not claimed)


@pytest.mark.parametrize("important", ["", "0.5", "5"])
def test_nothing_is_claimed_of_an_interval_with_no_difference_in_it(important):
    assert not is_claimed(row(0.0, 4.0, important=important, p_adjusted="0.001"))


ENDS = st.floats(-9, 9).map(lambda x: round(x, 3))
LIMITED = st.sampled_from(["", "0.5", "5", "2.25"])
NUMBER = re.compile(r"([\d.−×⁻ ]+) \(([\d.−]+) to ([\d.−]+)\)")


@settings(max_examples=25)
@given(ENDS, ENDS, LIMITED)
def test_no_end_is_printed_as_a_limit_that_it_is_not(one, other, important):
    low, high = sorted([one, other])
    said = sentence(row(low, high, important=important))
    printed = [float(end.replace("−", "-")) for end in NUMBER.findall(said)[-1][1:]]
    held = {0.0} | {end for end in limits("mean_difference", float(important or 0))}
    for end, shown in zip((low, high), printed, strict=True):
        assert (shown in held) <= (end in held)


@settings(max_examples=25)
@given(ENDS, ENDS, LIMITED, st.sampled_from(["", "0.01", "0.05", "0.9"]))
def test_a_sentence_says_higher_or_lower_only_where_the_interval_does(one, other, important, p):
    low, high = sorted([one, other])
    found = row(low, high, important=important, p_adjusted=p)
    said = sentence(found)
    claims = re.search(r"mean (higher|lower) in Walking group than", said)
    assert bool(claims) == is_claimed(found)
    if claims:
        assert claims[1] == side(found)
        assert low > 0 if claims[1] == "higher" else high < 0
    if "by an important amount" in said and "whether" not in said:
        assert min(abs(low), abs(high)) >= float(important)
    if "excludes an important one" in said or "less than an important" in said:
        assert max(abs(low), abs(high)) < float(important)


def test_verdicts_that_claim_are_those_that_exclude_no_difference():
    assert set(CLAIMS) == {"important", "differs", "unimportant"}


def test_what_was_not_observed_is_said_and_not_estimated():
    nothing = row(0.0, 0.0, note="no value in either arm") | dict.fromkeys(
        ("estimate", "lower", "upper"), ""
    )
    assert sentence(nothing) == "no effect can be estimated: no value in either arm."
    one = row(1.0, 2.0, note="one value: no interval") | {"lower": "", "upper": ""}
    assert sentence(one) == "difference of means 1.50 m: one value: no interval."
    few = row(1.0, 2.0, note="too few") | {"lower": "", "upper": ""}
    assert sentence(few) == "difference of means 1.50 m, without an interval: too few."


@pytest.mark.parametrize(
    ("events", "said"),
    [(("0", "0"), True), (("0", "1"), False), (("1", "1"), False), (("", ""), False)],
)
def test_that_nothing_happened_is_said_where_it_happened_to_nobody(events, said):
    arms = [
        {"arm": arm, "events": count, "n_with_data": "9"}
        for arm, count in zip(("usual", "group"), events, strict=True)
    ]
    found = sentence(row(-9.0, 9.0, "risk_difference"), arms)
    assert found.startswith("no event was observed in either arm; ") == said


# Numbers.


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("0", "0"),
        ("0.04", "0.04"),
        ("0.5", "1"),
        ("99.4", "99"),
        ("99.6", "99.6"),
        ("99.996", "99.996"),
        ("100", "100"),
    ],
)
def test_only_none_is_none_and_only_all_is_all(value, printed):
    assert format_number(value, ".0p") == printed


# Findings of interviews.


@pytest.mark.parametrize(
    ("new", "status"),
    [
        ([20, 0, 0, 0, 0, 1], "reached"),
        ([10, 5, 5, 0, 1, 0], "reached"),
        ([10, 5, 5, 0, 1, 1], "not reached"),
        ([10, 5, 5, 0, 2, 0], "not reached"),
        ([0, 0, 0, 0, 0, 0], "not assessable"),
        ([10, 5, 5, 0, 1], "not assessable"),
        ([], "not assessable"),
    ],
)
def test_saturation_is_reached_at_the_threshold_and_not_above_it(new, status):
    assert base_and_run(np.array(new, dtype=int), 4, 2, 5).status == status


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        (0.0, 0.2, "undecided"),
        (nextafter(0.0, UP), 0.2, "higher"),
        (-0.2, 0.0, "undecided"),
        (-0.2, nextafter(0.0, DOWN), "lower"),
        (float("nan"), float("nan"), None),
    ],
)
def test_agreement_is_higher_only_where_zero_is_outside(lower, upper, said):
    assert _direction(lower, upper) == said


EVERYBODY = {"a", "b", "c", "d"}
GROUPS = Groups(
    {"walker": frozenset("ab"), "guide": frozenset("cd")},
    {"early": frozenset("ac"), "later": frozenset("bd")},
)


@pytest.mark.parametrize(
    ("kind", "value", "found", "said"),
    [
        ("at_least", 2, "a", False),
        ("at_least", 2, "ab", True),
        ("in_every", "role", "ab", False),
        ("in_every", "role", "ac", True),
        ("in_every", "role", "", False),
        ("more_in", ["walker", "guide"], "ac", False),
        ("more_in", ["walker", "guide"], "abc", True),
        ("more_in", ["walker", "guide"], "", False),
    ],
)
def test_a_registered_claim_holds_only_where_its_count_does(kind, value, found, said):
    claim = Claim("x", "text", None, kind, value)
    assert holds(claim, set(found), EVERYBODY, GROUPS) == said


def whole(**more):
    plain = {"row": "found.t", "claim": "found.t", "scope": "whole", "label": "T", "kind": "found"}
    plain |= {"level": "theme", "n": "2", "denominator": "3", "holds": "True", "least_without": "1"}
    empty = ("coder", "rests_on", "people_named", "coders_named", "least_alone")
    return plain | dict.fromkeys(empty, "") | more


def alone(coder):
    return whole(row=f"found.t.alone.{coder}", scope="alone", coder=coder)


@pytest.mark.parametrize(
    ("rows", "said", "not_said"),
    [
        ([whole()], "nothing rests on one person. With fewer than two coders", "or on one coder"),
        ([whole(), alone("r1"), alone("r2")], "nothing rests on one person or on one coder.", "†"),
        ([whole(holds="False", n="0")], "Nothing was found, and nothing can rest", "All that held"),
        (
            [whole(rests_on="one person", people_named="Guide 1"), alone("r1"), alone("r2")],
            "does not hold without any one of Guide 1",
            "All that held",
        ),
        (
            [whole(rests_on="one coder", coders_named="r1"), alone("r1"), alone("r2")],
            "does not hold by the codings of r1 alone",
            "All that held",
        ),
    ],
)
def test_what_findings_rest_on_is_said_of_whom_it_was_computed_without(rows, said, not_said):
    page = templates(fragility=rows).get_template("sections/fragility.html.j2").render()
    paragraph = words_of(
        html.fragment_fromstring(f"<div>{page}</div>").xpath(".//p")[0].text_content()
    )
    assert said in paragraph
    assert not_said not in paragraph


def saturation(**more):
    plain = {"row": "all", "role": "", "stage": "", "codings": "any coder", "order": "date"}
    plain |= {"base": "4", "run": "2", "threshold": "5", "initial_sample": "10", "stopping": "3"}
    plain |= {"people": "9", "needed": "6", "base_codes": "8", "interviews": "9", "codes": "9"}
    plain |= {"one_person": "1", "point": "", "run_codes": "", "run_percent": "", "codes_after": ""}
    plain |= {"stopped_at": "", "stopping_status": "not assessable", "needed_to_stop": "13"}
    return plain | {"orders": "9", "orders_reached": "4", "status": "not assessable"} | more


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"people": "1"}, "1 person was interviewed, and base and run need 6."),
        ({"people": "5"}, "5 people were interviewed, and base and run need 6."),
        ({"base_codes": "0"}, "The interviews of the base were given no code."),
        (
            {"status": "not reached", "run_codes": "1", "run_percent": "12.5"},
            "the last run brought 1 new code (12.5% of those of the base)",
        ),
        (
            {"status": "reached", "point": "4+2", "codes_after": "3"},
            "base and run reach saturation at 4+2 of 9 people; 3 of 9 codes were first met after",
        ),
    ],
)
def test_saturation_is_told_with_why_it_is_not_assessed(more, said):
    page = templates(saturation=[saturation(**more)]).get_template("sections/saturation.html.j2")
    assert said in words_of(page.render())
