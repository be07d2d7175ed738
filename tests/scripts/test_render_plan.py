"""The analysis plan as a page, made from a configuration without any file that it names."""

from __future__ import annotations

import copy

import yaml
from lxml import html

from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.configuration.plan_facts import plan_facts
from trialtrail.planning.document import make_plan

SHIPPED = ROOT / "config" / "config.yaml"


def page(tmp_path, change=None, file=SHIPPED):
    """Return the plan of a configuration that stands in an empty folder."""
    config = copy.deepcopy(yaml.safe_load(file.read_text(encoding="utf-8")))
    if change:
        change(config)
    (tmp_path / "config").mkdir(exist_ok=True)
    alone = tmp_path / "config" / "study.yaml"
    alone.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    facts = plan_facts(Study(config, alone, without_files=True))
    return html.document_fromstring(make_plan(facts, ROOT / "templates"))


def words(element):
    """Return the text of an element, in single spaces."""
    return " ".join(element.text_content().split())


def test_the_line_at_the_top_counts_what_the_page_shows(tmp_path):
    tree = page(tmp_path)
    items = tree.xpath("//div[@class='item']")
    missing = [each for each in items if each.xpath(".//strong[@class='missing']")]
    part = [each for each in items if "In part." in words(each)]
    assert len(items) == 55
    filled = 55 - len(missing) - len(part)
    said = f"Of 55 items, {filled} are filled, {len(part)} in part, {len(missing)} missing."
    assert words(tree.find_class("count")[0]) == said
    for each in missing:
        assert words(each).split("Key: ")[1].startswith(("study.", "statistical_plan."))


def test_the_title_page_shows_what_is_missing(tmp_path):
    facts = page(tmp_path).xpath("//dl[@class='facts']/div")
    assert [words(each.find("dt")) for each in facts] == [
        "Version of this plan",
        "Registration",
        "Protocol",
    ]
    assert "Missing" in words(facts[1])
    assert "study.registration" in words(facts[1])


def test_a_text_is_text_and_no_markup(tmp_path):
    def change(config):
        config["statistical_plan"] = {"background": "<script>x</script> & <b>bold</b>"}

    tree = page(tmp_path, change)
    assert not tree.xpath("//main//script | //main//b")
    assert "<script>x</script> & <b>bold</b>" in tree.text_content()


def test_each_analysis_is_told_and_the_events_by_their_labels(tmp_path):
    def change(config):
        config["analysis"]["events"] = [
            {"id": "never_visited", "label": "Never seen", "description": "Nobody came."},
            {"id": "second_mentor", "label": "Another one"},
        ]

    tree = page(tmp_path, change)
    blocks = tree.xpath("//div[contains(@class, 'plan')]//tbody")
    assert len(blocks) == len(Study(yaml.safe_load(SHIPPED.read_text("utf-8")), SHIPPED).analyses)
    said = words(tree)
    assert "Never seen: treatment policy; another one: treatment policy" in said.replace(
        "Another one: t", "another one: t"
    )
    assert "Nobody came." in said


def test_there_is_a_line_to_sign_on(tmp_path):
    def change(config):
        config["statistical_plan"] = {"signatures": {"statistician": {"name": "B. Senior"}}}

    assert "B. Senior, senior statistician Signature and date" in words(page(tmp_path, change))


def test_the_same_configuration_gives_the_same_page(tmp_path):
    first, second = (html.tostring(page(tmp_path)) for _ in range(2))
    assert first == second
