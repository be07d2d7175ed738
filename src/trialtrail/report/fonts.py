"""The fonts that the report ships with: how wide a text is, and the same fonts for the drawings.

Each is there twice: compressed (``.woff2``), for pages that carry their fonts, and plain
(``.ttf``), because decompressing all of them costs the PDF most of a second.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

FAMILY = "IBM Plex Sans"
SIGNS, OF_SIGNS = "Trialtrail Signs", "TrialtrailSigns-Regular"
"""The font of raised and lowered signs that the others lack, and its file, without the ending."""
WEIGHTS = {400: "IBMPlexSans-Regular", 500: "IBMPlexSans-Medium", 600: "IBMPlexSans-SemiBold"}


@cache
def _advances(path: Path) -> tuple[dict[int, int], int]:
    from fontTools.ttLib import TTFont

    font = TTFont(path, lazy=True)
    widths, names = font["hmtx"].metrics, font.getBestCmap()
    return {code: widths[name][0] for code, name in names.items()}, font["head"].unitsPerEm


def characters_of(path: Path) -> frozenset[int]:
    """Return the code points that a font, in its plain form, has."""
    return frozenset(_advances(path)[0])


def text_width(text: str, size: float, folder: Path, weight: int = 400) -> float:
    """Return the width of a line of text in the units of ``size``, without kerning."""
    advances, em = _advances(folder / f"{WEIGHTS[weight]}.ttf")
    return sum(advances.get(ord(letter)) or _other(letter, em) for letter in text) * size / em


def _other(letter: str, em: int) -> int:
    """Return the likely width of a sign that the font lacks: of an ideograph, as wide as high."""
    return em if unicodedata.east_asian_width(letter) in "WF" else em // 2


def wrap(text: str, size: float, width: float, folder: Path, weight: int = 400) -> list[str]:
    """Return ``text`` in lines no wider than ``width``; a word that is wider stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, folder, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@contextmanager
def known_to_drawings(folder: Path) -> Iterator[None]:
    """Make the fonts known to matplotlib for a while."""
    from matplotlib.font_manager import fontManager

    before = list(fontManager.ttflist)
    for name in WEIGHTS.values():
        fontManager.addfont(folder / f"{name}.ttf")
    try:
        yield
    finally:
        fontManager.ttflist[:] = before


def inlined(css: str, folder: Path) -> str:
    """Return a style sheet in which each ``url(...)`` is the file itself, so it needs no other."""

    def data(match: re.Match[str]) -> str:
        return f"url({_address(folder / match[1])})"

    return re.sub(r"url\(\"?([\w./-]+)\"?\)", data, css)


def plain_fonts(compressed: Iterable[Path]) -> dict[str, tuple[str, bytes]]:
    """Return name and plain form of each font by the address that `inlined` gives it in a page.

    Args:
        compressed: the fonts as pages carry them, by name: a confined job may list no folder.
    """
    return {
        _address(path): (path.name, path.with_suffix(".ttf").read_bytes()) for path in compressed
    }


def _address(path: Path) -> str:
    return f"data:font/woff2;base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
