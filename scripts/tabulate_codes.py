"""Summarise the codings: one row is a theme, a category or a code, and where it was found."""

import json
from collections import Counter
from dataclasses import dataclass, replace

import pandas as pd

from trialtrail.qualitative.cases import coder_counted
from trialtrail.qualitative.codebook import codebook_of, entries, of_entry, where_of
from trialtrail.qualitative.codings import INTERVIEWED, person_of, register_of, role_stages
from trialtrail.qualitative.placed_codings import WHOLE_SOURCE
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import KNOWN, TAKES, Takes, write_takes
from trialtrail.tables import in_rows, read_optional, read_table, write_table

from schemas.results.summaries import of_topic, takes_of

SEGMENTS, REGISTER = "dataset:segments", "validated:interviews"

PERSON = ("role", "number")

TOPICS = ("codes", "codes_people", "codes_by_stage", "codes_of_all_coders", "passages")


def documents_of_all(segments: pd.DataFrame, coders: int) -> int:
    """Return in how many documents every coder found it."""
    return int((segments.groupby("document")["coder"].nunique() == coders).sum()) if coders else 0


def tabulate_codes(
    segments: pd.DataFrame,
    codebook: pd.DataFrame | None,
    interviews: pd.DataFrame | None,
    coder: str | None = None,
    transcripts: pd.DataFrame | None = None,
    percent_from: int = 1,
) -> pd.DataFrame:
    """Return what was found of each theme, category and code, as topics of `summaries`.

    ``codes`` are the interviews in which at least one coder found it: the question there is whether
    it occurs, and a passage that one coder overlooked still says so. ``codes_by_stage`` are the
    same for each role and stage; ``codes_of_all_coders`` those in which all found it.
    ``codes_people`` are the people in whose interviews it was found, each once, however often they
    were interviewed. ``passages`` are those of one coder, for two coders mark the same passage
    twice; a passage with two codes of a theme counts twice for the theme, and a source that is
    coded as a whole is none. The row ``all`` counts the interviews that were held and have a
    transcript, coded or not: the denominators.

    Without a register each transcript is an interview with one person. Of fewer than
    ``percent_from`` no percentage is given.
    """
    register = register_of(interviews, transcripts)
    book = codebook_of(segments["code"]) if codebook is None else codebook
    asked = _Asked(segments, register, _denominators(interviews), percent_from)
    whose = coder_counted(segments, coder)
    everything = pd.Series({"row": "all", "level": "all", "label": "All interviews"})
    found = [(everything, segments, {})]
    found += [(entry, of_entry(segments, entry), where_of(entry)) for _, entry in _rows(book)]
    topics: dict[str, list[dict]] = {name: [] for name in TOPICS}
    for entry, chosen, own in found:
        asked.add(topics, entry, chosen, own, whose)
    parts = [of_topic(*each) for each in topics.items()]
    table = pd.concat(parts, ignore_index=True)
    table.attrs[TAKES] = takes_of(*parts)["summaries"]
    return table


