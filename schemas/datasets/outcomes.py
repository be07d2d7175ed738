"""The contract of the dataset `outcomes`."""

from schemas.base import Real, Record, Text, column


class Outcomes(Record):
    """One row is one participant, one outcome and one timepoint."""

    participant_id: Text = column("Participant", "Study number")
    arm: Text = column("Arm", "Allocated arm")
    outcome: Text = column("Outcome", "Name in the analysis plan")
    timepoint: Text = column("Timepoint", "Timepoint of the form it was measured with")
    value: Real = column(
        "Value",
        "Score in the outcome's unit; 1 or 0 if binary; place of an ordered category, from 0; days "
        "to an event; empty if it cannot be scored",
        nullable=True,
    )
    event: Real | None = column(
        "Event",
        "What ended the days to an event: 0 censored, 1 the event, 2 and more competing events",
        nullable=True,
    )
    exposure: Real | None = column(
        "Exposure", "Time in which the events of a count were counted", nullable=True
    )

    class Config:
        """Key of the dataset."""

        unique = ["participant_id", "outcome", "timepoint"]
