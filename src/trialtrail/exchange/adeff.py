"""ADEFF: a record a participant, outcome and timepoint; the observed values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.exchange.records import analysed, parameter, parameters, records, shared
from trialtrail.exchange.trial import Trial
from trialtrail.exchange.variables import (
    ASSIGNED,
    DERIVED,
    FLOAT,
    INTEGER,
    TEXT,
    AdamDataset,
    Declared,
    Variable,
    copied,
)


def observed_values(
    outcomes: pd.DataFrame, adsl: AdamDataset, trial: Trial, declared: Declared
) -> AdamDataset:
    """Return ADEFF, the observed values: a record a participant, outcome and timepoint."""
    specs = trial.outcomes_of(timed=False)
    rows, order = records(outcomes, adsl, specs, trial)
    variables = [
        *shared(adsl, rows["participant_id"], trial),
        *parameter(rows, order, trial),
        *_visit(rows, order, trial),
        *_values(rows, specs, declared),
        *_against_baseline(rows, specs),
        *analysed(rows, specs, adsl, trial),
    ]
    if "exposure" in rows:
        label = "Time in Which Events Were Counted"
        variables.append(copied(declared, rows["exposure"].astype("Float64"), "EXPTIME", label))
    return AdamDataset(
        "ADEFF",
        "Analysis Dataset of Outcomes",
        "BASIC DATA STRUCTURE",
        "One record per subject per parameter per analysis visit",
        ("STUDYID", "USUBJID", "PARAMCD", "AVISITN"),
        variables,
        parameters(specs, trial, declared),
    )


def _visit(rows: pd.DataFrame, order: pd.DataFrame, trial: Trial) -> list[Variable]:
    names = rows["timepoint"].map(dict(trial.timepoints)).astype("string")
    numbers = order["visit"].astype("Int64")
    present = {*rows["timepoint"]}
    codes = {str(at): trial.timepoints[e] for e, at in trial.visits.items() if e in present}
    sources = ("dataset:outcomes.timepoint",)
    what, how = "label of the timepoint", "0 for the baseline, others in the order of the plan"
    return [
        Variable("AVISIT", "Analysis Visit", TEXT, names, ASSIGNED, what, sources),
        Variable("AVISITN", "Analysis Visit (N)", INTEGER, numbers, ASSIGNED, how, sources, codes),
    ]


def _values(rows: pd.DataFrame, specs: Sequence[Mapping], declared: Declared) -> list[Variable]:
    words: dict[tuple[str, float], str] = {}
    for spec in specs:
        levels = {"binary": ["N", "Y"], "ordered": spec.get("levels", [])}.get(spec["kind"], [])
        words |= {(spec["id"], float(place)): word for place, word in enumerate(levels)}
    pairs = zip(rows["outcome"], rows["value"].astype("float64"), strict=True)
    text = pd.Series([words.get(pair) for pair in pairs], index=rows.index, dtype="string")
    how = "Y or N of a binary outcome, the category of an ordered one"
    source = ("dataset:outcomes.value",)
    value = rows["value"].astype("Float64")
    return [
        copied(declared, value, "AVAL", "Analysis Value"),
        Variable("AVALC", "Analysis Value (C)", TEXT, text, DERIVED, how, source),
    ]


def _against_baseline(rows: pd.DataFrame, specs: Sequence[Mapping]) -> list[Variable]:
    """Return the value at baseline, the change from it where that is a difference, and its flag."""
    before = {
        spec["id"]: part["timepoint"]
        for spec in specs
        for part in reversed(spec["measured"])
        if not part["follow_up"]
    }
    numeric = [spec["id"] for spec in specs if spec["kind"] in ("continuous", "count")]
    at_baseline = rows["outcome"].map(before) == rows["timepoint"]
    own = rows[at_baseline].set_index(["participant_id", "outcome"])["value"].astype("Float64")
    wanted = pd.MultiIndex.from_frame(rows[["participant_id", "outcome"]])
    base = pd.Series(own.reindex(wanted).array, index=rows.index, dtype="Float64")
    later = ~at_baseline & rows["outcome"].isin(numeric)
    change = (rows["value"].astype("Float64") - base).where(later)
    flag = pd.Series("Y", index=rows.index, dtype="string").where(at_baseline)
    source = ("dataset:outcomes.value",)
    return [
        Variable("BASE", "Baseline Value", FLOAT, base, DERIVED, "AVAL at the baseline", source),
        Variable("CHG", "Change from Baseline", FLOAT, change, DERIVED, "AVAL - BASE", source),
        Variable(
            "ABLFL",
            "Baseline Record Flag",
            TEXT,
            flag,
            DERIVED,
            "Y where the outcome was measured before the allocation",
            ("dataset:outcomes.timepoint",),
            {"Y": "Yes"},
        ),
    ]
