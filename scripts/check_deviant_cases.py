"""Makes the table `deviant_cases`: propositions, the cases against them, and whom to look at."""

from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.deviant_cases import check_deviant_cases, interviewed_of
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_result, read_table, write_result

from schemas.results.base import conform
from schemas.results.cases import DeviantCases

SETTINGS = ("contrary", "asked", "roles")


def main(job) -> dict[str, Rows]:
    """Read segments, transcripts, register and quotations; write the table."""
    segments = read_table(job.input.segments)
    register = [read_table(path) for path in job.input.interviews]
    quotations = [read_result(path) for path in job.input.quotations]
    interviews = register[0] if register else None
    known = interviewed_of(
        held_interviews(interviews, segments["document"]),
        segments,
        read_table(job.input.codebook),
        texts_by_document(read_table(job.input.transcripts)),
        {name: getattr(job.params, name, None) for name in SETTINGS},
        interviews,
        quotations[0] if quotations else None,
    )
    rows = check_deviant_cases(job.params.propositions, known)
    write_result(conform(rows, DeviantCases), job.output.table)
    write_takes(job.output.takes, {"deviant_cases": taken_by(rows)})
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
