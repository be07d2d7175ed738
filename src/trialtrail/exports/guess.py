"""What a text file is like, where the configuration does not say: encoding, delimiter, quotes.

What can be known is found: a byte-order mark, bytes that are no UTF-8, the columns that the
configuration names. Where several answers fit, the one taken is called a guess and is reported.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from trialtrail.exports.visible_text import plain_heading

BLOCK = 1 << 22
"""Bytes that are looked at a time."""
HEAD = 1 << 18
"""Bytes at the beginning by which a delimiter is judged."""
HEAD_RECORDS = 100
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte-order marks; that of UTF-32 begins like that of UTF-16, so it comes first."""
CODE_PAGE = "cp1252"
DELIMITERS = (",", ";", "\t", "|")
LINE_ENDS = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}


SEPARATOR = re.compile(r"\ufeff?(\"?)sep=(.)\1[,;\t|]*\s*", re.IGNORECASE)
"""A line that names the delimiter, as Excel writes it; some programs put it in quotation marks."""


@dataclass
class TextForm:
    """The form of a delimited text file.

    Attributes:
        encoding: a codec of Python.
        delimiter: what parts the cells.
        quote: what stands around a cell that holds a delimiter; empty for nothing.
        escape: what stands before a quotation mark within a cell; empty where it is doubled.
        line_end: the line end of the first line.
        skip: lines before the header (one that names the delimiter, as Excel writes it).
        guessed: which of these were guessed.
    """

    encoding: str
    delimiter: str
    quote: str = '"'
    escape: str = ""
    line_end: str = "\n"
    skip: int = 0
    guessed: list[str] = field(default_factory=list)

    @property
    def words(self) -> dict[str, str]:
        """Return the form as people call it."""
        encoding = codecs.lookup(self.encoding).name
        return {
            "encoding": "UTF-8 with a byte-order mark" if encoding == "utf-8-sig" else encoding,
            "delimiter": NAMES.get(self.delimiter, self.delimiter),
            "quotes": {'"': "double", "'": "single", "": "none"}.get(self.quote, self.quote),
            "line ends": LINE_ENDS[self.line_end],
        }


def find_encoding(path: str) -> tuple[str, bool]:
    """Return the encoding of a file and whether it was guessed.

    A byte-order mark says it; bytes that are all of UTF-8 say it as well as never to be wrong in
    practice; every second byte of zero says UTF-16. Anything else is taken for Windows' code page
    1252, the commonest of those that no byte tells apart: a guess.
    """
    with open(path, "rb") as stream:
        head = stream.read(1024)
        for mark, encoding in MARKS:
            if head.startswith(mark):
                return encoding, False
        evens, odds = head[0::2], head[1::2]
        if len(head) > 1 and odds.count(0) > 0.4 * len(odds):
            return "utf-16-le", True
        if len(head) > 1 and evens.count(0) > 0.4 * len(evens):
            return "utf-16-be", True
    return ("utf-8", False) if first_fault(path, "utf-8") is None else (CODE_PAGE, True)


def is_of_text(encoding: str) -> bool:
    """Return whether a name is that of an encoding of text; `rot13` and `zlib` are none."""
    try:
        return codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        return False


def first_fault(path: str, encoding: str) -> int | None:
    """Return the line of the first byte that is not of ``encoding``, None where all are."""
    decoder, line = codecs.getincrementaldecoder(encoding)("strict"), 1
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(BLOCK), b""):
            try:
                line += decoder.decode(block).count("\n")
            except UnicodeDecodeError as fault:
                return line + fault.object[: fault.start].count(b"\n")
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return line
    return None


