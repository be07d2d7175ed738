"""Draw a trail as one SVG: raw files on the left, what is made from them on the right.

The drawing holds what the text tells: the same files, the same jobs. Many raw files of one folder
are one box. It needs no network, no script and no font of its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath

from trialtrail.lineage.graph import Graph
from trialtrail.lineage.tracing.trace import Tree, many_raw_files

LETTER, HEIGHT, PADDING = 6.7, 24, 9
"""Width of a letter, height of a box, room on the left and right of its text; in pixels."""
DOWN, ACROSS, MARGIN = 10, 44, 16
SWEEPS = 6
"""Times that the layers are put into order; more change nothing on the studies tried."""
FILLS = {"raw": "#f3efe4", "report": "#e3edf7", "figure": "#e3edf7", "table": "#e3edf7"}
FILL, EDGE, CHOSEN, LINE, INK = "#ffffff", "#8a8f98", "#1d4f91", "#b9bec7", "#1b1f24"


@dataclass
class Box:
    """A file, a job or a folder of raw files, and where it stands."""

    key: str
    label: str
    kind: str
    layer: int = 0
    x: float = 0
    y: float = 0
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Return the width that the label takes."""
        return len(self.label) * LETTER + 2 * PADDING


def draw(start: str, graph: Graph, forward: bool = False, whole: bool = False) -> str:
    """Return the SVG of the files and jobs that `tell` names, from left to right."""
    tree = Tree(graph, forward, whole)
    list(tree.lines(start))
    boxes = _boxes(tree, graph, tree.files | {start})
    _put_in_layers(boxes)
    layers = _in_order(boxes)
    width, height = _place(layers)
    return _svg(start, boxes, width, height)


def _boxes(tree: Tree, graph: Graph, names: set[str]) -> dict[str, Box]:
    """Return the boxes by key, with the lines between them."""
    files = {name for name in names if graph.files[name]["kind"] not in ("code", "record")}
    standing_for = {
        name: text for text, names in many_raw_files(files, graph).items() for name in names
    }
    boxes: dict[str, Box] = {}
    for name in sorted(files):
        key = standing_for.get(name, name)
        label = key if name in standing_for else "/".join(PurePosixPath(name).parts[-2:])
        boxes.setdefault(key, Box(key, label, graph.files[name]["kind"]))
    for job in sorted(tree.jobs):
        box = boxes.setdefault(f"job {job}", Box(f"job {job}", job, "job"))
        read = {standing_for.get(name, name) for name in graph.reads[job] if name in files}
        made = {name for name in graph.made[job] if name in files}
        for name in sorted(read):
            _join(boxes[name], box)
        for name in sorted(made):
            _join(box, boxes[name])
    return boxes


def _join(one: Box, other: Box) -> None:
    one.after.append(other.key)
    other.before.append(one.key)


def _put_in_layers(boxes: dict[str, Box]) -> None:
    """Put each box one layer after the last of those before it; a raw file just before its job."""
    waiting = {key: len(box.before) for key, box in boxes.items()}
    ready = sorted(key for key, count in waiting.items() if not count)
    order = []
    for key in ready:  # grows while it is walked
        order.append(key)
        for other in boxes[key].after:
            boxes[other].layer = max(boxes[other].layer, boxes[key].layer + 1)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    for key in reversed(order):
        box = boxes[key]
        if box.after and not box.before:
            box.layer = min(boxes[other].layer for other in box.after) - 1


def _in_order(boxes: dict[str, Box]) -> list[list[Box]]:
    """Return the layers, each in an order in which few lines cross (barycentres, both ways)."""
    layers: list[list[Box]] = [[] for _ in range(max(box.layer for box in boxes.values()) + 1)]
    for key in sorted(boxes):
        layers[boxes[key].layer].append(boxes[key])
    spot: dict[str, float] = {}

    def note(layer: list[Box]) -> None:
        spot.update({box.key: (at + 0.5) / len(layer) for at, box in enumerate(layer)})

    for layer in layers:
        note(layer)
    for sweep in range(SWEEPS):
        onward = sweep % 2 == 0
        for layer in layers if onward else layers[::-1]:
            layer.sort(key=lambda box: _middle(box.before if onward else box.after, spot, box.key))
            note(layer)
    return layers


def _middle(near: Iterable[str], spot: dict[str, float], own: str) -> float:
    places = [spot[key] for key in near]
    return sum(places) / len(places) if places else spot[own]


def _place(layers: list[list[Box]]) -> tuple[float, float]:
    """Give each box its place; return width and height of the drawing."""
    height = max(len(layer) * (HEIGHT + DOWN) - DOWN for layer in layers)
    x = float(MARGIN)
    for layer in layers:
        y = MARGIN + (height - len(layer) * (HEIGHT + DOWN) + DOWN) / 2
        for box in layer:
            box.x, box.y = x, y
            y += HEIGHT + DOWN
        x += max(box.width for box in layer) + ACROSS
    return x - ACROSS + MARGIN, height + 2 * MARGIN


def _svg(start: str, boxes: dict[str, Box], width: float, height: float) -> str:
    lines = [_line(box, boxes[other]) for box in boxes.values() for other in sorted(set(box.after))]
    shapes = [_shape(box, box.key == start) for box in boxes.values()]
    title = escape(f"The trail of {start}")
    head = textwrap.dedent(f"""\
        <svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"
          viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{title}"
          font-family="Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="11">
        <title>{title}</title>
        <rect width="100%" height="100%" fill="#ffffff"/>
        <g fill="none" stroke="{LINE}">
        """)
    return "\n".join([head.rstrip(), *lines, "</g>", *shapes, "</svg>"]) + "\n"


def _line(one: Box, other: Box) -> str:
    x1, y1, x2, y2 = one.x + one.width, one.y + HEIGHT / 2, other.x, other.y + HEIGHT / 2
    bend = min(max(ACROSS / 2, (x2 - x1) / 2), 3 * ACROSS)
    places = f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f}"
    return f'<path d="{places} {x2:.1f} {y2:.1f}"/>'


def _shape(box: Box, chosen: bool) -> str:
    edge = f'stroke="{CHOSEN}" stroke-width="2"' if chosen else f'stroke="{EDGE}"'
    corner = HEIGHT / 2 if box.kind == "job" else 3
    return (
        f'<g><title>{escape(box.key)}</title><rect x="{box.x:.1f}" y="{box.y:.1f}" '
        f'width="{box.width:.1f}" height="{HEIGHT}" rx="{corner:g}" '
        f'fill="{FILLS.get(box.kind, FILL)}" {edge}/>'
        f'<text x="{box.x + PADDING:.1f}" y="{box.y + 16:.1f}" fill="{INK}">'
        f"{escape(box.label)}</text></g>"
    )
