"""The contract of the table `disclosure_decisions`."""

from schemas.base import Date, Record, Text, column


class DisclosureDecisions(Record):
    """One row is what people decided of one flag of `results/qualitative/disclosure.csv`."""

    flag: Text = column("Flag", "Digest of the flag")
    decision: Text = column(
        "Decision", "What becomes of the words", isin=["keep", "mask", "generalise"]
    )
    text: Text = column(
        "Text", "What is printed instead, in square brackets", optional=True, kind="verbatim"
    )
    by: Text = column("By", "Who decided")
    decided_on: Date = column("Decided on", "Day of the decision")
    why: Text = column("Reason", "Why")

    class Config:
        """Key of the table."""

        unique = ["flag"]
