"""Unitising alpha: whether coders cut the same units out of a text, from sums over documents.

A *unit* is what one coder marked under one code or theme, spans that touch or overlap taken as one.
A *gap* is what lies between. Two definitions are in use:

- `alpha_u`: Krippendorff, Sociol Methodol 1995;25:47-76 and Content Analysis, 2nd ed., 2004,
  pp. 251-256: ends that differ count by the square of their distance, a unit within a gap by the
  square of its length.
- `u_alpha`: Krippendorff, Mathet, Bouvry and Widlöcher, Qual Quant 2016;50:2347-2364, for any
  number of coders: what differs counts by its characters; chance draws whole units. Of one value it
  is the |u-alpha of that paper.

Several documents are one continuum without units or gaps across their borders. Where documents have
different readers, the pairs of each are divided by one less than its readers, and mL is the sum of
the characters that coders read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from trialtrail.qualitative.agreement.coefficients import weighted_sums
from trialtrail.qualitative.agreement.spans import Span, gaps

Continuum = Mapping[str, Sequence[Span]]
"""Coder -> units in one document, disjoint and in order; a coder who marked nothing has none."""


@dataclass(frozen=True)
class UnitSums:
    """Sums of the units of items, in axes ``(items, documents)``; ``fits`` has a further axis.

    Attributes:
        observed: squared differences over ordered pairs of coders, divided by one less than the
            readers.
        count: units of all coders.
        cubes: over units of length l, the sum of (2l³ - 3l² + l) / 3.
        inner: over units, the sum of l(l - 1).
        squares: over units, the sum of l².
        marked: over units, the sum of l.
        apart: characters on which coders differ, over ordered pairs, divided by one less than
            readers.
        read: characters that coders read, all coders together.
        fits: l² times the places at which a unit of the document fits into gaps of another,
            ``(items, documents, documents)``.
    """

    observed: np.ndarray
    count: np.ndarray
    cubes: np.ndarray
    inner: np.ndarray
    squares: np.ndarray
    marked: np.ndarray
    apart: np.ndarray
    read: np.ndarray
    fits: np.ndarray

    def weighted(self, weights: np.ndarray) -> UnitSums:
        """Return the sums of each sample: the axes become ``(samples, items)``."""
        *plain, by_place = weighted_sums(
            weights, [getattr(self, each.name) for each in fields(self)]
        )
        return UnitSums(*plain, (by_place * weights[:, None, :]).sum(axis=2))


def unit_sums(items: Sequence[Sequence[Continuum]], lengths: Sequence[int]) -> UnitSums:
    """Return the sums of the units of items, each a continuum a document, of ``lengths``."""
    shape = (len(items), len(lengths))
    names = [each.name for each in fields(UnitSums)]
    sums = {name: np.zeros(shape) for name in names[:-1]}
    fits = np.zeros((*shape, len(lengths)))
    for item, continua in enumerate(items):
        lengths_of, places = [], []
        for at, (continuum, length) in enumerate(zip(continua, lengths, strict=True)):
            for name, value in _of_document(continuum, length).items():
                sums[name][item, at] = value
            units = _lengths([span for spans in continuum.values() for span in spans])
            lengths_of.append(units)
            places.append(np.full(len(units), at))
        units, of = np.concatenate([[], *lengths_of]), np.concatenate([[], *places]).astype(int)
        for at, (continuum, length) in enumerate(zip(continua, lengths, strict=True)):
            spaces = _lengths([gap for own in continuum.values() for gap in gaps(own, length)])
            fitting = units**2 * _places_for(units, spaces)
            fits[item, :, at] = np.bincount(of, fitting, minlength=len(lengths))
    return UnitSums(**sums, fits=fits)


def _places_for(units: np.ndarray, spaces: np.ndarray) -> np.ndarray:
    """Return at how many places each unit fits into gaps, by their lengths."""
    spaces = np.sort(spaces)
    first = np.searchsorted(spaces, units, side="left")
    above = np.concatenate([np.cumsum(spaces[::-1])[::-1], [0.0]])
    return above[first] - (units - 1) * (len(spaces) - first)


def _of_document(continuum: Continuum, length: int) -> dict[str, float]:
    readers = len(continuum)
    units = _lengths([span for spans in continuum.values() for span in spans])
    observed = apart = 0.0
    if readers >= 2:
        for coder, mine in continuum.items():
            for other, theirs in continuum.items():
                if coder != other and (mine or theirs):
                    observed += _squared_differences(mine, theirs, length)
                    apart += _differing(mine, theirs)
        observed, apart = observed / (readers - 1), apart / (readers - 1)
    return {
        "observed": observed,
        "count": len(units),
        "cubes": float(((2 * units**3 - 3 * units**2 + units) / 3).sum()),
        "inner": float((units * (units - 1)).sum()),
        "squares": float((units**2).sum()),
        "marked": float(units.sum()),
        "apart": apart,
        "read": readers * length,
    }


def _squared_differences(mine: Sequence[Span], theirs: Sequence[Span], length: int) -> float:
    """Return the squared differences of one coder's units from what stands at another.

    Units that overlap count by the squares of how far their starts and their ends lie apart, a unit
    within a gap of the other coder by the square of its length.
    """
    total = 0.0
    for start, end in mine:
        total += sum(
            (start - other_start) ** 2 + (end - other_end) ** 2
            for other_start, other_end in theirs
            if start < other_end and other_start < end
        )
    for units, others in ((mine, theirs), (theirs, mine)):
        spaces = gaps(others, length)
        for start, end in units:
            if any(from_ <= start and end <= to for from_, to in spaces):
                total += (end - start) ** 2
    return total


def _differing(mine: Sequence[Span], theirs: Sequence[Span]) -> int:
    shared = sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in mine
        for other_start, other_end in theirs
    )
    return int(_lengths(mine).sum() + _lengths(theirs).sum()) - 2 * shared


def _lengths(spans: Sequence[Span]) -> np.ndarray:
    return np.array([end - start for start, end in spans], dtype=float)


def alpha_u(sums: UnitSums) -> tuple[np.ndarray, np.ndarray]:
    """Return observed and expected disagreement of 1995 and 2004, times the characters read.

    Alpha is 1 less their quotient, and of several items 1 less the quotient of their sums. The
    common factor does not matter where the items are of the same documents.
    """
    read = sums.read
    expected = (sums.count - 1) * sums.cubes + sums.fits
    pairs = read * (read - 1) - sums.inner
    return sums.observed, 2 * read * _over(expected, pairs)


def u_alpha(sums: UnitSums) -> tuple[np.ndarray, np.ndarray]:
    """Return observed and expected disagreement of 2016, as characters; alpha as in `alpha_u`."""
    unmarked = sums.read - sums.marked
    pairs = sums.read**2 - sums.squares - unmarked
    return sums.apart, 2 * sums.read * _over(sums.marked * unmarked, pairs)


def one_minus(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return alpha, NaN where nothing could disagree."""
    return 1 - _over(observed, expected)


def _over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
