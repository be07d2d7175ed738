"""Summarise how the qualitative study was done: one row is one fact that reports are asked for."""

from collections.abc import Iterator, Mapping

import pandas as pd

from trialtrail.qualitative.codings import completed_interviews, entries
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row, quartiles
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

TOPIC = "qualitative_facts"
REGISTER = "validated:interviews"
PERSON = ["role", "number"]
SECONDS = 60
PROJECTS = {
    "refi_qda": "a program that writes REFI-QDA",
    "qualcoder": "QualCoder",
    "taguette": "Taguette",
}
"""Formats of projects, and the program where its file names none."""

Tables = Mapping[str, pd.DataFrame]


def people(register: pd.DataFrame) -> pd.DataFrame:
    """Return a row a person interviewed, with the number of their interviews."""
    return (
        register.groupby(PERSON, sort=False, dropna=False).size().rename("interviews").reset_index()
    )


def of_register(tables: Tables) -> Iterator[dict]:
    """Yield who held the interviews, where, when, and how many people were seen more than once."""
    if "interviews" not in tables:
        return
    register = completed_interviews(tables["interviews"])
    seen = people(register)
    again = Takes(REGISTER, tuple(PERSON))
    more = int((seen["interviews"] > 1).sum())
    yield count_row(
        *("more_than_once", "People interviewed more than once", more, len(seen)),
        counted=[again],
        out_of=[again],
    )
    if register["interviewer"].notna().any():
        known = Takes(REGISTER, ("interviewer",), {}, ("interviewer",))
        held_by = register["interviewer"].nunique()
        yield count_row("interviewers", "Interviewers", held_by, counted=[known])
    if register["venue"].notna().any():
        counts = register["venue"].value_counts().sort_index()
        told = "; ".join(f"{venue.replace('_', ' ')} {n}" for venue, n in counts.items())
        yield _noted("places", "Places of the interviews", told, int(counts.sum()), "venue")
    days = register["interviewed_on"].dropna()
    if len(days):
        told = f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}"
        yield _noted("days", "Days of the interviews", told, len(days), "interviewed_on")


def _noted(row: str, label: str, note: str, n: int, column: str) -> dict:
    known = Takes(REGISTER, (column,), {}, (column,))
    entry = count_row(row, label, n, counted=[known]) | {"note": note}
    entry["takes"] = [*entry["takes"], *takes(("note",), known)]
    return entry


def of_turns(tables: Tables) -> Iterator[dict]:
    """Yield how long the interviews lasted, by the last time that each transcript gives."""
    turns = tables.get("turns")
    if turns is None:
        return
    last = turns.groupby("document")[["time_start", "time_end"]].max().max(axis="columns").dropna()
    if last.empty:
        return
    minutes = (last.astype(float) / SECONDS).round(1)
    given = Takes("dataset:turns", ("time_start", "time_end"))
    yield {
        **count_row("minutes", "Length of the interviews", len(minutes), counted=[given]),
        "unit": "minutes",
        **quartiles(minutes),
        "minimum": minutes.min(),
        "maximum": minutes.max(),
        "takes": takes(("n", "median", "q1", "q3", "minimum", "maximum"), given),
    }


def of_codings(tables: Tables) -> Iterator[dict]:
    """Yield how many people coded, with how many themes, categories and codes."""
    if "segments" in tables:
        coders = tables["segments"]["coder"].nunique()
        given = Takes("dataset:segments", ("coder",))
        yield count_row("coders", "Coders", coders, counted=[given])
    if "codebook" in tables:
        book = tables["codebook"]
        levels = entries(book)["level"].value_counts()
        named = {"themes": "theme", "categories": "category"}
        given = [Takes("validated:codebook", ("code",))]
        for row, level in named.items():
            yield count_row(row, row.capitalize(), int(levels.get(level, 0)), counted=given)
        yield count_row("codes", "Codes", book["code"].nunique(), counted=given)


def of_exports(tables: Tables) -> Iterator[dict]:
    """Yield from which programs the codings came, where their files say so."""
    read = tables.get("exports")
    if read is None:
        return
    feeding = read["tables"].fillna("").str.split("; ").map(lambda names: "segments" in names)
    mine = read[feeding & read["format"].isin(list(PROJECTS))]
    if mine.empty:
        return
    told = []
    for kind, form in zip(mine["format"], mine["form"].fillna(""), strict=True):
        parts = dict(each.split(": ", 1) for each in form.split("; ") if ": " in each)
        stated = parts.get("origin", "")
        told.append(stated if stated and stated != "not stated" else PROJECTS[kind])
    given = Takes("result:exports", ("format", "form"), {"row": list(mine["row"])})
    row = count_row("software", "Programs of the coders", len(set(told)), counted=[given])
    note = "; ".join(dict.fromkeys(told))
    yield row | {"note": note, "takes": [*row["takes"], *takes(("note",), given)]}


def of_quotations(tables: Tables, most: int) -> Iterator[dict]:
    """Yield how many quotations are verbatim, are shown in the report, and speak for how many.

    The report shows at most ``most`` under each category of a theme, the first of them.
    """
    quoted = tables.get("quotations")
    if quoted is None:
        return
    table, every = "result:quotations", {"row": list(quoted["row"])}
    yield count_row(
        *("verbatim", "Quotations that stand in a transcript word by word"),
        *(int(quoted["verbatim"].astype(bool).sum()), len(quoted)),
        counted=[Takes(table, ("verbatim",), every)],
        out_of=[Takes(table, ("quotation",), every)],
    )
    printable = quoted[quoted["printable"].astype(bool)]
    under = printable.groupby(["theme", "category"], sort=False, dropna=False).size()
    placed = [Takes(table, ("theme", "category", "printable"), every)]
    shown = count_row(
        *("shown", "Quotations in the report", int(under.clip(upper=most).sum()), len(printable)),
        counted=placed,
        out_of=[Takes(table, ("printable",), every)],
    )
    yield shown | {"maximum": most}
    if "interviews" in tables:
        seen = people(completed_interviews(tables["interviews"]))
        voices = printable[PERSON].dropna().drop_duplicates()
        yield count_row(
            *("quoted", "People who are quoted", len(voices), len(seen)),
            counted=[Takes(table, tuple(PERSON), every)],
            out_of=[Takes(REGISTER, tuple(PERSON))],
        )


def tabulate_qualitative_facts(tables: Tables, most: int) -> pd.DataFrame:
    """Return the facts that the tables supplied give, as a topic of `summaries`.

    Args:
        tables: by name, of `interviews`, `turns`, `segments`, `codebook`, and of the result tables
            `exports` and `quotations`, those that the study has.
        most: how many quotations of a category the report shows.
    """
    parts = (of_register, of_turns, of_codings, of_exports)
    rows = [row for part in parts for row in part(tables)]
    return of_topic(TOPIC, [*rows, *of_quotations(tables, most)])


def main(job) -> dict[str, Rows]:
    """Read the tables that the study has; write the facts."""
    names = ("interviews", "turns", "segments", "codebook", "exports", "quotations")
    given = {name: getattr(job.input, name, None) for name in names}
    paths = {
        name: path if isinstance(path, str) else path[0] for name, path in given.items() if path
    }
    tables = {
        name: pd.read_csv(path) if path.endswith(".csv") else read_table(path)
        for name, path in paths.items()
    }
    table = tabulate_qualitative_facts(tables, job.params.quotations)
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    return {
        name: Rows(read=len(each), used=len(each), set_aside={}) for name, each in tables.items()
    }


run(main, globals())
