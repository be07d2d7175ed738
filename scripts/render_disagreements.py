"""Render where coders differ, for people to decide: a page, and the same as a file to fill."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from trialtrail.pages import render_page
from trialtrail.qualitative.agreement.readers import reading, segments_used
from trialtrail.qualitative.agreement.spans import union
from trialtrail.qualitative.codebook import codebook_of, entries
from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.consensus import APPLIED, BOTH, KEEP, NEITHER, OWN, STALE
from trialtrail.qualitative.disagreements import (
    Place,
    around,
    disagreements,
    places,
    shared,
)
from trialtrail.record import Rows, run
from trialtrail.report.fonts import inlined
from trialtrail.tables import read_optional, read_result, read_table, write_csv
from trialtrail.trail.pages.page import embedded
from trialtrail.trail.pages.policy import script_policy

SAID = {
    "edges": "other edges",
    "no counterpart": "no counterpart",
    "other code": "another code",
}
"""How a kind of disagreement is called on the page."""
DECIDED = ("decision", "start", "end", "code", "by", "on", "why")
FILE_COLUMNS = ("id", "evidence", "document", "marked_code", *DECIDED)
"""Columns of the file that the page saves; the next run reads it."""
BEFORE = 400
"""Characters of the turn before that are shown."""


def pieces(text: str, start: int, end: int, own: Sequence, theirs: Sequence) -> list[dict]:
    """Return a text in pieces, marked by this reader (``own``), by others alone, or none."""
    cuts = {start, end}
    for span in (*own, *theirs):
        cuts |= {min(max(edge, start), end) for edge in span}
    found: list[dict] = []
    for first, last in pairwise(sorted(cuts)):
        sides = (("own", own), ("theirs", theirs))
        marked = next((n for n, spans in sides if shared((first, last), union(spans))), "")
        if found and found[-1]["marked"] == marked:
            found[-1]["text"] += text[first:last]
        else:
            found.append({"text": text[first:last], "marked": marked})
    return found


def side(place: Place, reader: str, text: str, bounds: tuple, marked: pd.DataFrame) -> dict:
    """Return what one reader did at a place: the turns with their passages, dates and memos."""
    start, end, before = bounds
    own = place.spans.get(reader, ())
    theirs = [span for name, spans in place.spans.items() if name != reader for span in spans]
    mine = marked[marked["coder"] == reader]
    dates = sorted(mine["coded_on"].dropna().dt.strftime("%Y-%m-%d").unique())
    memos = mine["memo"].dropna().unique() if "memo" in mine else []
    return {
        "reader": reader,
        "before": _end_of(text[before:start]),
        "pieces": pieces(text, start, end, own, theirs),
        "marked": bool(own),
        "passages": [text[first:last] for first, last in own],
        "dates": dates,
        "memos": list(memos),
    }


def _end_of(turn: str) -> str:
    """Return a turn, or its last part."""
    turn = turn.strip()
    return turn if len(turn) <= BEFORE else f"… {turn[-BEFORE:]}"


def items(
    found: Sequence[Place],
    tables: Mapping[str, pd.DataFrame],
    labels: Mapping[str, str],
    names: Mapping[str, str],
) -> list[dict]:
    """Return what the page shows of each disagreement, in the order given.

    Args:
        found: the disagreements.
        tables: segments, transcripts and turns.
        labels: code -> what readers call it.
        names: document -> whose words it holds.
    """
    segments, texts = tables["segments"], texts_by_document(tables["transcripts"])
    by_place = {key: each for key, each in segments.groupby(["document", "code"])}
    in_document = {key: each for key, each in segments.groupby("document")}
    turns = _turns(tables["turns"])
    shown = []
    for place in found:
        text = texts[place.document]
        bounds = around(text, place.start, place.end, turns.get(place.document, ()))
        marked = _inside(by_place[place.document, place.code], place)
        sides = [side(place, reader, text, bounds, marked) for reader in place.readers]
        there = _inside(in_document[place.document], place)
        for each in sides:
            other = there[(there["coder"] == each["reader"]) & (there["code"] != place.code)]
            each["also"] = [labels.get(code, code) for code in dict.fromkeys(other["code"])]
        shown.append(
            {
                "id": place.id,
                "evidence": place.evidence,
                "document": place.document,
                "name": names.get(place.document, place.document),
                "code": place.code,
                "label": labels.get(place.code, place.code),
                "kind": place.kind,
                "said": SAID[place.kind],
                "characters": place.characters,
                "readers": list(place.readers),
                "marked": list(place.spans),
                "start": place.start,
                "end": place.end,
                "from": bounds[0],
                "sides": sides,
            }
        )
    return shown


def _turns(turns: pd.DataFrame) -> dict[str, list[tuple[int, int]]]:
    """Return the turns of each document, in their order."""
    return {
        document: list(zip(mine["start"].tolist(), mine["end"].tolist(), strict=True))
        for document, mine in turns.groupby("document")
    }


def _inside(segments: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the segments that share a character with a place."""
    return segments[(segments["start"] < place.end) & (segments["end"] > place.start)]


