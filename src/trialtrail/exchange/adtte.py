"""ADTTE: a record a participant and event; the known times alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.exchange.names import TEXT as LONGEST
from trialtrail.exchange.names import cut
from trialtrail.exchange.records import analysed, parameter, parameters, records, shared
from trialtrail.exchange.trial import Trial
from trialtrail.exchange.variables import (
    COLLECTED,
    DATE,
    DERIVED,
    INTEGER,
    TEXT,
    AdamDataset,
    Declared,
    Variable,
    copied,
)


def time_to_event(
    outcomes: pd.DataFrame,
    people: pd.DataFrame,
    adsl: AdamDataset,
    trial: Trial,
    declared: Declared,
) -> AdamDataset:
    """Return ADTTE, the known times: a record a participant and event."""
    specs = trial.outcomes_of(timed=True)
    rows, order = records(outcomes, adsl, specs, trial)
    variables = [
        *shared(adsl, rows["participant_id"], trial),
        *parameter(rows, order, trial),
        copied(declared, rows["value"].astype("Float64"), "AVAL", "Analysis Value"),
        *_days(rows, people, specs),
        *_ends(rows, specs, trial, declared),
        *analysed(rows, specs, adsl, trial),
    ]
    return AdamDataset(
        "ADTTE",
        "Time-to-Event Analysis Dataset",
        "BASIC DATA STRUCTURE",
        "One record per subject per parameter",
        ("STUDYID", "USUBJID", "PARAMCD"),
        variables,
        parameters(specs, trial, declared),
    )


def _days(rows: pd.DataFrame, people: pd.DataFrame, specs: Sequence[Mapping]) -> list[Variable]:
    """Return the first and the last day of the times, where the participants' dataset has them."""
    known = people[people["participant_id"].notna()].set_index("participant_id")
    start = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]")
    used = []
    for spec in specs:
        column = spec["from"].rpartition(".")[2]
        if column in known and pd.api.types.is_datetime64_any_dtype(known[column]):
            mine = rows["outcome"] == spec["id"]
            first = known[column].reindex(rows["participant_id"]).set_axis(rows.index)
            start = start.mask(mine, first.astype("datetime64[ns]"))
            used.append(f"dataset:participants.{column}")
    days = pd.to_timedelta(rows["value"].astype("float64"), unit="D")
    sources = tuple(dict.fromkeys(used))
    if not sources:
        return []
    end = (*sources, "dataset:outcomes.value")
    label = "Time-to-Event Origin Date for Subject"
    how = "day on which the time begins, where the dataset of participants has it"
    return [
        Variable("STARTDT", label, DATE, start, COLLECTED, how, sources),
        Variable("ADT", "Analysis Date", DATE, start + days, DERIVED, "STARTDT + AVAL", end),
    ]


def _ends(
    rows: pd.DataFrame, specs: Sequence[Mapping], trial: Trial, declared: Declared
) -> list[Variable]:
    """Return what ended the times: CNSR is 0 for the event and more for all else."""
    words = {}
    for spec in specs:
        words[spec["id"], 0], words[spec["id"], 1] = "Censored", spec["label"]
        for code, each in enumerate(spec.get("competing", []), 2):
            words[spec["id"], code] = f"Competing event: {trial.competing.get(each, each)}"
    ended = rows["event"].astype("Int64")
    pairs = zip(rows["outcome"], ended, strict=True)
    text = pd.Series([words.get(pair) for pair in pairs], index=rows.index, dtype="string")
    censored = ended.map({0: 1, 1: 0}).astype("Int64").fillna(ended)
    how = "0 the event, 1 censored, 2 and more the competing events in their order"
    sources = declared.sources("event")
    return [
        Variable("CNSR", "Censor", INTEGER, censored, DERIVED, how, sources),
        Variable(
            "EVNTDESC",
            "Event or Censoring Description",
            TEXT,
            text.map(lambda word: cut(word, LONGEST), na_action="ignore").astype("string"),
            DERIVED,
            "what ended the time",
            sources,
        ),
    ]
