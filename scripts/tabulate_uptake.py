"""Tabulate the uptake of the intervention and the contacts behind it: one row is one figure."""

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.lineage import Rows, run
from trialtrail.results.counts import count_row, quartiles
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic

LIMITS = {"at_least": "ge", "more_than": "gt", "at_most": "le"}


def uptake_row(spec: dict, participants: pd.DataFrame) -> dict:
    """Return one row of the plan: who meets its limit among those who meet its condition.

    A row with a condition and no limit counts those who meet the condition, out of all.
    """
    chosen = pd.Series(True, index=participants.index)
    for name, value in spec.get("where", {}).items():
        if name not in participants:
            raise StudyError(
                f"No column `{name}` in the dataset of participants",
                where=f"analysis.uptake.rows, id {spec['id']}, where",
                rule="names",
                remedy=f"write one of {', '.join(participants.columns)}",
            )
        chosen &= (participants[name] == value).fillna(False)
    met = pd.Series(True, index=participants.index)
    limits = [key for key in LIMITS if key in spec]
    for key in limits:
        met &= getattr(participants["visits"], LIMITS[key])(spec[key]).fillna(False)
    denominator = int(chosen.sum()) if limits else len(participants)
    return count_row(spec["id"], spec["label"], int((chosen & met).sum()), denominator)


def in_words(code: str, words: dict) -> str:
    """Return a code as readers see it: ``cancelled_by_provider`` with the study's word for one."""
    names = (words.get(part, {}).get("one", part) for part in code.split("_"))
    return " ".join(names).capitalize()


def contact_rows(contacts: pd.DataFrame, participants: pd.DataFrame, words: dict) -> list[dict]:
    """Return what is told of the log: attempts, results, minutes, days to the first contact."""
    total = len(contacts)
    held = int(contacts["took_place"].sum())
    visits = contacts[contacts["is_visit"]]
    one, many = words["contact"]["one"], words["contact"]["many"].capitalize()
    rows = [
        count_row("attempts", "Attempts in the log", total),
        count_row("attempts_took_place", "Attempts that took place", held, total),
        count_row("attempts_failed", "Attempts that did not take place", total - held, total),
        count_row("visits", f"{many} that count for uptake", len(visits), total),
    ]
    for column in ("mode", "result"):
        counts = contacts[column].value_counts()
        for value, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            label = in_words(str(value), words)
            rows.append(count_row(f"{column}.{value}", label, int(n), total))
    spreads = {
        "minutes": (f"Minutes of a {one} that counts", visits["minutes"]),
        "visits_per_participant": (
            f"{many} per {words['participant']['one']}",
            participants["visits"],
        ),
        "days_to_first_contact": (
            "Days to the first contact",
            participants["days_to_first_contact"],
        ),
    }
    for name, (label, values) in spreads.items():
        known = int(values.notna().sum())
        rows.append(count_row(name, label, known) | quartiles(values))
    return rows


def main(job):
    """Read participants and contacts; write their summaries."""
    everyone = read_table(job.input.participants)
    contacts = read_table(job.input.contacts)
    participants = everyone[everyone["arm"] == job.params.arm]
    uptake = [uptake_row(spec, participants) for spec in job.params.rows]
    rows = contact_rows(contacts, participants, job.params.words)
    write_table(of_topic("uptake", uptake), job.output.uptake)
    write_table(of_topic("contacts", rows), job.output.contacts)
    aside = {"another arm": len(everyone) - len(participants)}
    return {
        "participants": Rows(read=len(everyone), used=len(participants), set_aside=aside),
        "contacts": Rows(read=len(contacts), used=len(contacts)),
    }


run(main, globals())
