"""The analysis plan of a blinded study: what of the plan needs not to know which arm is which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialtrail.analysis.plan import BASELINE_VALUE, FROM_REFERENCE, RANDOMISED
from trialtrail.blind.forms import CLUSTER, Withheld

if TYPE_CHECKING:
    from trialtrail.configuration import Study

COPIED = ("confidence_level", "mean_difference", "risk_interval", "variance", "df")
"""Keys of the plan that no arm is told by."""
REFERENCE = "it takes the reference arm for what it is"
UPTAKE = "who took up the intervention tells an arm"
CHOSEN_BY = "what its population is chosen by tells an arm, or is in no blinded table"
CLUSTERS = "The clusters of participants"
ONE_ARM = "not all arms have them; participants are analysed as independent, with other errors"


@dataclass(frozen=True)
class Kept:
    """What of a study is in the blinded one: baseline variables, outcomes, clusters, timepoints."""

    variables: frozenset[str]
    outcomes: frozenset[str]
    columns: frozenset[str]
    """Columns of the dataset of participants, by which a population may be chosen."""
    clustered: bool


def used_variables(study: Study) -> list[str]:
    """Return the baseline variables that the plan names, or tabulates."""
    plan = study.config.get("analysis", {})
    found = {v["id"] for v in study.baseline_table}
    missing = plan.get("missing", {})
    found.update(missing.get("auxiliary", []) if isinstance(missing, Mapping) else [])
    for entry in study.analyses.values():
        found.update(entry["adjust"], [entry["subgroup"]] if entry["subgroup"] else [])
    for population in plan.get("populations", []):
        found.update(population.get("where", {}))
    for outcome in study.outcomes:
        found.update(outcome.get("strata", []))
    return sorted(found)


def clustered_arms(study: Study) -> set[str]:
    """Return the arms that have clusters by the design; without one, none."""
    designs = [entry["design"] for entry in study.analyses.values()]
    mine = [each for each in designs if isinstance(each, Mapping) and "clusters" in each]
    every = [arm["id"] for arm in study.arms]
    return set(mine[0].get("within", every)) if mine else set()


class Reduced:
    """The plan, key by key, of what is kept; what is left out is noted."""

    def __init__(self, plan: Mapping[str, Any], kept: Kept, withheld: Withheld) -> None:
        self._plan, self._kept, self._withheld = plan, kept, withheld
        self._populations: dict[str, str] = {RANDOMISED: ""}
        """Population -> why it is withheld; an empty text where it is kept."""

    def plan(self) -> dict[str, Any]:
        """Return all keys but outcomes, harms, timepoints and followed_up."""
        found = {key: self._plan[key] for key in COPIED if key in self._plan}
        for key in ("adjust", "subgroups"):
            if key in self._plan:
                found[key] = self._variables(self._plan[key])
        if "design" in self._plan:
            found["design"] = self._design(self._plan["design"])
        if "missing" in self._plan:
            found["missing"] = self._missing(self._plan["missing"])
        if important := self._mine(self._plan.get("important", {})):
            found["important"] = important
        if multiplicity := self._multiplicity():
            found["multiplicity"] = multiplicity
        for key, entries in (
            ("populations", [*self._of_populations()]),
            ("estimands", [*self._estimands()]),
            ("sensitivity", [*self._sensitivity()]),
        ):
            if entries:
                found[key] = entries
        return found

    def _variables(self, names: Iterable[str]) -> list[str]:
        return [n for n in names if n in self._kept.variables or n == BASELINE_VALUE]

    def _mine(self, by_outcome: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in by_outcome.items() if name in self._kept.outcomes}

    def _design(self, design: Any) -> Any:
        if not isinstance(design, Mapping):
            return design
        if "factors" in design:
            why = "the factors of an arm tell which it is; the arms are compared one by one"
            self._withheld.say("Factors", why)
            return "independent"
        if not self._kept.clustered:
            self._withheld.say(CLUSTERS, ONE_ARM)
            return "independent"
        return {"clusters": CLUSTER} | ({"none": design["none"]} if "none" in design else {})

    def _missing(self, missing: Any) -> Any:
        if not isinstance(missing, Mapping):
            return missing
        found = dict(missing)
        if found["impute"] in FROM_REFERENCE:
            why = f"{REFERENCE}; values are imputed within the arm"
            self._withheld.say("Imputation from the reference arm", why)
            found["impute"] = "within_arm"
        if "auxiliary" in found:
            found["auxiliary"] = self._variables(found["auxiliary"])
        return found

    def _multiplicity(self) -> dict[str, Any]:
        given = self._plan.get("multiplicity", {})
        for name, family in given.items():
            outcomes = family["weights"] if name == "graph" else family
            if set(outcomes) <= self._kept.outcomes:
                return {name: family}
            rest = [each for each in outcomes if each in self._kept.outcomes]
            if name != "graph" and rest:
                return {name: rest}
        return {}

    def _of_populations(self) -> Iterable[dict[str, Any]]:
        for each in self._plan.get("populations", []):
            chosen_by = set(each.get("where", {})) <= self._kept.columns
            why = UPTAKE if "uptake" in each else "" if chosen_by else CHOSEN_BY
            self._populations[each["id"]] = why
            if not why:
                yield each

    def _estimands(self) -> Iterable[dict[str, Any]]:
        for place, each in enumerate(self._plan.get("estimands", [])):
            label = each.get("label", each["id"].replace("_", " "))
            if "uptake" in each:
                self._withheld.say(label, UPTAKE)
                if not place:  # else the next one would be that of the main analysis
                    return
                continue
            if why := self._populations[each.get("population", RANDOMISED)]:
                if place:
                    self._withheld.say(label, why)
                    continue
                self._withheld.say(label, f"{why}; all who were randomised are analysed")
                each = {key: value for key, value in each.items() if key != "population"}
            if mine := self._of(each):
                yield mine

    def _of(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry of its own with the outcomes that are kept; empty where none is."""
        if "of" not in entry:
            return dict(entry)
        mine = [name for name in entry["of"] if name in self._kept.outcomes]
        return {**entry, "of": mine} if mine else {}

    def _sensitivity(self) -> Iterable[dict[str, Any]]:
        for each in self._plan.get("sensitivity", []):
            label = each.get("label", each["id"].replace("_", " "))
            missing = each.get("missing", {})
            if "exposure" in each:
                self._withheld.say(label, UPTAKE)
                continue
            if why := self._populations[each.get("population", RANDOMISED)]:
                self._withheld.say(label, why)
                continue
            if isinstance(missing, Mapping) and missing.get("impute") in FROM_REFERENCE:
                self._withheld.say(label, REFERENCE)
                continue
            mine = self._of(each)
            if not mine:
                continue
            if "adjust" in mine:
                mine["adjust"] = self._variables(mine["adjust"])
            if "design" in mine:
                mine["design"] = self._design(mine["design"])
            yield mine
