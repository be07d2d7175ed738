"""The items of a plan as a document: what fills them, what leaves them open, what is missing."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache

import pytest
import yaml

from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.configuration.plan_facts import plan_facts
from trialtrail.configuration.schema import schema_keys
from trialtrail.planning.described import Stated
from trialtrail.planning.facts import Facts
from trialtrail.planning.items import FILLED, MISSING, OWN, PART, SECTIONS, counts, told_items

SHIPPED = ROOT / "config" / "config.yaml"
STUDIES = sorted((ROOT / "tests" / "studies").glob("*/study.yaml"))
NUMBERS = (
    "1a 1b 2 3 4a 4b 4c 5 6a 6b 6c 7 8 9 10 11 12 13a 13b 13c 14 15 16 17 18 19a 19b 19c 19d 20 "
    "21 22 23 24a 24b 24c 25a 25b 26a 26b 26c 27a 27b 27c 27d 27e 27f 28 29 30 31 32a 32b 32c 32d"
)
"""The guideline's numbers, from its published checklist."""


def told(file=SHIPPED, change=None):
    """Return the items of a study by number, its configuration changed."""
    return by_number(facts_of(file, change))


def facts_of(file=SHIPPED, change=None):
    """Return what a configuration says, changed."""
    config = copy.deepcopy(yaml.safe_load(file.read_text(encoding="utf-8")))
    if change:
        change(config)
    facts = plan_facts(Study(config, file, without_files=True))
    return Facts(**{**facts, "stated": Stated(**facts["stated"])})


def by_number(facts):
    """Return the items by number."""
    return {each.item.number: each for items in told_items(facts).values() for each in items}


shipped = cache(facts_of)


def written(**texts):
    """Return the items of the shipped study with these texts alone."""
    return by_number(replace(shipped(), texts=texts))


def test_the_items_are_those_of_the_guideline_in_six_sections():
    assert " ".join(item.number for items in SECTIONS.values() for item in items) == NUMBERS
    assert len(SECTIONS) == 6
    assert len(NUMBERS.split()) == 55


def test_the_key_of_each_item_is_one_of_the_configuration_and_each_text_has_an_item():
    known = {key.name: key for key in schema_keys()}
    keys = {item.key for items in SECTIONS.values() for item in items}
    assert keys <= set(known)
    whole = {name for name, key in known.items() if name.startswith(OWN) and "[]" not in name}
    parents = {name.rpartition(".")[0] for name in known}
    leaves = {name for name in whole if name not in parents}
    structured = {f"{OWN}signatures.", f"{OWN}revisions", f"{OWN}contributors"}
    texts = {name for name in leaves if not name.startswith(tuple(structured))}
    assert texts == {key for key in keys if key.startswith(OWN)} - {
        key for key in keys if key.startswith(tuple(structured))
    }


@pytest.mark.parametrize("key", sorted({i.key for s in SECTIONS.values() for i in s}))
def test_a_text_under_its_key_fills_an_item(key):
    if not key.startswith(OWN) or key.split(".")[1] in ("revisions", "contributors", "signatures"):
        return
    *groups, last = key.removeprefix(OWN).split(".")
    value: object = {last: "One thing.\n\nAnd\nanother."}
    for group in reversed(groups):
        value = {group: value}
    found = [each for each in written(**value).values() if each.item.key == key]
    assert [each.state for each in found] == [FILLED]
    assert found[0].texts == ["One thing.", "And another."]


def test_what_nothing_says_is_missing_and_what_is_said_in_part_names_the_rest():
    found = written()
    assert found["10"].state == found["22"].state == found["32c"].state == MISSING
    assert found["1b"].state == MISSING
    assert found["17"].state == PART
    assert found["17"].lacks
    assert found["27d"].state == PART
    assert found["26a"].state == found["28"].state == FILLED


@pytest.mark.parametrize("file", STUDIES, ids=lambda file: file.parent.name)
def test_each_design_has_all_items_with_a_state(file):
    found = told(file)
    assert len(found) == 55
    for each in found.values():
        assert each.state in (FILLED, PART, MISSING)
        assert (each.state == MISSING) == (not each.texts and not each.lines)
        assert (each.state == PART) == bool(each.lacks and not each.texts)
        assert all(line.strip() and "None" not in line[:4] for line in each.lines if each.lacks)


def test_a_study_without_outcomes_has_no_analysis_to_tell():
    def bare(config):
        config["analysis"] = {}

    found = told(ROOT / "tests/studies/balance/study.yaml", bare)
    for number in ("16", "18", "20", "26a", "27a", "28", "29"):
        assert found[number].state == MISSING, number


def test_revisions_say_what_and_why_and_when():
    first = {"version": "1.1", "date": "2024-05-02", "changes": "Age added."}
    found = written(revisions=[first, {"version": "1.2", "reason": "Asked."}])
    assert found["4a"].lines == ["Version 1.1: 2024-05-02, Age added."]
    assert (found["4a"].state, found["4b"].state, found["4c"].state) == (PART, PART, MISSING)
    none = written(revisions=[])
    assert none["4c"].lines == ["There was no revision."]
    assert written()["4a"].state == MISSING


def test_a_signature_is_in_part_until_it_is_signed():
    signed = {"author": {"name": "A"}, "investigator": {"name": "C", "signed_on": "2024-05-02"}}
    found = written(signatures=signed, contributors=[{"name": "A", "role": "writer"}])
    assert [found[n].state for n in ("6a", "6b", "6c", "5")] == [PART, MISSING, FILLED, PART]


def test_the_protocol_is_in_part_without_its_date():
    def change(config):
        config["study"]["protocol"] = {"version": "2"}
        config["study"]["registration"] = {"number": "N1", "registry": "R", "date": "2024-01-01"}

    found = told(change=change)
    assert (found["3"].state, found["3"].lacks) == (PART, "its date")
    assert found["1b"].lines == ["R N1, registered on 2024-01-01"]


def test_a_default_that_nobody_wrote_leaves_the_item_open():
    def without(config):
        del config["analysis"]["missing"], config["analysis"]["adjust"]
        config["analysis"]["sensitivity"] = []
        del config["analysis"]["subgroups"]

    found = told(change=without)
    assert (found["27b"].state, found["28"].state) == (PART, PART)
    assert found["27e"].lines == ["None is planned."]
    assert found["27f"].state == MISSING


def test_margins_say_that_it_is_non_inferiority():
    found = told(ROOT / "tests/studies/three_arms/study.yaml")
    assert found["12"].state == FILLED
    assert "Margin of non-inferiority" in found["12"].lines[0]


def test_harms_are_told_where_they_are_counted():
    found = told(ROOT / "tests/studies/harms/study.yaml")
    assert found["30"].state == FILLED
    assert told()["30"].state == MISSING


def test_states_are_counted_by_section():
    items = told_items(shipped())
    found = counts(items)
    assert [sum(each.values()) for each in found.values()] == [11, 2, 9, 8, 8, 17]
    flat = [each.state for part in items.values() for each in part]
    for state in (FILLED, PART, MISSING):
        assert flat.count(state) == sum(each[state] for each in found.values())
