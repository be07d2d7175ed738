"""Which differences there are between two contents of a plan, and which estimates they touch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialtrail.results.plan_status import (
    ADDED,
    ANALYSIS,
    CHANGED,
    COMPARISON,
    EVERY,
    NONE,
    NOT_RUN,
    OUTCOME,
)

NAME = re.compile(r"[a-z][a-z0-9_]*")
ADDRESSES = ("from", "event", "exposure", "sex", "born", "competing", "censor")
"""Keys of an outcome that name ``form.variable``, one or several."""
Defaults = Mapping[str, Mapping[str, Any]]
"""Part of the content -> key -> the value that stands for it where it is left out."""


class _Absent:
    """What stands where a plan says nothing."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()
EMPTY = (None, ABSENT, [], {}, "")
"""Values that say no more than nothing does."""


@dataclass(frozen=True)
class Difference:
    """One difference between what was locked and what runs.

    Attributes:
        kind: one of `kinds.KINDS`.
        touches: one of `kinds.TOUCHES`.
        key: the path of what differs, within the analysis or outcome that it is of; `ADDED` or
            `NOT_RUN` of an analysis or outcome as a whole.
        analysis: the analysis, "" where it is of none or of all.
        outcome: the outcome, "" where it is of none or of all.
        locked: what was locked, `ABSENT` where nothing was.
        present: what runs, `ABSENT` where nothing does.
    """

    kind: str
    touches: str
    key: str
    analysis: str = ""
    outcome: str = ""
    locked: Any = ABSENT
    present: Any = ABSENT

    @property
    def of(self) -> str:
        """Return what it is of, as a reason in the configuration names it; "" of the whole."""
        return ".".join(filter(None, (self.analysis, self.outcome)))

    @property
    def row(self) -> str:
        """Return the name of its row in `deviations`."""
        return f"{self.of or 'plan'}.{re.sub(r'[^A-Za-z0-9_.-]', '_', self.key)}"


def same(first: Any, second: Any) -> bool:
    """Tell whether two values of JSON are the same; 1 is 1.0, and neither is true."""
    return _text(first) == _text(second)


def _text(value: Any) -> str:
    return repr(value) if value is ABSENT else json.dumps(_numbers(value), sort_keys=True)


def _numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _numbers(part) for key, part in value.items()}
    return list(map(_numbers, value)) if isinstance(value, list) else value


def differences(
    locked: Mapping[str, Any], present: Mapping[str, Any], defaults: Defaults | None = None
) -> list[Difference]:
    """Return the differences between two contents as `plan_of` gives them, each once.

    A key that the locked content does not know and that has no value now, or its default, is no
    difference: a newer version of the program may know more keys.
    """
    compared = _Compared(locked, present, defaults or {})
    return list({(each.of, each.key): each for each in compared.all()}.values())


def addresses_of(outcome: Mapping[str, Any]) -> Iterator[str]:
    """Yield the variables that an outcome of the content is made from, as ``form.variable``."""
    for form, part in outcome["measured"].items():
        yield from (f"{form}.{name}" for name in part["variables"])
    for key in ADDRESSES:
        value = outcome.get(key) or []
        yield from [value] if isinstance(value, str) else value


def families(multiplicity: Mapping[str, Any]) -> list[str]:
    """Return the outcomes of all families of a procedure."""
    found: dict[str, None] = {}
    for procedure, family in multiplicity.items():
        found |= dict.fromkeys(family["weights"] if procedure == "graph" else family)
    return list(found)


