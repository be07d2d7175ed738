"""Makes the dataset `segments`: one row is one passage that one coder gave one code."""

import pandas as pd

from trialtrail.derive.derivation import (
    Derivation,
    LeftOut,
    column,
    derive,
    key_of,
    matched,
    write_columns,
)
from trialtrail.exports.export import ORIGIN
from trialtrail.origins import AS_VALIDATED
from trialtrail.qualitative.codebook import codebook_of, codes_given, known_codes
from trialtrail.qualitative.codings import is_verbatim, register_of, texts_by_document
from trialtrail.qualitative.placed_codings import REASONS, place_codings, reasons
from trialtrail.record import Rows, run
from trialtrail.tables import lookup, read_optional, read_table, write_dataset

PASSAGE = tuple(f"validated:segments.{name}" for name in ("document", "start", "end"))
CODE, SELECTED = "validated:segments.code", "validated:segments.selected"
KIND, GUID = "validated:segments.kind", "validated:segments.guid"
LEFT_OUT = [
    LeftOut("segments", REASONS[fault], sources, by)
    for fault, sources, by in (
        ("interview", (PASSAGE[0], "validated:interviews.status"), ("document",)),
        ("transcript", PASSAGE[:1], ()),
        ("kind", (KIND,), ()),
        ("code", (CODE,), ()),
        ("passage", (*PASSAGE, "validated:transcripts.text"), ("document",)),
        ("words", (PASSAGE[0], SELECTED, "validated:transcripts.text"), ("document",)),
        ("several", (PASSAGE[0], SELECTED, "validated:transcripts.text"), ("document",)),
        ("repeat", (*PASSAGE, CODE), ()),
        ("copy", (GUID, CODE), ()),
    )
]

COLUMNS = [
    *("document", "interview_id", "role", "number", "stage", "code", "category", "theme"),
    *("coder", "coded_on", "start", "end", "text", "verbatim"),
    *("kind", "unit", "memo", "guid", *ORIGIN),
]
KINDS = (
    dict.fromkeys(COLUMNS, "string")
    | dict.fromkeys(("number", "start", "end", "_line"), "Int64")
    | {"verbatim": "boolean", "coded_on": "datetime64[us]"}
)
OWN = {"segments": ORIGIN}
"""The record that a row is of, whatever its code and its offsets became."""
SPAN = ("dataset:segments.document", "dataset:segments.start", "dataset:segments.end")
TRANSCRIPT = ("validated:transcripts.document", "validated:transcripts.text")
TREE = ("code", "label", "parent", "category", "theme")
PLACES = {
    "start": "first character of the passage, in code points of the transcript",
    "end": "character after the last, in code points of the transcript",
    "unit": "what the coder's program counts offsets in",
}
OF_TEXT = OWN | {"transcripts": ("document",)}


@column(*SPAN, *TRANSCRIPT, title="Text")
def text(segments, transcripts):
    """What stands in the transcript at the offsets: the transcript is the record."""
    texts = texts_by_document(transcripts)
    spans = zip(segments["document"], segments["start"], segments["end"], strict=True)
    return [texts[document][start:end] for document, start, end in spans]


@column(*SPAN, SELECTED, *TRANSCRIPT, title="Verbatim", by=OF_TEXT)
def verbatim(segments, transcripts):
    """Whether the coder's file holds the very text of the transcript; missing without a text."""
    texts = texts_by_document(transcripts)
    parts = (segments[name] for name in ("selected", "document", "start", "end"))
    return [
        pd.NA if pd.isna(selected) else is_verbatim(selected, texts[document], start, end)
        for selected, document, start, end in zip(*parts, strict=True)
    ]


REGISTERED = [
    matched(name, f"validated:interviews.{name}", "document", "segments", title=title)
    for name, title in (
        *(("interview_id", "Interview"), ("role", "Role")),
        *(("number", "Number"), ("stage", "Stage")),
    )
]
DERIVED = [text, verbatim]
UNREGISTERED = [
    Derivation(each.column, (), "not known without a register", each.title, "", lambda: None)
    for each in REGISTERED
]


