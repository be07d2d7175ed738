"""Figures as part of the page: their text stays text, and each number in it is registered."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from trialtrail.errors import StudyError
from trialtrail.report.drawing import XLINK, parts_of, with_prefix
from trialtrail.report.numbers import Numbers, entry_link
from trialtrail.results.cells import parse

LINK = re.compile(r'<a data-link(?:="")? href="[^"]*">(.*?)</a>', re.DOTALL)


def read_figure(path: str | Path, numbers: Numbers) -> dict[str, etree._Element]:
    """Return the parts of a figure by name as elements of the page, their numbers registered.

    The first part has the figure's name, the others a number behind it. A part of the text that
    shows a cell names it in ``data-cell`` and its format in ``data-spec``; the format ``t`` is for
    a piece of a cell's text.

    Raises:
        StudyError: the figure shows something else than the cell holds: it is older than the table.
    """
    parser = etree.XMLParser(remove_comments=True, resolve_entities=False, no_network=True)
    figure = Path(path).stem
    found = {}
    for number, svg in enumerate(parts_of(etree.parse(str(path), parser).getroot()), start=1):
        name = figure if number == 1 else f"{figure}-{number}"
        found[name] = _read_part(svg, name, figure, numbers)
    return found


def _read_part(svg: etree._Element, name: str, figure: str, numbers: Numbers) -> etree._Element:
    for element in svg.iter():
        _plain_names(element)
    for element in list(svg.iter()):
        with_prefix(element, name)
        if "data-cell" in element.attrib:
            _register(element, numbers, figure)
    etree.cleanup_namespaces(svg)
    svg.attrib.pop("version", None)
    svg.set("role", "img")
    return svg


def _plain_names(element: etree._Element) -> None:
    """Take the namespaces off: in HTML, the parser knows what belongs to a figure."""
    element.tag = etree.QName(element).localname
    if XLINK in element.attrib:
        element.set("href", element.attrib.pop(XLINK))


def _link(element: etree._Element, address: str) -> None:
    """Make a number in a figure's text a link; it stays where it is, and what follows it, too."""
    link = etree.Element("a", {"data-link": "", "href": address})
    link.tail, element.tail = element.tail, None
    element.getparent().replace(element, link)
    link.append(element)


def without_links(page: str) -> str:
    """Return a written page without the links in its figures, which a PDF cannot have."""
    return LINK.sub(r"\1", page)


def _register(element: etree._Element, numbers: Numbers, figure: str) -> None:
    address, spec = element.attrib.pop("data-cell"), element.attrib.pop("data-spec", None)
    if spec == "t":
        entry = numbers.text(parse(address))
        agrees = (element.text or "").strip() in entry.printed
        element.set("data-part", entry.id)
    else:
        entry = numbers.number(address, spec)
        element.text = numbers.in_language(element.text or "")
        agrees = element.text == entry.printed
        element.set("data-n", entry.id)
        _link(element, entry_link(entry.id))
    if not agrees:
        raise StudyError(
            f"the figure `{figure}` does not show what the cell `{address}` holds",
            rule="a number in a figure is the number of a cell",
            remedy="draw the figure again",
        )
