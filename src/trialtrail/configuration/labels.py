"""Which variables take their label from the file of a program that keeps labels."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from trialtrail.configuration.expand import expand_series

FORMATS = ("sav", "dta", "xpt", "sas7bdat", "rds", "rda")
"""Formats whose files have labels of variables and, but for SAS transport, of values."""
ENDINGS = (".sav", ".zsav", ".dta", ".xpt", ".sas7bdat", ".rds", ".rda", ".rdata")
Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


def keeps_labels(export: Mapping) -> bool:
    """Return whether the file of an export has labels of its own."""
    ending = os.path.splitext(export["file"])[1].lower()
    return export["format"] in FORMATS if "format" in export else ending in ENDINGS


def lacks_labels(variable: Mapping) -> bool:
    """Return whether the configuration leaves a label of a variable, or of its values, open."""
    values = {str(value) for value in variable.get("codes", {}).values()}
    named = variable.get("labels", {})
    open_ = variable["type"] == "category" and (not values or not values <= set(named))
    return "label" not in variable or open_


def label_problems(config: Mapping) -> Iterator[Problem]:
    """Yield each variable without a label of which no file has one."""
    exports = config["exports"]
    for form, spec in config.get("forms", {}).items():
        sources = [exports.get(source["export"]) for source in spec.get("sources", [])]
        if not sources or any(export is None or keeps_labels(export) for export in sources):
            continue
        for i, variable in enumerate(spec.get("variables", [])):
            if "label" not in variable:
                name = next(iter(expand_series([variable])))["id"]
                what = f"`{name}` of {form} lacks `label`, and its file has no labels"
                yield what, ["forms", form, "variables", i], "add `label`: what readers call it"
