"""What the readers of transcripts return: the words, what is known of turns, what is not read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from trialtrail.exports.transcripts.heads import Head


@dataclass
class Transcript:
    """One document.

    Attributes:
        text: its words; paragraphs, rows of tables and cues are parted by line feeds.
        heads: what its form says of turns and times (see `heads.Head`), beside what the text says.
        unread: kinds of places with text that is not in ``text``: how many there are of each.
        told: other messages on it.
        form: what the file is like, as people call it, by kind of property.
        guessed: the kinds of ``form`` that were guessed.
    """

    text: str
    heads: list[Head] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    form: dict[str, str] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)

    @property
    def messages(self) -> list[str]:
        """What people should know of it, with counts."""
        of_places = [
            f"the document has text in {counted(kind, n)}, which is not read"
            for kind, n in self.unread.items()
        ]
        return [*of_places, *self.told]


def counted(kind: str, n: int) -> str:
    """Return a kind with its number: `a comment`, `3 comments`; its noun is the first word."""
    if n == 1:
        return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
    noun, _, rest = kind.partition(" ")
    if noun in ("text", "form"):
        second, _, rest = rest.partition(" ")
        noun = f"{noun} {second}"
    plural = noun + ("es" if noun.endswith("x") else "s")
    return f"{n} {plural} {rest}".rstrip().replace(" that is ", " that are ")


def of_insertions(n: int) -> str:
    """Return the message on insertions that are read, though nobody has accepted them."""
    kind = counted("change that is neither accepted nor rejected", n)
    return f"the document has text in {kind}, which is read"


def of_lists(n: int) -> str:
    """Return the message on paragraphs with a number or bullet of a list."""
    words = "1 paragraph begins" if n == 1 else f"{n} paragraphs begin"
    return f"{words} with a number or bullet of a list, which the file does not store as text"


def written(heads: Iterable[Head]) -> str | None:
    """Return heads as the text of a cell, one list each; None where there are none."""
    fields = [list(each) for each in heads]
    return json.dumps(fields, ensure_ascii=False) if fields else None


def read_heads(cell: str) -> list[Head]:
    """Return the heads that `written` wrote."""
    return [Head(*each) for each in json.loads(cell)]


def row_text(cells: list[str]) -> str:
    """Return the row of a table as a paragraph; empty where it has no text.

    A row of a speaker and words, with or without a time or a number before them, is written as
    transcribers write a turn: `I: words`, `[00:01:02] I: words`, `3. I: words`. Of any other the
    cells are parted by tabs.
    """
    from trialtrail.exports.transcripts.heads import MAX_LABEL, seconds_of

    filled = [cell.strip("\n") for cell in cells]
    while filled and not filled[-1].strip():
        filled.pop()
    if not any(cell.strip() for cell in filled):
        return ""
    before = ""
    if len(filled) == 3:
        first = filled[0].strip()
        if seconds_of(first) is not None:
            before, filled = f"[{first.strip('[](){}#<>')}] ", filled[1:]
        elif first.rstrip(".)").isdigit():
            before, filled = f"{first.rstrip('.)')}. ", filled[1:]
    if len(filled) == 2:
        label, words = filled[0].strip(), filled[1]
        if not label:
            return before + words
        if len(label) <= MAX_LABEL and "\n" not in label and "\t" not in label:
            return f"{before}{label.rstrip(':').rstrip()}: {words.strip()}"
    return before + "\t".join(filled)
