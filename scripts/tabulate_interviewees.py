"""Makes the tables `interviewees` (a row a person) and `interviews` (a row a count of people)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from trialtrail.qualitative.codings import INTERVIEWED
from trialtrail.qualitative.interviewees import COLUMNS, Rule, coarsened, counting, exact
from trialtrail.qualitative.labels import Naming, label, label_forms, took_place
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import KNOWN, Takes, takes, write_takes
from trialtrail.tables import read_table, write_result, write_table

from schemas.results.base import conform
from schemas.results.interviewees import Interviewees
from schemas.results.summaries import of_topic, takes_of

REGISTER, PERSON = "validated:interviews", ("role", "number")
HELD = {"status": INTERVIEWED}
LINKS = {"participants": "participant_id", "providers": "provider_id"}
"""Datasets in which people of the trial stand, and what names them in the register."""
EXACT = ("role", "number", "stage", "label")
"""Columns of the table that rest on the register of a role and on nothing of other people."""


def tabulate_interviewees(
    interviews: pd.DataFrame,
    naming: Naming,
    rule: Rule,
    roles: Sequence[str] = (),
    *,
    is_exact: bool = False,
    trial: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Return a row a person interviewed, of the roles given, in their order, then by number.

    A person interviewed twice has the details of the first interview. Without roles: those in which
    an age is known, for the others have nothing to show. Ages are in years. Rows are coarsened
    (see `interviewees`) unless ``is_exact``; people of a role whose labels have no number have
    none here, and stand in the order of what is printed of them.
    """
    people = interviews[took_place(interviews)].drop_duplicates(["role", "number"])
    chosen = list(roles) or list(dict.fromkeys(people.loc[people["age_years"].notna(), "role"]))
    forms = label_forms(interviews, naming)
    tables = []
    for role in chosen:
        own = people[(people["role"] == role).fillna(False)].sort_values("number")
        if own.empty:
            continue
        form = forms[role]
        if is_exact:
            shown = exact(own)
        else:
            counted = counting(_linked(own, trial or {}))
            shown = coarsened(own, rule, "stage" in form, counted)
        tables.append(_named(own, shown, role, form, naming))
    frame = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return frame.reindex(columns=list(Interviewees.to_schema().columns))


def _named(
    people: pd.DataFrame, shown: pd.DataFrame, role: str, form: str, naming: Naming
) -> pd.DataFrame:
    """Return what is printed of the people of a role with the name of each row."""
    numbers = people["number"].astype("string")
    if "number" in form:
        named = [label(role, number, "", form, naming) for number in numbers]
        rows = role + "_" + numbers
        return shown.assign(row=rows, role=role, number=people["number"], label=named)
    order = shown.astype("string").fillna("").sort_values(list(shown.columns), kind="stable").index
    rows = [f"{role}.{place}" for place in range(1, len(shown) + 1)]
    called = label(role, "", "", form, naming)
    kept = role if form != "nobody" else None
    return shown.loc[order].assign(row=rows, role=kept, number=pd.NA, label=called)


def _linked(people: pd.DataFrame, trial: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """Return the people of the trial among whom those of a role are, None where none are linked."""
    for name, key in LINKS.items():
        if name in trial and key in people and people[key].notna().any():
            return trial[name]
    return None


def interviewee_takes(table: pd.DataFrame) -> dict[str, list[dict]]:
    """Return what the cells of each person interviewed take: of all people of the role interviewed.

    What is printed of one depends on who else is like them.
    """
    taken = {}
    for row, role in zip(table["row"], table["role"], strict=True):
        where = HELD | ({} if pd.isna(role) else {"role": role})
        about = Takes(REGISTER, (*COLUMNS, "visits_bound", "stage"), where)
        named = Takes(REGISTER, ("role", "number", "stage"), where)
        taken[row] = takes((*COLUMNS, "alike"), about) + takes(EXACT, named)
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
    naming = Naming.of(job.params.naming)
    trial = {Path(path).stem: read_table(path) for path in job.input.trial}
    table = tabulate_interviewees(
        interviews,
        naming,
        Rule.of(naming.minimum, job.params.bands),
        job.params.roles,
        is_exact=job.params.exact,
        trial=trial,
    )
    table = conform(table, Interviewees)
    write_result(table, job.output.interviewees)
    counts = tabulate_interviews(
        interviews, naming.roles | naming.stages, getattr(job.params, "percent_from", 1)
    )
    write_table(counts, job.output.interviews)
    taken = takes_of(counts) | {"interviewees": interviewee_takes(table)}
    write_takes(job.output.takes, taken)
    return {"interviews": Rows(read=len(interviews), used=len(interviews), set_aside={})}


run(main, globals())
