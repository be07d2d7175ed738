"""The contract of imputed values of the outcomes."""

from schemas.base import Real, Record, Text, Whole, column


class Imputed(Record):
    """One row is one imputed value: an outcome, a timepoint, a participant, an imputation.

    Where an outcome could not be imputed there is one row, with the reason alone.
    """

    outcome: Text = column("Outcome", "Name in the analysis plan")
    timepoint: Text = column("Timepoint", "Timepoint of the form it was to be measured with")
    participant_id: Text = column("Participant", "Study number", nullable=True)
    imputation: Whole = column("Imputation", "Its number, from 1", ge=1, nullable=True)
    value: Real = column("Value", "In the unit of the outcome", nullable=True)
    note: Text = column("Note", "Why the outcome could not be imputed", nullable=True)
