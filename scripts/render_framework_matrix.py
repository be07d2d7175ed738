"""Render the framework matrix for people: case by theme, with links into the transcripts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from trialtrail.pages import render_page
from trialtrail.qualitative.marked_text import anchor, pieces
from trialtrail.record import Rows, run
from trialtrail.report.fonts import inlined
from trialtrail.tables import read_result, read_table

FEW = 5
"""Themes up to which the matrix itself has the summaries; with more it has numbers alone."""


def cells_of(table: pd.DataFrame, places: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the cases in order, each with its cells in the order of the themes.

    ``places`` are the transcripts and where each stands on the page.
    """
    found = []
    for case, own in table.groupby("case", sort=False):
        records = own.astype(object).where(own.notna(), "").to_dict("records")
        cells = [cell | {"links": links(cell["places"], places)} for cell in records]
        found.append({"id": case, "label": records[0]["label"], "stages": records[0]["stages"]})
        found[-1]["cells"] = cells
        documents = [link["document"] for cell in cells for link in cell["links"]]
        found[-1]["documents"] = list(dict.fromkeys(documents))
    return found


def links(given: str, places: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the passages of a cell: transcript, first character, end, and name on the page."""
    found = []
    for place in filter(None, given.split("; ")):
        document, _, span = place.rpartition(" ")
        start, end = map(int, span.split("-"))
        found.append({"document": document, "start": start, "end": end})
        found[-1]["anchor"] = anchor(places[document], start, end)
    return found


def texts(transcripts: pd.DataFrame, segments: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the transcripts that have a coded passage, cut into pieces."""
    coded = {document: own for document, own in segments.groupby("document")}
    found = []
    every = zip(transcripts["document"], transcripts["text"], strict=True)
    for place, (document, text) in enumerate(every):
        if document not in coded:
            continue
        own = coded[document]
        spans = zip(*(own[name] for name in ("start", "end", "code", "coder")), strict=True)
        passages = [(int(start), int(end), code, coder) for start, end, code, coder in spans]
        cut = pieces(place, text, passages)
        found.append({"document": document, "place": place, "pieces": cut})
    return found


def main(job) -> dict[str, Rows]:
    """Read the table, the segments and the transcripts; write the page."""
    table = read_result(job.input.table)
    segments = read_table(job.input.segments)
    themes = table[["theme", "theme_label"]].drop_duplicates("theme").to_dict("records")
    style = Path(job.input.style)
    transcripts = read_table(job.input.transcripts)
    places = {document: place for place, document in enumerate(transcripts["document"])}
    render_page(
        job.input.template,
        job.output.page,
        css=Markup(inlined(style.read_text(encoding="utf-8"), style.parent)),
        title=job.params.title,
        synthetic=job.params.synthetic,
        themes=themes,
        with_summaries=len(themes) <= FEW,
        states=table["state"].value_counts().to_dict(),
        written=int(table["summary"].notna().sum()),
        cases=cells_of(table, places),
        texts=texts(transcripts, segments),
    )
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
