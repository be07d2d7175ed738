"""Bundles: nothing small or row-level in the public one, everything in the restricted one."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from runrecord.checking.standalone_verify import WHOLE
from runrecord.digest import file_digest
from small_study import Job, a_run, code_of, do

from trialtrail.errors import StudyError
from trialtrail.trail import bundle

UPTAKE = "results/tables/uptake.csv"


def make(*words: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", default="results")
    bundle.add_arguments(parser)
    return bundle.command(parser.parse_args(words))


def names(path: str) -> set[str]:
    with zipfile.ZipFile(path) as packed:
        return set(packed.namelist())


@pytest.fixture
def both(study, monkeypatch) -> Path:
    """Return a folder with both bundles of a sealed run, whose only result table is `uptake`."""
    monkeypatch.setattr(bundle, "TABLES_ABOUT_MANY", ("uptake",))
    assert make("--restricted", "r.zip", "--public", "p.zip") == 0
    return study


def test_the_restricted_bundle_has_everything_and_the_public_one_no_rows(both):
    whole, public = names("r.zip"), names("p.zip")
    assert {"data/register.csv", "results/datasets/participants.csv", UPTAKE} <= whole
    assert "results/lineage/records/report.json" in whole
    assert public == {"README.txt", "bundle.json", "lineage.json", UPTAKE}
    with zipfile.ZipFile("p.zip") as packed:
        rest = b"".join(packed.read(name) for name in public)
        assert packed.read(UPTAKE).splitlines()[1] == b"any_visit,Any visit,[c],[c]"
    for told in (b"P-01", b"register.csv", b"talk_3", b"well, yes"):
        assert told not in rest
    assert Path("r.zip").stat().st_mode & 0o077 == 0


def test_the_public_lineage_has_no_digest_of_what_is_withheld(both):
    with zipfile.ZipFile("p.zip") as packed:
        lineage = json.loads(packed.read("lineage.json"))
    assert all(file["kind"] == "code" for file in lineage["files"] if "sha256" in file)
    assert {edge["file"] for edge in lineage["used"]} <= {file["id"] for file in lineage["files"]}
    assert "raw/0001.csv" in {file["id"] for file in lineage["files"]}


def test_bundles_made_again_are_the_same_bytes_whose_digests_are_told(both, capsys):
    before = {name: Path(name).read_bytes() for name in ("r.zip", "p.zip")}
    make("--public", "p.zip", "--restricted", "r.zip")
    assert {name: Path(name).read_bytes() for name in before} == before
    told = [f"{file_digest(name)}  {name}" for name in ("p.zip", "r.zip")]
    assert capsys.readouterr().out.splitlines()[-2:] == told


def test_the_public_bundle_says_what_is_whole_and_how_many_rows_are_marked(both):
    with zipfile.ZipFile("p.zip") as packed:
        head = json.loads(packed.read("bundle.json"))
    assert (head["whole"], head["minimum"]) == ([], 5)
    assert head["suppressed_rows"][UPTAKE] > 0


def test_the_restricted_bundle_unpacked_is_whole_by_itself(study, tmp_path):
    """The code of jobs that ran after the seal, which the manifest has not, is in it, too."""
    Path("scripts/late.py").write_text("# late\n")
    with a_run():
        late = {"input": {"lineage": "results/lineage/lineage.json"}}
        late |= {"output": {"page": "results/lineage/late.html"}}
        do(Job("late", params=code_of("scripts/late.py"), **late), _write_page)
    make("--restricted", "r.zip")
    with zipfile.ZipFile("r.zip") as packed:
        packed.extractall(tmp_path / "elsewhere")
    command = [sys.executable, "-I", "results/lineage/verify.py"]
    done = subprocess.run(command, cwd=tmp_path / "elsewhere", capture_output=True, check=False)
    told = done.stdout.decode()
    assert done.returncode == WHOLE, told
    assert "not here" not in told.replace("statement.intoto.json: not here", "")


def _write_page(job) -> None:
    Path(job.output.page).write_text("<html></html>")


def test_a_figure_is_public_where_all_it_is_made_from_is(both):
    graph = bundle.load("results")
    assert not bundle.open_to_all("results/report/report.pdf", graph, {UPTAKE})
    everything = {*graph.inputs("results/report/report.pdf")}
    assert bundle.open_to_all("results/report/report.pdf", graph, everything)


def test_a_person_may_clear_a_report_and_no_data(both, capsys):
    make("--restricted", "r.zip", "--public", "p.zip", "--also", "results/report/report.pdf")
    assert "results/report/report.pdf" in names("p.zip")
    (note,) = capsys.readouterr().err.splitlines()
    assert note.startswith("note: results/report/report.pdf has attached, with small counts: ")
    assert UPTAKE in note
    with pytest.raises(StudyError, match="cannot be cleared"):
        make("--restricted", "r.zip", "--public", "p.zip", "--also", "data/register.csv")


def test_a_missing_file_is_told(study):
    Path("data/log.csv").unlink()
    with pytest.raises(StudyError, match=r"1 of the files .* \(1 raw file\)[\s\S]*data/log\.csv"):
        make("--restricted", "r.zip")


def test_the_public_edition_goes_with_the_bundle_if_it_is_of_these_tables(both):
    make("--public", "p.zip")
    table = Path("results/public/tables/uptake.csv")
    table.parent.mkdir(parents=True)
    with zipfile.ZipFile("p.zip") as packed:
        table.write_bytes(packed.read(UPTAKE))
    Path("results/public/report.pdf").write_bytes(b"%PDF")
    make("--public", "p.zip")
    assert {"results/public/report.pdf", "results/public/tables/uptake.csv"} <= names("p.zip")
    table.write_text("id,label,n,denominator\nany_visit,Any visit,3,4\n")
    with pytest.raises(StudyError, match="not the table that would be published now"):
        make("--public", "p.zip")
