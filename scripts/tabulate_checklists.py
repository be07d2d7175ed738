"""Makes the table `checklists`: one row is one item of a reporting guideline, and what is told."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from trialtrail.record import run
from trialtrail.report.checklists import (
    MISSING,
    Around,
    Guideline,
    Told,
    read_answers,
    read_guideline,
    tell,
)
from trialtrail.report.sections import printed_sections
from trialtrail.results.cells import Cells
from trialtrail.results.takes import RESULT, Takes, takes, write_takes
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.checklists import Checklists


def chosen(
    guidelines: Sequence[Guideline], names: Sequence[str] | None, cells: Cells
) -> list[Guideline]:
    """Return the guidelines named, or else those whose tables the study has."""
    if names is not None:
        return [guideline for guideline in guidelines if guideline.name in names]
    return [g for g in guidelines if all(table in cells.tables() for table in g.of)]


def tabulate_checklists(
    guidelines: Sequence[Guideline],
    answers: Mapping[str, Mapping[str, Mapping]],
    cells: Cells,
    around: Around,
) -> tuple[pd.DataFrame, dict[str, list[dict]]]:
    """Return the items of the guidelines, after the count of each, and what their words take.

    ``told`` of a guideline counts the items of which anything is told, or that do not apply.
    """
    rows, taken = [], {}
    for guideline in guidelines:
        mine = answers.get(guideline.name, {})
        told = [
            tell(
                item, mine.get(item.item, {}), cells, around, f"{guideline.name}, item {item.item}"
            )
            for item in guideline.items
        ]
        about = {"guideline": guideline.name, "title": guideline.title}
        rows.append(
            {"row": guideline.name, "source": guideline.source}
            | about
            | {"told": sum(each.state != MISSING for each in told), "items": len(told)}
        )
        for item, each in zip(guideline.items, told, strict=True):
            row = f"{guideline.name}.{item.item}"
            words = {"item": item.item, "topic": item.topic, "asks": item.asks}
            rows.append({"row": row} | about | words | _said(each))
            taken[row] = item_takes(each, cells)
    return pd.DataFrame(rows), {row: each for row, each in taken.items() if each}


def _said(told: Told) -> dict:
    return {
        "state": told.state,
        "says": told.says or None,
        "sections": " ".join(told.sections) or None,
    }


def item_takes(told: Told, cells: Cells) -> list[dict]:
    """Return what the words of an item take: the cells that they name."""
    named = [cells.canonical(address) for address in told.cells]
    return takes(
        ("says",),
        *(Takes(f"{RESULT}:{each.table}", (each.column,), {"row": each.row}) for each in named),
    )


def main(job) -> None:
    """Read the guidelines, the tables and what people wrote; write the table."""
    cells = Cells.of_files(job.input.tables)
    guidelines = [read_guideline(path) for path in job.input.guidelines]
    given = getattr(job.input, "answers", None) or []
    path = given if isinstance(given, str) else next(iter(given), None)
    answers = read_answers(path, guidelines) if path else {}
    picked = chosen(guidelines, getattr(job.params, "guidelines", None), cells)
    texts = [Path(text).name for text in job.params.texts]
    study = job.params.study
    printed = printed_sections(Path(job.input.sections), cells, texts, study)
    around = Around(texts, study, printed)
    table, taken = tabulate_checklists(picked, answers, cells, around)
    write_result(conform(table, Checklists), job.output.table)
    write_takes(job.output.takes, {"checklists": taken})


run(main, globals())
