"""What was done to a passage on its way into print: a list of edits that replays to the words.

An edit replaces the code points ``[start, end)`` of the transcript by ``text``. Kinds:

- `elision`: words left out; ``text`` is a mark of omission, `…` or `...`, in brackets or not.
- `replacement`: words of another kind in their place, in square brackets: `[the nurse]`.
- `clarification`: words added (``start`` is ``end``) or put in the place of others, in square
  brackets: `[her sister]`.
- `pseudonym`: a name by another, without brackets; only the table of pseudonyms makes it.
- `disclosure`: what people decided of a flag, in square brackets.

The reader is told of each change, and nothing else may change: a typing error stays. APA and COREQ
ask for marks of omission and for brackets; see `docs/qualitative/quotations.md`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

KINDS = ("elision", "replacement", "clarification", "pseudonym", "disclosure")
BY_PEOPLE = KINDS[:3]
"""Kinds that the table of edits may have."""
OMISSION = re.compile(r"\s*(?:…|\.\.\.|\[(?:…|\.\.\.)\]|\((?:…|\.\.\.)\))\s*")
BRACKETED = re.compile(r"\s*\[[^\[\]]*\w[^\[\]]*\]\s*")
FORM_OF = {
    "elision": (OMISSION, "an elision prints a mark of omission: … or ..., in brackets or not"),
    "replacement": (BRACKETED, "a replacement prints its words in square brackets"),
    "clarification": (BRACKETED, "a clarification prints its words in square brackets"),
    "disclosure": (BRACKETED, "what stands for words that are not told is in square brackets"),
}
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|hardly|barely|"
    r"scarcely|unless|except|but)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words without which a sentence may say the opposite, in English."""


@dataclass(frozen=True, order=True)
class Edit:
    """One change; offsets are code points of the transcript, the end excluded.

    ``replaced`` is what stood there when people made the edit, where they kept it: words that are
    left out leave no trace in print by which a change beneath them would show.
    """

    start: int
    end: int
    kind: str
    text: str
    why: str = ""
    by: str = ""
    replaced: str = ""


def replay(transcript: str, start: int, end: int, edits: Iterable[Edit] = ()) -> str:
    """Return what a passage is in print: the transcript's words with the edits, in order.

    Edits are as `faults_in` wants them.
    """
    words, place = [], start
    for edit in sorted(edits):
        words += [transcript[place : edit.start], edit.text]
        place = edit.end
    return "".join([*words, transcript[place:end]])


def faults_in(edits: Sequence[Edit], transcript: str, start: int, end: int) -> list[str]:
    """Return why edits are no way from a passage to words in print; empty where they are one."""
    found = []
    if not 0 <= start < end <= len(transcript):
        return [f"characters {start} to {end} are no passage of its transcript"]
    ordered = sorted(edits)
    for edit in ordered:
        place = f"the {edit.kind} at characters {edit.start} to {edit.end}"
        if not start <= edit.start <= edit.end <= end:
            found.append(f"{place} lies outside the passage")
        if edit.start == edit.end and edit.kind != "clarification":
            found.append(f"{place} replaces nothing")
        form, rule = FORM_OF.get(edit.kind, (None, ""))
        if form and not form.fullmatch(edit.text):
            found.append(f"{place}: {rule}")
        elif edit.kind not in KINDS:
            found.append(f"{place} is of no known kind: {', '.join(BY_PEOPLE)}")
        if edit.replaced and transcript[edit.start : edit.end] != edit.replaced:
            found.append(f"{place} replaces other words than it says")
        if _breaks_a_sign(transcript, edit):
            found.append(f"{place} parts a sign from the mark that belongs to it")
    for first, second in pairwise(ordered):
        same = (first.start, first.end) == (second.start, second.end)
        if second.start < first.end or same:
            found.append(
                f"the {first.kind} at characters {first.start} to {first.end} and the "
                f"{second.kind} at {second.start} to {second.end} overlap"
            )
    if not found and len(ordered) == 1 and (ordered[0].start, ordered[0].end) == (start, end):
        found.append("an edit replaces the whole passage: nothing of it is quoted")
    return found


def unsaid_negations(edits: Iterable[Edit], transcript: str) -> list[Edit]:
    """Return the elisions and replacements that take a negation away and give no reason.

    `but` and `unless` count: without them a restriction goes. The words are English.
    """
    return [
        edit
        for edit in edits
        if edit.kind in ("elision", "replacement", "clarification")
        and not edit.why.strip()
        and NEGATION.search(transcript[edit.start : edit.end])
        and not NEGATION.search(edit.text)
    ]


def merged(edits: Sequence[Edit], more: Iterable[Edit]) -> list[Edit]:
    """Return edits with those of ``more`` that do not lie within one of them already.

    A name within words that are left out is left out with them.
    """
    kept = list(edits)
    for each in more:
        inside = any(e.start <= each.start and each.end <= e.end and e.start < e.end for e in edits)
        if not inside:
            kept.append(each)
    return sorted(kept)


def edits_as_json(edits: Iterable[Edit]) -> str:
    """Return edits in order as one text; empty where there are none."""
    listed = [asdict(edit) for edit in sorted(edits)]
    for each in listed:
        del each["replaced"]  # what is not told in print is not told here
    return json.dumps(listed, ensure_ascii=False) if listed else ""


def edits_of_json(text: str) -> list[Edit]:
    """Return the edits that `edits_as_json` wrote."""
    return [Edit(**each) for each in json.loads(text)] if text else []


def _breaks_a_sign(transcript: str, edit: Edit) -> bool:
    """Return whether an edit begins or ends between a sign and what modifies it.

    An emoji with a skin tone, one joined of several, and a letter with a combining accent are
    several code points.
    """
    import unicodedata

    joiner, tones = "\N{ZERO WIDTH JOINER}", range(0x1F3FB, 0x1F400)
    for place in {edit.start, edit.end}:
        if not 0 < place < len(transcript):
            continue
        after, before = transcript[place], transcript[place - 1]
        modifies = unicodedata.combining(after) or ord(after) in tones or after == "\ufe0f"
        if modifies or joiner in (after, before):
            return True
    return False
