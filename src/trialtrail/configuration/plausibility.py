"""How the checks of plausibility are set: the defaults, and what is wrong with a study's own.

Nothing heavy is imported here: the Snakefile runs it. docs/data-manager.md says what each means.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date

DEFAULTS: dict[str, dict] = {
    "outlier": {"threshold": 5.0, "least": 20, "most": 20, "ignore": []},
    "digits": {"threshold": 20.0, "probability": 0.001, "least": 100, "ignore": []},
    "straight_line": {"share": 0.5, "chance": 0.01, "least": 5, "ignore": []},
    "empty_form": {"least": 3, "share": 0.8, "ignore": []},
    "pattern": {"by": [], "probability": 0.05, "least": 10, "ignore": []},
    "drop_out": {"level": 0.95, "ignore": []},
    "duplicate": {"share": 0.9, "chance": 0.001, "least": 6, "ignore": []},
    "implausible_date": {
        **{"first_year": 1900, "exported_on": None, "recruitment_gap": 180, "years": 1},
        **{"least": 5, "most": 20, "ignore": []},
    },
}

Problem = tuple[str, list, str]


def plausibility_settings(config: dict) -> dict[str, dict]:
    """Return rule -> its settings, the study's own over the defaults; rules left out are absent."""
    given = config.get("validation", {}).get("plausibility", {})
    return {
        rule: {**defaults, **given.get(rule, {})}
        for rule, defaults in DEFAULTS.items()
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
    for rule in DEFAULTS:
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
