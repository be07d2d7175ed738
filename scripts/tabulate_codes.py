"""Summarise the codings: one row is a theme, a category or a code, and where it was found."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pandas as pd

from trialtrail.qualitative.cases import coder_counted
from trialtrail.qualitative.codings import (
    INTERVIEWED,
    completed_interviews,
    entries,
    of_entry,
    role_stages,
)
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import KNOWN, TAKES, Takes, write_takes
from trialtrail.tables import in_rows, read_table, write_table

from schemas.results.summaries import of_topic, takes_of

SEGMENTS, REGISTER = "dataset:segments", "validated:interviews"

TOPICS = ("codes", "codes_by_stage", "codes_of_all_coders", "passages")


def documents_of_all(segments: pd.DataFrame, coders: int) -> int:
    """Return in how many documents every coder found it."""
    return int((segments.groupby("document")["coder"].nunique() == coders).sum()) if coders else 0


def tabulate_codes(
    segments: pd.DataFrame,
    codebook: pd.DataFrame,
    interviews: pd.DataFrame,
    coder: str | None = None,
) -> pd.DataFrame:
    """Return what was found of each theme, category and code, as four topics of `summaries`.

    ``codes`` are the interviews in which at least one coder found it: the question there is whether
    it occurs, and a passage that one coder overlooked still says so. ``codes_by_stage`` are the
    same for each role and stage; ``codes_of_all_coders`` those in which all found it. ``passages``
    are those of one coder, for two coders mark the same passage twice; a passage with two codes of
    a theme counts twice for the theme. The row ``all`` counts the interviews that were held and
    have a transcript, coded or not: the denominators.
    """
    register = completed_interviews(interviews)
    held = _by_stage(register)
    whose = coder_counted(segments, coder)
    coders = segments["coder"].nunique()
    pairs = role_stages(interviews)
    whole = {"row": "all", "level": "all", "label": "All interviews"}
    did = {"status": INTERVIEWED} if interviews["status"].notna().any() else {}
    did |= {"document": KNOWN}
    found = [(whole, segments, register, {})]
    for _, entry in entries(codebook).iterrows():
        chosen = of_entry(segments, entry)
        where = register[register["document"].isin(chosen["document"])]
        own = {name: entry[name] for name in ("theme", "category", "code") if entry[name]}
        found.append(({name: entry[name] for name in whole}, chosen, where, own))
    topics: dict[str, list[dict]] = {name: [] for name in TOPICS}
    for about, chosen, where, own in found:
        row, label, level = (about[name] for name in ("row", "label", "level"))
        same = {"level": level, "item": row}
        taken = partial(_takes, own, did)
        topics["codes"].append(
            count_row(row, label, len(where), len(register), **taken({}), **same)
        )
        found_in = _by_stage(where)
        for role, stage in pairs:
            n, of = found_in[role, stage], held[role, stage]
            stages = {"role": role, "stage": stage}
            topics["codes_by_stage"].append(
                count_row(f"{row}.{role}.{stage}", label, n, of, **taken(stages), **stages, **same)
            )
        in_all = documents_of_all(chosen, coders)
        both = [Takes(SEGMENTS, ("document", "coder"), own)]
        out_of = taken({})["out_of"]
        topics["codes_of_all_coders"].append(
            count_row(row, label, in_all, len(register), counted=both, out_of=out_of, **same)
        )
        passages = int((chosen["coder"] == whose).sum())
        theirs = [Takes(SEGMENTS, ("code",), own | {"coder": whose})]
        topics["passages"].append(count_row(row, label, passages, counted=theirs, **same))
    parts = [of_topic(*each) for each in topics.items()]
    table = pd.concat(parts, ignore_index=True)
    table.attrs[TAKES] = takes_of(*parts)["summaries"]
    return table


def _takes(own: dict, did: dict, stages: dict) -> dict[str, list[Takes]]:
    """Return what a count of interviews takes: those held, of stages, that have passages.

    Without a condition on the passages it is of all interviews that were held.
    """
    register = Takes(REGISTER, ("document",), did | stages)
    if not own:
        return {"counted": [register], "out_of": [register]}
    coded = Takes(SEGMENTS, ("document",), own | stages)
    return {
        "counted": [coded, replace(register, same=("document",))],
        "out_of": [register],
    }


def _by_stage(register: pd.DataFrame) -> Counter[tuple[str, str]]:
    """Return how many interviews each role and stage has; an empty one is not known."""
    return Counter(in_rows(register[["role", "stage"]].fillna(""), ("role", "stage")))


def main(job) -> dict[str, Rows]:
    """Read the coded segments; write the table."""
    segments = read_table(job.input.segments)
    table = tabulate_codes(
        segments,
        read_table(job.input.codebook),
        read_table(job.input.interviews),
        getattr(job.params, "coder", None),
    )
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
