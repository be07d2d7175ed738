"""Tabulate the harms: one row is one kind of event in one arm, who had it and how often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.analysis.harms import (
    ANY,
    NAMES,
    OF_TIME,
    RANDOMISED,
    RULES,
    Group,
    Tally,
    groups_of,
    with_differences,
)
from trialtrail.exports.file_labels import labelled, read_labels
from trialtrail.record import Rows, run
from trialtrail.results.takes import KNOWN, TAKES, UNKNOWN, Takes, taken_by, takes, write_takes
from trialtrail.tables import is_in, lookup, read_table, read_tables, write_result
from trialtrail.validation.begun import has_begun, says_so

from schemas.results.base import conform
from schemas.results.harms import Harms

PEOPLE = "dataset:participants"
STRANGER, NO_ARM = "a person who was not randomised", "a participant whose arm is not known"
UNCOUNTED = "a participant outside the population"
"""Why an event is not counted."""
NOT_FILLED = "no event recorded"
"""Why a row of a form holds no event."""
YEAR = 365.25
"""Days."""
COUNTS, EFFECT = ("participants", "events", "percent"), ("estimate", "lower", "upper")
"""Cells of a row that are made from the same records."""


def counted_people(participants: pd.DataFrame, tables: Mapping, plan: Mapping) -> pd.DataFrame:
    """Return the participants whose events are counted: ``participant_id``, ``arm``, ``years``.

    ``years`` is the time at risk from randomisation on; it is missing where a day is unknown or
    the last lies before the first.
    """
    people = participants[participants["arm"].notna()]
    if "population" in plan:
        form = tables[plan["population"]["form"]]
        belongs = says_so(form[plan["population"]["variable"]], plan["population"]["values"])
        people = people[is_in(people["participant_id"], form.loc[belongs, "participant_id"])]
    years = pd.Series(pd.NA, index=people.index, dtype="Float64")
    if "exposure" in plan and "randomised_on" in people:
        form = tables[plan["exposure"]["form"]]
        days = form[plan["exposure"]["variable"]]
        until = lookup(people["participant_id"], form["participant_id"], days)
        passed = (pd.Series(until, index=people.index) - people["randomised_on"]).dt.days / YEAR
        years = passed.where(passed >= 0).astype("Float64")
    return people[["participant_id", "arm"]].assign(years=years).reset_index(drop=True)


def recorded_events(tables: Mapping[str, pd.DataFrame], plan: Mapping) -> pd.DataFrame:
    """Return the rows of the forms in which an event is recorded.

    Each has its ``form``, ``participant_id``, what the variables of `NAMES` and `RULES` hold, and
    beside a rule whether the event is so (``is_serious``; false where it is not recorded).
    """
    parts = []
    for form, about in plan["forms"].items():
        rows = tables[form]
        rows = rows[has_begun(rows, about["columns"], about.get("took_place"))]
        part: dict[str, Any] = {"participant_id": rows["participant_id"].astype("string")}
        for key in (*NAMES, *RULES):
            if key in plan:
                part[key] = rows[plan[key]["variable"]].astype(object)
        for key in RULES:
            if key in plan:
                part[f"is_{key}"] = says_so(rows[plan[key]["variable"]], plan[key]["values"])
        parts.append(pd.DataFrame(part).assign(form=form))
    return pd.concat(parts, ignore_index=True)


def reason_apart(events: pd.DataFrame, everyone: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """Return of each event why it is not counted; missing where it is.

    ``everyone`` are all who were randomised, ``people`` those who are counted.
    """
    who, reasons = events["participant_id"], pd.Series(pd.NA, events.index, dtype="string")
    known = everyone[everyone["arm"].notna()]
    reasons = reasons.mask(~is_in(who, people["participant_id"]), UNCOUNTED)
    reasons = reasons.mask(~is_in(who, known["participant_id"]), NO_ARM)
    return reasons.mask(~is_in(who, everyone["participant_id"]), STRANGER)


class Origins:
    """What the cells of the rows take: which rows of which forms, of which participants.

    Args:
        tables: the forms as they were validated.
        plan: what is counted.
        events: the events that are counted.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], plan: Mapping, events: pd.DataFrame):
        self._plan = plan
        self._known = {
            key: events[key].to_numpy() for key in ("form", *NAMES, *RULES) if key in events
        }
        self._filled = {
            form: filled_by(tables[form], about["columns"], about.get("took_place"))
            for form, about in plan["forms"].items()
        }
        self._beside: list[Takes] = []
        if "population" in plan:
            form, name = plan["population"]["form"], plan["population"]["variable"]
            values = tables[form][name]
            where = {name: _distinct(values[says_so(values, plan["population"]["values"])])}
            who = ("participant_id",)
            self._beside = [Takes(f"validated:{form}", (), where, who, who)]

    def of_row(self, group: Group, arm: str, reference: str = "") -> list[dict[str, Any]]:
        """Return what the cells of a group in an arm take; with its effect, against a reference."""
        found = takes(("denominator", "percent"), *self._people([arm]))
        for events in self._of_events(group):
            found += takes(COUNTS, events, *self._owners([arm]))
        if reference:
            found += takes(EFFECT, *self._people([arm, reference]))
            for events in self._of_events(group):
                found += takes(EFFECT, events, *self._owners([arm, reference]))
        if exposure := self._plan.get("exposure"):
            form, day, who = exposure["form"], exposure["variable"], ("participant_id",)
            last = Takes(f"validated:{form}", (day,), {}, (day,), who)
            people = Takes(PEOPLE, ("randomised_on",), {"arm": [arm]}, ("randomised_on",))
            found += takes(OF_TIME, people, last, *self._beside)
            for events in self._of_events(group):
                found += takes(OF_TIME[-1:], events, *self._owners([arm]), last)
        return found

    def of_rows(self, form: str, where: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what a count of rows of a form takes, of whatever arm."""
        name = self._plan["event"]["variable"]
        every = [Takes(f"validated:{form}", (name,), w) for w in self._conditions(form, where)]
        return [entry for each in every for entry in takes(("participants", "events"), each)]

    def _people(self, arms: Sequence[str]) -> list[Takes]:
        return [Takes(PEOPLE, ("participant_id",), {"arm": list(arms)}), *self._beside]

    def _owners(self, arms: Sequence[str]) -> list[Takes]:
        """Return who the events belong to that stand first beside it."""
        who = ("participant_id",)
        return [Takes(PEOPLE, (), {"arm": list(arms)}, ("arm",), who), *self._beside]

    def _of_events(self, group: Group) -> Iterator[Takes]:
        """Yield the rows of each form that have an event of a group."""
        for form in self._plan["forms"]:
            places = group.places[self._known["form"][group.places] == form]
            if group.by and not len(places):
                continue
            names = {key: self._plan[key]["variable"] for key in group.by}
            where = {name: _distinct(self._known[key][places]) for key, name in names.items()}
            for condition in self._conditions(form, where):
                yield Takes(f"validated:{form}", (self._plan["event"]["variable"],), condition)

    def _conditions(self, form: str, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield conditions that are met together by the filled rows of a form which meet one."""
        for filled in self._filled[form]:
            both = filled.keys() & where.keys()
            if all((filled[name] == UNKNOWN) == (where[name] == UNKNOWN) for name in both):
                yield {**filled, **where}


def _distinct(values: Iterable) -> Any:
    """Return the values as a condition on their column: those there are, or that there is none."""
    known = {value for value in values if not pd.isna(value)}
    return sorted(known, key=str) if known else UNKNOWN


def filled_by(
    rows: pd.DataFrame, columns: Sequence[str], took_place: Mapping | None
) -> list[dict[str, Any]]:
    """Return conditions, each on columns of a form, of which a row that is filled meets one alone.

    Where all rows are filled there is nothing to meet.
    """
    begun = has_begun(rows, columns, took_place)
    if begun.all():
        return [{}]
    if took_place:
        return [{took_place["variable"]: _distinct(rows.loc[begun, took_place["variable"]])}]
    above: list[str] = []
    found = []
    for name in columns:
        found.append(dict.fromkeys(above, UNKNOWN) | {name: KNOWN})
        above.append(name)
    return found


def rows_of_forms(
    events: pd.DataFrame, apart: pd.Series, plan: Mapping, origins: Origins
) -> Iterator[dict[str, Any]]:
    """Yield how the rows of each form were used: counted, or set aside for a reason."""
    for form, about in plan["forms"].items():
        inside = events["form"] == form
        for place, reason in enumerate((None, *sorted(apart[inside].dropna().unique()))):
            those = inside & (apart.isna() if reason is None else (apart == reason).fillna(False))
            who = events.loc[those, "participant_id"]
            where = {} if reason is None else {"participant_id": _distinct(who)}
            item = f"form.{form}" if reason is None else f"set_aside.{form}.{place}"
            yield {
                "row": item,
                "item": item,
                "kind": "form" if reason is None else "set_aside",
                "label": about["label"] if reason is None else reason,
                "event": form,
                "seriousness": ANY,
                "participants": int(who.nunique()),
                "events": int(those.sum()),
                TAKES: origins.of_rows(form, where),
            }


def tabulate_harms(
    participants: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    plan: Mapping,
    arms: Sequence[Mapping[str, str]],
    level: float,
) -> tuple[list[dict[str, Any]], dict[str, Rows]]:
    """Return the rows of the table, with what they take, and how the rows that were read were used.

    Args:
        participants: the dataset of participants.
        tables: the validated forms that the plan names.
        plan: as `trialtrail.configuration.harms.harms_plan` gives it.
        arms: id and label of each arm, the reference first.
        level: the confidence level, between 0 and 1.
    """
    people = counted_people(participants, tables, plan)
    recorded = recorded_events(tables, plan)
    apart = reason_apart(recorded, participants, people)
    events = recorded[apart.isna()].reset_index(drop=True)
    events["arm"] = lookup(events["participant_id"], people["participant_id"], people["arm"])
    origins = Origins(tables, plan, events)
    population = plan["population"]["label"] if "population" in plan else RANDOMISED
    tally = Tally(events, people, arms, population)
    rows = []
    for group in groups_of(events, plan):
        mine = tally.rows(group)
        mine = with_differences(mine, arms, level) if group.is_compared else mine
        rows += [r | {TAKES: origins.of_row(group, r["arm"], r.get("reference", ""))} for r in mine]
    rows += rows_of_forms(recorded, apart, plan, origins)
    left = {"not counted": len(participants) - len(people)}
    account = {"participants": _account(len(participants), left)}
    for form in plan["forms"]:
        mine = recorded["form"] == form
        reasons = apart[mine].value_counts().sort_index()
        left = {NOT_FILLED: len(tables[form]) - int(mine.sum())} | reasons.to_dict()
        account[form] = _account(len(tables[form]), left)
    return rows, account


def _account(read: int, left: Mapping[str, int]) -> Rows:
    aside = {why: int(count) for why, count in left.items() if count}
    return Rows(read=read, used=read - sum(aside.values()), set_aside=aside)


def with_file_labels(plan: Mapping, readings: Iterable[str]) -> dict:
    """Return the plan with the labels of values that the files of the forms have."""
    labels, plan = read_labels(readings), dict(plan)
    for key in (key for key in NAMES if key in plan):
        spec = dict(plan[key])
        for form in plan["forms"]:
            own = {"id": spec["variable"], "label": "", "labels": spec["labels"]}
            spec["labels"] = labelled(form, own, labels)["labels"]
        plan[key] = spec
    return plan


def main(job):
    """Read the participants and the forms of events; write the table."""
    participants = read_table(job.input.participants)
    plan = with_file_labels(job.params.harms, job.input.get("readings") or [])
    tables = read_tables(job.input.forms)
    rows, account = tabulate_harms(participants, tables, plan, job.params.arms, job.params.level)
    write_result(conform(rows, Harms), job.output.table)
    write_takes(job.output.takes, {"harms": taken_by(rows)})
    return account


run(main, globals())
