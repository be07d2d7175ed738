"""Find in the page of a report under which headings each number is printed."""

from __future__ import annotations

import html
import re

PAGE = "results/report/report.html"
PART = re.compile(
    r"<h(?P<level>[23])\b[^>]*>(?P<title>.*?)</h[23]>|\bdata-n=\"(?P<number>[^\"]*)\"", re.DOTALL
)
NUMBERING = re.compile(r"<span class=\"number\"[^>]*>.*?</span>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
TOP = "2"


def sections_of(page: str) -> dict[str, list[str]]:
    """Return the headings over each printed number, by its id, in the order of the page.

    A heading is without its number: a section that moves keeps its name. What stands above the
    first heading is under the name "".
    """
    found: dict[str, list[str]] = {}
    section, title = "", ""
    for part in PART.finditer(page):
        if part["number"] is None:
            words = html.unescape(TAG.sub("", NUMBERING.sub("", part["title"])))
            heading = " ".join(words.split())
            section = heading if part["level"] == TOP else section
            title = section if part["level"] == TOP else ": ".join(filter(None, (section, heading)))
            continue
        titles = found.setdefault(html.unescape(part["number"]), [])
        if title not in titles:
            titles.append(title)
    return found
