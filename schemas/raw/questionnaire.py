"""The contract of the table `questionnaire`; its items come from the configuration."""

from schemas.base import Date, Record, Text, column


class Questionnaire(Record):
    """One row is one completed questionnaire of one provider."""

    response_id: Text = column("Response", "Number given by the questionnaire's program")
    provider_id: Text = column(
        "Provider", "Who answered", optional=True, references="providers.provider_id"
    )
    recorded_on: Date = column("Recorded on", "Day it was received", optional=True)

    class Config:
        """Key of the table."""

        unique = ["response_id"]
