#!/usr/bin/env python3
"""Verify a sealed results folder with nothing but Python (3.8 or later) and this one file.

    python3 results/lineage/verify.py      from anywhere; a copy elsewhere takes --results FOLDER
    --expect SHA256    the digest of statement.intoto.json (it vouches for everything) or of
                       manifest.sha256 (for all made before it), as published or in a letter
    --strict           what is not here, and so cannot be checked, is a fault, too

DO NOT TRUST THE COPY IN THE FOLDER IT JUDGES: who can change the results can change it. Compare
its SHA-256 with the one published with the software, or use a copy from elsewhere. Who rewrites
files, records, journal and manifest alike is found out only by --expect, or by the signature.

What is checked:
 1 manifest   manifest.sha256 lists the digest of each file read, run or made; each must agree.
 2 records    records/<job>.json says what a job read, ran and made, lineage.json joins them: all
              digests must be those of files and manifest; rows read = used + set aside.
 3 journal    journal.jsonl notes each run and attempt. Each line has its own digest and that of
              the line before; journal_head.json (in the manifest) says how far it went at the
              seal; the digest of each record must be in it, and the manifest's in the run's end.
 4 coverage   each file of the folder must be declared by a record, and be a file, not a link.
 5 statement  statement.intoto.json has the digests of what was made after the manifest (the pages
              on which one walks, among others), and an entry of the journal: what is signed.
It ends with 0 when all is whole, else with 1. It writes nothing and uses no network.
"""

import argparse
import hashlib
import json
import os
import re
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

TRAIL, RECORDS = "results/lineage/", "results/lineage/records/"
MANIFEST, LINEAGE = TRAIL + "manifest.sha256", TRAIL + "lineage.json"
JOURNAL, HEAD = TRAIL + "journal.jsonl", TRAIL + "journal_head.json"
STATEMENT = TRAIL + "statement.intoto.json"
# No products: logs, records of failures, signatures. The journal is checked by its own chain.
ASIDE = r"(logs/[^/]+\.log|benchmarks/[^/]+\.tsv|lineage/(failed|signatures)/[^/]+)"
NO_PRODUCT = re.compile(rf"results/{ASIDE}|{JOURNAL}|.*/\.snakemake_timestamp")
# What goes wrong where a file that is read is damaged.
DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
sha256 = lambda data: hashlib.sha256(data).hexdigest()  # noqa: E731


class Folder:
    """The results folder. Paths are as in the manifest: from the folder that holds `results`."""

    def __init__(self, results):
        self.results = results
        self.faults = defaultdict(set)  # what is wrong, by the path of the file
        self.digests = {}  # so that each file is read once
        self.manifest = self.read_manifest()
        self.records = self.read_records()

    def read(self, path):
        """The bytes of a file, None where there is none. The folder may have been renamed."""
        inside = path.startswith("results/")
        file = self.results / path[8:] if inside else self.results.parent / path
        return file.read_bytes() if file.is_file() else None

    def digest(self, path):
        if path not in self.digests:
            self.digests[path] = None if (data := self.read(path)) is None else sha256(data)
        return self.digests[path]

    def files(self, pattern):
        """The paths of the files of the results that match, in order."""
        found = (f for f in self.results.glob(pattern) if f.is_file() or f.is_symlink())
        return sorted("results/" + file.relative_to(self.results).as_posix() for file in found)

    def read_manifest(self):
        """Lines as sha256sum writes them: digest, two spaces, path; escaped after a backslash."""
        told = {}
        for line in (self.read(MANIFEST) or b"missing").decode("utf-8", "replace").splitlines():
            try:
                escaped, digest, path = re.fullmatch(r"(\\?)([0-9a-f]{64}) [ *](.+)", line).groups()
                path = json.loads('"' + path.replace('"', '\\"') + '"') if escaped else path
            except DAMAGE:
                path = None
            if path is None or path in told:
                self.faults[MANIFEST].add(f"is missing, or this line is damaged: {line[:70]}")
            else:
                told[path] = digest
        return told

    def read_records(self):
        """Each record by its path, with its `files`: (role, path, digest) of all it tells of."""
        records = {}
        for path in self.files("lineage/records/*.json"):
            try:
                record = json.loads(self.read(path))
                result, run = record["result"], record["run"]
                ran = {name: about["sha256"] for name, about in result["modules"].items()}
                parts = {"code": ran, "input": result["inputs"], "output": result["outputs"]}
                ran.update(result["code"])
                told = [(role, name, parts[role][name]) for role in parts for name in parts[role]]
                # str.lower refuses what is no text, and so no digest.
                record["files"] = [(r, path_of(n, run), str.lower(sha)) for r, n, sha in told]
                for table, rows in result.get("rows", {}).items():
                    if rows["read"] != rows["used"] + sum(rows["set_aside"].values()):
                        self.faults[path].add(f"the rows of {table} do not balance")
                record["roots"] = {*run["places"].values()}
                record["syntax"] = {path_of(n, run): s for n, s in result.get("syntax", {}).items()}
                records[path] = record
            except DAMAGE:
                self.faults[path].add("cannot be read as the record of a job")
        return records


