"""Makes `interviewees_against_randomised`: whom the interviews speak for, variable by variable."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trialtrail.analysis.two_groups import deviation
from trialtrail.derive.uptake import chosen_by, limits_of, within_limits
from trialtrail.exports.file_labels import labelled, read_labels
from trialtrail.qualitative.codings import INTERVIEWED, completed_interviews
from trialtrail.record import Rows, run
from trialtrail.results.counts import quartiles
from trialtrail.results.disclosure import suppress
from trialtrail.results.takes import KNOWN, Takes, takes, write_takes
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.interviewees_against_randomised import IntervieweesAgainstRandomised

NAME = "interviewees_against_randomised"
PEOPLE, VALUES, REGISTER = "dataset:participants", "dataset:outcomes", "validated:interviews"
ALL = "all"
NUMERIC, BINARY = ("integer", "number", "continuous", "count"), ("boolean", "binary")
SUMMARY = ("n", "mean", "sd", "median", "q1", "q3")
SHARE = ("n", "denominator", "percent")


@dataclass(frozen=True)
class Group:
    """People of whom a variable is told.

    Attributes:
        arm: `interviewed`, an arm, or empty for all randomised.
        people: who they are, by participant id.
        takes: what says so, beside the values.
    """

    arm: str
    people: frozenset[str]
    takes: tuple[Takes, ...] = ()
    where: Mapping[str, Any] | None = None


def groups_of(participants: pd.DataFrame, interviews: pd.DataFrame) -> list[Group]:
    """Return those interviewed, the arms in which they are, and all randomised."""
    ids = participants["participant_id"]
    held = completed_interviews(interviews)["participant_id"].dropna()
    seen = participants[ids.isin(held)]
    did: dict[str, Any] = {"document": KNOWN}
    if interviews["status"].notna().any():
        did["status"] = INTERVIEWED
    register = Takes(REGISTER, ("participant_id",), did, same=("participant_id",))
    found = [Group(INTERVIEWED, frozenset(seen["participant_id"]), (register,))]
    for arm in dict.fromkeys(seen["arm"].dropna()):
        own = participants.loc[participants["arm"] == arm, "participant_id"]
        found.append(Group(str(arm), frozenset(own), where={"arm": arm}))
    return [*found, Group("", frozenset(ids))]


def described(values: pd.Series, kind: str, level: Any = True) -> dict[str, Any]:
    """Return mean, median and spread of the known values of a number, or the count of a level."""
    known = values.dropna()
    if kind in NUMERIC:
        numbers = known.astype(float)
        spread = {"mean": numbers.mean() if len(known) else None, "sd": deviation(numbers)}
        return {"n": len(known)} | spread | quartiles(numbers)
    n = int((known == level).sum())
    return {
        "n": n,
        "denominator": len(known),
        "percent": 100 * n / len(known) if len(known) else None,
    }


def baseline_lines(
    participants: pd.DataFrame, variables: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[dict, pd.Series, str, Any, Takes]]:
    """Yield what is told of the baseline: a number, or each level of a category."""
    for variable in variables:
        name, kind = variable["id"], variable["type"]
        about = {"kind": "baseline", "item": name, "label": variable["label"]}
        about["unit"] = variable.get("unit", "")
        values = participants.set_index("participant_id")[name]
        taken = Takes(PEOPLE, (name,), {}, (name,))
        if kind in NUMERIC or kind in BINARY:
            yield about, values, kind, True, taken
            continue
        known = values.dropna()
        for level in variable["levels"] or sorted(known.unique()):
            label = variable.get("labels", {}).get(level, level)
            yield (
                about | {"level": str(label), "name": f"{name}.{level}"},
                values,
                kind,
                level,
                taken,
            )


def uptake_lines(
    participants: pd.DataFrame, rules: Iterable[Mapping[str, Any]], contacts: str
) -> Iterator[tuple[dict, pd.Series, str, Any, Takes]]:
    """Yield the number of contacts that count for uptake, and each row of uptake with a limit."""
    if "visits" not in participants:
        return
    people = participants.set_index("participant_id")
    about = {"kind": "uptake", "item": "visits", "label": contacts, "unit": ""}
    taken = Takes(PEOPLE, ("visits",), {}, ("visits",))
    yield about, people["visits"], "integer", True, taken
    for rule in rules:
        if not limits_of(rule) or rule.get("where"):
            continue
        met = (chosen_by(rule, people) & within_limits(rule, people)).astype("boolean")
        about = {"kind": "uptake", "item": rule["id"], "label": rule["label"], "unit": ""}
        yield about, met, "boolean", True, taken


def outcome_lines(
    outcomes: pd.DataFrame, plan: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[dict, pd.Series, str, Any, Takes]]:
    """Yield the outcomes that are a number or yes and no, at each of their timepoints."""
    for outcome in plan:
        if outcome["kind"] not in (*NUMERIC, *BINARY):
            continue
        mine = outcomes[outcomes["outcome"] == outcome["id"]]
        timepoints = list(dict.fromkeys(mine["timepoint"]))
        for timepoint in timepoints:
            values = mine[mine["timepoint"] == timepoint].set_index("participant_id")["value"]
            several = len(timepoints) > 1
            about = {"kind": "outcome", "item": outcome["id"], "unit": outcome.get("unit", "")}
            about["label"] = outcome["label"] + (f", {timepoint}" if several else "")
            about["name"] = outcome["id"] + (f".{timepoint}" if several else "")
            where = {"outcome": outcome["id"], "timepoint": timepoint}
            yield about, values, outcome["kind"], 1, Takes(VALUES, ("value",), where, ("value",))


def compare_interviewees(
    groups: Sequence[Group], lines: Iterable[tuple[dict, pd.Series, str, Any, Takes]]
) -> tuple[pd.DataFrame, dict[str, list[dict]]]:
    """Return the table, a row a line and a group, and what its cells take.

    Uptake is of those to whom the intervention was offered: it has no row of all randomised.
    """
    rows, taken = [], {}
    for about, values, kind, level, source in lines:
        name = about.pop("name", about["item"])
        for group in groups:
            if about["kind"] == "uptake" and not group.arm:
                continue
            row = f"{name}.{group.arm or ALL}"
            mine = values[values.index.isin(group.people)]
            numbers = described(mine, kind, level)
            rows.append({"row": row, "arm": group.arm or None} | about | numbers)
            own = Takes(
                source.table, source.columns, {**source.where, **(group.where or {})}, source.needs
            )
            taken[row] = takes(SUMMARY if kind in NUMERIC else SHARE, own, *group.takes)
    return _with_small(rows), taken


def _with_small(rows: list[dict]) -> pd.DataFrame:
    """Return the table in which the rows are marked that the rule of disclosure suppresses."""
    counts = [name for name in (*SHARE, "arm") if name != "percent"]
    columns = ["row", *counts]
    texts = [["" if row.get(name) is None else str(row[name]) for name in columns] for row in rows]
    hidden = suppress({NAME: (columns, texts)})[NAME].hidden
    return pd.DataFrame([row | {"small": at in hidden} for at, row in enumerate(rows)])


def main(job) -> dict[str, Rows]:
    """Read register, participants and outcomes; write the table."""
    participants = read_table(job.input.participants)
    interviews = read_table(job.input.interviews)
    params = job.params
    labels = read_labels(job.input.readings)
    variables = [labelled(each["form"], each, labels) for each in params.variables]
    lines = [
        *baseline_lines(participants, variables),
        *uptake_lines(participants, params.uptake, params.contacts),
    ]
    for path in job.input.outcomes:
        lines += outcome_lines(read_table(path), params.outcomes)
    groups = groups_of(participants, interviews)
    table, taken = compare_interviewees(groups, lines)
    write_result(conform(table, IntervieweesAgainstRandomised), job.output.table)
    write_takes(job.output.takes, {NAME: taken})
    return {
        "interviews": Rows(read=len(interviews), used=len(interviews)),
        "participants": Rows(read=len(participants), used=len(participants)),
    }


run(main, globals())
