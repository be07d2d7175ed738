"""The contract of the table `segments`."""

import pandera.pandas as pa

from schemas.base import Date, Record, Text, Whole, column


class Segments(Record):
    """One row is one code given by one coder to one stretch of a transcript."""

    document: Text = column("Transcript", "Name of it", references="transcripts.document")
    code: Text = column("Code", "Name of the code", references="codebook.code")
    start: Whole = column("Start", "First character, counted in code points from 0", ge=0)
    end: Whole = column("End", "Character after the last", ge=1)
    selected: Text = column(
        "Text", "The words as the coder's program kept them", optional=True, kind="verbatim"
    )
    coder: Text = column("Coder", "Who gave the code")
    coded_on: Date = column("Coded on", "Day of the coding", optional=True)

    class Config:
        """Key of the table."""

        unique = ["coder", "document", "code", "start", "end"]

    @pa.dataframe_check(error="offsets: a segment ends after it starts")
    def has_length(cls, frame):
        """An empty segment codes nothing."""
        return ~(frame["end"] <= frame["start"]).fillna(False)
