"""The analysis plan as entries: the short keys of the configuration written out.

Nothing heavy is imported here: the rules ask for the entries while they are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MAIN = "main"
"""The entry of the plan's own outcomes; its name stands in no row."""
BASELINE_VALUE = "baseline_value"
"""The covariate that stands for the outcome's own value at baseline."""


def expand_analyses(plan: Mapping[str, Any], outcomes: Sequence[Mapping]) -> list[dict[str, Any]]:
    """Return the entries of the plan: the main one, then each of ``sensitivity``.

    An entry has ``id``, ``label``, ``role`` (None: that of each outcome), ``adjust`` (covariates),
    ``mean_difference`` and ``outcomes`` (the plan's outcomes that it is of). What an entry of its
    own does not say is as in the main one. ``plan`` has its keys with a default written out.
    """
    general = {
        "adjust": list(plan["adjust"]),
        "mean_difference": plan["mean_difference"],
    }
    main = {"id": MAIN, "label": "", "role": None, "outcomes": list(outcomes)}
    entries = [main | general] if outcomes else []
    for item in plan["sensitivity"]:
        of = item.get("of", [each["id"] for each in outcomes])
        own = {key: item[key] for key in general if key in item}
        entries.append(
            {
                "id": item["id"],
                "label": item.get("label", item["id"].replace("_", " ")),
                "role": "sensitivity",
                "outcomes": [each for each in outcomes if each["id"] in of],
            }
            | general
            | own
        )
    return entries
