"""The items of a statistical analysis plan, and what of them a study fills.

Sections and numbers are those of the guideline for the content of statistical analysis plans in
clinical trials (Gamble and others, JAMA 2017;318:2337-43); the titles are our own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialtrail.planning import said
from trialtrail.planning.facts import Facts, Said
from trialtrail.planning.said import nothing

OWN = "statistical_plan."
FILLED, PART, MISSING = "filled", "in part", "missing"


@dataclass(frozen=True)
class Item:
    """One item: its number, what it is about, the key that fills it, and what is said of it."""

    number: str
    title: str
    key: str
    says: Callable[[Facts], Said] = nothing


@dataclass(frozen=True)
class Told:
    """An item as a study has it.

    Attributes:
        item: the item.
        state: filled, in part or missing.
        texts: the paragraphs that people wrote for it.
        lines: what the configuration says of it.
        lacks: what of it is open.
    """

    item: Item
    state: str
    texts: Sequence[str] = ()
    lines: Sequence[str] = ()
    lacks: str = ""


SECTIONS: dict[str, tuple[Item, ...]] = {
    "Administrative information": (
        Item("1a", "Title and acronym", "study.title", said.title),
        Item("1b", "Registration of the trial", "study.registration", said.registration),
        Item("2", "Version and date of this plan", "study.plan", said.version),
        Item("3", "Protocol that it belongs to", "study.protocol", said.protocol),
        Item("4a", "Revisions", f"{OWN}revisions", said.revisions("date", "changes")),
        Item("4b", "Reason of each revision", f"{OWN}revisions", said.revisions("reason")),
        Item("4c", "When it was revised", f"{OWN}revisions", said.revisions("timing")),
        Item("5", "Who contributed", f"{OWN}contributors", said.contributors),
        Item("6a", "Signature: author", f"{OWN}signatures.author", said.signature("author")),
        Item(
            "6b",
            "Signature: senior statistician",
            f"{OWN}signatures.statistician",
            said.signature("statistician"),
        ),
        Item(
            "6c",
            "Signature: chief investigator",
            f"{OWN}signatures.investigator",
            said.signature("investigator"),
        ),
    ),
    "Introduction": (
        Item("7", "Background and rationale", f"{OWN}background"),
        Item("8", "Objectives", f"{OWN}objectives"),
    ),
    "Study methods": (
        Item("9", "Design of the trial", f"{OWN}trial_design", said.design),
        Item("10", "Randomisation", f"{OWN}randomisation"),
        Item("11", "Sample size", f"{OWN}sample_size"),
        Item("12", "Framework of the comparisons", f"{OWN}framework", said.framework),
        Item("13a", "Interim analyses", f"{OWN}interim_analyses.analyses"),
        Item(
            "13b",
            "Interim analyses and the level of significance",
            f"{OWN}interim_analyses.significance",
        ),
        Item("13c", "Stopping early", f"{OWN}interim_analyses.stopping"),
        Item("14", "Time of the final analysis", f"{OWN}final_analysis"),
        Item("15", "Times of assessment", f"{OWN}assessment_times", said.assessment_times),
    ),
    "Statistical principles": (
        Item("16", "Level of significance", f"{OWN}significance_level", said.significance_level),
        Item("17", "Multiplicity", f"{OWN}multiplicity", said.tests),
        Item("18", "Confidence intervals", f"{OWN}confidence_intervals", said.intervals),
        Item("19a", "What adherence is", f"{OWN}adherence.definition", said.adherence),
        Item("19b", "How adherence is presented", f"{OWN}adherence.presentation", said.uptake),
        Item("19c", "What a protocol deviation is", f"{OWN}protocol_deviations.definition"),
        Item("19d", "Which deviations are told", f"{OWN}protocol_deviations.presentation"),
        Item("20", "Analysis populations", f"{OWN}analysis_populations", said.populations),
    ),
    "Trial population": (
        Item("21", "Screening", f"{OWN}screening", said.screening),
        Item("22", "Eligibility", f"{OWN}eligibility"),
        Item("23", "Recruitment and flow", f"{OWN}recruitment", said.flow),
        Item("24a", "Levels of withdrawal", f"{OWN}withdrawal.level"),
        Item("24b", "Times of withdrawal", f"{OWN}withdrawal.timing", said.withdrawal_times),
        Item(
            "24c",
            "How withdrawal and loss are presented",
            f"{OWN}withdrawal.presentation",
            said.withdrawal_reasons,
        ),
        Item(
            "25a",
            "Characteristics at baseline",
            f"{OWN}baseline.characteristics",
            said.characteristics,
        ),
        Item("25b", "How they are summarised", f"{OWN}baseline.presentation", said.described),
    ),
    "Analysis": (
        Item("26a", "Outcomes and their times", f"{OWN}outcomes.definitions", said.outcomes),
        Item("26b", "Measurement and units", f"{OWN}outcomes.measurement", said.units),
        Item("26c", "Calculation of outcomes", f"{OWN}outcomes.derivation", said.derivation),
        Item("27a", "Methods of comparison", f"{OWN}analysis_methods.comparison", said.comparison),
        Item("27b", "Adjustment", f"{OWN}analysis_methods.adjustment", said.covariates),
        Item("27c", "Check of assumptions", f"{OWN}analysis_methods.assumptions"),
        Item(
            "27d",
            "Where assumptions do not hold",
            f"{OWN}analysis_methods.alternatives",
            said.alternatives,
        ),
        Item(
            "27e",
            "Sensitivity analyses",
            f"{OWN}analysis_methods.sensitivity",
            said.of_role("sensitivity", "sensitivity"),
        ),
        Item(
            "27f",
            "Subgroups",
            f"{OWN}analysis_methods.subgroups",
            said.of_role("subgroups", "subgroup"),
        ),
        Item("28", "Missing data", f"{OWN}missing_data", said.unknown_outcomes),
        Item(
            "29",
            "Additional analyses",
            f"{OWN}additional_analyses",
            said.of_role("", "supplementary", "exploratory"),
        ),
        Item("30", "Harms", f"{OWN}harms", said.harms),
        Item("31", "Software", f"{OWN}software", said.software),
        Item("32a", "References of methods", f"{OWN}references.methods"),
        Item("32b", "Data management plan", f"{OWN}references.data_management"),
        Item("32c", "Master files", f"{OWN}references.master_file"),
        Item("32d", "Operating procedures", f"{OWN}references.procedures"),
    ),
}
"""Section -> its items, in the guideline's order."""


