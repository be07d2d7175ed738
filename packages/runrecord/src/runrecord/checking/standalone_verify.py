#!/usr/bin/env python3
"""Verify a sealed results folder with nothing but Python (3.8 or later) and this one file.

    python3 -I results/lineage/verify.py      from anywhere; a copy elsewhere takes --results FOLDER
    --expect SHA256    the digest of statement.intoto.json (it vouches for everything) or of
                       manifest.sha256 (for all made before it), as published or in a letter
    --strict           what is not here, and so cannot be checked, is a fault, too
    --all              name every file that rests on one at fault, not the first few

DO NOT TRUST THE COPY IN THE FOLDER IT JUDGES: who can change the results can change it. Compare
its SHA-256 with the one published with the software, or use a copy from elsewhere. Who rewrites
files, records, journal and manifest alike is found out only by --expect, or by the signature.

What is checked, here and by the command `verify`, which runs this very code:
 1 manifest   manifest.sha256 lists the digest of each file read, run or made; each must agree.
 2 records    records/<job>.json says what one job read, ran and made: its digests must be those
              of the files and of the manifest; its rows read = used + set aside. lineage.json
              has the graph of them all: it must tell the same, and name the same jobs.
 3 journal    journal.jsonl notes each run and attempt. Each line has its own digest and that of
              the line before; journal_head.json (in the manifest) says how far it went at the
              seal; the digest of each record must be in it, and the manifest's in the run's end.
 4 locks      a locked document, such as an analysis plan, keeps all its versions, each with its own
              digest and that of the version before. The journal notes each locking (`plan_lock`)
              and, of each run, which version stood at its end: a version that was changed, lost,
              dated otherwise or used no more shows. Who rewrites document, journal and results
              together, before any of it was signed or handed on, is found by nothing here: sign,
              or publish the digest of the version, when the document is locked.
 5 coverage   each file of the folder must be declared by a record, and be a file: not a link,
              not a pipe. No folder is empty. A file that was no link at the seal is none now.
 6 statement  statement.intoto.json has the digests of what was made after the manifest (the pages
              on which one walks, among others), and an entry of the journal: what is signed.

Exit code: 0 every file is here and as recorded; 1 something is at fault; 2 it was asked wrongly;
3 nothing is at fault, but some files are not here: they were not checked and are not vouched for.
It writes nothing and uses no network.
"""

import sys

if __name__ == "__main__" and not sys.flags.isolated:
    # Else Python looks for its own modules beside this file first: a json.py there would judge.
    typed = " ".join(map(ascii, sys.argv)).replace("'", "")
    print("Not run: a module beside this file could stand in for one of Python's.", file=sys.stderr)
    print("  do:    python3 -I", typed, file=sys.stderr)
    sys.exit(2)

import argparse
import hashlib
import json
import os
import re
import stat
import unicodedata
from collections import Counter
from datetime import date, datetime
from pathlib import Path

WHOLE, FAULT, ASKED_WRONGLY, NOT_ALL_HERE = 0, 1, 2, 3
RESULTS, TRAIL, RECORDS = "results/", "results/lineage/", "results/lineage/records/"
MANIFEST, LINEAGE = TRAIL + "manifest.sha256", TRAIL + "lineage.json"
JOURNAL, HEAD = TRAIL + "journal.jsonl", TRAIL + "journal_head.json"
STATEMENT = TRAIL + "statement.intoto.json"
FAILED = TRAIL + "failed"  # empty again when the jobs that failed have succeeded
# No products: logs, records of failures, signatures (`check-signature` judges those).
SIGNATURES = r"lineage/signatures/statement\.(sig|dsse\.json|tsr)"
ASIDE = rf"logs/[^/]+\.log|benchmarks/[^/]+\.tsv|lineage/failed/[^/]+\.json|{SIGNATURES}"
NO_PRODUCT = re.compile(rf"results/({ASIDE})")
ABOVE = re.compile(r"^(\.\./)+")
STAMP = ".snakemake_timestamp"  # Snakemake puts one, empty, into each folder that a job makes
LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")
START = "0" * 64  # what stands in the journal for the line before the first
VERSIONS = "runrecord-versions/1"
VERSION_KEYS = {"version", "at", "by", "why", "previous", "content", "content_sha256", "sum"}
CLOCKS = 300  # seconds by which two clocks, or a command and its entry, may differ
LARGEST_TEXT = 1 << 26  # bytes of a file whose ends of lines are looked at
SHOWN = 5  # files that rest on one at fault: so many are named
BESIDE_THE_GRAPH = "code or configuration"  # in the manifest, and no job read it by itself
# What goes wrong where a file that is read is damaged.
DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def counted(number, noun):
    return f"{number:,} {noun}{'s' * (number != 1)}"


def visible(text):
    """Show the signs that a terminal would obey by their numbers."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda sign: f"\\x{ord(sign[0]):02x}", text)


def spelt(name):
    """A name without what file systems and archives change: capitals, and how accents are kept."""
    return unicodedata.normalize("NFC", name).lower()


def path_of(name, run):
    """The path of a file that a record names; `places` are the folders that names start from."""
    place = run["elsewhere"].get(name)  # without one: the folder that holds `results`
    rest = name[len(place) + 1 :] if name.startswith(f"{place}/") else name
    return os.path.normpath(os.path.join(run["places"][place], rest)) if place else name


def files_of(record):
    """(role, name, digest) of each file that a record names; loaded modules are code."""
    result = record["result"]
    ran = {name: about["sha256"] for name, about in result["modules"].items()}
    ran.update(result["code"])
    parts = (("input", result["inputs"]), ("code", ran), ("output", result["outputs"]))
    return [(role, name, files[name]) for role, files in parts for name in sorted(files)]


def some_of(names):
    """Some of several names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(sorted(names)[:SHOWN]) + more


