"""Delimited text, headings, marks of survey programs, and names of files."""

import gzip
import io
import subprocess
import sys
import unicodedata
import zipfile

import pytest
from lxml import html
from small_trial import delimited, made, records, validated, write_study

from trialtrail.exports.kinds import SAS
from trialtrail.validation.stops import stop_message

TEXT = delimited(records())
NAMES_FILES = "exports.csv"
MANIFEST = "results/lineage/manifest.sha256"
HEADING, _, REST = TEXT.partition("\n")


def read_whole(folder, data, change=None):
    """Return the validation of a file that is to be read like the plain one."""
    found = validated(write_study(folder, None, change, {"data/trial.csv": data}))
    assert found.refusal is None, found.refusal.text()
    assert found.told("columns").empty
    assert found.told("width").empty
    assert found.tables["twelve_months"]["walk_after_s"].notna().sum() == 24
    return found


def ending(text, sign=";"):
    return text.replace("\n", f"{sign}\n")


@pytest.mark.parametrize(
    "data",
    [
        '"sep=;"\n' + TEXT,
        "\ufeffsep=;\n" + TEXT,
        '\ufeff"sep=;"\n' + TEXT,
        '"sep=;"\n\ufeff' + TEXT,
        '"SEP=;"\r\n' + TEXT.replace("\n", "\r\n"),
        ending(TEXT),
        ending(HEADING + "\n") + REST,
        HEADING + "\n" + ending(REST),
        TEXT + ";;;;;;;\n;;;;;;;\n",
        TEXT + " ; ;;;;;; \n;;\n",
        TEXT + "\x1a",
        TEXT + "\0\0\0\n",
    ],
)
def test_what_is_no_column_and_no_record_is_passed_over(tmp_path, data):
    read_whole(tmp_path, data)


def test_a_blank_heading_with_a_filled_cell_is_told(tmp_path):
    data = ending(HEADING + "\n") + ending(REST, ";x")
    found = validated(write_study(tmp_path, files={"data/trial.csv": data}))
    assert not found.told("columns").empty


def test_one_record_with_a_delimiter_too_many_is_told(tmp_path):
    lines = TEXT.splitlines()
    lines[3] += ";"
    found = validated(write_study(tmp_path, files={"data/trial.csv": "\n".join(lines)}))
    assert found.told("width")["line"].tolist() == [4]


def test_lines_above_the_header_are_passed_over(tmp_path):
    def change(config):
        config["exports"]["trial"]["header_row"] = 4

    read_whole(tmp_path, "The trial; all\n\nmade today\n" + TEXT, change)


@pytest.mark.parametrize(
    "heading", ["walk\u00a0é", "walk  é", "walk\u200b é", unicodedata.normalize("NFD", "walk é")]
)
@pytest.mark.parametrize("of_file", [True, False])
def test_a_heading_is_what_a_person_sees(tmp_path, heading, of_file):
    inside, named = (heading, "walk é") if of_file else ("walk é", heading)

    def change(config):
        config["forms"]["twelve_months"]["variables"][0]["column"] = named

    found = read_whole(tmp_path, TEXT.replace("walk12", inside), change)
    assert any("heading" in each[2] for each in found.changes)


def test_an_odd_sign_of_a_heading_that_is_not_matched_has_its_name(tmp_path):
    found = validated(
        write_study(tmp_path, files={"data/trial.csv": TEXT.replace("walk12", "walk\u00a012")})
    )
    assert found.told("columns")["message"].str.contains("U+00A0", regex=False).any()


@pytest.mark.parametrize(
    ("data", "do"),
    [
        ("The trial\nmade today\n\n" + TEXT, "`header_row: 4`"),
        ("The trial;;;;;;;\n" + TEXT, "`header_row: 2`"),
        (TEXT.replace(";", ","), '`delimiter: ","`'),
        (TEXT.replace(";", "\t"), '`delimiter: "\\t"`'),
        ("The trial\n" + TEXT.replace(";", "^"), '`header_row: 2` and `delimiter: "^"`'),
    ],
)
def test_headings_in_another_place_are_one_query_with_what_to_write(tmp_path, data, do):
    file = write_study(tmp_path, files={"data/trial.csv": data})
    queries = validated(file).queries
    assert queries["rule"].tolist() == ["columns"]
    assert f"write {do} under exports.trial" in queries["message"].iloc[0]
    said = stop_message(queries, "queries.csv")
    assert f"do:    write {do} under exports.trial" in said
    for part in do.strip("`").split("` and `"):  # what is told works when it is pasted
        text = file.read_text(encoding="utf-8").replace(
            "    delimiter: ;\n", "", "delimiter" in part
        )
        file.write_text(text.replace("  trial:\n", f"  trial:\n    {part}\n", 1), encoding="utf-8")
    assert validated(file).queries.empty


