"""A deposit of a finished run: what is in it, that it is the same again, and what is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from crate_validator import cache_of_contexts, validate

from trialtrail.cli import main

SAID = """\
  deposit:
    licence: CC-BY-4.0
    date: "2026-11-30"
    creators: [{name: "Author, A. N."}]
"""
AT = "  arms:\n"
ALWAYS = {
    *("README.md", "LICENCE.txt", "CITATION.cff", "datacite.json", "ro-crate-metadata.json"),
    *("lineage.json", "SHA256SUMS", "numbers.csv"),
    *("report.pdf", "supplement.pdf", "report.html", "report.docx"),
    *(f"tables/{name}.csv" for name in ("arms", "data_dictionary", "estimates", "summaries")),
}


@pytest.fixture(scope="module")
def published(good_run, tmp_path_factory, workflow) -> Path:
    """Return the folder of a run of a study that says how it is deposited, with its edition."""
    depth = len(good_run.folder.parts) - len(tmp_path_factory.getbasetemp().parts) - 1
    folder = tmp_path_factory.mktemp("published").joinpath(*["deeper"] * depth)
    shutil.copytree(good_run.folder, folder, dirs_exist_ok=True)
    study = folder / "study.yaml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace(AT, SAID + AT, 1), encoding="utf-8")
    run = workflow(folder, "all", "public", config=study)
    assert run.exit_code == 0, run.said
    # Nothing that is printed has changed by what is said of the deposit.
    assert "render_report" not in run.said
    return folder


@pytest.fixture
def here(published, monkeypatch) -> Path:
    monkeypatch.chdir(published)
    return published


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_deposit_is_whole_and_the_same_again(here, tmp_path, digests, capsys):
    for to in ("one", "two"):
        assert main(["deposit", "--to", str(tmp_path / to)]) == 0
    one = tmp_path / "one"
    assert names(one) == ALWAYS | {".zenodo.json", "osf.json"}
    assert digests(one) == digests(tmp_path / "two")
    sums = (one / "SHA256SUMS").read_text().splitlines()
    assert {line.partition("  ")[2] for line in sums} == names(one) - {"SHA256SUMS"}
    for digest, _, name in (line.partition("  ") for line in sums):
        assert hashlib.sha256((one / name).read_bytes()).hexdigest() == digest
    for name in ("report.pdf", "tables/summaries.csv"):
        made = (here / "results" / "public" / name).read_bytes()
        assert (one / name).read_bytes() == made
    assert "Read them before you publish them" in capsys.readouterr().out
    exit_code, report = validate(one, cache_of_contexts(tmp_path), "ro-crate-1.1")
    assert (exit_code, report["issues"]) == (0, [])
    graph = json.loads((one / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    parts = {entity["@id"] for entity in graph if entity["@type"] == "File"}
    assert parts == names(one) - {"ro-crate-metadata.json", "SHA256SUMS"}
    readme = (one / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in names(one))
    assert str(tmp_path) not in "".join(p.read_text("utf-8") for p in one.glob("*.json"))


@pytest.mark.parametrize(("archive", "own"), [("zenodo", ".zenodo.json"), ("osf", "osf.json")])
def test_an_archive_gets_its_own_metadata_alone(archive, own, here, tmp_path):
    assert main(["deposit", "--for", archive, "--to", str(tmp_path / "it")]) == 0
    assert names(tmp_path / "it") == ALWAYS | {own}


def edited(path: Path, add: bytes = b"\n"):
    return lambda here: (here / path).write_bytes((here / path).read_bytes() + add)


def laid(path: str, data: bytes):
    return lambda here: (here / path).write_bytes(data)


REFUSED = {
    "no edition": (
        lambda here: (here / "results/lineage/records/publish_tables.json").unlink(),
        "There is no public edition",
    ),
    "a table of the results that changed": (
        edited(Path("results/tables/summaries.csv")), "not of the present results"),
    "a public table by hand": (
        edited(Path("results/public/tables/summaries.csv")), "not of the present results"),
    "a public document by hand": (
        edited(Path("results/public/report.pdf")), "not of the present results"),
    "a public document that is gone": (
        lambda here: (here / "results/public/report.docx").unlink(), "not of the present results"),
    "another file in the folder": (
        laid("results/public/tables/participants.csv", b"participant_id\nBT001\n"),
        "no job of it made"),
    "another configuration": (edited(Path("study.yaml")), "The configuration is not the one"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_of_the_present_results_is_refused(
    case, published, tmp_path, monkeypatch, capsys
):
    change, words = REFUSED[case]
    copy = tmp_path / "copy"
    shutil.copytree(published, copy)
    change(copy)
    monkeypatch.chdir(copy)
    assert main(["deposit", "--to", "out"]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "do:" in told
    assert not (copy / "out").exists()


def test_a_folder_that_is_there_or_in_the_results_is_refused(here, tmp_path, capsys):
    (tmp_path / "there").mkdir()
    assert main(["deposit", "--to", str(tmp_path / "there")]) == 2
    assert main(["deposit", "--to", "results/deposit"]) == 2
    told = capsys.readouterr().err
    assert "is there already" in told
    assert "would lie in the results" in told


def test_a_study_that_does_not_say_how_is_told(good_copy, workflow, monkeypatch, capsys):
    monkeypatch.chdir(good_copy.folder)
    assert main(["deposit", "--to", "out"]) == 2
    assert "study.deposit.licence" in capsys.readouterr().err
