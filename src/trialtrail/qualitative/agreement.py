"""Agreement of coders: of two on the characters they mark, and of any number on units.

What is undefined (0/0: nothing to judge, or no variation against which agreement could show) is
NaN and never 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

Level = Literal["nominal", "ordinal", "interval", "ratio"]

COUNTS: tuple[str, ...] = ("both", "only_a", "only_b", "neither")
"""The four cells of a table of two coders, in characters."""


def characters(
    lengths: Mapping[str, int], a: pd.DataFrame, b: pd.DataFrame, by: str = "code"
) -> pd.DataFrame:
    """Characters that both coders, one or neither marked with a code; a row is a code.

    `lengths` gives the length of every document that both coders read, in code points. `a` and `b`
    hold a coder's segments, one a row: `document`, `start`, `end` (code points, end excluded) and
    the column `by`; a segment without a value in `by` is left out. Segments of one coder that
    overlap under one code count once. The index holds the codes that either coder used, sorted; the
    columns are COUNTS and sum to the length of all documents.

    Raises ValueError for a segment in an unlisted document or outside its bounds.
    """
    spans_a, spans_b = _spans(lengths, a, by), _spans(lengths, b, by)
    codes = sorted({code for code, _ in spans_a} | {code for code, _ in spans_b})
    total = sum(lengths.values())
    rows = []
    for code in codes:
        in_a = in_b = both = 0
        for document in lengths:
            of_a, of_b = spans_a.get((code, document), []), spans_b.get((code, document), [])
            in_a += _length(of_a)
            in_b += _length(of_b)
            both += _shared(of_a, of_b)
        rows.append((both, in_a - both, in_b - both, total - in_a - in_b + both))
    index = pd.Index(codes, name=by, dtype="str")
    return pd.DataFrame(rows, columns=list(COUNTS), index=index, dtype="int64")


def _spans(
    lengths: Mapping[str, int], segments: pd.DataFrame, by: str
) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Disjoint spans in order, for each code and document."""
    limit = segments["document"].map(dict(lengths)).to_numpy(dtype="float64", na_value=np.nan)
    if np.isnan(limit).any():
        raise ValueError("a segment lies in a document whose length is not given")
    start, end = segments["start"], segments["end"]
    if not ((start >= 0) & (start < end) & (end <= limit)).all():
        raise ValueError("a segment is empty or lies outside its document")
    grouped = segments.groupby([by, "document"], sort=False)
    return {key: _union(zip(group["start"], group["end"], strict=True)) for key, group in grouped}


