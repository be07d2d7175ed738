"""Figures as part of the page: their text stays text, and each number in it is registered."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from trialtrail.errors import StudyError
from trialtrail.report.numbers import Numbers, entry_link
from trialtrail.results.cells import parse

SVG = "{http://www.w3.org/2000/svg}"
LINK = re.compile(r'<a data-link(?:="")? href="[^"]*">(.*?)</a>', re.DOTALL)
XLINK = "{http://www.w3.org/1999/xlink}href"


def read_figure(path: str | Path, numbers: Numbers) -> etree._Element:
    """Return the figure as an element of the page, its numbers registered.

    A part of the text that shows a cell names it in ``data-cell`` and its format in ``data-spec``;
    the format ``t`` is for a piece of a cell's text.

    Raises:
        StudyError: the figure shows something else than the cell holds: it is older than the table.
    """
    parser = etree.XMLParser(remove_comments=True, resolve_entities=False, no_network=True)
    svg = etree.parse(str(path), parser).getroot()
    name = Path(path).stem
    for element in svg.iter():
        _plain_names(element)
    for element in list(svg.iter()):
        _own_ids(element, name)
        if "data-cell" in element.attrib:
            _register(element, numbers, name)
    etree.cleanup_namespaces(svg)
    svg.attrib.pop("version", None)
    svg.set("role", "img")
    return svg


def _plain_names(element: etree._Element) -> None:
    """Take the namespaces off: in HTML, the parser knows what belongs to a figure."""
    element.tag = etree.QName(element).localname
    if XLINK in element.attrib:
        element.set("href", element.attrib.pop(XLINK))


def _own_ids(element: etree._Element, figure: str) -> None:
    """Put the figure's name before each id, for two figures of one page may use the same."""
    for key, value in element.attrib.items():
        if key == "id":
            element.set(key, f"{figure}-{value}")
        elif key == "href" and value.startswith("#"):
            element.set(key, f"#{figure}-{value[1:]}")
        elif "url(#" in value:
            element.set(key, value.replace("url(#", f"url(#{figure}-"))


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
        agrees = element.text == entry.printed
        element.set("data-n", entry.id)
        _link(element, entry_link(entry.id))
    if not agrees:
        raise StudyError(
            f"the figure `{figure}` does not show what the cell `{address}` holds",
            rule="a number in a figure is the number of a cell",
            remedy="draw the figure again",
        )
