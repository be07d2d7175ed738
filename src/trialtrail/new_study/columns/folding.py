"""Spellings of one code, each folded once while the columns of a file are judged."""

from __future__ import annotations

from functools import lru_cache

from trialtrail.exports import normalise

MOST_REMEMBERED = 100_000


@lru_cache(maxsize=MOST_REMEMBERED)
def folded(code: str) -> str:
    """Return what two spellings of one code share, as `trialtrail.exports.normalise` has it."""
    return normalise.folded(code)