def balanced(rows):
    return rows["read"] == rows["used"] + sum(rows["set_aside"].values())


def job_of(job, record):
    """What the graph says of a job."""
    result = record["result"]
    text = json.dumps(result, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    rows = {table: dict(n, balanced=balanced(n)) for table, n in result.get("rows", {}).items()}
    about = {"id": job, "rule": result["rule"], "wildcards": result.get("wildcards", {})}
    digest = sha256((text + "\n").encode())
    return dict(about, record=f"{RECORDS}{job}.json", result_sha256=digest, rows=rows)


def lineage_of(records, kind_of=None):
    """The graph that the records give, as lineage.json has it but for the sizes of files."""
    files, roles, jobs, used, generated = {}, {}, [], [], []
    for job, record in sorted(records.items()):
        for role, name, digest in files_of(record):
            about = files.setdefault(name, {"id": name, "path": path_of(name, record["run"])})
            about.setdefault("sha256", digest)
            if role == "code" and name in record["result"].get("syntax", {}):
                about.setdefault("syntax", record["result"]["syntax"][name])
            roles.setdefault(name, set()).add(role)
            edge = {"job": job, "file": name}
            generated.append(edge) if role == "output" else used.append(dict(edge, role=role))
        own = f"{RECORDS}{job}.json"
        files.setdefault(own, {"id": own, "path": own})["kind"] = "record"
        generated.append({"job": job, "file": own})
        jobs.append(job_of(job, record))
    for name, about in files.items() if kind_of else ():
        about.setdefault("kind", kind_of(name, roles.get(name, ())))
    return {"files": list(files.values()), "jobs": jobs, "used": used, "generated": generated}


def lineage_differences(sealed, given):
    """(name, text) of each way in which the sealed graph differs from what the records give."""
    for part in ("files", "jobs"):
        mine, theirs = ({about["id"]: about for about in graph[part]} for graph in (given, sealed))
        for name in sorted({*mine, *theirs}):
            known, found = dict(theirs.get(name, {})), dict(mine.get(name, {}))
            left_out = {"bytes"} if "kind" in found or part == "jobs" else {"bytes", "kind"}
            if "syntax" in known and known["syntax"] == found.get("syntax"):
                left_out.add("sha256")  # jobs may have run on code with other comments
            for key in left_out:
                known.pop(key, None), found.pop(key, None)
            if name not in mine or known != found:
                file = name if part == "files" else f"{RECORDS}{name}.json"
                yield file, "the lineage tells of it otherwise than the records"
    for part in ("used", "generated"):
        ours = {tuple(sorted(edge.items())) for edge in given[part]}
        theirs = {tuple(sorted(edge.items())) for edge in sealed[part]}
        for edge in sorted(ours ^ theirs):
            verb, about = ("uses" if part == "used" else "makes"), dict(edge)
            source = "a record" if edge in ours else "the lineage"
            yield about["file"], f"only {source} says that {about['job']} {verb} it"


class Account:
    """What a journal says (`entries`, by number), and what is wrong with it (`problems`)."""

    def __init__(self):
        self.entries, self.problems, self.notes = {}, [], []
        self.sealed = 0  # number of entries at the time of the seal; 0 where that is not known

    def last(self, kind):
        """The last entry of a kind, None where there is none."""
        return next((e for e in reversed(list(self.entries.values())) if e["kind"] == kind), None)

    def last_attempts(self):
        """The last attempt at each job."""
        attempts = (entry for entry in self.entries.values() if entry["kind"] == "attempt")
        return {entry.get("job", ""): entry for entry in attempts}


def lines_of(data):
    """The lines of a journal without their ends, and whether the last one is cut off."""
    lines = data.split(b"\n")
    torn = lines.pop()
    return ([*lines, torn], True) if torn else (lines, False)


def read_journal(folder, account):
    """What the journal in `folder` says, and whether it is whole; never raises."""
    try:
        lines, torn = lines_of((Path(folder) / "journal.jsonl").read_bytes())
    except OSError:
        account.problems.append("is missing or cannot be read")
        return account
    if torn:
        account.problems.append(f"entry {len(lines)}, the last, is cut off")
    check_chain(lines, account)
    check_head(lines, Path(folder) / "journal_head.json", account)
    check_runs(account)
    return account


def read_entry(line):
    """An entry, None unless the line is as it was written."""
    body, mark, own = line.rpartition(b', "sum": "')
    if not mark or own != (sha256(body + b"}") + '"}').encode():
        return None
    try:
        entry = json.loads(line)
        return entry if {"n", "kind", "at", "previous"} <= entry.keys() else None
    except DAMAGE:
        return None


def check_chain(lines, account):
    """Compare each entry with its own sum, its place, and the line before."""
    previous = START
    for number, line in enumerate(lines, 1):
        entry = read_entry(line)
        if entry is not None:
            account.entries[number] = entry
            text = f"entry {number} was written as number {entry['n']}: entries were"
            if entry["n"] != number:
                account.problems.append(f"{text} deleted, added or moved")
            elif entry["previous"] != previous:
                text = f"entry {number} does not follow the one before: that one was"
                account.problems.append(f"{text} changed, or put in its place")
        elif b'"kind": "torn"' in b"".join(lines[number : number + 1]):
            account.notes.append(f"entry {number} of the journal was cut off while it was written")
        else:
            account.problems.append(f"entry {number} has been changed: its sum is another")
        previous = sha256(line)


def check_head(lines, path, account):
    """Compare the journal with what the seal noted of it."""
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        account.sealed, sealed = int(head["entries"]), head["head"]
    except DAMAGE:
        account.problems.append(f"{path.name}, what the seal noted of it, is missing or damaged")
        return
    lost = account.sealed - len(lines)
    if lost > 0:
        text = f"{lost} of the {account.sealed} entries that were sealed are gone from the end"
        account.problems.append(text)
    elif account.sealed and sha256(lines[account.sealed - 1]) != sealed:
        account.problems.append(f"entry {account.sealed} is not the one that was sealed")


def check_runs(account):
    """Find a run without its end or start, attempts outside of runs, runs of no job."""
    started, attempts, touched = 0, 0, False
    for number, entry in account.entries.items():
        found = account.problems if number > account.sealed else account.notes
        if entry["kind"] == "run_start":
            if started:
                account.notes.append(f"the run of entry {started} was stopped by force")
            started, attempts, touched = number, 0, entry.get("touch") is True
        elif entry["kind"] == "attempt":
            attempts += 1
            if not started:
                found.append(f"entry {number}, an attempt, is outside of any run (--no-hooks?)")
        elif entry["kind"] == "run_end":
            if not started:
                found.append(f"entry {number} ends a run that has no start")
            elif touched or (not attempts and entry.get("outcome") == "done"):
                text = "did no job and marked files as made (snakemake --touch)"
                found.append(f"the run of entry {started} {text}")
            started = 0
    if started:
        text = "it still runs, was stopped by force, or entries were cut off"
        account.problems.append(f"the run of entry {started} has no end: {text}")


def canonical(value):
    """The text whose digest is that of a value."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def sum_of(version):
    """The digest of a version of a locked document, of all but the digest itself."""
    rest = {key: value for key, value in version.items() if key != "sum"}
    return sha256(canonical(rest).encode())


def time_of(text):
    """A moment as the journal writes it (UTC, with or without parts of a second), in seconds."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}(\d{3})?)?Z", text):
        raise ValueError(text)
    return datetime.fromisoformat(text[:-1] + "+00:00").timestamp()


