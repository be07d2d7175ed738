"""Sections that are declared: what they show, and declarations that name what there is not."""

import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest
import yaml
from lxml import html

from tests.trialtrail.report.fake_study import REPOSITORY, TEMPLATES, write_text
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.errors import StudyError
from trialtrail.report.render import make_report
from trialtrail.report.sections import FIGURES, REPORTED_TABLES, TOPICS

ROWS = {
    "name": "walked",
    "title": "Who {{ words.contact.one }}ed",
    "needs": ["uptake"],
    "shows": [
        {
            "table": "estimates",
            "layout": "rows",
            "name": "risks",
            "filter": {"measure": ["risk_difference", "risk_ratio"], "role": "secondary"},
            "caption": "The {{ words.participant.many }}: {{ rows | length | string | length }}",
            "columns": [
                {"column": "label", "heading": "Outcome"},
                {"column": "measure", "heading": "Measure"},
                {"column": "estimate", "heading": "Estimate", "spec": ".1f"},
            ],
        }
    ],
}


ROWS_ALONE = {"name": "walked", "title": "Walked", "shows": []}


def reported(tmp_path, *sections, **material):
    """Return the report with these sections alone, as a tree."""
    folder = shutil.copytree(TEMPLATES, tmp_path / "templates")
    (folder / "sections.yaml").write_text(yaml.safe_dump(list(sections), allow_unicode=True))
    return html.document_fromstring(make_report(replace(WHOLE, templates=folder, **material)).html)


def changed(**keys):
    """Return the declared section with other keys of what it shows."""
    shown = {key: each for key, each in (ROWS["shows"][0] | keys).items() if each is not None}
    return ROWS | {"shows": [shown]}


def cells(tree, name):
    lines = tree.xpath(f"//table[@id='table-{name}']/tbody/tr")
    return [[each.text_content() for each in line.xpath("./th | ./td")] for line in lines]


def test_a_section_that_is_only_declared_prints_its_rows(tmp_path):
    section = changed(caption="The {{ words.participant.many }}.")
    tree = reported(tmp_path, section, texts=[write_text(tmp_path, "walked.md", "*Words.*")])
    assert cells(tree, "risks") == [
        ["Fell again", "risk_difference", "−15.7"],
        ["Fell again", "risk_ratio", "0.5"],
    ]
    (printed,) = tree.xpath("//section[@id='walked']")
    assert printed.xpath("./h2")[0].text_content() == "1 Who walked"
    assert printed.xpath("./p/em")[0].text_content() == "Words."
    assert printed.xpath(".//caption")[0].text_content() == "Table 1 The walkers."


def test_a_number_typed_into_a_declared_caption_fails_the_build(tmp_path):
    with pytest.raises(StudyError, match="comes from no cell"):
        reported(tmp_path, ROWS)


@pytest.mark.parametrize(
    "left_out", [{"table": "agreement"}, {"table": "estimates", "filter": {"role": "subgroup"}}]
)
def test_what_the_study_does_not_have_is_left_out(tmp_path, left_out):
    tables = [path for path in WHOLE.tables if path.stem != "agreement"]
    tree = reported(tmp_path, changed(**left_out), tables=tables)
    assert tree.xpath("//section[@id='walked']")
    assert not tree.xpath("//table")


def test_a_section_appears_where_a_row_is_as_its_filter_says(tmp_path):
    plain = {"title": "Title", "needs": ["estimates"], "shows": []}
    tree = reported(
        tmp_path,
        plain | {"name": "found", "filter": {"role": ["subgroup", "primary"]}},
        plain | {"name": "sought", "filter": {"role": ["subgroup", "sensitivity"]}},
    )
    assert tree.xpath("//section/@id") == ["found"]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        (ROWS | {"shown": []}, "no key is named `shown`; nearest: `shows`"),
        (ROWS | {"title": None}, "`title` is missing"),
        (ROWS | {"needs": ["uptakes"]}, "no result table is named `uptakes`; nearest: `uptake`"),
        (
            {"name": "walked", "title": "T", "filter": {"role": "primary"}, "shows": []},
            "`filter` is of the first table of `needs`",
        ),
        (ROWS | {"filter": {"rule": "x"}}, "no column of `uptake` is named `rule`"),
        (ROWS | {"shows": None}, "no `shows` and no template"),
        (ROWS | {"name": "quality"}, "both a template and `shows`"),
        (ROWS | {"title": "{{ nobody }}"}, "nobody"),
        (changed(table="estimate"), "no result table is named `estimate`; nearest: `estimates`"),
        (changed(layout="row"), "no layout is named `row`; nearest: `rows`"),
        (changed(layout="table_open"), "no layout is named `table_open`"),
        (changed(layout=None), "`layout` is missing"),
        (changed(colums=[]), "no key is named `colums`; nearest: `columns`"),
        (changed(layout="counts"), "no key is named `columns`"),
        (changed(columns=[{"column": "label"}]), "`heading` is missing"),
        (
            changed(columns=[{"column": "labels", "heading": ""}]),
            "no column of `estimates` is named `labels`; nearest: `label`",
        ),
        (changed(filter={"roll": "primary"}), "no column of `estimates` is named `roll`"),
        (changed(caption="{{ nobody }}"), "nobody"),
        (changed(caption='{{ n("flow#nowhere/n") }}'), "no row `nowhere`"),
        (changed(columns=None), "columns"),
        (
            ROWS | {"shows": [{"figure": "forest_plots", "caption": "C", "alt": "A"}]},
            "no figure is named `forest_plots`; nearest: `forest_plot`",
        ),
        (ROWS | {"shows": [{"figure": "forest_plot", "caption": "C"}]}, "`alt` is missing"),
    ],
)
def test_a_mistake_in_a_declaration_is_told_with_its_place(tmp_path, section, told):
    with pytest.raises(StudyError) as caught:
        reported(tmp_path, section)
    assert told in caught.value.what
    assert caught.value.where
    if "layouts" not in caught.value.where:
        assert f"sections.yaml, section `{section['name']}`" in caught.value.where


