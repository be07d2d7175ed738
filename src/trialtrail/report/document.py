"""The rendered page as a document: headings and captions numbered, references and contents filled.

Templates do not number anything. What they mark (``data-label`` on a caption, ``data-ref`` on a
reference) is numbered here, in the order in which it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

from trialtrail.errors import StudyError
from trialtrail.report.occurring import keep_what_occurs
from trialtrail.report.plan_marks import explain_marks
from trialtrail.report.sections import DOCUMENTS, REPORT, SUPPLEMENT
from trialtrail.results.former_addresses import FORMER_TABLES

WORDS = {"table": "Table", "figure": "Figure"}
SIGNS = {REPORT: "", SUPPLEMENT: "S"}
"""What stands before the numbers of a document's sections, tables and figures."""
DOCUMENT = "data-document"
"""Attribute of what stands in one of the documents."""
ONLY = "data-only"
"""Attribute of what is for the ``screen`` alone, or for ``print``."""
SHORT = 10
"""Rows of a table that is not broken over pages."""


def assemble(
    page: str,
    figures: Mapping[str, etree._Element],
    cite: Callable[[html.HtmlElement], None] = lambda tree: None,
    *,
    is_public: bool = False,
) -> html.HtmlElement:
    """Return the page as a tree: figures in place, all numbered, all references resolved.

    ``cite`` numbers the citations of works and lists them. In a public edition a reference may name
    what is withheld, and no number leads to its lineage.
    """
    tree = html.document_fromstring(page)
    for place in tree.xpath("//*[@data-figure]"):
        svg = figures[place.attrib.pop("data-figure")]
        svg.insert(0, _title_of(place))
        place.append(svg)
    cite(tree)
    keep_what_occurs(tree)
    explain_marks(tree)
    _keep_short_tables(tree)
    _once(tree)
    headings = _number_headings(tree)
    labels = _number_captions(tree) | _section_labels(tree)
    if is_public:
        _say_withheld(tree, labels)
    _fill_references(tree, labels)
    _fill_printed_as(tree, labels)
    _fill_contents(tree, headings)
    _place_anchors(tree)
    return tree


def _title_of(place: html.HtmlElement) -> etree._Element:
    """Return what stands in the place of a figure as its title, taken out of there.

    Its numbers stay elements until the page is checked: `plain_titles` makes it text.
    """
    title = etree.Element("title")
    title.text, place.text = place.text, None
    title.extend(list(place))
    return title


def plain_titles(tree: html.HtmlElement) -> None:
    """Make the titles of the figures text, as a title can hold nothing else."""
    for title in tree.xpath("//svg/title"):
        said = " ".join(title.text_content().split())
        for element in list(title):
            title.remove(element)
        title.text = said


def document_of(element: html.HtmlElement) -> str:
    """Return the document that an element stands in."""
    own = element.xpath(f"ancestor-or-self::*[@{DOCUMENT}][1]/@{DOCUMENT}")
    return own[0] if own else REPORT


def for_screen(tree: html.HtmlElement) -> str:
    """Return the page of both documents for a screen."""
    page = deepcopy(tree)
    leave_out(page, "print")
    return serialise(page)


def for_print(tree: html.HtmlElement) -> dict[str, str]:
    """Return each document that the page has as a page of its own, to be laid out.

    A link to what stands in the other document is a link to that file.
    """
    places = {str(each.get("id")): document_of(each) for each in tree.xpath("//body//*[@id]")}
    pages = {}
    for document in DOCUMENTS:
        page = deepcopy(tree)
        leave_out(page, "screen")
        for element in page.xpath(f"//*[@{DOCUMENT}] | //main/section"):
            if document_of(element) != document:
                _remove(element)
        for link in page.xpath("//body//a[starts-with(@href, '#')]"):
            there = places.get(link.get("href")[1:], document)
            if there != document:
                link.set("href", f"{there}.pdf{link.get('href')}")
        if page.xpath("//main/section"):
            pages[document] = serialise(page)
    return pages


