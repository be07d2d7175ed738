"""Transcripts cut into pieces at each place where a coded passage begins or ends, for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Piece:
    """A stretch of a transcript within which no passage begins or ends.

    Attributes:
        text: the words.
        anchors: names of the passages that begin with it.
        marks: what coders gave it, ``code (coder)``, each once; empty where nobody marked it.
    """

    text: str
    anchors: tuple[str, ...]
    marks: tuple[str, ...]


def anchor(place: int, start: int, end: int) -> str:
    """Return the name on the page of a passage of the transcript at a place."""
    return f"t{place}-{start}-{end}"


def pieces(place: int, text: str, passages: Sequence[tuple[int, int, str, str]]) -> list[Piece]:
    """Return the transcript at a place as pieces; ``passages`` are start, end, code and coder."""
    cuts = sorted({0, len(text), *(at for start, end, *_ in passages for at in (start, end))})
    starts: dict[int, dict[str, None]] = {}
    for start, end, *_ in passages:
        starts.setdefault(start, {})[anchor(place, start, end)] = None
    made = []
    for first, last in pairwise(cuts):
        over = [each for each in passages if each[0] <= first and each[1] >= last]
        marks = dict.fromkeys(f"{code} ({coder})" for _, _, code, coder in over)
        made.append(Piece(text[first:last], tuple(starts.get(first, ())), tuple(marks)))
    return made
