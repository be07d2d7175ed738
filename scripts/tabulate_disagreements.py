"""Makes the tables of disagreements, and of what each coder read and marked."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trialtrail.qualitative.agreement.disagreement import COUNTS, split_disagreement
from trialtrail.qualitative.agreement.items import ALL, Item, items_of, marks_of
from trialtrail.qualitative.agreement.readers import (
    Stated,
    how_known,
    reading,
    segments_used,
    shared_documents,
)
from trialtrail.qualitative.agreement.results import ALL_LABEL
from trialtrail.qualitative.agreement.spans import characters
from trialtrail.qualitative.codebook import codebook_of
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_optional, read_table, write_result

from schemas.results.agreement import Disagreements, Readings
from schemas.results.base import conform

SEGMENTS, TRANSCRIPTS = "dataset:segments", "validated:transcripts"


def tabulate_disagreements(
    segments: pd.DataFrame, read: pd.DataFrame, items: Sequence[Item]
) -> list[dict]:
    """Return a row for all codes, each theme and each code, of the documents that two coders read.

    The row of all sums the codes.
    """
    documents = shared_documents(read)
    marks = marks_of(items, segments[segments_used(segments, read)[0]], read, documents)
    counts = [
        sum((split_disagreement(each) for each in of_item), np.zeros(len(COUNTS), dtype=int))
        for of_item in marks
    ]
    codes = [own for item, own in zip(items, counts, strict=True) if item.is_code]
    together = sum(codes, np.zeros(len(COUNTS), dtype=int))
    names = [(ALL, ALL, ALL_LABEL), *((item.id, item.level, item.label) for item in items)]
    rows = []
    for (name, level, label), own in zip(names, [together, *counts], strict=True):
        row = {"row": name, "level": level, "label": label, "documents": len(documents)}
        if documents:
            row |= {count: int(value) for count, value in zip(COUNTS, own, strict=True)}
            if row["differing"]:
                row["edges_percent"] = 100 * row["edges"] / row["differing"]
                row["without_percent"] = 100 * row["without_counterpart"] / row["differing"]
                row["mostly"] = mostly(row["edges"], row["without_counterpart"])
        rows.append(row)
    return rows


def mostly(edges: int, without: int) -> str:
    """Return where more of the disagreement lies, or that both weigh the same."""
    return "both" if edges == without else "edges" if edges > without else "without_counterpart"


def tabulate_readings(
    segments: pd.DataFrame,
    read: pd.DataFrame,
    lengths: pd.Series,
    items: Sequence[Item],
    stated: Stated,
) -> list[dict]:
    """Return a row for each coder, and one for each coder and theme or code: what they marked."""
    own = segments[segments_used(segments, read, of_one=True)[0]]
    documents = list(read.columns)
    shared = set(shared_documents(read))
    marks = marks_of(items, own, read, documents)
    rows = []
    for coder in read.index:
        mine = [document for document in documents if read.loc[coder, document]]
        total = int(lengths[mine].sum())
        about = {
            "coder": coder,
            "known": how_known(coder, stated),
            "documents": len(mine),
            "documents_shared": len(shared & set(mine)),
            "characters": total,
        }
        segments_of = own[own["coder"] == coder]
        rows.append(
            {"row": coder, **about, "segments": len(segments_of)}
            | {"documents_marked": int(segments_of["document"].nunique())}
        )
        for item, of_item in zip(items, marks, strict=True):
            spans = [each.get(coder, []) for each in of_item]
            marked = sum(map(characters, spans))
            rows.append(
                {"row": f"{coder}.{item.id}", **about, "item": item.id, "level": item.level}
                | {"label": item.label, "segments": sum(map(len, spans)), "marked": marked}
                | {"documents_marked": sum(map(bool, spans))}
                | ({"marked_percent": 100 * marked / total} if total else {})
            )
    return rows


def takes_of(rows: Sequence[dict], items: Sequence[Item]) -> dict[str, list[dict]]:
    """Return what the rows take: the segments of their codes, and of which coder."""
    wheres = {item.id: dict(item.where) for item in items}
    taken = {}
    for row in rows:
        of_coder = {"coder": row["coder"]} if "coder" in row else {}
        where = wheres.get(row.get("item", row["row"]), {}) | of_coder
        marked = Takes(SEGMENTS, ("document", "code", "start", "end", "coder"), where)
        texts = Takes(TRANSCRIPTS, ("text",), {}, (), ("document",))
        cells = [name for name in row if name not in ("row", "level", "label", "item", "coder")]
        taken[row["row"]] = takes(cells, marked, texts)
    return taken


def main(job) -> dict[str, Rows]:
    """Read the coded segments; write the tables."""
    segments, codebook = read_table(job.input.segments), read_optional(job.input, "codebook")
    if codebook is None:
        codebook = codebook_of(segments["code"])
    lengths = read_table(job.input.transcripts).set_index("document")["text"].str.len().astype(int)
    stated = job.params.readers
    read = reading(segments, list(lengths.index), stated)
    items = items_of(codebook)
    disagreements = tabulate_disagreements(segments, read, items)
    readings = tabulate_readings(segments, read, lengths, items, stated)
    write_result(conform(disagreements, Disagreements), job.output.disagreements)
    write_result(conform(readings, Readings), job.output.readings)
    taken = {
        "disagreements": takes_of(disagreements, items),
        "readings": takes_of(readings, items),
    }
    write_takes(job.output.takes, taken)
    used, set_aside = segments_used(segments, read, of_one=True)
    return {"segments": Rows(read=len(segments), used=int(used.sum()), set_aside=set_aside)}


run(main, globals())
