"""Find what was measured several times, in a column a timepoint; rows are in `long_rows`.

A number at the end of a heading may be a time (`Walk 0`, `Walk 12`) or the number of a question
(`q1` to `q20`). Words of time decide; without them the numbers, the cells and the other columns do,
and the answer is marked as not sure.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from trialtrail.new_study.columns.cells import are_dates, glance, is_measured, numbers, words_of
from trialtrail.new_study.columns.units import unit_of
from trialtrail.new_study.files.seen import SeenColumn
from trialtrail.new_study.measures.instrument_table import ITEM_STEMS
from trialtrail.new_study.measures.instruments import find_instruments
from trialtrail.new_study.measures.long_rows import LongShape, find_long
from trialtrail.new_study.measures.timepoints import (
    AGAIN,
    NAMED_BY_NUMBER,
    Timepoint,
    find_bare,
    find_timepoint,
)

__all__ = ["LongShape", "RepeatedMeasure", "find_long", "find_repeated", "find_visit_dates"]

QUESTIONS = frozenset(
    {
        "q",
        "item",
        "items",
        "question",
        "questions",
        "frage",
        "fragen",
        "f",
        "var",
        "v",
        "x",
        "sq",
        "nr",
    }
    | {
        "no",
        "i",
        "it",
        "aufgabe",
        "task",
        "qs",
        "que",
        "ques",
        "pregunta",
        "vraag",
        "col",
        "column",
    }
    | {"field", "feld", "unnamed", "resp", "answer", "antwort", "option", "choice", "code", "icd"}
    | {
        "medication",
        "med",
        "meds",
        "drug",
        "diagnosis",
        "dx",
        "comorbidity",
        "symptom",
        "ae",
        "stratum",
    }
    | {
        "id",
        "number",
        "site",
        "group",
        "arm",
        "address",
        "phone",
        "rater",
        "child",
        "kind",
        "specify",
    }
)
"""Last words of stems whose numbers are those of questions, answers or things, not of times."""
FEW_TIMES = 4
"""Up to so many columns numbered from 1 may be visits; more are questions, unless measured."""
WORDS_OF_A_NAME = 8
"""Words of a label up to which it is a name, and not the wording of a question."""
USUAL_TIMES = frozenset({1, 2, 3, 4, 6, 8, 9, 12, 18, 24, 26, 36, 48, 52, 60, 104})
"""Weeks or months at which trials measure."""
OF_DATE = frozenset(
    {"date", "datum", "seen", "visit", "visite", "completed", "examined", "fecha", "day", "termin"}
    | {"dat", "dt", "untersuchung", "assessment", "interview", "fu", "data", "on", "besuch"}
)


@dataclass
class RepeatedMeasure:
    """One measure in several columns, a column a timepoint.

    Attributes:
        stem: its heading without the time, in the writing of its first column.
        columns: heading of each timepoint, in order of time.
        why: what shows that it is one measure, in words.
        sure: whether words of time or a 0 say so; False where it rests on the cells alone.
    """

    stem: str
    columns: dict[str, str]
    why: str
    sure: bool


@dataclass
class _Group:
    """Columns of one stem."""

    stem: str
    times: dict[str, tuple[Timepoint, SeenColumn]] = field(default_factory=dict)
    clash: bool = False

    def add(self, time: Timepoint, column: SeenColumn) -> None:
        self.clash |= time.label in self.times
        self.times.setdefault(time.label, (time, column))

    def in_order(self) -> list[tuple[Timepoint, SeenColumn]]:
        return sorted(self.times.values(), key=lambda pair: pair[0].order)


def find_repeated(columns: list[SeenColumn]) -> list[RepeatedMeasure]:
    """Return the measures that have a column a timepoint, in the order of their first columns.

    Columns of dates are none: `find_visit_dates` has them. Nor are items of questionnaires, answers
    that are ticked one by one (`eats___1`), or things named by a number (`IL-6`).
    """
    usable = [each for each in columns if not are_dates(each) and "___" not in each.name]
    worded, rest = _grouped(usable, find_timepoint)
    for key, group in worded.items():
        _add_bare_stem(key, group, rest)
    found = [
        _of_words(group) for group in worded.values() if len(group.times) > 1 and not group.clash
    ]
    used = {heading for each in found for heading in each.columns.values()}
    found += _of_glued_words([each for each in usable if each.name not in used])
    used = {heading for each in found for heading in each.columns.values()}
    left = [each for each in usable if each.name not in used]
    found += [
        _of_words(group, "labels")
        for group in _grouped(left, find_timepoint, _label)[0].values()
        if len(group.times) > 1 and not group.clash
    ]
    used |= {heading for each in found for heading in each.columns.values()}
    used |= {
        name for one in find_instruments(columns) if one.complete for name in one.columns.values()
    }
    numbered, _ = _grouped([each for each in usable if each.name not in used], find_bare)
    dated = _numbers_of_dates(columns)
    shared = Counter(tuple(sorted(group.times)) for group in numbered.values())
    for group in numbered.values():
        times = tuple(sorted(group.times))
        if (one := _of_numbers(group, shared[times] > 1, set(times) <= dated)) is not None:
            found.append(one)
    used |= {heading for each in found for heading in each.columns.values()}
    found += _of_headings_again([each for each in usable if each.name not in used])
    place = {each.name: at for at, each in enumerate(columns)}
    return sorted(found, key=lambda each: min(place[name] for name in each.columns.values()))


def find_visit_dates(
    columns: list[SeenColumn], repeated: Iterable[RepeatedMeasure] = ()
) -> dict[str, str]:
    """Return the heading of the date of each timepoint, by its label as in `find_repeated`.

    Where a timepoint has several dates, that of a visit comes before others, then the first. A date
    whose heading ends in a bare number counts where a repeated measure has that number.
    """
    known = {label for each in repeated for label in each.columns}
    found: dict[str, list[SeenColumn]] = defaultdict(list)
    for column in columns:
        if not are_dates(column):
            continue
        parted = find_timepoint(column.name)
        if parted is None:
            parted = find_bare(column.name)
            if parted is None or not {*words_of(parted[0])} & OF_DATE:
                continue
        told = parted[1].label
        # Without measures to go by, the end of a visit or of an answer is no timepoint.
        if told not in known and (
            known or not find_timepoint(column.name) or not told[-1].isdigit()
        ):
            continue
        if not {*words_of(column.name)} & {"birth", "death", "geburt", "died", "tod"}:
            found[parted[1].label].append(column)
    chosen = {
        label: min(dates, key=lambda each: not {*words_of(each.name)} & OF_DATE).name
        for label, dates in found.items()
    }
    order = {label: at for at, label in enumerate(_labels_in_order(repeated))}
    return dict(sorted(chosen.items(), key=lambda pair: order.get(pair[0], len(order))))


def _labels_in_order(repeated: Iterable[RepeatedMeasure]) -> list[str]:
    return list(dict.fromkeys(label for each in repeated for label in each.columns))


def _label(column: SeenColumn) -> str:
    """Return what the file says of a column, where it is a name and no question's wording."""
    return column.label if len(column.label.split()) <= WORDS_OF_A_NAME else ""


