"""Makes the table `deviant_cases`: propositions, the cases against them, and whom to look at."""

from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.codebook import codebook_of
from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.deviant_cases import check_deviant_cases, interviewed_of
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_optional, read_result, read_table, write_result

from schemas.results.base import conform
from schemas.results.cases import DeviantCases

SETTINGS = ("contrary", "asked")


def main(job) -> dict[str, Rows]:
    """Read segments, transcripts, register and quotations; write the table."""
    segments = read_table(job.input.segments)
    interviews = read_optional(job.input, "interviews")
    book = read_optional(job.input, "codebook")
    codebook = codebook_of(segments["code"]) if book is None else book
    transcripts = read_table(job.input.transcripts)
    quotations = [read_result(path) for path in job.input.quotations]
    known = interviewed_of(
        held_interviews(interviews, transcripts["document"], job.params.naming),
        segments,
        codebook,
        texts_by_document(transcripts),
        {name: getattr(job.params, name, None) for name in SETTINGS},
        interviews,
        quotations[0] if quotations else None,
    )
    rows = check_deviant_cases(job.params.propositions, known)
    write_result(conform(rows, DeviantCases), job.output.table)
    write_takes(job.output.takes, {"deviant_cases": taken_by(rows)})
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
