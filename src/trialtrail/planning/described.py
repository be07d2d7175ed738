"""An entry of the analysis plan in the words of ICH E9(R1): what is estimated, and how.

The attributes of an estimand are treatment, population, variable (endpoint), intercurrent events
with their strategies, and population-level summary (ICH E9(R1), 2019, section A.3.3). What the
configuration does not say is told to be not stated, and never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialtrail.analysis.chosen_methods import fallbacks_of, planned_methods
from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.plan import BASELINE_VALUE, is_imputed
from trialtrail.configuration.plan_words import PROCEDURES, events_in_words
from trialtrail.planning.terms import (
    KINDS,
    NOT_STATED,
    as_sentence,
    fallback_in_words,
    in_a_list,
    measures_in_words,
    planned_measures,
    sentence_of,
)
from trialtrail.report.formatting import within_sentence
from trialtrail.report.method_sentences import covariates_in_words, imputed_in_words

Entry = Mapping[str, Any]
ROLES = {"primary": "Primary", "secondary": "Secondary"}
NONE = "none"


@dataclass(frozen=True)
class Stated:
    """What the whole plan says beside its entries.

    Attributes:
        arms: id, label and description of each arm, the reference first.
        level: the confidence level as it is printed.
        labels: what covariates, timepoints and analyses are called, as `StudyPlan.labels` has it.
        estimands: the estimands of the plan.
        events: the intercurrent events that the plan names: id, label, description.
        multiplicity: one procedure and its family; empty for none.
        important: outcome -> smallest important difference.
        imputations: strategy -> number of imputed datasets.
    """

    arms: Sequence[Mapping[str, str]]
    level: str
    labels: Mapping[str, Mapping[str, str]]
    estimands: Sequence[Mapping[str, Any]] = ()
    events: Sequence[Mapping[str, str]] = ()
    multiplicity: Mapping[str, Any] = field(default_factory=dict)
    important: Mapping[str, float] = field(default_factory=dict)
    imputations: Mapping[str, int] = field(default_factory=dict)


def describe(entry: Entry, stated: Stated) -> dict[str, str]:
    """Return an entry in words: one text an attribute, the columns of the table `plan`."""
    return {
        "label": entry["label"] or "Main analysis",
        "role": role(entry),
        "estimand": estimand(entry, stated),
        "population": population(entry),
        "treatment": treatment(entry, stated),
        "endpoints": endpoints(entry, stated),
        "summary": summary(entry),
        "events": events(entry, stated),
        "method": method(entry, stated),
        "fallback": fallback(entry),
        "adjustment": adjustment(entry, stated),
        "missing": missing(entry, stated),
        "multiplicity": multiplicity(entry, stated),
        "limits": limits(entry, stated),
    }


def role(entry: Entry) -> str:
    """Return what an analysis is in the plan."""
    if entry["role"]:
        return entry["role"]
    roles = dict.fromkeys(each["role"] for each in entry["outcomes"])
    return in_a_list([name for name in ROLES if name in roles])


def estimand(entry: Entry, stated: Stated) -> str:
    """Return what the estimand of an analysis is called."""
    found = _estimand(entry, stated)
    return _called(found) if found else NOT_STATED


def _estimand(entry: Entry, stated: Stated) -> Mapping[str, Any] | None:
    if entry["exposure"]:  # who was treated is compared with who was not: it estimates none
        return None
    return next((each for each in stated.estimands if each["id"] == entry["estimand"]), None)


def _called(item: Mapping[str, Any]) -> str:
    return item.get("label", item["id"].replace("_", " "))


def population(entry: Entry) -> str:
    """Return who is compared."""
    parts = [population_in_words(entry["population"])]
    design = entry["design"]
    if isinstance(design, Mapping) and design.get("none") == "left_out":
        parts.append("participants without a cluster in arms that have clusters are left out")
    if entry["uptake"]:
        parts.append(
            "the effect is of the principal stratum of those who take up the intervention where "
            f"it is offered: {_uptake(entry['uptake'])}"
        )
    if entry["subgroup"]:
        parts.append(f"in subgroups by {entry['subgroup'].replace('_', ' ')}")
    return "; ".join(parts)


def population_in_words(found: Mapping[str, Any] | None) -> str:
    """Return who belongs to a population of the plan; None is all who were randomised."""
    everybody = "all who were randomised and not excluded after it"
    if found is None:
        return as_sentence(everybody)
    filters = [
        f"with {name.replace('_', ' ')} {' or '.join(map(_value, values))}"
        for name, values in found["where"].items()
    ]
    if found["uptake"]:
        filters.append(f"who, in every arm but the reference, met {_uptake(found['uptake'])}")
    return f"{found['label']}: of {everybody}, those {' and '.join(filters)}"


def _value(value: object) -> str:
    """Return a value of a filter as it is read."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")


