"""What a registered query finds: its numbers or words, and the cells that these take."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialtrail.analysis.measures import MEASURES, is_interaction, measure_of
from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.patterns import state_of
from trialtrail.qualitative.joint_display.people import Count, People
from trialtrail.qualitative.joint_display.queries import CELL, ITEM, PEOPLE, QUOTATION, Query
from trialtrail.results.cells import Address, Cells, UnknownRow, parse
from trialtrail.results.takes import RESULT, Takes, takes

NUMBERS = ("n", "denominator", "percent", "estimate", "lower", "upper")
"""Numbers of a row of a result table that a finding has."""
OTHER = ("n_other", "denominator_other", "percent_other")
"""Numbers of the second group of a comparison."""
ESTIMATES = "estimates"
DIGITS = 6
"""Significant digits that the digest of the evidence sees: a judgement does not hang on more."""


@dataclass(frozen=True)
class Sources:
    """What queries are asked of.

    Attributes:
        cells: the result tables.
        people: those interviewed, where the study has them.
        arms: arm -> what readers call it.
    """

    cells: Cells
    people: People | None = None
    arms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a query found.

    Attributes:
        row: its columns in the table of the joint display.
        takes: what its cells take, as of `trialtrail.results.takes.takes`.
        is_something: whether there is a finding: a number that is known and no count of nobody, or
            words.
    """

    row: dict[str, Any]
    takes: list[dict[str, Any]]
    is_something: bool


def ask(query: Query, sources: Sources) -> Found:
    """Return what a query finds, and whether the pattern registered of it holds.

    Raises:
        StudyError: no such table, row, column, item, quotation or entry of the codebook.
    """
    found = ASKED[query.kind](query, sources)
    row = {"strand": query.strand, "source": query.source, "query": query.id, "kind": query.kind}
    row |= found.row | ({"label": query.label} if query.label else {})
    if query.pattern:
        facts = row | _named_groups(row, query, sources)
        row["expect"] = query.pattern.text
        row["shown"] = state_of(query.pattern, facts, where=query.where)
    return Found(row, found.takes, found.is_something)


def digest_line(row: Mapping[str, Any]) -> str:
    """Return what the digest of a verdict sees of a finding: its source, numbers and words."""
    shown = [rounded(row.get(name)) for name in (*NUMBERS, "value")]
    parts = [row["source"], *shown]
    if any(row.get(name) is not None for name in OTHER):
        parts += [rounded(row.get(name)) for name in OTHER]
    if row.get("kind") == QUOTATION:
        words = hashlib.sha256(str(row["text"]).encode()).hexdigest()
        parts += [words, "verbatim" if row["verbatim"] else "not verbatim"]
    return " ".join(parts)


def rounded(number: float | None) -> str:
    """Return a number with the digits that a digest sees, nothing where there is none."""
    return "" if number is None else format(number, f".{DIGITS}g")


def _of_cell(query: Query, sources: Sources) -> Found:
    """Return a row of a result table with its numbers, or the number of one cell."""
    cells, where = sources.cells, query.where
    address = parse(query.source, where=where)
    row = cells.row(address, where=where)
    found = {"label": row.get("label", address.row), "unit": row.get("unit", "")}
    columns = (address.column,) if address.column else tuple(n for n in NUMBERS if n in row)
    values = {
        name: cells.number(Address(address.table, address.row, name), where=where)
        for name in columns
    }
    table = cells.canonical(address)
    at = {"row": table.row}
    taken = {
        name: takes(
            ("value",) if address.column else (name,), Takes(f"{RESULT}:{table.table}", (name,), at)
        )
        for name in columns
    }
    known = [value for value in values.values() if value is not None]
    nobody = "estimate" not in values and values.get("n") == 0
    found |= {"value": values[address.column]} if address.column else values
    return Found(found, _joined(taken), bool(known) and not nobody)


