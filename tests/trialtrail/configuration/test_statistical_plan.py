"""Days of the plan's documents, and names of intercurrent events, are checked."""

import pytest

from trialtrail.configuration.plan_document import document_problems

EVENTS = [{"id": "moved", "label": "Moved"}, {"id": "died", "label": "Died"}]


def problems(study=None, plan=None, **analysis):
    """Return what is wrong, and where."""
    config = {"study": study or {}, "analysis": analysis, "statistical_plan": plan or {}}
    return [(what, ".".join(map(str, path))) for what, path, _ in document_problems(config)]


@pytest.mark.parametrize(
    ("study", "plan", "where"),
    [
        ({"plan": {"version": "1", "date": "2025-02-30"}}, {}, "study.plan.date"),
        ({"protocol": {"date": "2025-13-01"}}, {}, "study.protocol.date"),
        ({"registration": {"number": "1", "date": "0000-01-01"}}, {}, "study.registration.date"),
        (
            {},
            {"revisions": [{"version": "1"}, {"version": "2", "date": "2023-02-29"}]},
            "statistical_plan.revisions.1.date",
        ),
        (
            {},
            {"signatures": {"author": {"name": "A", "signed_on": "2025-04-31"}}},
            "statistical_plan.signatures.author.signed_on",
        ),
    ],
)
def test_a_day_that_no_calendar_has_is_found(study, plan, where):
    (found,) = problems(study, plan)
    assert found[0].endswith("is no day of the calendar")
    assert found[1] == where


def test_days_that_are_days_are_no_problem():
    assert not problems({"plan": {"version": "1", "date": "2024-02-29"}})


def test_events_have_names_of_their_own_and_estimands_name_them():
    offer = {"id": "offer", "events": {"moved": "composite", "dead": "composite"}}
    found = problems(events=[*EVENTS, {"id": "moved", "label": "Again"}], estimands=[offer])
    assert [where for _, where in found] == [
        "analysis.events.2.id",
        "analysis.estimands.0.events.dead",
    ]
    assert not problems(estimands=[offer])  # without the list any name will do
    assert not problems(events=EVENTS, estimands=[{"id": "offer"}])
