"""The contract of the dataset `participants`: arm, baseline, uptake and forms of each."""

from collections.abc import Iterable, Mapping

import pandera.pandas as pa

from schemas.base import Date, Text, Whole, YesNo, column
from schemas.datasets.base import Dataset
from schemas.raw.forms import TYPES

NULLABLE = {"nullable": True}


class Participants(Dataset):
    """One row is one randomised participant.

    What the exports leave empty in all rows is no column. `with_forms` adds the columns of the
    forms of a study.
    """

    participant_id: Text = column("Participant", "Study number", **NULLABLE)
    arm: Text = column("Arm", "Allocated arm", **NULLABLE)
    randomised_on: Date | None = column("Randomised on", "Day of the allocation", **NULLABLE)
    screening_id: Text | None = column(
        "Screening number", "Names the person before allocation", **NULLABLE
    )
    withdrawn_on: Date | None = column(
        "Withdrawn on", "Day on which consent was withdrawn", **NULLABLE
    )
    withdrawal_reason: Text | None = column(
        "Reason withdrawn", "Reason given for withdrawing", **NULLABLE
    )
    loss_reason: Text | None = column(
        "Reason lost", "Why the participant was lost to follow-up", **NULLABLE
    )
    exclusion_reason: Text | None = column(
        "Reason excluded",
        "Why the participant is counted as randomised and not analysed",
        **NULLABLE,
    )
    attempts: Whole | None = column(
        "Attempts at contact", "Entries of the contact log, whatever came of them", ge=0
    )
    visits: Whole | None = column(
        "Contacts that count for uptake", "Entries of the contact log", ge=0
    )
    days_to_first_contact: Whole | None = column(
        "Days to the first contact", "From randomisation; of any mode that took place", **NULLABLE
    )
    any_contact: YesNo | None = column("Any contact", "At least one took place, in any mode")
    providers_assigned: Whole | None = column(
        "Providers assigned", "Number of different ones, one after another", ge=0
    )
    followed_up: YesNo | None = column("Followed up", "The variable of the plan says so")
    received: YesNo | None = column(
        "Received the intervention", "The variable of the plan says so", **NULLABLE
    )
    cluster: Text | None = column(
        "Cluster", "The provider by whom participants of an arm are grouped", **NULLABLE
    )

    class Config:
        """Key of the dataset."""

        unique = ["participant_id"]

    @pa.dataframe_check(error="uptake: contacts that count for uptake are attempts at contact")
    def counts_only_attempts(cls, frame):
        """Uptake is a part of the attempts."""
        return frame["visits"] <= frame["attempts"] if "visits" in frame else True


def with_forms(baseline: Iterable[Mapping], forms: Mapping[str, Mapping]) -> pa.DataFrameSchema:
    """Return the contract of a study: the variables of its baseline, and which forms are there.

    ``baseline`` has ``id``, ``type`` and ``label`` of each variable; ``forms`` the label of each.
    """
    measured = {
        each["id"]: pa.Column(TYPES[each["type"]], title=each["label"], nullable=True)
        for each in baseline
    }
    there = {
        f"has_{form}": pa.Column(YesNo, title=f"Has: {about['label']}")
        for form, about in forms.items()
    }
    return Participants.to_schema().add_columns(measured | there)
