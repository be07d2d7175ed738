"""The contract of the table `screening`."""

import pandera.pandas as pa

from schemas.base import Date, Real, Record, Text, YesNo, column


class Screening(Record):
    """One row is one person assessed for eligibility."""

    screening_id: Text = column("Screening number", "Names the person before allocation")
    screened_on: Date = column("Screened on", "Day of the assessment", optional=True)
    age_years: Real = column("Age", "Age at the assessment, years", optional=True, ge=0, le=120)
    eligible: YesNo = column("Eligible", "Met the criteria of eligibility", optional=True)
    consented: YesNo = column("Consented", "Gave consent to take part", optional=True)
    decline_reason: Text = column("Reason declined", "As the person gave it", optional=True)
    participant_id: Text = column(
        "Participant", "Study number, where the person was randomised", optional=True
    )

    class Config:
        """Key of the table."""

        unique = ["screening_id"]

    @pa.dataframe_check(error="consent: only a person who consented has a study number")
    def numbered_if_consented(cls, frame):
        """A study number without consent is an error of the office."""
        return ~(frame["participant_id"].notna() & (~frame["consented"]).fillna(False))
