"""Defects of workbooks, of files of statistical programs, and of text written in other ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

import pandas as pd
from corpus import SECRET, Defect, Defects, Query, Refusal
from raw_files import altered_archive
from worlds import LABELS, PROGRAMS, file_of, small_frame

DEFECTS = Defects()
SHEET = "xl/worksheets/sheet1.xml"
FIRST_LINE = {"xlsx": 2}
"""Line of the first record; files of statistical programs have no line of headings."""


def program(
    words: str, kinds: tuple[str, ...], change: Callable, rule: str, column: str = "", **more
):
    """Add a defect to the small study in each of ``kinds``.

    ``change`` changes the frame and returns the place of the record, None for the whole file;
    ``more`` goes to the writer of the file.
    """

    def of(kind: str):
        def spoil(copy):
            frame = small_frame().astype(object)
            if kind == "xpt":
                frame = _texts_of_days(frame)
            at = change(frame)
            data = file_of(frame if kind == "xlsx" else _tidy(frame), kind, **more)
            copy.bytes("trial", lambda _: data)
            line = None if at is None else at + FIRST_LINE.get(kind, 1)
            if rule == "columns":
                line = 1
            return Query(rule, "trial", column, line=line)

        return spoil

    DEFECTS.extend(Defect(f"{kind}: {words}", of(kind), kind) for kind in kinds)


def _texts_of_days(frame: pd.DataFrame) -> pd.DataFrame:
    days = {n: frame[n].astype(str).replace("None", "") for n in ("alloc", "seen12")}
    return frame.assign(**days)


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the types that a program's file would have."""
    for name in frame:
        if frame[name].map(lambda value: isinstance(value, str)).any():
            if name not in ("alloc", "seen12"):
                frame[name] = frame[name].map(lambda v: "" if v is None or v != v else str(v))
        elif name not in ("alloc", "seen12"):
            frame[name] = pd.to_numeric(frame[name])
    return frame


def put(at: int, column: str, value: object) -> Callable[[pd.DataFrame], int]:
    """Return what puts a value into one cell."""

    def change(frame: pd.DataFrame) -> int:
        frame.at[at, column] = value
        return at

    return change


def drop(column: str) -> Callable[[pd.DataFrame], None]:
    """Return what takes a column out."""
    return lambda frame: frame.drop(columns=column, inplace=True)


def again(frame: pd.DataFrame) -> int:
    """Append a record once more; return its place."""
    frame.loc[len(frame)] = frame.iloc[4]
    return len(frame) - 1


ALL, TYPED = PROGRAMS, ("xlsx", "sav", "dta", "parquet")
program("a column is missing", ALL, drop("walk12"), "columns", "walk12")
program(
    *("a column is unknown", ALL),
    lambda frame: frame.insert(2, "shoe", 42),
    *("columns", "shoe"),
)
program("an arm that is none", ALL, put(9, "grp", 3), "arm", "grp")
program("an arm is missing", ALL, put(9, "grp", None), "required", "grp")
program("a record without its key", ALL, put(9, "id", ""), "required", "id")
program("a record twice", ALL, again, "key", "id")
program("a number below its limit", ALL, put(9, "walk0", 1.5), "range", "walk0")
program("a number above its limit", ALL, put(9, "age", 101), "range", "age")
program("a part of a whole number", ALL, put(9, "age", 71.5), "type", "age")
program("a code that is none", ALL, put(9, "sex", "X"), "code", "sex")
program("numbers as texts, and one is none", ALL, put(9, "walk0", "slow"), "type", "walk0")
program("a date in words", ("xlsx", "xpt"), put(9, "alloc", "in May"), "type", "alloc")
program("a value far from all others", ALL, put(9, "walk0", 59.9), "outlier", "walk0")
program(
    "a text that can be two dates", ("xlsx",), put(9, "alloc", "03/04/2024"), "ambiguous", "alloc"
)
program("a time and no date", ("xlsx",), put(9, "alloc", time(10, 30)), "type", "alloc")
program("a number in the place of a date", ("xlsx",), put(9, "alloc", 45360), "type", "alloc")
program(
    "a date in the place of a number", ("xlsx",), put(9, "walk0", date(2024, 5, 6)), "type", "walk0"
)
program("yes in the place of a number", ("xlsx",), put(9, "age", True), "type", "age")
program(
    *("labels of another coding", ("sav", "dta"), lambda frame: None, "dictionary", "grp"),
    variable_value_labels={"grp": {1: "Leaflet", 3: "Balance class"}},
)
program(
    *("a value that the file declares to be missing, in a needed column", ("sav",)),
    *(put(9, "grp", 9), "required", "grp"),
    variable_value_labels=LABELS,
    missing_ranges={"grp": [{"lo": 9, "hi": 9}]},
)
program(
    *("a value that the file declares to be missing, beside one that it does not", ("sav",)),
    *(put(9, "walk12", 97.0), "range", "walk12"),
)


