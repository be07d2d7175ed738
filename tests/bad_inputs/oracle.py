"""What a cell says, by a second reading of it that shares no code with the first.

`says` follows the documentation of the configuration: what may be changed of a cell's form and what
is one value only. It is slow, of one cell at a time, and knows nothing of tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from oracle_days import CLOCK, MONTHS, SHORT, day_of, is_clock

from trialtrail.exports.convert import How

FAULT = "fault"
"""What a cell says that says nothing, or more than one thing."""


@dataclass(frozen=True)
class Said:
    """What a cell says: a value, None for none, or `FAULT`; ``bound`` of a censored number.

    ``changed`` is whether its form is another than that of the value, which must be counted.
    """

    value: Any
    bound: str | None = None
    changed: bool = False


def says(text: str, how: How, column: Sequence[str] = ()) -> Said:
    """Return what a cell says under ``how`` it is to be read, among the cells of its column."""
    if how.kind == "verbatim":
        return Said(None if text in how.missing else text)
    free = how.kind in ("text", "list") and not how.codes
    plain = seen(text, how)
    changed = plain != text
    if plain in how.missing:
        return Said(None, changed=changed or plain != "")
    if how.codes:
        return _coded(plain, how, changed)
    if free and any(_same_digits(code, plain) for code in how.missing):
        return Said(None, changed=True)
    if how.is_id and how.kind == "text":
        return _id(plain, how, changed, column)
    if how.kind in ("text", "list"):
        return Said(plain, changed=changed)
    numeric = how.kind in ("integer", "number", "censored")
    if _spells_missing(plain, how) and not (numeric and re.search("[0-9]", plain)):
        yes_or_no = how.kind == "boolean" and _alike(plain) in (*YES, *NO)
        return Said(FAULT) if yes_or_no else Said(None, changed=True)
    if how.kind == "category":
        no_value = plain in (*NO_VALUE, "NA", "null", "undefined")
        return Said(FAULT) if no_value else Said(plain, changed=changed)
    if how.kind == "boolean":
        word = _alike(plain)
        if word in (*YES, *NO):
            return Said(word in YES, changed=changed)
        return Said(FAULT)
    if how.kind == "month":
        good = re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", plain)
        return Said(plain, changed=changed) if good else Said(FAULT)
    if how.kind == "date":
        typeset = plain
        for sign in "\u2010\u2011\u2012\u2013\u2014\u2212":
            plain = plain.replace(sign, "-")
        changed = changed or plain != typeset
        day = day_of(plain, how.dates)
        timed = not how.dates and CLOCK.search(plain) is not None
        if day is None and how.dates and is_clock(CLOCK.search(plain)):
            day, timed = day_of(CLOCK.sub("", plain), how.dates), True
        return Said(day or FAULT, changed=(changed or timed) and day is not None)
    return _number(plain, how, changed, column)


def may_say(text: str, how: How, first: date, last: date) -> bool:
    """Return whether a text may give the days between which a date lies.

    The year stands in it as four digits, and so does each part of what is said to be known: a day
    as two more numbers, or one and the word of a month; a month as one; the same day of each month
    as one; a quarter, half-year or week with its letter. Of a year nothing else is known.
    """
    plain = seen(text, how)
    for sign in DASHES:
        plain = plain.replace(sign, "-")
    if is_clock(CLOCK.search(plain)):
        plain = CLOCK.sub("", plain)
    if period := re.search("([qhw])([0-9]{1,2})", plain.casefold()):
        years = {int(year) for year in re.findall("[0-9]{4}", plain)}
        days = (last - first).days + 1
        lengths = {"q": range(90, 93), "h": range(181, 185), "w": range(1, 12)}
        return bool({first.year, last.year} & years) and days in lengths[period[1]]
    numbers = [int(part) for part in re.findall("[0-9]+", plain)]
    if first.year != last.year or first.year not in numbers or not re.search("[0-9]{4}", plain):
        return False
    numbers.remove(first.year)
    word = next(
        (n for n, names in SHORT.items() if {MONTHS[n - 1], *names} & set(_words(plain))), None
    )
    known = sorted([*(number for number in numbers if number), *([word] if word else [])])
    if first == last:
        return known == sorted((first.day, first.month))
    whole_year = (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
    if (first.month, last.month) == (1, 12) and first.day == last.day:
        return known == [first.day]
    next_day = date.fromordinal(last.toordinal() + 1)
    if first.month == last.month and first.day == next_day.day == 1:
        return known == [first.month]
    # One number that may be a day or a month, or none.
    return whole_year and len(known) <= 1 and not (known and how.dates)


def _words(text: str) -> list[str]:
    return re.findall("[a-z]+", text.casefold())


NO_VALUE = ("NaN", "nan", "NULL", "<NA>", "NaT", "\\N", "(null)", ".")
"""What programs write for no value, and what is no id."""
YES, NO = ("yes", "y", "true", "t", "1"), ("no", "n", "false", "f", "0")


def seen(text: str, how: How) -> str:
    """Return a text as a reader would see it: no hidden signs, none that protect it."""
    written = how.kind in ("text",) and not how.codes and not how.is_id
    plain = visible(text, keep_spaces=written)
    if re.fullmatch('="([^"]|"")*"', plain):
        plain = plain[2:-1].replace('""', '"').strip()
    if written:
        return plain
    rest = plain[1:]
    if plain.startswith("'") and rest and "'" not in rest:
        number = set(rest) <= set("0123456789-.,:/") and rest[0].isdigit()
        plain = rest.strip() if rest[0] in "-+=@" or number else plain
    if how.is_id:
        return plain
    return "".join(chr(ord(s) - 0xFEE0) if 0xFF01 <= ord(s) <= 0xFF5E else s for s in plain)


def _spells_missing(text: str, how: How) -> bool:
    """Return whether a text is a missing code in another spelling."""
    if how.kind == "category" and not how.codes and re.fullmatch("0[0-9.,]*", text):
        return False
    return any(code and _alike(code) == _alike(text) for code in how.missing)


def _same_digits(code: str, text: str) -> bool:
    """Return whether a text is the whole number of a code, but for its minus and its decimals."""
    if not re.fullmatch("-?[0-9]+", code):
        return False
    for sign in DASHES:
        text = text.replace(sign, "-")
    whole, _, zeros = text.replace(",", ".").partition(".")
    bare = text.endswith((".", ","))
    return whole == code and set(zeros) <= {"0"} and len(zeros) != 3 and not bare


def _id(text: str, how: How, changed: bool, column: Sequence[str]) -> Said:
    """Return the id that a text says."""
    if text in NO_VALUE:
        return Said(FAULT)
    power = re.fullmatch(r"[+-]?[0-9]+([.,][0-9]*)?[eE]([+-]?)[0-9]+", text)
    if power and (power[1] or power[2]):
        return Said(FAULT)
    decimal = re.fullmatch("([0-9]+)[.,]([0-9]+)", text)
    parts = [re.fullmatch("[0-9]+[.,]([0-9]+)", seen(other, how)) for other in column]
    if not decimal or any(part and set(part[1]) != {"0"} for part in parts):
        return Said(text, changed=changed)
    if decimal[2] == "000" and len(decimal[1]) < 4 and decimal[1][0] != "0":
        return Said(FAULT)
    return Said(decimal[1], changed=True)


def visible(text: str, keep_spaces: bool) -> str:
    """Return a text without signs that nobody sees, its spaces plain, none at its ends."""
    out = []
    for sign in text:
        category = unicodedata.category(sign)
        if category == "Cc" and sign not in "\t\n\r":
            continue
        if category in ("Cf", "Zl", "Zp") and _is_invisible(sign):
            continue
        out.append(" " if category == "Zs" and not keep_spaces else sign)
    return "".join(out).strip()


def _is_invisible(sign: str) -> bool:
    """Return whether a sign of format is one of those that exports are known to hold."""
    place = ord(sign)
    return place in (0xAD, 0xFEFF) or any(
        low <= place <= high for low, high in ((0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x2064))
    )


def _coded(text: str, how: How, changed: bool) -> Said:
    codes = {
        str(code): value
        for code, value in (how.codes or {}).items()
        if how.kind != "boolean" or isinstance(value, bool)
    }
    if text in codes:
        return Said(codes[text], changed=changed)
    if how.exact:
        return Said(FAULT)
    grouped = re.fullmatch(r"[+-]?[1-9][0-9]{0,2}([.,][0-9]{3})+", text)
    meant = {_alike(text)} | ({_alike(re.sub("[.,]", "", text))} if grouped else set())
    alike = [code for code in codes if _alike(code) in meant]
    if _spells_missing(text, how):
        return Said(FAULT) if alike else Said(None, changed=True)
    if len(alike) != 1 or _alike(text) != _alike(alike[0]):
        several = _several(text, codes) if how.several else None
        return Said(FAULT) if several is None else Said(several, changed=True)
    return Said(codes[alike[0]], changed=True)


def _several(text: str, codes: dict[str, str]) -> str | None:
    """Return the values of several codes in one text, with a sign after the last or none."""
    for sign in ",;|\n":
        parts = re.sub(rf"[{re.escape(sign)}]\s*$", "", text).split(sign)
        alike = [[c for c in codes if _alike(c) == _alike(part.strip())] for part in parts]
        if all(len(each) == 1 for each in alike):
            return "; ".join(dict.fromkeys(codes[each[0]] for each in alike))
    return None


DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"


def _alike(code: str) -> str:
    """Return what two spellings of a code share."""
    code = "".join(chr(ord(s) - 0xFEE0) if 0xFF01 <= ord(s) <= 0xFF5E else s for s in code)
    for typeset, plain in (("\u2018\u2019\u201a", "'"), ("\u201c\u201d\u201e", '"')):
        code = "".join(plain if sign in typeset else sign for sign in code)
    code = "".join("-" if sign in DASHES else sign for sign in code)
    code = " ".join(code.casefold().split())
    if re.fullmatch("[+-]?[0-9]+([.,]0*)?", code):
        return str(int(re.split("[.,]", code)[0]))
    return code


NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


def _number(text: str, how: How, changed: bool, column: Sequence[str]) -> Said:
    bound, core = _core(text, how)
    if bound != "exact" and how.kind != "censored":
        return Said(FAULT)
    decimal = how.decimal
    if decimal is None and (mark := _open_mark(core)):
        decimal = _sign_of(column, how, mark)
        if decimal is None:
            return Said(FAULT)
    elif decimal and _open_mark(core) not in ("", decimal):  # thousands, unless a cell objects
        others = [_core(seen(other, how), how)[1] for other in column]
        if any(_plain_number(o, decimal) is None and _plain_number(o, None) for o in others):
            return Said(FAULT)
    value = _plain_number(core, decimal)
    if value is None:
        return Said(FAULT)
    codes = [_plain_number(code, None if "," in code else ".") for code in how.missing]
    if bound == "exact" and value in [code for code in codes if code is not None]:
        return Said(None, changed=True)
    if how.kind != "number" and not _is_whole(core, value, how.unit):
        return Said(FAULT)
    if abs(value) >= Decimal("1e37"):
        return Said(FAULT)
    form = changed or core != text or not re.fullmatch(NUMBER, core) or decimal == ","
    form = form and (core != text or changed or not re.fullmatch("[+-]?[0-9]+", core))
    return Said(float(value), bound, form or (how.kind != "number" and "." in text))


def _core(text: str, how: How) -> tuple[str, str]:
    """Return (bound, text of the number alone) of a cell."""
    bound = "exact"
    for sign in DASHES:
        text = text.replace(sign, "-")
    if text[:1] in "<>\u2264\u2265" and text:
        bound = "above" if text[0] in ">\u2265" else "below"
        text = text[1:].removeprefix("=").strip(" ")
    if how.unit and not re.fullmatch(NUMBER, text):
        start = text.rstrip(".")
        if start.casefold().endswith(how.unit.casefold()):
            text = start[: len(start) - len(how.unit)].rstrip(" ")
    return bound, text


def _open_mark(core: str) -> str:
    """Return the mark of a text that is a thousand and so many, or has three decimals."""
    parts = re.fullmatch(r"[+-]?([0-9]{1,3})([.,])([0-9]{3})", core)
    return parts[2] if parts and not parts[1].startswith("0") else ""


def _sign_of(column: Sequence[str], how: How, mark: str) -> str | None:
    """Return the decimal sign that the cells of a column show, for a cell with ``mark``."""
    signs, pairs = set(), set()
    for text in column:
        plain = seen(text, how)
        _, core = _core(plain, how)
        core = re.sub(r"(?<=[0-9]) (?=[0-9]{3})", "", core)
        if plain in how.missing or _open_mark(core) or _plain_number(core, None) is None:
            continue
        marks = re.findall("[.,](?=[0-9])", core)
        if not marks:
            continue
        several = len(marks) > 1
        last = marks[-1]
        sign = ("," if last == "." else ".") if several and len(set(marks)) == 1 else last
        signs.add(sign)
        pairs |= {sign} if several else set()
    other = "," if mark == "." else "."
    if signs == {mark}:
        return mark
    return other if signs == {other} and pairs else None


def _is_whole(text: str, value: Decimal, unit: str) -> bool:
    return value == value.to_integral_value() and abs(value) < 2**53 and "e" not in text.lower()


def _plain_number(text: str, decimal: str | None) -> Decimal | None:
    """Return the one number that a text says; None if it is none, or may be two."""
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2}(( [0-9]{3})+|(['\u2019][0-9]{3})+)([.,][0-9]+)?", text):
        text = re.sub("[ '\u2019]", "", text)
    if decimal is None and _open_mark(text):
        return None
    for sign, mark in ((".", ","), (",", ".")):
        whole = rf"[+-]?[1-9][0-9]{{0,2}}(\{mark}[0-9]{{3}})+(\{sign}[0-9]+)?"
        lakhs = r"[+-]?[1-9][0-9]?(,[0-9]{2})+,[0-9]{3}(\.[0-9]+)?"
        grouped = re.fullmatch(whole, text) or (mark == "," and re.fullmatch(lakhs, text))
        if decimal in (sign, None) and grouped:
            return Decimal(text.replace(mark, "").replace(sign, "."))
    if decimal != "," and re.fullmatch(NUMBER, text):
        try:
            return Decimal(text)
        except InvalidOperation:  # 1. is a number to people and programs
            return Decimal(text.replace(".", ".0", 1))
    if decimal != "." and re.fullmatch(r"[+-]?([0-9]*,)?[0-9]+([eE][+-]?[0-9]+)?", text):
        return Decimal(text.replace(",", "."))
    return None
