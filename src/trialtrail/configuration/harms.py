"""What the plan says of harms: the forms that list events, and what their variables mean.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trialtrail.configuration.begun import texts_of, value_problems
from trialtrail.configuration.expand import BASELINE

NAMES = {
    "event": ("category", "text"),
    "system": ("category", "text"),
    "severity": ("category", "text", "integer"),
}
"""Keys that name a variable which tells events apart, and the types that it may have."""
RULES = ("serious", "related")
"""Keys that name a variable and the values by which an event is so."""
Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""
PATH = ["analysis", "harms"]


def event_forms(config: Mapping) -> list[str]:
    """Return the forms in which a row is an event."""
    given = config.get("analysis", {}).get("harms", {}).get("form", [])
    return [given] if isinstance(given, str) else list(given)


def harms_plan(
    config: Mapping, variables: Mapping[str, Sequence[Mapping]], contents: Mapping[str, Mapping]
) -> dict | None:
    """Return what is counted of harms; None where the plan does not say it.

    Args:
        config: the configuration.
        variables: form -> its variables.
        contents: form -> its label, and how it is known that a row of it was filled in.
    """
    spec = config.get("analysis", {}).get("harms")
    if spec is None:
        return None
    forms = event_forms(config)
    plan: dict = {"forms": {form: contents[form] for form in forms}}
    for key in NAMES:
        if key in spec:
            found = [v for form in forms for v in variables[form] if v["id"] == spec[key]]
            values = [value for v in found for value in v.get("codes", {}).values()]
            labels = {value: label for v in found for value, label in v.get("labels", {}).items()}
            levels = list(dict.fromkeys(values))
            called = next((v["label"] for v in found if "label" in v), spec[key].replace("_", " "))
            plan[key] = {"variable": spec[key], "called": called}
            plan[key] |= {"levels": levels, "labels": labels}
    for key in (*RULES, "population"):
        if key in spec:
            plan[key] = {**spec[key], "values": texts_of(spec[key])}
    if "exposure" in spec:
        form, _, variable = spec["exposure"]["until"].partition(".")
        plan["exposure"] = {"form": form, "variable": variable}
    beside = [plan[key]["form"] for key in ("population", "exposure") if key in plan]
    plan["tables"] = list(dict.fromkeys([*forms, *beside]))
    return plan


def harms_problems(
    config: Mapping, variables: Mapping[str, Sequence[Mapping]]
) -> Iterator[Problem]:
    """Yield what is wrong with `analysis.harms`; ``variables`` maps each form to its variables."""
    spec = config.get("analysis", {}).get("harms")
    if spec is None:
        return
    known = {form: {v["id"]: v for v in own} for form, own in variables.items()}
    forms = event_forms(config)
    for form in dict.fromkeys(forms):
        if form not in known:
            yield _not_a_form(form, [*PATH, "form"], known)
            continue
        if forms.count(form) > 1:
            yield f"The form {form} is named twice", [*PATH, "form"], "name each form once"
        if config["forms"][form]["timepoint"] == BASELINE:
            what = f"{form} is a form of the timepoint {BASELINE}, so its events are no harms"
            do = "name a form of another timepoint, such as `during_the_trial`"
            yield what, [*PATH, "form"], do
        yield from _of_events(spec, form, known[form])
    if "population" in spec:
        yield from _population(config, spec["population"], known)
    if "exposure" in spec:
        yield from _exposure(config, spec["exposure"]["until"], known)


def _of_events(spec: Mapping, form: str, known: Mapping[str, Mapping]) -> Iterator[Problem]:
    """Yield variables that a form of events does not have, or that are of a wrong type."""
    for key, types in NAMES.items():
        variable = known.get(spec.get(key, ""))
        if key in spec and variable is None:
            yield _not_a_variable(spec[key], form, [*PATH, key], known)
        elif variable and variable["type"] not in types:
            kinds = " or ".join(f"`{each}`" for each in types)
            what = f"`{spec[key]}` of {form} is of the type {variable['type']} and tells no {key}"
            yield what, [*PATH, key], f"name a variable of the type {kinds}"
    for key in RULES:
        if key not in spec:
            continue
        variable = known.get(spec[key]["variable"])
        if variable is None:
            name = spec[key]["variable"]
            yield _not_a_variable(name, form, [*PATH, key, "variable"], known)
        else:
            yield from value_problems(spec[key], variable, [*PATH, key])


def _population(config: Mapping, spec: Mapping, known: Mapping[str, Mapping]) -> Iterator[Problem]:
    path, form = [*PATH, "population"], spec["form"]
    if form not in known:
        yield _not_a_form(form, [*path, "form"], known)
        return
    if "repeats" in config["forms"][form]:
        what = f"{form} repeats, so it does not say once of each participant who is counted"
        yield what, [*path, "form"], "name a form that each participant has once"
    variable = known[form].get(spec["variable"])
    if variable is None:
        yield _not_a_variable(spec["variable"], form, [*path, "variable"], known[form])
    else:
        yield from value_problems(spec, variable, path)


def _exposure(config: Mapping, until: str, known: Mapping[str, Mapping]) -> Iterator[Problem]:
    path = [*PATH, "exposure", "until"]
    form, _, name = until.partition(".")
    if form not in known:
        what = f"`{until}` names no form and its variable"
        yield what, path, f"write one of {', '.join(known)}, a point and the name of a day in it"
        return
    if "repeats" in config["forms"][form]:
        what = f"{form} repeats, so it does not say once of each participant until when"
        yield what, path, "name a form that each participant has once"
    sources = config["forms"][form].get("sources", [])
    dated = any("completed_on" in source.get("columns", {}) for source in sources)
    days = [v["id"] for v in known[form].values() if v["type"] == "date"]
    days += ["completed_on"] if dated else []
    if name not in days:
        do = (
            f"write one of {', '.join(f'{form}.{day}' for day in days)}"
            if days
            else (f"name a form that has a day; {form} has none")
        )
        yield f"`{until}` is no day", path, do
    people = config["tables"]["participants"]["sources"]
    if not any("randomised_on" in {**s["columns"], **s.get("constants", {})} for s in people):
        what = "The time at risk begins on the day of randomisation, which is not known"
        yield (
            what,
            path,
            "add `randomised_on` to the columns of participants, or leave `exposure` out",
        )


def _not_a_form(name: str, path: list, known: Mapping) -> Problem:
    return f"`{name}` is not a name of forms", path, f"write one of {', '.join(known)}"


def _not_a_variable(name: str, form: str, path: list, known: Mapping) -> Problem:
    return (
        f"`{name}` is not a variable of the form {form}",
        path,
        f"write one of {', '.join(known)}",
    )
