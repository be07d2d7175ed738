"""How easily a text is read, by the formula of Flesch for its language.

English: reading ease 206.835 - 1.015 w - 84.6 s, and the grade of Flesch and Kincaid
0.39 w + 11.8 s - 15.59 (Kincaid and others 1975), with w words a sentence and s syllables a word.
German: reading ease 180 - w - 58.5 s (Amstad 1978); no grade. Other languages are not measured.

Syllables of English words are those of syllapy's list, or else its count of vowels; of German words
the parts into which pyphen breaks them: too few of words that it does not break near their ends.
A number that a text prints is a word of one syllable, whatever it is: a text is measured before its
numbers are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

EXPRESSION, STATEMENT = re.compile(r"{{.*?}}", re.DOTALL), re.compile(r"{[%#].*?[%#]}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
SENTENCE = re.compile(r"[.!?]+(?=\s|$|[”’\"')])|\n")
NUMBER = "1"


@dataclass(frozen=True)
class Readability:
    """Counts of a text, and what follows; None where the language has no such formula."""

    words: int
    sentences: int
    syllables: int | None = None
    reading_ease: float | None = None
    grade: float | None = None


def measure(markdown: str, language: str) -> Readability:
    """Return how easily a text in Markdown, with its numbers as references, is read.

    Args:
        markdown: the text, without the part that opens it.
        language: its language, as ``en-GB``.
    """
    blocks = _plain(markdown)
    words = [word for block in blocks for word in WORD.findall(block)]
    parts = [part for block in blocks for part in SENTENCE.split(block)]
    sentences = sum(bool(WORD.search(part)) for part in parts)
    name = language.partition("-")[0].lower()
    if name not in COUNTS or not words:
        return Readability(len(words), sentences)
    count = COUNTS[name]()
    syllables = sum(1 if word[0].isdigit() else max(1, count(word)) for word in words)
    by_sentence, by_word = len(words) / sentences, syllables / len(words)
    if name == "de":
        ease, grade = 180 - by_sentence - 58.5 * by_word, None
    else:
        ease = 206.835 - 1.015 * by_sentence - 84.6 * by_word
        grade = 0.39 * by_sentence + 11.8 * by_word - 15.59
    return Readability(len(words), sentences, syllables, ease, grade)


def _plain(markdown: str) -> list[str]:
    """Return the paragraphs, headings and items of a text without its marks."""
    from lxml import html
    from markdown_it import MarkdownIt

    text = STATEMENT.sub("", EXPRESSION.sub(NUMBER, markdown))
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    if not page.strip():
        return []
    tree = html.document_fromstring(f"<div>{page}</div>")
    blocks = tree.xpath("//p | //li[not(p)] | //h1 | //h2 | //h3 | //h4 | //td | //th")
    return [" ".join(block.text_content().split()) for block in blocks]


def _english() -> Callable[[str], int]:
    import syllapy

    return lambda word: syllapy.count(word.replace("’", "'"))


def _german() -> Callable[[str], int]:
    import pyphen

    breaks = pyphen.Pyphen(lang="de_DE")
    return lambda word: len(breaks.positions(word)) + 1


COUNTS: dict[str, Callable[[], Callable[[str], int]]] = {"en": _english, "de": _german}
"""Language -> what counts the syllables of a word; loaded where it is used."""
