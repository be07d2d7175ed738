"""Tabulate the baseline: one row is one variable, or one level of it, and one arm."""

from functools import partial

import pandas as pd

from trialtrail.analysis.two_groups import deviation
from trialtrail.exports.file_labels import labelled, read_labels
from trialtrail.lineage import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic

NUMERIC = ("integer", "number")
ALL = "all"
NOTHING = "no value recorded"
"""The level of a category that has no codes and no values."""


def numeric_row(variable: dict, frame: pd.DataFrame) -> dict:
    """Return mean and standard deviation of a variable."""
    known = frame[variable["id"]].dropna().astype(float)
    spread = {"mean": known.mean() if len(known) else None, "sd": deviation(known)}
    return {"n": len(known)} | spread


def level_row(variable: dict, level, frame: pd.DataFrame) -> dict:
    """Return count and percentage of one level of a variable among the known values."""
    known = frame[variable["id"]].dropna()
    return count_row("", "", int((known == level).sum()), len(known))


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
                rows.append(make(frame) | about)
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
        return [(name, NOTHING, lambda _: {"denominator": 0})]
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
    return {"participants": Rows(read=len(participants), used=len(participants))}


run(main, globals())
