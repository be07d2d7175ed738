"""Describe the design of the trial as its data show it, which drawn trials take."""

import json
from pathlib import Path

from trialtrail.record import Rows, run
from trialtrail.simulation.described import describe
from trialtrail.tables import read_result, read_table


def main(job):
    """Read the results of arms and models, and who belongs to which cluster; write the values."""
    arms, models = read_result(job.input.arms), read_result(job.input.models)
    people = read_table(job.input.participants)
    p = job.params
    people = people[people["participant_id"].notna() & people["arm"].notna()]
    found = describe(arms, models, people, p.what)
    text = json.dumps(found, indent=1, sort_keys=True, allow_nan=False)
    Path(job.output.design).write_text(text + "\n", encoding="utf-8")
    return {
        "arms": Rows(read=len(arms), used=len(arms)),
        "models": Rows(read=len(models), used=len(models)),
        "participants": Rows(read=len(people), used=len(people)),
    }


run(main, globals())
