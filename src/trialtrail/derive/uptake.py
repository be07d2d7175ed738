"""Who took up the intervention, by a row of `analysis.uptake` or by the column `received`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError

LIMITS = {"at_least": "ge", "more_than": "gt", "at_most": "le"}
"""Limits of a rule -> how the contacts that count are compared with them."""


def limits_of(rule: Mapping[str, Any]) -> dict[str, float]:
    """Return the limits of a rule, as conditions of the column ``visits``."""
    return {LIMITS[key]: rule[key] for key in LIMITS if key in rule}


def columns_of(rule: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns of the dataset of participants that a rule reads."""
    own = (rule["column"],) if "column" in rule else ()
    return (*own, *rule.get("where", {}), *(("visits",) if limits_of(rule) else ()))


def chosen_by(rule: Mapping[str, Any], people: pd.DataFrame) -> pd.Series:
    """Return who meets the condition ``where`` of a rule.

    Raises:
        StudyError: it names a column that the dataset does not have.
    """
    chosen = pd.Series(True, index=people.index)
    for name, value in rule.get("where", {}).items():
        if name not in people:
            raise StudyError(
                f"No column `{name}` in the dataset of participants",
                where=f"analysis.uptake.rows, id {rule['id']}, where",
                rule="names",
                remedy=f"write one of {', '.join(people.columns)}",
            )
        chosen &= (people[name] == value).fillna(False)
    return chosen


def within_limits(rule: Mapping[str, Any], people: pd.DataFrame) -> pd.Series:
    """Return whose contacts that count are within the limits of a rule."""
    met = pd.Series(True, index=people.index)
    for how, limit in limits_of(rule).items():
        met &= getattr(people["visits"], how)(limit).fillna(False)
    return met


def took_up(rule: Mapping[str, Any], people: pd.DataFrame) -> pd.Series:
    """Return who meets a rule, as 1 or 0; missing where it is not known."""
    if "column" in rule:
        return people[rule["column"]].astype("Float64").astype("float64")
    met = chosen_by(rule, people) & within_limits(rule, people)
    return met.astype("float64")
