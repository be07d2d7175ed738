"""Tabulate whose outcome is not known, and the spread of outcomes with a long tail.

One row is one count, or the median and quartiles of one arm.
"""

import pandas as pd

from trialtrail.derive.populations import (
    EXCLUSION,
    LOSS,
    UNSAID,
    WITHDRAWAL,
    WITHDRAWN_ON,
    is_excluded,
    left_early,
)
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.skew import skew_rows
from trialtrail.results.takes import Takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

PEOPLE = "dataset:participants"
OUTCOMES = "dataset:outcomes"
KNOWN, NOT_KNOWN = "Known", "Not known"
EXCLUDED = "Excluded after randomisation"
WITHDREW = "Withdrew"
NO_FORM = "No form"
NO_VALUE = "Form without the value"
NO_DAY = "Neither the day of the event nor a last one without it"
TIME_TO_EVENT = "time_to_event"
WHY = {EXCLUDED: (EXCLUSION,), WITHDREW: (WITHDRAWN_ON, WITHDRAWAL), NO_FORM: (LOSS,)}
"""Why an outcome is not known -> the columns of participants that say it, the reason last."""


def why_not_known(
    people: pd.DataFrame, outcomes: pd.DataFrame, outcome: str, timepoint: str
) -> pd.Series:
    """Return of each participant whether an outcome is known at a timepoint, or else why not.

    The first reason that holds counts: excluded after randomisation, no form because of
    withdrawal, no form, a form without the value.
    """
    rows = outcomes[(outcomes["outcome"] == outcome) & (outcomes["timepoint"] == timepoint)]
    values = rows.set_index("participant_id")["value"]
    ids = people["participant_id"]
    has_form = ids.isin(values.index)
    known = ids.map(values).notna()
    why = pd.Series(NO_FORM, index=people.index)
    why[has_form] = NO_VALUE
    why[left_early(people) & ~has_form] = WITHDREW
    why[known] = KNOWN
    why[is_excluded(people)] = EXCLUDED
    return why


def with_reasons(why: pd.Series, people: pd.DataFrame) -> dict[str, tuple[str, pd.Series]]:
    """Return the lines of the table under what is not known: label -> kind, and who is in it.

    Where reasons are recorded of some who were excluded, withdrew or were lost, each is a line, the
    commonest first, and other spellings of one are that reason.
    """
    found = {}
    for kind in (EXCLUDED, WITHDREW, NO_FORM, NO_VALUE):
        those = why == kind
        column = WHY.get(kind, ("",))[-1]
        if column not in people or not people.loc[those, column].notna().any():
            found[kind] = (kind, those)
            continue
        said = people.loc[those, column].fillna(UNSAID)
        alike = said.str.casefold().str.split().str.join(" ")
        counts = alike.value_counts()
        for reason in sorted(counts.index, key=lambda each: (-counts[each], each)):
            mine = alike.index[alike == reason]
            label = f"{kind}: {said[mine].mode().iloc[0]}"
            found[label] = (kind, pd.Series(people.index.isin(mine), people.index))
    return {label: entry for label, entry in found.items() if entry[1].any()}


def missing_rows(
    people: pd.DataFrame, outcomes: pd.DataFrame, specs: list[dict], arms: list[str]
) -> list[dict]:
    """Return the counts of each outcome and timepoint of the follow-up, in the order of the plan.

    They are who is known, who is not, and why not; where nobody is unknown, who is known alone.
    The names of the reasons begin with that of who is not known, their sum: disclosure goes by it.
    """
    rows = []
    for spec in specs:
        for part in (each for each in spec["measured"] if each["follow_up"]):
            time = part["timepoint"]
            why = why_not_known(people, outcomes, spec["id"], time)
            known = why == KNOWN
            lines = {KNOWN: ("", known)}
            if not known.all():
                lines |= {NOT_KNOWN: ("", ~known)} | with_reasons(why, people)
            places: dict[str, int] = {}
            for label, (kind, those) in lines.items():
                places[kind] = places.get(kind, 0) + 1
                name = (kind or label) + (f" {places[kind]}" if kind and label != kind else "")
                name = f"{NOT_KNOWN}.{name}" if kind else name
                if label == NO_VALUE and spec.get("kind") == TIME_TO_EVENT:
                    label = NO_DAY
                about = {"item": spec["id"], "label": spec["label"], "timepoint": time}
                about |= {"level": label, "group": kind or None}
                rows += [
                    _row(about, name, arm, those[people["arm"] == arm], people) for arm in arms
                ]
    return rows


def _row(about: dict, name: str, arm: str, those: pd.Series, people: pd.DataFrame) -> dict:
    """Return the count of one line and arm; ``name`` is that of the line within the outcome."""
    outcome, time = about["item"], about["timepoint"]
    said = [column for column in WHY.get(about["group"], ()) if column in people]
    counted = [
        Takes(PEOPLE, ("participant_id", *said), {"arm": arm}),
        Takes(OUTCOMES, ("value",), {"outcome": outcome, "timepoint": time, "arm": arm}, ()),
    ]
    whole = Takes(PEOPLE, ("participant_id",), {"arm": arm})
    row = count_row(
        f"{outcome}.{time}.{name.lower().replace(' ', '_')}.{arm}",
        about["label"],
        int(those.sum()),
        len(those),
        counted=counted,
        out_of=[whole],
    )
    return row | about | {"arm": arm}


def main(job):
    """Read participants and outcomes; write the counts."""
    everybody = read_table(job.input.participants)
    people = everybody[everybody["arm"].notna()]
    outcomes = read_table(job.input.outcomes)
    p = job.params
    parts = (
        of_topic("missing_outcomes", missing_rows(people, outcomes, p.outcomes, p.arms)),
        of_topic("skew_outcomes", skew_rows(outcomes, getattr(p, "by_means", ()), p.arms)),
    )
    write_table(pd.concat(parts, ignore_index=True), job.output.table)
    write_takes(job.output.takes, takes_of(*parts))
    aside = {"no arm": len(everybody) - len(people)} if len(people) < len(everybody) else {}
    return {
        "participants": Rows(read=len(everybody), used=len(people), set_aside=aside),
        "outcomes": Rows(read=len(outcomes), used=len(outcomes)),
    }


run(main, globals())
