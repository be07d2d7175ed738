"""Makes the table `disagreement_places`: a row is a code or a document, where coders differ."""

from collections.abc import Iterator

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
                "id": place.id,
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
    return pd.DataFrame(rows, columns=["id", "document", "code", *COUNTED, *MEASURED, *STATES])


def listed(
    rows: pd.DataFrame, codebook: pd.DataFrame, documents: list[str]
) -> Iterator[tuple[dict, dict, pd.DataFrame]]:
    """Yield each row of the table by name, the condition on its codings, and its places.

    A theme, or a category, has those of its codes. Documents are those that at least two coders
    read, under ``document.<name>``.
    """
    yield {"row": ALL, "level": ALL, "label": "All codes"}, {}, rows
    for _, entry in entries(codebook).iterrows():
        about = {name: entry[name] for name in ("row", "level", "label")}
        yield about, where_of(entry), of_entry(rows, entry)
    for name in documents:
        about = {"row": f"{DOCUMENT}.{name}", "level": DOCUMENT, "label": name}
        yield about, {"document": name}, rows[rows["document"] == name]


def tabulate_disagreement_places(
    found: list[Place], decided: set[str], codebook: pd.DataFrame, documents: list[str]
) -> tuple[pd.DataFrame, dict]:
    """Return where coders differ, over all codes, by entry of the codebook and by document.

    The second is what the cells of each row take: the passages below it, and the decisions.
    """
    table, taken = [], {}
    columns = [*COUNTED, *MEASURED, *STATES]
    marked = ("document", "code", "coder", "start", "end")
    for about, where, mine in listed(place_rows(found, decided), codebook, documents):
        table.append(about | mine[columns].sum().astype(int).to_dict())
        there = Takes("dataset:segments", marked, where)
        decisions = [
            Takes("result:consensus", ("state",), {"row": name})
            for name in mine.loc[mine["decided"].astype(bool), "id"]
        ]
        taken[about["row"]] = [
            *takes((*COUNTED, *MEASURED), there),
            *takes(STATES, there, *decisions),
        ]
    return pd.DataFrame(table), taken


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
    table, taken = tabulate_disagreement_places(found, decided, codebook, documents)
    write_result(conform(table, DisagreementPlaces), job.output.table)
    write_takes(job.output.takes, {"disagreement_places": taken})
    used, set_aside = segments_used(segments, read)
    return {"segments": Rows(read=len(segments), used=int(used.sum()), set_aside=set_aside)}


run(main, globals())