def _uptake(rule: Mapping[str, Any]) -> str:
    return f"“{rule['label']}”"


def treatment(entry: Entry, stated: Stated) -> str:
    """Return which conditions are compared, the reference last."""
    reference, *others = stated.arms
    if entry["exposure"]:
        met = _uptake(entry["exposure"])
        return f"Those who met {met} against those who did not, whatever their arm: not randomised"
    if entry["factor"]:
        with_it = [_arm(arm) for arm in stated.arms if arm["id"] in entry["factor"]["arms"]]
        without = [_arm(arm) for arm in stated.arms if arm["id"] not in entry["factor"]["arms"]]
        beside = in_a_list([each.replace("_", " ") for each in entry["factor"]["others"]])
        return (
            f"With {entry['label']} ({in_a_list(with_it)}) against without it "
            f"({in_a_list(without)}), at the margins of {beside}"
        )
    each = "each of " if len(others) > 1 else ""
    return (
        f"{as_sentence(each)}{in_a_list([_arm(arm) for arm in others])} against {_arm(reference)}"
    )


def _arm(arm: Mapping[str, str]) -> str:
    more = arm.get("description")
    return f"{arm['label']} ({more})" if more else arm["label"]


def endpoints(entry: Entry, stated: Stated) -> str:
    """Return the outcomes by role and timepoint."""
    return " ".join(endpoint_groups(entry, stated)) or NONE


def endpoint_groups(entry: Entry, stated: Stated) -> list[str]:
    """Return a sentence for the outcomes of each role and timepoint."""
    parts = []
    for name, begins in ROLES.items():
        mine = [each for each in entry["outcomes"] if each["role"] == name]
        for when, own in _gathered(mine, lambda each: _when(each, stated)).items():
            parts.append(f"{begins}, {when}: {'; '.join(map(outcome, own))}.")
    return parts


def outcome(spec: Mapping[str, Any]) -> str:
    """Return what an outcome is called, and how it enters where that is a change."""
    return f"{spec['label']}{' (change from baseline)' if spec.get('change') else ''}"


def _when(spec: Mapping[str, Any], stated: Stated) -> str:
    """Return when an outcome is measured."""
    called = stated.labels.get("timepoints", {})

    def names(times: Iterable[str]) -> str:
        return in_a_list([called.get(time, time.replace("_", " ")) for time in times])

    if spec["kind"] == "time_to_event":
        until = f", to {spec['horizon']:g} days" if spec.get("horizon") else ""
        return f"over the follow-up{until}"
    later = [part["timepoint"] for part in spec["measured"] if part["follow_up"]]
    if "repeated" in spec:
        return f"at {names([spec['at']])}, in a model of {names(spec['repeated'])}"
    primary = f", of which {names([spec['at']])} is the primary" if "at" in spec else ""
    return f"at {names(later)}{primary if len(later) > 1 else ''}"


def summary(entry: Entry) -> str:
    """Return the population-level summaries, by kind of outcome where they differ."""

    def of(spec: Mapping[str, Any]) -> str:
        return measures_in_words(planned_measures(spec, _names(spec, entry)))

    more = ""
    if entry["subgroup"]:
        more = "; in each subgroup, and the interaction of subgroup and arm"
    elif entry["factor"]:
        more = "; and the interaction of the factors"
    return _by_kind(entry, of) + more


def events(entry: Entry, stated: Stated) -> str:
    """Return the intercurrent events, and the strategy for each."""
    found = _estimand(entry, stated)
    return as_sentence(events_in_words(found or {}, stated.events, NOT_STATED)) or NOT_STATED


def method(entry: Entry, stated: Stated) -> str:
    """Return the sentences of the methods by which the outcomes are to be compared."""
    names = dict.fromkeys(name for each in entry["outcomes"] for name in _names(each, entry))
    ordered = [name for name in METHODS if name in names]
    return " ".join(dict.fromkeys(sentence_of(name, stated.level) for name in ordered)) or NONE


def fallback(entry: Entry) -> str:
    """Return the other forms that the planned methods take where the data ask for them."""
    names = dict.fromkeys(name for each in entry["outcomes"] for name in _names(each, entry))
    told = [fallback_in_words(name, fallbacks_of(name)) for name in METHODS if name in names]
    return as_sentence("; ".join(dict.fromkeys(filter(None, told)))) or NONE