def read_versions(text):
    """The versions of a locked document, and what is wrong with their chain."""
    try:
        whole = json.loads(text)
        versions = list(whole["versions"])
        ordinary = whole["form"] == VERSIONS and versions
        if not ordinary or not all(v.keys() >= VERSION_KEYS for v in versions):
            raise ValueError
        times = [time_of(version["at"]) for version in versions]
    except DAMAGE:
        return [], ["cannot be read as a locked document"]
    problems, previous = [], START
    for place, version in enumerate(versions, 1):
        name = f"version {place}"
        if version["version"] != place:
            problems.append(f"{name} is numbered {version['version']}: versions were moved or lost")
        if version["content_sha256"] != sha256(canonical(version["content"]).encode()):
            problems.append(f"{name}: what it locks has been changed")
        elif version["sum"] != sum_of(version):
            problems.append(f"{name} has been changed: its digest is another")
        if version["previous"] != previous:
            problems.append(f"{name} does not follow the one before, which is another now")
        if place > 1 and times[place - 1] < times[place - 2]:
            problems.append(f"{name} is dated before the version that it follows")
        previous = version["sum"]
    return versions, problems


class Check:
    """One verification. Paths are as in the manifest: from the folder that holds `results`."""

    kind_of = None  # what a file is called in the graph; the command `verify` knows it
    account = Account

    def __init__(self, results, strict=False, expect=""):
        path = Path(results)
        self.results = path if path.name not in ("", "..") else path.resolve()
        self.strict, self.expect = strict, expect.lower()
        self.faults, self.notes = {}, []  # what is wrong, by path; what is worth knowing
        self.away = {}  # paths that are not here, by the place that stayed behind as a whole
        self.manifest, self.records, self.lineage, self.balances = {}, {}, None, 0
        self.outside = 0  # how many files were found on this machine and not in the folder
        self.digests, self.names, self.edges = {}, {}, None
        self.other_ends = set()  # files that differ in the ends of their lines alone

    def run(self):
        """Make all checks; return the exit code."""
        self.read_manifest()
        self.read_records()
        self.read_lineage()
        if not (self.digest(MANIFEST) or self.digest(LINEAGE)):
            text = "no run has been finished and sealed here, so nothing here is vouched for"
            self.notes.append(f"{self.results} has neither manifest nor lineage: {text}")
            self.note_names_with_backslashes()
            return self.code()
        self.check_digests()
        self.check_lineage()
        self.check_journal()
        self.check_locks()
        self.check_failures()
        self.check_statement()
        self.check_rows()
        self.note_other_ends()
        self.check_coverage()
        self.note_what_is_elsewhere()
        self.check_more()
        for place, paths in self.away.items() if self.strict else ():
            for path in paths:
                self.fault(path, f"is not here, nor is anything else of {place}")
        return self.code()

    def check_more(self):
        """What only the package can check."""

    def code(self):
        return FAULT if self.faults else NOT_ALL_HERE if self.away else WHOLE

    def fault(self, path, text):
        known = self.faults.setdefault(path, [])
        if text not in known:
            known.append(text)

    def place(self, path):
        """Where a file is; the folder may have been renamed.

        A bundle holds what lies outside of the folder in it, by the name that the records give it.
        """
        if path.startswith(RESULTS):
            return self.results / path[len(RESULTS) :]
        if path.startswith(".."):
            bundled = self.results.parent / (self.names.get(path) or ABOVE.sub("", path))
            if os.path.lexists(bundled):
                return bundled
        return self.results.parent / path

    def read(self, path):
        """The text of a file of the trail, None where there is none or it cannot be read."""
        try:
            return self.place(path).read_text(encoding="utf-8") if self.digest(path) else None
        except DAMAGE:
            return None

    def digest(self, path):
        """A file's digest, None where there is none; each file is read once."""
        if path not in self.digests:
            self.digests[path] = None
            try:
                if self.place(path).is_file():
                    found = hashlib.sha256()
                    with open(self.place(path), "rb") as stream:
                        for part in iter(lambda: stream.read(1 << 20), b""):
                            found.update(part)
                    self.digests[path] = found.hexdigest()
            except (OSError, ValueError):
                self.fault(path, "cannot be read")
        return self.digests[path]

    def read_manifest(self):
        """Lines as sha256sum writes them: digest, two spaces, path; escaped after a backslash."""
        text = self.read(MANIFEST)
        if text is None:
            self.fault(MANIFEST, "is missing or cannot be read")
            return
        for number, line in enumerate(text.split("\n")[:-1], 1):
            try:
                escaped, digest, path = LINE.fullmatch(line).groups()
                path = json.loads('"' + path.replace('"', '\\"') + '"') if escaped else path
            except DAMAGE:
                self.fault(MANIFEST, f"line {number} is no line of a manifest")
                continue
            if path in self.manifest:
                self.fault(MANIFEST, f"line {number} names {path} again")
            self.manifest[path] = digest
        if not text.endswith("\n"):
            self.fault(MANIFEST, "its last line is cut off")
        if self.expect not in ("", self.digest(MANIFEST), self.digest(STATEMENT)):
            text = f"{self.expect[:12]}…, found {self.digest(MANIFEST)[:12]}…; nor is the statement"
            self.fault(MANIFEST, f"is not the one expected: {text}")

    def read_records(self):
        for path in self.files("lineage/records/*.json"):
            job = path[len(RECORDS) : -len(".json")]
            try:
                record = json.loads(self.read(path))
                form, exit_code = record["form"], record["run"]["exit"]
                graph = lineage_of({job: record}, self.kind_of)
                digests = [str.lower(f["sha256"]) for f in graph["files"] if "sha256" in f]
                if form != "runrecord-record/1" or exit_code != 0 or not digests:
                    raise ValueError
                record["roots"] = [str.rstrip(root) for root in record["run"]["places"].values()]
                self.records[job] = record
            except DAMAGE:
                self.fault(path, "cannot be read as the record of a job")

    def read_lineage(self):
        """Read the graph; what it lacks, or all of it if it is damaged, the records give."""
        self.after = self.jobs_after_the_seal()
        self.beside = self.jobs_beside_the_seal()
        graph, edge = lineage_of(self.records, self.kind_of), {"job", "file"}
        keys = {"files": {"id", "path", "kind"}, "jobs": {"id"}, "used": edge, "generated": edge}
        try:
            sealed = json.loads(self.read(LINEAGE))
            texts = [part[key] for name in keys for part in sealed[name] for key in keys[name]]
            if sealed["form"] != "runrecord-lineage/1" or not all(type(t) is str for t in texts):
                raise ValueError
            self.lineage = sealed
            graph = {part: sealed[part] + graph[part] for part in keys}
        except DAMAGE:
            missing = self.digest(LINEAGE) is None
            self.fault(LINEAGE, "no lineage is here" if missing else "the lineage is damaged")
        self.graph = graph
        self.paths = {file["id"]: file["path"] for file in graph["files"]}
        self.names = {path: name for name, path in self.paths.items()}
        self.kinds = {f["path"]: f["kind"] for f in reversed(graph["files"]) if "kind" in f}
        roots = {root for record in self.records.values() for root in record["roots"]}
        self.roots = sorted(roots - {"."}, key=len, reverse=True)  # innermost first
        self.named = {*self.manifest, *self.paths.values()}
        outside = (path for path in self.named if not path.startswith(RESULTS))
        self.here = {self.group(path) for path in outside if self.digest(path)}

    def jobs_after_the_seal(self):
        """The jobs that cannot be in the graph: the one that made it, and those below."""
        made, jobs = {LINEAGE, MANIFEST}, set()
        while True:
            more = set(self.records) - jobs
            results = {job: self.records[job]["result"] for job in more}
            more = {
                job
                for job in more
                for part in ("inputs", "outputs")
                if made & {*results[job][part]}
            }
            if not more:
                if not jobs:
                    self.fault(MANIFEST, "no record says what made it")
                return jobs
            jobs |= more
            made.update(*(results[job]["outputs"] for job in more))

    def jobs_beside_the_seal(self):
        """The jobs of targets of their own: the seal names all that they make, and holds none.

        It names files, and folders by a slash at their end.
        """
        named = []
        for record in self.records.values():
            if MANIFEST in record["result"]["outputs"]:
                named = record["result"].get("params", {}).get("beside", [])
        named = tuple(map(str, named)) if isinstance(named, list) else ()
        folders = tuple(name for name in named if name.endswith("/") and name.startswith(RESULTS))
        jobs = {
            job
            for job, record in self.records.items()
            if record["result"]["outputs"]
            and all(
                path not in self.manifest and (path in named or path.startswith(folders))
                for path in record["result"]["outputs"]
            )
        }
        if jobs:
            text = "made beside the seal, which holds no digest of it"
            self.notes.append(f"{text}: {some_of(jobs)}")
        return jobs

    def group(self, path):
        """The place of a raw file or of code that comes, or stays behind, as a whole."""
        root = next((root for root in self.roots if path.startswith(f"{root}/")), None)
        outside = path.startswith(("..", "/"))
        return root or (os.path.dirname(path) if outside else path.split("/")[0])

    def compare(self, path, digest, source):
        """Find a file at fault that is not what `source` says."""
        found = self.digest(path)
        if found is None:
            self.absent(path)
        elif found != digest:
            text = f"{source} has {digest[:12]}…, found {found[:12]}…"
            self.fault(path, f"has changed: {text}")
            if self.with_plain_ends(path) == digest:
                self.other_ends.add(path)

    def with_plain_ends(self, path):
        """The digest of a file if its lines ended as they do on Unix; None where they do."""
        try:
            data = b""
            if os.path.getsize(self.place(path)) <= LARGEST_TEXT:
                data = self.place(path).read_bytes()
        except OSError:
            return None
        return sha256(data.replace(b"\r\n", b"\n")) if b"\r\n" in data else None

    def note_other_ends(self):
        if self.other_ends:
            text = f"{counted(len(self.other_ends), 'file')} as sealed but for the ends of lines"
            why = "a program such as git (core.autocrlf) made them those of Windows"
            self.notes.append(f"{text}: {why}; fetch the folder anew as it was")

    def note_names_with_backslashes(self):
        names = []
        for folder in (self.results, self.results.parent):
            names += os.listdir(folder) if folder.is_dir() else []
        if any(name.split("\\")[-2:-1] == ["lineage"] for name in names):
            text = "names of files have backslashes in them: the zip was made on Windows"
            self.notes.append(f"{text}; unpack it with a program that makes folders of these")

    def absent(self, path):
        """A file is not here: no fault where all of its place stayed behind; it is not vouched for.

        What stands in its place, such as a folder or a link that leads nowhere, is a fault.
        """
        if os.path.lexists(self.place(path)):
            self.fault(path, "is no file that can be read")
            return
        if path.startswith(RESULTS) or self.group(path) in self.here:
            self.fault(path, "is missing")
        else:
            self.away.setdefault(self.group(path), set()).add(path)
        other = self.other_spelling(path)
        if other:
            own = path.split("/")[-1].lower()
            how = "with other capitals" if other.lower() == own else "with accents kept otherwise"
            note = f"{path} is not here; {other}, {how}, is"
            self.notes += [note] if note not in self.notes else []

    def other_spelling(self, path):
        """The name beside a path that differs from it in capitals or in how accents are kept."""
        try:
            names = sorted(os.listdir(self.place(path).parent))
        except OSError:
            return None
        own = path.split("/")[-1]
        return next((name for name in names if spelt(name) == spelt(own) and name != own), None)

    def check_digests(self):
        """1, 2: files against manifest and records, records against the manifest."""
        for path, digest in self.manifest.items():
            self.compare(path, digest, "the manifest")
        syntax = {f["id"]: f.get("syntax") for f in (self.lineage or self.graph)["files"]}
        unsealed, stale = self.after | self.beside, set()
        for job, record in self.records.items():
            for role, name, digest in files_of(record):
                path, says = path_of(name, record["run"]), record["result"].get("syntax", {})
                if role == "code" and says.get(name) and says[name] == syntax.get(name):
                    # A changed comment reruns no job: what is sealed says the same.
                    digest = self.manifest.get(path, digest)
                if job in self.beside and role != "output":
                    found = self.digest(path)
                    if found is None and not path.startswith(RESULTS):
                        self.absent(path)
                    elif found != digest:
                        stale.add(job)
                    continue
                self.compare(path, digest, f"the record of {job}")
                sealed = self.manifest.get(path, digest if job in unsealed else None)
                if sealed is None:
                    self.fault(path, f"is in the record of {job} and not in the manifest")
                elif sealed != digest:
                    text = f"has {digest[:12]}…, the manifest {sealed[:12]}…"
                    self.fault(path, f"has two digests: the record of {job} {text}")
        if stale:
            self.notes.append(f"made beside the seal of what is now otherwise: {some_of(stale)}")

    def check_lineage(self):
        """2: the graph against the manifest and the records that it was made of."""
        if self.lineage is None:
            return
        for file in self.lineage["files"]:
            sealed = self.manifest.get(file["path"])
            if sealed is None:
                self.fault(file["path"], "is in the lineage and not in the manifest")
            elif sealed != file.get("sha256", sealed):
                text = "has one digest in the lineage and another in the manifest"
                self.fault(file["path"], text)
        jobs = {job["id"] for job in self.lineage["jobs"]}
        for job in jobs - set(self.records):
            text = "is missing or unreadable, and the lineage names it"
            self.fault(f"{RECORDS}{job}.json", text)
        for job in set(self.records) - jobs - self.after - self.beside:
            text = "is in no lineage: left over, or added after the seal"
            self.fault(f"{RECORDS}{job}.json", text)
        if jobs <= set(self.records):  # else each of its edges would be at fault once more
            given = lineage_of({job: self.records[job] for job in jobs}, self.kind_of)
            for name, text in lineage_differences(self.lineage, given):
                self.fault(self.paths.get(name, name), text)

    def check_journal(self):
        """3: the journal, and each record and the manifest against what it says of them."""
        self.journal = account = read_journal(self.results / "lineage", self.account())
        for problem in account.problems:
            self.fault(JOURNAL, problem)
        self.notes += account.notes
        lock = account.last("lock") or {}
        for path, digest in lock["files"].items() if isinstance(lock.get("files"), dict) else ():
            if self.manifest.get(path) != digest:
                gone = "is read no more, and was" if path not in self.manifest else ""
                text = f"locked by entry {lock['n']} of the journal"
                self.fault(path, f"{gone or 'is not the one that was'} {text}")
        before = [e for n, e in account.entries.items() if n <= account.sealed]
        start = next((e for e in reversed(before) if e["kind"] == "run_start"), {})
        for path, digest in (start.get("configuration") or {}).items():
            if self.manifest.get(path, digest) != digest:
                text = f"is not the configuration that the run of entry {start['n']} parsed"
                self.fault(path, f"{text}: {digest[:12]}…")
        entered = {}
        for number, entry in account.entries.items():
            if entry["kind"] == "attempt" and entry.get("exit") == 0:
                entered[f"{RECORDS}{entry.get('job')}.json"] = dict(entry, n=number)
        for path in self.files("lineage/records/*.json"):
            entry = entered.pop(path, None)
            if entry is None:
                self.fault(path, "no attempt in the journal wrote it")
            elif entry.get("record_sha256") != self.digest(path):
                self.fault(path, f"is not the record that entry {entry['n']} of the journal noted")
        lost = []
        for path, entry in entered.items():
            if entry["n"] > account.sealed:
                self.fault(path, "is gone, and the journal has it after the seal")
            elif path not in self.manifest:  # of an earlier run, or made beside the seal
                lost.append(path[len(RECORDS) : -len(".json")])
        if lost:
            text = "jobs before the seal that left no record, so what they made is not vouched for"
            self.notes.append(f"{text}: {some_of(lost)}")
        end = account.last("run_end")
        if end and end.get("outcome") not in (None, "done"):
            text = f"the last run ended as `{end['outcome']}` (entry {end['n']} of the journal)"
            self.notes.append(f"{text}: what it did not come to make is not here")
        if end is None:
            self.fault(JOURNAL, "has the end of no run")
        elif end.get("manifest_sha256") != self.digest(MANIFEST):
            self.fault(MANIFEST, "is not the one that stood at the end of the run")
        edited = (end or {}).get("edited")
        for path in map(str, edited if isinstance(edited, list) else ()):
            if path not in self.manifest:  # else its digest shows it
                self.fault(JOURNAL, f"a library was edited while the last run went on: {path}")

    def check_locks(self):
        """4: each locked document against its own chain, and against the journal."""
        entries = self.journal.entries
        starts = {n: e for n, e in entries.items() if e["kind"] == "run_start"}
        locked = {n: e for n, e in entries.items() if e["kind"] == "plan_lock"}
        sealed = [n for n in starts if n <= self.journal.sealed]
        last = max(sealed, default=0)
        paths = {path for e in starts.values() for path in e.get("locks") or {}}
        try:
            for path in sorted(paths | {e["path"] for e in locked.values()}):
                lock = Lock(path, self.read(path))
                lock.own = {n: e for n, e in locked.items() if e["path"] == path}
                lock.used = {n: e for n, e in starts.items() if path in (e.get("locks") or {})}
                for text in (*lock.faults(entries, last), *self.unused(lock, starts, last)):
                    self.fault(path, text)
                self.notes += [f"{path}: {text}" for text in lock.notes(last)]
            self.check_dates(starts, last)
        except DAMAGE:
            self.fault(JOURNAL, "what it says of a locked document cannot be read")

    def unused(self, lock, starts, last):
        """What is wrong where the results do not rest on a document that was locked before."""
        end, before = starts.get(last, {}), {n: e for n, e in lock.used.items() if n < last}
        noted = end.get("locks") or {}
        if lock.path in noted:
            sealed = self.manifest.get(lock.path)
            if sealed != noted[lock.path]["sha256"]:
                yield f"is not the lock that the run of entry {last} was started with"
            if self.digest(lock.path) is None and any(map(self.digest, end["configuration"])):
                yield "is gone, and the configuration that names it is here"
            return
        before.update({n: e for n, e in lock.own.items() if n < last})
        heads = {about["version_sha256"] for about in noted.values()}
        for number, entry in sorted(before.items(), reverse=True)[:1]:
            said = entry["locks"][lock.path] if number in starts else entry
            text = f"locked by entry {number}, and the run of entry {last} does not use it"
            if said["version_sha256"] in heads:  # under another name
                continue
            if {*(entry.get("configuration") or {})} & {*(end.get("configuration") or {})}:
                yield f"{text}: its key was taken out of the configuration, or names another file"
            else:
                self.notes.append(f"{lock.path}: {text}, which had another configuration")

    def check_dates(self, starts, number):
        """Compare the dates that a run was given, such as that of the unblinding, with entries."""
        before = {}
        for earlier in (n for n in sorted(starts) if n < number):
            given = (starts[earlier].get("dates") or {}).items()
            before.update({kind: stated for kind, stated in given if stated})
        for kind, stated in (starts.get(number, {}).get("dates") or {}).items():
            if before.get(kind) not in (None, stated):
                text = f"a run before stated {before[kind]} as the date of the {kind}"
                self.notes.append(f"{text}, that of entry {number} {stated or 'none'}")
            entry = next((e for e in self.journal.entries.values() if e["kind"] == kind), None)
            if entry is None:
                continue
            what = f"entry {entry['n']} notes the {kind}"
            if stated is None:
                text = f"{what}, and the run of entry {number} was given no date of it"
                if entry["n"] < number:
                    self.fault(JOURNAL, text)
                continue
            days = (date.fromisoformat(entry["at"][:10]) - date.fromisoformat(stated)).days
            if days < -1:
                self.fault(JOURNAL, f"{what} on {entry['at'][:10]}, the configuration on {stated}")
            elif days > 1:
                self.notes.append(f"{what} {days} days after the date that the configuration has")

    def check_failures(self):
        """3: what jobs left when they failed, against the journal."""
        attempts = self.journal.last_attempts()
        failed = {path.split("/")[-1][:-5]: path for path in self.files("lineage/failed/*.json")}
        lost = {job for job, entry in attempts.items() if entry.get("exit")} - set(failed)
        for job in lost:
            text = "is gone: the job failed when it was last tried"
            self.fault(f"{TRAIL}failed/{job}.json", text)
        for job, path in failed.items():
            entry = attempts.get(job, {})
            if entry.get("record_sha256") != self.digest(path) or not entry.get("exit"):
                self.fault(path, "is not the record of the job's last attempt in the journal")

    def check_statement(self):
        """6: what was made after the manifest, and the journal so far, against what is signed."""
        if not os.path.lexists(self.place(STATEMENT)):
            return  # the journal, or a record, says so if there was one
        try:
            for name in self.changed_subjects(json.loads(self.read(STATEMENT))):
                self.fault(name, "is not as the statement has it")
        except DAMAGE:
            self.fault(STATEMENT, "cannot be read")

    def changed_subjects(self, statement):
        """The files of a statement that are not as it has them; of the journal, it has an entry."""
        changed = []
        for subject in statement["subject"]:
            path, _, entry = subject["name"].partition("#")
            found = {self.digest(path)}
            if entry and found != {None}:
                found = {sha256(line) for line in self.place(path).read_bytes().split(b"\n")}
            if subject["digest"]["sha256"] not in found:
                changed.append(path)
        return changed

    def check_rows(self):
        """2: of each table, rows read = used + set aside."""
        for job, record in self.records.items():
            for table, rows in record["result"].get("rows", {}).items():
                self.balances += 1
                if not balanced(rows):
                    aside = sum(rows["set_aside"].values())
                    text = f"{rows['read']} read, {rows['used']} used, {aside} set aside"
                    text = f"the rows of {table} do not balance: {text}"
                    self.fault(f"{RECORDS}{job}.json", text)

    def check_coverage(self):
        """5: each file of the results is an output or a record; nothing else is there."""
        known = {path for record in self.records.values() for path in record["result"]["outputs"]}
        known.update(f"{RECORDS}{job}.json" for job in self.records)
        known.update({JOURNAL}, self.faults)
        for path, about in self.present():
            name = path.split("/")[-1]
            if stat.S_ISLNK(about.st_mode):
                self.fault(path, "is a link: what it leads to can be changed unseen")
            elif stat.S_ISDIR(about.st_mode):
                if path != FAILED:
                    self.fault(path, "is an empty folder: no record says what made it")
            elif not stat.S_ISREG(about.st_mode):
                self.fault(path, "is no file, but a pipe, a socket or a device")
            elif name == STAMP and about.st_size:
                self.fault(path, "has the name of Snakemake's time stamps, which are empty")
            elif not (path in known or name == STAMP or NO_PRODUCT.fullmatch(path)):
                self.fault(path, "no record says what made it")
        links = self.lineage.get("links", []) if self.lineage else []
        top = os.path.realpath(self.results.parent)
        for path in self.named:
            if not path.startswith(RESULTS) and path not in links and self.digest(path):
                plain = os.path.normpath(os.path.join(top, path))
                if os.path.realpath(plain) != plain:
                    self.fault(path, "is reached by a link, and was a file when it was sealed")

    def present(self):
        """Each file of the results, and each folder with nothing in it: path and what it is."""

        def refuse(error):
            self.fault(
                f"{RESULTS}{Path(error.filename).relative_to(self.results).as_posix()}",
                "is a folder that cannot be read",
            )

        for folder, folders, names in os.walk(self.results, onerror=refuse):
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in sorted(names + links) or ([] if folders else [""]):
                file = os.path.normpath(os.path.join(folder, name))
                path = Path(os.path.relpath(file, self.results)).as_posix()
                yield RESULTS + path, os.lstat(file)

    def files(self, pattern):
        """The paths of the files of the results that match, in order."""
        found = (file for file in self.results.glob(pattern) if file.is_file())
        return sorted(RESULTS + file.relative_to(self.results).as_posix() for file in found)

    def downstream(self, path):
        """The files that rest on one, the nearest first; on a record rests what its job made."""
        if self.edges is None:
            used, made, ran = {}, {}, set()
            for edge in self.graph["used"] + self.graph["generated"]:
                file = self.paths.get(edge["file"], edge["file"])
                if "role" in edge:
                    used.setdefault(file, set()).add(edge["job"])
                    ran |= set() if edge["job"] in self.after else {file}
                elif self.kinds.get(file) != "record" and not file.startswith(RECORDS):
                    made.setdefault(edge["job"], set()).add(file)
            self.edges = used, made, ran
        used, made, ran = self.edges
        queue, below = [path], {}
        if path.startswith(RECORDS):
            queue += sorted(made.get(path[len(RECORDS) : -len(".json")], ()))
        elif path in self.manifest and path not in ran and not path.startswith(RESULTS):
            # On the lock file, the configuration and the map of the jobs rests all.
            queue += sorted(file for files in made.values() for file in files)
        while queue:
            file = queue.pop(0)
            if file not in below:
                below[file] = None
                queue += sorted({o for job in used.get(file, ()) for o in made.get(job, ())})
        return [file for file in below if file != path]

    def report(self, everything=False):
        """What is wrong, what lies downstream of it, and what was checked and what was not."""
        lines = []
        for path, texts in sorted(self.faults.items()):
            lines += [path, *(f"  {text}" for text in texts)]
            below = self.downstream(path)
            shown = below if everything else below[:SHOWN]
            kinds = Counter(self.kinds.get(file, "other") for file in below).items()
            if below:
                text = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds))
                lines.append(f"  downstream: {counted(len(below), 'file')} ({text})")
            elif path.startswith(TRAIL):
                lines.append("  downstream: the trail itself, and by it every result")
            lines += [f"    {file}" for file in shown]
            lines += [f"    and {len(below) - len(shown)} more"] if below[len(shown) :] else []
            lines.append("")
        lines += [f"Note: {note}" for note in self.notes]
        lines += self.not_checked()
        for path in (MANIFEST, STATEMENT):
            lines.append(f"{path}: {self.digest(path) or 'not here'}. Is it the published one?")
        lines.append(f"{self.checked()}: {self.verdict()}.")
        return "\n".join(map(visible, lines))

    def not_checked(self):
        """Lines about the files that are named and not here: how many of which kind, and where."""
        for place, paths in sorted(self.missing().items()):
            kinds = Counter(self.kinds.get(path, BESIDE_THE_GRAPH) for path in paths)
            text = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
            yield f"Note: not here, not checked: {counted(len(paths), 'file')} of {place} ({text})"

    def missing(self):
        """The files that are named and not here, by place; those of the results are at fault."""
        gone = dict(self.away)
        counted_already = {path for paths in self.away.values() for path in paths}
        for path in {*self.faults} - counted_already:
            if not os.path.lexists(self.place(path)):
                place = path.split("/")[0] if path.startswith(RESULTS) else self.group(path)
                gone[place] = {*gone.get(place, ()), path}
        return gone

    def checked(self):
        seen = sum(map(bool, map(self.digest, self.named)))
        outside = f" ({self.outside:,} of them outside of this folder)" if self.outside else ""
        return (
            f"{counted(seen, 'file')} seen{outside}, {counted(len(self.records), 'record')} and "
            f"{counted(self.balances, 'balance')} of rows checked"
        )

    def verdict(self):
        """The last words: `all is whole` only where each file that is named was seen."""
        gone = sum(map(len, self.missing().values()))
        untold = f"{counted(gone, 'file')} not here: not checked and not vouched for"
        if self.faults:
            wrong = f"{counted(len(self.faults), 'file')} not as sealed"
            return f"{wrong}; {untold}" if gone else wrong
        return f"all that is here is as recorded; {untold}" if gone else "all is whole"

    def note_what_is_elsewhere(self):
        """Files that the records name by a way out of the folder are those of this machine."""
        found = {}
        for path in self.named:
            outside = os.path.relpath(self.place(path), self.results.parent).startswith("..")
            if outside and not path.startswith(RESULTS) and self.digest(path):
                found.setdefault(self.group(path), []).append(path)
        self.outside = sum(map(len, found.values()))
        for place, paths in sorted(found.items()):
            text = f"{counted(len(paths), 'file')} of {place} lie outside of this folder"
            self.notes.append(f"{text}: seen on this machine, and no part of what was handed on")


