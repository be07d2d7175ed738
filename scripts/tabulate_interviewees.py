"""Makes the tables `interviewees` (a row a person) and `interviews` (a row a count of people)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from trialtrail.qualitative.codings import INTERVIEWED
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import KNOWN, Takes, takes, write_takes
from trialtrail.tables import read_table, write_result, write_table

from schemas.results.base import conform
from schemas.results.interviewees import Interviewees
from schemas.results.summaries import of_topic, takes_of

REGISTER, PERSON = "validated:interviews", ("role", "number")
HELD = {"status": INTERVIEWED}

BOUNDS = {"exact": "", "above": ">", "below": "<"}
"""How the bound of a censored count is printed before its value."""

COLUMNS = [
    *("row", "role", "number", "age_years", "visits", "children", "age_youngest_years"),
    *("stage", "starred"),
]


def took_place(interviews: pd.DataFrame) -> pd.Series:
    """Tell of each invitation whether it led to an interview; without a status, a document does."""
    status = (interviews["status"] == INTERVIEWED).astype("boolean")
    return status.fillna(interviews["document"].notna()).astype(bool)


def visits(interviews: pd.DataFrame) -> pd.Series:
    """Return the number of visits as printed: a censored count keeps its bound (``>20``)."""
    bound = interviews["visits_bound"].fillna("exact").map(BOUNDS).astype("string")
    return bound + interviews["visits"].astype("Int64").astype("string")


def tabulate_interviewees(interviews: pd.DataFrame, roles: Sequence[str] = ()) -> pd.DataFrame:
    """Return a row a person interviewed, of the roles given, in their order, then by number.

    A person interviewed twice has the details of the first interview. Without roles: those in which
    an age is known, for the others have nothing to show. Ages are in years.
    """
    people = interviews[took_place(interviews)].drop_duplicates(["role", "number"])
    people = people.assign(visits=visits(people))
    chosen = list(roles) or list(dict.fromkeys(people.loc[people["age_years"].notna(), "role"]))
    people = people[people["role"].isin(chosen)]
    order = people.assign(place=people["role"].map({role: i for i, role in enumerate(chosen)}))
    people = people.loc[order.sort_values(["place", "number"]).index]
    return people.assign(row=_person(people))[COLUMNS].reset_index(drop=True)


def interviewee_takes(interviews: pd.DataFrame) -> dict[str, list[dict]]:
    """Return what the cells of each person interviewed take: the register's, first interview."""
    completed = interviews[took_place(interviews)].drop_duplicates(["role", "number"])
    taken = {}
    for row, interview in zip(_person(completed), completed["interview_id"], strict=True):
        where = {"interview_id": interview}
        own = [takes((name,), Takes(REGISTER, (name,), where)) for name in COLUMNS[1:]]
        taken[row] = [entry for each in own for entry in each]
    return taken


def tabulate_interviews(
    interviews: pd.DataFrame, labels: Mapping[str, str] | None = None, percent_from: int = 1
) -> pd.DataFrame:
    """Return counts of people by role and stage; only ``interviews`` counts interviews.

    ``invited.<role>`` has no denominator; ``interviewed.<role>`` are of those invited, and
    ``interviewed.<role>.<stage>`` of those interviewed in the role. A person interviewed at both
    stages counts once in the role and once in each stage. Of fewer than ``percent_from`` no
    percentage is given.
    """
    named = labels or {}
    completed = interviews[took_place(interviews)]
    did = HELD if interviews["status"].notna().any() else {"document": KNOWN}
    everybody, seen_all = Takes(REGISTER, PERSON), Takes(REGISTER, PERSON, did)
    each = Takes(REGISTER, ("interview_id",), did)
    rows = [("interviews", "Interviews", len(completed), None, each, None)]
    rows += [
        ("invited", "People invited", _people(interviews), None, everybody, None),
        (
            *("interviewed", "People interviewed", _people(completed), _people(interviews)),
            *(seen_all, everybody),
        ),
    ]
    for role in dict.fromkeys(interviews["role"]):
        label = named.get(role, role.replace("_", " ").capitalize())
        invited, seen = (_people(each[each["role"] == role]) for each in (interviews, completed))
        own = {"role": role}
        them, those = (replace(each, where=each.where | own) for each in (everybody, seen_all))
        rows.append((f"invited.{role}", f"{label}: invited", invited, None, them, None))
        rows.append((f"interviewed.{role}", f"{label}: interviewed", seen, invited, those, them))
        for stage in dict.fromkeys(interviews["stage"].dropna()):
            then = completed[
                (completed["role"] == role) & (completed["stage"] == stage).fillna(False)
            ]
            name = named.get(stage, stage.replace("_", " "))
            row = f"interviewed.{role}.{stage}"
            in_stage = replace(those, where=those.where | {"stage": stage})
            rows.append(
                (row, f"{label}: interviewed, {name}", _people(then), seen, in_stage, those)
            )
    return of_topic(
        "interviews",
        [
            count_row(
                *row,
                counted=[counted],
                out_of=[out_of] if out_of else [],
                percent_from=percent_from,
            )
            for *row, counted, out_of in rows
        ],
    )


def _person(frame: pd.DataFrame) -> pd.Series:
    """Return the name of each person: role and number."""
    return frame["role"].astype("string") + "_" + frame["number"].astype("string")


def _people(frame: pd.DataFrame) -> int:
    return int(_person(frame).nunique())


def main(job) -> dict[str, Rows]:
    """Read the interview register; write both tables."""
    interviews = read_table(job.input.interviews)
    roles = getattr(job.params, "roles", None) or ()
    table = conform(tabulate_interviewees(interviews, roles), Interviewees)
    write_result(table, job.output.interviewees)
    counts = tabulate_interviews(
        interviews, getattr(job.params, "labels", None), getattr(job.params, "percent_from", 1)
    )
    write_table(counts, job.output.interviews)
    taken = takes_of(counts) | {"interviewees": interviewee_takes(interviews)}
    write_takes(job.output.takes, taken)
    return {"interviews": Rows(read=len(interviews), used=len(interviews), set_aside={})}


run(main, globals())
