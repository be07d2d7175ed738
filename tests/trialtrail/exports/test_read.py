"""Readers of exports: every cell as it stands, every record with its line."""

import datetime

import pytest

from trialtrail.errors import StudyError
from trialtrail.exports import read_export


@pytest.fixture
def read(tmp_path):
    def from_bytes(data, **spec):
        path = tmp_path / "a.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
        return read_export({"name": "e", "label": "raw/a.csv"} | spec, [str(path)])

    return from_bytes


@pytest.fixture
def workbook(tmp_path):
    from openpyxl import Workbook

    def made(rows, **spec):
        book = Workbook()
        book.active.title = "Register"
        for row in rows:
            book.active.append(row)
        path = tmp_path / "a.xlsx"
        book.save(path)
        label = {"name": "e", "label": "raw/a.xlsx", "format": "xlsx"}
        return read_export(label | spec, [str(path)])

    return made


def refused(call, *args, **kwargs):
    with pytest.raises(StudyError) as caught:
        call(*args, **kwargs)
    return caught.value


def cells(export):
    return export.rows[export.header].to_numpy().tolist()


def test_cells_stay_text_and_lines_count_from_the_header(read):
    export = read("id,n\r\n007, 1.50 \r\nNA,\r\n")
    assert cells(export) == [["007", " 1.50 "], ["NA", ""]]
    assert export.rows["_line"].tolist() == [2, 3]
    assert export.rows["_file"].tolist() == ["raw/a.csv"] * 2


def test_a_record_has_the_line_on_which_it_starts(read):
    export = read('id,note\n1,"two\nlines"\n2,"three\r\nmore\n\nlines"\n\n3,x\n')
    assert export.rows["_line"].tolist() == [2, 4, 9]
    assert export.rows["note"].tolist() == ["two\nlines", "three\r\nmore\n\nlines", "x"]


def test_blank_lines_before_the_header_count(read):
    export = read("\n\nid\n1\n")
    assert (export.header_line, export.rows["_line"].tolist()) == (3, [4])


def test_a_byte_order_mark_is_no_part_of_a_name(read):
    assert read("\ufeffid\n1\n").header == ["id"]


def test_the_encoding_is_that_of_the_configuration(read):
    export = read("id\n1 – Fiancé\n".encode("cp1252"), encoding="cp1252")
    assert cells(export) == [["1 – Fiancé"]]


def test_bytes_of_another_encoding_are_told_with_their_line(read):
    error = refused(read, b"id,note\n1,ok\n2,caf\xe9\n", encoding="utf-8")
    assert (error.rule, error.where) == ("encoding", "raw/a.csv, line 3")
    assert "caf" not in error.text()


def test_an_unknown_encoding_is_told(read):
    assert refused(read, "id\n1\n", encoding="no-such").rule == "encoding"


def test_an_open_quotation_mark_is_told_with_its_line(read):
    error = refused(read, 'id,note\n1,"open\n2,x\n')
    assert error.rule == "csv"
    assert "raw/a.csv, line" in error.where


def test_the_delimiter_is_that_of_the_configuration(read):
    assert cells(read("a;b\n1,5;2\n", delimiter=";")) == [["1,5", "2"]]


def test_records_of_another_width_are_listed_and_not_guessed(read):
    export = read("a,b\n1\n1,2\n1,2,3\n")
    assert export.ragged == [(2, 1), (4, 3)]
    assert cells(export) == [["1", "2"]]


def test_a_name_that_stands_twice_loses_no_cell(read):
    export = read("a,b,a\n1,2,3\n")
    assert export.header == ["a", "b", "a"]
    assert export.rows[["a", "b", "a (2)"]].to_numpy().tolist() == [["1", "2", "3"]]


def test_a_header_alone_is_an_export_without_records(read):
    export = read("a,b\n")
    assert len(export.rows) == 0
    assert {"a", "b", "_file", "_line"} <= set(export.rows)


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_told(read, text):
    assert refused(read, text).rule == "header"


QUALTRICS = 'Id,Q1\nResponse,"How often\ndo you\nmeet?"\n"{""ImportId"":""a""}",x\nR1,Often\n'


def test_qualtrics_has_three_header_rows_of_which_the_first_names(read):
    export = read(QUALTRICS, format="qualtrics")
    assert export.header == ["Id", "Q1"]
    assert export.rows["_line"].tolist() == [6]
    assert cells(export) == [["R1", "Often"]]


@pytest.mark.parametrize("text", ["", "Id\nResponse\n", "Id\nR1\nR2\nR3\n"])
def test_qualtrics_without_its_three_rows_is_told(read, text):
    assert refused(read, text, format="qualtrics").rule == "header"


def test_excel_cells_become_text(workbook):
    day = datetime.datetime(2004, 5, 6)
    export = workbook([["id", "day", "n", "x", "yes"], ["A", day, 3.0, 2.5, True]])
    assert cells(export) == [["A", "2004-05-06", "3", "2.5", "True"]]


def test_the_header_of_a_sheet_may_stand_below_titles(workbook):
    rows = [["Register"], ["kept by the office"], ["id", "n"], ["A", 1], [None, None], ["B", 2]]
    export = workbook(rows, header_row=3, sheet="Register")
    assert export.header_line == 3
    assert export.rows["_line"].tolist() == [4, 6]


def test_a_short_row_of_a_sheet_is_filled_up(workbook):
    export = workbook([["id", "n", "m"], ["A"]])
    assert (cells(export), export.ragged) == ([["A", "", ""]], [])


def test_a_cell_beyond_the_header_of_a_sheet_is_not_dropped_in_silence(workbook):
    export = workbook([["id"], ["A", None, "see letter"], ["B", None]])
    assert (export.ragged, cells(export)) == ([(2, 3)], [["B"]])


@pytest.fixture
def merged(tmp_path):
    from openpyxl import Workbook

    def made(rows, *ranges, **spec):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        for each in ranges:
            book.active.merge_cells(each)
        path = tmp_path / "m.xlsx"
        book.save(path)
        export = read_export({"name": "e", "label": "m.xlsx"} | spec, [str(path)])
        return [odd[:3] for odd in export.odd]

    return made


def test_cells_that_were_merged_are_told_but_for_the_one_with_the_value(merged):
    rows = [["id", "area", "n"], ["A", "North", 1], ["B", None, 2], ["C", None, None]]
    assert merged(rows, "B2:B3") == [("merged", 3, "area")]
    assert merged(rows, "B2:C4") == [
        *(("merged", 2, "n"), ("merged", 3, "area"), ("merged", 3, "n")),
        *(("merged", 4, "area"), ("merged", 4, "n")),
    ]


def test_merged_titles_and_merged_blanks_are_nothing_to_tell(merged):
    rows = [["Register", None], ["id", "n"], ["A", None], ["B", None]]
    assert merged(rows, "A1:B1", "B3:B4", header_row=2) == []


def test_the_error_of_a_formula_is_no_text(merged):
    rows = [["id", "area"], ["A", "#REF!"], ["B", "#N/A"]]
    assert merged(rows, missing=["#N/A"]) == [("formula", 2, "area")]
