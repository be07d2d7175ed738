"""Makes the transcripts with pseudonyms, a row a transcript, and the codings at places there."""

from collections.abc import Mapping

import pandas as pd

from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.disclosure_lists import optional_table, pseudonyms_of
from trialtrail.qualitative.pseudonyms import OffsetMap, pseudonymised
from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_csv

CODINGS = ["document", "code", "coder", "start", "end"]


def pseudonymise_transcripts(
    texts: Mapping[str, str], names: Mapping[str, str]
) -> tuple[pd.DataFrame, dict[str, OffsetMap]]:
    """Return the transcripts with pseudonyms, and where offsets of each stand in them."""
    made = {document: pseudonymised(text, names) for document, text in texts.items()}
    rows = [(document, text) for document, (text, _) in made.items()]
    maps = {document: places for document, (_, places) in made.items()}
    return pd.DataFrame(rows, columns=["document", "text"]), maps


def moved_codings(segments: pd.DataFrame, maps: Mapping[str, OffsetMap]) -> pd.DataFrame:
    """Return the codings with their offsets in the transcripts with pseudonyms.

    A coding that begins or ends within a name is widened to the whole of what stands there.
    """
    moved = segments[CODINGS].copy()
    spans = list(zip(segments["document"], segments["start"], segments["end"], strict=True))
    moved["start"] = [maps[document].to_printed(int(start)) for document, start, _ in spans]
    moved["end"] = [maps[document].to_printed(int(end), end=True) for document, _, end in spans]
    return moved


def main(job) -> dict[str, Rows]:
    """Read transcripts, names and codings; write both tables."""
    transcripts = read_table(job.input.transcripts)
    names = pseudonyms_of(read_table(job.input.pseudonyms), transcripts)
    table, maps = pseudonymise_transcripts(texts_by_document(transcripts), names)
    write_csv(table, job.output.transcripts)
    segments = optional_table(job.input, "segments")
    codings = pd.DataFrame(columns=CODINGS) if segments is None else moved_codings(segments, maps)
    write_csv(codings, job.output.codings)
    return {"transcripts": Rows(read=len(transcripts), used=len(table))}


run(main, globals())
