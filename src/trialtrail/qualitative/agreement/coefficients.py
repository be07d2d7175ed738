"""Agreement on units, joint over any number of coders, from sums over units.

A unit is judged by those who read it; whoever did not has no judgement of it, which is missing and
is not a 'no'. Every measure is a function of a few sums over units, so that a sample of documents,
drawn with replacement, needs no more than a weighted sum of those of its documents.

The measures are those of Gwet K. Handbook of inter-rater reliability, 4th ed., 2014, chapters 2 and
5, with missing judgements: the shares of the values come from all units, the observed agreement
from those with two judgements or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import prod

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Sums:
    """Sums over units, for any number of coders and values; leading axes are free.

    Attributes:
        units: units with two judgements or more, shape ``(...)``.
        alike: over them, the sum of the share of pairs of coders who agree, shape ``(...)``.
        share: over all units, the sum of the shares of each value, ``(..., values)``.
        by_coder: judgements of each coder with each value, ``(..., coders, values)``.
        values: judgements with each value in units with two or more, ``(..., values)``.
        apart: coincidences of different values, both orders, each unit's pairs divided by one less
            than its judgements (Krippendorff 2011), shape ``(...)``.
    """

    units: np.ndarray
    alike: np.ndarray
    share: np.ndarray
    by_coder: np.ndarray
    values: np.ndarray
    apart: np.ndarray

    def weighted(self, weights: np.ndarray) -> Sums:
        """Return the sums over the second axis, one for each row of ``weights``.

        The axes ``(items, documents, ...)`` become ``(samples, items, ...)``.
        """
        return Sums(*weighted_sums(weights, [getattr(self, each.name) for each in fields(self)]))


def weighted_sums(weights: np.ndarray, parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the weighted sums of each part over its second axis, the samples then the first axis.

    All in one product of matrices: many small ones cost far more.
    """
    by_document = [np.moveaxis(each, 1, 0) for each in parts]
    widths = [prod(each.shape[1:]) for each in by_document]
    flat = [each.reshape(len(each), width) for each, width in zip(by_document, widths, strict=True)]
    found = np.split(weights @ np.concatenate(flat, axis=1), np.cumsum(widths)[:-1], axis=1)
    return [
        sums.reshape(len(weights), *each.shape[1:])
        for sums, each in zip(found, by_document, strict=True)
    ]


def sums_of(counts: np.ndarray, by_coder: np.ndarray, weights: np.ndarray) -> Sums:
    """Return the sums over units.

    ``counts`` has a row a unit and a column a value: how many coders judged so. ``by_coder`` are
    their judgements summed over the units, ``(coders, values)``. ``weights`` are how many times
    each unit stands there: the characters of a stretch on which all decide alike.
    """
    judged = counts.sum(axis=1)
    several = judged >= 2
    pairs = np.where(several, judged * (judged - 1), 1)
    alike = (counts * (counts - 1)).sum(axis=1) / pairs
    share = counts / np.where(judged > 0, judged, 1)[:, None]
    others = np.where(several, judged - 1, 1)
    apart = (judged**2 - (counts**2).sum(axis=1)) / others
    known = weights * several
    return Sums(
        units=known.sum(),
        alike=(known * alike).sum(),
        share=(weights[:, None] * share).sum(axis=0),
        by_coder=by_coder,
        values=(known[:, None] * counts).sum(axis=0),
        apart=(known * apart).sum(),
    )


def sums_of_ratings(ratings: pd.DataFrame | np.ndarray) -> Sums:
    """Return the sums of nominal ratings: a row a unit, a column a coder, missing if not read."""
    table = np.asarray(pd.DataFrame(ratings), dtype=object)
    known = ~pd.isna(table)
    values = sorted({*table[known]}, key=str)
    each = np.stack([(table == value) & known for value in values], axis=2)
    counts, by_coder = each.sum(axis=1).astype(float), each.sum(axis=0).astype(float)
    return sums_of(counts, by_coder, np.ones(len(table)))


def percent_agreement(sums: Sums) -> np.ndarray:
    """Return the percent (0-100) of pairs of coders who agree, averaged over the units."""
    return 100 * _quotient(sums.alike, sums.units)


def kappa(sums: Sums) -> np.ndarray:
    """Return kappa with each coder's own shares of the values: Cohen's, of many coders Conger's.

    Cohen, Educ Psychol Meas 1960;20:37-46; Conger, Psychol Bull 1980;88:322-328. NaN where chance
    explains everything: all coders gave one value alone.
    """
    judged = sums.by_coder.sum(axis=-1)
    coders = (judged > 0).sum(axis=-1).astype(float)
    shares = _quotient(sums.by_coder, judged[..., None])
    known = np.nan_to_num(shares)
    mean = _quotient(known.sum(axis=-2), coders[..., None])
    squares = (np.where(judged[..., None] > 0, known - mean[..., None, :], 0) ** 2).sum(axis=-2)
    spread = _quotient(squares, (coders - 1)[..., None])
    expected = (mean**2).sum(axis=-1) - _quotient(spread.sum(axis=-1), coders)
    return _beyond(sums, expected)


def fleiss_kappa(sums: Sums) -> np.ndarray:
    """Return kappa with the shares of all coders together: Scott's pi, of many coders Fleiss'.

    Scott, Public Opin Q 1955;19:321-325; Fleiss, Psychol Bull 1971;76:378-382.
    """
    return _beyond(sums, (_shares(sums) ** 2).sum(axis=-1))


def ac1(sums: Sums) -> np.ndarray:
    """Return Gwet's AC1 (Br J Math Stat Psychol 2008;61:29-48).

    NaN where only one value could be given.
    """
    shares = _shares(sums)
    others = shares.shape[-1] - 1
    expected = (shares * (1 - shares)).sum(axis=-1) / (others or np.nan)
    return _beyond(sums, expected)


def alpha(sums: Sums) -> np.ndarray:
    """Return Krippendorff's alpha for nominal data (Krippendorff 2011).

    The same as `trialtrail.qualitative.agreement.krippendorff.krippendorff_alpha` on the units one
    by one. NaN where all values are the same.
    """
    total = sums.values.sum(axis=-1)
    different = total**2 - (sums.values**2).sum(axis=-1)
    return 1 - (total - 1) * _quotient(sums.apart, different)


def _shares(sums: Sums) -> np.ndarray:
    return _quotient(sums.share, sums.share.sum(axis=-1)[..., None])


def _beyond(sums: Sums, expected: np.ndarray) -> np.ndarray:
    """Return how far agreement goes beyond what is expected, of how far it could."""
    observed = _quotient(sums.alike, sums.units)
    # A share of 1 may come out a rounding error below.
    return _quotient(observed - expected, np.where(expected < 1 - 1e-12, 1 - expected, 0))


def _quotient(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
