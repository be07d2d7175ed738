"""Facts that reporting checklists ask of the tables: people, places, lengths, codes, quotations."""

import pandas as pd
import pytest
from small_tables import topic

from scripts.tabulate_qualitative_facts import tabulate_qualitative_facts

REGISTER = pd.DataFrame(
    {
        "interview_id": ["I1", "I2", "I3", "I4"],
        "role": ["nurse", "nurse", "nurse", "guest"],
        "number": [1, 1, 2, 1],
        "status": ["interviewed", "interviewed", "declined", "interviewed"],
        "document": ["a", "b", pd.NA, "c"],
        "interviewer": ["X", "Y", "X", "X"],
        "venue": ["at_home", "ward", pd.NA, "at_home"],
        "interviewed_on": pd.to_datetime(["2020-03-01", "2020-02-01", None, "2020-05-06"]),
    }
)
QUOTED = pd.DataFrame(
    {
        "row": ["q1", "q2", "q3"],
        "quotation": [1, 2, 3],
        "theme": ["care", "care", "care"],
        "category": ["night", "night", "day"],
        "role": ["nurse", "nurse", "guest"],
        "number": [1, 1, 1],
        "verbatim": [True, True, False],
        "printable": [True, True, False],
    }
)
TURNS = pd.DataFrame(
    {
        "document": ["a", "a", "b", "c"],
        "time_start": [0.0, 60.0, 0.0, float("nan")],
        "time_end": [50.0, 1800.0, 600.0, float("nan")],
    }
)


def facts(**tables):
    return topic(tabulate_qualitative_facts(tables, 1), "qualitative_facts")


def test_people_interviewed_twice_are_one_person():
    found = facts(interviews=REGISTER)
    assert found.loc["more_than_once", ["n", "denominator"]].to_list() == [1, 2]


def test_interviewers_places_and_days_are_of_interviews_that_took_place():
    found = facts(interviews=REGISTER)
    assert found.loc["interviewers", "n"] == 2
    assert found.loc["places", "note"] == "at home 2; ward 1"
    assert found.loc["days", "note"] == "2020-02-01 to 2020-05-06"


def test_the_length_of_an_interview_is_its_last_time_and_untimed_ones_are_left_out():
    found = facts(turns=TURNS).loc["minutes"]
    assert found[["n", "median", "minimum", "maximum"]].to_list() == [2, 20, 10, 30]
    assert "minutes" not in facts(turns=TURNS[TURNS["document"] == "c"], interviews=REGISTER).index


def test_who_is_quoted_counts_people_whose_quotations_can_be_printed():
    found = facts(interviews=REGISTER, quotations=QUOTED)
    assert found.loc["quoted", ["n", "denominator"]].to_list() == [1, 2]
    assert found.loc["verbatim", ["n", "denominator"]].to_list() == [2, 3]


def test_programs_are_those_that_fed_the_codings_and_say_who_they_are():
    exports = pd.DataFrame(
        [
            ("a", "refi_qda", "origin: MaxiCode 3; table: codings", "segments"),
            ("b", "refi_qda", "origin: not stated; table: codings", "segments; codebook"),
            ("c", "taguette", "table: codings", "segments"),
            ("d", "qualcoder", "table: texts", "transcripts"),
            ("e", "csv", "encoding: utf-8", "segments"),
        ],
        columns=["row", "format", "form", "tables"],
    )
    found = facts(exports=exports).loc["software"]
    assert found["note"] == "MaxiCode 3; a program that writes REFI-QDA; Taguette"
    assert facts(exports=exports[exports["row"].isin(["d", "e"])], turns=TURNS).index.to_list() == [
        "minutes"
    ]


@pytest.mark.parametrize(("most", "shown"), [(1, 2), (2, 3), (3, 4), (9, 4)])
def test_of_each_category_the_report_shows_the_first_quotations_that_may_be_printed(most, shown):
    quoted = pd.DataFrame(
        {
            "row": [f"q{n}" for n in range(5)],
            "quotation": range(5),
            "theme": ["care", "care", "care", "rest", "rest"],
            "category": ["night", "night", "night", "night", pd.NA],
            "verbatim": True,
            "printable": [True, True, True, True, False],
        }
    )
    found = topic(tabulate_qualitative_facts({"quotations": quoted}, most), "qualitative_facts")
    assert found.loc["shown", ["n", "denominator", "maximum"]].to_list() == [shown, 4, most]
