"""Makes the tables of agreement: how far the coders agree, and whether that differs in time."""

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.qualitative.agreement.evidence import evidence_of
from trialtrail.qualitative.agreement.groups import ROUND, STAGE, rounds_of, stages_of, whole
from trialtrail.qualitative.agreement.items import Item, items_of
from trialtrail.qualitative.agreement.measures import MEASURES
from trialtrail.qualitative.agreement.readers import (
    Stated,
    reading,
    segments_used,
    shared_documents,
)
from trialtrail.qualitative.agreement.results import Bootstrap, drift_rows, rows_of
from trialtrail.qualitative.agreement.units import CHARACTER
from trialtrail.qualitative.codebook import codebook_of
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_optional, write_result

from schemas.results.agreement import Agreement, AgreementDrift
from schemas.results.base import conform

SEGMENTS, TRANSCRIPTS = "dataset:segments", "validated:transcripts"
MEASURED = (
    *(f"{name}{side}" for name in MEASURES for side in ("", "_lower", "_upper")),
    *("prevalence", "prevalence_lowest", "prevalence_highest", "characters", "units"),
)
COMPARED = (
    *("documents_first", "documents_last", "alpha_first", "alpha_last"),
    *("difference", "lower", "upper"),
)
"""Columns of what is measured, and of what is compared."""


def measure_agreement(
    frames: Mapping[str, pd.DataFrame | None],
    readers: Stated = None,
    rounds: int | Sequence[str] = 0,
    bootstrap: Bootstrap | None = None,
) -> tuple[list[dict], list[dict]]:
    """Return the rows of the tables `agreement` and `agreement_drift`.

    ``frames`` are `segments`, `codebook`, `transcripts` and, where the study has them, `turns` and
    `interviews`. A character, turn or passage of a theme is marked where any code of it is; the row
    `all` pools the decisions on all codes that a coder used. Rows of stages and rounds are by
    character.
    """
    bootstrap = bootstrap or Bootstrap(0, 0.95, 0)
    segments, transcripts = frames["segments"], frames["transcripts"]
    lengths = transcripts.set_index("document")["text"].str.len().astype(int)
    everywhere = reading(segments, list(lengths.index), readers)
    used, _ = segments_used(segments, everywhere)
    segments = segments[used]
    read = everywhere[shared_documents(everywhere)]
    items = items_of(frames["codebook"])
    evidence = evidence_of(segments, read, lengths[read.columns], items, frames.get("turns"))
    documents = list(read.columns)
    everything = whole(documents)
    draws = bootstrap.draws(everything, 0)
    rows = [
        row
        for unit, known in evidence.items()
        for row in rows_of(known, unit, everything, items, draws, bootstrap.level)
    ]
    drift = []
    splits = (
        (STAGE, stages_of(frames.get("interviews"), documents)),
        (ROUND, rounds_of(segments, documents, rounds)),
    )
    for place, (_, groups) in enumerate(splits, start=1):
        drawn = [bootstrap.draws(each, 1000 * place + at) for at, each in enumerate(groups)]
        known = evidence[CHARACTER]
        for each, own in zip(groups, drawn, strict=True):
            rows += rows_of(known, CHARACTER, each, items, own, bootstrap.level)
        drift += drift_rows(known, groups, drawn, items, bootstrap.level)
    return rows, drift


def agreement_takes(
    rows: Sequence[dict], drift: Sequence[dict], items: Sequence[Item]
) -> dict[str, dict[str, list[dict]]]:
    """Return what the cells of each row take: passages of its codes, and which were shared.

    The measures judge every character of the transcripts that two coders read.
    """
    texts = Takes(TRANSCRIPTS, ("text",), {}, (), ("document",))
    taken = {}
    for row in rows:
        shared, marked = _segments(row, items, [row[STAGE]] if row.get(STAGE) else [])
        taken[row["row"]] = [
            *takes(("documents", "coders", "marked_either", "marked_both"), shared, marked),
            *takes(MEASURED, shared, texts, marked),
        ]
    compared = {}
    for row in drift:
        parts = [row["first"], row["last"]] if row["split"] == STAGE else []
        shared, marked = _segments(row, items, parts)
        compared[row["row"]] = takes(COMPARED, shared, texts, marked)
    return {"agreement": taken, "agreement_drift": compared}


def _segments(row: dict, items: Sequence[Item], stages: list[str]) -> tuple[Takes, Takes]:
    """Return the segments that say what was shared, and those of the row's codes."""
    of_stages = {STAGE: stages if len(stages) > 1 else stages[0]} if stages else {}
    where = next((dict(item.where) for item in items if item.id == row["item"]), {})
    marked = ("document", "code", "start", "end", "coder")
    return (
        Takes(SEGMENTS, ("document", "coder"), of_stages),
        Takes(SEGMENTS, marked, where | of_stages),
    )


def main(job) -> dict[str, Rows]:
    """Read the coded segments and what is known of their documents; write the tables."""
    names = ("segments", "codebook", "transcripts", "turns", "interviews")
    frames = {name: read_optional(job.input, name) for name in names}
    if frames["codebook"] is None:
        frames["codebook"] = codebook_of(frames["segments"]["code"])
    bootstrap = Bootstrap(job.params.samples, job.params.level, job.params.seed)
    rows, drift = measure_agreement(frames, job.params.readers, job.params.rounds, bootstrap)
    write_result(conform(rows, Agreement), job.output.table)
    write_result(conform(drift, AgreementDrift), job.output.drift)
    items = items_of(frames["codebook"])
    write_takes(job.output.takes, agreement_takes(rows, drift, items))
    segments, documents = frames["segments"], list(frames["transcripts"]["document"])
    used, set_aside = segments_used(segments, reading(segments, documents, job.params.readers))
    return {"segments": Rows(read=len(segments), used=int(used.sum()), set_aside=set_aside)}


run(main, globals())
