"""What people write into the forms of the page: taken as it is, or refused in words."""

from __future__ import annotations

import unicodedata

from trialtrail.answering.people import LONGEST_NAME
from trialtrail.errors import StudyError
from trialtrail.validation.resolutions import ACCEPTED, BLANK, SET_ASIDE

LONGEST_VALUE, LONGEST_REASON = 2_000, 2_000
CORRECT, CONFIRM, MISSING, EXCLUDE = "correct", "confirm", "missing", "exclude"
WORDS = {CONFIRM: ACCEPTED, MISSING: BLANK, EXCLUDE: SET_ASIDE}
"""Kinds of answers beside a correction, and the word that stands for each in the file."""
KINDS = (CORRECT, *WORDS)
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of signs that nobody sees, or that turn the order of what is seen."""
JOINERS = "\u200c\u200d"
"""Signs that nobody sees and that scripts such as Persian or Hindi need."""


def name_of(text: str) -> str:
    """Return the name of a person.

    Raises:
        StudyError: it is empty, too long, or has invisible characters.
    """
    name = _plain(text, "The name", LONGEST_NAME)
    if not any(sign.isalpha() for sign in name):
        raise _refused("The name says nothing", "give your name, or initials that people know")
    return name


def reason_of(text: str) -> str:
    """Return the reason of an answer, in one line.

    Raises:
        StudyError: it is empty, too long, or has invisible characters.
    """
    reason = _plain(text, "The reason", LONGEST_REASON)
    if not any(sign.isalnum() for sign in reason):
        raise _refused("The answer has no reason", "write how you know it")
    return reason


def value_of(kind: str, text: str) -> str:
    """Return what the file of answers has for an answer of a kind.

    Args:
        kind: one of `KINDS`.
        text: the new value, of a correction.

    Raises:
        StudyError: there is no such kind, or the value cannot be one.
    """
    if kind in WORDS:
        return WORDS[kind]
    if kind != CORRECT:
        raise _refused("No kind of answer was chosen", "choose one of the answers")
    value = text.strip()
    _check_visible(value, "The new value", LONGEST_VALUE)
    if not value:
        raise _refused(
            "The correction has no value", "write it, or choose the answer that there is none"
        )
    plain = value.casefold().replace("_", " ").replace("-", " ")
    if plain in WORDS.values():
        raise _refused(
            "The new value is the word by which the file of answers has another kind of answer",
            "choose that kind, not a correction",
        )
    return value


def kind_of_value(value: str) -> str:
    """Return which kind of answer a text of the file of answers is."""
    plain = value.casefold().replace("_", " ").replace("-", " ")
    return next((kind for kind, word in WORDS.items() if word == plain), CORRECT)


def _plain(text: str, what: str, longest: int) -> str:
    plain = " ".join(text.split())
    _check_visible(plain, what, longest)
    return plain


def _check_visible(text: str, what: str, longest: int) -> None:
    if len(text) > longest:
        raise _refused(f"{what} is longer than {longest:,} characters", "shorten it")
    if any(unicodedata.category(sign) in INVISIBLE and sign not in JOINERS for sign in text):
        raise _refused(f"{what} has invisible characters", "type it anew, as plain text")


def _refused(what: str, remedy: str) -> StudyError:
    return StudyError(what, rule="an answer says what, and who gives it why", remedy=remedy)
