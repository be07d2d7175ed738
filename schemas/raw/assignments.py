"""The contract of the table `assignments`."""

import pandera.pandas as pa

from schemas.base import Date, Record, Text, column, in_order


class Assignments(Record):
    """One row is one period in which a participant was assigned to a provider."""

    participant_id: Text = column(
        "Participant", "Study number", references="participants.participant_id"
    )
    provider_id: Text = column(
        "Provider", "Number in the register", references="providers.provider_id"
    )
    assigned_on: Date = column("From", "First day of the assignment")
    ended_on: Date = column("To", "Last day; empty while it lasts", optional=True)
    end_reason: Text = column("Reason ended", "Why the assignment ended", optional=True)

    class Config:
        """Key of the table."""

        unique = ["participant_id", "provider_id", "assigned_on"]

    @pa.dataframe_check(error="order/ended_on: an assignment cannot end before it began")
    def ends_after_start(cls, frame):
        """The period runs forwards."""
        return in_order(frame, "assigned_on", "ended_on")
