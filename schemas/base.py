"""What all contracts share: the types of columns and the base of every model.

The metadata of a field say what pandera has no word for:

``optional``    the exports of a study may lack the column
``references``  ``table.column`` in which each value must occur, where that table is supplied
``codes``       the study's configuration lists the values (``arms``, ``roles``)
``kind``        a form of text with a rule of its own: ``month``, ``list``, ``censored``,
                ``verbatim`` (every sign counts, nothing is trimmed)
"""

import pandas as pd
import pandera.pandas as pa

Text = pd.StringDtype
Whole = pd.Int64Dtype
Real = pd.Float64Dtype
YesNo = pd.BooleanDtype
Date = pa.DateTime


def column(title: str, description: str, *, optional: bool = False, **limits) -> pa.Field:
    """Return a field; ``optional`` columns may be empty and may be absent from the exports."""
    metadata = {
        name: limits.pop(name) for name in ("references", "codes", "kind") if name in limits
    }
    if optional:
        limits.setdefault("nullable", True)
        metadata["optional"] = True
    return pa.Field(title=title, description=description, metadata=metadata, **limits)


def in_order(frame: pd.DataFrame, first: str, then: str) -> pd.Series:
    """Return, row by row, whether ``first`` is not after ``then``; an unknown date passes."""
    return ~(frame[first] > frame[then]).fillna(False)


class Record(pa.DataFrameModel):
    """One row is one record of an export, with the export and the line it came from."""

    class Config:
        """Unknown columns are a fault of the program, so they are refused."""

        strict = True
