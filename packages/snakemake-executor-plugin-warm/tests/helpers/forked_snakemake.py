"""Runs of Snakemake for the tests, each a fork of one process that has imported Snakemake.

The import is most of what a small run costs. A run has its own session, streams, folder and
environment, as one that is started anew; `/proc` shows the command and environment of the process
that it was forked from.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from pathlib import Path

from snakemake_executor_plugin_warm import drop_reevaluations

LIBRARIES = (
    *("snakemake.cli", "snakemake.api", "snakemake.workflow", "snakemake.dag", "snakemake.storage"),
    *("snakemake.report.html_reporter", "snakemake.script", "snakemake.benchmark"),
    *("nbformat", "requests", "smart_open"),
)
MOST = 1 << 20
"""Bytes of a request."""
_forking: list[socket.socket] = []
"""The end at which runs are asked for, once there is one."""


class ForkedRun:
    """A run that was begun; it is used as `subprocess.Popen` is."""

    def __init__(self, said: int, status: int) -> None:
        self._said, self._status = said, os.fdopen(status, "rb")
        self.pid = int(self._status.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, None while the run goes on."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end, at most so many seconds; return the exit code."""
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            self.returncode = int(self._status.readline())
            self._status.close()
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, None]:
        """Return what was said, once nobody can say more and the run has ended.

        Raises:
            subprocess.TimeoutExpired: that is not so after so many seconds.
        """
        end, said = time.monotonic() + timeout, bytearray()
        while True:
            if not select.select([self._said], [], [], max(0, end - time.monotonic()))[0]:
                raise subprocess.TimeoutExpired("snakemake", timeout, bytes(said))
            if not (piece := os.read(self._said, 1 << 16)):
                break
            said += piece
        os.close(self._said)
        if self.wait(max(0, end - time.monotonic())) is None:
            raise subprocess.TimeoutExpired("snakemake", timeout, bytes(said))
        return said.decode(), None

    def send_signal(self, number: int) -> None:
        """Send a signal to the run, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the run, if it has not ended."""
        self.send_signal(signal.SIGKILL)


def start_snakemake(
    options: list[str], folder: Path, environment: dict[str, str], terminal: int | None = None
) -> ForkedRun:
    """Begin what ``python -m snakemake`` does in a folder, in a session of its own.

    With a ``terminal``, that is where it speaks and what controls it; else a pipe and nothing.
    """
    if not _forking:
        _forking.append(_start())
    said, saying = os.pipe()
    heard, telling = os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    streams = [nothing, saying, saying] if terminal is None else [terminal] * 3
    request = {"options": options, "folder": str(folder), "environment": environment}
    socket.send_fds(_forking[0], [json.dumps(request).encode()], [*streams, telling])
    for number in (saying, telling, nothing):
        os.close(number)
    return ForkedRun(said, heard)


def _start() -> socket.socket:
    """Start the process that forks; it ends with this one."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    surroundings = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [sys.executable, "-P", str(Path(__file__).resolve()), str(there.fileno())]
    subprocess.Popen(
        command,
        pass_fds=[there.fileno()],
        env=surroundings,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    there.close()
    return here


def serve(asked: socket.socket) -> None:
    """Fork for each request, until nobody can make one; a process of its own awaits each run."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # the forks share these pages
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may have been ignored
    while True:
        data, numbers, _, _ = socket.recv_fds(asked, MOST, 4)
        if not data:
            return
        if not os.fork():
            asked.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            *streams, telling = numbers
            run = os.fork()
            if not run:
                os.close(telling)
                return become(json.loads(data), streams)
            for number in (0, 1, 2, *streams):
                os.close(number)
            os.write(telling, f"{run}\n".encode())
            _, status = os.waitpid(run, 0)
            with contextlib.suppress(BrokenPipeError):  # the test has ended
                os.write(telling, f"{os.waitstatus_to_exitcode(status)}\n".encode())
            os._exit(0)
        for number in numbers:
            os.close(number)


def _reap() -> None:
    """Take note of those that have ended, and of the seconds that they have used."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def become(request: dict, streams: list[int]) -> None:
    """Be the run, to its end."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in streams:
        os.close(stream)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    own = filter(None, request["environment"].get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:0] = [request["folder"], *own]  # as `python -m` has it
    importlib.invalidate_caches()
    sys.argv[1:] = request["options"]
    try:
        runpy.run_module("snakemake", run_name="__main__", alter_sys=True)
    finally:
        drop_reevaluations()  # with the local executor, too


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
