"""Whether a timepoint lies at or before the allocation, as far as its name says."""

from __future__ import annotations

from trialtrail.new_study.columns.words import BASELINE_WORDS


def is_baseline(label: str, first: bool = True) -> bool:
    """Return whether the name of a timepoint says so; ``first`` is whether it is the earliest."""
    return first and bool(BASELINE_WORDS.fullmatch(label.strip()))
