"""The other end: find or start the warm interpreter, and have it run a script."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where no interpreter is warm (`scripts.is_possible`)
    fcntl = None

from snakemake_executor_plugin_warm import identity
from snakemake_executor_plugin_warm.server import receive, send, user_of

BACKLOG = 128
PATIENCE = 60
"""Seconds after which an interpreter that does not answer is given up."""


class NotServed(Exception):
    """The warm interpreter did not take the script; nothing of it has run."""


class Lost(Exception):
    """The warm interpreter ended while the script was running; the script is ended with it."""


class Running:
    """A script that is running.

    Attributes:
        pid: its process.
    """

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.connection, self.pid = connection, pid

    def signal(self, number: int) -> None:
        """Send a signal to the script and what it has started."""
        with contextlib.suppress(OSError):
            self.connection.send(bytes([number]))

    def wait(self) -> int:
        """Return the exit code, negative for a signal.

        Raises:
            Lost: the warm interpreter has ended.
        """
        try:
            answer, _ = receive(self.connection)
        except (OSError, ValueError):
            answer = {}
        if "exit" not in answer:
            raise Lost
        return answer["exit"]


class WarmInterpreter:
    """One warm interpreter, found or started; its folder holds the socket and its log.

    Args:
        imports: the module that says what it imports.
        idle: seconds for which it may stay after the run; 0: it ends with this process.
    """

    def __init__(self, imports: str, idle: int) -> None:
        self.imports, self.idle = imports, idle
        self.folder = identity.home() if idle else identity.private()
        self.name = identity.identity(self.imports) if idle else "run"
        self.processes: list[subprocess.Popen] = []
        self.lifelines: list[int] = []

    @property
    def address(self) -> str:
        """Return the path of the socket."""
        return str(self.folder / f"{self.name}.sock")

    @property
    def log(self) -> Path:
        """Return the file in which the interpreter says why it could not warm up."""
        return self.folder / f"{self.name}.log"

    def begin(self) -> None:
        """See that one is there: find the one that stayed, or start one.

        Raises:
            OSError: it cannot be started.
        """
        with self._alone():
            if not self._answers():
                self._start()

    def end(self) -> None:
        """Let it go: it ends, or stays for as long as its idle limit."""
        if not self.idle:
            self._stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _stop(self) -> None:
        """End those that were started for this run: the last, and any that has retired since."""
        for process in self.processes:
            process.kill()
            process.wait()
        for lifeline in self.lifelines:
            os.close(lifeline)
        self.processes, self.lifelines = [], []

    @contextlib.contextmanager
    def run(self, script: str, environment: Mapping[str, str]) -> Iterator[Running]:
        """Run a script with this process's streams, folder and umask.

        Raises:
            NotServed: it was not taken.
        """
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(PATIENCE)
            try:
                connection.connect(self.address)
                if user_of(connection) != os.getuid():
                    raise NotServed
                request = {
                    "script": script,
                    "folder": os.getcwd(),
                    "umask": _umask(),
                    "environment": dict(environment),
                }
                send(connection, request, (0, 1, 2))
                answer, _ = receive(connection)
            except (OSError, ValueError) as fault:
                raise NotServed from fault
            if "pid" not in answer:
                raise NotServed
            connection.settimeout(None)
            yield Running(connection, answer["pid"])
        finally:
            connection.close()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other run of this user start the same interpreter at the same time."""
        with open(self.folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.settimeout(PATIENCE)
                connection.connect(self.address)
            except OSError:
                return False
            return user_of(connection) == os.getuid()

    def _start(self) -> None:
        # One that has retired may have jobs that still run; it ends when they have ended.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.address)
        reading = None
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self.address)
            listening.listen(BACKLOG)
            command = identity.interpreter()
            command += ["-m"] if command[1:] else ["-P", "-m"]
            command += ["snakemake_executor_plugin_warm.server"]
            command += ["--socket", str(listening.fileno()), "--idle", str(self.idle)]
            passed = [listening.fileno()]
            if not self.idle:
                reading, lifeline = os.pipe()
                self.lifelines.append(lifeline)
                command += ["--lifeline", str(reading)]
                passed.append(reading)
            with open(self.log, "wb") as log:
                process = subprocess.Popen(
                    [*command, self.imports],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=passed,
                    env=surroundings(),
                    cwd="/",
                    start_new_session=True,
                )
                self.processes.append(process)
        if reading is not None:
            os.close(reading)


def surroundings() -> dict[str, str]:
    """Return the environment in which an interpreter warms up with a single thread."""
    one = ("OMP", "GOTO", "OPENBLAS", "MKL", "NUMEXPR")
    return {
        **os.environ,
        **{f"{name}_NUM_THREADS": "1" for name in one},
        "VECLIB_MAXIMUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }


def _umask() -> int:
    """Return the umask, without setting it: other threads are writing files."""
    with open("/proc/self/status") as stream:
        return next(int(line.split()[1], 8) for line in stream if line.startswith("Umask:"))
