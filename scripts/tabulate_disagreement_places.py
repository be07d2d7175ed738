"""Makes the table `disagreement_places`: a row is a code or a document, where coders differ."""

import pandas as pd

from trialtrail.qualitative.agreement.readers import reading, segments_used, shared_documents
from trialtrail.qualitative.codebook import codebook_of, entries, of_entry, where_of
from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.consensus import APPLIED
from trialtrail.qualitative.disagreements import (
    AGREED,
    EDGES,
    OTHER_CODE,
    Place,
    places,
)
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_optional, read_result, read_table, write_result

from schemas.results.base import conform
from schemas.results.coding import DisagreementPlaces

ALL, DOCUMENT = "all", "document"
COUNTED = ("agreed", "places", "places_edges", "places_unmatched", "places_other_code")
MEASURED = ("characters", "characters_edges", "characters_unmatched")
STATES = ("decided", "undecided")


def place_rows(found: list[Place], decided: set[str]) -> pd.DataFrame:
    """Return a row a place: its document and code, and what it adds to each column."""
    rows = []
    for place in found:
        differs = place.kind != AGREED
        rows.append(
            {
                "document": place.document,
                "code": place.code,
                "agreed": not differs,
                "places": differs,
                "places_edges": place.kind == EDGES,
                "places_unmatched": differs and place.kind != EDGES,
                "places_other_code": place.kind == OTHER_CODE,
                "characters": place.characters,
                "characters_edges": place.characters if place.kind == EDGES else 0,
                "characters_unmatched": 0 if place.kind == EDGES else place.characters,
                "decided": differs and place.id in decided,
                "undecided": differs and place.id not in decided,
            }
        )
    return pd.DataFrame(rows, columns=["document", "code", *COUNTED, *MEASURED, *STATES])


def tabulate_disagreement_places(
    found: list[Place], decided: set[str], codebook: pd.DataFrame, documents: list[str]
) -> pd.DataFrame:
    """Return how coders differ over all codes, by entry of the codebook, and by document.

    A theme, or a category, sums its codes. Documents are those that at least two coders read, under
    ``document.<name>``.
    """
    rows = place_rows(found, decided)
    listed = [({"row": ALL, "level": ALL, "label": "All codes"}, rows)]
    for _, entry in entries(codebook).iterrows():
        about = {name: entry[name] for name in ("row", "level", "label")}
        listed.append((about, of_entry(rows, entry)))
    for name in documents:
        about = {"row": f"{DOCUMENT}.{name}", "level": DOCUMENT, "label": name}
        listed.append((about, rows[rows["document"] == name]))
    columns = [*COUNTED, *MEASURED, *STATES]
    return pd.DataFrame(
        [about | mine[columns].sum().astype(int).to_dict() for about, mine in listed]
    )


def disagreement_takes(codebook: pd.DataFrame, documents: list[str], decided: set[str]) -> dict:
    """Return what the cells of each row take: the passages of its codes, or of its document."""
    marked = ("document", "code", "coder", "start", "end")
    wheres = {ALL: {}} | {f"{DOCUMENT}.{name}": {"document": name} for name in documents}
    for _, entry in entries(codebook).iterrows():
        wheres[entry["row"]] = where_of(entry)
    taken = {}
    for row, where in wheres.items():
        there = Takes("dataset:segments", marked, where)
        named = {"row": sorted(decided)}
        by_people = [Takes("result:consensus", ("state",), named)] if decided else []
        taken[row] = [
            *takes((*COUNTED, *MEASURED), there),
            *takes(STATES, there, *by_people),
        ]
    return taken


def decided_in(paths: list[str]) -> set[str]:
    """Return the disagreements with a decision that is applied, of no file none."""
    tables = [read_result(path) for path in paths]
    return {row for each in tables for row in each.loc[each["state"] == APPLIED, "row"]}


def main(job) -> dict[str, Rows]:
    """Read the codings and the decisions; write the table."""
    segments, codebook = read_table(job.input.segments), read_optional(job.input, "codebook")
    if codebook is None:
        codebook = codebook_of(segments["code"])
    texts = texts_by_document(read_table(job.input.transcripts))
    read = reading(segments, list(texts), job.params.readers)
    documents = shared_documents(read)
    found = places(segments, texts, read)
    decided = decided_in(job.input.consensus)
    table = tabulate_disagreement_places(found, decided, codebook, documents)
    write_result(conform(table, DisagreementPlaces), job.output.table)
    takes_of_rows = disagreement_takes(codebook, documents, decided)
    write_takes(job.output.takes, {"disagreement_places": takes_of_rows})
    used, set_aside = segments_used(segments, read)
    return {"segments": Rows(read=len(segments), used=int(used.sum()), set_aside=set_aside)}


run(main, globals())
