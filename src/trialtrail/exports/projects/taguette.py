"""Read a project of Taguette: the SQLite file that it exports (``.sqlite3``).

Tables as in Taguette 1.5. Offsets are bytes in UTF-8 of the text nodes of a document's HTML, tags
not counted. Who tagged what, and when, stands in its list of commands.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from trialtrail.exports.projects.archive import one_sign_line_ends
from trialtrail.exports.projects.databases import (
    Database,
    Row,
    open_database,
    refuse_several,
    text_of,
)
from trialtrail.exports.projects.identity import grouped_by_points
from trialtrail.exports.projects.model import (
    UNNAMED,
    Code,
    Coding,
    Memo,
    Project,
    Source,
)
from trialtrail.exports.projects.refi_elements import day_in, whole_number

BLOCKS = frozenset(
    (
        *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt"),
        *("dd", "tr", "table", "thead", "tbody", "blockquote", "pre", "caption", "section"),
        *("article", "header", "footer"),
    )
)
"""Elements of HTML that stand on lines of their own."""
TOLD = {
    "alembic_version": "the version of the database",
    "project_members": "rights of users",
    "users": "accounts of the program",
    "commands": "what was done before: what came of it stands in other tables",
}
ADMIN = "admin"


class TextNodes(HTMLParser):
    """The text of HTML as a browser holds it; where two blocks touch, a line feed is put between.

    ``breaks`` are the offsets, in bytes of the text nodes, at which one was put.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.breaks: list[int] = []
        self.bytes = 0
        self._pending = False
        self._after_pre = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Begin a block on a line of its own."""
        self._pending |= tag in BLOCKS or tag == "br"
        self._after_pre = tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        self._pending |= tag in BLOCKS

    def handle_data(self, data: str) -> None:
        """Take a text node; a browser leaves out the line feed that opens ``pre``."""
        data = data.replace("\r\n", "\n").replace("\r", "\n")
        if self._after_pre:
            data, self._after_pre = data.removeprefix("\n"), False
        if not data:
            return
        last = next((part[-1] for part in reversed(self.parts) if part), "\n")
        if self._pending and last != "\n" and not data.startswith("\n"):
            if data.strip():
                self.parts.append("\n")
                self.breaks.append(self.bytes)
                self._pending = False
        else:
            self._pending = False
        self.parts.append(data)
        self.bytes += len(data.encode())

    @property
    def text(self) -> str:
        """The text, with the line feeds that were put in."""
        return "".join(self.parts)

    def shifted(self, offset: int, end: bool) -> int:
        """Return an offset in bytes of the text nodes as one of ``text``."""
        return offset + sum(each < offset if end else each <= offset for each in self.breaks)


def nodes_of(html: str) -> TextNodes:
    """Return the text nodes of a piece of HTML."""
    parser = TextNodes()
    parser.feed(html)
    parser.close()
    return parser


def read_taguette(spec: dict, path: str) -> Project:
    """Return the project in a database of Taguette.

    Raises:
        StudyError: it is no such database, or has several projects.
    """
    data = open_database(spec, path, "taguette")
    filled = {row.get("project_id") for row in data.rows("documents")}
    if len(filled) > 1:
        do = "open Taguette and export the one project as a SQLite3 database"
        raise refuse_several(spec, "projects of Taguette", len(filled), do)
    return Taguette(data).read()


class Taguette:
    """One reading of a database; what it makes is `project`."""

    def __init__(self, data: Database) -> None:
        self.data, self.project = data, Project(origin="Taguette")
        self.account = self.project.account
        data.account(self.account)
        self.documents: dict[Any, tuple[str, TextNodes]] = {}

    def read(self) -> Project:
        """Return the project."""
        self._tags()
        self._documents()
        self._codings()
        for number, row in enumerate(self.data.rows("projects")):
            self._description(row, ("projects", number), "project", "")
            self.account.tell(("projects", number), "nothing is described of it")
        for table, why in TOLD.items():
            for number in range(len(self.data.rows(table))):
                self.account.tell((table, number), why)
        coders = {coding.coder for coding in self.project.codings}
        if coders == {ADMIN}:
            self.project.form["coders"] = (
                "all codings are of `admin`, as an exported project has it"
            )
        return self.project

    def _tags(self) -> None:
        """Read the tags: their names are paths."""
        codes = []
        for number, row in enumerate(self.data.rows("tags")):
            definition = text_of(row, "description").strip()
            name, guid = text_of(row, "path"), f"tags:{row.get('id')}"
            codes.append(Code(guid, name, definition=definition))
            self.account.read(("tags", number), "codes", "code_tree", "codings")
        self.project.codes += grouped_by_points(codes)

    def _documents(self) -> None:
        put = 0
        for number, row in enumerate(self.data.rows("documents")):
            guid = f"documents:{row.get('id')}"
            nodes = nodes_of(text_of(row, "contents"))
            put += len(nodes.breaks)
            self.documents[row.get("id")] = guid, nodes
            where = f"table documents, id {row.get('id')}"
            name = text_of(row, "name") or text_of(row, "filename")
            self.project.sources.append(Source(guid, name, text=nodes.text, where=where))
            self.account.read(("documents", number), "codings", "texts")
            self._description(row, None, "text", guid)
        if put:
            self.project.form["line feeds put between paragraphs"] = str(put)

    def _description(self, row: Row, key: tuple | None, of: str, source: str) -> None:
        if text := text_of(row, "description").strip():
            name, guid = text_of(row, "name"), f"{of}:{row.get('id')}"
            day = day_in(text_of(row, "created"))
            memo = Memo("description", text, name, of, source, written_on=day, guid=guid)
            self.project.memos.append(memo)
            if key:
                self.account.read(key, "memos")

    def _codings(self) -> None:
        tagged: dict[Any, list[tuple[int, Row]]] = {}
        tags = {row.get("id"): f"tags:{row.get('id')}" for row in self.data.rows("tags")}
        for number, row in enumerate(self.data.rows("highlight_tags")):
            tagged.setdefault(row.get("highlight_id"), []).append((number, row))
        given = self._given()
        for number, row in enumerate(self.data.rows("highlights")):
            key, mine = ("highlights", number), tagged.pop(row.get("id"), [])
            place, why = self._place(row)
            if place is None or not mine:
                self.account.tell(key, why or "no tag was given to it")
                for each, _ in mine:
                    self.account.tell(("highlight_tags", each), why)
                    source = self.documents.get(row.get("document_id"), ("(no document)",))[0]
                    self.project.unplaced[source, f"of a passage of a text ({why})"] += 1
                continue
            self.account.read(key, "codings")
            for each, tag in mine:
                by, when = given.get(row.get("id"), {}).get(tag.get("tag_id"), (UNNAMED, ""))
                code = tags.get(tag.get("tag_id"), f"tags:{tag.get('tag_id')}")
                coding = Coding(place[0], code, place[1], place[2], coder=by, coded_on=when)
                coding.selected, coding.guid = place[3], f"highlights:{row.get('id')}"
                self.project.codings.append(coding)
                self.account.read(("highlight_tags", each), "codings")
        for rest in tagged.values():
            for each, _ in rest:
                self.account.tell(("highlight_tags", each), "it refers to no highlight")

    def _place(self, row: Row) -> tuple[tuple[str, str, str, str] | None, str]:
        """Return (document, start, end, words) of a highlight, or why it has no place."""
        if row.get("document_id") not in self.documents:
            return None, "it refers to no document"
        guid, nodes = self.documents[row.get("document_id")]
        start, end = (whole_number(text_of(row, f"{name}_offset")) for name in ("start", "end"))
        if start is None or end is None:
            return None, "the offsets are no whole numbers"
        first, last = nodes.shifted(int(start), False), nodes.shifted(int(end), True)
        words = nodes_of(text_of(row, "snippet")).text
        return (guid, str(first), str(last), one_sign_line_ends(words)), ""

    def _given(self) -> dict[Any, dict[Any, tuple[str, str]]]:
        """Return of each highlight who gave it each tag and when, by the commands in their order.

        A command holds all tags of a highlight: a tag was given by the first one that has it since.
        """
        given: dict[Any, dict[Any, tuple[str, str]]] = {}
        for number, row in enumerate(self.data.rows("commands")):
            try:
                payload = json.loads(text_of(row, "payload"))
            except ValueError:
                continue
            kind = payload.get("type") if isinstance(payload, dict) else None
            if kind == "highlight_add":
                before = given.get(payload.get("highlight_id"), {})
                who = text_of(row, "user_login") or UNNAMED, day_in(text_of(row, "date"))
                now = {tag: before.get(tag, who) for tag in payload.get("tags") or []}
                given[payload.get("highlight_id")] = now
            elif kind == "tag_merge":
                source, target = payload.get("src_tag_id"), payload.get("dest_tag_id")
                for tags in given.values():
                    if source in tags:
                        tags.setdefault(target, tags.pop(source))
            else:
                continue
            self.account.read(("commands", number), "codings")
        return given