def path_of(name, run):
    """The path of a file that a record names; `places` are the folders that names start from."""
    place = run["elsewhere"].get(name)  # without one: the folder that holds `results`
    rest = name[len(place) + 1 :] if name.startswith(f"{place}/") else name
    return os.path.normpath(os.path.join(run["places"][place], rest)) if place else name


def check_files(folder, strict):
    """1, 2, 4: files against manifest and records, records against the manifest; coverage."""
    told = [(path, digest, "the manifest") for path, digest in folder.manifest.items()]
    syntax = {}  # of code: a changed comment reruns no job, so bytes may differ
    try:
        for file in json.loads(folder.read(LINEAGE))["files"]:
            syntax[file["path"]] = file.get("syntax")
            if file.get("sha256") not in (None, folder.manifest.get(file["path"])):
                folder.faults[file["path"]].add("the lineage has another digest than the manifest")
    except DAMAGE:
        folder.faults[LINEAGE].add("cannot be read")
    for name, record in folder.records.items():
        for role, path, digest in record["files"]:
            if role == "code" and record["syntax"].get(path, "") == syntax.get(path):
                digest = folder.manifest.get(path, digest)
            told.append((path, digest, name))
            # Of jobs after the seal the manifest has nothing; the journal vouches for them.
            if folder.manifest.get(path, None if name in folder.manifest else digest) != digest:
                folder.faults[path].add(f"{name} has another digest than the manifest")
    roots = {root for r in folder.records.values() for root in r["roots"] if root != "."}

    def place(path):  # the checkout, the study or the top folder that a file comes with
        around = [root for root in roots if path.startswith(root + "/")]
        return max(around, key=len, default=re.match(r"(\.\./)*[^/]*", path)[0])

    outside = {path for path, _, _ in told if not path.startswith("results/")}
    here = {place(path) for path in outside if folder.digest(path)}
    away = {path for path in outside if place(path) not in here}
    for path, digest, teller in told:
        found = folder.digest(path)
        if found is None and (strict or path not in away):
            folder.faults[path].add("is missing")
        elif found not in (None, digest):
            folder.faults[path].add(f"has changed: {teller} has {digest[:12]}, found {found[:12]}")
    for at in sorted({place(path) for path in away}):
        print(f"Note: not here, so not checked: what came from {at}")
    files = [file for record in folder.records.values() for file in record["files"]]
    known = {path for role, path, _ in files if role == "output"}.union(folder.records)
    for path in folder.files("**/*"):
        if (folder.results / path[8:]).is_symlink():
            folder.faults[path].add("is a link: what it leads to can be changed unseen")
        elif path not in known.union(folder.faults) and not NO_PRODUCT.fullmatch(path):
            folder.faults[path].add("no record says what made it")


def check_statement(folder):
    """5: what was made after the manifest, and the journal so far, against what is signed."""
    lines = (folder.read(JOURNAL) or b"").split(b"\n")
    try:
        statement = json.loads(folder.read(STATEMENT) or '{"subject": []}')  # if gone: see 3
        for subject in statement["subject"]:
            path, _, entry = subject["name"].partition("#")
            found = {sha256(line) for line in lines} if entry else {folder.digest(path)}
            if subject["digest"]["sha256"] not in found:
                folder.faults[path].add("is not as the statement has it")
    except DAMAGE:
        folder.faults[STATEMENT].add("cannot be read")


def read_journal(folder):
    """3: the entries by number, and how many were sealed; checks sums, numbers and the chain."""
    entries, previous = {}, "0" * 64
    *lines, rest = (folder.read(JOURNAL) or b"").split(b"\n")
    if rest or not lines:
        folder.faults[JOURNAL].add("is missing, or its last entry is cut off")
    for number, line in enumerate(lines, 1):
        body, _, own = line.rpartition(b', "sum": "')
        if own == (sha256(body + b"}") + '"}').encode():
            entry = entries[number] = json.loads(line)
            if (entry["n"], entry["previous"]) != (number, previous):
                folder.faults[JOURNAL].add(f"entry {number} does not follow the one before it")
        elif b'"kind": "torn"' not in b"".join(lines[number : number + 1]):
            folder.faults[JOURNAL].add(f"entry {number} has been changed: its sum is another")
        previous = sha256(line)
    with suppress(*DAMAGE):
        head = json.loads(folder.read(HEAD))
        if sha256(lines[head["entries"] - 1]) == head["head"]:
            return entries, head["entries"]
    folder.faults[JOURNAL].add("does not begin with the entries that journal_head.json sealed")
    return entries, 0


