"""What each column of a file holds, judged by its cells with the reader that a run has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from trialtrail.exports import numbers
from trialtrail.new_study.columns.counted import Counted
from trialtrail.new_study.columns.doubts import Doubt
from trialtrail.new_study.columns.file_dates import FileDates, find_dates
from trialtrail.new_study.columns.folding import folded
from trialtrail.new_study.columns.judgement import Judged, JudgedFile
from trialtrail.new_study.columns.missing_seen import find_missing
from trialtrail.new_study.columns.names import distinct, slug
from trialtrail.new_study.columns.units import unit_of
from trialtrail.new_study.columns.words import says_no_value, says_yes
from trialtrail.new_study.files.seen import SeenFile

MOST = 0.9
"""Share of the filled cells that must be of a type."""
CATEGORIES, WIDE = 12, 20
"""Most values of a category of words; and of one in which each stands five times."""
CODED = 6
"""Most values of whole numbers that may be codes of categories."""
FREE_TEXT = 30
"""Mean length of cells from which on a text is free text."""
BESIDE_NUMBER = re.compile(r"[+-]?[0-9.,]+ ?([^\W\d_][^\d]{0,9}|%)")
"""A unit behind a number."""
PREFIXED = re.compile(r"[0-9]{1,2}[ _.:=-]+(\S.*)")
"""A code and its words in one cell, as `1_yes`."""
MONTH = re.compile(r"(?:0?[1-9]|1[0-2])[./-](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
"""A month and a year; a point between them is no decimal sign where most cells are so."""
PLACES = re.compile(
    r"(?<![^\W_])(?:site|cent(?:re|er)|zentrum|klinik|clinic|hospital|ward|station"
    r"|country|land|pays)(?:[ _]?(?:id|no|nr|code|number))?(?![^\W_])",
    re.IGNORECASE,
)
"""Headings of columns whose numbers name places."""
MOST_PLACES = 60


def judge_file(file: SeenFile, totals: Sequence[int] = (), date_form: str = "") -> JudgedFile:
    """Return what the columns of a file hold.

    Args:
        file: what was seen.
        totals: rows that sum up the others, which are no records.
        date_form: the form of dates, where somebody has said it.
    """
    columns = []
    for seen in file.columns:
        name, unit = unit_of(seen.name, seen.label)
        judged = Judged(seen, Counted(seen, totals), name=name or seen.name, unit=seen.unit or unit)
        counts = judged.counted.counts
        others = [_without_prefix(t) for t in counts if not says_no_value(t, True)]
        judged.missing = find_missing(
            seen, counts, _is_numeric(counts), yes_no=says_yes(others) is not None
        )
        columns.append(judged)
    dates = find_dates(
        {each.heading: each.counted.without(each.gone) for each in columns}, date_form
    )
    decimal = _decimal_of(columns, set(dates.columns))
    for each in columns:
        _judge(each, dates, decimal)
    return JudgedFile(file, columns, dates, decimal, tuple(totals))


def _is_numeric(counts: Mapping[str, int]) -> bool:
    """Return whether most filled cells begin like a number or a date and have few letters."""
    counts = {text: n for text, n in counts.items() if not says_no_value(text, True)}
    like = sum(n for text, n in counts.items() if re.match(r"[<>≤≥]?=?[ +-]?[.,]?[0-9]", text))
    words = {
        text for text in counts if PREFIXED.fullmatch(text) and re.search("[^\\W\\d_]{2}", text)
    }
    if sum(counts[text] for text in words) > 0.5 * sum(counts.values()) and not any(
        BESIDE_NUMBER.fullmatch(text) for text in words
    ):
        return False
    return bool(counts) and like >= 0.6 * sum(counts.values())


def _decimal_of(columns: list[Judged], dates: set[str]) -> str:
    """Return the comma where columns show it as the decimal sign and none shows a point."""
    comma = point = 0
    for each in columns:
        texts = each.counted.without(each.gone)
        if each.heading in dates or not _is_numeric(texts):
            continue
        comma += any(
            re.fullmatch(r"[+-]?[0-9]*,[0-9]{1,2}|[+-]?[0-9]*,[0-9]{4,}", t) for t in texts
        )
        point += any(
            re.fullmatch(r"[+-]?[0-9]*\.[0-9]{1,2}|[+-]?[0-9]*\.[0-9]{4,}", t) for t in texts
        )
    if comma and not point:
        return ","
    shown = [
        t for c in columns for t in c.counted.counts if re.search(r"[0-9]\.[0-9]{1,2}(?![0-9.])", t)
    ]
    either = any(re.fullmatch(numbers.EITHER, t) for c in columns for t in c.counted.counts)
    money = [t for t in shown if re.fullmatch(r"[^\w.,-]?[0-9,]*\.[0-9]{1,2}", t)]
    return "." if either and not comma and money else ""


def _judge(judged: Judged, dates: FileDates, decimal: str) -> None:
    """Say the type of a column, and all that goes with it."""
    counts = judged.counted.without(judged.gone)
    if not counts:
        judged.why = "no cell is filled"
        return
    if len(counts) == 1 and judged.counted.filled == len(judged.counted.cells) > 1:
        judged.why = f"all {judged.counted.filled} cells are the same"
        return
    if len(counts) == 1 and not judged.column.value_labels:
        filled = sum(counts.values())
        judged.why = f"its {filled} filled cells are the same, and the others are blank"
        take = "take it as `type: boolean`, the blank one among its `codes`"
        judged.doubts.append(
            Doubt(
                f"Where a blank cell means no, {take}.",
                "Where a blank cell of these means no, take the column as `type: boolean`, the"
                " blank one among its `codes`",
            )
        )
        return
    if judged.heading in dates.open:
        forms = " and ".join(f"`{form}`" for form in dates.open[judged.heading])
        judged.why = f"its dates fit {forms}, and no cell proves one of them"
        name = "Name the form under `dates` of the export and take"
        judged.doubts.append(
            Doubt(f"{name} the column as `type: date`.", f"{name} these columns as `type: date`")
        )
        return
    if judged.heading in dates.columns or judged.column.kind == "date":
        judged.type, judged.why = "date", "its cells are dates"
        _count_faults(judged, dates, decimal)
        return
    if _by_labels(judged, counts) or _by_yes_no(judged, counts):
        _count_faults(judged, dates, decimal)
        return
    if _is_numeric(counts) and _by_number(judged, counts, dates, decimal):
        return
    _by_words(judged, counts)


def _by_labels(judged: Judged, counts: Mapping[str, int]) -> bool:
    """Take the labels that the file has, where most of the cells have one."""
    labels = judged.column.value_labels
    gone = {folded(code) for code in judged.gone}
    labels = {code: label for code, label in labels.items() if folded(code) not in gone}
    known = {folded(code) for code in labels}
    labelled = sum(n for text, n in counts.items() if folded(text) in known)
    if len(labels) < 2 or labelled < MOST * sum(counts.values()):
        return False
    judged.spellings = _spelt(judged, list(labels))
    yes = says_yes(labels.values())
    if len(labels) == 2 and yes:
        judged.type = "boolean"
        judged.codes = {code: yes[label] for code, label in labels.items()}
        judged.why = "its labels in the file say yes and no"
        return True
    names = distinct([slug(label) or slug(code, "code") for code, label in labels.items()])
    judged.type = "category"
    judged.codes = dict(zip(labels, names, strict=True))
    judged.labels = dict(zip(names, labels.values(), strict=True))
    judged.why = "the file has labels for its codes"
    return True


def _spelt(judged: Judged, codes: list[str]) -> dict[str, dict[str, int]]:
    """Return the spellings of the codes that the file declares."""
    found = judged.counted.spellings(judged.gone)
    by_fold = {folded(code): of for code, of in found.items()}
    return {code: by_fold.get(folded(code), {code: 0}) for code in codes}


def _by_yes_no(judged: Judged, counts: Mapping[str, int]) -> bool:
    """Take words that say yes and no in some language, and numbers before such words."""
    words = {text: _without_prefix(text) for text in counts}
    yes = says_yes(words.values())
    if yes is None:
        return False
    judged.type, judged.why = "boolean", "its cells say yes or no"
    judged.spellings = judged.counted.spellings(judged.gone)
    judged.codes = {code: yes[words[code]] for code in judged.spellings}
    return True


def words_of_codes(codes: Iterable[str]) -> dict[str, str]:
    """Return what each code says without its number, where all are numbered words that differ.

    Of `0_placebo` and `1_drug` the words; `10 mg`, and `placebo` beside it, stay whole.
    """
    whole = {code: code for code in codes}
    bare = {code: _without_prefix(code) for code in whole}
    numbered = all(bare[code] != code for code in bare)
    return bare if numbered and len({*bare.values()}) == len(bare) else whole


def _without_prefix(text: str) -> str:
    match = PREFIXED.fullmatch(text)
    return match[1] if match and re.search(r"[^\W\d_]", match[1]) else text


def _by_number(judged: Judged, counts: Mapping, dates: FileDates, decimal: str) -> bool:
    """Take the narrowest type of numbers, or parts of dates, that most cells are of."""
    if not judged.unit:
        units = {m[1].strip() for text in counts if (m := BESIDE_NUMBER.fullmatch(text))}
        bare = {text for text in counts if re.fullmatch(r"[+-]?[0-9.,]+", text)}
        if len(units) == 1 and (unit := units.pop()) and len(bare) < len(counts):
            judged.unit = unit
    best, least = "", None
    months = sum(n for text, n in counts.items() if MONTH.fullmatch(text))
    kinds = ("integer", "number", "censored", "partial_date")
    for kind in ("partial_date",) if 2 * months > sum(counts.values()) else kinds:
        if kind == "partial_date" and not any(
            re.search(r"[./-]|[^\W\d_]", text) for text in counts
        ):
            continue
        faults = faults_of(judged, kind, dates, decimal)
        count = sum(faults.values())
        if least is None or count < least:
            best, least = kind, count
        if count == 0:
            break
    filled = sum(counts.values())
    if least is None or least > (1 - MOST) * filled:
        return False
    judged.type = best
    judged.faults = faults_of(judged, best, dates, decimal)
    judged.why = {
        "integer": "its cells are whole numbers",
        "number": "its cells are numbers",
        "censored": "its cells are counts, some with < or >",
        "partial_date": "its cells are days, months or years",
    }[best]
    different = len(judged.counted.spellings(judged.gone))
    if best == "integer" and different <= MOST_PLACES and PLACES.search(judged.heading):
        _numbered_places(judged)
    elif best == "integer" and different == 2:
        _two_numbers(judged)
    elif best == "integer" and different <= CODED and filled >= 2 * different:
        write = "codes of categories, write `type: category` and what each means under `codes`"
        judged.doubts.append(
            Doubt(
                f"It has {different} different values: where they are {write}.",
                f"Where the few different whole numbers of these are {write}",
                f"{different} values",
            )
        )
    _tell_faults(judged)
    return True


def _numbered_places(judged: Judged) -> None:
    """Take numbers of hospitals and the like for codes, of which there is no mean."""
    judged.type, judged.unit = "category", ""
    judged.spellings = judged.counted.spellings(judged.gone)
    judged.codes = {code: code for code in judged.spellings}
    judged.why = "its heading says that its numbers are those of places"


def _two_numbers(judged: Judged) -> None:
    """Take two numbers for codes; what they mean stands nowhere."""
    judged.type, judged.unit = "category", ""
    found = judged.counted.spellings(judged.gone)
    judged.spellings = {folded(code): of for code, of in found.items()}
    judged.codes = {code: code for code in judged.spellings}
    judged.why = "its cells are one of two numbers"
    shown = " and ".join(f"`{code}`" for code in judged.codes)
    judged.doubts.append(
        Doubt(
            f"The file does not say what {shown} mean: write that in their place.",
            "The file does not say what the two numbers of these mean: write that in their place",
            shown.replace("`", ""),
        )
    )


def _by_words(judged: Judged, counts: Mapping[str, int]) -> None:
    """Take a few words that come again for a category, all else for text."""
    filled = sum(counts.values())
    spellings = judged.counted.spellings(judged.gone)
    length = sum(len(text) * n for text, n in counts.items()) / filled
    few = len(spellings) <= CATEGORIES and 2 * len(spellings) <= max(filled, 4)
    many = len(spellings) <= WIDE and 5 * len(spellings) <= filled
    if (few or many) and length <= 2 * FREE_TEXT:
        judged.type, judged.spellings = "category", spellings
        judged.codes = words_of_codes(spellings)
        judged.why = f"{len(spellings)} different texts come again and again"
        judged.doubts += _alike(spellings)
        return
    parts = [part.strip() for text in counts for part in re.split("[;,|/]", text)]
    if len(set(parts)) <= CATEGORIES < len(counts) and len(parts) > len(counts):
        judged.type, judged.why = "text", "some cells have several answers"
        kept = "kept as text and not counted"
        judged.doubts.append(
            Doubt(
                f"A cell holds several answers: the column is {kept}.",
                f"A cell of these holds several answers; they are {kept}",
            )
        )
    elif length > FREE_TEXT:
        judged.why = "it is free text, which no table counts and which may name people"
    else:
        judged.type, judged.why = "text", "its cells are texts of their own"


def _alike(spellings: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return what to ask of codes that may be one: where one begins like the other."""
    found = []
    for short in spellings:
        for long in spellings:
            plain, other = folded(short), folded(long)
            if short != long and len(plain) < len(other) and other.startswith(plain):
                if plain.isdigit() or (len(plain) > 1 and " " in other):
                    continue
                found.append(
                    f"`{long}` may be another word for `{short}`: if so, give both the same value."
                )
    return found


