"""A study compared with newer files: what came, went or changed, and no value of a participant."""

import argparse
import subprocess
import sys

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import yaml
from small_trial import CONFIG, HEADER, write_study

from trialtrail import ROOT
from trialtrail.errors import StudyError
from trialtrail.new_study.comparing.changes import same, shape
from trialtrail.new_study.comparing.compare import add_arguments, command, compare

STUDIES = ["balance", "counts", "factorial", "harms", "repeated_long", "three_arms", "wards"]
EXPORT = CONFIG["exports"]["trial"]


def rows(count=20):
    """Return rows of the small trial as CSV has them."""
    out = []
    for n in range(1, count + 1):
        arm, sex = "AB"[n % 2], "FM"[n // 2 % 2]
        out.append([f"P{n:02}", arm, f"{n:02}.03.2024", str(60 + n), sex, f"9.{n % 9}"])
        out[-1] += [f"8.{n % 7}", f"{n:02}.03.2025"]
    return out


def written(path, data, header=HEADER, delimiter=";"):
    lines = [delimiter.join(cells) for cells in [header, *data]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def study(tmp_path):
    """Return the small trial with twenty participants."""
    file = write_study(tmp_path)
    written(tmp_path / EXPORT["file"], rows())
    return file


@pytest.fixture
def told(study, tmp_path):
    """Return a function that writes a newer file and gives what is told of it."""

    def tell(data, header=HEADER, delimiter=";"):
        (tmp_path / "new").mkdir(exist_ok=True)
        newer = written(tmp_path / "new" / "trial.csv", data, header, delimiter)
        lines, many = compare(study, [newer])
        return "\n".join(lines), many

    return tell


def changed(data, column, cells):
    """Put cells into the first rows of a column."""
    place = HEADER.index(column)
    for row, cell in zip(data, cells, strict=False):
        row[place] = cell
    return data


def line_of(study, text):
    lines = study.read_text(encoding="utf-8").splitlines()
    return next(f"line {n}," for n, line in enumerate(lines, start=1) if text in line)


def test_a_file_that_only_grew_has_no_difference(told):
    text, many = told(rows(24))
    assert "20 rows, now 24 (4 more)" in text
    assert many == 0
    assert "study.yaml fits: nothing has to be changed." in text


def test_lost_rows_and_participants_are_counted_and_not_named(told):
    text, many = told(rows(17))
    assert many == 2
    assert "The file has 3 rows fewer" in text
    assert "3 participants of before are not in the file" in text
    assert "P18" not in text


def test_a_column_that_went_and_the_one_that_came_are_told_with_the_line(told, study):
    header = ["walk_12" if name == "walk12" else name for name in HEADER] + ["pain"]
    text, many = told([[*row, "3"] for row in rows()], header)
    assert "The column walk12 is gone; perhaps it is now called walk_12" in text
    assert "write `walk_12`" in text
    assert "twelve_months.walk_after_s" in text
    assert "2 columns are new: walk_12, pain" in text
    assert many == 2
    lines = study.read_text(encoding="utf-8").splitlines()
    place = next(n for n, line in enumerate(lines, start=1) if "walk12" in line)
    near = [f"line {n}," for n in range(place - 3, place + 4)]
    assert any(each in text for each in near)


def test_a_code_in_enough_rows_is_named_and_a_rare_one_is_only_counted(told):
    text, many = told(changed(rows(), "sex", ["D"] * 6 + ["Smith, Ann"]))
    assert many == 1
    assert "The column sex has 1 code `D` and 1 other code (in fewer than 5 rows" in text
    assert "Smith" not in text
    assert "(baseline.sex)" in text


@pytest.mark.parametrize("cell", ["a@b.org", "0171 2345678", "She told me that it went well"])
def test_what_may_be_a_value_of_a_person_is_not_named_however_often_it_stands(told, cell):
    text, many = told(changed(rows(), "sex", [cell] * 9))
    assert many == 1
    assert cell not in text


def test_codes_that_went_are_those_of_the_study(told):
    text, many = told(changed(rows(), "sex", ["F"] * 20))
    assert "1 code of the column sex occurs no more: M" in text
    assert many == 1


def test_other_spellings_of_a_code_are_no_new_ones(told):
    assert told(changed(rows(), "sex", ["f", " M ", "F"]))[1] == 0
    assert same("1.0") == same("01") == same("1") != same("-1")


def test_an_arm_that_nobody_knows_is_told(told):
    text, many = told(changed(rows(), "arm", ["C"] * 5))
    assert "The column arm has 1 code `C`" in text
    assert "participants.arm" in text
    assert many == 1


def test_a_number_column_with_text_is_told_and_the_text_is_not(told):
    text, many = told(changed(rows(), "walk12", ["refused", "n/a", "9,5 s"]))
    assert "3 cells of walk12 hold no number" in text
    assert "refused" not in text
    assert "(twelve_months.walk_after_s)" in text
    assert many >= 1


def test_decimals_in_a_column_of_whole_numbers(told):
    text, _ = told(changed(rows(), "age", ["70.5", "71.0", "1.050"]))
    assert "1 cell of age holds a number with decimals" in text


def test_another_decimal_sign_is_told(told):
    data = rows()
    text, many = told(changed(data, "walk12", [row[6].replace(".", ",") for row in data]))
    assert "The decimal sign of walk12 is `,`, and was `.`" in text
    assert many == 1


def test_a_new_form_of_dates_is_told_by_its_shape(told):
    text, _ = told(changed(rows(), "allocated", ["2024-03-01", "1 Mar 2024"]))
    assert "2 cells of allocated have the form 99 A 9999, 9999-99-99" in text
    assert "and not that of `dates`: %d.%m.%Y" in text
    assert "2024-03-01" not in text
    assert told(changed(rows(), "allocated", ["1.3.2024", "01.03.2024 10:15"]))[1] == 0
    assert shape("Mary Smith, the younger of the two") == "A A, A A A A A"


def test_without_dates_in_the_study_the_file_of_before_says_the_form(tmp_path):
    def bare(config):
        del config["exports"]["trial"]["dates"]

    file = write_study(tmp_path, change=bare)
    written(tmp_path / EXPORT["file"], rows())
    (tmp_path / "n").mkdir()
    newer = written(tmp_path / "n" / "trial.csv", changed(rows(), "seen12", ["2024-03-01"]))
    text = "\n".join(compare(file, [newer])[0])
    assert "1 cell of seen12 has the form 9999-99-99 and before 99.99.9999" in text


def test_another_delimiter_is_a_key_to_change(told, study):
    text, many = told(rows(), delimiter=",")
    assert "The delimiter of the file is ',', not ';'" in text
    assert 'write `delimiter: ","`' in text
    assert many == 1
    assert line_of(study, "trial:") in text


def test_another_encoding_is_a_key_to_change_also_where_any_would_do(tmp_path):
    def western(config):
        config["exports"]["trial"]["encoding"] = "cp1252"
        config["tables"]["participants"]["sources"][0]["columns"]["arm"] = "Größe"

    file = write_study(tmp_path, change=western)
    header = ["Größe" if name == "arm" else name for name in HEADER]
    written(tmp_path / EXPORT["file"], rows(), header)
    written(tmp_path / "trial.csv", rows(), header)
    (tmp_path / "w").mkdir()
    old = (tmp_path / "trial.csv").read_text(encoding="utf-8").encode("cp1252")
    (tmp_path / "w" / "trial.csv").write_bytes(old)
    assert compare(file, [tmp_path / "w" / "trial.csv"])[1] == 0
    lines, many = compare(file, [tmp_path / "trial.csv"])
    assert "The encoding of the file is 'utf-8', not 'cp1252'" in "\n".join(lines)
    assert many == 1


def test_one_thing_that_several_places_take_is_told_once(told):
    header = ["allocation" if name == "allocated" else name for name in HEADER]
    text, many = told(rows(), header)
    assert text.count("The column allocated is gone") == 1
    assert "participants.randomised_on" in text
    assert "baseline.completed_on" in text
    assert many == 2


def test_lines_of_another_width_are_counted(told):
    text, many = told([*rows(), ["P99", "A"]])
    assert "1 line has another number of cells" in text
    assert many == 1


def test_a_file_of_another_name_is_known_by_its_columns(study, tmp_path):
    newer = written(tmp_path / "export of May.csv", rows(22))
    lines, many = compare(study, [newer])
    assert "as the export trial" in lines[0]
    assert many == 0
    other = written(tmp_path / "other.csv", [["1", "2"]], ["x", "y"])
    with pytest.raises(StudyError, match="none of the study's"):
        compare(study, [other])
    with pytest.raises(StudyError, match="no such file"):
        compare(study, [tmp_path / "nothing.csv"])


def test_without_files_the_study_is_compared_with_its_own(study):
    lines, many = compare(study, [])
    assert (lines[0].rpartition(": ")[2], many) == ("20 rows", 0)


@pytest.mark.parametrize("name", STUDIES)
def test_a_shipped_study_fits_its_own_files(name):
    assert compare(ROOT / "tests/studies" / name / "study.yaml", [])[1] == 0


def test_the_study_that_ships_fits_its_own_files():
    assert compare(ROOT / "config/config.yaml", [])[1] == 0


def test_a_study_that_no_run_takes_is_refused(tmp_path):
    for text in ("- a list", "tables: {participants: 3}", "exports: {a: {}}", "a: [1"):
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StudyError, match="cannot be compared"):
            compare(path, [])


def test_a_workbook_and_a_file_of_spss_are_read_by_their_readers(tmp_path):
    for ending in ("xlsx", "sav"):
        folder = tmp_path / ending
        (folder / "new").mkdir(parents=True)
        file = write_study(folder)
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
        config["exports"] = {"trial": {"file": f"trial.{ending}"}}
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        for name, many in (("", 20), ("new", 21)):
            frame = pd.DataFrame(rows(many), columns=HEADER)
            frame["age"] = frame["age"].astype(float)
            if name:
                frame.loc[:6, "sex"] = "X"
            if ending == "sav":
                pyreadstat.write_sav(frame, folder / name / "trial.sav")
            else:
                book = openpyxl.Workbook()
                for row in [list(HEADER), *frame.to_numpy().tolist()]:
                    book.active.append(row)
                book.save(folder / name / "trial.xlsx")
        lines, many = compare(file, [folder / "new" / f"trial.{ending}"])
        assert "20 rows, now 21 (1 more)" in lines[0]
        assert "1 code `X`" in "\n".join(lines)
        assert many == 1


LIGHT = """
import sys
for name in ("pandas", "numpy", "jsonschema", "openpyxl", "snakemake"):
    sys.modules[name] = None
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from trialtrail.errors import StudyError
from trialtrail.new_study.comparing.compare import compare
try:
    lines, many = compare(Path(sys.argv[2]), [Path(each) for each in sys.argv[3:]])
    print("\\n".join(lines))
except StudyError as error:
    print(error.text())
    sys.exit(2)
sys.exit(many > 0)
"""


def alone(*words):
    command_ = [sys.executable, "-c", LIGHT, str(ROOT / "src"), *map(str, words)]
    return subprocess.run(command_, capture_output=True, text=True, check=False)


def test_csv_is_compared_without_the_libraries_of_a_run(study, tmp_path):
    newer = written(tmp_path / "trial.csv", changed(rows(24), "sex", ["D"] * 6))
    done = alone(study, newer)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == compare(study, [newer])[0]


def test_other_files_ask_for_the_libraries_in_one_sentence(study, tmp_path):
    text = study.read_text(encoding="utf-8").replace("data/trial.csv", "trial.sav")
    study.write_text(text, encoding="utf-8")
    pyreadstat.write_sav(pd.DataFrame(rows(), columns=HEADER), tmp_path / "trial.sav")
    (tmp_path / "of May.sav").write_bytes((tmp_path / "trial.sav").read_bytes())
    for name in ("trial.sav", "of May.sav"):
        done = alone(study, tmp_path / name)
        assert done.returncode == 2
        assert "pip install 'trialtrail[run]'" in done.stdout
        assert "Traceback" not in done.stderr


def test_the_command_prints_and_says_by_its_code_whether_anything_differs(study, tmp_path, capsys):
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*")
    add_arguments(parser)
    newer = written(tmp_path / "trial.csv", rows(21), (*HEADER[:-1], "seen\x1b[2J"))
    assert command(parser.parse_args(["--check", str(study)])) == 0
    assert command(parser.parse_args([str(newer), "--check", str(study)])) == 1
    out = capsys.readouterr().out
    assert "nothing was changed." in out
    assert "\x1b" not in out
