"""cu-alpha: whether coders give the same code where they mark the same text.

Krippendorff, Mathet, Bouvry and Widlöcher, Qual Quant 2016;50:2347-2364, section 5.3: of the text
that two coders marked, what values their units have; which text they marked is left out of account.
Chance draws the parts of units that others marked too, whole.

A value must be one: where a coder gave a character several codes, their combination is a value of
its own, and so a unit is what one coder marked with one combination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from trialtrail.qualitative.agreement.spans import Span

Valued = Mapping[str, Sequence[tuple[int, int, int]]]
"""Coder -> units (start, end, number of the value) of one document, disjoint and in order."""


@dataclass(frozen=True)
class ValuedSums:
    """Sums over documents: ``(documents, values, values)`` and ``(documents, values)``.

    Attributes:
        together: characters to which one coder gave the one value and another the other, in both
            orders, divided by one less than the readers.
        inner: over units of a value, the square of what of their length others marked too: its
            characters at each other coder, summed and divided by one less than the readers.
    """

    together: np.ndarray
    inner: np.ndarray


def combine(codes: Sequence[Mapping[str, Sequence[Span]]]) -> dict[str, list[tuple]]:
    """Return what each coder marked in one document, with the combination of codes.

    ``codes`` is coder -> spans, one of each code. The value is the tuple of places in ``codes``.
    """
    coders = {coder for each in codes for coder in each}
    found = {}
    for coder in coders:
        spans = [each.get(coder, []) for each in codes]
        points = sorted({end for own in spans for span in own for end in span})
        parts = []
        for start, end in pairwise(points):
            given = tuple(at for at, own in enumerate(spans) if any(a <= start < b for a, b in own))
            if given:
                parts.append((start, end, given))
        found[coder] = [(run[0][0], run[-1][1], run[0][2]) for run in map(list, _runs(parts))]
    return found


def _runs(parts: Sequence[tuple]) -> list[list[tuple]]:
    """Return parts of one value that touch, together."""
    number, before, keyed = 0, None, []
    for part in parts:
        if before is not None and (before[1] != part[0] or before[2] != part[2]):
            number += 1
        keyed.append((number, part))
        before = part
    return [[part for _, part in run] for _, run in groupby(keyed, key=lambda each: each[0])]


def valued_sums(documents: Sequence[Mapping[str, Sequence[tuple]]]) -> ValuedSums:
    """Return the sums of documents: of each, the units of its readers, with those who have none."""
    values = sorted({value for each in documents for own in each.values() for *_, value in own})
    places = {value: at for at, value in enumerate(values)}
    together = np.zeros((len(documents), len(values), len(values)))
    inner = np.zeros((len(documents), len(values)))
    for at, units in enumerate(documents):
        others = max(len(units) - 1, 1)
        for coder, mine in units.items():
            for start, end, value in mine:
                shared = np.zeros(len(values))
                for other, theirs in units.items():
                    for from_, to, another in theirs if other != coder else ():
                        shared[places[another]] += max(0, min(end, to) - max(start, from_)) / others
                together[at, places[value]] += shared
                inner[at, places[value]] += shared.sum() ** 2
    return ValuedSums(together, inner)


def cu_alpha(sums: ValuedSums, weights: np.ndarray) -> np.ndarray:
    """Return cu-alpha of each sample of documents; NaN where one value alone could be given."""
    if not sums.inner.shape[1]:
        return np.full(len(weights), np.nan)
    by_value = weights @ np.concatenate([sums.together.sum(axis=2), sums.inner], axis=1)
    marginal, inner = np.split(by_value, 2, axis=1)
    agreed = weights @ np.trace(sums.together, axis1=1, axis2=2)
    total = marginal.sum(axis=1)
    chance = (marginal**2 - inner).sum(axis=1)
    base = np.divide(inner.sum(axis=1), total, out=np.zeros_like(total), where=total > 0)
    pairs = total - base
    expected = total - np.divide(chance, pairs, out=total.copy(), where=pairs > 0)
    alpha = np.divide(
        total - agreed, expected, out=np.full_like(total, np.nan), where=expected > 1e-9
    )
    return 1 - alpha
