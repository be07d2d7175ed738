"""What a configuration says of the items that a statistical analysis plan has; no file is read.

Nothing heavy is imported here: a rule asks it for its parameters.
"""

from __future__ import annotations

from typing import Any

from trialtrail import __version__
from trialtrail.analysis.plan import RANDOMISED, expanded_population
from trialtrail.configuration.study_plan import StudyPlan

SECTION = "statistical_plan"


def plan_facts(study: StudyPlan) -> dict[str, Any]:
    """Return what `planning.items.Facts` takes.

    It has what people wrote (``texts``), the entries of the plan, what the plan says beside them
    (``stated``), which of its keys are written out (``given``), the populations, the uptake, the
    variables at baseline, and what is recorded of screening, withdrawals and harms.
    """
    given = study.config.get("analysis", {})
    names = [RANDOMISED, *(each["id"] for each in study.analysis("populations", []))]
    uptake = study.analysis("uptake", {}) if study.has("contacts") else {}
    harms = study.harms
    return {
        "study": study.printed,
        "texts": study.config.get(SECTION, {}),
        "entries": list(study.analyses.values()),
        "stated": study.stated,
        "given": sorted(given),
        "populations": [expanded_population(study.plan, name) for name in names],
        "uptake": [row["label"] for row in uptake.get("rows", [])],
        "counted": uptake.get("contact", {}),
        "received": "received" in given,
        "baseline": [(each["label"], each["type"]) for each in study.baseline_table],
        "recorded": _recorded(study),
        "forms": study.follow_up_labels,
        "followed_up": study.analysis("followed_up", {}).get("label", ""),
        "harms": _of_harms(harms) if harms else {},
        "version": __version__,
    }


def _recorded(study: StudyPlan) -> dict[str, list[str]]:
    """Return the columns that the exports give of participants and of screening."""
    return {
        table: list(
            dict.fromkeys(
                name for source in study.spec(table)["sources"] for name in source["columns"]
            )
        )
        for table in ("screening", "participants")
        if study.has(table)
    }


def _of_harms(harms: dict[str, Any]) -> dict[str, Any]:
    """Return the forms of harms by their labels, and what is told of events."""
    return {
        "forms": [each["label"] for each in harms["forms"].values()],
        "told": [harms[key]["called"] for key in ("event", "system", "severity") if key in harms],
        "marked": [key for key in ("serious", "related") if key in harms],
    }
