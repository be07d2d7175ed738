"""The framework matrix: case by theme, with the summary that people wrote, and what was found.

Charting after Ritchie and Spencer (in Bryman and Burgess, Analyzing Qualitative Data, 1994). The
program writes no summary. A cell in which nothing was found is *absent* only where the theme was
asked of the person.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.cases import (
    SEGMENTS,
    asked_in,
    coder_counted,
    entry_named,
    interviews_taken,
    passages_of,
    people,
    whose,
    with_person,
)
from trialtrail.qualitative.codebook import entries, of_entry, where_of
from trialtrail.results.cells import nearest
from trialtrail.results.takes import TAKES, Takes, takes

FOUND, ABSENT, NOT_ASKED, UNKNOWN = "found", "absent", "not asked", "not known"
"""States of a cell; `UNKNOWN`: nothing was found, and whether it was asked is not known."""
NEEDED = ("case", "theme", "summary", "by", "on")
WHERE = "configuration, qualitative.cases.matrix.entries"
RULE = "a summary names its case, its theme, who wrote it and when, once"


def read_summaries(path: str | Path) -> list[dict[str, str]]:
    """Return the summaries that people wrote, one mapping a line, with its ``place`` in the file.

    Raises:
        StudyError: a column is missing, a line lacks a part, or a cell has two summaries.
    """
    label = Path(path).as_posix()
    text = Path(path).read_text(encoding="utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise _mistake(f"the column `{missing[0]}` is missing", label)
    found: list[dict[str, str]] = []
    seen: set[tuple[str, str]] = set()
    for row in reader:
        each = {name: (row[name] or "").strip() for name in NEEDED}
        empty = [name for name in NEEDED if not each[name]]
        if len(empty) == len(NEEDED):
            continue
        if empty:
            raise _mistake(f"`{empty[0]}` is empty", f"{label}, line {reader.line_num}")
        cell = (each["case"], each["theme"])
        if cell in seen:
            raise _mistake("the cell has a summary already", f"{label}, line {reader.line_num}")
        seen.add(cell)
        found.append(each | {"place": f"{label}, line {reader.line_num}"})
    return found


def _mistake(what: str, where: str) -> StudyError:
    return StudyError(what, where=where, rule=RULE, remedy="correct the file of the summaries")


def matrix_entries(table: pd.DataFrame, listed: Sequence[str] = ()) -> list[pd.Series]:
    """Return the entries of the codebook that are the columns: those listed, or all themes."""
    if listed:
        return [entry_named(table, name, WHERE) for name in listed]
    return [entry for _, entry in table[table["level"] == "theme"].iterrows()]


def build_framework_matrix(
    segments: pd.DataFrame,
    codebook: pd.DataFrame,
    held: pd.DataFrame,
    interviews: pd.DataFrame | None = None,
    summaries: Sequence[Mapping[str, str]] = (),
    settings: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Return a row for each case and theme, cases in the order of the register.

    Args:
        segments: the dataset.
        codebook: the validated table.
        held: the interviews held.
        interviews: the register.
        summaries: what `read_summaries` gives.
        settings: ``coder``, ``entries``, ``asked``, and the labels ``stages``.

    Raises:
        StudyError: a summary is of a case or a theme that there is not.
    """
    given = dict(settings or {})
    table = entries(codebook)
    columns = matrix_entries(table, given.get("entries") or ())
    asked = asked_in(held, given.get("asked") or {}, table)
    everybody = people(held)
    written = _by_cell(summaries, everybody, columns)
    coded = with_person(segments, held)
    coder = coder_counted(segments, given.get("coder"))
    found = {entry["row"]: _by_person(of_entry(coded, entry)) for entry in columns}
    of_coders = coded.groupby("person")["coder"].nunique().to_dict()
    took = {person: set(places) for person, places in held.groupby("person").groups.items()}
    rows = []
    for person in everybody.to_dict("records"):
        case = person["person"]
        about = _about(person, given) | {"interviews": len(took[case])}
        about |= {"of_coders": of_coders.get(case, 0)}
        for entry in columns:
            summary = written.get((case, entry["row"]), {})
            cell = {"row": f"{case}.{entry['row']}"} | about
            cell |= {"theme": entry["row"], "theme_label": entry["label"]}
            here = found[entry["row"]].get(case)
            cell |= _state(here, asked.of(entry["row"], took[case])) | _passages(here, coder)
            cell |= {
                "summary": summary.get("summary"),
                "summary_by": summary.get("by"),
                "summary_on": summary.get("on"),
                TAKES: _takes(person, entry, coder, interviews),
            }
            rows.append(cell)
    return rows


