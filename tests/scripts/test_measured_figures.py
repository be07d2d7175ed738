"""Every figure, of made extremes: no text is small, overprints another, or leaves the figure."""

from __future__ import annotations

import csv
from itertools import combinations
from types import SimpleNamespace

import pytest
from lxml import etree

from tests.measured_figures import FONTS, Box, boxes_of, faults_of
from tests.trialtrail.report.fake_study import TABLES, TEMPLATES
from trialtrail.report.drawing import ACCENT, ARM_STYLES, GREY, INK, TEXT_HEIGHT
from trialtrail.report.figure_text import fold, fold_parts, parts_width
from trialtrail.report.flow import lay_out
from trialtrail.results.cells import read_rows

from scripts import (
    draw_coverage,
    draw_curves,
    draw_flow_chart,
    draw_forest_plot,
    draw_retention,
    draw_saturation,
    draw_sensitivity_plot,
    draw_tipping_plot,
)

LONG = "Supervised exercise in a group of eight people, three times a week for twelve weeks, with "
LABELS = {
    "short": "Group {}",
    "long": f"{LONG}a booklet and telephone calls"[:116] + " {}",
    "one word": "Elektroenzephalographisch" * 4 + "{}",
    "Arabic": "الوزن عند الولادة في مجموعة الدعم {}",
    "Chinese": "出生体重" * 20 + "{}",
}
TTF = sorted(str(path) for path in FONTS.glob("*.ttf"))


def arms(count, kind="short"):
    return [{"id": f"a{n}", "label": LABELS[kind].format(n)} for n in range(count)]


def first_row(name):
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream))


