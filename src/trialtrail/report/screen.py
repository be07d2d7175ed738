"""The report as a page for a screen: contents that follow, tables that scroll, an entry a number.

What is done here needs no script: links of numbers lead to a list at the end of the page, and what
is wider than the screen is a region of its own. `templates/screen*.js` makes more of it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

from lxml import etree, html
from markupsafe import Markup

from trialtrail.report.document import document_of, for_screen, leave_out, serialise
from trialtrail.report.font_subsets import with_fonts
from trialtrail.report.numbers import Numbers
from trialtrail.report.sections import SUPPLEMENT

STYLES = ("report.css", "screen.css")
SCRIPTS = ("screen.js", "screen_tables.js", "screen_numbers.js")
PLACE = "origins"
"""Id of the element that takes the register; a page without it is no page for a screen."""
ENTRY = "o"
"""What the id of an entry of the register begins with."""


def screen_parts(templates: Path) -> dict[str, Markup | str]:
    """Return what the template of the page knows: its style, its script and what it may load.

    An image beside the page may be asked for: by it the page finds out whether the trail is there.
    """
    style, script = (
        "\n".join((templates / name).read_text(encoding="utf-8") for name in names)
        for names in (STYLES, SCRIPTS)
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "font-src data:; img-src data: 'self' file:; base-uri 'none'; form-action 'none'"
    )
    return {"screen_css": Markup(style), "screen_script": Markup(script), "screen_policy": policy}


def screen_page(tree: html.HtmlElement, numbers: Numbers, templates: Path) -> str:
    """Return the assembled tree as the page for a screen, with the fonts that it needs.

    Args:
        tree: both documents, numbered; it stays as it is.
        numbers: the register of what is printed.
        templates: the folder of the templates and their fonts.
    """
    if not tree.xpath(f"//*[@id='{PLACE}']"):  # an edition, which is laid out and not looked at
        return for_screen(tree)
    page = deepcopy(tree)
    leave_out(page, "print")
    place = page.xpath(f"//*[@id='{PLACE}']")[0]
    entries = {each.id: f"{ENTRY}{number}" for number, each in enumerate(numbers, start=1)}
    _lead_to_entries(page, entries)
    _fill_register(place, numbers, entries)
    _fill_side(page)
    _make_regions(page)
    return with_fonts(serialise(page), templates)


def _lead_to_entries(page: html.HtmlElement, entries: dict[str, str]) -> None:
    """Let the link of each number lead to its entry; a drawing has no links, it is an image."""
    for link in page.xpath("//a[@data-n]"):
        link.set("href", f"#{entries[link.get('data-n')]}")
    for link in page.xpath("//svg//a[@data-link]"):
        link.drop_tag()
    for number in page.xpath("//svg//*[@data-n]"):
        number.set("data-o", entries[number.get("data-n")])


def _fill_register(place: html.HtmlElement, numbers: Numbers, entries: dict[str, str]) -> None:
    """Write the register: a heading a table, a term a row, an entry a printed number."""
    tables: dict[str, dict[str, list[html.HtmlElement]]] = {}
    for each in numbers:
        entry = html.Element("dd", {"id": entries[each.id]})
        entry.text = f"{each.address.column} "
        etree.SubElement(entry, "b").text = each.printed
        if each.value != each.printed:
            etree.SubElement(entry, "i").text = each.value
        rows = tables.setdefault(each.address.table, {})
        rows.setdefault(each.address.row, []).append(entry)
    for table, rows in tables.items():
        etree.SubElement(place, "h3").text = f"results/{numbers.cells.file_of(table)}"
        listing = etree.SubElement(place, "dl")
        for row, listed in rows.items():
            etree.SubElement(listing, "dt").text = row
            listing.extend(listed)


def _fill_side(page: html.HtmlElement) -> None:
    """Write the contents of both documents at the side; those of the title pages are not needed."""
    for printed in page.xpath("//header//nav[contains(@class, 'contents')]"):
        printed.drop_tree()
    for place in page.xpath("//*[@data-side]"):
        del place.attrib["data-side"]
        for heading in page.xpath("//main/section/h2[@id] | //main/header[@id]"):
            entry = etree.SubElement(place, "li")
            link = etree.SubElement(entry, "a", {"href": f"#{heading.get('id')}"})
            if heading.tag == "header":
                entry.set("class", "part")
                link.text = " ".join(heading.findtext(".//h1", "").split())
            elif heading.xpath("./span[@class='number']"):
                etree.SubElement(link, "span", {"class": "number"}).text = heading[0].text
                link[0].tail = f" {_words(heading, heading[0])}"
            else:
                link.text = _words(heading)
            if document_of(heading) == SUPPLEMENT:
                entry.set("class", f"{entry.get('class', '')} supplement".strip())


def _words(heading: html.HtmlElement, without: html.HtmlElement | None = None) -> str:
    texts: Iterable[str] = heading.itertext()
    if without is not None:
        texts = [without.tail or "", *("".join(e.itertext()) + (e.tail or "") for e in heading[1:])]
    return " ".join("".join(texts).split())


def _make_regions(page: html.HtmlElement) -> None:
    """Put each table, and each drawing, into a region that scrolls by itself and has a name."""
    for table in page.xpath("//main//table[not(ancestor::table)]"):
        region = html.Element("div", {"class": "scroll"})
        region.tail, table.tail = table.tail, None
        table.getparent().replace(table, region)
        region.append(table)
        caption = table.find("./caption")
        if caption is not None:
            caption.set("id", caption.get("id") or f"{table.get('id', 'table')}-caption")
            _name(region, caption.get("id"))
        _no_empty_headings(table)
        for cell in table.xpath("./tbody/tr[contains(@class, 'group')]/th[@colspan]"):
            _keep_in_sight(cell)
    for number, figure in enumerate(page.xpath("//main//figure[.//svg]"), start=1):
        caption = next(iter(figure.xpath("./figcaption")), None)
        holder = figure.xpath(".//svg")[0].getparent()
        if caption is not None and holder is not figure:
            caption.set("id", caption.get("id") or f"{figure.get('id', f'figure{number}')}-caption")
            holder.set("class", "scroll drawn")
            _name(holder, caption.get("id"))


def _no_empty_headings(table: html.HtmlElement) -> None:
    """Make a heading without words a plain cell: it names nothing.

    Where it begins a row, the row goes on with the one above it.
    """
    for cell in table.xpath(".//th[not(normalize-space())]"):
        cell.tag = "td"
        cell.attrib.pop("scope", None)
        if cell.getparent().getparent().tag == "tbody" and cell.getprevious() is None:
            cell.set("class", f"{cell.get('class', '')} continued".strip())


def _name(region: html.HtmlElement, name: str) -> None:
    region.attrib.update({"role": "region", "tabindex": "0", "aria-labelledby": name})


def _keep_in_sight(cell: html.HtmlElement) -> None:
    """Put what a cell over all columns holds into an element that stays where the table starts."""
    inner = html.Element("span", {"class": "stays"})
    inner.text, cell.text = cell.text, None
    inner.extend(list(cell))
    cell.append(inner)