def placed_columns(is_by_code: bool) -> list[Derivation]:
    """Return what the columns that are placed before the others are made from, for the trail.

    ``is_by_code`` says that codings and codebook name each code as the dataset does, and that one
    row of the codebook says where it stands; else all of its rows may.
    """
    offsets = (*PASSAGE[1:], SELECTED, "validated:segments.occurrence", KIND, TRANSCRIPT[1])
    copied = ("document", *(["code"] if is_by_code else []), "coder", "coded_on", "kind")
    return [
        *(_placed(name, offsets, rule, OF_TEXT) for name, rule in PLACES.items()),
        *(_copied(name) for name in (*copied, "memo", "guid")),
        *(_by_code() if is_by_code else _by_tree()),
    ]


def _copied(name: str) -> Derivation:
    source = f"validated:segments.{name}"
    return Derivation(name, (source,), "as validated", name, "", lambda: None, AS_VALIDATED, by=OWN)


def _by_code() -> list[Derivation]:
    """Return the derivations of category and theme where one row of the codebook says them."""
    return [
        matched(name, f"validated:codebook.{name}", "code", "segments", title=name.capitalize())
        for name in ("category", "theme")
    ]


def _by_tree() -> list[Derivation]:
    """Return the derivations where any row of the codebook may say where a code stands."""
    tree = tuple(f"validated:codebook.{name}" for name in TREE)
    every = {"codebook": ()}
    return [
        _placed("code", (CODE, *tree), "code of the tree of codes", OWN | every),
        *(
            _placed(name, ("dataset:segments.code", *tree), rule, every)
            for name, rule in (
                ("category", "what the code stands under in the tree of codes, below its theme"),
                ("theme", "the outermost of the tree of codes above the code"),
            )
        ),
    ]


def _placed(name: str, sources: tuple, rule: str, by: dict) -> Derivation:
    return Derivation(name, sources, rule, name.capitalize(), "", lambda: None, by=by)


def derive_segments(
    segments: pd.DataFrame,
    interviews: pd.DataFrame | None,
    codebook: pd.DataFrame | None,
    transcripts: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the dataset, and how many codings were set aside for which reason.

    Without a register each transcript is an interview; without a codebook each code that was given
    is a theme. Rows are in the order of the register, then of the passages in the transcript.
    """
    book = codebook_of(segments["code"]) if codebook is None else codebook
    register = register_of(interviews, transcripts)
    placed = place_codings(segments, book, transcripts)
    reason = reasons(placed, segments, register, transcripts)
    known = known_codes(book)
    kept = placed[reason.isna()]
    kept = kept.assign(
        **{name: lookup(kept["code"], known["code"], known[name]) for name in ("category", "theme")}
    )
    tables = {"interviews": register, "transcripts": transcripts}
    kept = derive("segments", kept, tables, [*REGISTERED, *DERIVED])
    places = dict(zip(register["document"], range(len(register)), strict=True))
    kept = kept.assign(place=kept["document"].map(places))
    kept = kept.sort_values(["place", "start", "end", "code", "coder"], kind="stable")
    dataset = kept[COLUMNS].astype(KINDS).reset_index(drop=True)
    return dataset, {str(why): int(count) for why, count in reason.value_counts().items()}


def is_by_code(segments: pd.DataFrame, codebook: pd.DataFrame | None) -> bool:
    """Return whether one row of the codebook says where a code of the dataset stands."""
    if codebook is None or codebook.get("parent", pd.Series(dtype="string")).notna().any():
        return False
    known = known_codes(codebook)
    return bool((known["given"] == known["code"]).all()) and bool(
        (codes_given(segments["code"], codebook) == segments["code"]).fillna(True).all()
    )


def main(job) -> dict[str, Rows]:
    """Read the codings and what they refer to; write the dataset and its CSV twin."""
    from schemas.datasets.coded_segments import CodedSegments

    segments, transcripts = read_table(job.input.segments), read_table(job.input.transcripts)
    interviews, codebook = (read_optional(job.input, name) for name in ("interviews", "codebook"))
    dataset, set_aside = derive_segments(segments, interviews, codebook, transcripts)
    CodedSegments.validate(dataset, lazy=True)
    write_dataset(dataset, job.output.parquet, job.output.csv)
    declared = placed_columns(is_by_code(segments, codebook))
    made = [*declared, *(UNREGISTERED if interviews is None else REGISTERED), *DERIVED]
    key = key_of(CodedSegments)
    write_columns(job.output.columns, dataset, made, "segments", key, LEFT_OUT)
    return {"segments": Rows(read=len(segments), used=len(dataset), set_aside=set_aside)}


run(main, globals())
