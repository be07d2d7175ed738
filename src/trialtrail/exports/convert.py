"""Turn the text of a column into typed values; what cannot be turned is reported, never guessed.

Each distinct text is looked at once. Every change of form (a decimal comma, a code in another case,
a date of two-digit years) is counted, so that nothing about a cell changes unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trialtrail.exports import ids, normalise
from trialtrail.exports.columns import Distinct, How, Typed
from trialtrail.exports.date_columns import read_dates
from trialtrail.exports.errors_shown import blank_errors
from trialtrail.exports.number_columns import read_numbers
from trialtrail.exports.several import JOINED, answers_in

MONTH = r"^\d{4}-(?:0[1-9]|1[0-2])$"
NUMERIC = ("integer", "number", "censored")
FREE = ("text", "list", "category", "verbatim")
"""Kinds that are text as they stand."""
BOUND, UNTIL = "_bound", "_until"
"""Endings of the columns beside a censored number and a partial date."""
BESIDE = {"censored": (BOUND,), "partial_date": (UNTIL,)}
"""Kinds of which a cell becomes two values, and the ending of the second column."""
YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "t", "1"), True),
    **dict.fromkeys(("no", "n", "false", "f", "0"), False),
}
"""What yes and no are called where the configuration gives no codes."""
PLAIN = {"true", "false"}
WIDER = 6
"""Signs that another spelling of a missing code may have more than the code."""
DTYPES = {
    "integer": "Int64",
    "censored": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "date": "datetime64[ns]",
    "partial_date": "datetime64[ns]",
}

EXPECTED = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "date": "a date in the configured form",
    "partial_date": "a date, a month or a year",
    "month": "a month as YYYY-MM",
    "censored": "a count such as 7, >20 or <1",
}
UNKNOWN = (
    "the code is not among those of the configuration: name it under `codes`, or under `missing` "
    "where it means no value"
)
NOT_EXACT = (
    "the code is not among those of the configuration: it is another spelling of one of them, and "
    "here each sign counts"
)
NO_BOOLEAN = (
    "the cell is not yes or no; where the column has words or numbers of its own for them, name "
    'them under `codes`: {"word for yes": true, "word for no": false}'
)
SEVERAL = (
    "the cell has several answers to a question that takes one: where it takes all that apply, say "
    "`several: true` of a question of the questionnaire"
)
MESSAGES = {
    "ambiguous": "the cell can be read in two ways and the configuration does not say which",
    "unit": "the cell names a unit that is not that of the variable",
    "partial": "only a part of the date is known: no day is taken",
    "time": "the cell is a time in hours and minutes, or minutes and seconds, and no number: have "
    "the export give it in one unit",
    "no_unit": "the cell has words or a unit behind its number, and the variable has no `unit`",
    "vast": "the cell is larger than any number that is measured: some programs write the largest "
    "one that they know for no value; name it under `missing` if it is so",
    "bound": "the cell says that the value is less or more than a number: a count may have the "
    "type `censored`; where it is no value, name the cell under `missing`",
    "share": "the number is of 1 or less and has no percent sign, as others of its column have",
    "format": "the decimal sign is not that of most other cells of the column",
    "boolean": NO_BOOLEAN,
}
RULES = {
    "time": "type",
    "no_unit": "type",
    "bound": "type",
    "vast": "type",
    "share": "format",
    "boolean": "type",
}
"""Names of what is reported of a cell that are not those of a rule, and its rule."""


def type_column(text: pd.Series, how: How) -> Typed:
    """Return the column of ``text`` (the cells as they stand) as typed values."""
    if how.kind == "verbatim":
        return Typed(text.mask(text.isin(how.missing)).astype("string"))
    cells = pa.chunked_array(pa.array(text, type=pa.large_string()))
    distinct = Distinct(cells, whole=how.kind in ("text", "list") and not how.codes)
    _clean(distinct, how)
    errors = blank_errors(distinct, how)
    typed = _by_kind(distinct, how)
    typed.faults += [(rule, message, distinct.mask(mask)) for rule, message, mask in errors]
    typed.changes = distinct.changes
    typed.values.index = text.index
    for series in typed.beside.values():
        series.index = text.index
    return typed


def _is_free(how: How) -> bool:
    """Return whether the cells are free text, in which anything may be meant."""
    return how.kind == "text" and not how.codes and not how.is_id


def _clean(distinct: Distinct, how: How) -> None:
    """Take out what is no part of the cells, and blank the missing codes."""
    distinct.texts, found = normalise.cleaned(distinct.texts, _is_free(how), how.is_id)
    for name, has in found:
        distinct.changed(name, "none", has.to_numpy(zero_copy_only=False))
    missing = pc.is_in(distinct.texts, pa.array(list(how.missing), pa.large_string()))
    for code in how.missing:
        if code:
            is_code = pc.fill_null(pc.equal(distinct.texts, code), False)
            distinct.changed(f"the missing code {code}", "no value", is_code)
    distinct.texts = pc.if_else(missing, pa.scalar(None, pa.large_string()), distinct.texts)
    if how.kind in ("text", "list") and not how.codes:
        _blank_numbers(distinct, how)
    elif how.kind != "boolean" and not how.codes:
        _blank_respelt(distinct, how)


def _blank_numbers(distinct: Distinct, how: How) -> None:
    """Blank the texts that are the number of a missing code; a word is taken as it stands."""
    for code in how.missing:
        if pattern := normalise.same_number(code):
            same = pc.fill_null(pc.match_substring_regex(distinct.texts, pattern), False)
            distinct.blank(code, same.to_numpy(zero_copy_only=False))


def _blank_respelt(distinct: Distinct, how: How, taken: Container[str] = ()) -> None:
    """Blank other spellings of the missing codes, but for those of ``taken``, which mean more.

    Of numbers only words are looked at: the others are compared as numbers.
    """
    codes = normalise.spellings(code for code in how.missing if code)
    if not codes:
        return
    longest = max(len(code) for code in how.missing) + WIDER
    may_be = pc.less_equal(pc.utf8_length(distinct.texts), longest)
    if how.kind in NUMERIC:
        may_be = pc.and_(may_be, pc.invert(pc.match_substring_regex(distinct.texts, "[0-9]")))
    same: dict[str, list[int]] = {}
    for place in np.flatnonzero(pc.fill_null(may_be, False).to_numpy(zero_copy_only=False)):
        text = distinct.texts[int(place)].as_py()
        fold = normalise.folded(text)
        named = how.kind == "category" and not how.codes and fold.isdigit() and text[0] == "0"
        if fold in codes and fold not in taken and not named:
            same.setdefault(codes[fold] or fold, []).append(place)
    for code, found in same.items():
        mask = np.zeros(len(distinct.texts), dtype=bool)
        mask[found] = True
        distinct.blank(code, mask)


def _by_kind(distinct: Distinct, how: How) -> Typed:
    if how.codes:
        return _coded(distinct, how)
    if how.is_id and how.kind == "text":
        distinct.texts, masks = ids.read_ids(distinct, bool(how.days))
        faults = [(rule, message, distinct.mask(mask)) for rule, message, mask in masks]
        return Typed(distinct.spread(pd.array(distinct.texts, dtype="string")), {}, faults)
    if how.kind in FREE:
        values = distinct.spread(pd.array(distinct.texts, dtype="string"))
        return Typed(values, {}, _shortened(distinct, how))
    readers: dict[str, Callable[[Distinct, How], Typed]] = {
        "boolean": _yes_no,
        "date": _dates,
        "partial_date": _dates,
        "month": _months,
        "integer": _numbers,
        "number": _numbers,
        "censored": _numbers,
    }
    return readers[how.kind](distinct, how)


def _shortened(distinct: Distinct, how: How) -> list[tuple[str, str, pd.Series]]:
    """Return what is reported of texts that a spreadsheet has taken for numbers."""
    short = ids.scientific(distinct.texts)
    if how.kind == "list" or not short.any():
        return []
    return [("shortened", ids.SCIENTIFIC_TEXT, distinct.mask(short))]


def _coded(distinct: Distinct, how: How) -> Typed:
    """Return the values that the codes stand for; another spelling is a code if it is but one's.

    A text that is another spelling of a code and of a missing code is neither.
    """
    known = {
        str(code): value
        for code, value in (how.codes or {}).items()
        if how.kind != "boolean" or isinstance(value, bool)
    }
    others = normalise.spellings(known)
    gone = normalise.spellings(code for code in how.missing if code)
    if not how.exact:
        _blank_respelt(distinct, how, others)
    texts = distinct.texts.to_pylist()
    meant, near = [], []
    for text in texts:
        fold = None if text is None or text in known else normalise.folded(text)
        two = fold in gone or (fold and normalise.thousands(text) in others)
        other = None if two else others.get(fold)
        meant.append(text if text in known else None if how.exact else other)
        near.append(how.exact and other is not None)
    looked = how.several or (how.kind != "boolean" and not how.exact)
    many = _several(texts, meant, known, others) if looked else None
    several = many if many and how.several else [None] * len(texts)
    respelt = [code is not None and code != text for code, text in zip(meant, texts, strict=True)]
    unknown = [
        code is None and text is not None and many is None
        for code, text, many in zip(meant, texts, several, strict=True)
    ]
    distinct.changed("another spelling of a code", "the code", respelt)
    distinct.changed("several codes", "their values", [many is not None for many in several])
    dtype = "boolean" if how.kind == "boolean" else "string"
    one = [pd.NA if c is None else known[c] for c in meant]
    whole = [v if many is None else many for v, many in zip(one, several, strict=True)]
    values = pd.array(whole, dtype=dtype)
    translated = [c is not None and str(known[c]) != c for c in meant]
    distinct.changed("a code", "its value", translated)
    alike = np.array(near, dtype=bool)
    unknown = np.array(unknown, dtype=bool) & ~alike
    both = np.array([each is not None for each in many or several], dtype=bool) & unknown
    masks = {UNKNOWN: unknown & ~both, NOT_EXACT: alike, SEVERAL: both}
    faults = [("code", message, distinct.mask(mask)) for message, mask in masks.items()]
    return Typed(distinct.spread(values), {}, faults)


def _several(texts: list, meant: list, known: dict, others: dict) -> list[str | None]:
    """Return the values of the cells with several codes in one text; None of all other cells."""

    def value_of(part: str) -> str | None:
        code = part if part in known else others.get(normalise.folded(part))
        return None if code is None else known[code]

    found: list[str | None] = []
    for text, code in zip(texts, meant, strict=True):
        values = answers_in(text, value_of) if text is not None and code is None else None
        found.append(None if values is None else JOINED.join(values))
    return found


def _yes_no(distinct: Distinct, how: How) -> Typed:
    """Return yes and no; what spells a word for one and a missing code, too, is neither."""
    gone = normalise.spellings(code for code in how.missing if code)
    _blank_respelt(distinct, how, YES_NO)
    words = [None if t is None else t.casefold() for t in distinct.texts.to_pylist()]
    folds = [None if word is None else normalise.folded(word) for word in words]
    meant = [None if fold in gone else YES_NO.get(fold) for fold in folds]
    for word in sorted({w for w, m in zip(words, meant, strict=True) if m is not None} - PLAIN):
        same = [each == word for each in words]
        distinct.changed(word, str(YES_NO[normalise.folded(word)]).lower(), same)
    values = pd.array([pd.NA if m is None else m for m in meant], dtype="boolean")
    failed = [m is None and w is not None for m, w in zip(meant, words, strict=True)]
    return Typed(distinct.spread(values), {}, [_fault("boolean", "boolean", distinct.mask(failed))])


def _dates(distinct: Distinct, how: How) -> Typed:
    found = read_dates(distinct, how)
    beside = {} if how.kind == "date" else {UNTIL: distinct.spread(found.last)}
    faults = []
    for (rule, reason), mask in found.faults.items():
        _, message, rows = _fault(rule, how.kind, distinct.mask(mask))
        faults.append((rule, reason or message, rows))
    return Typed(distinct.spread(found.first), beside, faults)


def _months(distinct: Distinct, how: How) -> Typed:
    good = pc.fill_null(pc.match_substring_regex(distinct.texts, MONTH), False)
    values = pd.array(pc.if_else(good, distinct.texts, None), dtype="string")
    failed = pc.and_(pc.is_valid(distinct.texts), pc.invert(good)).to_numpy(zero_copy_only=False)
    return Typed(distinct.spread(values), {}, [_fault("type", "month", distinct.mask(failed))])


def _numbers(distinct: Distinct, how: How) -> Typed:
    found = read_numbers(distinct, how)
    typed = pd.array(found.values, dtype="Float64")
    typed[np.isnan(found.values)] = pd.NA
    if how.kind != "number":
        typed = typed.astype("Int64")
    beside = {}
    if how.kind == "censored":
        beside = {BOUND: distinct.spread(pd.array(found.bounds, dtype="string"))}
    faults = [_fault(rule, how.kind, distinct.mask(mask)) for rule, mask in found.faults.items()]
    return Typed(distinct.spread(typed), beside, faults)


def _fault(name: str, kind: str, mask: pd.Series) -> tuple[str, str, pd.Series]:
    message = MESSAGES.get(name) or f"the cell is not {EXPECTED[kind]}"
    return RULES.get(name, name), message, mask


def made_beside(kinds: Mapping[str, str]) -> list[str]:
    """Return the columns that the cells of others make, given the kind of each column."""
    return [f"{name}{ending}" for name, kind in kinds.items() for ending in BESIDE.get(kind, ())]


def empty_column(value: object, kind: str, index: pd.Index) -> Typed:
    """Return a column of which every row has one value, or none."""
    if kind in ("date", "partial_date"):
        values = pd.Series(
            pd.to_datetime(value, format="ISO8601"), index=index, dtype="datetime64[ns]"
        )
    else:
        missing = pd.NA if value is None else value
        values = pd.Series(missing, index=index, dtype=DTYPES.get(kind, "string"))
    nothing = pd.Series(pd.NA, index=index, dtype="string")
    beside = {BOUND: nothing} if kind == "censored" else {}
    return Typed(values, beside | ({UNTIL: values} if kind == "partial_date" else {}))
