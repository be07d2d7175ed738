"""Tabulate the curves of times to an event by arm: one row is one point of a curve."""

import pandas as pd

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.survival.curve_table import curve_table
from trialtrail.record import Rows, run
from trialtrail.results.takes import TAKES, Takes, taken_by, takes, write_takes
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.curves import Curves

OF_CURVE = ("days", "at_risk", "events", "estimate", "lower", "upper")
FIRST_CONTACT = "first_contact"
TICKS = 8
"""How many round days an axis has room for."""
BEYOND = 1.25
"""Until how many times the day of the last event a curve is drawn."""
APART = (1, 7, 14, 28, 30, 60, 91, 182, 365, 730, 1461)
"""Days between round days, of which the least that fits is taken."""


def times_of(outcomes: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return ``arm``, ``time`` and ``event`` of an outcome, a row a participant."""
    rows = outcomes[outcomes["outcome"] == outcome]
    return pd.DataFrame({"arm": rows["arm"], "time": rows["value"], "event": rows["event"]})


def to_first_contact(
    participants: pd.DataFrame, contacts: pd.DataFrame, treated: str
) -> pd.DataFrame:
    """Return the days to the first contact that took place, of the arm that is to have one.

    Who had none is censored on the last day of the log.
    """
    people = participants[participants["arm"] == treated]
    days = people["days_to_first_contact"].astype("Float64").astype("float64")
    last = (contacts["contact_on"].max() - people["randomised_on"]).dt.days.astype("float64")
    # A contact before the allocation, which the queries report, begins at it.
    time = days.clip(lower=0).fillna(last.where(last >= 0))
    unknown = days.isna() & people["any_contact"]
    return pd.DataFrame(
        {"arm": people["arm"], "time": time.mask(unknown), "event": days.notna().astype(float)}
    )


def round_days(last: float) -> list[float]:
    """Return the round days at which the numbers at risk are printed."""
    if pd.isna(last):
        return []
    apart = next((each for each in APART if last / each <= TICKS), APART[-1])
    return [float(day) for day in range(0, int(last) + 1, apart)]


def shown_until(data: pd.DataFrame) -> float:
    """Return the last day that is of interest: a quarter of the time beyond the last event."""
    last = data.loc[data["event"] > 0, "time"].max()
    return data["time"].max() if pd.isna(last) else min(data["time"].max(), BEYOND * last)


def curve_rows(
    outcome: str, label: str, data: pd.DataFrame, setting: Setting, taken: dict
) -> list[dict]:
    """Return the points of the curves of an outcome; ``taken`` is what those of an arm take."""
    marks = round_days(shown_until(data))
    table = curve_table(data, setting, marks)
    kinds = [kind for kind in table["curve"].unique() if kind != "survival"]
    # With competing events the share without any event is no share without this one.
    shown = ["survival"] if len(kinds) == 1 else kinds
    rows = []
    for (arm, curve), points in table[table["curve"].isin(shown)].groupby(
        ["arm", "curve"], sort=False
    ):
        for number, point in enumerate(points.to_dict("records"), start=1):
            day = point.pop("time")
            name = f"day_{day:.0f}" if day in marks else f"at_{number}"
            kind = curve.replace(" ", "_")
            rows.append(
                point
                | {
                    "row": f"{outcome}.{kind}.{arm}.{name}",
                    "outcome": outcome,
                    "label": label,
                    "days": day,
                    TAKES: takes(OF_CURVE, *taken[arm]),
                }
            )
    return rows


def main(job):
    """Read the outcomes and the participants; write the points of the curves."""
    people = read_table(job.input.participants)
    p = job.params
    rows, counts = [], {"participants": Rows(read=len(people), used=len(people))}
    for path in job.input.outcomes:
        outcomes = read_table(path)
        for spec in p.outcomes:
            where = {"outcome": spec["id"]}
            columns = ("value", "event")
            taken = {
                arm: [Takes("dataset:outcomes", columns, where | {"arm": arm}, columns)]
                for arm in p.arms
            }
            data = times_of(outcomes, spec["id"])
            rows += curve_rows(spec["id"], spec["label"], data, Setting(p.arms, p.level), taken)
        mine = int(outcomes["outcome"].isin([spec["id"] for spec in p.outcomes]).sum())
        aside = {"of no time to an event": len(outcomes) - mine} if mine < len(outcomes) else {}
        counts["outcomes"] = Rows(read=len(outcomes), used=mine, set_aside=aside)
    for path in job.input.contacts:
        contacts = read_table(path)
        columns = ("days_to_first_contact", "any_contact", "randomised_on")
        taken = {
            p.treated: [
                Takes("dataset:participants", columns, {"arm": p.treated}),
                Takes("dataset:contacts", ("contact_on",)),
            ]
        }
        if "randomised_on" in people:
            data = to_first_contact(people, contacts, p.treated)
            setting = Setting([p.treated], p.level)
            rows += curve_rows(FIRST_CONTACT, "First contact", data, setting, taken)
        counts["contacts"] = Rows(read=len(contacts), used=len(contacts))
    write_result(conform(rows, Curves), job.output.table)
    write_takes(job.output.takes, {"curves": taken_by(rows)})
    return counts


run(main, globals())
