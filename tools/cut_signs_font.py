"""Cut the font of raised and lowered signs that the report ships from IBM Plex Math.

    python -m tools.cut_signs_font IBMPlexMath-Regular.woff2

A number with a power of ten has a raised minus, and IBM Plex Sans and Serif have raised digits
alone. The licence reserves the name "Plex" for IBM's own files, so that the cut font has another.
"""

from __future__ import annotations

import sys

from tools.cut_han_font import cut
from trialtrail.report.fonts import OF_SIGNS, SIGNS

WANTED = "\u207a\u207b\u207c\u207d\u207e\u207f\u2071\u208a\u208b\u208c\u208d\u208e"
"""Plus, minus, equals and brackets, raised and lowered; raised n and i."""

if __name__ == "__main__":
    cut(sys.argv[1], set(map(ord, WANTED)), SIGNS, OF_SIGNS, ("meta", "MATH", "BASE"))
