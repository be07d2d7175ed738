"""The text of a block as pieces of one look each, as a browser would run them together.

White space is collapsed over the bounds of elements, and what the style sheet sets as a block of
its own begins on a line of its own: otherwise words beside it would run into each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import html

BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt",
        "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main",
        "nav", "ol", "p", "section", "summary", "table", "ul",
    }
)  # fmt: skip
"""Elements that are blocks whatever the style sheet says."""
BLOCK_DISPLAYS = frozenset({"block", "flex", "grid", "list-item", "table", "table-cell"})
LINE = "\n"
BOLD, ITALIC = frozenset({"strong", "b", "dt"}), frozenset({"em", "i", "q", "cite"})
WAYS_BACK = ("back",)
"""Classes of links that lead back to where one came from, which Word does by itself."""
QUOTES = ("“", "”")
"""What browsers and the PDF put around a quotation (the element ``q``)."""


@dataclass(frozen=True)
class Look:
    """How a piece of text looks."""

    bold: bool = False
    italic: bool = False
    raised: bool = False
    lowered: bool = False


@dataclass(frozen=True)
class Piece:
    """A piece of text, where it leads (the address of a link) and which anchors stand before it."""

    text: str
    look: Look = field(default_factory=Look)
    target: str = ""
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """What the style sheet of a page says of its elements.

    Attributes:
        displays: how an element is set, where the style sheet says so.
        anchors: the ids to which links of the page lead.
        before: the text that the style sheet puts before what an element holds.
        after: and behind it.
    """

    displays: Mapping[html.HtmlElement, str]
    anchors: frozenset[str]
    before: Mapping[html.HtmlElement, str] = field(default_factory=dict)
    after: Mapping[html.HtmlElement, str] = field(default_factory=dict)

    def is_hidden(self, element: html.HtmlElement) -> bool:
        """Return whether an element is not printed."""
        if element.get("data-only") == "screen" or element.get("class") in WAYS_BACK:
            return True
        return self.displays.get(element) == "none"

    def is_line(self, element: html.HtmlElement) -> bool:
        """Return whether an element stands on a line of its own."""
        return element.tag in BLOCKS or self.displays.get(element) in BLOCK_DISPLAYS


def read_shown(tree: html.HtmlElement) -> Shown:
    """Return what the style sheets of a page say of how its elements are set."""
    import cssselect2
    import tinycss2

    matcher = cssselect2.Matcher()
    for rule in tinycss2.parse_stylesheet("".join(tree.xpath("//style/text()"))):
        if rule.type != "qualified-rule":  # rules of media, of pages and fonts
            continue
        for given in tinycss2.parse_blocks_contents(rule.content):
            value = _value(given)
            if value is not None:
                for selector in cssselect2.compile_selector_list(rule.prelude):
                    if (selector.pseudo_element is None) == (given.lower_name == "display"):
                        matcher.add_selector(selector, value)
    found: dict[str | None, dict[html.HtmlElement, str]] = {None: {}, "before": {}, "after": {}}
    for each in cssselect2.ElementWrapper.from_html_root(tree).iter_subtree():
        for _, _, pseudo, value in matcher.match(each):
            if pseudo in found:
                found[pseudo][each.etree_element] = value
    links = (link.get("href", "") for link in tree.iter("a"))
    anchors = frozenset(link[1:] for link in links if link.startswith("#"))
    return Shown(found[None], anchors, found["before"], found["after"])


def _value(given: Any) -> str | None:
    """Return how a declaration has elements set, or the text that it puts beside them."""
    if given.type != "declaration" or given.lower_name not in ("display", "content"):
        return None
    tokens = [token for token in given.value if token.type not in ("whitespace", "comment")]
    if len(tokens) == 1 and tokens[0].type in ("ident", "string"):
        return (
            tokens[0].value if tokens[0].type == "string" or given.lower_name == "display" else ""
        )
    return None


def pieces_of(element: html.HtmlElement, shown: Shown) -> list[Piece]:
    """Return the text of a block, without that of the blocks within it."""
    return _collapsed(_within(element, shown, Look(), ""))


def pieces_of_nodes(
    nodes: Iterable[str | html.HtmlElement], shown: Shown, look: Look | None = None
) -> list[Piece]:
    """Return texts and inline elements that follow each other, as the pieces of one block."""
    look = look or Look()
    found: list[Piece] = []
    for node in nodes:
        found += [Piece(node, look)] if isinstance(node, str) else _element(node, shown, look, "")
    return _collapsed(found)


def text_of(pieces: Iterable[Piece]) -> str:
    """Return the text of pieces."""
    return "".join(piece.text for piece in pieces)


def _within(element: html.HtmlElement, shown: Shown, look: Look, target: str) -> Iterator[Piece]:
    yield Piece(element.text or "", look, target)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in BLOCKS:
            yield from _element(child, shown, look, target)
        yield Piece(child.tail or "", look, target)


def _element(element: html.HtmlElement, shown: Shown, look: Look, target: str) -> Iterator[Piece]:
    if shown.is_hidden(element) or element.tag in ("svg", "script", "style", "template"):
        return
    if element.tag == "br":
        yield Piece(LINE, look)
        return
    look = _look(element, look)
    if element.tag == "a" and "data-n" not in element.attrib:
        target = element.get("href", "")
    line = shown.is_line(element)
    if line:
        yield Piece(LINE, look)
    if element.get("id") in shown.anchors:
        yield Piece("", look, target, (element.get("id"),))
    opening, closing = QUOTES if element.tag == "q" else ("", "")
    opening = shown.before.get(element, "") + opening
    closing += shown.after.get(element, "")
    yield Piece(opening, look, target)
    yield from _within(element, shown, look, target)
    yield Piece(closing, look, target)
    if line:
        yield Piece(LINE, look)


def _look(element: html.HtmlElement, look: Look) -> Look:
    if element.tag in BOLD:
        return replace(look, bold=True)
    if element.tag in ITALIC:
        return replace(look, italic=True)
    if element.tag == "sup":
        return replace(look, raised=True)
    if element.tag == "sub":
        return replace(look, lowered=True)
    return look


def _collapsed(pieces: Iterable[Piece]) -> list[Piece]:
    """Collapse white space, none at the ends of lines, and join neighbours of one look."""
    found: list[Piece] = []
    wanted = ""  # what stands between the words before and those to come
    for piece in pieces:
        for part in re.split(r"(\n)", piece.text) if piece.text == LINE else [piece.text]:
            text = re.sub(r"[ \t\n\r\f]+", " ", part) if part != LINE else LINE
            if piece.anchors:
                found.append(piece)
            if text == LINE:
                wanted = LINE if any(each.text for each in found) else ""
                continue
            if not text:
                continue
            if text[0] == " " and not wanted and any(each.text for each in found):
                wanted = " "
            bare = text.strip(" ")
            if not bare:
                continue
            if wanted:
                _add(found, _between(wanted, piece, found))
            _add(found, replace(piece, text=bare, anchors=()))
            wanted = " " if text[-1] == " " else ""
    return found


def _between(wanted: str, piece: Piece, found: list[Piece]) -> Piece:
    """Return the space between two pieces: it is part of a link only within one."""
    last = next(each for each in reversed(found) if each.text)
    look = piece.look if piece.look == last.look else Look()
    return Piece(wanted, look, piece.target if piece.target == last.target else "")


def _add(found: list[Piece], piece: Piece) -> None:
    last = found[-1] if found else None
    if last and not last.anchors and (last.look, last.target) == (piece.look, piece.target):
        found[-1] = replace(last, text=last.text + piece.text)
    else:
        found.append(piece)
