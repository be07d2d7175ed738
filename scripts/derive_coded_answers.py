"""Makes the dataset `coded_answers`: one row is one code given to an answer in free words."""

from collections.abc import Sequence

import pandas as pd

from trialtrail.derive.derivation import Derivation, LeftOut, column, derive, key_of, write_columns
from trialtrail.exports.export import ORIGIN
from trialtrail.origins import AS_VALIDATED
from trialtrail.qualitative.codebook import codes_given, known_codes
from trialtrail.qualitative.codings import passage
from trialtrail.record import Rows, run
from trialtrail.tables import lookup, read_table, write_dataset

REASONS = {
    "item": "the questionnaire has no item in free words of this name",
    "answer": "the response is not used, or has no answer to this item",
    "code": "the code is not in the codebook",
    "passage": "the offsets lie outside the answer",
    "repeat": "the coder gave this code to this part of the answer before",
}
"""Why a coding is set aside, in the order in which it is asked."""
ANSWER = ("validated:answer_codings.response_id", "validated:answer_codings.item")
PART = (*ANSWER, "validated:answer_codings.start", "validated:answer_codings.end")
CODE = "validated:answer_codings.code"
LEFT_OUT = [
    LeftOut("answer_codings", REASONS[fault], sources, by)
    for fault, sources, by in (
        ("item", ANSWER[1:], ()),
        ("answer", (*ANSWER, "dataset:answers.answer"), ("response_id", "item")),
        ("code", (CODE,), ()),
        ("passage", (*PART, "dataset:answers.answer"), ("response_id", "item")),
        ("repeat", (*PART, CODE), ()),
    )
]
COLUMNS = [
    *("response_id", "item", "code", "category", "theme", "coder", "coded_on"),
    *("start", "end", "text", *ORIGIN),
]
KINDS = (
    dict.fromkeys(COLUMNS, "string")
    | dict.fromkeys(("start", "end", "_line"), "Int64")
    | {"coded_on": "datetime64[us]"}
)
SPAN = tuple(f"dataset:coded_answers.{name}" for name in ("response_id", "item", "start", "end"))
GIVEN = tuple(f"dataset:answers.{name}" for name in ("response_id", "item", "answer"))


def words_of(answers: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return (response, item) -> the answer given."""
    given = answers.dropna(subset=["answer"])
    keys = zip(given["response_id"], given["item"], strict=True)
    return dict(zip(keys, given["answer"], strict=True))


def whole_where_open(codings: pd.DataFrame, words: dict[tuple[str, str], str]) -> pd.DataFrame:
    """Return the codings with offsets: those that name none are of the whole answer."""
    keys = zip(codings["response_id"], codings["item"], strict=True)
    lengths = pd.Series(
        [len(words.get(key, "")) or pd.NA for key in keys], codings.index, dtype="Int64"
    )
    start = codings["start"].astype("Int64").fillna(0)
    return codings.assign(start=start, end=codings["end"].astype("Int64").fillna(lengths))


def reason_set_aside(
    codings: pd.DataFrame, words: dict[tuple[str, str], str], items: Sequence[str]
) -> pd.Series:
    """Return why each coding is set aside, missing for one that is used.

    ``codings`` have offsets, as `whole_where_open` gives them, and the codes of the tree, missing
    where the codebook has none; ``items`` are those in free words.
    """
    keys = list(zip(codings["response_id"], codings["item"], strict=True))
    spans = zip(keys, codings["start"], codings["end"], strict=True)
    faults = {
        "item": ~codings["item"].isin(list(items)),
        "answer": pd.Series([key not in words for key in keys], codings.index),
        "code": codings["code"].isna(),
        "passage": pd.Series(
            [
                pd.isna(end) or passage(words.get(key, ""), start, end) is None
                for key, start, end in spans
            ],
            codings.index,
        ),
        "repeat": codings.duplicated(["response_id", "item", "code", "coder", "start", "end"]),
    }
    reason = pd.Series(pd.NA, index=codings.index, dtype="string")
    for fault, found in faults.items():
        reason = reason.mask(reason.isna() & found.astype(bool), REASONS[fault])
    return reason


@column(*SPAN, *GIVEN, title="Text")
def text(coded_answers, answers):
    """What the answer says at the offsets."""
    words = words_of(answers)
    parts = (coded_answers[name] for name in ("response_id", "item", "start", "end"))
    return [
        words[response, item][start:end] for response, item, start, end in zip(*parts, strict=True)
    ]


OWN = {"answer_codings": ORIGIN}
"""The record that a row is of, whatever its code and its offsets became."""
TREE = tuple(
    f"validated:codebook.{name}" for name in ("code", "label", "parent", "category", "theme")
)
EVERY = {"codebook": ()}
"""Any row of the codebook may say where a code stands."""


def _said(name: str, sources: tuple[str, ...], rule: str, by: dict, kind: str = "") -> Derivation:
    """Return what a column that is made before the others is made from, for the trail."""
    more = {"kind": kind} if kind else {}
    return Derivation(name, sources, rule, name.capitalize(), "", lambda: None, by=by, **more)


DECLARED = [
    *(
        _said(name, (f"validated:answer_codings.{name}",), "as validated", OWN, AS_VALIDATED)
        for name in ("response_id", "item", "coder", "coded_on")
    ),
    _said("code", (CODE, *TREE), "code of the tree of codes", OWN | EVERY),
    _said("start", (PART[2],), "first character; of a whole answer 0", OWN),
    _said("end", (PART[3],), "character after the last; of a whole answer its length", OWN),
    _said("category", ("dataset:coded_answers.code", *TREE), "what the code stands under", EVERY),
    _said("theme", ("dataset:coded_answers.code", *TREE), "the outermost above the code", EVERY),
]


def derive_coded_answers(
    codings: pd.DataFrame, answers: pd.DataFrame, codebook: pd.DataFrame, items: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the dataset, and how many codings were set aside for which reason."""
    words, known = words_of(answers), known_codes(codebook)
    placed = whole_where_open(codings, words).assign(code=codes_given(codings["code"], codebook))
    reason = reason_set_aside(placed, words, items)
    kept = placed[reason.isna()]
    kept = kept.assign(
        **{name: lookup(kept["code"], known["code"], known[name]) for name in ("category", "theme")}
    )
    tables = {"answers": answers[["response_id", "item", "answer"]]}
    kept = derive("coded_answers", kept, tables, [text])
    kept = kept.sort_values(["item", "response_id", "start", "end", "code", "coder"], kind="stable")
    dataset = kept[COLUMNS].astype(KINDS).reset_index(drop=True)
    return dataset, {str(why): int(count) for why, count in reason.value_counts().items()}


def main(job) -> dict[str, Rows]:
    """Read the codings, the answers and the codebook; write the dataset and its CSV twin."""
    from schemas.datasets.coded_answers import CodedAnswers

    codings = read_table(job.input.codings)
    dataset, set_aside = derive_coded_answers(
        codings,
        read_table(job.input.answers),
        read_table(job.input.codebook),
        job.params.items_in_words,
    )
    CodedAnswers.validate(dataset, lazy=True)
    write_dataset(dataset, job.output.parquet, job.output.csv)
    key = key_of(CodedAnswers)
    write_columns(job.output.columns, dataset, [*DECLARED, text], "answer_codings", key, LEFT_OUT)
    return {"answer_codings": Rows(read=len(codings), used=len(dataset), set_aside=set_aside)}


run(main, globals())
