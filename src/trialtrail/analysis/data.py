"""The data of one comparison: who is in it, in which arm, with which values and covariates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from trialtrail.analysis.covariates import as_terms
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.plan import BASELINE_VALUE
from trialtrail.derive.populations import is_excluded
from trialtrail.derive.uptake import took_up


@dataclass(frozen=True)
class Comparison:
    """One outcome of one entry of the plan at one timepoint.

    Attributes:
        entry: the entry, as `plan.expand_analyses` gives it.
        spec: the outcome.
        timepoint: the timepoint whose effect is estimated.
        adjust: the covariates that the outcome has.
    """

    entry: Mapping[str, Any]
    spec: Mapping[str, Any]
    timepoint: str
    adjust: Sequence[str]

    @property
    def several(self) -> bool:
        """Whether the outcome is compared at several timepoints."""
        times = [part for part in self.spec["measured"] if part["follow_up"]]
        return len(times) > 1 and "repeated" not in self.spec

    @property
    def visits(self) -> list[str]:
        """The timepoints of a model of repeated measures, none for another."""
        return list(self.spec.get("repeated", []))

    @property
    def clusters(self) -> Mapping[str, Any]:
        """The design with clusters; empty without."""
        design = self.entry["design"]
        return design if isinstance(design, Mapping) and "clusters" in design else {}


class TrialData:
    """The datasets of participants and of outcomes, as the comparisons of an entry take them.

    Args:
        outcomes: the dataset of outcomes.
        people: the dataset of participants, all who were randomised.
        entry: the entry of the plan.
        arms: ids of the arms, the reference first.
        cluster: the column of ``people`` that names the cluster.
    """

    def __init__(
        self,
        outcomes: pd.DataFrame,
        people: pd.DataFrame,
        entry: Mapping[str, Any],
        arms: Sequence[str],
        cluster: str = "",
    ) -> None:
        self.outcomes, self.entry, self._cluster = outcomes, entry, cluster
        self._all = people.set_index("participant_id", drop=False)
        self._places = outcomes.groupby(["outcome", "timepoint"]).indices
        self.arms = _compared(entry, arms)
        self._reference = arms[0]

    @cached_property
    def people(self) -> pd.DataFrame:
        """Who is compared, with ``arm`` as they are compared: a row a participant, by id."""
        people = self._all[self._all["participant_id"].notna() & self._all["arm"].notna()]
        population = self.entry["population"]
        people = people[~is_excluded(people) & in_population(people, population, self._reference)]
        people = people.assign(arm=self._arm_of(people))
        clusters = _clusters(self.entry)
        if clusters and clusters.get("none") == "left_out":
            mine = people["arm"].isin(clusters.get("within", self.arms))
            people = people[~mine | people[self._cluster].notna()]
        return people[people["arm"].notna()]

    def randomised(self) -> dict[str, int]:
        """Return how many were allocated to each arm that is compared."""
        arm = self._arm_of(self._all)
        return {each: int((arm == each).sum()) for each in self.arms}

    def _arm_of(self, people: pd.DataFrame) -> pd.Series:
        """Return the arm of each participant as it is compared: allocation, factor, exposure."""
        factor, exposure = self.entry["factor"], self.entry["exposure"]
        if factor:
            has = people["arm"].isin(factor["arms"])
            return pd.Series(np.where(has, self.arms[1], self.arms[0]), people.index).where(
                people["arm"].notna()
            )
        if exposure:
            met = took_up(exposure, people)
            return pd.Series(np.where(met == 1, self.arms[1], self.arms[0]), people.index).where(
                met.notna()
            )
        return people["arm"].astype(object)

    def values(self, outcome: str, timepoint: str, column: str = "value") -> pd.Series:
        """Return a column of the dataset of outcomes by participant; those with a row."""
        rows = self.outcomes.iloc[self._places.get((outcome, timepoint), [])]
        if column not in rows:
            return pd.Series(dtype="float64")
        return rows.set_index("participant_id")[column].astype("float64")

    def before(self, spec: Mapping[str, Any]) -> pd.Series | None:
        """Return the values of an outcome before the allocation; None where it has none."""
        times = [part["timepoint"] for part in spec["measured"] if not part["follow_up"]]
        return self.values(spec["id"], times[0]) if times else None

    def comparisons(self) -> list[Comparison]:
        """Return the comparisons of the entry, in the order of the plan."""
        found = []
        for spec in self.entry["outcomes"]:
            known = any(not part["follow_up"] for part in spec["measured"])
            adjust = [n for n in self.entry["adjust"] if n != BASELINE_VALUE or known]
            times = [part["timepoint"] for part in spec["measured"] if part["follow_up"]]
            for time in [spec["at"]] if "repeated" in spec else times:
                found.append(Comparison(self.entry, spec, time, adjust))
        return found

    def frame(self, what: Comparison, *, everybody: bool) -> pd.DataFrame:
        """Return the data of a comparison: a row a participant, or a participant and visit.

        ``participant_id``, ``arm``, ``value``; where they are asked for ``visit``, ``cluster``,
        ``time`` and ``event``, ``exposure``, ``uptake``, strata and the subgroup. Without
        ``everybody`` only those are in it of whom the dataset of outcomes has a row.
        """
        if what.visits:
            parts = [self._at(what, time, everybody).assign(visit=time) for time in what.visits]
            return pd.concat(parts, ignore_index=True)
        return self._at(what, what.timepoint, everybody)

    def _at(self, what: Comparison, timepoint: str, everybody: bool) -> pd.DataFrame:
        values = self.values(what.spec["id"], timepoint)
        people = self.people if everybody else self.people.loc[self.people.index.isin(values.index)]
        data = pd.DataFrame(
            {
                "participant_id": people["participant_id"].to_numpy(dtype=object),
                "arm": people["arm"].to_numpy(dtype=object),
                "value": values.reindex(people.index).to_numpy(dtype="float64"),
            }
        )
        if what.spec.get("change"):
            before = self.before(what.spec)
            data["value"] -= before.reindex(people.index).to_numpy()
        if what.spec["kind"] == "time_to_event":
            event = self.values(what.spec["id"], timepoint, "event")
            data["time"] = data["value"]
            data["event"] = event.reindex(people.index).to_numpy()
            for name in what.spec.get("strata", []):
                data[name] = people[name].to_numpy()
        if "exposure" in what.spec:
            time = self.values(what.spec["id"], timepoint, "exposure")
            data["exposure"] = time.reindex(people.index).to_numpy()
        if what.clusters:
            data["cluster"] = people[self._cluster].astype(object).to_numpy()
        if self.entry["uptake"]:
            data["uptake"] = took_up(self.entry["uptake"], people).to_numpy()
        if self.entry["subgroup"]:
            data["subgroup"] = _levels(people[self.entry["subgroup"]]).to_numpy()
        return data

    def with_terms(
        self, data: pd.DataFrame, what: Comparison
    ) -> tuple[pd.DataFrame, list[str], list[str]]:
        """Return the data with the columns of a model for the covariates, their names, notes."""
        whole = self._all
        if BASELINE_VALUE in what.adjust:
            whole = whole.assign(**{BASELINE_VALUE: self.before(what.spec).reindex(whole.index)})
        terms, notes = as_terms(whole, what.adjust)
        if self.entry["factor"]:
            for name, arms in self.entry["factor"]["others"].items():
                terms[name] = whole["arm"].isin(arms).astype("float64")
        terms = terms[~terms.index.duplicated() & terms.index.notna()]
        mine = terms.reindex(data["participant_id"]).reset_index(drop=True)
        return pd.concat([data.reset_index(drop=True), mine], axis=1), list(terms), notes

    def setting(self, what: Comparison, terms: Sequence[str], level: float) -> Setting:
        """Return what a fit of the comparison is to keep to."""
        clusters, spec = what.clusters, what.spec
        return Setting(
            self.arms,
            level,
            what.adjust,
            terms,
            clustered=tuple(clusters.get("within", self.arms)) if clusters else (),
            df=self.entry["df"],
            variance=self.entry["variance"],
            visits=tuple(what.visits),
            at=what.timepoint if what.visits else "",
            strata=tuple(spec.get("strata", ())),
            horizon=spec.get("horizon"),
        )


def in_population(
    people: pd.DataFrame, population: Mapping[str, Any] | None, reference: str
) -> pd.Series:
    """Return who is of a population of the plan; None is all who were randomised.

    Of the arm ``reference`` uptake is not asked.
    """
    chosen = pd.Series(True, index=people.index)
    if population is None:
        return chosen
    for column, values in population["where"].items():
        wanted = {str(value).casefold() for value in values}
        chosen &= people[column].astype("string").str.casefold().isin(wanted).fillna(False)
    if population["uptake"]:
        met = took_up(population["uptake"], people).eq(1)
        chosen &= met | (people["arm"] == reference)
    return chosen


def _levels(values: pd.Series) -> pd.Series:
    """Return the values of a variable as texts, of a yes or no as these words."""
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "yes", False: "no"}).astype(object).where(values.notna(), None)
    return values.astype("string").astype(object).where(values.notna(), None)


def _clusters(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    design = entry["design"]
    return design if isinstance(design, Mapping) and "clusters" in design else {}


def _compared(entry: Mapping[str, Any], arms: Sequence[str]) -> list[str]:
    """Return the arms that are compared, the reference first."""
    named = (entry["factor"] or entry["exposure"] or {}).get("id")
    return [f"no_{named}", named] if named else list(arms)
