"""What differs between a newer file and what a configuration expects of it, without its values.

A value of a participant is never told: counts are, headings, forms of dates (`99.99.9999`), and of
codes those that stand in at least as many rows as the study tells counts of (`disclosure.minimum`).
A code in so many rows is a word of the form; a text that one person has may be a name that was
typed into it. For the same reason no code is told that is long, has an @ or many digits.

Light: nothing but Python's library.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from trialtrail.exports.visible_text import plain_heading
from trialtrail.new_study.comparing.configured import Configured, Expected, Use

NUMBER = re.compile(r"[<>\u2264\u2265~]?\s*[-+\u2212]?\s*\d[\d.,'\u2019\s]*(?:[eE][-+]?\d+)?\s*%?")
DECIMALS = re.compile(r".*\d[.,](?=\d*[1-9])(?:\d{1,2}|\d{4,})")
"""A number that is not whole; three digits after a sign may be thousands."""
SIGN = re.compile(r"[-+\u2212]?\d+([.,])(?:\d{1,2}|\d{4,})")
"""A number whose decimal sign cannot be mistaken."""
NUMBERS = ("integer", "number", "censored")
YES_NO = ("yes", "y", "1", "true", "no", "n", "0", "false")
LONGEST_CODE, MOST_DIGITS = 24, 4
"""Letters, and digits, of a code that may be told."""
ALIKE = 0.7
"""How alike two headings are that may be one."""
ISO = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")


@dataclass
class Table:
    """A file as it was read for the comparison: cells as text under the headings, as they look.

    ``iso`` is whether its days are known to be ISO dates, since a program holds them as days.
    """

    columns: dict[str, list[str]]
    rows: int
    ragged: int = 0
    iso: bool = False
    missing: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One thing that is no longer as the configuration has it, where it says so, and what to do."""

    what: str
    place: str
    do: str


def differences(
    export: Expected, study: Configured, new: Table, old: Table | None
) -> Iterator[Difference]:
    """Yield what differs; ``old`` is the file that the study has, where that is another."""
    known = {plain_heading(name): name for name in export.known}
    fresh = [name for name in new.columns if name not in known]
    yield from _gone(export, new, fresh)
    if fresh:
        what = _counted(fresh, "column is", "columns are")
        do = "use it in a table or form, or list it"
        do = do if len(fresh) == 1 else "use them in tables or forms, or list them"
        place = export.ignore_place
        yield Difference(f"{what} new: {', '.join(fresh)}", place, f"{do} under `ignore`")
    for heading, uses in export.uses.items():
        name = plain_heading(heading)
        if name in new.columns:
            before = old.columns.get(name) if old else None
            yield from _of_column(name, uses, export, study, new, before)
    if new.ragged:
        was = old.ragged if old else 0
        if new.ragged > was:
            many = _counted([""] * new.ragged, "line has", "lines have")
            what = f"{many} another number of cells than the headings"
            yield Difference(what, export.place, "export it again: a run sets such lines aside")


def rows_told(export: Expected, new: Table, old: Table | None) -> tuple[str, list[Difference]]:
    """Return how many rows there are, in words, and what is lost of those that were there."""
    if old is None:
        return f"{new.rows:,} rows", []
    more = new.rows - old.rows
    change = f"{abs(more):,} {'more' if more > 0 else 'fewer'}" if more else "as many"
    lost = []
    if more < 0:
        what = f"The file has {-more:,} rows fewer than the one that the study has"
        lost.append(Difference(what, export.place, "see whether the export is whole"))
    name = plain_heading(export.id_column)
    if name in new.columns and name in old.columns:
        gone = len({*_filled(old.columns[name])} - {*_filled(new.columns[name])})
        if gone:
            what = f"{_counted([''] * gone, 'participant', 'participants')} of before"
            what += f" {'is' if gone == 1 else 'are'} not in the file"
            do = "see whether the export is whole, and whether ids are written another way"
            lost.append(Difference(what, export.place, do))
    return f"{old.rows:,} rows, now {new.rows:,} ({change})", lost


def _gone(export: Expected, new: Table, fresh: Sequence[str]) -> Iterator[Difference]:
    for heading, uses in export.uses.items():
        name = plain_heading(heading)
        if name in new.columns:
            continue
        near = _alike(name, fresh)
        perhaps = f"; perhaps it is now called {near}" if near else ""
        do = f"write `{near}`" if near else "write the new heading, or take out what uses it"
        for use in uses:
            what = f"The column {name} is gone{perhaps}"
            yield Difference(what, f"{use.place} ({use.what})", do)


