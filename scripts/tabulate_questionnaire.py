"""Makes the table `questionnaire`: one row is one item, with those who affirmed it."""

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.lineage import Rows, run
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
        rows.append(entry | {"n": affirmed} | _of(int(mine["answer"].notna().sum())))
    columns = ["row", "label", "theme", "n", "denominator"]
    table = pd.DataFrame(rows, columns=columns).astype({"n": "Int64", "denominator": "Int64"})
    share = 100 * table["n"] / table["denominator"].astype("Float64")
    table["percent"] = share.mask(table["denominator"] == 0, pd.NA)
    return table.assign(sent=pd.Series(sent, index=table.index, dtype="Int64"))


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
