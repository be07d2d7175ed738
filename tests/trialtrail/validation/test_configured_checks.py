"""The study's own checks: how they are written, and what they find."""

import pandas as pd
import pytest
import yaml

from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.configuration.checks import check_problems, written_out
from trialtrail.configuration.places import NotAPlace, parse_place, parse_time
from trialtrail.errors import StudyError
from trialtrail.validation.cross_checks.configured import configured_findings, moved

CONFIG = {
    "tables": {
        "participants": {
            "sources": [{"columns": {"participant_id": "", "arm": "", "randomised_on": ""}}]
        },
        "contacts": {
            "sources": [{"columns": {"participant_id": "", "provider_id": "", "contact_on": ""}}]
        },
        "providers": {"sources": [{"columns": {"provider_id": "", "trained_on": ""}}]},
    },
    "forms": {
        "birth": {
            "sources": [{"columns": {"participant_id": "", "completed_on": ""}}],
            "variables": [
                {"id": "weeks", "type": "integer"},
                {"id": "sex", "type": "category"},
                {"id": "age", "type": "number"},
            ],
        }
    },
}


def problems(**check):
    config = CONFIG | {"validation": {"checks": [{"id": "x", "kind": "order"} | check]}}
    return [what for what, _path, _do in check_problems(config)]


CONCEPTION = {
    "earlier": "birth.completed_on - birth.weeks weeks",
    "later": "participants.randomised_on",
    "of": "earlier",
}


def test_a_place_is_a_column_and_times_before_or_after_it():
    place = parse_place("birth.completed_on - birth.weeks weeks + 3 days")
    assert (place["table"], place["column"]) == ("birth", "completed_on")
    assert place["terms"] == [
        {"sign": -1, "unit": "weeks", "table": "birth", "column": "weeks"},
        {"amount": 3.0, "unit": "days"},
    ]
    assert parse_time("-7 days") == [{"amount": -7.0, "unit": "days"}]


@pytest.mark.parametrize(
    "text",
    ["birth", "birth.on - 3", "birth.on - 3 moons", "birth.on 3 days", "birth.on + 1.5 months", ""],
)
def test_what_is_no_place_is_refused(text):
    with pytest.raises(NotAPlace):
        parse_place(text)


def test_a_check_that_can_be_made_has_no_problem():
    assert problems(**CONCEPTION) == []
    assert problems(earlier="providers.trained_on", later="contacts.contact_on") == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"later": "participant.randomised_on"}, "`participant` is not a table of the study"),
        ({"later": "participants.randomized_on"}, "`participants` has no `randomized_on`"),
        ({"later": "participants.randomised_on + 3 moons"}, "is not a place"),
        ({"later": "birth.sex"}, "`birth.sex` is not a date"),
        ({"at_most": "long"}, "`long` is not a length of time"),
        ({"within": 3}, "A check of the kind `order` has no `within`"),
        ({"of": "left"}, "`left` is no side of the check `x`"),
        ({"later": "contacts.contact_on"}, "contacts has no one row for each row of birth"),
        ({"action": "stop", "severity": "note"}, "What stops the run is an error"),
        ({"kind": "agree"}, "The check `x` lacks `left`"),
    ],
)
def test_a_check_that_cannot_be_made_is_told(change, told):
    assert any(told in what for what in problems(**CONCEPTION | change))


def test_the_nearest_name_is_proposed_with_the_line_of_the_file(tmp_path):
    path = ROOT / "config" / "config.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["validation"]["checks"][0]["left"] = "baselin.age_years"
    with pytest.raises(StudyError) as told:
        Study(config, path)
    assert "write `baseline`" in str(told.value)
    assert "config.yaml, line" in str(told.value)


def table(**columns):
    frame = pd.DataFrame(columns)
    for name in frame:
        kind = {"weeks": "Int64", "age": "Float64", "sex": "string"}.get(name, "string")
        dates = name.endswith("_on")
        frame[name] = pd.to_datetime(frame[name]) if dates else frame[name].astype(kind)
    return frame


