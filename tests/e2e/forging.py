"""A finished folder, bent: what a forger would change, and what both verifiers say of it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runrecord import journal
from runrecord.checking import standalone_verify
from runrecord.checking.independent_evidence import path_of
from runrecord.checking.verify import Check
from runrecord.digest import file_digest, json_text, value_digest
from runrecord.seal import files_of_record

import trialtrail  # noqa: F401  says of which project the records are

TRAIL = "results/lineage/"
MANIFEST, LINEAGE = f"{TRAIL}manifest.sha256", f"{TRAIL}lineage.json"
JOURNAL, HEAD = f"{TRAIL}journal.jsonl", f"{TRAIL}journal_head.json"
STATEMENT, PAGE = f"{TRAIL}statement.intoto.json", f"{TRAIL}index.html"
NOTES = ".snakemake/metadata"
TABLE, OTHER = "results/tables/summaries.csv", "results/tables/estimates.csv"
INTERMEDIATE = "results/validated/participants.parquet"


@dataclass
class Verdict:
    """What one verifier says: the files at fault, all it said, and what follows from a file."""

    faults: set[str]
    said: str
    below: dict[str, set[str]]
    code: int


Digests = dict[str, str | None]
"""Of files, by path, as a verifier has found them; None where there is no file."""


def ask_package(folder: Path, known: Digests | None = None, **options) -> Verdict:
    """Return what `trialtrail verify` says; files whose digest is known are not hashed again."""
    return _verdict(Check(folder / "results", **options), known)


def ask_file(folder: Path, known: Digests | None = None, **options) -> Verdict:
    """Return what verify.py says; files whose digest is known are not hashed again."""
    return _verdict(standalone_verify.Check(folder / "results", **options), known)


def _verdict(check: standalone_verify.Check, known: Digests | None) -> Verdict:
    check.digests.update(known or {})
    code = check.run()
    assert (code == standalone_verify.FAULT) == bool(check.faults)
    below = {path: set(check.downstream(path)) for path in check.faults}
    return Verdict(set(check.faults), check.report(), below, code)


def both(folder: Path, known: Digests | None = None) -> tuple[Verdict, Verdict]:
    """Return what both verifiers say."""
    return ask_package(folder, known), ask_file(folder, known)


def digests_found(folder: Path) -> Digests:
    """Return the digests that a verification of a folder finds."""
    check = standalone_verify.Check(folder / "results")
    check.run()
    return check.digests


@contextlib.contextmanager
def kept(folder: Path, *paths: str) -> Iterator[None]:
    """Put files back as they were, times and all."""
    before = {path: ((folder / path).read_bytes(), os.stat(folder / path)) for path in paths}
    try:
        yield
    finally:
        for path, (data, about) in before.items():
            (folder / path).write_bytes(data)
            os.utime(folder / path, ns=(about.st_atime_ns, about.st_mtime_ns))


def flip(path: Path) -> None:
    """Flip one bit in the middle of a file and give it its old time stamp."""
    data, about = bytearray(path.read_bytes() or b"\n"), path.stat()
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def manifest_of(folder: Path) -> list[str]:
    """Return the paths in the manifest."""
    return [line.split("  ", 1)[1] for line in (folder / MANIFEST).read_text().splitlines()]


def told_of(folder: Path) -> set[str]:
    """Return the paths that the manifest or a record names."""
    records = map(read_json, (folder / TRAIL / "records").glob("*.json"))
    named = {path_of(name, each) for each in records for _, name, _ in files_of_record(each)}
    return named.union(manifest_of(folder))


def read_json(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def rechain(folder: Path, lines: list[bytes], changes: dict[str, str]) -> None:
    """Write a journal whose chain is whole, with digests put in the place of others.

    What becomes of the digest of each entry is noted among the changes.
    """
    made: list[bytes] = []
    for line in lines:
        facts = json.loads(substitute(line.decode(), changes))
        entry = {"n": len(made) + 1, "kind": facts["kind"], "at": facts["at"]}
        entry["previous"] = journal.sha256(made[-1]) if made else journal.START
        entry |= {key: facts[key] for key in sorted(facts.keys() - journal.RESERVED)}
        text = json.dumps(entry)
        made.append(f'{text[:-1]}, "sum": "{journal.sha256(text.encode())}"}}'.encode())
        if made[-1] != line:
            changes[journal.sha256(line)] = journal.sha256(made[-1])
    (folder / JOURNAL).write_bytes(b"".join(line + b"\n" for line in made))


def substitute(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def rewrite(path: Path, changes: dict[str, str]) -> bool:
    """Put digests in the place of others, and note the file's own change; return if there is."""
    before, text = file_digest(path), path.read_text(encoding="utf-8")
    path.write_text(substitute(text, changes), encoding="utf-8")
    after = file_digest(path)
    changes |= {before: after} if before != after else {}
    return before != after


def forge_records(folder: Path) -> dict[str, str]:
    """Change a table; make its record, those of its readers and Snakemake's notes tell of it so."""
    before = file_digest(folder / TABLE)
    flip(folder / TABLE)
    changes = {before: file_digest(folder / TABLE)}
    records = sorted((folder / TRAIL / "records").glob("*.json"))
    while any([rewrite(path, changes) for path in records if path.stem != "seal_lineage"]):
        pass
    for path in (folder / NOTES).iterdir():
        path.write_text(substitute(path.read_text(), changes))
    return changes


LAYERS = ("records", "lineage", "journal", "manifest", "statement", "notes")
"""What tells of a digest; a forger who forgets one of them is found out."""


def forge_all(folder: Path, path: str = TABLE, but: tuple[str, ...] = ()) -> None:
    """Change a file, and all that tells of it until everything agrees again, but some layers."""
    before = file_digest(folder / path)
    flip(folder / path)
    changes = {before: file_digest(folder / path)}
    files = {"lineage": [LINEAGE], "manifest": [MANIFEST], "statement": [STATEMENT]}
    files["records"] = [f.relative_to(folder) for f in (folder / TRAIL / "records").iterdir()]
    files["journal"] = [HEAD]
    told = [each for layer, found in files.items() if layer not in but for each in found]
    known = -1
    while len(changes) > known:
        known = len(changes)
        for each in told:
            if each == LINEAGE:
                count_results_anew(folder, changes)
            rewrite(folder / each, changes)
        if "journal" not in but:
            rechain(folder, (folder / JOURNAL).read_bytes().splitlines(), changes)
    if "notes" not in but:
        for note in (folder / NOTES).iterdir():
            note.write_text(substitute(note.read_text(), changes))


def count_results_anew(folder: Path, changes: dict[str, str]) -> None:
    """Put the digests of the results of all jobs into the lineage, as they are now."""
    before = file_digest(folder / LINEAGE)
    lineage = read_json(folder / LINEAGE)
    for job in lineage["jobs"]:
        job["result_sha256"] = value_digest(read_json(folder / job["record"])["result"])
    (folder / LINEAGE).write_text(json_text(lineage))
    after = file_digest(folder / LINEAGE)
    changes |= {before: after} if before != after else {}