def test_a_heading_in_another_spelling_is_named_and_not_to_be_ignored(tmp_path):
    data = TEXT.replace("walk12", "Walk_12").replace("age;", "AGE;")
    queries = validated(write_study(tmp_path, files={"data/trial.csv": data})).queries
    said = stop_message(queries, "queries.csv")
    assert "lacks 2 columns that the configuration names: `age` (it has `AGE`)" in said
    assert "`walk12` (it has `Walk_12`)" in said
    assert "ignore: [" not in said


def test_columns_that_are_lacking_are_one_cause(tmp_path):
    queries = validated(write_study(tmp_path, files={"data/trial.csv": "a;b\n1;2\n"})).queries
    said = stop_message(queries, "queries.csv")
    assert "the export lacks 8 columns that the configuration names: `age`, `allocated`" in said
    assert said.count("where:") == 2


def test_records_of_another_width_are_counted_among_those_of_the_export(tmp_path):
    lines = TEXT.splitlines()
    data = "\n".join([lines[0], *(line.rpartition(";")[0] for line in lines[1:])])
    queries = validated(write_study(tmp_path, files={"data/trial.csv": data})).queries
    assert queries["message"].str.startswith("24 of 24 records").sum() == 1
    assert "do:    check delimiters and quotation marks" in stop_message(queries, "queries.csv")


def named(name):
    """Return what changes the name of the one export."""

    def change(config):
        config["exports"]["trial"]["file"] = f"data/{name}"

    return change


