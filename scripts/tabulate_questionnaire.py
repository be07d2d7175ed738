"""Summarise the questionnaire: one row is one item, with those who affirmed it."""

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.exports.several import parts_of
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import KNOWN, UNKNOWN, Takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

ANSWERS = "dataset:answers"

PROVIDERS = "validated:providers"
COMPLETED, UNANSWERED, RETURNED_BY = "completed", "unanswered", "returned_by"
"""The row that counts the questionnaires returned; the levels of the rows that count, of each item,
the questionnaires returned without an answer to it, and, of each group of providers, those who
returned one."""
GROUPS = (("resigned", "had resigned", KNOWN), ("serving", "had not resigned", UNKNOWN))
"""Groups of providers by the day on which they resigned: row, words, what there is of the day."""


def tabulate_questionnaire(
    answers: pd.DataFrame,
    items: Sequence[Mapping],
    providers: pd.DataFrame | None,
    percent_from: int = 1,
) -> pd.DataFrame:
    """Return a row an item: ``n`` affirmed it, of the ``denominator`` who answered it.

    ``providers`` are those whom the questionnaire went to, None where they are not known; the row
    ``completed`` has the responses out of them. Free text has no ``n``; ``group`` is the theme. Of
    each item ``<item>.unanswered`` counts who returned the questionnaire and left the item out, and
    ``completed.<group>`` who of the providers that had resigned, and had not, returned one.
    Of fewer than ``percent_from`` no percentage is given.
    """
    given = answers[answers["answer"].notna()]
    returned = given["response_id"].nunique()
    everybody = Takes(ANSWERS, ("response_id", "answer"), {"answer": KNOWN})
    rows = [
        count_row(
            *(
                COMPLETED,
                "Questionnaires completed",
                returned,
                None if providers is None else len(providers),
            ),
            counted=[everybody],
            out_of=[Takes(PROVIDERS, ("provider_id",))],
            percent_from=percent_from,
        )
    ]
    rows += returned_by(given, providers, percent_from)
    for item in items:
        mine = answers[answers["item"] == item["id"]]
        affirmed = None if item["type"] == "text" else int(mine["affirmed"].sum())
        answered = int(mine["answer"].notna().sum())
        given_to = Takes(ANSWERS, ("answer",), {"item": item["id"]}, ("answer",))
        yes = Takes(ANSWERS, ("affirmed",), {"item": item["id"], "affirmed": True})
        rows.append(
            count_row(
                *(item["id"], item["label"], affirmed, answered),
                group=item.get("theme"),
                counted=[] if affirmed is None else [yes],
                out_of=[given_to],
                percent_from=percent_from,
            )
        )
        rows += each_answer(item, mine["answer"], answered, percent_from)
        rows.append(
            count_row(
                *(f"{item['id']}.{UNANSWERED}", f"{item['label']}: not answered"),
                *(returned - answered, returned),
                counted=[everybody, given_to],
                out_of=[everybody],
                level=UNANSWERED,
                percent_from=percent_from,
            )
        )
    return of_topic("questionnaire", rows)


def returned_by(
    given: pd.DataFrame, providers: pd.DataFrame | None, percent_from: int = 1
) -> list[dict]:
    """Return who returned a questionnaire, of the providers that had resigned and of the others.

    Whether a provider had resigned is known of those in the register. There is no such row where
    the register keeps no day of resignation, or where a questionnaire came without a number.
    """
    if providers is None or "resigned_on" not in providers or given["provider_id"].isna().any():
        return []
    resigned = providers["resigned_on"].notna()
    if not resigned.any() or resigned.all():
        return []
    rows = []
    for (group, words, day), chosen in zip(GROUPS, (resigned, ~resigned), strict=True):
        theirs = providers.loc[chosen, "provider_id"]
        own = Takes(PROVIDERS, ("provider_id", "resigned_on"), {"resigned_on": day})
        answered = Takes(
            ANSWERS, ("provider_id", "answer"), {"answer": KNOWN}, same=("provider_id",)
        )
        rows.append(
            count_row(
                *(f"{COMPLETED}.{group}", f"Returned, of those who {words}"),
                *(int(theirs.isin(given["provider_id"]).sum()), len(theirs)),
                counted=[own, answered],
                out_of=[own],
                level=RETURNED_BY,
                percent_from=percent_from,
            )
        )
    return rows


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
    asked = None
    if providers:
        asked = read_table(providers)
        rows["providers"] = Rows(read=len(asked), used=len(asked), set_aside={})
    least = getattr(job.params, "percent_from", 1)
    table = tabulate_questionnaire(answers, job.params.questions, asked, least)
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    return rows


run(main, globals())
