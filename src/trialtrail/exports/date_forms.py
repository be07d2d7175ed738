"""A form of dates in the signs of `strptime`, read strictly.

`strptime` itself takes a day or month of one digit where nothing parts it from the next number, so
that ``1112025`` without its leading zero becomes another day. It also takes digits of every script,
any white space for a space, and names in the language of the machine. None of it is taken here.

Nothing heavy is imported here: the configuration is checked with it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from trialtrail.exports.months import month_of
from trialtrail.exports.weekdays import weekday_of

WORD = r"[^\W\d_]+\.?"
WEEKDAY = r"[^\W\d_]+(?:-[^\W\d_]+)?\.?"
ZONE = r"Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?"
SIGNS = {
    **{"d": "[0-9]{1,2}", "e": "[0-9]{1,2}", "m": "[0-9]{1,2}", "j": "[0-9]{1,3}"},
    **{"Y": "[0-9]{4}", "y": "[0-9]{2}", "b": WORD, "B": WORD, "a": WEEKDAY, "A": WEEKDAY},
    **{"H": "[0-9]{1,2}", "I": "[0-9]{1,2}", "M": "[0-9]{2}", "S": "[0-9]{2}", "f": "[0-9]{1,6}"},
    **{"p": r"[AP]\.?M\.?", "z": ZONE, "Z": "[A-Z]{1,5}"},
}
"""The signs that a form may have, and what each stands for where something parts it from others."""
FULL = {"d": 2, "e": 2, "m": 2, "j": 3, "Y": 4, "y": 2, "H": 2, "I": 2, "M": 2, "S": 2}
"""Numbers, and how many digits each has where nothing parts it from the next."""
SAME = {"e": "d", "b": "m", "B": "m", "A": "a", "z": "Z", "I": "H", "y": "Y"}
"""Signs of one part of a date, of which a form has at most one."""
CLOCK, OFFSET = "a time of day", "a time zone"
"""What is no part of a date and is dropped."""


@dataclass(frozen=True)
class Form:
    """A form of dates.

    Attributes:
        signs: its signs, in their order.
        pattern: what a text of this form is.
        loose: the same with days and months that have lost a leading zero.
        digits: how many digits a text has, where it has nothing but digits; else 0.
    """

    signs: tuple[str, ...]
    pattern: re.Pattern
    loose: tuple[re.Pattern, ...]
    digits: int

    @property
    def order(self) -> str:
        """Return the order of day, month and year, as ``dmy``."""
        parts = (SAME.get(sign, sign).lower() for sign in self.signs)
        return "".join(part for sign, part in zip(self.signs, parts, strict=True) if sign in PARTS)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Return what of a text of this form is no part of a date."""
        clock = (CLOCK,) if set("HIMSfp") & set(self.signs) else ()
        return (*clock, OFFSET) if set("zZ") & set(self.signs) else clock


PARTS = "dembBYyj"
"""Signs that say the day, the month or the year."""


@lru_cache
def compiled(form: str) -> Form:
    """Return a form that `form_problem` finds nothing wrong with."""
    tokens = _tokens(form)
    signs = tuple(text for is_sign, text in tokens if is_sign)
    only_digits = all(is_sign and text in FULL for is_sign, text in tokens)
    return Form(
        signs,
        _pattern(tokens, {}),
        tuple(_pattern(tokens, widths) for widths in _widths(signs)) if only_digits else (),
        sum(FULL[sign] for sign in signs) if only_digits else 0,
    )


def form_problem(form: str) -> str:
    """Return what is wrong with a form of the configuration, or nothing."""
    signs = [text for is_sign, text in _tokens(form) if is_sign]
    unknown = [f"%{sign}" for sign in signs if sign not in SIGNS]
    if unknown:
        return f"has {unknown[0]}, which is no sign of a date that is known here"
    parts = [SAME.get(sign, sign) for sign in signs]
    if twice := [sign for sign, part in zip(signs, parts, strict=True) if parts.count(part) > 1]:
        return f"has %{twice[-1]} beside another sign of the same part"
    if "Y" not in parts:
        return "has no year (%Y, or %y)"
    if "j" in parts and {"d", "m"} & set(parts):
        return "has a day of the year (%j) beside a day or month"
    if "d" in parts and "m" not in parts:
        return "has a day and no month (%m, %b or %B)"
    return ""


def _tokens(form: str) -> list[tuple[bool, str]]:
    """Return (whether it is a sign, the sign or text) of each part of a form."""
    return [
        (found[0][0] == "%" and found[0] != "%%", found[0].removeprefix("%") or "%")
        for found in re.finditer(r"%.|[^%]+|%$", form.strip(), re.DOTALL)
    ]


def _pattern(tokens: list[tuple[bool, str]], widths: Mapping[str, int]) -> re.Pattern:
    out = []
    for place, (is_sign, text) in enumerate(tokens):
        if not is_sign:
            out.append(re.sub(r"(?:\\?\s)+", " +", re.escape(text)))
            continue
        near = [tokens[other] for other in (place - 1, place + 1) if 0 <= other < len(tokens)]
        of = SIGNS[text] if text in SIGNS else re.escape(f"%{text}")
        if text in FULL and any(_is_number(*token) for token in near):
            of = f"[0-9]{{{widths.get(text, FULL[text])}}}"
        out.append(f"{' ?' if text == 'e' else ''}(?P<{text}>{of})")
    return re.compile("".join(out), re.IGNORECASE)


def _is_number(is_sign: bool, text: str) -> bool:
    return text in FULL or text == "f" if is_sign else any(sign.isdigit() for sign in text)


def _widths(signs: tuple[str, ...]) -> Iterator[dict[str, int]]:
    """Yield the numbers of digits that days and months have which lost a leading zero."""
    short = [sign for sign in signs if sign in ("d", "m")]
    for lost in range(1, 2 ** len(short)):
        yield {sign: 1 for place, sign in enumerate(short) if lost >> place & 1}


def days_in(found: Mapping[str, str], words: Mapping[str, int], year: int) -> tuple | None:
    """Return the first and last day that the parts of a text say in ``year``; None if none."""
    if "j" in found:
        number = int(found["j"])
        if not 1 <= number <= (366 if calendar.isleap(year) else 365):
            return None
        day = date(year, 1, 1) + timedelta(number - 1)
        return day, day
    word = found.get("b") or found.get("B")
    month = month_of(word, words) if word else int(found.get("m", 0))
    number = int(found.get("d") or found.get("e") or 0)
    has_day, has_month = {"d", "e"} & set(found), word or "m" in found
    if not has_month:
        return date(year, 1, 1), date(year, 12, 31)
    if month is None or not 1 <= month <= 12:
        return None
    if not has_day:
        return date(year, month, 1), last_of(year, month)
    day = day_of(year, month, number)
    return (day, day) if day and _is_weekday(found.get("a") or found.get("A"), day) else None


def _is_weekday(word: str | None, day: date) -> bool:
    return word is None or weekday_of(word) == day.weekday()


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a day of the calendar, None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_of(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def is_time(found: Mapping[str, str | None]) -> bool:
    """Return whether the parts of a text are a time of day and a zone that there are."""
    hour, half = found.get("H") or found.get("I"), found.get("p") or "I" in found
    if hour and not (1 <= int(hour) <= 12 if half else int(hour) < 24):
        return False
    if any(int(found.get(sign) or 0) > 59 for sign in ("M", "S")):
        return False
    digits = re.sub("[^0-9]", "", found.get("z") or "")
    return int(digits[:2] or 0) <= 14 and int(digits[2:] or 0) < 60
