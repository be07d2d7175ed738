"""What the layout keeps in memory: styles are dropped when boxes have them, leftovers when long.

WeasyPrint makes a style for each element and each of its pseudo-elements, six for one that is
looked up again, and keeps them and what they cascade from until the document is written. Once the
tree of boxes is made, only those of pages and of the root are asked for.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LONG = 100
"""Pages from which on leftovers of the layout are looked for before the pages are drawn."""


@contextmanager
def lean_layout() -> Iterator[None]:
    """Let WeasyPrint drop the styles that it asks for no more, for a while."""
    from weasyprint import document

    original = document.layout_document

    def lean(html: Any, root_box: Any, context: Any) -> Any:
        drop_styles(context.style_for, html.etree_element)
        return original(html, root_box, context)

    document.layout_document = lean
    try:
        yield
    finally:
        document.layout_document = original


def drop_styles(style_for: Any, root: Any) -> None:
    """Drop the styles of elements, but for the root and for pages, which are no elements."""
    for styles in (style_for.get_computed_styles(), style_for.get_cascaded_styles()):
        for element, pseudo in list(styles):
            if element is not root and hasattr(element, "iter"):
                del styles[element, pseudo]


def collect_leftovers(pages: int) -> None:
    """Free what the layout of a long document left: boxes that were laid out again, in cycles."""
    if pages >= LONG:
        gc.collect()
