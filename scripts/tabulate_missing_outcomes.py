"""Tabulate whose outcome is not known, by arm and reason: one row is one count."""

import pandas as pd

from trialtrail.derive.populations import WITHDRAWN_ON, is_excluded
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import Takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

PEOPLE = "dataset:participants"
OUTCOMES = "dataset:outcomes"
KNOWN = "Known"
EXCLUDED = "Excluded after randomisation"
WITHDREW = "Withdrew"
NO_FORM = "No form"
NO_VALUE = "Form without the value"


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
    withdrew = (
        people[WITHDRAWN_ON].notna()
        if WITHDRAWN_ON in people
        else pd.Series(False, index=people.index)
    )
    why = pd.Series(NO_FORM, index=people.index)
    why[has_form] = NO_VALUE
    why[withdrew & ~has_form] = WITHDREW
    why[known] = KNOWN
    why[is_excluded(people)] = EXCLUDED
    return why


def missing_rows(
    people: pd.DataFrame, outcomes: pd.DataFrame, specs: list[dict], arms: list[str]
) -> list[dict]:
    """Return the counts of each outcome and timepoint of the follow-up, in the order of the plan.

    A reason that nobody of any arm has is no row.
    """
    rows = []
    for spec in specs:
        for part in (each for each in spec["measured"] if each["follow_up"]):
            time = part["timepoint"]
            why = why_not_known(people, outcomes, spec["id"], time)
            there = [
                each
                for each in (KNOWN, EXCLUDED, WITHDREW, NO_FORM, NO_VALUE)
                if each == KNOWN or (why == each).any()
            ]
            for level in there:
                rows += [_row(spec, time, level, arm, why[people["arm"] == arm]) for arm in arms]
    return rows


def _row(spec: dict, time: str, level: str, arm: str, why: pd.Series) -> dict:
    whole = Takes(PEOPLE, ("participant_id",), {"arm": arm})
    values = Takes(OUTCOMES, ("value",), {"outcome": spec["id"], "timepoint": time, "arm": arm}, ())
    name = f"{spec['id']}.{time}.{level.lower().replace(' ', '_')}.{arm}"
    counted = [whole, values]
    row = count_row(
        name, spec["label"], int((why == level).sum()), len(why), counted=counted, out_of=[whole]
    )
    return row | {"item": spec["id"], "level": level, "timepoint": time, "arm": arm}


def main(job):
    """Read participants and outcomes; write the counts."""
    everybody = read_table(job.input.participants)
    people = everybody[everybody["arm"].notna()]
    outcomes = read_table(job.input.outcomes)
    p = job.params
    table = of_topic("missing_outcomes", missing_rows(people, outcomes, p.outcomes, p.arms))
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    aside = {"no arm": len(everybody) - len(people)} if len(people) < len(everybody) else {}
    return {
        "participants": Rows(read=len(everybody), used=len(people), set_aside=aside),
        "outcomes": Rows(read=len(outcomes), used=len(outcomes)),
    }


run(main, globals())
