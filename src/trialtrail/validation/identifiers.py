"""Columns that identify a participant: what stands in them goes no further than the validation.

An identifier is a field that a REDCap dictionary marks as one, or a column listed under
`identifiers` of its export. That a cell is filled is reported; what it holds is not.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

WITHHELD = "withheld"
"""What stands for a filled cell of an identifier."""


def without_identifiers(rows: pd.DataFrame, columns: Collection[str]) -> pd.DataFrame:
    """Return ``rows`` as they were read, each filled cell of ``columns`` withheld."""
    there = [name for name in rows if name in set(columns)]
    hidden = {
        name: rows[name].mask(rows[name].fillna("").str.strip() != "", WITHHELD) for name in there
    }
    return rows.assign(**hidden)


def withheld(finding: dict, columns: Collection[str]) -> dict:
    """Return ``finding`` without what was found, if it is of one of ``columns``."""
    if finding["column"] in columns and finding["found"]:
        return finding | {"found": WITHHELD}
    return finding
