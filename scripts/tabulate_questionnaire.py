"""Summarise the questionnaire: one row is one item, with those who affirmed it."""

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.exports.several import parts_of
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import KNOWN, Takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

ANSWERS = "dataset:answers"

COMPLETED = "completed"
"""The row that counts the questionnaires returned."""


def tabulate_questionnaire(
    answers: pd.DataFrame, items: Sequence[Mapping], sent: int | None, percent_from: int = 1
) -> pd.DataFrame:
    """Return a row an item: ``n`` affirmed it, of the ``denominator`` who answered it.

    ``sent`` is the number of providers the questionnaire went to, missing where unknown; the row
    ``completed`` has the responses out of it. Free text has no ``n``; ``group`` is the theme.
    Of fewer than ``percent_from`` no percentage is given.
    """
    returned = answers.loc[answers["answer"].notna(), "response_id"].nunique()
    rows = [
        count_row(
            *(COMPLETED, "Questionnaires completed", returned, sent),
            counted=[Takes(ANSWERS, ("response_id", "answer"), {"answer": KNOWN})],
            out_of=[Takes("validated:providers", ("provider_id",))],
            percent_from=percent_from,
        )
    ]
    for item in items:
        mine = answers[answers["item"] == item["id"]]
        affirmed = None if item["type"] == "text" else int(mine["affirmed"].sum())
        answered = int(mine["answer"].notna().sum())
        given = Takes(ANSWERS, ("answer",), {"item": item["id"]}, ("answer",))
        yes = Takes(ANSWERS, ("affirmed",), {"item": item["id"], "affirmed": True})
        rows.append(
            count_row(
                *(item["id"], item["label"], affirmed, answered),
                group=item.get("theme"),
                counted=[] if affirmed is None else [yes],
                out_of=[given],
                percent_from=percent_from,
            )
        )
        rows += each_answer(item, mine["answer"], answered, percent_from)
    return of_topic("questionnaire", rows)


def each_answer(
    item: Mapping, given: pd.Series, answered: int, percent_from: int = 1
) -> list[dict]:
    """Return a row for each answer to a question with several: who gave it, of those who answered.

    One person may be in several of these rows, so their shares may add to more than 100 per cent.
    Where nobody gave more than one answer there are none.
    """
    if not item.get("several"):
        return []
    parts = given.dropna().map(lambda cell: set(parts_of(cell, item["answers"])))
    if not (parts.map(len) > 1).any():
        return []
    whole = [Takes(ANSWERS, ("answer",), {"item": item["id"]}, ("answer",))]
    return [
        count_row(
            f"{item['id']}.{place}",
            f"{item['label']}: {answer}",
            int(parts.map(lambda some, a=answer: a in some).sum()),
            answered,
            group=item.get("theme"),
            counted=whole,
            out_of=whole,
            percent_from=percent_from,
        )
        for place, answer in enumerate(item["answers"], start=1)
    ]


def main(job) -> dict[str, Rows]:
    """Read the answers and the providers, where they are supplied; write the table."""
    answers = read_table(job.input.answers)
    providers = getattr(job.input, "providers", None)
    rows = {"answers": Rows(read=len(answers), used=len(answers), set_aside={})}
    sent = None
    if providers:
        sent = len(read_table(providers, ["provider_id"]))
        rows["providers"] = Rows(read=sent, used=sent, set_aside={})
    least = getattr(job.params, "percent_from", 1)
    table = tabulate_questionnaire(answers, job.params.questions, sent, least)
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    return rows


run(main, globals())
