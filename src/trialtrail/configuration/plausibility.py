"""How the checks of plausibility are set: the defaults, and what is wrong with a study's own.

Nothing heavy is imported here: the Snakefile runs it. docs/data-manager.md says what each means.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date

from trialtrail.configuration.schema import defaults_within, schema_files

Problem = tuple[str, list, str]


def default_settings() -> dict[str, dict]:
    """Return rule -> the settings that it has where a study says nothing."""
    rules = schema_files()["plausibility.yaml"]["properties"]
    inside = "validation.plausibility"
    unknown = {"exported_on": None}
    return {
        rule: (unknown if rule == "implausible_date" else {}) | defaults_within(f"{inside}.{rule}")
        for rule in rules
        if rule != "without"
    }


def plausibility_settings(config: dict) -> dict[str, dict]:
    """Return rule -> its settings, the study's own over the defaults; rules left out are absent."""
    given = config.get("validation", {}).get("plausibility", {})
    return {
        rule: {**defaults, **given.get(rule, {})}
        for rule, defaults in default_settings().items()
        if rule not in given.get("without", [])
    }


def plausibility_problems(config: dict, known: dict[str, dict[str, str]]) -> Iterator[Problem]:
    """Yield names under `validation.plausibility` of no table or column of the study.

    ``known`` maps table -> column -> type. What is ignored is a table, or a column of one; what
    participants are grouped by is a column of a table with one row a participant.
    """
    given = config.get("validation", {}).get("plausibility", {})
    day = given.get("implausible_date", {}).get("exported_on")
    if day is not None and not _is_day(day):
        path = ["validation", "plausibility", "implausible_date", "exported_on"]
        yield "The day of the export is no day of the calendar", path, "write it as 2025-12-31"
    single = ["participants", "screening", *config.get("forms", {})]
    for rule in default_settings():
        for key in ("ignore", "by"):
            for i, name in enumerate(given.get(rule, {}).get(key, [])):
                path = ["validation", "plausibility", rule, key, i]
                table, _, column = name.partition(".")
                if table not in known:
                    yield f"`{table}` is not a table of the study", path, _near(table, known)
                elif column and column not in known[table]:
                    yield f"`{table}` has no `{column}`", path, _near(column, known[table])
                elif key == "by" and not (column and table in single):
                    do = f"name a column of {', '.join(t for t in single if t in known)}"
                    yield f"`{name}` says nothing of each participant once", path, do


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _near(name: str, known: dict) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"write `{near[0]}`" if near else f"write one of {', '.join(known)}"
