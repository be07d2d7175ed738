"""Read the subtitles of a recording (WebVTT and SubRip) as a transcript with times.

Each cue is a line, its own line breaks spaces. A voice (``<v Name>``) is written before its words
as transcribers write it, `Name: words`. Cues of one speaker in sequence are one turn: its label
stands before the first alone. Times are no words: they stand beside the text.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from trialtrail.exports.export import unreadable
from trialtrail.exports.transcripts.heads import Head, head_of, key_of, kind_of, seconds_of
from trialtrail.exports.transcripts.plain_text import ENDS, decoded
from trialtrail.exports.transcripts.transcript import Transcript

VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^}]*\}")
"""Marks of form within a cue: WebVTT's, those of HTML, times of single words, those of SubRip."""


class Said(NamedTuple):
    """What one voice says in one cue; the voice is None where the cue names none."""

    voice: str | None
    words: str
    start: float | None
    end: float | None


def read_subtitles(spec: dict, path: str, label: str) -> Transcript:
    """Return the cues of a file of subtitles as lines of a transcript, with their times.

    Raises:
        StudyError: it is none.
    """
    import webvtt

    text, form, guessed = decoded(spec, path, label)
    kind = "srt" if path.lower().endswith(".srt") else "vtt"
    try:
        cues = list(webvtt.from_buffer(io.StringIO(text), format=kind))
        if not cues and ("-->" in text or (kind == "srt" and text.strip())):
            raise ValueError
    except Exception:  # the parser's own errors hold the words of the file
        raise unreadable(
            spec,
            f"The file cannot be read as subtitles (.{kind})",
            kind,
            "export the subtitles again, or save them as plain text and name the file .txt",
            label,
        ) from None
    said = [each for cue in cues for each in _said(cue)]
    form.pop(ENDS, None)
    return Transcript(*_lines(said), form=form, guessed=guessed)


def _said(cue: Any) -> Iterator[Said]:
    """Yield what each voice says in a cue; a line that begins with a dash is another's."""
    start, end = seconds_of(cue.start), seconds_of(cue.end)
    parts = VOICE.split("\n".join(cue.lines))
    voices = [None, *(html.unescape(name).strip() for name in parts[1::2])]
    for voice, words in zip(voices, parts[::2], strict=True):
        for line in re.split(r"\n(?=\s*[-\u2013\u2014]\s?\S)", words):
            plain = " ".join(html.unescape(TAG.sub("", line)).split())
            if plain:
                yield Said(voice, plain, start, end)


def _lines(said: list[Said]) -> tuple[str, list[Head]]:
    """Return the lines of a transcript, and at the head of each the voice and the times."""
    lines, heads, at, before = [], [], 0, None
    for each in said:
        label, words = _parted(each)
        again = label is not None and before is not None and key_of(label) == key_of(before)
        line = words if label is None or again else f"{label}: {words}"
        begins = len(line) - len(words)
        sure = each.voice is not None and not again
        shown = label if not again else None
        heads.append(Head(at, at + begins, shown, each.start, each.end, sure))
        lines.append(line)
        at += len(line) + 1
        before = label or before
    return "\n".join(lines), heads


def _parted(each: Said) -> tuple[str | None, str]:
    """Return who speaks, by voice or by a label before the words, and the words."""
    if each.voice is not None:
        return each.voice, each.words
    head = head_of(each.words, 0, len(each.words))
    if head is None or head.label is None or kind_of(head.label) is None:
        return None, each.words
    return head.label, each.words[head.words :]
