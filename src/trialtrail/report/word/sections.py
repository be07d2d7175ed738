"""Sections of a Word file: where they begin, their columns, and pages that are turned."""

from __future__ import annotations

from typing import Any

from trialtrail.report.word.xml import w

COLUMN_GAP = 400
"""Twentieths of a point between two columns."""


def begin_section(section: Any, goes_on: bool) -> None:
    """Have a section begin on a new page, or where the one before ends."""
    kind = section.find(f"{{{section.nsmap['w']}}}type")
    if kind is not None:
        section.remove(kind)
    if goes_on:
        space = f"{{{section.nsmap['w']}}}"
        size = section.find(f"{space}pgSz")
        made = w("type", val="continuous")
        section.insert(0, made) if size is None else size.addprevious(made)


def set_columns(section: Any, count: int) -> None:
    """Set a section in so many columns."""
    space = f"{{{section.nsmap['w']}}}"
    columns = section.find(f"{space}cols")
    if columns is None:
        columns = w("cols")
        after = section.find(f"{space}pgMar")
        section.append(columns) if after is None else after.addnext(columns)
    columns.set(f"{space}num", str(count))
    columns.set(f"{space}space", str(COLUMN_GAP))


def turn_page(section: Any) -> None:
    """Make the pages of a section wider than high."""
    space = f"{{{section.nsmap['w']}}}"
    size = section.find(f"{space}pgSz")
    width, height = size.get(f"{space}w"), size.get(f"{space}h")
    size.set(f"{space}w", height)
    size.set(f"{space}h", width)
    size.set(f"{space}orient", "landscape")
    margins = section.find(f"{space}pgMar")
    if margins is None:
        return
    names = ("top", "right", "bottom", "left")
    old = {name: margins.get(f"{space}{name}") for name in names}
    for name, other in zip(names, ("left", "top", "right", "bottom"), strict=True):
        if old[other] is not None:
            margins.set(f"{space}{name}", old[other])
