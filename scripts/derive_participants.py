"""Derive the participants: one row is one randomised participant."""

import pandas as pd

from trialtrail.derive.derivation import (
    Derivation,
    column,
    derive,
    key_of,
    matched,
    read_sources,
    write_columns,
)
from trialtrail.exports.file_labels import labelled, read_labels
from trialtrail.record import Rows, run
from trialtrail.tables import aggregate_by, count_matches, is_in, lookup, write_dataset
from trialtrail.validation.begun import has_begun, says_so

from schemas.datasets.base import keep_contract
from schemas.datasets.participants import Participants, with_forms


@column(
    "dataset:participants.participant_id",
    "dataset:contacts.participant_id",
    title="Attempts at contact",
)
def attempts(participants, contacts):
    """Entries of the contact log, whatever came of them."""
    return count_matches(participants["participant_id"], contacts["participant_id"])


@column(
    "dataset:participants.participant_id",
    "dataset:contacts.participant_id",
    "dataset:contacts.is_visit",
    title="Contacts that count for uptake",
)
def visits(participants, contacts):
    """Entries of the contact log that count for uptake."""
    counted = contacts.loc[contacts["is_visit"], "participant_id"]
    return count_matches(participants["participant_id"], counted)


@column(
    "dataset:participants.participant_id",
    "dataset:contacts.participant_id",
    "dataset:contacts.took_place",
    "dataset:contacts.days_since_randomisation",
    title="Days to the first contact",
    unit="days",
)
def days_to_first_contact(participants, contacts):
    """Days from randomisation to the first contact of any mode that took place."""
    took_place = contacts[contacts["took_place"]]
    people, days = took_place["participant_id"], took_place["days_since_randomisation"]
    return aggregate_by(participants["participant_id"], people, days, "min").array


@column(
    "dataset:participants.participant_id",
    "dataset:contacts.participant_id",
    "dataset:contacts.took_place",
    title="Any contact",
)
def any_contact(participants, contacts):
    """At least one contact of any mode took place, whether or not its day is known."""
    reached = contacts.loc[contacts["took_place"], "participant_id"]
    return is_in(participants["participant_id"], reached).astype("boolean")


@column(
    "dataset:participants.participant_id",
    "validated:assignments.participant_id",
    "validated:assignments.provider_id",
    title="Providers assigned",
)
def providers_assigned(participants, assignments):
    """Number of different providers assigned, one after another."""
    people, providers = assignments["participant_id"], assignments["provider_id"]
    numbers = aggregate_by(participants["participant_id"], people, providers, "nunique")
    return numbers.fillna(0).astype("Int64").array


def has_form(
    form: str, label: str, columns: list[str], took_place: dict | None = None
) -> Derivation:
    """Return the column ``has_<form>``: whether anything was recorded with the form.

    A row alone is not enough: in a wide export every participant has one. ``took_place`` is the
    form's own rule of when its visit took place.
    """
    if took_place:
        columns = [took_place["variable"]]

    def make(**frames: pd.DataFrame) -> pd.Series:
        rows = frames[form]
        filled = rows.loc[has_begun(rows, columns, took_place), "participant_id"]
        return is_in(frames["participants"]["participant_id"], filled).astype("boolean")

    inputs = ("participant_id", *columns)
    sources = (
        "dataset:participants.participant_id",
        *(f"validated:{form}.{column}" for column in inputs),
    )
    rule = f"at least one of its variables is recorded in {form}"
    if took_place:
        rule = _said(form, **took_place)
    return Derivation(f"has_{form}", sources, rule, f"Has: {label}", "", make)


def followed_up(form: str, variable: str, values: list[str] | None) -> Derivation:
    """Return the column ``followed_up``: whether a variable of a form says so.

    ``values`` are those by which it does, as text; without them any value does.
    """

    def make(**frames: pd.DataFrame) -> pd.Series:
        rows = frames[form]
        seen = rows.loc[says_so(rows[variable], values), "participant_id"]
        return is_in(frames["participants"]["participant_id"], seen).astype("boolean")

    sources = (
        "dataset:participants.participant_id",
        f"validated:{form}.participant_id",
        f"validated:{form}.{variable}",
    )
    return Derivation(
        "followed_up", sources, _said(form, variable, values), "Followed up", "", make
    )