def _alike(name: str, fresh: Sequence[str]) -> str:
    """Return the new heading that is most like one that is gone; empty where none is."""
    plain = {re.sub(r"[\W_]+", "", each).casefold(): each for each in fresh}
    wanted = re.sub(r"[\W_]+", "", name).casefold()
    near = difflib.get_close_matches(wanted, list(plain), n=1, cutoff=ALIKE)
    return plain[near[0]] if near else ""


def _of_column(
    name: str,
    uses: Sequence[Use],
    export: Expected,
    study: Configured,
    new: Table,
    before: list[str] | None,
) -> Iterator[Difference]:
    """Yield what differs in the cells of one column, for each place that takes it."""
    for use in uses:
        if use.key:
            continue
        gone = {same(text) for text in (*export.missing, *use.missing, "")}
        gone |= {same(text) for text in new.missing.get(name, ())}
        gone -= {same(code) for code in use.codes}  # a code of a variable is no missing code
        cells = [cell for cell in new.columns[name] if same(cell) not in gone]
        was = None if before is None else [cell for cell in before if same(cell) not in gone]
        if use.codes or use.kind == "boolean":
            yield from _codes(name, use, study, cells, was)
        elif use.kind == "category" and was is not None:
            yield from _values(name, use, study, cells, was)
        elif use.kind in NUMBERS:
            yield from _numbers(name, use, export, cells, was)
        elif use.kind == "date":
            yield from _days(name, use, export, study, cells, was, new.iso)


def _codes(
    name: str, use: Use, study: Configured, cells: list[str], was: list[str] | None
) -> Iterator[Difference]:
    """Yield codes that the configuration lacks, and those of it that have gone from the file."""
    known = {same(str(code)) for code in use.codes} or {*YES_NO}
    place = f"{use.place} ({use.what})"
    counts = Counter(same(cell) for cell in cells)
    new = {code: n for code, n in counts.items() if code not in known}
    if new:
        yield Difference(
            f"The column {name} has {_told(new, cells, study.least)} that `codes` lacks",
            place,
            "add to `codes` what it stands for, or list it under `missing`",
        )
    if was is not None:
        had = {same(cell) for cell in was}
        gone = [str(code) for code in use.codes if same(str(code)) in had - {*counts}]
        if gone:
            what = _counted(gone, "code of", "codes of")
            what += f" the column {name} {'occurs' if len(gone) == 1 else 'occur'} no more"
            yield Difference(f"{what}: {', '.join(gone)}", place, "see whether it is written anew")


def _values(
    name: str, use: Use, study: Configured, cells: list[str], was: list[str]
) -> Iterator[Difference]:
    counts, had = Counter(map(same, cells)), {*map(same, was)}
    if new := {code: n for code, n in counts.items() if code not in had}:
        yield Difference(
            f"The column {name} has {_told(new, cells, study.least)} that the file of before lacks",
            f"{use.place} ({use.what})",
            "see whether it is another spelling of a value; `codes` say what each stands for",
        )


def _told(new: dict[str, int], cells: list[str], least: int) -> str:
    """Return new codes in words: by name those in enough rows, of the others how many they are."""
    written = {same(cell): cell.strip() for cell in cells}
    named = [f"`{written[code]}`" for code, n in sorted(new.items()) if n >= least and _short(code)]
    others = len(new) - len(named)
    parts = [f"{_counted(named, 'code', 'codes')} {', '.join(named)}"] if named else []
    if others:
        which = "other " if named else ""
        rare = f"in fewer than {least} rows, or too long to be told here"
        parts.append(f"{others} {which}{'code' if others == 1 else 'codes'} ({rare})")
    return " and ".join(parts)


def _short(code: str) -> bool:
    digits = sum(sign.isdigit() for sign in code)
    return len(code) <= LONGEST_CODE and digits <= MOST_DIGITS and "@" not in code


