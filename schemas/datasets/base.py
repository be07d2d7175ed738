"""What the contracts of datasets share."""

import pandas as pd
import pandera.pandas as pa


class Dataset(pa.DataFrameModel):
    """One row is one thing, named by the columns that are unique.

    A dataset has no limits of the exports' values: a study may keep what breaks them. It may also
    keep a record of which a part of the key is unknown.
    """

    class Config:
        """Exactly these columns: what a study does not supply may be absent."""

        strict = True


def keep_contract(frame: pd.DataFrame, contract: type[pa.DataFrameModel] | pa.DataFrameSchema):
    """Return ``frame`` if it keeps to its contract.

    Of rows whose key is not whole nobody knows whether they are the same, so they may be alike.

    Raises:
        pandera.errors.SchemaErrors: it does not, a fault of the program.
    """
    schema = contract if isinstance(contract, pa.DataFrameSchema) else contract.to_schema()
    key = list(schema.unique or [])
    whole = frame[key].notna().all(axis=1)
    schema.validate(frame[whole], lazy=True)
    if not whole.all():
        schema = schema.update_columns({})  # a copy: the contract itself stays as it is
        schema.unique = None
        schema.validate(frame[~whole], lazy=True)
    return frame
