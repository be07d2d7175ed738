"""Check what the schema cannot: references to nothing, and names that are given twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trialtrail.analysis.plan import BASELINE_VALUE
from trialtrail.configuration.begun import begun_problems
from trialtrail.configuration.checks import check_problems, known_columns
from trialtrail.configuration.conduct import conduct_problems
from trialtrail.configuration.dates import date_problems
from trialtrail.configuration.expand import BASELINE, BESIDE, expand_series
from trialtrail.configuration.harms import harms_problems
from trialtrail.configuration.labels import label_problems
from trialtrail.configuration.outcome_types import outcome_problems
from trialtrail.configuration.plan_document import document_problems
from trialtrail.configuration.plan_problems import no_name, plan_problems
from trialtrail.configuration.plausibility import plausibility_problems
from trialtrail.configuration.reader_keys import reader_problems
from trialtrail.configuration.simulation_problems import simulation_problems
from trialtrail.validation.rules import (
    ACTIONS,
    FIXED,
    NEVER_KEPT,
    NO_ROWS,
    PLAUSIBILITY,
    STOP,
    action,
)

KEYS = ("_id", "document")
"""How the columns end that name a record, of this table or of another."""
Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


def name_problems(config: dict) -> Iterator[Problem]:
    """Yield every name that is not what it should be the name of."""
    yield from _sources(config)
    yield from _codes(config)
    yield from _missing(config)
    yield from _identifiers(config)
    yield from _plan(config)
    yield from outcome_problems(config)
    yield from plan_problems(config)
    yield from document_problems(config)
    yield from harms_problems(config, {f: _variables(config, f) for f in config.get("forms", {})})
    yield from _repeated(config)
    yield from _twice(config)
    yield from _answers(config)
    yield from label_problems(config)
    yield from _rules(config)
    yield from _contact_arms(config)
    yield from date_problems(config, known_columns(config))
    yield from check_problems(config)
    yield from conduct_problems(config)
    yield from plausibility_problems(config, known_columns(config))
    yield from reader_problems(config)
    yield from simulation_problems(config)


def _variables(config: dict, form: str) -> list[dict]:
    return expand_series(config.get("forms", {}).get(form, {}).get("variables", []))


def _sources(config: dict) -> Iterator[Problem]:
    arms = [arm["id"] for arm in config["study"].get("arms", [])]
    for part in ("tables", "forms"):
        for table, spec in config.get(part, {}).items():
            exports = Counter(source["export"] for source in spec["sources"])
            for i, source in enumerate(spec["sources"]):
                place, name = [part, table, "sources", i], source["export"]
                if name not in config["exports"]:
                    known = list(config["exports"])
                    yield no_name(name, "exports", [*place, "export"], known)
                if exports[name] > 1:
                    do = "name each export once: a record feeds one row of a table"
                    yield f"`{name}` feeds {table} more than once", [*place, "export"], do
                given = source.get("codes", {}).get("arm", {})
                for code, arm in given.items():
                    if arm not in arms:
                        yield no_name(arm, "study.arms", [*place, "codes", "arm", code], arms)
                arm = source.get("constants", {}).get("arm")
                if arm is not None and arm not in arms:
                    yield no_name(arm, "study.arms", [*place, "constants", "arm"], arms)


def _codes(config: dict) -> Iterator[Problem]:
    """YAML reads a bare Yes or No as true or false, which no category ever stands for."""
    quote = 'put what they stand for in quotation marks, such as "yes" and "no"'
    for form, spec in config.get("forms", {}).items():
        for i, variable in enumerate(spec["variables"]):
            path, codes = ["forms", form, "variables", i, "codes"], variable.get("codes")
            name = f"{form}.{variable.get('id', variable.get('series'))}"
            if codes is None:
                continue
            if variable["type"] not in ("boolean", "category", "text"):
                do = "leave the codes out, or make it a category"
                yield f"{name} is no category, so it has no codes", path, do
            elif any(
                isinstance(v, bool) != (variable["type"] == "boolean") for v in codes.values()
            ):
                do = "map each code to true or false" if variable["type"] == "boolean" else quote
                yield f"The codes of {name} do not stand for a {variable['type']}", path, do
            for code, value in codes.items():
                if value == "":
                    do = "say what the code stands for, or list it under `missing`"
                    yield f"The code {code} of {name} stands for nothing", [*path, code], do


def _missing(config: dict) -> Iterator[Problem]:
    """What a column itself lists as missing cannot be one of its codes."""
    do = "take it out of one of them"
    what = "A text stands under both `codes` and `missing` of {}"
    answers = [item["id"] for item in config.get("questionnaire", {}).get("items", [])]
    for part in ("tables", "forms"):
        for table, spec in config.get(part, {}).items():
            for i, source in enumerate(spec["sources"]):
                for column, missing in source.get("missing", {}).items():
                    path = [part, table, "sources", i, "missing", column]
                    known = [*source["columns"], *(answers if table == "questionnaire" else ())]
                    if column not in known:
                        yield no_name(column, f"a column of {table} in this source", path, known)
                    if {*missing} & {*map(str, source.get("codes", {}).get(column, {}))}:
                        yield what.format(f"{table}.{column}"), path, do
    for form, spec in config.get("forms", {}).items():
        for i, variable in enumerate(spec["variables"]):
            if {*variable.get("missing", [])} & {*map(str, variable.get("codes", {}))}:
                name = f"{form}.{variable.get('id', variable.get('series'))}"
                yield what.format(name), ["forms", form, "variables", i, "missing"], do


def _identifiers(config: dict) -> Iterator[Problem]:
    """An identifier never passes beyond the validation, so no table has it but as a key."""
    do = "leave it out of the table: only a key may be an identifier"
    what = "The column {} of the export {} is an identifier, and {}.{} would hold it"
    for part in ("tables", "forms"):
        for table, spec in config.get(part, {}).items():
            for i, source in enumerate(spec["sources"]):
                export, path = source["export"], [part, table, "sources", i, "columns"]
                hidden = config["exports"].get(export, {}).get("identifiers", [])
                for name, column in source["columns"].items():
                    if column in hidden and not name.endswith(KEYS):
                        yield what.format(column, export, table, name), [*path, name], do
                for variable in _variables(config, table) if part == "forms" else ():
                    if variable["column"] in hidden:
                        path = ["forms", table, "variables"]
                        name = variable["id"]
                        yield what.format(variable["column"], export, table, name), path, do
    exports = [s["export"] for s in config["tables"].get("questionnaire", {}).get("sources", [])]
    hidden = [c for e in exports for c in config["exports"].get(e, {}).get("identifiers", [])]
    for i, item in enumerate(config.get("questionnaire", {}).get("items", [])):
        if item["column"] in hidden:
            message = what.format(item["column"], exports[0], "questionnaire", item["id"])
            yield message, ["questionnaire", "items", i], do


def _repeated(config: dict) -> Iterator[Problem]:
    """A form that repeats has many values of one participant, of which an outcome needs one."""
    forms, outcomes = config.get("forms", {}), config.get("analysis", {}).get("outcomes", [])
    for i, outcome in enumerate(outcomes):
        used = [part["form"] for part in outcome.get("measured", [outcome]) if "form" in part]
        used += [outcome[key].partition(".")[0] for key in ("sex", "born") if key in outcome]
        for name in dict.fromkeys(used):
            if "repeats" in forms.get(name, {}):
                what = f"`{outcome['id']}` is measured with {name}, a form that repeats"
                do = "measure it with a form that each participant has once"
                yield what, ["analysis", "outcomes", i], do


def _plan(config: dict) -> Iterator[Problem]:
    forms, analysis = config.get("forms", {}), config.get("analysis", {})
    names = {form: [v["id"] for v in _variables(config, form)] for form in forms}
    for i, outcome in enumerate(analysis.get("outcomes", [])):
        place = ["analysis", "outcomes", i]
        for j, part in enumerate(outcome.get("measured", [outcome])):
            inner = [*place, *(["measured", j] if "measured" in outcome else [])]
            if "form" not in part:  # a time to an event
                continue
            if part["form"] not in forms:
                yield no_name(part["form"], "forms", [*inner, "form"], list(forms))
                continue
            known = names[part["form"]]
            for name in expand_series(part["variables"]):
                if name not in known:
                    yield no_name(name, f"forms.{part['form']}", [*inner, "variables"], known)
        times = Counter(
            forms[part["form"]]["timepoint"]
            for part in outcome.get("measured", [])
            if part["form"] in forms
        )
        for time, count in times.items():
            if count > 1:
                do = "measure it with one form at each timepoint"
                yield f"`{outcome['id']}` is measured {count} times at {time}", place, do
        for key in ("sex", "born"):
            form, _, name = outcome.get(key, "").partition(".")
            if key in outcome and name not in [*names.get(form, []), "completed_on"]:
                known = names.get(form) or list(forms)
                yield no_name(outcome[key], "a form and its variable", [*place, key], known)
    once = [f for f in forms if forms[f]["timepoint"] == BASELINE and "repeats" not in forms[f]]
    baseline = [n for f in once for n in names[f]]
    for i, name in enumerate(analysis.get("baseline", [])):
        if name not in baseline:
            yield no_name(name, "a baseline variable", ["analysis", "baseline", i], baseline)
    yield from _analyses(analysis, baseline)
    arms = [arm["id"] for arm in config["study"].get("arms", [])]
    if "intervention_arm" in analysis and analysis["intervention_arm"] not in arms:
        place = ["analysis", "intervention_arm"]
        yield no_name(analysis["intervention_arm"], "study.arms", place, arms)
    yield from begun_problems(config, {name: _variables(config, name) for name in forms})
    form = analysis.get("followed_up", {}).get("form")
    if form is not None and form not in forms:
        yield no_name(form, "forms", ["analysis", "followed_up", "form"], list(forms))


def _analyses(analysis: dict, baseline: list[str]) -> Iterator[Problem]:
    """Yield covariates that are no baseline variables, and analyses of outcomes there are not."""
    outcomes = [outcome["id"] for outcome in analysis.get("outcomes", [])]
    own = analysis.get("sensitivity", [])
    places = [(["analysis"], analysis)]
    places += [(["analysis", "sensitivity", i], item) for i, item in enumerate(own)]
    for path, item in places:
        for i, name in enumerate(item.get("adjust", [])):
            known = [BASELINE_VALUE, *baseline]
            if name not in known:
                yield no_name(name, "a baseline variable", [*path, "adjust", i], known)
        for i, name in enumerate(item.get("of", [])):
            if name not in outcomes:
                yield no_name(name, "analysis.outcomes", [*path, "of", i], outcomes)


def _twice(config: dict) -> Iterator[Problem]:
    analysis = config.get("analysis", {})
    lists: list[tuple[list, list]] = [
        (["study", "arms"], config["study"].get("arms", [])),
        (["analysis", "outcomes"], analysis.get("outcomes", [])),
        (["analysis", "sensitivity"], analysis.get("sensitivity", [])),
        (["analysis", "uptake", "rows"], analysis.get("uptake", {}).get("rows", [])),
        (["questionnaire", "items"], config.get("questionnaire", {}).get("items", [])),
    ]
    for form in config.get("forms", {}):
        variables = _variables(config, form)
        kinds = [(v["id"], v.get("type")) for v in variables]
        made = [{"id": f"{name}{BESIDE[kind][0]}"} for name, kind in kinds if kind in BESIDE]
        lists.append((["forms", form, "variables"], [*variables, *made]))
    for path, items in lists:
        for name, count in Counter(item["id"] for item in items).items():
            if count > 1:
                yield (
                    f"The id `{name}` stands {count} times in {'.'.join(path)}",
                    path,
                    "rename one",
                )


def _answers(config: dict) -> Iterator[Problem]:
    spec = config.get("questionnaire", {"items": []})
    for i, item in enumerate(spec["items"]):
        common = spec.get("likert", {}) if item["type"] == "likert" else {}
        if item["type"] != "text" and "answers" not in {**common, **item}:
            do = "list its answers, or those of all such items under questionnaire.likert"
            yield f"The item `{item['id']}` has no answers", ["questionnaire", "items", i], do
            continue
        whole = {**common, **item}
        for answer in whole.get("codes", {}).values():
            if answer not in whole.get("answers", []):
                path = ["questionnaire", "items", i]
                yield no_name(answer, f"an answer of {item['id']}", path, whole.get("answers", []))


def _rules(config: dict) -> Iterator[Problem]:
    spec = config.get("validation", {})
    actions, severities = spec.get("actions", {}), spec.get("severities", {})
    if not actions and not severities:
        return
    # Imports pandas, so not before it is needed.
    known = [rule for rule in ACTIONS if rule not in FIXED]
    for rule in actions:
        path = ["validation", "actions", rule]
        if rule not in known:
            yield no_name(rule, "a rule that can be configured", path, known)
        elif actions[rule] == "keep" and rule in NEVER_KEPT:
            do = "write `stop` or `set_aside`"
            yield f"A row that breaks the rule {rule} cannot be kept", path, do
        elif actions[rule] == "set_aside" and rule in NO_ROWS:
            do = "write `stop` or `keep`"
            yield f"The rule {rule} is of no row of a table that could be set aside", path, do
        elif actions[rule] == "set_aside" and rule in PLAUSIBILITY:
            do = "write `keep` or `stop`; a person decides what becomes of the row"
            yield f"What the rule {rule} finds may be right, so no row is set aside", path, do
    for rule in severities:
        path = ["validation", "severities", rule]
        if rule not in ACTIONS:
            yield no_name(rule, "a rule", path, list(ACTIONS))
        elif severities[rule] != "error" and action(rule, actions) == STOP:
            do = f"write `error`, or change what {rule} does under validation.actions"
            yield f"A finding of the rule {rule} stops the run, so it is an error", path, do


def _contact_arms(config: dict) -> Iterator[Problem]:
    arms = [arm["id"] for arm in config["study"].get("arms", [])]
    for i, arm in enumerate(config.get("validation", {}).get("contacts", {}).get("arms", [])):
        if arm not in arms:
            yield no_name(arm, "study.arms", ["validation", "contacts", "arms", i], arms)