def test_a_title_is_escaped_once(tmp_path):
    tree = reported(tmp_path, changed(caption="Tea & toast") | {"title": "Cats & dogs"})
    assert tree.xpath("//main//h2")[0].text_content() == "1 Cats & dogs"
    assert tree.xpath("//caption")[0].text_content() == "Table 1 Tea & toast"


def test_the_tables_topics_and_figures_are_those_that_the_rules_make():
    rules = "".join(
        path.read_text()
        for path in sorted((REPOSITORY / "workflow" / "rules").glob("*.smk"))
        if path.stem != "simulate"  # its figure is of a page of its own
    )
    lists = re.findall(r"^ *REPORTED_TABLES(?: \+?= |\.append\()(.*)$", rules, re.MULTILINE)
    made = {name for line in lists for name in re.findall(r'"(\w+)"', line)}
    assert {*made, "steps"} == set(REPORTED_TABLES)
    assert set(re.findall(r'figure=shown\("results/figures/(\w+)\.svg"', rules)) == set(FIGURES)
    summaries = pd.read_csv(REPOSITORY / "tests" / "expected" / "summaries.csv")
    assert set(summaries["table"]) == set(TOPICS)


@pytest.mark.parametrize(
    ("arms", "expected", "lacks"),
    [
        (True, ["trial"], ["Coders."]),
        (False, ["trial"], []),
        (False, None, ["Coders."]),
        (False, ["trial", "quotations"], ["Coders."]),
        (False, ["harms", "coreq"], ["Coders."]),
        (True, ["gramms"], []),
    ],
)
def test_a_study_lacks_only_what_its_design_or_a_guideline_expects(tmp_path, arms, expected, lacks):
    section = {**ROWS, "needs": ["agreement"], "absent": "Coders."}
    section |= {} if expected is None else {"expected": expected}
    tables = [path for path in WHOLE.tables if path.stem not in ("agreement", "harms")]
    guideline = write_text(tmp_path, "checklists.csv", "row,guideline,item\ncoreq,coreq,\n")
    study = WHOLE.study | ({} if arms else {"arms": []})
    absent = {"name": "absent", "title": "What was not supplied"}
    tree = reported(tmp_path, section, absent, tables=[*tables, guideline], study=study)
    told = tree.xpath("//section[@id='absent']//li")
    assert [each.text_content() for each in told] == lacks


@pytest.mark.parametrize(("key", "there"), [("design", True), ("declarations", False)])
def test_a_section_appears_where_the_study_gives_one_of_its_keys(tmp_path, key, there):
    section = {"name": "walked", "title": "Title", "keys": ["design", "timetable"], "shows": []}
    study = WHOLE.study | {key: {"setting": "A hall."}}
    assert bool(reported(tmp_path, section, study=study).xpath("//section")) is there


def test_a_section_is_left_out_where_the_one_in_whose_place_it_stands_is_there(tmp_path):
    other = {"name": "other", "title": "Other", "unless": "walked", "shows": []}
    assert reported(tmp_path, ROWS_ALONE, other).xpath("//section/@id") == ["walked"]
    lacking = ROWS_ALONE | {"needs": ["saturation"]}
    tables = [path for path in WHOLE.tables if path.stem != "saturation"]
    assert reported(tmp_path / "b", lacking, other, tables=tables).xpath("//section/@id") == [
        "other"
    ]
