"""Collect what the analyses gave into the tables `estimates`, `arms` and `models`."""

import pandas as pd

from trialtrail.analysis.family import adjust_family
from trialtrail.planning.status import plan_status
from trialtrail.record import Rows, run
from trialtrail.tables import read_result, read_table, write_result

from schemas.results.arms import Arms
from schemas.results.base import conform
from schemas.results.estimates import Estimates
from schemas.results.models import Models

CONTRACTS = {"estimates": Estimates, "arms": Arms, "models": Models}


def main(job):
    """Read the rows of each analysis, in the order of the plan; write each table."""
    counts = {}
    for name, contract in CONTRACTS.items():
        parts = [read_table(path) for path in getattr(job.input, name)]
        whole = pd.concat(parts, ignore_index=True)
        if name == "estimates":
            whole = adjust_family(whole, job.params.multiplicity)
            if job.input.deviations:
                deviations = read_result(job.input.deviations)
                whole = whole.assign(plan_status=plan_status(whole, deviations))
                counts["deviations"] = Rows(read=len(deviations), used=len(deviations))
        table = conform(whole, contract)
        write_result(table, getattr(job.output, name))
        counts[name] = Rows(read=sum(map(len, parts)), used=len(table))
    return counts


run(main, globals())
