"""Events of harm in a blinded study: what happened to whom, without days, words and causes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from trialtrail.blind.forms import DAY, Form, Withheld
from trialtrail.blind.revealing import IMPROBABLE, in_one_arm_alone
from trialtrail.blind.source import Finished, People
from trialtrail.validation.begun import has_begun, says_so

if TYPE_CHECKING:
    from trialtrail.configuration import Study

NAMED = {"event": "Event", "system": "System", "severity": "Severity"}
UNNAMED = "event"
"""Stands for what happened, where that was told in words of people."""
ONE_ARM = "another"
"""Stands for a kind of event that one arm alone has, more often than by chance."""
SERIOUS, LAST_DAY = "serious", "last_day"
IN_WORDS = "the words of people may tell an arm"


def event_forms(
    study: Study, finished: Finished, people: People, withheld: Withheld
) -> tuple[list[Form], dict[str, Any]]:
    """Return the forms of events, and the plan's part on harms; both empty where it is withheld."""
    plan = study.harms
    if plan is None:
        return [], {}
    withheld.say("Whether an event may be due to the intervention", "it names the intervention")
    if "population" in plan:
        why = "who received the intervention tells an arm; all who were randomised are counted"
        withheld.say("The population of the harms", why)
    forms, kept = [], set(NAMED)
    for name, about in plan["forms"].items():
        rows = finished.forms[name]
        rows = rows[has_begun(rows, about["columns"], about.get("took_place"))]
        mine = people.of(rows)
        had = pd.Series(people.letters.index.isin(mine.index), people.letters.index)
        if in_one_arm_alone(had.where(had, None), people.letters):
            withheld.say(about["label"], "its events are of one arm alone")
            continue
        form = Form(name, about["label"], study.config["forms"][name]["timepoint"], repeats=True)
        for key, label in NAMED.items():
            if key in plan and not _add(form, key, label, plan[key], mine, people, withheld):
                kept.discard(key)
        if "serious" in plan:
            serious = says_so(mine[plan["serious"]["variable"]], plan["serious"]["values"])
            form.add(SERIOUS, "boolean", "Serious", serious)
        forms.append(form)
    if not forms:
        return [], {}
    entry: dict[str, Any] = {"form": [form.name for form in forms]}
    entry |= {key: key for key in NAMED if key in plan and key in kept}
    if "serious" in plan:
        entry["serious"] = {"variable": SERIOUS, "values": [True]}
    return [_in_order(form) for form in forms], entry


def _add(
    form: Form,
    key: str,
    label: str,
    about: Mapping[str, Any],
    rows: pd.DataFrame,
    people: People,
    withheld: Withheld,
) -> bool:
    """Add what tells events apart; return whether the form has it."""
    values = rows[about["variable"]]
    if pd.api.types.is_integer_dtype(values):
        form.add(key, "integer", about["called"], values)
        return True
    levels = [str(level) for level in about["levels"]]
    if not levels:
        withheld.say(f"{label} in words ({form.label})", IN_WORDS)
        if key != "event":
            return False
        values, levels = values.astype(object).where(values.isna(), UNNAMED), [UNNAMED]
    alone = _of_one_arm(values, people)
    if alone:
        why = "one arm alone has them, so they stand as one"
        withheld.say(f"{label}: some kinds ({form.label})", why)
        values = values.where(~values.isin(alone), ONE_ARM)
        levels = [*levels, ONE_ARM]
    more: dict[str, Any] = {"codes": {level: level for level in levels}}
    if labels := {level: about["labels"][level] for level in levels if level in about["labels"]}:
        more["labels"] = labels
    form.add(key, "category", about["called"], values, **more)
    return True


def _of_one_arm(values: pd.Series, people: People) -> list[str]:
    """Return the kinds of events that some arm never has, though its share would be many.

    Of n participants with such an event none is in an arm of k, by chance, with the probability
    (1 - 1/k) to the n; that is held against `IMPROBABLE`, shared among the kinds.
    """
    found, arms = [], people.letters.nunique()
    kinds = values.dropna().unique()
    for kind in kinds:
        who = values.index[values == kind].unique()
        of_arms = people.letters.loc[who]
        if of_arms.nunique() < arms and arms * (1 - 1 / arms) ** len(who) < IMPROBABLE / len(kinds):
            found.append(kind)
    return found


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
