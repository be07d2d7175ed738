"""The passages that are quoted, each with what is done to it on its way into print."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from trialtrail.qualitative.pseudonyms import OffsetMap, offset_map, pseudonym_edits
from trialtrail.qualitative.quotation_edits import (
    Edit,
    faults_in,
    merged,
    replay,
    unsaid_negations,
)


@dataclass(frozen=True)
class Passage:
    """One quoted passage.

    Attributes:
        transcript: the text of its transcript, empty where there is none.
        start, end: code points in it, the end excluded.
        edits: what people did to it.
        hidden: pseudonyms of names in it, those within ``edits`` left out.
        decided: what stands for words that are not to be told.
    """

    transcript: str
    start: int
    end: int
    edits: tuple[Edit, ...] = ()
    hidden: tuple[Edit, ...] = ()
    decided: tuple[Edit, ...] = ()

    @property
    def every_edit(self) -> list[Edit]:
        """Return all edits in order."""
        return merged(merged(self.edits, self.decided), self.hidden)

    @property
    def faults(self) -> list[str]:
        """Return why the edits give no words in print; empty where they do."""
        found = faults_in(self.every_edit, self.transcript, self.start, self.end)
        if found:
            return found
        return [
            f"the {each.kind} at characters {each.start} to {each.end} takes a negation away and "
            "gives no reason"
            for each in unsaid_negations(self.edits, self.transcript)
        ]

    @property
    def raw(self) -> str:
        """Return the transcript's words."""
        return self.transcript[max(0, self.start) : max(0, self.end)]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the transcript's words, as UTF-8."""
        return hashlib.sha256(self.raw.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def printed(self) -> str:
        """Return the words in print; the transcript's own where the edits give none."""
        if faults_in(self.every_edit, self.transcript, self.start, self.end):
            return self.raw
        return replay(self.transcript, self.start, self.end, self.every_edit)

    @property
    def offsets(self) -> OffsetMap:
        """Return where the words in print stand in the transcript."""
        return offset_map(self.every_edit, self.start)

    def gives(self, words: str) -> bool:
        """Return whether words are those that people's edits give, with pseudonyms or without."""
        if faults_in(self.every_edit, self.transcript, self.start, self.end):
            return False
        each = (self.edits, merged(self.edits, self.hidden))
        return words in {replay(self.transcript, self.start, self.end, part) for part in each}


def quoted_passages(
    quotations: pd.DataFrame,
    texts: Mapping[str, str],
    edits: pd.DataFrame | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, Passage]:
    """Return the passage of each quotation, by its number in the export.

    Args:
        quotations: the raw table.
        texts: the text of each transcript by document.
        edits: the raw table of edits, where the study has one.
        names: pseudonyms by name.
    """
    own = _edits_by_quotation(edits)
    hidden = {document: pseudonym_edits(text, names or {}) for document, text in texts.items()}
    found = {}
    for each in quotations.to_dict("records"):
        number, document = str(each["quotation"]), each["document"]
        start, end = (-1 if pd.isna(each[name]) else int(each[name]) for name in ("start", "end"))
        inside = [e for e in hidden.get(document, ()) if e.start < end and e.end > start]
        by_people = own.get(number, [])
        kept = [e for e in merged(by_people, inside) if e.kind == "pseudonym"]
        text = texts.get(document, "")
        found[number] = Passage(text, start, end, tuple(sorted(by_people)), tuple(kept))
    return found


INTERVIEWER = "the interviewer"


def speakers_within(turns: pd.DataFrame, document: str, start: int, end: int) -> list[str]:
    """Return the speakers of the turns that a passage touches, in order; unknown ones are `?`.

    Whoever asks is `INTERVIEWER`, whatever the label.

    Args:
        turns: the dataset of turns.
        document: the transcript.
        start, end: the passage.
    """
    touched = turns[
        (turns["document"] == document) & (turns["start"] < end) & (turns["end"] > start)
    ]
    touched = touched.sort_values("start")
    asks = touched.get("interviewer", pd.Series(False, touched.index)).fillna(False).astype(bool)
    labels = touched["speaker"].astype("string").fillna("?")
    return labels.mask(asks, INTERVIEWER).tolist()


def cautions_on(passage: Passage, speakers: Iterable[str]) -> list[str]:
    """Return what people should know before a passage is printed; nothing of it is refused."""
    told = []
    heard = list(speakers)
    if len(heard) > 1:
        every = list(dict.fromkeys(heard))
        whose = "one speaker" if len(every) == 1 else f"{len(every)} speakers"
        told.append(f"it spans {len(heard)} turns of {whose}")
    if INTERVIEWER in heard:
        told.append("it holds words of the interviewer")
    edits = [e for e in passage.edits if e.why.strip()]
    if unsaid_negations([Edit(e.start, e.end, e.kind, e.text) for e in edits], passage.transcript):
        told.append("an edit takes a negation away, for a reason that is given")
    return told


def _edits_by_quotation(edits: pd.DataFrame | None) -> dict[str, list[Edit]]:
    if edits is None:
        return {}
    found: dict[str, list[Edit]] = {}
    for each in edits.to_dict("records"):
        given = ("why", "by", "replaced")
        words = {name: "" if pd.isna(each.get(name)) else each[name] for name in given}
        edit = Edit(int(each["start"]), int(each["end"]), each["kind"], each["text"], **words)
        found.setdefault(str(each["quotation"]), []).append(edit)
    return found
