"""What a target of its own makes beside the sealed results: named by the seal, or a stranger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runrecord.checking.verify import Check
from small_study import RECORDS, Job, a_run, do, seal_up
from verdicts import faults

PLAN, OTHER = "results/report/plan.html", "results/report/other.html"
RECORD = f"{RECORDS}/make_plan.json"


def make(*paths: str) -> None:
    """Run a job of its own, in a run of its own, that makes the files."""

    def main(job):
        for path in paths:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text("A plan\n", encoding="utf-8")

    with a_run():
        output = {f"part{number}": path for number, path in enumerate(paths)}
        do(Job("make_plan", output=output), main)


def seal(*beside: str) -> None:
    """Seal the study anew, with the names of what may be made beside it."""
    with a_run():
        seal_up(beside=list(beside))


def test_what_the_seal_names_is_no_stranger(study):
    seal(PLAN)
    assert not faults()
    make(PLAN)
    assert not faults()
    found = Check("results")
    found.run()
    assert "made beside the seal, which holds no digest of it: make_plan" in found.notes


def test_it_is_a_stranger_where_no_seal_names_it(study):
    make(PLAN)
    assert RECORD in faults()


def test_a_folder_is_named_by_a_slash_at_its_end(study):
    seal("results/drawn/")
    make("results/drawn/1/a.parquet", "results/drawn/b.parquet")
    assert not faults()


def test_the_begin_of_a_name_is_no_folder(study):
    seal("results/draw")
    make("results/drawn/b.parquet")
    assert "results/drawn/b.parquet" in faults()


@pytest.mark.parametrize("paths", [(OTHER,), (PLAN, OTHER)])
def test_nothing_else_may_be_made_beside_the_seal(study, paths):
    seal(PLAN)
    make(*paths)
    assert OTHER in faults()


def test_a_file_without_a_record_is_a_stranger_though_the_seal_names_it(study):
    seal(PLAN)
    Path(PLAN).parent.mkdir(parents=True, exist_ok=True)
    Path(PLAN).write_text("A plan\n", encoding="utf-8")
    assert PLAN in faults()


def test_what_is_sealed_is_not_beside_the_seal(study):
    sealed = next(line for line in Path("results/lineage/manifest.sha256").read_text().splitlines()
                  if "  results/tables/" in line).partition("  ")[2]  # fmt: skip
    seal(sealed)
    assert not faults()
    Path(sealed).write_text("row\n", encoding="utf-8")
    assert sealed in faults()


def test_what_rests_on_a_file_that_is_otherwise_now_is_told_to_be_so_and_no_fault(study):
    seal("results/drawn/")
    table = "results/tables/uptake.csv"
    job = Job("draw", input={"table": table}, output={"drawn": "results/drawn/1.csv"})

    def main(job):
        Path(job.output.drawn).parent.mkdir(parents=True, exist_ok=True)
        Path(job.output.drawn).write_text("row\n", encoding="utf-8")

    with a_run():
        do(job, main)
    assert not notes_on("otherwise")
    path = Path(f"{RECORDS}/draw.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    record["result"]["inputs"][table] = "0" * 64
    path.write_text(json.dumps(record), encoding="utf-8")
    assert notes_on("otherwise") == ["made beside the seal of what is now otherwise: draw"]
    assert table not in faults()


def notes_on(word: str) -> list[str]:
    """Return the notes of a verification that have a word."""
    found = Check("results")
    found.run()
    return [note for note in found.notes if word in note]


def test_it_is_held_against_its_record_and_the_journal(study):
    seal(PLAN)
    make(PLAN)
    Path(PLAN).write_text("Another plan\n", encoding="utf-8")
    assert list(faults()) == [PLAN]
    make(PLAN)
    assert not faults()
    told = json.loads(Path(RECORD).read_text(encoding="utf-8"))
    told["run"]["end"] = told["run"]["start"]
    Path(RECORD).write_text(json.dumps(told), encoding="utf-8")
    assert list(faults()) == [RECORD]


@pytest.mark.parametrize("beside", ["results/report", 7, None, {"a": 1}, [["x"], None]])
def test_a_seal_that_names_nonsense_names_nothing(study, beside):
    with a_run():
        seal_up(beside=beside)
    assert not faults()
    make(PLAN)
    assert RECORD in faults()
