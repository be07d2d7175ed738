"""Makes the dataset `consensus`: what coders agree on or have decided, as a coding of its own."""

import pandas as pd

from trialtrail.derive.derivation import Derivation, derive, key_of, matched, write_columns
from trialtrail.origins import ASSIGNED, COMPUTED
from trialtrail.qualitative.agreement.readers import reading, segments_used
from trialtrail.qualitative.codebook import codebook_of, known_codes
from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.consensus import (
    APPLIED,
    CODER,
    passages,
    read_decisions,
    sort_out,
)
from trialtrail.qualitative.disagreements import AGREED, Place, places
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_optional, read_table, write_dataset, write_result

from schemas.datasets.consensus import Consensus
from schemas.results.base import conform
from schemas.results.coding import ConsensusDecisions

UNDECIDED = "coders differ there, and no decision holds"
"""Why a segment is set aside."""
COLUMNS = [
    *("document", "interview_id", "role", "number", "stage", "code", "category", "theme"),
    *("coder", "start", "end", "text", "origin", "disagreement", "decision", "by", "on", "why"),
    "evidence",
]
KINDS = (
    dict.fromkeys(COLUMNS, "string")
    | dict.fromkeys(("number", "start", "end"), "Int64")
    | {"on": "datetime64[us]"}
)
MARKED = tuple(f"dataset:segments.{name}" for name in ("document", "code", "coder", "start", "end"))
TEXT = ("validated:transcripts.document", "validated:transcripts.text")
OF_DECISION = {
    "decision": "What was decided, in the file of the consensus.",
    "by": "Who decided.",
    "on": "When it was decided.",
    "why": "Why it was decided so.",
}


def _as_made(name: str, title: str, rule: str, sources: tuple[str, ...]) -> Derivation:
    """Return the derivation of a column that `passages` has made."""

    def make(**frames: pd.DataFrame) -> pd.Series:
        return frames["consensus"][name]

    kind = COMPUTED if sources else ASSIGNED
    return Derivation(name, sources, rule, title, "", make, kind, by=("document",))


def _text(consensus: pd.DataFrame, transcripts: pd.DataFrame) -> list[str]:
    texts = texts_by_document(transcripts)
    spans = zip(consensus["document"], consensus["start"], consensus["end"], strict=True)
    return [texts[document][start:end] for document, start, end in spans]


PASSAGE = "A passage that all readers marked alike, or the one that was decided."
SPAN = tuple(f"dataset:consensus.{name}" for name in ("document", "start", "end"))
OF_DOCUMENT = ("interview_id", "role", "number", "stage")
MADE = [
    *(_as_made(n, n.capitalize(), PASSAGE, MARKED) for n in ("document", "code", "start", "end")),
    _as_made("origin", "Origin", "agreed, decided, or of a document with one reader.", MARKED),
    _as_made("disagreement", "Disagreement", "The name of the one that was decided.", MARKED),
    _as_made("evidence", "Evidence", "Digest of the codings and the text.", (*MARKED, *TEXT)),
    *(_as_made(name, name.capitalize(), rule, ()) for name, rule in OF_DECISION.items()),
    _as_made("coder", "Coder", "This coding has a name of its own.", ()),
]
"""Columns that are there before the others are looked up."""
LOOKED_UP = [
    *(
        matched(n, f"dataset:segments.{n}", "document", "consensus", title=n.capitalize())
        for n in OF_DOCUMENT
    ),
    *(
        matched(n, f"validated:codebook.{n}", "code", "consensus", title=n.capitalize())
        for n in ("category", "theme")
    ),
    Derivation(
        "text",
        (*SPAN, *TEXT),
        "What stands in the transcript at the offsets.",
        "Text",
        "",
        _text,
        by=("document",),
    ),
]


