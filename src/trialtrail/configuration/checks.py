"""The study's own checks between two places: what is wrong with them, and what the rules are given.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator

from trialtrail.configuration.expand import expand_series
from trialtrail.configuration.places import FORM, NotAPlace, columns_of, parse_place, parse_time
from trialtrail.configuration.schema import default_of

SIDES = {"agree": ("left", "right"), "order": ("earlier", "later")}
RULES = {"agree": "agreement", "order": "order"}
"""Rule of the findings of a kind; that of one check is the rule, a full stop and its id."""
LIMITS = {"agree": ("within",), "order": ("at_least", "at_most")}
OWN_SIDE = {"agree": "left", "order": "later"}
"""Side whose record a finding is of unless `of` says otherwise."""

BY_PARTICIPANT = ("participants", "screening")
MANY = ("contacts", "assignments", "interviews")
"""Tables of participants with more than one row a participant."""
BY_PROVIDER = ("contacts", "assignments", "interviews", "provider_hours", "training",
               "questionnaire", "providers")  # fmt: skip
NO_DATE = ("integer", "number", "boolean", "category", "text")

Problem = tuple[str, list, str]


def check_problems(config: dict) -> Iterator[Problem]:
    """Yield what is wrong with `validation.checks`: what, the path of keys, what to do."""
    checks = config.get("validation", {}).get("checks", [])
    known = known_columns(config)
    for name, count in Counter(check["id"] for check in checks).items():
        if count > 1:
            yield f"The id `{name}` stands {count} times", ["validation", "checks"], "rename one"
    for i, check in enumerate(checks):
        path, kind = ["validation", "checks", i], check["kind"]
        sides, limits = SIDES[kind], LIMITS[kind]
        wrong = list(_keys(check, path, sides, limits))
        yield from wrong
        if wrong:
            continue
        places = {}
        for side in sides:
            yield from _place(check[side], [*path, side], known, kind, places)
        yield from _times(check, path, limits)
        if len(places) == len(sides):
            yield from _joined(check, path, places, config)


def _keys(check: dict, path: list, sides: tuple, limits: tuple) -> Iterator[Problem]:
    kind = check["kind"]
    for side in sides:
        if side not in check:
            yield f"The check `{check['id']}` lacks `{side}`", path, f"add it: {FORM}"
    for key in ("left", "right", "earlier", "later", "within", "at_least", "at_most"):
        if key in check and key not in (*sides, *limits):
            do = f"of the kind `{kind}` are {', '.join((*sides, *limits))}"
            yield f"A check of the kind `{kind}` has no `{key}`", [*path, key], do
    if check.get("of", sides[0]) not in sides:
        do = f"write {sides[0]} or {sides[1]}"
        yield f"`{check['of']}` is no side of the check `{check['id']}`", [*path, "of"], do
    if check.get("action") == "stop" and check.get("severity", "error") != "error":
        do = "leave the severity out, or do not stop"
        yield "What stops the run is an error", [*path, "severity"], do


def _place(text: str, path: list, known: dict, kind: str, places: dict) -> Iterator[Problem]:
    """Yield what is wrong with a place; put it into ``places`` if nothing is."""
    try:
        place = parse_place(text)
    except NotAPlace:
        yield f"`{text}` is not a place", path, f"write {FORM}"
        return
    wrong = False
    for table, column in columns_of(place):
        if table not in known:
            wrong = True
            yield f"`{table}` is not a table of the study", path, _nearest(table, list(known))
        elif column not in known[table]:
            wrong = True
            yield f"`{table}` has no `{column}`", path, _nearest(column, list(known[table]))
    if wrong:
        return
    variable = known[place["table"]][place["column"]]
    if (place["terms"] or kind == "order") and variable in NO_DATE:
        wrong = True
        yield f"`{place['table']}.{place['column']}` is not a date", path, "name a date"
    if not wrong:
        places[path[-1]] = place


def _nearest(name: str, known: list) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"write `{near[0]}`" if near else f"write one of {', '.join(known)}"


def _times(check: dict, path: list, limits: tuple) -> Iterator[Problem]:
    for key in limits:
        if key in check and isinstance(check[key], str):
            try:
                parse_time(check[key])
            except NotAPlace:
                do = "write a number and days, weeks, months or years"
                yield f"`{check[key]}` is not a length of time", [*path, key], do


def _joined(check: dict, path: list, places: dict, config: dict) -> Iterator[Problem]:
    """Yield tables that cannot be laid beside the rows of the table that the finding is of."""
    side = check.get("of", OWN_SIDE[check["kind"]])
    own = places[side]["table"]
    forms = config.get("forms", {})
    of_participants = [*BY_PARTICIPANT, *MANY, *forms]
    tables = dict.fromkeys(t for place in places.values() for t, _ in columns_of(place))
    for table in tables:
        if table == own:
            continue
        if table == "providers":
            fits = own in BY_PROVIDER
        else:
            fits = own in of_participants and table in (*BY_PARTICIPANT, *forms)
        if not fits:
            what = f"{table} has no one row for each row of {own}"
            do = "name tables with one row a participant (or providers), or set `of` the other side"
            yield what, path, do
    if "screening" in tables and "screening_id" not in known_columns(config)["participants"]:
        do = "map `screening_id` of participants"
        yield "Without a screening number nobody's screening is known", path, do


def known_columns(config: dict) -> dict[str, dict[str, str]]:
    """Return table -> column that the study supplies -> its type; `` where that is not known."""
    known: dict[str, dict[str, str]] = {}
    for part in ("tables", "forms"):
        for table, spec in config.get(part, {}).items():
            columns = known.setdefault(table, {})
            for source in spec["sources"]:
                for name in (*source["columns"], *source.get("constants", {})):
                    columns[name] = "date" if name.endswith("_on") else ""
            for variable in expand_series(spec.get("variables", [])):
                columns[variable["id"]] = variable.get("type", "")
    for item in config.get("questionnaire", {}).get("items", []):
        known.get("questionnaire", {})[item["id"]] = "text"
    return known


def written_out(check: dict, files: dict[str, str]) -> dict:
    """Return a check as its rule is given it: places and times in parts, rule and message.

    The places are ``first`` and ``then``; ``own`` is the one whose record a finding is of.
    ``files`` says of ``table.column`` in which column of which file it stands.
    """
    kind = check["kind"]
    sides = SIDES[kind]
    of = check.get("of", OWN_SIDE[kind])
    own, other = ("first", "then") if of == sides[0] else ("then", "first")
    out = {"id": check["id"], "kind": kind, "own": own, "rule": f"{RULES[kind]}.{check['id']}"}
    out |= {"first": parse_place(check[sides[0]]), "then": parse_place(check[sides[1]])}
    if kind == "agree":
        within = check.get("within")
        out["within"] = parse_time(within) if isinstance(within, str) else _number(within)
    else:
        out["at_least"] = parse_time(check.get("at_least", _none_at_least()))
        out["at_most"] = parse_time(check["at_most"]) if "at_most" in check else []
    read = [f"{t}.{c}" for side in (other, own) for t, c in columns_of(out[side])]
    asked = f"{out[own]['table']}.{out[own]['column']}"
    seen = dict.fromkeys(name for name in read if name != asked)
    beside = "; ".join(files.get(name, name) for name in seen)
    out["message"] = f"{check.get('message') or _said(check, sides)} (beside: {beside})"
    return out


def _none_at_least() -> str:
    return default_of("validation.checks[].at_least")


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _said(check: dict, sides: tuple) -> str:
    first, then = (check[side] for side in sides)
    if check["kind"] == "agree":
        within = f" by more than {check['within']}" if "within" in check else ""
        return f"{first} differs from {then}{within}"
    least, most = check.get("at_least", _none_at_least()), check.get("at_most")
    limits = [f"at least {least}"] if least != _none_at_least() else []
    if not (limits or most):
        return f"{then} lies before {first}"
    limits += [f"at most {most}"] if most else []
    return f"{then} does not lie {' and '.join(limits)} after {first}"
