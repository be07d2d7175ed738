"""Makes the dataset `answers`: one row is one item of the questionnaire in one response."""

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.derive.derivation import Derivation, LeftOut, derive, key_of, write_columns
from trialtrail.errors import StudyError
from trialtrail.exports.several import parts_of
from trialtrail.origins import ASSIGNED
from trialtrail.record import Rows, run
from trialtrail.results.cells import nearest
from trialtrail.tables import read_table, write_dataset

EARLIER = "the provider returned a later questionnaire"
"""Why a response is set aside."""
REPEATED = LeftOut(
    "questionnaire",
    EARLIER,
    ("validated:questionnaire.provider_id", "validated:questionnaire.recorded_on"),
)


def reason_set_aside(questionnaire: pd.DataFrame) -> pd.Series:
    """Return why each response is set aside, missing for one that is used.

    The last response of a provider is used, and each anonymous one.
    """
    reason = pd.Series(pd.NA, index=questionnaire.index, dtype="string")
    ordered = questionnaire.sort_values("recorded_on", kind="stable")
    earlier = ordered.duplicated("provider_id", keep="last").reindex(questionnaire.index)
    return reason.mask(earlier & questionnaire["provider_id"].notna(), EARLIER)


def with_affirmed(items: Sequence[Mapping], likert: Sequence[str]) -> list[dict]:
    """Return the items; a Likert item that names no affirmed answers takes those of ``likert``."""
    return [
        {"affirmed": list(likert)} | dict(item) if item["type"] == "likert" else dict(item)
        for item in items
    ]


def affirmed(answer: pd.Series, item: Mapping) -> pd.Series:
    """Return whether each answer is one of the item's ``affirmed`` ones; missing where unanswered.

    Free text is neither affirmed nor denied. Of several answers to a question one is enough.
    """
    if item["type"] == "text":
        return pd.Series(pd.NA, index=answer.index, dtype="boolean")
    wanted = set(item.get("affirmed") or [])
    if item.get("several"):
        offered = item.get("answers") or ()
        yes = answer.map(
            lambda given: not wanted.isdisjoint(parts_of(given, offered)), na_action="ignore"
        )
    else:
        yes = answer.isin(list(wanted))
    yes = yes.astype("boolean")
    return yes.mask(answer.isna(), pd.NA)


def answers_to(item: Mapping, responses: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one item, a row a response.

    Raises:
        StudyError: the questionnaire has no column for the item.
    """
    if item["id"] not in responses:
        raise StudyError(
            f"the questionnaire has no item `{item['id']}`{nearest(item['id'], responses.columns)}",
            where="configuration, items of the questionnaire",
            rule="each item is a column of the questionnaire",
            remedy="correct the item or the columns of the export",
        )
    spine = responses[["response_id", "provider_id"]].astype("string")
    made = derive("answers", spine, {"questionnaire": responses}, derivations(item))
    return made.astype({"item": "string"})


def derivations(item: Mapping) -> list[Derivation]:
    """Return the columns of the answers to one item; they are given its column and no other."""
    column = item["id"]

    rows = {"item": column}

    def name() -> str:
        return column

    def answer(questionnaire: pd.DataFrame) -> pd.Series:
        given = questionnaire[column].astype("string")
        return given.mask(given.str.strip() == "", pd.NA)

    def yes(answers: pd.DataFrame) -> pd.Series:
        return affirmed(answers["answer"], item)

    return [
        Derivation("item", (), "id of the item", "Item", "", name, ASSIGNED, rows),
        Derivation(
            *("answer", (f"validated:questionnaire.{column}",), "as given", "Answer", "", answer),
            where=rows,
        ),
        Derivation(
            *("affirmed", ("dataset:answers.answer",), "among the affirming answers"),
            *("Affirmed", "", yes),
            where=rows,
        ),
    ]


def derive_answers(
    questionnaire: pd.DataFrame, items: Sequence[Mapping]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the dataset (items in the order given) and the responses set aside, by reason."""
    reason = reason_set_aside(questionnaire)
    used = questionnaire[reason.isna()].sort_values(["provider_id", "response_id"])
    dataset = pd.concat([answers_to(item, used) for item in items], ignore_index=True)
    return dataset, {str(why): int(count) for why, count in reason.value_counts().items()}


def main(job) -> dict[str, Rows]:
    """Read the questionnaire; write the dataset and its CSV twin."""
    from schemas.datasets.answers import Answers

    questionnaire = read_table(job.input.questionnaire)
    items = with_affirmed(job.params.questions, getattr(job.params, "likert", None) or ())
    dataset, set_aside = derive_answers(questionnaire, items)
    Answers.validate(dataset, lazy=True)
    write_dataset(dataset, job.output.parquet, job.output.csv)
    columns = [each for item in items for each in derivations(item)]
    key = key_of(Answers)
    write_columns(job.output.columns, dataset, columns, "questionnaire", key, [REPEATED])
    used = len(questionnaire) - sum(set_aside.values())
    return {"questionnaire": Rows(read=len(questionnaire), used=used, set_aside=set_aside)}


run(main, globals())
