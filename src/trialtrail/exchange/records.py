"""What records of values have in common: subject, parameter, and which are analysed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.exchange.adsl import ARM
from trialtrail.exchange.trial import Trial, title_of
from trialtrail.exchange.variables import (
    ASSIGNED,
    DERIVED,
    INTEGER,
    TEXT,
    AdamDataset,
    Declared,
    Variable,
)

PREDECESSOR = "Predecessor"
"""Where a variable is from that another dataset has, in the terms of Define-XML 2.1."""


def shared(adsl: AdamDataset, subjects: pd.Series, trial: Trial) -> list[Variable]:
    """Return the variables of ADSL that each record of another dataset repeats."""
    own = {each.name: each for each in adsl.variables}
    place = pd.Series(range(len(own["SUBJID"].values)), index=own["SUBJID"].values)
    rows = place.reindex(subjects).to_numpy()
    names = {"TRT01P": ("TRTP", "Planned Treatment"), "TRT01PN": ("TRTPN", "Planned Treatment (N)")}
    wanted = ["STUDYID", "USUBJID", "SUBJID", *names, "RANDFL", "ITTFL", *trial.flags.values()]
    return [
        Variable(
            *names.get(name, (name, own[name].label)),
            own[name].kind,
            own[name].values.take(rows).reset_index(drop=True),
            PREDECESSOR,
            f"ADSL.{name}",
            own[name].sources,
            own[name].codes,
        )
        for name in wanted
    ]


def records(
    outcomes: pd.DataFrame, adsl: AdamDataset, specs: Sequence[Mapping], trial: Trial
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the known values of outcomes, and the places of subject, parameter and visit.

    They are in the order of participants, outcomes and timepoints.
    """
    ids = [each["id"] for each in trial.outcomes]
    of = {each["id"] for each in specs}
    subjects = list(adsl.frame["SUBJID"])
    rows = outcomes[
        outcomes["outcome"].isin(of)
        & outcomes["value"].notna()
        & outcomes["participant_id"].isin(subjects)
    ]
    order = pd.DataFrame(
        {
            "subject": rows["participant_id"].map({each: at for at, each in enumerate(subjects)}),
            "parameter": rows["outcome"].map({each: at for at, each in enumerate(ids, 1)}),
            "visit": rows["timepoint"].map(trial.visits),
        }
    ).sort_values(["subject", "parameter", "visit"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True), order.reset_index(drop=True)


def parameter(rows: pd.DataFrame, order: pd.DataFrame, trial: Trial) -> list[Variable]:
    """Return the variables that name the outcome of a record."""
    named = {each["id"]: title_of(each) for each in trial.outcomes}
    codes = trial.codes
    given = rows["outcome"]
    present = {*given}
    titles = {codes[each]: title for each, title in named.items() if each in present}
    roles = {each["id"]: each["role"].upper() for each in trial.outcomes}
    numbers = order["parameter"].astype("Int64")
    sources = ("dataset:outcomes.outcome",)

    def text(name: str, label: str, values: Mapping, method: str, own: Mapping) -> Variable:
        found = given.map(values).astype("string")
        return Variable(name, label, TEXT, found, ASSIGNED, method, sources, own)

    how = "place of the outcome in the analysis plan"
    return [
        text("PARAM", "Parameter", named, "label of the outcome, with its unit", {}),
        text("PARAMCD", "Parameter Code", codes, "short name of the outcome", titles),
        Variable("PARAMN", "Parameter (N)", INTEGER, numbers, ASSIGNED, how, sources),
        text("PARCAT1", "Parameter Category 1", roles, "role of the outcome in the plan", {}),
    ]


def parameters(specs: Sequence[Mapping], trial: Trial, declared: Declared) -> list[dict[str, Any]]:
    """Return where AVAL is from, of each parameter and timepoint."""
    return [
        {
            "PARAMCD": trial.codes[spec["id"]],
            "PARAM": title_of(spec),
            "outcome": spec["id"],
            "kind": spec["kind"],
            "role": spec["role"],
            "timepoint": part["timepoint"],
            "method": each["rule"],
            "sources": list(each["sources"]),
        }
        for spec in specs
        for part in spec["measured"]
        for each in declared.where("value", outcome=spec["id"], timepoint=part["timepoint"])
    ]


def analysed(
    rows: pd.DataFrame, specs: Sequence[Mapping], adsl: AdamDataset, trial: Trial
) -> list[Variable]:
    """Return the flag of the records that the main analysis compares."""
    later = {
        (spec["id"], part["timepoint"])
        for spec in specs
        for part in spec["measured"]
        if part["follow_up"]
    }
    compared = pd.Series(
        [pair in later for pair in zip(rows["outcome"], rows["timepoint"], strict=True)],
        index=rows.index,
        dtype="bool",
    )
    own = adsl.frame.set_index("SUBJID")[trial.main_flag]
    met = compared & rows["participant_id"].map(own).eq("Y").fillna(False).astype(bool)
    flag = pd.Series("Y", index=rows.index, dtype="string").where(met)
    how = f"Y where the record is of the follow-up and {trial.main_flag} is Y: the main analysis"
    label = "Analysis Flag 01"
    sources = ("dataset:outcomes.timepoint", ARM)
    return [Variable("ANL01FL", label, TEXT, flag, DERIVED, how, sources, {"Y": "Yes"})]
