"""How the drawings look, and how they are written: the same bytes, text as text, cells named."""

from __future__ import annotations

import io
import re
import threading
import unicodedata
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from trialtrail.report.fonts import FAMILY, SIGNS, known_to_drawings
from trialtrail.report.formatting import as_printed, format_number, has_number
from trialtrail.report.writing_systems import SYSTEMS

INK, GREY, RULE, BAND, ACCENT = "#1c2329", "#5f6a72", "#b4bcc2", "#dfe4e7", "#1d5b6f"
"""Ink, secondary text, rules, areas, and the one accent; told apart in greyscale as well."""

ARM_STYLES = (
    (INK, "-", ""),
    (ACCENT, "--", ""),
    (INK, ":", ""),
    (ACCENT, "-.", ""),
    (INK, "-", "o"),
    (ACCENT, "--", "s"),
    (INK, ":", "^"),
    (ACCENT, "-.", "D"),
)
"""Colour, line and mark of the arms: no two have the same line and mark, whatever the colour."""

TEXT_WIDTH, TEXT_HEIGHT = 170 / 25.4, 250 / 25.4
"""Width and height of the text on the page, in inches."""

FAMILIES = ",".join((FAMILY, SIGNS, *(system.family for system in SYSTEMS)))
"""The fonts of a text; no spaces, which readers of SVG take for part of a name."""

_ONE_AT_A_TIME = threading.Lock()

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
PART = "part"
"""Class of the parts of a figure that does not fit on one page."""


@dataclass(frozen=True)
class Cell:
    """A number within a label: the cell, its text in the table and how it is printed.

    With the specification ``t`` it is a piece of the text of a cell that holds a number.
    """

    address: str
    text: str
    spec: str

    def __str__(self) -> str:
        return self.text if self.spec == "t" else format_number(self.text, self.spec)


Drawn = tuple[Any, Mapping[str, "list[str | Cell]"]]
"""A figure of matplotlib, and by ``gid`` of a text the parts of that text."""


class Name(str):
    """A name within a label that the configuration gives, with a number in it."""


def words(address: str, text: str) -> Cell | str:
    """Return a piece of a cell's text as printed, with its address where it holds a number."""
    shown = as_printed(text)
    return Cell(address, shown, "t") if has_number(text) else shown


def is_right_to_left(text: str) -> bool:
    """Tell whether a text has letters of a script that is written from right to left."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def style() -> dict[str, Any]:
    """Return the settings of matplotlib for all figures."""
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "trialtrail",
        "font.family": [FAMILY],
        "font.size": 8,
        "axes.edgecolor": RULE,
        "axes.linewidth": 0.6,
        "axes.labelcolor": INK,
        "axes.labelsize": 8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": INK,
        "xtick.color": RULE,
        "ytick.color": RULE,
        "xtick.labelcolor": GREY,
        "ytick.labelcolor": GREY,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "axes.unicode_minus": True,
    }


def draw(fonts: Path, make: Callable[[], Drawn], path: str | Path) -> None:
    """Write the figure that ``make`` returns, with its labels, as SVG.

    Args:
        fonts: the folder of the shipped fonts.
        make: called without arguments once fonts and style are set; returns the figure and, by
            ``gid`` of a text, the parts of that text: strings and ``Cell``.
    """
    draw_parts(fonts, lambda: [make()], path)


def draw_parts(fonts: Path, make: Callable[[], Sequence[Drawn]], path: str | Path) -> None:
    """Write a figure in the parts that ``make`` returns, one below the other in one SVG.

    Each part stands on a page of its own in the report; a figure of one part is that part.
    """
    import matplotlib

    matplotlib.use("svg")
    # Settings and fonts are the process's own, in which two jobs may draw at once.
    with _ONE_AT_A_TIME, known_to_drawings(fonts), matplotlib.rc_context(style()):
        roots = [_as_svg(*part) for part in make()]
    root = roots[0] if len(roots) == 1 else _stacked(roots)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(etree.tostring(root, encoding="utf-8") + b"\n")


def _as_svg(figure: Any, labels: Mapping[str, list[str | Cell]]) -> etree._Element:
    """Return a figure as SVG, each cell in its labels named."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():  # text stays text: the page has a font for each of its letters
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    root = etree.fromstring(buffer.getvalue())
    _tidy(root)
    for gid, parts in labels.items():
        _split(root, gid, parts)
    return root


def _stacked(parts: Sequence[etree._Element]) -> etree._Element:
    """Return parts of one width as one SVG, one below the other."""
    whole = etree.Element(f"{SVG}svg", nsmap=parts[0].nsmap)
    width, below = "", 0.0
    for number, part in enumerate(parts, start=1):
        for element in part.iter("*"):
            with_prefix(element, f"{PART}-{number}")
        width, height = (part.get(side).removesuffix("pt") for side in ("width", "height"))
        place = {"class": PART, "y": f"{below:g}", "width": width, "height": height}
        for key, value in place.items():
            part.set(key, value)
        whole.append(part)
        below += float(height)
    for key, value in {
        "width": f"{width}pt",
        "height": f"{below:g}pt",
        "viewBox": f"0 0 {width} {below:g}",
    }.items():
        whole.set(key, value)
    return whole


def parts_of(root: etree._Element) -> list[etree._Element]:
    """Return the parts of a written figure, each as a figure of its own."""
    parts = root.findall(f"{SVG}svg[@class='{PART}']")
    for part in parts:
        for key in ("class", "y"):
            del part.attrib[key]
        for side in ("width", "height"):
            part.set(side, f"{part.get(side)}pt")
    return parts or [root]


def with_prefix(element: etree._Element, prefix: str) -> None:
    """Put a prefix before the ids of an element and in it: two figures may share one."""
    for key, value in element.attrib.items():
        if key == "id":
            element.set(key, f"{prefix}-{value}")
        elif key in ("href", XLINK) and value.startswith("#"):
            element.set(key, f"#{prefix}-{value[1:]}")
        elif "url(#" in value:
            element.set(key, value.replace("url(#", f"url(#{prefix}-"))


def _tidy(root: etree._Element) -> None:
    """Drop the metadata, mark the axes' ticks, turn styles into attributes, and name all fonts.

    A figure becomes part of a page, whose style sheet is no place for a figure's own. Matplotlib
    names the one font that it measured with, and a sign that it lacks would be of a font that
    happens to be there.
    """
    for name in ("metadata", "style"):
        for element in list(root.iter(f"{SVG}{name}")):
            element.getparent().remove(element)
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    for element in root.iter("*"):
        if re.fullmatch(r"matplotlib\.axis_\d+", element.get("id", "")):
            element.set("data-allowed", "axis")
        style = element.attrib.pop("style", "")
        for declaration in filter(str.strip, style.split(";")):
            key, _, value = declaration.partition(":")
            element.set(key.strip(), value.strip())
        if "font-family" in element.attrib:
            element.set("font-family", FAMILIES)


def _split(root: etree._Element, gid: str, parts: list[str | Cell]) -> None:
    """Give each number of a label an element of its own that names its cell."""
    text = root.find(f".//{SVG}g[@id='{gid}']//{SVG}text")
    text.text = None
    for part in parts:
        span = etree.SubElement(text, f"{SVG}tspan")
        span.text = str(part)
        if is_right_to_left(span.text):
            span.set("unicode-bidi", "isolate")  # or a number beside it would change sides
        if isinstance(part, Cell):
            span.set("data-cell", part.address)
            span.set("data-spec", part.spec)
        elif isinstance(part, Name):
            span.set("data-name", "")
