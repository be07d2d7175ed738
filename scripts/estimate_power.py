"""Estimate the power of several sizes of the trial, and the smallest that has the one wanted."""

import json
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.record import run
from trialtrail.simulation.sample_size import Asked, look_for
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.simulation import Power


def asked_of(p, described: dict) -> Asked:
    """Return what is looked for, from the parameters of the rule.

    Raises:
        StudyError: no difference to be found is said.
    """
    if not p.spec.get("effect"):
        raise StudyError(
            "The power is asked for, and no difference that is to be found",
            where="simulation.power",
            rule="power is that of a difference which is not 0",
            remedy="write `effect`, or the outcome's difference under `analysis.important`",
        )
    return Asked(
        p.spec, described, p.arms, p.within, p.arms.index(p.arm), p.method, 1 - p.level, p.seed
    )


def main(job):
    """Read what the data show of the design; write the table of power."""
    paths = [job.input.design] if isinstance(job.input.design, str) else job.input.design
    described = {}
    for path in paths:
        described = json.loads(Path(path).read_text(encoding="utf-8"))
    rows = list(look_for(asked_of(job.params, described)))
    write_result(conform(rows, Power), job.output.table)


run(main, globals())