def check_journal(folder):
    """3: the runs; each record and the manifest against what the journal noted of them."""
    entries, sealed = read_journal(folder)
    wrote, last, run, end = {}, {}, None, {}
    for number, entry in entries.items():
        problem = None
        if entry["kind"] == "run_start":
            run = dict(entry, attempts=0)
        elif entry["kind"] in ("attempt", "run_end") and run is None:
            problem = f"entry {number} is outside of any run"
        elif entry["kind"] == "attempt":
            run["attempts"] += 1
        elif entry["kind"] == "run_end" and (run.get("touch") or not run["attempts"]):
            problem = f"entry {number}: a run that did no job (--touch, or none could start)"
        if entry["kind"] == "attempt":
            last[f"{TRAIL}failed/{entry['job']}.json"] = entry
            wrote.update({f"{RECORDS}{entry['job']}.json": entry} if entry["exit"] == 0 else {})
        elif entry["kind"] == "run_end":
            run, end = None, entry
        if problem and number > sealed and entry.get("outcome") != "failed":
            folder.faults[JOURNAL].add(problem)  # before the seal it is history
    locks = [entry for entry in entries.values() if entry["kind"] == "lock"]
    for path, digest in locks[-1].get("files", {}).items() if locks else ():
        if folder.manifest.get(path) != digest:
            folder.faults[path].add("is not the one that was locked; the journal says by whom")
    if run or not end:
        folder.faults[JOURNAL].add("the last run has no end: stopped, or entries are lost")
    elif end["manifest_sha256"] != folder.digest(MANIFEST):
        folder.faults[MANIFEST].add("is not the one that stood at the end of the run")
    # A record that is gone is told of by the manifest; one of after the seal, by the journal.
    late = {path for path, entry in wrote.items() if entry["n"] > sealed}
    for path in late.union(folder.files("lineage/records/*.json")):
        entry = wrote.get(path, {"n": 0})
        if entry.get("record_sha256") != folder.digest(path):
            folder.faults[path].add("is not the record that the journal noted")
        elif path not in folder.manifest and entry["n"] <= sealed:
            folder.faults[path].add("is not in the manifest, and not of a job after the seal")
    for path in {*folder.files("lineage/failed/*.json"), *last}:
        entry = last.get(path, {})
        if (entry.get("record_sha256") if entry.get("exit") else None) != folder.digest(path):
            folder.faults[path].add("is not what the job's last attempt left")


def downstream(folder, path):
    """All files that rest on one: by the records, and by the lineage where a record is damaged."""
    edges = [(n, role, file) for n, r in folder.records.items() for role, file, _ in r["files"]]
    with suppress(*DAMAGE):  # the records have it, too
        lineage = json.loads(folder.read(LINEAGE))
        paths = {file["id"]: file["path"] for file in lineage["files"]}
        for edge in lineage["used"] + lineage["generated"]:
            job = f"{RECORDS}{edge['job']}.json"
            edges.append((job, edge.get("role", "output"), str(paths[edge["file"]])))
    used, made = defaultdict(set), defaultdict(set)  # jobs by file, files by job
    for job, role, file in edges:
        (made[job] if role == "output" else used[file]).add(file if role == "output" else job)
    queue, below = [path, *made[path]], set()  # on a record rests what its job made
    ran = {file for n, role, file in edges if n in folder.manifest}
    if path in folder.manifest and path not in ran and not path.startswith("results/"):
        # On the lock file, the configuration and the map of the jobs rests all.
        queue += [file for _, role, file in edges if role == "output"]
    while queue:
        file = queue.pop()
        if file not in below:
            below.add(file)
            queue += [other for job in used[file] for other in made[job]]
    return sorted(file for file in below if file != path and not file.startswith(RECORDS))


def main():
    parser = argparse.ArgumentParser(description="Verify a sealed results folder")
    parser.add_argument("--results", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--expect", default="", help="digest of statement or manifest, published")
    parser.add_argument("--strict", action="store_true", help="what is not here is a fault, too")
    options = parser.parse_args()
    folder = Folder(options.results.resolve())
    if options.expect.lower() not in ("", folder.digest(MANIFEST), folder.digest(STATEMENT)):
        folder.faults[MANIFEST].add("is not the one that was published, nor is the statement")
    check_files(folder, options.strict)
    check_journal(folder)
    check_statement(folder)
    for path, texts in sorted(folder.faults.items()):
        print(path, *sorted(texts), sep="\n  ")
        for file in downstream(folder, path):
            print("  downstream:", file)
    verdict = f"{len(folder.faults)} not as sealed" if folder.faults else "all is whole"
    print(f"{len(folder.manifest)} files and {len(folder.records)} records checked: {verdict}.")
    print(f"The manifest has the digest {folder.digest(MANIFEST)}.")
    print(f"The statement has the digest {folder.digest(STATEMENT)}. Is it the published one?")
    return 1 if folder.faults else 0


if __name__ == "__main__":
    sys.exit(main())
