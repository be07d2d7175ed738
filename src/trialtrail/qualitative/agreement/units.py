"""Units on which coders decide, and the sums of their decisions: character, turn, passage.

- `CHARACTER`: each character of a document is marked or not.
- `TURN`: each turn of a speaker is marked where any of its characters is.
- `PASSAGE`: each stretch that any coder marked under any code, taken together where they overlap by
  a character or more; it is marked under a code where the coder marked any of its characters so.
  Units that coders have marked out are the usual ones of interviews coded without units given
  beforehand (Campbell, Quincy, Osserman and Pedersen, Sociol Methods Res 2013;42:294-320). Text
  that nobody marked is no passage: kappa by passage is conditional on a passage being marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.qualitative.agreement.coefficients import Sums, sums_of
from trialtrail.qualitative.agreement.spans import Span, overlapping

CHARACTER, TURN, PASSAGE = "character", "turn", "passage"
Marks = Sequence[Sequence[Mapping[str, Sequence[Span]]]]
"""Item -> document -> reader -> spans."""


@dataclass(frozen=True)
class Judgements:
    """Decisions on one kind of unit, summed over each item and document.

    Attributes:
        sums: sums with axes ``(items, documents, ...)``, of two values: marked, not marked.
        any: units that some reader marked, ``(items, documents)``.
        every: units that all readers marked, ``(items, documents)``.
    """

    sums: Sums
    any: np.ndarray
    every: np.ndarray


def judge_characters(marks: Marks, lengths: Sequence[int], coders: Sequence[str]) -> Judgements:
    """Return the decisions on each character of documents of ``lengths``, in code points."""
    return _judged(marks, lambda each, at: _stretches(each, lengths[at]), coders)


def judge_units(marks: Marks, units: Sequence[Sequence[Span]], coders: Sequence[str]) -> Judgements:
    """Return the decisions on the given units of each document."""
    return _judged(
        marks, lambda each, at: (_touched(each, units[at]), np.ones(len(units[at]))), coders
    )


def turns_of(turns: pd.DataFrame, documents: Sequence[str]) -> list[list[Span]]:
    """Return the turns of each document, in order, as spans."""
    by_document = {
        document: list(zip(group["start"].astype(int), group["end"].astype(int), strict=True))
        for document, group in turns.groupby("document", sort=False)
    }
    return [by_document.get(document, []) for document in documents]


def passages_of(
    segments: pd.DataFrame, read: pd.DataFrame, documents: Sequence[str]
) -> list[list[Span]]:
    """Return the passages of each document: what its readers marked, together if it overlaps."""
    own = segments[segments["document"].isin(documents)]
    by_document = {
        document: overlapping(
            zip(
                *(
                    group.loc[group["coder"].isin(read.index[read[document]]), name]
                    for name in ENDS
                ),
                strict=True,
            )
        )
        for document, group in own.groupby("document", sort=False)
    }
    return [by_document.get(document, []) for document in documents]


ENDS = ("start", "end")


def _stretches(
    continuum: Mapping[str, Sequence[Span]], length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return decisions on the stretches between all ends, and their lengths."""
    ends = {0, length, *(end for spans in continuum.values() for span in spans for end in span)}
    points = np.array(sorted(ends))
    decided = np.zeros((len(points) - 1, len(continuum)), dtype=bool)
    for column, spans in enumerate(continuum.values()):
        for start, end in spans:
            first, last = np.searchsorted(points, (start, end))
            decided[first:last, column] = True
    return decided, np.diff(points).astype(float)


def _touched(continuum: Mapping[str, Sequence[Span]], units: Sequence[Span]) -> np.ndarray:
    """Return which reader marked some of which unit: a row a unit, a column a reader."""
    if not units:
        return np.zeros((0, len(continuum)), dtype=bool)
    starts, ends = np.array(units).T
    columns = []
    for spans in continuum.values():
        froms, tos = np.array(spans).reshape(-1, 2).T
        begun, over = np.searchsorted(froms, ends), np.searchsorted(tos, starts, side="right")
        columns.append(begun > over)
    return np.stack(columns, axis=1)


def _judged(
    marks: Marks,
    decide: Callable[[Mapping[str, Sequence[Span]], int], tuple[np.ndarray, np.ndarray]],
    coders: Sequence[str],
) -> Judgements:
    """Return the sums; ``decide`` gives decisions and weights of the units of a document."""
    shape = (len(marks), len(marks[0]) if marks else 0)
    judged = Judgements(
        Sums(
            units=np.zeros(shape),
            alike=np.zeros(shape),
            share=np.zeros((*shape, 2)),
            by_coder=np.zeros((*shape, len(coders), 2)),
            values=np.zeros((*shape, 2)),
            apart=np.zeros(shape),
        ),
        np.zeros(shape),
        np.zeros(shape),
    )
    blank: dict[int, tuple[Sums, float, float]] = {}
    for item, documents in enumerate(marks):
        for at, continuum in enumerate(documents):
            # Most codes are in few documents: what nobody marked is summed once for all of them.
            if any(continuum.values()):
                found = _summed(continuum, *decide(continuum, at), coders)
            else:
                if at not in blank:
                    blank[at] = _summed(continuum, *decide(continuum, at), coders)
                found = blank[at]
            own, judged.any[item, at], judged.every[item, at] = found
            for name, value in vars(own).items():
                getattr(judged.sums, name)[item, at] = value
    return judged


def _summed(
    continuum: Mapping[str, Sequence[Span]],
    decided: np.ndarray,
    weights: np.ndarray,
    coders: Sequence[str],
) -> tuple[Sums, float, float]:
    """Return the sums of one document, and the units that some and that all readers marked."""
    yes = decided.sum(axis=1).astype(float)
    readers = decided.shape[1]
    by_coder = np.zeros((len(coders), 2))
    for column, coder in enumerate(continuum):
        marked = weights[decided[:, column]].sum()
        by_coder[list(coders).index(coder)] = marked, weights.sum() - marked
    sums = sums_of(np.stack([yes, readers - yes], axis=1), by_coder, weights)
    return sums, weights[yes > 0].sum(), weights[yes == readers].sum()
