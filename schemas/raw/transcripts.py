"""The contract of the table `transcripts`."""

from schemas.base import Record, Text, column


class Transcripts(Record):
    """One row is one transcript; its text is its paragraphs joined by line ends."""

    document: Text = column("Transcript", "File name without its ending")
    text: Text = column("Text", "The whole text; offsets count its code points", kind="verbatim")
    turns: Text = column(
        "Turns", "What the form of the file says of turns and times", optional=True, kind="verbatim"
    )

    class Config:
        """Key of the table."""

        unique = ["document"]
