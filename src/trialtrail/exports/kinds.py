"""What a file is by its first bytes, where it is not of the format that its name says."""

from __future__ import annotations

import zipfile

from trialtrail.errors import StudyError
from trialtrail.exports.export import unreadable
from trialtrail.exports.sqlite_files import program_of

HEAD = 1 << 16
WORKBOOK, DAMAGED, PACKED = "an Excel workbook", "an archive that is damaged", "a packed archive"
AS_WORKBOOK = "open it in a spreadsheet program and save it as .xlsx, or as CSV"
AS_CSV = "export the table again as CSV"
FIRST = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook (.xls), or one locked with a password",
        AS_WORKBOOK,
    ),
    (b"%PDF", "a PDF document", AS_CSV),
    (b"$FL2", "a file of SPSS", "name it .sav, or set `format: sav`"),
    (b"$FL3", "a file of SPSS", "name it .zsav, or set `format: sav`"),
    (b"ASCII SPSS PORT FILE", "a portable file of SPSS (.por)", "save it in SPSS as .sav"),
    (b"<stata_dta>", "a file of Stata", "name it .dta, or set `format: dta`"),
    (b"HEADER RECORD*******LIB", "a file of SAS", "name it .xpt, or set `format: xpt`"),
    (b"PAR1", "a Parquet file", "name it .parquet, or set `format: parquet`"),
    (b"ARROW1", "a Feather file", "save it as Parquet or CSV"),
    (b"FEA1", "a Feather file", "save it as Parquet or CSV"),
    (b"\x89HDF", "an HDF5 file", "save it as Parquet or CSV"),
    (b"\x00\x01\x00\x00Standard ", "a database of Access", AS_CSV),
    (b"\x1f\x8b", "a file packed with gzip", "unpack it; files of R are named .rds or .rda"),
    (b"BZh", "a file packed with bzip2", "unpack it; files of R are named .rds or .rda"),
    (b"\xfd7zXZ", "a file packed with xz", "unpack it; files of R are named .rds or .rda"),
    (b"7z\xbc\xaf", "an archive of 7-Zip", "unpack it"),
    (b"Rar!", "an archive", "unpack it"),
)
"""First bytes of files that are no text, what they are, and what to do."""
SQLITE = b"SQLite format 3"
DATABASES = {
    "qualcoder": ("a project of QualCoder", "name it .qda, or set `format: qualcoder`"),
    "taguette": ("a project of Taguette", "name it .sqlite3, or set `format: taguette`"),
}
"""Databases of programs for qualitative analysis."""
REFI_XML = {
    "project": ("a REFI-QDA project", "name it .qde, or set `format: refi_qda`"),
    "codebook": ("a REFI-QDA codebook", "name it .qdc, or set `format: qdc`"),
}
SAS = bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
"""What stands from the thirteenth byte on in a file of SAS."""
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<workbook", b"<style", b"<meta")
TABLE = (b"<table", b"<workbook", b":workbook", b"<odm", b"office:spreadsheet")
"""How a table in HTML or XML begins, and what it holds; a page of an error has no table."""
IN_ZIP = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", AS_WORKBOOK),
    ("xl/workbook.xml", WORKBOOK, "name it .xlsx, or set `format: xlsx`"),
    ("word/document.xml", "a Word document", "set `format: docx` and name its folder"),
    ("content.xml", "a document of LibreOffice (.ods)", AS_WORKBOOK),
    ("project.qde", "a REFI-QDA project", "name it .qdpx, or set `format: refi_qda`"),
)
"""Parts of archives by which they are known."""


def no_text(path: str) -> tuple[str, str] | None:
    """Return what a file is that is no delimited text, and what to do; None of any other."""
    with open(path, "rb") as stream:
        head = stream.read(HEAD)
    for first, what, do in FIRST:
        if head.startswith(first):
            return what, do
    if head.startswith(SQLITE):
        return _in_database(path)
    if head[12 : 12 + len(SAS)] == SAS:
        return "a data set of SAS (.sas7bdat)", "name it .sas7bdat, or set `format: sas7bdat`"
    if head.startswith(b"PK"):
        return _in_archive(path)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"urn:qda-xml" in start:
        return REFI_XML[
            "codebook" if b"<codebook" in start.partition(b"urn:qda-xml")[0] else "project"
        ]
    if start.startswith(MARKUP) and any(word in start for word in TABLE):
        return "a table in HTML or XML", AS_WORKBOOK
    if start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b'"', b"{", b"["):
        return "a file in JSON", AS_CSV
    return None


def _in_database(path: str) -> tuple[str, str]:
    """Return whose database of SQLite a file is, and what to do."""
    return DATABASES.get(program_of(path), ("a database of SQLite", AS_CSV))


def _in_archive(path: str) -> tuple[str, str]:
    """Return what an archive is by its parts, and what to do."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return DAMAGED, "save it again in the program it comes from"
    for name, what, do in IN_ZIP:
        if name in names:
            return what, do
    if any(name.lower().endswith(".qde") for name in names):
        return "a REFI-QDA project", "name it .qdpx, or set `format: refi_qda`"
    return PACKED, "unpack it and name the file"


def refuse_other_kinds(spec: dict, path: str) -> None:
    """Refuse a file that is no delimited text, before anything is made of its bytes.

    Raises:
        StudyError: it is of another kind, which the message names.
    """
    if found := no_text(path):
        raise other_kind(spec, "delimited text", *found, rule="encoding")


def other_kind(spec: dict, wanted: str, what: str, do: str, rule: str = "archive") -> StudyError:
    """Return the refusal of a file that is of another kind than its name or format says."""
    return unreadable(spec, f"This is {what}, and no {wanted}", rule, do)
