"""The crate: each file, job, step and tool of the run, linked as the profile has it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from small_lineage import RAW, SCRIPT, TABLE, TEXTS, digest, write_run

from scripts import export_crate


@pytest.fixture
def graph(tmp_path, monkeypatch) -> dict[str, dict]:
    """Return the entities of the small run's crate by id."""
    monkeypatch.chdir(tmp_path)
    export_crate.main(write_run(tmp_path))
    found = json.loads(Path("results/lineage/ro-crate-metadata.json").read_text())
    entities = {entity["@id"]: entity for entity in found["@graph"]}
    assert len(entities) == len(found["@graph"])
    return entities


def ids(references) -> set[str]:
    return {reference["@id"] for reference in references}


def by_name(graph, name: str) -> dict:
    (found,) = (entity for entity in graph.values() if entity.get("name") == name)
    return found


def test_a_file_outside_the_root_is_named_by_its_digest(graph):
    raw = by_name(graph, RAW)
    told, _, path = raw["@id"].removeprefix("ni:///sha-256;").partition("?path=")
    assert base64.urlsafe_b64decode(told + "=").hex() == digest(TEXTS[RAW]) == raw["sha256"]
    assert path == "data/a%20register.csv"
    assert raw["alternateName"] == "../../data/a register.csv"


def test_what_is_said_to_be_in_the_crate_is_there(graph):
    inside = [part for part in ids(graph["./"]["hasPart"]) if not part.startswith("ni:")]
    assert {"records/tabulate.json", "lineage.json", "manifest.sha256", "Snakefile"} <= {*inside}
    assert all(Path("results/lineage", part).is_file() for part in inside)


def test_every_reference_leads_to_an_entity(graph):
    text = json.dumps(list(graph.values()))
    outside = ("http://schema.org/", "https://w3id.org/ro/crate/1.1", "https://")
    for part in text.split('{"@id": "')[1:]:
        name = part.partition('"')[0]
        assert name in graph or name.startswith(outside), name


def test_a_job_has_its_tool_files_parameters_and_times(graph):
    job = graph["#job/tabulate"]
    script = by_name(graph, SCRIPT)
    assert script["@type"] == ["File", "SoftwareSourceCode"]
    assert job["instrument"] == {"@id": script["@id"]}
    raw = by_name(graph, RAW)["@id"]
    assert ids(job["object"]) == {raw, "#parameter/tabulate/level"}
    assert ids(job["result"]) == {by_name(graph, TABLE)["@id"], "records/tabulate.json"}
    assert (job["startTime"][11:16], job["endTime"][11:16]) == ("03:10", "03:11")
    assert graph[job["agent"]["@id"]]["name"] == "ann"


def test_a_rule_without_a_script_of_its_name_still_has_a_tool(graph):
    assert graph["#job/report"]["instrument"] == {"@id": "#tool/report"}
    assert graph["#tool/report"]["@type"] == "SoftwareApplication"


def test_steps_and_runs_are_tied_to_the_workflow(graph):
    workflow = graph[graph["./"]["mainEntity"]["@id"]]
    assert "ComputationalWorkflow" in workflow["@type"]
    assert ids(workflow["step"]) == {"#step/tabulate", "#step/report"}
    assert graph["#orchestrate/report"]["instrument"] == {"@id": "#step/report"}
    assert graph["#orchestrate/report"]["object"] == {"@id": "#job/report"}
    assert graph["#run"]["instrument"] == {"@id": workflow["@id"]}
    assert graph["#run"]["startTime"][11:16] == "03:10"
    assert graph["./"]["datePublished"] == graph["#run"]["endTime"] == "2026-01-02T03:21:00.000Z"


def test_the_same_records_make_the_same_bytes(graph, tmp_path):
    first = Path("results/lineage/ro-crate-metadata.json").read_bytes()
    export_crate.main(write_run(tmp_path))
    assert Path("results/lineage/ro-crate-metadata.json").read_bytes() == first
