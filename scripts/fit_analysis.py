"""Fit one entry of the analysis plan: effects, arms and models of all its outcomes."""

from trialtrail.analysis.rows import analyse
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.arms import Arms
from schemas.results.base import conform
from schemas.results.estimates import Estimates
from schemas.results.models import Models


def main(job):
    """Read the outcomes and the participants; write the rows of the entry."""
    outcomes = read_table(job.input.outcomes)
    people = read_table(job.input.participants)
    p = job.params
    found = analyse(p.entry, outcomes, people, p.arms, p.level)
    write_table(conform(found.estimates, Estimates), job.output.estimates)
    write_table(conform(found.arms, Arms), job.output.arms)
    write_table(conform(found.models, Models), job.output.models)
    rows = {"estimates": found.estimates, "arms": found.arms, "models": found.models}
    write_takes(job.output.takes, {name: taken_by(each) for name, each in rows.items()})
    wanted = [spec["id"] for spec in p.entry["outcomes"]]
    mine = outcomes["outcome"].isin(wanted)
    scored = int(outcomes.loc[mine, "value"].notna().sum())
    aside = {"not scored": int(mine.sum()) - scored, "of no outcome of it": int((~mine).sum())}
    return {
        "outcomes": Rows(
            read=len(outcomes),
            used=scored,
            set_aside={why: count for why, count in aside.items() if count},
        ),
        "participants": Rows(read=len(people), used=len(people)),
    }


run(main, globals())
