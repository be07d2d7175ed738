"""The warm interpreter: it imports libraries once and forks for each job. One thread, always.

Started by `client`, with a listening socket it inherits. A client connects for each job, sends what
the job needs (script, folder, environment, its standard streams) and is told the job's process id
and later its exit status. The connection is the job's lifeline: when the client's end closes, the
job's processes are killed; when this process ends, the kernel kills the jobs.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEADER = struct.Struct("!I")
STREAMS = 3
"""Standard streams that come with a request."""
DIE_WITH_PARENT = 1
"""Option PR_SET_PDEATHSIG of prctl."""
REFUSED = 3
"""Exit code of an interpreter that could not warm up safely."""
STALE = "stale"
Execute = Callable[[str, dict], None]
"""Runs a script, by its path, in the namespace of ``__main__``."""


@dataclass
class Job:
    """A running job: its process and the connection of the client that asked for it."""

    pid: int
    client: socket.socket


class Server:
    """The warm interpreter's loop: accept, fork, tell what became of it."""

    def __init__(self, listening: socket.socket, idle: float, lifeline: int | None) -> None:
        self.listening, self.idle, self.lifeline = listening, idle, lifeline
        self.jobs: dict[int, Job] = {}
        self.woken, self.wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.loaded: dict[str, tuple[int, ...]] = {}
        self.quiet_since = time.monotonic()
        self.retired = False
        self.handover: int | None = None
        self.execute: Execute = execute
        self.successor = 0
        self.address = listening.getsockname()
        self.inode = os.stat(self.address).st_ino

    def warm(self, imports: str) -> None:
        """Import what the module ``imports`` lists first; leave the rest to a successor.

        Raises:
            SystemExit: an import has started a thread, so that a fork would not be safe.
        """
        lists = importlib.import_module(imports) if imports else None
        for name in getattr(lists, "FIRST", ()):
            self.warm_by(name)
        if named := getattr(lists, "EXECUTE", ""):
            module, _, function = named.partition(":")
            self.execute = getattr(importlib.import_module(module), function)
        sys.modules.pop(imports, None)  # no job has asked for it
        self.settle()
        if later := getattr(lists, "LATER", ()):
            self.beget(later)

    def settle(self) -> None:
        """Remember what is loaded, and let the collector leave it alone: forks share its pages."""
        self.note_loaded()
        gc.collect()
        gc.freeze()

    def beget(self, later: Sequence[str]) -> None:
        """Fork one that imports the rest while this one serves, and then serves in its place.

        This one stays, without serving, until its successor ends: with it, the kernel ends all.
        """
        self.handover, tell = os.pipe2(os.O_CLOEXEC)
        self.successor = os.fork()
        if self.successor:
            os.close(tell)
            return
        self.successor = 0
        end_with_parent()
        os.close(self.handover)
        self.handover = None
        for number in (self.woken, self.wake):
            os.close(number)
        self.woken, self.wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self.wake, warn_on_full_buffer=False)
        for name in later:
            self.warm_by(name)
        self.settle()
        os.write(tell, b"!")
        os.close(tell)

    def hand_over(self) -> None:
        """Serve no more, once the successor says that it does."""
        if os.read(self.handover, 1):
            self.retire()
        os.close(self.handover)
        self.handover = None

    def retire(self) -> None:
        """Take no more requests; whoever has the address finds nobody or the next."""
        self.retired = True
        self.listening.close()

    def warm_by(self, name: str) -> None:
        """Import one module; call the function of it that is named after a colon."""
        module, _, function = name.partition(":")
        with contextlib.suppress(ImportError):  # a job that needs it says so itself
            loaded = importlib.import_module(module)
            if function:
                getattr(loaded, function)()
        if len(os.listdir("/proc/self/task")) > 1:
            print(f"importing {name} starts threads; it cannot be warmed", file=sys.stderr)
            raise SystemExit(REFUSED)

    def serve(self) -> None:
        """Serve until the lifeline closes or nobody has asked for as long as the idle limit."""
        while not self.over():
            self.step(1.0)

    def over(self) -> bool:
        """Return whether there is nobody left to serve."""
        if self.jobs or (self.retired and self.successor):
            return False
        if self.retired:
            return True
        if self.lifeline is not None:
            return False
        return time.monotonic() - self.quiet_since > self.idle

    def step(self, patience: float) -> bool:
        """Wait until something happens, at most ``patience`` seconds; return whether it did."""
        watched = [self.woken, *(job.client for job in self.jobs.values())]
        if not self.retired:
            watched.append(self.listening)
        watched += [number for number in (self.lifeline, self.handover) if number is not None]
        ready, _, _ = select.select(watched, [], [], patience)
        if self.woken in ready:
            os.read(self.woken, 1 << 12)
        self.reap()
        for job in [job for job in self.jobs.values() if job.client in ready]:
            self.hear(job)
        if self.lifeline in ready:  # the run has ended, by whatever end
            for job in self.jobs.values():
                kill(job.pid, signal.SIGKILL)
            raise SystemExit(0)
        if self.handover in ready:
            self.hand_over()
        elif self.listening in ready:
            self.accept()
        if self.jobs:
            self.quiet_since = time.monotonic()
        return bool(ready)

    def hear(self, job: Job) -> None:
        """Pass on the signal that a client sends; a client that is gone takes its job along."""
        try:
            received = job.client.recv(1)
        except ConnectionError:
            received = b""
        kill(job.pid, received[0] if received else signal.SIGKILL)
        if not received:
            self.jobs.pop(job.pid).client.close()

    def reap(self) -> None:
        """Tell each client whose job has ended how it ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.successor:
                self.successor = 0
                continue
            job = self.jobs.pop(pid, None)
            kill(pid, signal.SIGKILL)  # what the job itself has started and left behind
            if job is not None:
                send(job.client, {"exit": os.waitstatus_to_exitcode(status)})
                job.client.close()

    def accept(self) -> None:
        """Take a request and fork for it."""
        client, _ = self.listening.accept()
        self.quiet_since = time.monotonic()
        client.settimeout(10)
        streams: list[int] = []
        try:
            if user_of(client) != os.getuid():
                return client.close()
            request, streams = receive(client)
            if not request:  # somebody has looked whether there is an interpreter here
                return client.close()
            if not self.is_current():
                self.retire()
                send(client, {"refused": STALE})
                return client.close()
            client.settimeout(None)
            pid = os.fork()
            if pid == 0:
                self.become(client, request, streams)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpgid(pid, pid)
            self.jobs[pid] = Job(pid, client)
            with contextlib.suppress(OSError):  # a client that is gone is seen when it is heard
                send(client, {"pid": pid})
        except (OSError, ValueError, KeyError):
            client.close()
        finally:
            for stream in streams:
                os.close(stream)

    def clear_up(self) -> None:
        """Remove the socket, the empty log and, of one that served a single run, their folder."""
        with contextlib.suppress(OSError):
            if os.stat(self.address).st_ino == self.inode:  # and not of one that came after
                os.unlink(self.address)
                os.unlink(f"{os.path.splitext(self.address)[0]}.log")
                if self.lifeline is not None:
                    folder = os.path.dirname(self.address)
                    os.unlink(os.path.join(folder, "lock"))
                    os.rmdir(folder)

    def is_current(self) -> bool:
        """Return whether all files that are loaded are still as they were.

        A library counts as well, though it has been put back since: what was loaded is the other.
        """
        return all(is_same(stamp(path), was) for path, was in self.loaded.items())

    def note_loaded(self) -> None:
        """Remember the state of the files that are loaded: modules, and libraries of the system."""
        paths = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            paths |= {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if ".so" in line}
        for path in paths:
            if path and os.path.isfile(path) and path not in self.loaded:
                self.loaded[path] = stamp(path)

    def become(self, client: socket.socket, request: dict, streams: list[int]) -> None:
        """Be the job: never returns."""
        code = 1
        try:
            os.setpgid(0, 0)
            end_with_parent()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for stream, number in zip(streams, range(STREAMS), strict=True):
                os.dup2(stream, number)
            for stream in streams:
                os.close(stream)
            self.listening.close()
            client.close()
            for job in self.jobs.values():
                job.client.close()
            for number in (self.woken, self.wake, self.lifeline, self.handover):
                if number is not None:
                    os.close(number)
            code = run_script(request, self.execute)
        finally:
            os._exit(code)


def end_with_parent() -> None:
    """Have the kernel end this process when the one that has forked it ends."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent or parent == 1:
        os._exit(1)


