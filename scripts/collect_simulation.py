"""Collect the drawn trials of all scenarios into `operating_characteristics`."""

import pandas as pd

from trialtrail.record import Rows, run
from trialtrail.simulation.characteristics import characteristics
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.simulation import OperatingCharacteristics


def rows_of(scenario: dict, trials: pd.DataFrame, level: float, *, arms: int) -> list[dict]:
    """Return the rows of one scenario, a method and arm each.

    A row is called by the scenario and the method, by `imputed` where values were, and by the arm
    where there are more than two.
    """
    found = []
    for row in characteristics(trials, float(scenario.get("effect") or 0.0), level):
        name = [scenario["id"], row["method"]]
        name += [row["values"]] if scenario["model"] == row["values"] else []
        name += [row["arm"]] if arms > 2 else []
        about = {key: scenario[key] for key in ("label", "model")} | {"level": level}
        found.append({"row": ".".join(name), "scenario": scenario["id"], **about, **row})
    return found


def main(job):
    """Read the blocks of each scenario; write the table."""
    p, rows, read = job.params, [], 0
    files = iter(job.input.trials)
    for scenario in p.scenarios:
        parts = [read_table(next(files)) for _ in range(p.blocks[scenario["id"]])]
        trials = pd.concat(parts, ignore_index=True)
        read += len(trials)
        rows += rows_of(scenario, trials, p.level, arms=len(p.arms))
    write_result(conform(rows, OperatingCharacteristics), job.output.table)
    return {"trials": Rows(read=read, used=read)}


run(main, globals())
