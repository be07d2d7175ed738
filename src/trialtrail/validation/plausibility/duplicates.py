"""Records that are there twice under different keys, and participants who are alike in all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

# scipy.special, because scipy.stats takes far longer to import.
from scipy.special import gammaln

from trialtrail.validation.plausibility.sheet import MOST, Sheet

COMMON = 0.1
"""Share of the records above which likeness is said once: answers are few, and alike by chance."""
FEW = 20
"""Records up to whom each is told by itself, whatever share of all they are."""
NAMED = 5
"""Of many records that are alike, how many are named."""
PAIRED = 5_000
"""Participants up to whom every pair is compared; of more, only those alike in all are found."""
BLOCK = 256
"""Participants compared with all earlier ones at once."""


def identical_findings(sheet: Sheet, columns: list[str], settings: dict) -> Iterator[dict]:
    """Yield a finding for each record that says in all ``columns`` what an earlier one says.

    Only records with at least ``least`` of the columns filled: two short ones are alike by chance.
    Where many are alike there is one finding, with how many they are and the first of them.
    """
    if sheet.ignores(settings["ignore"]) or sheet.frame.empty:
        return
    rows = _alike(sheet.frame, columns, min(settings["least"], len(columns)))
    alike = sheet.frame.loc[rows]
    late = alike[columns].duplicated().to_numpy()
    again = rows.copy()
    again[rows] = late
    message = f"the same in all {len(columns)} columns as another record of a different key"
    many = int(late.sum())
    if many > min(MOST, max(FEW, COMMON * len(sheet.frame))):
        names = ", ".join(map(str, sheet.frame["record"][again].iloc[:NAMED]))
        told = f"{many} of {len(sheet.frame)} records, the first are {names}"
        yield sheet.of_column("duplicate", "", message, told)
    elif many:
        first = alike.groupby(columns, dropna=False)["record"].transform("first")
        found = [f"as {record}" for record in first[late]]
        yield from sheet.of_rows("duplicate", "", again, message, found)


def _alike(frame: pd.DataFrame, columns: list[str], least: int) -> np.ndarray:
    """Return the mask of rows of which another has the same values.

    Column by column, only rows that are still alike are looked at further.
    """
    filled = sum(frame[column].notna().to_numpy(dtype="int64") for column in columns)
    rows = np.flatnonzero(filled >= least)
    group = np.zeros(len(rows), dtype="int64")
    for column in columns:
        codes, values = pd.factorize(frame[column].iloc[rows])
        key = pd.Series(group * (len(values) + 1) + codes + 1)
        again = key.duplicated(keep=False).to_numpy()
        rows, group = rows[again], pd.factorize(key[again])[0]
    out = np.zeros(len(frame), dtype=bool)
    out[rows] = True
    return out


def alike_findings(sheet: Sheet, columns: list[str], settings: dict) -> Iterator[dict]:
    """Yield a finding for each participant with the values of an earlier one in nearly all columns.

    Nearly all is at least ``share`` of the columns filled for both, and at least ``least`` of them.
    Common values are alike by chance: so the pair must also be rare. If columns did not depend on
    each other, fewer than ``chance`` pairs of so many participants would agree so far.
    """
    if len(columns) < settings["least"] or len(sheet.frame) < 2:
        return
    codes = np.column_stack([pd.factorize(sheet.frame[name])[0] for name in columns])
    rarity = np.zeros(codes.shape)
    for i in range(codes.shape[1]):
        given = codes[:, i] >= 0
        counts = np.bincount(codes[given, i])
        rarity[given, i] = np.log(counts[codes[given, i]] / max(1, given.sum()))
    pairs = _pairs(codes, rarity, settings)
    if not pairs:
        return
    message = (
        f"the same in at least {settings['share']:.0%} of {len(columns)} baseline variables as "
        f"another participant, and fewer than {settings['chance']} such pairs expected "
        f"({len(codes)} participants)"
    )
    if len(pairs) > MOST:
        yield sheet.of_column("duplicate", "", message, f"{len(pairs)} participants")
        return
    rows = np.zeros(len(codes), dtype=bool)
    rows[list(pairs)] = True
    records = sheet.frame["record"]
    found = [f"as {records.iloc[pairs[row]]}" for row in sorted(pairs)]
    yield from sheet.of_rows("duplicate", "", rows, message, found)


def _pairs(codes: np.ndarray, rarity: np.ndarray, settings: dict) -> dict[int, int]:
    """Return row -> the first earlier row that is alike."""
    if len(codes) > PAIRED:
        return _equal(codes, rarity, settings)
    filled, found = codes >= 0, {}
    for start in range(0, len(codes), BLOCK):
        mine = slice(start, min(start + BLOCK, len(codes)))
        others = slice(0, mine.stop)
        both, agree, weight = (np.zeros((mine.stop - start, mine.stop)) for _ in range(3))
        for i in range(codes.shape[1]):
            known = filled[mine, i][:, None] & filled[others, i][None, :]
            same = known & (codes[mine, i][:, None] == codes[others, i][None, :])
            both += known
            agree += same
            weight += same * rarity[mine, i][:, None]
        near = (both >= settings["least"]) & (agree >= settings["share"] * both)
        ways = gammaln(both + 1) - gammaln(agree + 1) - gammaln(both - agree + 1)
        near &= _log_pairs(len(codes)) + ways + weight < np.log(settings["chance"])
        for row, other in zip(*np.nonzero(np.tril(near, start - 1)), strict=True):
            found.setdefault(start + int(row), int(other))
    return found


def _equal(codes: np.ndarray, rarity: np.ndarray, settings: dict) -> dict[int, int]:
    """Return row -> the first earlier row that is equal in all columns."""
    rows = pd.DataFrame(codes)
    rare = _log_pairs(len(codes)) + rarity.sum(axis=1) < np.log(settings["chance"])
    enough = (codes >= 0).sum(axis=1) >= settings["least"]
    rows = rows[rare & enough & rows.duplicated(keep=False).to_numpy()]
    place = pd.Series(rows.index, index=rows.index)
    first = place.groupby([rows[column] for column in rows], sort=False).transform("first")
    late = place != first
    return dict(zip(place[late].tolist(), first[late].tolist(), strict=True))


def _log_pairs(count: int) -> float:
    return float(np.log(count) + np.log(count - 1) - np.log(2))
