"""Claims without each person and by each coder alone."""

import pandas as pd
import pytest

from tests import small_interviews as small
from trialtrail.errors import StudyError
from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.fragility import measure_fragility

from schemas.results.base import conform
from schemas.results.cases import Fragility


def measured(*claims, segments=None, interviews="register"):
    register = small.register() if isinstance(interviews, str) else interviews
    held = held_interviews(register, small.TEXTS)
    segments = small.segments() if segments is None else segments
    rows = measure_fragility(segments, small.codebook(), held, register, claims)
    return conform(rows, Fragility).set_index("row")


def claim(**more):
    return {"id": "x", "text": "A claim", "entry": "trust"} | more


def test_each_theme_and_category_is_recomputed_without_every_person():
    table = measured()
    whole = table[table["scope"] == "whole"]
    assert list(whole.index) == [
        *("found.trust", "found.trust.start", "found.trust.growth", "found.load")
    ]
    assert list(whole["n"]) == [3, 1, 3, 2]
    assert (whole["denominator"] == 7).all()
    without = table[(table["claim"] == "found.trust") & (table["scope"] == "without")]
    assert len(without) == 7
    assert without["denominator"].eq(6).all()
    assert without["n"].tolist() == [2, 3, 3, 2, 2, 3, 3]  # of coaches, patients and the clerk


def test_what_was_found_in_one_person_rests_on_that_person():
    row = measured().loc["found.trust.start"]
    assert (row["rests_on"], row["people_named"]) == ("one person", "Patient 1")
    assert row["people_it_rests_on"] == 1
    assert pd.isna(measured().loc["found.trust", "rests_on"])


def test_what_one_coder_alone_found_rests_on_that_coder():
    codings = [("c1", "openness", "then she rang me", "a"), ("p1", "openness", "I told her", "a")]
    codings += [("c2", "time", "I had no time", "ab"), ("k1", "time", "The list", "ab")]
    table = measured(segments=small.segments(codings))
    row = table.loc["found.trust"]
    assert (row["rests_on"], row["coders_named"]) == ("one coder", "b")
    assert (row["least_alone"], table.loc["found.trust.alone.b", "n"]) == (0, 0)
    assert pd.isna(table.loc["found.load", "rests_on"])


def test_with_one_coder_nothing_is_said_of_coders():
    segments = small.segments()
    table = measured(segments=segments[segments["coder"] == "a"])
    assert pd.isna(table.loc["found.trust", "least_alone"])
    assert not (table["scope"] == "alone").any()
    assert table["coders_it_fails_by"].fillna(0).eq(0).all()


@pytest.mark.parametrize(
    ("kind", "value", "holds", "rests"),
    [
        ("at_least", 2, True, None),  # by b alone in two: coach 1 and patient 1
        ("at_least", 3, True, "one person, one coder"),
        ("at_least", 4, False, None),
        ("in_every", "role", False, None),
        ("in_every", "stage", True, "one person, one coder"),
        ("more_in", ["early", "late"], True, None),
        ("more_in", ["late", "early"], False, None),
        ("more_in", ["patient", "coach"], True, "one coder"),
    ],
)
def test_registered_claims_are_judged_by_their_rule(kind, value, holds, rests):
    row = measured(claim(**{kind: value})).loc["claim.x"]
    assert row["holds"] == holds
    assert (None if pd.isna(row["rests_on"]) else row["rests_on"]) == rests


def test_a_role_of_one_person_stays_a_role_when_that_person_is_left_out():
    table = measured(claim(entry="load", in_every="role"))
    assert not table.loc["claim.x", "holds"]  # no patient spoke of it
    codings = [*small.CODINGS, ("p1", "time", "Later", "ab")]
    table = measured(claim(entry="load", in_every="role"), segments=small.segments(codings))
    assert table.loc["claim.x", "holds"]
    assert not table.loc["claim.x.without.clerk_1", "holds"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([claim()], "says nothing"),
        ([claim(at_least=1, in_every="role")], "says several things"),
        ([claim(at_least=1), claim(at_least=2)], "two claims are called"),
        ([claim(at_least=1, entry="trsut")], "no entry of the codebook"),
        ([claim(more_in=["early", "laet"])], "no role or stage is named `laet`"),
    ],
)
def test_a_claim_that_cannot_be_computed_is_refused(given, said):
    with pytest.raises(StudyError, match=said):
        measured(*given)


def test_leaving_out_takes_one_from_those_in_whom_it_was_found():
    table = measured(claim(at_least=1))
    for name, own in table.groupby("claim"):
        whole = own[own["scope"] == "whole"].iloc[0]
        without = own[own["scope"] == "without"]
        assert (whole["n"] - without["n"]).sum() == whole["n"], name
        assert whole["least_without"] == without["n"].min()
