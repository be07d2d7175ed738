"""Tabulate the course of the study: one row is the span of days of a table, or a topic taught."""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import TAKES, Takes, takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

TOPIC = "course"
DAYS = {
    "screening": ("screened_on", "Asked to take part"),
    "participants": ("randomised_on", "Randomised"),
    "contacts": ("contact_on", "Contacts"),
    "training": ("session_on", "Training"),
    "interviews": ("interviewed_on", "Interviews"),
    "questionnaire": ("recorded_on", "Questionnaire"),
}
"""Table -> its column of the day on which something happened, and what that is called."""
OF_FORM = "completed_on"

Tables = Mapping[str, pd.DataFrame]


def days_of(table: pd.DataFrame, column: str) -> pd.Series:
    """Return the days of a column that are known, none where the table has no such column."""
    if column not in table:
        return pd.Series([], dtype="datetime64[ns]")
    return pd.to_datetime(table[column], errors="coerce").dropna()


def span_rows(tables: Tables, forms: Mapping[str, str]) -> Iterator[dict]:
    """Yield the first and the last day of each table, and the last of all.

    Args:
        tables: those validated that the study has, by name.
        forms: what each form is called, by name.
    """
    named = DAYS | {form: (OF_FORM, label) for form, label in forms.items()}
    last, every = None, []
    for name, (column, label) in named.items():
        days = days_of(tables[name], column) if name in tables else pd.Series([])
        if days.empty:
            continue
        known = Takes(f"validated:{name}", (column,), {}, (column,))
        row = count_row(name, label, len(days), counted=[known])
        first = f"{days.min():%Y-%m-%d}"
        last = max(last or first, f"{days.max():%Y-%m-%d}")
        every.append(known)
        taken = [*row[TAKES], *takes(("note",), known)]
        yield row | {"note": f"{first} to {days.max():%Y-%m-%d}", TAKES: taken}
    if last:
        row = {"row": "last_day", "label": "Last day in the data", "note": last}
        yield row | {TAKES: takes(("note",), *every)}


def training_rows(training: pd.DataFrame, providers: int | None) -> Iterator[dict]:
    """Yield each topic of the training, in the order in which it was first taught.

    ``n`` is how many providers were taught it, of ``providers`` of the register where there is one;
    ``group`` is the part of the training, if it has parts.
    """
    kinds = training["kind"] if "kind" in training else pd.Series("", index=training.index)
    known = training.assign(kind=kinds.fillna("").astype(str))
    of_kind = known.groupby("kind", sort=False)["session_on"].min().sort_values(kind="stable")
    everybody = Takes("validated:providers", ("provider_id",))
    for kind in of_kind.index:
        mine = known[known["kind"] == kind]
        for topic, rows in mine.groupby("topic", sort=True):
            where = {"topic": topic} | ({"kind": kind} if kind else {})
            yield count_row(
                ".".join(["taught", *([kind] if kind else []), _slug(str(topic))]),
                str(topic),
                rows["provider_id"].nunique(),
                providers,
                counted=[Takes("validated:training", ("provider_id",), where)],
                out_of=[everybody] if providers else (),
                item="taught",
                level=str(topic),
                group=kind.replace("_", " ") or None,
            )


def _slug(topic: str) -> str:
    return re.sub(r"\W+", "_", topic.lower()).strip("_")


def tabulate_course(tables: Tables, forms: Mapping[str, str]) -> pd.DataFrame:
    """Return the course of the study, as a topic of `summaries`."""
    rows = list(span_rows(tables, forms))
    if "training" in tables:
        register = tables.get("providers")
        rows += training_rows(tables["training"], None if register is None else len(register))
    return of_topic(TOPIC, rows)


def main(job) -> dict[str, Rows]:
    """Read the validated tables with days; write the course."""
    names = dict(zip(job.params.tables, job.input.tables, strict=True))
    tables = {name: read_table(path) for name, path in names.items()}
    table = tabulate_course(tables, job.params.forms)
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    return {
        name: Rows(read=len(each), used=len(each), set_aside={}) for name, each in tables.items()
    }


run(main, globals())
