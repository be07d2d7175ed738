"""What the configuration calls things: names as they are marked, labels of roles and stages."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from trialtrail.report.formatting import has_number


def named(text: str) -> Markup | str:
    """Return a name that the configuration gives; marked as one where it holds a number."""
    mark_of_name = Markup("<span data-name>{}</span>")
    return mark_of_name.format(text) if has_number(text) else text


def label_of(labels: Mapping[str, Mapping[str, str]], kind: str, name: str) -> str:
    """Return what a role or a stage is called; without a label, its id in words."""
    words = name.replace("_", " ")
    return labels.get(kind, {}).get(name, words.capitalize() if kind == "roles" else words)


def label_of_pair(labels: Mapping[str, Mapping[str, str]], role: str, stage: str) -> str:
    """Return what a role and a stage of interviews are called together."""
    parts = [label_of(labels, "roles", role)]
    return ", ".join([*parts, label_of(labels, "stages", stage)] if stage else parts)
