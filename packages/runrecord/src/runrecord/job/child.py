"""Run the work of a job in a child process that the kernel confines; the parent keeps the books.

The record, the log and the journal are written by the parent, which is not confined, so the child
needs no right to them. The child starts as a copy of the parent, with its libraries loaded, and
tells its outcome as text: nothing that it says is run.

Where the system has no Landlock and cannot fork either (Windows, and macOS, whose libraries do not
bear it), the work is done in this process, and the record says that it was not confined. What it
writes to the screen is withheld all the same.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from runrecord.job.confine import Confinement

try:
    import resource
except ImportError:  # Windows
    resource = None

DIE_WITH_PARENT = 1
"""Option PR_SET_PDEATHSIG of prctl: no child outlives a job that is killed."""
DENIED = "ermission denied"
MEGABYTE = 1 << 10 if sys.platform != "darwin" else 1 << 20
"""Linux counts memory in kilobytes of 1024 bytes, macOS in bytes."""
NEEDED = ("fork", "memfd_create")
"""What the system has to give for the work to have a process of its own."""
NO_CHILD = "this system cannot fork a process to confine"
HEARD = 1 << 20
"""Bytes of the child's own output that are looked through."""


@dataclass
class Outcome:
    """What became of the work.

    Attributes:
        result: what the work returned, in the forms that JSON has.
        problem: what went wrong, for the reader; None if nothing did.
        traceback: the whole traceback, only if the person at the screen asked for it.
        beyond: files, and addresses of the network, that it reached for without declaring them.
        confined: by what the child was confined, or why it was not.
        lines: lines that a library or a program it started wrote to the screen; they are withheld.
        withheld: what Python itself would have said, counted by kind and place.
        took: seconds of the work, and megabytes (2**20 bytes) of memory held when it began and at
            the most; empty if it ended without a word.
    """

    result: Any = None
    problem: str | None = None
    traceback: str = ""
    beyond: list[str] = field(default_factory=list)
    confined: dict[str, Any] = field(default_factory=dict)
    lines: int = 0
    withheld: Counter = field(default_factory=Counter)
    took: dict[str, float] = field(default_factory=dict)


def run_confined(work: Callable[[Confinement], Outcome], confinement: Confinement) -> Outcome:
    """Return the outcome of ``work``, which takes its confinement and runs under it."""
    if not all(hasattr(os, name) for name in NEEDED):
        return _run_here(work, confinement)
    confinement.prepare()
    reading, writing = os.pipe()
    screen = os.memfd_create("screen")
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(work, confinement, writing, screen, parent)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        confinement.sweep()
        raise
    _, status = os.waitpid(child, 0)
    confinement.sweep()
    outcome = Outcome(**json.loads(said)) if said else Outcome(problem=_died(status))
    outcome.withheld = Counter(outcome.withheld)
    _listen(screen, confinement, outcome)
    return outcome


def _be_the_child(work, confinement: Confinement, writing: int, screen: int, parent: int) -> None:
    """Do the work, tell the outcome through the pipe, and end without the parent's clean-up."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        os.dup2(screen, 1)
        os.dup2(screen, 2)
        confinement.start()
        outcome = _measured(work, confinement)
        outcome.beyond = sorted(set(confinement.beyond))
        outcome.confined = confinement.report
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(vars(outcome)).encode())
        code = 0
    finally:
        os._exit(code)


def _measured(work, confinement: Confinement) -> Outcome:
    """Do the work, and note what it took: memory only where the system tells it."""
    before, start = _peak_memory(), time.perf_counter()
    outcome = work(confinement)
    outcome.took = {"seconds": round(time.perf_counter() - start, 3)}
    if before is not None:
        outcome.took |= {"megabytes_before": before, "megabytes_most": _peak_memory()}
    return outcome


def _peak_memory() -> float | None:
    """Return the most memory that this process has held so far, in megabytes; None if unknown."""
    if resource is None:
        return None
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE, 1)


def _run_here(work: Callable[[Confinement], Outcome], confinement: Confinement) -> Outcome:
    """Do the work in this process, not confined; nothing that it writes reaches the screen."""
    confinement.report = {"by": None, "why": NO_CHILD}
    with tempfile.TemporaryFile() as screen:
        with _screen_to(screen.fileno()):
            outcome = _measured(work, confinement)
        screen.seek(0)
        outcome.lines = screen.read(HEARD).count(b"\n")
    outcome.confined = confinement.report
    return outcome


@contextmanager
def _screen_to(file: int) -> Iterator[None]:
    """Have what this process and its children write to the screen go to a file meanwhile."""
    streams = (sys.stdout, sys.stderr)
    kept = [os.dup(number) for number in (1, 2)]
    try:
        for stream in streams:
            stream.flush()
        for number in (1, 2):
            os.dup2(file, number)
        yield
    finally:
        for stream in streams:
            stream.flush()
        for number, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, number)
            os.close(copy)


def _died(status: int) -> str:
    """Return what is known of a child that ended without a word."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name
        why = "; the machine may have run out of memory" if number == signal.SIGKILL else ""
        return f"The job was ended by the signal {name}{why}"
    return f"The job ended at once with exit code {os.waitstatus_to_exitcode(status)}"


def _listen(screen: int, confinement: Confinement, outcome: Outcome) -> None:
    """Look through what was written to the screen for files that were refused."""
    with os.fdopen(screen, "rb") as stream:
        stream.seek(0)
        said = stream.read(HEARD).decode("utf-8", "replace")
    outcome.lines = said.count("\n")
    if outcome.confined.get("by"):
        for line in said.splitlines():
            if DENIED in line:
                confinement.hear(line)
        outcome.beyond = sorted({*outcome.beyond, *confinement.beyond})
