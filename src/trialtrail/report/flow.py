"""The layout of the flow chart: which boxes there are, what they say, and where they stand.

The chart has the form of the CONSORT statement (Hopewell et al., BMJ 2025;389:e081123): a trunk
from assessment to randomisation, with those who left it at its side, and a branch for each arm down
to who was analysed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trialtrail.analysis.plan import MAIN
from trialtrail.report.drawing import TEXT_WIDTH, Cell, Name, words
from trialtrail.report.figure_text import Parts, fold_parts, parts_width
from trialtrail.report.flow_boxes import PADDING, Box, Chart, Line, Text
from trialtrail.report.views import NOTHING
from trialtrail.results.cells import Table

WIDTH = round(72 * TEXT_WIDTH, 1)
"""Width of the text on the page, in points."""

GAP, INDENT = 11.0, 7.0
"""Points between two boxes, and by which a reason is set in."""
SIDE, MIDDLE, WIDEST = 150.0, 170.0, 214.0
"""Widths of the boxes beside the trunk, of those in it, and the greatest of an arm's."""
SIDE_BY_SIDE = 4
"""Arms whose boxes have room for words; those of more have numbers, and the words on the left."""
NAMES, TIGHT = 92.0, 2.5
"""Width of the words on the left, and between the narrow boxes and their frames."""
LISTED = 6
"""Primary outcomes that the last box lists; of more it has the fewest and the most analysed."""
TRUNK = ("assessed", "eligible", "randomised")
SIDES = {"not_eligible": "assessed", "declined": "eligible", "not_randomised": "eligible"}
"""Boxes of those who left the trunk, and the box of it that they left."""
ENDS = ("followed_up", "not_followed_up", "withdrawn", "lost")
"""The last box of an arm: who was seen at its end, who was not, and why."""
ALONE = ("allocated", "excluded", "received")
"""Boxes of an arm that have a stage to themselves, before what was observed."""
ENDED, UNTOLD = "ended", "Intervention"
"""Stage of those whose intervention has ended, and what its box is called without a count."""
WITH_REASONS = ("not_eligible", "declined", "lost", "not_followed_up")
"""Stages of which a box says so where no reason is recorded."""
UNRECORDED = "reasons not recorded"
UNSAID, OTHERS = "reason not recorded", "Other reasons"
"""Reasons that `tabulate_flow` names by itself, among those that people wrote."""


def size(
    table: Table, row: str, named: bool = False, share: bool = True, reason: bool = False
) -> Line:
    """Return what a box says of a row: ``n = 129 (75%)``, or after its label if ``named``."""
    cells = table.rows[row]
    label: Parts = [words(f"{table.name}#{row}/label", cells["label"])] if named else []
    numbers: Parts = [" " if named else "n = ", Cell(f"{table.name}#{row}/n", cells["n"], "d")]
    if share and cells.get("percent"):
        numbers += [" (", Cell(f"{table.name}#{row}/percent", cells["percent"], ".0p"), "%)"]
    return Line(label, numbers, reason)


def of_base(table: Table, row: str) -> Line:
    """Return what a box says of a row that counts others than the box: ``159 of 172``."""
    line = size(table, row, named=True, share=False)
    base = Cell(f"{table.name}#{row}/denominator", table.rows[row]["denominator"], "d")
    return Line(line.label, [*line.numbers, " of ", base])


def of_row(table: Table, row: str, share: bool = False) -> Box:
    """Return a box that is headed by a row's label."""
    heading: Parts = [words(f"{table.name}#{row}/label", table.rows[row]["label"])]
    return Box(heading, [size(table, row, share=share)])


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
    """Return a box with a line for each reason that the table has of its stage, or that it has
    none."""
    ending = f".{arm}" if arm else ""
    found = []
    for row in table.rows:
        number = row.removeprefix(f"{stage}.").removesuffix(ending)
        if row == f"{stage}.{number}{ending}" and number.isdigit():
            found.append(row)
    labels = [table.rows[row]["label"] for row in found]
    for row in found:
        if table.rows[row]["n"] != "0":
            line = size(table, row, named=True, share=False, reason=True)
            if line.name == UNSAID and begin_with_capitals(labels):
                line.label = [UNSAID.capitalize()]
            box.lines.append(line)
    told = table.rows.get(f"{stage}{ending}", {}).get("n", "0") in ("", "0")
    further = any(f"{each}{ending}" in table.rows for each in ("withdrawn", "lost"))
    if (
        stage in WITH_REASONS
        and not (found or told)
        and not (stage == "not_followed_up" and further)
    ):
        box.lines.append(Line([UNRECORDED], reason=True))
    return box


