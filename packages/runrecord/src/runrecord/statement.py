"""State what a run made: an in-toto Statement v1 with SLSA provenance v1, to be signed.

A subject is a file of the results that a reader relies on, with its digest: the manifest, which
holds the digests of all that was made before it, and what was made after it, such as the pages. The
last entry of the journal stands for the records of all those jobs. The predicate says from what and
how they were made. No SLSA level is claimed: `signature` makes the signature, with the key of
whoever answers for it.
"""

import json
from pathlib import Path
from typing import Any

from runrecord import journal
from runrecord.digest import as_list, file_digest, json_text
from runrecord.job.rows import Rows
from runrecord.project import project
from runrecord.seal import read_record

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
SOURCES = ("raw", "configuration", "code")


def resource(name: str, sha256: str) -> dict[str, Any]:
    """Return a file as in-toto describes one."""
    return {"name": name, "digest": {"sha256": sha256}}


def subjects(paths: list[str]) -> list[dict[str, Any]]:
    """Return the files at ``paths``, in the order of their names."""
    return [resource(path, file_digest(path)) for path in sorted(paths)]


def journal_head(path: Path) -> list[dict[str, Any]]:
    """Return the last entry of the journal; the journal may grow, and this entry stays in it."""
    entries, head = journal.head(path)
    return [resource(f"{path.as_posix()}#head", head)] if entries else []


def dependencies(lineage: dict[str, Any], records: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the raw files, configuration, code and lock file that the run rests on."""
    found = {
        file["id"]: file["sha256"]
        for file in lineage["files"]
        if file["kind"] in SOURCES and "sha256" in file
    }
    for record in records.values():
        found |= record["environment"]["lock"] | record["environment"]["lineage"]
    return [resource(name, found[name]) for name in sorted(found)]


def versions(records: dict[str, Any]) -> dict[str, str]:
    """Return the interpreter and the libraries of all jobs; several versions of one are joined."""
    seen: dict[str, set[str]] = {}
    for record in records.values():
        about = record["environment"]
        for name, version in {"python": about["python"], **about["libraries"]}.items():
            seen.setdefault(name, set()).add(version)
    return {name: ", ".join(sorted(found)) for name, found in sorted(seen.items())}


def provenance(lineage: dict[str, Any], records: dict[str, Any], title: str) -> dict[str, Any]:
    """Return the predicate: SLSA provenance of the run as a whole."""
    runs = [record["run"] for record in records.values()]
    commits = sorted({ran["git"]["commit"] for ran in runs if ran["git"]["commit"]})
    clean = all(ran["git"]["clean"] for ran in runs)
    return {
        "buildDefinition": {
            "buildType": f"urn:x-{project().name}:workflow:1",
            "externalParameters": {"study": title},
            "internalParameters": {
                "commits": commits,
                "clean": clean,
                "jobs": {job["id"]: job["result_sha256"] for job in lineage["jobs"]},
            },
            "resolvedDependencies": dependencies(lineage, records),
        },
        "runDetails": {
            # Any machine on which someone runs the workflow: nothing is promised of it.
            "builder": {"id": f"urn:x-{project().name}:local", "version": versions(records)},
            "metadata": {
                "startedOn": min(ran["start"] for ran in runs),
                "finishedOn": max(ran["end"] for ran in runs),
            },
        },
    }


def statement(files: list[str], predicate: dict[str, Any]) -> dict[str, Any]:
    """Return the statement of the files at ``files``."""
    return {
        "_type": STATEMENT,
        "subject": subjects(files),
        "predicateType": PREDICATE,
        "predicate": predicate,
    }


def state_run(job: Any) -> dict[str, Rows]:
    """Be the ``main`` of the job that writes the statement.

    Args:
        job: its inputs are ``records``, ``lineage`` and ``manifest``; these two and all its other
            inputs are vouched for. Its output is ``statement``, its parameter ``title``.

    Returns:
        The records read, one row each.
    """
    paths = as_list(job.input.records)
    lineage = json.loads(Path(job.input.lineage).read_text(encoding="utf-8"))
    known = {entry["id"] for entry in lineage["jobs"]}
    records = {Path(path).stem: read_record(path) for path in paths if Path(path).stem in known}
    vouched = {*map(str, job.input)} - {*paths}
    stated = statement(sorted(vouched), provenance(lineage, records, job.params.title))
    stated["subject"] += journal_head(Path(job.output.statement).with_name(journal.FILE))
    Path(job.output.statement).write_text(json_text(stated), encoding="utf-8")
    return {"records": Rows(read=len(paths), used=len(records))}
