"""The written study: valid by the project's own check, the same each time, and nothing guessed."""

from __future__ import annotations

import argparse
import csv
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from tests.trialtrail.new_study.messy_spreadsheet import write_messy
from trialtrail.cli import main, parser
from trialtrail.configuration import Study
from trialtrail.errors import StudyError
from trialtrail.new_study.command import write_study
from trialtrail.new_study.writing.written import TO_CHECK, lines_to_check

ROOT = Path(__file__).resolve().parents[3]
STUDIES = ROOT / "tests" / "studies"
GERMAN = ("--arm", "Gruppe", "--reference", "Placebo", "--primary", "Schmerz")


def options(*words: object) -> argparse.Namespace:
    """Return the options of the command."""
    return parser().parse_args(["new", *map(str, words)])


def made(folder: Path, *words: object) -> dict:
    """Write a study into a folder, check it, and return it."""
    write_study(options(*words, "--out", folder))
    return read(folder)


def read(folder: Path) -> dict:
    """Return the study of a folder, written out by the project's own reader."""
    file = folder / "study.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Study(config, file).config


def variables(config: dict) -> dict[str, dict]:
    """Return the variables of all forms, by their column."""
    return {v["column"]: v for form in config["forms"].values() for v in form["variables"]}


def table(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    """Write a CSV file and return its path."""
    with open(path, "w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([header, *rows])
    return path


def small(path: Path, **more: list[str]) -> Path:
    """Write a file of 20 participants with an arm, an age, a score and the columns of ``more``."""
    header = ["id", "arm", "age", "score", *more]
    rows = [
        [
            f"P{n}",
            "AB"[n % 2],
            str(30 + 2 * n),
            str(100 + 7 * n),
            *(of[n // 2 % len(of)] for of in more.values()),
        ]
        for n in range(20)
    ]
    return table(path, header, rows)


SMALL = ("--arm", "arm", "--reference", "A", "--primary", "score")


def test_the_messy_spreadsheet_is_understood(tmp_path):
    config = made(tmp_path, write_messy(tmp_path / "schmerz.csv"), *GERMAN)
    export = config["exports"]["schmerz"]
    assert export["decimal"] == ","
    assert export["dates"] == "%d.%m.%Y"
    assert export["header_row"] == 2
    assert export["ignore"][-1] == "leer"
    assert config["missing"] == ["", "k.A."]
    source = config["tables"]["participants"]["sources"][0]
    assert source["codes"]["arm"] == {"Placebo": "placebo", "Verum": "verum", "verum": "verum"}
    assert source["where"] == {"Gruppe": ["Placebo", "Verum"]}  # without the row of sums
    assert [arm["id"] for arm in config["study"]["arms"]] == ["placebo", "verum"]
    found = variables(config)
    assert found["Größe [cm]"]["unit"] == "cm"
    assert found["Gewicht"]["missing"] == ["-99"]
    yes, no = dict.fromkeys(("ja", "j", "J"), True), dict.fromkeys(("nein", "n", "N"), False)
    assert found["Raucher (j/n)"]["codes"] == yes | no
    assert {"Labor", "Labor (2)"} <= set(found)
    outcome = config["analysis"]["outcomes"][0]
    assert next(each["form"] for each in outcome["measured"]) == "baseline"


def test_the_file_is_the_same_each_time_and_says_where_to_look(tmp_path):
    texts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        file = write_messy(tmp_path / name / "schmerz.csv")
        told = write_study(options(file, *GERMAN))
        text = (file.parent / "study.yaml").read_text(encoding="utf-8")
        lines = text.splitlines()
        assert all(TO_CHECK in lines[number - 1] for number in lines_to_check(text))
        assert f"to check: {len(lines_to_check(text))} places" in told
        assert lines[0].startswith("# yaml-language-server: $schema=")
        texts.append(text)
    assert texts[0] == texts[1]


def test_no_participants_value_is_told(tmp_path):
    told = write_study(options(write_messy(tmp_path / "schmerz.csv"), *GERMAN))
    assert "P001" not in told
    assert "Bus" not in told
    assert "Placebo 44, Verum 46" in told
    assert str(tmp_path / "study.yaml") in told


def test_a_study_that_is_there_is_not_overwritten(tmp_path):
    file = small(tmp_path / "trial.csv")
    (tmp_path / "study.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="nothing overwrites it"):
        write_study(options(file, *SMALL))
    assert (tmp_path / "study.yaml").read_text(encoding="utf-8") == "mine"
    write_study(options(file, *SMALL, "--out", tmp_path / "other.yaml"))
    assert (tmp_path / "other.yaml").exists()


@pytest.mark.parametrize("lacking", ["--arm", "--reference", "--primary"])
def test_without_a_terminal_what_is_lacking_is_told_and_nothing_is_written(tmp_path, lacking):
    file = small(tmp_path / "trial.csv")
    place = SMALL.index(lacking)
    words = [*SMALL[:place], *SMALL[place + 2 :]]
    if lacking == "--arm":
        words = words[2:]  # a reference of no column
    with pytest.raises(StudyError, match=f"(?s)are missing.*{lacking}"):
        write_study(options(file, *words))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["trial.csv"]


@pytest.mark.parametrize(
    "wrong", [("--arm", "age"), ("--reference", "C"), ("--primary", "arm"), ("--id", "none such")]
)
def test_an_option_that_names_nothing_is_refused(tmp_path, wrong):
    words = dict(zip(SMALL[::2], SMALL[1::2], strict=True)) | dict([wrong])
    with pytest.raises(StudyError, match=wrong[0]):
        write_study(
            options(small(tmp_path / "trial.csv"), *(w for pair in words.items() for w in pair))
        )
    assert not (tmp_path / "study.yaml").exists()


def test_headings_that_yaml_reads_otherwise_are_quoted(tmp_path):
    odd = {
        'yes: "no" #1': ["1.5", "2.5"],
        "no": ["x", "y"],
        "12:30": ["3.5", "4.1"],
        "{a}, [b]": ["u", "w"],
    }
    odd |= {
        "'": ["k", "l"],
        "null": ["g", "h"],
        "  wide\u00a0heading ": ["6.1", "7.2"],
        "0x1F": ["m", "n"],
    }
    file = small(tmp_path / "trial.csv", **odd)
    assert {"no", "12:30", "{a}, [b]", "null", "0x1F"} <= set(
        variables(made(tmp_path, file, *SMALL))
    )


def test_codes_that_yaml_reads_otherwise_are_quoted(tmp_path):
    more = {"c": ["no", "on", "~"], "d": ["1e3", "0x10", "010"], "e": ["#a", "b: c", "- d"]}
    config = made(tmp_path, small(tmp_path / "trial.csv", **more), *SMALL)
    assert set(variables(config)["c"]["codes"]) == {"no", "on", "~"}
    assert set(variables(config)["e"]["codes"]) == {"#a", "b: c", "- d"}


def test_every_column_is_used_or_ignored(tmp_path):
    more = {"e-mail": ["a@b.example", "c@d.example"], "same": ["1"], "blank": [""]}
    config = made(tmp_path, small(tmp_path / "trial.csv", **more), *SMALL)
    assert set(config["exports"]["trial"]["ignore"]) == {"e-mail", "same", "blank"}


def test_the_outcome_is_no_variable_of_the_baseline(tmp_path):
    config = made(tmp_path, small(tmp_path / "trial.csv", later=["1.5", "3.5"]), *SMALL)
    forms = {v["column"]: name for name, form in config["forms"].items() for v in form["variables"]}
    assert forms == {"age": "baseline", "score": "follow_up", "later": "time_not_known"}
    assert [name for name, form in config["forms"].items() if form.get("visit") is False] == [
        "time_not_known"
    ]


def test_a_participant_without_an_arm_or_twice_is_foreseen(tmp_path):
    file = small(tmp_path / "trial.csv")
    lines = file.read_text(encoding="utf-8").splitlines()
    lines += [lines[3], "P98,,44,120", "P99,A,forty,121"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    actions = made(tmp_path, file, *SMALL)["validation"]["actions"]
    assert actions == {"type": "set_aside", "arm": "set_aside", "key": "set_aside"}


def test_an_outcome_of_two_words_needs_its_event(tmp_path):
    file = small(tmp_path / "trial.csv", healed=["open", "closed", "closed"])
    words = ("--arm", "arm", "--reference", "B", "--primary", "healed")
    with pytest.raises(StudyError, match="--event"):
        write_study(options(file, *words))
    config = made(tmp_path, file, *words, "--event", "closed")
    assert variables(config)["healed"]["codes"] == {"closed": True, "open": False}
    assert config["analysis"]["outcomes"][0]["kind"] == "binary"


def test_without_ids_the_number_of_the_row_names_the_participants(tmp_path):
    rows = [["AB"[n % 2], str(40 + n % 5), str(9 * n % 7)] for n in range(20)]
    file = table(tmp_path / "trial.csv", ["arm", "age", "score"], rows)
    config = made(tmp_path, file, *SMALL, "--id", "(row)")
    assert config["tables"]["participants"]["sources"][0]["columns"]["participant_id"] == "(row)"


@pytest.mark.parametrize("page", ["README.md", "docs/first-study.md"])
def test_the_command_of_the_pages_writes_a_study(tmp_path, monkeypatch, page, capsys):
    block = (
        (ROOT / page).read_text(encoding="utf-8").split("<!-- new -->\n```sh\n")[1].split("```")[0]
    )
    (tmp_path / "my-study").mkdir()
    shutil.copytree(STUDIES / "balance" / "data", tmp_path / "my-study" / "data")
    monkeypatch.chdir(tmp_path)
    for command in block.strip().splitlines():
        assert main(shlex.split(command)[1:]) == 0
    assert "next: trialtrail run my-study/study.yaml" in capsys.readouterr().out
    config = read(tmp_path / "my-study")
    assert config["exports"]["trial"]["file"] == "data/trial.csv"
    assert (
        next(each["form"] for each in config["analysis"]["outcomes"][0]["measured"]) == "baseline"
    )


def test_two_files_are_joined_and_a_third_that_has_no_ids_is_not_used(tmp_path):
    people, visits = (
        STUDIES / "repeated_long/data" / name for name in ("people.csv", "visits.csv")
    )
    other = table(tmp_path / "other.csv", ["ward", "beds"], [["W1", "20"], ["W2", "30"]])
    words = ("--arm", "arm", "--reference", "A", "--primary", "score", "--timepoint", "W12")
    config = made(tmp_path, people, visits, other, *words)
    assert set(config["exports"]) == {"people", "visits"}
    outcome = config["analysis"]["outcomes"][0]
    assert outcome["at"] in {form["timepoint"] for form in config["forms"].values()}
    assert len(outcome["measured"]) == 4  # the baseline of the first file and three visits
    assert "(other.csv) is not used" in (tmp_path / "study.yaml").read_text(encoding="utf-8")


def test_a_project_of_redcap_gives_a_form_an_instrument_and_event(tmp_path):
    data = STUDIES / "redcap" / "data"
    words = (
        "--redcap",
        data / "dictionary.csv",
        "--arm",
        "allocation",
        "--reference",
        "0",
        "--primary",
        "walk_s",
    )
    config = made(tmp_path, data / "records.csv", *words)
    assert {"history", "visit_enrolment", "visit_month_6", "falls"} <= set(config["forms"])
    assert "allocation" not in variables(config)
    measured = config["analysis"]["outcomes"][0]["measured"]
    assert [each["form"] for each in measured] == ["visit_enrolment", "visit_month_6"]
    assert [arm["label"] for arm in config["study"]["arms"]] == ["Leaflet", "Coaching"]
