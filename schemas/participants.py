"""The contract of the table `participants`, the only one that a study must have."""

from schemas.base import Date, Record, Text, column


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

    class Config:
        """Key of the table."""

        unique = ["participant_id"]
