"""Changes of single cells as real life makes them, and what must come of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st
from raw_files import Sheet

SIGNS = "0123456789OIlxXé?.,;:/-+<>=%&'\"()@ \t\n"
INVISIBLE = "\u00a0\u00ad"
"""Signs that every encoding of the exports has."""
ELSEWHERE = "\u200b\u2060\ufeff\u202f\u2009\u2212\u2019\x00\x07"
"""Signs that only UTF-8 has, or that only broken programs write."""

RESPELT = ("-99.0", "-099", "-99,00", "nk", "99", "+99", "-99.000", '="-99"')
"""Other spellings of missing codes, and what only looks like one."""


@dataclass(frozen=True)
class Mutation:
    """A new text for one cell of one record (its place among the records of its sheet)."""

    export: str
    at: int
    column: str
    text: str


def _insert(draw, text: str, signs: str) -> str:
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(st.sampled_from(signs)) + text[place:]


def _delete(draw, text: str, signs: str) -> str:
    if not text:
        return text
    place = draw(st.integers(0, len(text) - 1))
    return text[:place] + text[place + 1 :]


def _replace(draw, text: str, signs: str) -> str:
    return _insert(draw, _delete(draw, text, signs), signs)


def _swap(draw, text: str, signs: str) -> str:
    if len(text) < 2:
        return text
    place = draw(st.integers(0, len(text) - 2))
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _case(draw, text: str, signs: str) -> str:
    return draw(st.sampled_from([text.upper(), text.lower(), text.title(), text.swapcase()]))


def _around(draw, text: str, signs: str) -> str:
    blank = draw(
        st.sampled_from([" ", "  ", "\t", *(s for s in INVISIBLE + signs if not s.strip())])
    )
    return draw(st.sampled_from([blank + text, text + blank, blank + text + blank]))


def _digit(draw, text: str, signs: str) -> str:
    places = [i for i, sign in enumerate(text) if sign.isdigit()]
    if not places:
        return text
    place = draw(st.sampled_from(places))
    return text[:place] + draw(st.sampled_from("0123456789")) + text[place + 1 :]


def _number(draw, text: str, signs: str) -> str:
    more = ["-" + text, "+" + text, text + ".0", text + ".5", text + "0", text.replace(".", ",")]
    more += [
        text + " kg",
        text + "?",
        ">" + text,
        "0" + text,
        text + "e1",
        text + ",000",
        text + ",",
        text + ".00",
        text + ".000",
        text.replace(".", ".1") + "00",
        f"1.{text}",
        f"{text},5",
    ]
    return draw(st.sampled_from(more))


def _day(draw, text: str, signs: str) -> str:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text, form)
        except ValueError:
            continue
        other = day + timedelta(draw(st.sampled_from([-366, -31, -1, 1, 7, 365])))
        forms = [form, "%d/%m/%y", "%m/%d/%Y", "%Y-%m-%d", "%d %b %Y", "%m/%Y", "%Y", "%d.%m.%Y"]
        forms += ["%d%m%Y", "%Y%m", "UN/%m/%Y", "%Y-%m--", "--/--/%Y", "%d Marble %Y", "%-d/%-m/%Y"]
        forms += [f"{form}T25:99", f"{form}T23:30-07:00", f"{form} 10:00", "%Y-%-m-%-d"]
        return draw(st.sampled_from([day, other])).strftime(draw(st.sampled_from(forms)))
    return text


def _protected(draw, text: str, signs: str) -> str:
    return draw(st.sampled_from([f'="{text}"', f"'{text}", f'="{text}', f"={text}"]))


def _spoilt(draw, text: str, signs: str) -> str:
    power = draw(st.sampled_from(["E+11", "E11", ".5E+3", ",00E+11", "000000000000000000"]))
    return text + power


def _nothing(draw, text: str, signs: str) -> str:
    return draw(st.sampled_from(["", " ", "-99", "NK", ".", "NA", "n/a", "-", "?", "0", *RESPELT]))


OPERATORS: tuple[Callable, ...] = (
    *(_insert, _delete, _replace, _swap, _case, _around, _digit, _number, _day, _nothing),
    *(_protected, _spoilt),
)


@st.composite
def mutations(draw, sheets: dict[str, Sheet], fixed: dict[str, set[str]], most: int = 15):
    """Draw changes of cells, no two in one record; ``fixed`` columns of an export stay."""
    found: dict[tuple[str, int], Mutation] = {}
    for _ in range(most):
        export = draw(st.sampled_from(sorted(sheets)))
        sheet = sheets[export]
        at = draw(st.integers(0, len(sheet.records) - 1))
        columns = [name for name in sheet.headings if name not in fixed.get(export, ())]
        column = draw(st.sampled_from(columns))
        old = sheet.records[at][column]
        if draw(st.integers(0, 9)) == 0:  # what stands elsewhere in the column
            other = draw(st.integers(0, len(sheet.records) - 1))
            new = sheet.records[other][column]
        else:
            signs = SIGNS + INVISIBLE + ("" if sheet.encoding == "cp1252" else ELSEWHERE)
            new = draw(st.sampled_from(OPERATORS))(draw, old, signs)
        if new != old:
            found[export, at] = Mutation(export, at, column, new)
    return list(found.values())
