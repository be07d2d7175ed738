"""Recognise scores and measures that have a column of their own: totals, index scores, lengths."""

from __future__ import annotations

import re
from collections import defaultdict

from trialtrail.derive.instruments.offered import BSID2, DAYS
from trialtrail.new_study.columns.cells import numbers, present, words_of
from trialtrail.new_study.files.seen import SeenColumn
from trialtrail.new_study.measures.instrument_table import AFTER_TOTAL, TOTALS
from trialtrail.new_study.measures.known_instrument import Heading, KnownInstrument, answers_of

WEEKS = (0, 45)


def find_weeks_and_days(headings: list[Heading]) -> list[KnownInstrument]:
    """Return a length of time in a column of whole weeks and one of the days beside them."""
    columns = {each.column.name: each.column for each in headings}
    stems: dict[tuple[str, ...], dict[str, SeenColumn]] = defaultdict(dict)
    for column in columns.values():
        words = words_of(column.name)
        for unit, names in (("weeks", ("weeks", "week", "wks", "wk", "wochen", "ssw")),
                            ("days", ("days", "day", "tage", "d"))):  # fmt: skip
            if len(words) > 1 and words[-1] in names:
                stems[tuple(words[:-1])].setdefault(unit, column)
    out = []
    for found in stems.values():
        if len(found) < 2:
            continue
        weeks, days = found["weeks"], found["days"]
        answers = answers_of([(weeks, *WEEKS), (days, *DAYS)])
        if not answers.fit:
            continue
        names = {"weeks": weeks.name, "days": days.name}
        why = "two headings of one name end in weeks and days, and no days are more than 6"
        out.append(
            KnownInstrument("weeks_and_days", "Weeks and days", names, True, True, why, sure=True)
        )
    return out


def find_bayley(headings: list[Heading]) -> list[KnownInstrument]:
    """Return the index scores of the Bayley scales, each an instrument of one column."""
    out = []
    for index, what in (("mdi", "mental"), ("pdi", "psychomotor")):
        for each in headings:
            match = re.fullmatch(rf"(bayley|bsid(?:ii|2)?|b2)?{index}(?:score|index)?", each.text)
            if match is None:
                continue
            answers = answers_of([(each.column, *BSID2)])
            why = f"its heading is that of an index of the Bayley scales, and {answers.told}"
            label = f"Bayley scales, {what} index"
            sure = answers.fit and bool(match[1])
            columns = {index: each.column.name}
            if answers.fit or match[1]:
                out.append(KnownInstrument("bsid2_delayed", label, columns, True, True, why, sure))
            break
    return out


def find_totals(headings: list[Heading]) -> list[KnownInstrument]:
    """Return the scores that stand in one column; they are named, and never sure."""
    out = []
    for name, label, pattern, low, high in TOTALS:
        whole = re.compile(rf"(?:{pattern}){AFTER_TOTAL}")
        for each in headings:
            if whole.fullmatch(each.text) is None:
                continue
            found = numbers(present(each.column))
            inside = [value for value in found if low <= value <= high]
            if found and len(inside) >= 0.7 * len(found):
                why = f"its heading is that of the score, its cells are from {low:g} to {high:g}"
                out.append(
                    KnownInstrument(
                        name, label, {"total": each.column.name}, False, False, why, sure=False
                    )
                )
    return out
