"""Flags of all texts that are looked through, and what people decided of each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.quotation_edits import BRACKETED, Edit
from trialtrail.qualitative.quoted_passages import Passage
from trialtrail.qualitative.word_disclosure import (
    CAPITALISED,
    GENERALISE,
    HIDDEN,
    KEEP,
    LISTED,
    MASK,
    MASKS,
    RARE,
    RULES,
    UNDECIDED,
    Flag,
    Lists,
    flags_in,
    flags_in_prose,
)

COLUMNS = [
    *("flag", "texts", "item", "document", "start", "end", "rule", "list", "words", "around"),
    *("decision", "printed", "by", "decided_on", "why", "stops"),
]
QUOTATIONS, TEXTS, SEGMENTS = "quotations", "texts", "segments"
LABELS = {
    HIDDEN: "Name that has a pseudonym",
    "identifier": "Number of a participant or provider",
    LISTED: "Word of a list",
    "e_mail": "E-mail address",
    "web_address": "Web address",
    "telephone": "Telephone number",
    "postcode": "Postcode",
    "date": "Date",
    "address": "Address",
    "titled_name": "Title and name",
    CAPITALISED: "Word with a capital within a sentence",
    "age": "Age",
    "family_size": "Number of children",
    RARE: "Fact that few share",
}
"""What readers call the rules."""
NAME = "[name]"
DETAIL = "[detail]"


def check_rules(lists: Lists, stops: Collection[str]) -> None:
    """Refuse rules of the study's own that cannot be used, and names of no rule.

    Raises:
        StudyError: an expression cannot be read, it has the name of another rule, or `stops` names
            none.
    """
    for name, pattern in lists.patterns.items():
        where = f"qualitative.disclosure.patterns.{name}"
        try:
            empty = bool(re.compile(pattern).match(""))
        except re.error as error:
            raise StudyError(
                f"the expression cannot be read: {error.msg}", where=where, remedy="correct it"
            ) from None
        if name in RULES or empty:
            what = "has the name of another rule" if name in RULES else "finds the empty text"
            raise StudyError(f"the rule {what}", where=where, remedy="change it")
    for name in stops:
        if name not in RULES and name not in lists.patterns:
            raise StudyError(
                f"there is no rule `{name}`",
                where="qualitative.disclosure.stops",
                rule="a rule is one of: " + ", ".join((*RULES, *lists.patterns)),
                remedy="correct the name",
            )


def flags_of_passages(
    passages: Mapping[str, Passage], documents: Mapping[str, str], lists: Lists
) -> list[dict]:
    """Return the flags of what is printed of each quotation, before anything is decided.

    ``start`` and ``end`` are those of the transcript; missing within words of an edit, which only
    the edit itself can change.
    """
    rows = []
    for number, passage in passages.items():
        places = passage.offsets
        added = [span for span in places.printed if span[0] < span[1]]
        for flag in flags_in(passage.printed, lists):
            own = _row(flag, QUOTATIONS, f"q{number}", documents.get(number, ""))
            if any(a <= flag.start and flag.end <= b for a, b in added):
                own |= {"start": pd.NA, "end": pd.NA}
            else:
                own["start"] = places.to_raw(flag.start)
                own["end"] = places.to_raw(flag.end, end=True)
            rows.append(own)
    return rows


def flags_of_prose(texts: Mapping[str, str], lists: Lists) -> list[dict]:
    """Return the flags of the study's prose, by the name of the file; offsets are the file's."""
    return [
        _row(flag, TEXTS, name, "")
        for name, text in texts.items()
        for flag in flags_in_prose(text, lists)
    ]


def flags_of_segments(segments: pd.DataFrame, texts: Mapping[str, str], lists: Lists) -> list[dict]:
    """Return the flags of the stretches of transcripts that are coded, each once.

    Words that a coding cuts are looked at whole.
    """
    rows = []
    for document, text in texts.items():
        spans = segments.loc[segments["document"] == document, ["start", "end"]].dropna()
        joined = _joined(spans.itertuples(index=False, name=None))
        for flag in flags_in(text, lists) if joined else ():
            if any(flag.start < end and start < flag.end for start, end in joined):
                rows.append(_row(flag, SEGMENTS, document, document))
    return rows


def decided(
    rows: list[dict], decisions: pd.DataFrame | None, stops: Collection[str]
) -> pd.DataFrame:
    """Return the flags with what people decided of each, in the order of the texts.

    Raises:
        StudyError: a decision cannot be carried out: its words are not in square brackets, or
            stand within an edit.
    """
    known = {} if decisions is None else {d["flag"]: d for d in decisions.to_dict("records")}
    for row in rows:
        decision = known.get(row["flag"], {})
        row["decision"] = decision.get("decision", UNDECIDED)
        row |= {name: _given(decision.get(name)) for name in ("by", "decided_on", "why")}
        row["printed"] = _printed(row, _given(decision.get("text")))
        row["stops"] = row["rule"] in stops
    return pd.DataFrame(rows, columns=COLUMNS).astype({"start": "Int64", "end": "Int64"})


def unused_decisions(flags: pd.DataFrame, decisions: pd.DataFrame | None) -> list[str]:
    """Return the decisions on flags that are no longer there, by their digest."""
    if decisions is None:
        return []
    return sorted(set(decisions["flag"]) - set(flags["flag"]))


def edits_decided(flags: pd.DataFrame, row: str) -> list[Edit]:
    """Return what people's decisions change in the quotation ``row``."""
    chosen = flags[
        (flags["texts"] == QUOTATIONS)
        & (flags["item"] == row)
        & flags["decision"].isin([MASK, GENERALISE])
    ]
    return [
        Edit(int(each["start"]), int(each["end"]), "disclosure", *(each[n] for n in TOLD))
        for each in chosen.to_dict("records")
    ]


