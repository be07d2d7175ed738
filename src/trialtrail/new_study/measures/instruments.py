"""Recognise questionnaires in the columns of a file, by names, numbers of items and answers.

An instrument is named where its name stands in the headings; it is sure only where all items are
there and no cell is an answer that the form does not offer. Two measures whose columns have names
of their own are known as well: the index scores of the Bayley scales, and weeks and days.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from trialtrail.derive.instruments.offered import ITEM_ORDER, LEVELS
from trialtrail.new_study.columns.cells import are_dates, numbers, plain, present
from trialtrail.new_study.columns.units import unit_of
from trialtrail.new_study.files.seen import SeenColumn
from trialtrail.new_study.measures.instrument_table import (
    EQ5D_DIMENSIONS,
    EQ5D_NAMES,
    SF36_FORM,
    SF36_NAMES,
    TABLE,
    Listed,
)
from trialtrail.new_study.measures.known_instrument import Heading, KnownInstrument, answers_of
from trialtrail.new_study.measures.single_scores import (
    find_bayley,
    find_totals,
    find_weeks_and_days,
)
from trialtrail.new_study.measures.timepoints import find_timepoint

ITEM_WORD = r"(?:q|item|items|i|f|frage|sq|nr|question|it|itm|no)?"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VERSION = re.compile(r"sf[-_ ]?36[-_ ]?v([12])(?=[-_ ])", re.IGNORECASE)


def find_instruments(columns: list[SeenColumn]) -> list[KnownInstrument]:
    """Return the instruments that are recognised, those of each timepoint for itself.

    They come in the order of their first columns. No column belongs to two.
    """
    found: list[KnownInstrument] = []
    used: set[str] = set()
    for time, headings in _by_time(columns).items():
        for finder in (_sf36, _eq5d, _listed, find_weeks_and_days, find_bayley, find_totals):
            for one in finder([each for each in headings if each.column.name not in used]):
                one.timepoint = time
                found.append(one)
                used |= {*one.columns.values()}
    place = {each.name: at for at, each in enumerate(columns)}
    return sorted(found, key=lambda one: min(place[name] for name in one.columns.values()))


def _by_time(columns: list[SeenColumn]) -> dict[str, list[Heading]]:
    """Return the headings of each timepoint; under an empty one those that name none."""
    out: dict[str, list[Heading]] = defaultdict(list)
    versions = {match[1] for each in columns if (match := VERSION.search(each.name))}
    for column in columns:
        if are_dates(column) or "___" in column.name:
            continue
        name = re.sub(r"\[(?:SQ)?0*([0-9]+)\]$", r"_\1", column.name.strip())
        name = VERSION.sub("sf36", name) if len(versions) == 1 else name  # else they are visits
        name, _ = unit_of(name)
        parted = find_timepoint(name)
        time = parted[1].label if parted and parted[0] else ""
        stem = parted[0] if parted and parted[0] else name
        out[time].append(Heading("".join(re.findall(r"[^\W_]+", plain(stem))), column))
    return out


def _numbered(headings: Iterable[Heading], names: str) -> dict[int, SeenColumn]:
    """Return the columns whose heading is one of the names and a number, by the number."""
    pattern = re.compile(rf"(?:{names}){ITEM_WORD}0*([1-9][0-9]?)")
    found: dict[int, SeenColumn] = {}
    for each in headings:
        if match := pattern.fullmatch(each.text):
            found.setdefault(int(match[1]), each.column)
    return found


def _lettered(headings: Iterable[Heading], names: str, count: int) -> dict[int, SeenColumn]:
    """Return the columns whose heading is one of the names and a letter, by its place."""
    if count > len(LETTERS):
        return {}
    pattern = re.compile(rf"(?:{names}){ITEM_WORD}([a-{LETTERS[count - 1]}])")
    found: dict[int, SeenColumn] = {}
    for each in headings:
        if match := pattern.fullmatch(each.text):
            found.setdefault(LETTERS.index(match[1]) + 1, each.column)
    return found if len(found) == count else {}


def _sf36(headings: list[Heading]) -> list[KnownInstrument]:
    """Return the SF-36, whose items have numbers, names of scales, or the numbers of the form."""
    by_number = _numbered(headings, SF36_NAMES)
    by_name = _sf36_by_scale(headings)
    by_form = _sf36_by_form(headings)
    numbered = {item: by_number[n] for n, item in enumerate(ITEM_ORDER, 1) if n in by_number}
    found = max((numbered, by_name, by_form), key=len)
    if len(found) < 18:
        return []
    complete = len(found) == len(ITEM_ORDER)
    answers = answers_of((column, 1, LEVELS[item]) for item, column in found.items())
    why = [f"{len(found)} of 36 headings are named like the items of the SF-36"]
    scored = complete
    second = _second_version(found)
    if second:
        why.append("answers from 1 to 5 to the items on roles are those of version 2")
        scored = False
    else:
        why.append(answers.told)
    if any("rand" in plain(column.name) for column in found.values()):
        why.append("named after RAND, whose scores of pain and general health differ a little")
    columns = {item: found[item].name for item in ITEM_ORDER if item in found}
    return [
        KnownInstrument(
            "sf36_v2" if second else "sf36_v1",
            "SF-36 Health Survey",
            columns,
            complete,
            scored,
            "; ".join(why),
            sure=complete and answers.fit and not second,
        )
    ]


def _sf36_by_scale(headings: list[Heading]) -> dict[str, SeenColumn]:
    """Return the items under the names of their scales: `PF01`, `GH1`, `sf36_mh3`."""
    known = {re.sub(r"0(?=[1-9])", "", item.lower()): item for item in ITEM_ORDER} | {"ht1": "HT"}
    found: dict[str, SeenColumn] = {}
    for each in headings:
        text = re.sub(rf"^{SF36_NAMES}(?=[a-z]{{2}}[0-9]*$)", "", each.text)
        text = re.sub(r"(?<=[a-z])0+(?=[1-9])", "", text)
        if text in known:
            found.setdefault(known[text], each.column)
    return found if len(found) >= 30 else {}


def _sf36_by_form(headings: list[Heading]) -> dict[str, SeenColumn]:
    """Return the items under the numbers of the printed form: `sf3a` to `sf3j`."""
    labels = []
    for question, parts in SF36_FORM.items():
        labels += [f"{question}{LETTERS[n]}" for n in range(parts)] if parts else [question]
    by_label = dict(zip(labels, ITEM_ORDER, strict=True))
    pattern = re.compile(rf"{SF36_NAMES}{ITEM_WORD}0*([1-9][0-9]?[a-j]?)")
    found: dict[str, SeenColumn] = {}
    for each in headings:
        match = pattern.fullmatch(each.text)
        if match and match[1] in by_label:
            found.setdefault(by_label[match[1]], each.column)
    return found if any(len(item) > 2 and item.startswith("PF") for item in found) else {}


def _second_version(found: dict[str, SeenColumn]) -> bool:
    """Return whether the items on roles have more than two answers, as in version 2."""
    roles = [column for item, column in found.items() if item[:2] in ("RP", "RE")]
    cells = {value for column in roles for value in numbers(present(column))}
    return bool(cells) and cells <= {1, 2, 3, 4, 5} and len(cells) > 2


def _eq5d(headings: list[Heading]) -> list[KnownInstrument]:
    found: dict[str, SeenColumn] = {}
    named = False
    for each in headings:
        match = re.fullmatch(rf"({EQ5D_NAMES})?{ITEM_WORD}([a-z]+|[1-5])", each.text)
        for item, names in EQ5D_DIMENSIONS:
            if (
                match
                and match[2] in names
                and (match[1] or len(match[2]) > 3)
                and item not in found
            ):
                found[item] = each.column
                named |= bool(match[1])
    if len(found) < len(EQ5D_DIMENSIONS) or not named:
        return []
    cells = {value for column in found.values() for value in numbers(present(column))}
    text = plain("".join(column.name for column in found.values()))
    five = bool(re.search(r"5l", text)) or any(value > 3 for value in cells)
    three = "3l" in text
    levels = 5 if five else 3
    answers = answers_of((column, 1, levels) for column in found.values())
    why = [f"five headings are named like the dimensions of the EQ-5D, and {answers.told}"]
    told = five or three
    if not told:
        why.append("no answer is above 3, as in the form of three levels; the heading does not say")
    return [
        KnownInstrument(
            f"eq5d_{levels}l",
            f"EQ-5D-{levels}L",
            {item: found[item].name for item, _ in EQ5D_DIMENSIONS},
            True,
            False,
            "; ".join(why),
            sure=answers.fit and told,
        )
    ]


def _listed(headings: list[Heading]) -> list[KnownInstrument]:
    """Return the instruments of the table; where several share a name, the one that fits best."""
    best: dict[frozenset[str], KnownInstrument] = {}
    for entry in TABLE:
        one = _entry(entry, headings)
        if one is None:
            continue
        key = frozenset(one.columns.values())
        clash = [other for other in best if other & key]
        if all(_quality(one) > _quality(best[other]) for other in clash):
            for other in clash:
                del best[other]
            best[key] = one
    return [*best.values()]


def _quality(one: KnownInstrument) -> tuple[bool, bool, int]:
    return one.sure, one.complete, len(one.columns)


def _entry(entry: Listed, headings: list[Heading]) -> KnownInstrument | None:
    """Return an instrument of the table where at least half of its items, and two, are there."""
    items: dict[str, SeenColumn] = {}
    for name in entry.names:
        found = _numbered(headings, name)
        found = {n: column for n, column in found.items() if n <= entry.count + 1}
        found = found or _lettered(headings, name, entry.count)
        if len(found) > len(items):
            items = {str(n): found[n] for n in sorted(found)}
    for name in entry.names if entry.parts else ():
        parts = {
            f"{part}{n}": column
            for part, count in entry.parts
            for n, column in sorted(_numbered(headings, f"{name}{part}").items())
            if n <= count
        }
        items = parts if len(parts) > len(items) else items
    within = {item: column for item, column in items.items() if not _beyond(item, entry)}
    if len(within) < max(2, entry.count / 2) or len(items) > len(within) + 1:
        return None
    # An item more than the form has, such as the question on difficulties after the PHQ-9.
    complete = len(within) == entry.count
    answers = answers_of((column, entry.low, entry.high) for column in within.values())
    why = f"{len(within)} of {entry.count} headings are named like its items, and {answers.told}"
    if len(items) > len(within):
        why += "; there is one more column of that name than it has items"
    return KnownInstrument(
        entry.id,
        entry.label,
        {item: column.name for item, column in within.items()},
        complete,
        False,
        why,
        sure=complete and answers.fit,
        scale=(entry.low, entry.high) if entry.total else None,
    )


def _beyond(item: str, entry: Listed) -> bool:
    return item.isdigit() and int(item) > entry.count
