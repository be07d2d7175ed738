"""The contract of the dataset `segments`: what researchers marked in the transcripts."""

import pandera.pandas as pa

from schemas.base import Date, Text, Whole, YesNo, column


class CodedSegments(pa.DataFrameModel):
    """One row is one coded segment: a passage of a transcript that one coder gave one code.

    A passage with two codes is two rows, and so is a passage that two coders gave the same code.
    Offsets are code points in the transcript; the end is not part of the segment.
    """

    document: Text = column("Transcript", "Name of it")
    interview_id: Text = column("Interview", "The interview it is the transcript of", nullable=True)
    role: Text = column("Role", "Role of the interviewee, from the register", nullable=True)
    number: Whole = column(
        "Number", "Number of the interviewee within the role", ge=1, nullable=True
    )
    stage: Text = column("Stage", "Stage of the study at the interview", nullable=True)
    code: Text = column("Code", "Code given by the coder, by its name in the tree of codes")
    category: Text = column("Category", "Category of the code, from the codebook", nullable=True)
    theme: Text = column("Theme", "Theme of the code, from the codebook")
    coder: Text = column("Coder", "Who gave the code")
    coded_on: Date = column("Coded on", "Day of the coding", nullable=True)
    start: Whole = column("Start", "First character, counted in code points from 0", ge=0)
    end: Whole = column("End", "Character after the last", ge=1)
    text: Text = column("Text", "What the transcript says from start to end")
    verbatim: YesNo = column(
        "Verbatim",
        "The coder's file has the same text, to the last space; missing where it has none",
        nullable=True,
    )
    kind: Text = column("Kind", "What was coded: text, or the whole source")
    unit: Text = column("Unit", "What the coder's program counts offsets in")
    memo: Text = column("Memo", "What the coder wrote of it", nullable=True)
    guid: Text = column("Identifier", "Of the coding in the program", nullable=True)
    from_export: Text = column("Export", "Export of the record", alias="_export", nullable=True)
    from_file: Text = column("File", "Raw file of the record", alias="_file", nullable=True)
    from_line: Whole = column("Line", "Line of the record", alias="_line", nullable=True)

    class Config:
        """Exactly these columns, in this order; a coder gives a code to a passage once."""

        strict = True
        ordered = True
        unique = ("document", "code", "coder", "start", "end")

    @pa.dataframe_check(error="offsets: a segment is as long as its text")
    def has_its_length(cls, frame):
        """The offsets lead back to the passage."""
        return frame["text"].str.len() == frame["end"] - frame["start"]
