"""Makes `flags`: a row is a stretch of a quotation, or of a coded passage, that a rule names."""

from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.disclosure_flags import (
    QUOTATIONS,
    SEGMENTS,
    check_rules,
    decided,
    flags_of_passages,
    flags_of_segments,
)
from trialtrail.qualitative.disclosure_lists import lists_of, optional_table, pseudonyms_of
from trialtrail.qualitative.quoted_passages import quoted_passages
from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_table


def main(job) -> dict[str, Rows]:
    """Read what is quoted and what is decided; write the flags."""
    chosen = job.params.chosen
    quotations, transcripts = read_table(job.input.quotations), read_table(job.input.transcripts)
    names = pseudonyms_of(optional_table(job.input, "pseudonyms"), transcripts)
    lists = lists_of(chosen, transcripts, names, optional_table(job.input, "interviews"))
    check_rules(lists, chosen["stops"])
    texts = texts_by_document(transcripts)
    rows = []
    if QUOTATIONS in chosen["searched"]:
        edits = optional_table(job.input, "edits")
        passages = quoted_passages(quotations, texts, edits, names)
        documents = zip(quotations["quotation"].astype(str), quotations["document"], strict=True)
        rows += flags_of_passages(passages, dict(documents), lists)
    segments = optional_table(job.input, "segments")
    if SEGMENTS in chosen["searched"] and segments is not None:
        rows += flags_of_segments(segments, texts, lists)
    flags = decided(rows, optional_table(job.input, "decisions"), chosen["stops"])
    write_table(flags, job.output.flags)
    return {"quotations": Rows(read=len(quotations), used=len(quotations))}


run(main, globals())
