"""Texts that may mean "no value" in a column: those that surely do, and those to be asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trialtrail.new_study.columns.folding import folded
from trialtrail.new_study.columns.words import NO_DAYS, says_no_value
from trialtrail.new_study.files.seen import SeenColumn

NINES = re.compile(r"-?([789])\1+(?:[.,]0+)?")
"""Numbers by which programs of statistics say that there is no value: 99, 888, -77."""
NEGATIVE = re.compile(r"-(?:[1-9]|[789]{2,5})(?:[.,]0+)?")
USUAL = re.compile(r"-(?:1|[789]|66|[789][789]|([789])\1{2,})(?:[.,]0+)?")
"""Numbers below zero that are known as such codes; beside any other they may be values."""
NO_VALUE = re.compile(
    r"\b(?:missing|unknown|not (?:known|applicable|done|asked|recorded|answered|available|stated)"
    r"|refus\w*|declined|do(?:es)?n[o']t know|no (?:answer|response|data)|n/?[ak]|dk"
    r"|keine? (?:angaben?|antwort)|k\. ?a\.|weiß nicht|unbekannt|fehlend|verweigert)(?!\w)",
    re.IGNORECASE,
)
"""What the label of a code says where there is no value."""
FAR, SMALL = 5, 2
"""How many times as great as all others a number must be, and how often there, to be sure."""
VARIED = 8
"""Different numbers from which on a column is of quantities; of fewer, a word may be a code
beside them, as `placebo` beside 10 and 20."""
RARE = 0.2
"""Share of the filled cells above which a word among numbers is not surely no value."""
A_VALUE = re.compile(
    r"never|none|nil|zero|niemals|nie|keine?[rs]?|null|jamais|aucune?|nunca|ningun[oa]?|mai"
    r"|nessun[oa]?|other|andere[rs]?|sonstige[rs]?|autre|otr[oa]|altro",
    re.IGNORECASE,
)
"""Words that may be a value among numbers: none of what is counted, or none of the codes."""
GAP = 0.1
"""Share of the range of all others by which a number must stand apart to be asked about."""


@dataclass(frozen=True)
class MissingCode:
    """A text that may mean "no value" in a column.

    Attributes:
        text: as it stands in the cells.
        cells: how many cells have it.
        sure: whether nothing else can be meant.
        why: the reason, as a part of a sentence.
    """

    text: str
    cells: int
    sure: bool
    why: str


def find_missing(
    column: SeenColumn, counts: Mapping[str, int], numeric: bool, yes_no: bool = False
) -> list[MissingCode]:
    """Return the texts of a column that mean, or may mean, that there is no value.

    Args:
        column: what the file says of it.
        counts: {text: cells}.
        numeric: whether most cells are numbers or dates.
        yes_no: whether all others are words for yes and no.
    """
    declared = {folded(code) for code in column.missing}
    labels = {folded(code): label for code, label in column.value_labels.items()}
    quantities = numeric and _are_quantities(counts)
    filled = sum(counts.values())
    found = []
    for text, cells in counts.items():
        among = quantities or yes_no or (numeric and not A_VALUE.fullmatch(text))
        if folded(text) in declared:
            found.append(MissingCode(text, cells, True, "the file declares it as missing"))
        elif NO_VALUE.search(labels.get(folded(text), "")):
            found.append(MissingCode(text, cells, True, "its label says that there is no value"))
        elif says_no_value(text, among) and folded(text) not in labels:
            why = "no number can be meant" if numeric else "the word says that there is no value"
            found.append(MissingCode(text, cells, True, why))
        elif numeric and NO_DAYS.fullmatch(text):
            found.append(MissingCode(text, cells, True, "there is no such day"))
    known = {each.text for each in found}
    if numeric:
        found += _numbers({text: n for text, n in counts.items() if text not in known}, labels)
    if quantities and not yes_no:
        known = {each.text for each in found}
        for text, cells in counts.items():
            word = re.fullmatch(r"[^\d<>≤≥]{1,16}", text)
            if word and cells >= SMALL and text not in known:
                sure = cells > SMALL and cells <= RARE * filled and not A_VALUE.fullmatch(text)
                sure &= bool(re.search(r"[^\W\d_]{2}", text))
                meant = "and no number can be meant" if sure else "and it may be a value"
                why = f"a word that comes again among numbers, {meant}"
                found.append(MissingCode(text, cells, sure, why))
    return sorted(found, key=lambda each: each.text)


def _are_quantities(counts: Mapping[str, int]) -> bool:
    """Return whether numbers are of something measured: more different ones than a trial has doses.

    Decimals say nothing: a dose may be 0.5.
    """
    begin = [text for text in counts if re.match(r"[<>≤≥]?=?[ +-]?[.,]?[0-9]", text)]
    return len(begin) >= VARIED


def number_of(text: str) -> float | None:
    """Return the number that a text is, with either decimal sign; None where it is none."""
    if not re.fullmatch(r"[+-]?[0-9]+(?:[.,][0-9]+)?", text):
        return None
    return float(text.replace(",", "."))


def _numbers(counts: Mapping[str, int], labels: Mapping[str, str]) -> list[MissingCode]:
    """Return the numbers that stand apart from all others and look like codes."""
    values = {text: number for text in counts if (number := number_of(text)) is not None}
    coded = {t: v for t, v in values.items() if NINES.fullmatch(t) or NEGATIVE.fullmatch(t)}
    others = [v for t, v in values.items() if t not in coded]
    found: list[MissingCode] = []
    if not others:
        return found
    low, high = min(others), max(others)
    usual = all(USUAL.fullmatch(text) for text, value in coded.items() if value < 0)
    for text, value in coded.items():
        near = low - GAP * (high - low) <= value <= high + GAP * (high - low)
        if folded(text) in labels or near:
            continue
        cells = counts[text]
        if value < 0 <= low:
            why = "it is below zero, and no other number of the column is"
            sure = usual and (bool(NINES.fullmatch(text)) or text[1] == "9" or cells >= SMALL)
            found.append(MissingCode(text, cells, sure, why))
        elif value > high and NINES.fullmatch(text):
            sure = cells >= SMALL and value >= FAR * max(high, 1)
            far = "far above" if sure else "above"
            why = f"it is {far} all other numbers of the column"
            found.append(MissingCode(text, cells, sure, why))
    return found
