"""Events of harm: who had them and how often, by arm, system and seriousness.

What is counted follows CONSORT Harms 2022 (Junqueira and others, BMJ 2023;381:e073725):
participants with an event and events apart, denominators by arm, serious events by themselves. All
is descriptive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trialtrail.analysis.two_groups import newcombe_interval
from trialtrail.tables import as_text, is_in

NAMES, RULES = ("system", "event", "severity"), ("serious", "related")
"""Keys of the plan: variables that tell events apart, and rules by which an event is so."""
ANY, SERIOUS = "any", "serious"
NOT_RECORDED = "not_recorded"
RANDOMISED = "randomised"
LABELS = {
    ANY: "Any event",
    "serious": "Any serious event",
    "serious.unknown": "Not recorded whether serious",
    "related": "Any related event",
    "related.unknown": "Not recorded whether related",
    "system": "System not recorded",
    "event": "Event not named",
    "severity": "Severity not recorded",
}
OF_TIME = ("timed", "person_years", "per_100_person_years")
"""Cells of a row about the time at risk."""
PERCENT = 100


Level = tuple[str, str, np.ndarray]
"""A value of a variable: its name in rows, what readers call it, the places of the events."""


@dataclass(frozen=True)
class Group:
    """Events that one row an arm counts.

    Attributes:
        item: the name of the row, without the arm.
        kind: what kind of item it is (see `schemas.results.harms.KINDS`).
        label: what readers call it.
        places: which of all events belong to it, by their place among them.
        by: keys of the plan whose variables say which they are.
        about: columns of the row that name them.
    """

    item: str
    kind: str
    label: str
    places: np.ndarray
    by: tuple[str, ...]
    about: Mapping[str, str]

    @property
    def is_compared(self) -> bool:
        """Tell whether the arms are compared in it: all events, all serious ones, each system."""
        return self.kind == "total" or (self.kind == "system" and self.about["seriousness"] == ANY)


def levels_of(values: pd.Series, places: np.ndarray, spec: Mapping, unnamed: str) -> list[Level]:
    """Return the levels of the values at some places.

    They are in the order of the codes of the plan, else of the alphabet, or of their size where
    they are numbers; what is not recorded comes last. Spellings that differ in case and spaces are
    one level, which is called as most of them are spelt.
    """
    texts = as_text(values.iloc[places].convert_dtypes()).astype("string").reset_index(drop=True)
    alike = texts.str.casefold().str.split().str.join(" ")
    codes = {" ".join(str(each).casefold().split()): n for n, each in enumerate(spec["levels"])}
    those: dict[str, np.ndarray] = alike.groupby(alike).indices
    found, used = [], set()
    for key in sorted(those, key=lambda each: (codes.get(each, len(codes)), _size(each), each)):
        spelt = str(texts.iloc[those[key]].mode().iloc[0])
        in_words = spelt.replace("_", " ") if spelt in spec["levels"] else spelt
        label = " ".join(spec["labels"].get(spelt, in_words).split())
        found.append((_free(spelt, used), label[:1].upper() + label[1:], places[those[key]]))
    if alike.isna().any():
        found.append((_free(NOT_RECORDED, used), unnamed, places[alike.isna().to_numpy(bool)]))
    return found


def _size(text: str) -> float:
    """Return the number that a text is, 0 where it is none."""
    return float(text) if re.fullmatch(r"\d+", text) else 0.0


def _free(text: str, used: set[str]) -> str:
    """Return a text as a part of the name of a row that no other of ``used`` has; take it."""
    plain = re.sub(r"[\W_]+", "_", text.casefold()).strip("_") or "unnamed"
    name, count = plain, 1
    while name in used:
        count += 1
        name = f"{plain}_{count}"
    used.add(name)
    return name


def groups_of(events: pd.DataFrame, plan: Mapping) -> Iterator[Group]:
    """Yield the groups in the order of the table: all events, parts of all, systems and events."""
    every = np.arange(len(events))
    yield Group(ANY, "total", LABELS[ANY], every, (), {"seriousness": ANY})
    for key in RULES:
        if key not in plan:
            continue
        kind = "total" if key == SERIOUS else key
        about = {"seriousness": SERIOUS if key == SERIOUS else ANY}
        yield Group(key, kind, LABELS[key], _so(events, key), (key,), about)
        unknown = np.flatnonzero(events[key].isna())
        if len(unknown):
            item, label = f"{key}_{NOT_RECORDED}", LABELS[f"{key}.unknown"]
            yield Group(item, "unknown", label, unknown, (key,), {"seriousness": ANY})
    if "severity" in plan:
        spec = plan["severity"]
        for name, level, those in levels_of(events["severity"], every, spec, LABELS["severity"]):
            label = f"{spec['called']} {level}" if level.isdecimal() else level
            about = {"seriousness": ANY, "severity": level}
            yield Group(f"severity.{name}", "severity", label, those, ("severity",), about)
    yield from _by_system(events, plan, ANY, every)
    if SERIOUS in plan:
        yield from _by_system(events, plan, SERIOUS, _so(events, SERIOUS))


def _so(events: pd.DataFrame, key: str) -> np.ndarray:
    """Return the places of the events that are so by a rule of the plan."""
    return np.flatnonzero(events[f"is_{key}"].to_numpy(bool))


def _by_system(
    events: pd.DataFrame, plan: Mapping, seriousness: str, whole: np.ndarray
) -> Iterator[Group]:
    """Yield the systems of the events at some places, and after each its events."""
    first = () if seriousness == ANY else (SERIOUS,)
    systems: list[Level] = [("", "", np.arange(len(events)))]
    if "system" in plan:
        systems = levels_of(events["system"], systems[0][2], plan["system"], LABELS["system"])
    for name, system, of_system in systems:
        inside = np.intersect1d(of_system, whole)
        if not len(inside):
            continue
        by, item, about = first, seriousness, {"seriousness": seriousness}
        if name:
            by, item, about = (*by, "system"), f"{item}.{name}", about | {"system": system}
            yield Group(item, "system", system, inside, by, about)
        for part, label, those in _most_frequent(events, plan, inside):
            named = about | {"event": label}
            yield Group(f"{item}.{part}", "event", label, those, (*by, "event"), named)


def _most_frequent(events: pd.DataFrame, plan: Mapping, inside: np.ndarray) -> list[Level]:
    """Return the events at some places by participants, then events, then letters."""
    people = events["participant_id"].to_numpy()

    def place(level: Level) -> tuple[int, int, str, str]:
        name, label, those = level
        return -len(set(people[those])), -len(those), label.casefold(), name

    return sorted(levels_of(events["event"], inside, plan["event"], LABELS["event"]), key=place)


class Tally:
    """The counts of groups of events, arm by arm.

    Args:
        events: the events that are counted: ``participant_id`` and ``arm``.
        people: the participants that are counted: ``participant_id``, ``arm`` and ``years``, their
            time at risk where it is known.
        arms: id and label of each arm, the reference first.
        population: who the people are.
    """

    def __init__(
        self,
        events: pd.DataFrame,
        people: pd.DataFrame,
        arms: Sequence[Mapping[str, str]],
        population: str,
    ) -> None:
        self._arms, self._population = [arm["id"] for arm in arms], population
        self._who, self._arm = (events[name].to_numpy() for name in ("participant_id", "arm"))
        timed = people[people["years"].notna()]
        self._timed = is_in(events["participant_id"], timed["participant_id"]).to_numpy(bool)
        self._sizes = people["arm"].value_counts().to_dict()
        self._times = timed.groupby("arm")["years"].agg(["size", "sum"]).to_dict("index")

    def rows(self, group: Group) -> list[dict[str, Any]]:
        """Return a row an arm: participants with such an event, such events, and time at risk."""
        rows = []
        for arm in self._arms:
            own = group.places[self._arm[group.places] == arm]
            n, size = len(set(self._who[own])), self._sizes.get(arm, 0)
            row: dict[str, Any] = {"row": f"{group.item}.{arm}", "item": group.item, **group.about}
            row |= {"kind": group.kind, "label": group.label}
            row |= {"arm": arm, "population": self._population}
            row |= {"participants": n, "events": len(own), "denominator": size}
            row["percent"] = PERCENT * n / size if size else None
            if self._times:
                time = self._times.get(arm, {"size": 0, "sum": 0.0})
                counted, years = int(self._timed[own].sum()), float(time["sum"])
                rate = PERCENT * counted / years if years else None
                row |= dict(zip(OF_TIME, (int(time["size"]), years, rate), strict=True))
            rows.append(row)
        return rows


def with_differences(
    rows: list[dict[str, Any]], arms: Sequence[Mapping[str, str]], level: float
) -> list[dict[str, Any]]:
    """Return the rows of a group, one an arm, each but the first with its difference from that."""
    reference = rows[0]
    out = [reference]
    for row in rows[1:]:
        row = row | {"reference": reference["arm"], "measure": "risk_difference", "level": level}
        row["unit"] = "percentage points"
        empty = [each for each in (row, reference) if not each["denominator"]]
        if empty:
            labels = {arm["id"]: arm["label"] for arm in arms}
            named = " and the arm ".join(labels[each["arm"]] for each in empty)
            out.append(row | {"note": f"no participant in the arm {named}"})
            continue
        counts = row["participants"], row["denominator"]
        others = reference["participants"], reference["denominator"]
        limits = newcombe_interval(*counts, *others, level)
        lower, upper = (PERCENT * limit for limit in limits)
        row["estimate"] = row["percent"] - reference["percent"]
        out.append(row | {"lower": lower, "upper": upper})
    return out
