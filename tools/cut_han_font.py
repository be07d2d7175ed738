"""Cut the font of Chinese characters that the report ships from the whole IBM Plex Sans SC.

    python -m tools.cut_han_font IBMPlexSansSC-Regular.woff2

Kept are the characters and marks of GB 2312 and the common ones of Big5 (its first level), kana
among them: 9,239 of 29,285, without hinting, in 1.1 MB instead of 3.8. The licence reserves the
name "Plex" for IBM's own files, so that the cut font has another.
"""

from __future__ import annotations

import sys

from fontTools import subset

from trialtrail import ROOT

FAMILY, FILE = "Trialtrail Sans Han", "TrialtrailSansHan-Regular"
CODES = {"gb2312": range(0xA1, 0xF8), "big5": range(0xA1, 0xC7)}
"""Lead bytes of the characters that are kept, by encoding."""
FIRST = 0x2E80
"""Code points below are in the other fonts."""


def wanted() -> set[int]:
    """Return the code points that are kept."""
    found = set()
    for encoding, leads in CODES.items():
        for lead in leads:
            for trail in range(0x40, 0xFF):
                letter = bytes([lead, trail]).decode(encoding, errors="ignore")
                found |= {ord(each) for each in letter if ord(each) >= FIRST}
    return found


def cut(source: str, codes: set[int], family: str, file: str, drop: tuple[str, ...]) -> None:
    """Write a font with some characters of another, under its own name, compressed and plain."""
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=True, name_IDs=[1, 2, 3, 4, 5, 6, 13, 14]
    )
    options.drop_tables += drop
    font = subset.load_font(source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    names = {1: family, 3: file, 4: family, 6: file}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())
    font.recalcTimestamp = False
    for flavour, ending in ((None, "ttf"), ("woff2", "woff2")):
        font.flavor = flavour
        font.save(ROOT / "templates" / "fonts" / f"{file}.{ending}")


if __name__ == "__main__":
    cut(sys.argv[1], wanted(), FAMILY, FILE, ("meta", "vhea", "vmtx", "BASE"))
