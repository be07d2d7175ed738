"""Fragility of qualitative claims: each without every person, and by each coder alone.

A claim *rests on one person* where it no longer holds without somebody, and *on one coder* where it
does not hold by the codings of some coder alone. That a theme or category was found holds as long
as it was found in one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.cases import (
    SEGMENTS,
    entry_named,
    interviews_taken,
    people,
    with_person,
)
from trialtrail.qualitative.codebook import entries, of_entry, where_of
from trialtrail.results.cells import nearest
from trialtrail.results.takes import TAKES, Takes, takes

FOUND = "found"
"""Kind and prefix of the claims that are always there: it was found in somebody."""
KINDS = ("at_least", "in_every", "more_in")
"""Kinds of claims that people register, by their key."""
WHOLE, WITHOUT, ALONE = "whole", "without", "alone"
"""What a row is of: everything, all but one person, one coder's segments."""
WHERE = "configuration, qualitative.cases.claims"


@dataclass(frozen=True)
class Claim:
    """A claim about where an entry of the codebook was found.

    Attributes:
        id: its name, which begins its rows.
        text: the claim in words; of `FOUND`, the label of the entry.
        entry: the entry of the codebook.
        kind: `FOUND` or one of `KINDS`.
        value: the least number of people; or ``role`` or ``stage``; or the two compared.
    """

    id: str
    text: str
    entry: pd.Series
    kind: str = FOUND
    value: Any = 1


def claims_of(table: pd.DataFrame, given: Sequence[Mapping[str, Any]] = ()) -> list[Claim]:
    """Return the claims of each theme and category, then those that people registered.

    Raises:
        StudyError: a claim names no entry of the codebook, no kind or several, or an id twice.
    """
    found = [
        Claim(f"{FOUND}.{entry['row']}", str(entry["label"]), entry)
        for _, entry in table[table["level"].isin(["theme", "category"])].iterrows()
    ]
    for each in given:
        kinds = [kind for kind in KINDS if kind in each]
        where = f"{WHERE}, {each['id']}"
        if len(kinds) != 1:
            raise StudyError(
                f"the claim `{each['id']}` says {'nothing' if not kinds else 'several things'}",
                where=where,
                rule=f"a claim has one of {', '.join(KINDS)}",
                remedy="write one of them",
            )
        name = f"claim.{each['id']}"
        if name in [claim.id for claim in found]:
            raise StudyError(
                f"two claims are called `{each['id']}`",
                where=where,
                rule="each claim has a name of its own",
                remedy="rename one of them",
            )
        entry = entry_named(table, each["entry"], where)
        found.append(Claim(name, each["text"], entry, kinds[0], each[kinds[0]]))
    return found


@dataclass(frozen=True)
class Groups:
    """Who is in which role and stage of all people interviewed."""

    role: Mapping[str, frozenset[str]]
    stage: Mapping[str, frozenset[str]]

    def named(self, name: str, where: str) -> frozenset[str]:
        """Return the people of a role or a stage.

        Raises:
            StudyError: there is no such role or stage.
        """
        both = {**self.stage, **self.role}
        if name not in both:
            raise StudyError(
                f"no role or stage is named `{name}`{nearest(name, both)}",
                where=where,
                rule="a claim compares two roles or two stages of the register",
                remedy="correct the name",
            )
        return both[name]


def groups_of(held: pd.DataFrame) -> Groups:
    """Return the people of each role and of each stage."""
    by = {
        name: {str(key): frozenset(own["person"]) for key, own in held.groupby(name, sort=False)}
        for name in ("role", "stage")
    }
    return Groups(by["role"], by["stage"])


def holds(claim: Claim, where_found: set[str], everybody: set[str], groups: Groups) -> bool:
    """Return whether a claim holds of the people in whom the entry was found.

    The roles and stages are those of all people interviewed, whoever is left out. `more_in`
    compares the shares of the people interviewed in either group; a group without anybody has none.
    """
    if claim.kind in (FOUND, "at_least"):
        return len(where_found) >= int(claim.value)
    if claim.kind == "in_every":
        each = getattr(groups, claim.value)
        return bool(each) and all(where_found & people for people in each.values())
    first, second = (groups.named(name, f"{WHERE}, {claim.id}") & everybody for name in claim.value)
    if not first or not second:
        return False
    return len(where_found & first) * len(second) > len(where_found & second) * len(first)