def _tell_faults(judged: Judged) -> None:
    """Say how many cells cannot be read."""
    if count := sum(judged.faults.values()):
        cells = "1 cell is" if count == 1 else f"{count} cells are"
        becomes = "each becomes a query, and its value is set aside"
        judged.doubts.append(
            Doubt(
                f"{cells} not of that type: {becomes}.",
                f"Some cells of these are not of their type: {becomes}",
                "1 cell" if count == 1 else f"{count} cells",
            )
        )


def _count_faults(judged: Judged, dates: FileDates, decimal: str) -> None:
    judged.faults = faults_of(judged, judged.type, dates, decimal)
    _tell_faults(judged)


def faults_of(judged: Judged, kind: str, dates: FileDates, decimal: str) -> dict[str, int]:
    """Return {rule: cells} of the cells that a run could not read as this type."""
    import pandas as pd

    from trialtrail.exports.columns import How
    from trialtrail.exports.convert import type_column

    own = judged.column.kind == "date"
    how = How(
        kind,
        dates=() if own else tuple(dates.forms),
        last_year=dates.last_year,
        months=dates.months or None,
        decimal=decimal or None,
        unit=judged.unit,
        codes=judged.codes or None,
        missing=("", *judged.gone),
    )
    typed = type_column(pd.Series(judged.counted.raw, dtype="string"), how)
    found: dict[str, int] = {}
    for rule, _, mask in typed.faults:
        if cells := int(mask.sum()):
            found[rule] = found.get(rule, 0) + cells
    return found
