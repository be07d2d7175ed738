"""Where coders differ: at the edges of what all of them marked, or in what some did not mark.

A *passage* of a theme or code is a stretch that readers of a document marked under it, taken
together where their spans overlap by a character or more. A character on which readers differ lies
at an **edge** where every reader of the document marked some of its passage: they meant the same
and drew it differently. It is **without counterpart** where a reader marked nothing of the passage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from trialtrail.qualitative.agreement.spans import Span, characters, overlapping, within

COUNTS = (
    *("marked_either", "marked_both", "differing", "edges", "without_counterpart"),
    *("passages", "passages_all", "passages_without_counterpart"),
)
"""Counts of one item and document: characters, and passages."""


def split_disagreement(continuum: Mapping[str, Sequence[Span]]) -> np.ndarray:
    """Return COUNTS of what readers marked in one document: reader -> disjoint spans in order."""
    every = [span for spans in continuum.values() for span in spans]
    edges = without = either = both = alike = 0
    passages = overlapping(every)
    for start, end in passages:
        parts = [within(spans, start, end) for spans in continuum.values()]
        all_marked = _shared(parts)
        either += end - start
        both += all_marked
        if all(parts):
            alike += 1
            edges += end - start - all_marked
        else:
            without += end - start
    return np.array(
        [either, both, either - both, edges, without, len(passages), alike, len(passages) - alike]
    )


def _shared(parts: Sequence[Sequence[Span]]) -> int:
    """Return the characters that lie in all of several lists of disjoint spans."""
    shared = list(parts[0])
    for other in parts[1:]:
        shared = [span for start, end in other for span in within(shared, start, end)]
    return characters(shared)
