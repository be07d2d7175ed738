"""Find in the page of a report and its supplement under which headings each number is printed."""

from __future__ import annotations

import html
import re

PAGE = "results/report/report.html"
PART = re.compile(
    r"<section\b[^>]*\bdata-document=\"(?P<document>[^\"]*)\""
    r"|<h(?P<level>[23])\b[^>]*>(?P<title>.*?)</h[23]>|\bdata-n=\"(?P<number>[^\"]*)\"",
    re.DOTALL,
)
NUMBERING = re.compile(r"<span class=\"number\"[^>]*>.*?</span>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
TOP = "2"
SUPPLEMENT = "supplement"


def sections_of(page: str) -> dict[str, list[str]]:
    """Return the headings over each printed number, by its id, in the order of the page.

    A heading is without its number: a section that moves keeps its name. One of the supplement has
    that word before it, as the report may have a section of the same title. What stands above the
    first heading is under the name "".
    """
    found: dict[str, list[str]] = {}
    document, section, title = "", "", ""
    for part in PART.finditer(page):
        if part["document"] is not None:
            document = part["document"]
            continue
        if part["number"] is None:
            words = html.unescape(TAG.sub("", NUMBERING.sub("", part["title"])))
            heading = " ".join(words.split())
            if part["level"] == TOP and document == SUPPLEMENT:
                heading = f"Supplement: {heading}"
            section = heading if part["level"] == TOP else section
            title = section if part["level"] == TOP else ": ".join(filter(None, (section, heading)))
            continue
        titles = found.setdefault(html.unescape(part["number"]), [])
        if title not in titles:
            titles.append(title)
    return found
