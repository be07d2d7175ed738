"""The contract of the table `participants`, the only one that a study must have."""

import pandera.pandas as pa

from schemas.base import Date, Record, Text, column, in_order


class Participants(Record):
    """One row is one randomised participant with the allocated arm."""

    participant_id: Text = column("Participant", "Study number")
    arm: Text = column("Arm", "Allocated arm", codes="arms")
    randomised_on: Date = column("Randomised on", "Day of the allocation", optional=True)
    screening_id: Text = column(
        "Screening number",
        "Names the person before allocation",
        optional=True,
        references="screening.screening_id",
    )

    withdrawn_on: Date = column(
        "Withdrawn on",
        "Day on which consent was withdrawn; nothing is recorded of the participant after it",
        optional=True,
    )
    withdrawal_reason: Text = column(
        "Reason withdrawn", "Reason given for withdrawing", optional=True
    )

    loss_reason: Text = column(
        "Reason lost",
        "Why the participant was lost to follow-up without having withdrawn",
        optional=True,
    )

    exclusion_reason: Text = column(
        "Reason excluded",
        "Why the participant was excluded after randomisation: counted as randomised, not analysed",
        optional=True,
    )

    class Config:
        """Key of the table."""

        unique = ["participant_id"]

    @pa.dataframe_check(error="order/withdrawn_on: a withdrawal cannot come before the allocation")
    def withdrawn_after_allocation(cls, frame):
        """Who withdraws has been allocated."""
        return in_order(frame, "randomised_on", "withdrawn_on")
