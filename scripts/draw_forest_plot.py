"""Draw the forest plot of one role's outcomes: a line is a row of the table `estimates`."""

from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.ticker import FuncFormatter, MaxNLocator

from trialtrail.record import run
from trialtrail.report.drawing import (
    ACCENT,
    GREY,
    INK,
    RULE,
    TEXT_WIDTH,
    Cell,
    Drawn,
    Name,
    draw_parts,
    words,
)
from trialtrail.report.fonts import text_width, wrap
from trialtrail.report.forest import CLOSE, FOOT, HEAD, SENSE, Piece, Row, in_parts, panels
from trialtrail.report.formatting import (
    KIND,
    as_printed,
    decimals_for_effect,
    format_number,
    has_number,
)
from trialtrail.results.cells import Cells, Table

POINTS, TICKS = 8, 5
"""Size of the texts; most steps of an axis."""
LABEL, VALUE = 160, 190
"""Points: the widest that the texts on the left and on the right of an axis may be."""
TITLES = {
    "mean_difference": "Difference of means",
    "risk_difference": "Difference of risks",
    "risk_ratio": "Ratio of risks",
}


def named(table: Table, row: dict[str, str], spoken: dict[str, dict[str, str]]) -> list[str]:
    """Return what a row is called, a part a piece: its label, its timepoint and its arm.

    The timepoint is named where the outcome has several, the arm where there are more than two.
    """
    alike = [
        each
        for each in table.rows.values()
        if all(each[key] == row[key] for key in ("analysis", "outcome", "measure", "arm"))
    ]
    parts = [row["label"]]
    if len(alike) > 1:
        words_of = row["timepoint"].replace("_", " ")
        parts.append(spoken["timepoints"].get(row["timepoint"], words_of))
    if len(spoken["arms"]) > 2:
        parts.append(spoken["arms"].get(row["arm"], row["arm"]))
    return parts


def label(table: Table, row: dict[str, str]) -> list[list[str | Cell]]:
    """Return the estimate and its interval as the tables of the report print them.

    They are two pieces, which may stand in two lines; where one is missing, the reason stands.
    """
    address = f"{table.name}#{row['row']}"
    reason = words(f"{address}/note", row.get("note", ""))
    if not row["estimate"]:
        return [[reason]]
    kind = [row, *(r for r in table.rows.values() if all(r[name] == row[name] for name in KIND))]
    spec = decimals_for_effect(
        *((each["lower"], each["upper"]) for each in kind if each["estimate"]),
        numbers=[row["estimate"]],
        decimals=row.get("decimals", ""),
        ratio=row["measure"] == "risk_ratio",
    )
    cells = {
        part: Cell(f"{address}/{part}", row[part], spec)
        for part in ("estimate", "lower", "upper")
        if row[part]
    }
    if not row["lower"]:
        return [[cells["estimate"]], ["(", reason, ")"]]
    return [[cells["estimate"]], ["(", cells["lower"], " to ", cells["upper"], ")"]]


def heading(table: Table, row: dict[str, str]) -> list[str | Cell]:
    """Return what a panel shows and in which unit, from its first row."""
    title = TITLES[row["measure"]]
    unit = words(f"{table.name}#{row['row']}/unit", row["unit"])
    return [f"{title}: ", unit] if row["unit"] else [title]


def draw_panel(axes, piece: Piece, texts: dict[str, Any], table: Table, fonts: Path) -> None:
    """Draw one panel: label, interval and estimate of each row, and the line of no effect."""
    rows = piece.rows
    ratio = rows[0].cells["measure"] == "risk_ratio"
    axes.set_xscale("log" if ratio else "linear")
    axes.axvline(1 if ratio else 0, color=GREY, linewidth=0.7, zorder=1)
    if len(rows) < len(piece.panel):
        known = [row.cells[part] for row in piece.panel for part in ("lower", "estimate", "upper")]
        axes.update_datalim([(float(value), 0) for value in known if value])
    place = 0.0
    for row in rows:
        middle = place + (row.depth - 1) / 2
        draw_row(axes, row, middle, texts)
        place += row.depth
    axes.set_ylim(place - 0.4, -0.6)
    axes.set_yticks([])
    if not any(row.cells["estimate"] for row in rows):
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
    elif not ratio:
        axes.xaxis.set_major_locator(MaxNLocator(steps_that_fit(axes, fonts)))
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
    axes.spines["left"].set_visible(False)
    gid = f"title-{len(texts)}"
    texts[gid] = heading(table, rows[0].cells)
    title = "".join(str(part) for part in texts[gid])
    shown = axes.set_title(title, loc="left", fontsize=8, fontweight=600, pad=6)
    shown.set_gid(gid)
    shown.set_parse_math(False)


