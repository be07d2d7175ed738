"""Ids that differ only in what people and programs change without meaning it.

Nothing is matched by it: two such ids may be two people. It is reported, so that somebody looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

import pandas as pd

ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXo"
)
"""Cyrillic and Greek letters, and the Latin ones that look the same."""
PLAIN = re.compile("([A-Za-z]*[A-NP-Za-np-z])?0*([0-9]+)")
"""Letters and a number, as most ids are."""
HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _with_one_hyphen(text: str) -> str:
    return text.translate(HYPHENS)


def _without_zeros(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def _in_one_form(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _with_zeros(text: str) -> str:
    """Return an id with a zero for each letter O that stands beside a digit."""
    while (other := re.sub(r"(?<=\d)[oO]|[oO](?=\d)", "0", text)) != text:
        text = other
    return text


def _in_one_script(text: str) -> str:
    return text.translate(ALIKE) if re.search("[A-Za-z0-9]", text) else text


def _without_decimals(text: str) -> str:
    return re.sub(r"(?<=\d)[.,]0+$", "", text)


def _without_thousands(text: str) -> str:
    return re.sub("(?<=[0-9])[,'\u2019](?=[0-9]{3}(?![0-9]))", "", text)


def _without_points(text: str) -> str:
    """Return an id without the points that set thousands apart, if it may be such a number.

    It is no part of what folds: 1.001 may also be the first of centre 1.
    """
    return text.replace(".", "") if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", text) else text


def _with_one_sign(text: str) -> str:
    """Return an id with a hyphen between two numbers, whatever parts them, and else with none."""
    text = re.sub(r"(?<=\d)[-_./]+(?=\d)", "-", text)
    return re.sub(r"(?<=[^\W\d_])[-_./]+(?=\d)|(?<=\d)[-_./]+(?=[^\W\d_])", "", text)


def _without_ends(text: str) -> str:
    return re.sub(r"^[\W_]+(?=\w)|(?<=\w)[\W_]+$", "", text)


DIFFERENCES = {
    "case": str.casefold,
    "spaces": _without_spaces,
    "the kind of hyphen": _with_one_hyphen,
    "leading zeros": _without_zeros,
    "the width or make of its signs": _in_one_form,
    "the letter O and the digit 0": _with_zeros,
    "letters of another script that look the same": _in_one_script,
    "decimal zeros": _without_decimals,
    "marks between thousands": _without_thousands,
    "the sign between its parts": _with_one_sign,
    "signs around it": _without_ends,
}
"""What may differ between two spellings of an id, and how it is taken out."""
POINTS = "points between thousands"
PARTED = "a part before or behind it"
SEVERAL = "case, spaces, hyphens or leading zeros"
MORE = "case, spaces, zeros, signs between or around its parts, or signs that look the same"


def folded(text: str) -> str:
    """Return what is left of an id without all that may differ."""
    if plain := PLAIN.fullmatch(text):
        return (plain[1] or "").lower() + plain[2]
    text = _without_ends(_in_one_script(_in_one_form(text).translate(HYPHENS)))
    text = _without_spaces(_without_thousands(_without_decimals(text)))
    return _without_zeros(_with_one_sign(_with_zeros(text))).casefold()


def _plainly_folded(text: str) -> str:
    """Return what is left without what people change most: see `SEVERAL`."""
    text = _in_one_form(text).translate(HYPHENS)
    return _without_zeros(_without_spaces(text).casefold())


def near_in(keys: pd.Series) -> pd.Series:
    """Return which ids of a column differ from another one of it in nothing else."""
    distinct = pd.Series(keys.dropna().unique(), dtype=object)
    alike = distinct.map(folded)
    near = set(distinct[alike.duplicated(keep=False)])
    return keys.isin(near).fillna(False).astype(bool) if near else pd.Series(False, keys.index)


def _parts(text: str) -> set[str]:
    """Return an id without its first part and without its last, where signs part it."""
    cut = [*re.finditer(r"[-_/. ]+", text)]
    return {text[cut[0].end() :], text[: cut[-1].start()]} - {""} if cut else set()


def differences(lost: Collection[str], keys: Iterable[str]) -> dict[str, str]:
    """Return in what each of ``lost`` differs from one of ``keys``, where in nothing else."""
    if not len(lost):
        return {}
    known = {text for text in keys if isinstance(text, str)}
    whole = {folded(text) for text in known}
    plainly = {_plainly_folded(text) for text in known}
    by = {name: {change(text) for text in known} for name, change in DIFFERENCES.items()}
    pointed = {_without_points(text) for text in known}
    longer = Counter(part for text in known for part in _parts(text))
    found = {}
    for text in lost:
        if folded(text) in whole:
            alone = (name for name, change in DIFFERENCES.items() if change(text) in by[name])
            several = SEVERAL if _plainly_folded(text) in plainly else MORE
            found[text] = next(alone, several)
        elif _without_points(text) in pointed:
            found[text] = POINTS
        elif longer[text] == 1 or len(_parts(text) & known) == 1:
            found[text] = PARTED
    return found
