"""The contract of the dataset `providers`: how long they served, and whom they saw."""

import pandera.pandas as pa

from schemas.base import Date, Real, Text, Whole, YesNo, column
from schemas.datasets.base import Dataset

NULLABLE = {"nullable": True}


class Providers(Dataset):
    """One row is one person who gives the intervention.

    Columns that rest on the contact log, the assignments, the hours or the training are absent
    where the study does not supply that table.
    """

    provider_id: Text = column("Provider", "Number in the register", **NULLABLE)
    age_years: Real = column("Age", "Age at registration, years", **NULLABLE)
    area: Text = column("Area", "Locality", **NULLABLE)
    children: Whole = column("Children", "Number of children", **NULLABLE)
    registered_on: Date = column("Registered on", "Day of registration", **NULLABLE)
    trained_on: Date = column("Trained on", "Day initial training was complete", **NULLABLE)
    resigned_on: Date = column("Resigned on", "Day of resignation; empty if none", **NULLABLE)
    resignation_reason: Text = column("Reason", "Reason given for resigning", **NULLABLE)
    resigned: YesNo = column("Resigned", "A day of resignation is known")
    observed_until: Date | None = column(
        "End of observation", "Last day on which any provider has an entry", **NULLABLE
    )
    months_served: Real | None = column(
        "Months served",
        "From registration to resignation or the end of observation, in months of 365.25/12 days; "
        "empty for who registered after that end",
        ge=0,
        **NULLABLE,
    )
    participants: Whole | None = column(
        "Participants assigned", "Number of different ones, one after another", ge=0
    )
    visits: Whole | None = column(
        "Contacts that count for uptake", "Entries of the contact log", ge=0
    )
    hours_min: Real | None = column(
        "Fewest hours in a month", "Of the months with an entry", **NULLABLE
    )
    hours_max: Real | None = column(
        "Most hours in a month", "Of the months with an entry", **NULLABLE
    )
    hours_mean: Real | None = column(
        "Mean hours a month", "Of the months with an entry", **NULLABLE
    )
    training_hours: Real | None = column(
        "Training", "Hours, initial and continuing; empty where none is known", **NULLABLE
    )

    class Config:
        """Key of the dataset."""

        unique = ["provider_id"]

    @pa.dataframe_check(error="resigned: who resigned has a day of resignation, nobody else has")
    def resigned_on_a_day(cls, frame):
        """One column says it of the other."""
        return frame["resigned"] == frame["resigned_on"].notna()
