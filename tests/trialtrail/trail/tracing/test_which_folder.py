"""A path in another results folder, or in a zip of one, is asked of that folder."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from trialtrail.cli import main

CELL = "results/tables/uptake.csv#any_visit/n"


@pytest.fixture
def ask(study, tmp_path, monkeypatch, capsys):
    """Return the function that asks from a place without results; a folder `other` lies there."""
    place = tmp_path / "place"
    shutil.copytree(study, place / "other")
    monkeypatch.chdir(place)

    def asked(*arguments: str) -> tuple[int, str, str]:
        code = main(["trace", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return asked


@pytest.mark.parametrize(
    "path",
    [
        "other/results/tables/uptake.csv#any_visit/n",
        "other/results#any_visit",
        "other#any_visit",
        "other/results/report/report.pdf#any_visit",
        "./other/results/../results/tables/uptake.csv#any_visit/n",
    ],
)
def test_the_folder_that_the_path_lies_in_is_asked_and_named(ask, path):
    code, told, _ = ask(path)
    assert code == 0
    assert told.startswith("In ")
    assert "other" in told.splitlines()[0]
    assert "data/log.csv  (raw)" in told


def test_an_absolute_path_and_a_raw_file_beside_the_results(ask):
    for path in (Path("other/data/log.csv").resolve().as_posix(), "other/data/log.csv"):
        code, told, _ = ask("--forward", path)
        assert code == 0
        assert "results/report/report.pdf" in told


def test_the_folder_that_is_asked_comes_before_the_one_of_this_place(ask, study):
    shutil.copytree("other/results", "results")
    Path("other/results/tables/uptake.csv").write_text("row,n\nany_visit,17\n")
    assert "  value  17\n" in ask("other/results/tables/uptake.csv#any_visit/n")[1]
    _, told, _ = ask(CELL)
    assert "  value  1\n" in told
    assert not told.startswith("In ")
    assert "  value  17\n" in ask("--results", "other/results", CELL)[1]


@pytest.mark.parametrize("top", ["", "handed on/"])
def test_a_zip_of_a_folder_is_asked_too(ask, top):
    with zipfile.ZipFile("all.zip", "w") as packed:
        for path in sorted(Path("other/results").rglob("*")):
            packed.write(path, f"{top}results/{path.relative_to('other/results').as_posix()}")
    for path in ("all.zip#any_visit", f"all.zip/{top}{CELL}"):
        code, told, _ = ask(path)
        assert code == 0
        assert told.startswith("In all.zip\n")
        assert "Not here, not checked: 2 raw files: data/log.csv, data/register.csv." in told
    answer = json.loads(ask("--json", "all.zip#any_visit")[1])
    assert (answer["results"], answer["asked"]) == ("all.zip", "any_visit")
    assert "tmp" not in json.dumps(answer["files"])


@pytest.mark.parametrize("folder", ["results", "results/lineage", "results/tables"])
def test_from_inside_a_results_folder_that_folder_is_asked(ask, monkeypatch, folder):
    monkeypatch.chdir(f"other/{folder}")
    paths = ["any_visit"] + (["uptake.csv#any_visit/n"] if folder.endswith("tables") else [])
    for path in paths:
        code, told, error = ask(path)
        assert code == 0, error
        assert told.startswith("In ")
        assert "data/log.csv  (raw)" in told


def test_a_zip_of_windows_is_read_as_well(ask):
    with zipfile.ZipFile("all.zip", "w") as packed:
        for path in sorted(Path("other/results").rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo("x")
                entry.filename = str(path.relative_to("other")).replace("/", "\\")
                packed.writestr(entry, path.read_bytes())
        entry.filename = "..\\..\\out.txt"
        packed.writestr(entry, "x")
    code, told, error = ask("all.zip#any_visit")
    assert code == 0, error
    assert told.startswith("In all.zip\n")
    assert not list(Path.cwd().parent.glob("out.txt"))


def test_messages_say_which_folder_was_asked(ask):
    Path("empty.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    Path("none.zip").write_text("no zip")
    for path, words in (
        ("other/results/tables/uptaken.csv", "asked of other/results"),
        ("other/results#no_such", "asked of other/results"),
        ("other/results", "nothing of them is asked for"),
        ("empty.zip#any_visit", "holds no results folder"),
        ("none.zip#any_visit", "cannot be unpacked"),
        ("any_visit", "results/lineage/lineage.json"),
    ):
        code, told, error = ask(path)
        assert (code, told) == (2, "")
        assert words in error


def test_a_file_that_is_not_here_is_traced_and_said_to_be_absent(ask):
    Path("other/results/tables/uptake.csv").unlink()
    code, told, _ = ask("other/results/tables/uptake.csv")
    assert code == 0
    assert "Not here, not checked: 1 table: results/tables/uptake.csv." in told
