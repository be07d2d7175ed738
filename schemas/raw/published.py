"""The contract of the table `published`."""

from schemas.base import Record, Text, column


class Published(Record):
    """One row is one figure of a publication, kept as it was printed."""

    id: Text = column("Claim", "Name of the figure")
    source: Text = column("Source", "Publication", optional=True)
    quantity: Text = column("Quantity", "What the figure counts or estimates", optional=True)
    value: Text = column("Value", "As printed")
    denominator: Text = column("Denominator", "As printed", optional=True)
    percent: Text = column("Percent", "As printed", optional=True)
    lower: Text = column("Lower limit", "As printed", optional=True)
    upper: Text = column("Upper limit", "As printed", optional=True)
    note: Text = column("Note", "What the reader of the publication noticed", optional=True)

    class Config:
        """Key of the table."""

        unique = ["id"]
