"""Make the provenance of the run in PROV-JSON: entities (files), activities (jobs), agents.

A job is an activity with its times and rows; its script, code and inputs are entities it used, each
with its role. Who ran it and the engine are agents. Times and users are those of the records.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from trialtrail.lineage import Rows, run
from trialtrail.lineage.digest import json_text
from trialtrail.lineage.seal import read_record

NAMESPACE = "urn:x-trialtrail:"
PREFIXES = {name: f"{NAMESPACE}{name}:" for name in ("file", "job", "agent", "term")}
"""`file`: name of a file; `job`: id of a job; `agent`: who; `term`: words of this project."""
ENGINE = "agent:snakemake"


def qualified(prefix: str, name: str) -> str:
    """Return a qualified name: what PROV does not allow in one is percent-encoded."""
    return f"{prefix}:{quote(name, safe='/')}"


def entities(lineage: dict[str, Any]) -> dict[str, Any]:
    """Return an entity for each file: its kind, digest and size, where they are known."""
    found = {}
    for file in lineage["files"]:
        about = {"prov:label": file["id"], "prov:type": typed(f"term:{file['kind']}")}
        if "sha256" in file:
            about |= {"term:sha256": file["sha256"], "term:bytes": number(file["bytes"])}
        found[qualified("file", file["id"])] = about
    return found


def activities(lineage: dict[str, Any], records: dict[str, Any]) -> dict[str, Any]:
    """Return an activity for each job: its rule, times, rows, and digest of what it did."""
    found = {}
    for job in lineage["jobs"]:
        ran = records[job["id"]]["run"]
        found[qualified("job", job["id"])] = {
            "prov:label": job["id"],
            "prov:startTime": ran["start"],
            "prov:endTime": ran["end"],
            "term:rule": job["rule"],
            "term:result_sha256": job["result_sha256"],
            "term:rows": json.dumps(job["rows"], sort_keys=True, ensure_ascii=False),
        }
    return found


def relations(lineage: dict[str, Any]) -> dict[str, Any]:
    """Return who used and generated what; ids are numbered in the order of the lineage."""
    used = {
        f"_:u{place}": {
            "prov:activity": qualified("job", edge["job"]),
            "prov:entity": qualified("file", edge["file"]),
            "prov:role": typed(f"term:{edge['role']}"),
        }
        for place, edge in enumerate(lineage["used"], 1)
    }
    made = {
        f"_:g{place}": {
            "prov:entity": qualified("file", edge["file"]),
            "prov:activity": qualified("job", edge["job"]),
        }
        for place, edge in enumerate(lineage["generated"], 1)
    }
    return {"used": used, "wasGeneratedBy": made}


def agents(records: dict[str, Any]) -> dict[str, Any]:
    """Return the agents, and which job each of them answers for."""
    found = {ENGINE: {"prov:label": "Snakemake", "prov:type": typed("prov:SoftwareAgent")}}
    tied = {}
    for place, (job, record) in enumerate(sorted(records.items()), 1):
        user = record["run"].get("user") or "unknown"
        who = qualified("agent", f"user/{user}")
        found[who] = {"prov:label": user, "prov:type": typed("prov:Person")}
        activity = qualified("job", job)
        tied[f"_:a{place}"] = {"prov:activity": activity, "prov:agent": ENGINE}
        tied[f"_:p{place}"] = {"prov:activity": activity, "prov:agent": who}
    return {"agent": found, "wasAssociatedWith": tied}


def typed(name: str) -> dict[str, str]:
    """Return a qualified name as a value."""
    return {"$": name, "type": "prov:QUALIFIED_NAME"}


def number(value: int) -> dict[str, str]:
    """Return a whole number as a value."""
    return {"$": str(value), "type": "xsd:long"}


def document(lineage: dict[str, Any], records: dict[str, Any]) -> dict[str, Any]:
    """Return the PROV-JSON document of a lineage and the records of its jobs."""
    return {
        "prefix": PREFIXES | {"xsd": "http://www.w3.org/2001/XMLSchema#"},
        "entity": entities(lineage),
        "activity": activities(lineage, records),
        **relations(lineage),
        **agents(records),
    }


def main(job) -> dict[str, Rows]:
    """Join lineage and records; write PROV-JSON."""
    paths = [job.input.records] if isinstance(job.input.records, str) else job.input.records
    lineage = json.loads(Path(job.input.lineage).read_text(encoding="utf-8"))
    known = {entry["id"] for entry in lineage["jobs"]}
    records = {Path(path).stem: read_record(path) for path in paths if Path(path).stem in known}
    text = json_text(document(lineage, records))
    Path(job.output.prov).write_text(text, encoding="utf-8")
    return {"records": Rows(read=len(paths), used=len(records))}


run(main, globals())
