"""Balance of quotations: who is quoted, against who was coded and who was interviewed.

A quotation counts where it may be printed. It is of the person whose transcript holds it. It was
*coded under its theme* by a coder of whom a segment of that theme shares a character with it; by
how many the larger part of it was coded is told beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from trialtrail.qualitative.cases import (
    PERSON,
    REGISTER,
    SEGMENTS,
    coder_counted,
    in_stage,
    interviews_taken,
    passages_of,
    people,
    took_place,
    whose,
    with_person,
)
from trialtrail.qualitative.codebook import entries, of_entry, where_of
from trialtrail.qualitative.contrary import Contrary, contrary_entries, contrary_segments
from trialtrail.results.takes import TAKES, Takes, takes

QUOTED = "validated:quotations"
HALF = 2
"""A coder put the larger part under the theme from one character in two on."""


@dataclass(frozen=True)
class Material:
    """What the balance is counted from.

    Attributes:
        interviews: the register, None where there is none.
        held: the interviews held, as `cases.held_interviews` gives them.
        quotations: those that may be printed, with ``person``, ``coders`` and the like.
        segments: the coded segments with ``person``.
        against: the segments that speak against something.
        coder: whose passages are counted.
        knows_contrary: whether people said what speaks against what.
    """

    interviews: pd.DataFrame | None
    held: pd.DataFrame
    quotations: pd.DataFrame
    segments: pd.DataFrame
    against: pd.DataFrame
    coder: str | None
    knows_contrary: bool


@dataclass(frozen=True)
class Group:
    """People, and what of them a row is about.

    Attributes:
        about: cells of the row that name it.
        people: the people, as `cases.people` gives them.
        stage: the stage whose interviews count, empty for all.
        theme: the entry of the codebook that the row is of, None for all.
        where: by what its rows are found in the register and among the segments.
    """

    about: Mapping[str, Any]
    people: pd.DataFrame
    stage: str = ""
    theme: pd.Series | None = None
    where: Mapping[str, Any] = field(default_factory=dict)


def coders_under_theme(
    quotation: Mapping[str, Any], segments: pd.DataFrame
) -> tuple[set[str], set[str]]:
    """Return who coded a part of a quotation, and who the half of it or more.

    ``segments`` are those of its theme. Characters that a coder marked twice count once.
    """
    start, end = int(quotation["start"]), int(quotation["end"])
    own = segments[segments["document"] == quotation["document"]]
    own = own[(own["start"] < end) & (own["end"] > start)]
    any_part, half = set(), set()
    for coder, marked in own.groupby("coder"):
        covered = set()
        for first, last in zip(marked["start"], marked["end"], strict=True):
            covered |= set(range(max(start, int(first)), min(end, int(last))))
        any_part.add(str(coder))
        if HALF * len(covered) >= end - start:
            half.add(str(coder))
    return any_part, half


def is_contrary(quotation: Mapping[str, Any], against: pd.DataFrame, tagged: set[str]) -> bool:
    """Return whether people tagged a quotation as contrary, or coded a part of it so."""
    if {str(quotation["row"]), str(quotation["quotation"])} & tagged:
        return True
    own = against[against["document"] == quotation["document"]]
    return bool(((own["start"] < quotation["end"]) & (own["end"] > quotation["start"])).any())


def judged_quotations(
    quotations: pd.DataFrame,
    segments: pd.DataFrame,
    against: pd.DataFrame,
    tagged: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the quotations with by how many coders each was coded under its theme, of how many.

    ``coders`` and ``coders_half`` are missing where no theme is given; ``of_coders`` are the
    coders who marked anything in the transcript.
    """
    rows = []
    for each in quotations.to_dict("records"):
        of = segments.loc[segments["document"] == each["document"], "coder"].nunique()
        each |= {"of_coders": of, "contrary": is_contrary(each, against, set(map(str, tagged)))}
        if pd.notna(each["theme"]):
            under = segments[segments["theme"] == each["theme"]]
            part, half = coders_under_theme(each, under)
            each |= {"coders": len(part), "coders_half": len(half)}
        rows.append(each)
    more = ["coders", "coders_half", "of_coders", "contrary"]
    made = pd.DataFrame(rows, columns=[*quotations.columns, *more])
    return made.astype(dict.fromkeys(more[:3], "Int64") | {"contrary": "boolean"})


