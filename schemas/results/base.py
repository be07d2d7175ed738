"""What the contracts of result tables share."""

import pandas as pd
import pandera.pandas as pa

from schemas.base import Text, column

NULLABLE = {"nullable": True}


class Result(pa.DataFrameModel):
    """One row is one result; ``row`` names it, so that ``table#row/column`` is a cell's address."""

    row: Text = column("Row", "Name of the row")

    class Config:
        """Columns are those of the contract, in its order; rows have names of their own."""

        strict = True
        ordered = True
        coerce = True
        unique = ["row"]


def conform(rows: list[dict] | pd.DataFrame, model: type[pa.DataFrameModel]) -> pd.DataFrame:
    """Return ``rows`` as a frame with the columns of ``model``; what a row lacks is missing.

    Raises:
        pandera.errors.SchemaError: a value is not what the contract says.
    """
    columns = list(model.to_schema().columns)
    frame = pd.DataFrame(rows).reindex(columns=columns)
    return model.validate(frame)
