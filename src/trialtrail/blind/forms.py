"""The forms of a blinded study: baseline variables, scores, times and events, by pseudonym."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from trialtrail.blind.revealing import in_disguise, in_one_arm_alone
from trialtrail.blind.source import People
from trialtrail.configuration.expand import BASELINE

if TYPE_CHECKING:
    from trialtrail.configuration import Study

EXPORTED = ("integer", "number", "boolean", "category")
"""Types of baseline variables that are exported: no words of people and no days."""
RECORDED, FOLLOWED_UP = "recorded", "followed_up"
"""Variables of a form that say whether a participant has it, and was followed up by the plan."""
DAY = pd.Timestamp("2000-01-01")
"""The day on which every time begins: the days of the trial are in no blinded table."""
TYPE_OF_SCORE = {"binary": "integer", "count": "integer"}
"""Types of scores by the kind of the outcome, where they are no numbers with decimals."""
CLUSTER = "cluster_code"
TIMED = "time_to_event"


@dataclass
class Column:
    """One variable of a blinded form: its entry in the configuration and its values."""

    about: dict[str, Any]
    values: pd.Series

    @property
    def name(self) -> str:
        """Return its id, which is also the name of its column."""
        return self.about["id"]


@dataclass
class Form:
    """One form: what the configuration says of it, and its columns over the same rows.

    The index of the values are pseudonyms, in their order; of a form that ``repeats`` each may
    stand there several times.
    """

    name: str
    label: str
    timepoint: str
    columns: list[Column] = field(default_factory=list)
    repeats: bool = False
    visit: bool = False

    def add(self, name: str, kind: str, label: str, values: pd.Series, **more: Any) -> str:
        """Add a variable; return its name, which is another where the form has one of that name."""
        known = {column.name for column in self.columns}
        while name in known or (name in (RECORDED, FOLLOWED_UP) and kind != "boolean"):
            name += "_"
        about = {"id": name, "column": name, "type": kind, "label": label}
        self.columns.append(Column(about | more, values))
        return name


class Withheld:
    """What a blinded study leaves out, and why: of variables, by their label."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def say(self, what: str, why: str) -> None:
        """Note that something is withheld, once."""
        line = f"{what}: withheld in a blinded run, as {why}."
        if line not in self.notes:
            self.notes.append(line)


def baseline_forms(
    study: Study, people: People, withheld: Withheld, wanted: Sequence[str]
) -> Iterator[Form]:
    """Yield the forms of the baseline with the variables ``wanted`` that do not tell the arms."""
    known = [v for v in study.baseline_variables if v["id"] in people.frame and v["id"] in wanted]
    asked = [v for v in known if v["type"] in EXPORTED]
    for item in known:
        if item["type"] not in EXPORTED:
            withheld.say(_called(item), "days and the words of people may tell an arm")
    for name in study.baseline_forms:
        form = Form(name, study.form_labels[name], BASELINE)
        for item in asked:
            values = people.frame[item["id"]]
            if item["form"] != name:
                continue
            if why := in_disguise(values, people.letters, len(asked)):
                withheld.say(_called(item), why)
                continue
            more = {key: item[key] for key in ("labels", "decimals") if item.get(key)}
            more |= {"unit": item["unit"]} if item["unit"] else {}
            if item["type"] == "category":
                levels = item["levels"] or sorted(values.dropna().unique())
                more |= {"codes": {str(level): str(level) for level in levels}}
            form.add(item["id"], item["type"], _called(item), values, **more)
        yield form


def _called(item: Mapping[str, Any]) -> str:
    label = "" if item.get("label_of_file") else item["label"]
    return label or item["id"].replace("_", " ")


def follow_up_forms(study: Study, people: People, withheld: Withheld) -> Iterator[Form]:
    """Yield the visits after the allocation that all arms have, with who had them."""
    seen = study.analysis("followed_up") or {}
    for name, label in study.follow_up_labels.items():
        has = people.frame[f"has_{name}"].astype(bool)
        if why := in_one_arm_alone(has.where(has, None), people.letters):
            withheld.say(label, why)
            continue
        form = Form(name, label, study.config["forms"][name]["timepoint"], visit=True)
        form.add(RECORDED, "boolean", f"{label}: recorded", has)
        if seen.get("form") == name and "variable" in seen:
            form.add(FOLLOWED_UP, "boolean", seen["label"], people.frame[FOLLOWED_UP])
        yield form


