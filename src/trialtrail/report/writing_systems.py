"""Names and quotations in Arabic or Chinese: their fonts, their direction, and what no font has.

A page carries the fonts of a writing system only where a text of it needs them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from trialtrail.report.fonts import OF_SIGNS, characters_of, inlined

INLINE = ("a", "em", "q", "span", "strong")
SKIPPED = ("style", "script", "title", "head")


@dataclass(frozen=True)
class WritingSystem:
    """A writing system that the report has fonts for, besides Latin, Greek and Cyrillic.

    Attributes:
        tag: its language tag; the language itself is not known.
        family: the font's family.
        files: its font by weight, without the ending.
        letters: its letters, as a class of a regular expression.
        to_left: whether it is written from right to left.
    """

    tag: str
    family: str
    files: dict[int, str]
    letters: str
    to_left: bool = False


SYSTEMS = (
    WritingSystem(
        "und-Arab",
        "IBM Plex Sans Arabic",
        {400: "IBMPlexSansArabic-Regular", 600: "IBMPlexSansArabic-SemiBold"},
        "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff",
        to_left=True,
    ),
    WritingSystem(
        "und-Hani",
        "Trialtrail Sans Han",
        {400: "TrialtrailSansHan-Regular"},
        "\u2e80-\u2fdf\u3000-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
        "\U00020000-\U0003ffff",
    ),
)
MARKS = re.escape(
    " \u00a0.,;:!?()[]'\"\u2018\u2019\u201c\u201d%0123456789-\u2013\u2014/\u200c\u200d\u200e\u200f"
)
"""What may stand between two letters of one run, and belongs to it."""
USUAL = frozenset(map(chr, range(0x180))) | frozenset("−–—‘’“”…•†‡×≤≥\u2009\u202f\u2011")
"""Characters that need no look into the fonts."""
RUNS = [
    re.compile(rf"[{system.letters}](?:[{system.letters}{MARKS}]*[{system.letters}])?")
    for system in SYSTEMS
]
ALL_LETTERS = re.compile("[" + "".join(system.letters for system in SYSTEMS) + "]")


def mark_writing_systems(tree: html.HtmlElement) -> list[WritingSystem]:
    """Say of each text in another writing system which it is, and in which direction it is read.

    An element all of whose text is in one system is marked itself; of others, the run of text.

    Returns:
        The systems that the page needs.
    """
    found: dict[str, WritingSystem] = {}
    body = tree.find("body")
    if body is None or not ALL_LETTERS.search("".join(body.itertext())):
        return []
    for element in list(_with_text(body)):
        for system, run in zip(SYSTEMS, RUNS, strict=True):
            if not run.search(_own_text(element)):
                continue
            found[system.tag] = system
            if _within_svg(element):
                continue  # its text is placed letter by letter
            if _is_all(element, run):
                _say(element, system)
            else:
                _mark_runs(element, system, run)
    return [system for system in SYSTEMS if system.tag in found]


def _with_text(body: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for element in body.iter():
        if isinstance(element.tag, str) and element.tag not in SKIPPED:
            yield element


def _own_text(element: html.HtmlElement) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _within_svg(element: html.HtmlElement) -> bool:
    return any(each.tag == "svg" for each in (element, *element.iterancestors()))


def _is_all(element: html.HtmlElement, run: re.Pattern[str]) -> bool:
    """Tell whether the letters of an element, with all within it, are of one system."""
    left = run.sub("", "".join(element.itertext()))
    return not any(letter.isalpha() for letter in left)


def _say(element: html.HtmlElement, system: WritingSystem) -> None:
    """Mark an element, and with it the paragraph or cell that holds nothing else."""
    element.set("lang", system.tag)
    if system.to_left:
        element.set("dir", "rtl")
    holder = element.getparent()
    if element.tag in INLINE and holder is not None and _words(holder) == _words(element):
        _say(holder, system)


def _words(element: html.HtmlElement) -> str:
    return "".join(element.itertext()).strip()


def _mark_runs(element: html.HtmlElement, system: WritingSystem, run: re.Pattern[str]) -> None:
    """Put each run of the system in an element of its own, set apart from what is around it."""
    for child in reversed(list(element)):
        pieces = _pieces(child.tail or "", system, run)
        if len(pieces) > 1:
            child.tail = pieces[0].tail
            place = element.index(child) + 1
            for piece in reversed(pieces[1:]):
                element.insert(place, piece)
    pieces = _pieces(element.text or "", system, run)
    if len(pieces) > 1:
        element.text = pieces[0].tail
        for piece in reversed(pieces[1:]):
            element.insert(0, piece)


def _pieces(text: str, system: WritingSystem, run: re.Pattern[str]) -> list[html.HtmlElement]:
    """Return a text as what stands before the first run, and elements with what stands behind."""
    first = html.Element("bdi")
    pieces, end = [first], 0
    first.tail = ""
    for match in run.finditer(text):
        pieces[-1].tail = text[end : match.start()]
        piece = html.Element("bdi")
        piece.text, end = match[0], match.end()
        _say(piece, system)
        pieces.append(piece)
    pieces[-1].tail = text[end:]
    return pieces


def faces(systems: list[WritingSystem], folder: Path | None = None) -> str:
    """Return the style sheet of the fonts of some systems; with ``folder``, with the fonts."""
    lines = [
        f'@font-face {{ font-family: "{system.family}"; font-weight: {weight}; '
        f'src: url(fonts/{file}.woff2) format("woff2"); }}'
        for system in systems
        for weight, file in system.files.items()
    ]
    return inlined("\n".join(lines), folder) if folder else "\n".join(lines)


def add_fonts(tree: html.HtmlElement, systems: list[WritingSystem], templates: Path) -> None:
    """Give the page the fonts of some systems: a page for a screen carries them."""
    for style in tree.xpath("//head/style") if systems else ():
        carried = style.get("data-only") != "print"
        style.text = f"{style.text or ''}\n{faces(systems, templates if carried else None)}\n"


def without_font(tree: html.HtmlElement, fonts: Path) -> Counter[str]:
    """Return the characters of a page that no font of the report has, and how often each stands.

    No font is opened where all are of those that most reports have.
    """
    texts = (
        text
        for element in tree.find("body").iter()
        if isinstance(element.tag, str) and element.tag not in SKIPPED
        for text in (element.text, element.tail)
    )
    letters = Counter(letter for text in texts for letter in text or "")
    unusual = Counter(
        {each: n for each, n in letters.items() if each not in USUAL and each.isprintable()}
    )
    if not unusual:
        return unusual
    needed = ["IBMPlexSans-Regular", OF_SIGNS]
    if ALL_LETTERS.search("".join(unusual)):
        needed += [file for each in SYSTEMS for file in each.files.values()]
    known = set().union(*(characters_of(fonts / f"{name}.ttf") for name in needed))
    return Counter({each: n for each, n in unusual.items() if ord(each) not in known})


def spell_out(tree: html.HtmlElement, missing: Counter[str]) -> None:
    """Print characters that no font has by their code points, and say so at the end.

    A box would tell a reader nothing, and is a failure of PDF/UA.
    """
    if not missing:
        return
    pattern = re.compile("[" + "".join(map(re.escape, missing)) + "]")

    def by_code(text: str | None) -> str | None:
        return pattern.sub(lambda match: code_of(match[0]), text) if text else text

    for element in tree.find("body").iter():
        if isinstance(element.tag, str) and element.tag not in SKIPPED:
            element.text = by_code(element.text)
        element.tail = by_code(element.tail)
    place = next(iter(tree.xpath("//section[@id='absent']") or tree.xpath("//main") or []), None)
    if place is not None:
        note = html.Element("p")
        note.text = f"Characters that no font has, printed by their code: {told(missing)}."
        place.append(note)


def code_of(letter: str) -> str:
    """Return a character by its code point, as ``[U+20BB7]``."""
    return f"[U+{ord(letter):04X}]"


def told(missing: Mapping[str, int]) -> str:
    """Return characters by their code points, each with how often it stands."""
    return ", ".join(f"{code_of(each)[1:-1]} ({n})" for each, n in sorted(missing.items()))