def _union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same characters in disjoint spans, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((int(start), int(end)) for start, end in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _length(spans: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in spans)


def _shared(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> int:
    """Characters in both of two lists of disjoint spans."""
    return sum(
        max(0, min(end_a, end_b) - max(start_a, start_b))
        for start_a, end_a in a
        for start_b, end_b in b
    )


def percent_agreement(counts: pd.DataFrame) -> pd.Series:
    """Percent (0-100) of the characters on which both coders decided alike, a value a row.

    `counts` has the columns COUNTS, as `characters` gives them.
    """
    return 100 * (counts["both"] + counts["neither"]) / _total(counts)


def cohens_kappa(counts: pd.DataFrame) -> pd.Series:
    """Cohen's kappa of each row of `counts` (columns COUNTS).

    (p_o - p_e) / (1 - p_e), where p_e is the agreement expected from each coder's own share of
    marked characters (Cohen, Educ Psychol Meas 1960;20:37-46). NaN where p_e is 1: both coders
    marked everything, or nothing.
    """
    total = _total(counts)
    observed = (counts["both"] + counts["neither"]) / total
    by_a = (counts["both"] + counts["only_a"]) / total
    by_b = (counts["both"] + counts["only_b"]) / total
    expected = by_a * by_b + (1 - by_a) * (1 - by_b)
    return ((observed - expected) / (1 - expected)).where(expected < 1)


def alpha_of_counts(counts: pd.DataFrame) -> pd.Series:
    """Krippendorff's nominal alpha of each row of `counts` (columns COUNTS), a character a unit.

    The same as `krippendorff_alpha` on the characters one by one, in closed form for two coders and
    two values: 1 - (n - 1) d / (n_1 n_0), with n = 2N values, d disagreeing characters, and n_1
    marked and n_0 unmarked values of both coders together (Krippendorff 2011). NaN where all values
    are the same.
    """
    disagreeing = counts["only_a"] + counts["only_b"]
    marked = (2 * counts["both"] + disagreeing).astype("float64")
    unmarked = (2 * counts["neither"] + disagreeing).astype("float64")
    pairs = (marked * unmarked).where(lambda product: product > 0)
    return 1 - (marked + unmarked - 1) * disagreeing / pairs


def _total(counts: pd.DataFrame) -> pd.Series:
    """All characters of each row; missing instead of 0, so that quotients are missing too."""
    total = counts[list(COUNTS)].sum(axis="columns").astype("float64")
    return total.where(total > 0)


def krippendorff_alpha(data: pd.DataFrame | np.ndarray, level: Level = "nominal") -> float:
    """Krippendorff's alpha; a row of `data` is a unit, a column a coder, a missing value no answer.

    Alpha is 1 - observed / expected disagreement from the coincidences of values within units, with
    the squared difference of the `level` of measurement (Krippendorff K. Content Analysis, 2nd ed.,
    2004, chapter 11; Computing Krippendorff's alpha-reliability, 2011). Units with fewer than two
    values are left out. Values are numbers; at level 'nominal' they may be anything that can be
    told apart. NaN without a pair of values, or where all values are the same.

    Raises ValueError for an unknown level, or a negative value at level 'ratio'.
    """
    if level not in ("nominal", "ordinal", "interval", "ratio"):
        raise ValueError(f"no level of measurement {level!r}")
    coincidences, values = _coincidences(pd.DataFrame(data))
    if level == "ratio" and (np.asarray(values, dtype="float64") < 0).any():
        raise ValueError("the ratio level has no negative values")
    frequency = coincidences.sum(axis=1)
    distance = _squared_distances(values, frequency, level)
    expected = (np.outer(frequency, frequency) * distance).sum()
    if expected == 0:
        return float("nan")
    observed = (coincidences * distance).sum()
    return float(1 - (frequency.sum() - 1) * observed / expected)


def _coincidences(data: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Coincidence matrix of the values, and the values in order."""
    stacked = pd.Series(data.to_numpy().ravel())
    numbers, values = pd.factorize(stacked, sort=True)
    units = np.repeat(np.arange(data.shape[0]), data.shape[1])
    times = np.zeros((data.shape[0], len(values)))
    # factorize numbers a missing value -1.
    np.add.at(times, (units[numbers >= 0], numbers[numbers >= 0]), 1)
    answers = times.sum(axis=1)
    times, answers = times[answers >= 2], answers[answers >= 2]
    weighted = times / (answers - 1)[:, None]
    # Each value pairs with the other values of its unit and not with itself.
    matrix = weighted.T @ times - np.diag(weighted.sum(axis=0))
    return matrix, np.asarray(values)


def _squared_distances(values: np.ndarray, frequency: np.ndarray, level: Level) -> np.ndarray:
    """Squared difference of each pair of values (Krippendorff 2011, section E)."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "ordinal":
        # The number of values from one to the other, either end counted by half: a difference of
        # mid-ranks.
        position = np.cumsum(frequency) - frequency / 2
        return np.subtract.outer(position, position) ** 2
    numbers = values.astype("float64")
    squared = np.subtract.outer(numbers, numbers) ** 2
    if level == "interval":
        return squared
    sums = np.add.outer(numbers, numbers) ** 2
    return np.divide(squared, sums, out=np.zeros_like(squared), where=sums > 0)
