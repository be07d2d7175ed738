"""The analyses of a reporting event: what each is of, its method, and its results by group."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.plan import RANDOMISED
from trialtrail.exchange.ard import GROUPS
from trialtrail.results.plan_status import DEVIATING, PLANNED, POST_HOC
from trialtrail.tables import SIGNIFICANT_DIGITS

CONFIGURED = "REASON.configured"
REASONS = {PLANNED: "SPECIFIED IN SAP", DEVIATING: "SPECIFIED IN SAP", POST_HOC: "DATA DRIVEN"}
"""What an estimate is by the locked plan -> CDISC's term for why it was made. That it deviates is
told by ``plan_status`` of its rows."""
PURPOSES = {
    "primary": "PRIMARY OUTCOME MEASURE",
    "secondary": "SECONDARY OUTCOME MEASURE",
    "exploratory": "EXPLORATORY OUTCOME MEASURE",
}
OWN_PURPOSES = {
    "sensitivity": ("SENSITIVITY ANALYSIS", "The same estimand under other assumptions."),
    "supplementary": ("SUPPLEMENTARY ANALYSIS", "Another estimand."),
    "subgroup": ("SUBGROUP ANALYSIS", "The effect within subgroups."),
    "descriptive": ("DESCRIPTIVE", "Counted or described; nothing is tested."),
}
"""Role of an analysis -> term of the sponsor, and what it means."""
DESCRIBED = {
    "arms": "What was observed of an outcome in each arm, and what a model predicts of it there.",
    "models": "Numbers of a fitted model beside its effects.",
    "summaries": "Counts, shares and descriptive statistics.",
    "curves": "Kaplan–Meier or, with competing events, Aalen–Johansen estimates over time.",
    "harms": "Participants with events, events, rates and differences of risks.",
}
"""Tidy table -> what its method is, where no column of it names one."""
EFFECT = ("estimate", "conf.low", "conf.high", "conf.level")
"""Statistics of harms that compare two arms; the others are of one."""
FITTED = ("estimates", "arms", "models")
"""Tidy tables that name an entry of the plan."""
SHARE, COUNT, BASE = "percent", "n", "N"


@dataclass(frozen=True)
class Known:
    """What is known of a trial beside its statistics.

    Attributes:
        study: ``short_name``, ``title``, ``synthetic`` and ``synthetic_note``.
        arms: label of each arm, the reference first.
        populations: label of each population of the plan.
        analyses: label of each entry of the plan that has one.
        level: the confidence level, from 0 to 1.
        define: the definitions of the exchanged datasets.
    """

    study: Mapping[str, Any]
    arms: Mapping[str, str]
    populations: Mapping[str, str]
    analyses: Mapping[str, str]
    level: float
    define: Mapping[str, Any]

    @property
    def subject_variables(self) -> dict[str, str]:
        """Column of the participants -> variable of ADSL."""
        found: dict[str, str] = {}
        for each in self.define["datasets"][0]["variables"]:
            column = next(iter(each["sources"]), "")
            found.setdefault(column.removeprefix("dataset:participants."), each["name"])
        return found

    @property
    def parameters(self) -> dict[str, tuple[str, str]]:
        """Outcome -> dataset and parameter that its values are in."""
        return {
            each["outcome"]: (dataset["name"], each["PARAMCD"])
            for dataset in self.define["datasets"]
            for each in dataset.get("parameters", ())
        }

    def has_visits(self, dataset: str) -> bool:
        """Return whether the records of a dataset are of several timepoints."""
        own = next(each for each in self.define["datasets"] if each["name"] == dataset)
        return "AVISITN" in own["keys"]


class Ids:
    """Identifiers made of words: the same for the same things, and no two alike."""

    def __init__(self) -> None:
        self._given: dict[Hashable, str] = {}
        self._taken: set[str] = set()

    def of(self, *parts: str | None) -> str:
        """Return the identifier of a thing that is named by ``parts``."""
        if parts not in self._given:
            words = [re.sub(r"[^\w.-]+", "_", each) for each in parts if each]
            whole = found = ".".join(words)
            number = 1
            while found in self._taken:
                number += 1
                found = f"{whole}.{number}"
            self._taken.add(found)
            self._given[parts] = found
        return self._given[parts]


class Analyses:
    """The analyses, and what they refer to: methods, groupings and subsets.

    Args:
        rows: the statistics of the ARD.
        printed: address of a cell -> how the report prints it.
        known: what is known of the trial beside.
    """

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        printed: Mapping[str, str],
        known: Known,
    ) -> None:
        self.rows = [each for each in rows if _is_number(each)]
        self.printed, self.known = printed, known
        self._roles, self._adjusted = _told(rows, "role"), _told(rows, "adjusted_for")
        self._statuses = _told(rows, "plan_status")
        self.ids = Ids()
        self._operations: dict[str, dict[str, dict[str, Any]]] = {}
        self._groupings: dict[str, dict[str, Any]] = {}
        self._subsets: dict[str, dict[str, Any]] = {}
        self.analysis_of: dict[str, str] = {}

    def make(self) -> dict[str, dict[str, Any]]:
        """Return the analyses with their results, by id."""
        found: dict[str, dict[str, Any]] = {}
        for each in self.rows:
            id_ = self._id_of_analysis(each)
            if id_ not in found:
                found[id_] = self._analysis(id_, each)
            found[id_]["results"].append(self._result(each))
            self.analysis_of[each["row"]] = id_
        for each in found.values():
            self._refer(each)
        return found

    def _id_of_analysis(self, each: Mapping[str, Any]) -> str:
        parts = ("analysis", "variable", "timepoint", "population", "method")
        return self.ids.of("AN", each["context"], *(each.get(part) for part in parts))

    def _analysis(self, id_: str, each: Mapping[str, Any]) -> dict[str, Any]:
        of = (each["analysis"] if each["context"] in FITTED else "", each["variable"])
        role, adjusted = self._roles.get(of, "descriptive"), self._adjusted.get(of)
        words = f"Adjusted for {adjusted}." if adjusted and "method" in each else None
        named = [each["variable"], each.get("timepoint"), each["analysis"], each["context"]]
        label = self.known.analyses.get(each["analysis"])
        about: dict[str, Any] = {
            "id": id_,
            "name": ", ".join(filter(None, named)),
            **({"label": label} if label else {}),
            **({"description": words} if words else {}),
            "version": 1,
            "reason": _reason(self._statuses.get(of, "")),
            "purpose": _purpose(role),
            **({"analysisSetId": set_of(each["population"])} if self._has_set(each) else {}),
            **self._data(each),
            "methodId": self._method(each),
            "results": [],
        }
        return about

    def _has_set(self, each: Mapping[str, Any]) -> bool:
        return each.get("population") in {RANDOMISED, *self.known.populations}

    def _data(self, each: Mapping[str, Any]) -> dict[str, str]:
        """Return dataset, variable and subset of an analysis, where the datasets have them."""
        dataset, code = self.known.parameters.get(each["variable"], ("", ""))
        if dataset and each["context"] in (*FITTED, "curves"):
            subset = self._subset(dataset, code, each)
            return {"dataset": dataset, "variable": "AVAL", "dataSubsetId": subset}
        variable = self.known.subject_variables.get(each["variable"])
        if variable and each["context"] == "summaries" and each["analysis"] == "baseline":
            return {"dataset": "ADSL", "variable": variable}
        return {}

    def _subset(self, dataset: str, code: str, each: Mapping[str, Any]) -> str:
        """Return the id of the records of a parameter, at a timepoint where there are several."""
        timepoint = each.get("timepoint")
        id_ = self.ids.of("DS", each["variable"], timepoint)
        if id_ not in self._subsets:
            conditions = [condition(dataset, "PARAMCD", code)]
            number = self.known.define["timepoints"].get(timepoint)
            if number is not None and self.known.has_visits(dataset):
                conditions.append(condition(dataset, "AVISITN", str(number)))
            self._subsets[id_] = {
                "id": id_,
                "label": ", ".join(filter(None, [each["variable"], timepoint])),
                "level": 1,
                "order": len(self._subsets) + 1,
                "compoundExpression": {
                    "logicalOperator": "AND",
                    "whereClauses": [
                        {"level": 2, "order": at, "condition": one}
                        for at, one in enumerate(conditions, 1)
                    ],
                },
            }
            if len(conditions) == 1:
                del self._subsets[id_]["compoundExpression"]
                self._subsets[id_]["condition"] = conditions[0]
        return id_

    def _method(self, each: Mapping[str, Any]) -> str:
        return self.ids.of("M", each.get("method") or each["context"])

    def _operation(self, each: Mapping[str, Any]) -> str:
        """Return the id of the operation that gives a statistic; a new one is added."""
        measure = each.get("measure") if _compares(each) else None
        method = self._method(each)
        id_ = self.ids.of(method, measure, each["stat_name"])
        own = self._operations.setdefault(method, {})
        if id_ not in own:
            named = " ".join(filter(None, [measure, each["stat_name"]]))
            order = len(own) + 1
            own[id_] = {"id": id_, "name": named, "label": each["stat_label"], "order": order}
        return id_

    def _result(self, each: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"operationId": self._operation(each)}
        if "stat" in each or "stat_text" in each:
            found["rawValue"] = _raw(each)
        if shown := self.printed.get(each["row"]) or each.get("error"):
            found["formattedValue"] = shown
        groups = list(self._groups(each))
        return found | ({"resultGroups": groups} if groups else {})

    def _groups(self, each: Mapping[str, Any]) -> Iterable[dict[str, str]]:
        for at in range(1, GROUPS + 1):
            if name := each.get(f"group{at}"):
                yield self._group(name, each.get(f"group{at}_level"))
        if _compares(each) and (reference := each.get("reference")):
            yield self._group("reference", reference)
        if (level := each.get("variable_level")) is not None:
            yield self._group("level", level)

    def _group(self, name: str, level: str | None) -> dict[str, str]:
        """Return the group of a result; its grouping is added where it is new."""
        of_subjects = name in ("arm", "reference") or name in self.known.subject_variables
        id_ = self.ids.of("AG" if of_subjects else "DG", name)
        if id_ not in self._groupings:
            self._groupings[id_] = self._grouping(id_, name)
        if level is None:
            return {"groupingId": id_}
        groups = self._groupings[id_].get("groups", ())
        if any(group["id"] == f"{id_}.{level}" for group in groups):
            return {"groupingId": id_, "groupId": f"{id_}.{level}"}
        return {"groupingId": id_, "groupValue": level}

    def _grouping(self, id_: str, name: str) -> dict[str, Any]:
        if name not in ("arm", "reference"):
            variable = self.known.subject_variables.get(name)
            where = {"groupingDataset": "ADSL", "groupingVariable": variable} if variable else {}
            return {"id": id_, "label": name.replace("_", " "), **where, "dataDriven": True}
        return {
            "id": id_,
            "label": {"arm": "Arm", "reference": "Arm that is compared with"}[name],
            "groupingDataset": "ADSL",
            "groupingVariable": "TRT01P",
            "dataDriven": False,
            "groups": [
                {
                    "id": f"{id_}.{arm}",
                    "label": label,
                    "level": 1,
                    "order": order,
                    "condition": condition("ADSL", "TRT01P", label),
                }
                for order, (arm, label) in enumerate(self.known.arms.items(), 1)
            ],
        }

    def subject_groupings(self) -> list[dict[str, Any]]:
        """Return what participants are grouped by."""
        return [each for id_, each in self._groupings.items() if id_.startswith("AG")]

    def data_groupings(self) -> list[dict[str, Any]]:
        """Return what else results are grouped by."""
        return [each for id_, each in self._groupings.items() if id_.startswith("DG")]

    def subsets(self) -> list[dict[str, Any]]:
        """Return the subsets of the datasets that analyses use."""
        return list(self._subsets.values())

    def methods(self) -> list[dict[str, Any]]:
        """Return the methods that gave results, with their operations."""
        found = []
        for id_, operations in self._operations.items():
            name = id_.partition(".")[2]
            share, parts = operations.get(f"{id_}.{SHARE}"), (COUNT, BASE)
            if share and all(f"{id_}.{part}" in operations for part in parts):
                share["referencedOperationRelationships"] = [
                    {
                        "id": f"{id_}.{SHARE}.{role}",
                        "operationId": f"{id_}.{part}",
                        "referencedOperationRole": {"controlledTerm": role},
                    }
                    for part, role in zip(parts, ("NUMERATOR", "DENOMINATOR"), strict=True)
                ]
            found.append(
                {
                    "id": id_,
                    "name": name,
                    "description": _described(name, self.known.level),
                    "operations": list(operations.values()),
                }
            )
        return found

    def _refer(self, analysis: dict[str, Any]) -> None:
        """Add to an analysis what groups its results, and where the parts of its shares stand."""
        groupings = dict.fromkeys(
            group["groupingId"]
            for result in analysis["results"]
            for group in result.get("resultGroups", ())
        )
        results = analysis.pop("results")
        if groupings:
            analysis["orderedGroupings"] = [
                {"order": order, "groupingId": each, "resultsByGroup": True}
                for order, each in enumerate(groupings, 1)
            ]
        used, method = {result["operationId"] for result in results}, analysis["methodId"]
        if {f"{method}.{part}" for part in (SHARE, COUNT, BASE)} <= used:
            analysis["referencedAnalysisOperations"] = [
                {
                    "referencedOperationRelationshipId": f"{method}.{SHARE}.{role}",
                    "analysisId": analysis["id"],
                }
                for role in ("NUMERATOR", "DENOMINATOR")
            ]
        analysis["results"] = results


def _told(rows: Iterable[Mapping[str, Any]], what: str) -> dict[tuple[str, str], str]:
    """Return a text of the estimates of each entry of the plan and outcome: the first."""
    found: dict[tuple[str, str], str] = {}
    for each in rows:
        if each["context"] == "estimates" and each["stat_name"] == what:
            found.setdefault((each["analysis"], each["variable"]), each["stat_text"])
    return found


def _is_number(each: Mapping[str, Any]) -> bool:
    """Return whether a row of the ARD is a number, had or not, and no text of a tidy table."""
    return "stat" in each or "error" in each or "warning" in each


def _compares(each: Mapping[str, Any]) -> bool:
    return each["context"] != "harms" or each["stat_name"] in EFFECT


def _raw(each: Mapping[str, Any]) -> str:
    value = each.get("stat")
    if value is None:
        return each["stat_text"]
    whole = float(value).is_integer() and abs(value) < 10**SIGNIFICANT_DIGITS
    return str(int(value)) if whole else format(value, f".{SIGNIFICANT_DIGITS}g")


def _purpose(role: str) -> dict[str, str]:
    if role in PURPOSES:
        return {"controlledTerm": PURPOSES[role]}
    return {"sponsorTermId": f"PURPOSE.{role}"}


def _reason(status: str) -> dict[str, str]:
    """Return why an analysis was made: by the locked plan, where there is one."""
    if status in REASONS:
        return {"controlledTerm": REASONS[status]}
    return {"sponsorTermId": CONFIGURED}


def _described(name: str, level: float) -> str:
    if name in METHODS:
        words = f"{100 * level:.10g}%"
        return METHODS[name].sentence.format(level=words, adjusted_for="")
    return DESCRIBED.get(name, name)


def condition(dataset: str, variable: str, value: str) -> dict[str, Any]:
    """Return the condition that a variable has a value."""
    return {"dataset": dataset, "variable": variable, "comparator": "EQ", "value": [value]}


def set_of(population: str) -> str:
    """Return the id of the set of participants that a population is."""
    return f"AS.{population}"
