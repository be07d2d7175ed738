"""Registered queries: what each cell of the joint display asks of the data.

A query is a row or cell of a result table, a count of people with a theme, two such counts beside
each other, an item of the questionnaire, or a quotation. The short form of a configuration, the
address alone, is a query as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.patterns import Pattern, parse_pattern
from trialtrail.results.cells import Cells

STRANDS = ("interviews", "questionnaire", "trial")
CELL, PEOPLE, ITEM, QUOTATION = "cell", "people", "item", "quotation"
KINDS = (CELL, PEOPLE, ITEM, QUOTATION)
"""Keys of which a query has one: it says what is asked for."""
WHERE = "configuration, themes of the joint display"
OF_PEOPLE = ("role", "stage", "among", "against")


@dataclass(frozen=True)
class Query:
    """One registered query.

    Attributes:
        strand: whose finding it is: of the interviews, the questionnaire or the trial.
        kind: one of `KINDS`.
        asks: the address, the entry of the codebook, the item, or the number of the quotation.
        id: its name; empty where it is an address alone.
        label: what readers call it, where it is not what the row is called.
        role, stage: of whose interviews it counts; all where empty.
        among: a group of the people by what the trial knows of them: ``label`` and ``where``.
        against: the group beside it, where two are compared.
        pattern: what people expected beforehand.
        where: its place in the configuration, for messages.
    """

    strand: str
    kind: str
    asks: str
    id: str = ""
    label: str = ""
    role: str = ""
    stage: str = ""
    among: Mapping[str, Any] = field(default_factory=dict)
    against: Mapping[str, Any] = field(default_factory=dict)
    pattern: Pattern | None = None
    where: str = WHERE

    @property
    def source(self) -> str:
        """Return what is asked, as an address: of people with every condition on them.

        A query that asks another question has another source, and so another digest.
        """
        if self.kind == CELL:
            return self.asks
        if self.kind == ITEM:
            return f"questionnaire#{self.asks}"
        if self.kind == QUOTATION:
            return f"quotations#q{self.asks}"
        limits = [f"{name} {value}" for name in ("role", "stage") if (value := getattr(self, name))]
        for name in ("among", "against"):
            if group := getattr(self, name):
                limits.append(f"{name} " + ", ".join(conditions_in_words(group["where"])))
        return f"people#{self.asks}" + (f" ({'; '.join(limits)})" if limits else "")


def conditions_in_words(where: Mapping[str, Any]) -> Iterator[str]:
    """Yield the conditions on a group as text: ``arm = a``, ``visits at least 3``."""
    for name, wanted in where.items():
        if isinstance(wanted, Mapping):
            yield from (f"{name} {how.replace('_', ' ')} {limit}" for how, limit in wanted.items())
        else:
            listed = wanted if isinstance(wanted, list) else [wanted]
            yield f"{name} = {' or '.join(map(str, listed))}"


def queries_of(theme: Mapping[str, Any], cells: Cells, *, where: str = WHERE) -> list[Query]:
    """Return the queries of a theme of the display, strand by strand, in the order given.

    The interviews speak through the theme and its categories, unless the configuration lists what
    they show.

    Raises:
        StudyError: two queries of the theme have one id.
    """
    listed = {strand: list(theme.get(strand) or []) for strand in STRANDS}
    if not listed["interviews"]:
        listed["interviews"] = rows_below(theme["theme"], cells)
    found = [
        read_query(strand, given, where=where) for strand in STRANDS for given in listed[strand]
    ]
    ids = [query.id for query in found if query.id]
    for name in ids:
        if ids.count(name) > 1:
            raise StudyError(
                f"two queries have the id `{name}`",
                where=where,
                rule="a query of a theme has an id of its own",
                remedy="rename one of them",
            )
    return found


def rows_below(theme: str, cells: Cells) -> list[str]:
    """Return a theme and its categories, as rows of the table of codes."""
    rows = cells.table("codes", where=WHERE).rows
    below = [
        row
        for row, entry in rows.items()
        if entry["level"] == "category" and row.startswith(f"{theme}.")
    ]
    return [theme, *below]


def read_query(strand: str, given: str | Mapping[str, Any], *, where: str = WHERE) -> Query:
    """Return the query that an entry of a strand registers.

    Raises:
        StudyError: it asks for nothing or for two things, or has a pattern that is none.
    """
    if not isinstance(given, Mapping):
        return _short(strand, str(given), where)
    where = f"{where}, query {given.get('id', '')}".rstrip()
    kinds = [kind for kind in KINDS if kind in given]
    if len(kinds) != 1:
        raise StudyError(
            "a query asks for " + (" and ".join(f"`{kind}`" for kind in kinds) or "nothing"),
            where=where,
            rule=f"a query asks for one of {', '.join(KINDS)}",
            remedy="keep one of them, or write two queries",
        )
    (kind,) = kinds
    _check_conditions(kind, given, where)
    expect = given.get("expect")
    return Query(
        strand,
        kind,
        str(given[kind]),
        id=str(given.get("id") or ""),
        label=str(given.get("label") or ""),
        role=str(given.get("role") or ""),
        stage=str(given.get("stage") or ""),
        among=given.get("among") or {},
        against=given.get("against") or {},
        pattern=parse_pattern(expect, where=where) if expect else None,
        where=where,
    )


def _short(strand: str, text: str, where: str) -> Query:
    """Return the query of an address alone, which is read as the strand has it."""
    if strand == "interviews":
        return Query(strand, CELL, f"codes#{text}", where=where)
    return Query(strand, ITEM if strand == "questionnaire" else CELL, text, where=where)


def _check_conditions(kind: str, given: Mapping[str, Any], where: str) -> None:
    for name in OF_PEOPLE:
        if name in given and kind != PEOPLE:
            raise StudyError(
                f"`{name}` stands beside `{kind}`",
                where=where,
                rule="role, stage and groups choose among the people whom a query counts",
                remedy=f"take it out, or ask for `{PEOPLE}`",
            )
    if given.get("against") and not given.get("among"):
        raise StudyError(
            "`against` stands without `among`",
            where=where,
            rule="a comparison names both of its groups",
            remedy="give `among` as well",
        )
    if kind == QUOTATION and given.get("expect"):
        raise StudyError(
            "a pattern is registered of a quotation",
            where=where,
            rule="a pattern is about numbers; a quotation has none",
            remedy="register it of a count of people",
        )