def leaves(
    locked: Any, present: Any, defaults: Mapping[str, Any] | None = None, path: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Yield the path of each value that differs, what was locked and what is now."""
    locked = {} if locked is None and isinstance(present, Mapping) else locked
    present = {} if present is None and isinstance(locked, Mapping) else present
    if _has_keys(locked) and _has_keys(present):
        for key in dict.fromkeys((*locked, *present)):
            was, now = locked.get(key, ABSENT), present.get(key, ABSENT)
            if was is ABSENT and _says_nothing(key, now, defaults or {}):
                continue
            if now is ABSENT and was in EMPTY:
                continue
            yield from leaves(was, now, defaults, f"{path}.{key}" if path else key)
    elif not same(locked, present):
        yield path, locked, present


def _has_keys(value: Any) -> bool:
    """Tell whether a value is a mapping whose keys are names, and no codes of people."""
    return isinstance(value, Mapping) and all(map(NAME.fullmatch, value))


def _says_nothing(key: str, now: Any, defaults: Mapping[str, Any]) -> bool:
    """Tell whether a key that was not known says no more than its default."""
    return now in EMPTY or (key in defaults and same(defaults[key], now))


@dataclass(frozen=True)
class _Compared:
    """Two contents that are compared."""

    locked: Mapping[str, Any]
    present: Mapping[str, Any]
    defaults: Defaults

    def all(self) -> Iterator[Difference]:
        """Yield every difference; a variable of several outcomes gives one of each."""
        for key, was, now in leaves(self.locked["whole"], self.present["whole"]):
            yield Difference(CHANGED, EVERY, key, "", "", was, now)
        yield from self.analyses()
        yield from self.outcomes()
        yield from self.variables()
        yield from self.forms()
        yield from self.multiplicity()
        for key, was, now in leaves(self.locked["reported"], self.present["reported"]):
            yield Difference(CHANGED, NONE, key, "", "", was, now)

    def analyses(self) -> Iterator[Difference]:
        mine, theirs = self.present["analyses"], self.locked["analyses"]
        for name in dict.fromkeys((*theirs, *mine)):
            if name not in mine:
                yield Difference(NOT_RUN, ANALYSIS, NOT_RUN, name)
            elif name not in theirs:
                yield Difference(ADDED, ANALYSIS, ADDED, name)
            else:
                yield from self.analysis(name, theirs[name], mine[name])

    def analysis(self, name: str, was: Mapping, now: Mapping) -> Iterator[Difference]:
        """Yield differences of an analysis: outcomes that it has no more, or newly; its keys."""
        for outcome in dict.fromkeys((*was["outcomes"], *now["outcomes"])):
            if outcome not in now["outcomes"] and outcome in self.present["outcomes"]:
                yield Difference(NOT_RUN, COMPARISON, NOT_RUN, name, outcome)
            elif outcome not in was["outcomes"] and outcome in self.locked["outcomes"]:
                yield Difference(ADDED, COMPARISON, ADDED, name, outcome)
        # `variables` follow from the other keys, and are compared by themselves.
        rest = ("outcomes", "variables")
        own = [{k: v for k, v in each.items() if k not in rest} for each in (was, now)]
        for key, before, after in leaves(*own, self.defaults.get("analyses")):
            yield Difference(CHANGED, ANALYSIS, key, name, "", before, after)

    def outcomes(self) -> Iterator[Difference]:
        mine, theirs = self.present["outcomes"], self.locked["outcomes"]
        for name in dict.fromkeys((*theirs, *mine)):
            if name not in mine:
                yield Difference(NOT_RUN, OUTCOME, NOT_RUN, "", name)
            elif name not in theirs:
                yield Difference(ADDED, OUTCOME, ADDED, "", name)
            else:
                found = list(leaves(theirs[name], mine[name], self.defaults.get("outcomes")))
                elsewhere = any(key.startswith("measured.") for key, _, _ in found)
                for key, was, now in found:
                    if key != "timepoints" or not elsewhere:
                        yield Difference(CHANGED, OUTCOME, key, "", name, was, now)

    def variables(self) -> Iterator[Difference]:
        defaults = self.defaults.get("variables")
        for form, own in self.locked["variables"].items():
            now = self.present["variables"].get(form, {})
            for name in (name for name in own if name in now):
                for key, *values in leaves(own[name], now[name], defaults):
                    address = f"{form}.{name}"
                    yield from self.taking([address], f"variables.{address}.{key}", *values)

    def forms(self) -> Iterator[Difference]:
        for form, own in self.locked["forms"].items():
            names = {**self.locked["variables"][form], "completed_on": None}
            names |= self.present["variables"].get(form, {})
            addresses = [f"{form}.{name}" for name in names]
            for key, *values in leaves(own, self.present["forms"].get(form, own)):
                yield from self.taking(addresses, f"forms.{form}.{key}", *values)

    def taking(
        self, addresses: Sequence[str], key: str, was: Any, now: Any
    ) -> Iterator[Difference]:
        """Yield a difference of variables once for each outcome and analysis that takes one."""
        wanted = set(addresses)
        for part, extent in (("outcomes", OUTCOME), ("analyses", ANALYSIS)):
            for name, mine in self.present[part].items():
                theirs = self.locked[part].get(name)
                if theirs is None:
                    continue
                both = (theirs, mine)
                takes = (addresses_of(e) if part == "outcomes" else e["variables"] for e in both)
                if any(wanted & set(each) for each in takes):
                    of = ("", name) if part == "outcomes" else (name, "")
                    yield Difference(CHANGED, extent, key, *of, was, now)

    def multiplicity(self) -> Iterator[Difference]:
        """Yield a change of the family, for each of its outcomes in the main analysis."""
        was, now = self.locked["multiplicity"], self.present["multiplicity"]
        if same(was, now):
            return
        for analysis, entry in self.present["analyses"].items():
            if entry["role"] is not None or analysis not in self.locked["analyses"]:
                continue
            for name in dict.fromkeys((*families(was), *families(now))):
                if name in self.present["outcomes"] and name in self.locked["outcomes"]:
                    key = "multiplicity"
                    yield Difference(CHANGED, COMPARISON, key, analysis, name, was, now)
