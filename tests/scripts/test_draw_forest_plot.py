"""The forest plot."""

from types import SimpleNamespace

from lxml import etree

from tests.trialtrail.report.fake_study import STUDY, TABLES, TEMPLATES, tables
from trialtrail.results.cells import Cells

from scripts.draw_forest_plot import main, panels

FONTS = sorted(str(path) for path in (TEMPLATES / "fonts").glob("*.ttf"))
MEASURES = ["mean_difference", "risk_difference", "risk_ratio"]


def drawn(folder, role):
    path = folder / f"{role}.svg"
    main(
        SimpleNamespace(
            input=SimpleNamespace(table=str(TABLES / "estimates.csv"), fonts=FONTS),
            output=SimpleNamespace(figure=str(path)),
            params=SimpleNamespace(role=role, arms=STUDY["arms"]),
        )
    )
    return path.read_bytes()


def test_rows_of_one_measure_and_unit_share_a_panel():
    table = Cells.of_files(tables("estimates")).table("estimates")
    assert [[row["row"] for row in rows] for rows in panels(table, "secondary", MEASURES)] == [
        ["fell.risk_difference"],
        ["fell.risk_ratio"],
    ]
    assert panels(table, "secondary", ["mean_difference"]) == []


def test_the_label_shows_the_cells_as_text(tmp_path):
    svg = etree.fromstring(drawn(tmp_path, "primary"))
    found = svg.xpath("//*[@data-cell]")
    assert {each.get("data-cell"): each.text for each in found} == {
        "estimates#balance/estimate": "2.8",
        "estimates#balance/lower": "−1.7",
        "estimates#balance/upper": "7.2",
    }
    assert svg.xpath("//*[@data-allowed='axis']")
    assert b"<style" not in drawn(tmp_path, "primary")


def test_the_same_table_is_the_same_bytes(tmp_path):
    assert drawn(tmp_path, "secondary") == drawn(tmp_path, "secondary")


def test_the_sides_of_no_effect_are_told_where_two_arms_are_compared(tmp_path):
    svg = drawn(tmp_path, "primary").decode()
    assert "← higher with Usual care" in svg
    assert "higher with Walking group →" in svg


def test_no_outcome_of_the_role_is_said(tmp_path):
    assert b"No outcome of this kind" in drawn(tmp_path, "exploratory")
