"""Which format a raw file has, by its configuration or its name; nothing heavy is imported here."""

from __future__ import annotations

import os

ENDINGS = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".sav": "sav",
    ".zsav": "sav",
    ".dta": "dta",
    ".xpt": "xpt",
    ".sas7bdat": "sas7bdat",
    ".parquet": "parquet",
    ".rds": "rds",
    ".rda": "rda",
    ".rdata": "rda",
    ".qdpx": "refi_qda",
    ".qde": "refi_qda",
    ".qdc": "qdc",
    ".qda": "qualcoder",
    ".sqlite3": "taguette",
}
"""Formats that the ending of a file's name says; any other file is delimited text."""
PROJECTS = ("refi_qda", "qdc", "qualcoder", "taguette")
"""Formats of programs for qualitative analysis."""


def format_of(spec: dict) -> str:
    """Return the format of an export: the configured one, or what the file's name says."""
    ending = os.path.splitext(spec["label"])[1].lower()
    return spec.get("format") or ENDINGS.get(ending, "csv")
