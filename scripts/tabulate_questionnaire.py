"""Makes the table `questionnaire`: one row is one item, with those who affirmed it."""

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.lineage import Rows, run
from trialtrail.several import parts_of
from trialtrail.tables import read_table, write_result

COMPLETED = "completed"
"""The row that counts the questionnaires returned."""


def tabulate_questionnaire(
    answers: pd.DataFrame, items: Sequence[Mapping], sent: int | None
) -> pd.DataFrame:
    """Return a row an item: ``n`` affirmed it, of the ``denominator`` who answered it.

    ``sent`` is the number of providers the questionnaire went to, missing where unknown; the row
    ``completed`` has the responses out of it. Free text has no ``n``.
    """
    returned = answers.loc[answers["answer"].notna(), "response_id"].nunique()
    rows = [{"row": COMPLETED, "label": "Questionnaires completed", "n": returned} | _of(sent)]
    for item in items:
        mine = answers[answers["item"] == item["id"]]
        affirmed = None if item["type"] == "text" else int(mine["affirmed"].sum())
        entry = {"row": item["id"], "label": item["label"], "theme": item.get("theme")}
        answered = int(mine["answer"].notna().sum())
        rows.append(entry | {"n": affirmed} | _of(answered))
        rows += each_answer(item, mine["answer"], answered)
    columns = ["row", "label", "theme", "n", "denominator"]
    table = pd.DataFrame(rows, columns=columns).astype({"n": "Int64", "denominator": "Int64"})
    share = 100 * table["n"] / table["denominator"].astype("Float64")
    table["percent"] = share.mask(table["denominator"] == 0, pd.NA)
    return table.assign(sent=pd.Series(sent, index=table.index, dtype="Int64"))


def each_answer(item: Mapping, given: pd.Series, answered: int) -> list[dict]:
    """Return a row for each answer to a question with several: who gave it, of those who answered.

    One person may be in several of these rows, so their shares may add to more than 100 per cent.
    Where nobody gave more than one answer there are none.
    """
    if not item.get("several"):
        return []
    parts = given.dropna().map(lambda cell: set(parts_of(cell, item["answers"])))
    if not (parts.map(len) > 1).any():
        return []
    return [
        {"row": f"{item['id']}.{place}", "label": f"{item['label']}: {answer}"}
        | {"theme": item.get("theme"), "n": int(parts.map(lambda some, a=answer: a in some).sum())}
        | _of(answered)
        for place, answer in enumerate(item["answers"], start=1)
    ]


def _of(denominator: int | None) -> dict[str, int | None]:
    return {"denominator": denominator}


def main(job) -> dict[str, Rows]:
    """Read the answers and the providers, where they are supplied; write the table."""
    answers = read_table(job.input.answers)
    providers = getattr(job.input, "providers", None)
    rows = {"answers": Rows(read=len(answers), used=len(answers), set_aside={})}
    sent = None
    if providers:
        sent = len(read_table(providers, ["provider_id"]))
        rows["providers"] = Rows(read=sent, used=sent, set_aside={})
    write_result(tabulate_questionnaire(answers, job.params.questions, sent), job.output.table)
    return rows


run(main, globals())
