"""The statement: an in-toto Statement v1 whose subjects are the files that are there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from runrecord.statement import state_run
from small_lineage import LINEAGE, MANIFEST, RAW, REPORT, SCRIPT, write_run
from small_study import Named


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Return the job that states the small run."""
    monkeypatch.chdir(tmp_path)
    made = write_run(tmp_path)
    given = {name: getattr(made.input, name) for name in ("records", "lineage", "manifest")}
    made.input = Named(**given, report=[REPORT])
    return made


def made(job) -> dict:
    state_run(job)
    return json.loads(Path(job.output.statement).read_text())


def test_subjects_are_the_files_with_their_digests(job):
    told = {subject["name"]: subject["digest"]["sha256"] for subject in made(job)["subject"]}
    assert {*told} == {LINEAGE, MANIFEST, REPORT}
    for name, digest in told.items():
        assert hashlib.sha256(Path(name).read_bytes()).hexdigest() == digest


def test_the_predicate_says_from_what_and_when(job):
    statement = made(job)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://slsa.dev/provenance/v1"
    build, run = (statement["predicate"][part] for part in ("buildDefinition", "runDetails"))
    names = [item["name"] for item in build["resolvedDependencies"]]
    assert names == sorted([RAW, SCRIPT, "requirements/lock.txt"])
    assert build["externalParameters"] == {"study": "A study"}
    assert build["internalParameters"]["commits"] == ["c" * 40]
    assert run["metadata"]["startedOn"] == "2026-01-02T03:10:00.000Z"
    assert run["metadata"]["finishedOn"] == "2026-01-02T03:21:00.000Z"


def test_the_head_of_the_journal_is_its_last_entry(job):
    Path("results/lineage/journal.jsonl").write_bytes(b'{"a": 1}\n{"a": 2}\n')
    (head,) = [s for s in made(job)["subject"] if s["name"].endswith("#head")]
    assert head["digest"]["sha256"] == hashlib.sha256(b'{"a": 2}').hexdigest()


def test_pages_and_forms_are_vouched_for(job):
    for name in ("crate.json", "index.html"):
        Path("results/lineage", name).write_text("{}")
    more = ["results/lineage/crate.json", "results/lineage/index.html"]
    job.input = Named(**job.input.names, more=more)
    names = {subject["name"] for subject in made(job)["subject"]}
    assert names == {LINEAGE, MANIFEST, REPORT, *more}