BIRTH = table(
    participant_id=["1", "2", "3"],
    completed_on=["2004-10-01", "2004-10-01", None],
    weeks=[40, 20, 40],
    age=[20.0, 21.0, None],
    sex=["m", "f", "m"],
)
PEOPLE = table(
    participant_id=["3", "2", "1"],
    screening_id=["S3", "S2", "S1"],
    randomised_on=["2004-01-01", "2004-02-01", "2004-03-01"],
)
SCREENING = table(screening_id=["S1", "S2", "S9"], age=[21.5, 21.0, 50.0], sex=["m", "m", "f"])
TABLES = {"birth": BIRTH, "participants": PEOPLE, "screening": SCREENING}


def found(check, tables=TABLES):
    whole = written_out({"id": "x"} | check, {"participants.randomised_on": "Day in p.csv"})
    (made,) = configured_findings(tables, [whole])
    return made, [*made.rows[made.rows].index]


def test_an_impossible_order_is_found_at_the_side_that_is_asked():
    made, rows = found({"kind": "order"} | CONCEPTION)
    # 2: born 2004-10-01 at 20 weeks, so begun in May, and randomised in February.
    assert (made.table, made.column, made.rule, rows) == (
        "birth",
        "completed_on",
        "order.x",
        [1],
    )
    assert made.message == (
        "participants.randomised_on lies before birth.completed_on - birth.weeks weeks "
        "(beside: Day in p.csv; birth.weeks)"
    )
    made, rows = found({"kind": "order"} | CONCEPTION | {"of": "later"})
    assert (made.table, rows) == ("participants", [1])


@pytest.mark.parametrize(
    ("limits", "rows"),
    [
        ({}, []),
        ({"at_least": "214 days"}, []),
        ({"at_least": "215 days"}, [0]),
        ({"at_most": "8 months"}, []),
        ({"at_most": "7 months"}, [1]),
    ],
)
def test_an_interval_has_a_least_and_a_greatest_length(limits, rows):
    check = {
        "kind": "order",
        "earlier": "participants.randomised_on",
        "later": "birth.completed_on",
    }
    assert found(check | limits)[1] == rows


@pytest.mark.parametrize(
    ("within", "rows"), [({}, [0]), ({"within": 1.5}, []), ({"within": 1}, [0])]
)
def test_numbers_agree_within_a_limit(within, rows):
    # 1 is 20 and 21.5; the third has no age, and S9 was never randomised.
    check = {"kind": "agree", "left": "birth.age", "right": "screening.age"} | within
    assert found(check)[1] == rows
    assert found(check | {"of": "right"})[1] == rows


def test_texts_and_dates_agree_or_do_not():
    check = {"kind": "agree", "left": "birth.sex", "right": "screening.sex"}
    assert found(check)[1] == [1]
    check = {
        "kind": "agree",
        "left": "birth.completed_on",
        "right": "participants.randomised_on",
        "within": "220 days",
    }
    assert found(check)[1] == [1]


def test_what_cannot_be_compared_is_told_without_a_value():
    with pytest.raises(StudyError, match="cannot be made"):
        found({"kind": "agree", "left": "birth.sex", "right": "screening.age"})
    with pytest.raises(StudyError, match="both places must be dates"):
        found({"kind": "order", "earlier": "birth.age", "later": "birth.completed_on"})


def test_months_are_those_of_the_calendar():
    dates = pd.Series(
        pd.to_datetime(["2004-01-31", "2003-01-31", "2004-02-29", None, "2004-01-01"])
    )
    later = moved(dates, pd.Series([1, 1, 12, 1, 0.5]), "months")
    assert later.dt.strftime("%Y-%m-%d").tolist()[:3] == ["2004-02-29", "2003-02-28", "2005-02-28"]
    assert later.isna().tolist() == [False, False, False, True, True]
    assert moved(dates, pd.Series([-1] * 5), "years")[2] == pd.Timestamp("2003-02-28")


def test_contacts_are_joined_to_providers():
    contacts = table(
        participant_id=["1", "1"], provider_id=["A", "B"], contact_on=["2004-01-05"] * 2
    )
    providers = table(provider_id=["B", "A"], trained_on=["2004-02-01", "2004-01-01"])
    check = {"kind": "order", "earlier": "providers.trained_on", "later": "contacts.contact_on"}
    assert found(check, {"contacts": contacts, "providers": providers})[1] == [1]