class Lock:
    """A locked document: its versions, and the entries of the journal that are about it."""

    def __init__(self, path, text):
        self.path = path
        self.versions, self.problems = read_versions(text) if text is not None else ([], [])
        self.by_number = {version["version"]: version for version in self.versions}
        self.own, self.used = {}, {}  # entries that lock it, and starts of runs that use it

    def faults(self, entries, last):
        """What is wrong with the document, and with what the journal says of it."""
        yield from self.problems
        for number, entry in self.own.items():
            yield from self.differs(entry, f"locked by entry {number} of the journal")
            name, moment = f"version {entry['version']}", time_of(entry["at"])
            if abs(moment - time_of(entry["locked_at"])) > CLOCKS:
                yield f"{name} is dated {entry['locked_at']}; entry {number} is of {entry['at']}"
            before, after = (entries.get(n, entry)["at"] for n in (number - 1, number + 1))
            if time_of(before) - CLOCKS > moment or moment > time_of(after) + CLOCKS:
                yield f"{name}: entry {number}, which locks it, is dated out of its order"
        top = 0
        for number, entry in self.used.items():
            noted = entry["locks"][self.path]
            name, version = f"version {noted['version']}", self.by_number.get(noted["version"])
            yield from self.differs(noted, f"used by the run of entry {number}")
            if version and time_of(version["at"]) > time_of(entry["at"]) + CLOCKS:
                yield f"{name} is dated after the run of entry {number}, which used it"
            late = [
                n
                for n, e in self.own.items()
                if e["version_sha256"] == noted["version_sha256"] and n > number
            ]
            if late:
                yield f"{name} was used by the run of entry {number}, and entry {late[0]} locks it"
            if noted["version"] < top and number == last:
                yield f"was replaced by an older one: the run used {name}, one before it {top}"
            top = max(top, noted["version"])

    def differs(self, noted, source):
        """What is wrong where the document has no such version, or another."""
        version = self.by_number.get(noted["version"])
        if self.versions and version is None:
            yield f"has no version {noted['version']}, which was {source}"
        elif self.versions and version["sum"] != noted["version_sha256"]:
            yield f"version {noted['version']} is not the one that was {source}"

    def notes(self, last):
        """What is no fault by itself: versions that were locked elsewhere, or after the run."""
        for number, entry in self.own.items():
            if number > last > 0:
                yield f"version {entry['version']} was locked after the run: run the workflow again"
        known = {entry["version"] for entry in self.own.values()}
        strange = [number for number in self.by_number if number not in known]
        if strange:
            names = ", ".join(map(str, strange))
            yield f"locked elsewhere, as no entry of this journal notes it: version {names}"
        for number in strange:
            moment = time_of(self.by_number[number]["at"])
            for start, entry in self.used.items():
                if entry["locks"][self.path]["version"] < number and time_of(entry["at"]) > moment:
                    text = f"dated before the run of entry {start}, which did not have it"
                    yield f"version {number} is {text}: it was not here yet, or is dated back"
                    break


def add_arguments(parser):
    parser.add_argument("--strict", action="store_true", help="what is not here is a fault, too")
    about = "digest of the statement or of the manifest, as published"
    parser.add_argument("--expect", default="", metavar="SHA256", help=about)
    about = "name every file that rests on one at fault"
    parser.add_argument("--all", action="store_true", help=about)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = __doc__[__doc__.index("Exit code:") :]


def command(options, kind=Check):
    """Verify as asked on the command line, and print the report; return the exit code."""
    check = kind(options.results, options.strict, options.expect)
    check.run()
    print(check.report(options.all))
    return check.code()


def main():
    parser = argparse.ArgumentParser(description="Verify a sealed results folder")
    parser.add_argument("--results", type=Path, default=Path(__file__).resolve().parent.parent)
    add_arguments(parser)
    return command(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
