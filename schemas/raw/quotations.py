"""The contract of the table `quotations`."""

import pandera.pandas as pa

from schemas.base import Record, Text, Whole, column


class Quotations(Record):
    """One row is one passage chosen for print, with the attribution that was printed."""

    quotation: Text = column("Quotation", "Number of it")
    theme: Text = column("Theme", "Theme it stands under", optional=True)
    sub_theme: Text = column("Sub-theme", "Heading below the theme", optional=True)
    role: Text = column("Role as printed", "Role of the speaker", optional=True)
    number: Whole = column("Number as printed", "Number within the role", optional=True, ge=1)
    stage: Text = column("Stage as printed", "Stage of the interview", optional=True)
    document: Text = column("Transcript", "Name of it", references="transcripts.document")
    start: Whole = column("Start", "First character, counted in code points from 0", ge=0)
    end: Whole = column("End", "Character after the last", ge=1)
    text: Text = column("Text", "The words quoted", kind="verbatim")

    class Config:
        """Key of the table."""

        unique = ["quotation"]

    @pa.dataframe_check(error="offsets: a quotation ends after it starts")
    def has_length(cls, frame):
        """An empty quotation says nothing."""
        return ~(frame["end"] <= frame["start"]).fillna(False)
