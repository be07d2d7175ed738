"""Which cells of a form show that somebody began it, and how a visit is known to have taken place.

A program fills cells by itself: a check box that nobody ticked is exported as 0, a calculation is
made, a default is set. Such cells are no answer of a person. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trialtrail.exports.redcap.filling import PROGRAM, TICK

NO = ("no", "not", "false", "none", "0", "missed", "absent")
"""Words with which a value begins that says that something did not take place."""


def evidence(variables: list[dict]) -> list[str]:
    """Return the variables of a form of which a value shows that the participant has it.

    What a program fills in shows nothing, but in a form that has nothing else.
    """
    own = [item for item in variables if not item.get("key")]
    by_people = [item["id"] for item in own if item.get("filled_by") != PROGRAM]
    return by_people or [item["id"] for item in own]


def begun_of(form: dict, source: dict, variables: list[dict]) -> dict[str, Any]:
    """Return how the cells of a form that nobody filled are recognised; empty where all are filled.

    ``filled`` and ``ticked`` are columns of the file, and ``blank`` the variables that a program
    fills where nobody began the form; not where the form has a rule by which its visit took place.
    ``boxes`` are those of codes of missing values, by variable. ``took_place`` is the variable that
    says whether the visit took place and the values, as text, by which it did.
    """
    out: dict[str, Any] = {}
    blank = [item["id"] for item in variables if item.get("filled_by") in (TICK, PROGRAM)]
    rule = rule_of(form)
    if blank and not rule:
        kinds = {kind: [v["column"] for v in variables if v.get("filled_by", "") == kind and not
                        v.get("key")] for kind in ("", "person", TICK)}  # fmt: skip
        day = [source["columns"]["completed_on"]] if "completed_on" in source["columns"] else []
        of_form = source.get("begun", {})
        filled = [*kinds[""], *kinds["person"], *day, *of_form.get("filled", [])]
        ticked = [*kinds[TICK], *of_form.get("ticked", [])]
        out |= {"blank": blank, "filled": sorted(set(filled)), "ticked": sorted(set(ticked))}
    if blank:
        out["boxes"] = {item["id"]: item["no_answer"] for item in variables if "no_answer" in item}
    return out | ({"took_place": rule} if rule else {})


def rule_of(form: dict) -> dict[str, Any] | None:
    """Return the variable of `took_place` and its values as text; None where a form has none."""
    rule = form.get("took_place")
    return {"variable": rule["variable"], "values": texts_of(rule)} if rule else None


def _of_redcap(form: dict) -> bool:
    """Return whether the form's instrument says who fills its fields."""
    return any("begun" in source for source in form.get("sources", []))


def texts_of(rule: dict) -> list[str] | None:
    """Return the values by which something took place, as text; None where any value will do."""
    if "values" not in rule:
        return None
    return [_text(value) for value in rule["values"]]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


Problem = tuple[str, list, str]


def begun_problems(config: dict, variables: dict[str, list[dict]]) -> Iterator[Problem]:
    """Yield what is wrong with `took_place` of a form and `followed_up` of the plan.

    ``variables`` maps each form to its variables, a series written out.
    """
    rules = [
        (name, form["took_place"], ["forms", name, "took_place"])
        for name, form in config.get("forms", {}).items()
        if "took_place" in form
    ]
    plan = config.get("analysis", {}).get("followed_up", {})
    if "values" in plan and "variable" not in plan:
        what = "`followed_up` has values and names no variable"
        yield what, ["analysis", "followed_up", "values"], "name the `variable` that they are of"
    if "variable" in plan and plan.get("form") in variables:
        rules.append((plan["form"], plan, ["analysis", "followed_up"]))
    for name, form in config.get("forms", {}).items():
        kinds = {item.get("filled_by", "person") for item in variables[name] if not item.get("key")}
        if kinds == {PROGRAM} and not (_is_dated(form) or "took_place" in form or _of_redcap(form)):
            what = f"A program fills every variable of {name}, so nothing shows who has the form"
            yield what, ["forms", name], "say by `took_place` how a visit is known"
    for form, rule, path in rules:
        known = {item["id"]: item for item in variables.get(form, [])}
        if _is_dated(config["forms"].get(form, {})):
            known.setdefault("completed_on", {"type": "date"})
        if rule["variable"] not in known:
            what = f"`{rule['variable']}` is not a variable of the form {form}"
            yield what, [*path, "variable"], f"write one of {', '.join(known)}"
            continue
        yield from value_problems(rule, known[rule["variable"]], path)


def _is_dated(form: dict) -> bool:
    return any("completed_on" in each.get("columns", {}) for each in form.get("sources", []))


def value_problems(rule: dict, item: dict, path: list) -> Iterator[Problem]:
    """Yield values that the variable does not have, and none where some of it say no."""
    codes = list(dict.fromkeys(_text(value) for value in item.get("codes", {}).values()))
    offered = ["true", "false"] if item["type"] == "boolean" else codes
    for value in texts_of(rule) or []:
        if offered and value not in offered:
            what = f"`{value}` is not a value of {rule['variable']}"
            yield what, [*path, "values"], f"write one of {', '.join(offered)}"
    # Of a yes or no, `took_place` without values means yes.
    no = [value for value in offered if value.casefold().split("_")[0] in NO]
    if "values" not in rule and no and (item["type"] != "boolean" or path[-1] == "followed_up"):
        yes = [value for value in offered if value not in no]
        what = f"{rule['variable']} may be {no[0]}, and `{path[-1]}` does not say by which values"
        do = f"write `values: [{', '.join(yes)}]`"
        yield what, path, f"{do}, or `values: [{', '.join(offered)}]` where each of them says it"
