"""The files for exchange of a run: what they hold, their trail, and who gets them."""

import json
import os
import zipfile

import pytest
from exchanged import check_exchange

from trialtrail.cli import main

FOLDERS = ("results/ard/", "results/adam/")


@pytest.fixture
def here(moments, monkeypatch):
    """Run the command where the run is."""
    monkeypatch.chdir(moments.folder)
    return moments


def told(capsys, *words: str) -> str:
    """Return what the command prints."""
    assert main([*words]) == 0
    return capsys.readouterr().out


def test_the_shipped_study_is_exchanged_whole(moments):
    counts = check_exchange(moments.results)
    assert counts["statistics"] > 10_000
    assert counts["analyses"] > 500


def test_the_second_study_is_exchanged_whole(second_study):
    assert check_exchange(second_study.results)["statistics"] > 100


def test_a_statistic_is_traced_as_its_cell(here, capsys):
    cell = "estimates#bsid_pdi/estimate"
    of_cell = json.loads(
        told(capsys, "trace", "--json", f"results/tables/{cell.replace('#', '.csv#')}")
    )
    for asked in (f"results/ard/ard.parquet#{cell}", f"results/ard/ard.parquet#{cell}/stat"):
        found = json.loads(told(capsys, "trace", "--json", asked))
        assert found["raw_cells"] == of_cell["raw_cells"] != []
        assert found["set_aside"] == of_cell["set_aside"] != []
        assert found["facts"]["cell"] == "results/tables/estimates.csv#bsid_pdi/estimate"
    value = found["facts"]["value"]
    assert value == of_cell["facts"]["value"]


def test_a_statistic_that_is_none_is_told(here, capsys):
    assert main(["trace", "results/ard/ard.parquet#estimates#bsid_pdu/estimate"]) != 0
    assert "nearest: `estimates#bsid_pdi/estimate`" in capsys.readouterr().err


def test_the_files_are_of_the_lineage(here):
    lineage = json.loads((here.results / "lineage" / "lineage.json").read_text("utf-8"))
    mine = {each["id"]: each for each in lineage["files"] if each["id"].startswith(FOLDERS)}
    there = {
        os.path.relpath(path, here.folder)
        for folder in FOLDERS
        for path in (here.folder / folder).iterdir()
    }
    assert {*mine} == there
    assert {each["kind"] for each in mine.values()} == {"exchange"}


def test_outsiders_get_none_of_them(here, tmp_path, capsys):
    bundle = tmp_path / "public.zip"
    told(capsys, "bundle", "--public", str(bundle))
    with zipfile.ZipFile(bundle) as packed:
        assert not [name for name in packed.namelist() if name.startswith(FOLDERS)]
        lineage = json.loads(packed.read("lineage.json"))
    withheld = [each for each in lineage["files"] if each["id"].startswith(FOLDERS)]
    assert withheld
    assert not any(each["public"] or "sha256" in each for each in withheld)
