"""Which codings become passages of a transcript, and why the others do not."""

from __future__ import annotations

import pandas as pd

from trialtrail.qualitative.codebook import codes_given
from trialtrail.qualitative.places import resolve_places

TEXT, WHOLE_SOURCE = "text", "whole_source"
OF_TEXT = (TEXT, "pdf_text", "transcript", WHOLE_SOURCE)
"""Kinds of what is coded that are words: a stretch of a text, of the text of a PDF, of what was
written down of a recording; a source as a whole."""
UNNAMED = "unnamed"
"""Who coded where the program keeps no name."""
WHOLE = "whole"
"""The unit of what has no place but the whole; the others are those of `resolve_places`."""
SEVERAL = "its words stand at"
"""How `resolve_places` begins to say that words recur."""

REASONS = {
    "interview": "no interview of the register has this document",
    "transcript": "the document has no transcript",
    "kind": "what is coded is no text",
    "code": "the code is not in the codebook",
    "passage": "the offsets lie outside the transcript",
    "words": "the words are not in the transcript, and no offsets are given",
    "several": "the words stand at several places of the transcript, and no offsets are given",
    "repeat": "the coder gave this code to this passage before",
    "copy": "the coding with this identifier stands before, in another state",
}
"""Why a coding is set aside, in the order in which it is asked."""


def place_codings(
    segments: pd.DataFrame, codebook: pd.DataFrame, transcripts: pd.DataFrame
) -> pd.DataFrame:
    """Return the codings with what they are in the dataset.

    ``code`` is that of the tree of codes, missing where the codebook has none. ``start`` and
    ``end`` are code points of the transcript, missing where there is no place and ``why`` says it;
    ``unit`` is what the program counts in. ``coder`` and ``kind`` are never missing. A coding of a
    whole source is one of its whole text.
    """
    placed = with_optional(segments)
    placed["coder"] = placed["coder"].fillna(UNNAMED)
    placed["kind"] = placed["kind"].fillna(TEXT)
    placed["code"] = codes_given(segments["code"], codebook)
    found = _places(placed, transcripts)
    return placed.assign(**{name: found[name] for name in ("start", "end", "unit", "why")})


def _places(placed: pd.DataFrame, transcripts: pd.DataFrame) -> pd.DataFrame:
    """Return start, end and unit of each coding, and why it has no place.

    Each export is of one program, which counts in one unit.
    """
    found = resolve_places(placed, transcripts, by=("_export",))
    found = found.rename(columns={"reason": "why"})
    whole = placed["kind"] == WHOLE_SOURCE
    lengths = placed["document"].map(dict(zip(*_lengths(transcripts), strict=True)))
    found["start"] = found["start"].mask(whole, 0)
    found["end"] = found["end"].mask(whole, lengths.astype("Int64"))
    found["unit"] = found["unit"].mask(whole, WHOLE)
    return found


def _lengths(transcripts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    return transcripts["document"], transcripts["text"].str.len().replace(0, pd.NA)


def reasons(
    placed: pd.DataFrame, given: pd.DataFrame, register: pd.DataFrame, transcripts: pd.DataFrame
) -> pd.Series:
    """Return why each coding is set aside, missing for one that is used.

    ``given`` are the codings as they came, in the same rows.
    """
    known = placed[["document", "code", "coder", "start", "end"]]
    no_place = placed["start"].isna() | placed["end"].isna()
    several = placed["why"].fillna("").str.startswith(SEVERAL)
    offsets = given.get("start", pd.Series(pd.NA, index=given.index)).notna()
    faults = {
        "interview": ~placed["document"].isin(register["document"]),
        "transcript": ~placed["document"].isin(transcripts["document"]),
        "kind": ~placed["kind"].isin(OF_TEXT),
        "code": placed["code"].isna(),
        "passage": no_place & offsets,
        "several": no_place & ~offsets & several,
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