def archive(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return stream.getvalue()


KINDS = [
    (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "an old Excel workbook (.xls)", ".xlsx"),
    (archive("xl/workbook.xml"), "an Excel workbook", "format: xlsx"),
    (archive("xl/workbook.bin"), "a binary Excel workbook (.xlsb)", ".xlsx"),
    (archive("content.xml", "mimetype"), "a document of LibreOffice (.ods)", ".xlsx"),
    (archive("trial.csv"), "a packed archive", "unpack"),
    (gzip.compress(TEXT.encode()), "packed with gzip", "unpack"),
    (b"<html><table><tr><td>id</td></tr></table></html>", "a table in HTML", ".xlsx"),
    (b"%PDF-1.4\n%\xff\xff", "a PDF", "CSV"),
    (b"$FL2@(#) SPSS DATA FILE", "a file of SPSS", "format: sav"),
    (b"ARROW1\0\0", "a Feather file", "Parquet"),
    (bytes(12) + SAS + bytes(600), "a data set of SAS (.sas7bdat)", ".sas7bdat"),
    (b'[{"id": "P001"}]', "JSON", "CSV"),
]


@pytest.mark.parametrize(("data", "what", "do"), KINDS)
@pytest.mark.parametrize("ending", [".csv", ".xls"])
def test_a_file_of_another_kind_is_called_what_it_is(tmp_path, data, what, do, ending):
    name = f"trial{ending}"
    found = validated(write_study(tmp_path, None, named(name), {f"data/{name}": data}))
    assert what in found.refusal.what
    assert do in found.refusal.remedy


@pytest.mark.parametrize("ending", [".xlsx", ".sav"])
def test_so_it_is_under_the_name_of_a_workbook_or_of_spss(tmp_path, ending):
    data, what, _ = KINDS[0]
    found = validated(write_study(tmp_path, None, named(f"t{ending}"), {f"data/t{ending}": data}))
    assert what in found.refusal.what


@pytest.mark.parametrize("encoding", ["rot13", "base64", "hex", "zlib", "nowhere"])
def test_what_is_no_encoding_of_text_is_refused(tmp_path, encoding):
    def change(config):
        config["exports"]["trial"]["encoding"] = encoding

    told_of = validated(write_study(tmp_path, None, change)).refusal.text()
    assert f"cannot be read as {encoding}" in told_of


def test_a_header_row_below_the_file_is_told_as_such(tmp_path):
    def change(config):
        config["exports"]["trial"]["header_row"] = 99

    told_of = validated(write_study(tmp_path, None, change)).refusal.text()
    assert "nothing in line 99" in told_of


def surveyed(config):
    config["exports"]["survey"] = {"file": "data/survey.csv", "format": "qualtrics"}
    config["exports"]["survey"]["ignore"] = ["Status", "Finished"]
    source = {"export": "survey", "columns": {"response_id": "ResponseId"}}
    config["tables"]["questionnaire"] = {"sources": [source]}
    item = {"id": "easy", "column": "Q1", "type": "choice", "label": "Easy"}
    answers = {"answers": ["Yes", "No"], "affirmed": ["Yes"]}
    config["questionnaire"] = {"items": [item | answers]}


MARKS = [("0", "1"), ("1", "1"), ("8", "1"), ("9", "1"), ("Survey Preview", "True"), ("0", "0")]
MARKS += [("IP Address", "FALSE"), ("Possible Spam", "1"), ("Imported", "TRUE")]
SURVEY = "Status,Finished,ResponseId,Q1\nStatus,Finished,Id,Easy\n" + 4 * '"{""ImportId"":""x""}",'
SURVEY = SURVEY[:-1] + "\n" + "".join(f"{s},{f},R{n},Yes\n" for n, (s, f) in enumerate(MARKS))


def test_what_a_survey_program_marks_is_no_response(tmp_path):
    file = write_study(tmp_path, None, surveyed, {"data/survey.csv": SURVEY})
    found = validated(file)
    assert found.told("no_response")["line"].tolist() == [5, 6, 7, 8, 11]
    assert found.told("incomplete")["line"].tolist() == [9, 10]
    ran = made(file, "results/summaries/questionnaire.parquet")
    assert ran.exit_code == 0, ran.said
    assert ran.by_row("questionnaire")["completed"]["n"] == "2"


ODD_FOLDER = "run {w} 50% <q> [x]*?#"
ODD_FILES = ["trial {v2}.csv", "{table} <results> 100% #&[a]*?\"' Zoë Zoe\u0308.csv"]


@pytest.mark.parametrize("name", ODD_FILES)
def test_the_name_of_a_file_is_no_pattern(tmp_path, name):
    file = write_study(tmp_path / ODD_FOLDER, None, named(name), {f"data/{name}": TEXT})
    ran = made(file, "results/validation/queries.csv")
    assert ran.exit_code == 0, ran.said


@pytest.mark.nightly
def test_a_whole_run_under_odd_names_is_that_under_plain_names(tmp_path):
    name = ODD_FILES[-1]
    odd = made(write_study(tmp_path / ODD_FOLDER, None, named(name), {f"data/{name}": TEXT}))
    plain = made(write_study(tmp_path / "plain", None, None, {"data/trial.csv": TEXT}))
    assert (odd.exit_code, plain.exit_code) == (0, 0), odd.said + plain.said
    for folder in ("datasets", "tables"):
        mine, theirs = (
            {path.name: path.read_bytes() for path in (run.folder / "results" / folder).iterdir()}
            for run in (odd, plain)
        )
        assert mine | {NAMES_FILES: b""} == theirs | {NAMES_FILES: b""}
    page = odd.folder / "results" / "report" / "report.html"
    files = html.parse(str(page)).xpath("//table[@id='table-sources']/tbody/tr/td[last()]")
    assert {each.text_content() for each in files} == {name}
    verify = "import sys; from trialtrail.cli import main; sys.exit(main(['verify']))"
    checks = [[sys.executable, "-c", verify], ["sha256sum", "--check", "--quiet", MANIFEST]]
    for command in checks:
        checked = subprocess.run(
            command, cwd=odd.folder, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_answers_under_an_odd_name_where_there_is_no_query(tmp_path):
    name = "answers {x} 50% é's.csv"

    def change(config):
        config["validation"] = {"resolutions": name}

    header = "query_id,new_value,who,when,why,evidence\n"
    ran = made(
        write_study(tmp_path, None, change, {name: header}), "results/validation/queries.csv"
    )
    assert ran.exit_code == 0, ran.said


def test_a_name_with_a_line_break_is_refused(tmp_path):
    def change(config):
        config["exports"]["trial"]["file"] = "data/a\nb.csv"

    found = validated(write_study(tmp_path, None, change, {"data/a\nb.csv": TEXT}))
    assert "line break" in found.refusal.text()