def _key(stem: str) -> str:
    return "".join(words_of(stem))


def _grouped(
    columns: list[SeenColumn],
    part: Callable[[str], tuple[str, Timepoint] | None],
    text_of: Callable[[SeenColumn], str] = lambda column: column.name,
) -> tuple[dict[str, _Group], list[SeenColumn]]:
    """Return the columns of each stem, and those whose heading names no time."""
    groups: dict[str, _Group] = {}
    rest = []
    for column in columns:
        parted = part(unit_of(text_of(column))[0])
        if parted is None or not _key(parted[0]):
            rest.append(column)
            continue
        groups.setdefault(_key(parted[0]), _Group(parted[0])).add(parted[1], column)
    return groups, rest


def _add_bare_stem(key: str, group: _Group, rest: list[SeenColumn]) -> None:
    """Take `weight` beside `weight_6m` for the first measure, where no other is one before."""
    if any(time.rank < 0 or time.at == 0 for time, _ in group.times.values()):
        return
    for column in rest:
        if _key(unit_of(column.name)[0]) == key:
            group.times["first"] = (Timepoint("first", -1, 0), column)
            return


def _of_words(group: _Group, told_by: str = "headings") -> RepeatedMeasure:
    """Return the measure of columns whose headings name their times in words."""
    pairs = group.in_order()
    labels = [time.label for time, _ in pairs]
    why = f"its {told_by} name the times {_listed(labels)}"
    sure = True
    if "first" in labels:
        why = f"its {told_by} name the times {_listed(labels[1:])}, and one none: it is the first"
        sure = False
    if {*words_of(group.stem)} & {"walk", "run", "sprint", "gang", "geh"} and all(
        re.search(r"[0-9] ?m(?![a-z])", column.name) for _, column in pairs
    ):
        why, sure = f"{why}; but the m may be metres", False
    kinds = {_kind_of_cells(column) for _, column in pairs} - {""}
    if len(kinds) > 1:
        why, sure = f"{why}; but some of its columns hold numbers and others words", False
    columns = {time.label: column.name for time, column in pairs}
    return RepeatedMeasure(group.stem, columns, why, sure)


def _of_glued_words(columns: list[SeenColumn]) -> list[RepeatedMeasure]:
    """Return measures whose headings begin or end in a word without a gap: Prewt and Postwt."""
    names = {"".join(words_of(each.name)): each.name for each in columns}
    found = []
    for before, after in (("pre", "post"), ("baseline", "followup"), ("before", "after")):
        for text, name in names.items():
            for stem, other in (
                (text.removeprefix(before), f"{after}{text.removeprefix(before)}"),
                (text.removesuffix(before), f"{text.removesuffix(before)}{after}"),
            ):
                if stem and stem != text and other in names:
                    pair = {before: name, after: names[other]}
                    why = f"two headings are alike but for {before} and {after}"
                    found.append(RepeatedMeasure(stem, pair, why, sure=True))
    return found