def damaged(kind: str, words: str, change: Callable[[bytes], bytes], rule: str = ""):
    """Add a defect of the bytes of a file."""

    def spoil(copy):
        copy.bytes("trial", change)
        return Refusal(rule or ("archive" if kind == "xlsx" else kind))

    DEFECTS.append(Defect(f"{kind}: {words}", spoil, kind))


for kind in PROGRAMS:
    damaged(kind, "the file is empty", lambda data: b"")
    damaged(kind, "the file ends in the middle", lambda data: data[: len(data) // 2 - 7])
    damaged(kind, "the file is text", lambda data: f"id,grp\n{SECRET},1\n".encode() * 9)
    damaged(
        kind, "the file is a picture", lambda data: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
    )


def book(words: str, change: Callable, expected: Query | Refusal):
    """Add a defect of the workbook of the study that ships: sheet Register, header in row 3."""

    def spoil(copy):
        copy.workbook("mentor_register", lambda whole: change(whole["Register"]))
        return expected

    DEFECTS.append(Defect(f"register: {words}", spoil))


def setting(cell: str, value: object) -> Callable:
    """Return what sets a cell of the sheet."""

    def change(sheet) -> None:
        sheet[cell] = value

    return change


def _number(sheet) -> None:
    sheet["E9"], sheet["E9"].number_format = 37863, "General"


def told(rule: str, column: str = "", line: int | None = None) -> Query:
    """Return a query of the register."""
    return Query(rule, "mentor_register", column, line=line)


book(
    "the sheet has another name",
    lambda s: setattr(s, "title", "Mentors"),
    Refusal("sheet", "Mentors"),
)
book("a line was put above the header", lambda s: s.insert_rows(1), told("columns", "Mentor ID", 3))
book("the header is gone", lambda s: s.delete_rows(3), told("columns", "Mentor ID", 3))
book("nothing is left", lambda s: s.delete_rows(1, 99), Refusal("header", "empty"))
book("only the header is left", lambda s: s.delete_rows(4, 99), told("empty"))
book("a heading was renamed", setting("C3", "Locality"), told("columns", "Area", 3))
book("a heading stands twice", setting("C3", "Age"), told("columns", "Age", 3))
book("a heading is empty", setting("C3", None), told("columns", "", 3))
book("a note beside the table", setting("L9", "see letter"), told("width", "", 9))
book("a formula that was never computed", setting("B9", "=40-7"), told("formula", "Age", 9))
book("the error of a formula", setting("C9", "#REF!"), told("formula", "Area", 9))
book("cells that were merged", lambda s: s.merge_cells("C8:C10"), told("merged", "Area", 9))
book(
    "cells of a row that were merged",
    lambda s: s.merge_cells("B8:D8"),
    told("merged", "Children", 8),
)
book("an age in words", setting("B9", "thirty"), told("type", "Age", 9))
book("an age of nobody", setting("B9", 12), told("range", "Age", 9))
book("parts of children", setting("D9", 1.5), told("type", "Children", 9))
book("too many children", setting("D9", 21), told("range", "Children", 9))
book("a date as text", setting("E9", "03/04/2004"), told("ambiguous", "Registered", 9))
book("a date as a number", _number, told("type", "Registered", 9))
book("a month as a date", setting("E9", "Sept 2003"), told("partial", "Registered", 9))
book("training before the registration", setting("F9", datetime(2003, 1, 1)), told("order", "", 9))
book(
    "a resignation before the registration",
    setting("G9", datetime(2003, 1, 1)),
    told("order", "", 9),
)
book("a reason without a day", setting("H6", "Lack of time"), told("reason", "", 6))
book("a reason that is none of those", setting("H4", "Bored"), told("code", "Reason", 4))
book("a mentor without a number", setting("A9", None), told("required", "Mentor ID", 9))
book("a mentor twice", setting("A9", "M02"), told("key", "Mentor ID", 9))


def _without_part(name: str):
    def spoil(copy):
        copy.bytes("mentor_register", lambda data: altered_archive(data, without=[name]))
        return Refusal("xlsx")

    return spoil


DEFECTS.append(Defect("register: its sheet is gone from the archive", _without_part(SHEET)))
DEFECTS.append(Defect("register: its parts are not listed", _without_part("xl/workbook.xml")))


def _cut(copy):
    copy.bytes(
        "mentor_register",
        lambda data: altered_archive(data, SHEET, lambda part: part[: len(part) // 2]),
    )
    return Refusal("xlsx")


DEFECTS.append(Defect("register: its sheet ends in the middle", _cut))


def text(words: str, world: str, export: str, change: Callable, expected: Query | Refusal):
    """Add a defect of the bytes of a text file of another world."""

    def spoil(copy):
        copy.bytes(export, change)
        return expected

    DEFECTS.append(Defect(f"{world}: {words}", spoil, world))


def replaced(old: str, new: str, encoding: str = "utf-8") -> Callable[[bytes], bytes]:
    """Return what replaces a text once."""

    def change(data: bytes) -> bytes:
        whole = data.decode(encoding)
        assert old in whole
        return whole.replace(old, new, 1).encode(encoding)

    return change


TRIAL = ("balance", "trial")
text(
    *("the delimiter is another one", *TRIAL, replaced(";", ",", "cp1252")),
    Query("columns", "trial", "Pat.-Nr.", line=1),
)
text(
    *("a decimal point has become a comma", *TRIAL, replaced("13.7;", "1,372;", "cp1252")),
    Query("ambiguous", "trial", "Walk 0", line=4),
)
text(
    *("the day of a date is gone", *TRIAL, replaced("16.02.2024", "02.2024", "cp1252")),
    Query("partial", "trial", "Allocated", line=4, also=(Query("partial", "trial", "Allocated"),)),
)
text(
    *("a year has two digits", *TRIAL, replaced("16.02.2024", "16.02.24", "cp1252")),
    Query("type", "trial", "Allocated", line=4),
)
text(
    *("the order of the date is another", *TRIAL, replaced("16.02.2024", "02.16.2024", "cp1252")),
    Query("type", "trial", "Allocated", line=4),
)
text("the code page is another", *TRIAL, lambda d: d.decode("cp1252").encode("utf-16"),
     Query("columns", "trial", "Pat.-Nr.", line=1))  # fmt: skip
text(
    *("an arm in small letters", *TRIAL, replaced("BT004;B", "BT004;b", "cp1252")),
    Query("arm", "trial", "Group", line=5),
)
text(
    *("an arm with a space within", *TRIAL, replaced("BT004;B", "BT004;B B", "cp1252")),
    Query("arm", "trial", "Group", line=5),
)
text(
    *("a dot that is no missing code here", *TRIAL, replaced("BT004;B", "BT004;..", "cp1252")),
    Query("arm", "trial", "Group", line=5),
)
SURVEY, ANSWERS = "limesurvey", "mentor_questionnaire"
text(
    *("a question has another code", SURVEY, ANSWERS, replaced('"Q5_bond. ', '"Q5_bond2. ')),
    Query("columns", ANSWERS, "Q5_bond", line=1),
)
text(
    *("a question has a text and no code", SURVEY, ANSWERS, replaced('"Q5_bond. ', '"5: ')),
    Query("columns", ANSWERS, "Q5_bond", line=1),
)
text(
    *("a response was not sent off", SURVEY, ANSWERS, replaced("2006-05-12 11:11:49", "")),
    Query("incomplete", ANSWERS, "submitdate", line=2),
)
text(
    *("an answer by its code", SURVEY, ANSWERS, replaced('"Strongly agree"', '"A1"')),
    Query("code", ANSWERS, "Q2_firstcontact", line=2),
)
text(
    *("an open quotation mark", SURVEY, ANSWERS, lambda data: data + b'"' + SECRET.encode()),
    Refusal("csv"),
)
text("nothing is there", SURVEY, ANSWERS, lambda data: b"", Refusal("header"))
CODINGS = ("one_file_of_codings", "codings")
text(
    *("an unknown coder", *CODINGS, replaced("\tR2\r\n", "\tR9\r\n", "utf-16")),
    Query("code", "codings", "coder"),
)
text(
    *("a segment of nobody", *CODINGS, replaced("\tR2\r\n", "\t\r\n", "utf-16")),
    Query("required", "codings", "coder"),
)
text(
    *("the bytes of UTF-16 have lost one", *CODINGS, lambda data: data[:-1]),
    Refusal("encoding", "codings.txt, line"),
)
text(
    *("the other order of bytes", *CODINGS, lambda data: data.decode("utf-16").encode("utf-16-be")),
    Refusal("encoding"),
)
