"""Makes the dataset `segments`: one row is one passage that one coder gave one code."""

import pandas as pd

from trialtrail.derive.derivation import LeftOut, column, derive, key_of, matched, write_columns
from trialtrail.qualitative.codings import (
    completed_interviews,
    is_verbatim,
    passage,
    texts_by_document,
)
from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_dataset

REASONS = {
    "interview": "no interview of the register has this document",
    "transcript": "the document has no transcript",
    "code": "the code is not in the codebook",
    "passage": "the offsets lie outside the transcript",
    "repeat": "the coder gave this code to this passage before",
}
"""Why a segment is set aside, in the order in which it is asked."""

PASSAGE = tuple(f"validated:segments.{name}" for name in ("document", "start", "end"))
LEFT_OUT = [
    LeftOut("segments", REASONS[fault], sources, by)
    for fault, sources, by in (
        ("interview", (PASSAGE[0], "validated:interviews.status"), ("document",)),
        ("transcript", PASSAGE[:1], ()),
        ("code", ("validated:segments.code",), ()),
        ("passage", (*PASSAGE, "validated:transcripts.text"), ("document",)),
        ("repeat", (*PASSAGE, "validated:segments.code"), ()),
    )
]

COLUMNS = [
    *("document", "interview_id", "role", "number", "stage", "code", "category", "theme"),
    *("coder", "coded_on", "start", "end", "text", "verbatim"),
]
KINDS = (
    dict.fromkeys(COLUMNS, "string")
    | dict.fromkeys(("number", "start", "end"), "Int64")
    | {"verbatim": "boolean", "coded_on": "datetime64[us]"}
)


def reason_set_aside(
    segments: pd.DataFrame, interviews: pd.DataFrame, codebook: pd.DataFrame, texts: dict[str, str]
) -> pd.Series:
    """Return why each segment is set aside, missing for a segment that is used."""
    spans = zip(segments["document"], segments["start"], segments["end"], strict=True)
    outside = [
        passage(texts.get(document, ""), start, end) is None for document, start, end in spans
    ]
    faults = {
        "interview": ~segments["document"].isin(completed_interviews(interviews)["document"]),
        "transcript": ~segments["document"].isin(list(texts)),
        "code": ~segments["code"].isin(codebook["code"]),
        "passage": pd.Series(outside, index=segments.index),
        "repeat": segments.duplicated(["document", "code", "coder", "start", "end"]),
    }
    reason = pd.Series(pd.NA, index=segments.index, dtype="string")
    for fault, found in faults.items():
        reason = reason.mask(reason.isna() & found.astype(bool), REASONS[fault])
    return reason


SPAN = ("dataset:segments.document", "dataset:segments.start", "dataset:segments.end")
TRANSCRIPT = ("validated:transcripts.document", "validated:transcripts.text")


@column(*SPAN, *TRANSCRIPT, title="Text")
def text(segments, transcripts):
    """What stands in the transcript at the offsets: the transcript is the record."""
    texts = texts_by_document(transcripts)
    spans = zip(segments["document"], segments["start"], segments["end"], strict=True)
    return [texts[document][start:end] for document, start, end in spans]


@column(*SPAN, "validated:segments.selected", *TRANSCRIPT, title="Verbatim")
def verbatim(segments, transcripts):
    """Whether the coder's file holds the very text that stands in the transcript."""
    texts = texts_by_document(transcripts)
    parts = (segments[name] for name in ("selected", "document", "start", "end"))
    return [
        not pd.isna(selected) and is_verbatim(selected, texts[document], start, end)
        for selected, document, start, end in zip(*parts, strict=True)
    ]


DERIVATIONS = [
    matched(
        "interview_id",
        "validated:interviews.interview_id",
        "document",
        "segments",
        title="Interview",
    ),
    matched("role", "validated:interviews.role", "document", "segments", title="Role"),
    matched("number", "validated:interviews.number", "document", "segments", title="Number"),
    matched("stage", "validated:interviews.stage", "document", "segments", title="Stage"),
    matched("category", "validated:codebook.category", "code", "segments", title="Category"),
    matched("theme", "validated:codebook.theme", "code", "segments", title="Theme"),
    text,
    verbatim,
]


def derive_segments(
    segments: pd.DataFrame,
    interviews: pd.DataFrame,
    codebook: pd.DataFrame,
    transcripts: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the dataset, and how many segments were set aside for which reason.

    Rows are in the order of the register, then of the passages in the transcript.
    """
    texts = texts_by_document(transcripts)
    reason = reason_set_aside(segments, interviews, codebook, texts)
    register = completed_interviews(interviews)
    tables = {"interviews": register, "codebook": codebook, "transcripts": transcripts}
    kept = derive("segments", segments[reason.isna()], tables, DERIVATIONS)
    places = dict(zip(register["document"], range(len(register)), strict=True))
    kept = kept.assign(place=kept["document"].map(places))
    kept = kept.sort_values(["place", "start", "end", "code", "coder"], kind="stable")
    dataset = kept[COLUMNS].astype(KINDS).reset_index(drop=True)
    return dataset, {str(why): int(count) for why, count in reason.value_counts().items()}


def main(job) -> dict[str, Rows]:
    """Read the codings and what they refer to; write the dataset and its CSV twin."""
    from schemas.datasets.coded_segments import CodedSegments

    segments = read_table(job.input.segments)
    dataset, set_aside = derive_segments(
        segments,
        read_table(job.input.interviews),
        read_table(job.input.codebook),
        read_table(job.input.transcripts),
    )
    CodedSegments.validate(dataset, lazy=True)
    write_dataset(dataset, job.output.parquet, job.output.csv)
    key = key_of(CodedSegments)
    write_columns(job.output.columns, dataset, DERIVATIONS, "segments", key, LEFT_OUT)
    return {"segments": Rows(read=len(segments), used=len(dataset), set_aside=set_aside)}


run(main, globals())
