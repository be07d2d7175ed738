"""Marks on estimates that are not as planned, and what is said of them under each table."""

from __future__ import annotations

from lxml import etree, html
from markupsafe import Markup

from trialtrail.results.plan_status import DEVIATING, POST_HOC, SIGNS

MEANING = {
    DEVIATING: "deviates from the locked plan",
    POST_HOC: "is post hoc: it is not in the locked plan",
}
CLASS = "plan-mark"
TABLE = "deviations"
"""The table of the report that the notes refer to."""


def plan_mark(status: str) -> Markup:
    """Return the mark that stands after an effect of that status; nothing where it is planned."""
    if status not in SIGNS:
        return Markup("")
    return Markup('<sup class="{}">{}</sup>').format(CLASS, SIGNS[status])


def explain_marks(tree: html.HtmlElement) -> None:
    """Put under each table, list and figure with a mark what its marks mean."""
    for place in tree.xpath("//table | //ul[@class='verdicts'] | //figure"):
        text = "".join(place.itertext())
        inside = place.xpath(f".//*[@class='{CLASS}']") or place.tag == "figure"
        signs = [status for status, sign in SIGNS.items() if inside and sign in text]
        if signs:
            place.addnext(_note(signs)) if place.tag != "figure" else place.append(_note(signs))


def _note(statuses: list[str]) -> html.HtmlElement:
    note = etree.Element("p", {"class": "note"})
    note.text = "; ".join(f"{SIGNS[each]} {MEANING[each]}" for each in statuses) + " ("
    link = etree.SubElement(note, "a", {"data-ref": f"table:{TABLE}"})
    link.tail = ")."
    return note