def apply_consensus(
    found: list[Place],
    decisions: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    read: pd.DataFrame,
) -> pd.DataFrame:
    """Return the dataset: a row a passage, in the order of the documents, then of the text.

    Args:
        found: the places of the study, those that are agreed too.
        decisions: the decisions, as `consensus.sort_out` gives them.
        tables: segments (dataset), codebook and transcripts (validated).
        read: who read what, as `agreement.readers.reading` gives it.
    """
    segments = tables["segments"]
    made = passages(found, decisions, segments, read).assign(coder=CODER)
    known = {
        "segments": segments.drop_duplicates("document").reset_index(drop=True),
        "codebook": known_codes(tables["codebook"]),
        "transcripts": tables["transcripts"],
    }
    frame = derive("consensus", made, known, LOOKED_UP)
    frame["on"] = pd.to_datetime(frame["on"])
    frame = frame[COLUMNS].astype(KINDS)
    order = {each: n for n, each in enumerate(tables["transcripts"]["document"])}
    frame = frame.assign(place=frame["document"].map(order))
    frame = frame.sort_values(["place", "start", "end", "code"], kind="stable")
    return frame[COLUMNS].reset_index(drop=True)


def undecided(segments: pd.DataFrame, found: list[Place], decisions: pd.DataFrame) -> int:
    """Return how many segments lie at places where coders differ and no decision holds."""
    decided = set(decisions.loc[decisions["state"] == APPLIED, "row"])
    left = [place for place in found if place.kind != AGREED and place.id not in decided]
    count = 0
    for place in left:
        there = (segments["document"] == place.document) & (segments["code"] == place.code)
        inside = (segments["start"] >= place.start) & (segments["end"] <= place.end)
        count += int((there & inside).sum())
    return count


def decision_takes(table: pd.DataFrame) -> dict[str, list[dict]]:
    """Return what the state of each decision takes: the passages at its place, and the text."""
    taken = {}
    columns = ("row", "document", "marked_code")
    for row, document, code in zip(*(table[name] for name in columns), strict=True):
        if pd.isna(document) or pd.isna(code):
            continue
        where = {"document": document}
        marked = ("document", "code", "coder", "start", "end")
        there = Takes("dataset:segments", marked, where | {"code": code})
        text = Takes("validated:transcripts", ("text",), where)
        taken[row] = takes(("state", "kind", "evidence", "now"), there, text)
    return taken


def main(job) -> dict[str, Rows]:
    """Read the codings and the decisions; write the dataset, its CSV twin and the decisions."""
    segments, codebook = read_table(job.input.segments), read_optional(job.input, "codebook")
    tables = {
        "segments": segments,
        "codebook": codebook_of(segments["code"]) if codebook is None else codebook,
        "transcripts": read_table(job.input.transcripts),
    }
    texts = texts_by_document(tables["transcripts"])
    read = reading(segments, list(texts), job.params.readers)
    found = places(segments, texts, read)
    label = job.params.label
    decisions = sort_out(
        read_decisions(job.input.decisions, label),
        found,
        texts,
        list(known_codes(tables["codebook"])["code"]),
        label,
    )
    dataset = apply_consensus(found, decisions, tables, read)
    Consensus.validate(dataset, lazy=True)
    write_dataset(dataset, job.output.parquet, job.output.csv)
    key = key_of(Consensus)
    write_columns(job.output.columns, dataset, [*MADE, *LOOKED_UP], "segments", key)
    table = decisions.assign(on=pd.to_datetime(decisions["on"]))
    write_result(conform(table, ConsensusDecisions), job.output.table)
    write_takes(job.output.takes, {"consensus": decision_takes(decisions)})
    used = segments[segments_used(segments, read)[0]]
    left = undecided(used, found, decisions)
    own, set_aside = segments_used(segments, read, of_one=True)
    set_aside |= {UNDECIDED: left} if left else {}
    return {"segments": Rows(read=len(segments), used=int(own.sum()) - left, set_aside=set_aside)}


run(main, globals())
