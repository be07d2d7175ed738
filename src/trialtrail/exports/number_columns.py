"""Read a column of numbers: all its cells are the evidence for what a mark in one of them means."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trialtrail.exports import numbers
from trialtrail.exports.columns import Distinct, How

SCIENTIFIC = r"^[+-]?[\d.,]+[eE][+-]?\d+$"
"""A power of ten, which nobody types for a count: a slip of the finger, or of a spreadsheet."""
VAST = 1e37
"""What nobody measures: programs write the largest number that they know for no value."""
ZEROS, NOTHING, MIXED = "decimal zeros", "no value", "format"
SHARE = "share"
COMMA_OR_POINT = {",": "a decimal comma", ".": "a decimal point"}


@dataclass
class Numbers:
    """What the distinct texts of a column say.

    Attributes:
        values: a number each, not a number (NaN) where there is none.
        bounds: ``exact``, ``above`` or ``below``; None where there is no number.
        faults: masks of the texts by why there is no number, or by what is odd about it.
        seen: masks of the texts by the form in which their number was typed.
        signs: masks of the texts by the decimal sign that they show.
        grouped: the decimal signs of texts that set thousands apart with the other mark.
        unsure: places of the texts that say two numbers, and the mark that makes them.
    """

    values: np.ndarray
    bounds: np.ndarray
    faults: dict[str, np.ndarray] = field(default_factory=dict)
    seen: dict[str, np.ndarray] = field(default_factory=dict)
    signs: dict[str, np.ndarray] = field(default_factory=dict)
    grouped: set[str] = field(default_factory=set)
    unsure: list[tuple[int, str]] = field(default_factory=list)

    def note(self, where: dict[str, np.ndarray], name: str, places) -> None:
        """Note a place, or a mask of places, under a name."""
        where.setdefault(name, np.zeros(len(self.values), dtype=bool))[places] = True

    def empty(self, places, fault: str = "") -> None:
        """Take no number at a place, several places or a mask of them, and note why."""
        if isinstance(places, list) and not places:
            return
        self.values[places], self.bounds[places] = np.nan, None
        if fault:
            self.note(self.faults, fault, places)

    def take(self, place: int, reading: numbers.NumberReading, kind: str) -> None:
        """Take the reading of a text, or what is wrong with it; only a count has bounds."""
        if reading.fault or (reading.bound != "exact" and kind != "censored"):
            self.empty(place, reading.fault or "bound")
            return
        self.values[place], self.bounds[place] = reading.value, reading.bound
        for change in reading.changes:
            self.note(self.seen, change, place)


def read_numbers(distinct: Distinct, how: How) -> Numbers:
    """Return the numbers of a column, and note in ``distinct`` what changed its form."""
    texts = distinct.texts
    pattern = numbers.REAL if how.decimal != "," else "[+-]?[0-9]+"
    plain = _like(texts, f"^(?:{pattern})$")
    own = pc.is_in(texts, pa.array(sorted(how.plain), pa.large_string())).to_numpy(False)
    # Numbers of the file itself have a point, whatever its texts have.
    plain |= own & _like(texts, f"^(?:{numbers.REAL})$")
    signed = pc.utf8_ltrim(pc.if_else(pa.array(plain), texts, None), characters="+")
    values = np.array(pc.cast(signed, pa.float64()).to_numpy(zero_copy_only=False), dtype=float)
    found = Numbers(values, np.where(plain, "exact", None).astype(object))
    for place in np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False) & ~plain):
        decimal = "." if own[place] else how.decimal
        reading = numbers.read_number(texts[place].as_py(), decimal, how.unit)
        if reading.fault == "ambiguous":
            found.unsure.append((place, reading.mark))
            continue
        found.take(place, reading, how.kind)
        if reading.mark and not reading.fault and not own[place]:
            found.note(found.signs, reading.mark, place)
            found.grouped |= {reading.mark} if reading.grouped else set()
    if how.decimal is None:
        _weigh(found, distinct, how, plain)
    elif "type" in found.faults and numbers.THOUSANDS in found.seen:
        _doubt(found, distinct, how)
    _blank_missing(found, distinct, how)
    if MIXED in found.faults:  # of which a missing code is none
        found.faults[MIXED] &= ~np.isnan(found.values)
    if how.kind != "number":
        _keep_whole(found, texts)
    if how.unit == "%" and numbers.UNIT in found.seen:
        _share(found, _like(texts, "[.,]") & ~own)
    with np.errstate(invalid="ignore"):
        found.empty(np.abs(found.values) >= VAST, "vast")
    for name, mask in found.seen.items():
        after = "a number and its bound" if name == numbers.BOUND else "a plain number"
        distinct.changed(name, after, mask & ~np.isnan(found.values))
    return found


def _weigh(found: Numbers, distinct: Distinct, how: How, plain: np.ndarray) -> None:
    """Settle what a mark means where a text by itself leaves it open, by the rest of the column.

    It is the decimal sign where all that shows one shows this one; it sets thousands apart where
    all shows the other one, and some text has both. Everything else is reported. The numbers of a
    file that has numbers, and no texts, show nothing: nobody typed them.
    """
    texts = distinct.texts
    unsure = plain & _like(texts, f"^{numbers.EITHER}$")
    if not found.unsure and not unsure.any() and "," not in found.signs:
        return
    own = pc.is_in(texts, pa.array(sorted(how.plain), pa.large_string()))
    own = own.to_numpy(zero_copy_only=False)
    pointed = plain & ~unsure & ~own & _like(texts, r"\.[0-9]")
    unsure &= ~own
    if pointed.any():
        found.note(found.signs, ".", pointed)
    shown = set(found.signs)
    odd = {mark: [place for place, of in found.unsure if of == mark] for mark in ",."}
    for mark, other in numbers.OTHER.items():
        places = [*odd[mark], *(np.flatnonzero(unsure) if mark == "." else ())]
        sign = mark if shown == {mark} else ""
        sign = sign or (other if shown == {other} == found.grouped else "")
        if not sign:
            found.empty(places, "ambiguous")
        elif sign == ".":
            places = odd[mark]  # the others were read so
        for place in places if sign else ():
            reading = numbers.read_number(texts[int(place)].as_py(), sign, how.unit)
            found.take(place, reading, how.kind)
    if len(shown) == 2:
        cells = {sign: distinct.rows(mask) for sign, mask in found.signs.items()}
        fewer = min(sorted(cells), key=lambda sign: cells[sign])
        found.note(found.faults, MIXED, found.signs[fewer])


def _doubt(found: Numbers, distinct: Distinct, how: How) -> None:
    """Tell what may be decimals where a cell shows another decimal sign than the configured one."""
    other = numbers.OTHER[how.decimal or "."]
    wrong = (distinct.texts[int(at)].as_py() for at in np.flatnonzero(found.faults["type"]))
    readings = (numbers.read_number(text, None, how.unit) for text in wrong)
    if any(reading.mark == other and not reading.fault for reading in readings):
        grouped = found.seen[numbers.THOUSANDS]
        found.empty(grouped & _like(distinct.texts, f"^{numbers.EITHER}$"), "ambiguous")


def _blank_missing(found: Numbers, distinct: Distinct, how: How) -> None:
    """Take no value where a number is that of a missing code, in whatever form it was typed."""
    for code in how.missing:
        reading = numbers.read_number(code, None if "," in code else ".") if code else None
        if reading is None or reading.fault or reading.bound != "exact":
            continue
        same = (found.values == reading.value) & (found.bounds == "exact")
        distinct.changed(f"another spelling of the missing code {code}", NOTHING, same)
        found.empty(same)


def _share(found: Numbers, typed: np.ndarray) -> None:
    """Tell what may be shares in a column of percentages: of 1 or less, and without their sign.

    ``typed`` are the texts with a decimal mark; of the numbers of a workbook its reader tells it.
    """
    with np.errstate(invalid="ignore"):
        small = (np.abs(found.values) <= 1) & (found.values != 0)
    small &= ~found.seen[numbers.UNIT] & typed
    if small.any():
        found.note(found.faults, SHARE, small)


def _keep_whole(found: Numbers, texts: pa.Array) -> None:
    """Tell the numbers that are not whole, or too great to be exact, and the powers of ten."""
    with np.errstate(invalid="ignore"):
        broken = (found.values % 1 != 0) | (np.abs(found.values) >= 2**53)
    broken |= _like(texts, SCIENTIFIC)
    found.empty(broken & ~np.isnan(found.values), "type")
    grouped = found.seen.get(numbers.THOUSANDS, np.zeros(len(found.values), dtype=bool))
    found.seen[ZEROS] = _like(texts, r"\.0*$") & ~grouped


def _like(texts: pa.Array, pattern: str) -> np.ndarray:
    """Return which texts have what a pattern describes."""
    has = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    return has.to_numpy(zero_copy_only=False)