def _of_people(query: Query, sources: Sources) -> Found:
    """Return how many people have a theme, of all or of one group, or of two beside each other."""
    people = sources.people
    if people is None:
        raise StudyError(
            "people are to be counted, and the study has no interviews with codings",
            where=query.where,
            rule="people with a theme are counted in the coded interviews",
            remedy="supply interviews, transcripts, codebook and segments",
        )
    one = people.count(query, query.among or None)
    found = {"label": people.label(query.asks, where=query.where), "unit": "people"}
    found |= _counted(one)
    found |= {name: asked for name in ("role", "stage") if (asked := getattr(query, name))}
    taken = {
        "n": takes(("n",), *one.counted),
        "denominator": takes(("denominator",), *one.out_of),
        "percent": takes(("percent",), *one.counted) + takes(("percent",), *one.out_of),
    }
    if query.among:
        found["group"] = str(query.among["label"])
    if query.against:
        other = people.count(query, query.against)
        found |= {f"{name}_other": value for name, value in _counted(other).items()}
        found["group_other"] = str(query.against["label"])
        both = takes(("percent_other",), *other.counted) + takes(("percent_other",), *other.out_of)
        taken |= {
            "n_other": takes(("n_other",), *other.counted),
            "denominator_other": takes(("denominator_other",), *other.out_of),
            "percent_other": both,
        }
    return Found(found, _joined(taken), one.n > 0 or bool(found.get("n_other")))


def _counted(count: Count) -> dict[str, Any]:
    share = 100 * count.n / count.of if count.of else None
    return {"n": count.n, "denominator": count.of, "percent": share}


def _of_quotation(query: Query, sources: Sources) -> Found:
    """Return the words of a quotation as they are printed, and what their speaker is called."""
    cells, where = sources.cells, query.where
    address = parse(query.source, where=where)
    row = cells.row(address, where=where)
    found = {
        "label": f"Quotation {query.asks}",
        "text": row["text"],
        "verbatim": row["verbatim"] == "True" and row["printable"] == "True",
        "speaker": row["label"],
    }
    at, table = {"row": address.row}, f"{RESULT}:{address.table}"
    taken = {
        "text": takes(("text",), Takes(table, ("text",), at)),
        "verbatim": takes(("verbatim",), Takes(table, ("verbatim", "printable"), at)),
        "speaker": takes(("speaker",), Takes(table, ("label",), at)),
    }
    return Found(found, _joined(taken), True)


def _of_item(query: Query, sources: Sources) -> Found:
    try:
        return _of_cell(query, sources)
    except UnknownRow as problem:
        raise UnknownRow(
            problem.what,
            where=problem.where,
            rule="an item of the questionnaire is named by its id",
            remedy="correct the id; one in free words has no count",
        ) from None


ASKED = {CELL: _of_cell, ITEM: _of_item, PEOPLE: _of_people, QUOTATION: _of_quotation}


def _named_groups(row: Mapping[str, Any], query: Query, sources: Sources) -> dict[str, Any]:
    """Return by which names a pattern may speak of what a finding compares, and no difference."""
    if query.kind == PEOPLE:
        named = {name: (row[name],) for name in ("group", "group_other") if name in row}
        return named if query.against else {}
    if query.kind != CELL or not query.source.startswith(f"{ESTIMATES}#"):
        return {}
    effect = sources.cells.row(parse(query.source, where=query.where), where=query.where)
    measure = effect.get("measure", "")
    known = measure in MEASURES or is_interaction(measure)
    arms = {"group": effect.get("arm", ""), "group_other": effect.get("reference", "")}
    named: dict[str, Any] = {
        name: (arm, *((sources.arms[arm],) if arm in sources.arms else ()))
        for name, arm in arms.items()
    }
    return named | {"nothing": measure_of(measure).nothing if known else 0.0}


def _joined(parts: Mapping[str, Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [entry for each in parts.values() for entry in each]
