"""Where coders differ: places at which readers of a document marked unlike passages with a code.

A *reader* of a document is a coder who read it, whether or not they marked anything there. Passages
of one reader that touch or overlap under one code are one. Passages of several readers that share a
character belong to one *place*: it is a passage of `trialtrail.qualitative.agreement.disagreement`,
and the characters on which readers differ are counted as there. Offsets are code points in the
transcript, the end left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from trialtrail.qualitative.agreement.readers import segments_used
from trialtrail.qualitative.agreement.spans import Span, union, within

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

    @cached_property
    def start(self) -> int:
        """First character that anybody marked."""
        return min(spans[0][0] for spans in self.spans.values())

    @cached_property
    def end(self) -> int:
        """Character after the last that anybody marked."""
        return max(spans[-1][1] for spans in self.spans.values())

    @cached_property
    def union(self) -> tuple[Span, ...]:
        """All that anybody marked, disjoint and in order."""
        return tuple(union(span for spans in self.spans.values() for span in spans))

    @property
    def kind(self) -> str:
        """How the readers differ: one of `KINDS`, or `AGREED`."""
        if len(self.spans) < len(self.readers):
            return OTHER_CODE if self.others else NO_COUNTERPART
        return EDGES if len(set(self.spans.values())) > 1 else AGREED

    @cached_property
    def characters(self) -> int:
        """Characters that some readers marked and not all of them did."""
        marked = sum(end - start for start, end in self.union)
        if len(self.spans) < len(self.readers):
            return marked
        common = list(self.union)
        for own in self.spans.values():
            common = [part for start, end in own for part in within(common, start, end)]
        return marked - sum(end - start for start, end in common)

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


def shared(span: Span, others: Iterable[Span]) -> int:
    """Return how many characters of a span lie in disjoint others."""
    return sum(last - first for first, last in within(others, *span))


def readers_by_document(read: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return who read each document, by name; `read` is that of `agreement.readers.reading`."""
    return {document: tuple(read.index[read[document]]) for document in read.columns}


def places(segments: pd.DataFrame, texts: Mapping[str, str], read: pd.DataFrame) -> list[Place]:
    """Return the places of the documents that at least two coders read, the agreed ones too.

    They are in the order of the documents in ``texts``, then of the text.

    Args:
        segments: the codings, with the columns document, code, coder, start, end.
        texts: the transcripts by document.
        read: who read what, as `agreement.readers.reading` gives it.
    """
    readers = readers_by_document(read)
    own = segments[segments_used(segments, read)[0]]
    found = []
    for (document, code), mine in own.groupby(["document", "code"], sort=False):
        for spans in _apart(mine):
            there = _paragraphs(texts[document], spans)
            found.append(Place(document, code, readers[document], spans, there, {}))
    order = {document: position for position, document in enumerate(texts)}
    found.sort(key=lambda each: (order[each.document], each.start, each.end, each.code))
    return _with_other_codes(found)


def _apart(mine: pd.DataFrame) -> list[dict[str, tuple[Span, ...]]]:
    """Return the passages of one code in one document, by place and reader."""
    every = sorted(
        (start, end, str(coder))
        for coder, own in mine.groupby("coder")
        for start, end in union(zip(own["start"], own["end"], strict=True))
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
        there = [
            other
            for other in by_document[place.document]
            if other.start < place.end and place.start < other.end
        ]
        for reader in place.readers:
            if reader in place.spans:
                continue
            codes = [
                other.code
                for other in there
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

    A turn begins with what names its speaker on its line. Without turns that cover the passage they
    are the paragraphs of the transcript.
    """
    here = [turn for turn in turns if turn[0] < end and start < turn[1]]
    if here and here[0][0] <= start and end <= here[-1][1]:
        before = [turn for turn in turns if turn[1] <= here[0][0]]
        first = _named_from(text, here[0][0], before[-1][1] if before else 0)
        if not before:
            return first, here[-1][1], first
        told = _named_from(text, before[-1][0], before[-2][1] if before[1:] else 0)
        return first, here[-1][1], told
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end - 1)
    before = text.rfind("\n", 0, max(0, first - 1)) + 1 if first else 0
    return first, last if last >= 0 else len(text), before


def _named_from(text: str, start: int, after: int) -> int:
    """Return where the name of the speaker begins whose words begin at ``start``."""
    return max(text.rfind("\n", 0, start) + 1, after)