def draw_row(axes, row: Row, middle: float, texts: dict[str, Any]) -> None:
    """Draw the interval of one row, its label on its left and its estimate on its right."""
    low, centre, high = (row.cells[part] for part in ("lower", "estimate", "upper"))
    if low:
        ends = [float(low), float(high)]
        axes.plot(ends, [middle, middle], color=INK, linewidth=1.1, zorder=2)
    if centre:
        axes.plot([float(centre)], [middle], marker="s", markersize=5, color=ACCENT, zorder=3)
    for kind, lines, place, side in (
        ("label", row.label, -0.03, "right"),
        ("value", row.value, 1.04, "left"),
    ):
        first = middle - (len(lines) - 1) / 2 * CLOSE
        for number, parts in enumerate(lines):
            gid = f"{kind}-{len(texts)}"
            texts[gid] = parts
            printed = "".join(str(part) for part in parts)
            at = (place, first + number * CLOSE)
            axes.annotate(printed, at, ha=side, va="center", gid=gid, **_beside(axes))


def tick(value: float, _: int = 0) -> str:
    """Return the number at a tick of the axis, as the report prints numbers."""
    return format_number(f"{value:.10g}", "g")


def steps_that_fit(axes, fonts: Path) -> int:
    """Return how many steps the axis may have so that the numbers at its ticks stand apart."""
    room = axes.get_position().width * TEXT_WIDTH * 72
    low, high = axes.get_xlim()
    for steps in range(TICKS, 1, -1):
        at = [v for v in MaxNLocator(steps).tick_values(low, high) if low <= v <= high]
        widest_tick = max((text_width(tick(v), POINTS, fonts) for v in at), default=0.0)
        if len(at) < 2 or widest_tick + POINTS <= room * (at[1] - at[0]) / (high - low):
            return steps
    return 1


def measured(
    rows: list[dict[str, str]], table: Table, spoken: dict[str, dict[str, str]], fonts: Path
) -> list[Row]:
    """Return the rows with their texts in lines that fit their columns."""
    done = []
    for row in rows:
        address = f"{table.name}#{row['row']}/label"
        lines: list[list[str | Cell]] = []
        name, *more = named(table, row, spoken)
        for piece in (name, *more):
            own = piece is name
            lines += [
                [words(address, line) if own else name_of_study(line)]
                for line in folded(piece, LABEL, fonts)
            ]
        value = label(table, row)
        whole = [part for piece in value for part in [*piece, " "]][:-1]
        if text_width("".join(map(str, whole)), POINTS, fonts) <= VALUE:
            value = [whole]
        elif not row["lower"]:
            note = f"{table.name}#{row['row']}/note"
            lines_of_note = [[words(note, line)] for line in folded(row["note"], VALUE, fonts)]
            value = [*value[: bool(row["estimate"])], *lines_of_note]
        done.append(Row(row, lines, value))
    return done


def name_of_study(line: str) -> str:
    """Return a line of a name that the configuration gives; marked where it holds a number."""
    return Name(line) if has_number(line) else line


def folded(text: str, width: float, fonts: Path) -> list[str]:
    """Return a text as printed in lines no wider than ``width`` points, long words broken."""
    lines: list[str] = []
    for line in wrap(as_printed(text), POINTS, width, fonts):
        while text_width(line, POINTS, fonts) > width:
            fits = next(
                n for n in range(len(line), 0, -1)
                if n == 1 or text_width(line[:n], POINTS, fonts) <= width
            )  # fmt: skip
            lines.append(line[:fits])
            line = line[fits:]
        lines.append(line)
    return lines


