"""Makes the table `framework_matrix`: a row is a case and a theme."""

from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.codebook import codebook_of
from trialtrail.qualitative.matrix import build_framework_matrix, read_summaries
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_optional, read_table, write_result

from schemas.results.base import conform
from schemas.results.cases import FrameworkMatrix

SETTINGS = ("coder", "asked", "entries", "stages")


def main(job) -> dict[str, Rows]:
    """Read segments, register and summaries; write the table."""
    segments = read_table(job.input.segments)
    interviews = read_optional(job.input, "interviews")
    book = read_optional(job.input, "codebook")
    codebook = codebook_of(segments["code"]) if book is None else book
    documents = read_table(job.input.transcripts)["document"]
    held = held_interviews(interviews, documents, job.params.naming)
    given = {name: getattr(job.params, name, None) for name in SETTINGS}
    summaries = [each for path in job.input.summaries for each in read_summaries(path)]
    rows = build_framework_matrix(segments, codebook, held, interviews, summaries, given)
    write_result(conform(rows, FrameworkMatrix), job.output.table)
    write_takes(job.output.takes, {"framework_matrix": taken_by(rows)})
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
