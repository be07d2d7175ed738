"""ADSL: a record a participant, with arm, populations, baseline and uptake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from trialtrail.analysis.data import in_population
from trialtrail.derive.populations import is_excluded
from trialtrail.exchange.names import label_of, short_names
from trialtrail.exchange.trial import STANDARD, Trial
from trialtrail.exchange.variables import (
    ASSIGNED,
    COLLECTED,
    DATE,
    DERIVED,
    INTEGER,
    TEXT,
    YES_NO,
    AdamDataset,
    Declared,
    Variable,
    as_kind,
    copied,
    yes_no,
)

ARM_CODE = 20
"""Greatest length of ARMCD (SDTM Implementation Guide)."""
OWN = {
    "randomised_on": ("RANDDT", "Date of Randomization"),
    "withdrawn_on": ("WITHDT", "Date of Withdrawal of Consent"),
    "withdrawal_reason": ("DCSREAS", "Reason for Discontinuation from Study"),
    "exclusion_reason": ("EXCLREAS", "Reason for Exclusion after Randomization"),
    "received": ("RECVDFL", "Received the Intervention Flag"),
}
"""Columns of the participants -> the variable of ADSL."""
NOT_EXCHANGED = ("participant_id", "arm", "screening_id")
"""Columns of the participants that are other variables, or name them outside the trial."""
ID, ARM = "dataset:participants.participant_id", "dataset:participants.arm"
ENDINGS = {"flag": "FL", DATE: "DT"}
"""What the names of yes or no, and of dates, end in."""


def subject_level(people: pd.DataFrame, trial: Trial, declared: Declared) -> AdamDataset:
    """Return ADSL; who has no number is in no record of it."""
    people = people[people["participant_id"].notna()].reset_index(drop=True)
    named = [*OWN, *NOT_EXCHANGED]
    rest = [name for name in people if name not in named]
    names = _names(people[rest], (*STANDARD, *trial.flags.values()))
    codes = {each["id"]: each.get("labels", {}) for each in trial.baseline}
    variables = [
        *_identifiers(people["participant_id"], trial),
        *_treatment(people, trial),
        *_population_flags(people, trial),
        *(copied(declared, people[c], *OWN[c]) for c in OWN if c in people),
        *(copied(declared, people[c], names[c], codes=codes.get(c)) for c in rest),
    ]
    structure = "One record per subject"
    keys = ("STUDYID", "USUBJID")
    label = "Subject-Level Analysis Dataset"
    return AdamDataset("ADSL", label, "SUBJECT LEVEL ANALYSIS DATASET", structure, keys, variables)


def _names(frame: pd.DataFrame, taken: Sequence[str]) -> dict[str, str]:
    """Return the names of the columns that are variables of the study's own."""
    found: dict[str, str] = {}
    for column in frame:
        kind, _, codes = as_kind(frame[column])
        ending = ENDINGS.get("flag" if codes else kind, "")
        found |= short_names([str(column)], [*taken, *found.values()], ending)
    return found


def _identifiers(subjects: pd.Series, trial: Trial) -> list[Variable]:
    study = trial.study["short_name"]
    same = pd.Series(study, index=subjects.index, dtype="string")
    how = "the study identifier, a hyphen and the subject identifier"
    return [
        Variable("STUDYID", "Study Identifier", TEXT, same, ASSIGNED, "short name of the study"),
        Variable(
            "USUBJID",
            "Unique Subject Identifier",
            TEXT,
            same + "-" + subjects,
            DERIVED,
            how,
            (ID,),
        ),
        Variable(
            "SUBJID",
            "Subject Identifier for the Study",
            TEXT,
            subjects.astype("string"),
            COLLECTED,
            "as in the dataset of participants",
            (ID,),
        ),
    ]


def _numbers(arms: pd.Series, trial: Trial) -> pd.Series:
    places = {arm["id"]: place for place, arm in enumerate(trial.arms, 1)}
    return arms.map(places).astype("Int64")


def _treatment(people: pd.DataFrame, trial: Trial) -> list[Variable]:
    labels = trial.arm_labels
    arm, number = people["arm"].map(labels).astype("string"), _numbers(people["arm"], trial)
    short = {each: each.upper() for each in labels}
    if any(len(code) > ARM_CODE for code in short.values()):
        short = short_names(labels)
    order = {str(place): labels[each] for place, each in enumerate(labels, 1)}
    allocated = "arm that the participant was allocated to"
    planned = [
        ("ARM", "Description of Planned Arm", TEXT, arm, {}),
        ("ARMCD", "Planned Arm Code", TEXT, people["arm"].map(short).astype("string"), {}),
        ("TRT01P", "Planned Treatment for Period 01", TEXT, arm, {}),
        ("TRT01PN", "Planned Treatment for Period 01 (N)", INTEGER, number, order),
    ]
    codes = {code: labels[each] for each, code in short.items()}
    found = [
        Variable(
            name,
            label,
            kind,
            values,
            COLLECTED,
            allocated,
            (ARM,),
            codes if name == "ARMCD" else own,
        )
        for name, label, kind, values, own in planned
    ]
    return [*found, *(_actual(people, trial, order) if "received" in people else [])]


def _actual(people: pd.DataFrame, trial: Trial, order: Mapping[str, str]) -> list[Variable]:
    """Return what participants got, where the column ``received`` tells of the intervention."""
    reference = trial.arms[0]["id"]
    arm, received = people["arm"], people["received"].astype("boolean")
    got, none = received.fillna(False).astype(bool), (~received).fillna(False).astype(bool)
    of_reference = arm.eq(reference).fillna(False).astype(bool)
    actual = arm.where((got & ~of_reference) | (none & of_reference))
    if len(trial.arms) == 2:
        actual = actual.mask(got & of_reference, trial.treated)
    how = (
        "the planned arm, where the participant received its intervention, or of the reference "
        "none; of two arms the other one, where a participant of the reference received it; "
        "otherwise not known"
    )
    sources = (ARM, "dataset:participants.received")
    label = "Actual Treatment for Period 01"
    named = actual.map(trial.arm_labels).astype("string")
    number = _numbers(actual, trial)
    return [
        Variable("TRT01A", label, TEXT, named, DERIVED, how, sources),
        Variable("TRT01AN", f"{label} (N)", INTEGER, number, DERIVED, how, sources, order),
    ]


def _population_flags(people: pd.DataFrame, trial: Trial) -> list[Variable]:
    randomised = people["arm"].notna()
    kept = randomised & ~is_excluded(people)
    flags = [
        ("RANDFL", "Randomized Population Flag", randomised, "has an arm"),
        (
            "ITTFL",
            "Intent-To-Treat Population Flag",
            kept,
            "has an arm and was not excluded after randomisation: whom the analyses compare",
        ),
    ]
    for each in trial.populations:
        met = kept & in_population(people, each, trial.arms[0]["id"])
        how = f"of the intent-to-treat population, who meets `{each['id']}` of the analysis plan"
        flags.append((trial.flags[each["id"]], label_of(f"{each['label']} Flag"), met, how))
    return [
        Variable(name, label, TEXT, yes_no(met), DERIVED, how, (ARM,), YES_NO)
        for name, label, met, how in flags
    ]
