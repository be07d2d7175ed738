"""Read a project of QualCoder: a folder ``.qda`` with the database ``data.qda``, or that database.

Layout of the tables: QualCoder 3.x, database versions up to 17; what an older version lacks is
empty. Offsets are code points of the text in the table ``source``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trialtrail.exports.projects.archive import one_sign_line_ends
from trialtrail.exports.projects.databases import Database, Row, open_database, text_of
from trialtrail.exports.projects.model import (
    PDF_TEXT,
    TEXT,
    TRANSCRIPT,
    UNNAMED,
    Case,
    Code,
    Coding,
    Memo,
    Project,
    Source,
    Value,
)
from trialtrail.exports.projects.refi_elements import day_in, whole_number

MEDIA = {"image": "a picture", "audio": "an audio recording", "video": "a video recording"}
NO_TEXT = "the project has no text of it"
TOLD = {
    "stored_sql": "queries of a user",
    "ris": "bibliographic data of sources",
    "manage_files_display": "settings of the program",
    "files_filter": "settings of the program",
    "project": "settings of the program",
}
DRAWING = "how a program drew it says nothing about the texts"
NOWHERE = "it refers to a source, code or case that the project does not have"


def read_qualcoder(spec: dict, path: str) -> Project:
    """Return the project in a database of QualCoder.

    Raises:
        StudyError: it is no such database.
    """
    return QualCoder(open_database(spec, path, "qualcoder")).read()


class QualCoder:
    """One reading of a database; what it makes is `project`."""

    def __init__(self, data: Database) -> None:
        self.data, self.project = data, Project(origin="QualCoder")
        self.account = self.project.account
        data.account(self.account)
        self.sources: dict[Any, str] = {}
        self.kinds: dict[str, str] = {}
        self.codes: dict[Any, str] = {}

    def read(self) -> Project:
        """Return the project."""
        for row in self.data.rows("project"):
            version = text_of(row, "databaseversion")
            self.project.form["database"] = version or "not stated"
        self._codes()
        self._sources()
        self._each("code_text", self._coding)
        self._each("code_av", lambda row, key: self._unplaced(row, key, "id", "times"))
        self._each("code_image", self._area)
        self._cases()
        self._variables()
        self._memos()
        for name in self.data.tables:
            for number in range(len(self.data.rows(name))):
                why = DRAWING if name == "graph" or name.startswith("gr_") else TOLD.get(name)
                if why:
                    self.account.tell((name, number), why)
        return self.project

    def _each(self, table: str, read: Callable[[Row, tuple], None]) -> None:
        for number, row in enumerate(self.data.rows(table)):
            read(row, (table, number))

    def _codes(self) -> None:
        """Read groups and codes; a code lies in a group, or below another code."""
        groups, names = self.data.rows("code_cat"), self.data.rows("code_name")
        self.codes = {row.get("cid"): f"code_name:{row.get('cid')}" for row in names}
        of_group = {row.get("catid"): f"code_cat:{row.get('catid')}" for row in groups}
        for number, row in enumerate(groups):
            parent = of_group.get(row.get("supercatid"), "")
            self._code(row, of_group[row.get("catid")], parent, False, ("code_cat", number))
        for number, row in enumerate(names):
            parent = self.codes.get(row.get("supercid")) or of_group.get(row.get("catid"), "")
            self._code(row, self.codes[row.get("cid")], parent, True, ("code_name", number))

    def _code(self, row: Row, guid: str, parent: str, codable: bool, key: tuple) -> None:
        definition = text_of(row, "memo").strip()
        self.project.codes.append(Code(guid, text_of(row, "name"), parent, codable, definition))
        self.account.read(key, "code_tree", "codes", *(["codings"] if codable else []))

    def _sources(self) -> None:
        rows = self.data.rows("source")
        spoken = {row.get("av_text_id") for row in rows if row.get("av_text_id")}
        for number, row in enumerate(rows):
            guid = f"source:{row.get('id')}"
            self.sources[row.get("id")] = guid
            path = text_of(row, "mediapath").lower().lstrip("/")
            media = next((name for name in MEDIA if path.startswith(name)), "")
            kind = media or (PDF_TEXT if path.endswith(".pdf") else TEXT)
            if row.get("id") in spoken:
                kind = TRANSCRIPT
            self.kinds[guid] = kind
            text = row.get("fulltext")
            text = None if text is None or media else one_sign_line_ends(text_of(row, "fulltext"))
            why = "" if media or text is not None else NO_TEXT
            where = f"table source, id {row.get('id')}"
            self.project.sources.append(Source(guid, text_of(row, "name"), kind, text, why, where))
            sheets = ("codings", "texts") if text is not None else ("codings",)
            self.account.read(("source", number), *sheets)

    def _coding(self, row: Row, key: tuple) -> None:
        source, code = self.sources.get(row.get("fid")), self.codes.get(row.get("cid"))
        start, end = (whole_number(text_of(row, name)) for name in ("pos0", "pos1"))
        if source is None or start is None or end is None:
            why = NOWHERE if source is None else "the offsets are no whole numbers"
            self.account.tell(key, why)
            self.project.unplaced[source or "(no source)", f"of a passage of a text ({why})"] += 1
            return
        kind = self.kinds[source]
        guid = f"code_text:{row.get('ctid')}"
        self.project.codings.append(
            Coding(
                source,
                code or f"code_name:{row.get('cid')}",
                start,
                end,
                kind,
                text_of(row, "owner").strip() or UNNAMED,
                text_of(row, "seltext"),
                day_in(text_of(row, "date")),
                text_of(row, "memo").strip(),
                guid,
            )
        )
        self.account.read(key, "codings")
        if row.get("important"):
            mark = ("important", *key)
            self.account.found(mark, "code_text marked as important")

    def _area(self, row: Row, key: tuple) -> None:
        paged = row.get("pdf_page") is not None
        self._unplaced(row, key, "id", "an area of a page" if paged else "an area of a picture")

    def _unplaced(self, row: Row, key: tuple, column: str, what: str) -> None:
        have = "have" if what == "times" else "has"
        why = f"{what} {have} no place in a text"
        self.account.tell(key, why)
        source = self.sources.get(row.get(column), "(no source)")
        self.project.unplaced[source, f"of {what} ({why})"] += 1

    def _cases(self) -> None:
        names = {}
        for number, row in enumerate(self.data.rows("cases")):
            guid, name = f"cases:{row.get('caseid')}", text_of(row, "name")
            names[row.get("caseid")] = (name, guid)
            memo = text_of(row, "memo").strip()
            self.project.cases.append(Case(name, guid, description=memo))
            self.account.read(("cases", number), "cases")
        for number, row in enumerate(self.data.rows("case_text")):
            case, source = names.get(row.get("caseid")), self.sources.get(row.get("fid"))
            if case is None or source is None:
                self.account.tell(("case_text", number), NOWHERE)
                continue
            span = text_of(row, "pos0"), text_of(row, "pos1")
            self.project.cases.append(Case(*case, source, *span))
            self.account.read(("case_text", number), "cases")
        self.cases = names

    def _variables(self) -> None:
        types = {}
        for number, row in enumerate(self.data.rows("attribute_type")):
            name, kind = text_of(row, "name"), text_of(row, "valuetype")
            types[name] = kind
            self.project.values.append(Value(name, kind, guid=f"attribute_type:{name}"))
            self.account.read(("attribute_type", number), "variables")
        for number, row in enumerate(self.data.rows("attribute")):
            value, key = text_of(row, "value"), ("attribute", number)
            of_case = text_of(row, "attr_type") == "case"
            case = self.cases.get(row.get("id"), ("",))[0] if of_case else ""
            source = "" if of_case else self.sources.get(row.get("id"), "")
            if not value:
                self.account.tell(key, "it has no value")
            elif not case and not source:
                self.account.tell(key, NOWHERE)
            else:
                name, of = text_of(row, "name"), "case" if of_case else "source"
                guid = f"attribute:{row.get('attrid')}"
                kind = types.get(name, "")
                self.project.values.append(Value(name, kind, of, case, source, value, guid))
                self.account.read(key, "variables")

    def _memos(self) -> None:
        def note(table: str, number: int, kind: str, text: str, **more: str) -> None:
            row = self.data.rows(table)[number]
            writer, day = text_of(row, "owner") or UNNAMED, day_in(text_of(row, "date"))
            memo = Memo(kind, text, writer=writer, written_on=day, **more)
            self.project.memos.append(memo)
            self.account.read((table, number), "memos")

        for i, row in enumerate(self.data.rows("journal")):
            text, guid = text_of(row, "jentry"), f"journal:{row.get('jid')}"
            note("journal", i, "journal", text, name=text_of(row, "name"), guid=guid)
        for i, row in enumerate(self.data.rows("annotation")):
            source = self.sources.get(row.get("fid"), "")
            span = {"start": text_of(row, "pos0"), "end": text_of(row, "pos1")}
            guid = f"annotation:{row.get('anid')}"
            text = text_of(row, "memo")
            note("annotation", i, "annotation", text, of="text", source=source, guid=guid, **span)
        for table, of, id_ in (("source", "text", "id"), ("attribute_type", "variable", "name")):
            for i, row in enumerate(self.data.rows(table)):
                if text := text_of(row, "memo").strip():
                    source = self.sources.get(row.get("id"), "") if table == "source" else ""
                    more = {"name": text_of(row, "name"), "of": of, "source": source}
                    note(table, i, "description", text, guid=f"{table}:{row.get(id_)}", **more)
        for i, row in enumerate(self.data.rows("project")):
            if text := text_of(row, "memo").strip():
                note("project", i, "description", text, of="project", guid="project")
