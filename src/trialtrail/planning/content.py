"""What of a study's plan decides a number: what `trialtrail plan lock` keeps.

The content has these parts; each is a mapping, and values are those of JSON:

``whole``       what every estimate rests on: confidence level, arms (the first is the reference),
                the arm of the intervention, how the arm of a participant is read, cells that mean
                no value, rules whose findings set values or rows aside
``analyses``    the entries of `expand_analyses` by id: method, adjustment, population, missing
                data with strategy and seed, …, and the ids of their outcomes
``outcomes``    by id: kind, role, instrument, forms with their timepoints and variables, important
                difference, margin, which values are better
``variables``   by form: the variables that outcomes and analyses take (type, column, codes, limits)
``forms``       by form: timepoint and sources of the forms of those variables
``multiplicity``  the procedure and its family
``reported``    what other tables than `estimates` count: uptake, harms, baseline, follow-up

Labels, units, texts and decimals decide no number: they are kept apart. How a file is read (its
format, signs and dates) is no part of the plan, what its columns and codes mean is.

Nothing heavy is imported here: the rules ask for the content while they are read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from trialtrail.analysis.plan import BASELINE_VALUE, RECEIVED
from trialtrail.configuration import Study
from trialtrail.configuration.schema import defaults_within
from trialtrail.configuration.study_plan import PROVIDER
from trialtrail.planning.differences import addresses_of
from trialtrail.validation.rules import SET_ASIDE, action

LABELS = (
    *("label", "labels", "label_of_file", "description", "called", "message", "severity"),
    *("unit", "decimals", "series", "soft_minimum", "soft_maximum"),
)
"""Keys that say how something is called or printed, and no more."""
OF_DATES = "completed_on"
RULES = {"order": "order", "agree": "agreement"}
"""Kind of a check of the study's own -> the rule that its findings are of."""
Content = dict[str, Any]


def plan_of(study: Study) -> tuple[Content, dict[str, str]]:
    """Return what of the plan decides a number, and the labels of analyses and outcomes apart."""
    outcomes = {each["id"]: each for each in study.outcomes}
    analyses = study.analyses
    used = _used(study)
    content = {
        "whole": _whole(study),
        "analyses": {name: _entry(study, entry) for name, entry in analyses.items()},
        "outcomes": {name: _outcome(study, each) for name, each in outcomes.items()},
        "variables": used,
        "forms": {form: _form(study, form) for form in used},
        "multiplicity": study.analysis("multiplicity", {}),
        "reported": _reported(study),
    }
    labels = {f"outcomes.{name}": each["label"] for name, each in outcomes.items()}
    labels |= {f"analyses.{name}": each["label"] for name, each in analyses.items()}
    return plain(content), labels


def plain(value: Any) -> Any:
    """Return a value as JSON gives it back: texts for keys and dates, lists for sequences."""
    return json.loads(json.dumps(value, default=str))


def bare(value: Any) -> Any:
    """Return a value without the keys of `LABELS` of the mapping that it is."""
    if not isinstance(value, Mapping):
        return value
    return {key: part for key, part in value.items() if key not in LABELS}


def _whole(study: Study) -> Content:
    arms = [arm["id"] for arm in study.arms]
    return {
        "confidence_level": study.analysis("confidence_level"),
        "arms": arms,
        "intervention_arm": study.analysis("intervention_arm", arms[-1]),
        "participants": _sources(study, "participants"),
        "missing_cells": study.config.get("missing", [""]),
        "exclusions": _exclusions(study),
    }


def _exclusions(study: Study) -> Content:
    """Return what findings do where the study says so, and its own checks that set aside."""
    actions = study.validation.actions
    own = {
        f"{RULES[check['kind']]}.{check['id']}": bare(check) | {"action": SET_ASIDE}
        for check in study.config.get("validation", {}).get("checks", [])
        if action(f"{RULES[check['kind']]}.{check['id']}", actions) == SET_ASIDE
    }
    given = {
        rule: does
        for rule, does in study.config.get("validation", {}).get("actions", {}).items()
        if SET_ASIDE in (does, action(rule, {})) and does != action(rule, {})
    }
    return {"actions": given, "checks": {name.partition(".")[2]: own[name] for name in own}}


