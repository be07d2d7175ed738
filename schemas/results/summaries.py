"""The contract of the result table `summaries`."""

import pandas as pd

from trialtrail.results.takes import TAKES, taken_by

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result, conform


class Summaries(Result):
    """One row is one figure of a topic: a box of the flow, a level of a variable, a code."""

    table: Text = column("Table", "Topic that the row belongs to: flow, baseline, codes, ...")
    item: Text = column("Item", "What is summarised: a box, a variable, a code, a question")
    label: Text = column("Label", "What readers call it")
    level: Text = column("Level", "Level of a variable; theme, category or code", **NULLABLE)
    group: Text = column("Group", "What the item belongs to: a theme", **NULLABLE)
    timepoint: Text = column("Timepoint", "When it was measured", **NULLABLE)
    population: Text = column("Population", "Of whom; everybody where it is empty", **NULLABLE)
    arm: Text = column("Arm", "Of which arm; all where it is empty", **NULLABLE)
    role: Text = column("Role", "Of which role of interviewees; all where it is empty", **NULLABLE)
    stage: Text = column("Stage", "Of which stage of interviews; all where empty", **NULLABLE)
    unit: Text = column("Unit", "Unit of mean, median and the like", **NULLABLE)
    n: Whole = column("n", "How many: counted, or those whose value is known", ge=0, **NULLABLE)
    denominator: Whole = column("Of", "Out of how many", ge=0, **NULLABLE)
    percent: Real = column("Percent", "n of the denominator", ge=0, **NULLABLE)
    mean: Real = column("Mean", "Of the known values", **NULLABLE)
    sd: Real = column("Standard deviation", "Of the known values", ge=0, **NULLABLE)
    median: Real = column("Median", "Of the known values", **NULLABLE)
    q1: Real = column("Lower quartile", "Of the known values", **NULLABLE)
    q3: Real = column("Upper quartile", "Of the known values", **NULLABLE)
    minimum: Real = column("Least", "Of the known values", **NULLABLE)
    maximum: Real = column("Greatest", "Of the known values", **NULLABLE)
    note: Text = column("Note", "What is to be said of it", **NULLABLE)
    decimals: Whole = column("Decimals", "Decimals in print, where a study sets them", **NULLABLE)


def of_topic(topic: str, rows: list[dict] | pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one topic as its part of the table.

    ``row`` is given without the topic, with which it begins in the table; without an ``item`` it is
    the item. What the rows take goes along, and is given by `takes_of`.
    """
    frame = pd.DataFrame(rows)
    if frame.empty:
        return conform([], Summaries)
    local = frame["row"].astype("string")
    item = frame["item"].fillna(local) if "item" in frame else local
    frame = frame.assign(row=topic + "." + local, table=topic, item=item)
    table = conform(frame, Summaries)
    table.attrs[TAKES] = taken_by(frame.to_dict("records")) if TAKES in frame else {}
    return table


def takes_of(*parts: pd.DataFrame) -> dict[str, dict]:
    """Return what the rows of parts of the table take, as `trialtrail.results.takes.write_takes` has it."""
    return {
        "summaries": {row: taken for part in parts for row, taken in part.attrs.get(TAKES, {}).items()}
    }