def _about(person: Mapping[str, Any], labels: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells that name a case."""
    stages = labels.get("stages") or {}
    then = [stages.get(stage, stage.replace("_", " ")) for stage in person["told_stages"]]
    about = {"case": person["person"], "label": person["whom"], "stages": ", ".join(then)}
    return about | {name: person[name] for name in ("role", "number") if pd.notna(person[name])}


@dataclass
class Found:
    """What coders found of an entry in the interviews of one person.

    Attributes:
        coders: coder -> number of passages; 0 where only a source as a whole was coded.
        places: the passages, each once: transcript, first character, and the one after the last.
    """

    coders: dict[str, int] = field(default_factory=dict)
    places: dict[tuple[str, int, int], None] = field(default_factory=dict)


def _by_person(under: pd.DataFrame) -> dict[str, Found]:
    """Return what was found of an entry, by person."""
    whole = set(under.index) - set(passages_of(under).index)
    columns = (under[name] for name in ("person", "coder", "document", "start", "end"))
    found: dict[str, Found] = {}
    for at, person, coder, document, start, end in zip(under.index, *columns, strict=True):
        here = found.setdefault(person, Found())
        here.coders[coder] = here.coders.get(coder, 0) + (at not in whole)
        if at not in whole:
            here.places[document, start, end] = None
    return found


def _state(here: Found | None, asked: bool | None) -> dict[str, Any]:
    """Return the state of a cell, and whether it was asked."""
    state = {True: ABSENT, False: NOT_ASKED, None: UNKNOWN}[asked]
    return {"state": FOUND if here else state, "asked": asked}


def _passages(here: Found | None, coder: str | None) -> dict[str, Any]:
    """Return the passages of a cell: by the coder counted, by each coder, and where they stand."""
    here = here or Found()
    return {
        "passages": here.coders.get(str(coder), 0),
        "coders": len(here.coders),
        "by_coder": "; ".join(f"{name} {n}" for name, n in sorted(here.coders.items())),
        "places": "; ".join(f"{name} {start}-{end}" for name, start, end in here.places),
    }


def _by_cell(
    summaries: Sequence[Mapping[str, Any]],
    everybody: pd.DataFrame,
    columns: Sequence[pd.Series],
) -> dict[tuple[str, str], Mapping[str, str]]:
    """Return the summaries by case and entry, once it is known that there are such."""
    known, rows = list(everybody["person"]), [str(entry["row"]) for entry in columns]
    found = {}
    for each in summaries:
        where = each["place"]
        if each["case"] not in known:
            near = nearest(each["case"], known)
            raise _mistake(f"nobody interviewed is `{each['case']}`{near}", where)
        if each["theme"] not in rows:
            near = nearest(each["theme"], rows)
            raise _mistake(f"the matrix has no theme `{each['theme']}`{near}", where)
        found[each["case"], each["theme"]] = each
    return found


def _takes(
    person: Mapping[str, Any],
    entry: pd.Series,
    coder: str | None,
    interviews: pd.DataFrame | None,
) -> list[dict[str, Any]]:
    """Return what a cell takes: the passages of the person under the entry, and the interviews."""
    own = whose(person)
    below = where_of(entry)
    place = Takes(SEGMENTS, ("document", "start", "end", "coder"), own | below)
    counted = Takes(SEGMENTS, ("code",), own | below | {"coder": coder})
    took = interviews_taken(interviews, **own)
    return [
        *takes(("passages",), counted),
        *takes(("state", "coders", "by_coder", "places"), place),
        *takes(("of_coders",), Takes(SEGMENTS, ("document", "coder"), own)),
        *takes(("state", "asked", "interviews", "label", "stages", "number"), *took),
    ]
