"""Makes `joint_display` (a row a finding under a theme) and `convergence` (a row a theme)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.findings import NUMBERS, OTHER, Found, Sources, ask
from trialtrail.qualitative.joint_display.people import People
from trialtrail.qualitative.joint_display.queries import STRANDS, WHERE, queries_of
from trialtrail.qualitative.joint_display.verdicts import judge
from trialtrail.record import run
from trialtrail.results.cells import Address, Cells
from trialtrail.results.takes import write_takes
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.joint_display import Convergence, JointDisplay

WHOLE = ("n", "denominator", "n_other", "denominator_other")


def build_joint_display(
    themes: Sequence[Mapping[str, Any]], sources: Sources
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, list[dict]]]:
    """Return the joint display, the convergence of its strands, and what the findings take.

    In the display a row is one finding under one theme, named ``<theme>.<query>``, or by its place
    where the query has no id. In the convergence a row is a theme: how many findings each strand
    has, and the verdict of people with the digest of its evidence.

    Raises:
        StudyError: two entries have one name, or what `ask` and `judge` say.
    """
    display, verdicts, taken = [], [], {}
    for theme, name in zip(themes, names_of(themes), strict=True):
        where = f"{WHERE}, {name}"
        label = (
            theme.get("label")
            or sources.cells.row(Address("codes", theme["theme"]), where=where)["label"]
        )
        found = [ask(query, sources) for query in queries_of(theme, sources.cells, where=where)]
        for row, each in zip(rows_of(name, found), found, strict=True):
            display.append({"row": row, "theme": name, "theme_label": label} | each.row)
            taken[row] = each.takes
        strands = [each.row["strand"] for each in found]
        verdicts.append(
            {"row": name, "label": label}
            | {strand: strands.count(strand) for strand in STRANDS}
            | judge(theme, found, where=where)
        )
    return as_table(display, JointDisplay), as_table(verdicts, Convergence), taken


def names_of(themes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the name of each entry of the display: its id, else its theme.

    Raises:
        StudyError: two have one.
    """
    names = [str(theme.get("id") or theme["theme"]) for theme in themes]
    for name in names:
        if names.count(name) > 1:
            raise StudyError(
                f"two entries of the joint display are named `{name}`",
                where=WHERE,
                rule="an entry is named by its id, else by its theme",
                remedy="give one of them an `id`",
            )
    return names


def rows_of(name: str, found: Sequence[Found]) -> list[str]:
    """Return what the rows of the findings of a theme are called."""
    return [f"{name}.{each.row['query'] or place}" for place, each in enumerate(found, start=1)]


def as_table(rows: list[dict], contract) -> pd.DataFrame:
    """Return rows as a table of a contract; its numbers may be missing in all rows."""
    columns = list(contract.to_schema().columns)
    kinds = dict.fromkeys(WHOLE, "Int64")
    kinds |= dict.fromkeys({*NUMBERS, *OTHER, "value"} - kinds.keys(), "Float64")
    table = pd.DataFrame(rows, columns=columns).replace({"": None})
    return table.astype({name: kind for name, kind in kinds.items() if name in columns})


def main(job) -> None:
    """Read the result tables and the coded interviews; write joint display and convergence."""
    params = job.params
    people = People.of_job(job.input)
    sources = Sources(Cells.of_files(job.input.tables), people, params.arms)
    display, convergence, taken = build_joint_display(params.themes, sources)
    write_result(conform(display, JointDisplay), job.output.table)
    write_takes(job.output.takes, {"joint_display": taken})
    write_result(conform(convergence, Convergence), job.output.convergence)


run(main, globals())
