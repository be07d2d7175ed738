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


@dataclass(frozen=True)
class Group:
    """Events that one row an arm counts.

    Attributes:
        item: the name of the row, without the arm.
        kind: what kind of item it is (see `schemas.results.harms.KINDS`).
        label: what readers call it.
        those: which of all events belong to it.
        by: keys of the plan whose variables say which they are.
        about: columns of the row that name them.
    """

    item: str
    kind: str
    label: str
    those: pd.Series
    by: tuple[str, ...]
    about: Mapping[str, str]

    @property
    def is_compared(self) -> bool:
        """Tell whether the arms are compared in it: all events, all serious ones, each system."""
        return self.kind == "total" or (self.kind == "system" and self.about["seriousness"] == ANY)


def levels_of(values: pd.Series, spec: Mapping, unnamed: str) -> list[tuple[str, str, pd.Series]]:
    """Return the levels that values have: name in rows, label, and which of the values it is.

    They are in the order of the codes of the plan, else of the alphabet, or of their size where
    they are numbers; what is not recorded comes last. Spellings that differ in case and spaces are
    one level, which is called as most of them are spelt.
    """
    texts = as_text(values.convert_dtypes()).astype("string")
    alike = texts.str.casefold().str.split().str.join(" ")
    found, used = [], set()
    for key in sorted(alike.dropna().unique(), key=lambda each: _place(each, spec["levels"])):
        those = (alike == key).fillna(False).astype(bool)
        spelt = str(texts[those].mode().iloc[0])
        in_words = spelt.replace("_", " ") if spelt in spec["levels"] else spelt
        label = " ".join(spec["labels"].get(spelt, in_words).split())
        found.append((_free(spelt, used), label[:1].upper() + label[1:], those))
    if alike.isna().any():
        found.append((_free(NOT_RECORDED, used), unnamed, alike.isna()))
    return found


def _place(key: str, levels: Sequence[str]) -> tuple[int, float, str]:
    """Return by what a level is sorted: its place among the codes, its size, its letters."""
    places = [" ".join(str(level).casefold().split()) for level in levels]
    number = float(key) if re.fullmatch(r"\d+", key) else 0.0
    return (places.index(key) if key in places else len(places), number, key)


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
    every = pd.Series(True, index=events.index)
    yield Group(ANY, "total", LABELS[ANY], every, (), {"seriousness": ANY})
    for key in RULES:
        if key not in plan:
            continue
        kind = "total" if key == SERIOUS else key
        about = {"seriousness": SERIOUS if key == SERIOUS else ANY}
        yield Group(key, kind, LABELS[key], events[f"is_{key}"].astype(bool), (key,), about)
        if (unknown := events[key].isna()).any():
            item, label = f"{key}_{NOT_RECORDED}", LABELS[f"{key}.unknown"]
            yield Group(item, "unknown", label, unknown, (key,), {"seriousness": ANY})
    if "severity" in plan:
        spec = plan["severity"]
        for name, level, those in levels_of(events["severity"], spec, LABELS["severity"]):
            label = f"{spec['called']} {level}" if level.isdecimal() else level
            about = {"seriousness": ANY, "severity": level}
            yield Group(f"severity.{name}", "severity", label, those, ("severity",), about)
    yield from _by_system(events, plan, ANY, every)
    if SERIOUS in plan:
        yield from _by_system(events, plan, SERIOUS, events["is_serious"].astype(bool))


def _by_system(
    events: pd.DataFrame, plan: Mapping, seriousness: str, whole: pd.Series
) -> Iterator[Group]:
    """Yield the systems of some events, and after each its events, the most frequent first."""
    first = () if seriousness == ANY else (SERIOUS,)
    systems = [("", "", pd.Series(True, index=events.index))]
    if "system" in plan:
        systems = levels_of(events["system"], plan["system"], LABELS["system"])
    for name, system, inside in systems:
        inside = inside & whole
        if not inside.any():
            continue
        by, item, about = first, seriousness, {"seriousness": seriousness}
        if name:
            by, item, about = (*by, "system"), f"{item}.{name}", about | {"system": system}
            yield Group(item, "system", system, inside, by, about)
        for part, label, those in _most_frequent(events, plan, inside):
            named = about | {"event": label}
            yield Group(f"{item}.{part}", "event", label, those, (*by, "event"), named)


def _most_frequent(
    events: pd.DataFrame, plan: Mapping, inside: pd.Series
) -> list[tuple[str, str, pd.Series]]:
    """Return the events among ``inside``, by participants, then events, then letters."""
    levels = levels_of(events.loc[inside, "event"], plan["event"], LABELS["event"])
    whole = [
        (n, label, those.reindex(events.index, fill_value=False)) for n, label, those in levels
    ]
    people = events["participant_id"]
    return sorted(
        whole, key=lambda each: (-people[each[2]].nunique(), -int(each[2].sum()), each[1])
    )


def rows_of_group(
    group: Group,
    events: pd.DataFrame,
    people: pd.DataFrame,
    arms: Sequence[Mapping[str, str]],
    population: str,
) -> list[dict[str, Any]]:
    """Return a row an arm: participants with such an event, such events, and time at risk."""
    rows = []
    mine = events[group.those]
    for arm in (each["id"] for each in arms):
        own, whole = mine[mine["arm"] == arm], people[people["arm"] == arm]
        n, size = int(own["participant_id"].nunique()), len(whole)
        row: dict[str, Any] = {"row": f"{group.item}.{arm}", "item": group.item, **group.about}
        row |= {"kind": group.kind, "label": group.label, "arm": arm, "population": population}
        row |= {"participants": n, "events": len(own), "denominator": size}
        row["percent"] = PERCENT * n / size if size else None
        timed = whole[whole["years"].notna()]
        if people["years"].notna().any():
            years = float(timed["years"].sum())
            counted = int(is_in(own["participant_id"], timed["participant_id"]).sum())
            rate = PERCENT * counted / years if years else None
            row |= dict(zip(OF_TIME, (len(timed), years, rate), strict=True))
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
