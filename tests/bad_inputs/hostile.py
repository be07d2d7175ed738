"""Files that were made to harm, or are far larger than any export: refused, soon and in few bytes.

`measured` runs a defect in a child and returns how long it took and how much memory it held more
than before.
"""

from __future__ import annotations

import io
import json
import os
import stat
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from corpus import SECRET, Defect, Defects, Refusal, Result, try_batch
from harness import World
from raw_files import altered_archive

SECONDS, MEGABYTES = 30, 700
"""What a refusal may take at the most, on a machine that does other things too."""
DEFECTS = Defects()
BIG = 100_000_000
"""Characters of a cell of 100 MB."""
BOMB = 1 << 28
WIDE = 1_000_000
"""Columns of the widest file."""
PARTS = {"xlsx": "xl/worksheets/sheet1.xml", "docx": "word/document.xml"}
OWNERS = {"xlsx": ("mentor_register", ""), "docx": ("transcripts", "woman_04")}
DOCTYPE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def with_type(declared: bytes, encoding: str = "") -> Callable[[bytes], bytes]:
    """Return what puts a document type into XML, perhaps in another encoding."""

    def change(data: bytes) -> bytes:
        head, _, body = data.partition(b"?>") if data.startswith(b"<?xml") else (b"", b"", data)
        if not encoding:
            return (head + b"?>" if head else b"") + declared + body
        start = f'<?xml version="1.0" encoding="{encoding}"?>'
        return (start + (declared + body).decode()).encode(encoding)

    return change


def link(name: str) -> zipfile.ZipInfo:
    """Return a part of an archive that is a link."""
    part = zipfile.ZipInfo(name)
    part.external_attr = (stat.S_IFLNK | 0o777) << 16
    return part


def archive(words: str, rule: str = "archive", **changes):
    """Add a defect of the archive that a workbook, and that a document, is."""
    for kind, (export, name) in OWNERS.items():

        def spoil(copy, kind=kind, export=export, name=name):
            given = dict(changes)
            if "change" in given:
                given["part"] = PARTS[kind]
            copy.bytes(export, lambda data: altered_archive(data, **given), name)
            return Refusal(rule)

        DEFECTS.append(Defect(f"{kind} with {words}", spoil))


archive("an external entity", change=with_type(DOCTYPE))
archive("an external entity in UTF-16", change=with_type(DOCTYPE, "utf-16"))
archive("entities that grow", change=with_type(LAUGHS))
archive("an external entity in a part beside", more=[("xl/more.xml", DOCTYPE + b"<x>&e;</x>")])
archive("a bomb", more=[("xl/media/bomb.bin", b"\0" * BOMB)])
archive("a bomb of XML", more=[("word/bomb.xml", b"<x/>" + b" " * BOMB)])
archive("a part above it", more=[("../outside.xml", "<x/>")])
archive("a part above it, in the manner of Windows", more=[("xl\\..\\..\\outside.xml", "<x/>")])
archive("a part at the root", more=[("/etc/outside.xml", "<x/>")])
archive("a part on a drive", more=[("C:\\outside.xml", "<x/>")])
archive("a link", more=[(link("xl/link.xml"), "/etc/passwd")])
archive("ten thousand parts more", more=[(f"xl/{n}.bin", b"") for n in range(10_001)])


def csv_file(words: str, data: Callable[[bytes], bytes], rule: str, export: str = "births"):
    """Add a defect of the whole bytes of a text file."""

    def spoil(copy):
        copy.bytes(export, data)
        return Refusal(rule)

    DEFECTS.append(Defect(f"{export} with {words}", spoil))


def _wide(data: bytes) -> bytes:
    header = ",".join(f"c{n}" for n in range(WIDE)).encode()
    return header + b"\n" + b"," * (WIDE - 1) + b"\n"


def _long_cell(quoted: bool) -> Callable[[bytes], bytes]:
    mark = b'"' if quoted else b""

    def change(data: bytes) -> bytes:
        return data + mark + SECRET.encode() + b"x" * BIG + mark + b",,,,,,,,\n"

    return change


csv_file("a million columns", _wide, "size")
csv_file("a million columns in the REDCap manner", _wide, "size", "baseline")
csv_file("a cell of 100 MB", _long_cell(False), "size")
csv_file("a cell of 100 MB in quotation marks", _long_cell(True), "size")
csv_file("a cell of 100 MB in the questionnaire", _long_cell(True), "size", "mentor_questionnaire")
csv_file("a line of 100 MB", lambda data: b"x" * BIG, "size")
csv_file("100 MB of quotation marks", lambda data: data + b'"' * (BIG + 1), "size")
csv_file("100 MB of zeros", lambda data: bytes(BIG), "size")


