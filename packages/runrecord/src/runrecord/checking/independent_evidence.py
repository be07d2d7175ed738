"""Compare Snakemake's own notes of each output with the record of the job that made it.

A comparison yields the name of the file on which two sources differ, and how.
"""

from __future__ import annotations

import ast
import json
import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from runrecord.checking import standalone_verify
from runrecord.checking.standalone_verify import Check
from runrecord.digest import DAMAGE, json_text
from runrecord.seal import files_of_record

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
    return standalone_verify.path_of(name, record["run"])


def changed_subjects(results: Path, statement: Mapping[str, Any]) -> list[str]:
    """Return the files of a statement that are not as it has them.

    Of the journal it has an entry (``#head``), which stays in it however the journal grows.
    """
    return Check(results).changed_subjects(statement)


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
    for param in map(_literal, note.get("params") or []):
        if param is not None and param not in recorded:
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
    for noted in note["input"]:
        path = os.path.normpath(noted)
        same = {path} & recorded.keys() or {each for each in recorded if _stands_for(path, each)}
        found |= same
        if not same:
            yield f"{noted} is not among the inputs recorded"
        kind, _, digest = digests.get(noted, "").partition(":")
        if kind == "sha256" and len(same) == 1 and recorded[min(same)] != digest:
            yield f"the digest of {noted}"
    for path in sorted(recorded.keys() - found):
        yield f"{path} is not among the inputs that Snakemake noted"


def _stands_for(noted: str, path: str) -> bool:
    """Return whether a path as Snakemake has it is ``path`` or a folder that holds it.

    Of an absolute path, which holds on one machine only, the end is compared.
    """
    if not os.path.isabs(noted):
        return path == noted or path.startswith(f"{noted}/")
    tail = re.sub(r"^(\.\./)+", "", path)
    parts = noted.split("/")
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