def begin_with_capitals(reasons: Sequence[str]) -> bool:
    """Tell whether the reasons that people wrote begin with capitals, most of them."""
    written = [each for each in reasons if each not in (UNSAID, OTHERS)]
    return sum(each[:1].isupper() for each in written) > len(written) / 2


def branch(table: Table, arm: str, analysed: Box | None = None) -> list[Box | None]:
    """Return the boxes of an arm, in stages: allocated, excluded, received, observed, the end.

    ``analysed`` is the last of them, where outcomes were analysed.
    """
    stages = [row.rpartition(".")[0] for row in table.rows if row.endswith(f".{arm}")]
    boxes: list[Box | None] = []
    for stage in ALONE:
        row = f"{stage}.{arm}"
        box = of_row(table, row, share=stage == "received") if stage in stages else None
        boxes.append(with_lines(table, stage, box, arm) if box else None)
    if ENDED in stages:
        boxes[-1] = boxes[-1] or Box([UNTOLD], [])
        boxes[-1].lines.append(of_base(table, f"{ENDED}.{arm}"))
        with_lines(table, ENDED, boxes[-1], arm)
    numbered = [stage for stage in stages if stage.rpartition(".")[2].isdigit()]
    forms = [stage for stage in stages if stage not in (*ALONE, ENDED, *ENDS, *numbered)]
    for heading, listed in (("Observed", forms), ("Followed up", ENDS)):
        box = Box([heading], [])
        for stage in listed:
            if (row := f"{stage}.{arm}") in table.rows:
                box.lines.append(size(table, row, named=True))
                with_lines(table, stage, box, arm)
        boxes.append(box if box.lines else None)
    return [*boxes, analysed]


def analysed_of(
    arms: Table | None, arm: str, primary: Sequence[tuple[str, str, Parts]]
) -> Box | None:
    """Return the box of who was analysed in an arm (CONSORT 2025, item 26).

    Args:
        arms: the result table of the arms of each analysis.
        primary: outcome, timepoint and label of each primary outcome.
    """
    found: list[tuple[Parts, str, dict[str, str]]] = []
    for outcome, timepoint, label in primary if arms else ():
        for name, cells in arms.rows.items():
            key = tuple(cells[each] for each in ("analysis", "outcome", "timepoint", "arm"))
            if key == (MAIN, outcome, timepoint, arm) and cells["n_analysed"]:
                found.append((label, f"{arms.name}#{name}", cells))
                break
    if not found:
        return None
    if len(found) > 1 and len({cells["n_analysed"] for *_, cells in found}) == 1:
        return Box(["Analysed"], [Line(["each primary outcome"], analysed_alike(found))])
    if len(found) > LISTED:
        ordered = sorted(found, key=lambda each: int(each[2]["n_analysed"]))
        ends = zip(("fewest", "most"), (ordered[0], ordered[-1]), strict=True)
        found = [([f"primary outcome with the {said}"], *each[1:]) for said, each in ends]
    lines = [Line(label, analysed_numbers(row, cells)) for label, row, cells in found]
    return Box(["Analysed"], lines)


def analysed_alike(found: Sequence[tuple[Parts, str, dict[str, str]]]) -> Parts:
    """Return how many were analysed of each outcome, and the fewest and most imputed values.

    Where values of some outcomes alone are imputed nothing is said of that.
    """
    _, row, cells = found[0]
    imputed = {each[2].get("n_imputed", "") for each in found}
    if len(imputed) == 1:
        return analysed_numbers(row, cells)
    if "" in imputed:
        return analysed_numbers(row, {**cells, "n_imputed": ""})
    ordered = sorted(found, key=lambda each: int(each[2]["n_imputed"]))
    fewest, most = (
        Cell(f"{name}/n_imputed", cells["n_imputed"], "d")
        for _, name, cells in (ordered[0], ordered[-1])
    )
    numbers: Parts = [" ", Cell(f"{row}/n_analysed", cells["n_analysed"], "d")]
    return [*numbers, " (", fewest, " to ", most, " imputed)"]