def _beside(axes) -> dict[str, Any]:
    return {
        "xycoords": axes.get_yaxis_transform(),
        "annotation_clip": False,
        "fontsize": POINTS,
        "parse_math": False,
    }


def draw_sense(axes, arms: list[str], depth: float, texts: dict[str, Any]) -> None:
    """Say below a panel what lies on either side of no effect, where two arms are compared."""
    if len(arms) == 2:
        reference, other = arms
        below = {"xycoords": "axes fraction", "annotation_clip": False, "color": GREY}
        place = -(FOOT + 0.04) / depth
        for side, ha, parts in (
            (0, "left", ["\N{LEFTWARDS ARROW} higher with ", reference]),
            (1, "right", ["higher with ", other, " \N{RIGHTWARDS ARROW}"]),
        ):
            text = {"ha": ha, "va": "center", "fontsize": 7.5, "parse_math": False}
            if has_number("".join(parts)):
                gid = f"sense-{len(texts)}"
                texts[gid] = [Name(part) if part in arms else part for part in parts]
                text["gid"] = gid
            axes.annotate("".join(parts), (side, place), **text, **below)


def draw_forest_plot(
    table: Table,
    role: str,
    measures: list[str],
    spoken: dict[str, dict[str, str]],
    fonts: Path,
) -> list[Drawn]:
    """Return the parts of the plot, each with its labels; without rows, one that says so.

    ``spoken`` has the labels of the arms, the reference first, and of the timepoints, by id. The
    columns of text are as wide as their texts, the axis has what is left.
    """
    shown = [measured(rows, table, spoken, fonts) for rows in panels(table, role, measures)]
    every = [row for rows in shown for row in rows]
    left = widest([row.label for row in every], fonts) / (72 * TEXT_WIDTH)
    right = widest([row.value for row in every], fonts) / (72 * TEXT_WIDTH)
    edges = max(0.3, left + 0.025), min(0.74, 1 - right - 0.03)
    return [draw_part(pieces, table, edges, spoken, fonts) for pieces in in_parts(shown)]


def draw_part(
    pieces: list[Piece],
    table: Table,
    edges: tuple[float, float],
    spoken: dict[str, dict[str, str]],
    fonts: Path,
) -> Drawn:
    """Return one part of the plot with its labels; ``edges`` are those of its axes, in widths."""
    from matplotlib.figure import Figure

    height = sum(HEAD + piece.depth + FOOT for piece in pieces) + SENSE
    figure = Figure(figsize=(TEXT_WIDTH, height))
    if not pieces:
        figure.text(0.5, 0.5, "No outcome of this kind", ha="center", va="center", color=RULE)
    texts: dict[str, Any] = {}
    (start, end), top = edges, height
    for piece in pieces:
        bottom = top - HEAD - piece.depth
        axes = figure.add_axes((start, bottom / height, end - start, piece.depth / height))
        draw_panel(axes, piece, texts, table, fonts)
        top = bottom - FOOT
    if pieces:
        draw_sense(axes, list(spoken["arms"].values()), pieces[-1].depth, texts)
    return figure, texts


def widest(columns: list[list[list[str | Cell]]], fonts: Path) -> float:
    """Return the width in points of the widest line of a column of text."""
    lines = ["".join(map(str, parts)) for lines in columns for parts in lines]
    return max((text_width(line, POINTS, fonts) for line in lines), default=0.0)


def main(job) -> None:
    """Read the table of estimates; write the plot."""
    table = Cells.of_files(job.input.table).table("estimates")
    fonts = Path(job.input.fonts[0]).parent
    measures = list(getattr(job.params, "measures", None) or TITLES)
    spoken = {
        "arms": {arm["id"]: arm["label"] for arm in job.params.arms},
        "timepoints": getattr(job.params, "timepoints", None) or {},
    }
    role = job.params.role
    make = partial(draw_forest_plot, table, role, measures, spoken, fonts)
    draw_parts(fonts, make, job.output.figure)


run(main, globals())
