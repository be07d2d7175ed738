"""Find the columns that tell who somebody is, by headings in several languages and by cells.

A reason never contains a cell. The number that the study itself gives a participant is none of
them. The kinds follow the identifiers of the HIPAA Privacy Rule (45 CFR 164.514(b)(2)), without
dates of events and areas, which an analysis needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trialtrail.new_study.columns.cells import (
    DATE,
    MOST,
    YEAR,
    are_dates,
    numbers,
    present,
    share,
    some,
    words_of,
)
from trialtrail.new_study.columns.identifying_words import (
    AMBIGUOUS,
    HABITS,
    HEADINGS,
    NOT_PEOPLE,
    OWN,
)
from trialtrail.new_study.files.seen import SeenColumn

FEW = 3
"""Fewer cells than these say nothing by their look."""
SOME = 8
"""Cells from which on answers that are few and short contradict a heading."""
SPREAD_YEARS = 25
"""Days of birth of adults lie over more years than the visits of a trial."""
LONG_WORDS = 6
"""Words of a cell from which on it is a sentence."""

E_MAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\W\d_]{2,}")
IP = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")
COORDINATES = re.compile(
    r"[+-]?(?:[0-8]?\d|90)\.\d{3,}[ ,;]+[+-]?(?:1[0-7]\d|\d{1,2}|180)\.\d{3,}"
    r"(?:[ ,;]+-?[\d.]+){0,2}"
)
LATITUDE = re.compile(r"[+-]?(?:1[0-7]\d|\d{1,2}|180)\.\d{3,}")
POSTCODE = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] \d[A-Z]\d|\d{4} [A-Z]{2}|\d{5}-\d{4}",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?:\+|00)[1-9](?:[ ()./-]{0,3}\d){7,14}"
    r"|\(?0\d{1,5}\)?(?:[ /().-]{1,3}\d+){1,5}"
    r"|0[1-9]\d{8,11}|\(\d{3}\) ?\d{3}[- ]\d{4}|[2-9]\d{2}[-. ]\d{3}[-. ]\d{4}|1-\d{3}-\d{3}-\d{4}"
)
SSN = re.compile(r"(?!000|666)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
_MONTH, _DAY = "(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
NORDIC = re.compile(
    rf"(?:\d{{2}}|\d{{4}}){_MONTH}{_DAY}[-+]\d{{4}}|{_DAY}{_MONTH}\d{{2}}[-+]\d{{3,4}}[0-9A-Y]?"
)
CODICE = re.compile(r"[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]", re.IGNORECASE)
CPF = re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}")
MEDIA = re.compile(
    r"\S.*\.(?:jpe?g|png|heic|gif|tiff?|mp[34]|m4a|wav|mov|amr|ogg|3gp)", re.IGNORECASE
)
SALUTED = re.compile(
    r"(?:mr|mrs|ms|miss|dr|prof|herr|frau|mme|sr|sra|sig)\b\.? \w+.*", re.IGNORECASE
)
PERSON = re.compile(
    r"[^\W\d_a-z][^\W\d_]+(?:[-'\u2019][^\W\d_]+)?(?:, ?| )(?:[^\W\d_a-z]\.? )?"
    r"[^\W\d_a-z][^\W\d_]+(?:[-'\u2019][^\W\d_]+)?"
)
"""Two words with capitals, as first and last name are; many cells have to, each another."""


def why_identifying(column: SeenColumn) -> str:
    """Return why a column identifies people; empty where nothing shows that it does.

    A heading counts unless the cells are few short answers, as those of `owns a phone` are.
    """
    if column.identifies:
        return column.identifies
    cells = present(column)
    words = words_of(column.name)
    if column.kind not in ("date", "integer", "number", "boolean"):
        if reason := _of_cells(column, cells, words):
            return reason
    elif column.kind == "integer" and _are(cells, _nhs) and not {*words} & OWN:
        return "its cells look like national numbers"
    if said := _said_by(words, column, cells):
        return f"its heading says {said}"
    if column.label and (said := _said_by(words_of(column.label), column, cells, label=True)):
        return f"its label says {said}"
    if _dates_of_birth(column, cells, words):
        return "its cells are dates over many decades, as dates of birth are"
    return ""


def _said_by(words: list[str], column: SeenColumn, cells: list[str], *, label: bool = False) -> str:
    """Return what a heading or label says that identifies people; empty where nothing does."""
    text = " ".join(words)
    if label and len(words) > LONG_WORDS:  # a question's wording names many things
        return ""
    for what, pattern, contradicted in HEADINGS:
        if re.fullmatch(pattern, text) is None or _of_things(what, words):
            continue
        if contradicted and (_few_answers(column, cells) or _only_counts(what, cells)):
            continue
        if what == "date of birth" and cells and not _may_be_dates(column, cells):
            continue
        return what
    looks = {"place on the map": lambda: share(cells, LATITUDE) >= MOST}
    for what, names in AMBIGUOUS:
        if {*words} & {*names} and looks.get(what, lambda: _many_digits(cells))():
            return what
    return ""


def _of_things(what: str, words: list[str]) -> bool:
    """Return whether a heading is of a thing, a habit or a count beside the word that it has."""
    found = {*words}
    if what == "name":
        return bool(found & NOT_PEOPLE)
    if what == "date of birth":
        return bool(found & {"year", "jahr", "month"})
    if what in ("telephone", "e-mail", "photograph or recording"):
        return bool(found & HABITS)
    if what == "national, insurance or hospital number":
        return bool(found & {"days", "nights", "visits", "stays", "admissions", "of"} & found) and (
            "number" in found or "no" in found
        )
    if what == "address":
        return bool(found & {"size", "type", "site", "density", "rural", "urban"})
    if what.startswith("free text"):
        return bool(found & {"count", "number", "date", "by"})
    return False


def _few_answers(column: SeenColumn, cells: list[str]) -> bool:
    """Return whether cells are a few short answers, given again and again."""
    if column.value_labels or column.kind == "boolean":
        return True
    different = {*cells}
    return len(cells) >= SOME and len(different) <= 5 and all(len(each) <= 12 for each in different)


def _only_counts(what: str, cells: list[str]) -> bool:
    """Return whether cells are small numbers, which no name, telephone or text consists of."""
    if what in ("postcode", "address", "national, insurance or hospital number", "date of birth"):
        return False
    small = sum(len(cell.strip("+-")) <= 5 for cell in cells if numbers([cell]))
    return what != "place on the map" and len(cells) >= FEW and small >= MOST * len(cells)


def _may_be_dates(column: SeenColumn, cells: list[str]) -> bool:
    return (
        are_dates(column) or share(cells, DATE) > 0 or share(cells, re.compile(r"\d{5}|\d{8}")) > 0
    )


def _many_digits(cells: list[str]) -> bool:
    digits = [sum(sign.isdigit() for sign in cell) for cell in cells]
    return len(cells) >= FEW and len({*cells}) > len(cells) / 2 and min(digits) >= 8


def _are(cells: list[str], fits: Callable[[str], bool]) -> bool:
    """Return whether nearly all cells fit, and they are more than a few."""
    looked_at = some(cells)
    if len(cells) < FEW:
        return False
    others = 0
    for cell in looked_at:
        others += not fits(cell)
        if len(looked_at) - others < MOST * len(looked_at):
            return False
    return True


def _of_cells(column: SeenColumn, cells: list[str], words: list[str]) -> str:
    """Return what cells look like that identifies people."""
    if any("@" in cell and E_MAIL.search(cell) for cell in cells):
        whole = share(cells, E_MAIL) >= MOST
        return (
            "its cells look like e-mail addresses" if whole else "some cells have e-mail addresses"
        )
    for what, pattern in (
        ("internet addresses (IP)", IP),
        ("places on the map", COORDINATES),
        ("names of photographs or recordings", MEDIA),
        ("national numbers", SSN),
        ("national numbers", CODICE),
        ("national numbers", CPF),
    ):
        if _are(cells, lambda cell, pattern=pattern: pattern.fullmatch(cell) is not None):
            return f"its cells look like {what}"
    if _are(cells, _iban):
        return "its cells look like numbers of bank accounts"
    if len({*cells}) * 2 <= len(cells):  # one answer given often is no number of a person
        return ""
    if not {*words} & OWN:
        if _are(cells, lambda cell: NORDIC.fullmatch(cell) is not None) or (
            len(cells) > FEW and _are(cells, _nhs)
        ):
            return "its cells look like national numbers"
        if _are(cells, _phone):
            return "its cells look like telephone numbers"
        if _are(cells, lambda cell: POSTCODE.fullmatch(cell) is not None):
            return "its cells look like postcodes"
    return _of_texts(column, cells)


def _of_texts(column: SeenColumn, cells: list[str]) -> str:
    """Return what cells of words look like that identifies people."""
    if len(cells) < FEW or column.value_labels:
        return ""
    different = len({*cells}) >= MOST * len(cells)
    if different and _are(cells, lambda cell: SALUTED.fullmatch(cell) is not None):
        return "its cells look like names of people"
    if different and len(cells) >= SOME and _are(cells, lambda c: PERSON.fullmatch(c) is not None):
        return "its cells look like names of people"
    sentences = sum(len(cell.split()) >= LONG_WORDS for cell in cells)
    if sentences >= FEW and sentences * 2 >= len(cells) and len({*cells}) * 2 > len(cells):
        return "its cells are free text, in which people may be named"
    return ""


def _phone(cell: str) -> bool:
    digits = sum(sign.isdigit() for sign in cell)
    return bool(PHONE.fullmatch(cell)) and 7 <= digits <= 15 and not DATE.fullmatch(cell)


def _nhs(cell: str) -> bool:
    """Return whether a cell is ten digits of which the last is the check digit of the NHS."""
    digits = re.sub(r"[ -]", "", cell)
    if not re.fullmatch(r"[1-9]\d{9}", digits):
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    return (11 - total % 11) % 11 == int(digits[9])


def _iban(cell: str) -> bool:
    """Return whether a cell is an account number by ISO 13616: its remainder by 97 is 1."""
    if not cell[:2].isalpha():
        return False
    text = re.sub(r"\s", "", cell).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _dates_of_birth(column: SeenColumn, cells: list[str], words: list[str]) -> bool:
    """Return whether a column has days that lie as far from each other as days of birth do."""
    if not are_dates(column) or len(cells) < SOME:
        return False
    known = {"diagnosis", "onset", "diagnose", "since", "seit", "erstdiagnose", "dx", "surgery"}
    if known & {*words, *words_of(column.label)}:
        return False
    years = sorted(int(match[1]) for cell in cells if (match := YEAR.search(cell)))
    if len(years) < MOST * len(cells):
        return False
    tenth = len(years) // 10
    return years[-1 - tenth] - years[tenth] >= SPREAD_YEARS