def analysed_numbers(row: str, cells: Mapping[str, str]) -> Parts:
    """Return how many were analysed, and of them how many with imputed values."""
    numbers: Parts = [" ", Cell(f"{row}/n_analysed", cells["n_analysed"], "d")]
    if cells.get("n_imputed") not in (None, "", "0"):
        numbers += [" (", Cell(f"{row}/n_imputed", cells["n_imputed"], "d"), " imputed)"]
    return numbers


def _fit(box: Box, width: float, fonts: Path) -> None:
    """Give the box its width and break its text into lines that fit."""
    box.width = width
    room = width - 2 * box.padding
    box.texts = [Text(parts, True) for parts in fold_parts(box.heading, room, fonts, 600) if parts]
    for line in box.lines:
        indent = INDENT if line.reason else 0.0
        box.texts += [Text(parts, indent=indent) for parts in _lines_of(line, room - indent, fonts)]


def _lines_of(line: Line, room: float, fonts: Path) -> list[Parts]:
    """Return a line in lines that fit: the numbers stand whole behind the words or below them."""
    label = [*line.label, ":"] if line.label and line.numbers else line.label
    if not label:
        return fold_parts(line.numbers, room, fonts)
    *above, last = fold_parts(label, room, fonts)
    if parts_width([*last, *line.numbers], fonts) <= room:
        return [*above, [*last, *line.numbers]]
    return [*above, last, *fold_parts(_unspaced(line.numbers), room, fonts)]


def _unspaced(numbers: Parts) -> Parts:
    """Return numbers that begin a line of their own."""
    return numbers[1:] if numbers[:1] == [" "] else numbers


def lay_out(
    table: Table,
    arms: Sequence[Mapping[str, Any]],
    fonts: Path,
    analysed: Mapping[str, Box | None] | None = None,
) -> Chart:
    """Return the chart of a table of flow; ``analysed`` has the last box of each arm by its id."""
    chart = Chart()
    end, foot = _lay_trunk(chart, table, fonts)
    branches = [branch(table, arm["id"], (analysed or {}).get(arm["id"])) for arm in arms]
    if len(branches) <= SIDE_BY_SIDE:
        _lay_branches(chart, branches, (end, foot, 0.0), fonts)
        return chart
    for boxes, arm in zip(branches, arms, strict=True):
        if boxes[0] is not None:
            boxes[0].heading = [Name(arm["label"])]
    beside = _fit_grid(branches, fonts)
    _lay_branches(chart, branches, (end, foot, NAMES), fonts)
    for box, named in beside:
        named.y = box.y
        chart.boxes.append(named)
    return chart


def _lay_trunk(chart: Chart, table: Table, fonts: Path) -> tuple[float, float]:
    """Place the boxes before allocation.

    Returned are where the last of them ends, and where all that stands beside them ends.
    """
    middle, y, foot = WIDTH / 2, 1.0, 1.0
    names = trunk(table)
    for place, name in enumerate(names):
        box = of_row(table, name)
        _fit(box, MIDDLE, fonts)
        box.x, box.y = middle - box.width / 2, y
        chart.boxes.append(box)
        end = box.y + box.height
        if place + 1 == len(names):
            return end, max(end, foot - GAP * 0.35)
        left = sides(table, name)
        if name == names[-2]:  # the box that they left may not be there
            left += [each for other in TRUNK if other not in names for each in sides(table, other)]
        y, foot = _lay_sides(chart, left, (middle, end, foot), fonts) if left else (end + GAP, foot)
        chart.join([(middle, end), (middle, y)])
    return y, max(y, foot)


def _lay_sides(
    chart: Chart, boxes: list[Box], start: tuple[float, float, float], fonts: Path
) -> tuple[float, float]:
    """Place the boxes of those who left the trunk beside it, with their middles below its box.

    ``start`` is where the trunk runs down, where its last box ends, and where there is room beside
    it. Returned are where the trunk goes on, and where there is room beside it from then on.
    """
    middle, end, free = start
    level = end
    for box in boxes:
        _fit(box, SIDE, fonts)
        box.x, box.y = WIDTH - box.width - 1, max(free, level + GAP - box.height / 2)
        chart.boxes.append(box)
        level = box.y + box.height / 2
        chart.join([(middle, level), (box.x, level)])
        free = box.y + box.height + GAP / 2
    return level + GAP, free


