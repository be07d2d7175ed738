"""What is wrong with the analysis plan: names that are none, keys that do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from trialtrail.analysis.plan import FROM_REFERENCE, MAIN, RANDOMISED, RECEIVED
from trialtrail.configuration.expand import BASELINE, expand_series

Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""
PROVIDER = "provider"
OF_DATASET = ("arm", "attempts", "visits", "any_contact", "providers_assigned", "followed_up")
"""Columns of the dataset of participants that a population may name beside its variables."""


def plan_problems(config: Mapping) -> Iterator[Problem]:
    """Yield what is wrong with the keys of the plan beside the outcomes themselves."""
    plan = config.get("analysis", {})
    known = _Known(config)
    yield from _designs(plan, known)
    yield from _of_outcomes(plan, known)
    yield from _families(plan, known)
    yield from _populations(plan, known)
    yield from _estimands(plan, known)
    yield from _imputation(plan, known)
    yield from _received(plan, known)
    for i, name in enumerate(plan.get("subgroups", [])):
        if name not in known.baseline:
            yield no_name(name, "a baseline variable", ["analysis", "subgroups", i], known.baseline)
    for i, item in enumerate(plan.get("sensitivity", [])):
        if "exposure" in item and item["exposure"] not in known.uptake:
            path = ["analysis", "sensitivity", i, "exposure"]
            yield no_name(item["exposure"], "an uptake of the plan", path, known.uptake)
        if item.get("population", RANDOMISED) not in known.populations:
            path = ["analysis", "sensitivity", i, "population"]
            yield no_name(item["population"], "analysis.populations", path, known.populations)
    yield from _ids(plan, known)
    yield from _days(config)


class _Known:
    """The names that a plan may use."""

    def __init__(self, config: Mapping) -> None:
        plan = config.get("analysis", {})
        self.forms = config.get("forms", {})
        self.variables = {
            form: {v["id"]: v for v in expand_series(spec.get("variables", []))}
            for form, spec in self.forms.items()
        }
        self.baseline = [
            name
            for form, spec in self.forms.items()
            if spec["timepoint"] == BASELINE and "repeats" not in spec
            for name in self.variables[form]
        ]
        self.tables = list(config.get("tables", {}))
        self.arms = [arm["id"] for arm in config["study"].get("arms", [])]
        self.outcomes = {each["id"]: each for each in plan.get("outcomes", [])}
        rows = [row["id"] for row in plan.get("uptake", {}).get("rows", [])]
        self.uptake = [*rows, *([RECEIVED] if "received" in plan else [])]
        self.populations = [RANDOMISED, *(each["id"] for each in plan.get("populations", []))]

    def timepoint(self, form: str) -> str:
        """Return the timepoint of a form, "" if there is no such form."""
        return self.forms.get(form, {}).get("timepoint", "")

    def has(self, address: str) -> bool:
        """Tell whether ``form.variable`` is one."""
        form, _, name = address.partition(".")
        return (name == "completed_on" and form in self.forms) or name in self.variables.get(
            form, {}
        )

    def type_of(self, address: str) -> str:
        """Return the type of ``form.variable``."""
        form, _, name = address.partition(".")
        return self.variables.get(form, {}).get(name, {"type": "date"})["type"]


def no_name(name: object, kind: str, path: list, known: list) -> Problem:
    """Return what is wrong where a name is none."""
    do = f"write one of {', '.join(map(str, known))}" if known else "choose another name"
    return f"`{name}` is not a name of {kind}", path, do


def _designs(plan: Mapping, known: _Known) -> Iterator[Problem]:
    places: list[tuple[list, Any]] = [(["analysis", "design"], plan.get("design"))]
    places += [
        (["analysis", "sensitivity", i, "design"], item.get("design"))
        for i, item in enumerate(plan.get("sensitivity", []))
    ]
    named = set()
    for path, design in places:
        if not isinstance(design, Mapping):
            continue
        if "factors" in design:
            yield from _factors(design["factors"], path, known)
            continue
        of = design["clusters"]
        named.add((of, design.get("several", "first")))
        if of == PROVIDER and "assignments" not in known.tables:
            do = "supply the table `assignments`, or name a baseline variable"
            yield "The design has providers as clusters, and nobody is assigned to one", path, do
        elif of != PROVIDER and of not in known.baseline:
            kind = "a baseline variable, and is not `provider`"
            yield no_name(of, kind, [*path, "clusters"], known.baseline)
        for arm in design.get("within", []):
            if arm not in known.arms:
                yield no_name(arm, "study.arms", [*path, "within"], known.arms)
    if len(named) > 1:
        do = "name the same clusters in each"
        yield "The analyses have several kinds of clusters", ["analysis", "design"], do


def _factors(factors: Mapping, path: list, known: _Known) -> Iterator[Problem]:
    for name, arms in factors.items():
        for arm in arms:
            if arm not in known.arms:
                yield no_name(arm, "study.arms", [*path, "factors", name], known.arms)
            elif arm == known.arms[0]:
                what = f"The factor `{name}` is given in `{arm}`, the reference"
                yield what, [*path, "factors", name], "make the first arm the one without any"
    combined = {arm: tuple(arm in arms for arms in factors.values()) for arm in known.arms}
    if len(set(combined.values())) < len(known.arms):
        do = "say for each factor which arms have it"
        yield "Two arms have the same factors", [*path, "factors"], do


def _of_outcomes(plan: Mapping, known: _Known) -> Iterator[Problem]:
    for i, outcome in enumerate(plan.get("outcomes", [])):
        path, name = ["analysis", "outcomes", i], f"`{outcome['id']}`"
        if outcome["kind"] == "time_to_event":
            yield from _times(outcome, path, known)
            continue
        for key in ("from", "event", "competing", "censor", "horizon", "strata"):
            if key in outcome:
                what = f"{name} is {outcome['kind']}, and has `{key}`"
                do = "write `kind: time_to_event`, or take it out"
                yield what, [*path, key], do
        times = _times_of(outcome, known)
        later = [time for time in times if time != BASELINE]
        for time in [outcome["at"]] if "at" in outcome else []:
            if time not in later:
                kind = f"a follow-up timepoint of {name}"
                yield no_name(time, kind, [*path, "at"], later)
        yield from _repeated(outcome, later, path)
        if outcome.get("change") and (outcome["kind"] != "continuous" or BASELINE not in times):
            do = "measure it at baseline too, or take `change` out"
            yield f"{name} has no continuous value at baseline to change from", [*path], do
        if "exposure" in outcome:
            if outcome["kind"] != "count":
                what = f"{name} is {outcome['kind']}, and has `exposure`"
                yield what, [*path, "exposure"], "write `kind: count`, or take it out"
            elif not known.has(outcome["exposure"]):
                kind = "a form and its variable"
                yield no_name(outcome["exposure"], kind, [*path, "exposure"], list(known.forms))
        if outcome["kind"] == "ordered":
            yield from _ordered(outcome, path, known)


def _times_of(outcome: Mapping, known: _Known) -> list[str]:
    return [known.timepoint(part["form"]) for part in outcome.get("measured", [outcome])]


def _repeated(outcome: Mapping, later: list[str], path: list) -> Iterator[Problem]:
    if "repeated" not in outcome:
        return
    name = f"`{outcome['id']}`"
    if outcome["kind"] != "continuous":
        do = "take `repeated` out: each timepoint is analysed by itself"
        yield f"{name} is {outcome['kind']}, and repeated", [*path, "repeated"], do
    for time in outcome["repeated"]:
        if time not in later:
            kind = f"a follow-up timepoint of {name}"
            yield no_name(time, kind, [*path, "repeated"], later)
    if outcome["at"] not in outcome["repeated"]:
        yield no_name(outcome["at"], "`repeated`", [*path, "at"], outcome["repeated"])


def _ordered(outcome: Mapping, path: list, known: _Known) -> Iterator[Problem]:
    codes = set()
    for part in outcome.get("measured", [outcome]):
        for name in expand_series(part["variables"]):
            variable = known.variables.get(part["form"], {}).get(name, {})
            codes.add(tuple(dict.fromkeys(map(str, variable.get("codes", {}).values()))))
            if variable.get("type") == "category" and not variable.get("codes"):
                what = f"The categories of {part['form']}.{name} have no order"
                do = "give it `codes`, from the lowest category to the highest"
                yield what, [*path, "variables"], do
    if len(codes) > 1:
        do = "give the variables the same codes, in the same order"
        yield f"`{outcome['id']}` has other categories at another timepoint", path, do


def _times(outcome: Mapping, path: list, known: _Known) -> Iterator[Problem]:
    name = f"`{outcome['id']}`"
    if "from" not in outcome or "event" not in outcome:
        do = "add `from`, `event` and `censor`"
        yield f"{name} is a time to an event, and its days are not named", path, do
        return
    addresses = [("event", outcome["event"])]
    addresses += [("from", outcome["from"])] if outcome["from"] != "randomised_on" else []
    addresses += [(key, each) for key in ("competing", "censor") for each in outcome.get(key, [])]
    for key, address in addresses:
        if not known.has(address):
            kind = "a form and its variable"
            yield no_name(address, kind, [*path, key], list(known.forms))
        elif known.type_of(address) != "date":
            what = f"{name} takes its `{key}` from {address}, which is no date"
            yield what, [*path, key], "name a variable of the type `date`"
    for stratum in outcome.get("strata", []):
        if stratum not in known.baseline:
            yield no_name(stratum, "a baseline variable", [*path, "strata"], known.baseline)


def _families(plan: Mapping, known: _Known) -> Iterator[Problem]:
    outcomes = list(known.outcomes)
    for name in plan.get("important", {}):
        if name not in outcomes:
            yield no_name(name, "analysis.outcomes", ["analysis", "important", name], outcomes)
    for procedure, family in plan.get("multiplicity", {}).items():
        path = ["analysis", "multiplicity", procedure]
        if procedure == "graph":
            targets = [to for each in family["transitions"].values() for to in each]
            names = [*family["weights"], *family["transitions"], *targets]
            if sum(family["weights"].values()) > 1 + 1e-9:
                yield "The weights are more than 1 together", [*path, "weights"], "lower them"
            for name, shares in family["transitions"].items():
                if sum(shares.values()) > 1 + 1e-9:
                    place = [*path, "transitions", name]
                    yield f"`{name}` hands on more than it has", place, "lower the shares to 1"
        else:
            names = family
        for name in dict.fromkeys(names):
            if name not in outcomes:
                yield no_name(name, "analysis.outcomes", path, outcomes)


def _populations(plan: Mapping, known: _Known) -> Iterator[Problem]:
    columns = [*known.baseline, *OF_DATASET, RECEIVED, *(f"has_{form}" for form in known.forms)]
    for i, item in enumerate(plan.get("populations", [])):
        path = ["analysis", "populations", i]
        if item["id"] == RANDOMISED:
            what = f"`{RANDOMISED}` is the population of all who were randomised"
            yield what, [*path, "id"], "give it another id"
        for name in item.get("where", {}):
            if name not in columns:
                yield no_name(
                    name, "a column of the dataset of participants", [*path, "where"], columns
                )
        if "uptake" in item and item["uptake"] not in known.uptake:
            yield no_name(item["uptake"], "an uptake of the plan", [*path, "uptake"], known.uptake)


def _estimands(plan: Mapping, known: _Known) -> Iterator[Problem]:
    for i, item in enumerate(plan.get("estimands", [])):
        path = ["analysis", "estimands", i]
        if item.get("population", RANDOMISED) not in known.populations:
            yield no_name(
                item["population"],
                "analysis.populations",
                [*path, "population"],
                known.populations,
            )
        for name in item.get("uptake", []):
            if name not in known.uptake:
                yield no_name(name, "an uptake of the plan", [*path, "uptake"], known.uptake)
        strategies = item.get("events", {}).values()
        if ("principal_stratum" in strategies) != bool(item.get("uptake")):
            what = f"The estimand `{item['id']}` is one of a principal stratum and has no `uptake`"
            if item.get("uptake"):
                what = f"The estimand `{item['id']}` has `uptake` and no principal stratum"
            yield what, path, "write both: the effect among compliers is by an uptake"
        if i == 0 and item.get("uptake"):
            what = "The first estimand, of the main analysis, is one of a principal stratum"
            yield what, path, "put that of the whole population first"
        for name in item.get("of", []):
            if name not in known.outcomes:
                yield no_name(name, "analysis.outcomes", [*path, "of"], list(known.outcomes))


def _imputation(plan: Mapping, known: _Known) -> Iterator[Problem]:
    main = plan.get("missing")
    for name in main.get("auxiliary", []) if isinstance(main, Mapping) else []:
        if name not in known.baseline:
            path = ["analysis", "missing", "auxiliary"]
            yield no_name(name, "a baseline variable", path, known.baseline)
    if isinstance(main, Mapping) and main["impute"] in FROM_REFERENCE:
        what = "The main analysis imputes from the reference arm"
        do = "write `impute: within_arm`, and the other under `sensitivity`"
        yield what, ["analysis", "missing", "impute"], do
    for i, item in enumerate(plan.get("sensitivity", [])):
        own = item.get("missing")
        if isinstance(own, Mapping) and not isinstance(main, Mapping):
            what = f"The analysis `{item['id']}` asks for imputed values, and the plan has none"
            do = "say under `analysis.missing` how values are imputed"
            yield what, ["analysis", "sensitivity", i, "missing"], do
        if isinstance(own, Mapping) and "delta" in own and own["delta"][0] >= own["delta"][1]:
            what = "The range of shifts does not run upwards"
            yield what, ["analysis", "sensitivity", i, "missing", "delta"], "put the lower first"


def _received(plan: Mapping, known: _Known) -> Iterator[Problem]:
    if "received" not in plan:
        return
    said, path = plan["received"], ["analysis", "received"]
    if said["form"] not in known.forms:
        yield no_name(said["form"], "forms", [*path, "form"], list(known.forms))
    elif said["variable"] not in known.variables[said["form"]]:
        names = list(known.variables[said["form"]])
        yield no_name(said["variable"], f"forms.{said['form']}", [*path, "variable"], names)
    elif "repeats" in known.forms[said["form"]]:
        what = f"{said['form']} is a form that repeats: it does not say once who received"
        yield what, [*path, "form"], "name a form that each participant has once"


def _days(config: Mapping) -> Iterator[Problem]:
    """Yield days that no calendar has."""
    days: list[tuple[list, str]] = []
    if "unblinded_on" in config["study"]:
        days.append((["study", "unblinded_on"], config["study"]["unblinded_on"]))
    for i, item in enumerate(config.get("analysis", {}).get("deviations", [])):
        days.append((["analysis", "deviations", i, "date"], item["date"]))
    for path, text in days:
        try:
            date.fromisoformat(text)
        except ValueError:
            yield f"`{text}` is no day of the calendar", path, "correct it: year, month, day"


def _ids(plan: Mapping, known: _Known) -> Iterator[Problem]:
    """Yield ids of analyses that two would have."""
    seen = {MAIN, *known.outcomes}
    design = plan.get("design")
    factors = design.get("factors", {}) if isinstance(design, Mapping) else {}
    listed: list[tuple[str, list]] = [(n, ["analysis", "design", "factors", n]) for n in factors]
    for i, item in enumerate(plan.get("estimands", [])[1:], start=1):
        uptake, path = item.get("uptake", []), ["analysis", "estimands", i, "id"]
        made = [f"{item['id']}_{name}" for name in uptake] if len(uptake) > 1 else [item["id"]]
        listed += [(name, path) for name in made]
    listed += [
        (item["id"], ["analysis", "sensitivity", i, "id"])
        for i, item in enumerate(plan.get("sensitivity", []))
    ]
    listed += [
        (f"subgroup_{name}", ["analysis", "subgroups", i])
        for i, name in enumerate(plan.get("subgroups", []))
    ]
    for name, path in listed:
        if name in seen:
            what = f"`{name}` is the name of an outcome, or of another analysis"
            yield what, path, "give it another id"
        seen.add(name)
