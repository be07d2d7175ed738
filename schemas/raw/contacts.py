"""The contract of the table `contacts`."""

import pandera.pandas as pa

from schemas.base import Date, Real, Record, Text, column


class Contacts(Record):
    """One row is one attempt of a provider to reach a participant, whatever came of it."""

    contact_id: Text = column("Contact", "Number of the entry in the log")
    participant_id: Text = column(
        "Participant", "Study number", references="participants.participant_id"
    )
    provider_id: Text = column(
        "Provider", "Who made the attempt", optional=True, references="providers.provider_id"
    )
    contact_on: Date = column("Date", "Day of the attempt")
    mode: Text = column("Mode", "How contact was sought", optional=True)
    result: Text = column("Result", "What came of the attempt", optional=True)
    minutes: Real = column("Minutes", "Length of the contact", optional=True, gt=0, le=480)
    topics: Text = column("Topics", "What was talked about", optional=True, kind="list")

    class Config:
        """Key of the table."""

        unique = ["contact_id"]

    @pa.dataframe_check(error="date: a contact lies after the year 1900")
    def plausible_date(cls, frame):
        """A mistyped century is the commonest error of a date typed by hand."""
        return ~(frame["contact_on"].dt.year <= 1900)