def _lay_branches(
    chart: Chart, branches: list[list], start: tuple[float, float, float], fonts: Path
) -> None:
    """Place a column a branch; boxes of one stage stand level.

    ``start`` is where the trunk ends, where all beside it ends, and where the columns begin on the
    left, in points.
    """
    end, foot, left = start
    columns = len(branches)
    gap = GAP if columns <= SIDE_BY_SIDE else TIGHT
    pitch = (WIDTH - left) / columns
    width = min(WIDEST, pitch - gap)
    centres = [left + pitch * (place + 0.5) for place in range(columns)]
    fork = foot + GAP * 0.7
    chart.cuts.append(foot + GAP * 0.35)
    chart.join([(WIDTH / 2, end), (WIDTH / 2, fork)], arrow=False)
    ends = sorted([centres[0], centres[-1], WIDTH / 2])
    chart.join([(ends[0], fork), (ends[-1], fork)], arrow=False)
    y, above = fork + GAP * 0.7, [fork] * columns
    for stage in range(max(map(len, branches), default=0)):
        row = [boxes[stage] if stage < len(boxes) else None for boxes in branches]
        for place, box in enumerate(row):
            if box is None:
                continue
            if not box.texts:
                _fit(box, width, fonts)
            box.width = width
            box.x, box.y = centres[place] - width / 2, y
            chart.boxes.append(box)
            chart.join([(centres[place], above[place]), (centres[place], y)])
            above[place] = y + box.height
        heights = [box.height for box in row if box is not None]
        if heights:
            y += max(heights) + GAP
            chart.cuts.append(y - GAP / 2)
    chart.height = max(above) + 2


def _fit_grid(branches: list[list[Box | None]], fonts: Path) -> list[tuple[Box, Box]]:
    """Fit the boxes of many arms into narrow columns of numbers, with the words of all beside them.

    The lines of a stage stand level in all arms; an arm without one has a dash there. Returned is
    for each stage a box of it, and the words that stand on its left.
    """
    room = (WIDTH - NAMES) / len(branches) - 3 * TIGHT
    beside = []
    for stage in range(max(map(len, branches))):
        boxes = [boxes[stage] for boxes in branches if boxes[stage] is not None]
        if boxes:
            named = Box([], [], width=NAMES, framed=False, padding=0.0)
            _level_headings(boxes, named, room, fonts)
            first = {line.name: line for box in reversed(boxes) for line in box.lines}
            for name in dict.fromkeys(line.name for box in boxes for line in box.lines):
                _level_line(first[name], boxes, named, room, fonts)
            beside.append((boxes[0], named))
    return beside


def _level_headings(boxes: list[Box], named: Box, room: float, fonts: Path) -> None:
    """Give the boxes of the first stage the names of their arms, and those of others no heading.

    What the stage is called stands beside them.
    """
    arms = any(isinstance(part, Name) for box in boxes for part in box.heading)
    heading: Parts = ["Allocated to"] if arms else boxes[0].heading
    beside = fold_parts(heading, NAMES - PADDING, fonts, 600)
    named.texts = [Text(parts, True) for parts in beside]
    for box in boxes:
        box.padding = TIGHT
        own = fold_parts(box.heading, room, fonts, 600) if arms else []
        box.texts = [Text(parts, True) for parts in own]
    if arms or boxes[0].lines[0].label:
        _level([named, *boxes])


def _level_line(line: Line, boxes: list[Box], named: Box, room: float, fonts: Path) -> None:
    """Give the boxes of a stage their numbers of one line, and the words beside its label."""
    indent = INDENT if line.reason else 0.0
    beside = fold_parts(line.label, NAMES - PADDING - indent, fonts) if line.label else []
    named.texts += [Text(parts, indent=indent) for parts in beside]
    for box in boxes:
        mine = [each for each in box.lines if each.name == line.name]
        said = (_unspaced(mine[0].numbers) or ["yes"]) if mine else [NOTHING]
        box.texts += [Text(parts) for parts in fold_parts(said, room, fonts)]
    _level([named, *boxes])


def _level(boxes: list[Box]) -> None:
    """Give boxes as many lines as the longest of them, empty ones at their ends."""
    most = max(len(box.texts) for box in boxes)
    for box in boxes:
        box.texts += [Text([])] * (most - len(box.texts))