TOLD = ("printed", "why", "by")


def undecided_rules(flags: pd.DataFrame, row: str) -> list[str]:
    """Return the rules that stop a quotation, for nobody has decided their flags."""
    chosen = flags[
        (flags["texts"] == QUOTATIONS)
        & (flags["item"] == row)
        & (flags["decision"] == UNDECIDED)
        & flags["stops"]
    ]
    return sorted(set(chosen["rule"]))


def counts_of(flags: pd.DataFrame, stops: Collection[str], scanned: Iterable[str]) -> list[dict]:
    """Return how many flags each rule has in each kind of text; a text without any has no row."""
    rows = []
    for texts in scanned:
        own = flags[flags["texts"] == texts]
        for rule in dict.fromkeys([*(r for r in RULES if r in set(own["rule"])), *own["rule"]]):
            of_rule = own[own["rule"] == rule]["decision"]
            numbers = {
                name: int((of_rule == decision).sum())
                for name, decision in (
                    ("kept", KEEP),
                    ("masked", MASK),
                    ("generalised", GENERALISE),
                    ("undecided", UNDECIDED),
                )
            }
            label = LABELS.get(rule, rule.replace("_", " ").capitalize())
            named = {"row": f"{texts}.{rule}", "texts": texts, "rule": rule, "label": label}
            rows.append(named | {"flags": len(of_rule), "stops": rule in stops} | numbers)
    return rows


def _row(flag: Flag, texts: str, item: str, document: str) -> dict:
    return {
        "flag": flag.id,
        "texts": texts,
        "item": item,
        "document": document,
        "start": flag.start,
        "end": flag.end,
        "rule": flag.rule,
        "list": flag.list,
        "words": flag.words,
        "around": flag.around,
    }


def _printed(row: Mapping, text: str) -> str:
    """Return what stands for the words of a flag; empty where they are kept."""
    if row["decision"] not in (MASK, GENERALISE):
        return ""
    where = f"table disclosure_decisions, flag {row['flag']} ({row['rule']} in {row['item']})"
    if row["texts"] == TEXTS or pd.isna(row["start"]):
        raise StudyError(
            "a decision is about words that people wrote",
            where=where,
            rule="words of an edit or of the study's prose are changed where they are written",
            remedy="change them there, or decide to keep them",
        )
    if row["decision"] == GENERALISE and not text:
        raise StudyError(
            "a decision to generalise does not say what is printed",
            where=where,
            rule="`text` holds it, in square brackets",
            remedy="fill in `text`, or decide to mask",
        )
    usual = MASKS.get(row["rule"], DETAIL if row["rule"] == RARE else NAME)
    printed = text or usual
    if not BRACKETED.fullmatch(printed):
        raise StudyError(
            "what is printed for words that are not told is not in square brackets",
            where=where,
            rule="readers are told of each change",
            remedy="write `text` in square brackets",
        )
    return printed


def _given(value: object) -> str:
    if value is None or pd.isna(value):
        return ""
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches without overlap, in order."""
    joined: list[list[int]] = []
    for start, end in sorted((int(a), int(b)) for a, b in spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return [(a, b) for a, b in joined]