def told_items(facts: Facts) -> dict[str, list[Told]]:
    """Return each section with its items as the study has them."""
    return {section: [tell(item, facts) for item in items] for section, items in SECTIONS.items()}


def tell(item: Item, facts: Facts) -> Told:
    """Return an item as a study has it.

    What people wrote for it fills it: whether that is enough nobody but they can judge.
    """
    found = item.says(facts)
    text = written(item.key, facts.texts)
    if text:
        return Told(item, FILLED, paragraphs(text), found.lines)
    if not found.lines:
        return Told(item, MISSING)
    return Told(item, PART if found.lacks else FILLED, (), found.lines, found.lacks)


def written(key: str, texts: Mapping[str, Any]) -> str:
    """Return the text that people wrote under a key; "" where there is none, or it is no text."""
    if not key.startswith(OWN):
        return ""
    value: Any = texts
    for part in key.removeprefix(OWN).split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else ""
    return value if isinstance(value, str) else ""


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, which empty lines part."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]


def counts(told: Mapping[str, Sequence[Told]]) -> dict[str, dict[str, int]]:
    """Return how many items of each section are filled, in part and missing."""
    return {
        section: {
            state: sum(each.state == state for each in items) for state in (FILLED, PART, MISSING)
        }
        for section, items in told.items()
    }
