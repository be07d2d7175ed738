"""The answers that the items of an instrument offer; any other is no answer of it.

Sources are those of the modules that score the instruments. Nothing heavy is imported here: the
configuration is read with it.
"""

from __future__ import annotations

ITEM_ORDER: tuple[str, ...] = (
    *("GH1", "HT"),
    *(f"PF{number:02d}" for number in range(1, 11)),
    *("RP1", "RP2", "RP3", "RP4", "RE1", "RE2", "RE3", "SF1", "BP1", "BP2"),
    *("VT1", "MH1", "MH2", "MH3", "VT2", "MH4", "VT3", "MH5", "VT4", "SF2"),
    *("GH2", "GH3", "GH4", "GH5"),
)
"""The 36 items in the order in which the form asks them."""

# Number of answers offered; they are numbered from 1.
_LEVELS_OF_SCALE = {"PF": 3, "RP": 2, "RE": 2, "SF": 5, "GH": 5, "VT": 6, "MH": 6}
LEVELS: dict[str, int] = {
    **{item: _LEVELS_OF_SCALE.get(item[:2], 5) for item in ITEM_ORDER},
    "BP1": 6,
}
"""The highest answer of each item; the lowest is 1."""

BSID2 = (50, 150)
"""The range of an index score of the Bayley scales, second edition, in points."""
DAYS = (0, 6)
"""Days beside whole weeks."""


GROWTH = {"weight_for_age": (0.3, 60), "length_for_age": (20, 140), "head_for_age": (15, 65)}
"""What a child from birth to five years may weigh in kg, and measure in cm: grams and millimetres
lie beyond."""
WHOLE = ("sf36_v1",)
"""Instruments whose answers are whole numbers: one between two of them is none of either."""
MEASURED = ("who_growth",)
"""Instruments that take measurements, which have no coding."""


def offered(outcome: dict, count: int) -> list[tuple[float, float] | None]:
    """Return for each of ``count`` items of an outcome the lowest and the highest answer.

    ``outcome`` is an entry of `Study.outcomes`. None stands for an item of which the instrument
    says nothing.
    """
    instrument, scale = outcome["instrument"], outcome.get("scale")
    if instrument == "sf36_v1" and count == len(ITEM_ORDER):
        return [(1, LEVELS[item]) for item in ITEM_ORDER]
    if instrument == "total" and isinstance(scale, list) and len(scale) == 2:
        return [(scale[0], scale[1])] * count
    if instrument == "bsid2_delayed":
        return [BSID2] * count
    if instrument == "weeks_and_days" and count == 2:
        return [None, DAYS]
    if instrument == "who_growth" and scale in GROWTH:
        return [GROWTH[scale]] * count
    return [None] * count


def within(given: dict, limits: tuple[float, float], instrument: str) -> dict:
    """Return the limits of a variable, no wider than what its instrument offers, and its type."""
    low, high = limits
    out: dict = {
        "minimum": max(given.get("minimum", low), low),
        "maximum": min(given.get("maximum", high), high),
    }
    out |= {"type": "integer"} if instrument in WHOLE else {}
    return out | ({} if instrument in MEASURED else {"offered": [low, high]})
