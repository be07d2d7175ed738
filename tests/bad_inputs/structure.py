"""Defects of files as wholes: columns, records, quotation marks, bytes, and what is no file."""

from __future__ import annotations

from collections.abc import Callable

from corpus import SECRET, Defect, Defects, Query, Refusal
from harness import Copy

DEFECTS = Defects()
DELIMITED = (
    *("screening", "randomisation", "baseline", "contact_log", "mentor_assignments"),
    *("mentor_hours", "training_log", "births", "scan_29w", "bayley", "sf36", "one_year_visit"),
    *("one_year_mother", "mentor_questionnaire", "interview_register", "codebook", "codings_r1"),
    *("codings_r2", "quotations", "claims"),
)
"""Every delimited export of the study that ships."""
EMPTY, HEADER_ONLY, OPEN = "is empty", "is a header and no record", "ends in an open quotation mark"
REFUSED = (EMPTY, OPEN, ("randomisation", HEADER_ONLY))
"""What is refused, so that nothing else could be found beside it."""


def each(words: str, make: Callable[[str], Callable[[Copy], Query | Refusal]]) -> None:
    """Add a defect to each delimited export; they are looked for together, if none is refused."""
    for export in DELIMITED:
        alone = words in REFUSED or (export, words) in REFUSED
        group = "" if alone else words
        DEFECTS.append(Defect(f"{export} {words}", make(export), group=group))


def _column(export: str, place: int, change: Callable, told: Callable[[str], str]):
    def spoil(copy: Copy) -> Query:
        sheet = copy.sheet(export)
        heading = sheet.headings[place]
        change(sheet, heading)
        return Query("columns", export, told(heading), line=1)

    return spoil


def _used(export: str) -> int:
    """Return the place of a column that no table is named by: the last but one that is used."""
    return {"randomisation": 2, "contact_log": 6, "mentor_hours": 2, "baseline": 10}.get(export, -2)


def _rename(sheet, heading: str) -> None:
    sheet.headings[sheet.place(heading)] = f"{heading} (new)"


def _again(sheet, heading: str) -> None:
    sheet.add(heading, SECRET)


def _record(export: str, change: Callable[[list[str]], None]):
    def spoil(copy: Copy) -> Query:
        record = copy.sheet(export).records[7]
        change(record.cells)
        return Query("width", export, record=record)

    return spoil


def _bytes(export: str, change: Callable[[bytes], bytes], rule: str, said: str = ""):
    def spoil(copy: Copy) -> Refusal:
        copy.bytes(export, change)
        return Refusal(rule, said)

    return spoil


