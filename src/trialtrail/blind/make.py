"""Make a blinded study: its exports and its configuration, from finished results and a key.

Whatever a run makes of the blinded study is made from these files alone, so nothing of it can tell
more of the arms than they do. Here no rule looks at which arm is which: from the first step on the
rows have letters, and each question is put to all letters alike.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from trialtrail.blind.events import LAST_DAY, event_forms, time_at_risk
from trialtrail.blind.forms import (
    DAY,
    FOLLOWED_UP,
    RECORDED,
    Form,
    Scores,
    Withheld,
    baseline_forms,
    cluster_form,
    follow_up_forms,
    free_name,
)
from trialtrail.blind.keys import LETTERS, Key
from trialtrail.blind.plan import Kept, Reduced, clustered_arms, used_variables
from trialtrail.blind.revealing import check_ratio, check_sizes, in_one_arm_alone, units_of
from trialtrail.blind.sections import withheld_sections
from trialtrail.blind.source import Finished, People, people_of
from trialtrail.configuration.blinding import FORM, PERMUTED, SCRAMBLED
from trialtrail.configuration.expand import BASELINE
from trialtrail.derive.populations import EXCLUSION, LOSS, WITHDRAWAL

if TYPE_CHECKING:
    from trialtrail.configuration import Study

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
WIDE = 10_000
"""Letters of a line of YAML that is not broken: where lines break, the two writers of it differ."""
UNSAID = "not told in a blinded run"
"""Stands for the reason of an exclusion or withdrawal."""
REASONS = {
    EXCLUSION: "Exclusions after randomisation",
    WITHDRAWAL: "Withdrawals",
    LOSS: "Losses to follow-up",
}
DATES = "%Y-%m-%d"
PROVIDER = "provider"
COPIED = ("title", "short_name", "subtitle", "synthetic", "words")
"""What the blinded study says of itself as the study does; the arms have no description."""


@dataclass(frozen=True)
class Blinded:
    """The files of a blinded study by their paths in its folder, and the letter of each arm."""

    files: Mapping[str, bytes]
    letters: Mapping[str, str]


def blinded_study(
    study: Study, finished: Finished, key: Key, *, scrambled: bool = False
) -> Blinded:
    """Return the blinded study of finished results.

    Args:
        study: the configuration of the unblinded run.
        finished: its datasets.
        key: which arm is which letter.
        scrambled: each participant has a letter drawn at random.

    Raises:
        StudyError: the sizes of the arms tell which is which.
    """
    if not scrambled:
        check_ratio(study.config["study"].get("allocation", {}))
    people = people_of(study, finished, key, scrambled)
    withheld = Withheld()
    clusters = _clusters(study, people, key)
    if not scrambled:
        check_sizes(units_of(people.letters, clusters), len(study.arms))
    forms, analysis = _forms_and_plan(study, finished, people, clusters, withheld)
    if study.has("screening"):
        withheld.say("The log of screening", "it holds the ids and the words of people")
    tables = {"participants": _participants(people, withheld, _dated(forms))}
    tables |= {form.name: _table(form) for form in forms.values()}
    exports = {f"data/{name}.csv": _csv(rows) for name, rows in tables.items()}
    config = _config(study, forms, analysis, tables["participants"][0])
    config["blinded"] = {
        "form": FORM,
        "arms": SCRAMBLED if scrambled else PERMUTED,
        "exports": {name: hashlib.sha256(data).hexdigest() for name, data in exports.items()},
        "sections": withheld_sections(study),
        "notes": withheld.notes,
    }
    text = yaml.dump(config, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=WIDE)
    letters = key.letters([arm["id"] for arm in study.arms])
    return Blinded({"study.yaml": text.encode(), **exports}, {} if scrambled else letters)


def _clusters(study: Study, people: People, key: Key) -> pd.Series | None:
    """Return the cluster of each participant, by pseudonyms; None where an arm has none."""
    column = study.cluster_column
    if not column or column not in people.frame:
        return None
    within = clustered_arms(study)
    names = people.frame[column].dropna().astype(str)
    values = people.frame[column].astype("string").astype(object)
    found = values.map(key.pseudonyms(names, "C"))
    whole = within == {arm["id"] for arm in study.arms}
    return found if whole and not in_one_arm_alone(found, people.letters) else None


def _forms_and_plan(
    study: Study,
    finished: Finished,
    people: People,
    clusters: pd.Series | None,
    withheld: Withheld,
) -> tuple[dict[str, Form], dict[str, Any]]:
    """Return the forms of the blinded study, by name, and its analysis plan."""
    wanted = [name for name in used_variables(study) if name != study.cluster_column]
    forms = {form.name: form for form in baseline_forms(study, people, withheld, wanted)}
    variables = frozenset(column.name for form in forms.values() for column in form.columns)
    forms |= {form.name: form for form in follow_up_forms(study, people, withheld)}
    scores = None
    if finished.outcomes is not None:
        scores = Scores(study, people, finished.outcomes, forms, withheld)
        scores.add_all()
    if clusters is not None:
        own = cluster_form(clusters, (*study.tables, *forms))
        forms[own.name] = own
    visits = {f"has_{form.name}" for form in forms.values() if form.visit}
    entries = scores.entries if scores else []
    for entry in entries:
        if "strata" in entry:
            entry["strata"] = [name for name in entry["strata"] if name in variables]
    kept = Kept(
        variables,
        frozenset(entry["id"] for entry in entries),
        variables | visits,
        clusters is not None,
    )
    plan = Reduced(study.config.get("analysis", {}), kept, withheld).plan()
    plan["baseline"] = [v["id"] for v in study.baseline_table if v["id"] in variables]
    events, harms = event_forms(study, finished, people, withheld)
    if harms and (last := time_at_risk(study, finished, people, withheld)) is not None:
        own = Form(free_name("time_at_risk", (*study.tables, *forms)), "Time at risk", BASELINE)
        day = own.add(LAST_DAY, "date", "Last day at risk, from a common day", last)
        harms["exposure"] = {"until": f"{own.name}.{day}"}
        forms[own.name] = own
    plan |= _followed_up(study, forms)
    plan |= {"harms": harms} if harms else {}
    plan |= {"outcomes": entries} if entries else {}
    forms |= {form.name: form for form in events}
    rows = scores.rows if scores else {}
    whole = {name: _with_rows(form, people, rows.get(name, set())) for name, form in forms.items()}
    forms = {name: form for name, form in whole.items() if form.columns}
    plan |= _timepoints(study, forms)
    return forms, plan


def _followed_up(study: Study, forms: Mapping[str, Form]) -> dict[str, Any]:
    """Return what followed up means, where its form is one of the blinded study."""
    seen = study.analysis("followed_up")
    if not seen or seen["form"] not in forms:
        return {}
    found = {"form": seen["form"], "label": seen["label"]}
    names = {column.name for column in forms[seen["form"]].columns}
    own = "variable" in seen and FOLLOWED_UP in names
    return {"followed_up": found | ({"variable": FOLLOWED_UP, "values": [True]} if own else {})}


def _timepoints(study: Study, forms: Mapping[str, Form]) -> dict[str, Any]:
    there = {form.timepoint for form in forms.values()}
    listed = [each for each in study.analysis("timepoints", []) if each["id"] in there]
    return {"timepoints": listed} if listed else {}


def _with_rows(form: Form, people: People, rows: set[str]) -> Form:
    """Return a form with the rows of those who have it alone; events have theirs."""
    if form.repeats or not form.columns:
        return form
    there = pd.Series(people.letters.index.isin(rows), people.letters.index)
    for column in form.columns:
        there |= (column.values if column.name == RECORDED else column.values.notna()).astype(bool)
    for column in form.columns:
        column.values = column.values[there]
    return form


def _dated(forms: Mapping[str, Form]) -> bool:
    """Return whether a time at risk is told, from the common day on."""
    return any(c.about["id"].startswith(LAST_DAY) for f in forms.values() for c in f.columns)


def _participants(
    people: People, withheld: Withheld, dated: bool
) -> tuple[list[str], list[list[str]]]:
    """Return the table of participants: pseudonym, letter, and who was excluded or withdrew."""
    frame = pd.DataFrame({"participant_id": people.letters.index, "arm": people.letters.to_numpy()})
    if dated:
        frame["randomised_on"] = DAY.strftime(DATES)
    for name, label in REASONS.items():
        if name not in people.frame:
            continue
        gone = people.frame[name].notna()
        if why := in_one_arm_alone(gone.where(gone, None), people.letters):
            withheld.say(label, why)
        else:
            frame[name] = gone.map({True: UNSAID, False: ""}).to_numpy()
    return list(frame), frame.astype(str).to_numpy().tolist()


def _table(form: Form) -> tuple[list[str], list[list[str]]]:
    """Return the table of a form: pseudonym, number of the instance where it repeats, variables."""
    index = form.columns[0].values.index
    columns = [list(index)]
    names = ["participant_id"]
    if form.repeats:
        numbers = pd.Series(index).groupby(list(index)).cumcount() + 1
        columns.append(numbers.astype(str).tolist())
        names.append("number")
    for column in form.columns:
        names.append(column.name)
        columns.append([_cell(value, column.about["type"]) for value in column.values.tolist()])
    return names, [list(row) for row in zip(*columns, strict=True)]


def _cell(value: Any, kind: str) -> str:
    """Return a value as the blinded export has it; a number in all its digits."""
    if value is None or value is pd.NA or value != value:  # the last of NaN and of no day
        return ""
    if kind == "boolean":
        return "yes" if value else "no"
    if kind == "integer":
        return str(int(value))
    if kind == "number":
        return repr(float(value))
    return value.strftime(DATES) if kind == "date" else str(value)


def _csv(table: tuple[Sequence[str], Sequence[Sequence[str]]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([table[0], *table[1]])
    return stream.getvalue().encode()


def _config(
    study: Study, forms: Mapping[str, Form], analysis: Mapping[str, Any], columns: Sequence[str]
) -> dict[str, Any]:
    """Return the configuration of the blinded study, but for what `blinded` says."""
    given = study.config["study"]
    arms = [{"id": letter.lower(), "label": letter} for letter in LETTERS[: len(study.arms)]]
    exports = {
        name: {"file": f"data/{name}.csv", "encoding": "utf-8", "dates": DATES}
        for name in ("participants", *forms)
    }
    people = {
        "export": "participants",
        "columns": {name: name for name in columns},
        "codes": {"arm": {arm["label"]: arm["id"] for arm in arms}},
    }
    return {
        "study": {key: given[key] for key in COPIED if key in given} | {"arms": arms},
        "exports": exports,
        "missing": [""],
        "tables": {"participants": {"sources": [people]}},
        **({"forms": {name: _form(form) for name, form in forms.items()}} if forms else {}),
        "analysis": dict(analysis),
        "blind": True,
    }


def _form(form: Form) -> dict[str, Any]:
    source = {"export": form.name, "columns": {"participant_id": "participant_id"}}
    found: dict[str, Any] = {"label": form.label, "timepoint": form.timepoint}
    if form.repeats:
        found["repeats"] = "number"
    if form.visit:
        found["took_place"] = {"variable": RECORDED, "values": [True]}
    variables = [dict(column.about) for column in form.columns]
    for variable in variables:
        if variable["type"] == "boolean":
            variable["codes"] = {"yes": True, "no": False}
    return found | {"sources": [source], "variables": variables}
