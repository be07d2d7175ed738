"""The file of answers as people keep it: what they have in it stays, in CSV files and workbooks."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from trialtrail.answering.answers_file import AnswersFile
from trialtrail.errors import StudyError

QUERY = {"query_id": "Q-0123456789", "export": "trial", "file": "data/trial.csv", "line": "3"}
ROW = {"new_value": "74", "who": "Änna", "when": "2026-03-04", "why": "so", "evidence": "abc"}
HEAD = ["query_id", "new_value", "who", "when", "why", "evidence"]


def write(path, row=ROW, query=QUERY) -> AnswersFile:
    file = AnswersFile(path, path.name)
    with file.locked():
        file.write(query, row)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_form_and_rows_of_others_stay(tmp_path, encoding, delimiter, end):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    other = ["Q-1111111111", "5,5", 'Zoë "Z"', "2026-01-02", "one\ntwo", "def"]
    writer.writerows([["mine", *HEAD], ["ä; b, c", *other], ["", "Q-2222222222", *[""] * 5]])
    path = tmp_path / "answers.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    file = write(path)
    text = path.read_bytes().decode(encoding)
    assert text.startswith(out.getvalue())
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert rows[-1] == ["", "Q-0123456789", "74", "Änna", "2026-03-04", "so", "abc"]
    assert set(file.said()) == {"Q-0123456789", "Q-1111111111"}


def test_a_row_without_an_answer_is_filled_and_not_doubled(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text(f"severity,{','.join(HEAD)}\nerror,Q-0123456789,,,,,abc\n", encoding="utf-8")
    write(path)
    assert path.read_text("utf-8").splitlines()[1:] == [
        "error,Q-0123456789,74,Änna,2026-03-04,so,abc"
    ]


def test_a_line_that_names_the_delimiter_stays(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("sep=;\n" + ";".join(HEAD) + "\n", encoding="utf-8")
    write(path)
    assert path.read_text("utf-8").startswith("sep=;\nquery_id;new_value")


def test_a_sign_that_the_file_cannot_hold_is_refused_and_the_file_stays(tmp_path):
    path = tmp_path / "answers.csv"
    before = (",".join(HEAD) + "\nQ-1111111111,5,Zoë,2026-01-02,so,d\n").encode("cp1252")
    path.write_bytes(before)
    with pytest.raises(StudyError, match="cp1252"):
        write(path, ROW | {"why": "見た"})
    assert path.read_bytes() == before


def book(path, *rows, formula="") -> None:
    made = Workbook()
    page = made.active
    page.title = "Queries"
    for row in rows:
        page.append(row)
    page["A1"].font = Font(bold=True)
    page["A1"].comment = Comment("a note", "")
    page.column_dimensions["B"].width = 33
    if formula:
        page["H2"] = formula
    made.create_sheet("Own notes")["A1"] = "keep"
    made.save(path)


def test_a_workbook_keeps_what_people_have_in_it(tmp_path):
    path = tmp_path / "answers.xlsx"
    head = ["severity", "line", *HEAD]
    book(path, head, ["error", 7, "Q-1111111111", 5, "Zoë", "2026-01-02", "so", "d"])
    write(path, ROW | {"new_value": "=cmd|' /C calc'!A0", "why": "=1+1"})
    made = load_workbook(path)
    page = made["Queries"]
    assert [cell.value for cell in page[2]] == [
        *("error", 7, "Q-1111111111", 5, "Zoë", "2026-01-02", "so", "d"),
    ]
    assert page["D3"].value == "=cmd|' /C calc'!A0"
    assert {page["D3"].data_type, page["G3"].data_type} == {"s"}
    assert page["D3"].quotePrefix
    assert (page["A1"].font.bold, page["A1"].comment.text) == (True, "a note")
    assert page.column_dimensions["B"].width == 33
    assert made["Own notes"]["A1"].value == "keep"
    answers = {a.query_id: a for a in AnswersFile(path, "answers.xlsx").answers()}
    assert answers["Q-0123456789"].why == "=1+1"
    assert answers["Q-1111111111"].new_value == "5"


def test_a_workbook_whose_formulas_would_lose_their_values_is_refused(tmp_path):
    path = tmp_path / "answers.xlsx"
    book(path, HEAD, ["Q-1111111111", 5, "Zoë", "2026-01-02", "so", "d"], formula="=A2")
    before = path.read_bytes()
    with pytest.raises(StudyError, match="formulas"):
        write(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["answers.xlsx", "answers.ods", "answers"])
def test_only_a_csv_file_is_begun(tmp_path, name):
    with pytest.raises(StudyError):
        write(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_link_to_a_file_elsewhere_is_not_the_concern_of_the_file(tmp_path):
    (tmp_path / "real").mkdir()
    path = tmp_path / "real" / "answers.csv"
    (tmp_path / "answers.csv").symlink_to(path)
    write((tmp_path / "answers.csv").resolve())
    assert path.is_file()
    assert (tmp_path / "answers.csv").is_symlink()


def test_the_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "answers.csv"
    write(path)
    path.chmod(0o640)
    write(path, ROW | {"new_value": "75"})
    assert path.stat().st_mode & 0o777 == 0o640