def _kind_of_cells(column: SeenColumn) -> str:
    cells = glance(column)
    if not cells:
        return ""
    count = len(numbers(cells))
    return "numbers" if count >= 0.8 * len(cells) else "words" if count <= 0.2 * len(cells) else ""


def _of_numbers(group: _Group, is_shared: bool, has_dates: bool) -> RepeatedMeasure | None:
    """Return the measure of columns numbered at their end; None where they are items or things."""
    words = words_of(group.stem)
    stem = _key(group.stem)
    if re.search(r"[a-z][0-9]+[a-z]$", stem):
        words = [stem]  # HbA1c is one word, and its c no question
    if not words or words[-1] in NAMED_BY_NUMBER or _is_item_stem(stem):
        return None
    if group.clash or len(group.times) < 2:
        return None
    pairs = group.in_order()
    at = [int(time.at) for time, _ in pairs]
    cells = [glance(column) for _, column in pairs]
    # x.1, x.2 of a program that made the file wide: measurements, where x1 would be a question
    if words[-1] in QUESTIONS and not (len(stem) == 1 and any(cells) and _has_decimals(cells)):
        return None
    measured = all(is_measured(each) for each in cells if each)
    no_cells = not any(cells)
    from_one = at == [*range(1, len(at) + 1)]
    years = all(1950 <= each <= 2100 for each in at)
    from_zero_on = at == [*range(len(at))] and len(at) > FEW_TIMES + 1
    columns = {time.label: column.name for time, column in pairs}
    spread = any(later - earlier > 1 for earlier, later in itertools.pairwise(at))
    if max(at) > 1000 and not years:
        return None
    if _say_other_things([column for _, column in pairs]):
        return None
    told = f"its headings end in the numbers {_listed([*columns])}"
    if years:
        return RepeatedMeasure(group.stem, columns, f"{told}, as years", sure=measured)
    if from_one or (from_zero_on and not measured) or not (spread or at[0] == 0):
        varied = all(len({*each}) > 5 for each in cells if each)
        few = len(at) < FEW_TIMES
        if not (measured or has_dates or (few and (varied or is_shared))):
            return None
        if len(at) > FEW_TIMES and not (is_shared or has_dates or _has_decimals(cells)):
            return None
        why = f"{told}; they may be visits, or readings at one visit"
        if has_dates:
            return RepeatedMeasure(group.stem, columns, f"{told}, and so do dates", sure=True)
        return RepeatedMeasure(group.stem, columns, why, sure=False)
    if not (measured or no_cells or at[0] == 0 or is_shared or has_dates or {*at} <= USUAL_TIMES):
        return None
    sure = at[0] == 0 or has_dates or (measured and is_shared)
    return RepeatedMeasure(group.stem, columns, f"{told}, which are like times", sure=sure)


def _say_other_things(columns: list[SeenColumn]) -> bool:
    """Return whether the file calls columns by other names or units, so they are other things."""
    if len({each.unit or unit_of("", each.label)[1] for each in columns} - {""}) > 1:
        return True
    labels = [{*words_of(unit_of(each.label)[0])} for each in columns]
    return all(labels) and not any(word.isalpha() for word in set.intersection(*labels))


def _has_decimals(cells: list[list[str]]) -> bool:
    return all(any(value % 1 for value in numbers(each)) for each in cells if each)


def _is_item_stem(stem: str) -> bool:
    return any(re.fullmatch(pattern, stem) for pattern in ITEM_STEMS)


def _numbers_of_dates(columns: list[SeenColumn]) -> set[str]:
    """Return the numbers at the end of headings of dates, of which there are several alike."""
    groups, _ = _grouped([each for each in columns if are_dates(each)], find_bare)
    return {label for group in groups.values() if len(group.times) > 1 for label in group.times}


def _of_headings_again(columns: list[SeenColumn]) -> list[RepeatedMeasure]:
    """Return measures whose heading stands in the file several times, told apart by `(2)`."""
    names = {each.name: each for each in columns}
    groups: dict[str, dict[str, str]] = {}
    for each in columns:
        match = AGAIN.fullmatch(each.name)
        if match and match["stem"] in names:
            groups.setdefault(match["stem"], {"1": match["stem"]})[match["n"]] = each.name
    return [
        RepeatedMeasure(
            stem, found, f"its heading is there {len(found)} times in the file", sure=False
        )
        for stem, found in groups.items()
        if all(is_measured(glance(names[name])) for name in found.values())
    ]


def _listed(labels: list[str]) -> str:
    return f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else labels[0]