def _said(form: str, variable: str, values: list[str] | None) -> str:
    """Return in words by which variable a visit is known to have taken place."""
    return f"{variable} of {form} is " + (" or ".join(values) if values else "recorded")


def received(form: str, variable: str, values: list[str] | None) -> Derivation:
    """Return the column ``received``: whether a variable says so; empty where it has no value."""

    def make(**frames: pd.DataFrame) -> pd.Series:
        rows, people = frames[form], frames["participants"]["participant_id"]
        known = rows[rows[variable].notna()]
        said = is_in(people, known.loc[says_so(known[variable], values), "participant_id"])
        told = is_in(people, known["participant_id"])
        return pd.Series(said, dtype="boolean").mask(~told).array

    sources = (
        "dataset:participants.participant_id",
        f"validated:{form}.participant_id",
        f"validated:{form}.{variable}",
    )
    return Derivation(
        "received", sources, _said(form, variable, values), "Received the intervention", "", make
    )


def provider_cluster(several: str) -> Derivation:
    """Return the column ``cluster``: the provider of a participant, the ``several``-th assigned."""

    def make(**frames: pd.DataFrame) -> pd.Series:
        rows = frames["assignments"].sort_values(["assigned_on", "provider_id"], kind="stable")
        chosen = rows.drop_duplicates("participant_id", keep=several)
        people = frames["participants"]["participant_id"]
        return lookup(people, chosen["participant_id"], chosen["provider_id"])

    names = ("participant_id", "provider_id", "assigned_on")
    sources = (
        "dataset:participants.participant_id",
        *(f"validated:assignments.{name}" for name in names),
    )
    rule = f"the {several} provider assigned, by the day of the assignment"
    return Derivation("cluster", sources, rule, "Cluster", "", make)


def derivations(
    baseline: list[dict],
    forms: dict[str, dict],
    seen: dict | None = None,
    analysis: dict | None = None,
) -> list[Derivation]:
    """Return the columns of the dataset.

    ``baseline`` lists variables measured at randomisation: form, id, label, unit; ``forms`` maps
    each form to its label; ``seen`` says by which variable of which form a participant is known to
    have been followed up, where that is not the form itself; ``analysis`` what the plan asks:
    ``received`` (form, variable, values) and ``cluster`` (which provider counts of several).
    """
    asked = analysis or {}
    copied = [
        matched(
            item["id"],
            f"validated:{item['form']}.{item['id']}",
            "participant_id",
            "participants",
            title=item["label"],
            unit=item["unit"],
        )
        for item in baseline
    ]
    uptake = [attempts, visits, days_to_first_contact, any_contact, providers_assigned]
    known = [followed_up(**seen)] if seen else []
    known += [received(**asked["received"])] if asked.get("received") else []
    known += [provider_cluster(asked["cluster"])] if asked.get("cluster") else []
    return [*copied, *uptake, *(has_form(form, **about) for form, about in forms.items()), *known]


def derive_participants(tables: dict[str, pd.DataFrame], columns: list[Derivation]) -> pd.DataFrame:
    """Return the participants with their baseline, their uptake and the forms they have."""
    spine = tables["participants"].drop(columns=["_export", "_file", "_line"])
    # What the study does not supply is no column of the dataset; who was allocated always is.
    absent = [name for name in spine if name not in ("participant_id", "arm")]
    spine = spine.drop(columns=[name for name in absent if spine[name].isna().all()])
    others = {name: frame for name, frame in tables.items() if name != "participants"}
    return derive("participants", spine, others, columns)


def main(job):
    """Read the participants and what is known of them; write the dataset of participants."""
    labels = read_labels(job.input.readings)
    baseline = [labelled(each["form"], each, labels) for each in job.params.baseline]
    columns = derivations(baseline, job.params.forms, job.params.seen, job.params.analysis)
    tables = read_sources(job.input.tables, columns, "participants")
    frame = derive_participants(tables, columns)
    keep_contract(frame, with_forms(baseline, job.params.forms))
    write_dataset(frame, job.output.parquet, job.output.csv)
    write_columns(job.output.columns, frame, columns, "participants", key_of(Participants))
    return {"participants": Rows(read=len(tables["participants"]), used=len(frame))}


run(main, globals())
