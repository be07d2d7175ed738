"""The contract of the dataset `turns`: who spoke in a transcript, from where to where."""

import pandera.pandas as pa

from schemas.base import Real, Text, Whole, YesNo, column


class Turns(pa.DataFrameModel):
    """One row is one turn: what one speaker says in a transcript until another begins.

    Offsets are code points in the transcript, the end not part of the turn; they stand around the
    words, so that a label and a time stamp at either end lie between two turns. A passage that no
    label gives to anybody is a turn without a speaker.
    """

    document: Text = column("Transcript", "Name of it")
    turn: Whole = column("Turn", "Number of the turn within the transcript", ge=1)
    speaker: Text = column("Speaker", "Label as the transcript has it", nullable=True)
    interviewer: YesNo = column(
        "Interviewer", "Whether the label is one of those who ask", nullable=True
    )
    start: Whole = column("Start", "First character, counted in code points from 0", ge=0)
    end: Whole = column("End", "Character after the last", ge=1)
    time_start: Real = column("From", "Seconds in the recording", nullable=True, ge=0)
    time_end: Real = column("To", "Seconds in the recording", nullable=True, ge=0)
    text: Text = column("Text", "What the transcript says from start to end")

    class Config:
        """Exactly these columns, in this order."""

        strict = True
        ordered = True
        unique = ("document", "turn")

    @pa.dataframe_check(error="offsets: a turn is as long as its text")
    def has_its_length(cls, frame):
        """The offsets lead back to the words."""
        return frame["text"].str.len() == frame["end"] - frame["start"]

    @pa.dataframe_check(error="offsets: turns of a document do not overlap")
    def follows_the_one_before(cls, frame):
        """Turns are numbered in the order of the text."""
        before = frame.groupby("document")["end"].shift()
        return (frame["start"] >= before).fillna(True)
