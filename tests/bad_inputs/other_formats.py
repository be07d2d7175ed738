"""Defects of workbooks, of files of statistical programs, and of text written in other ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

import pandas as pd
from corpus import SECRET, Defect, Defects, Query, Refusal
from openpyxl.styles import Font
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

    ``change`` changes the frame in place; with a ``place`` it is of that record, which no other
    defect changes. ``more`` goes to the writer of the file.
    """
    place = getattr(change, "place", None)

    def of(kind: str):
        def spoil(copy):
            frame = copy.memory.setdefault("frame", _frame(kind))
            at = change(frame)
            data = file_of(frame if kind == "xlsx" else _tidy(frame), kind, **more)
            copy.bytes("trial", lambda _: data)
            line = None if at is None else at + FIRST_LINE.get(kind, 1)
            return Query(rule, "trial", column, line=1 if rule == "columns" else line)

        return spoil

    for kind in kinds:
        group = "" if more or place is None else kind
        DEFECTS.append(Defect(f"{kind}: {words}", of(kind), kind, group))


def _frame(kind: str) -> pd.DataFrame:
    frame = small_frame().astype(object)
    if kind != "xpt":
        return frame
    days = {n: frame[n].astype(str).replace("None", "") for n in ("alloc", "seen12")}
    return frame.assign(**days)


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the types that a program's file would have."""
    out = frame.copy()
    for name in set(out) - {"alloc", "seen12"}:
        if out[name].map(lambda value: isinstance(value, str)).any():
            out[name] = out[name].map(lambda v: "" if v is None or v != v else str(v))
        else:
            out[name] = pd.to_numeric(out[name])
    return out


PLACES = count(3)


def put(column: str, value: object) -> Callable[[pd.DataFrame], int]:
    """Return what puts a value into a cell of a record of its own."""
    at = next(PLACES)

    def change(frame: pd.DataFrame) -> int:
        frame.at[at, column] = value
        return at

    change.place = at
    return change


def drop(column: str) -> Callable[[pd.DataFrame], None]:
    """Return what takes a column out."""
    return lambda frame: frame.__delitem__(column)


def again(frame: pd.DataFrame) -> int:
    """Append a record once more; return its place."""
    frame.loc[len(frame)] = frame.iloc[1]
    return len(frame) - 1