def _numbers(
    name: str, use: Use, export: Expected, cells: list[str], was: list[str] | None
) -> Iterator[Difference]:
    """Yield cells that hold no number of the type, and another decimal sign."""
    place = f"{use.place} ({use.what})"
    for test, what in (
        (lambda cell: not _is_number(cell, use.unit), "no number"),
        (lambda cell: use.kind == "integer" and _has_decimals(cell), "a number with decimals"),
    ):
        n, before = sum(map(test, cells)), sum(map(test, was or []))
        if n > before:
            more = f" (before {before})" if before else ""
            do = "list what means no value under `missing`, or correct `type`"
            yield Difference(f"{_cells(n)} of {name} hold{_s(n)} {what}{more}", place, do)
    signs, had = _signs(cells), _signs(was or [])
    decimal = export.spec.get("decimal")
    wanted = {decimal} if decimal else had
    if wanted and signs - wanted:
        now = " and ".join(f"`{sign}`" for sign in sorted(signs))
        what = f"The decimal sign of {name} is {now}, and was `{'` and `'.join(sorted(wanted))}`"
        do = "write it as `decimal`, or export with the same sign"
        yield Difference(what, export.place, do)


def _is_number(cell: str, unit: str) -> bool:
    text = plain_heading(cell)
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)].strip()
    return NUMBER.fullmatch(text) is not None


def _has_decimals(cell: str) -> bool:
    return DECIMALS.fullmatch(plain_heading(cell)) is not None


def _signs(cells: Iterable[str]) -> set[str]:
    found = (SIGN.fullmatch(plain_heading(cell)) for cell in cells)
    return {match[1] for match in found if match}


def _days(
    name: str,
    use: Use,
    export: Expected,
    study: Configured,
    cells: list[str],
    was: list[str] | None,
    iso: bool,
) -> Iterator[Difference]:
    """Yield forms of dates that are not those of the configuration, or of the file of before."""
    forms = export.dates if study.english or not _with_words(export.dates) else ()
    if forms:
        odd = [cell for cell in cells if not (_is_day(cell, forms) or (iso and ISO.match(cell)))]
        wanted = f"and not that of `dates`: {', '.join(forms)}"
    elif was is not None:
        had = {*map(shape, was)}
        odd = [cell for cell in cells if shape(cell) not in had]
        wanted = f"and before {', '.join(sorted(had))}" if had else ""
    else:
        odd, wanted = [cell for cell in cells if not any(map(str.isdigit, cell))], ""
    seen = sorted({shape(cell) for cell in odd})
    if odd:
        told = ", ".join(seen) if len(seen) <= 3 else f"{len(seen)} forms"
        what = f"{_cells(len(odd))} of {name} ha{'s' if len(odd) == 1 else 've'} the form {told}"
        do = "list each form under `dates` of the export; what means no day under `missing`"
        yield Difference(f"{what} {wanted}".strip(), f"{export.place} ({use.what})", do)


def _with_words(forms: Iterable[str]) -> bool:
    return any(sign in form for form in forms for sign in ("%b", "%B", "%a", "%A"))


def _is_day(cell: str, forms: Iterable[str]) -> bool:
    """Return whether a cell has one of the forms; a time of day behind it is dropped."""
    text = plain_heading(cell)
    for form in forms:
        for part in (text, re.split(r"[T ](?=\d?\d:)", text)[0]):
            try:
                datetime.strptime(part, form.replace("%e", "%d"))
            except ValueError:
                continue
            return True
    return False


def shape(cell: str) -> str:
    """Return the form of a date without its digits and letters: ``99.99.9999``, ``99 A 9999``."""
    text = re.sub(r"[^\W\d_]+", "A", plain_heading(cell))
    text = re.sub(r"\d+", lambda digits: "9" * (len(digits[0]) if len(digits[0]) > 2 else 2), text)
    return text if len(text) <= LONGEST_CODE else "another text"


@lru_cache(maxsize=1 << 16)
def same(text: str) -> str:
    """Return a code so that two spellings of one are equal: `1` and `1.0`, `M` and `m`."""
    plain = plain_heading(text).casefold().replace("\u2212", "-")
    try:
        number = float(plain.replace(",", ".")) if len(plain) <= LONGEST_CODE else None
    except ValueError:
        return plain
    return plain if number is None or number != number else f"{number:g}"


def _filled(cells: Iterable[str]) -> Iterator[str]:
    return (same(cell) for cell in cells if plain_heading(cell))


def _counted(names: Sequence[str], one: str, many: str) -> str:
    return f"{len(names)} {one if len(names) == 1 else many}"


def _cells(n: int) -> str:
    return f"{n:,} cell{'' if n == 1 else 's'}"


def _s(n: int) -> str:
    return "s" if n == 1 else ""
