"""What else tells of the jobs, compared with their records: the graph, and Snakemake's own notes.

Each comparison yields the name of the file that is told of in two ways, and how they differ.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from trialtrail.lineage.digest import DAMAGE, file_digest, json_text, value_digest
from trialtrail.lineage.graph import place
from trialtrail.lineage.places import FOLDER, real_path
from trialtrail.lineage.seal import balanced, files_of_record, kind_of

Record = Mapping[str, Any]
Difference = tuple[str, str]
METADATA = ".snakemake/metadata"
TOLERANCE = 5.0
"""Seconds by which the clock of a file system may differ from that of the job's host."""
SCRIPT = re.compile(r"""["']([^"']+\.py)["']""")
RECORDS = "results/lineage/records/"
STATEMENT = "lineage/statement.intoto.json"
"""In the folder of results: what the run made, as it is signed."""


def path_of(name: str, record: Record) -> str:
    """Return the path of a file of a record, relative to the working folder of the run."""
    run = record["run"]
    return real_path(name, run["elsewhere"].get(name, FOLDER), run["places"], ".").as_posix()


def lineage_of(records: Mapping[str, Record]) -> dict[str, Any]:
    """Return the graph that the records give, as ``lineage.json`` has it but for sizes of files."""
    files: dict[str, dict[str, Any]] = {}
    roles: dict[str, set[str]] = {}
    jobs, used, generated = [], [], []
    for job, record in sorted(records.items()):
        for role, name, digest in files_of_record(record):
            about = files.setdefault(name, {"id": name, "path": path_of(name, record)})
            about.setdefault("sha256", digest)
            if role == "code" and name in record["result"].get("syntax", {}):
                about.setdefault("syntax", record["result"]["syntax"][name])
            roles.setdefault(name, set()).add(role)
            edge = {"job": job, "file": name}
            generated.append(edge) if role == "output" else used.append(edge | {"role": role})
        own = f"{RECORDS}{job}.json"
        files.setdefault(own, {"id": own, "path": own})["kind"] = "record"
        generated.append({"job": job, "file": own})
        jobs.append(_job_of(job, record))
    for name, about in files.items():  # a record has no digest here, unless a job read it
        about.setdefault("kind", kind_of(name, roles.get(name, ())))
    return {"files": list(files.values()), "jobs": jobs, "used": used, "generated": generated}


def is_graph(lineage: dict[str, Any]) -> bool:
    """Return whether each file, job and edge has what a graph is made of, as text."""
    edge = {"job", "file"}
    parts = {"files": {"id", "path", "kind"}, "jobs": {"id"}, "used": edge, "generated": edge}
    told = ((about, key) for part, keys in parts.items() for about in lineage[part] for key in keys)
    return all(isinstance(about.get(key), str) for about, key in told)


def _job_of(job: str, record: Record) -> dict[str, Any]:
    result = record["result"]
    rows = result.get("rows", {}).items()
    return {
        "id": job,
        "rule": result["rule"],
        "wildcards": result.get("wildcards", {}),
        "record": f"{RECORDS}{job}.json",
        "result_sha256": value_digest(result),
        "rows": {table: counts | {"balanced": balanced(counts)} for table, counts in rows},
    }