def _entry(study: Study, entry: Mapping[str, Any]) -> Content:
    """Return an analysis: its outcomes by id, and what it takes from other parts of the plan."""
    found = {key: bare(value) for key, value in bare(entry).items() if key != "id"}
    found["outcomes"] = [each["id"] for each in entry["outcomes"]]
    found["intercurrent_events"] = next(
        (
            each.get("events", {})
            for each in study.analysis("estimands", [])
            if each["id"] == entry["estimand"]
        ),
        {},
    )
    population = entry["population"] or {}
    if population:
        found["population"] = bare(population) | {"uptake": bare(population["uptake"])}
    of = [each for each in (entry["uptake"], entry["exposure"], population.get("uptake")) if each]
    if any(each.get("column") == RECEIVED for each in of):
        found["received"] = study.analysis("received")
    elif of:
        found["contact"] = study.analysis("uptake", {}).get("contact", {})
        found["contacts"] = _sources(study, "contacts")
    if "followed_up" in population.get("where", {}):
        found["followed_up"] = bare(study.analysis("followed_up", {}))
    if isinstance(entry["design"], Mapping) and entry["design"].get("clusters") == PROVIDER:
        found["assignments"] = _sources(study, "assignments")
    found["variables"] = _taken(study, entry)
    model = {}
    if isinstance(entry["missing"], Mapping):
        model = study.imputations.get(entry["missing"]["impute"], {})
    if model:
        # All analyses with one strategy share its imputations, so a covariate of one is in all.
        found["imputed_with"] = [*model["covariates"], *model["auxiliary"]]
    return found


def _taken(study: Study, entry: Mapping[str, Any]) -> list[str]:
    """Return the baseline variables that an analysis takes, as ``form.variable``."""
    design, population = entry["design"], entry["population"] or {}
    names = [*entry["adjust"], *filter(None, [entry["subgroup"]]), *population.get("where", {})]
    names += [design["clusters"]] if isinstance(design, Mapping) and "clusters" in design else []
    names += study.auxiliary_of(entry["id"])
    names += [name for outcome in entry["outcomes"] for name in outcome.get("strata", [])]
    forms = {v["id"]: form for form in study.baseline_forms for v in study.variables(form)}
    return sorted({f"{forms[n]}.{n}" for n in names if n in forms and n != BASELINE_VALUE})


def _outcome(study: Study, outcome: Mapping[str, Any]) -> Content:
    """Return how an outcome is derived and judged."""
    found = {key: value for key, value in bare(outcome).items() if key not in ("id", "measured")}
    found["measured"] = {part["form"]: _without(part, "form") for part in outcome["measured"]}
    found["timepoints"] = [part["timepoint"] for part in outcome["measured"]]
    found["important"] = study.analysis("important", {}).get(outcome["id"])
    return found


def _used(study: Study) -> dict[str, Content]:
    """Return the definition of each variable that outcomes and analyses take, by form."""
    wanted = {name for entry in study.analyses.values() for name in _taken(study, entry)}
    for outcome in study.outcomes:
        wanted |= set(addresses_of(_outcome(study, outcome)))
    found: dict[str, Content] = {}
    for form in study.forms:
        own = {v["id"]: bare(v) for v in study.variables(form) if f"{form}.{v['id']}" in wanted}
        if own or f"{form}.{OF_DATES}" in wanted:
            found[form] = {name: _without(each, "id") for name, each in own.items()}
    return found


def _form(study: Study, form: str) -> Content:
    spec = study.spec(form)
    kept = {key: spec[key] for key in ("timepoint", "repeats", "took_place") if key in spec}
    return kept | {"sources": _sources(study, form)}


def _sources(study: Study, table: str) -> Content:
    """Return where the columns of a table come from, by export; nothing without the table."""
    found: Content = {}
    seen: list[str] = []
    for source in study.spec(table)["sources"] if study.has(table) else ():
        name = source["export"]
        places = seen.count(name)
        seen.append(name)
        missing = study.config["exports"][name].get("missing")
        kept = {k: v for k, v in source.items() if k in ("columns", "codes", "constants", "where")}
        kept |= {"missing": source["missing"]} if source.get("missing") else {}
        kept |= {"missing_cells": missing} if missing is not None else {}
        found[f"{name}#{places + 1}" if places else name] = kept
    return found


def _reported(study: Study) -> Content:
    plan = study.config.get("analysis", {})
    uptake = plan.get("uptake", {})
    found = {key: plan[key] for key in ("harms", "baseline") if key in plan}
    found |= {"followed_up": bare(plan["followed_up"])} if "followed_up" in plan else {}
    if uptake:
        rows = {row["id"]: _without(bare(row), "id") for row in uptake.get("rows", [])}
        found["uptake"] = {"contact": uptake.get("contact", {}), "rows": rows}
    return found


def _without(mapping: Mapping[str, Any], *keys: str) -> Content:
    return {key: value for key, value in mapping.items() if key not in keys}


def defaults() -> dict[str, dict[str, Any]]:
    """Return what stands for keys of the content that are left out, by its parts."""
    places = {
        "analyses": ("analysis", "analysis.missing", "analysis.design"),
        "outcomes": ("analysis.outcomes[]",),
        "variables": ("forms.<name>.variables[]",),
    }
    found: dict[str, dict[str, Any]] = {}
    for part, names in places.items():
        for name in names:
            found.setdefault(part, {}).update(defaults_within(name))
    return plain(found)
