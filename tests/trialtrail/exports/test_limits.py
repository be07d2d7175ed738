"""Archives that are none, that are bombs, or that reach out of themselves are refused."""

import stat
import tracemalloc
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook

from trialtrail.errors import StudyError
from trialtrail.exports import limits
from trialtrail.exports.read import read_export

BOMB = 1 << 28
"""Bytes to which a bomb of the tests unpacks."""


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "a.xlsx"
    made = Workbook()
    made.active.append(["id", "note"])
    made.active.append(["1", "x"])
    made.save(path)
    return path


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "a.docx"
    made = Document()
    made.add_paragraph("Hello")
    made.save(path)
    return path


def altered(path, name=None, change=None, more=()):
    """Return a copy of an archive in which one part is changed and others are added."""
    copy = path.with_name(f"altered{path.suffix}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part, change(data) if change and part.filename == name else data)
        for part, data in more:
            new.writestr(part, data)
    return copy


def refused(path, kind):
    tracemalloc.start()
    try:
        with pytest.raises(StudyError) as caught:
            read_export({"name": "e", "label": f"raw/{path.name}", "format": kind}, [str(path)])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1 << 26, "refused, but not before it was held in memory"
    assert caught.value.rule in ("archive", "size", "xlsx", "docx")
    return caught.value.text()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
SHEET, BODY = "xl/worksheets/sheet1.xml", "word/document.xml"


def with_entity(data):
    return ENTITY + data.partition(b"?>")[2] if data.startswith(b"<?xml") else ENTITY + data


def in_utf16(data):
    return with_entity(data).decode().replace("UTF-8", "UTF-16").encode("utf-16")


def link(name):
    part = zipfile.ZipInfo(name)
    part.external_attr = (stat.S_IFLNK | 0o777) << 16
    return part


HOSTILE = {
    "an external entity": {"change": with_entity},
    "an external entity in UTF-16": {"change": in_utf16},
    "a part above the archive": {"more": [("../outside.xml", "<x/>")]},
    "a part at the root": {"more": [("/etc/outside.xml", "<x/>")]},
    "a part on a drive": {"more": [("C:\\outside.xml", "<x/>")]},
    "a link": {"more": [(link("xl/link.xml"), "/etc/passwd")]},
    "a bomb": {"more": [("xl/bomb.bin", b"\0" * BOMB)]},
}


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_archives_are_refused(book, paper, kind, attack):
    path, name = (book, SHEET) if kind == "xlsx" else (paper, BODY)
    text = refused(altered(path, name, **HOSTILE[attack]), kind)
    assert "passwd" not in text


def test_two_parts_of_one_name_are_refused(book):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = altered(book, more=[(SHEET, "<worksheet/>")])
    assert "two parts" in refused(path, "xlsx")


def test_more_parts_than_any_document_has_are_refused(book, monkeypatch):
    monkeypatch.setattr(limits, "MAX_PARTS", 3)
    assert "parts" in refused(book, "xlsx")


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
@pytest.mark.parametrize("cut", [0, 10, 2000, -30])
def test_a_damaged_archive_is_refused(book, paper, kind, cut):
    path = book if kind == "xlsx" else paper
    spoilt = path.with_name("spoilt." + kind)
    spoilt.write_bytes(path.read_bytes()[:cut])
    refused(spoilt, kind)


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_spoilt_part_is_refused(book, paper, kind):
    path, name = (book, SHEET) if kind == "xlsx" else (paper, BODY)
    refused(altered(path, name, change=lambda data: data[: len(data) // 2]), kind)


def test_a_sheet_that_says_it_has_a_billion_cells_is_refused(book, monkeypatch):
    monkeypatch.setattr("trialtrail.exports.workbook.MAX_SHEET", 100_000)

    def far(data):
        row = '<row r="{0}"><c r="XFD{0}" t="n"><v>1</v></c></row>'
        rows = "".join(row.format(n) for n in range(9, 19)).encode()
        return data.replace(b"</sheetData>", rows + b"</sheetData>")

    refused(altered(book, SHEET, change=far), "xlsx")


def test_a_sheet_with_very_many_cells_beside_its_columns_is_refused(book, monkeypatch):
    monkeypatch.setattr("trialtrail.exports.workbook.MAX_BESIDE", 20_000)

    def far(data):
        row = '<row r="{0}"><c r="XFD{0}" t="n"><v>1</v></c></row>'
        rows = "".join(row.format(n) for n in range(9, 19)).encode()
        return data.replace(b"</sheetData>", rows + b"</sheetData>")

    refused(altered(book, SHEET, change=far), "xlsx")


def test_a_sheet_that_says_it_is_smaller_than_it_is_loses_no_cell(book):
    path = altered(book, SHEET, change=lambda data: data.replace(b'ref="A1:B2"', b'ref="A1"'))
    export = read_export({"name": "e", "label": "raw/a.xlsx", "format": "xlsx"}, [str(path)])
    assert export.rows[["id", "note"]].to_numpy().tolist() == [["1", "x"]]


def test_a_formula_that_was_never_computed_is_told(tmp_path):
    path = tmp_path / "f.xlsx"
    made = Workbook()
    for row in (["id", "sum"], ["1", "=1+1"], ["2", 3]):
        made.active.append(row)
    made.save(path)
    export = read_export({"name": "e", "label": "raw/f.xlsx", "format": "xlsx"}, [str(path)])
    assert [odd[:3] for odd in export.odd] == [("formula", 2, "sum")]
