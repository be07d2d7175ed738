"""What the page shows of queries: the list with its filters, and one query with its record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from trialtrail import ROOT
from trialtrail.answering.queries_of_run import GRAVEST, QueriesOfRun
from trialtrail.answering.said_by_people import (
    CONFIRM,
    CORRECT,
    EXCLUDE,
    KINDS,
    MISSING,
    kind_of_value,
)
from trialtrail.answering.standing import NOTE, STATES, Standing
from trialtrail.forecast.query_effects import Effect
from trialtrail.validation.rules import REMEDIES, action, kind_of

A_PAGE = 50
"""Queries of one page of the list."""
ANY = ""
TO_BE_DONE = "to do"
"""The filter that takes all in which somebody has something to do, and notes if asked for them."""
TELL = {
    CORRECT: "Correct it",
    CONFIRM: "It is right as it is",
    MISSING: "There is no value",
    EXCLUDE: "Do not use it",
}
"""Kinds of answers, as a person chooses them."""
MEANS = {
    CORRECT: "The cell should have another value. The export itself stays as it is.",
    CONFIRM: "The raw value stays in use.",
    MISSING: "The cell counts as missing.",
    EXCLUDE: "The cell or, of a query of a whole record, the record is set aside.",
}
DOES = {
    "stop": "Until it is answered, the run stops here.",
    "set_aside": "Until it is answered, the value or the record is set aside.",
    "keep": "Until it is answered, it stays in use.",
}
OPTIONS = {"as it is": "right as it is", "set aside": "not used", "proposed": "corrected"}
IN_ERRORS = re.compile(r"((?:under )?[\d.]+) SE on ([^\s;]+)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Filter:
    """Which queries of the list are shown; each part may be `ANY`."""

    state: str = TO_BE_DONE
    severity: str = ANY
    export: str = ANY

    def takes(self, standing: Standing) -> bool:
        """Return whether a query is shown."""
        query = standing.query
        notes = self.severity == NOTE and standing.is_open_note
        to_do = self.state == TO_BE_DONE and (standing.to_do or notes)
        return (
            (to_do or self.state in (ANY, standing.state))
            and self.severity in (ANY, query["severity"])
            and self.export in (ANY, query["export"])
        )

    @property
    def words(self) -> dict[str, str]:
        """Return the filter as an address has it: what is not as it is by itself."""
        plain = Filter()
        parts = {"state": self.state, "severity": self.severity, "export": self.export}
        return {name: text for name, text in parts.items() if text != getattr(plain, name)}


def filter_of(given: Mapping[str, str], standings: Sequence[Standing]) -> Filter:
    """Return the filter that an address asks for; what there is none of counts for nothing."""
    exports = {standing.query["export"] for standing in standings}
    known = {
        "state": {*STATES, ANY, TO_BE_DONE},
        "severity": {*GRAVEST, ANY},
        "export": {*exports, ANY},
    }
    return Filter(**{n: given[n] for n, words in known.items() if given.get(n) in words})


def choices(standings: Sequence[Standing]) -> dict[str, dict[str, str]]:
    """Return for each part of the filter the words that can be chosen, with how many there are."""

    def counted(texts: Sequence[str], of: Sequence[str]) -> dict[str, str]:
        return {text: f"{text} ({of.count(text)})" for text in texts if text in of}

    states = [standing.state for standing in standings]
    to_do = sum(standing.to_do for standing in standings)
    exports = [standing.query["export"] for standing in standings]
    severities = [standing.query["severity"] for standing in standings]
    return {
        "state": {TO_BE_DONE: f"to do ({to_do})", ANY: f"all ({len(states)})"}
        | counted(list(STATES), states),
        "severity": {ANY: "all"} | counted(GRAVEST, severities),
        "export": {ANY: "all"} | counted(sorted(set(exports)), exports),
    }


def listed(standing: Standing, found: QueriesOfRun) -> dict[str, Any]:
    """Return what the list shows of a query."""
    query = standing.query
    effect = (found.effects or {}).get(query["query_id"])
    return {
        "id": query["query_id"],
        "place": place_of(query),
        "heading": query["column"] or "the whole record" if query["line"] else "the whole file",
        "message": query["message"],
        "found": query["found"],
        "severity": query["severity"],
        "rule": query["rule"],
        "state": standing.state,
        "effect": effect_in_words(effect) if effect else "",
    }


def place_of(query: Mapping[str, Any]) -> str:
    """Return where a query is, in words."""
    parts = [query["file"]]
    parts += [f"line {query['line']}"] if query["line"] is not None else []
    parts += [f"record {query['record']}"] if query["record"] else []
    return ", ".join(parts)


def rule_in_words(rule: str, actions: Mapping[str, str]) -> dict[str, str]:
    """Return what a rule finds, what its findings do, and what can be done at the source."""
    kind = kind_of(rule)
    return {
        "name": rule,
        "finds": _described().get(kind, ""),
        "does": DOES[action(rule, dict(actions))],
        "do": REMEDIES.get(kind, ""),
    }


@cache
def _described() -> dict[str, str]:
    """Return what each rule finds, as the configuration's own description has it."""
    import yaml

    path = ROOT / "schemas" / "configuration" / "validation.yaml"
    schema = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules = schema["$defs"]["actions"]["properties"]
    return {name: _plain(each["description"]) for name, each in rules.items()}


