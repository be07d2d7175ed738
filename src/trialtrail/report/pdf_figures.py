"""Texts in figures of a PDF: laid out whole, so that joined and right-to-left scripts are right.

WeasyPrint lays out the text of an SVG letter by letter, so that letters could be turned or set
apart one by one. Letters of Arabic then stand apart and in the wrong order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BY_LETTER = ("dx", "dy", "rotate", "letter-spacing", "textLength")
"""Attributes that place the letters of a text one by one; no figure of ours has them."""


class Whole(str):
    """A text that is one piece when its pieces are asked for."""

    def __iter__(self) -> Iterator[str]:
        """Yield the text itself."""
        yield str(self)


@contextmanager
def whole_texts() -> Iterator[None]:
    """Let WeasyPrint lay out each text of a figure as a whole, by Pango, for a while."""
    from weasyprint.svg import TAGS, Node

    tags = {tag for tag, drawn in TAGS.items() if drawn is TAGS["text"]}
    by_letter = Node.text

    def text(node: Any) -> str | None:
        found = by_letter.fget(node)
        whole = found and node.tag in tags and not any(name in node.attrib for name in BY_LETTER)
        return Whole(found) if whole else found

    Node.text = property(text, by_letter.fset)
    try:
        yield
    finally:
        Node.text = by_letter
