"""Tabulate the baseline: one row is one variable, or one level of it, and one arm."""

from functools import partial

import pandas as pd

from trialtrail.analysis.two_groups import deviation
from trialtrail.exports.file_labels import labelled, read_labels
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import TAKES, Takes, takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

PEOPLE = "dataset:participants"

NUMERIC = ("integer", "number")
ALL = "all"
NOTHING = "no value recorded"
"""The level of a category that has no codes and no values."""


def numeric_row(variable: dict, frame: pd.DataFrame, group: dict | None = None) -> dict:
    """Return mean and standard deviation of a variable in a ``group``, such as those of an arm."""
    name = variable["id"]
    known = frame[name].dropna().astype(float)
    spread = {"mean": known.mean() if len(known) else None, "sd": deviation(known)}
    taken = Takes(PEOPLE, (name,), group or {}, (name,))
    return {"n": len(known), TAKES: takes(("n", "mean", "sd"), taken)} | spread


def level_row(variable: dict, level, frame: pd.DataFrame, group: dict | None = None) -> dict:
    """Return count and percentage of one level of a variable among the known values."""
    name, own = variable["id"], group or {}
    known = frame[name].dropna()
    return count_row(
        *("", "", int((known == level).sum()), len(known)),
        counted=[Takes(PEOPLE, (name,), own | {name: level})],
        out_of=[Takes(PEOPLE, (name,), own, (name,))],
    )


def tabulate_baseline(participants: pd.DataFrame, variables: list[dict], arms: list[str]):
    """Return the topic `baseline`: a row a variable, or a level of a category, and an arm.

    Rows of all participants have no arm, and ``all`` in their names. ``n`` of a number are the
    known values; of a level those who have it, and ``denominator`` the known values. Levels stand
    in the order of the configuration, or of the alphabet where it lists no codes.
    """
    groups = {arm: participants[participants["arm"] == arm] for arm in arms}
    groups[ALL] = participants
    rows = []
    for variable in variables:
        for name, label, make in _kinds_of_rows(variable, participants):
            for group, frame in groups.items():
                about = {
                    "row": f"{name}.{group}",
                    "item": variable["id"],
                    "label": variable["label"],
                    "level": label,
                    "unit": variable.get("unit", ""),
                    "arm": "" if group == ALL else group,
                    "decimals": variable.get("decimals"),
                }
                rows.append(make(frame, {} if group == ALL else {"arm": group}) | about)
    return of_topic("baseline", rows)


def _kinds_of_rows(variable: dict, participants: pd.DataFrame) -> list[tuple]:
    """Return of each row of a variable its name, the label of its level and what makes it."""
    name = variable["id"]
    if variable["type"] in NUMERIC:
        return [(name, "", partial(numeric_row, variable))]
    if variable["type"] == "boolean":
        return [(name, "", partial(level_row, variable, True))]
    known = participants[name].dropna()
    levels = variable["levels"] or sorted(known.unique())
    if not levels:
        return [(name, NOTHING, lambda *_: {"denominator": 0})]
    labels = variable.get("labels", {})
    return [
        (f"{name}.{level}", labels.get(level, level), partial(level_row, variable, level))
        for level in levels
    ]


def main(job):
    """Read the participants; write the baseline table."""
    participants = read_table(job.input.participants)
    labels = read_labels(job.input.readings)
    variables = [labelled(each["form"], each, labels) for each in job.params.variables]
    table = tabulate_baseline(participants, variables, job.params.arms)
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    return {"participants": Rows(read=len(participants), used=len(participants))}


run(main, globals())
