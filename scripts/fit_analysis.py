"""Fit one entry of the analysis plan: effects, arms and models of all its outcomes."""

import pandas as pd

from trialtrail.analysis.fitting import Imputed
from trialtrail.analysis.rows import Plan, analyse
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.arms import Arms
from schemas.results.base import conform
from schemas.results.estimates import Estimates
from schemas.results.models import Models


def main(job):
    """Read the outcomes, the participants and what was imputed; write the rows of the entry."""
    outcomes = read_table(job.input.outcomes)
    people = read_table(job.input.participants)
    blocks = [read_table(path) for path in job.input.imputed]
    imputed = Imputed(pd.concat(blocks, ignore_index=True)) if blocks else None
    p = job.params
    plan = Plan(p.arms, p.level, p.cluster, p.important, p.auxiliary)
    found = analyse(p.entry, outcomes, people, plan, imputed)
    write_table(conform(found.estimates, Estimates), job.output.estimates)
    write_table(conform(found.arms, Arms), job.output.arms)
    write_table(conform(found.models, Models), job.output.models)
    rows = {"estimates": found.estimates, "arms": found.arms, "models": found.models}
    write_takes(job.output.takes, {name: taken_by(each) for name, each in rows.items()})
    wanted = [spec["id"] for spec in p.entry["outcomes"]]
    mine = outcomes["outcome"].isin(wanted)
    scored = int(outcomes.loc[mine, "value"].notna().sum())
    aside = {"not scored": int(mine.sum()) - scored, "of no outcome of it": int((~mine).sum())}
    read = sum(map(len, blocks))
    return {
        "outcomes": Rows(
            read=len(outcomes),
            used=scored,
            set_aside={why: count for why, count in aside.items() if count},
        ),
        "participants": Rows(read=len(people), used=len(people)),
        **({"imputed": Rows(read=read, used=read)} if blocks else {}),
    }


run(main, globals())