def _plain(text: str) -> str:
    return LINK.sub(r"\1", text).replace("`", "").strip()


def effects_shown(query_id: str, found: QueriesOfRun) -> list[dict[str, str]]:
    """Return what estimates would come of answers to a query, the primary ones first."""
    if found.options is None:
        return []
    rows = found.options[found.options["query_id"] == query_id]
    rows = rows[rows["estimate_row"].notna()]
    primary = rows["role"].eq("primary").fillna(False)
    return [
        {
            "answer": OPTIONS.get(row["option"], row["option"]),
            "estimate": row["estimate_row"],
            "role": row["role"],
            "would_be": _interval(row),
            "change": _change(row["change_in_errors"]),
            "other": bool(row["conclusion_changes"])
            if pd.notna(row["conclusion_changes"])
            else False,
        }
        for row in pd.concat([rows[primary], rows[~primary]]).to_dict("records")
    ]


def effect_in_words(effect: Effect) -> str:
    """Return the effect of a query with its unit written out, and what it moves first."""
    words = IN_ERRORS.sub(r"\1 standard errors on \2", effect.words)
    if not effect.primary:
        return words
    return IN_ERRORS.sub(
        r"moves the primary estimate \2 by up to \1 standard errors", effect.words, count=1
    ).replace(" SE on ", " standard errors on ")


def _interval(row: Mapping[str, Any]) -> str:
    if pd.isna(row["estimate"]):
        return ""
    text = f"{row['estimate']:.4g}"
    limits = pd.isna(row["lower"]) or pd.isna(row["upper"])
    return text if limits else f"{text} ({row['lower']:.4g} to {row['upper']:.4g})"


def _change(size: Any) -> str:
    if pd.isna(size) or not float(size):
        return "none"
    return f"{abs(float(size)):.3f} SE" if abs(float(size)) >= 0.0005 else "under 0.001 SE"


def answer_in_words(new_value: str) -> str:
    """Return an answer as people read it; a new value stands in quotation marks."""
    kind = kind_of_value(new_value)
    return f"Corrected to “{new_value}”" if kind == CORRECT else TELL[kind]


def kinds_shown(possible: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    """Return the kinds of answers that a query can have, in their order."""
    return [
        {"kind": kind, "tell": TELL[kind], "means": MEANS[kind], "chosen": kind == chosen}
        for kind in KINDS
        if not possible[kind]
    ]
