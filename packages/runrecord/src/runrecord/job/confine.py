"""Confine a job to the files that its rule declares, and name what it reached for beyond them.

The kernel refuses (see `landlock`). A hook of the interpreter notes what Python itself tried to
open, write, move or call up on the network, so that a refusal which the code swallows still fails
the job. What a child process was refused is known by what it says of it. Environment variables of
the machine are taken away, but for those that the interpreter and its libraries need to run.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runrecord.job import landlock
from runrecord.places import FOLDER, real_path
from runrecord.project import project

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/proc", "/sys")
"""Programs, libraries, fonts and settings of the machine; no study keeps its files there."""
OWN = Path(__file__).parents[1]
"""The record-keeping itself."""
SOURCES = ("/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
DEVICES = ("/dev/null", "/dev/tty")
"""Devices to read from, and to write to as well; shared memory is none of them."""
SWITCH = "CONFINE"
"""Environment variable of the project: at 0, jobs are not confined, and their records say so."""
SAID = re.compile(r"[^\s'\":]*/[^\s'\":]+")
REFUSALS = (errno.EACCES, errno.EPERM, errno.EXDEV)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
    "os.symlink": ((1, 2),),
    "os.link": ((0, 2), (1, 3)),
    "os.rename": ((0, 2), (1, 3)),
}
"""Events of the interpreter that change an entry of a folder -> which arguments are its path, and
the descriptor of the folder that the path starts from."""
MAKING = ("os.symlink", "os.link", "os.rename")
OWN_STREAM = re.compile(r"/memfd:.*|/proc/\d+/fd/(pipe|socket):.*")
"""What the paths of a process's own streams lead to."""
OF_ANOTHER_PROCESS = re.compile(r"/proc/\d+/(root|cwd|fd|exe)/.*")
"""Resolving such a path would show what it leads to, so it is not resolved."""
CALLS = ("socket.connect", "socket.sendto")
KEPT = re.compile(
    r"(PATH|HOME|USER|LOGNAME|TMPDIR|XDG_CACHE_HOME|MPLCONFIGDIR|VIRTUAL_ENV|CI|PYTEST_.*|PYTHON.*"
    r"|LD_.*|FONTCONFIG_.*|.*_NUM_THREADS|(OPENBLAS|OMP|MKL|ARROW|JE_ARROW|MALLOC)_.*)"
)
"""Environment variables that a job still sees: none of them is a setting of a study."""


