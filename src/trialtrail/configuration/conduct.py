"""The facts of the conduct that a study states: what is wrong with them, and what is counted.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from trialtrail.configuration.checks import check_problems, known_columns, written_out
from trialtrail.configuration.schema import default_of

COLUMN, ORDER, CELL, ESTIMATES, STATED = "column", "earlier", "cell", "estimates", "stated_by"
RESTS = (COLUMN, ORDER, CELL, ESTIMATES, STATED)
"""Keys that say what a fact rests on; each fact has one of them."""
WITH = {
    COLUMN: ("is", "where"),
    ORDER: ("later", "at_least", "at_most"),
    CELL: ("out_of",),
}
"""Further keys of a fact, by what it rests on."""
LIMITS = ("at_least", "at_most")
FILLED = ("n", "denominator", "others", "unknown")
"""What may stand in braces in `otherwise`."""
PATH = ["conduct"]
Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


def conduct_problems(config: Mapping) -> Iterator[Problem]:
    """Yield what is wrong with the facts of the conduct."""
    facts = config.get("conduct", [])
    if not facts:
        return
    known = known_columns(dict(config))
    for name, count in Counter(fact["id"] for fact in facts).items():
        if count > 1:
            yield f"The id `{name}` stands {count} times", PATH, "rename one"
    for i, fact in enumerate(facts):
        path = [*PATH, i]
        wrong = list(_keys(fact, path))
        yield from wrong or _rests(fact, path, known, config)
        yield from _otherwise(fact, path)


def _keys(fact: Mapping, path: list) -> Iterator[Problem]:
    given = [key for key in RESTS if key in fact]
    name = fact["id"]
    if len(given) != 1:
        says = f"on {' and '.join(given)}" if given else "on nothing"
        do = f"give it one of {', '.join(RESTS)}"
        yield f"The fact `{name}` rests {says}", path, do
        return
    (rests,) = given
    for key in (key for keys in WITH.values() for key in keys):
        if key in fact and key not in WITH.get(rests, ()):
            yield f"A fact that rests on `{rests}` has no `{key}`", [*path, key], "take it out"
    needed = {COLUMN: "is", ORDER: "later"}.get(rests)
    if needed and needed not in fact:
        yield f"The fact `{name}` lacks `{needed}`", path, "add it"
    if rests == CELL and ("/" in fact[CELL]) != ("out_of" in fact):
        do = "name a row, as table#row, or a cell of it and that of the whole"
        yield f"The fact `{name}` names one cell and not of how many", [*path, CELL], do
    if rests == STATED and "holds" in fact:
        yield "A fact that is stated counts no rows", [*path, "holds"], "take it out"


def _rests(fact: Mapping, path: list, known: Mapping, config: Mapping) -> Iterator[Problem]:
    if COLUMN in fact:
        table, _, column = fact[COLUMN].partition(".")
        if table not in known:
            do = f"write one of {', '.join(known)}"
            yield f"`{table}` is not a table of the study", [*path, COLUMN], do
            return
        asked = {column: [COLUMN]} | {name: ["where"] for name in fact.get("where", {})}
        for name, at in asked.items():
            if name not in known[table]:
                do = f"write one of {', '.join(known[table])}"
                yield f"`{table}` has no `{name}`", [*path, *at], do
    if ORDER in fact:
        alone = {**config, "validation": {"checks": [_as_check(fact)]}}
        for what, at, do in check_problems(alone):
            yield what, [*path, *at[3:]], do


def _otherwise(fact: Mapping, path: list) -> Iterator[Problem]:
    try:
        names = [part[1] for part in string.Formatter().parse(fact.get("otherwise", ""))]
    except ValueError:
        names = ["{"]
    for name in names:
        if name is not None and name not in FILLED:
            do = f"what may stand in braces is {', '.join(FILLED)}"
            yield f"`otherwise` of the fact `{fact['id']}` has `{{{name}}}`", path, do


def _as_check(fact: Mapping) -> dict[str, Any]:
    limits = {key: fact[key] for key in ("at_least", "at_most") if key in fact}
    dates = {"earlier": fact[ORDER], "later": fact["later"]}
    return {"id": fact["id"], "kind": "order", **dates, **limits}


def conduct_written_out(config: Mapping, headings: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the facts with their defaults, and of two dates the check that compares them.

    Args:
        config: the configuration.
        headings: ``table.column`` -> what readers call it.
    """
    facts = []
    for fact in config.get("conduct", []):
        own = {"counted": default_of("conduct[].counted"), "holds": default_of("conduct[].holds")}
        out = {**own, **{key: value for key, value in fact.items() if key not in LIMITS}}
        if ORDER in fact:
            out["check"] = written_out(_as_check(fact), {})
            places = (out["check"][side] for side in ("first", "then"))
            names = [f"{place['table']}.{place['column']}" for place in places]
            out["source"] = " and ".join(headings.get(name, name) for name in names)
        elif COLUMN in fact:
            out["source"] = headings.get(fact[COLUMN], fact[COLUMN])
        if "label" in fact:
            out["source"] = fact["label"]
        facts.append(out)
    return facts


def results_of_conduct(facts: list[dict[str, Any]]) -> set[str]:
    """Return the result tables, and topics of `summaries`, that facts rest on."""
    named = {
        fact[key].partition("#")[0] for fact in facts for key in (CELL, "out_of") if key in fact
    }
    return named | ({ESTIMATES} if any(ESTIMATES in fact for fact in facts) else set())


def tables_of_conduct(facts: list[dict[str, Any]]) -> list[str]:
    """Return the validated tables that facts rest on, once each."""
    found = {}
    for fact in facts:
        if COLUMN in fact:
            found[fact[COLUMN].partition(".")[0]] = None
        if ORDER in fact:
            for side in ("first", "then"):
                place = fact["check"][side]
                terms = [term["table"] for term in place["terms"] if "table" in term]
                found |= dict.fromkeys([place["table"], *terms])
    names = list(found)
    needs_people = "screening" in names and len(names) > 1
    return list(dict.fromkeys([*names, *(["participants"] if needs_people else [])]))