def execute(script: str, space: dict) -> None:
    """Run a script in the namespace of ``__main__``."""
    with open(script, "rb") as stream:
        source = stream.read()
    exec(compile(source, script, "exec"), space)


def run_script(request: dict, execute: Execute) -> int:
    """Run the script as ``python <script>`` does, and return the exit code."""
    import atexit
    import threading
    import traceback
    import types

    os.chdir(request["folder"])
    os.umask(request["umask"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # as a new interpreter does; `random` sees to itself
    importlib.invalidate_caches()
    sys.stdout.reconfigure(line_buffering=os.isatty(1))
    script = request["script"]
    sys.argv = [script]
    if not sys.flags.isolated:
        sys.path[:] = [os.path.dirname(os.path.abspath(script)), *sys.path]
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=script, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    code = 0
    try:
        execute(script, main.__dict__)
    except SystemExit as end:
        if end.code is not None and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)
        code = 0 if end.code is None else end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        traceback.print_exc()
        code = 128 + signal.SIGINT
    except BaseException as fault:
        fault.__traceback__ = fault.__traceback__.tb_next.tb_next  # without this and `execute`
        sys.excepthook(type(fault), fault, fault.__traceback__)
        code = 1
    for end in (threading._shutdown, atexit._run_exitfuncs, sys.stdout.flush, sys.stderr.flush):
        try:
            end()
        except BaseException:
            code = code or 120
    return code & 0xFF


def stamp(path: str) -> tuple[int, ...]:
    """Return what changes when a file is written to; zeros where it is gone."""
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0, 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_nlink


def is_same(now: tuple[int, ...], then: tuple[int, ...]) -> bool:
    """Return whether a file was not written to between two stamps.

    A hard link to it, by which installers share files among environments, changes its ctime alone.
    """
    return now == then or (now[:3] == then[:3] and now[4] != then[4])


def kill(pid: int, number: int) -> None:
    """Send a signal to a job and to all that it has started in its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def user_of(client: socket.socket) -> int:
    """Return the user at the other end of a connection."""
    said = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", said)[1]


def send(connection: socket.socket, message: dict, streams: tuple[int, ...] = ()) -> None:
    """Send a message, with open streams; a client that is gone is seen when it is heard."""
    text = json.dumps(message).encode()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        socket.send_fds(connection, [HEADER.pack(len(text))], list(streams))
        connection.sendall(text)


def receive(connection: socket.socket) -> tuple[dict, list[int]]:
    """Return the next message and the streams that came with it; an empty one at the end."""
    start, streams, _, _ = socket.recv_fds(connection, HEADER.size, STREAMS)
    if not start:
        return {}, streams
    start += _exactly(connection, HEADER.size - len(start))
    (size,) = HEADER.unpack(start)
    return json.loads(_exactly(connection, size)), streams


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise ConnectionResetError
        parts += part
    return bytes(parts)


def main() -> None:
    """Warm up and serve: ``python -P -m snakemake_executor_plugin_warm.server --socket FD ...``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--lifeline", type=int)
    parser.add_argument("--idle", type=float, default=0.0)
    parser.add_argument("imports")
    options = parser.parse_args()
    listening = socket.socket(fileno=options.socket)
    listening.settimeout(None)
    server = Server(listening, options.idle, options.lifeline)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(server.wake, warn_on_full_buffer=False)
    try:
        server.warm(options.imports)
        server.serve()
    finally:
        for job in server.jobs.values():
            kill(job.pid, signal.SIGKILL)
        server.clear_up()


if __name__ == "__main__":
    main()
