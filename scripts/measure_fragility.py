"""Makes the table `fragility`: each claim, without every person and by each coder alone."""

from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.fragility import measure_fragility
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.cases import Fragility


def main(job) -> dict[str, Rows]:
    """Read segments and register; write the table."""
    segments = read_table(job.input.segments)
    register = [read_table(path) for path in job.input.interviews]
    interviews = register[0] if register else None
    held = held_interviews(interviews, segments["document"])
    codebook = read_table(job.input.codebook)
    labels = {"roles": getattr(job.params, "roles", None) or {}}
    claims = getattr(job.params, "claims", None) or []
    rows = measure_fragility(segments, codebook, held, interviews, claims, labels)
    write_result(conform(rows, Fragility), job.output.table)
    write_takes(job.output.takes, {"fragility": taken_by(rows)})
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
