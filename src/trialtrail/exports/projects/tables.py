"""The tables of a project: what an export of its file can name as its ``sheet``."""

from __future__ import annotations

from collections.abc import Iterator

from trialtrail.exports.export import Export, OddSource, frame_of, unreadable
from trialtrail.exports.limits import check_cell
from trialtrail.exports.projects.identity import code_ids, documents_of
from trialtrail.exports.projects.model import UNNAMED, Code, Project

PARTS = {
    "codings": (
        *("document", "document_guid", "code", "start", "end", "coder", "selected", "coded_on"),
        *("kind", "memo", "guid"),
    ),
    "texts": ("document", "guid", "text", "kind", "where"),
    "codes": (
        *("code", "label", "parent", "category", "category_label", "theme", "theme_label"),
        *("definition", "guid"),
    ),
    "code_tree": ("code", "label", "parent", "codable", "definition", "guid"),
    "cases": ("case", "document", "document_guid", "start", "end", "description", "guid"),
    "variables": ("variable", "of", "name", "document_guid", "value", "type", "guid"),
    "memos": (
        *("kind", "name", "text", "of", "document", "document_guid", "start", "end"),
        *("writer", "written_on", "guid"),
    ),
    "sets": ("set", "kind", "member", "guid"),
    "links": ("name", "origin", "target", "direction", "guid"),
}
"""The tables of a project, and their columns."""
CODEBOOK_PARTS = ("codes", "code_tree", "sets", "memos")
"""The tables of a file that has nothing but a codebook."""


