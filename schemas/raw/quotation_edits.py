"""The contract of the table `quotation_edits`."""

import pandera.pandas as pa

from schemas.base import Record, Text, Whole, column


class QuotationEdits(Record):
    """One row is one change to a quoted passage on its way into print."""

    quotation: Text = column("Quotation", "Number of it", references="quotations.quotation")
    kind: Text = column("Kind", "What was done", isin=["elision", "replacement", "clarification"])
    start: Whole = column("Start", "First character replaced, as in the transcript", ge=0)
    end: Whole = column("End", "Character after the last; the start itself for an addition", ge=0)
    text: Text = column("Text", "What is printed in its place", kind="verbatim")
    replaced: Text = column(
        "Words replaced", "What stands there, to be checked", optional=True, kind="verbatim"
    )
    why: Text = column("Reason", "Why; needed where a negation goes", optional=True)
    by: Text = column("By", "Who did it", optional=True)

    class Config:
        """Key of the table."""

        unique = ["quotation", "start", "end"]

    @pa.dataframe_check(error="offsets: an edit ends before it starts")
    def goes_forward(cls, frame):
        """An addition may be empty; nothing goes backwards."""
        return ~(frame["end"] < frame["start"]).fillna(False)