def document_names(segments: pd.DataFrame, roles: Mapping[str, str], stages: Mapping) -> dict:
    """Return for each document whose words it holds, as far as the register knows."""
    found = {}
    for each in segments.drop_duplicates("document").to_dict("records"):
        if pd.isna(each["role"]):
            continue
        name = roles.get(each["role"], each["role"])
        number = "" if pd.isna(each["number"]) else f" {each['number']}"
        stage = "" if pd.isna(each["stage"]) else f", {stages.get(each['stage'], each['stage'])}"
        found[each["document"]] = f"{name}{number}{stage}"
    return found


def to_fill(shown: Sequence[Mapping], decisions: Mapping[str, Mapping]) -> pd.DataFrame:
    """Return a row a disagreement, with what each reader marked, and columns for the decision."""
    rows = []
    for each in shown:
        row = {
            "id": each["id"],
            "kind": each["kind"],
            "document": each["document"],
            "marked_code": each["code"],
            "label": each["label"],
            "characters": each["characters"],
            "first": each["start"],
            "after_last": each["end"],
        }
        for place in each["sides"]:
            row[f"marked_by_{place['reader']}"] = " … ".join(place["passages"])
        given = decisions.get(each["id"], {})
        row |= {name: given.get(name, pd.NA) for name in DECIDED}
        rows.append(row | {"evidence": each["evidence"]})
    marked = dict.fromkeys(f"marked_by_{reader}" for each in shown for reader in each["readers"])
    first = ["id", "kind", "document", "marked_code", "label", "characters", "first", "after_last"]
    return pd.DataFrame(rows, columns=[*first, *marked, *DECIDED, "evidence"])


def given_in(paths: Sequence[str]) -> list[dict]:
    """Return the decisions of the file, with their states, as texts; of no file none."""
    tables = [read_result(path) for path in paths]
    rows = [row for table in tables for row in table.to_dict("records")]
    whole = ("start", "end", "line")
    return [
        {
            name: "" if pd.isna(value) else str(int(value)) if name in whole else str(value)
            for name, value in row.items()
        }
        for row in rows
    ]


def options(readers: Sequence[str]) -> list[dict]:
    """Return what may be decided of a disagreement of these readers."""
    kept = [{"value": f"{KEEP} {reader}", "label": f"As {reader}"} for reader in readers]
    return [
        *kept,
        {"value": BOTH, "label": "All that anybody marked"},
        {"value": NEITHER, "label": "Nothing"},
        {"value": OWN, "label": "Other edges"},
    ]


def main(job) -> dict[str, Rows]:
    """Read the codings, the counts and the decisions; write the page and the file to fill."""
    tables = {
        "segments": read_table(job.input.segments),
        "transcripts": read_table(job.input.transcripts),
    }
    tables["turns"] = read_table(job.input.turns)
    segments, texts = tables["segments"], texts_by_document(tables["transcripts"])
    read = reading(segments, list(texts), job.params.readers)
    found = disagreements(places(segments, texts, read))
    codebook = read_optional(job.input, "codebook")
    listed = entries(codebook_of(segments["code"]) if codebook is None else codebook)
    codes = listed[listed["code"] != ""]
    labels = dict(zip(codes["code"], codes["label"], strict=True))
    names = document_names(segments, job.params.roles, job.params.stages)
    shown = items(found, tables, labels, names)
    given = given_in(job.input.consensus)
    applied = {each["row"]: each for each in given if each["state"] == APPLIED}
    write_csv(to_fill(shown, applied), job.output.csv)
    script = "\n".join(Path(path).read_text("utf-8") for path in job.input.scripts)
    style = "\n".join(Path(path).read_text("utf-8") for path in job.input.css)
    counts = read_result(job.input.counts)
    counts["code"] = counts["row"].map(codes.set_index("row")["code"]).fillna("")
    render_page(
        job.input.page,
        job.output.page,
        title=job.params.title,
        synthetic=job.params.synthetic,
        css=Markup(inlined(style, Path(job.input.page).parent)),
        script=Markup(script),
        policy=script_policy(script),
        coders=list(read.index[read.any(axis="columns")]),
        counts=counts.to_dict("records"),
        names=names,
        most=counts.groupby("level")["characters"].max().to_dict(),
        shown=shown,
        given=applied,
        stale=[each for each in given if each["state"] == STALE],
        file=job.params.file,
        data=Markup(embedded(page_data(shown, given, labels))),
    )
    used, set_aside = segments_used(segments, read)
    return {"segments": Rows(read=len(segments), used=int(used.sum()), set_aside=set_aside)}


def page_data(shown: Sequence[Mapping], given: Sequence[Mapping], labels: Mapping) -> dict:
    """Return what the script of the page needs beside the text that the page shows."""
    kept = ("id", "evidence", "document", "code", "start", "end", "from", "readers", "marked")
    return {
        "columns": list(FILE_COLUMNS),
        "places": [{name: each[name] for name in kept} for each in shown],
        "options": {",".join(each["readers"]): options(each["readers"]) for each in shown},
        "codes": labels,
        "given": [
            {name: each["row" if name == "id" else name] for name in FILE_COLUMNS} for each in given
        ],
    }


run(main, globals())