@DEFECTS.alone
def a_dictionary_with_a_cell_of_100_MB(copy):
    line = b'hand,baseline,,text,"' + b"x" * BIG + b'",,,,,,,,,,,,,\n'
    copy.bytes("baseline", lambda data: data + line, "baseline_dictionary")
    return Refusal("dictionary")


def _long_text(copy):
    """Return a text of a megabyte and a half that packs badly, as no bomb would."""
    return "".join(f"{n * 7919 % 10**9:09d}" for n in range(170_000))


@DEFECTS.alone
def a_workbook_with_a_cell_that_is_longer_than_any_text(copy):
    long = _long_text(copy)

    def change(part: bytes) -> bytes:
        cell = f'<c r="C9" t="inlineStr"><is><t>{long}</t></is></c>'.encode()
        start = part.index(b'<c r="C9"')
        ends = [part.find(b"</c>", start), part.find(b"/>", start)]
        assert ends[0] > 0
        return part[:start] + cell + part[ends[0] + 4 :]

    copy.bytes("mentor_register", lambda data: altered_archive(data, PARTS["xlsx"], change))
    return Refusal("size", "line 9")


@DEFECTS.alone
def a_document_with_a_paragraph_that_is_longer_than_any_text(copy):
    long = _long_text(copy)
    copy.document("transcripts", "woman_04", lambda d: d.add_paragraph(long))
    return Refusal("size", "woman_04.docx")


@DEFECTS.alone
def a_document_of_a_million_paragraphs(copy):
    lines = b"".join(b"<w:p><w:r><w:t>%d</w:t></w:r></w:p>" % n for n in range(1_800_000))

    def change(part: bytes) -> bytes:
        return part.replace(b"<w:sectPr", lines + b"<w:sectPr", 1)

    copy.bytes("transcripts", lambda data: altered_archive(data, PARTS["docx"], change), "woman_04")
    return Refusal("archive", "megabytes of XML")


@DEFECTS.alone
def a_workbook_with_cells_as_far_away_as_can_be(copy):
    row = '<row r="{0}"><c r="XFD{0}" t="n"><v>1</v></c></row>'
    rows = "".join(row.format(n) for n in range(40, 70_000)).encode()

    def change(part: bytes) -> bytes:
        return part.replace(b"</sheetData>", rows + b"</sheetData>")

    copy.bytes("mentor_register", lambda data: altered_archive(data, PARTS["xlsx"], change))
    return Refusal("size")


@DEFECTS.alone
def a_workbook_whose_header_reaches_as_far_as_can_be(copy):
    row = '<row r="{0}"><c r="XFD{0}" t="n"><v>1</v></c></row>'
    rows = "".join(row.format(n) for n in range(40, 7_000)).encode()
    head = b'<c r="XFD3" t="inlineStr"><is><t>Last</t></is></c></row>'

    def change(part: bytes) -> bytes:
        at = part.index(b"</row>", part.index(b'<row r="3"'))
        part = part[:at] + head + part[at + 6 :]
        return part.replace(b"</sheetData>", rows + b"</sheetData>")

    copy.bytes("mentor_register", lambda data: altered_archive(data, PARTS["xlsx"], change))
    return Refusal("size", "blank headings")


def _parquet_bomb(copy):
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    part = pa.table({"id": pa.DictionaryArray.from_arrays(pa.array([0] * 10**6), ["P1"])})
    with pq.ParquetWriter(out, part.schema, compression="zstd") as writer:
        for _ in range(200):
            writer.write_table(part)
    copy.bytes("trial", lambda _: out.getvalue())
    return Refusal("size", "a thousand times its size")


DEFECTS.append(
    Defect("parquet that unpacks to a thousand times its size", _parquet_bomb, "parquet")
)


def measured(defect: Defect, world: World) -> tuple[Result, float, float]:
    """Return (result, seconds, megabytes of memory more than before) of a defect.

    It is planted here, and validated in a child, so that its memory is its own.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with tempfile.TemporaryDirectory() as folder, os.fdopen(writing, "w") as pipe:
                json.dump(_validated(defect, world, Path(folder)), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    if not told:
        return Result("the child ended without a word"), 0.0, 0.0
    fault, seconds, megabytes = json.loads(told)
    return Result(fault), seconds, megabytes


def _validated(defect: Defect, world: World, folder: Path) -> tuple[str, float, float]:
    whole = world.validate
    took = {}

    def validate(spoilt, odd):
        Path("/proc/self/clear_refs").write_text("5")  # forgets the most memory held so far
        before, start = _memory("VmRSS"), time.perf_counter()
        try:
            return whole(spoilt, odd)
        finally:
            took["seconds"] = time.perf_counter() - start
            took["megabytes"] = (_memory("VmHWM") - before) / 1024

    world.validate = validate
    result = try_batch([defect], world, folder)[defect]
    return result.fault, took["seconds"], took["megabytes"]


def _memory(name: str) -> int:
    """Return a figure of this process in kilobytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)
