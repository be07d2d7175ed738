"""A small study of interviews with every case that the tables of people must tell apart.

Roles: coach (3 people), patient (3 people), clerk (1 person). The clerk was interviewed at both
stages, everybody else at one; one patient declined, and one held interview has no transcript.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

TEXTS = {
    "c1": "At first nobody came. Then she rang me and we talked.",
    "c2": "I had no time. It was worth it all the same.",
    "c3": "They were kind. I would do it again.",
    "p1": "I was afraid of her. Later I told her all.",
    "p2": "She came each week. My sister told me otherwise.",
    "k1": "The list was long.",
    "k2": "The list was longer.",
}
REGISTER = [
    ("i1", "coach", 1, "early", "interviewed", "c1"),
    ("i2", "coach", 2, "early", "interviewed", "c2"),
    ("i3", "coach", 3, "late", "interviewed", "c3"),
    ("i4", "patient", 1, "early", "interviewed", "p1"),
    ("i5", "patient", 2, "late", "interviewed", "p2"),
    ("i6", "patient", 3, "late", "interviewed", None),
    ("i7", "patient", 4, "late", "declined", None),
    ("i8", "clerk", 1, "early", "interviewed", "k1"),
    ("i9", "clerk", 1, "late", "interviewed", "k2"),
]
CODES = [
    ("fear", "Fear", "start", "Start", "trust", "Trust"),
    ("openness", "Openness", "growth", "Growth", "trust", "Trust"),
    ("doubt", "Doubt", "growth", "Growth", "trust", "Trust"),
    ("time", "Time", None, None, "load", "Load"),
    ("worth", "Worth it", None, None, "load", "Load"),
]
CODINGS = [
    ("c1", "openness", "then she rang me and we talked", "ab"),
    ("c2", "time", "I had no time", "ab"),
    ("c2", "worth", "It was worth it all the same", "b"),
    ("p1", "fear", "I was afraid of her", "ab"),
    ("p1", "openness", "I told her all", "a"),
    ("p2", "doubt", "My sister told me otherwise", "a"),
    ("k1", "time", "The list was long", "ab"),
    ("k2", "time", "The list was longer", "b"),
]
QUOTATIONS = [
    ("1", "trust", "p1", "I was afraid of her."),
    ("2", "trust", "p1", "Later I told her all."),
    ("3", "load", "c2", "I had no time. It"),
    ("4", "trust", "c3", "They were kind."),
    ("5", "trust", "p2", "My sister told me otherwise."),
    ("6", None, "k1", "The list was long."),
]
KINDS = {"number": "Int64", "start": "Int64", "end": "Int64"}


def register(**more: list[Any]) -> pd.DataFrame:
    """Return the interview register, with further columns."""
    names = ["interview_id", "role", "number", "stage", "status", "document"]
    texts = dict.fromkeys([*names[:2], *names[3:]], "string")
    return pd.DataFrame(REGISTER, columns=names).astype(texts | {"number": "Int64"}).assign(**more)


def codebook() -> pd.DataFrame:
    """Return the validated codebook."""
    names = ["code", "label", "category", "category_label", "theme", "theme_label"]
    return pd.DataFrame(CODES, columns=names, dtype="string")


def transcripts() -> pd.DataFrame:
    """Return the transcripts."""
    return pd.DataFrame(list(TEXTS.items()), columns=["document", "text"], dtype="string")


def segments(codings: list[tuple[str, str, str, str]] | None = None) -> pd.DataFrame:
    """Return the dataset of segments: a row for each coder of each of ``codings``."""
    about = {code: (category, theme) for code, _, category, _, theme, _ in CODES}
    people = {row[5]: row[1:4] for row in REGISTER if row[5]}
    rows = []
    for document, code, words, coders in CODINGS if codings is None else codings:
        start = TEXTS[document].lower().index(words.lower())
        role, number, stage = people[document]
        category, theme = about[code]
        for coder in coders:
            row = {"document": document, "role": role, "number": number, "stage": stage}
            row |= {"code": code, "category": category, "theme": theme, "coder": coder}
            rows.append(row | {"start": start, "end": start + len(words), "kind": "text"})
    texts = ("document", "role", "stage", "code", "category", "theme", "coder", "kind")
    return pd.DataFrame(rows).astype(dict.fromkeys(texts, "string") | KINDS)


def quotations(**changed: Any) -> pd.DataFrame:
    """Return the result table of the quotations, as far as the tables of people read it."""
    rows = []
    for number, theme, document, words in QUOTATIONS:
        start = TEXTS[document].index(words)
        row = {"row": f"q{number}", "quotation": number, "theme": theme, "document": document}
        row |= {"start": start, "end": start + len(words), "text": words, "printable": True}
        rows.append(row)
    texts = dict.fromkeys(("row", "quotation", "theme", "document", "text"), "string")
    return pd.DataFrame(rows).astype(texts).assign(**changed)
