"""The contract of the table `providers`."""

import pandera.pandas as pa

from schemas.base import Date, Real, Record, Text, Whole, column, in_order


class Providers(Record):
    """One row is one person who gives the intervention."""

    provider_id: Text = column("Provider", "Number in the register")
    age_years: Real = column("Age", "Age at registration, years", optional=True, ge=16, le=99)
    area: Text = column("Area", "Locality", optional=True)
    children: Whole = column("Children", "Number of children", optional=True, ge=0, le=20)
    registered_on: Date = column("Registered on", "Day of registration", optional=True)
    trained_on: Date = column("Trained on", "Day initial training was complete", optional=True)
    resigned_on: Date = column("Resigned on", "Day of resignation; empty if none", optional=True)
    resignation_reason: Text = column("Reason", "Reason given for resigning", optional=True)

    class Config:
        """Key of the table."""

        unique = ["provider_id"]

    @pa.dataframe_check(error="order/trained_on: training cannot end before registration")
    def trained_after_registration(cls, frame):
        """Training follows registration."""
        return in_order(frame, "registered_on", "trained_on")

    @pa.dataframe_check(error="order/resigned_on: a resignation cannot come before registration")
    def resigned_after_registration(cls, frame):
        """A resignation follows registration."""
        return in_order(frame, "registered_on", "resigned_on")

    @pa.dataframe_check(error="reason/resignation_reason: a reason is given where nobody resigned")
    def reason_only_if_resigned(cls, frame):
        """A reason without a date leaves it unknown whether the provider still serves."""
        return ~(frame["resignation_reason"].notna() & frame["resigned_on"].isna())