def find_form(path: str, spec: dict) -> TextForm:
    """Return the form of a file: what ``spec`` gives, and for the rest what is found or guessed.

    ``spec`` may have ``encoding``, ``delimiter``, ``quote``, ``escape``, and ``known``, the columns
    that the configuration names.

    Raises:
        UnicodeError, LookupError: the encoding is not the file's, or no encoding.
    """
    guessed = []
    encoding = spec.get("encoding")
    if encoding is None:
        encoding, unsure = find_encoding(path)
        guessed += ["encoding"] if unsure else []
    elif not is_of_text(encoding):
        raise LookupError(encoding)
    text = head_of(path, encoding)
    skip, delimiter = 0, spec.get("delimiter")
    first, end = first_line(text)
    if mark := SEPARATOR.fullmatch(first):
        skip, text = 1, text[len(first) + len(end) :]
        delimiter = delimiter or mark[2]
        text = text.removeprefix("\ufeff")
    if spec.get("header_row", 1) > skip + 1:
        text = _below(text, spec["header_row"] - 1 - skip)
        skip = spec["header_row"] - 1
    quote = spec.get("quote")
    if quote is None:
        quote = find_quote(text)
    if delimiter is None:
        delimiter, unsure = find_delimiter(text, quote, spec.get("known", []))
        guessed += ["delimiter"] if unsure else []
    return TextForm(encoding, delimiter, quote, spec.get("escape", ""), end or "\n", skip, guessed)


def _below(text: str, count: int) -> str:
    """Return the text without its first ``count`` lines."""
    for _ in range(count):
        first, end = first_line(text)
        text = text[len(first) + len(end) :]
    return text


def head_of(path: str, encoding: str) -> str:
    """Return the text at the beginning of a file."""
    with open(path, "rb") as stream:
        head = stream.read(HEAD)
    text = codecs.getincrementaldecoder(encoding)("strict").decode(head)
    return text.removeprefix("\ufeff")


def first_line(text: str) -> tuple[str, str]:
    """Return the first line and its line end."""
    for i, sign in enumerate(text):
        if sign in "\r\n":
            return text[:i], text[i : i + 2] if text.startswith("\r\n", i) else sign
    return text, ""


def find_quote(text: str) -> str:
    """Return the quotation mark: single where every cell of the header stands in single ones."""
    line, _ = first_line(text)
    single = len(line) > 1 and line[0] == "'" == line[-1] and '"' not in line
    return "'" if single else '"'


def find_delimiter(text: str, quote: str, known: list[str]) -> tuple[str, bool]:
    """Return the delimiter and whether it was guessed.

    It is known where with one delimiter the header has more of the columns in ``known`` than with
    any other; guessed where the records must speak: all of one width, and the wider the better.
    """
    names = {plain_heading(name) for name in known}
    marks = [(*_fit(text, mark, quote, names), mark) for mark in DELIMITERS]
    marks.sort(key=lambda each: each[:3], reverse=True)
    (hits, even, width, best), (next_hits, *_) = marks[0], marks[1]
    if width < 2:
        return ",", False  # one column: nothing is parted
    return best, not (hits > next_hits or (even and not any(each[1] for each in marks[1:])))


def _fit(text: str, delimiter: str, quote: str, known: set[str]) -> tuple[int, bool, int]:
    """Return (columns known in the header, whether all records are as wide as it, its width)."""
    rows = list(_some_records(text, delimiter, quote))
    if not rows:
        return 0, False, 0
    header = [plain_heading(name) for name in rows[0]]
    even = len(header) > 1 and all(len(row) == len(header) for row in rows[1:])
    return len(known.intersection(header)), even, len(header)


def _some_records(text: str, delimiter: str, quote: str) -> Iterator[list[str]]:
    whole = text if len(text) < HEAD // 4 else text[: text.rfind("\n") + 1]
    quoting = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    reader = csv.reader(
        io.StringIO(whole, newline=""), delimiter=delimiter, quotechar=quote or '"', quoting=quoting
    )
    try:
        for number, cells in enumerate(reader):
            if number > HEAD_RECORDS:
                return
            if cells:
                yield cells
    except csv.Error:
        return