def _line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return what changes one line of a file."""

    def spoil(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[number - 1] = change(lines[number - 1])
        return b"\n".join(lines)

    return spoil


def _no_records(export: str):
    def spoil(copy: Copy) -> Query | Refusal:
        copy.sheet(export).records.clear()
        if export == "randomisation":
            return Refusal("header", "no record of a participant")
        return Query("empty", export)

    return spoil


def _open_quotation(export: str):
    last = f'"{SECRET}'.encode()
    return _bytes(export, lambda data: data + last, "csv", "quotation mark")


each("lacks a column", lambda e: _column(e, _used(e), lambda s, h: s.drop(h), str))
each("calls a column by another name", lambda e: _column(e, _used(e), _rename, str))
each(
    "has a column under a new name",
    lambda e: _column(e, _used(e), _rename, lambda heading: f"{heading} (new)"),
)
each(
    "has a column that nobody knows",
    lambda e: _column(e, 0, lambda s, h: s.add("Shoe size", SECRET), lambda h: "Shoe size"),
)
each("has a column twice", lambda e: _column(e, 0, _again, str))
each("has a record with a cell too many", lambda e: _record(e, lambda cells: cells.append(SECRET)))
each("has a record with a cell too few", lambda e: _record(e, lambda cells: cells.pop()))
each(EMPTY, lambda e: _bytes(e, lambda data: b"", "header"))
each(HEADER_ONLY, _no_records)
each(OPEN, _open_quotation)


@DEFECTS.alone
def randomisation_ends_in_the_middle_of_a_record(copy):
    """A transfer that broke off."""
    data = copy.good("randomisation")
    copy.bytes("randomisation", lambda _: data[: data.rindex(b",", 0, -9)])
    return Query("width", "randomisation", line=data.count(b"\n"))


@DEFECTS.add
def births_have_a_heading_of_blanks(copy):
    sheet = copy.sheet("births")
    sheet.add("  ", "x")
    return Query("columns", "births", "", line=1)


@DEFECTS.alone
def births_end_each_line_with_a_delimiter_and_a_value(copy):
    copy.bytes("births", lambda data: data.replace(b"\n", b",x\n").replace(b",x\n", b",\n", 1))
    return Query("columns", "births", "", line=1)


@DEFECTS.add
def births_have_three_columns_of_one_name_and_one_of_the_name_that_tells_them_apart(copy):
    sheet = copy.sheet("births")
    sheet.add("Sex", "M")
    sheet.add("Sex (2)", "F")
    return Query(
        *("columns", "births", "Sex"),
        line=1,
        also=(Query("columns", "births", "Sex (2)", line=1),),
    )


@DEFECTS.add
def births_have_columns_named_as_the_program_names_places(copy):
    sheet = copy.sheet("births")
    for name in ("_line", "_file", "_export", "record"):
        sheet.add(name, SECRET)
    return Query("columns", "births", "_line", line=1)


@DEFECTS.add
def births_are_spoilt_by_a_second_header_within_the_records(copy):
    """Two exports that were put behind each other."""
    sheet = copy.sheet("births")
    again = sheet.records[0].copy()
    again.cells[:] = sheet.headings
    sheet.records.insert(100, again)
    return Query("type", "births", "Date of birth", again)


@DEFECTS.add
def births_have_a_line_of_sums_at_the_end(copy):
    sheet = copy.sheet("births")
    total = sheet.records[0].copy()
    total.cells[:] = ["Total", "", "", "", "1112345", *[""] * (len(total.cells) - 5)]
    sheet.records.append(total)
    return Query("range", "births", "Birth weight g", total)


@DEFECTS.add
def births_have_the_headings_and_not_the_cells_of_two_columns_swapped(copy):
    sheet = copy.sheet("births")
    one, two = sheet.place("Sex"), sheet.place("Delivery")
    sheet.headings[one], sheet.headings[two] = "Delivery", "Sex"
    return Query("most", "births", "Sex")


@DEFECTS.alone
def all_days_of_births_are_in_another_form(copy):
    for record in copy.sheet("births").records:
        day, month, year = (record["Date of birth"] or "1/1/2004").split("/")
        record["Date of birth"] = f"{year}.{month}.{day}"
    return Query("type", "births", "Date of birth")


@DEFECTS.alone
def all_weights_of_births_are_words(copy):
    for record in copy.sheet("births").records:
        record["Birth weight g"] = SECRET
    return Query("type", "births", "Birth weight g")


@DEFECTS.alone
def all_births_are_of_one_participant(copy):
    births = copy.sheet("births").records
    for record in births[1:]:
        record["Study No"] = births[0]["Study No"]
    return Query("key", "births", "Study No")


@DEFECTS.alone
def all_births_are_of_nobody_who_was_randomised(copy):
    for n, record in enumerate(copy.sheet("births").records):
        record["Study No"] = f"Q{n:04}"
    return Query("most", "births", "Study No")


@DEFECTS.alone
def births_have_a_quotation_mark_out_of_place(copy):
    broken = f'"{SECRET}" x,'.encode()
    copy.bytes("births", _line(30, lambda line: broken + line))
    return Refusal("csv", "line 30")


@DEFECTS.alone
def births_have_an_open_quotation_mark_in_the_middle(copy):
    copy.bytes("births", _line(40, lambda line: f'"{SECRET}'.encode() + line))
    return Refusal("csv", "line 40")


@DEFECTS.alone
def scans_have_bytes_that_are_not_of_the_encoding(copy):
    sign = b"\xe9" + SECRET.encode()
    copy.bytes("scan_29w", _line(12, lambda line: sign + line))
    return Query("guessed", "scan_29w", "encoding")


@DEFECTS.alone
def screening_has_a_byte_that_the_code_page_lacks(copy):
    copy.bytes("screening", _line(9, lambda line: b"\x81" + SECRET.encode() + line))
    return Refusal("encoding", "screening.csv, line 9")


@DEFECTS.alone
def the_questionnaire_has_bytes_that_are_not_of_its_encoding(copy):
    copy.bytes("mentor_questionnaire", lambda data: data + b"\xff\xfe" + SECRET.encode())
    return Refusal("encoding", "mentor_questionnaire.csv, line")


@DEFECTS.alone
def the_questionnaire_is_in_utf_16(copy):
    copy.bytes("mentor_questionnaire", lambda data: data.decode("utf-8-sig").encode("utf-16"))
    return Refusal("encoding", "cannot be read as utf-8-sig")


@DEFECTS.alone
def sf36_is_in_utf_16_without_a_mark(copy):
    copy.bytes("sf36", lambda data: data.decode().encode("utf-16-le"))
    return Query("guessed", "sf36", "encoding")


@DEFECTS.alone
def scans_are_a_picture(copy):
    picture = b"\x89PNG\r\n\x1a\n\x00\x81" + SECRET.encode() + bytes(range(256))
    copy.bytes("scan_29w", lambda _: picture)
    return Refusal("encoding")


@DEFECTS.alone
def scans_are_a_workbook_that_was_renamed(copy):
    copy.bytes("scan_29w", lambda _: copy.good("mentor_register"))
    return Refusal("encoding")


@DEFECTS.alone
def scans_are_the_page_of_an_error(copy):
    page = f"<!DOCTYPE html>\n<html><body>\n<p>{SECRET}</p>\n</body></html>\n"
    copy.bytes("scan_29w", lambda _: page.encode())
    return Query("columns", "scan_29w", "Study No", line=1)


@DEFECTS.alone
def scans_are_the_file_of_another_export(copy):
    copy.bytes("scan_29w", lambda _: copy.good("bayley"))
    return Query("columns", "scan_29w", "Scan date", line=1)


@DEFECTS.alone
def scans_are_nothing_but_line_ends(copy):
    copy.bytes("scan_29w", lambda _: b"\n\r\n\n")
    return Refusal("header", "empty")


@DEFECTS.add
def bytes_of_zero_stand_in_a_number(copy):
    record = copy.sheet("births").filled("Birth weight g")
    record["Birth weight g"] = "3\x004x0"
    return Query("unit", "births", "Birth weight g", record)


@DEFECTS.alone
def a_dictionary_is_no_dictionary(copy):
    copy.bytes("baseline", lambda _: copy.good("births"), "baseline_dictionary")
    return Refusal("dictionary")


@DEFECTS.alone
def a_dictionary_is_empty(copy):
    copy.bytes("baseline", lambda _: b"", "baseline_dictionary")
    return Refusal("dictionary", "lacks the column")


@DEFECTS.alone
def the_qualtrics_export_has_lost_its_rows_of_ids(copy):
    sheet = copy.sheet("mentor_questionnaire")
    del sheet.head[2]
    return Refusal("header", "three header rows")


@DEFECTS.alone
def the_qualtrics_export_has_lost_its_texts(copy):
    sheet = copy.sheet("mentor_questionnaire")
    del sheet.head[1]
    return Refusal("header", "three header rows")


@DEFECTS.alone
def nothing_is_left_of_the_qualtrics_export_but_its_headings(copy):
    sheet = copy.sheet("mentor_questionnaire")
    del sheet.head[1:]
    sheet.records.clear()
    return Refusal("header", "three header rows")
