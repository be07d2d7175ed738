"""Readers of exports: every cell as it stands, every record with its line."""

import datetime

import pytest

from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export


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


def test_merged_cells_are_found_where_a_block_of_the_sheet_ends(merged, monkeypatch):
    rows = [["id", "area"], *([f"P{n}", "x" if n == 50 else None] for n in range(1, 99))]
    for size in range(300, 340):
        monkeypatch.setattr("trialtrail.exports.workbook.BLOCK", size)
        monkeypatch.setattr("trialtrail.exports.workbook.LONGEST", 100)
        assert merged(rows, "B51:B53") == [("merged", 52, "area"), ("merged", 53, "area")]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(workbook):
    error = refused(workbook, [["id"]], sheet="Other")
    assert error.rule == "sheet"
    assert "Register" in error.remedy


def test_an_empty_sheet_is_told(workbook):
    assert refused(workbook, []).rule == "header"


def test_what_is_no_workbook_is_told(read):
    assert refused(read, "id\n1\n", format="xlsx").rule == "archive"


def test_documents_are_their_paragraphs_in_the_order_of_their_names(tmp_path):
    from docx import Document

    paths = []
    for name in ("b", "a"):
        document = Document()
        for text in ("Title", "", f"I: naïve {name}"):
            document.add_paragraph(text)
        paths.append(str(tmp_path / f"{name}.docx"))
        document.save(paths[-1])
    export = read_export({"name": "e", "label": "raw", "format": "docx"}, paths)
    assert cells(export) == [["a", "Title\n\nI: naïve a"], ["b", "Title\n\nI: naïve b"]]
    assert export.rows["_file"].tolist() == ["raw/a.docx", "raw/b.docx"]


def test_what_is_no_document_is_told(read):
    error = refused(read, "text", format="docx")
    assert (error.rule, error.where) == ("documents", "raw/a.csv")


LIMESURVEY = (
    '\ufeff"id. Response ID";submitdate;Q1;"Q2[SQ001]. How often?\nIn a week";Q3[other];Why?\n'
    '1;"2024-05-06 10:00:00";A1;"3, or so";N/A;x\n2;;A2;;;\n'
)


def test_limesurvey_headings_become_codes(read):
    export = read(LIMESURVEY, format="limesurvey")
    assert export.header == ["id", "submitdate", "Q1", "Q2[SQ001]", "Q3[other]", "Why?"]
    assert cells(export)[0] == ["1", "2024-05-06 10:00:00", "A1", "3, or so", "N/A", "x"]
    assert export.rows["_line"].tolist() == [3, 4]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_limesurvey_is_parted_by_what_follows_its_first_heading(read, sign):
    export = read(
        '"id","a;b,c"\n1,2\n'.replace('","', f'"{sign}"').replace("1,2", f"1{sign}2"),
        format="limesurvey",
    )
    assert cells(export) == [["1", "2"]]


def test_a_delimiter_of_the_configuration_is_taken_for_limesurvey(read):
    assert read("id|Q1\n1|2\n", format="limesurvey", delimiter="|").header == ["id", "Q1"]


def test_an_empty_limesurvey_export_is_told(read):
    assert refused(read, "", format="limesurvey").rule == "header"


def test_two_headings_with_one_code_stay_apart(read):
    assert read("Q1. A?;Q1. B?\n1;2\n", format="limesurvey").header == ["Q1", "Q1"]


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RUN = "<w:r><w:t>said</w:t></w:r>"
PLACES = {
    "a change that is neither accepted nor rejected": f"<w:p {W}><w:ins>{RUN}</w:ins></w:p>",
    "a form field": f"<w:sdt {W}><w:sdtContent><w:p>{RUN}</w:p></w:sdtContent></w:sdt>",
    "a text box": f"<w:p {W}><w:r><w:pict><w:txbxContent><w:p>{RUN}</w:p></w:txbxContent>"
    "</w:pict></w:r></w:p>",
}


@pytest.mark.parametrize("place", PLACES)
def test_text_that_is_in_no_paragraph_of_the_body_is_told(tmp_path, place):
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    document.add_paragraph("I: Hello")
    document.element.body.insert(1, parse_xml(PLACES[place]))
    document.save(tmp_path / "a.docx")
    export = read_export(
        {"name": "e", "label": "raw", "format": "docx"}, [str(tmp_path / "a.docx")]
    )
    message = f"the document has text in {place}, which is not read"
    assert export.odd == [("unread", 1, "text", message, "raw/a.docx")]
    assert "said" not in export.rows["text"][0]


def test_text_of_a_link_is_read_and_a_table_without_text_is_nothing_to_tell(tmp_path):
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    document.element.body.insert(0, parse_xml(f"<w:p {W}><w:hyperlink>{RUN}</w:hyperlink></w:p>"))
    document.add_table(2, 2)
    document.save(tmp_path / "a.docx")
    export = read_export(
        {"name": "e", "label": "raw", "format": "docx"}, [str(tmp_path / "a.docx")]
    )
    assert (export.odd, export.rows["text"].tolist()) == ([], ["said"])