def written(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return str(path)


def drawn(folder, module, inputs, **params):
    """Return the path of a figure drawn by a script."""
    path = folder / "figure.svg"
    module.main(
        SimpleNamespace(
            input=SimpleNamespace(fonts=TTF, **inputs),
            output=SimpleNamespace(figure=str(path)),
            params=SimpleNamespace(**params),
        )
    )
    return path


def estimates(folder, count, kind, of_arms, role="primary", **cells):
    """Write the estimates of so many outcomes, in each arm but the first."""
    pattern = first_row("estimates") | {"note": "", "shifted": "", "delta": "", "unit": ""}
    rows = []
    for n in range(count):
        for arm in of_arms[1:]:
            ends = {"lower": f"{-n - 1}", "estimate": "0.5", "upper": f"{n + 2}"}
            about = {"outcome": f"o{n}", "label": LABELS[kind].format(n), "role": role}
            about |= {"arm": arm["id"], "reference": of_arms[0]["id"], "row": f"o{n}.{arm['id']}"}
            rows.append(pattern | about | ends | cells)
    return rows


BLANK = {"lower": "", "estimate": "", "upper": ""}
NOTHING = BLANK | {"note": "nothing was observed of this outcome in any arm of the trial"}
ALONE = {"lower": "", "upper": "", "note": "one participant an arm gives no interval"}
WIDE = {"measure": "rate_ratio", "lower": "1e-6", "estimate": "1", "upper": "1e6"}
LARGE = {"lower": "-1234567", "estimate": "2345678", "upper": "3456789", "unit": "units"}


@pytest.mark.parametrize(
    ("count", "kind", "groups", "cells"),
    [
        (60, "short", 2, {}),
        (3, "long", 8, {}),
        (2, "long", 2, {}),
        (2, "one word", 2, {}),
        (2, "Arabic", 3, {}),
        (2, "Chinese", 2, {}),
        (2, "short", 2, NOTHING),
        (1, "long", 2, ALONE),
        (1, "short", 2, WIDE),
        (1, "long", 8, WIDE),
        (1, "short", 2, LARGE),
        (1, "short", 2, BLANK),
    ],
)
def test_forest_and_sensitivity_plots(tmp_path, count, kind, groups, cells):
    labels = arms(groups, kind)
    rows = estimates(tmp_path, count, kind, labels, **cells)
    table = written(tmp_path / "estimates.csv", rows)
    forest = drawn(tmp_path, draw_forest_plot, {"table": table}, role="primary", arms=labels)
    assert faults_of(forest) == []
    others = estimates(tmp_path, count, kind, labels, role="sensitivity", analysis="x", **cells)
    others = [row | {"row": f"x.{row['row']}"} for row in others]
    table = written(tmp_path / "estimates.csv", rows + others)
    analyses = {"x": LABELS[kind].format("x")}
    plot = drawn(tmp_path, draw_sensitivity_plot, {"table": table}, arms=labels, analyses=analyses)
    assert faults_of(plot) == []


def test_what_the_tables_print_of_an_effect_is_what_the_plot_shows(tmp_path):
    labels = arms(2)
    cases = {"a": {}, "b": ALONE, "c": NOTHING, "d": BLANK, "e": {"lower": "", "upper": ""}}
    rows = [
        row | {"row": name, "outcome": name}
        for name, cells in cases.items()
        for row in estimates(tmp_path, 1, "short", labels, **cells)
    ]
    table = written(tmp_path / "estimates.csv", rows)
    path = drawn(tmp_path, draw_forest_plot, {"table": table}, role="primary", arms=labels)
    said = {box.text for box in boxes_of(path)[0]}
    assert {"0.50 (−1.00 to 2.00)", "–", "0.50"} <= said
    whole = " ".join(box.text for box in boxes_of(path)[0])
    assert "(one participant an arm gives no interval)" in whole
    assert "nothing was observed of this outcome" in whole
    drawing = etree.parse(path)
    points = [use for use in drawing.iter("{*}use") if use.get("fill") == ACCENT]
    assert len(points) == 3, "a point for each estimate, and a line for one of them"


@pytest.mark.parametrize("kind", ["short", "long", "Chinese"])
def test_tipping_plot(tmp_path, kind):
    labels = arms(3, kind)
    rows = [
        row | {"row": f"{row['row']}.{who}.{delta}", "shifted": who, "delta": str(delta)}
        for row in estimates(tmp_path, 1, kind, labels[:2], unit="a unit with a long name " * 4)
        for who in ("arm", "reference", "both")
        for delta in (-1e6, 0, 1e6)
    ]
    table = written(tmp_path / "estimates.csv", rows)
    assert faults_of(drawn(tmp_path, draw_tipping_plot, {"table": table}, arms=labels)) == []


def curve(of_arms, label, events):
    pattern = {"row": "", "label": label, "outcome": "o", "curve": "survival", "at_risk": "12345"}
    return [
        pattern
        | {"row": f"o.survival.{arm['id']}.{name}", "arm": arm["id"], "days": str(day)}
        | {"events": "1" if events and day else "0", "estimate": "0.5", "lower": "", "upper": ""}
        for arm in of_arms
        for name, day in [*((f"day_{d}", d) for d in range(0, 800, 100)), ("at_2", 150)]
    ]


@pytest.mark.parametrize("events", [True, False])
@pytest.mark.parametrize(("groups", "kind"), [(2, "short"), (8, "long"), (8, "Arabic")])
def test_curves(tmp_path, groups, kind, events):
    labels = arms(groups, kind)
    table = written(tmp_path / "curves.csv", curve(labels, LABELS[kind].format(""), events))
    assert faults_of(drawn(tmp_path, draw_curves, {"table": table}, arms=labels)) == []


@pytest.mark.parametrize("last", [0, 5, 33])
def test_retention(tmp_path, last):
    rows = [
        {"row": f"month_{n}", "months": str(n), "at_risk": "12345", "events": "0"}
        | {"survival": "1", "lower": "", "upper": ""}
        for n in range(0, last + 1, 3)
    ]
    table = written(tmp_path / "retention.csv", rows)
    assert faults_of(drawn(tmp_path, draw_retention, {"table": table})) == []


@pytest.mark.parametrize(("groups", "kind"), [(1, "short"), (3, "long"), (14, "long")])
def test_saturation(tmp_path, groups, kind):
    named = {arm["id"]: arm["label"] for arm in arms(groups, kind)}
    table = written(
        tmp_path / "saturation.csv", [{"row": name, "role": name, "stage": ""} for name in named]
    )
    points = [
        {"row": f"{name}.{n}", "group": name, "place": str(n), "codes": "1000"}
        | {"mean": "900", "lower": "800", "upper": "1000"}
        for name in named
        for n in range(1, 4)
    ]
    inputs = {"table": table, "curve": written(tmp_path / "saturation_curve.csv", points)}
    path = drawn(tmp_path, draw_saturation, inputs, labels=named)
    assert faults_of(path) == []
    root = etree.parse(path).getroot()
    heights = [float(each.get("height")) for each in root.findall("{*}svg")]
    assert all(height <= 72 * TEXT_HEIGHT - 60 for height in heights)


def test_coverage(tmp_path):
    pattern = {"row": "", "level": "0.95", "coverage": "0.94", "coverage_mc_error": "0.01"}
    rows = [
        pattern | {"row": f"{n}.{values}", "label": LABELS["long"].format(n)}
        | {"method": "welch", "values": values}
        for n in range(3)
        for values in ("", "imputed")
    ]  # fmt: skip
    table = written(tmp_path / "operating_characteristics.csv", rows)
    assert faults_of(drawn(tmp_path, draw_coverage, {"table": table}, clustered=False)) == []


def flow(of_arms, *, reasons):
    """Return the table of flow of so many arms, with so many reasons of each kind."""
    rows = ["row,label,arm,n,denominator,percent", "assessed,Assessed for eligibility,,99999,,"]
    rows += ["eligible,Eligible and invited,,20000,99999,20.0", "declined,Declined,,9000,20000,45"]
    rows += [f"declined.{n},Would not take part because {n},,1000,9000,11" for n in range(1, 9)]
    rows.append("randomised,Randomised,,11000,20000,55")
    for arm in of_arms:
        name = arm["id"]
        rows.append(f'allocated.{name},"Allocated to {arm["label"]}",{name},1375,11000,12.5')
        rows += [f"form_{n}.{name},A form of the follow-up,{name},1250,1375,90.9" for n in range(4)]
        rows.append(f"followed_up.{name},one-year outcomes,{name},1250,1375,90.9")
        rows.append(f"not_followed_up.{name},not observed,{name},125,1375,9.1")
        rows.append(f"lost.{name},lost to follow-up,{name},125,1375,9.1")
        rows += [f"lost.{n}.{name},reason {n},{name},20,125,16" for n in range(1, reasons + 1)]
    return read_rows("flow", "\n".join(rows) + "\n")


@pytest.mark.parametrize("kind", ["short", "long", "one word", "Arabic", "Chinese"])
@pytest.mark.parametrize("groups", [2, 3, 8])
def test_flow_chart(tmp_path, groups, kind):
    labels, path = arms(groups, kind), tmp_path / "flow_chart.svg"
    table = flow(labels, reasons=4)
    drawing = draw_flow_chart.draw_flow_chart(table, labels, TEMPLATES / "flow_chart.svg.j2", FONTS)
    path.write_text(drawing, encoding="utf-8")
    assert faults_of(path) == []
    chart = lay_out(table, labels, FONTS)
    assert all(part.height <= 72 * TEXT_HEIGHT - 80 for part in chart.parts)
    assert sum(len(part.boxes) for part in chart.parts) == len(chart.boxes)
    if kind == "short":
        assert len(chart.parts) == 1, "on one page"


def test_nothing_is_lost_where_a_flow_chart_needs_two_pages():
    labels = arms(8, "long")
    chart = lay_out(flow(labels, reasons=30), labels, FONTS)
    assert len(chart.parts) > 1
    assert sum(part.height for part in chart.parts) == pytest.approx(chart.height)
    for part in chart.parts:
        for points, _ in part.paths:
            assert all(part.top <= y <= part.top + part.height for _, y in points)


def test_a_fault_is_found(tmp_path):
    path = tmp_path / "wrong.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100pt" height="40pt" '
        'viewBox="0 0 100 40"><text x="4" y="12" font-size="8px">One text</text>'
        '<text x="20" y="14" font-size="8px">another</text>'
        '<text x="90" y="30" font-size="8px">outside</text>'
        '<text x="4" y="36" font-size="7.5px">small</text></svg>',
        encoding="utf-8",
    )
    found = " ".join(faults_of(path))
    assert all(each in found for each in ("overprinted", "beyond the edge", "7.5 points"))
    one, other = Box("a", 0, 0, 5, 5, 8), Box("b", 5.2, 0, 9, 5, 8)
    assert not one.meets(other)


