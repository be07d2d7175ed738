"""Looks for words that could tell who speaks: `disclosure` (a flag a row) and counts of them."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.disclosure_flags import (
    QUOTATIONS,
    SEGMENTS,
    TEXTS,
    check_rules,
    counts_of,
    decided,
    flags_of_passages,
    flags_of_prose,
    flags_of_segments,
    unused_decisions,
)
from trialtrail.qualitative.pseudonyms import check_pseudonyms
from trialtrail.qualitative.quoted_passages import quoted_passages
from trialtrail.qualitative.rare_words import RARE_WORDS
from trialtrail.qualitative.word_disclosure import Lists, transcripts_with
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_table, write_csv, write_result, write_table

from schemas.results.base import conform
from schemas.results.word_disclosure import WordDisclosure

COUNTED = ("flags", "kept", "masked", "generalised", "undecided")
PLACES = Takes("validated:quotations", ("document", "start", "end"))
WORDS = Takes("validated:transcripts", ("text",))


def words_of(path: str) -> list[str]:
    """Return the words or phrases of a list, one a line; blank lines and remarks left out."""
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def lists_of(job, transcripts: pd.DataFrame, pseudonyms: list[dict]) -> Lists:
    """Return what the study knows to tell of somebody."""
    chosen = job.params.chosen
    interviews = one(job.input, "interviews")
    columns = ("participant_id", "provider_id")
    known = read_table(interviews)[list(columns)] if interviews else pd.DataFrame(columns=columns)
    rare = [word for path in chosen["rare"] for word in words_of(path)]
    return Lists(
        listed={name: words_of(path) for name, path in chosen["lists"].items()},
        hidden=[row["name"] for row in pseudonyms],
        identifiers=sorted({str(each) for name in columns for each in known[name].dropna()}),
        rare=rare,
        rare_in=transcripts_with([*RARE_WORDS, *rare], transcripts["text"]),
        few=chosen["minimum"],
        harmless=[*chosen["harmless"], *(row["pseudonym"] for row in pseudonyms)],
        patterns=chosen["patterns"],
    )


def one(inputs, name: str) -> str | None:
    """Return the path of an input that a study may lack."""
    found = getattr(inputs, name, None) or None
    return found[0] if isinstance(found, list) else found


def optional_table(inputs, name: str) -> pd.DataFrame | None:
    """Return a table that a study may lack."""
    path = one(inputs, name)
    return read_table(path) if path else None


def names_in(pseudonyms: pd.DataFrame | None, transcripts: pd.DataFrame) -> list[dict]:
    """Return the pseudonyms, a row a name, once they are known to name nobody.

    Raises:
        StudyError: one of them would.
    """
    if pseudonyms is None:
        return []
    rows = pseudonyms.astype("object").where(pseudonyms.notna(), None).to_dict("records")
    check_pseudonyms(rows, transcripts["text"])
    return rows


def counts_taken(table: pd.DataFrame, has_decisions: bool) -> dict[str, list[dict]]:
    """Return what the counts take; of prose nothing that is a raw cell."""
    more = [Takes("validated:disclosure_decisions", ("decision",))] if has_decisions else []
    return {
        row: takes(COUNTED, PLACES, WORDS, *more)
        for row, texts in zip(table["row"], table["texts"], strict=True)
        if texts == QUOTATIONS
    }


def all_flags(job, transcripts: pd.DataFrame, lists: Lists, names: Mapping[str, str]) -> list[dict]:
    """Return the flags of all texts that the study asks for."""
    quotations = optional_table(job.input, "quotations")
    scanned, rows = job.params.chosen["scan"], []
    texts = texts_by_document(transcripts)
    if QUOTATIONS in scanned and quotations is not None:
        edits = optional_table(job.input, "edits")
        passages = quoted_passages(quotations, texts, edits, names)
        documents = dict(
            zip(quotations["quotation"].astype(str), quotations["document"], strict=True)
        )
        rows += flags_of_passages(passages, documents, lists)
    if TEXTS in scanned:
        prose = {
            Path(path).name: Path(path).read_text(encoding="utf-8") for path in job.input.texts
        }
        rows += flags_of_prose(prose, lists)
    if SEGMENTS in scanned and one(job.input, "segments"):
        rows += flags_of_segments(read_table(one(job.input, "segments")), texts, lists)
    return rows


def main(job) -> dict[str, Rows]:
    """Read what is printed and what is decided; write the flags, and counts of them."""
    transcripts = read_table(job.input.transcripts)
    rows = names_in(optional_table(job.input, "pseudonyms"), transcripts)
    lists, stops = lists_of(job, transcripts, rows), job.params.chosen["stops"]
    check_rules(lists, stops)
    decisions = optional_table(job.input, "decisions")
    names = {row["name"]: row["pseudonym"] for row in rows}
    flags = decided(all_flags(job, transcripts, lists, names), decisions, stops)
    write_table(flags, job.output.flags)
    write_csv(flags, job.output.listed)
    table = conform(counts_of(flags, stops, job.params.chosen["scan"]), WordDisclosure)
    write_result(table, job.output.table)
    write_takes(job.output.takes, {"word_disclosure": counts_taken(table, decisions is not None)})
    if decisions is None:
        return {}
    unused = unused_decisions(flags, decisions)
    aside = {"decides a flag that is not there": len(unused)} if unused else {}
    used = len(decisions) - len(unused)
    return {"disclosure_decisions": Rows(read=len(decisions), used=used, set_aside=aside)}


run(main, globals())
