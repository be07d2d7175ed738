"""Makes the table `stage_people`: whether the same people were interviewed at each stage."""

from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.stages import people_by_stage
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.cases import StagePeople


def main(job) -> dict[str, Rows]:
    """Read the register; write the table."""
    interviews = read_table(job.input.interviews)
    held = held_interviews(interviews)
    rows = people_by_stage(held, interviews, getattr(job.params, "roles", None) or {})
    write_result(conform(rows, StagePeople), job.output.table)
    write_takes(job.output.takes, {"stage_people": taken_by(rows)})
    return {"interviews": Rows(read=len(interviews), used=len(interviews), set_aside={})}


run(main, globals())
