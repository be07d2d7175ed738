"""The forest plot."""

import csv
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pypdf
import pytest
from lxml import etree, html

from tests.trialtrail.report.fake_study import STUDY, TABLES, TEMPLATES, tables
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.document import serialise
from trialtrail.report.drawing import TEXT_HEIGHT, TEXT_WIDTH
from trialtrail.report.figure_text import POINTS
from trialtrail.report.figures import read_figure
from trialtrail.report.fonts import text_width
from trialtrail.report.forest import LINE, Panel, Row, in_parts
from trialtrail.report.forest_drawing import placed_sides
from trialtrail.report.numbers import Numbers
from trialtrail.report.pdf import write_pdf
from trialtrail.report.render import make_report
from trialtrail.results.cells import Cells

from scripts.draw_forest_plot import main, panels

FONTS = sorted(str(path) for path in (TEMPLATES / "fonts").glob("*.ttf"))
MEASURES = ["mean_difference", "risk_difference", "risk_ratio"]


ARMS = [*STUDY["arms"], {"id": "third", "label": "Walking alone"}]
POINTS_OF_A_MM = 72 / 25.4


def drawn(folder, role, table=TABLES / "estimates.csv", arms=STUDY["arms"]):
    path = folder / f"{role}.svg"
    main(
        SimpleNamespace(
            input=SimpleNamespace(table=str(table), fonts=FONTS),
            output=SimpleNamespace(figure=str(path)),
            params=SimpleNamespace(role=role, arms=arms),
        )
    )
    return path.read_bytes()


def many(folder, outcomes=60, timepoints=("year",)):
    """Write a table of many outcomes in three arms, each with a sensitivity analysis beside it."""
    with (TABLES / "estimates.csv").open(encoding="utf-8", newline="") as stream:
        first, *_ = csv.DictReader(stream)
    rows = []
    for n in range(outcomes):
        for timepoint in timepoints:
            for arm in ("group", "third"):
                cells = {"outcome": f"o{n}", "label": f"Outcome {n + 1} of a long list"}
                ends = {"lower": f"{-n - 1}", "estimate": "0.5", "upper": f"{n + 2}"}
                cells |= ends | {"timepoint": timepoint, "arm": arm}
                name = f"o{n}.{timepoint}.{arm}"
                other = {"row": f"plain.{name}", "analysis": "plain", "role": "sensitivity"}
                rows += [first | cells | {"row": name}, first | cells | other]
    path = folder / "estimates.csv"
    return written(path, rows)


def arms_of(outcomes, path):
    """Write the table of the arms of those outcomes."""
    with (TABLES / "arms.csv").open(encoding="utf-8", newline="") as stream:
        first, *_ = csv.DictReader(stream)
    return written(
        path,
        [
            first
            | {"row": f"{analysis}.o{n}.{arm['id']}", "analysis": analysis}
            | {"outcome": f"o{n}", "arm": arm["id"]}
            for n in range(outcomes)
            for arm in ARMS
            for analysis in ("main", "plain")
        ],
    )


