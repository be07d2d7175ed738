"""Days of codings that cannot be: before the interview, or before the code was there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from trialtrail.qualitative.audit_trail import before_code, before_interview
from trialtrail.validation.plausibility.sheet import MOST, Sheet

RULE, TABLE, COLUMN = "implausible_date", "segments", "coded_on"


def coding_date_findings(sheets: Mapping[str, Sheet]) -> Iterator[dict]:
    """Yield codings of a day before their interview, or before their code took others' place."""
    if TABLE not in sheets or sheets[TABLE].frame[COLUMN].isna().all():
        return
    sheet = sheets[TABLE]
    if "interviews" in sheets:
        rows = before_interview(sheet.frame, sheets["interviews"].frame)
        yield from _told(sheet, rows, "the day of the coding is before that of the interview")
    if "codebook" in sheets:
        rows = before_code(sheet.frame, sheets["codebook"].frame)
        message = "the day of the coding is before that on which its code took the place of others"
        yield from _told(sheet, rows, message)


def _told(sheet: Sheet, rows: pd.Series, message: str) -> Iterator[dict]:
    count = int(rows.sum())
    if count > MOST:
        whole = f"{message}, in more than {MOST} codings"
        yield sheet.of_column(RULE, COLUMN, whole, f"{count} codings")
        return
    found = sheet.frame.loc[rows, COLUMN].dt.strftime("%Y-%m-%d")
    yield from sheet.of_rows(RULE, COLUMN, rows.to_numpy(), message, found)
