"""Read a project (``.qdpx``, ``.qde``) or a codebook (``.qdc``) in the exchange form REFI-QDA.

The standard: www.qdasoftware.org, QDA-XML 1.0 (2019). What is read of sources and their codings is
in `refi_sources`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import Any

from trialtrail.exports.export import unreadable
from trialtrail.exports.projects.account import NO_PLACE
from trialtrail.exports.projects.archive import Archive, open_archive, parsed
from trialtrail.exports.projects.identity import grouped_by_points, guid_of
from trialtrail.exports.projects.model import (
    Case,
    Code,
    Link,
    Member,
    Memo,
    Project,
    Value,
)
from trialtrail.exports.projects.refi_elements import (
    CALLED,
    children,
    coded_in,
    coder_of,
    day_of,
    kind_of,
    local,
    text_in,
    users_of,
    walk,
)
from trialtrail.exports.projects.refi_sources import SourceReader

DRAWING = "how a program drew it says nothing about the texts"
EMPTY = "nothing stands in it"
ROOTS = {"refi_qda": "Project", "qdc": "CodeBook"}
NAMES = {"Project": "a REFI-QDA project", "CodeBook": "a REFI-QDA codebook"}


def read_refi(spec: dict, path: str, kind: str) -> Project:
    """Return the project or codebook in a file; ``kind`` is the format, refi_qda or qdc.

    Raises:
        StudyError: it is none.
    """
    archive = open_archive(spec, path)
    try:
        root = parsed(archive.xml)
    except Exception:  # lxml's texts may hold values of the file
        raise unreadable(
            spec,
            f"The file cannot be read as {NAMES[ROOTS[kind]]}",
            kind,
            "export the project again as .qdpx" if kind == "refi_qda" else "export it again",
        ) from None
    if local(root) != ROOTS[kind]:
        other = next((each for each, name in ROOTS.items() if name == local(root)), None)
        what = NAMES.get(local(root), "XML of another kind")
        do = f"set `format: {other}`" if other else "export the project again as .qdpx"
        raise unreadable(spec, f"This is {what}, and not {NAMES[ROOTS[kind]]}", kind, do)
    return Refi(root, archive, spec.get("texts_of_projects", False)).read()


class Refi:
    """One reading of a project; what it makes is `project`.

    Where a study has its transcripts of projects ``alone``, codings of a source whose text no
    project has are told with it.
    """

    def __init__(self, root: Any, archive: Archive, alone: bool = False) -> None:
        self.root, self.archive, self.alone = root, archive, alone
        self.project = Project(origin=root.get("origin") or "not stated")
        self.account = self.project.account
        self.elements = walk(root, self.account)
        self.users = users_of(root, self.account)
        self.case_guids = {
            guid_of(case.get("guid"))
            for cases in children(root, "Cases")
            for case in children(cases, "Case")
        }
        self.code_guids: set[str] = set()
        self.source_guids: set[str] = set()
        self.notes: dict[str, Memo] = {}
        self.note_elements: dict[str, Any] = {}

    def read(self) -> Project:
        """Return the project."""
        self._codes(self.root if local(self.root) == "CodeBook" else None)
        self._notes()
        self._variables()
        sources = SourceReader(self)
        self._cases(sources)
        sources.read()
        self.source_guids = {source.guid for source in self.project.sources}
        self._sets_and_links(sources)
        self._descriptions()
        self._note_references()
        self._reasons()
        self._files()
        for name, count in Counter(self.users.values()).items():
            if count > 1:
                message = f"{count} users of the project have this name: they are one coder"
                self.project.tell("codings", name, message, "coder", "guessed")
        return self.project

    def attached(self, element: Any) -> list[str]:
        """Return the texts of the notes that ``element`` refers to."""
        found = []
        for reference in children(element, "NoteRef"):
            note = self.notes.get(guid_of(reference.get("targetGUID")))
            if note is not None:
                self.account.read(reference, "memos")
                found.append(note.text)
        return [text for text in found if text]

    def variable_value(self, element: Any, of: str, name: str = "", source: str = "") -> None:
        """Read a value of a variable of a case or a source."""
        reference = next(children(element, "VariableRef"), None)
        guid = guid_of(reference.get("targetGUID")) if reference is not None else ""
        name_of, kind = self.variables.get(guid, (guid, ""))
        values = [each for each in element if isinstance(each.tag, str) and each is not reference]
        if not values:
            self.account.tell(element, "it has no value")
            return
        text = "".join(values[0].itertext()).strip()
        self.account.read(element, "variables")
        for each in (*values[:1], *([reference] if reference is not None else [])):
            self.account.read(each, "variables")
        self.project.values.append(Value(name_of, kind, of, name, source, text, guid))

    def _codes(self, codebook: Any = None) -> None:
        books = [codebook] if codebook is not None else list(children(self.root, "CodeBook"))
        for book in books:
            for codes in children(book, "Codes"):
                for code in children(codes, "Code"):
                    self._code(code, "")
        if self.project.origin.startswith("Taguette"):
            self.project.codes = grouped_by_points(self.project.codes)

    def _code(self, element: Any, parent: str) -> None:
        guid = guid_of(element.get("guid"))
        if guid in self.case_guids:  # NVivo lists its cases among the codes too
            self.account.read(element, "cases")
            for below in children(element, "Code"):
                self._code(below, parent)
            return
        codable = (element.get("isCodable") or "true").strip().lower() not in ("false", "0")
        definition = text_in(element, "Description").strip()
        code = Code(guid, element.get("name") or "", parent, codable, definition)
        if not guid or guid in self.code_guids:
            self.account.tell(element, "its guid is missing, or that of another code")
            self.project.tell("codes", code.name, "a code has no guid, or that of another")
        else:
            self.project.codes.append(code)
            self.code_guids.add(guid)
            sheets = ("codes", "code_tree", "codings") if codable else ("codes", "code_tree")
            self.account.read(element, *sheets)
            for description in children(element, "Description"):
                if definition:
                    self.account.read(description, "code_tree", *(["codes"] if codable else []))
        for below in children(element, "Code"):
            self._code(below, guid)

    def _notes(self) -> None:
        for notes in children(self.root, "Notes"):
            for element in children(notes, "Note"):
                guid = guid_of(element.get("guid"))
                text = text_in(element, "PlainTextContent")
                for content in children(element, "PlainTextContent"):
                    self.account.read(content, "memos")
                if not text and element.get("plainTextPath"):
                    text = self.archive.text_at(element.get("plainTextPath"))[0] or ""
                described = text_in(element, "Description").strip()
                for description in children(element, "Description"):
                    if described:
                        self.account.read(description, "memos")
                text = "\n".join(part for part in (text.strip(), described) if part)
                name = element.get("name") or ""
                writer, day = coder_of(self.users, element), day_of(element)
                note = Memo("note", text, name, writer=writer, written_on=day, guid=guid)
                if not text and not name:
                    self.account.tell(element, "its text is not in the file as plain text")
                    continue
                self.notes[guid], self.note_elements[guid] = note, element
                self.project.memos.append(note)
                self.account.read(element, "memos")

    def _variables(self) -> None:
        self.variables: dict[str, tuple[str, str]] = {}
        for variables in children(self.root, "Variables"):
            for each in children(variables, "Variable"):
                guid = guid_of(each.get("guid"))
                kind = each.get("typeOfVariable") or ""
                self.variables[guid] = (each.get("name") or guid, kind)
                self.project.values.append(Value(self.variables[guid][0], kind, guid=guid))
                self.account.read(each, "variables")

    def _cases(self, sources: SourceReader) -> None:
        for cases in children(self.root, "Cases"):
            for element in children(cases, "Case"):
                guid = guid_of(element.get("guid"))
                references = list(children(element, "SourceRef"))
                if element.get("name") is None and len(references) == 1:
                    self._values_of_source(element, references[0])
                    continue
                name = element.get("name") or f"case_{guid[:8]}"
                described = text_in(element, "Description").strip()
                for each in children(element, "Description"):
                    if described:
                        self.account.read(each, "cases")
                self.account.read(element, "cases")
                sources.cases[guid] = name
                case = Case(name, guid, description=described)
                self.project.cases.append(case)
                for value in children(element, "VariableValue"):
                    self.variable_value(value, "case", name)
                for each in children(element, "SourceRef", "SelectionRef", "CodeRef"):
                    sources.of_cases.append((case, each))

    def _values_of_source(self, element: Any, reference: Any) -> None:
        """Read a case without a name: MAXQDA and Quirkos keep the values of a source in it."""
        self.account.read(element, "variables")
        self.account.read(reference, "variables")
        for value in children(element, "VariableValue"):
            self.variable_value(value, "source", source=guid_of(reference.get("targetGUID")))

    def _sets_and_links(self, sources: SourceReader) -> None:
        for sets in children(self.root, "Sets"):
            for element in children(sets, "Set"):
                name, guid = element.get("name") or "", guid_of(element.get("guid"))
                self.account.read(element, "sets")
                members = list(children(element, "MemberCode", "MemberSource", "MemberNote"))
                for each in members:
                    kind = local(each).removeprefix("Member").lower()
                    target = guid_of(each.get("targetGUID"))
                    self.project.members.append(Member(name, guid, kind, target))
                    self.account.read(each, "sets")
                if not members:
                    self.project.members.append(Member(name, guid))
        for links in children(self.root, "Links"):
            for each in children(links, "Link"):
                ends = guid_of(each.get("originGUID")), guid_of(each.get("targetGUID"))
                direction = each.get("direction") or ""
                guid = guid_of(each.get("guid"))
                self.project.links.append(Link(each.get("name") or "", *ends, direction, guid))
                self.account.read(each, "links")
                self._linked(*ends, sources)

    def _linked(self, origin: str, target: str, sources: SourceReader) -> None:
        """Give a note the passage that a link leads to or from: NVivo's annotations."""
        for note, selection in ((origin, target), (target, origin)):
            if note in self.notes and selection in sources.spans:
                memo = self.notes[note]
                memo.kind, memo.of = "annotation", "passage"
                memo.source, memo.start, memo.end = sources.spans[selection]
                self.account.read(sources.elements[selection], "memos")

    def _descriptions(self) -> None:
        """Read what is described of sources, variables, sets and the project as memos."""
        for element in self.elements:
            if local(element) != "Description" or self.account.is_read(element):
                continue
            text = "".join(element.itertext()).strip()
            owner = element.getparent()
            if not text:
                self.account.tell(element, EMPTY)
            elif owner is not None and local(owner) in CALLED:
                of = CALLED[local(owner)].partition(" ")[2]
                name, source = owner.get("name") or "", self.source_of(owner)
                self.project.memos.append(Memo("description", text, name, of, source))
                self.account.read(element, "memos")

    def source_of(self, element: Any) -> str:
        """Return the guid of the source that ``element`` is, or an empty text."""
        guid = guid_of(element.get("guid"))
        return guid if guid in self.source_guids else ""

    def _note_references(self) -> None:
        """Say of each note what it belongs to."""
        for element in self.elements:
            if local(element) != "NoteRef":
                continue
            note = self.notes.get(guid_of(element.get("targetGUID")))
            owner = element.getparent()
            if note is None:
                self.account.tell(element, "it refers to no note with a text")
                continue
            self.account.read(element, "memos")
            note.of = note.of or CALLED.get(local(owner), local(owner)).partition(" ")[2]
            note.source = note.source or self.source_of(owner)
            selection = next(children(self.note_elements[note.guid], "PlainTextSelection"), None)
            if selection is not None and note.source and not note.start:
                # QualCoder says so where an annotation stands: the offsets are of the source.
                note.kind = "annotation"
                note.start = (selection.get("startPosition") or "").strip()
                note.end = (selection.get("endPosition") or "").strip()
                self.account.read(selection, "memos")

    def _reasons(self) -> None:
        """Say of what nothing reads why it is so, where it is known."""
        for element in self.elements:
            name = local(element)
            if name in ("Graph", "Vertex", "Edge"):
                self.account.tell(element, DRAWING)
            elif name == "SyncPoint":
                self.account.tell(element, "no selection that is read begins or ends at it")
            elif name == "PlainTextSelection" and kind_of(element).endswith("a note"):
                self.account.tell(element, "memos are no transcripts")
            elif name == "Coding" and self.account.is_open(element):
                self._coding_elsewhere(element)
            elif name.endswith("Selection"):
                self.account.tell(element, "no code, case or memo of it is read")

    def _coding_elsewhere(self, element: Any) -> None:
        """Tell a coding of what is no source, such as a note, under the name of what it is in."""
        above = [each for each in element.iterancestors() if each.get("name") or each.get("guid")]
        notes = [each for each in above if local(each) == "Note"]
        thing = (notes or above or [element])[0]
        why = "memos are no transcripts" if notes else NO_PLACE
        self.account.tell(element, why)
        name = thing.get("name") or guid_of(thing.get("guid"))
        self.project.unplaced[name, f"{coded_in(element.getparent())} ({why})"] += 1

    def _files(self) -> None:
        """Account for the parts of the archive."""
        used = {
            PurePosixPath(element.get(name, "").replace("\\", "/")).name.lower(): name
            for element in self.elements
            for name in ("richTextPath", "path", "currentPath")
            if element.get(name)
        }
        for name in self.archive.files:
            part = ("file", name)
            self.account.found(part, "file in the archive")
            if name in self.archive.read:
                self.account.read(part, "texts", "memos")
            elif used.get(name) == "richTextPath":
                self.account.tell(part, "formatted text; the plain text beside it counts")
            elif name in used:
                self.account.tell(part, "a recording, a picture or a PDF; no text is taken of it")
            else:
                self.account.tell(part, "nothing in the project refers to it")
        if self.archive.guessed:
            files = len(self.archive.guessed)
            self.project.form["encoding"] = f"Windows-1252 is guessed of {files} texts"
