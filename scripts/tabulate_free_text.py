"""Summarise the coded answers in free words: one row is a theme, category or code of one item."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from trialtrail.qualitative.codings import entries, of_entry
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import KNOWN, TAKES, Takes, write_takes
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic, takes_of

CODED, ANSWERS = "dataset:coded_answers", "dataset:answers"
BY_ANY, BY_ALL = "free_text", "free_text_of_all_coders"
"""Topics: answers to which any coder gave it, and those to which all did."""
WROTE = "wrote"
"""Level of the row that counts who wrote something, of those who returned the questionnaire."""


def given_by_all(coded: pd.DataFrame, coders: int) -> int:
    """Return to how many answers every coder gave it."""
    each = coded.groupby("response_id")["coder"].nunique()
    return int((each == coders).sum()) if coders else 0


def tabulate_free_text(
    coded: pd.DataFrame,
    answers: pd.DataFrame,
    codebook: pd.DataFrame,
    items: Sequence[Mapping],
) -> pd.DataFrame:
    """Return what was found in the answers in free words, as two topics of `summaries`.

    Of each item that was coded, the row of its name counts the responses with an answer to it, of
    those returned. A row ``<item>.<entry>`` counts the answers with a theme, category or code, of
    the answers given: an answer is one person's, so people are counted. Entries that no coder gave
    have no row. ``free_text`` takes what any coder gave; ``free_text_of_all_coders`` what each did
    who coded the item.
    """
    returned = answers[answers["answer"].notna()]
    topics: dict[str, list[dict]] = {BY_ANY: [], BY_ALL: []}
    for item in items:
        mine = coded[coded["item"] == item["id"]]
        if mine.empty:
            continue
        for topic, row in _rows_of(item, mine, returned, codebook):
            topics[topic].append(row)
    parts = [of_topic(*each) for each in topics.items()]
    table = pd.concat(parts, ignore_index=True)
    table.attrs[TAKES] = takes_of(*parts)["summaries"]
    return table


def _rows_of(
    item: Mapping, coded: pd.DataFrame, returned: pd.DataFrame, codebook: pd.DataFrame
) -> Iterator[tuple[str, dict]]:
    """Yield topic and row: who wrote something, then each entry of the codebook that was given."""
    name, coders = item["id"], coded["coder"].nunique()
    wrote = int((returned["item"] == name).sum())
    given = Takes(ANSWERS, ("answer",), {"item": name}, ("answer",))
    everybody = Takes(ANSWERS, ("response_id", "answer"), {"answer": KNOWN})
    whole = count_row(
        *(name, item["label"], wrote, returned["response_id"].nunique()),
        counted=[given],
        out_of=[everybody],
        level=WROTE,
        item=name,
    )
    for topic in (BY_ANY, BY_ALL):
        yield topic, whole
    for _, entry in entries(codebook).iterrows():
        chosen = of_entry(coded, entry)
        if chosen.empty:
            continue
        counts = {BY_ANY: chosen["response_id"].nunique(), BY_ALL: given_by_all(chosen, coders)}
        where = {"item": name, "code": sorted(chosen["code"].unique())}
        for topic, n in counts.items():
            yield (
                topic,
                count_row(
                    *(f"{name}.{entry['row']}", entry["label"], n, wrote),
                    counted=[Takes(CODED, ("response_id", "coder"), where)],
                    out_of=[given],
                    level=entry["level"],
                    item=entry["row"],
                    group=name,
                ),
            )


def main(job) -> dict[str, Rows]:
    """Read the coded answers; write the table."""
    coded = read_table(job.input.coded)
    table = tabulate_free_text(
        coded, read_table(job.input.answers), read_table(job.input.codebook), job.params.questions
    )
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    return {"coded_answers": Rows(read=len(coded), used=len(coded), set_aside={})}


run(main, globals())
