"""Split delimited text into records: every cell as it stands, each with the line it begins on.

The grammar is that of Python's strict `csv`; Arrow parses the records that are on one line of their
own and well-formed, which is most of them, because it is ten times as fast. Which ones those are is
found by a regular expression; all others go through `csv` itself.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from trialtrail.exports.export import batch_of
from trialtrail.exports.guess import TextForm
from trialtrail.exports.limits import MAX_CELL, MAX_RECORD

BLOCK = 1 << 25
"""Bytes of a file that are held as text at a time."""
Record = tuple[int, list[str]]
"""The line on which a record begins, and its cells."""


class Spoilt(Exception):
    """A record that is not well-formed: the line on which it begins, and what is wrong."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(fault)
        self.line, self.fault = line, fault


@dataclass
class Part:
    """Some records: those that Arrow read, and those that `csv` read, each with their lines."""

    table: pa.Table
    lines: np.ndarray
    others: list[Record]


def empty_table(width: int) -> pa.Table:
    """Return a table of ``width`` columns of text without rows."""
    nothing = pa.array([], pa.large_string())
    return pa.table([nothing] * width, [str(i) for i in range(width)])


class Plain:
    """The records of a file as `csv` reads them: for files in which a line may end anyhow."""

    def __init__(self, path: str, form: TextForm) -> None:
        self.form = form
        self.options = {
            "delimiter": form.delimiter,
            "quotechar": form.quote or '"',
            "quoting": csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
            "doublequote": not form.escape,
            "escapechar": form.escape or None,
            "strict": True,
        }
        csv.field_size_limit(MAX_CELL)
        self._begin(path)

    def _begin(self, path: str) -> None:
        self.records = self._records(path)

    def _records(self, path: str) -> Iterator[Record]:
        line = 1
        with open(path, encoding=self.form.encoding, newline="") as stream:
            reader = csv.reader(stream, **self.options)
            try:
                for cells in reader:
                    if cells and line > self.form.skip:
                        if line == self.form.skip + 1:
                            cells[0] = cells[0].removeprefix("\ufeff")
                        yield line, cells
                    line = reader.line_num + 1
            except csv.Error as fault:
                raise Spoilt(line, str(fault)) from None

    def head(self, count: int) -> list[Record]:
        """Return the first ``count`` records that are not blank."""
        return list(islice(self.records, count))

    def parts(self, width: int) -> Iterator[Part]:
        """Yield the records that are left."""
        while some := list(islice(self.records, batch_of(width))):
            yield Part(empty_table(width), np.zeros(0, int), some)


