"""A result is taken from the store only where a record proves it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from small_study import RECORDS, Job, do, read_json

from trialtrail.lineage import Rows
from trialtrail.lineage.job.store import BASE, SWITCH, Store

OUT = Path("results/tables/out.csv")
SCRIPT = "scripts/count.py"
CODE = 'def count():\n    """Count."""\n    return 1\n'


class Counting:
    """A job that says whether it was computed."""

    def new(self, **params) -> Job:
        """Return the job as a new run would have it."""
        job = Job(
            "count",
            input={"table": "data/in.csv"},
            output={"table": str(OUT), "mark": "results/tables/mark.txt"},
            params=params,
        )
        job.input.code = [SCRIPT]
        job.input.append(SCRIPT)
        return job

    def run(self, **params) -> bool:
        """Run it; return whether it was computed."""

        def make(job) -> dict[str, Rows]:
            rows = Path("data/in.csv").read_text().splitlines()
            OUT.write_text(f"row,n\na,{len(rows)}\n")
            Path("results/tables/mark.txt").write_text("made\n")
            return {"in": Rows(len(rows), len(rows) - 1, {"late": 1})}

        do(self.new(**params), make)
        record = read_json(f"{RECORDS}/count.json")
        assert OUT.read_text().startswith("row,n")
        return record["run"]["reused"] is None


@pytest.fixture(autouse=True)
def _with_store(monkeypatch):
    monkeypatch.delenv(SWITCH)


@pytest.fixture
def counting(folder):
    """Return a job that has been computed once."""
    Path("data/in.csv").write_text("a\n1\n2\n")
    Path(SCRIPT).write_text(CODE)
    counting = Counting()
    assert counting.run()
    return counting


def test_the_second_time_it_is_taken(counting):
    before = read_json(f"{RECORDS}/count.json")
    shutil.rmtree("results/tables")
    assert not counting.run()
    after = read_json(f"{RECORDS}/count.json")
    assert after["result"] == before["result"]
    said = [
        json.loads(line)
        for line in Path("results/lineage/journal.jsonl").read_text().split("\n")[:-1]
    ]
    assert said[-1]["reused"] == said[0]["record_sha256"] == after["run"]["reused"]["record_sha256"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("data/in.csv", "a\n1\n3\n"),
        (SCRIPT, CODE.replace("1", "2")),
        (SCRIPT, "import os\n" + CODE),
    ],
)
def test_another_input_or_other_code_is_computed(counting, path, text):
    Path(path).write_text(text)
    assert counting.run()
    assert not counting.run()


def test_another_parameter_is_computed(counting):
    assert counting.run(limit=2)
    assert not counting.run(limit=2)
    assert not counting.run()


@pytest.mark.parametrize("text", [CODE + "# why\n", CODE.replace("    return", "\n    return")])
def test_a_comment_changes_nothing(counting, text):
    Path(SCRIPT).write_text(text)
    assert not counting.run()
    code = read_json(f"{RECORDS}/count.json")["result"]["code"][SCRIPT]
    assert code == hashlib.sha256(Path(SCRIPT).read_bytes()).hexdigest()


def test_a_docstring_is_no_comment_for_it_may_be_printed(counting):
    Path(SCRIPT).write_text(CODE.replace("Count.", "Tell."))
    assert counting.run()


def test_what_was_changed_and_put_back_is_taken(counting):
    Path("data/in.csv").write_text("a\n9\n")
    assert counting.run()
    Path("data/in.csv").write_text("a\n1\n2\n")
    assert not counting.run()
    assert OUT.read_text() == "row,n\na,3\n"


def test_switched_off_it_is_computed(counting, monkeypatch):
    monkeypatch.setenv(SWITCH, "0")
    assert counting.run()


def test_an_object_that_was_touched_is_not_trusted(counting):
    digest = hashlib.sha256(OUT.read_bytes()).hexdigest()
    (BASE / "objects" / digest).write_text("row,n\na,4\n")
    assert counting.run()
    assert OUT.read_text() == "row,n\na,3\n"


def test_a_forged_record_is_not_trusted(counting):
    digest = hashlib.sha256(Path(f"{RECORDS}/count.json").read_bytes()).hexdigest()
    record = read_json(f"{RECORDS}/count.json")
    forged = b"row,n\na,4\n"
    sha = hashlib.sha256(forged).hexdigest()
    (BASE / "objects" / sha).write_bytes(forged)
    record["result"]["outputs"][str(OUT)] = sha
    text = json.dumps(record).encode()
    name = hashlib.sha256(text).hexdigest()
    (BASE / "objects" / name).write_bytes(text)
    (entry,) = (BASE / "entries").iterdir()
    (entry / digest).rename(entry / name)
    assert counting.run()
    assert OUT.read_text() == "row,n\na,3\n"


def test_without_the_journal_nothing_is_proven(counting):
    Path("results/lineage/journal.jsonl").unlink()
    assert counting.run()


def test_a_job_that_was_not_confined_proves_nothing(folder, monkeypatch):
    monkeypatch.setenv("TRIALTRAIL_CONFINE", "0")
    Path("data/in.csv").write_text("a\n1\n2\n")
    Path(SCRIPT).write_text(CODE)
    counting = Counting()
    assert counting.run()
    assert counting.run()


def test_it_stays_below_its_limit(counting, monkeypatch):
    for n in range(30):
        Path("data/in.csv").write_text(f"a\n{n}\n" * (n + 1))
        counting.run()
    store = Store("results/lineage")
    store.limit = 20_000
    store.trim()
    left = sum(path.stat().st_size for path in (BASE / "objects").iterdir())
    assert 0 < left <= 16_000
    Path("data/in.csv").write_text("a\n0\n")
    assert counting.run()  # the oldest have gone