def test_lines_break_at_spaces_and_only_then_within_a_word():
    assert fold("two words", 30, FONTS) == ["two", "words"]
    pieces = fold("Elektroenzephalographisch", 30, FONTS)
    assert "".join(pieces) == "Elektroenzephalographisch"
    assert all(parts_width([piece], FONTS) <= 30 for piece in pieces)
    cell = draw_flow_chart.Cell("t#r/n", "1234567", "d")
    lines = fold_parts(["a b ", cell], 12, FONTS)
    (whole,) = [part for line in lines for part in line if part is cell]
    assert str(whole) == "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"


def luminance(colour):
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


DEUTERANOPIA = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
"""Linear RGB as it is seen without green cones (Machado and others, IEEE TVCG 2009;15:1291)."""


def without_green_cones(colour):
    parts = [(int(colour[place : place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5)]
    mixed = [sum(a * b for a, b in zip(row, parts, strict=True)) for row in DEUTERANOPIA]
    seen = [max(0.0, min(1.0, each)) for each in mixed]
    return "#" + "".join(f"{round(255 * each ** (1 / 2.2)):02x}" for each in seen)


def test_lines_are_told_apart_by_more_than_colour():
    looks = [(line, mark) for _, line, mark in ARM_STYLES]
    assert len(set(looks)) == len(looks) == 8
    assert len({line for _, line in draw_tipping_plot.STYLES.values()}) == 3
    assert len({mark for _, mark in draw_coverage.STYLES}) == len(draw_coverage.STYLES)


@pytest.mark.parametrize("colour", [INK, ACCENT, GREY])
def test_every_line_and_text_stands_out_from_the_page_in_grey_and_without_green_cones(colour):
    for seen in (colour, without_green_cones(colour)):
        assert 1.05 / (luminance(seen) + 0.05) >= 4.5
    for one, other in combinations((INK, GREY), 2):
        assert abs(luminance(one) - luminance(other)) > 0.1
