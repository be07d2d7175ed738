"""Where codings and quotations stand in their transcripts, by the words that were kept of them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.places import (
    DIFFERS,
    NO_TRANSCRIPT,
    NOT_CONFIRMED,
    NOTHING,
    UNDONE,
    WORDS,
    resolve_places,
)
from trialtrail.qualitative.quoted_passages import quoted_passages
from trialtrail.qualitative.units import CODE_POINTS
from trialtrail.qualitative.wording import PRINTED, SAME
from trialtrail.validation.cross_checks.row_findings import RowFindings, Tables
from trialtrail.validation.rules import NEAREST

OF_TEXT = ("text", "pdf_text", "transcript")
"""Kinds of what is coded that have a place in a text."""
IN_PRINT = "the words differ from the transcript in signs of print alone"
OTHER_UNIT = "the words stand at the offsets if these are counted in {}: write them in code points"


def offset_findings(tables: Tables) -> Iterator[RowFindings]:
    """Yield codings and quotations that stand nowhere in their transcript, or not where they say.

    The words that a program kept decide what its offsets count (see
    `trialtrail.qualitative.places`); no coding is moved without them. A quotation is for print: its
    words agree to the last sign, and its offsets are code points.
    """
    if "transcripts" not in tables:
        return
    texts = tables["transcripts"]
    texts = texts[~texts["document"].duplicated()]
    if "segments" in tables:
        yield from _findings("segments", tables["segments"], "selected", texts)
    if "quotations" in tables:
        yield from _findings("quotations", _as_spoken(tables, texts), "text", texts)


def _as_spoken(tables: Tables, texts: pd.DataFrame) -> pd.DataFrame:
    """Return the quotations, with the transcript's words where edits make those printed of them."""
    frame, edits = tables["quotations"], tables.get("quotation_edits")
    hidden = tables.get("pseudonyms")
    if edits is None and hidden is None:
        return frame
    names = {} if hidden is None else dict(zip(hidden["name"], hidden["pseudonym"], strict=True))
    whole = None if edits is None else edits.dropna(subset=["quotation", "start", "end", "text"])
    passages = quoted_passages(frame, texts_by_document(texts), whole, names)
    words = []
    for number, said in zip(frame["quotation"], frame["text"], strict=True):
        passage = passages[str(number)]
        words.append(passage.raw if pd.notna(said) and passage.gives(said) else said)
    return frame.assign(text=pd.array(words, dtype="string"))


def _findings(
    table: str, frame: pd.DataFrame, words: str, texts: pd.DataFrame
) -> Iterator[RowFindings]:
    said = frame.assign(selected=frame[words]) if words in frame else frame
    places = resolve_places(said.reset_index(drop=True), texts).set_axis(frame.index)
    told = _with_places(_reasons(places, table == "quotations"), places)
    if "kind" in frame:
        told = told.mask(~frame["kind"].fillna(OF_TEXT[0]).isin(OF_TEXT))
    by_words = (places["unit"] == WORDS).fillna(False)
    differs = places["start"].notna()
    for message in told.dropna().unique():
        rows = (told == message).fillna(False).astype(bool)
        for column, rule, mine in (
            (words, "verbatim", rows & differs),
            ("start", "offsets", rows & ~differs & by_words),
            ("end", "offsets", rows & ~differs & ~by_words),
        ):
            if mine.any():
                yield RowFindings(table, column, rule, str(message), mine.astype(bool))


def _reasons(places: pd.DataFrame, is_printed: bool) -> pd.Series:
    """Return what is asked of each row, missing where nothing is."""
    told = places["reason"].mask(places["reason"].isin([NO_TRANSCRIPT, NOTHING]))
    other = ~places["unit"].isin([CODE_POINTS, NOT_CONFIRMED, WORDS]) & places["unit"].notna()
    at_other = told.notna() & other
    told = told.mask(at_other, told + " (counted in " + places["unit"] + ")")
    printed = told.isna() & (places["words"] == PRINTED).fillna(False)
    told = told.mask(printed, IN_PRINT)
    if not is_printed:
        return told
    inexact = places["words"].notna() & (places["words"] != SAME).fillna(False)
    told = told.mask(told.isna() & inexact, DIFFERS)
    moved = told.isna() & (places["placed"] == UNDONE).fillna(False)
    return told.mask(moved, places["unit"].map(OTHER_UNIT.format, na_action="ignore"))


def _with_places(told: pd.Series, places: pd.DataFrame) -> pd.Series:
    """Return what is asked, with the place to look at where one is known, as a character."""
    place = places["nearest"].fillna(places["start"].where(places["placed"] == UNDONE))
    named = NEAREST + "character " + place.astype("string")
    many = places["places"].notna()
    named = named.mask(many, named + ", the first of " + places["places"].astype("string"))
    return told.mask(told.notna() & place.notna(), told + named)
