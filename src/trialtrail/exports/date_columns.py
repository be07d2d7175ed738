"""Read a column of dates: each distinct text once, and what of it was changed or is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trialtrail.exports.columns import Distinct, How
from trialtrail.exports.dates import (
    ANY_FORM,
    ISO,
    ISO_WORDS,
    REASONS,
    SWAPPED,
    DateReading,
    read_date,
)
from trialtrail.exports.months import month_words

if TYPE_CHECKING:
    from pandas.api.extensions import ExtensionArray

FEW, SEVERAL, MONTHS = 3, 8, 12
"""Dates, texts, and both together, that are evidence that day and month were swapped."""
ISO_8601, SPAN = "ISO 8601", "the days between which it lies"


@dataclass(frozen=True)
class Dates:
    """What the distinct texts of a column say.

    Attributes:
        first: the day of each, or the first that may be meant.
        last: the last day that may be meant.
        faults: masks of the texts by rule and by what is wrong, empty where that is not known.
    """

    first: ExtensionArray
    last: ExtensionArray
    faults: dict[tuple[str, str], np.ndarray]


def read_dates(distinct: Distinct, how: How) -> Dates:
    """Return the dates of a column, and note in ``distinct`` what changed their form."""
    words = month_words(how.months)
    texts = distinct.texts.to_pylist()
    own = [text in how.days for text in texts]
    readings = [
        None if text is None else read_date(text, () if is_own else how.dates, how.last_year, words)
        for text, is_own in zip(texts, own, strict=True)
    ]
    readings = _not_swapped(own, readings)
    whole = how.kind == "date"
    faults: dict[tuple[str, str], list[int]] = {("type", ""): []}
    forms: dict[tuple[str, str], list[int]] = {}
    first: list = [None] * len(texts)
    last: list = [None] * len(texts)
    none = _missing_days(how, words)
    for place, reading in enumerate(readings):
        if reading is None:
            continue
        if not reading.fault and reading.first == reading.last and reading.first in none:
            before = f"another spelling of the missing code {none[reading.first]}"
            forms.setdefault((before, "no value"), []).append(place)
            continue
        if reading.fault and (whole or reading.fault != "partial"):
            known = whole or reading.reason != ANY_FORM
            reason = REASONS.get(reading.reason, "") if known else ""
            faults.setdefault((reading.fault, reason), []).append(place)
            continue
        first[place], last[place] = reading.first, reading.last
        after = ISO_8601 if reading.first == reading.last else SPAN
        if reading.form != ISO_WORDS:
            forms.setdefault((reading.form, after), []).append(place)
        for name in reading.dropped:
            forms.setdefault((name, "none"), []).append(place)
    for change, places in sorted(forms.items()):
        distinct.changed(*change, _at(places, len(texts)))
    masks = {fault: _at(places, len(texts)) for fault, places in sorted(faults.items())}
    return Dates(_days(first), _days(last), masks)


def _not_swapped(own: list[bool], readings: list) -> list:
    """Return the readings without the dates of a file in which day and month may be swapped.

    A spreadsheet program of another country takes 03/04 for a date of April and leaves 13/04 a
    text: then all dates have a day of 12 or less, and all texts a later one. ``own`` says which of
    the readings are of dates of the file.
    """
    whole = [None if r is None or r.fault else r.first for r in readings]
    dates = [day for day, is_own in zip(whole, own, strict=True) if day and is_own]
    typed = [day for day, is_own in zip(whole, own, strict=True) if day and not is_own]
    if min(len(dates), len(typed)) < FEW or len(dates) + len(typed) < SEVERAL:
        return readings
    if max(day.day for day in dates) > MONTHS or min(day.day for day in typed) <= MONTHS:
        return readings
    swapped = DateReading(fault="ambiguous", reason=SWAPPED)
    return [swapped if is_own else r for r, is_own in zip(readings, own, strict=True)]


def _missing_days(how: How, words: Mapping[str, int]) -> dict[date, str]:
    """Return the days that missing codes name, in a form of the column or as ISO dates."""
    found = {}
    for code in how.missing:
        for forms in (how.dates, (ISO,)):
            reading = read_date(code, forms, how.last_year, words)
            if not reading.fault and reading.first == reading.last:
                found[reading.first] = code
    return found


def _at(places: list[int], count: int) -> np.ndarray:
    mask = np.zeros(count, dtype=bool)
    mask[places] = True
    return mask


def _days(days: list) -> ExtensionArray:
    """Return days as an array of dates; a time of day in an export is no part of a date."""
    return pd.Series(pd.to_datetime(pd.Series(days, dtype=object))).astype("datetime64[ns]").array