def balance_quotations(
    quotations: pd.DataFrame,
    segments: pd.DataFrame,
    codebook: pd.DataFrame,
    held: pd.DataFrame,
    interviews: pd.DataFrame | None = None,
    settings: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Return a row for all people, each role, stage, theme and person, and for each quotation.

    Args:
        quotations: the result table; those that are not ``printable`` do not count.
        segments: the dataset.
        codebook: the validated table.
        held: the interviews held.
        interviews: the register.
        settings: ``coder``, ``contrary``, ``contrary_quotations``, and the labels ``roles`` and
            ``stages`` of the configuration.

    Each row has, under `TAKES`, what its cells take.
    """
    given = dict(settings or {})
    table = entries(codebook)
    declared = contrary_entries(given.get("contrary") or {}, table)
    coded = with_person(passages_of(segments), held)
    against = contrary_segments(coded, declared)
    shown = with_person(quotations[quotations["printable"].astype("boolean").fillna(False)], held)
    shown = judged_quotations(shown, coded, against, given.get("contrary_quotations") or ())
    coder = coder_counted(segments, given.get("coder"))
    knows = bool(declared or given.get("contrary_quotations"))
    material = Material(interviews, held, shown, coded, against, coder, knows)
    themes = [entry for _, entry in table[table["level"] == "theme"].iterrows()]
    rows = [counted(each, material, declared) for each in groups(held, themes, given)]
    greatest = max((row["quotations"] for row in rows if row["level"] == "person"), default=0)
    for row in rows:
        if row["level"] == "person":
            row["most"] = bool(greatest) and row["quotations"] == greatest
    return [*rows, *quotation_rows(material)]


def groups(
    held: pd.DataFrame, themes: Sequence[pd.Series], labels: Mapping[str, Any]
) -> Iterator[Group]:
    """Yield whom the rows are about: all, roles, stages, both, themes, people."""
    everybody = people(held)
    roles, stages = labels.get("roles") or {}, labels.get("stages") or {}
    yield Group({"row": "all", "level": "all", "label": "All people interviewed"}, everybody)
    known_roles = list(dict.fromkeys(everybody["role"].dropna()))
    known_stages = list(dict.fromkeys(held["stage"].dropna()))
    named = {role: roles.get(role, role.replace("_", " ").capitalize()) for role in known_roles}
    then = {stage: stages.get(stage, stage.replace("_", " ")) for stage in known_stages}
    for role in known_roles:
        own = everybody[everybody["role"] == role]
        about = {"row": f"role.{role}", "level": "role", "label": named[role], "role": role}
        yield Group(about, own, where={"role": role})
    for stage in known_stages:
        about = {"row": f"stage.{stage}", "level": "stage", "label": then[stage], "stage": stage}
        yield Group(about, in_stage(everybody, stage), stage, where={"stage": stage})
    for role in known_roles:
        for stage in known_stages:
            own = in_stage(everybody[everybody["role"] == role], stage)
            if own.empty:
                continue
            about = {"row": f"role_stage.{role}.{stage}", "level": "role_stage"}
            about |= {"label": f"{named[role]}, {then[stage]}", "role": role, "stage": stage}
            yield Group(about, own, stage, where={"role": role, "stage": stage})
    for theme in themes:
        about = {"row": f"theme.{theme['row']}", "level": "theme", "label": theme["label"]}
        yield Group(about | {"theme": theme["theme"]}, everybody, theme=theme)
    for place in range(len(everybody)):
        own = everybody.iloc[[place]]
        person = own.iloc[0].to_dict()
        about = {"row": f"person.{person['person']}", "level": "person"}
        about |= {"label": person["whom"]}
        about |= {name: person[name] for name in PERSON if pd.notna(person[name])}
        yield Group(about, own, where=whose(person))


def counted(group: Group, material: Material, declared: Sequence[Contrary]) -> dict[str, Any]:
    """Return the row of a group."""
    who = set(group.people["person"])
    coded, shown, against = (
        _of_group(each, who, group.stage)
        for each in (material.segments, material.quotations, material.against)
    )
    if group.theme is not None:
        coded = of_entry(coded, group.theme)
        shown = shown[(shown["theme"] == group.theme["theme"]).fillna(False)]
        against = contrary_segments(_of_group(material.segments, who), declared, group.theme)
    quoted = set(shown["person"])
    themed = shown[shown["coders"].notna()]
    speaks = set(against["person"])
    row = dict(group.about) | {
        "interviewed": len(who),
        "coded": coded["person"].nunique(),
        "quoted": len(quoted),
        "not_quoted": len(set(coded["person"]) - quoted),
        "passages": int((coded["coder"] == material.coder).sum()),
        "quotations": len(shown),
        "of_quotations": len(material.quotations),
        "coded_by_none": int((themed["coders"] == 0).sum()),
        "coded_by_one": int((themed["coders"] == 1).sum()),
        "coded_by_several": int((themed["coders"] > 1).sum()),
    }
    if material.knows_contrary:
        row |= {
            "contrary": int(shown["contrary"].sum()),
            "against": len(speaks),
            "against_quoted": len(speaks & set(shown.loc[shown["contrary"], "person"])),
        }
    if group.about["level"] != "person":
        counts = shown["person"].value_counts()
        row |= {"greatest_of_one": int(counts.max()) if len(counts) else 0}
        row |= {"people_of_greatest": int((counts == counts.max()).sum()) if len(counts) else 0}
    return row | {TAKES: _takes(group, material, declared)}


def _of_group(table: pd.DataFrame, who: set[str], stage: str = "") -> pd.DataFrame:
    chosen = table["person"].isin(who)
    if stage:
        chosen &= (table["stage"] == stage).fillna(False)
    return table[chosen]


def _takes(group: Group, material: Material, declared: Sequence[Contrary]) -> list[dict[str, Any]]:
    """Return what the cells of a group's row take."""
    where, theme = dict(group.where), {}
    if group.theme is not None:
        theme = where_of(group.theme)
    did = took_place(material.interviews)
    register = Takes(REGISTER, PERSON, did | where, ("document",), ("document",))
    speaker = [] if material.interviews is None else [register]
    first = Takes(SEGMENTS, ("document",), where | theme)
    coded = [first, *(replace(each, needs=()) for each in speaker)]
    own = where if material.interviews is None else {}
    quoted = [Takes(QUOTED, ("document",), own | theme), *speaker]
    under = Takes(SEGMENTS, ("document", "theme", "start", "end", "coder"), theme)
    contrary = [
        Takes(SEGMENTS, ("document",), where | where_of(each.entry))
        for each in declared
        if group.theme is None or each.is_against(group.theme)
    ]
    place = replace(quoted[0], columns=("document", "start", "end", "theme"))
    judged = [place, *speaker, under]
    passages = Takes(SEGMENTS, ("code",), where | theme | {"coder": material.coder})
    every = Takes(QUOTED, ("document",), {})
    counts = ("quoted", "quotations", "greatest_of_one", "people_of_greatest")
    return [
        *takes(("interviewed", "label"), *interviews_taken(material.interviews, **where)),
        *takes(("coded",), *coded),
        *takes(("not_quoted",), *coded),
        *takes(counts, *quoted),
        *takes(("not_quoted",), *quoted),
        *takes(("passages",), passages),
        *takes(("of_quotations",), every),
        *takes(("coded_by_none", "coded_by_one", "coded_by_several"), *judged),
        *takes(("contrary", "against_quoted"), *quoted),
        *(e for each in contrary for e in takes(("contrary", "against", "against_quoted"), each)),
    ]


def quotation_rows(material: Material) -> list[dict[str, Any]]:
    """Return a row for each quotation: by how many coders it was coded under its theme."""
    rows = []
    by_document = material.held.dropna(subset=["document"]).set_index("document")
    for each in material.quotations.to_dict("records"):
        speaker = by_document.loc[each["document"]]
        own = {"quotation": str(each["quotation"])}
        place = Takes(QUOTED, ("document", "start", "end", "theme"), own)
        theme = {} if pd.isna(each["theme"]) else {"theme": each["theme"]}
        here = {"document": each["document"]}
        coded = Takes(SEGMENTS, ("theme", "start", "end", "coder"), here | theme)
        anyhow = Takes(SEGMENTS, ("code", "start", "end", "coder"), here)
        row = {"row": f"quotation.{each['row']}", "level": "quotation", "label": speaker["whom"]}
        row |= {name: speaker[name] for name in (*PERSON, "stage") if pd.notna(speaker[name])}
        row |= {
            "theme": each["theme"],
            "contrary": int(each["contrary"]) if material.knows_contrary else None,
        }
        row |= {name: each[name] for name in ("coders", "coders_half", "of_coders")}
        cells = [
            *takes(("coders", "coders_half", "label"), place, coded),
            *takes(("of_coders", "contrary"), place, anyhow),
        ]
        rows.append(row | {TAKES: cells})
    return rows
