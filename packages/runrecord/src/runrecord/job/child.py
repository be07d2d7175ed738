"""Run the work of a job in a child process that the kernel confines; the parent keeps the books.

The record, the log and the journal are written by the parent, which is not confined, so the child
needs no right to them. The child starts as a copy of the parent, with its libraries loaded, and
tells its outcome as text: nothing that it says is run.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from runrecord.job.confine import Confinement

DIE_WITH_PARENT = 1
"""Option PR_SET_PDEATHSIG of prctl: no child outlives a job that is killed."""
DENIED = "ermission denied"
KILO = 1024
"""Linux counts memory in kilobytes of 1024 bytes."""
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
        before, start = _peak_memory(), time.perf_counter()
        outcome = work(confinement)
        outcome.took = {
            "seconds": round(time.perf_counter() - start, 3),
            "megabytes_before": before,
            "megabytes_most": _peak_memory(),
        }
        outcome.beyond = sorted(set(confinement.beyond))
        outcome.confined = confinement.report
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(vars(outcome)).encode())
        code = 0
    finally:
        os._exit(code)


def _peak_memory() -> float:
    """Return the most memory that this process has held so far, in megabytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO, 1)


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
