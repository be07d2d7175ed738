"""Interviews, their transcripts and what was marked in them; quotations as they were printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from trialtrail.qualitative.codebook import entries
from trialtrail.tables import is_in
from trialtrail.validation.cross_checks.row_findings import RowFindings, Tables, counted, looked_up

HELD = "interviewed"
"""Status of an interview that was held."""


def attribution_findings(tables: Tables) -> Iterator[RowFindings]:
    """Yield quotations under a theme of no codebook, or whose role, number or stage is another's.

    What is printed of the speaker must be what the register has of the interview.
    """
    if {"quotations", "codebook"} <= set(tables):
        theme = tables["quotations"]["theme"]
        rows = theme.notna() & ~theme.isin(entries(tables["codebook"])["theme"])
        message = "the codebook has no code of this theme"
        yield RowFindings("quotations", "theme", "attribution", message, rows)
    if not {"quotations", "interviews"} <= set(tables):
        return
    frame, interviews = tables["quotations"], tables["interviews"]
    for part in ("role", "number", "stage"):
        known = looked_up(frame, "document", interviews, "document", part)
        rows = (frame[part] != known).fillna(False) & frame[part].notna() & known.notna()
        message = f"the printed {part} is not that of the interview in the register"
        yield RowFindings("quotations", part, "attribution", message, rows)


def reader_findings(
    tables: Tables, readers: Mapping[str, str | Sequence[str]] | str | None
) -> Iterator[RowFindings]:
    """Yield codings in transcripts that their coder did not read.

    ``readers`` is `qualitative.readers`: coder -> documents or `all`. Of a coder of whom it says
    nothing, a coding says that the transcript was read.
    """
    if "segments" not in tables or not isinstance(readers, Mapping):
        return
    frame = tables["segments"]
    lists = {coder: set(read) for coder, read in readers.items() if read != "all"}
    pairs = zip(frame["coder"], frame["document"], strict=True)
    rows = [
        pd.notna(coder) and pd.notna(document) and document not in lists.get(coder, {document})
        for coder, document in pairs
    ]
    message = "the coder is not among the readers of the transcript"
    yield RowFindings(
        "segments", "document", "not_read", message, pd.Series(rows, frame.index, dtype=bool)
    )


def visit_findings(tables: Tables, is_visit: dict[str, list[str]]) -> Iterator[RowFindings]:
    """Yield interviews whose count of visits does not agree with the contact log by that day.

    ``is_visit`` says which values of the log's columns make a contact one that counts.
    """
    if not {"interviews", "contacts"} <= set(tables) or not is_visit:
        return
    log = tables["contacts"]
    log = log[counted(log, is_visit)]
    frame = tables["interviews"]
    rows = []
    for row in frame.itertuples(index=False):
        if pd.isna(row.participant_id) or pd.isna(row.visits):
            rows.append(False)
            continue
        mine = log[log["participant_id"] == row.participant_id]
        if pd.notna(row.interviewed_on):
            mine = mine[mine["contact_on"] <= row.interviewed_on]
        compare = {"above": np.greater, "below": np.less}.get(row.visits_bound, np.equal)
        rows.append(not compare(len(mine), row.visits))
    message = "the count does not agree with the contact log up to the interview"
    yield RowFindings(
        "interviews", "visits", "agreement", message, pd.Series(rows, frame.index, dtype=bool)
    )


def transcript_findings(tables: Tables) -> Iterator[RowFindings]:
    """Yield transcripts of no interview, and interviews that were held without a transcript."""
    if not {"interviews", "transcripts"} <= set(tables):
        return
    interviews, transcripts = tables["interviews"], tables["transcripts"]
    rows = ~is_in(transcripts["document"], interviews["document"])
    message = "no interview of the register has this transcript, or its row is set aside"
    yield RowFindings("transcripts", "document", "transcript", message, rows)
    held = (interviews["status"] == HELD).fillna(False)
    rows = held & interviews["document"].isna()
    message = "the interview was held and the register names no transcript"
    yield RowFindings("interviews", "document", "transcript", message, rows)