class Reader(Plain):
    """The records of a file whose lines end with a line feed, block by block."""

    def _begin(self, path: str) -> None:
        form = self.form
        self.blocks = _blocks(path, form)
        self.rest = next(self.blocks, b"")
        self.line = 1
        self._skip(form.skip)
        self.rest = self.rest.removeprefix(codecs.BOM_UTF8)  # it may stand after `sep=;` as well
        self.sound = _sound_record(form)

    def _skip(self, count: int) -> None:
        for _ in range(count):
            end = self.rest.find(b"\n") + 1 or len(self.rest)
            self.rest, self.line = self.rest[end:], self.line + 1

    def head(self, count: int) -> list[Record]:
        """Return the first ``count`` records that are not blank."""
        found: list[Record] = []
        while len(found) < count and self.rest:
            try:
                cells, used = self._one(self.rest, self.line)
            except Spoilt as spoilt:
                if "field limit" in spoilt.fault or not self._more():
                    raise
                continue
            if self.rest.count(b"\n") < used and self._more():
                continue  # the block ends within the record
            if cells:
                found.append((self.line, cells))
            self._skip(used)
            if not self.rest:
                self._more()
        return found

    def _more(self) -> bool:
        """Take the next block to what is left; return whether there was one."""
        more = next(self.blocks, None)
        if more is not None:
            self.rest = self._joined(self.rest, more)
        return more is not None

    def _joined(self, rest: bytes, more: bytes) -> bytes:
        if len(rest) > MAX_RECORD:
            raise Spoilt(self.line, "field larger than field limit")
        return rest + more

    def parts(self, width: int) -> Iterator[Part]:
        """Yield the records that are left."""
        while True:
            more = next(self.blocks, None)
            last = more is None
            cut = len(self.rest) if last else self.rest.rfind(b"\n") + 1
            whole, self.rest = self.rest[:cut], self.rest[cut:]
            if whole:
                part, used, lines = self._part(whole, width, last)
                self.line += lines
                self.rest = whole[used:] + self.rest
                yield part
            if last:
                return
            self.rest = self._joined(self.rest, more) if self.rest else more

    def _one(self, text: bytes, line: int) -> tuple[list[str], int]:
        """Return the first record of ``text`` and how many lines it has."""
        reader = csv.reader(_lines(text), **self.options)
        try:
            return next(reader, []), reader.line_num
        except csv.Error as fault:
            raise Spoilt(line, str(fault)) from None

    def _part(self, text: bytes, width: int, last: bool) -> tuple[Part, int, int]:
        """Return the records in ``text``, how many of its bytes they are, and how many lines."""
        data = np.frombuffer(text, dtype=np.uint8)
        ends = np.flatnonzero(data == ord("\n")) + 1
        if not len(ends) or ends[-1] < len(data):
            ends = np.append(ends, len(data))
        starts = np.concatenate([[0], ends[:-1]])
        lines = _texts(text, np.append(starts, len(data)))
        sound = self._sound(text, lines, int((ends - starts).max()))
        others, used = self._others(text, starts, sound, last)
        blank = data[starts] == ord("\n")
        fast = np.flatnonzero(sound & ~blank)
        fast = fast[: np.searchsorted(fast, used)]
        if len(fast) < len(starts):
            kept = lines.take(pa.array(fast))
            text_of = kept.buffers()[2].to_pybytes() if len(fast) else b""
        else:
            text_of = text
        table = self._by_arrow(text_of, width, len(fast))
        size = int(starts[used]) if used < len(starts) else len(text)
        if table is None:  # some record has another width than the header: let `csv` count
            others, used = self._others(text, starts, np.zeros(len(starts), bool), last)
            size = int(starts[used]) if used < len(starts) else len(text)
            return Part(empty_table(width), np.zeros(0, int), others), size, used
        return Part(table, self.line + fast, others), size, used

    def _sound(self, text: bytes, lines: pa.Array, longest: int) -> np.ndarray:
        """Return which lines are records of their own that Arrow reads as `csv` would."""
        if longest > MAX_CELL or self.sound is None:
            return np.zeros(len(lines), dtype=bool)
        if self.form.quote.encode() not in text or not self.form.quote:
            return np.ones(len(lines), dtype=bool)
        return pc.match_substring_regex(lines, self.sound).to_numpy(zero_copy_only=False)

    def _others(self, text: bytes, starts, sound, last: bool) -> tuple[list[Record], int]:
        """Return the records that begin on a line that is not sound, and how many lines are done.

        A record may run over sound lines: they are part of it then, and marked so in ``sound``.
        What the block does not end is left for the next.
        """
        found: list[Record] = []
        after = 0
        for place in np.flatnonzero(~sound):
            if place < after:
                continue
            line = self.line + int(place)
            try:
                cells, count = self._one(text[starts[place] :], line)
            except Spoilt as spoilt:
                if last or "field limit" in spoilt.fault:
                    raise
                return found, int(place)
            after = int(place) + count
            sound[place:after] = False
            if cells:
                found.append((line, cells))
        return found, max(after, len(starts))

    def _by_arrow(self, text: bytes, width: int, count: int) -> pa.Table | None:
        """Return the records as Arrow reads them, None where one has another width."""
        names = [str(i) for i in range(width)]
        if not count:
            return empty_table(width)
        try:
            table = arrow_csv.read_csv(
                pa.py_buffer(text),
                read_options=arrow_csv.ReadOptions(
                    column_names=names, block_size=max(1 << 20, 2 * MAX_CELL), use_threads=True
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.form.delimiter,
                    quote_char=self.form.quote or False,
                    double_quote=True,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.large_string()),
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            return None
        return table if table.num_rows == count else None


def _sound_record(form: TextForm) -> str | None:
    """Return the pattern of a line that is a well-formed record, None where `csv` must see all."""
    if form.escape or len(form.delimiter.encode()) > 1 or len(form.quote.encode()) > 1:
        return None
    mark, part = re.escape(form.quote), re.escape(form.delimiter)
    if not form.quote:
        return ".*"
    cell = rf"(?:{mark}(?:[^{mark}\r\n]|{mark}{mark})*{mark}|[^{mark}{part}\r\n]*)"
    return rf"\A{cell}(?:{part}{cell})*\r?\n?\z"


def has_lone_returns(path: str, form: TextForm) -> bool:
    """Return whether a carriage return stands in the file without a line feed after it."""
    pending = b""
    for block in _blocks(path, form):
        block = pending + block
        pending = b"\r" if block.endswith(b"\r") else b""
        whole = block[:-1] if pending else block
        if whole.count(b"\r") != whole.count(b"\r\n"):
            return True
    return bool(pending)


def _blocks(path: str, form: TextForm) -> Iterator[bytes]:
    """Yield the file as UTF-8, without a byte-order mark."""
    decoder = codecs.getincrementaldecoder(form.encoding)("strict")
    with open(path, "rb") as stream:
        first = True
        for block in iter(lambda: stream.read(BLOCK), b""):
            text = decoder.decode(block)
            if first:
                text, first = text.removeprefix("\ufeff"), False
            if text:
                yield text.encode()
        if text := decoder.decode(b"", final=True):
            yield text.encode()


def _texts(text: bytes, offsets: np.ndarray) -> pa.Array:
    """Return the pieces of ``text`` between the offsets, without copying them."""
    places = pa.py_buffer(offsets.astype("int64").tobytes())
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, places, pa.py_buffer(text))


def _lines(text: bytes) -> Iterator[str]:
    """Yield the lines of ``text`` with their ends, one after the other."""
    start = 0
    while start < len(text):
        end = text.find(b"\n", start) + 1 or len(text)
        yield text[start:end].decode()
        start = end
