"""Tabulate the flow of participants: one row is one box of the CONSORT chart."""

import pandas as pd

from trialtrail.counts import count_row, count_table
from trialtrail.lineage import Rows, run
from trialtrail.tables import read_table, write_result

COLUMNS = ["row", "label", "arm", "n", "denominator", "percent"]


def screening_rows(screening: pd.DataFrame, randomised: int) -> list[dict]:
    """Return the boxes before allocation; what the log does not say of anybody has none."""
    total = invited = len(screening)
    rows = [count_row("assessed", "Assessed for eligibility", total)]
    declined = (~screening["consented"]).fillna(False)
    if screening["eligible"].notna().any():
        eligible = screening["eligible"].fillna(False)
        declined &= eligible
        invited = int(eligible.sum())
        rows.append(count_row("eligible", "Eligible and invited", invited, total))
    if screening["consented"].notna().any():
        rows.append(count_row("declined", "Declined", int(declined.sum()), invited))
    return [*rows, count_row("randomised", "Randomised", randomised, invited)]


def tabulate_flow(participants, screening, arms, forms, followed_up, treated) -> pd.DataFrame:
    """Return the flow table; ``not_followed_up`` are the others of those randomised.

    ``forms`` maps each follow-up form to its label; ``followed_up`` names the form that defines the
    follow-up; ``treated`` is the arm whose uptake is counted, where there is a contact log.
    """
    total = len(participants)
    rows = (
        screening_rows(screening, total)
        if screening is not None
        else [count_row("randomised", "Randomised", total)]
    )
    sizes = {arm["id"]: int((participants["arm"] == arm["id"]).sum()) for arm in arms}
    for arm in arms:
        label = f"Allocated to {arm['label']}"
        rows.append(
            count_row(f"allocated.{arm['id']}", label, sizes[arm["id"]], total, arm=arm["id"])
        )
    if treated and "visits" in participants:
        got = participants[participants["arm"] == treated]["visits"] > 0
        rows.append(
            count_row(
                f"received.{treated}",
                "Received the intervention",
                int(got.sum()),
                len(got),
                arm=treated,
            )
        )
    marks = {form: (f"has_{form}", label) for form, label in forms.items()}
    present = {
        name: (participants[mark].astype(bool), label) for name, (mark, label) in marks.items()
    }
    if followed_up:
        has = participants[f"has_{followed_up['form']}"].astype(bool)
        present["followed_up"] = (has, followed_up["label"])
        present["not_followed_up"] = (~has, "not observed")
    for name, (has, label) in present.items():
        rows.append(count_row(name, label, int(has.sum()), total))
        for arm in arms:
            inside = int((has & (participants["arm"] == arm["id"])).sum())
            rows.append(
                count_row(f"{name}.{arm['id']}", label, inside, sizes[arm["id"]], arm=arm["id"])
            )
    return count_table(rows, COLUMNS)


def main(job):
    """Read the participants and the screening log; write the flow."""
    participants = read_table(job.input.participants)
    screening = read_table(job.input.screening[0]) if job.input.get("screening") else None
    table = tabulate_flow(
        participants,
        screening,
        job.params.arms,
        job.params.forms,
        job.params.followed_up,
        job.params.treated,
    )
    write_result(table, job.output.table)
    return {"participants": Rows(read=len(participants), used=len(participants))}


run(main, globals())
