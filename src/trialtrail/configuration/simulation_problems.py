"""What is wrong with the section `simulation`: names that are none, methods that do not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trialtrail.analysis.methods import METHODS
from trialtrail.configuration.plan_problems import no_name
from trialtrail.simulation.design import BY_ARM, COMPLIER, IMPUTED, NESTED, REPEATED
from trialtrail.simulation.plan import IMPORTANT

Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""
CONTINUOUS = "continuous"
PATH = ["simulation"]
OF_MODEL = {
    NESTED: ("mixed_", "ancova", "welch", "student"),
    IMPUTED: ("mixed_", "ancova", "welch", "student"),
    COMPLIER: ("two_stage_least_squares",),
    REPEATED: ("mmrm_",),
}
"""How the names of the methods begin that can analyse the trials of a model."""


def simulation_problems(config: Mapping) -> Iterator[Problem]:
    """Yield what is wrong with the drawn trials."""
    spec = config.get("simulation")
    if spec is None:
        return
    arms = [arm["id"] for arm in config["study"].get("arms", [])]
    outcomes = config.get("analysis", {}).get("outcomes", [])
    continuous = [each["id"] for each in outcomes if each["kind"] == CONTINUOUS]
    if "outcome" in spec and spec["outcome"] not in continuous:
        yield no_name(spec["outcome"], "a continuous outcome", [*PATH, "outcome"], continuous)
    scenarios = spec.get("scenarios", [])
    for place, item in enumerate(scenarios):
        yield from _scenario(item, [*PATH, "scenarios", place], arms)
    for name, number in Counter(item["id"] for item in scenarios).items():
        if number > 1:
            place = [item["id"] for item in scenarios].index(name)
            what = f"Two scenarios are called `{name}`"
            yield what, [*PATH, "scenarios", place, "id"], "give each a name of its own"
    yield from _important(config, scenarios, continuous)
    yield from _power(spec.get("power", {}), arms)


def _scenario(item: Mapping[str, Any], path: list, arms: Sequence[str]) -> Iterator[Problem]:
    model = item.get("model", NESTED)
    yield from _arms(item, path, arms)
    for place, name in enumerate(item.get("methods", [])):
        yield from _method(name, model, [*path, "methods", place])


def _arms(item: Mapping[str, Any], path: list, arms: Sequence[str]) -> Iterator[Problem]:
    """Yield the arms of mappings that the study does not have."""
    for key in (*BY_ARM, "ratio"):
        value = item.get(key)
        for arm in value if isinstance(value, Mapping) else ():
            if arm not in arms:
                yield no_name(arm, "study.arms", [*path, key, arm], arms)


def _method(name: str, model: str, path: list) -> Iterator[Problem]:
    known = [each for each in METHODS if each.startswith(OF_MODEL[model])]
    if name not in known:
        yield no_name(name, f"a method of the model `{model}`", path, known)


def _important(
    config: Mapping, scenarios: Sequence[Mapping], continuous: Sequence[str]
) -> Iterator[Problem]:
    """Yield the scenarios that ask for an important difference which the plan does not say."""
    known = config.get("analysis", {}).get("important", {})
    own = config["simulation"].get("outcome")
    if any(name in known for name in ([own] if own else continuous)):
        return
    for place, item in enumerate(scenarios):
        if item.get("effect") == IMPORTANT:
            path = [*PATH, "scenarios", place, "effect"]
            what = "No important difference of a continuous outcome is known"
            yield what, path, "write it under `analysis.important`, or write a number here"


def _power(spec: Mapping[str, Any], arms: Sequence[str]) -> Iterator[Problem]:
    path = [*PATH, "power"]
    yield from _arms(spec, path, arms)
    for place, arm in enumerate(spec.get("within", [])):
        if arm not in arms:
            yield no_name(arm, "study.arms", [*path, "within", place], arms)
    if "method" in spec:
        yield from _method(spec["method"], NESTED, [*path, "method"])
