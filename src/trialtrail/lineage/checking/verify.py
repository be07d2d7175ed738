"""Say whether a results folder is whole: what has changed, is missing, or is in no record.

What is compared: each file with the manifest, with the records of the jobs that made and read it;
each record with the manifest and the journal; the journal with its own chain, the seal and the
runs; the graph with the records; the records with Snakemake's own notes; each file of the results
with the outputs that records declare; what was made after the manifest with the statement. Whoever
rewrites all of these alike is found out by what is kept elsewhere: the signature, or the digest of
the statement or of the manifest (``--expect``).
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.lineage import journal
from trialtrail.lineage.checking.independent_evidence import (
    METADATA,
    STATEMENT,
    changed_subjects,
    is_graph,
    lineage_differences,
    lineage_of,
    path_of,
    read_notes,
    snakemake_differences,
    unlocked,
)
from trialtrail.lineage.checking.verify_report import circumstances, resting_on, told
from trialtrail.lineage.digest import DAMAGE, file_digest
from trialtrail.lineage.graph import (
    LINEAGE,
    MANIFEST,
    Graph,
    counted,
    load,
    place,
    results_folder,
)
from trialtrail.lineage.seal import RESULTS, balanced, files_of_record, read_record

UNSEALED = re.compile(
    r"(logs/[^/]+\.log|benchmarks/[^/]+\.tsv|lineage/(failed|signatures)/[^/]+"
    r"|(.*/)?\.snakemake_timestamp)"
)
"""Files of the results that are no products; signatures are checked by their own means."""
TRAIL = f"{RESULTS}lineage/"
JOURNAL = f"{TRAIL}{journal.FILE}"
LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")


class Check:
    """One verification: what is wrong by file, and how much was looked at.

    Attributes:
        faults: by file, what is wrong with it.
        notes: what is no fault and worth knowing.
        missing: by place, the raw files and code that did not come with the results.
    """

    def __init__(self, results: str | Path, *, strict: bool = False, expect: str = "") -> None:
        self.results = results_folder(results)
        self.strict, self.expect = strict, expect.lower()
        self.faults: dict[str, list[str]] = {}
        self.notes: list[str] = []
        self.missing: dict[str, set[str]] = {}
        self.counts = {"files": 0, "records": 0, "balances": 0}
        self.lineage: dict[str, Any] | None = None
        self.manifest: dict[str, str] = {}
        self.records: dict[str, dict[str, Any]] = {}
        self._digests: dict[Path, str | None] = {}

    def run(self) -> bool:
        """Make all checks; return whether nothing is wrong."""
        self._read_manifest()
        self._read_records()
        self._read_lineage()
        if not any((self.results / name).is_file() for name in (MANIFEST, LINEAGE)):
            self.notes.append("No run has been finished and sealed here: run snakemake.")
            return False
        for check in (
            self._digests_of_manifest,
            self._digests_of_records,
            self._lineage_agrees,
            self._journal_agrees,
            self._statement_agrees,
            self._failures_agree,
            self._snakemake_agrees,
            self._rows,
            self._coverage,
            self._undeclared,
            self._not_here,
        ):
            check()
        self.notes += circumstances(self.records)
        return not self.faults

    def fault(self, name: str, text: str) -> None:
        """Note what is wrong with a file, once."""
        told = self.faults.setdefault(name, [])
        if text not in told:
            told.append(text)

    def downstream(self, name: str) -> list[str]:
        """Return the files that rest on ``name``; on a record rest those that its job made."""
        return resting_on(name, self.graph, self.after, self.manifest)

    def report(self) -> str:
        """Return what is wrong, what lies downstream of it, and what was looked at."""
        return told(self.faults, self.notes, self.counts, self.graph, self.downstream)

    def digest(self, path: Path) -> str | None:
        """Return a file's digest, None where it is missing; each file is read once."""
        if path not in self._digests:
            self._digests[path] = file_digest(path) if path.is_file() else None
        return self._digests[path]

    def compare(self, name: str, path: str, recorded: str, teller: str) -> None:
        """Note when the file at ``path``, from the working folder, is not what ``teller`` says."""
        found = self.digest(place(path, self.results))
        if found is None and not path.startswith(RESULTS) and not self._came(path):
            self.missing.setdefault(self._group(path), set()).add(name)
        elif found is None:
            self.fault(name, "is missing")
        elif found != recorded:
            self.fault(name, f"has changed: {teller} has {recorded[:12]}…, found {found[:12]}…")

    def _group(self, path: str) -> str:
        """Return the place of a raw file or of code that comes, or stays behind, as a whole."""
        for root in self._roots:
            if path.startswith(f"{root}/"):
                return root
        return path.split("/")[0] if not path.startswith(("..", "/")) else str(Path(path).parent)

    def _came(self, path: str) -> bool:
        """Return whether anything of the place of ``path`` is here."""
        return self._group(path) in self._here

    def _read_manifest(self) -> None:
        name = f"{RESULTS}{MANIFEST}"
        try:
            lines = (self.results / MANIFEST).read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            self.fault(name, "is missing or cannot be read")
            return
        for number, line in enumerate(lines, 1):
            try:
                escaped, digest, path = LINE.fullmatch(line).groups()
                path = _unescaped(path) if escaped else path
            except DAMAGE:
                self.fault(name, f"line {number} is no line of a manifest")
                continue
            if path in self.manifest:
                self.fault(name, f"line {number} names {path} again")
            self.manifest[path] = digest
        found = self.digest(self.results / MANIFEST)
        if self.expect and self.expect not in (found, self.digest(self.results / STATEMENT)):
            told = f"{self.expect[:12]}…, found {found[:12]}…; nor is the statement"
            self.fault(name, f"is not the one expected: {told}")

    def _read_records(self) -> None:
        roots: set[str] = set()
        for path in sorted((self.results / "lineage/records").glob("*.json")):
            try:
                record = read_record(path)
                lineage_of({path.stem: record})  # a damaged one is not only what is no JSON
                roots |= {*record["run"]["places"].values()}
                self.records[path.stem] = record
            except (StudyError, *DAMAGE):
                self.fault(_record_name(path.stem), "cannot be read as the record of a job")
        self.counts["records"] = len(self.records)
        self._roots = sorted(roots - {"."}, key=len, reverse=True)  # innermost first

    def _read_lineage(self) -> None:
        """Read the graph; what it lacks, or all of it if it is damaged, the records give."""
        self.after = self._after_the_seal()
        given = lineage_of(self.records)
        try:
            load(self.results)
            told = json.loads((self.results / LINEAGE).read_text(encoding="utf-8"))
            if not is_graph(told):
                raise StudyError("The lineage is damaged")
            self.lineage = told
        except StudyError as error:
            self.fault(f"{RESULTS}{LINEAGE}", error.what.lower())
        told = self.lineage or {"files": [], "jobs": [], "used": [], "generated": []}
        self._syntax = {file["id"]: file.get("syntax") for file in told["files"]}
        self.graph = Graph({part: [*told[part], *given[part]] for part in given}, self.results)
        outside = {path for path in self.manifest if not path.startswith(RESULTS)}
        outside |= {
            path_of(name, record)
            for record in self.records.values()
            for _, name, _ in files_of_record(record)
            if not name.startswith(RESULTS)
        }
        here = (path for path in outside if place(path, self.results).is_file())
        self._here = {self._group(path) for path in here}

    def _digests_of_manifest(self) -> None:
        names = {file["path"]: name for name, file in self.graph.files.items()}
        for path, recorded in self.manifest.items():
            self.counts["files"] += 1
            self.compare(names.get(path, path), path, recorded, "the manifest")

    def _digests_of_records(self) -> None:
        """Compare each record with the files it tells of and with the manifest."""
        for job, record in self.records.items():
            for role, name, digest in files_of_record(record):
                path = path_of(name, record)
                of_code = role == "code"
                recorded = self._sealed_code(record, name, path, digest) if of_code else digest
                self.compare(name, path, recorded, f"the record of {job}")
                sealed = self.manifest.get(path, recorded if job in self.after else None)
                if sealed is None:
                    self.fault(name, f"is in the record of {job} and not in the manifest")
                elif sealed != recorded:
                    told = f"{recorded[:12]}…, the manifest {sealed[:12]}…"
                    self.fault(name, f"has two digests: the record of {job} has {told}")

    def _sealed_code(self, record: Mapping[str, Any], name: str, path: str, digest: str) -> str:
        """Return the digest that a file of code must have: the sealed one, if it says the same.

        A changed comment reruns no job, so a record may name the bytes from before.
        """
        says = record["result"].get("syntax", {}).get(name)
        same = says is not None and says == self._syntax.get(name)
        return self.manifest.get(path, digest) if same else digest

    def _lineage_agrees(self) -> None:
        """Compare the graph with the records and the manifest it was made with."""
        if self.lineage is None:
            return
        jobs = {about["id"] for about in self.lineage["jobs"]}
        for file in self.lineage["files"]:
            recorded = self.manifest.get(file["path"])
            if recorded is None:
                self.fault(file["id"], "is in the lineage and not in the manifest")
            elif recorded != file.get("sha256", recorded):
                self.fault(file["id"], "has one digest in the lineage and another in the manifest")
        for job in sorted(jobs - set(self.records)):
            self.fault(_record_name(job), "is missing or unreadable, and the lineage names it")
        for job in sorted(set(self.records) - jobs - self.after):
            self.fault(_record_name(job), "is in no lineage: left over, or added after the seal")
        if jobs <= set(self.records):  # else each of its edges would be told once more
            given = lineage_of({job: self.records[job] for job in jobs})
            for name, text in lineage_differences(self.lineage, given):
                self.fault(name, text)

    def _after_the_seal(self) -> set[str]:
        """Return the jobs that cannot be in the graph: the one that made it, and those below."""
        made = {f"{RESULTS}{LINEAGE}", f"{RESULTS}{MANIFEST}"}
        jobs: set[str] = set()
        while True:
            more = {
                job
                for job, record in self.records.items()
                if job not in jobs
                and made & {*record["result"]["outputs"], *record["result"]["inputs"]}
            }
            if not more:
                if not jobs:
                    self.fault(f"{RESULTS}{MANIFEST}", "no record says what made it")
                return jobs
            jobs |= more
            made |= {name for job in more for name in self.records[job]["result"]["outputs"]}

    def _journal_agrees(self) -> None:
        """Check the journal, and each record and the manifest against what it says of them."""
        self.account = journal.read(self.results / "lineage")
        for problem in self.account.problems:
            self.fault(JOURNAL, problem)
        self.notes += self.account.notes
        for path, text in unlocked(self.account.last_lock(), self.manifest):
            self.fault(path, text)
        entered: dict[str, dict[str, Any]] = {}
        for number, entry in self.account.entries.items():
            if entry["kind"] == "attempt" and entry.get("exit") == 0:
                entered[entry.get("job", "")] = entry | {"n": number}
        for path in sorted((self.results / "lineage/records").glob("*.json")):
            entry = entered.pop(path.stem, None)
            if entry is None:
                self.fault(_record_name(path.stem), "no attempt in the journal wrote it")
            elif entry.get("record_sha256") != self.digest(path):
                told = f"entry {entry['n']} of the journal"
                self.fault(_record_name(path.stem), f"is not the record that {told} noted")
        for job, entry in entered.items():
            if entry["n"] > self.account.sealed:
                self.fault(_record_name(job), "is gone, and the journal has it after the seal")
        end = self.account.last_end()
        found = self.digest(self.results / MANIFEST)
        if end is None:
            self.fault(JOURNAL, "has the end of no run")
        elif end.get("manifest_sha256") != found:
            self.fault(f"{RESULTS}{MANIFEST}", "is not the one that stood at the end of the run")

    def _statement_agrees(self) -> None:
        """Compare what was made after the seal, and the journal, with what is to be signed."""
        path = self.results / STATEMENT
        try:
            statement = json.loads(path.read_text(encoding="utf-8"))
            for name in changed_subjects(self.results, statement):
                self.fault(name, "is not as the statement has it")
        except FileNotFoundError:
            return  # the journal, or a record, says so if there was one
        except DAMAGE:
            self.fault(f"{RESULTS}{STATEMENT}", "cannot be read")

    def _failures_agree(self) -> None:
        """Compare what jobs left when they failed with the journal."""
        failed = {path.stem: path for path in (self.results / "lineage/failed").glob("*.json")}
        attempts = self.account.last_attempts()
        lost = {job for job, entry in attempts.items() if entry.get("exit")} - set(failed)
        for job in sorted({*failed, *lost}):
            name = f"{TRAIL}failed/{job}.json"
            entry = attempts.get(job, {})
            if job in lost:
                self.fault(name, "is gone: the job failed when it was last tried")
            elif entry.get("record_sha256") != self.digest(failed[job]) or not entry.get("exit"):
                self.fault(name, "is not the record of the job's last attempt in the journal")

    def _snakemake_agrees(self) -> None:
        notes = read_notes(self.results.parent)
        heard_by = self.account.heard_by()
        for name, text in snakemake_differences(self.records, notes, heard_by):
            self.fault(name, text)
        if not notes:
            told = f"not compared with Snakemake's own notes: {METADATA} is not here"
            self.fault(METADATA, told) if self.strict else self.notes.append(told)

    def _rows(self) -> None:
        for job, record in self.records.items():
            for table, rows in record["result"].get("rows", {}).items():
                self.counts["balances"] += 1
                if not balanced(rows):
                    aside = sum(rows["set_aside"].values())
                    told = f"{rows['read']} read, {rows['used']} used, {aside} set aside"
                    self.fault(_record_name(job), f"the rows of {table} do not balance: {told}")

    def _coverage(self) -> None:
        """Name each file of the results that no record declares."""
        declared = {
            name for record in self.records.values() for name in record["result"]["outputs"]
        }
        declared |= {_record_name(job) for job in self.records} | {JOURNAL}
        for name in self._present():
            if place(name, self.results).is_symlink():
                self.fault(name, "is a link: what it leads to can be changed unseen")
            elif name not in declared and name not in self.faults:
                self.fault(name, "no record says what made it")

    def _undeclared(self) -> None:
        """Tell of modules that a job loaded and its rule does not declare: no rerun follows."""
        loaded: dict[str, list[str]] = {}
        for job, record in self.records.items():
            for name, about in record["result"]["modules"].items():
                if about.get("declared") is False:
                    loaded.setdefault(name, []).append(job)
        for name, jobs in sorted(loaded.items()):
            more = f" and {len(jobs) - 1} more" if jobs[1:] else ""
            self.notes.append(
                f"{name} was loaded by {jobs[0]}{more}, whose rule does not declare it"
            )

    def _not_here(self) -> None:
        """Tell which raw files and code did not come with the results: no fault unless strict."""
        for group, names in sorted(self.missing.items()):
            if self.strict:
                for name in names:
                    self.fault(name, "is not here")
            else:
                files = counted(len(names), ("file", "files"))
                self.notes.append(f"not here, so not checked: {files} of {group}")

    def _present(self) -> Iterator[str]:
        for path in sorted(self.results.rglob("*")):
            name = path.relative_to(self.results).as_posix()
            if path.is_symlink() or (path.is_file() and not UNSEALED.fullmatch(name)):
                yield f"{RESULTS}{name}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes besides the folder."""
    parser.add_argument(
        "--strict", action="store_true", help="what is not here, so not checked, is a fault, too"
    )
    parser.add_argument(
        "--expect",
        default="",
        metavar="SHA256",
        help="digest of statement or manifest, as published",
    )


def command(arguments: argparse.Namespace) -> int:
    """Verify a results folder; return 0 when all is whole, 1 otherwise."""
    check = Check(arguments.results, strict=arguments.strict, expect=arguments.expect)
    whole = check.run()
    print(check.report())
    return 0 if whole else 1


def _record_name(job: str) -> str:
    return f"{TRAIL}records/{job}.json"


def _unescaped(path: str) -> str:
    return json.loads('"' + path.replace('"', '\\"') + '"')