@dataclass
class Scores:
    """The outcomes of a blinded study: forms to which scores were added, and the plan's entries."""

    study: Study
    people: People
    outcomes: pd.DataFrame
    forms: dict[str, Form]
    withheld: Withheld
    entries: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, set[str]] = field(default_factory=dict)
    """Form -> the pseudonyms that have a row in the dataset of outcomes for it."""

    def add_all(self) -> None:
        """Add each outcome of the plan whose scores do not tell the arms apart."""
        name = free_name("times", self.study.tables)
        # No visit: a form of the baseline is none in the flow, and its days have no table.
        timed = Form(name, "Times to events, from a common day", BASELINE)
        for spec in self.study.outcomes:
            if "margin" in spec:
                why = "which arm may be worse tells it; superiority is asked"
                self.withheld.say(f"The margin of {spec['label']}", why)
            entry = self._timed(spec, timed) if spec["kind"] == TIMED else self._scored(spec)
            if entry:
                kept = (*("id", "label", "role", "kind", "unit", "at", "repeated", "change"),
                        *("horizon", "strata", "decimals"))  # fmt: skip
                self.entries.append({k: spec[k] for k in kept if spec.get(k)} | entry)
        if timed.columns:
            self.forms[timed.name] = timed

    @cached_property
    def _rows_of(self) -> dict[tuple[str, str], pd.DataFrame]:
        rows = self.people.of(self.outcomes)
        return dict(iter(rows.groupby(["outcome", "timepoint"])))

    def _of(self, spec: Mapping[str, Any], timepoint: str) -> pd.DataFrame:
        """Return the rows of an outcome at a timepoint, by pseudonym."""
        found = self._rows_of.get((spec["id"], timepoint))
        return self.people.of(self.outcomes[:0]) if found is None else found

    def _scored(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Return the outcome's part of the plan; empty where it is withheld."""
        measured, found = [], []
        for part in spec["measured"]:
            rows = self._of(spec, part["timepoint"])
            values = rows["value"].reindex(self.people.letters.index)
            why = "its form is" if part["form"] not in self.forms else ""
            if why or (why := in_one_arm_alone(values, self.people.letters)):
                needed = [part["timepoint"] in spec.get("repeated", [])]
                needed += [spec.get("change") and not part["follow_up"]]
                self.withheld.say(f"{spec['label']} ({self._time(part)})", why)
                if any(needed) or part["timepoint"] == spec.get("at"):
                    return {}
                continue
            found.append((part, rows, values))
        if not any(part["follow_up"] for part, *_ in found):
            return {}
        entry: dict[str, Any] = {}
        for part, rows, values in found:
            form = self.forms[part["form"]]
            kind, more = TYPE_OF_SCORE.get(spec["kind"], "number"), {}
            if spec["kind"] == "ordered":
                levels = enumerate(spec["levels"])
                kind, more = "category", {"codes": {str(n): str(level) for n, level in levels}}
                values = values.astype("Int64")
            name = form.add(spec["id"], kind, spec["label"], values, **more)
            self.rows.setdefault(form.name, set()).update(rows.index)
            measured.append({"form": form.name, "variables": [name]})
            if "exposure" in spec and part["follow_up"] and not entry:
                time = rows["exposure"].reindex(self.people.letters.index)
                label = f"{spec['label']}: time in which it was counted"
                beside = form.add(f"{spec['id']}_exposure", "number", label, time)
                entry["exposure"] = f"{form.name}.{beside}"
        return (measured[0] if len(measured) == 1 else {"measured": measured}) | entry

    def _time(self, part: Mapping[str, Any]) -> str:
        return self.study.timepoints[part["timepoint"]]

    def _timed(self, spec: Mapping[str, Any], form: Form) -> dict[str, Any]:
        """Return the part of the plan of a time to an event, told as days from a common day."""
        rows = self._of(spec, spec["measured"][0]["timepoint"])
        index = self.people.letters.index
        days = rows["value"].astype("float64").reindex(index)
        code = rows["event"].astype("float64").reindex(index)
        if why := in_one_arm_alone(days, self.people.letters):
            self.withheld.say(spec["label"], why)
            return {}
        self.rows.setdefault(form.name, set()).update(rows.index)
        name, label = spec["id"], spec["label"]
        ends = DAY + pd.to_timedelta(days, unit="D")
        first = pd.Series(DAY, index=index).where(days.notna())
        own = {"from": form.add(f"{name}_from", "date", f"{label}: the time begins", first)}
        own["event"] = form.add(f"{name}_on", "date", label, ends.where(code == 1))
        unfinished = ends.where(code == 0)
        own["censor"] = form.add(f"{name}_last", "date", f"{label}: last seen", unfinished)
        others = []
        for number in range(2, 2 + len(spec.get("competing", []))):
            called, other = f"{label}: another event", ends.where(code == number)
            others.append(form.add(f"{name}_other_{number - 1}", "date", called, other))
        entry = {key: f"{form.name}.{column}" for key, column in own.items()}
        entry["censor"] = [entry["censor"]]
        return entry | ({"competing": [f"{form.name}.{each}" for each in others]} if others else {})


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name of a form that no table and no form has."""
    while name in taken:
        name += "_"
    return name


def cluster_form(values: pd.Series, taken: Collection[str]) -> Form:
    """Return the form that names the cluster of each participant."""
    form = Form(free_name("clusters", taken), "Clusters", BASELINE)
    form.add(CLUSTER, "category", "Cluster", values)
    return form
