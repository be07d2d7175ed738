"""Read the sources of a REFI-QDA project, and what is coded in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialtrail.exports.projects.archive import one_sign_line_ends
from trialtrail.exports.projects.identity import guid_of
from trialtrail.exports.projects.model import (
    PDF_TEXT,
    TEXT,
    TRANSCRIPT,
    WHOLE,
    Case,
    Coding,
    Memo,
    Source,
)
from trialtrail.exports.projects.refi_elements import (
    children,
    coded_in,
    coder_of,
    day_of,
    local,
    squeezed,
    text_in,
    whole_number,
    words_of,
)

if TYPE_CHECKING:
    from trialtrail.exports.projects.refi import Refi

KINDS = {
    "TextSource": TEXT,
    "PDFSource": PDF_TEXT,
    "AudioSource": TRANSCRIPT,
    "VideoSource": TRANSCRIPT,
    "PictureSource": "picture",
}
"""Sources, and what a coding of a passage of their text is."""
HOLDERS = ("Representation", "Transcript", "TextDescription")
"""Where the text of a source stands that is no text itself."""
NO_OFFSETS = "the offsets are no whole numbers"
NO_CODE = "it names no code"
NO_TEXT = "the file has only formatted text of it"
NO_WORDS = "the project has no text of it"
NOT_IN_TEXT = {
    "PDFSelection": "an area of a page has no place in a text",
    "PictureSelection": "an area of a picture has no place in a text",
    "AudioSelection": "times have no place in a text",
    "VideoSelection": "times have no place in a text",
}


class SourceReader:
    """Reads the sources into the project of ``refi``."""

    def __init__(self, refi: Refi) -> None:
        self.refi = refi
        self.project, self.account = refi.project, refi.account
        self.cases: dict[str, str] = {}
        self.of_cases: list[tuple[Case, Any]] = []
        self.spans: dict[str, tuple[str, str, str]] = {}
        self.elements: dict[str, Any] = {}

    def read(self) -> None:
        """Read every source; then what cases say of them."""
        for sources in children(self.refi.root, "Sources"):
            for element in sources:
                if isinstance(element.tag, str) and local(element) in KINDS:
                    self._source(element)
        known = {source.guid for source in self.project.sources}
        for case, reference in self.of_cases:
            target = guid_of(reference.get("targetGUID"))
            if target in self.spans or target in known:
                source, start, end = self.spans.get(target, (target, "", ""))
                self.project.cases.append(Case(case.name, case.guid, source, start, end))
                self.account.read(reference, "cases")
            else:
                self.account.tell(reference, "it refers to no source or passage that is read")

    def _source(self, element: Any) -> None:
        holders = list(children(element, *HOLDERS))
        kind = KINDS[local(element)]
        texts = holders or [element]
        for number, holder in enumerate(texts):
            own = number == 0
            guid = guid_of((element if own else holder).get("guid")) or f"{len(self.spans)}"
            while any(each.guid == guid for each in self.project.sources):
                guid += "_again"
            name = (element if own else holder).get("name") or ""
            text, why, where = self._text(holder)
            self.project.sources.append(Source(guid, name, kind, text, why, where))
            sheets = ("codings", "texts") if text is not None else ("codings",)
            self.account.read(holder, *sheets)
            if why and self.refi.alone:
                self._tell_all(holder, "the project has no text of its source")
                continue
            self._selections(holder, guid, kind, text)
            self._codings_of_whole(holder, guid, text)
            if own and holder is not element:
                self._selections(element, guid, kind, text)
                self._codings_of_whole(element, guid, text)
            if own:
                self.account.read(element, *sheets)
                for value in children(element, "VariableValue"):
                    self.refi.variable_value(value, "source", source=guid)

    def _text(self, holder: Any) -> tuple[str | None, str, str]:
        """Return (text, why there is none, where it stands)."""
        why, where = "", ""
        if path := holder.get("plainTextPath"):
            text, why, where = self.refi.archive.text_at(path)
            if text is not None:
                return text, "", where
        inline = next(children(holder, "PlainTextContent"), None)
        if inline is not None:
            self.account.read(inline, "texts")
            return one_sign_line_ends("".join(inline.itertext())), "", "in the project itself"
        if local(holder) in KINDS and KINDS[local(holder)] != TEXT:
            return None, "", ""
        return None, why or (NO_TEXT if holder.get("richTextPath") else NO_WORDS), where

    def _selections(self, holder: Any, source: str, kind: str, text: str | None) -> None:
        points = {
            guid_of(point.get("guid")): (point, whole_number(point.get("position")))
            for point in children(holder, "SyncPoint")
        }
        for selection in children(holder, "PlainTextSelection", "TranscriptSelection"):
            if local(selection) == "PlainTextSelection":
                span = [whole_number(selection.get(f"{end}Position")) for end in ("start", "end")]
                why = NO_OFFSETS
            else:
                ends = [guid_of(selection.get(name)) for name in ("fromSyncPoint", "toSyncPoint")]
                span = [points.get(end, (None, None))[1] for end in ends]
                why = "its sync points have no position in the text"
                if None not in span:
                    for end in ends:
                        self.account.read(points[end][0], "codings")
            if None in span:
                self._unplaced(selection, source, why)
            else:
                self._selection(selection, (source, *span), kind, text)
        for selection in children(holder, *NOT_IN_TEXT):
            self._unplaced(selection, source, NOT_IN_TEXT[local(selection)])

    def _unplaced(self, selection: Any, source: str, why: str) -> None:
        """Tell a selection without a place in a text, and the codings in it."""
        self.account.tell(selection, why)
        for coding in selection.iter("{*}Coding"):
            self._tell_coding(coding, source, f"{coded_in(selection)} ({why})", why)

    def _tell_all(self, holder: Any, why: str) -> None:
        """Tell what is coded in a source without a text; the source itself is asked about."""
        for each in holder.iter(
            "{*}PlainTextSelection", "{*}Coding", "{*}CodeRef", "{*}Description"
        ):
            self.account.tell(each, why)

    def _tell_coding(self, coding: Any, source: str, what: str, why: str) -> None:
        for each in (coding, *children(coding, "CodeRef")):
            self.account.tell(each, why)
        self.project.unplaced[source, what] += 1

    def _selection(self, selection: Any, span: tuple, kind: str, text: str | None) -> None:
        source, start, end = span
        guid = guid_of(selection.get("guid"))
        self.spans[guid], self.elements[guid] = span, selection
        described = text_in(selection, "Description")
        words, about = words_of(selection.get("name") or "", described, text)
        if local(selection) == "TranscriptSelection" and text is not None:
            # QualCoder writes the name of the recording here.
            words = words if squeezed(words) in squeezed(text) else ""
        notes = self.refi.attached(selection)
        codings = list(children(selection, "Coding"))
        for coding in codings:
            memo = "\n".join([*([about] if about else []), *notes, *self.refi.attached(coding)])
            self._coding(coding, selection, Coding(source, "", start, end, kind, memo=memo), words)
        if codings:
            sheet = "codings"
        elif about or notes:
            sheet = "memos"
            if about:
                writer, day = coder_of(self.refi.users, selection), day_of(selection)
                note = Memo("annotation", about, "", "passage", source, start, end, writer, day)
                note.guid = guid
                self.project.memos.append(note)
        else:
            return
        self.account.read(selection, sheet)
        for each in children(selection, "Description"):
            if described.strip():
                self.account.read(each, sheet)

    def _coding(self, coding: Any, selection: Any, made: Coding, words: str) -> None:
        """Read one coding; a reference to a case makes the passage one of the case."""
        references = list(children(coding, "CodeRef"))
        if not references:
            self._tell_coding(coding, made.source, f"{coded_in(selection)} ({NO_CODE})", NO_CODE)
        for reference in references:
            target = guid_of(reference.get("targetGUID"))
            if target in self.cases:
                place = made.source, made.start, made.end
                self.project.cases.append(Case(self.cases[target], target, *place))
                self.account.read(coding, "cases")
                self.account.read(reference, "cases")
                continue
            made.code = target
            made.coder = coder_of(self.refi.users, coding, selection)
            made.selected = words
            made.coded_on = day_of(coding, selection)
            made.guid = guid_of(coding.get("guid"))
            self.project.codings.append(Coding(**vars(made)))
            self.account.read(coding, "codings")
            self.account.read(reference, "codings")

    def _codings_of_whole(self, element: Any, source: str, text: str | None) -> None:
        """Read the codings of a whole source: they stretch over its text."""
        for coding in children(element, "Coding"):
            memo = "\n".join(self.refi.attached(coding))
            if not text:
                self._tell_coding(coding, source, f"{coded_in(element)} ({NO_WORDS})", NO_WORDS)
                continue
            made = Coding(source, "", "0", str(len(text)), WHOLE, memo=memo)
            self._coding(coding, element, made, "")