ALL = PROGRAMS
program("a column is missing", ALL, drop("walk12"), "columns", "walk12")
program(
    *("a column is unknown", ALL),
    lambda frame: frame.insert(2, "shoe", 42),
    *("columns", "shoe"),
)
program("an arm that is none", ALL, put("grp", 3), "arm", "grp")
program("an arm is missing", ALL, put("grp", None), "required", "grp")
program("a record without its key", ALL, put("id", ""), "required", "id")
program("a record twice", ALL, again, "key", "id")
program("a number below its limit", ALL, put("walk0", 1.5), "range", "walk0")
program("a number above its limit", ALL, put("age", 101), "range", "age")
program("a part of a whole number", ALL, put("age", 71.5), "type", "age")
program("a code that is none", ALL, put("sex", "X"), "code", "sex")
program("numbers as texts, and one is none", ALL, put("walk0", "slow"), "type", "walk0")
program("a date in words", ("xlsx", "xpt"), put("alloc", "in May"), "type", "alloc")
program("a value far from all others", ALL, put("walk0", 59.9), "outlier", "walk0")
program("a text that can be two dates", ("xlsx",), put("alloc", "03/04/2024"), "ambiguous", "alloc")
program("a time and no date", ("xlsx",), put("alloc", time(10, 30)), "type", "alloc")
program("a number in the place of a date", ("xlsx",), put("alloc", 45360), "type", "alloc")
program(
    "a date in the place of a number", ("xlsx",), put("walk0", date(2024, 5, 6)), "type", "walk0"
)
program("yes in the place of a number", ("xlsx",), put("age", True), "type", "age")
program(
    *("labels of another coding", ("sav", "dta"), lambda frame: None, "dictionary", "grp"),
    variable_value_labels={"grp": {1: "Leaflet", 3: "Balance class"}},
)
program(
    *("a value that the file declares to be missing, in a needed column", ("sav",)),
    *(put("grp", 9), "required", "grp"),
    variable_value_labels=LABELS,
    missing_ranges={"grp": [{"lo": 9, "hi": 9}]},
)
program(
    *("a value that the file declares to be missing, beside one that it does not", ("sav",)),
    *(put("walk12", 97.0), "range", "walk12"),
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


def book(words: str, change: Callable, rule: str, column: str = "", line: int | None = None):
    """Add a defect of the whole workbook of the study that ships; its header is in row 3."""

    def spoil(copy):
        copy.workbook("mentor_register", lambda whole: change(whole["Register"]))
        if rule in ("sheet", "header"):
            return Refusal(rule)
        return Query(rule, "mentor_register", column, line=line)

    DEFECTS.append(Defect(f"register: {words}", spoil))


def setting(cell: str, value: object) -> Callable:
    """Return what sets a cell of the sheet."""

    def change(sheet) -> None:
        sheet[cell] = value

    return change


book("the sheet has another name", lambda s: setattr(s, "title", "Mentors"), "sheet")
book("a line was put above the header", lambda s: s.insert_rows(1), "columns", "Mentor ID", 3)
book("the header is gone", lambda s: s.delete_rows(3), "columns", "Mentor ID", 3)
book("nothing is left", lambda s: s.delete_rows(1, 99), "header")
book("only the header is left", lambda s: s.delete_rows(4, 99), "empty")
book("a heading was renamed", setting("C3", "Locality"), "columns", "Area", 3)
book("a heading stands twice", setting("C3", "Age"), "columns", "Age", 3)
book("a heading is empty", setting("C3", None), "columns", "", 3)
book("a note beside the table", setting("L9", "see letter"), "width", "", 9)
book("cells that were merged", lambda s: s.merge_cells("C8:C10"), "merged", "Area", 9)
book("cells of a row that were merged", lambda s: s.merge_cells("B8:D8"), "merged", "Children", 8)

ROWS = count(5)


def entry(words: str, column: str, value: object, rule: str, heading: str = "", form: str = ""):
    """Add a defect of one cell of the register, each in a row of its own."""
    line = next(ROWS)

    def change(book_) -> None:
        cell = book_["Register"][f"{column}{line}"]
        cell.value = value
        cell.number_format = form or cell.number_format

    def spoil(copy):
        copy.workbook("mentor_register", change)
        return Query(rule, "mentor_register", heading, line=line)

    DEFECTS.append(Defect(f"register: {words}", spoil, group="register"))


DAY = "Registered"
entry("a formula that was never computed", "B", "=40-7", "formula", "Age")
entry("the error of a formula", "C", "#REF!", "formula", "Area")
entry("an age in words", "B", "thirty", "type", "Age")
entry("an age of nobody", "B", 12, "range", "Age")
entry("parts of children", "D", 1.5, "type", "Children")
entry("too many children", "D", 21, "range", "Children")
entry("a date as text", "E", "03/04/2004", "ambiguous", DAY)
entry("a date as a number", "E", 37863, "type", DAY, "General")
entry("a month as a date", "E", "Sept 2003", "partial", DAY)
entry("a year as a date", "E", 2003, "partial", DAY, "General")
entry("training before the registration", "F", datetime(2003, 1, 1), "order", "Training completed")
entry("a resignation before the registration", "G", datetime(2003, 1, 1), "order", "Resigned")
entry("a reason that is none of those", "H", "Bored", "code", "Reason")
entry("a mentor without a number", "A", None, "required", "Mentor ID")
entry("a mentor twice", "A", "M01", "key", "Mentor ID")
entry("a day of no calendar", "E", "31/02/2004", "type", DAY)
entry("an age that shows percent", "B", 0.3, "type", "Age", "0%")
entry("an age that shows another unit", "B", 360, "type", "Age", '0" months"')
entry("an age that shows a word", "B", 30, "type", "Age", '[>20]"adult";0')
entry("an age that shows nothing", "B", 30, "marked", "Age", ";;;")
entry("an age that is a time", "B", timedelta(hours=30), "type", "Age", "[h]:mm")
entry(
    "a month whose day the program filled in", "E", datetime(2003, 9, 1), "partial", DAY, "mmm yy"
)
entry("a place of more digits than a workbook keeps", "C", 1234567890123456, "shortened", "Area")


def _reason(sheet) -> None:
    row = next(r for r in range(4, 36) if sheet[f"G{r}"].value is None and r != 9)
    sheet[f"H{row}"] = "Lack of time"


book("a reason without a day", _reason, "reason", "Reason")


def _hidden(sheet) -> None:
    sheet.row_dimensions[9].hidden = True


book("a row that is hidden", _hidden, "marked", line=9)


def _struck(sheet) -> None:
    sheet["C9"].font = Font(strike=True)


def _hidden_column(sheet) -> None:
    sheet.column_dimensions["C"].hidden = True


book("a word that is struck through", _struck, "marked", "Area", 9)
book("a column that is hidden", _hidden_column, "marked", "Area")


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
