"""The contract of the result table `claims`."""

import pandera.pandas as pa

from schemas.base import Real, Text, column
from schemas.results.base import NULLABLE

VERDICTS = ("reproduced", "differs", "not computable")


class Claims(pa.DataFrameModel):
    """One row is one published figure beside the reproduced one."""

    id: Text = column("Claim", "Name of the published figure")
    published: Text = column("Published", "As it was printed", **NULLABLE)
    reproduced: Text = column("Reproduced", "At the precision that was printed", **NULLABLE)
    verdict: Text = column("Verdict", "Whether the two agree", isin=VERDICTS)
    note: Text = column("Note", "What the checks found", **NULLABLE)
    quantity: Text = column("Quantity", "What the figure is of", **NULLABLE)
    source: Text = column("Source", "Publication that it stands in", **NULLABLE)
    published_note: Text = column("Remark", "What a reader of it noted", **NULLABLE)
    cell: Text = column("Cell", "Address of the reproduced value", **NULLABLE)
    reproduced_value: Real = column("Value", "Reproduced", **NULLABLE)
    reproduced_denominator: Real = column("Of", "Reproduced", **NULLABLE)
    reproduced_percent: Real = column("Percent", "Reproduced", **NULLABLE)
    reproduced_lower: Real = column("Lower limit", "Reproduced", **NULLABLE)
    reproduced_upper: Real = column("Upper limit", "Reproduced", **NULLABLE)

    class Config:
        """Columns are those of the contract, in its order; rows have names of their own."""

        strict = True
        ordered = True
        coerce = True
        unique = ["id"]
