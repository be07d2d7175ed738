"""What is told of `analysis.harms` where it cannot be counted so."""

from __future__ import annotations

import pytest
from small_trial import delimited, validated, write_study

FORM = {
    "label": "Adverse events",
    "timepoint": "during_the_trial",
    "repeats": "no",
    "sources": [{"export": "events", "columns": {"participant_id": "id"}}],
    "variables": [
        {"id": "term", "column": "term", "type": "text", "label": "Event"},
        {"id": "began_on", "column": "began", "type": "date", "label": "Began"},
        {
            "id": "relation",
            "column": "relation",
            "type": "category",
            "label": "Relation",
            "codes": {"0": "unrelated", "1": "possible"},
        },
        {"id": "serious", "column": "serious", "type": "boolean", "label": "Serious"},
    ],
}
HARMS = {
    "form": "events",
    "event": "term",
    "serious": {"variable": "serious", "values": [True]},
    "related": {"variable": "relation", "values": ["possible"]},
    "exposure": {"until": "twelve_months.completed_on"},
}
EVENT = {"id": "P001", "no": "1", "term": "Fall", "began": "02.04.2024"}
ROWS = [EVENT | {"relation": "1", "serious": "no"}]


def refusal(tmp_path, without=None, **changed):
    """Return what is told of the small trial with harms that are changed in some keys.

    ``without`` is a column that the participants are not to have.
    """

    def change(config):
        config["exports"]["events"] = config["exports"]["trial"] | {"file": "data/events.csv"}
        config["forms"]["events"] = FORM
        config["analysis"]["harms"] = HARMS | changed
        config["tables"]["participants"]["sources"][0]["columns"].pop(without, None)

    file = write_study(tmp_path, None, change, {"data/events.csv": delimited(ROWS)})
    told = validated(file).refusal
    return told.text() if told else ""


def test_harms_of_a_form_that_repeats_are_taken(tmp_path):
    assert refusal(tmp_path) == ""


@pytest.mark.parametrize(
    ("changed", "what", "do"),
    [
        ({"form": "falls"}, "`falls` is not a name of forms", "write one of baseline"),
        ({"form": []}, "the wrong form", "write at least 1"),
        ({"form": ["events", "events"]}, "events is named twice", "name each form once"),
        ({"form": "baseline"}, "so its events are no harms", "of another timepoint"),
        ({"event": "word"}, "`word` is not a variable of the form events", "write one of term"),
        ({"event": "began_on"}, "of the type date and tells no event", "`category` or `text`"),
        ({"system": "serious"}, "of the type boolean and tells no system", "`category` or `text`"),
        ({"severity": "grade"}, "`grade` is not a variable of the form events", "write one of"),
        (
            {"serious": {"variable": "sae", "values": [True]}},
            "`sae` is not a variable of the form events",
            "write one of term, began_on, relation, serious",
        ),
        (
            {"serious": {"variable": "serious", "values": ["yes"]}},
            "`yes` is not a value of serious",
            "write one of true, false",
        ),
        (
            {"related": {"variable": "relation", "values": ["likely"]}},
            "`likely` is not a value of relation",
            "write one of unrelated, possible",
        ),
        ({"related": {"variable": "relation"}}, "lacks `values`", "add it"),
        ({"organ": "term"}, "Unknown key `organ`", "known here: form, event, system"),
        (
            {"exposure": {"until": "twelve_months"}},
            "`twelve_months` is no day",
            "write one of twelve_months.completed_on",
        ),
        ({"exposure": {"until": "end.day"}}, "names no form and its variable", "baseline, twelve"),
        (
            {"exposure": {"until": "events.began_on"}},
            "events repeats, so it does not say once",
            "that each participant has once",
        ),
        (
            {"population": {"form": "end", "variable": "x", "values": [1], "label": "seen"}},
            "`end` is not a name of forms",
            "write one of",
        ),
        (
            {"population": {"form": "baseline", "variable": "x", "values": [1], "label": "seen"}},
            "`x` is not a variable of the form baseline",
            "write one of age_years",
        ),
        (
            {"population": {"form": "baseline", "variable": "sex", "values": ["x"], "label": "s"}},
            "`x` is not a value of sex",
            "write one of female, male",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write(tmp_path, changed, what, do):
    told = refusal(tmp_path, **changed)
    assert what in told
    assert do in told
    assert "study.yaml, line" in told


def test_a_time_at_risk_needs_the_day_of_randomisation(tmp_path):
    told = refusal(tmp_path, without="randomised_on")
    assert "The time at risk begins on the day of randomisation, which is not known" in told
    assert "add `randomised_on` to the columns of participants" in told
