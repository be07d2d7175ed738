"""Tabulate the baseline: one row is one variable, or one level of it, with every arm beside it."""

import pandas as pd

from trialtrail.analysis.two_groups import deviation
from trialtrail.file_labels import labelled, read_labels
from trialtrail.lineage import Rows, run
from trialtrail.tables import read_table, write_result

NUMERIC = ("integer", "number")
ALL = "all"
NOTHING = "no value recorded"
"""The level of a category that has no codes and no values."""


def numeric_row(variable: dict, groups: dict[str, pd.DataFrame]) -> dict:
    """Return mean and standard deviation of a variable in each group."""
    row = _head(variable["id"], variable, "mean_sd")
    for name, frame in groups.items():
        known = frame[variable["id"]].dropna().astype(float)
        row |= {
            f"n_{name}": len(known),
            f"mean_{name}": known.mean(),
            f"sd_{name}": deviation(known),
        }
    return row


def level_row(variable: dict, level, label: str, groups: dict[str, pd.DataFrame]) -> dict:
    """Return count and percentage of one level of a variable among the known values."""
    name = variable["id"] if level is True else f"{variable['id']}.{level}"
    row = _head(name, variable, "n_percent") | {"level": label}
    for group, frame in groups.items():
        known = frame[variable["id"]].dropna()
        count = int((known == level).sum())
        percent = 100 * count / len(known) if len(known) else None
        row |= {f"n_{group}": len(known), f"count_{group}": count, f"percent_{group}": percent}
    return row


def _head(name: str, variable: dict, statistic: str) -> dict:
    return {
        "row": name,
        "variable": variable["id"],
        "level": "",
        "label": variable["label"],
        "unit": variable.get("unit", ""),
        "statistic": statistic,
        "decimals": variable.get("decimals"),
    }


def empty_row(variable: dict, groups: dict[str, pd.DataFrame]) -> dict:
    """Return the row of a category without codes of which nobody has a value."""
    row = _head(variable["id"], variable, "n_percent") | {"level": NOTHING}
    return row | {f"n_{group}": 0 for group in groups}


def tabulate_baseline(participants: pd.DataFrame, variables: list[dict], arms: list[str]):
    """Return the baseline table; a category has a row a level.

    Levels stand in the order of the configuration, or of the alphabet where it lists no codes.
    """
    groups = {arm: participants[participants["arm"] == arm] for arm in arms}
    groups[ALL] = participants
    rows = []
    for variable in variables:
        if variable["type"] in NUMERIC:
            rows.append(numeric_row(variable, groups))
        elif variable["type"] == "boolean":
            rows.append(level_row(variable, True, "", groups))
        else:
            known = participants[variable["id"]].dropna()
            levels = variable["levels"] or sorted(known.unique())
            if not levels:
                rows.append(empty_row(variable, groups))
            for level in levels:
                label = variable.get("labels", {}).get(level, level)
                rows.append(level_row(variable, level, label, groups))
    columns = ["row", "variable", "level", "label", "unit", "statistic"]
    parts = ("n", "mean", "sd", "count", "percent")
    columns += [f"{part}_{group}" for group in groups for part in parts]
    given = ["decimals"] if any("decimals" in variable for variable in variables) else []
    columns += given
    frame = pd.DataFrame(rows, columns=columns)
    whole = [*(f"{part}_{g}" for g in groups for part in ("n", "count")), *given]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def main(job):
    """Read the participants; write the baseline table."""
    participants = read_table(job.input.participants)
    labels = read_labels(job.input.readings)
    variables = [labelled(each["form"], each, labels) for each in job.params.variables]
    table = tabulate_baseline(participants, variables, job.params.arms)
    write_result(table, job.output.table)
    return {"participants": Rows(read=len(participants), used=len(participants))}


run(main, globals())
