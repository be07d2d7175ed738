"""PROV-JSON: every file, job and edge of the lineage, under names that PROV allows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from small_lineage import LINEAGE, RAW, TABLE, TEXTS, digest, write_run

from scripts import export_prov


@pytest.fixture
def prov(tmp_path, monkeypatch) -> dict:
    """Return the small run's PROV-JSON."""
    monkeypatch.chdir(tmp_path)
    export_prov.main(write_run(tmp_path))
    return json.loads(Path("results/lineage/prov.json").read_text())


def test_every_file_and_job_of_the_lineage_is_there(prov):
    lineage = json.loads(Path(LINEAGE).read_text())
    assert {about["prov:label"] for about in prov["entity"].values()} == {
        file["id"] for file in lineage["files"]
    }
    assert {*prov["activity"]} == {"job:tabulate", "job:report"}
    assert len(prov["used"]) == len(lineage["used"])
    assert len(prov["wasGeneratedBy"]) == len(lineage["generated"])


def test_a_file_has_its_digest_and_a_job_its_times(prov):
    assert prov["entity"]["file:data/a%20register.csv"]["term:sha256"] == digest(TEXTS[RAW])
    assert prov["activity"]["job:report"]["prov:startTime"] == "2026-01-02T03:20:00.000Z"


def test_edges_join_what_they_should(prov):
    used = {(edge["prov:activity"], edge["prov:entity"]) for edge in prov["used"].values()}
    made = {
        (edge["prov:entity"], edge["prov:activity"]) for edge in prov["wasGeneratedBy"].values()
    }
    assert ("job:tabulate", "file:data/a%20register.csv") in used
    assert (f"file:{TABLE}", "job:tabulate") in made
    assert ("job:report", f"file:{TABLE}") in used


def test_names_are_qualified_with_known_prefixes_and_edges_lead_to_something(prov):
    known = {*prov["entity"], *prov["activity"], *prov["agent"]}
    for kind in ("used", "wasGeneratedBy", "wasAssociatedWith"):
        for edge in prov[kind].values():
            ends = {
                edge[f"prov:{end}"]
                for end in ("entity", "activity", "agent")
                if f"prov:{end}" in edge
            }
            assert ends <= known
    for name in known:
        assert re.fullmatch(r"[a-z]+:[\w./%~-]+", name)
        assert name.partition(":")[0] in prov["prefix"]


def test_each_job_has_who_ran_it(prov):
    tied = {(e["prov:activity"], e["prov:agent"]) for e in prov["wasAssociatedWith"].values()}
    assert ("job:report", "agent:user/ann") in tied
