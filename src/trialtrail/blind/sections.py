"""Which sections of the report a blinded run withholds, and why: by the study's design alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialtrail.configuration import Study

OF_TABLES = {
    "uptake": ("contacts", "who was offered contacts, and how many, tells an arm"),
    "providers": ("providers", "providers belong to the intervention"),
    "interviews": ("interviews", "interviews speak about the intervention"),
    "interviewees_against_randomised": ("interviews", "who was interviewed tells an arm"),
    "themes": ("quotations", "quotations speak about the intervention"),
    "questionnaire": ("questionnaire", "its answers speak about the intervention"),
    "joint_display": ("codebook", "interviews and uptake speak about the intervention"),
    "claims": ("published", "published figures name the arms"),
}
"""Section -> the table by which a study has it, and why it is withheld."""


def withheld_sections(study: Study) -> dict[str, str]:
    """Return the sections that the study has and its blinded run has not, each with the reason."""
    found = {name: why for name, (table, why) in OF_TABLES.items() if study.has(table)}
    if study.text_files():
        found["strengths_and_limits"] = "people wrote it who may have known the results"
    if study.conduct:
        found["conduct"] = "what it rests on may be of one arm"
    return found
