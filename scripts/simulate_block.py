"""Draw some trials of one scenario and analyse each: one row a trial, method and arm."""

import json
from pathlib import Path

from trialtrail.record import Rows, run
from trialtrail.simulation.design import complete
from trialtrail.simulation.plan import trials_of_block
from trialtrail.simulation.trials import Task, simulate
from trialtrail.tables import write_table

from schemas.datasets.trials import Trials
from schemas.results.base import conform


def main(job):
    """Read what the data show of the design; write what the methods give of each trial."""
    p = job.params
    paths = [job.input.design] if isinstance(job.input.design, str) else job.input.design
    described = {}
    for path in paths:
        described = json.loads(Path(path).read_text(encoding="utf-8"))
    design, _ = complete(p.scenario, described, p.arms, p.scenario["within"])
    task = Task(p.scenario["id"], design, tuple(p.scenario["methods"]), p.level, p.seed)
    numbers = trials_of_block(p.scenario, p.size, p.block)
    found = simulate(task, numbers)
    write_table(conform(found, Trials), job.output.trials)
    return {"trials": Rows(read=len(numbers), used=found["trial"].nunique())}


run(main, globals())