def adjustment(entry: Entry, stated: Stated) -> str:
    """Return the covariates, and what is not adjusted for them."""

    def of(spec: Mapping[str, Any]) -> str:
        words = covariates_in_words("; ".join(_covariates(spec, entry)), stated.labels)
        more = [words] if words else []
        if entry["factor"]:
            more.append(in_a_list([each.replace("_", " ") for each in entry["factor"]["others"]]))
        if spec.get("strata"):
            more.append(f"in strata of {in_a_list([n.replace('_', ' ') for n in spec['strata']])}")
        plain = [name for name in _names(spec, entry) if not METHODS[name].adjusts]
        if words and plain:
            measures = measures_in_words(planned_measures(spec, plain))
            more.append(f"not adjusted: {measures}")
        return "; ".join(more) or NONE

    return _by_kind(entry, of)


def missing(entry: Entry, stated: Stated) -> str:
    """Return what stands for outcomes that are not known."""

    def of(spec: Mapping[str, Any]) -> str:
        if spec["kind"] == "time_to_event":
            return "censored at the last day on which the event is known not to have happened"
        if is_imputed(spec, entry):
            return _imputed(entry, stated)
        if "repeated" in spec:
            return "not imputed: the model takes the known values of all timepoints"
        return "left out: those whose outcome is known are compared"

    return _by_kind(entry, of)


def _imputed(entry: Entry, stated: Stated) -> str:
    spec = entry["missing"]
    how = imputed_in_words(spec["impute"], stated.labels)
    times = stated.imputations.get(spec["impute"])
    number = f", {times} times" if times else ""
    shifted = ""
    if "delta" in spec:
        low, high = (f"{value:g}".replace("-", "−") for value in spec["delta"])
        shifted = f"; {low} to {high} is added to imputed values, in one arm and in both"
    return f"imputed {how}{number}, and pooled by Rubin’s rules{shifted}"


def multiplicity(entry: Entry, stated: Stated) -> str:
    """Return how p is adjusted for the number of outcomes."""
    if not stated.multiplicity:
        return f"{NOT_STATED}; no p is adjusted"
    ((procedure, family),) = stated.multiplicity.items()
    names = family["weights"] if procedure == "graph" else family
    mine = [each["label"] for each in entry["outcomes"] if each["id"] in names]
    if entry["role"] or not mine:
        return "none: its p stand in no family"
    return as_sentence(f"{PROCEDURES[procedure]}: {in_a_list(mine)}; no other p is adjusted")


def limits(entry: Entry, stated: Stated) -> str:
    """Return the smallest important differences, and the margins of non-inferiority."""
    parts = []
    for spec in entry["outcomes"]:
        if spec["id"] in stated.important:
            size = f"{stated.important[spec['id']]:g}"
            parts.append(f"{spec['label']} {size}")
    told = [f"smallest important difference: {', '.join(parts)}"] if parts else []
    margins = [
        f"{spec['label']} {spec['margin']:g} ({spec['better']} is better)"
        for spec in entry["outcomes"]
        if "margin" in spec and not entry["role"]
    ]
    told += [f"margin of non-inferiority: {', '.join(margins)}"] if margins else []
    return as_sentence("; ".join(told)) or NOT_STATED


def planned_names(entry: Entry) -> dict[str, list[str]]:
    """Return outcome -> the methods by which an entry is to compare it."""
    return {each["id"]: _names(each, entry) for each in entry["outcomes"]}


def _names(spec: Mapping[str, Any], entry: Entry) -> list[str]:
    others = len(entry["factor"]["others"]) if entry["factor"] else 0
    return planned_methods(spec, entry, len(_covariates(spec, entry)) + others)


def _covariates(spec: Mapping[str, Any], entry: Entry) -> list[str]:
    """Return the covariates that an outcome has: not its value at baseline where there is none."""
    known = any(not part["follow_up"] for part in spec["measured"])
    return [name for name in entry["adjust"] if name != BASELINE_VALUE or known]


def _by_kind(entry: Entry, of: Callable[[Mapping[str, Any]], str]) -> str:
    """Return what is said of the outcomes: once, or by their kind, or else by their names."""
    groups = _gathered(entry["outcomes"], of)
    if len(groups) < 2:
        only = next(iter(groups), NONE)
        return only if only == NONE else as_sentence(only)
    kinds = [{each["kind"] for each in own} for own in groups.values()]
    apart = sum(map(len, kinds)) == len(set().union(*kinds))
    told = []
    for (said, own), mine in zip(groups.items(), kinds, strict=True):
        called = [KINDS[kind] for kind in KINDS if kind in mine]
        names = called if apart else [within_sentence(each["label"]) for each in own]
        told.append(f"{in_a_list(names)}: {said}")
    return as_sentence("; ".join(told))


def _gathered(
    specs: Iterable[Mapping[str, Any]], of: Callable[[Mapping[str, Any]], str]
) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for spec in specs:
        found.setdefault(of(spec), []).append(spec)
    return found
