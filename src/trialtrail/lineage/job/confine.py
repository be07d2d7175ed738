"""Confine a job to the files that its rule declares, and name what it reached for beyond them.

The kernel refuses (see `landlock`); a hook of the interpreter notes what Python itself tried to
open, so that a refusal which the code swallows still fails the job. What a child process was
refused is known by what it says of it.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trialtrail import ROOT
from trialtrail.lineage.job import landlock
from trialtrail.lineage.places import FOLDER, real_path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/proc", "/sys", "/dev")
"""Programs, libraries, fonts and devices of the machine; no study keeps its files there."""
CODE = ("src/trialtrail", "schemas")
"""The project's own code; what is loaded of it is checked against what the rule declares."""
DEVICES = ("/dev/null", "/dev/tty", "/dev/shm")
SWITCH = "TRIALTRAIL_CONFINE"
"""Environment variable: at 0, jobs are not confined, and their records say so."""
SAID = re.compile(r"[^\s'\":]*/[^\s'\":]+")


class Confinement:
    """What a job may touch, and what it reached for beyond that.

    Attributes:
        report: what the record says: by what the job was confined, or why it was not.
    """

    def __init__(self, reads: Iterable[str], writes: Iterable[str]) -> None:
        self.cache, self.scratch = "", ""
        self.reads = [os.path.realpath(path) for path in reads]
        self.writes = [os.path.realpath(path) for path in writes]
        self.beyond: list[str] = []
        self.heedless = False
        self.report: dict[str, Any] = {"by": None}
        self.trees = [os.path.realpath(tree) for tree in self._trees()]
        self.allowed = {*self.reads, *self.writes}

    def prepare(self) -> None:
        """Find out whether the kernel can, and make a scratch folder and the output files."""
        if os.environ.get(SWITCH) == "0":
            self.report = {"by": None, "why": f"switched off by {SWITCH}=0"}
            return
        try:
            self.report = {"by": "landlock", "version": landlock.version()}
        except landlock.NotAvailable as reason:
            self.report = {"by": None, "why": str(reason)}
            return
        base = (Path(".snakemake") / "trialtrail").resolve()
        self.cache = str(base / "cache")
        os.makedirs(self.cache, exist_ok=True)
        self.scratch = tempfile.mkdtemp(dir=base)
        for path in self.writes:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).touch()

    def start(self) -> None:
        """Confine this process for good, if `prepare` found that the kernel can."""
        if self.report["by"] is None:
            return
        tempfile.tempdir = self.scratch
        os.environ.update(TMPDIR=self.scratch, XDG_CACHE_HOME=self.cache, MPLCONFIGDIR=self.cache)
        reads = [*self.trees, *self.reads]
        try:
            landlock.restrict(reads, [*self.writes, *DEVICES], [self.cache, self.scratch])
        except landlock.NotAvailable as reason:
            self.report = {"by": None, "why": str(reason)}
            return
        sys.addaudithook(self._watch)

    def sweep(self) -> None:
        """Remove the scratch folder, once the confined process has ended."""
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _trees(self) -> list[str]:
        """Return the folders of the machine and of the interpreter."""
        prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix}
        return [*SYSTEM, *sorted(prefixes), *(str(ROOT / part) for part in CODE)]

    def _watch(self, event: str, arguments: tuple) -> None:
        if self.heedless or event != "open" or not isinstance(arguments[0], (str, bytes)):
            return
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if not self.permits(path) and os.path.isfile(path):
            self.beyond.append(path)

    def permits(self, path: str) -> bool:
        """Return whether the job may touch ``path``, an absolute path without links."""
        if path in self.allowed:
            return True
        trees = (*self.trees, self.cache, self.scratch, *self.reads)
        return any(tree and (path == tree or path.startswith(tree + os.sep)) for tree in trees)

    def learn(self, fault: BaseException) -> None:
        """Note the file that an exception, or one of its causes, says was refused.

        From here on nothing is watched: telling the exception reads lines of source files.
        """
        self.heedless = True
        seen: set[int] = set()
        error: BaseException | None = fault
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM):
                self.hear(f"{error.filename or ''} {error}")
            error = error.__cause__ or error.__context__

    def hear(self, said: str) -> None:
        """Note the files named in a line that says a permission was denied."""
        for word in SAID.findall(said):
            path = os.path.realpath(word)
            if path in self.reads and path not in self.writes:
                self.beyond.append(path)  # refused although it may be read: it was to be written
            elif not self.permits(path):
                self.beyond.append(path)


def confined_reads(inputs: Iterable[str], code: Iterable[str], records: Iterable[str]) -> list[str]:
    """Return the files a job may read: its inputs, its code, and the interpreter's copies of it.

    A job that takes the records of others may read what they name.
    """
    inputs, code = [*inputs, *_named(records)], list(code)
    copies = {os.path.join(os.path.dirname(path), "__pycache__") for path in code}
    return [*inputs, *code, *sorted(copies)]


def _named(records: Iterable[str]) -> list[str]:
    """Return the paths of the files that records name; an unreadable record names none."""
    found = []
    for path in records:
        try:
            record = json.loads(Path(path).read_text(encoding="utf-8"))
            result, run = record["result"], record["run"]
            names = [*result["inputs"], *result["outputs"], *result["code"], *result["modules"]]
            names += [*record["environment"]["lock"], *record["environment"]["lineage"]]
            places, elsewhere = run["places"], run["elsewhere"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found += [str(real_path(name, elsewhere.get(name, FOLDER), places, ".")) for name in names]
    return sorted(set(found))