@dataclass(frozen=True)
class _Asked:
    """What is counted of each entry, and out of what.

    Attributes:
        segments: the coded segments.
        register: the interviews that were held and have a document.
        held: the rows behind the register, as the trail names them: an interview each, a person
            each.
        percent_from: the denominator from which on a percentage is given.
    """

    segments: pd.DataFrame
    register: pd.DataFrame
    held: tuple[Takes, Takes]
    percent_from: int

    def add(
        self,
        topics: dict[str, list[dict]],
        entry: pd.Series,
        chosen: pd.DataFrame,
        own: dict,
        whose: str | None,
    ) -> None:
        """Add the rows of an entry, whose segments are ``chosen``, to each topic."""
        row, label, level = entry["row"], entry["label"], entry["level"]
        same = {"level": level, "item": row, "percent_from": self.percent_from}
        coded = self.register["document"].isin(chosen["document"])
        where = self.register[coded] if own else self.register
        interviews, people = self.held
        topics["codes"].append(
            count_row(row, label, len(where), len(self.register), **_takes(own, interviews), **same)
        )
        n, of = (int(person_of(each).nunique()) for each in (where, self.register))
        named = "All people interviewed" if level == "all" else label
        topics["codes_people"].append(count_row(row, named, n, of, **_takes(own, people), **same))
        found_in, held_in = _by_stage(where), _by_stage(self.register)
        for role, stage in role_stages(self.register):
            stages = {"role": role, "stage": stage}
            n, of = found_in[role, stage], held_in[role, stage]
            taken = _takes(own, interviews, stages)
            topics["codes_by_stage"].append(
                count_row(f"{row}.{role}.{stage}", label, n, of, **taken, **stages, **same)
            )
        coders = self.segments["coder"].nunique()
        both = [Takes(SEGMENTS, ("document", "coder"), own)]
        topics["codes_of_all_coders"].append(
            count_row(
                *(row, label, documents_of_all(chosen, coders), len(self.register)),
                counted=both,
                out_of=[interviews],
                **same,
            )
        )
        theirs = chosen[(chosen["coder"] == whose) & is_passage(chosen)]
        taken = [Takes(SEGMENTS, ("code",), own | {"coder": whose} | _passages(self.segments))]
        topics["passages"].append(count_row(row, label, len(theirs), counted=taken, **same))


def is_passage(segments: pd.DataFrame) -> pd.Series:
    """Tell of each segment whether it is a stretch of a text, and no source as a whole."""
    if "kind" not in segments:
        return pd.Series(True, index=segments.index)
    return segments["kind"] != WHOLE_SOURCE


def _passages(segments: pd.DataFrame) -> dict:
    """Return the condition that a segment is a stretch of a text, where some are not."""
    if is_passage(segments).all():
        return {}
    return {"kind": sorted(segments.loc[is_passage(segments), "kind"].unique())}


def _rows(codebook: pd.DataFrame):
    return entries(codebook).iterrows()


def _denominators(interviews: pd.DataFrame | None) -> tuple[Takes, Takes]:
    """Return what a count of all interviews, and of all people interviewed, is of."""
    if interviews is None:
        each = Takes("validated:transcripts", ("document",))
        return each, each
    did = {"status": INTERVIEWED} if interviews["status"].notna().any() else {}
    did |= {"document": KNOWN}
    return Takes(REGISTER, ("document",), did), Takes(REGISTER, PERSON, did)


def _takes(own: dict, held: Takes, stages: dict | None = None) -> dict[str, list[Takes]]:
    """Return what a count of interviews takes: those held, of stages, that have passages.

    Without a condition on the passages it is of all interviews that were held.
    """
    of = replace(held, where=dict(held.where) | (stages or {}))
    if not own:
        return {"counted": [of], "out_of": [of]}
    coded = Takes(SEGMENTS, ("document",), own | (stages or {}))
    return {"counted": [coded, replace(of, same=("document",))], "out_of": [of]}


def _by_stage(register: pd.DataFrame) -> Counter[tuple[str, str]]:
    """Return how many interviews each role and stage has; an empty one is not known."""
    return Counter(in_rows(register[["role", "stage"]].fillna(""), ("role", "stage")))


def of_consensus(taken: dict) -> dict:
    """Return what cells take, of the consensus in the place of all codings."""
    return json.loads(json.dumps(taken).replace(f'"{SEGMENTS}"', '"dataset:consensus"'))


def main(job) -> dict[str, Rows]:
    """Read the coded segments; write the table."""
    consensus = read_optional(job.input, "consensus")
    segments = read_table(job.input.segments) if consensus is None else consensus
    table = tabulate_codes(
        segments,
        read_optional(job.input, "codebook"),
        read_optional(job.input, "interviews"),
        getattr(job.params, "coder", None),
        read_table(job.input.transcripts),
        getattr(job.params, "percent_from", 1),
    )
    write_table(table, job.output.table)
    taken = takes_of(table)
    write_takes(job.output.takes, taken if consensus is None else of_consensus(taken))
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
