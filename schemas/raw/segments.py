"""The contract of the table `segments`."""

import pandera.pandas as pa

from schemas.base import Date, Record, Text, Whole, column


class Segments(Record):
    """One row is one code given by one coder to one stretch of a transcript, or to another thing.

    A stretch is known by its offsets, in whatever unit the coder's program counts, by its words, or
    by both. Codings of whole sources, pictures or sound have neither.
    """

    document: Text = column("Transcript", "Name of it", references="transcripts.document")
    code: Text = column("Code", "Name of the code", references="codebook.code")
    start: Whole = column("Start", "First character, counted from 0", ge=0, optional=True)
    end: Whole = column("End", "Character after the last", ge=1, optional=True)
    selected: Text = column(
        "Text", "The words as the coder's program kept them", optional=True, kind="verbatim"
    )
    occurrence: Whole = column(
        "Occurrence", "Which of the places that have the words, from 1", ge=1, optional=True
    )
    coder: Text = column("Coder", "Who gave the code", nullable=True)
    coded_on: Date = column("Coded on", "Day of the coding", optional=True)
    kind: Text = column(
        "Kind", "What is coded: text where it is empty, whole_source, picture, ...", optional=True
    )
    memo: Text = column("Memo", "What the coder wrote of it", optional=True)
    guid: Text = column("Identifier", "Of the coding in the program", optional=True)

    class Config:
        """Key of the table; a coding that is given twice is one."""

        unique = ["coder", "document", "code", "start", "end"]
        metadata = {"kept_once": []}

    @pa.dataframe_check(error="offsets: a segment ends after it starts")
    def has_length(cls, frame):
        """An empty segment codes nothing."""
        return ~(frame["end"] <= frame["start"]).fillna(False)

    @pa.dataframe_check(error="required/start: a coding of a text has offsets, or its words")
    def has_place(cls, frame):
        """A stretch of a text is known by two offsets or by its words; other kinds by neither."""
        placed = frame["start"].notna() | frame["end"].notna()
        of_text = frame["kind"].fillna("text").isin(["text", "pdf_text", "transcript"])
        return placed | frame["selected"].notna() | ~of_text

    @pa.dataframe_check(error="required/end: a coding has a start and an end, or neither")
    def has_both_ends(cls, frame):
        """One of them alone is a slip, whatever the words would say."""
        return frame["start"].isna() | frame["end"].notna()

    @pa.dataframe_check(error="required/start: a coding has a start and an end, or neither")
    def has_both_starts(cls, frame):
        """As for the end."""
        return frame["end"].isna() | frame["start"].notna()
