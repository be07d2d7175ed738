"""Turns of speakers, found in the text of a transcript.

A line may begin with a label (`trialtrail.exports.transcripts.heads`). A label is a **speaker** by
these rules alone:

1. Where the study lists its speakers, those are the speakers, its interviewers among them.
2. Else a label is one that begins two lines or more of one document and is a code (`I`, `W1`), a
   name (`Mary Smith`, `Mentor 7`) or one word (`mother`, `mentor 7`); or one of the interviewers.
   What is a speaker of one document is one of every document.
3. A code that begins one line is a speaker where the document has another, or a second such code.
4. A name or word that begins one line is a speaker where, without it, one speaker would have two
   turns in sequence; or where it comes last and after an interviewer.

So neither `He said: no` nor the lines `Date: 3 May`, `Place: clinic` above an interview begin a
turn. A line without a speaker belongs to the turn before it; above the first turn, and in a
document without speakers, it is a turn of its own, of nobody known. A label repeated on the next
line begins a new turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from trialtrail.exports.transcripts.heads import (
    CODE,
    LINES,
    NAME,
    PHRASE,
    WORD,
    Head,
    closing_of,
    head_of,
    key_of,
    kind_of,
)
from trialtrail.exports.transcripts.transcript import read_heads

COLUMNS = {
    "document": "string",
    "turn": "Int64",
    "speaker": "string",
    "interviewer": "boolean",
    "start": "Int64",
    "end": "Int64",
    "time_start": "Float64",
    "time_end": "Float64",
    "text": "string",
}
"""Columns of the dataset of turns, and their types."""
RECURS = 2
"""Lines of a document that begin with a label which the text itself shows to be a speaker."""


def find_turns(
    transcripts: pd.DataFrame,
    interviewers: Sequence[str] = (),
    speakers: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the turns of all transcripts, in the order of their documents and texts.

    Args:
        transcripts: columns ``document``, ``text`` and, where a reader of files gives it,
            ``turns``: what the form of the file says of them (see `Transcript.heads`).
        interviewers: labels of those who ask. Where none of them speaks, it is the one label that
            speaks in every document in which several do.
        speakers: labels of all others; where it is given, no other label is a speaker.

    Returns:
        The columns of `COLUMNS`. ``start`` and ``end`` are code points of the text, around the
        words: label and time stamps at either end lie outside. Times are in seconds.
    """
    known = {key_of(label): label.strip() for label in [*interviewers, *speakers]}
    asks = {key_of(label) for label in interviewers}
    documents = [
        (row["document"], "" if pd.isna(row["text"]) else str(row["text"]), row.get("turns"))
        for row in transcripts.to_dict("records")
    ]
    heads = [_heads(text, given) for _, text, given in documents]
    found = _recurring(heads) if not speakers else {}
    labels = {**found, **known}
    rows = []
    for (document, text, _), mine in zip(documents, heads, strict=True):
        names = labels if speakers else labels | _once(mine, labels, asks)
        rows += [
            (document, number, *turn)
            for number, turn in enumerate(_turns(text, mine, names, asks), start=1)
        ]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    if not table["interviewer"].any() and (label := _in_every_interview(table)):
        table["interviewer"] = table["speaker"] == label
    return table


def _in_every_interview(turns: pd.DataFrame) -> str | None:
    """Return the one speaker of all documents in which two or more speak, if there are several."""
    named = turns.dropna(subset=["speaker"]).groupby("document", sort=False)["speaker"].unique()
    interviews = [set(labels) for labels in named if len(labels) > 1]
    everywhere = set.intersection(*interviews) if len(interviews) > 1 else set()
    return everywhere.pop() if len(everywhere) == 1 else None


def _heads(text: str, given: object) -> list[Head]:
    """Return the heads of all lines, of those without a label too.

    What the form of the file says of a line stands before what is found in its text.
    """
    known = {}
    if isinstance(given, str) and given.strip():
        known = {each.at: each for each in read_heads(given)}
    heads = []
    for line in LINES.finditer(text):
        if not line[0].strip():
            continue
        form = known.get(line.start())
        head = head_of(text, *line.span()) or Head(line.start(), line.start(), None)
        if form is not None:
            times = {"start": form.start, "end": form.end}
            head = form if form.sure else head._replace(**times)
        heads.append(head)
    return heads


def _recurring(documents: list[list[Head]]) -> dict[str, str]:
    """Return the labels that documents show to be speakers, by key: their first spelling."""
    found: dict[str, str] = {}
    for heads in documents:
        lines = Counter(key_of(head.label) for head in heads if head.label)
        for head in heads:
            if not head.label:
                continue
            recurs = lines[key_of(head.label)] >= RECURS
            if head.sure or (recurs and kind_of(head.label) not in (PHRASE, None)):
                found.setdefault(key_of(head.label), head.label)
    return found


def _once(heads: list[Head], labels: dict[str, str], asks: set[str]) -> dict[str, str]:
    """Return what else is a speaker in one document, where it begins a single line."""
    kinds = {key_of(head.label): kind_of(head.label) for head in heads if head.label}
    codes = {key for key, kind in kinds.items() if kind == CODE and key not in labels}
    others = any(key in labels for key in kinds)
    found = codes if others or len(codes) >= RECURS else set()
    spoken = [head for head in heads if head.label and _is_speaker(head, {**labels}, found)]
    spellings = {key_of(head.label): head.label for head in heads[::-1] if head.label}
    lines = [head for head in heads if head.label]
    turns = [key_of(head.label) for head in spoken if head.label]
    places = {id(head): place for place, head in enumerate(spoken)}
    place = 0
    for head in lines:
        key = key_of(head.label or "")
        if id(head) in places:
            place = places[id(head)] + 1
        elif kinds[key] in (NAME, WORD) and place:
            before, after = turns[place - 1], turns[place] if place < len(turns) else None
            if before == after or (after is None and before in asks):
                found = found | {key}
    return {key: spellings[key] for key in found}


def _is_speaker(head: Head, labels: dict[str, str], also: set[str]) -> bool:
    key = key_of(head.label or "")
    return head.sure or key in labels or key in also


def _turns(text: str, heads: list[Head], names: dict[str, str], asks: set[str]):
    """Yield (speaker, whether an interviewer, start, end, times, words) of each turn of a text."""
    begun: list[tuple[Head, str | None]] = []
    for head in heads:
        key = key_of(head.label) if head.label else ""
        if key in names:
            begun.append((head, names[key]))
        elif not begun or begun[-1][1] is None:
            plain = head.label is not None
            begun.append((head._replace(words=head.at, start=None) if plain else head, None))
        elif head.end is not None:  # the turn goes on in another cue
            begun[-1] = (begun[-1][0]._replace(end=head.end), begun[-1][1])
    for place, (head, speaker) in enumerate(begun):
        until = begun[place + 1][0].at if place + 1 < len(begun) else len(text)
        closing = closing_of(text, head.words, until)
        start = head.words + len(text[head.words : until]) - len(text[head.words : until].lstrip())
        if closing.end <= start:
            continue
        first = closing.start_time if head.start is None else head.start
        last = closing.end_time if head.end is None else head.end
        asking = None if speaker is None else key_of(speaker) in asks
        words = text[start : closing.end]
        yield speaker, asking, start, closing.end, first, last, words
