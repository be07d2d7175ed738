"""The contract of the dataset `consensus`: what the coders agreed on, as a coding of its own."""

import pandera.pandas as pa

from schemas.base import Date, Text, Whole, column


class Consensus(pa.DataFrameModel):
    """One row is one passage with one code on which the coders agree, or have decided.

    Offsets are code points in the transcript; the end is not part of the passage.
    """

    document: Text = column("Transcript", "Name of it")
    interview_id: Text = column("Interview", "The interview it is the transcript of", nullable=True)
    role: Text = column("Role", "Role of the interviewee", nullable=True)
    number: Whole = column("Number", "Number within the role", ge=1, nullable=True)
    stage: Text = column("Stage", "Stage of the study at the interview", nullable=True)
    code: Text = column("Code", "Code that the passage has by consensus")
    category: Text = column("Category", "Category of the code, from the codebook", nullable=True)
    theme: Text = column("Theme", "Theme of the code, from the codebook", nullable=True)
    coder: Text = column("Coder", "consensus", isin=["consensus"])
    start: Whole = column("Start", "First character, counted in code points from 0", ge=0)
    end: Whole = column("End", "Character after the last", ge=1)
    text: Text = column("Text", "What the transcript says from start to end")
    origin: Text = column(
        "Origin",
        "agreed by all readers, decided, or of a document with one reader",
        isin=["agreed", "decided", "one reader"],
    )
    disagreement: Text = column("Disagreement", "The one that was decided", nullable=True)
    decision: Text = column("Decision", "What was decided", nullable=True)
    by: Text = column("By", "Who decided", nullable=True)
    on: Date = column("On", "Day of the decision", nullable=True)
    why: Text = column("Why", "The reason", nullable=True)
    evidence: Text = column("Evidence", "Digest of the codings and the text", nullable=True)

    class Config:
        """Exactly these columns, in this order; a passage has a code once."""

        strict = True
        ordered = True
        unique = ("document", "code", "start", "end")

    @pa.dataframe_check(error="decided: a decision has who, when and why")
    def has_who_when_why(cls, frame):
        """No passage is decided by nobody."""
        signed = frame[["disagreement", "decision", "by", "on", "why"]].notna().all(axis="columns")
        return signed | (frame["origin"] != "decided")

    @pa.dataframe_check(error="offsets: a passage is as long as its text")
    def has_its_length(cls, frame):
        """The offsets lead back to the passage."""
        return frame["text"].str.len() == frame["end"] - frame["start"]
