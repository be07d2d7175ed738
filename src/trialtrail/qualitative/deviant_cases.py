"""Cases against propositions: what people found and resolved, checked; and whom to look at.

Who is a deviant case is for people to say. The program checks that what they say of it exists, and
lists apart, by rule, people of whom nobody has said anything yet: those coded with a code that was
declared contrary, and those who were asked and in whom nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.cases import (
    SEGMENTS,
    Asked,
    asked_in,
    entry_named,
    interviews_taken,
    people,
    whose,
    with_person,
)
from trialtrail.qualitative.codebook import entries, of_entry, where_of
from trialtrail.qualitative.codings import found_at
from trialtrail.qualitative.contrary import Contrary, contrary_entries, contrary_segments
from trialtrail.results.cells import nearest
from trialtrail.results.takes import TAKES, Takes, takes

PROPOSITION, CASE, LOOK = "proposition", "case", "to look at"
RULE = "a case against a proposition is a person of the register, with words of that person"
CONTRARY_CODE = "coded with what was declared contrary"
NOTHING_FOUND = "asked, and nothing was found"


@dataclass(frozen=True)
class Interviewed:
    """What the cases are checked against.

    Attributes:
        interviews: the register, None where there is none.
        held: the interviews held.
        segments: the coded segments with ``person``.
        quotations: the result table, None where the study has none.
        texts: the text of each transcript by document.
        table: the entries of the codebook.
        contrary: what was declared contrary.
        asked: who was asked what.
    """

    interviews: pd.DataFrame | None
    held: pd.DataFrame
    segments: pd.DataFrame
    quotations: pd.DataFrame | None
    texts: Mapping[str, str]
    table: pd.DataFrame
    contrary: Sequence[Contrary]
    asked: Asked


def interviewed_of(
    held: pd.DataFrame,
    segments: pd.DataFrame,
    codebook: pd.DataFrame,
    texts: Mapping[str, str],
    settings: Mapping[str, Any] | None = None,
    interviews: pd.DataFrame | None = None,
    quotations: pd.DataFrame | None = None,
) -> Interviewed:
    """Return what the cases are checked against.

    ``settings`` are ``contrary`` and ``asked`` of the configuration.
    """
    given, table = dict(settings or {}), entries(codebook)
    return Interviewed(
        interviews,
        held,
        with_person(segments, held),
        quotations,
        texts,
        table,
        contrary_entries(given.get("contrary") or {}, table),
        asked_in(held, given.get("asked") or {}, table),
    )


def check_deviant_cases(
    propositions: Sequence[Mapping[str, Any]], known: Interviewed
) -> list[dict[str, Any]]:
    """Return a row for each proposition, each case against it, and each person to look at.

    Raises:
        StudyError: a proposition is named twice or of no entry; a case is nobody of the register,
            or its words are not verbatim words of that person.
    """
    rows: list[dict[str, Any]] = []
    for given in propositions:
        where = f"configuration, qualitative.cases.propositions, {given['id']}"
        if any(row["row"] == given["id"] for row in rows):
            raise _mistake(f"two propositions are called `{given['id']}`", where)
        entry = entry_named(known.table, given["entry"], where)
        cases = [
            _case(given, number, case, known, f"{where}, case {number}")
            for number, case in enumerate(given.get("cases") or [], start=1)
        ]
        look = list(_to_look_at(given, entry, {case["case"] for case in cases}, known))
        search = given.get("search") or {}
        about = {"row": given["id"], "kind": PROPOSITION, "proposition": given["id"]}
        about |= {"text": given["text"], "entry": entry["row"], "entry_label": entry["label"]}
        about |= {"cases": len(cases), "to_look_at": len(look)}
        about |= {"says": search.get("how"), "by": search.get("by"), "on": search.get("on")}
        held = interviews_taken(known.interviews)
        coded = _below(entry, {}), *(_below(each.entry, {}) for each in known.contrary)
        about[TAKES] = [e for each in (*coded, *held) for e in takes(("to_look_at",), each)]
        rows += [about, *cases, *look]
    return rows


def _case(
    given: Mapping[str, Any],
    number: int,
    case: Mapping[str, Any],
    known: Interviewed,
    where: str,
) -> dict[str, Any]:
    """Return the row of a case against a proposition, once its person and words are found."""
    everybody = people(known.held).set_index("person", drop=False)
    if case["case"] not in everybody.index:
        near = nearest(case["case"], everybody.index)
        raise _mistake(f"nobody interviewed is `{case['case']}`{near}", where)
    person = everybody.loc[case["case"]]
    row = _about(person) | _words(case, person, known, where)
    row |= {"row": f"{given['id']}.case.{number}", "kind": CASE, "proposition": given["id"]}
    row |= {name: case[name] for name in ("says", "resolved", "by", "on")}
    own = interviews_taken(known.interviews, **whose(person))
    row[TAKES] = [*takes(("label", "number"), *own), *row.pop(TAKES, [])]
    return row


def _words(
    case: Mapping[str, Any], person: pd.Series, known: Interviewed, where: str
) -> dict[str, Any]:
    """Return the words that show a case: a quotation of the person, or a passage.

    Raises:
        StudyError: there is no such quotation, it is not the person's, or it is not verbatim.
    """
    if "quotation" in case:
        table = known.quotations
        numbers = [] if table is None else [str(each) for each in table["quotation"]]
        if str(case["quotation"]) not in numbers:
            near = nearest(str(case["quotation"]), numbers)
            raise _mistake(f"there is no quotation `{case['quotation']}`{near}", where)
        found = table.iloc[numbers.index(str(case["quotation"]))]
        if found["document"] not in person["documents"]:
            raise _mistake("the quotation is not of this person", where)
        if not bool(found["printable"]):
            raise _mistake("the quotation is not verbatim in its transcript", where)
        place = Takes("validated:quotations", ("document", "start", "end", "text"))
        own = {"quotation": str(found["quotation"])}
        taken = takes(("words", "document", "start", "end"), _where(place, own))
        words = {"quotation": str(found["quotation"]), "words": found["text"]}
        words |= {name: found[name] for name in ("document", "start", "end")}
        return words | {TAKES: taken}
    if "passage" not in case:
        return {}
    passage = case["passage"]
    if passage["document"] not in person["documents"]:
        raise _mistake("the passage is not of an interview with this person", where)
    start = found_at(passage["text"], known.texts.get(passage["document"], ""), 0)
    if start is None:
        raise _mistake("the passage does not stand in the transcript, to the last space", where)
    text = Takes("validated:transcripts", ("text",), {"document": passage["document"]})
    taken = takes(("words", "document", "start", "end"), text)
    words = {"words": passage["text"], "document": passage["document"]}
    return words | {"start": start, "end": start + len(passage["text"]), TAKES: taken}


def _to_look_at(
    given: Mapping[str, Any], entry: pd.Series, told: set[str], known: Interviewed
) -> Iterator[dict[str, Any]]:
    """Yield the people whom a rule offers, and of whom people have not told."""
    against = contrary_segments(known.segments, known.contrary, entry)
    found = set(of_entry(known.segments, entry)["person"])
    for _, person in people(known.held).iterrows():
        name = person["person"]
        took = known.held[known.held["person"] == name]
        own = against[against["person"] == name]
        why = CONTRARY_CODE if len(own) else ""
        if not why and name not in found and known.asked.of(entry["row"], took.index):
            why = NOTHING_FOUND
        if not why or name in told:
            continue
        row = _about(person)
        row |= {"row": f"{given['id']}.look.{name}", "kind": LOOK, "proposition": given["id"]}
        row |= {"why": why, "codes": ", ".join(dict.fromkeys(own["code"])) or None}
        passages = [
            _below(each.entry, whose(person)) for each in known.contrary if each.is_against(entry)
        ]
        row[TAKES] = [
            *(
                e
                for each in (*passages, _below(entry, whose(person)))
                for e in takes(("why", "codes"), each)
            ),
            *takes(("label", "number"), *interviews_taken(known.interviews, **whose(person))),
        ]
        yield row


def _below(entry: Mapping[str, Any], where: Mapping[str, Any]) -> Takes:
    return Takes(SEGMENTS, ("document", "code"), {**where, **where_of(entry)})


def _where(taken: Takes, where: Mapping[str, Any]) -> Takes:
    return Takes(taken.table, taken.columns, where)


def _about(person: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells that name a person."""
    about = {"case": person["person"], "label": person["whom"]}
    return about | {name: person[name] for name in ("role", "number") if pd.notna(person[name])}


def _mistake(what: str, where: str) -> StudyError:
    return StudyError(what, where=where, rule=RULE, remedy="correct the configuration")
