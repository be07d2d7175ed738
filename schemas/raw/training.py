"""The contract of the table `training`."""

from schemas.base import Date, Real, Record, Text, column


class Training(Record):
    """One row is one topic of one training session of one provider."""

    provider_id: Text = column(
        "Provider", "Number in the register", references="providers.provider_id"
    )
    session_on: Date = column("Session", "Day of the session")
    kind: Text = column("Kind", "Initial or continuing training", optional=True)
    topic: Text = column("Topic", "What was taught")
    hours: Real = column("Hours", "Share of the session's hours", optional=True, gt=0, le=12)

    class Config:
        """Key of the table."""

        unique = ["provider_id", "session_on", "topic"]
