"""What makes a PDF one to keep and to hear: PDF/A-3a and PDF/UA-1 in one file, files attached.

WeasyPrint writes either of the two standards. PDF/A-3a is asked for; what PDF/UA-1 needs besides is
added to the objects before they are written, so no other library reads the file again:

- The metadata say that it is PDF/UA-1 (ISO 14289-1, 5), in a schema that PDF/A must be told of
  (ISO 19005-3, 6.6.2.3).
- An element in another language than the document names it (ISO 14289-1, 7.2).
- A link has one annotation, also where its words are marked (7.18.5), which says what it is called.
- A header cell says of which cells it is the header (7.5), and a list how it is numbered (7.6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from trialtrail.report.attached import Attached, media_type

VARIANT = "pdf/a-3a"
STYLE = "img { image-rendering: crisp-edges }"
"""PDF/A forbids images that a viewer would smooth."""
UNDATED = datetime(2000, 1, 1)
"""Stands as the date of each attached file: a result has no time at which it was made."""
SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}
LINK_TEXT = 120
"""Letters of a link's text that its annotation repeats."""

_UA = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" \
pdfuaid:part="1" /><rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description>"""


def attachments(files: Iterable[Attached]) -> list[Any]:
    """Return the files as WeasyPrint takes them: by name, as the tree of names must be sorted.

    Their kinds are said here, as the tables of a machine would say them otherwise.
    """
    from weasyprint import Attachment
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    known = {f"trail://attached/{each.name}": each for each in files}

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            kind = {"Content-Type": media_type(known[url].name)}
            return URLFetcherResponse(url, known[url].content, kind)

    return [
        Attachment(
            url=url,
            url_fetcher=Fetcher(),
            name=each.name,
            description=each.description,
            created=UNDATED,
            modified=UNDATED,
        )
        for url, each in sorted(known.items())
    ]


def single_links(document: Any) -> None:
    """Leave each link one annotation: WeasyPrint gives another to each element within it."""
    for page in document.pages:
        page.links = [each for each in page.links if each[3].link]


def conform(pdf: Any, files: Iterable[Attached]) -> None:
    """Add to the objects of a PDF/A-3a what makes it PDF/UA-1 as well.

    What each attached file is to the document is said by its name: WeasyPrint goes by the content,
    which two of them may share.
    """
    roles = {each.name: each.role for each in files}
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("Type") == "/Filespec":
            each["AFRelationship"] = f"/{roles[each['UF'].string]}"
    metadata = _object(pdf, pdf.catalog["Metadata"])
    head, end, tail = metadata.stream[0].rpartition(b"</rdf:RDF>")
    metadata.stream[0] = head + _UA + end + tail
    if "AF" in pdf.catalog:  # which names each file twice
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


@contextmanager
def full_tags() -> Iterator[None]:
    """Let the tags that WeasyPrint writes say language, scope, numbering and words of links too."""
    from weasyprint.pdf import tags

    original = tags._build_box_tree
    tags._build_box_tree = _with_more(original)
    try:
        yield
    finally:
        tags._build_box_tree = original


def _with_more(build: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Return the function that makes the tags of a box, with what it leaves out."""
    import pydyf

    def build_more(box: Any, *others: Any) -> Iterator[Any]:
        name = getattr(box, "element_tag", None) if _is_own(box) else None
        if name == "a" and box.link_annotation:
            words = " ".join(_words(box).split())[:LINK_TEXT]
            if words:
                box.link_annotation["Contents"] = pydyf.String(words)
        for made in build(box, *others):
            if name and name not in ("html", "body"):
                _describe(made, name, box, pydyf)
            yield made

    return build_more


def _is_own(box: Any) -> bool:
    """Tell whether a box is that of an element of the page, not of the margin or a marker."""
    return getattr(box, "element", None) is not None and ":" not in (box.element_tag or ":")


def _describe(made: Any, name: str, box: Any, pydyf: Any) -> None:
    given = box.element.attrib
    language = given.get("lang")
    if language:
        made["Lang"] = pydyf.String(language)
    if made["S"] == "/TH" and given.get("scope") in SCOPES:
        made["A"]["Scope"] = SCOPES[given["scope"]]
    if made["S"] == "/L":
        kind = {"ol": "/Decimal", "ul": "/Disc"}.get(name, "/None")
        bare = box.style["list_style_type"] == "none"
        made["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": "/None" if bare else kind})


def _words(box: Any) -> str:
    """Return the text of a box on its line."""
    own = getattr(box, "text", None)
    return own if own is not None else "".join(map(_words, getattr(box, "children", ())))
