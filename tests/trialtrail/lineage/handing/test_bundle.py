"""Bundles: nothing small or row-level in the public one, and a proof of all that is in it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from small_study import Job, a_run, do

from trialtrail.errors import StudyError
from trialtrail.lineage.checking.standalone_verify import NOT_ALL_HERE
from trialtrail.lineage.handing import bundle, proofs
from trialtrail.lineage.handing.suppress import MARK

UPTAKE = "results/tables/uptake.csv"


def make(*words: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", default="results")
    bundle.add_arguments(parser)
    return bundle.command(parser.parse_args(words))


def check(*words: str) -> int:
    parser = argparse.ArgumentParser()
    proofs.add_check_arguments(parser)
    return proofs.check_command(parser.parse_args(words))


def names(path: str) -> set[str]:
    with zipfile.ZipFile(path) as packed:
        return set(packed.namelist())


def rewrite(path: str, name: str, change) -> None:
    """Change one file of a zip."""
    with zipfile.ZipFile(path) as packed:
        files = {entry: packed.read(entry) for entry in packed.namelist()}
    files[name] = change(files[name])
    bundle.write_zip(Path(path), files)


@pytest.fixture
def both(study, monkeypatch) -> Path:
    """Return a folder with both bundles of a sealed run, whose only result table is `uptake`."""
    monkeypatch.setattr(bundle, "TABLES", ("uptake",))
    assert make("--restricted", "r.zip", "--public", "p.zip") == 0
    return study


@pytest.fixture
def root(both) -> str:
    """Return the root that both bundles share."""
    with zipfile.ZipFile("r.zip") as packed:
        return json.loads(packed.read("bundle/bundle.json"))["root"]


def test_the_restricted_bundle_has_everything_and_the_public_one_no_rows(both):
    whole, public = names("r.zip"), names("p.zip")
    assert {"data/register.csv", "results/datasets/participants.csv", UPTAKE} <= whole
    assert {"results/lineage/records/report.json", "bundle/secret.hex"} <= whole
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


def test_the_secret_is_not_in_the_public_bundle(both):
    with zipfile.ZipFile("r.zip") as packed:
        secret = packed.read("bundle/secret.hex").strip()
    assert secret not in Path("p.zip").read_bytes()
    assert bytes.fromhex(secret.decode()) not in Path("p.zip").read_bytes()


def test_bundles_made_again_are_the_same_bytes(both):
    before = {name: Path(name).read_bytes() for name in ("r.zip", "p.zip")}
    make("--restricted", "r.zip", "--public", "p.zip")
    assert {name: Path(name).read_bytes() for name in before} == before
    Path("r.zip").unlink()
    make("--restricted", "r.zip", "--public", "p.zip")
    assert Path("p.zip").read_bytes() != before["p.zip"]


def test_the_public_bundle_proves_itself(both, root, capsys):
    assert check("p.zip", "--root", root) == 0
    assert "4 files and cells proven" in capsys.readouterr().out
    assert check("p.zip", "--root", "00" * 32) == 1


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (UPTAKE, b"Any visit", b"No visit"),
        (UPTAKE, b"[c],[c]\na", b"1,[c]\na"),
        (UPTAKE, b"Any visit", MARK.encode()),
        (UPTAKE, b"any_visit", b"other"),
        ("bundle.json", b'"leaves": ', b'"leaves": 1'),
    ],
)
def test_a_public_bundle_that_was_changed_is_refused(both, name, old, new):
    rewrite("p.zip", name, lambda data: data.replace(old, new, 1))
    assert check("p.zip") == 1


def test_a_file_put_into_the_public_bundle_is_refused(both):
    with zipfile.ZipFile("p.zip", "a") as packed:
        packed.writestr("results/tables/extra.csv", "row,n\n")
    assert check("p.zip") == 1


@pytest.mark.parametrize("asked", ["data/register.csv", f"{UPTAKE}#any_visit/n", f"{UPTAKE}#a/b/n"])
def test_the_restricted_bundle_proves_any_file_or_cell(both, root, asked, capsys):
    parser = argparse.ArgumentParser()
    proofs.add_prove_arguments(parser)
    proofs.prove_command(parser.parse_args([asked, "--restricted", "r.zip"]))
    proof = json.loads(capsys.readouterr().out)
    assert proofs.check_proof(proof, bytes.fromhex(root))
    forged = json.loads(json.dumps(proof))
    if "cell" in forged:
        forged["cell"]["value"] = "9"
    else:
        forged["sha256"] = "0" * 64
    assert not proofs.check_proof(forged, bytes.fromhex(root))
    assert not proofs.check_proof(proof, bytes(32))
    Path("proof.json").write_text(json.dumps(proof))
    assert check("proof.json", "--root", root) == 0
    if asked == "data/register.csv":
        assert check("proof.json", "--file", "data/register.csv") == 0
        assert check("proof.json", "--file", "data/log.csv") == 1


def test_the_restricted_bundle_unpacked_is_whole_by_itself(study, tmp_path):
    """The code of jobs that ran after the seal, which the manifest has not, is in it, too."""
    Path("scripts/late.py").write_text("# late\n")
    with a_run():
        late = {"lineage": "results/lineage/lineage.json", "code": ["scripts/late.py"]}
        do(Job("late", input=late, output={"page": "results/lineage/late.html"}), _write_page)
    make("--restricted", "r.zip")
    with zipfile.ZipFile("r.zip") as packed:
        packed.extractall(tmp_path / "elsewhere")
    command = [sys.executable, "-I", "results/lineage/verify.py"]
    done = subprocess.run(command, cwd=tmp_path / "elsewhere", capture_output=True, check=False)
    told = done.stdout.decode()
    assert done.returncode == NOT_ALL_HERE, told
    away = [line for line in told.splitlines() if "not here, so not checked" in line]
    assert all("/src/trialtrail" in line for line in away)  # the code that made this test's records


def _write_page(job) -> None:
    Path(job.output.page).write_text("<html></html>")


def test_a_figure_is_public_where_all_it_is_made_from_is(both):
    graph = bundle.load("results")
    assert not bundle.open_to_all("results/report/report.pdf", graph, {UPTAKE})
    everything = {*graph.inputs("results/report/report.pdf")}
    assert bundle.open_to_all("results/report/report.pdf", graph, everything)


def test_a_person_may_clear_a_report_and_no_data(both):
    make("--restricted", "r.zip", "--public", "p.zip", "--also", "results/report/report.pdf")
    assert "results/report/report.pdf" in names("p.zip")
    assert check("p.zip") == 0
    with pytest.raises(StudyError, match="cannot be cleared"):
        make("--restricted", "r.zip", "--public", "p.zip", "--also", "data/register.csv")


def test_a_missing_file_or_secret_is_told(study):
    with pytest.raises(StudyError, match="no secret"):
        make("--public", "p.zip")
    Path("secret").write_text("12")
    with pytest.raises(StudyError, match="secret cannot be read"):
        make("--public", "p.zip", "--secret", "secret")
    Path("data/log.csv").unlink()
    with pytest.raises(StudyError, match=r"data/log\.csv is not here"):
        make("--restricted", "r.zip")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("results/datasets/participants.parquet#P-01/visits", "of another file the whole"),
        ("results/tables/uptake.csv#any_visi/n", "nearest: `any_visit`"),
        ("results/tables/uptake.csv#any_visit/m", "has no cell `any_visit/m`"),
        ("results/tables/uptak.csv", "nearest: `results/tables/uptake.csv`"),
    ],
)
def test_what_cannot_be_proven_is_told_with_what_can(both, asked, words):
    parser = argparse.ArgumentParser()
    proofs.add_prove_arguments(parser)
    with pytest.raises(StudyError) as refused:
        proofs.prove_command(parser.parse_args([asked, "--restricted", "r.zip"]))
    assert words in refused.value.text()
