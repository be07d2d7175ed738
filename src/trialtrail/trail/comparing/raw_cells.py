"""Compare two versions of a raw file cell by cell, and make A's file with some of B's cells."""

from __future__ import annotations

import csv
import io
from typing import Any

from trialtrail.configuration.documents import DOCUMENTS, WORD
from trialtrail.trail.comparing.alignment import Pair, in_order, is_reordered
from trialtrail.trail.comparing.raw_tables import (
    BOM,
    HEAD,
    Change,
    RawTable,
    changes_between,
    quoting,
    read_delimited,
    read_document,
    read_workbook,
    workbook_with,
)

DELIMITED = {"csv", "redcap", "qualtrics", "limesurvey"}


class RawPair:
    """Compare a raw file of A with that of B.

    Attributes:
        changes: what differs; each can be taken over on its own by `content`.
        details: the single differences of a file that is only taken over as a whole.
    """

    def __init__(
        self, a: bytes, b: bytes, forms: tuple[dict[str, Any], dict[str, Any]], key: str = ""
    ) -> None:
        self.a, self.b, self.form = a, b, forms[0]
        self.details: list[Change] = []
        self.pairs: list[Pair] = []
        self.tables: tuple[RawTable, RawTable] | None = None
        self.is_workbook = False
        self.changes = [Change("file")]
        kinds = {form.get("format", "csv") if form else "" for form in forms}
        try:
            if kinds <= DELIMITED:
                self._compare_delimited(forms, key)
            elif kinds <= {DOCUMENTS, WORD}:
                _, self.details = changes_between(read_document(a), read_document(b), "")
            elif kinds == {"xlsx"}:
                self._compare_workbooks(forms, key)
        except Exception:  # not of its form, whatever the parser says: it differs as a whole
            self.tables, self.is_workbook, self.changes = None, False, [Change("file")]

    def content(self, chosen: list[Change]) -> bytes:
        """Return A's file with only the changes ``chosen`` made to it.

        Raises:
            UnicodeError: a text of B cannot be written in A's encoding.
        """
        if not chosen:
            return self.a
        if len(chosen) == len(self.changes):
            return self.b
        if self.is_workbook:
            return workbook_with((self.a, self.b), self.form, chosen)
        layout = any(change.what == "layout" for change in chosen)
        taken = [c for c in self.changes if (c in chosen) != layout and c.what != "layout"]
        # With B's layout it is B's file in which all but the chosen changes are undone.
        return self._merged(1 if layout else 0, taken)

    def _compare_delimited(self, forms: tuple[dict, dict], key: str) -> None:
        a, b = self.tables = (read_delimited(self.a, forms[0]), read_delimited(self.b, forms[1]))
        columns = _columns(a, b)
        if columns is not None:
            self.details = columns
            return
        self.pairs, found = changes_between(a, b, key)
        if is_reordered(self.pairs):
            found.append(Change("order"))
        if not found or self._is_rewritten(found):
            found.append(Change("layout"))
        self.changes = found

    def _compare_workbooks(self, forms: tuple[dict, dict], key: str) -> None:
        a, b = read_workbook(self.a, forms[0]), read_workbook(self.b, forms[1])
        self.pairs, found = changes_between(a, b, key)
        self.is_workbook = bool(found) and all(change.what == "cell" for change in found)
        self.is_workbook &= not is_reordered(self.pairs) and _columns(a, b) is None
        if self.is_workbook:
            self.changes = found
        else:
            self.details = found

    def _is_rewritten(self, found: list[Change]) -> bool:
        """Return whether the records that are equal are written in another way."""
        a, b = self.tables
        touched = {change.place[0] for change in found if change.place}
        same = [
            (a.texts[len(a.head) + one], b.texts[len(b.head) + two])
            for one, two in self.pairs
            if one is not None and two is not None and (one, two) not in touched
        ]
        if HEAD not in touched:
            same += zip(a.texts[: len(a.head)], b.texts[: len(b.head)], strict=False)
        if (a.encoding, self.a.startswith(BOM)) != (b.encoding, self.b.startswith(BOM)):
            return True
        # The last record of a file may lack its line end.
        unended = {text for table in (a, b) for text in table.texts[-1:] if text == _bare(text)}
        return any(x != y and not (_bare(x) == _bare(y) and {x, y} & unended) for x, y in same)

    def _merged(self, base: int, taken: list[Change]) -> bytes:
        """Return the file of A (0) or B (1), the ``base``, with what the other has in ``taken``."""
        table, other = self.tables[base], self.tables[1 - base]
        by_pair: dict[Any, list[Change]] = {}
        for change in taken:
            by_pair.setdefault(change.place[0] if change.place else change.what, []).append(change)
        end = _line_end("".join(table.texts))
        out = []
        for row, text in enumerate(table.texts[: len(table.head)]):
            cells = list(table.head[row])
            columns = [c.place[2] for c in by_pair.get(HEAD, []) if c.place[1] == row]
            for at in columns:
                cells[at] = other.head[row][at]
            if columns and row < table.above:
                out.append(cells[0] + end)
            else:
                out.append(_written(cells, table, end) if columns else text)
        for pair in in_order(self.pairs, 1 - base if "order" in by_pair else base):
            out += self._record(pair, base, by_pair.get(pair, []), end)
        text = "".join(
            part if part.endswith(("\n", "\r")) or at == len(out) - 1 else part + end
            for at, part in enumerate(out)
        )
        coded = text.encode(table.encoding)
        return BOM + coded if (self.a, self.b)[base].startswith(BOM) else coded

    def _record(self, pair: Pair, base: int, taken: list[Change], end: str) -> list[str]:
        """Return the text of a record, none where it is not to be there."""
        table, other = self.tables[base], self.tables[1 - base]
        own, theirs = pair[base], pair[1 - base]
        if own is None:
            return [_written(other.records[theirs], table, end)] if taken else []
        if not taken:
            return [table.texts[len(table.head) + own]]
        if theirs is None:
            return []
        cells = list(table.records[own])
        for change in taken:
            at = change.place[1]
            if at is None:  # it has another number of cells
                cells = list(other.records[theirs])
            else:
                cells[at] = other.records[theirs][at]
        return [_written(cells, table, end)]


def _columns(a: RawTable, b: RawTable) -> list[Change] | None:
    """Return the columns that only one file has, None where the columns are the same."""
    reordered = a.header != b.header and sorted(a.header) == sorted(b.header)
    if len(a.header) == len(b.header) and not reordered:
        return None
    gone = [name for name in a.header if name not in b.header]
    new = [name for name in b.header if name not in a.header]
    removed = [Change("column removed", column=name) for name in gone]
    return [*removed, *(Change("column added", column=name) for name in new)]


def _bare(text: str) -> str:
    return text.rstrip("\r\n")


def _line_end(text: str) -> str:
    for end in ("\r\n", "\n", "\r"):
        if end in text:
            return end
    return "\n"


def _written(cells: Any, table: RawTable, end: str) -> str:
    """Return a record as a line of a file in the form of ``table``.

    Raises:
        UnicodeError: nothing stands around the cells, and one of them needs it.
    """
    stream = io.StringIO(newline="")
    form = quoting(table.delimiter, table.quote)
    try:
        csv.writer(stream, lineterminator=end, **form).writerow(cells)
    except csv.Error as fault:
        raise UnicodeError(str(fault)) from None
    return stream.getvalue()
