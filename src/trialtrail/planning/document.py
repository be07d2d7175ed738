"""The analysis plan as a page of its own, made from the configuration alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from trialtrail.planning.described import Stated, describe
from trialtrail.planning.facts import Facts
from trialtrail.planning.items import FILLED, MISSING, PART, counts, told_items
from trialtrail.planning.said import registration_in_words, version_in_words
from trialtrail.report.document import serialise
from trialtrail.report.fonts import inlined
from trialtrail.report.render import read_page
from trialtrail.report.templates import environment, render

TEMPLATE = "plan.html.j2"
STYLES = ("report.css", "screen.css", "plan.css")
ATTRIBUTES = {
    "estimand": "Estimand",
    "population": "Population",
    "treatment": "Treatment",
    "endpoints": "Endpoints",
    "events": "Intercurrent events",
    "summary": "Summary",
    "method": "Method",
    "fallback": "Fallback",
    "adjustment": "Adjustment",
    "missing": "Unknown outcomes",
    "multiplicity": "Multiplicity",
    "limits": "Limits",
}
"""What a plan tells of each analysis, in its order."""
TITLE_PAGE = {
    "plan": ("Version of this plan", version_in_words),
    "registration": ("Registration", registration_in_words),
    "protocol": ("Protocol", version_in_words),
}
"""Key of the study -> what it is called on the title page, and how it is told."""


def make_plan(facts: Mapping[str, Any], templates: Path) -> str:
    """Return the analysis plan as HTML.

    Args:
        facts: what `configuration.plan_facts` gives of the study.
        templates: the folder of the templates.
    """
    known = Facts(**{**facts, "stated": Stated(**facts["stated"])})
    told = told_items(known)
    by_section = counts(told)
    names = environment(templates, {})
    css = "".join((templates / name).read_text(encoding="utf-8") for name in STYLES)
    page = render(
        names,
        TEMPLATE,
        css=Markup(inlined(css, templates)),
        study=known.study,
        title_page=_title_page(known.study),
        sections=told,
        counts=by_section,
        total={
            state: sum(each[state] for each in by_section.values())
            for state in (FILLED, PART, MISSING)
        },
        attributes=ATTRIBUTES,
        analyses=[describe(entry, known.stated) for entry in known.entries],
        events=[each for each in known.stated.events if "description" in each],
        signatures=known.texts.get("signatures", {}),
    )
    return serialise(read_page(page))


def _title_page(study: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what the title page tells: its name, its words ("" where missing), its key."""
    return [
        {
            "name": name,
            "words": in_words(study[key]) if key in study else "",
            "key": f"study.{key}",
        }
        for key, (name, in_words) in TITLE_PAGE.items()
    ]