def lineage_differences(told: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the graph that is sealed (``told``) with the one the records give."""
    for part in ("files", "jobs"):
        mine, theirs = ({about["id"]: about for about in graph[part]} for graph in (given, told))
        for name in sorted({*mine, *theirs}):
            known = {key: value for key, value in theirs.get(name, {}).items() if key != "bytes"}
            found = dict(mine.get(name, {}))
            if "syntax" in known and known["syntax"] == found.get("syntax"):
                known.pop("sha256", None)  # jobs may have run on code with other comments
                found.pop("sha256", None)
            if name not in mine or known != found:
                file = name if part == "files" else f"{RECORDS}{name}.json"
                yield file, "the lineage tells of it otherwise than the records"
    for part in ("used", "generated"):
        mine, theirs = ({json_text(edge) for edge in graph[part]} for graph in (given, told))
        for edge in map(json.loads, sorted(mine ^ theirs)):
            verb = "uses" if part == "used" else "makes"
            teller = "a record" if json_text(edge) in mine else "the lineage"
            yield edge["file"], f"only {teller} says that {edge['job']} {verb} it"


def changed_subjects(results: Path, statement: Mapping[str, Any]) -> list[str]:
    """Return the files of a statement that are not as it has them.

    Of the journal it has an entry (``#head``), which stays in it however the journal grows.
    """
    changed = []
    for subject in statement["subject"]:
        name, _, part = subject["name"].partition("#")
        path, told = place(name, results), subject["digest"]["sha256"]
        if not path.is_file():
            same = False
        elif part:
            lines = path.read_bytes().splitlines()
            same = any(hashlib.sha256(line).hexdigest() == told for line in lines)
        else:
            same = file_digest(path) == told
        if not same:
            changed.append(name)
    return changed


def unlocked(lock: Mapping[str, Any] | None, manifest: Mapping[str, str]) -> Iterator[Difference]:
    """Compare the raw files that were sealed with those that were locked, where any were."""
    files = lock.get("files") if lock else None
    for path, digest in files.items() if isinstance(files, dict) else ():
        if manifest.get(path) != digest:
            gone = "is read no more, and was" if path not in manifest else "is not the one that was"
            yield path, f"{gone} locked by entry {lock['n']} of the journal"


def read_notes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return Snakemake's notes by the path of the output; none where there are none.

    Snakemake writes a JSON file an output, named by the path in base64; of a long name all parts
    but the last are folders that begin with ``@``.
    """
    notes = {}
    root = folder / METADATA
    for path in sorted(root.rglob("*")) if root.is_dir() else []:
        coded = "".join(part.removeprefix("@") for part in path.relative_to(root).parts)
        try:
            note = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
            name = urlsafe_b64decode(coded).decode()
        except DAMAGE:
            continue
        if isinstance(note, dict):
            notes[name] = note
    return notes


def snakemake_differences(
    records: Mapping[str, Record],
    notes: Mapping[str, Mapping[str, Any]],
    heard_by: Mapping[str, datetime],
) -> Iterator[Difference]:
    """Compare records with what Snakemake noted of each output: rule, inputs, parameters, times.

    Snakemake notes as the start of a job when it began it, or when it heard of the end of one that
    it had sent to another machine: ``heard_by`` has by when it must have, see `Account.heard_by`.
    """
    for job, record in records.items():
        for name in (*record["result"]["outputs"], f"{RECORDS}{job}.json"):
            note = notes.get(name)
            if note is None:
                continue
            try:
                for text in _differences(record, note, heard_by.get(job)):
                    yield name, f"Snakemake's notes and the record of {job} differ: {text}"
            except DAMAGE:
                yield name, f"Snakemake's notes of it cannot be compared with the record of {job}"


def _differences(
    record: Record, note: Mapping[str, Any], heard_by: datetime | None
) -> Iterator[str]:
    result = record["result"]
    if note["rule"] != result["rule"]:
        yield f"rule {note['rule']} and {result['rule']}"
    script = SCRIPT.search(note.get("code") or "")
    ran = {*result["code"], *result["modules"]}
    if script and ran and os.path.basename(script[1]) not in map(os.path.basename, ran):
        yield f"{script[1]} is not among the code recorded"
    yield from _inputs(record, note)
    declared = {path_of(name, record): said for name, said in result.get("syntax", {}).items()}
    recorded = [json_text(value) for value in (*result["params"].values(), declared)]
    for told in map(_literal, note.get("params") or []):
        if told is not None and told not in recorded:
            yield "a parameter is another"
    start, end = (datetime.fromisoformat(record["run"][key]).timestamp() for key in TIMES)
    if note["starttime"] > (heard_by.timestamp() if heard_by else start) + TOLERANCE:
        yield "the output was marked as made after the job, without a run of it (--touch)"
    elif note["endtime"] < end - TOLERANCE:
        yield "the record was written after the job had ended"


TIMES = ("start", "end")


def _inputs(record: Record, note: Mapping[str, Any]) -> Iterator[str]:
    recorded = {
        path_of(name, record): digest
        for role, name, digest in files_of_record(record)
        if role == "input"
    }
    digests = note.get("input_checksums") or {}
    found: set[str] = set()
    for told in note["input"]:
        path = os.path.normpath(told)
        same = {path} & recorded.keys() or {each for each in recorded if _stands_for(path, each)}
        found |= same
        if not same:
            yield f"{told} is not among the inputs recorded"
        kind, _, digest = digests.get(told, "").partition(":")
        if kind == "sha256" and len(same) == 1 and recorded[min(same)] != digest:
            yield f"the digest of {told}"
    for path in sorted(recorded.keys() - found):
        yield f"{path} is not among the inputs that Snakemake noted"


def _stands_for(told: str, path: str) -> bool:
    """Return whether a path as Snakemake has it is ``path`` or a folder that holds it.

    Of an absolute path, which holds on one machine only, the end is compared.
    """
    if not os.path.isabs(told):
        return path == told or path.startswith(f"{told}/")
    tail = re.sub(r"^(\.\./)+", "", path)
    parts = told.split("/")
    ends = ("/".join(parts[at:]) for at in range(1, len(parts)))
    return any(tail == end or tail.startswith(f"{end}/") for end in ends)


def _literal(text: str) -> str | None:
    """Return a parameter as a record has it, None where that cannot be told from its text."""
    try:
        value = _plain(ast.literal_eval(text))
        return None if re.search(r'"/', json_text(value)) else json_text(value)
    except (ValueError, SyntaxError, TypeError):
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [_plain(item) for item in items]
    return value
