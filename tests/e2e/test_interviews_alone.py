"""A qualitative study, no trial: its report, its trail, and what is refused of it."""

from __future__ import annotations

import csv
import importlib.util
import re
import shutil
from pathlib import Path

import pytest
from lxml import html

from trialtrail import cli

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ROOT / "tests" / "studies"
STUDY = STUDIES / "interviews_alone" / "study.yaml"
OF_TRIALS = re.compile(
    r"\b(arms?|randomis\w+|allocat\w+|baseline|harms?|providers?|outcomes?|uptake)\b", re.IGNORECASE
)


def program():
    """Return the program that writes the study."""
    path = STUDIES / "make_interviews_alone.py"
    spec = importlib.util.spec_from_file_location("make_interviews_alone", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(tmp_path_factory, workflow):
    """Return the finished run."""
    found = workflow(tmp_path_factory.mktemp("interviews_alone"), config=STUDY)
    assert found.exit_code == 0, found.said
    return found


@pytest.fixture(scope="module")
def uncoded(tmp_path_factory, workflow):
    """Return the run of the same study before anybody has coded."""
    folder = tmp_path_factory.mktemp("uncoded")
    shutil.copytree(STUDY.parent, folder / "study")
    for name in ("ada", "ben", "cem", "quotations"):
        path = folder / "study" / "data" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    (folder / "run").mkdir()
    study = folder / "study" / "study.yaml"
    found = workflow(folder / "run", "results/report/report.html", config=study)
    assert found.exit_code == 0, found.said
    return found


def test_before_anybody_has_coded_the_report_says_nothing_that_rests_on_codes(uncoded):
    page = html.document_fromstring(
        (uncoded.results / "report" / "report.html").read_text(encoding="utf-8")
    )
    said = " ".join(page.find("body").text_content().split())
    assert "How far coders agree cannot be measured" in said
    assert "Nothing was found, and nothing can rest on anybody." in said
    for claim in ("nothing rests on one person", "of the coders was measured", "is measured;"):
        assert claim not in said
    assert {row["codes"] for row in uncoded.table("saturation")} == {"0"}


def said_by(capsys, *words: str) -> str:
    cli.main([*words])
    return capsys.readouterr().out


def test_the_data_are_what_their_program_writes():
    for name, content in program().all_files().items():
        assert (STUDY.parent / name).read_bytes() == content, name


def test_nothing_of_a_trial_is_made(made):
    results = made.results
    for name in ("adam", "ard", "analyses", "figures/flow_chart.svg", "datasets/participants.csv"):
        assert not (results / name).exists(), name
    assert {row["table"] for row in made.table("summaries")} == {
        *("codes", "codes_people", "codes_of_all_coders", "passages", "qualitative_facts")
    }


def test_the_report_says_nothing_of_a_trial(made):
    page = (made.results / "report" / "report.html").read_text(encoding="utf-8")
    body = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", body)
    assert OF_TRIALS.findall(text) == []
    (lacks,) = html.document_fromstring(page).xpath("//section[@id='absent']")
    assert [line.text_content().strip() for line in lacks.xpath(".//li")] == [
        "A register of interviews: who was interviewed, of how many invited, is not known."
    ]
    assert (made.results / "report" / "report.pdf").stat().st_size > 10_000


def test_every_coding_is_used_but_the_repeated_one(made):
    study = program()
    with open(made.results / "datasets" / "segments.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    used = {(each["coder"], each["document"], each["code"], each["text"]) for each in rows}
    given = {(coder, *each) for coder, own in study.CODINGS.items() for each in own}
    assert used == given
    assert len(rows) == len(given)
    assert {each["verbatim"] for each in rows} == {"True"}
    units = {(each["coder"], each["unit"]) for each in rows if each["document"] == "ringer_1"}
    assert units == {("ada", "code points"), ("ben", "utf-16"), ("cem", "words")}
    (query,) = made.table("query_counts")
    assert (query["rule"], query["severity"], query["n"]) == ("kept_once", "note", "1")


def test_a_code_counts_with_those_below_it(made):
    study = program()
    parents = {code: parent for code, _, parent, _ in study.CODEBOOK}

    def above(code):
        return [code, *(above(parents[code]) if parents[code] else [])]

    codes = made.by_row("codes")
    for code in parents:
        where = {
            document
            for own in study.CODINGS.values()
            for document, given, _ in own
            if code in above(given)
        }
        row = codes[".".join(reversed(above(code)))]
        assert (int(row["n"]), int(row["denominator"]), row["percent"]) == (len(where), 6, "")


def test_a_count_and_a_quotation_lead_to_the_raw_files(made, monkeypatch, capsys):
    monkeypatch.chdir(made.folder)
    assert "all is whole" in said_by(capsys, "verify")
    count = said_by(capsys, "trace", "tables/summaries.csv#codes.body.rope/n")
    for file in ("ada.csv", "ben.csv", "codebook.csv", "ringer_1.docx"):
        assert file in count
    assert "cem.csv: 1 record, line 2" in count
    words = said_by(capsys, "trace", "tables/quotations.csv#q1/text")
    assert "quotations.csv: 1 record, line 2" in words
    assert "ringer_2.txt" in words
    start = said_by(capsys, "trace", "datasets/segments.csv#ringer_3.hearing.ben.84.120/start")
    assert "ben.csv, line 7: end, selected, start" in start


def test_what_is_of_a_trial_alone_is_refused(made, workflow, monkeypatch, capsys):
    for target in ("plan", "power", "simulate"):
        found = workflow(made.folder, target, config=STUDY)
        assert found.exit_code != 0
        assert "is of a trial, and this study has no arms" in found.said
        assert "Traceback" not in found.said
    monkeypatch.chdir(made.folder)
    commands = (
        ["blind", "--key", "key", "--into", "blind", "--configfile", str(STUDY)],
        ["plan", "lock", "--by", "x", "--why", "y", "--configfile", str(STUDY)],
        ["editions", "--into", "editions", "--by", "x", "--why", "y"],
    )
    for command in commands:
        assert cli.main(command) != 0
        said = capsys.readouterr()
        assert "is of a trial, and this study has no arms" in said.out + said.err
