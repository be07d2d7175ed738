"""The layout of the flow chart: which boxes there are, what they say, and where they stand.

The chart has the form of the CONSORT statement (Schulz et al., BMJ 2010;340:c332): a trunk from
assessment to randomisation, with those who left it at its side, and a branch for each arm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialtrail.report.drawing import Cell, words
from trialtrail.report.fonts import text_width, wrap
from trialtrail.results.cells import Table

WIDTH = 482.0
"""Width of the text on the page, in points."""

SIZE, LEADING, PADDING, GAP = 8.0, 10.6, 5.5, 14.0
TRUNK = ("assessed", "eligible", "randomised")
SIDES = {"not_eligible": "assessed", "declined": "eligible", "not_randomised": "eligible"}
"""Boxes of those who left the trunk, and the box of it that they left."""
ENDS = ("followed_up", "not_followed_up", "withdrawn", "lost")
"""The last box of an arm: who was seen at its end, who was not, and why."""
ALONE = ("allocated", "excluded", "received")
"""Boxes of an arm that have a stage to themselves, before what was observed."""


Parts = list[str | Cell]
"""The pieces of a line: words, and numbers with their cells."""


@dataclass
class Line:
    """A line of a box: the label of a row, where it has one, and the numbers after it."""

    label: str
    address: str
    numbers: Parts


@dataclass
class Box:
    """A box: a heading, lines, and its place in points; ``texts`` is what fits into its width."""

    heading: str
    address: str
    lines: list[Line]
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    texts: list[tuple[Parts, bool]] = field(default_factory=list)

    @property
    def height(self) -> float:
        """Return the height that its text needs."""
        return 2 * PADDING + LEADING * len(self.texts) - 2

    @property
    def printed(self) -> list[dict[str, Any]]:
        """Return each line of text with its baseline, and whether it is the heading's."""
        top = self.y + PADDING + SIZE - 0.5
        return [
            {"y": top + LEADING * place, "bold": bold, "parts": parts}
            for place, (parts, bold) in enumerate(self.texts)
        ]


