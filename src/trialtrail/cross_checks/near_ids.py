"""Ids that differ only in what people and programs change without meaning it.

Nothing is matched by it: two such ids may be two people. It is told, so that somebody looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _with_one_hyphen(text: str) -> str:
    return text.translate(HYPHENS)


def _without_zeros(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def _in_one_form(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


DIFFERENCES = {
    "case": str.casefold,
    "spaces": _without_spaces,
    "the kind of hyphen": _with_one_hyphen,
    "leading zeros": _without_zeros,
    "the width or make of its signs": _in_one_form,
}
"""What may differ between two spellings of an id, and how it is taken out."""
SEVERAL = "case, spaces, hyphens or leading zeros"


def folded(text: str) -> str:
    """Return what is left of an id without all that may differ."""
    text = _in_one_form(text).translate(HYPHENS)
    return _without_zeros(_without_spaces(text).casefold())


def near_in(keys: pd.Series) -> pd.Series:
    """Return which ids of a column differ from another one of it in nothing else."""
    distinct = pd.Series(keys.dropna().unique(), dtype=object)
    alike = distinct.map(folded)
    near = set(distinct[alike.duplicated(keep=False)])
    return keys.isin(near).fillna(False).astype(bool) if near else pd.Series(False, keys.index)


def differences(lost: Iterable[str], keys: Iterable[str]) -> dict[str, str]:
    """Return in what each of ``lost`` differs from one of ``keys``, where in nothing else."""
    known = {text for text in keys if isinstance(text, str)}
    whole = {folded(text) for text in known}
    by = {name: {change(text) for text in known} for name, change in DIFFERENCES.items()}
    found = {}
    for text in lost:
        if folded(text) in whole:
            alone = (name for name, change in DIFFERENCES.items() if change(text) in by[name])
            found[text] = next(alone, SEVERAL)
    return found
