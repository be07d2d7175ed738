"""Patterns that people register of a query before they look, and whether its numbers show them.

A pattern is a short phrase, ``above 50``, ``differs``, ``greater in A than B``. `parse_pattern`
reads it, `state_of` says whether it holds. A pattern of an estimate is judged by its interval and
never by its point alone; one that the numbers cannot answer, for want of a value, an interval or
anybody to count, *cannot be said*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trialtrail.errors import StudyError

HOLDS, FAILS, UNKNOWN = "holds", "does not hold", "cannot be said"
PHRASES = (
    "above 50, at least 50, below 50, at most 50, between 20 and 40 (of the percentage, the value "
    "or the estimate; with `people` behind it, of the count)",
    "found in at least 3, found in all, found in none",
    "differs, differs by at least 5, does not differ by 5, excludes zero, includes zero",
    "greater in A than B, less in A than B",
)
"""What a pattern may say, for messages."""
RULE = "a registered pattern is one of: " + "; ".join(PHRASES)
NUMBER = r"(-?\d+(?:\.\d+)?|zero|one)"
UNIT = r"(?: ?(%|percent|per cent|points|people|persons|interviews|times))?"
OF_PERCENT, OF_COUNT = {"%", "percent", "per cent"}, {"people", "persons", "interviews", "times"}

Facts = Mapping[str, Any]
"""Numbers of a finding by column; ``group`` and ``group_other`` name what is compared, ``nothing``
is the value of no difference."""


@dataclass(frozen=True)
class Pattern:
    """A registered pattern.

    Attributes:
        text: the phrase, as it is registered.
        form: which of the forms it has, a key of `FORMS`.
        parts: what stands in the places of its numbers, unit or groups.
    """

    text: str
    form: str
    parts: tuple[str, ...]


FORMS: dict[str, re.Pattern[str]] = {
    "limit": re.compile(rf"(above|over|more than|at least|below|under|at most) {NUMBER}{UNIT}"),
    "range": re.compile(rf"between {NUMBER} and {NUMBER}{UNIT}"),
    "found": re.compile(rf"found in (all|none|at least {NUMBER}){UNIT}"),
    "interval": re.compile(rf"(excludes|includes) {NUMBER}"),
    "differs": re.compile(rf"differs(?: by at least {NUMBER})?{UNIT}"),
    "alike": re.compile(rf"does not differ(?: by {NUMBER}{UNIT}(?: or more)?)?"),
    "order": re.compile(r"(greater|less) in (.+) than (?:in )?(.+)"),
}


def parse_pattern(text: str, *, where: str) -> Pattern:
    """Return the pattern that a phrase registers.

    Raises:
        StudyError: the phrase is none that can be judged.
    """
    said = " ".join(str(text).split())
    for form, phrase in FORMS.items():
        if found := phrase.fullmatch(said) or phrase.fullmatch(said.lower()):
            return Pattern(said, form, tuple(part or "" for part in found.groups()))
    raise StudyError(
        f"the pattern `{said}` cannot be judged",
        where=where,
        rule=RULE,
        remedy="write one of these phrases",
    )


def state_of(pattern: Pattern, facts: Facts, *, where: str) -> str:
    """Return whether the numbers of a finding show a pattern: `HOLDS`, `FAILS` or `UNKNOWN`.

    Raises:
        StudyError: the pattern is not one of such a finding, or names no group of it.
    """
    shown = JUDGES[pattern.form](pattern, facts, where)
    return UNKNOWN if shown is None else HOLDS if shown else FAILS


def measured(facts: Facts, unit: str = "") -> float | None:
    """Return the number that a limit is about: the value, else percentage, estimate or count."""
    if unit in OF_COUNT:
        return facts.get("n")
    if unit in OF_PERCENT:
        return facts.get("percent")
    order = ("value", "percent", "estimate")
    found = [facts[name] for name in order if facts.get(name) is not None]
    if found:
        return found[0]
    # A percentage of nobody is missing and is no count.
    return facts.get("n") if facts.get("denominator") is None else None


def _limit(pattern: Pattern, facts: Facts, where: str) -> bool | None:
    how, limit, unit = pattern.parts
    value = measured(facts, unit)
    return None if value is None else COMPARE[how](value, number(limit))


def _range(pattern: Pattern, facts: Facts, where: str) -> bool | None:
    low, high, unit = pattern.parts
    value = measured(facts, unit)
    return None if value is None else number(low) <= value <= number(high)


def _found(pattern: Pattern, facts: Facts, where: str) -> bool | None:
    how, least, _ = pattern.parts
    n, of = facts.get("n"), facts.get("denominator")
    if n is None or (of is not None and not of):
        return None
    if how == "all":
        return None if of is None else n == of
    return n == 0 if how == "none" else n >= number(least)


def _interval(pattern: Pattern, facts: Facts, where: str) -> bool | None:
    how, value = pattern.parts
    limits = _limits(facts)
    if limits is None:
        return None
    inside = limits[0] <= number(value) <= limits[1]
    return inside if how == "includes" else not inside


def _differs(pattern: Pattern, facts: Facts, where: str) -> bool | None:
    least = pattern.parts[0]
    if _of_people(facts):
        apart = _share_apart(facts)
        return None if apart is None else abs(apart) >= number(least) if least else apart != 0
    limits, none = _limits(facts), facts.get("nothing", 0.0)
    if limits is None:
        return None
    margin = number(least) if least else 0.0
    return limits[0] > none + margin or limits[1] < none - margin


def _alike(pattern: Pattern, facts: Facts, where: str) -> bool | None:
    margin = pattern.parts[0]
    if _of_people(facts):
        apart = _share_apart(facts)
        return None if apart is None else abs(apart) < number(margin) if margin else apart == 0
    limits, none = _limits(facts), facts.get("nothing", 0.0)
    if limits is None:
        return None
    if margin:
        return none - number(margin) < limits[0] and limits[1] < none + number(margin)
    return limits[0] <= none <= limits[1]


def _order(pattern: Pattern, facts: Facts, where: str) -> bool | None:
    how, first, second = pattern.parts
    names = [{str(name).casefold() for name in facts.get(key) or ()} for key in GROUPS]
    ways = {(True, False): 1, (False, True): -1}
    known = first.casefold() in names[0] and second.casefold() in names[1]
    turned = first.casefold() in names[1] and second.casefold() in names[0]
    if not (known or turned):
        told = [" or ".join(f"`{name}`" for name in facts.get(key) or ()) for key in GROUPS]
        raise StudyError(
            f"the pattern `{pattern.text}` compares what the query does not",
            where=where,
            rule="`greater in A than B` names the two groups of a comparison",
            remedy=f"name {told[0]} and {told[1]}" if all(told) else "give it to a comparison",
        )
    sign = ways[known, turned] * (1 if how == "greater" else -1)
    if _of_people(facts):
        apart = _share_apart(facts)
        return None if apart is None else sign * apart > 0
    limits, none = _limits(facts), facts.get("nothing", 0.0)
    if limits is None:
        return None
    return limits[0] > none if sign > 0 else limits[1] < none


GROUPS = ("group", "group_other")
COMPARE: dict[str, Callable[[float, float], bool]] = {
    **dict.fromkeys(("above", "over", "more than"), lambda value, limit: value > limit),
    "at least": lambda value, limit: value >= limit,
    **dict.fromkeys(("below", "under"), lambda value, limit: value < limit),
    "at most": lambda value, limit: value <= limit,
}
JUDGES: dict[str, Callable[[Pattern, Facts, str], bool | None]] = {
    "limit": _limit,
    "range": _range,
    "found": _found,
    "interval": _interval,
    "differs": _differs,
    "alike": _alike,
    "order": _order,
}


def number(text: str) -> float:
    """Return a number that is written in digits, or as zero or one."""
    return {"zero": 0.0, "one": 1.0}.get(text) if text in ("zero", "one") else float(text)


def _limits(facts: Facts) -> tuple[float, float] | None:
    lower, upper = facts.get("lower"), facts.get("upper")
    return None if lower is None or upper is None else (lower, upper)


def _of_people(facts: Facts) -> bool:
    """Tell whether a finding compares counts of people, who were chosen and not drawn."""
    return "percent_other" in facts


def _share_apart(facts: Facts) -> float | None:
    """Return by how many percentage points the share of the first group is above the other's."""
    one, other = facts.get("percent"), facts.get("percent_other")
    return None if one is None or other is None else one - other