@dataclass
class Chart:
    """The boxes and the lines between them; a line with an arrow ends in a box."""

    boxes: list[Box] = field(default_factory=list)
    paths: list[dict[str, Any]] = field(default_factory=list)
    height: float = 0.0

    def join(self, points: Sequence[tuple[float, float]], arrow: bool = True) -> None:
        """Draw a line through the points."""
        self.paths.append(
            {"d": "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points), "arrow": arrow}
        )


def size(table: Table, row: str, label: str = "", share: bool = True) -> Line:
    """Return what a box says of a row: ``n = 129 (75%)``, after a label where one is given."""
    cells = table.rows[row]
    numbers: Parts = [" " if label else "n = ", Cell(f"{table.name}#{row}/n", cells["n"], "d")]
    if share and cells.get("percent"):
        numbers += [" (", Cell(f"{table.name}#{row}/percent", cells["percent"], ".0p"), "%)"]
    return Line(label, f"{table.name}#{row}/label", numbers)


def of_row(table: Table, row: str, share: bool = False) -> Box:
    """Return a box that is headed by a row's label."""
    address = f"{table.name}#{row}/label"
    return Box(table.rows[row]["label"], address, [size(table, row, share=share)])


def trunk(table: Table) -> list[str]:
    """Return the boxes before allocation; a box that repeats the one above it is left out."""
    rows = [row for row in TRUNK if row in table.rows]
    if "eligible" in rows and table.rows["eligible"]["n"] == table.rows["assessed"]["n"]:
        rows.remove("assessed")
    return rows


def sides(table: Table, place: str) -> list[Box]:
    """Return the boxes of those who left the trunk after a box of it, with their reasons."""
    boxes = []
    for name, after in SIDES.items():
        if name in table.rows and after == place:
            boxes.append(with_lines(table, name, of_row(table, name)))
    return boxes


def with_lines(table: Table, stage: str, box: Box, arm: str = "") -> Box:
    """Return a box with a line for each reason that the table has of its stage."""
    ending = f".{arm}" if arm else ""
    for row, cells in table.rows.items():
        number = row.removeprefix(f"{stage}.").removesuffix(ending)
        if row == f"{stage}.{number}{ending}" and number.isdigit() and cells["n"] != "0":
            box.lines.append(size(table, row, cells["label"], share=False))
    return box


def branch(table: Table, arm: str) -> list[Box | None]:
    """Return the boxes of an arm, in stages: allocated, excluded, received, observed, the end."""
    stages = [row.rpartition(".")[0] for row in table.rows if row.endswith(f".{arm}")]
    boxes: list[Box | None] = []
    for stage in ALONE:
        row = f"{stage}.{arm}"
        box = of_row(table, row, share=stage == "received") if stage in stages else None
        boxes.append(with_lines(table, stage, box, arm) if box else None)
    numbered = [stage for stage in stages if stage.rpartition(".")[2].isdigit()]
    forms = [stage for stage in stages if stage not in (*ALONE, *ENDS, *numbered)]
    for heading, listed in (("Observed", forms), ("Followed up", ENDS)):
        box = Box(heading, "", [])
        for stage in listed:
            if (row := f"{stage}.{arm}") in table.rows:
                box.lines.append(size(table, row, table.rows[row]["label"]))
                with_lines(table, stage, box, arm)
        boxes.append(box if box.lines else None)
    return boxes


def _fit(box: Box, width: float, fonts: Path) -> None:
    """Give the box its width and break its text into lines that fit."""
    box.width = width
    room = width - 2 * PADDING
    headings = wrap(box.heading, SIZE, room, fonts, 600)
    box.texts = [([words(box.address, heading)], True) for heading in headings]
    for line in box.lines:
        numbers = "".join(str(part) for part in line.numbers)
        labels = wrap(f"{line.label}:", SIZE, room, fonts) if line.label else [""]
        *above, last = [[words(line.address, label.removesuffix(":"))] for label in labels]
        if line.label:
            last.append(":")
        box.texts += [(parts, False) for parts in above]
        if text_width(labels[-1] + numbers, SIZE, fonts) <= room:
            box.texts.append(([*last, *line.numbers], False))
        else:
            box.texts += [(last, False), ([*line.numbers], False)]


def lay_out(table: Table, arms: Sequence[Mapping[str, Any]], fonts: Path) -> Chart:
    """Return the chart of a table of flow."""
    chart = Chart()
    foot = _lay_trunk(chart, table, fonts)
    _lay_branches(chart, [branch(table, arm["id"]) for arm in arms], foot, fonts)
    return chart


def _lay_trunk(chart: Chart, table: Table, fonts: Path) -> float:
    """Place the boxes before allocation; return where the last of them ends."""
    middle, y = WIDTH / 2, 1.0
    names = trunk(table)
    for place, name in enumerate(names):
        box = of_row(table, name)
        _fit(box, 170, fonts)
        box.x, box.y = middle - box.width / 2, y
        chart.boxes.append(box)
        end = box.y + box.height
        if place + 1 == len(names):
            return end
        left = sides(table, name)
        if name == names[-2]:  # the box that they left may not be there
            left += [each for other in TRUNK if other not in names for each in sides(table, other)]
        y = _lay_sides(chart, left, middle, end, fonts) if left else end + GAP
        chart.join([(middle, end), (middle, y)])
    return y


def _lay_sides(chart: Chart, boxes: list[Box], middle: float, end: float, fonts: Path) -> float:
    """Place the boxes of those who left the trunk beside it; return where it goes on."""
    y = end + GAP / 2
    for box in boxes:
        _fit(box, 140, fonts)
        box.x, box.y = WIDTH - box.width - 1, y
        chart.boxes.append(box)
        level = box.y + box.height / 2
        chart.join([(middle, level), (box.x, level)])
        y = box.y + box.height + GAP / 2
    return y


def _lay_branches(chart: Chart, branches: list[list], foot: float, fonts: Path) -> None:
    """Place a column a branch; boxes of one stage stand level."""
    columns = len(branches)
    width = min(214.0, (WIDTH - GAP * (columns - 1)) / columns - 1)
    pitch = WIDTH / columns
    centres = [pitch * (place + 0.5) for place in range(columns)]
    fork = foot + GAP * 0.7
    chart.join([(WIDTH / 2, foot), (WIDTH / 2, fork)], arrow=False)
    chart.join([(centres[0], fork), (centres[-1], fork)], arrow=False)
    y, above = fork + GAP * 0.7, [fork] * columns
    for stage in range(max(map(len, branches), default=0)):
        row = [boxes[stage] if stage < len(boxes) else None for boxes in branches]
        for place, box in enumerate(row):
            if box is None:
                continue
            _fit(box, width, fonts)
            box.x, box.y = centres[place] - width / 2, y
            chart.boxes.append(box)
            chart.join([(centres[place], above[place]), (centres[place], y)])
            above[place] = y + box.height
        heights = [box.height for box in row if box is not None]
        if heights:
            y += max(heights) + GAP
    chart.height = max(above) + 2
