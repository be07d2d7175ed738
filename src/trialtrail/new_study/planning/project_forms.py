"""The forms of a REDCap project, one for each instrument at each of its events."""

from __future__ import annotations

import re
from collections import Counter

from trialtrail.new_study.asking.answers import Answers, Shape
from trialtrail.new_study.columns.judgement import JudgedFile
from trialtrail.new_study.columns.names import distinct, slug
from trialtrail.new_study.planning.draft import Form
from trialtrail.new_study.planning.form_names import TABLES, label_of
from trialtrail.new_study.planning.form_parts import FOLLOW_UP, dated_column


def redcap_forms(file: JudgedFile, shape: Shape, answers: Answers, forms: dict) -> list[Form]:
    """Return a form for each instrument at each of its events."""
    project = shape.redcap
    assert project is not None
    several = Counter(each.instrument for each in project.forms)
    primary = answers.primary
    has_events = any(each.events for each in project.forms)
    names = [each.instrument for each in project.forms]
    holding = [
        each.instrument
        for each in project.forms
        if primary and any(item["column"] in primary.columns.values() for item in each.variables)
    ]
    found: list[Form] = []
    at_baseline: set[str] = set()
    for each in project.forms:
        name = (
            each.instrument if several[each.instrument] == 1 else f"{each.instrument}_{each.time}"
        )
        name = slug(name, "form") or "form"
        known = [form.id for form in forms.values()] + [form.id for form in found]
        name = distinct([*known, f"{name}_form" if name in TABLES else name])[-1]
        early = each.baseline
        if not has_events:
            early = bool(holding) and names.index(each.instrument) < names.index(holding[0])
        early = early and each.instrument not in at_baseline and not each.repeats
        time = "baseline" if early else slug(each.time, "time") or FOLLOW_UP
        at_baseline |= {each.instrument} if early else set()
        form = Form(name, label_of(each.instrument), time, file.file.name, project.record)
        if each.time and several[each.instrument] > 1:
            form.label = f"{form.label}, {each.time.replace('_', ' ')}"
        form.redcap = {"export": file.file.name, "instrument": each.instrument}
        if each.events:
            form.redcap["events"] = each.events
        if each.repeats:
            form.redcap["repeats"] = each.repeats
        if not has_events:
            form.notes.append(
                "The project has no events: say at which timepoint this was filled in."
            )
        form.time_in_file = each.time
        dated = dated_column(file)
        other = [item["column"] for item in each.variables]
        form.fields = [name for name in other if name not in (answers.arm.heading, dated)]
        if len(form.fields) < len(other):
            fields = [re.sub("___.*", "", name) for name in form.fields]
            form.redcap["fields"] = list(dict.fromkeys(fields))
        if form.fields:
            found.append(form)
    return found