class Confinement:
    """What a job may touch, and what it reached for beyond that.

    Attributes:
        report: what the record says: by what the job was confined, or why it was not.
        beyond: paths of files, and addresses of the network, that it reached for.
    """

    def __init__(self, reads: Iterable[str], writes: Iterable[str]) -> None:
        self.scratch = ""
        self.reads = [os.path.realpath(path) for path in reads]
        self.writes = [os.path.realpath(path) for path in writes]
        self.beyond: list[str] = []
        self.heedless = False
        self.report: dict[str, Any] = {"by": None}
        self.trees = [os.path.realpath(tree) for tree in self._trees()]
        self.allowed = {*self.reads, *self.writes, *SOURCES, *DEVICES}

    def prepare(self) -> None:
        """Find out whether the kernel can, and make a scratch folder and the output files."""
        switch = project().variable(SWITCH)
        if os.environ.get(switch) == "0":
            self.report = {"by": None, "why": f"switched off by {switch}=0"}
            return
        try:
            self.report = {"by": "landlock", "version": landlock.version()}
        except landlock.NotAvailable as reason:
            self.report = {"by": None, "why": str(reason)}
            return
        base = (Path(".snakemake") / project().name).resolve()
        base.mkdir(parents=True, exist_ok=True)
        self.scratch = tempfile.mkdtemp(dir=base)
        for path in self.writes:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).touch()

    def start(self) -> None:
        """Confine this process for good, if `prepare` found that the kernel can."""
        if self.report["by"] is None:
            return
        self._clear_surroundings()
        reads = [*self.trees, *self.reads, *SOURCES]
        try:
            landlock.restrict(reads, [*self.writes, *DEVICES], [self.scratch])
        except landlock.NotAvailable as reason:
            self.report = {"by": None, "why": str(reason)}
            return
        sys.addaudithook(self._watch)

    def sweep(self) -> None:
        """Remove the scratch folder, once the confined process has ended."""
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _clear_surroundings(self) -> None:
        """Leave nothing in the process that differs between machines, or hands on between jobs.

        A cache that jobs share would be a way from one to the other, so each has its own.
        """
        for name in list(os.environ):
            if not KEPT.fullmatch(name) and not name.startswith(project().variable("")):
                del os.environ[name]
        tempfile.tempdir = self.scratch
        cache = os.path.join(self.scratch, "cache")
        os.makedirs(cache)
        os.environ.update(TMPDIR=self.scratch, XDG_CACHE_HOME=cache, MPLCONFIGDIR=cache, TZ="UTC")
        if hasattr(time, "tzset"):
            time.tzset()
        sys.dont_write_bytecode = True

    def _trees(self) -> list[str]:
        """Return the folders of the machine, of the interpreter, and of the project's own code.

        What is loaded of the code is checked against what the rule declares.
        """
        prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix}
        code = [project().path(part) for part in project().packages.values()]
        return [*SYSTEM, *sorted(prefixes), *map(str, [OWN, *code])]

    def _watch(self, event: str, arguments: tuple) -> None:
        if self.heedless:
            return
        if event == "open":
            self._opened(*arguments)
        elif event in CHANGES:
            for path, folder in CHANGES[event]:
                self._changed(event, arguments[path], -1 if folder is None else arguments[folder])
        elif event in CALLS:
            self.beyond.append(_address(arguments[1]))

    def _opened(self, path: Any, _: Any, flags: int) -> None:
        if not isinstance(path, (str, bytes)):
            return
        path = real(os.fsdecode(path))
        if flags & WRITING:
            if not self.may_write(path) and os.path.isdir(os.path.dirname(path)):
                self.beyond.append(path)
        elif not self.permits(path) and os.path.isfile(path):
            self.beyond.append(path)

    def _changed(self, event: str, path: Any, folder: int) -> None:
        if isinstance(path, int):
            return
        entry = os.fsdecode(path)
        if folder >= 0:
            entry = os.path.join(f"/proc/self/fd/{folder}", entry)
        # Of a link it is the link that is changed, not what it leads to.
        entry = os.path.join(real(os.path.dirname(entry)), os.path.basename(entry))
        there = os.path.lexists(entry)
        in_vain = there if event == "os.mkdir" else not there and event not in MAKING
        if not in_vain and not self.may_write(entry):
            self.beyond.append(entry)

    def permits(self, path: str) -> bool:
        """Return whether the job may touch ``path``, an absolute path without links."""
        if path in self.allowed or OWN_STREAM.fullmatch(path):
            return True
        trees = (*self.trees, self.scratch, *self.reads)
        return _inside(path, trees) and not OF_ANOTHER_PROCESS.fullmatch(path)

    def may_write(self, path: str) -> bool:
        """Return whether the job may write to ``path``, an absolute path without links."""
        if path in self.writes or path in DEVICES or OWN_STREAM.fullmatch(path):
            return True
        return _inside(path, (self.scratch,))

    def learn(self, fault: BaseException) -> None:
        """Note the file that an exception, or one of its causes, says was refused.

        From here on nothing is watched: telling the exception reads lines of source files.
        """
        self.heedless = True
        seen: set[int] = set()
        error: BaseException | None = fault
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            if isinstance(error, OSError) and error.errno in REFUSALS:
                self.hear(f"{error.filename or ''} {error.filename2 or ''} {error}")
            error = error.__cause__ or error.__context__

    def hear(self, said: str) -> None:
        """Note the files named in a line that says a permission was denied."""
        for word in SAID.findall(said):
            path = real(word)
            if path in self.reads and path not in self.writes:
                self.beyond.append(path)  # refused although it may be read: it was to be written
            elif not self.permits(path):
                self.beyond.append(path)


def real(path: str) -> str:
    """Return the path without links, as far as they can be read."""
    try:
        return os.path.realpath(path)
    except OSError:
        return os.path.abspath(path)


def _address(address: Any) -> str:
    """Return an address of the network, or the path or name of a socket of this machine."""
    return ":".join(map(str, address[:2])) if isinstance(address, tuple) else os.fsdecode(address)


def _inside(path: str, trees: Iterable[str]) -> bool:
    return any(tree and (path == tree or path.startswith(tree + os.sep)) for tree in trees)


def confined_reads(inputs: Iterable[str], code: Iterable[str], records: Iterable[str]) -> list[str]:
    """Return the files a job may read: its inputs, its code, and the interpreter's copies of it.

    A job that takes the records of others may read what they name.
    """
    inputs, code = [*inputs, *_named(records)], list(code)
    copies = {os.path.join(os.path.dirname(path), "__pycache__") for path in code}
    return [*inputs, *code, *sorted(copies)]


def _named(records: Iterable[str]) -> list[str]:
    """Return the paths of the files that records name; an unreadable record names none."""
    found: set[tuple[str, str, str]] = set()
    for path in records:
        try:
            record = json.loads(Path(path).read_text(encoding="utf-8"))
            result, run = record["result"], record["run"]
            names = [*result["inputs"], *result["outputs"], *result["code"], *result["modules"]]
            names += [*record["environment"]["lock"], *record["environment"]["lineage"]]
            places, elsewhere = {FOLDER: "", **run["places"]}, run["elsewhere"]
            at = [(name, elsewhere.get(name, FOLDER)) for name in names]
            found |= {(name, place, places[place]) for name, place in at}
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted({str(real_path(name, at, {at: way}, ".")) for name, at, way in found})
