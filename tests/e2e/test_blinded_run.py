"""The command `trialtrail blind`, and whole runs of what it makes."""

from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import replace

import pypdf
import pyrage
import pytest
import yaml

from tools.blinding.guess import key_of_seed
from trialtrail.blind.command import WHEN, read_finished, write_folder
from trialtrail.blind.keys import BYTES, Key, read_key
from trialtrail.blind.make import blinded_study
from trialtrail.cli import main
from trialtrail.configuration import Study

DIFFERENT = ("journal.jsonl", "journal_head.json", "lineage.json", "index.html", "manifest.sha256",
             "ro-crate-metadata.json", "statement.intoto.json")  # fmt: skip
"""What holds times, or digests of what does, in `results/lineage`, beside the records."""


@pytest.fixture(scope="module")
def made(good_run, tmp_path_factory):
    """Return the blinded study of the good run, and the file of its key."""
    place = tmp_path_factory.mktemp("blinding")
    folder, key = place / "blinded", place / "study.key"
    results = str(good_run.results)
    assert main(["blind", "--key", str(key), "--into", str(folder), "--results", results]) == 0
    return folder, key


@pytest.fixture(scope="module")
def blinded_run(made, workflow, tmp_path_factory):
    """Return a whole run of the blinded study, in a copy of its folder."""
    folder = tmp_path_factory.mktemp("one") / "blinded"
    shutil.copytree(made[0], folder)
    run = workflow(folder, config=folder / "study.yaml")
    assert run.exit_code == 0, run.said
    return run


def unblinded(good_run):
    """Return the study of the good run and its results."""
    from runrecord.graph import load

    file = good_run.folder / "study.yaml"
    study = Study(yaml.safe_load(file.read_text(encoding="utf-8")), file)
    return study, read_finished(study, load(good_run.results))


def test_the_folder_has_fixed_times_and_modes(made):
    folder, key = made
    for path in (folder, *folder.rglob("*")):
        about = path.stat()
        assert about.st_mtime == WHEN
        assert about.st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)
    assert key.stat().st_mode & 0o777 == 0o600


def test_it_is_the_same_again_by_the_same_key(made, good_run):
    study, finished = unblinded(good_run)
    again = blinded_study(study, finished, read_key(made[1]))
    for name, data in again.files.items():
        assert (made[0] / name).read_bytes() == data


def test_nothing_of_the_run_names_an_arm_an_id_or_the_origin(good_run, blinded_run):
    study, finished = unblinded(good_run)
    words = [text for arm in study.arms for text in (arm["id"], arm.get("description", ""))]
    words += [str(good_run.folder), "Pat.-Nr.", "trial.csv"]
    words += finished.participants["participant_id"].dropna().tolist()[:20]
    sealed = (good_run.results / "lineage" / "manifest.sha256").read_text().splitlines()
    rows = ("data/trial.csv", "results/validated/", "results/datasets/", "  study.yaml")
    words += [line.split("  ")[0] for line in sealed if any(part in line for part in rows)]
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in blinded_run.folder.rglob("*")
        if path.is_file() and path.suffix in (".csv", ".json", ".jsonl", ".html", ".svg", ".yaml")
    }
    own = {path: re.sub(r"base64,[\w+/=]+", "", text) for path, text in texts.items()}
    for word in filter(None, words):
        found = [path.name for path, text in own.items() if word in text]
        assert not found, (word, found)


def test_every_page_says_that_it_is_blinded(blinded_run):
    results, mark = blinded_run.results, "arms A and B are permuted"
    for name in ("report/report.html", "validation/validation.html", "lineage/index.html",
                 "lineage/define.html"):  # fmt: skip
        page = (results / name).read_text(encoding="utf-8")
        assert "BLINDED" in page
        assert mark in page
    pdf = pypdf.PdfReader(results / "report" / "report.pdf")
    assert pdf.metadata.title.startswith("BLINDED: ")
    assert len(pdf.pages) > 3
    for page in pdf.pages:
        text = page.extract_text()
        assert f"BLINDED: {mark}" in text
        assert text.count("BLINDED") >= 2  # in the head, and across the page


def test_both_editions_of_a_blinded_run_say_that_it_is(blinded_run, tmp_path):
    reader = pyrage.x25519.Identity.generate()
    folder = tmp_path / "editions"
    given = ("--by", "A. Name", "--why", "a meeting", "--reader", f"Chair={reader.to_public()}")
    told = ["--results", str(blinded_run.results), "--into", str(folder), *given]
    assert main(["editions", *told]) == 0
    closed = pyrage.decrypt((folder / "closed.pdf.age").read_bytes(), [reader])
    for data in ((folder / "open.pdf").read_bytes(), closed):
        pages = pypdf.PdfReader(io.BytesIO(data)).pages
        assert pages
        assert all("BLINDED: arms A and B are permuted" in page.extract_text() for page in pages)


