"""The contract of the dataset `contacts`: whom providers tried to reach, and what came of it."""

import pandera.pandas as pa

from schemas.base import Date, Real, Text, Whole, YesNo, column
from schemas.datasets.base import Dataset

NULLABLE = {"nullable": True}


class Contacts(Dataset):
    """One row is one attempt of a provider to reach a participant, whatever came of it."""

    contact_id: Text = column("Contact", "Number of the entry in the log", **NULLABLE)
    participant_id: Text = column("Participant", "Study number", **NULLABLE)
    provider_id: Text = column("Provider", "Who made the attempt", **NULLABLE)
    contact_on: Date = column("Date", "Day of the attempt", **NULLABLE)
    mode: Text = column("Mode", "How contact was sought", **NULLABLE)
    result: Text = column("Result", "What came of the attempt", **NULLABLE)
    minutes: Real = column("Minutes", "Length of the contact", **NULLABLE)
    topics: Text = column("Topics", "What was talked about", **NULLABLE)
    arm: Text = column("Arm", "Allocated arm of the participant", **NULLABLE)
    randomised_on: Date = column("Randomised on", "Day of the allocation", **NULLABLE)
    days_since_randomisation: Whole = column(
        "Days since randomisation", "Below zero for a contact before it", **NULLABLE
    )
    took_place: YesNo = column("Took place", "The plan counts the result as a contact")
    is_visit: YesNo = column("Counts for uptake", "It took place, in a mode that the plan counts")
    attempt: Whole = column("Attempt", "Number of it within the participant, by date", ge=1)

    class Config:
        """Key of the dataset."""

        unique = ["contact_id"]

    @pa.dataframe_check(error="uptake: what counts for uptake took place")
    def counts_only_what_took_place(cls, frame):
        """Uptake is a part of what took place."""
        return frame["took_place"] | ~frame["is_visit"]