def measure_fragility(
    segments: pd.DataFrame,
    codebook: pd.DataFrame,
    held: pd.DataFrame,
    interviews: pd.DataFrame | None = None,
    given: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Return for each claim a row of everything, one without each person, one of each coder alone.

    ``n`` are the people in whom the entry was found, of the ``denominator`` who were interviewed.
    The row of everything says besides in how many the least was found without one person and by one
    coder alone, and how many people and coders the claim rests on, each by itself.
    """
    table = entries(codebook)
    coded = with_person(segments, held)
    everybody = people(held)
    groups = groups_of(held)
    coders = sorted(coded["coder"].unique())
    rows = []
    for claim in claims_of(table, given):
        passages = of_entry(coded, claim.entry)
        rows += list(_rows(claim, passages, everybody, coders, groups))
    for row in rows:
        row[TAKES] = _takes(row, interviews)
    return rows


def _rows(
    claim: Claim,
    passages: pd.DataFrame,
    everybody: pd.DataFrame,
    coders: Sequence[str],
    groups: Groups,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one claim, that of everything first."""
    all_people = set(everybody["person"])
    found = set(passages["person"])
    by_coder = {name: set(passages.loc[passages["coder"] == name, "person"]) for name in coders}

    def row(scope: str, who: set[str], of: set[str], **more: Any) -> dict[str, Any]:
        about = {"claim": claim.id, "label": claim.text, "kind": claim.kind, "scope": scope}
        about |= {"entry": claim.entry["row"], "level": claim.entry["level"]}
        about |= {"n": len(who), "denominator": len(of), "holds": holds(claim, who, of, groups)}
        return about | {"row": claim.id, "ids": where_of(claim.entry)} | more

    without, alone = [], []
    for person in everybody.to_dict("records"):
        name = person["person"]
        more = {"row": f"{claim.id}.{WITHOUT}.{name}", "without": person["whom"]}
        without.append(row(WITHOUT, found - {name}, all_people - {name}, **more))
    for coder, who in by_coder.items():
        more = {"row": f"{claim.id}.{ALONE}.{coder}", "coder": coder}
        alone.append(row(ALONE, who, all_people, **more))
    whole = row(WHOLE, found, all_people)
    if len(alone) < 2:
        alone = []
    yield whole | _rests(whole, without, alone)
    yield from without
    yield from alone


def _rests(
    whole: Mapping[str, Any], without: list[dict[str, Any]], alone: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what a claim that holds rests on, and how far its count goes down."""
    people = [each["without"] for each in without if whole["holds"] and not each["holds"]]
    coders = [each["coder"] for each in alone if whole["holds"] and not each["holds"]]
    ground = [name for name, one in (("one person", people), ("one coder", coders)) if one]
    # Several people may be called alike: who is few is told by the role alone.
    several = [f"{name} ({n})" if n > 1 else name for name, n in Counter(people).items()]
    return {
        "least_without": min((each["n"] for each in without), default=None),
        "least_alone": min((each["n"] for each in alone), default=None),
        "people_it_rests_on": len(people),
        "coders_it_fails_by": len(coders),
        "rests_on": ", ".join(ground) or None,
        "people_named": ", ".join(several) or None,
        "coders_named": ", ".join(coders) or None,
    }


def _takes(row: dict[str, Any], interviews: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Return what a row takes: the passages of the entry, and the people interviewed."""
    below = row.pop("ids")
    coder = {"coder": row["coder"]} if row.get("coder") else {}
    coded = Takes(SEGMENTS, ("document",), below | coder)
    everybody = interviews_taken(interviews)
    counts = ("n", "least_without", "least_alone", "people_it_rests_on", "coders_it_fails_by")
    told = ("holds", "coder", "coders_named")
    return [
        *takes((*counts, *told), coded),
        *takes((*counts, "denominator", "people_named", "without"), *everybody),
    ]
