"""Tabulate the uptake of the intervention and the contacts behind it: one row is one figure."""

import pandas as pd

from trialtrail.derive.uptake import chosen_by, limits_of, within_limits
from trialtrail.record import Rows, run
from trialtrail.results.counts import SPREAD, count_row, quartiles
from trialtrail.results.takes import TAKES, Takes, takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

PEOPLE, LOG = "dataset:participants", "dataset:contacts"
ATTEMPTS = Takes(LOG, ("contact_id",))
"""What a count of all entries of the log takes."""


def uptake_row(spec: dict, participants: pd.DataFrame, arm: dict | None = None) -> dict:
    """Return one row of the plan: who meets its limit among those who meet its condition.

    ``arm`` is the condition by which the participants were chosen. A row with a condition and no
    limit counts those who meet the condition, out of all.
    """
    arm = arm or {}
    chosen, met, limits = (
        chosen_by(spec, participants),
        within_limits(spec, participants),
        limits_of(spec),
    )
    denominator = int(chosen.sum()) if limits else len(participants)
    condition = arm | spec.get("where", {})
    visits = {"visits": limits} if limits else {}
    them = Takes(PEOPLE, (*spec.get("where", {}), *visits), condition | visits)
    whole = Takes(PEOPLE, ("participant_id",), condition if limits else arm)
    return count_row(
        *(spec["id"], spec["label"], int((chosen & met).sum()), denominator),
        counted=[them],
        out_of=[whole],
    )


def in_words(code: str, words: dict) -> str:
    """Return a code as readers see it: ``cancelled_by_provider`` with the study's word for one."""
    names = (words.get(part, {}).get("one", part) for part in code.split("_"))
    return " ".join(names).capitalize()


def contact_rows(
    contacts: pd.DataFrame, participants: pd.DataFrame, words: dict, arm: dict | None = None
) -> list[dict]:
    """Return what is reported of the log: attempts, results, minutes, days to the first contact.

    ``arm`` is the condition by which the participants were chosen.
    """
    total = len(contacts)
    attended = int(contacts["took_place"].sum())
    visits = contacts[contacts["is_visit"]]
    one, many = words["contact"]["one"], words["contact"]["many"].capitalize()
    rows = [
        count_row("attempts", "Attempts in the log", total, counted=[ATTEMPTS]),
        _of_log(
            "attempts_took_place", "Attempts that took place", attended, total, took_place=True
        ),
        _of_log(
            *("attempts_failed", "Attempts that did not take place", total - attended, total),
            took_place=False,
        ),
        _of_log("visits", f"{many} that count for uptake", len(visits), total, is_visit=True),
    ]
    for column in ("mode", "result"):
        counts = contacts[column].value_counts()
        for value, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            label = in_words(str(value), words)
            rows.append(_of_log(f"{column}.{value}", label, int(n), total, **{column: value}))
    people = words["participant"]["one"]
    days = "days_to_first_contact"
    spreads = {
        "minutes": (f"Minutes of a {one} that counts", visits["minutes"], LOG, {"is_visit": True}),
        "visits_per_participant": (f"{many} per {people}", participants["visits"], PEOPLE, arm),
        days: ("Days to the first contact", participants[days], PEOPLE, arm),
    }
    for name, (label, values, table, where) in spreads.items():
        row = count_row(name, label, int(values.notna().sum())) | quartiles(values)
        column = str(values.name)
        taken = Takes(table, (column,), where or {}, (column,))
        rows.append(row | {TAKES: takes(SPREAD, taken)})
    return rows


def _of_log(name: str, label: str, n: int, total: int, **where) -> dict:
    """Return the row that counts the entries of the log with a value in a column."""
    counted = Takes(LOG, tuple(where), where)
    return count_row(name, label, n, total, counted=[counted], out_of=[ATTEMPTS])


def main(job):
    """Read participants and contacts; write their summaries."""
    everyone = read_table(job.input.participants)
    contacts = read_table(job.input.contacts)
    participants = everyone[everyone["arm"] == job.params.arm]
    arm = {"arm": job.params.arm}
    uptake = of_topic("uptake", [uptake_row(spec, participants, arm) for spec in job.params.rows])
    log = of_topic("contacts", contact_rows(contacts, participants, job.params.words, arm))
    write_table(uptake, job.output.uptake)
    write_table(log, job.output.contacts)
    write_takes(job.output.takes, takes_of(uptake, log))
    aside = {"another arm": len(everyone) - len(participants)}
    return {
        "participants": Rows(read=len(everyone), used=len(participants), set_aside=aside),
        "contacts": Rows(read=len(contacts), used=len(contacts)),
    }


run(main, globals())
