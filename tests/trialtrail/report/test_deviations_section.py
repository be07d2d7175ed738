"""The section of the locked plan, and the marks on estimates that are not as planned."""

import csv
from dataclasses import replace

import pytest
from lxml import html

from tests.trialtrail.report.fake_study import TABLES, tables
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.render import make_report


def page(paths=None):
    return html.document_fromstring(
        make_report(WHOLE if paths is None else replace(WHOLE, tables=paths)).html
    )


def section(tree):
    (found,) = tree.xpath("//section[h2[contains(., 'locked plan')]]")
    for line_end in found.iter("br"):
        line_end.tail = f" {line_end.tail or ''}"
    return " ".join(found.text_content().split())


def changed(tmp_path, table, change):
    """Return the paths of all tables, the rows of one changed."""
    with open(TABLES / f"{table}.csv", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    kept = [row for row in rows if change(row) is not False]
    path = tmp_path / f"{table}.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0] | dict.fromkeys(kept[0] if kept else {}))
        writer.writeheader()
        writer.writerows(kept)
    return [path if each.stem == table else each for each in tables()]


def test_each_deviation_is_told_with_its_values_reason_and_place_in_time():
    told = section(page())
    assert "judged against version 1, the last one that was locked before the day" in told
    for text in (
        "Every estimate confidence level",
        "Asked for by the journal A statistician, 2024-06-01, on the day of the unblinding",
        "Balance role",
        "Promoted The committee, 2024-05-31, 1 day before the unblinding",
        "Analysis “later”",
        "not planned",
        "2024-06-11, 10 days after the unblinding",
        "Fell again, analysis “gone”",
        "not run",
        "Each is a difference between version 1 and what ran.",
    ):
        assert text in told, text


def test_without_deviations_it_says_that_there_are_none(tmp_path):
    told = section(page(changed(tmp_path, "deviations", lambda row: False)))
    assert "What ran is the plan that was locked: there are no deviations." in told


@pytest.mark.parametrize(
    ("unblinding", "judged", "says"),
    [
        ("not_stated", "yes", "The day of the unblinding is not stated. What ran is judged"),
        ("after", "no", "No version was locked before the day of the unblinding"),
    ],
)
def test_what_it_is_judged_against(tmp_path, unblinding, judged, says):
    def change(row):
        row |= {"unblinding": unblinding, "days": "" if unblinding == "not_stated" else "3"}
        row["is_judged"] = judged if row["version"] == "1" else "no"

    assert says in section(page(changed(tmp_path, "plan_versions", change)))


def test_marks_stand_where_estimates_are_printed_and_are_explained_under_each_place(tmp_path):
    statuses = {"balance": "deviating", "fell.risk_difference": "post_hoc"}

    def change(row):
        row["plan_status"] = statuses.get(row["row"], "planned")

    tree = page(changed(tmp_path, "estimates", change))
    places = {mark.text for mark in tree.xpath("//td//sup[@class='plan-mark']")}
    assert places == {"†", "‡"}
    means = tree.xpath("//table[@id='table-primary-means']")[0]
    assert [mark.text for mark in means.iter("sup")] == ["†"]
    note = means.getnext()
    assert note.text_content().startswith("† deviates from the locked plan (Table ")
    assert note.xpath("./a/@href") == ["#table-deviations"]
    risks = tree.xpath("//table[@id='table-secondary-risks']")[0]
    assert "‡ is post hoc: it is not in the locked plan (" in risks.getnext().text_content()
    assert "†" not in risks.getnext().text_content()
    verdicts = tree.xpath("//ul[@class='verdicts']")[0]
    assert "†" in verdicts.text_content()
    assert "deviates from the locked plan" in verdicts.getnext().text_content()


def test_what_is_planned_or_without_a_lock_has_no_mark(tmp_path):
    planned = changed(tmp_path, "estimates", lambda row: row.update(plan_status="planned"))
    for paths in (planned, None):
        assert not page(paths).xpath("//sup[@class='plan-mark']")
