"""Makes the list of flags of all texts, for people, and `word_disclosure`: a row is a count."""

from pathlib import Path

import pandas as pd

from trialtrail.qualitative.disclosure_flags import (
    QUOTATIONS,
    TEXTS,
    counts_of,
    decided,
    flags_of_prose,
    unused_decisions,
)
from trialtrail.qualitative.disclosure_lists import lists_of, optional_table, pseudonyms_of
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_table, write_csv, write_result

from schemas.results.base import conform
from schemas.results.word_disclosure import WordDisclosure

COUNTED = ("flags", "kept", "masked", "generalised", "undecided")
PLACES = Takes("validated:quotations", ("document", "start", "end"))
WORDS = Takes("validated:transcripts", ("text",))


def counts_taken(table: pd.DataFrame, has_decisions: bool) -> dict[str, list[dict]]:
    """Return what the counts take; of prose nothing that is a raw cell."""
    more = [Takes("validated:disclosure_decisions", ("decision",))] if has_decisions else []
    return {
        row: takes(COUNTED, PLACES, WORDS, *more)
        for row, texts in zip(table["row"], table["texts"], strict=True)
        if texts == QUOTATIONS
    }


def with_prose(
    flags: pd.DataFrame, prose: list[dict], decisions: pd.DataFrame | None, stops: list[str]
) -> pd.DataFrame:
    """Return the flags of quotations and coded passages, and behind them those of the prose."""
    more = decided(prose, decisions, stops)
    return pd.concat([flags, more], ignore_index=True) if len(more) else flags


def main(job) -> dict[str, Rows]:
    """Read the flags and the study's prose; write the list, and counts of it."""
    chosen, transcripts = job.params.chosen, read_table(job.input.transcripts)
    names = pseudonyms_of(optional_table(job.input, "pseudonyms"), transcripts)
    lists = lists_of(chosen, transcripts, names, optional_table(job.input, "interviews"))
    decisions = optional_table(job.input, "decisions")
    texts = job.input.texts if TEXTS in chosen["searched"] else []
    paths = [Path(path) for path in ([texts] if isinstance(texts, str) else texts)]
    prose = flags_of_prose({path.name: path.read_text(encoding="utf-8") for path in paths}, lists)
    flags = with_prose(read_table(job.input.flags), prose, decisions, chosen["stops"])
    write_csv(flags, job.output.listed)
    table = conform(counts_of(flags, chosen["stops"], chosen["searched"]), WordDisclosure)
    write_result(table, job.output.table)
    write_takes(job.output.takes, {"word_disclosure": counts_taken(table, decisions is not None)})
    if decisions is None:
        return {}
    unused = unused_decisions(flags, decisions)
    aside = {"decides a flag that is not there": len(unused)} if unused else {}
    used = len(decisions) - len(unused)
    return {"disclosure_decisions": Rows(read=len(decisions), used=used, set_aside=aside)}


run(main, globals())
