"""The contract of the table `provider_hours`."""

from schemas.base import Real, Record, Text, column


class ProviderHours(Record):
    """One row is the hours that one provider gave in one month."""

    provider_id: Text = column(
        "Provider", "Number in the register", references="providers.provider_id"
    )
    month: Text = column("Month", "Calendar month, YYYY-MM", kind="month")
    hours: Real = column("Hours", "Hours given in the month", gt=0, le=60)

    class Config:
        """Key of the table."""

        unique = ["provider_id", "month"]
