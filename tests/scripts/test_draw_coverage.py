"""The figure of coverage: a line a scenario, a mark a method, at the coverage of its row."""

from pathlib import Path

from drawn_trials import FONTS, collected
from lxml import etree
from small_tables import job

from trialtrail.results.cells import Cells

from scripts.draw_coverage import draw_coverage, lines_of, main


def test_scenarios_and_methods_are_named(tmp_path):
    table = collected(tmp_path)
    task = job(tmp_path, {"table": table, "fonts": FONTS}, {"figure": "c.svg"}, {"clustered": True})
    main(task)
    tree = etree.parse(task.output.figure)
    found = tree.iter("{http://www.w3.org/2000/svg}text")
    texts = {"".join(each.itertext()) for each in found}
    assert {"No effect", "An effect", "Intervals that hold the truth, %"} <= texts
    assert "linear model with HC3, clusters ignored" in texts
    assert "mixed model, Satterthwaite, imputed values" in texts


def test_points_are_the_coverages_and_a_row_without_one_is_left_out(tmp_path):
    table = Cells.of_files(collected(tmp_path)).table("operating_characteristics")
    rows = [dict(row) for row in table.rows.values()]
    figure, _ = draw_coverage(rows, Path(FONTS[0]).parent, clustered=True)
    drawn = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_marker() != "None"]
    assert drawn == [100 * float(row["coverage"]) for row in rows]
    rows[0]["coverage"] = ""
    assert [len(each) for _, each in lines_of(rows)] == [1, 2]
