"""Files that no configuration describes: read by the keys that are found, as a run reads them."""

import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from sas_files import write_sas7bdat

from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export
from trialtrail.new_study.files.read_files import see_files

ROWS = "P1,A,71\nP2,B,68\nP3,A,80\n"


def see(path, *more, redcap=None):
    """Return the one file that is seen, after a run has read it by its keys in the same way."""
    (seen,) = see_files([path, *more], redcap)
    same_in_a_run(seen)
    return seen


def same_in_a_run(seen):
    known = [column.name for column in seen.columns]
    spec = {"name": seen.name, "label": Path(seen.path).name, "known": known, **seen.export}
    rows = read_export(spec, [seen.path]).rows
    for column in seen.columns:
        cells = [cell if cell.strip() else None for cell in rows[column.name].fillna("")]
        assert cells == column.cells, column.name


def text(folder, content, name="visits 2024.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


def of(seen, name):
    return seen.column(name)


# Delimited text.


def test_a_plain_file_needs_no_keys(tmp_path):
    seen = see(text(tmp_path, "id,arm,age\n" + ROWS))
    assert (seen.name, seen.export, seen.notes) == ("visits_2024", {}, [])
    assert [column.name for column in seen.columns] == ["id", "arm", "age"]
    assert of(seen, "age").cells == ["71", "68", "80"]


def test_an_empty_cell_is_none(tmp_path):
    assert of(see(text(tmp_path, "id,age\nP1, \nP2,\nP3,3\n")), "age").cells == [None, None, "3"]


GERMAN = "Pat.-Nr.;Größe;Gewicht (kg);Alter\nP1;1,70;71,5;70\nP2;1,65;68,2;71\nP3;1,80;80,0;72\n"


def test_a_german_spreadsheet(tmp_path):
    seen = see(text(tmp_path, GERMAN, encoding="cp1252"))
    assert seen.export == {"encoding": "cp1252", "delimiter": ";"}
    assert of(seen, "Größe").cells == ["1,70", "1,65", "1,80"]
    assert any("encoding was guessed: cp1252" in note for note in seen.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_the_encoding(encoding, tmp_path):
    seen = see(text(tmp_path, GERMAN, encoding=encoding))
    assert seen.export.get("encoding", "utf-8-sig") == encoding
    assert of(seen, "Pat.-Nr.").cells == ["P1", "P2", "P3"]
    assert not any("guessed" in note for note in seen.notes)


@pytest.mark.parametrize("sign", ["\t", "|", ";", ",", "^"])
def test_the_delimiter_is_the_one_that_parts_all_records_alike(sign, tmp_path):
    rows = [["id", "said", "age"], ["P1", "well; I think, yes", "7"], ["P2", '"a|b"', "8"]]
    quoted = "\n".join(sign.join(f'"{c}"' if c.strip('"') == c else c for c in row) for row in rows)
    seen = see(text(tmp_path, quoted + "\n"))
    assert seen.export == ({} if sign == "," else {"delimiter": sign})
    assert of(seen, "age").cells == ["7", "8"]


def test_excels_own_line_names_the_delimiter(tmp_path):
    seen = see(text(tmp_path, "sep=;\nid;age\nP1;1,5\nP2;2,5\n"))
    assert seen.export == {}
    assert of(seen, "age").cells == ["1,5", "2,5"]


@pytest.mark.parametrize(
    "above", ["Register of the trial\n\n", "Register;;;\nAs of;2024-05-01;;\n", "sep=;\nRegister\n"]
)
def test_titles_above_the_headings_are_passed_over(above, tmp_path):
    seen = see(text(tmp_path, f"{above}id;arm;age;sex\nP1;A;70;f\nP2;B;71;m\n"))
    assert seen.export["header_row"] == 3
    assert [column.name for column in seen.columns] == ["id", "arm", "age", "sex"]
    assert "The headings stand in line 3; what stands above them is passed over." in seen.notes


@pytest.mark.parametrize(
    ("content", "headings"),
    [
        ("i;a;b;c;d\nP1;A\nP2;B\nP3;A;1;f;x\nP4;B;2\n", list("iabcd")),
        ("id,arm,age\nP1,A,70\nP2,B,71\nExported on 2024-05-01\n", ["id", "arm", "age"]),
        ('id;said\nP1;"yes, and\nno; well"\nP2;no\n', ["id", "said"]),
        ("id;arm\rP1;A\rP2;B\r", ["id", "arm"]),
        ("id;arm;\nP1;A;\nP2;B;\n", ["id", "arm"]),
        ("\n\nid,arm\nP1,A\n", ["id", "arm"]),
        ("score\n1\n2\n", ["score"]),
    ],
)
def test_what_people_do_to_files(content, headings, tmp_path):
    seen = see(text(tmp_path, content))
    assert [column.name for column in seen.columns] == headings


def test_a_file_without_headings_is_noted(tmp_path):
    (seen,) = see_files([text(tmp_path, "1,70,3.5\n2,71,3.6\n3,72,3.7\n")])
    assert any("perhaps the file has no headings" in note for note in seen.notes)


def test_lines_of_another_width_and_headings_twice_are_noted_without_a_cell(tmp_path):
    (seen,) = see_files([text(tmp_path, "id,age,age\nP1,1,2\nP2,1,2\nP3,1,2,SECRET\nP4,1,2\n")])
    notes = " ".join(seen.notes)
    assert "One line has another number" in notes
    assert "Several columns have the same heading: age" in notes
    assert "SECRET" not in notes


def test_names_are_told_apart(tmp_path):
    (tmp_path / "a").mkdir()
    paths = [text(tmp_path / folder, "id,x\n1,2\n", "data.csv") for folder in ("", "a")]
    assert [each.name for each in see_files(paths)] == ["data", "data_2"]


def test_what_cannot_be_read_is_said_as_a_mistake_of_a_user(tmp_path):
    for path, words in (
        (tmp_path / "none.csv", "There is no such file"),
        (tmp_path, "This is a folder"),
        (text(tmp_path, "id,age\n", "empty.csv"), "holds no rows"),
        (text(tmp_path, "id;a;b;c;d\n1;2\n2;3\n", "short.csv"), "no rows: 2 lines have another"),
        (text(tmp_path, "\ufffd", "x.qdpx"), "qualitative analysis"),
        (text(tmp_path, "%PDF-1.4", "a.csv"), "a PDF document"),
        (text(tmp_path, "no workbook", "b.xlsx"), "cannot be read as an Excel workbook"),
    ):
        with pytest.raises(StudyError, match=words):
            see_files([path])


# Workbooks.


def workbook(folder, **sheets):
    path, book = folder / "trial data.xlsx", openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return path, book


def test_each_sheet_with_a_table_is_an_entry(tmp_path):
    people = [["Study register"], [], ["id", "arm", "born"], ["P1", "A", datetime.date(1950, 1, 2)]]
    people.append(["P2", "B", datetime.date(1951, 12, 31)])
    visits = [["id", "weight"], ["P1", 70.5], ["P2", 71]]
    path, book = workbook(
        tmp_path, People=people, Visits=visits, Notes=[["see the plan"]], Old=visits
    )
    book["Old"].sheet_state = "hidden"
    book.save(path)
    one, two = see_files([path])
    assert (one.name, two.name) == ("trial_data_people", "trial_data_visits")
    assert one.export == {"sheet": "People", "header_row": 3}
    assert two.export == {"sheet": "Visits"}
    assert of(one, "born").cells == ["1950-01-02", "1951-12-31"]
    assert of(one, "born").kind == "date"
    assert of(two, "weight").cells == ["70.5", "71"]
    for each in (one, two):
        same_in_a_run(each)
        assert "The sheet Old is hidden and is not read." in each.notes
        assert "The sheet Notes holds no table and is not read." in each.notes


def test_a_single_sheet_needs_no_name_and_what_it_hides_is_noted(tmp_path):
    path, book = workbook(tmp_path, Data=[["id", "age"], ["P1", 70], ["P2", 71], ["P3", 72]])
    book["Data"].row_dimensions[3].hidden = True
    book.save(path)
    seen = see(path)
    assert (seen.name, seen.export) == ("trial_data", {})
    assert any("hidden" in note and "one line" in note for note in seen.notes)


# Statistical programs.

VALUES = pd.DataFrame(
    {
        "id": ["P1", "P2", "P3", "P4"],
        "arm": [1.0, 2.0, 1.0, 2.0],
        "weight": [70.5, 0.1, None, 80.0],
        "smokes": [1.0, 0.0, 9.0, 8.0],
        "seen": [datetime.date(2004, 5, 6), None, datetime.date(2004, 12, 31), None],
    }
)
LABELS = {"arm": {1: "Usual", 2: "New"}, "smokes": {0: "No", 1: "Yes", 8: "N/A", 9: "?"}}
TITLES = {"arm": "Allocated arm", "weight": "Weight in kg"}


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_spss_has_labels_and_missing_codes(ending, tmp_path):
    path = tmp_path / f"a.{ending}"
    pyreadstat.write_sav(
        VALUES,
        path,
        column_labels=TITLES,
        variable_value_labels=LABELS,
        missing_ranges={"smokes": [{"lo": 8, "hi": 9}]},
        compress=ending == "zsav",
    )
    seen = see(path)
    assert seen.export == {}
    assert (of(seen, "arm").label, of(seen, "arm").kind) == ("Allocated arm", "category")
    assert of(seen, "arm").value_labels == {"1": "Usual", "2": "New"}
    assert of(seen, "smokes").missing == ("8", "9")
    assert of(seen, "smokes").value_labels == {"0": "No", "1": "Yes"}
    assert of(seen, "seen").kind == "date"
    assert of(seen, "weight").cells == ["70.5", "0.1", None, "80"]


def test_stata_has_labels(tmp_path):
    path = tmp_path / "a.dta"
    pyreadstat.write_dta(VALUES, path, column_labels=TITLES, variable_value_labels=LABELS)
    seen = see(path)
    assert of(seen, "weight").label == "Weight in kg"
    assert of(seen, "arm").value_labels == {"1": "Usual", "2": "New"}
    assert of(seen, "seen").kind == "date"


def test_sas_transport(tmp_path):
    path = tmp_path / "a.xpt"
    pyreadstat.write_xport(VALUES, path, column_labels=TITLES, file_format_version=5)
    seen = see(path)
    assert of(seen, "weight").label == "Weight in kg"
    assert of(seen, "seen").cells == ["2004-05-06", None, "2004-12-31", None]


def test_a_data_set_of_sas(tmp_path):
    path = tmp_path / "a.sas7bdat"
    columns = {"ID": ["P1", "P2"], "AGE": [71, None], "SEEN": [16196, None], "SITE": [7, 12]}
    write_sas7bdat(path, columns, {"SEEN": "DATE9.", "SITE": "Z3."})
    seen = see(path)
    assert (of(seen, "AGE").cells, of(seen, "AGE").label) == (["71", None], "Label of AGE")
    assert (of(seen, "SEEN").cells, of(seen, "SEEN").kind) == (["2004-05-05", None], "date")
    assert of(seen, "SITE").cells == ["007", "012"]
    # SAS tells no capital from a small letter.
    spec = {"name": "a", "label": path.name, "known": ["age"]}
    assert read_export(spec, [str(path)]).rows["age"].tolist() == ["71", ""]


def test_r_has_frames_by_name(tmp_path):
    rdata = pytest.importorskip("rdata")
    frame = pd.DataFrame({"id": pd.Series(["P1", "P2"], dtype=object), "age": [70.5, 71.0]})
    frame.columns = pd.Index(["id", "age"], dtype=object)
    rdata.write_rds(tmp_path / "a.rds", frame)
    assert of(see(tmp_path / "a.rds"), "age").cells == ["70.5", "71"]
    rdata.write_rda(tmp_path / "b.rda", {"people": frame, "visits": frame.assign(x=[1.0, 2.0])})
    one, two = see_files([tmp_path / "b.rda"])
    assert (one.export, two.export) == ({"sheet": "people"}, {"sheet": "visits"})
    assert of(two, "x").cells == ["1", "2"]
    same_in_a_run(two)
    rdata.write_rda(tmp_path / "c.rda", {"people": frame})
    assert see(tmp_path / "c.rda").export == {}


# Survey programs.

QUALTRICS = """StartDate,ResponseId,RecipientEmail,Q1,Q2
Start Date,Response ID,Recipient Email,<b>How often?</b>,Group
"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""e""}","{""ImportId"":""Q1""}","{""ImportId"":""Q2""}"
2024-05-01 10:00:00,R_1,a@b.org,Often,1
2024-05-02 10:00:00,R_2,c@d.org,Never,2
"""


def test_qualtrics_is_known_by_its_import_ids(tmp_path):
    seen = see(text(tmp_path, QUALTRICS))
    assert seen.export == {"format": "qualtrics"}
    assert (of(seen, "Q1").label, of(seen, "Q1").cells) == ("How often?", ["Often", "Never"])
    assert "e-mail" in of(seen, "RecipientEmail").identifies
    assert of(seen, "Q2").identifies == ""


def test_limesurvey_is_known_by_its_codes(tmp_path):
    seen = see(
        text(
            tmp_path,
            '"id. Response ID","submitdate. Date submitted","ipaddr. IP","Q1[SQ001]. How often?"\n'
            '"1","2024-05-01 10:00:00","10.0.0.1","A1"\n'
            '"2","2024-05-02 10:00:00","10.0.0.2","N/A"\n',
        )
    )
    assert seen.export == {"format": "limesurvey"}
    assert of(seen, "Q1[SQ001]").label == "How often?"
    assert of(seen, "Q1[SQ001]").missing == ("N/A",)
    assert of(seen, "ipaddr").identifies
    assert of(seen, "id").cells == ["1", "2"]


def test_limesurvey_vv_has_the_codes_in_its_second_line(tmp_path):
    rows = ["Response ID\tDate submitted\tLast page\tHow often?", "id\tsubmitdate\tlastpage\tQ1"]
    rows += ["1\t2024-05-01\t3\tA1", "2\t2024-05-02\t3\t{question_not_shown}"]
    seen = see(text(tmp_path, "\n".join(rows) + "\n"))
    assert seen.export == {"format": "limesurvey", "delimiter": "\t"}
    assert (of(seen, "Q1").label, of(seen, "Q1").cells) == ("How often?", ["A1", None])


# REDCap.

DICTIONARY = (
    '"Variable / Field Name","Form Name","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels","Field Note",'
    '"Text Validation Type OR Show Slider Number","Identifier?"\n'
    "record_id,base,text,Record,,,,\n"
    "full_name,base,text,Name,,,,y\n"
    "mail,base,text,E-mail,,,email,\n"
    'sex,base,radio,Sex,"1, Female | 2, Male",,,\n'
    'gym,base,checkbox,Days,"0, Monday | 1, Tuesday",,,\n'
    "weight,base,text,Weight,,kg,number,\n"
    "seen,base,text,Seen on,,YYYY-MM-DD,date_dmy,\n"
    "bmi,base,calc,BMI,[weight]/4,kg/m²,,\n"
    "well,base,yesno,Well?,,,,\n"
)
RAW = (
    "record_id,redcap_event_name,full_name,mail,sex,gym___0,gym___1,weight,seen,bmi,well,base_complete\n"
    "1,start_arm_1,Ann,a@b.org,1,1,0,70.5,2024-05-01,20.1,1,2\n"
    "2,start_arm_1,Bea,b@b.org,2,0,1,71.5,2024-05-02,21.1,0,2\n"
)


def test_redcap_with_its_dictionary(tmp_path):
    data = text(tmp_path, RAW, "data.csv")
    (tmp_path / "other").mkdir()
    dictionary = text(tmp_path / "other", DICTIONARY, "fields.csv")
    seen = see(data, redcap=dictionary)
    assert seen.export == {"format": "redcap", "dictionary": str(dictionary)}
    assert of(seen, "sex").value_labels == {"1": "Female", "2": "Male"}
    assert of(seen, "gym___1").label == "Days: Tuesday"
    assert [
        of(seen, name).kind for name in ("sex", "gym___0", "weight", "seen", "bmi", "well")
    ] == [*("category", "boolean", "number", "date", "number", "boolean")]
    assert [of(seen, name).unit for name in ("weight", "bmi", "seen")] == ["kg", "kg/m²", ""]
    assert "identifier" in of(seen, "full_name").identifies
    assert "e-mail" in of(seen, "mail").identifies
    assert of(seen, "base_complete").value_labels["2"] == "Complete"
    assert any("longitudinal" in note and "1 events" in note for note in seen.notes)


def test_a_dictionary_among_the_files_or_beside_the_data_is_used(tmp_path):
    data = text(tmp_path, RAW, "data.csv")
    dictionary = text(tmp_path, DICTIONARY, "fields.csv")
    events = text(tmp_path, "event_name,arm_num,unique_event_name\nStart,1,start_arm_1\n", "ev.csv")
    named = see(data, dictionary, events)
    assert named.export["events"] == str(events)
    assert not any("beside" in note for note in named.notes)
    found = see(data)
    assert found.export == named.export
    assert any("fields.csv lies beside the file, fits it, and is used" in n for n in found.notes)


def test_redcap_without_a_dictionary_asks_for_it(tmp_path):
    seen = see(text(tmp_path, RAW, "data.csv"))
    assert seen.export == {"format": "redcap"}
    assert any("--redcap" in note for note in seen.notes)
    plain = RAW.replace("redcap_event_name,", "").replace("start_arm_1,", "")
    seen = see(text(tmp_path, plain, "data.csv"))
    assert seen.export == {}
    assert any("looks like an export of REDCap" in note for note in seen.notes)


def test_a_redcap_export_with_labels_is_told_and_not_checked_against_codes(tmp_path):
    dictionary = text(tmp_path, DICTIONARY, "fields.csv")
    cells = RAW.replace("a@b.org,1,", "a@b.org,Female,").replace("b@b.org,2,", "b@b.org,Male,")
    cells = cells.replace(",1,2\n", ",Yes,Complete\n").replace(",0,2\n", ",No,Complete\n")
    seen = see(text(tmp_path, cells, "data.csv"), redcap=dictionary)
    assert seen.export == {}
    assert (of(seen, "sex").kind, of(seen, "sex").value_labels) == ("category", {})
    assert any("labels of choices" in note for note in seen.notes)
    header = "Record,Name,E-mail,Sex,Weight,Seen on,Well?\n1,Ann,a@b.org,Female,70,2024-05-01,Yes\n"
    seen = see(text(tmp_path, header, "data.csv"), redcap=dictionary)
    assert seen.export == {}
    assert of(seen, "Name").identifies
    assert (of(seen, "Weight").unit, of(seen, "Sex").kind) == ("kg", "category")


def test_a_dictionary_of_another_file_is_said(tmp_path):
    (tmp_path / "other").mkdir()
    dictionary = text(tmp_path / "other", DICTIONARY, "fields.csv")
    seen = see(text(tmp_path, "id,arm,age\n" + ROWS), redcap=dictionary)
    assert seen.export == {}
    assert any("fields.csv was named as a dictionary" in note for note in seen.notes)


def test_what_is_no_dictionary_is_refused(tmp_path):
    with pytest.raises(StudyError, match="lacks the column"):
        see_files([text(tmp_path, RAW, "d.csv")], text(tmp_path, "a,b\n1,2\n", "e.csv"))
    with pytest.raises(StudyError, match="No file with rows"):
        see_files([text(tmp_path, DICTIONARY, "e.csv")])


# ODK and KoboToolbox.

SURVEY = [
    ["type", "name", "label::English (en)", "label::Deutsch"],
    ["start", "start", None, None],
    ["begin group", "base", "Base", "Basis"],
    ["select_one yes_no", "smokes", "Smokes?", "Raucht?"],
    ["select_multiple days", "gym", "Gym on", "Turnen am"],
    ["integer", "age", "Age", "Alter"],
    ["geopoint", "home", "Home", "Zuhause"],
    ["end group", None, None, None],
    ["date", "seen", "Seen on", "Gesehen"],
    ["note", "thanks", "Thanks", "Danke"],
]
CHOICES = [
    ["list_name", "name", "label::English (en)"],
    ["yes_no", 1, "Yes"],
    ["yes_no", 0, "No"],
    ["days", "mon", "Monday"],
    ["days", "tue", "Tuesday"],
]


@pytest.mark.parametrize("sign", ["/", "-", ""])
def test_odk_and_kobo_with_their_form(sign, tmp_path):
    path, book = workbook(tmp_path, survey=SURVEY, choices=CHOICES, settings=[["form_id"], ["x"]])
    book.save(path)
    group = f"base{sign}" if sign else ""
    asked = ("smokes", "gym", "gym/mon", "gym/tue", "age", "home")
    head = ",".join(["start", *(f"{group}{name}" for name in asked), "seen", "_uuid"])
    rows = "\n2024-05-01T10:00:00,1,mon tue,1,1,70,1 2 0 0,2024-05-01,u1\n"
    rows += "2024-05-02T10:00:00,0,tue,0,1,71,1 2 0 0,2024-05-02,u2\n"
    data = text(tmp_path, head + rows, "kobo.csv")
    for seen in (see(data), see(data, path)):
        assert of(seen, f"{group}smokes").value_labels == {"1": "Yes", "0": "No"}
        assert of(seen, f"{group}smokes").label == "Smokes?"
        assert of(seen, f"{group}gym/tue").label == "Gym on: Tuesday"
        assert of(seen, f"{group}gym/tue").kind == "boolean"
        assert of(seen, f"{group}age").kind == "integer"
        assert "place" in of(seen, f"{group}home").identifies
        assert of(seen, "seen").kind == "date"


def test_an_export_of_kobo_with_labels_is_known_by_the_labels(tmp_path):
    path, book = workbook(tmp_path, survey=SURVEY, choices=CHOICES)
    book.save(path)
    head = "Smokes?,Age,Gym on,Home,Seen on,_uuid\n"
    seen = see(text(tmp_path, head + "Yes,70,Monday,1 2,2024-05-01,u\nNo,71,,1 2,2024-05-02,v\n"))
    assert (seen.column("Smokes?").kind, seen.column("Smokes?").value_labels) == ("category", {})
    assert seen.column("Age").kind == "integer"
    assert seen.column("Home").identifies


def test_odk_without_its_form_asks_for_it(tmp_path):
    seen = see(text(tmp_path, "base/age,_uuid,_submission_time\n1,u,2024-05-01\n2,v,2024-05-01\n"))
    assert any("Name the form (.xlsx) too" in note for note in seen.notes)
