"""Names of forms and variables, and what readers call them."""

from __future__ import annotations

from trialtrail.new_study.columns.names import distinct, slug

TABLES = (
    *("screening", "participants", "contacts", "providers", "assignments", "provider_hours"),
    *("training", "interviews", "transcripts", "codebook", "segments", "quotations", "pseudonyms"),
    *("quotation_edits", "disclosure_decisions", "questionnaire", "answer_codings", "published"),
)
"""Names of tables, which no form can have."""

TAKEN = ("participant_id", "completed_on", "instance", "arm", "randomised_on", "timepoint")
"""Names that no variable is to have."""


def form_name(wanted: str, forms: dict) -> str:
    name = f"{wanted}_form" if wanted in TABLES else wanted
    return distinct([*(form.id for form in forms.values()), name])[-1]


def variable_name(name: str, used: set[str]) -> str:
    plain = slug(name, "v") or "variable"
    plain = f"{plain}_value" if plain in TAKEN or plain.endswith(("_bound", "_until")) else plain
    other, n = plain, 2
    while other in used:
        other, n = f"{plain}_{n}", n + 1
    used.add(other)
    return other


def label_of(text: str) -> str:
    words = text.replace("_", " ").strip()
    return words[0].upper() + words[1:] if words else text