def leave_out(tree: html.HtmlElement, medium: str) -> None:
    """Take out what is for one medium alone, ``print`` or ``screen``."""
    for element in tree.xpath(f"//*[@{ONLY}=$medium]", medium=medium):
        _remove(element)


def _remove(element: html.HtmlElement) -> None:
    """Take an element out; the text behind it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def serialise(tree: html.HtmlElement) -> str:
    """Return the tree as an HTML document."""
    return html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>") + "\n"


def _keep_short_tables(tree: html.HtmlElement) -> None:
    """Mark the tables that are short enough to stand on one page."""
    for table in tree.xpath("//table"):
        if len(table.xpath("./tbody/tr")) <= SHORT:
            table.set("class", "keep")


def _once(tree: html.HtmlElement) -> None:
    """Leave an id where it first stands: what both documents print is found in the first."""
    taken = set()
    for element in tree.xpath("//body//*[@id]"):
        if element.get("id") in taken:
            del element.attrib["id"]
        else:
            taken.add(element.get("id"))


def _prefix(element: html.HtmlElement, text: str, name: str, mark: str) -> None:
    """Put a label before the content of an element."""
    label = html.Element("span", {"class": name, "data-allowed": mark})
    label.text = text
    label.tail = " " + (element.text or "").lstrip()
    element.text = None
    element.insert(0, label)


def _number_headings(tree: html.HtmlElement) -> list[html.HtmlElement]:
    counts = {document: [0, 0] for document in DOCUMENTS}
    found = []
    for heading in tree.xpath("//main//*[self::h2 or self::h3]"):
        if "plain" in heading.get("class", "").split():
            continue
        document = document_of(heading)
        top, second = counts[document]
        counts[document] = [top + 1, 0] if heading.tag == "h2" else [top, second + 1]
        number = SIGNS[document] + ".".join(str(count) for count in counts[document] if count)
        heading.set("id", heading.get("id", f"section-{number.replace('.', '-')}"))
        _prefix(heading, number, "number", "numbering")
        found.append(heading)
    return found


@dataclass(frozen=True)
class Label:
    """A caption is called (``Table 3``), shows results (``tables/x.csv``), is in a document."""

    text: str
    shows: tuple[str, ...]
    document: str = REPORT


def _number_captions(tree: html.HtmlElement) -> dict[str, Label]:
    """Number the captions; return their labels by reference: ``table:x`` gives ``Table 3``.

    The parts of a figure have one number and say which part they are: ``Figure 2 (1 of 3)``.
    """
    counts = {document: dict.fromkeys(WORDS, 0) for document in DOCUMENTS}
    labels = {}
    for caption in tree.xpath("//*[@data-label]"):
        reference = caption.attrib.pop("data-label")
        kind = reference.partition(":")[0]
        shows = tuple(caption.attrib.pop("data-shows", "").split())
        part = caption.attrib.pop("data-part-of", "")
        if not (part and reference in labels):
            document = document_of(caption)
            counts[document][kind] += 1
            number = f"{SIGNS[document]}{counts[document][kind]}"
            labels[reference] = Label(f"{WORDS[kind]} {number}", shows, document)
        printed = labels[reference].text + (f" ({part})" if part else "")
        _prefix(caption, printed, "label", "numbering")
    return labels


def _section_labels(tree: html.HtmlElement) -> dict[str, Label]:
    """Return what sections are called, by reference: ``section:methods`` gives ``Section 2``."""
    return {
        f"section:{section.get('id').replace('-', '_')}": Label(
            f"Section {section.find('./h2')[0].text}", (), document_of(section)
        )
        for section in tree.xpath("//main/section[@id][h2/span]")
    }


def _link(element: html.HtmlElement, reference: str, label: Label) -> None:
    section = reference.removeprefix("section:")
    anchor = section.replace("_", "-") if section != reference else reference.replace(":", "-")
    element.set("href", f"#{anchor}")
    element.set("data-allowed", "numbering")
    leads_back = document_of(element) == SUPPLEMENT and label.document == REPORT
    element.text = f"{label.text} of the report" if leads_back else label.text


def _fill_printed_as(tree: html.HtmlElement, labels: Mapping[str, Label]) -> None:
    """Name, for a result, the tables and figures that show it, or the section that tells it."""
    sections = []
    for section in tree.xpath("//*[@data-tells]"):
        heading = section.find("./h2")
        told = (section.attrib.pop("data-tells"),)
        label = Label(f"Section {heading[0].text}", told, document_of(section))
        sections.append((heading.get("id"), label))
    for place in tree.xpath("//*[@data-printed-as]"):
        item = place.attrib.pop("data-printed-as")
        shown, in_sections = (
            [pair for pair in listed if item.endswith(pair[1].shows)]
            for listed in (labels.items(), sections)
        )
        for reference, label in shown or in_sections:
            link = etree.SubElement(place, "a")
            _link(link, reference, label)
            link.tail = ", " if label is not (shown or in_sections)[-1][1] else ""
        if not len(place):
            place.text = "not printed"


def _fill_references(tree: html.HtmlElement, labels: Mapping[str, Label]) -> None:
    for reference in tree.xpath("//a[@data-ref]"):
        name = reference.attrib.pop("data-ref")
        if name not in labels:
            now = f"table:{FORMER_TABLES.get(name.removeprefix('table:'), '')}"
            raise StudyError(
                f"the report refers to `{name}`, which it does not have",
                rule="a reference names a table or figure of the report",
                remedy=f"write `{now}`, as the table is called now"
                if now in labels
                else "correct the reference, or supply what the table or figure is made from",
            )
        _link(reference, name, labels[name])


def _say_withheld(tree: html.HtmlElement, labels: Mapping[str, Label]) -> None:
    """Say of references to what is withheld that it is, and take the links off the numbers."""
    for number in tree.xpath("//a[@data-n]"):
        number.attrib.pop("href", None)
    for reference in tree.xpath("//a[@data-ref]"):
        kind, _, _ = reference.get("data-ref").partition(":")
        if reference.get("data-ref") not in labels:
            del reference.attrib["data-ref"]
            reference.tag = "span"
            reference.text = f"(a {kind} that is withheld)"


def _fill_contents(tree: html.HtmlElement, headings: list[html.HtmlElement]) -> None:
    for place in tree.xpath("//*[contains(concat(' ', @class, ' '), ' contents ')]"):
        listing = etree.SubElement(place, "ol")
        for heading in headings:
            if heading.tag != "h2" or document_of(heading) != document_of(place):
                continue
            entry = etree.SubElement(etree.SubElement(listing, "li"), "a")
            entry.set("href", f"#{heading.get('id')}")
            entry.set("data-allowed", "numbering")
            number = etree.SubElement(entry, "span", {"class": "number"})
            number.text = heading[0].text
            number.tail = (heading[0].tail or "") + "".join(
                part.text_content() + (part.tail or "") for part in heading[1:]
            )


def _place_anchors(tree: html.HtmlElement) -> None:
    """Give each number an id where it first stands, so that ``report.pdf#id`` leads there.

    A PDF knows no places inside a figure: a number that stands in figures only, or in the table of
    what one plots, is found at the figure's caption.
    """
    taken = set(tree.xpath("//@id"))
    in_text = [each for each in tree.xpath("//*[@data-n]") if not _within_svg(each)]
    alone = set(tree.xpath(f"//*[@{ONLY}]//*[@data-n]"))
    _place_ids([each for each in in_text if each not in alone], taken)
    for caption in tree.xpath("//figure/figcaption"):
        figure = caption.getparent()
        shown = figure.xpath(f".//svg//@data-n | .//svg//@data-part | .//*[@{ONLY}]//@data-n")
        for name in shown:
            if name not in taken:
                caption.append(html.Element("span", {"class": "anchor", "id": str(name)}))
                taken.add(name)
    _place_ids([each for each in in_text if each in alone], taken)


def _place_ids(elements: Sequence[html.HtmlElement], taken: set[str]) -> None:
    for element in elements:
        name = element.get("data-n")
        if name not in taken:
            element.set("id", name)
            taken.add(name)


def _within_svg(element: html.HtmlElement) -> bool:
    return any(parent.tag == "svg" for parent in element.iterancestors())
