"""Stretches of a transcript, as lists of (start, end): the end is not part of the stretch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def union(spans: Iterable[Sequence[int]]) -> list[Span]:
    """Return the same characters in disjoint spans, in order; spans that touch become one."""
    return _merged(spans, touching=True)


def overlapping(spans: Iterable[Sequence[int]]) -> list[Span]:
    """Return the stretches of spans that overlap by a character or more, in order.

    Spans that only touch stay apart: they share no character.
    """
    return _merged(spans, touching=False)


def _merged(spans: Iterable[Sequence[int]], *, touching: bool) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted((int(start), int(end)) for start, end in spans):
        if merged and (start < merged[-1][1] or (touching and start == merged[-1][1])):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def gaps(spans: Sequence[Span], length: int) -> list[Span]:
    """Return what disjoint ``spans``, in order, leave of a text of ``length`` characters."""
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), length]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def characters(spans: Iterable[Span]) -> int:
    """Return the characters in disjoint ``spans``."""
    return sum(end - start for start, end in spans)


def within(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return the parts of disjoint ``spans`` that lie in ``[start, end)``."""
    parts = ((max(a, start), min(b, end)) for a, b in spans)
    return [(a, b) for a, b in parts if a < b]
