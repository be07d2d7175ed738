"""The layout of a page as PDF: to keep and to hear, without a network, the same bytes each time."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from trialtrail.report.attached import Attached
from trialtrail.report.figures import without_links
from trialtrail.report.fonts import plain_fonts
from trialtrail.report.layout_memory import collect_leftovers, lean_layout
from trialtrail.report.pdf_archive import (
    STYLE,
    VARIANT,
    attachments,
    conform,
    full_tags,
    single_links,
)
from trialtrail.report.pdf_figures import whole_texts
from trialtrail.report.pdf_libraries import require_same_fonts

NOWHERE = "trail://results/"
"""Stands for the results folder while links are made; no part of a finished file."""
FONT = "trail://fonts/"
"""Stands for a font while the PDF is laid out."""
FONT_FILE = re.compile(r"url\(fonts/([\w.-]+)\)")
"""A font in a page to be printed, which carries none."""
OTHER = re.compile(r"(\w+\.pdf)#(.+)")
"""A place in another document, from the folder of the reports."""


def write_pdf(
    page: str, path: Path, fonts: Iterable[Path], attached: Iterable[Attached] = ()
) -> None:
    """Write the page as a tagged PDF, as `pdf_of` gives it; ``path`` is where it goes."""
    document = pdf_of(page, fonts, attached=attached)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document)


def pages_of(pages: Mapping[str, str], fonts: Iterable[Path]) -> dict[str, tuple[str, int]]:
    """Return the document and the page of it on which each anchor stands.

    Args:
        pages: each document as a page to be laid out, by its name.
        fonts: as in `pdf_of`; without them nothing is laid out, and nothing found.
    """
    anchors: dict[str, tuple[str, int]] = {}
    for name, page in pages.items() if fonts else ():

        def keep(document: Any, pdf: Any, name: str = name) -> None:
            for number, each in enumerate(document.pages, start=1):
                for anchor in each.anchors:
                    anchors.setdefault(anchor, (name, number))

        pdf_of(page, fonts, keep)
    return anchors


def pdf_of(
    page: str,
    fonts: Iterable[Path],
    look: Callable[[Any, Any], None] | None = None,
    attached: Iterable[Attached] = (),
) -> bytes:
    """Return the page as PDF/A-3a and PDF/UA-1 in one file; nothing is fetched.

    The same page gives the same bytes.

    Args:
        page: the report as HTML.
        fonts: the fonts that the page carries, compressed; each lies beside its plain form.
        look: given the document as it is laid out, and its objects.
        attached: files that are kept within it.

    Raises:
        StudyError: the same page would not give the same bytes here.
    """
    require_same_fonts()
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    # Half of the page is its fonts, as text that would have to be read letter by letter.
    plain, page = {}, without_links(page)
    for address, (name, font) in plain_fonts(fonts).items():
        short = f"{FONT}{name}"
        page = page.replace(address, short)
        plain[short] = font
    page = FONT_FILE.sub(lambda match: f"url({FONT}{match[1]})", page)

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url in plain:
                return URLFetcherResponse(url, plain[url])
            return super().fetch(url, headers)

    address = f"{NOWHERE}report/"
    html = HTML(string=page, url_fetcher=Fetcher(allowed_protocols=["data"]), base_url=address)
    own = FontConfiguration()
    files = list(attached)
    options = {"pdf_variant": VARIANT, "attachments": attachments(files)}
    try:
        with _without_collector(), full_tags(), whole_texts(), lean_layout():
            document = html.render(own, stylesheets=[CSS(string=STYLE)], **options)
            single_links(document)
            collect_leftovers(len(document.pages))
            return document.write_pdf(finisher=look or _finish(files), **options)
    finally:
        own.__del__()  # its folder of fonts would stay: what holds it is not collected any more


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let nothing look for cycles: the layout keeps millions of objects, all until its end."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor later: what is left is kept until the process ends
        if was:
            gc.enable()


def _finish(files: Iterable[Attached]) -> Callable[[Any, Any], None]:
    """Return what is done with the objects of a document before they are written."""

    def finish(document: Any, pdf: Any) -> None:
        _relate_links(pdf)
        conform(pdf, files)

    return finish


def _relate_links(pdf: Any) -> None:
    """Make links to files of the results relative again: WeasyPrint writes whole addresses only.

    A link into the other document of the report goes to the place of that name in it.
    """
    import pydyf

    for entry in pdf.objects:
        action = entry.get("A") if isinstance(entry, dict) else None
        if not isinstance(action, dict) or "URI" not in action:
            continue
        address = action["URI"].string
        there = OTHER.fullmatch(address.removeprefix(f"{NOWHERE}report/"))
        if there:
            file, place = pydyf.String(there[1]), pydyf.String(unquote(there[2]))
            entry["A"] = pydyf.Dictionary({"S": "/GoToR", "F": file, "D": place})
        elif address.startswith(NOWHERE):
            action["URI"] = pydyf.String(f"../{address.removeprefix(NOWHERE)}")
