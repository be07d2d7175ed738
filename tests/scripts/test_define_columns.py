"""The data definitions: origin, method, sources and code of every column."""

import re

import pytest
from small_trail import HIDDEN, make_pages, small_trail

from trialtrail.trail.pages.catalogue import catalogue
from trialtrail.trail.pages.page import gather, load_graph

from scripts.define_columns import source_link


@pytest.fixture
def inputs(tmp_path):
    return small_trail(tmp_path)


@pytest.fixture
def columns(inputs):
    graph = load_graph(inputs.lineage)
    evidence = gather(graph, inputs.records, inputs.columns, inputs.dictionary, inputs.sources)
    return {column.id: column for table in catalogue(evidence) for column in table.columns}


@pytest.mark.parametrize(
    ("column", "origin"),
    [
        ("validated.people.arm", "Collected"),
        ("validated.people.site", "Assigned"),
        ("validated.people.visits_bound", "Derived"),
        ("validated.people.stage", "Not collected"),
        ("people.id", "Collected"),
        ("people.any_visit", "Derived"),
    ],
)
def test_origin(columns, column, origin):
    assert columns[column].origin == origin


def test_a_collected_column_names_its_heading_and_codes(columns):
    arm = columns["validated.people.arm"]
    assert arm.method == "Read from “Alloc” of register.csv."
    assert arm.codes == [("A", "active")]
    assert [source.id for source in arm.sources] == ["data/register.csv#Alloc"]
    assert "data/register.csv#Note" in columns


@pytest.mark.parametrize(
    ("column", "lines"),
    [
        ("people.arm", (3, 3)),  # the call that names it
        ("people.any_visit", (6, 9)),  # the function of its name, decorator included
        ("people.has_scan", (12, 13)),  # the function that puts the name together
        ("people.age", (16, 17)),  # the function that copies columns by a list
        ("people.id", (4, 4)),  # as validated: the contract
    ],
)
def test_the_code_of_a_column_is_found(columns, column, lines):
    code = columns[column].code
    assert (code.first, code.last) == lines


def test_sources_name_the_dataset_or_the_validated_table(columns):
    assert [source.id for source in columns["people.id"].sources] == ["validated.people.id"]
    assert [source.id for source in columns["people.any_visit"].sources] == ["people.arm"]
    assert columns["people.arm"].sources[1].id == "validated.register.arm"


def test_the_method_keeps_a_name_at_its_start(columns):
    assert columns["people.arm"].method == "arm of the same id."
    assert columns["people.has_scan"].method == "A form is there."


def test_links_stay_on_the_page_where_they_can():
    assert source_link("column", "validated.people.id", {"validated.people.id"}) == {
        "text": "people.id",
        "href": "#validated.people.id",
    }
    raw = source_link("column", "data/a b.csv#Study No", set())
    assert raw == {
        "text": "a b.csv: Study No",
        "href": "index.html#column-data/a%20b.csv%23Study%20No",
    }


def test_the_page_has_every_column_and_no_value_of_a_participant(tmp_path, inputs, columns):
    page = make_pages(tmp_path, inputs)[1].read_text(encoding="utf-8")
    ids = re.findall(r'<tr id="([^"]+)">', page)
    assert ids == [name for name in columns if "#" not in name]
    assert "One row is one person." in page
    assert "A cell counts as missing when it is blank or “NK”." in page
    assert "scripts/derive_people.py, line 6" in page
    assert "<script" not in page
    for secret in HIDDEN:
        assert secret not in page
