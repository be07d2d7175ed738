"""What variables an outcome takes, by its kind and its instrument, and what else it needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from trialtrail.configuration.expand import BASELINE, expand_series
from trialtrail.configuration.schema import default_of
from trialtrail.derive.instruments.taken import INSTRUMENTS, NUMBERS

NUMERIC_TYPES = (*NUMBERS, "censored")
"""Types of which each value is a number; of a `censored` one, the number that is its bound."""
YES = {"1", "yes", "y", "true"}
"""Codes that stand for yes in the YAML that a message proposes, in lower case."""

Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


SEXES = ("male", "female")
"""Values of a sex, of each of which a standard is one of its own."""
OF_KIND = {
    "continuous": NUMERIC_TYPES,
    "binary": ("boolean", "integer"),
    "count": ("integer", "number"),
    "ordered": ("category", "integer"),
}
ARTICLE = {
    "continuous": "a continuous outcome",
    "binary": "a binary outcome",
    "count": "a number of events",
    "ordered": "an ordered outcome",
}
TIME_TO_EVENT = "time_to_event"


def outcome_problems(config: Mapping) -> Iterator[Problem]:
    """Yield what keeps an outcome from being scored: wrong variables, or a need that is not met."""
    forms, analysis = config.get("forms", {}), config.get("analysis", {})
    known = {
        name: {v["id"]: v for v in expand_series(form.get("variables", []))}
        for name, form in forms.items()
    }
    for i, outcome in enumerate(analysis.get("outcomes", [])):
        place = ["analysis", "outcomes", i]
        if outcome["kind"] == TIME_TO_EVENT or ("event" in outcome and "form" not in outcome):
            continue
        yield from _of_instrument(outcome, place)
        for j, part in enumerate(outcome.get("measured", [outcome])):
            inner = [*place, *(["measured", j] if "measured" in outcome else []), "variables"]
            names = expand_series(part["variables"])
            found = [known.get(part["form"], {}).get(name) for name in names]
            if None not in found:
                yield from _of_variables(outcome, part["form"], found, inner)
        yield from _references(outcome, known, place)
    yield from _timepoints(forms, analysis)


def _of_instrument(outcome: Mapping, place: list) -> Iterator[Problem]:
    """Yield what does not fit the instrument: the kind, the scale, a key that it needs."""
    name, name_of = _instrument(outcome), f"`{outcome['id']}`"
    takes = INSTRUMENTS.get(name)
    if takes is None:
        return
    if outcome["kind"] != takes.kind and not (
        takes.kind == "continuous" and outcome["kind"] == "count"
    ):
        do = f"write `kind: {takes.kind}`"
        yield (
            f"{name_of} is {outcome['kind']}, and {name} gives {takes.kind} values",
            [
                *place,
                "kind",
            ],
            do,
        )
    scale = outcome.get("scale")
    if takes.scales and scale not in takes.scales:
        do = f"write one of {', '.join(takes.scales)} under `scale`"
        yield f"{name_of} names no scale of {name}", [*place, "scale"], do
    if name == "total" and not _is_range(scale):
        do = "write the least and the greatest answer of an item, such as `scale: [1, 4]`"
        yield f"{name_of} is a total whose items have no limits", [*place, "scale"], do
    for key in takes.needs:
        if key not in outcome:
            do = f"add `{key}: <form>.<variable>`"
            yield f"{name_of} lacks `{key}`, which {name} needs", place, do


def _is_range(scale: object) -> bool:
    if not isinstance(scale, list) or len(scale) != 2:
        return False
    numbers = all(isinstance(end, int | float) and not isinstance(end, bool) for end in scale)
    return numbers and scale[0] < scale[1]


def _instrument(outcome: Mapping) -> str:
    return outcome.get("instrument", default_of("analysis.outcomes[].instrument"))


def _of_variables(
    outcome: Mapping, form: str, variables: list[dict], path: list
) -> Iterator[Problem]:
    """Yield the variables that are too many, too few or of a wrong type."""
    name = _instrument(outcome)
    takes = INSTRUMENTS.get(name)
    count = 1 if takes is None else takes.count
    what = ARTICLE[outcome["kind"]] if takes is None else name
    if count and len(variables) != count:
        noun = "variable" if count == 1 else "variables"
        do = f"list {count} {noun}, in the order of config/README.md"
        yield f"`{outcome['id']}` has {len(variables)} variables: {what} takes {count}", path, do
        return
    types = OF_KIND[outcome["kind"]] if takes is None else takes.types
    for variable in variables:
        if variable["type"] not in types:
            message = (
                f"`{outcome['id']}` is measured with {form}.{variable['id']}, of the type"
                f" {variable['type']}: {what} takes {_listed(types)}"
            )
            yield message, path, _remedy(outcome, variable)
        elif takes is None and outcome["kind"] == "binary" and _is_not_binary(variable):
            message = (
                f"`{outcome['id']}` is measured with {form}.{variable['id']}, whole numbers that"
                " need not be 0 or 1: a binary outcome takes yes or no"
            )
            yield message, path, _remedy(outcome, variable)


def _is_not_binary(variable: Mapping) -> bool:
    """Tell whether the limits of a whole number allow others than 0 and 1, and so mean others.

    Limits that allow more than the two are those of the values that there are; without limits only
    the data can tell.
    """
    if variable["type"] != "integer":
        return False
    return variable.get("minimum", 0) not in (0, 1) or variable.get("maximum", 1) not in (0, 1)


def _listed(types: tuple[str, ...]) -> str:
    return " or ".join(f"`{each}`" for each in types)


def _remedy(outcome: Mapping, variable: Mapping) -> str:
    """Return what to do, with the YAML to paste where a yes or no is wanted."""
    if outcome["kind"] == "binary" and "instrument" not in outcome:
        if variable["type"] not in ("integer", "category", "text"):
            return (
                "name a variable of the type `boolean`; which numbers or days mean that it "
                "happened is to be said in the export, by a column of its own"
            )
        return (
            "make it a `boolean` that says which codes mean that it happened, such as"
            f" `{yes_or_no(variable)}`"
        )
    if variable["type"] in ("category", "text"):
        return "name a variable that is a number, or give this one the type `number` or `integer`"
    if variable["type"] == "boolean":
        return "name a variable that is a number, or write `kind: binary`"
    return "name a variable that is a number, such as the days between two dates"


def yes_or_no(variable: Mapping) -> str:
    """Return the YAML of a variable as a `boolean`, with its own codes where it has some."""
    codes = list(variable.get("codes", {})) or ["1", "2"]
    first = next((code for code in codes if str(code).lower() in YES), codes[0])
    pairs = ", ".join(f'"{code}": {"true" if code == first else "false"}' for code in codes)
    rest = "".join(
        f", {key}: {json.dumps(variable[key], ensure_ascii=False)}"
        for key in ("column", "label", "description", "required")
        if key in variable
    )
    return f"{{id: {variable['id']}, type: boolean{rest}, codes: {{{pairs}}}}}"


def _references(outcome: Mapping, known: Mapping, place: list) -> Iterator[Problem]:
    """Yield a sex that is no category, and a day `born` that is no date."""
    for key, types in (("sex", ("category",)), ("born", ("date",))):
        form, _, name = outcome.get(key, "").partition(".")
        variable = known.get(form, {}).get(name)
        if variable and variable["type"] not in types:
            message = f"`{outcome['id']}` takes its `{key}` from {form}.{name}, of the type"
            do = f"name a variable of the type {_listed(types)}"
            if key == "sex":
                do += " with the values male and female"
            yield f"{message} {variable['type']}", [*place, key], do
        elif variable and key == "sex":
            yield from _sexes(outcome, form, variable, place)


def _sexes(outcome: Mapping, form: str, variable: Mapping, place: list) -> Iterator[Problem]:
    """Yield values of a sex that are neither male nor female."""
    others = {str(value) for value in variable.get("codes", {}).values()} - set(SEXES)
    if others:
        message = f"`{outcome['id']}` takes its `sex` from {form}.{variable['id']}, with the values"
        do = "give the variable codes for male and female, such as `codes: {M: male, F: female}`"
        do += ", and name codes of what is not known under its `missing`"
        yield f"{message} {', '.join(sorted(others))}", [*place, "sex"], do


def _timepoints(forms: Mapping, analysis: Mapping) -> Iterator[Problem]:
    """Yield a timepoint in the list that no form has, or that stands in it twice."""
    known = list(dict.fromkeys(form["timepoint"] for form in forms.values()))
    seen: set[str] = set()
    for i, item in enumerate(analysis.get("timepoints", [])):
        path = ["analysis", "timepoints", i, "id"]
        if item["id"] not in known:
            do = f"write one of {', '.join(known)}" if known else f"add a form at {BASELINE}"
            yield f"`{item['id']}` is not the timepoint of a form", path, do
        if item["id"] in seen:
            yield f"The timepoint `{item['id']}` is listed twice", path, "name each once"
        seen.add(item["id"])
