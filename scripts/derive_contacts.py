"""Derive the contacts: one row is one attempt of a provider to reach a participant."""

import numpy as np
import pandas as pd

from trialtrail.derive.derivation import column, derive, key_of, matched, write_columns
from trialtrail.record import Rows, run
from trialtrail.tables import match_positions, places_in_order, read_tables, write_dataset

from schemas.datasets.base import keep_contract
from schemas.datasets.contacts import Contacts


@column(
    "dataset:contacts.contact_on",
    "dataset:contacts.randomised_on",
    title="Days since randomisation",
    unit="days",
)
def days_since_randomisation(contacts):
    """Day of the contact minus the day of randomisation."""
    return (contacts["contact_on"] - contacts["randomised_on"]).dt.days.astype("Int64")


def _counts(values: pd.Series, settings: dict) -> pd.Series:
    wanted = settings.get(str(values.name))
    counts = pd.Series(True, index=values.index) if wanted is None else values.isin(wanted)
    return counts.astype("boolean")


@column("dataset:contacts.result", title="Took place")
def took_place(contacts, settings):
    """The result is one that the plan counts as having taken place (all, if it names none)."""
    return _counts(contacts["result"], settings)


@column("dataset:contacts.mode", "dataset:contacts.took_place", title="Counts for uptake")
def is_visit(contacts, settings):
    """A contact that took place, in a mode that the plan counts (all, if it names none)."""
    return _counts(contacts["mode"], settings) & contacts["took_place"]


@column(
    "dataset:contacts.participant_id",
    "dataset:contacts.contact_on",
    "dataset:contacts.contact_id",
    title="Attempt",
    among=("participant_id",),
)
def attempt(contacts):
    """Number of the attempt within the participant, by date and then by number in the log."""
    order = places_in_order(contacts, ["contact_on", "contact_id"])
    people = pd.Series(
        match_positions(contacts["participant_id"], contacts["participant_id"])[order]
    )
    numbers = np.empty(len(order), dtype="int64")
    numbers[order] = people.groupby(people).cumcount() + 1
    return pd.array(numbers, dtype="Int64")


DERIVATIONS = [
    matched("arm", "validated:participants.arm", "participant_id", "contacts", title="Arm"),
    matched(
        "randomised_on",
        "validated:participants.randomised_on",
        "participant_id",
        "contacts",
        title="Randomised on",
    ),
    days_since_randomisation,
    took_place,
    is_visit,
    attempt,
]


def derive_contacts(tables: dict[str, pd.DataFrame], counted: dict) -> pd.DataFrame:
    """Return the contacts with their arm, their day and whether they count for uptake."""
    spine = tables["contacts"].drop(columns=["_export", "_file", "_line"])
    return derive("contacts", spine, {"participants": tables["participants"]}, DERIVATIONS, counted)


def main(job):
    """Read contacts and participants; write the dataset of contacts."""
    tables = read_tables(job.input.tables)
    frame = keep_contract(derive_contacts(tables, job.params.counted), Contacts)
    write_dataset(frame, job.output.parquet, job.output.csv)
    write_columns(job.output.columns, frame, DERIVATIONS, "contacts", key_of(Contacts))
    return {"contacts": Rows(read=len(tables["contacts"]), used=len(frame))}


run(main, globals())
