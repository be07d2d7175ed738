"""Coded passages: where they stand, who said them, and what the codebook calls them.

A transcript is the text of its paragraphs joined by line feeds. Offsets are code points in it, and
``[start, end)`` leaves the end out, as in Python.
"""

from __future__ import annotations

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.codebook import entries, of_entry, where_of

__all__ = ["entries", "of_entry", "where_of"]

INTERVIEWED = "interviewed"
"""The status of an interview that took place, in the interview register."""


def passage(text: str, start: int, end: int) -> str | None:
    """Return what stands at ``[start, end)`` of a transcript, ``None`` when it is not inside."""
    return text[start:end] if 0 <= start < end <= len(text) else None


def is_verbatim(selected: str, text: str, start: int, end: int) -> bool:
    """Tell whether ``selected`` is what stands at the offsets, to the last space."""
    return passage(text, start, end) == selected


def found_at(selected: str, text: str, start: int) -> int | None:
    """Return the offset of ``selected`` in a transcript, the nearest to ``start`` if it recurs."""
    offsets = []
    offset = text.find(selected) if selected else -1
    while offset >= 0:
        offsets.append(offset)
        offset = text.find(selected, offset + 1)
    return min(offsets, key=lambda each: (abs(each - start), each), default=None)


def texts_by_document(transcripts: pd.DataFrame) -> dict[str, str]:
    """Return the text of each transcript by document."""
    return dict(zip(transcripts["document"], transcripts["text"], strict=True))


def completed_interviews(interviews: pd.DataFrame) -> pd.DataFrame:
    """Return the interviews that took place and have a document, in the order of the register.

    Where the register keeps no status, a document says that the interview took place.

    Raises:
        StudyError: two interviews have one document.
    """
    took_place = (interviews["status"] == INTERVIEWED).fillna(True)
    kept = interviews[took_place & interviews["document"].notna()]
    if kept["document"].duplicated().any():
        raise StudyError(
            "two interviews of the register have one document",
            where="table interviews, column document",
            rule="a document is the transcript of one interview",
            remedy="correct the register",
        )
    return kept.reset_index(drop=True)


def register_of(interviews: pd.DataFrame | None, transcripts: pd.DataFrame) -> pd.DataFrame:
    """Return the interviews that were held and have a document, with or without a register.

    Without one each transcript is an interview of its own with one person, of whom nothing is
    known: ``document``, ``interview_id``, ``role``, ``number``, ``stage``, all empty but the first.
    """
    if interviews is not None:
        return completed_interviews(interviews)
    empty = dict.fromkeys(("interview_id", "role", "stage"), "string") | {"number": "Int64"}
    register = pd.DataFrame({"document": transcripts["document"]}).reset_index(drop=True)
    for name, kind in empty.items():
        register[name] = pd.Series(pd.NA, index=register.index, dtype=kind)
    return register


def person_of(register: pd.DataFrame) -> pd.Series:
    """Return who was interviewed: role and number, or the document where these are not known."""
    person = register["role"].astype("string") + "_" + register["number"].astype("string")
    return person.fillna(register["document"].astype("string"))


def role_stages(interviews: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of role and stage that were interviewed, in the order of the register."""
    held = completed_interviews(interviews) if "status" in interviews else interviews
    pairs = held[["role", "stage"]].dropna().drop_duplicates()
    roles, stages = (list(dict.fromkeys(pairs[name])) for name in ("role", "stage"))
    known = set(pairs.itertuples(index=False, name=None))
    return [(role, stage) for role in roles for stage in stages if (role, stage) in known]
