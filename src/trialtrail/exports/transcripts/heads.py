"""How a turn of a speaker begins in a transcript: a label, and a time stamp, at the head of a line.

Forms that transcribers and their programs write::

    I: How was it?            Mary Smith: Grand.        **Mary:** Grand.
    I<tab>How was it?         [00:01:02] I: How?        I: [00:01:02] How?
    Speaker 1  0:01:02        (the words stand on the next line)
    Grand. #00:01:12-5#       (the time at the end of a paragraph is that of its end)

Not every label is a speaker: see `trialtrail.qualitative.turns`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

LINES = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
"""The lines of a text: what `str.splitlines` parts, without the signs that part them."""
MAX_LABEL, MAX_WORDS = 40, 5
"""Characters and words of a label; a longer one is a sentence with a colon."""
CODE, NAME, WORD, PHRASE = "code", "name", "word", "phrase"
"""Kinds of labels: `I`, `W1`, `FG2-P3`; `Mary Smith`, `Mentor 7`; `interviewer`, `mentor 7`; any
other."""
NO_SPEAKERS = frozenset(
    [
        "nb",
        "n.b",
        "ps",
        "p.s",
        "pps",
        "p.p.s",
        "ok",
        "tv",
        "re",
        "fyi",
        "note",
        "notes",
        "date",
        "time",
        "place",
        "venue",
    ]
)
"""Words that stand before a colon at the head of a line and are no speaker, unless configured."""
BESIDE = re.compile(r"\s*\([^()]*\)")
"""What stands in brackets beside a name: `Mary (mother)`."""
SENTENCE = re.compile(r"[?!;,\"\u201c\u201d]|\.{2}|\u2026")
"""Signs of a sentence, which no label has."""
PARTICLES = frozenset(
    [
        "al",
        "and",
        "bin",
        "bint",
        "da",
        "de",
        "del",
        "della",
        "den",
        "der",
        "di",
        "dos",
        "du",
        "el",
        "la",
        "le",
        "of",
        "the",
        "van",
        "von",
    ]
)
"""Small words within names."""

_CLOCK = (
    r"{hours}(?P<{0}m>\d{{1,2}}):(?P<{0}s>\d{{2}})"
    r"(?:[.,\-](?P<{0}f>\d{{1,3}})(?![\d:]))?"
)
_UNTIL = r"\s*(?:-->|[-\u2013\u2014])\s*"


def _clock_pattern(n: str, whole: bool = False) -> str:
    """Return the pattern of minutes and seconds, or of hours too; groups begin with ``n``."""
    hours = rf"(?P<{n}h>\d{{1,3}}):"
    return _CLOCK.format(n, hours=hours if whole else f"(?:{hours})?")


def _stamp(n: str) -> str:
    """Return the pattern of a time stamp; its groups begin with ``n``, a letter.

    Without hours it stands in brackets that nobody puts around a time of day.
    """
    span = rf"{_clock_pattern(n)}(?:{_UNTIL}{_clock_pattern(n + 'u')})?"
    in_round = rf"\(\s*{_clock_pattern(n + 'w', whole=True)}\s*\)"
    bare = rf"{_clock_pattern(n + 'b', whole=True)}(?=\s|$)"
    return rf"(?:[\[{{<#]\s*{span}\s*[\]}}>#]|{in_round}|{bare})"


_LABEL = rf"(?P<label>[^\W\d_][^\t:\uff1a]{{0,{MAX_LABEL - 1}}}?)"
_MARK = r"[*_]{0,3}"
_OPEN, _CLOSE = r"[\[(<]?", r"[\])>]?"
_HEAD = re.compile(
    rf"[\s\ufeff\u200b-\u200f\u2066-\u2069]*(?:{_stamp('a')}[\s,;\u2013-]*)?"
    rf"(?:\(?\d{{1,4}}[.)]\s+)?{_MARK}{_OPEN}{_LABEL}{_CLOSE}(?:\s*{_stamp('c')})?\s*{_MARK}"
    rf"(?:\s?[:\uff1a](?![/\\]){_MARK}|\t)\s*(?:{_stamp('b')}[\s,;\u2013-]*)?"
)
_TIMED = re.compile(
    rf"[\s\ufeff]*{_MARK}{_LABEL}{_MARK}(?:\s+|\s*[,|\u2013-]\s*)"
    rf"(?:{_stamp('a')}|{_clock_pattern('b')})\s*$"
)
_OPENING = re.compile(rf"\s*(?:{_stamp('a')})\s*")
_CLOSING = re.compile(rf"\s*(?:{_stamp('a')})\s*$")


class Head(NamedTuple):
    """What stands at the head of a line that may begin a turn.

    Attributes:
        at: where the line begins, in code points of the text.
        words: where the words after the label begin.
        label: the label as it stands; None where there is none but a time, or the file says only
            that a new turn begins.
        start, end: seconds, where a time stamp gives them.
        sure: that the file itself says who speaks, by its form, and no rule has to find it.
    """

    at: int
    words: int
    label: str | None
    start: float | None = None
    end: float | None = None
    sure: bool = False


@dataclass(frozen=True)
class Closing:
    """Where the words of a passage end, and the time after them; a span has both its times."""

    end: int
    start_time: float | None = None
    end_time: float | None = None


def head_of(text: str, start: int, end: int) -> Head | None:
    """Return the label or time at the head of the line ``[start, end)``; None where it has none."""
    line = text[start:end]
    if found := _TIMED.match(line):
        times = _seconds(found, "a")
        begun = times[0] if times[0] is not None else _seconds(found, "b")[0]
        return Head(start, end, found["label"].strip(), begun, times[1])
    if found := _HEAD.match(line):
        times = [_seconds(found, n) for n in "acb"]
        begun, until = next((each for each in times if each[0] is not None), (None, None))
        return Head(start, start + found.end(), found["label"].strip(), begun, until)
    if found := _OPENING.match(line):
        return Head(start, start + found.end(), None, *_seconds(found, "a"))
    return None


def closing_of(text: str, start: int, end: int) -> Closing:
    """Return where the words of ``[start, end)`` end, and the time stamp that stands after them."""
    words = text[start:end]
    kept = len(words.rstrip())
    last = max(words.rfind(sign, 0, kept) for sign in "[({<# \t\n")
    while last >= 0 and kept - last <= MAX_LABEL:
        if (found := _CLOSING.match(words[:kept], last)) and found.end() == kept:
            first, until = _seconds(found, "a")
            times = (None, first) if until is None else (first, until)
            return Closing(start + len(words[:last].rstrip()), *times)
        last = max(words.rfind(sign, 0, last) for sign in "[({<# \t\n")
    return Closing(start + kept)


def kind_of(label: str) -> str | None:
    """Return the kind of a label, by its form alone; None of what is no label at all."""
    label = BESIDE.sub("", label)
    words = label.split()
    if not words or len(words) > MAX_WORDS or SENTENCE.search(label):
        return None
    if any(word.endswith(".") and len(word) > 4 for word in words):
        return None
    if key_of(label) in NO_SPEAKERS:
        return None
    if re.fullmatch(r"(?:[^\W\d_]{1,5}[-_ ]?\d{0,3}[-_ ]?){1,2}", label) and label.isupper():
        return CODE
    if not re.search(r"[^\W\d_]{3}", label) and _caseless(label):
        return CODE
    if len(words) <= 3 and all(map(_caseless, words)):
        return NAME
    if all(_capital(word) or word.lower() in PARTICLES for word in words) and _capital(words[0]):
        return NAME
    plain = [word for word in words if not word.isdigit()]
    return WORD if len(plain) == 1 else PHRASE


def key_of(label: str) -> str:
    """Return what two spellings of one speaker share: neither case, spaces nor a last point."""
    return " ".join(label.split()).strip("[](){}<>*_ ").rstrip(".").casefold()


def seconds_of(stamp: str) -> float | None:
    """Return the seconds of a time that stands alone, in brackets or not; None of what is none."""
    plain = stamp.strip().strip("[](){}#<>").strip()
    found = re.fullmatch(_clock_pattern("a"), plain)
    return _clock(found.groupdict(), "a") if found else None


def _capital(word: str) -> bool:
    first = word.lstrip("([{'\u2019")[:1]
    return first.isupper() or first.isdigit() or (first.isalpha() and _caseless(first))


def _caseless(text: str) -> bool:
    """Return whether no sign of a text has a capital: digits, or letters of such a script."""
    return text.upper() == text.lower()


def _seconds(found: re.Match, n: str) -> tuple[float | None, float | None]:
    """Return the times of a stamp whose groups begin with ``n``: its own, and the one until."""
    groups = found.groupdict()
    names = [name for name in (n, f"{n}w", f"{n}b") if groups.get(f"{name}m") is not None]
    if not names:
        return None, None
    return _clock(groups, names[0]), _clock(groups, f"{n}u")


def _clock(groups: dict[str, str | None], name: str) -> float | None:
    hours, minutes, seconds, part = (groups.get(name + unit) for unit in "hmsf")
    if minutes is None or seconds is None or int(seconds) > 59 or (hours and int(minutes) > 59):
        return None
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return float(whole) if not part else whole + int(part) / 10 ** len(part)
