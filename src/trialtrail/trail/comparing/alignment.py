"""Pair the records of two tables: by what stands in them, not by the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

Record = tuple[str, ...]
Pair = tuple[int | None, int | None]
"""Places of a record in A and in B; None in the one that does not have it."""


def align(a: Sequence[Record], b: Sequence[Record], key: int) -> list[Pair]:
    """Return the pairs of records of ``a`` and ``b``, those of ``b`` in its order.

    Equal records are paired first, then records with the same ``key`` (a column), then records
    between the same neighbours that agree in half of their cells or more (their key was changed).
    """
    pairs: list[Pair] = []
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    for kind, start_a, end_a, start_b, end_b in matcher.get_opcodes():
        if kind == "equal":
            pairs += zip(range(start_a, end_a), range(start_b, end_b), strict=True)
        else:
            pairs += _block(a, b, (range(start_a, end_a), range(start_b, end_b)), key)
    return _moved(a, b, pairs, key)


def _block(
    a: Sequence[Record], b: Sequence[Record], block: tuple[range, range], key: int
) -> list[Pair]:
    left = list(block[0])
    found: dict[int, int] = {}
    for by in (lambda one, two: _key(one, key) == _key(two, key), _alike):
        for at in block[1]:
            if at in found:
                continue
            match = next((other for other in left if by(a[other], b[at])), None)
            if match is not None:
                found[at] = match
                left.remove(match)
    return [*((found.get(at), at) for at in block[1]), *_gone(left)]


def _gone(places: list[int]) -> list[Pair]:
    return [(place, None) for place in places]


def _moved(a: Sequence[Record], b: Sequence[Record], pairs: list[Pair], key: int) -> list[Pair]:
    """Join a record that is gone here and new there, where its key stands once in each."""
    keys_a, keys_b = (Counter(_key(record, key) for record in records) for records in (a, b))
    gone = {
        _key(a[one], key): one
        for one, other in pairs
        if other is None and one is not None and keys_a[_key(a[one], key)] == 1
    }
    joined: list[Pair] = []
    again: set[int] = set()
    for one, other in pairs:
        name = _key(b[other], key) if other is not None else None
        if one is None and name in gone and keys_b[name] == 1:
            one = gone[name]
            again.add(one)
        joined.append((one, other))
    return [pair for pair in joined if not (pair[1] is None and pair[0] in again)]


def in_order(pairs: Sequence[Pair], of: int) -> list[Pair]:
    """Return the pairs in the order of A (0) or B (1); a record it lacks follows its neighbour."""
    own = sorted((p for p in pairs if p[of] is not None), key=lambda p: p[of])
    other = 1 - of
    for pair in sorted((p for p in pairs if p[of] is None), key=lambda p: p[other]):
        before = [
            at
            for at, known in enumerate(own)
            if known[other] is not None and known[other] < pair[other]
        ]
        nearest = max(before, key=lambda at: own[at][other], default=-1)
        own.insert(nearest + 1, pair)
    return own


def is_reordered(pairs: Sequence[Pair]) -> bool:
    """Return whether records that both have stand in another order."""
    both = sorted((p for p in pairs if None not in p), key=lambda p: p[1])
    return any(one[0] > two[0] for one, two in pairwise(both))


def _key(record: Record, key: int) -> str:
    return record[key] if key < len(record) else ""


def _alike(one: Record, two: Record) -> bool:
    same = sum(x == y for x, y in zip(one, two, strict=False))
    return 2 * same >= max(len(one), len(two))