class Tables:
    """The rows of the tables of a project, under names that are the same in all of them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.ids = code_ids(project.codes)
        self.documents = documents_of(project.sources)
        self._codes = {code.guid: code for code in project.codes}

    def rows(self, sheet: str) -> Iterator[list[str]]:
        """Return the rows of one table."""
        return getattr(self, f"_{sheet}")()

    def _place(self, guid: str) -> tuple[str, str]:
        return self.documents.get(guid, ""), guid

    def _codings(self) -> Iterator[list[str]]:
        for each in self.project.codings:
            code = self.ids.get(each.code, each.code)
            yield [
                *(*self._place(each.source), code, each.start, each.end, each.coder),
                *(each.selected, each.coded_on, each.kind, each.memo, each.guid),
            ]

    def _texts(self) -> Iterator[list[str]]:
        for each in self.project.sources:
            if each.text is not None:
                yield [*self._place(each.guid), each.text, each.kind, each.where]

    def _above(self, code: Code) -> list[Code]:
        """Return the codes above one, the outermost first; a circle is cut."""
        above: list[Code] = []
        each = self._codes.get(code.parent)
        while each is not None and each is not code and each not in above:
            above.append(each)
            each = self._codes.get(each.parent)
        return above[::-1]

    def _codes_row(self, code: Code) -> list[str]:
        above = self._above(code)
        groups = [each for each in above if not each.codable]
        parents = [each for each in above if each.codable]
        theme, category = groups[:1], groups[1:][-1:]
        named = [
            text
            for group in (category, theme)
            for text in ((self.ids[group[0].guid], group[0].name) if group else ("", ""))
        ]
        parent = self.ids[parents[-1].guid] if parents else ""
        return [self.ids[code.guid], code.name, parent, *named, code.definition, code.guid]

    def _codes_(self) -> Iterator[list[str]]:
        for code in self.project.codes:
            if code.codable:
                yield self._codes_row(code)

    def _code_tree(self) -> Iterator[list[str]]:
        for code in self.project.codes:
            parent = self.ids.get(code.parent, "")
            codable = "true" if code.codable else "false"
            named = (self.ids[code.guid], code.name, parent)
            yield [*named, codable, code.definition, code.guid]

    def _cases(self) -> Iterator[list[str]]:
        for each in self.project.cases:
            place = (*self._place(each.source), each.start, each.end)
            yield [each.name, *place, each.description, each.guid]

    def _variables(self) -> Iterator[list[str]]:
        for each in self.project.values:
            name = self.documents.get(each.source, each.name)
            yield [
                *(each.variable, each.of, name, each.source),
                *(each.value, each.type, each.guid),
            ]

    def _memos(self) -> Iterator[list[str]]:
        for each in self.project.memos:
            yield [
                *(each.kind, each.name, each.text, each.of, *self._place(each.source)),
                *(each.start, each.end, each.writer, each.written_on, each.guid),
            ]

    def _sets(self) -> Iterator[list[str]]:
        for each in self.project.members:
            yield [each.set, each.kind, self._called(each.member), each.guid]

    def _links(self) -> Iterator[list[str]]:
        for each in self.project.links:
            ends = self._called(each.origin), self._called(each.target)
            yield [each.name, *ends, each.direction, each.guid]

    def _called(self, guid: str) -> str:
        """Return the id, document or guid by which other tables name a thing."""
        return self.ids.get(guid) or self.documents.get(guid) or guid


def export_of(spec: dict, project: Project, parts: tuple[str, ...] = tuple(PARTS)) -> Export:
    """Return the table of a project that ``spec`` names as its ``sheet``.

    Where the study's columns are known, those of the table that nobody uses are left out: they are
    offered by this program, and no part of what somebody exported.

    Raises:
        StudyError: a project of this kind has no such table.
    """
    sheet = spec.get("sheet", parts[0])
    if sheet not in parts:
        raise unreadable(
            spec,
            f"A project of this kind has no table named {sheet}",
            "sheet",
            f"name one of {', '.join(parts)} under exports.{spec['name']}.sheet",
        )
    tables = Tables(project)
    records = list(tables.rows("codes_" if sheet == "codes" else sheet))
    for line, cells in enumerate(records, start=1):
        check_cell(cells, spec["label"], line)
    header = list(PARTS[sheet])
    rows, _ = frame_of(spec["label"], header, enumerate(records, start=1))
    if known := spec.get("known"):
        wanted = [name for name in header if name in known]
        rows = rows.drop(columns=[name for name in header if name not in wanted])
        header = wanted
    export = Export(spec["name"], header, rows)
    export.form = {"table": sheet, "origin": project.origin, **project.form}
    export.elements = project.account.rows()
    export.odd_sources = list(_odd(project, tables, sheet, header))
    told = (each for each in export.elements if each["told"])
    export.explained = any(each["element"].startswith("Coding ") for each in told)
    return export


def _odd(project: Project, tables: Tables, sheet: str, header: list[str]) -> Iterator[OddSource]:
    """Yield what somebody should know of a table: what is not in it, and whom it does not name."""
    yield from project.odd.get(sheet, [])
    if sheet == "texts":
        for source in project.sources:
            if source.text is None and source.why:
                message = f"the text of this source is not read: {source.why}"
                yield OddSource("unread", tables.documents[source.guid], "text", message)
    if sheet == "codings":
        by_source: dict[str, list[tuple[int, str]]] = {}
        for (source, what), count in project.unplaced.items():
            by_source.setdefault(source, []).append((count, what))
        for source, parts in by_source.items():
            total = sum(count for count, _ in parts)
            many = f"{total} coding{'' if total == 1 else 's'} of this source"
            each = "; ".join(f"{count} {what}" for count, what in sorted(parts, reverse=True))
            message = f"{many} {'is' if total == 1 else 'are'} not read: {each}"
            yield OddSource("unread", tables.documents.get(source, source), "", message)
        nameless = sum(each.coder == UNNAMED for each in project.codings)
        if nameless and "coder" in header:
            message = (
                f"{nameless} of {len(project.codings)} codings name no coder and are those of "
                f"`{UNNAMED}`; a constant `coder` of the source names who it was"
            )
            yield OddSource("guessed", UNNAMED, "coder", message)