def written(path, rows):
    """Write rows as a table; return its path."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def rows_shown(svg):
    """Return the names of the rows whose estimate stands in a part, in order."""
    cells = [each.get("data-cell") for each in svg.iter() if "data-cell" in each.attrib]
    return [cell.split("#")[1].split("/")[0] for cell in cells if cell.endswith("/estimate")]


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
    svg = etree.fromstring(drawn(tmp_path, "primary"))
    said = ["".join(each.itertext()) for each in svg.iter("{*}text")]
    assert {"← higher with Usual care", "higher with Walking group →"} <= set(said)


@pytest.mark.parametrize("start", [0.3, 0.5, 0.68])
@pytest.mark.parametrize("lengths", [(5, 8), (20, 30), (4, 120), (120, 4), (120, 120)])
def test_the_two_sides_of_no_effect_never_overlap_and_stay_on_the_page(start, lengths):
    sides = tuple(["higher with ", "ab cd " * (each // 6) + "x" * (each % 6)] for each in lengths)
    page, folder, spans = 72 * TEXT_WIDTH, TEMPLATES / "fonts", []
    for parts, place, side, line in placed_sides(sides, (start, 0.74), folder):
        wide = text_width("".join(map(str, parts)), POINTS, folder)
        first = place * page - (wide if side == "right" else 0)
        assert first >= -1e-9
        assert first + wide <= page + 1e-9
        spans.append((line, first, first + wide))
    spans.sort()
    for (line, _, end), (other, begin, _) in pairwise(spans):
        assert line != other or end < begin


def test_no_outcome_of_the_role_is_said(tmp_path):
    assert b"No outcome of this kind" in drawn(tmp_path, "exploratory")


def row(outcome, depth=1):
    """Return a row of the plot of so many lines."""
    return Row({"outcome": outcome, "estimate": "1"}, [["a line"]] * depth, [["1"]])


def panel_of(*rows):
    """Return a panel with a heading of one line."""
    return Panel([*rows], [["a heading"]])


def test_a_plot_that_fits_on_a_page_is_in_one_part():
    (part,) = in_parts([panel_of(row("a"), row("b")), panel_of(row("c"))], 0.18)
    assert [piece.rows for piece in part] == [[row("a"), row("b")], [row("c")]]
    assert in_parts([], 0.0) == [[]]


def test_a_plot_is_divided_between_outcomes_where_it_outgrows_a_page():
    panel = [row(f"o{n // 7}") for n in range(35)]
    first, second = in_parts([panel_of(*panel), panel_of(row("c"))], 0.18)
    assert [piece.rows for piece in first] == [panel[:28]]
    assert [piece.rows for piece in second] == [panel[28:], [row("c")]]
    assert all(piece.panel.rows == panel for piece in (first[0], second[0]))


def test_an_outcome_that_outgrows_a_page_is_divided():
    panel = [row("same", depth=1 + n % 3) for n in range(90)]
    parts = in_parts([panel_of(*panel)], 0.18)
    assert [each for part in parts for piece in part for each in piece.rows] == panel
    assert len(parts) == 1 + int(sum(LINE * each.depth for each in panel) / (TEXT_HEIGHT - 2.9))


@pytest.mark.parametrize(
    ("outcomes", "timepoints"),
    [
        (60, ("year",)),
        (20, ("week", "month", "year")),
        pytest.param(60, ("week", "month", "year"), marks=pytest.mark.nightly),
    ],
)
def test_every_row_of_many_outcomes_stands_in_one_part_that_fits_on_its_page(
    tmp_path, outcomes, timepoints
):
    """The first two have 120 rows each; in the night there are 360."""
    table = many(tmp_path, outcomes, timepoints)
    drawn(tmp_path, "primary", table, ARMS)
    cells = Cells.of_files([table])
    expected = [name for name in cells.table("estimates").rows if not name.startswith("plain.")]
    assert len(expected) == 2 * outcomes * len(timepoints)
    whole = etree.parse(str(tmp_path / "primary.svg")).getroot()
    ids = whole.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert rows_shown(whole) == expected
    figure = tmp_path / "primary.svg"
    parts = read_figure(figure.rename(tmp_path / "forest_plot.svg"), Numbers(cells, {}))
    assert list(parts)[:2] == ["forest_plot", "forest_plot-2"]
    for part in parts.values():
        height = float(part.get("height").removesuffix("pt")) / 72
        assert height <= TEXT_HEIGHT - 2
        assert part.get("viewBox").split()[2:] == [
            part.get(side).removesuffix("pt") for side in ("width", "height")
        ]
    assert all(len({tick for tick in ticks(part)}) > 1 for part in parts.values())
    assert len({tuple(ticks(part)) for part in parts.values()}) == 1, "one scale for one panel"


def ticks(part):
    """Return the numbers at the axis of a part."""
    return [text.text for text in part.xpath(".//*[@data-allowed='axis']//text") if text.text]


def test_the_parts_stand_in_the_report_each_on_a_page_under_one_number(tmp_path):
    table, outcomes = many(tmp_path, outcomes=18), 18
    figure = tmp_path / "forest_plot.svg"
    drawn(tmp_path, "primary", table, ARMS)
    (tmp_path / "primary.svg").rename(figure)
    study = STUDY | {"arms": ARMS}
    arms = arms_of(outcomes, tmp_path / "arms.csv")
    material = replace(WHOLE, tables=[table, arms], figures=[figure], study=study, claims={})
    page = make_report(material).html
    tree = html.document_fromstring(page)
    captions = tree.xpath("//figcaption/span[@class='label']")
    count = len(captions)
    assert count > 2
    assert [each.text for each in captions] == [
        f"Figure 1 ({n} of {count})" for n in range(1, count + 1)
    ]
    found = [each.get("data-n") for each in tree.xpath("//figure//svg//*[@data-n]")]
    assert len([name for name in found if name.endswith("-estimate")]) == 2 * outcomes
    for n, caption in enumerate(tree.xpath("//figcaption")):
        caption.set("id", f"caption-{n}")
    write_pdf(serialise(tree), tmp_path / "report.pdf", (TEMPLATES / "fonts").glob("*.woff2"))
    pdf = pypdf.PdfReader(tmp_path / "report.pdf")
    places = pdf.named_destinations
    for n, each in enumerate(tree.xpath("//figure")):
        top, caption = places[each.get("id")], places[f"caption-{n}"]
        assert pdf.get_destination_page_number(top) == pdf.get_destination_page_number(caption), n
        height = float(each.xpath(".//svg/@height")[0].removesuffix("pt"))
        assert float(top.top) - float(caption.top) >= height * 0.98
        assert float(caption.top) > 22 * POINTS_OF_A_MM, "above the foot of the page"
