"""The curve of retention."""

from types import SimpleNamespace

from lxml import etree

from tests.trialtrail.report.fake_study import TABLES, TEMPLATES, tables
from trialtrail.results.cells import Cells

from scripts.draw_retention import main, round_times, steps

FONTS = sorted(str(path) for path in (TEMPLATES / "fonts").glob("*.ttf"))


def drawn(folder, table):
    path = folder / "retention.svg"
    main(
        SimpleNamespace(
            input=SimpleNamespace(table=str(table), fonts=FONTS),
            output=SimpleNamespace(figure=str(path)),
            params=SimpleNamespace(),
        )
    )
    return path.read_bytes()


def test_the_curve_begins_with_everybody():
    table = Cells.of_files(tables("retention")).table("retention")
    assert steps(table, "survival", 0.0)[:2] == [100, 100]
    assert steps(table, "lower", 0.0)[:3] == [100, 100, 43.3]
    assert len(steps(table, "upper", 100.0)) == len(table.rows)


def test_the_axis_is_marked_at_the_round_times():
    table = Cells.of_files(tables("retention")).table("retention")
    assert list(round_times(table).values()) == [0, 3, 6, 9]


def test_numbers_at_risk_name_their_cells(tmp_path):
    svg = etree.fromstring(drawn(tmp_path, TABLES / "retention.csv"))
    shown = {each.get("data-cell"): each.text for each in svg.xpath("//*[@data-cell]")}
    assert shown == {
        f"retention#month_{m}/at_risk": n for m, n in ((0, "9"), (3, "9"), (6, "8"), (9, "6"))
    }


def test_a_table_without_an_event_is_a_level_line(tmp_path):
    empty = tmp_path / "retention.csv"
    empty.write_text("row,months,at_risk,events,survival,lower,upper\n")
    assert drawn(tmp_path, empty).startswith(b"<svg")


def test_the_same_table_is_the_same_bytes(tmp_path):
    assert drawn(tmp_path, TABLES / "retention.csv") == drawn(tmp_path, TABLES / "retention.csv")
