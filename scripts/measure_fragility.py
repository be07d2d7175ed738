"""Makes the table `fragility`: each claim, without every person and by each coder alone."""

from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.codebook import codebook_of
from trialtrail.qualitative.fragility import measure_fragility
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_optional, read_table, write_result

from schemas.results.base import conform
from schemas.results.cases import Fragility


def main(job) -> dict[str, Rows]:
    """Read segments and register; write the table."""
    segments = read_table(job.input.segments)
    interviews = read_optional(job.input, "interviews")
    book = read_optional(job.input, "codebook")
    codebook = codebook_of(segments["code"]) if book is None else book
    documents = read_table(job.input.transcripts)["document"]
    held = held_interviews(interviews, documents, job.params.naming)
    claims = getattr(job.params, "claims", None) or []
    rows = measure_fragility(segments, codebook, held, interviews, claims)
    write_result(conform(rows, Fragility), job.output.table)
    write_takes(job.output.takes, {"fragility": taken_by(rows)})
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
