"""Derive the providers: one row is one person who gives the intervention."""

import pandas as pd

from trialtrail.derive.derivation import column, derive, key_of, write_columns
from trialtrail.record import Rows, run
from trialtrail.tables import aggregate_by, count_matches, read_tables, write_dataset

from schemas.datasets.base import keep_contract
from schemas.datasets.providers import Providers

DAYS_PER_MONTH = 365.25 / 12


@column("dataset:providers.resigned_on", title="Resigned")
def resigned(providers):
    """A day of resignation is known."""
    return providers["resigned_on"].notna().astype("boolean")


@column("dataset:contacts.contact_on", title="End of observation", by=())
def observed_until(contacts):
    """The last day on which any provider has an entry in the contact log."""
    return contacts["contact_on"].max()


@column(
    "dataset:providers.registered_on",
    "dataset:providers.resigned_on",
    "dataset:providers.observed_until",
    title="Months served",
    unit="months",
)
def months_served(providers):
    """From registration to resignation, or to the end of observation where there is none.

    Empty for who registered after the end of observation: nothing is known of that service.
    """
    end = providers["resigned_on"].fillna(providers["observed_until"])
    days = (end - providers["registered_on"]).dt.days
    return days.where(days >= 0) / DAYS_PER_MONTH


@column(
    "dataset:providers.provider_id",
    "validated:assignments.provider_id",
    "validated:assignments.participant_id",
    title="Participants assigned",
)
def participants(providers, assignments):
    """Number of different participants assigned."""
    theirs, people = assignments["provider_id"], assignments["participant_id"]
    numbers = aggregate_by(providers["provider_id"], theirs, people, "nunique")
    return numbers.fillna(0).astype("Int64").array


@column(
    "dataset:providers.provider_id",
    "dataset:contacts.provider_id",
    "dataset:contacts.is_visit",
    title="Contacts that count for uptake",
)
def visits(providers, contacts):
    """Entries of the contact log that count for uptake."""
    return count_matches(
        providers["provider_id"], contacts.loc[contacts["is_visit"], "provider_id"]
    )


def _hours(providers, provider_hours, how):
    theirs, hours = provider_hours["provider_id"], provider_hours["hours"]
    return aggregate_by(providers["provider_id"], theirs, hours, how).array


HOURS = (
    "dataset:providers.provider_id",
    "validated:provider_hours.provider_id",
    "validated:provider_hours.hours",
)


@column(*HOURS, title="Fewest hours in a month", unit="hours")
def hours_min(providers, provider_hours):
    """Smallest number of hours in a month with an entry."""
    return _hours(providers, provider_hours, "min")


@column(*HOURS, title="Most hours in a month", unit="hours")
def hours_max(providers, provider_hours):
    """Largest number of hours in a month with an entry."""
    return _hours(providers, provider_hours, "max")


@column(*HOURS, title="Mean hours a month", unit="hours")
def hours_mean(providers, provider_hours):
    """Mean of the hours of the months with an entry."""
    return _hours(providers, provider_hours, "mean")


@column(
    "dataset:providers.provider_id",
    "validated:training.provider_id",
    "validated:training.hours",
    title="Training",
    unit="hours",
)
def training_hours(providers, training):
    """Hours of training, initial and continuing."""
    totals = training.groupby("provider_id")["hours"].sum(min_count=1)
    return totals.reindex(providers["provider_id"]).array


DERIVATIONS = [
    resigned,
    observed_until,
    months_served,
    participants,
    visits,
    hours_min,
    hours_max,
    hours_mean,
    training_hours,
]


def derive_providers(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the providers with their service, their caseload and their hours."""
    spine = tables["providers"].drop(columns=["_export", "_file", "_line"])
    others = {name: frame for name, frame in tables.items() if name != "providers"}
    columns = [c for c in DERIVATIONS if "contacts" in others or c is not months_served]
    return derive("providers", spine, others, columns)


def main(job):
    """Read the register and what providers did; write the dataset of providers."""
    tables = read_tables(job.input.tables)
    frame = keep_contract(derive_providers(tables), Providers)
    write_dataset(frame, job.output.parquet, job.output.csv)
    write_columns(job.output.columns, frame, DERIVATIONS, "providers", key_of(Providers))
    return {"providers": Rows(read=len(tables["providers"]), used=len(frame))}


run(main, globals())
