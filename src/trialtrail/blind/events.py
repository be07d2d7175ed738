"""Events of harm in a blinded study: what happened to whom, without days, words and causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from trialtrail.blind.forms import DAY, Form, Withheld
from trialtrail.blind.revealing import in_one_arm_alone
from trialtrail.blind.source import Finished, People
from trialtrail.validation.begun import has_begun, says_so

if TYPE_CHECKING:
    from trialtrail.configuration import Study

UNNAMED = "event"
"""Stands for what happened."""
SEVERITY, SERIOUS, LAST_DAY = "severity", "serious", "last_day"
GRADES = ("category", "integer")


def event_forms(
    study: Study, finished: Finished, people: People, withheld: Withheld
) -> tuple[list[Form], dict[str, Any]]:
    """Return the forms of events, and the plan's part on harms; both empty where it is withheld."""
    plan = study.harms
    if plan is None:
        return [], {}
    why = "a kind of event, and its cause, may be of one arm alone"
    withheld.say("What happened, its class, and whether the intervention may be the cause", why)
    if "population" in plan:
        why = "who received the intervention tells an arm; all who were randomised are counted"
        withheld.say("The population of the harms", why)
    forms = [each for name in plan["forms"] if (each := _events(study, finished, people, name))]
    for name, about in plan["forms"].items():
        if name not in [form.name for form in forms]:
            withheld.say(about["label"], "at least one arm has no event of it")
    if not forms:
        return [], {}
    entry: dict[str, Any] = {"form": [form.name for form in forms], "event": "event"}
    if all(SEVERITY in [column.name for column in form.columns] for form in forms):
        entry[SEVERITY] = SEVERITY
    if SERIOUS in plan:
        entry[SERIOUS] = {"variable": SERIOUS, "values": [True]}
    return [_in_order(form) for form in forms], entry


def _events(study: Study, finished: Finished, people: People, name: str) -> Form | None:
    """Return a form of events: how severe each was, and whether serious; None if of some arms."""
    plan: dict[str, Any] = study.harms or {}
    about = plan["forms"][name]
    rows = finished.forms[name]
    rows = people.of(rows[has_begun(rows, about["columns"], about.get("took_place"))])
    had = pd.Series(people.letters.index.isin(rows.index), people.letters.index)
    if in_one_arm_alone(had.where(had, None), people.letters):
        return None
    form = Form(name, about["label"], study.config["forms"][name]["timepoint"], repeats=True)
    unnamed = pd.Series(UNNAMED, rows.index, dtype="object")
    form.add("event", "category", "Event", unnamed, codes={UNNAMED: UNNAMED})
    if SEVERITY in plan:
        graded = plan[SEVERITY]
        kind = next(v["type"] for v in study.variables(name) if v["id"] == graded["variable"])
        levels = [str(level) for level in graded["levels"]]
        more = {"codes": {level: level for level in levels}} if levels else {}
        more |= {"labels": graded["labels"]} if graded["labels"] else {}
        if kind in GRADES:
            form.add(SEVERITY, kind, graded["called"], rows[graded["variable"]], **more)
    if SERIOUS in plan:
        serious = says_so(rows[plan[SERIOUS]["variable"]], plan[SERIOUS]["values"])
        form.add(SERIOUS, "boolean", "Serious", serious)
    return form


def _in_order(form: Form) -> Form:
    """Return the form with the events of each participant in the order of what they were."""
    frame = pd.DataFrame({c.name: c.values.astype("string") for c in form.columns})
    frame["who"] = frame.index
    order = frame.reset_index(drop=True).sort_values(["who", *(c.name for c in form.columns)])
    for column in form.columns:
        column.values = column.values.iloc[order.index]
    return form


def time_at_risk(
    study: Study, finished: Finished, people: People, withheld: Withheld
) -> pd.Series | None:
    """Return the last day of each participant's time at risk, told from a common day."""
    plan = study.harms or {}
    if "exposure" not in plan or "randomised_on" not in finished.participants:
        return None
    began = people.of(finished.participants)["randomised_on"]
    rows = people.of(finished.forms[plan["exposure"]["form"]])[plan["exposure"]["variable"]]
    days = (rows[~rows.index.duplicated()].reindex(began.index) - began).dt.days
    last = (DAY + pd.to_timedelta(days.astype("float64"), unit="D")).reindex(people.letters.index)
    if why := in_one_arm_alone(last, people.letters):
        withheld.say("Events for 100 person-years", why)
        return None
    return last
