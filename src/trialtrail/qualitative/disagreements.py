"""Where coders differ: places at which readers of a document marked unlike passages with a code.

A *reader* of a document is a coder who read it, whether or not they marked anything there. Passages
of one reader that touch or overlap under one code are one. Passages of several readers that share a
character belong to one *place*. Offsets are code points in the transcript, the end left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import pandas as pd

from trialtrail.qualitative.placed_codings import WHOLE_SOURCE

Span = tuple[int, int]

AGREED, EDGES, NO_COUNTERPART, OTHER_CODE = "agreed", "edges", "no counterpart", "other code"
KINDS = (EDGES, NO_COUNTERPART, OTHER_CODE)
"""How readers differ at a place: all marked it with other edges; one of them marked nothing there
with this code; one of them marked it with another code that those who gave this one did not."""


@dataclass(frozen=True)
class Place:
    """One place of a document under one code.

    Attributes:
        document: the transcript.
        code: the code.
        readers: who read the document, by name.
        spans: reader -> the passages that they marked, disjoint and in order; who marked none is
            left out.
        text: the paragraphs in which the passages stand.
        others: reader -> other codes that they gave to it, where they did not give this one.
    """

    document: str
    code: str
    readers: tuple[str, ...]
    spans: Mapping[str, tuple[Span, ...]]
    text: str
    others: Mapping[str, tuple[str, ...]]

    @property
    def start(self) -> int:
        """First character that anybody marked."""
        return min(spans[0][0] for spans in self.spans.values())

    @property
    def end(self) -> int:
        """Character after the last that anybody marked."""
        return max(spans[-1][1] for spans in self.spans.values())

    @property
    def union(self) -> tuple[Span, ...]:
        """All that anybody marked, disjoint and in order."""
        return joined(span for spans in self.spans.values() for span in spans)

    @property
    def kind(self) -> str:
        """How the readers differ: one of `KINDS`, or `AGREED`."""
        if len(self.spans) < len(self.readers):
            return OTHER_CODE if self.others else NO_COUNTERPART
        return EDGES if len(set(self.spans.values())) > 1 else AGREED

    @cached_property
    def differing(self) -> dict[str, int]:
        """Characters on which readers differ, summed over the pairs of readers.

        ``edges`` are of passages that share a character with one of the other reader, ``unmatched``
        of passages that share none.
        """
        found = {"edges": 0, "unmatched": 0}
        for pair in combinations(self.readers, 2):
            first, second = (self.spans.get(reader, ()) for reader in pair)
            for own, other in ((first, second), (second, first)):
                for start, end in own:
                    common = shared((start, end), other)
                    found["edges" if common else "unmatched"] += end - start - common
        return found

    @property
    def characters(self) -> int:
        """All characters on which readers differ, summed over the pairs of readers."""
        return sum(self.differing.values())

    @cached_property
    def evidence(self) -> str:
        """Digest of what a decision rests on: the readers, their passages, the paragraphs."""
        passages = sorted((reader, *span) for reader, own in self.spans.items() for span in own)
        rests_on = [self.document, self.code, self.readers, passages, self.text]
        text = json.dumps(rests_on, ensure_ascii=False, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    @property
    def id(self) -> str:
        """Name of the place, from its evidence: it stays the same as long as that does."""
        return id_of(self.evidence)


def id_of(evidence: str) -> str:
    """Return the name of the place whose evidence has this digest."""
    return f"D{evidence.removeprefix('sha256:')[:10]}"


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same characters in disjoint spans, in order; spans that touch are one."""
    merged: list[Span] = []
    for start, end in sorted((int(start), int(end)) for start, end in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def shared(span: Span, others: Iterable[Span]) -> int:
    """Return how many characters of a span lie in disjoint others."""
    return sum(max(0, min(span[1], end) - max(span[0], start)) for start, end in others)


def text_passages(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the segments that are a stretch of a text: a source coded as a whole has no edges."""
    return segments[segments["kind"] != WHOLE_SOURCE] if "kind" in segments else segments


def readers_of(
    segments: pd.DataFrame,
    documents: Collection[str],
    named: Mapping[str, Collection[str]] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Return who read each document, by name.

    Whoever marked something in a document read it. ``named`` says of a coder which documents they
    read beside those.
    """
    marked = segments.groupby("document")["coder"].unique().to_dict()
    return {
        document: tuple(
            sorted(
                {str(coder) for coder in marked.get(document, ())}
                | {coder for coder, read in (named or {}).items() if document in read}
            )
        )
        for document in documents
    }


def places(
    segments: pd.DataFrame, texts: Mapping[str, str], readers: Mapping[str, Sequence[str]]
) -> list[Place]:
    """Return the places of the documents that at least two coders read, the agreed ones too.

    They are in the order of the documents in ``texts``, then of the text. ``segments`` has the
    columns document, code, coder, start, end.
    """
    read = segments[segments["document"].map(lambda each: len(readers.get(each, ())) > 1)]
    found = []
    for (document, code), mine in read.groupby(["document", "code"], sort=False):
        for spans in _apart(mine):
            there = _paragraphs(texts[document], spans)
            found.append(Place(document, code, tuple(readers[document]), spans, there, {}))
    order = {document: position for position, document in enumerate(texts)}
    found.sort(key=lambda each: (order[each.document], each.start, each.end, each.code))
    return _with_other_codes(found)


def _apart(mine: pd.DataFrame) -> list[dict[str, tuple[Span, ...]]]:
    """Return the passages of one code in one document, by place and reader."""
    every = sorted(
        (start, end, str(coder))
        for coder, own in mine.groupby("coder")
        for start, end in joined(zip(own["start"], own["end"], strict=True))
    )
    found: list[dict[str, tuple[Span, ...]]] = []
    reach = -1
    for start, end, coder in every:
        if start >= reach:
            found.append({})
        found[-1][coder] = (*found[-1].get(coder, ()), (start, end))
        reach = max(reach, end)
    return found


def _paragraphs(text: str, spans: Mapping[str, tuple[Span, ...]]) -> str:
    """Return the paragraphs of a transcript in which passages stand."""
    first = min(own[0][0] for own in spans.values())
    last = max(own[-1][1] for own in spans.values())
    start, end = text.rfind("\n", 0, first) + 1, text.find("\n", last - 1)
    return text[start : end if end >= 0 else len(text)]


def _with_other_codes(found: Sequence[Place]) -> list[Place]:
    """Return the places, each with the other codes that readers gave it who did not give its own.

    Of two passages with other codes at least half of the shorter one is common to both, and none of
    those who gave the one gave the other there.
    """
    by_document: dict[str, list[Place]] = {}
    for each in found:
        by_document.setdefault(each.document, []).append(each)
    told = []
    for place in found:
        others: dict[str, tuple[str, ...]] = {}
        for reader in place.readers:
            if reader in place.spans:
                continue
            codes = [
                other.code
                for other in by_document[place.document]
                if reader in other.spans
                and not set(other.spans) & set(place.spans)
                and _same_place(place.union, other.spans[reader])
            ]
            if codes:
                others[reader] = tuple(dict.fromkeys(codes))
        told.append(replace(place, others=others) if others else place)
    return told


def _same_place(own: Sequence[Span], others: Sequence[Span]) -> bool:
    common = sum(shared(span, others) for span in own)
    lengths = [sum(end - start for start, end in spans) for spans in (own, others)]
    return common > 0 and 2 * common >= min(lengths)


def disagreements(found: Iterable[Place]) -> list[Place]:
    """Return the places at which readers differ, those that differ most first."""
    differing = [each for each in found if each.kind != AGREED]
    return sorted(differing, key=lambda each: -each.characters)


def around(
    text: str, start: int, end: int, turns: Sequence[tuple[int, int]] = ()
) -> tuple[int, int, int]:
    """Return where the turns begin and end in which a passage stands, and the turn before begins.

    Without turns that cover the passage they are the paragraphs of the transcript.
    """
    here = [turn for turn in turns if turn[0] < end and start < turn[1]]
    if here and here[0][0] <= start and end <= here[-1][1]:
        before = [turn[0] for turn in turns if turn[1] <= here[0][0]]
        return here[0][0], here[-1][1], before[-1] if before else here[0][0]
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end - 1)
    before = text.rfind("\n", 0, max(0, first - 1)) + 1 if first else 0
    return first, last if last >= 0 else len(text), before