def test_the_estimates_are_those_of_the_trial(good_run, blinded_run, made):
    letters = read_key(made[1]).letters(["leaflet", "balance_class"])
    sign = 1 if letters["leaflet"] == "A" else -1
    one, two = (run.by_row("estimates")["walk"] for run in (good_run, blinded_run))
    assert float(two["estimate"]) == pytest.approx(sign * float(one["estimate"]), rel=1e-9)
    assert two["se"] == one["se"]
    assert two["reference"] == "a"


def test_two_runs_of_trials_that_differ_by_which_arm_is_which_are_alike(
    good_run, blinded_run, made, workflow, tmp_path, digests
):
    study, finished = unblinded(good_run)
    other = {"leaflet": "balance_class", "balance_class": "leaflet"}

    def exchanged(frame):
        return frame.assign(arm=frame["arm"].map(other).astype("string"))

    finished = replace(
        finished,
        participants=exchanged(finished.participants),
        outcomes=exchanged(finished.outcomes),
    )
    key = read_key(made[1])
    mine = key.letters(list(other))["leaflet"]
    keys = (Key(number.to_bytes(BYTES, "big"), key.people) for number in range(100))
    second = next(each for each in keys if each.letters(list(other))["balance_class"] == mine)
    # As deep as the first: the code is an input by its path from the working folder.
    folder = tmp_path / "two" / "blinded"
    depth = len(blinded_run.folder.parts) - len(folder.parts)
    folder = folder.parent.joinpath(*["deeper"] * depth, "blinded") if depth > 0 else folder
    folder.parent.mkdir(parents=True)
    write_folder(blinded_study(study, finished, second), folder)
    run = workflow(folder, config=folder / "study.yaml")
    assert run.exit_code == 0, run.said
    one, two = (digests(each.results) for each in (blinded_run, run))
    assert one.keys() == two.keys()
    differing = {name for name in one if one[name] != two[name]}
    allowed = {f"lineage/{name}" for name in DIFFERENT}
    allowed |= {name for name in one if name.startswith(("lineage/records/", "logs/"))}
    assert differing <= allowed


def test_opening_it_is_noted_and_needs_the_key_that_made_it(made, good_copy, capsys, tmp_path):
    folder, key = made
    asked = ["blind", "--open", str(folder), "--results", str(good_copy.results), "--key"]
    said = ["--by", "A. Name", "--why", "The analysis is locked"]
    assert main([*asked, str(key), *said]) == 0
    letters = read_key(key).letters(["leaflet", "balance_class"])
    assert f"{letters['leaflet']}  Leaflet" in capsys.readouterr().out
    journal = (good_copy.results / "lineage" / "journal.jsonl").read_text()
    assert '"unblinding"' in journal.splitlines()[-1]
    assert "The analysis is locked" in journal
    assert main([*asked, str(key), "--by", " ", "--why", "x"]) == 2
    wrong = tmp_path / "wrong.key"
    lines = ["trialtrail-blinding-key/1"]
    lines += [f"{name} {getattr(key_of_seed(1), name).hex()}" for name in ("arms", "people")]
    wrong.write_text("\n".join(lines) + "\n")
    wrong.chmod(0o600)
    assert main([*asked, str(wrong), *said]) == 2
    assert "with this key" in capsys.readouterr().err
    assert main([*asked, str(tmp_path / "none.key"), *said]) == 2
    assert (good_copy.results / "lineage" / "journal.jsonl").read_text() == journal


def test_what_is_refused_leaves_nothing_behind(good_copy, tmp_path, capsys):
    results, into, key = str(good_copy.results), tmp_path / "b", tmp_path / "a.key"
    asked = ["blind", "--results", results, "--into", str(into)]
    for place in (good_copy.results / "a.key", good_copy.folder / "a.key"):
        assert main([*asked, "--key", str(place)]) == 2
        assert not place.exists()
    assert main([*asked, "--key", str(into / "a.key")]) == 2
    path = good_copy.results / "datasets" / "participants.parquet"
    kept = path.read_bytes()
    path.write_bytes(kept + b" ")
    assert main([*asked, "--key", str(key)]) == 2
    assert "not as it was sealed" in capsys.readouterr().err
    path.write_bytes(kept)
    configuration = good_copy.folder / "study.yaml"
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text + "\n# later\n", encoding="utf-8")
    assert main([*asked, "--key", str(key)]) == 2
    assert "not the one with which" in capsys.readouterr().err
    configuration.write_text(text, encoding="utf-8")
    assert not into.exists()
    assert not key.exists()
    assert main([*asked, "--key", str(key)]) == 0
    assert main([*asked, "--key", str(key)]) == 2
    assert "there already" in capsys.readouterr().err


def test_a_blinded_study_is_not_blinded_again(blinded_run, tmp_path, capsys):
    asked = ["--key", str(tmp_path / "a.key"), "--into", str(tmp_path / "b")]
    assert main(["blind", *asked, "--results", str(blinded_run.results)]) == 2
    assert "those of a blinded study" in capsys.readouterr().err


def test_rows_of_the_blinded_study_are_by_pseudonym(blinded_run):
    with open(blinded_run.folder / "data" / "participants.csv", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["arm"] for row in rows} == {"A", "B"}
