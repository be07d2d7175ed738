"""Which outcomes and analyses a change of the datasets touches, and which columns a fit takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trialtrail.analysis.plan import BASELINE_VALUE
from trialtrail.derive.populations import EXCLUSION
from trialtrail.derive.uptake import columns_of
from trialtrail.forecast.sealed_run import SealedRun

OF_ALL = ("participant_id", "arm", EXCLUSION)
"""Columns of the participants that say who is compared, and in which arm."""
PRIMARY, OWN, ALL = "primary", "own", "all"
"""What is forecast: the primary estimates; those of the plan's own outcomes, which are no
sensitivity analysis, subgroup or the like; all estimates."""


@dataclass(frozen=True)
class Changes:
    """What of the datasets is otherwise than in the run.

    Attributes:
        outcomes: the outcomes with another row.
        columns: the columns of the participants with another value.
        everybody: whether the participants themselves, or their order, are others.
    """

    outcomes: frozenset[str]
    columns: frozenset[str]
    everybody: bool

    def touch(self, outcome: str, columns: Collection[str]) -> bool:
        """Return whether a result of an outcome, with some columns of participants, may differ."""
        return self.everybody or outcome in self.outcomes or bool(self.columns & set(columns))


def changes_between(
    outcomes: pd.DataFrame,
    people: pd.DataFrame,
    new_outcomes: pd.DataFrame,
    new_people: pd.DataFrame,
) -> Changes:
    """Return what differs between the datasets of a run and new ones."""
    ids = "participant_id"
    everybody = not people[[ids]].equals(new_people[[ids]])
    names = {*people, *new_people}
    columns = (
        names
        if everybody
        else {
            name
            for name in names
            if name not in people
            or name not in new_people
            or not people[name].equals(new_people[name])
        }
    )
    before, after = (dict(list(f.groupby("outcome", sort=False))) for f in (outcomes, new_outcomes))
    touched = {
        each
        for each in {*before, *after}
        if each not in before or each not in after or not same_rows(before[each], after[each])
    }
    return Changes(frozenset(touched), frozenset(columns), everybody)


def same_rows(first: pd.DataFrame, second: pd.DataFrame) -> bool:
    """Return whether two frames have the same rows in the same order; queries' names aside."""
    ours = [name for name in first if name != "query_id"]
    return first[ours].reset_index(drop=True).equals(second[ours].reset_index(drop=True))


def asked_outcomes(run: SealedRun, scope: str) -> dict[str, list[str]]:
    """Return analysis -> its outcomes that are forecast.

    Of the primary estimates they are the primary outcomes of the plan's own entries, and all others
    whose p is in one family with them.
    """
    family = _family(run)
    found = {}
    for job in run.of_rule("fit_analysis").values():
        entry = job["params"]["entry"]
        own = entry["role"] is None
        found[entry["id"]] = [
            spec["id"]
            for spec in entry["outcomes"]
            if scope == ALL
            or (own and (scope == OWN or spec["role"] == PRIMARY or spec["id"] in family))
        ]
    return found


def _family(run: SealedRun) -> set[str]:
    """Return the outcomes of the family of hypotheses."""
    multiplicity = run.jobs["collect_estimates"]["params"]["multiplicity"]
    found: set[str] = set()
    for procedure, family in multiplicity.items():
        found |= set(family["weights"] if procedure == "graph" else family)
    return found


def for_imputing(imputation: Mapping[str, Any]) -> set[str]:
    """Return the columns of the participants that an imputation takes."""
    names = [*imputation["covariates"], *imputation["auxiliary"]]
    return {*OF_ALL, *names} - {BASELINE_VALUE}


def for_fitting(entry: Mapping[str, Any], spec: Mapping[str, Any], cluster: str) -> set[str]:
    """Return the columns of the participants that a fit of an outcome takes."""
    names = {*OF_ALL, *entry["adjust"], *spec.get("strata", [])} - {BASELINE_VALUE}
    names |= {cluster} if isinstance(entry["design"], Mapping) and cluster else set()
    names |= {entry["subgroup"]} if entry["subgroup"] else set()
    for rule in (entry["uptake"], entry["exposure"]):
        names |= set(columns_of(rule)) if rule else set()
    if population := entry["population"]:
        names |= set(population["where"])
        names |= set(columns_of(population["uptake"])) if population["uptake"] else set()
    return names


def replaced(
    whole: pd.DataFrame, made: pd.DataFrame, touched: Iterable[str], order: Sequence[str]
) -> pd.DataFrame:
    """Return the rows of all outcomes in the order of the plan, of touched ones those ``made``.

    Args:
        whole: the rows of the run.
        made: the new rows of the touched outcomes.
        touched: these outcomes.
        order: all outcomes of the plan's entry.
    """
    own = {*touched}
    parts = [
        (made if outcome in own else whole)[
            (made if outcome in own else whole)["outcome"] == outcome
        ]
        for outcome in order
    ]
    return pd.concat(parts, ignore_index=True).astype(whole.dtypes.to_dict())
