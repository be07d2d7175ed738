"""The finishing of the page: numbers under one another, units beside theirs, notes under tables.

Nothing here changes a word or a number: all texts were checked before, and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from trialtrail.report.formatting import NO_BREAK, THIN

DIGIT, POINT = 0.6, 0.272
"""Widths in the font of tables, in em: of a digit or minus, and of a point."""
WIDTHS = {".": POINT, ",": POINT, THIN: 0.118, NO_BREAK: 0.236, " ": 0.236}
DECIMAL = re.compile(r"[−<>]?[\d" + THIN + r"]+(\.\d+)?")
FOOTNOTE = "footnote"
"""Class of what stands in a cell and is printed under its table, with a mark in its place."""


def finish(tree: html.HtmlElement, units: Collection[str] = ()) -> None:
    """Set the page: footnotes placed, numbers aligned, units kept beside their numbers.

    Args:
        units: the units of the study, as they stand behind numbers.
    """
    place_footnotes(tree)
    align_numbers(tree)
    keep_units(tree, units)


def place_footnotes(tree: html.HtmlElement) -> None:
    """Print what cells say in notes under their table, once each, marked a, b, c.

    A mark is a link to its note, and has the role of one for those who do not see it.
    """
    for table in tree.xpath("//table[.//*[@class=$name]]", name=FOOTNOTE):
        notes: dict[str, html.HtmlElement] = {}
        for note in table.xpath(".//*[@class=$name]", name=FOOTNOTE):
            words = " ".join("".join(note.itertext()).split())
            first = notes.setdefault(words, note)
            letter = letter_of(list(notes).index(words))
            address = f"{table.get('id', 'table')}-note-{letter}"
            note.addprevious(_mark(letter, address))
            _take_out(note)
            if first is note:
                note.tag = "p"
                note.set("class", "note")
                note.set("id", address)
                note.set("role", "doc-footnote")
                sign = html.Element("sup")
                sign.text, sign.tail, note.text = letter, f" {note.text or ''}", None
                note.insert(0, sign)
        for note in reversed(notes.values()):
            table.addnext(note)


def letter_of(place: int) -> str:
    """Return the mark of the note at a place from 0 on: a to z, then aa, ab and so on."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _mark(letter: str, address: str) -> html.HtmlElement:
    mark = html.Element("sup", {"class": "note-mark"})
    link = etree.SubElement(mark, "a", {"href": f"#{address}", "role": "doc-noteref"})
    link.text = letter
    return mark


def _take_out(element: html.HtmlElement) -> None:
    """Take an element out of its place; the text behind it stays there."""
    before, tail = element.getprevious(), element.tail
    element.getparent().remove(element)
    element.tail = None
    if tail:
        before.tail = (before.tail or "") + tail


@dataclass(frozen=True)
class _Cell:
    """A cell with numbers: its element, that of the first number, and how wide all is that stands
    behind the decimal point of that number, in em, without the words between."""

    element: html.HtmlElement
    first: html.HtmlElement
    is_alone: bool
    behind: float


def align_numbers(tree: html.HtmlElement) -> None:
    """Put the numbers of each column under one another, at their decimal points.

    Cells of a column, within one block of rows, that are alike but for their numbers, ``12.3
    (2.8)`` and ``9.25 (1.39)``, are aligned at the point of the first: behind it is room where less
    follows than in the others. It is no text, so that nothing is read or copied that was not
    printed.
    """
    for table in tree.xpath("//table"):
        columns: dict[tuple[Any, int, str], list[_Cell]] = {}
        for row in table.xpath("./tbody/tr"):
            for place, cell in _columns(row):
                if "num" in cell.get("class", "").split() and (found := _numbers_of(cell)):
                    pattern, known = found
                    columns.setdefault((row.getparent(), place, pattern), []).append(known)
        for cells in columns.values():
            most = max(cell.behind for cell in cells)
            for cell in cells:
                _room_behind(cell, most - cell.behind)


def _columns(row: html.HtmlElement) -> Iterable[tuple[int, html.HtmlElement]]:
    place = 0
    for cell in row:
        yield place, cell
        place += int(cell.get("colspan", "1"))


def _numbers_of(cell: html.HtmlElement) -> tuple[str, _Cell] | None:
    """Return how a cell reads without its numbers, and what aligns it; None where it has none."""
    numbers = cell.xpath(".//*[@data-n]")
    texts = ["".join(each.itertext()) for each in numbers]
    if not numbers or not all(map(DECIMAL.fullmatch, texts)):
        return None
    pattern = " ".join("".join(cell.itertext()).split())
    for text in texts:
        pattern = pattern.replace(text, "#", 1)
    _, point, decimals = texts[0].partition(".")
    behind = _width(point + decimals) + sum(map(_width, texts[1:]))
    return pattern, _Cell(cell, numbers[0], len(numbers) == 1, behind)


def _width(text: str) -> float:
    return sum(WIDTHS.get(letter, DIGIT) for letter in text)


def _room_behind(cell: _Cell, room: float) -> None:
    if room < 0.01:
        return
    style = f"padding-right:{room:.3f}".rstrip("0").rstrip(".") + "em"
    if cell.is_alone:  # what stands behind it, such as a sign of per cent, stays beside it
        etree.SubElement(cell.element, "span", {"style": style})
    else:
        cell.first.set("style", style)


def keep_units(tree: html.HtmlElement, units: Collection[str]) -> None:
    """Keep each unit on the line of its number, with the bracket between them, if there is one."""
    known = sorted({unit for unit in units if unit}, key=len, reverse=True)
    if not known:
        return
    behind = re.compile(rf"(\)?) (?=(?:{'|'.join(map(re.escape, known))})(?!\w))")
    for number in tree.xpath("//main//*[@data-n]"):
        if number.tail and (match := behind.match(number.tail)):
            number.tail = match[1] + NO_BREAK + number.tail[match.end() :]


def units_of(tables: Iterable[Mapping[str, Mapping[str, str]]]) -> set[str]:
    """Return the first word of each unit in tables of rows by name: it follows a number."""
    found = {row.get("unit", "") for rows in tables for row in rows.values()}
    return {unit.split()[0].rstrip(",") for unit in found if unit.split()}
