"""Figures as pictures that every version of Word shows: PNG, drawn from the SVG of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import etree

from trialtrail.report.drawing import parts_of

DPI = 300
MILLIMETRES = 25.4


def drawn_parts(figures: Iterable[Path]) -> Mapping[str, bytes]:
    """Return the parts of drawn figures by the names that they have in the page, each as SVG."""
    parser = etree.XMLParser(remove_comments=True, resolve_entities=False, no_network=True)
    found = {}
    for path in figures:
        parts = parts_of(etree.parse(str(path), parser).getroot())
        for number, part in enumerate(parts, start=1):
            found[path.stem if number == 1 else f"{path.stem}-{number}"] = etree.tostring(part)
    return found


def picture_of(svg: bytes, width: float, fonts: Iterable[Path]) -> bytes:
    """Return an SVG as PNG with 300 points an inch; same drawing, same bytes, on every machine.

    Args:
        svg: the drawing.
        width: how wide it is printed, in mm.
        fonts: the fonts of its text; no other of the machine is taken.
    """
    from resvg_py import svg_to_bytes

    return svg_to_bytes(
        svg_string=svg.decode("utf-8"),
        width=round(width / MILLIMETRES * DPI),
        dpi=96,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(font) for font in fonts],
    )
