"""Fonts that a page carries, each reduced to the characters that the page shows.

Made by fontTools from the plain form of a font: the same page gives the same bytes.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from html import unescape
from pathlib import Path

FACE = re.compile(r"@font-face\s*\{[^}]*\}\s*")
FILE = re.compile(r"url\(\"?(fonts/[\w.-]+)\"?\)")
FEATURES = ["ccmp", "curs", "fina", "init", "isol", "kern", "liga", "lnum", "locl", "mark"]
FEATURES += ["medi", "mkmk", "rclt", "rlig", "tnum"]
"""What the style sheets ask for, and what scripts with joined letters cannot do without."""
HELD_BACK = re.compile(r"url\(data:[^)]*\)")


def with_fonts(page: str, folder: Path) -> str:
    """Return a page whose style sheet carries its fonts, with the characters of the page alone.

    A face that has none of the characters is left out.

    Args:
        page: an HTML document with ``@font-face`` rules that name files below ``folder``.
        folder: the folder of the templates.
    """
    letters = frozenset(map(ord, unescape(HELD_BACK.sub("", page))))

    def face(rule: re.Match[str]) -> str:
        named = FILE.search(rule[0])
        if not named:
            return rule[0]
        font = subset(folder / named[1], letters)
        data = f"url(data:font/woff2;base64,{base64.b64encode(font).decode('ascii')})"
        return rule[0].replace(named[0], data) if font else ""

    return FACE.sub(face, page)


@cache
def subset(path: Path, letters: frozenset[int]) -> bytes:
    """Return a font, compressed, with the glyphs of these characters; empty where it has none."""
    from fontTools import subset as fonttools
    from fontTools.ttLib import TTFont

    plain = path.with_suffix(".ttf")
    font = TTFont(plain if plain.exists() else path, lazy=True, recalcTimestamp=False)
    wanted = letters.intersection(font.getBestCmap())
    if not {each for each in wanted if not chr(each).isspace()}:
        return b""
    options = fonttools.Options(
        hinting=False,
        layout_features=FEATURES,
        name_IDs=[1, 2],
        notdef_outline=True,
    )
    reduced = fonttools.Subsetter(options)
    reduced.populate(unicodes=wanted)
    reduced.subset(font)
    font.flavor = "woff2"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
