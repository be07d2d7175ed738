"""Which codings become passages of a transcript, and why the others do not."""

from __future__ import annotations

import pandas as pd

from trialtrail.qualitative.codebook import codes_given
from trialtrail.qualitative.codings import found_at, passage, texts_by_document

TEXT, WHOLE_SOURCE = "text", "whole_source"
OF_TEXT = (TEXT, "pdf_text", "transcript", WHOLE_SOURCE)
"""Kinds of what is coded that are words: a stretch of a text, of the text of a PDF, of what was
written down of a recording; a source as a whole."""
UNNAMED = "unnamed"
"""Who coded where the program keeps no name."""
CODE_POINTS, WORDS, WHOLE = "code points", "words", "whole"
"""Units: offsets of the transcript's own; no offsets but words; no place but the whole."""

REASONS = {
    "interview": "no interview of the register has this document",
    "transcript": "the document has no transcript",
    "kind": "what is coded is no text",
    "code": "the code is not in the codebook",
    "passage": "the offsets lie outside the transcript",
    "words": "the words are not in the transcript, and no offsets are given",
    "repeat": "the coder gave this code to this passage before",
    "copy": "the coding with this identifier stands before, in another state",
}
"""Why a coding is set aside, in the order in which it is asked."""


def place_codings(
    segments: pd.DataFrame, codebook: pd.DataFrame, transcripts: pd.DataFrame
) -> pd.DataFrame:
    """Return the codings with what they are in the dataset; its columns begin with nothing new.

    ``code`` is that of the tree of codes, missing where the codebook has none; ``start``, ``end``
    and ``unit`` are the place in code points of the transcript and what the program counts in,
    missing where there is no place; ``coder`` and ``kind`` are never missing. A coding of a whole
    source is one of its whole text.
    """
    placed = with_optional(segments)
    placed["coder"] = placed["coder"].fillna(UNNAMED)
    placed["kind"] = placed["kind"].fillna(TEXT)
    placed["code"] = codes_given(segments["code"], codebook)
    texts = texts_by_document(transcripts)
    names = ("document", "kind", "start", "end", "selected", "occurrence")
    places = [
        _place(texts.get(document), kind, *where)
        for document, kind, *where in placed[[*names]].itertuples(index=False, name=None)
    ]
    found = pd.DataFrame(places, columns=["start", "end", "unit"], index=placed.index)
    return placed.assign(
        start=found["start"].astype("Int64"),
        end=found["end"].astype("Int64"),
        unit=found["unit"].astype("string"),
    )


def _place(
    text: str | None, kind: str, start: object, end: object, words: object, occurrence: object
) -> tuple[object, object, str]:
    """Return start, end and unit of one coding; the first two missing where it has no place."""
    if text is None:
        return start, end, CODE_POINTS
    if kind == WHOLE_SOURCE:
        return 0, len(text), WHOLE
    if not pd.isna(start) and not pd.isna(end):
        inside = passage(text, int(start), int(end)) is not None
        return (start, end, CODE_POINTS) if inside else (pd.NA, pd.NA, CODE_POINTS)
    at = None if pd.isna(words) else _nth(words, text, 1 if pd.isna(occurrence) else occurrence)
    return (pd.NA, pd.NA, WORDS) if at is None else (at, at + len(words), WORDS)


def _nth(words: str, text: str, occurrence: int) -> int | None:
    """Return where words stand in a text for the n-th time, ``None`` where they do not."""
    at = found_at(words, text, 0)
    for _ in range(int(occurrence) - 1):
        at = None if at is None else text.find(words, at + 1)
        at = None if at == -1 else at
    return at


def reasons(
    placed: pd.DataFrame, given: pd.DataFrame, register: pd.DataFrame, transcripts: pd.DataFrame
) -> pd.Series:
    """Return why each coding is set aside, missing for one that is used.

    ``given`` are the codings as they came, in the same rows.
    """
    known = placed[["document", "code", "coder", "start", "end"]]
    no_place = placed["start"].isna() & placed["kind"].isin(OF_TEXT)
    offsets = given.get("start", pd.Series(pd.NA, index=given.index)).notna()
    faults = {
        "interview": ~placed["document"].isin(register["document"]),
        "transcript": ~placed["document"].isin(transcripts["document"]),
        "kind": ~placed["kind"].isin(OF_TEXT),
        "code": placed["code"].isna(),
        "passage": no_place & offsets,
        "words": no_place & ~offsets,
    }
    reason = pd.Series(pd.NA, index=placed.index, dtype="string")
    for fault, found in faults.items():
        reason = reason.mask(reason.isna() & found.astype(bool), REASONS[fault])
    # Of two that are the same the first is used, and only what could be used counts as one of them.
    usable = reason.isna()
    repeat = known[usable].duplicated().reindex(placed.index, fill_value=False)
    reason = reason.mask(repeat, REASONS["repeat"])
    named = placed.loc[reason.isna() & placed["guid"].notna(), ["guid", "code", "coder"]]
    copy = named.duplicated().reindex(placed.index, fill_value=False)
    return reason.mask(copy, REASONS["copy"])


def with_optional(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the codings with all columns that their exports may lack."""
    kinds = dict.fromkeys(("start", "end", "occurrence"), "Int64")
    kinds |= dict.fromkeys(("selected", "kind", "memo", "guid"), "string")
    kinds |= {"coded_on": "datetime64[us]"}
    kinds |= {"_export": "string", "_file": "string", "_line": "Int64"}
    placed = segments.copy()
    for name, kind in kinds.items():
        if name not in placed:
            placed[name] = pd.Series(pd.NA, index=placed.index).astype(kind)
    return placed
