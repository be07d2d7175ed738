"""What each instrument takes: how many variables of which types, and which further keys.

Nothing heavy is imported here: the configuration is checked with it.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class Takes:
    """What an instrument takes: how many variables, of which types, of which kind and scales.

    ``count`` of 0 is any number from 1 on; no ``scales`` is no key `scale`.
    """

    count: int
    types: tuple[str, ...]
    kind: str
    scales: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


INSTRUMENTS = {
    "sf36_v1": Takes(36, NUMBERS, "continuous", ("PF", "RP", "BP", "GH", "VT", "SF", "RE", "MH")),
    "bsid2_delayed": Takes(1, NUMBERS, "binary"),
    "who_growth": Takes(
        1,
        NUMBERS,
        "continuous",
        ("weight_for_age", "length_for_age", "head_for_age"),
        ("sex", "born"),
    ),
    "total": Takes(0, NUMBERS, "continuous"),
    "weeks_and_days": Takes(2, NUMBERS, "continuous"),
}
"""The instruments but `value`, which takes one variable by the kind of the outcome."""
