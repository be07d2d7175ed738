"""Who read which document: only a document that two coders read tells how far they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.errors import StudyError

EVERY = "all"
"""In the place of a list: all documents; in the place of all lists: every coder read them."""
STATED, MARKED = "stated", "marked"
"""How it is known what a coder read: the study says so, or the coder marked something there."""
TEXT = "text"
"""The kind of a segment that is a passage."""
WHOLE_SOURCE = "a source was coded as a whole, and no passage of it"
NOT_READ = "the coder did not read the document, as the readers are named"
ONE_READER = "one coder alone read the document"
"""Why a segment says nothing of agreement."""

Stated = Mapping[str, str | Sequence[str]] | str | None


def reading(
    segments: pd.DataFrame, documents: Sequence[str], stated: Stated = None
) -> pd.DataFrame:
    """Return who read what: a row a coder, in order of name, a column a document, true where read.

    ``stated`` is ``qualitative.readers``: coder -> documents, or `EVERY` of either. Coders of whom
    it says nothing read the documents in which they marked something. What a coder read without
    marking counts as read, and a coder who is stated to have read may have marked nothing at all.

    Raises:
        StudyError: it names a document that is no transcript.
    """
    lists = {} if stated is None or stated == EVERY else dict(stated)
    _check(lists, documents)
    coders = sorted({*segments["coder"].dropna().astype(str), *lists})
    marked = set(zip(segments["coder"], segments["document"], strict=True))
    table = pd.DataFrame(False, index=pd.Index(coders, name="coder"), columns=list(documents))
    for coder in coders:
        read = EVERY if stated == EVERY else lists.get(coder)
        table.loc[coder] = [
            (coder, document) in marked if read is None else read == EVERY or document in read
            for document in documents
        ]
    return table.astype(bool)


def how_known(coder: str, stated: Stated) -> str:
    """Return how it is known what ``coder`` read."""
    return STATED if stated == EVERY or (stated is not None and coder in stated) else MARKED


def of_readers(segments: pd.DataFrame, read: pd.DataFrame) -> pd.Series:
    """Tell of each segment whether its coder is one who read its document."""
    pairs = set(read.stack()[lambda known: known].index) if read.size else set()
    own = zip(segments["coder"], segments["document"], strict=True)
    return pd.Series([pair in pairs for pair in own], segments.index, dtype=bool)


def of_text(segments: pd.DataFrame) -> pd.Series:
    """Tell of each segment whether a passage was coded, and not a source as a whole.

    Who codes a whole source says something of the interview and marks no text in it.
    """
    if "kind" not in segments:
        return pd.Series(True, segments.index)
    return segments["kind"].fillna(TEXT) == TEXT


def segments_used(
    segments: pd.DataFrame, read: pd.DataFrame, *, of_one: bool = False
) -> tuple[pd.Series, dict[str, int]]:
    """Return which segments tell of agreement, and how many are set aside for which reason.

    With ``of_one``, those of documents that one coder read are used as well.
    """
    reasons = {WHOLE_SOURCE: ~of_text(segments), NOT_READ: ~of_readers(segments, read)}
    if not of_one:
        reasons[ONE_READER] = ~segments["document"].isin(shared_documents(read))
    left, counts = pd.Series(True, segments.index), {}
    for reason, rows in reasons.items():
        counts[reason] = int((left & rows).sum())
        left &= ~rows
    return left, {reason: n for reason, n in counts.items() if n}


def shared_documents(read: pd.DataFrame) -> list[str]:
    """Return the documents that two coders or more read, in order."""
    return list(read.columns[read.sum() >= 2])


def _check(lists: Mapping[str, str | Sequence[str]], documents: Sequence[str]) -> None:
    known = set(documents)
    for coder, named in lists.items():
        for document in () if named == EVERY else named:
            if document not in known:
                raise StudyError(
                    f"`{coder}` is said to have read `{document}`, and there is no such transcript",
                    where=f"qualitative.readers.{coder}",
                    rule="readers are named with documents of the study, as the transcripts are",
                    remedy="correct the name, or supply the transcript",
                )
