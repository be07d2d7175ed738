"""Where Snakemake would start an interpreter for a Python script, ask the warm one."""

from __future__ import annotations

import atexit
import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from snakemake.iocontainers import Params, Snakemake
from snakemake.script import PythonScript
from snakemake.shell import shell

from snakemake_executor_plugin_warm import client, identity
from snakemake_executor_plugin_warm.client import Lost, NotServed, Running, WarmInterpreter

THREADS = ("OMP", "GOTO", "OPENBLAS", "MKL", "NUMEXPR")
TEMPORARY = ("TMPDIR", "TMP", "TEMPDIR", "TEMP")


CONVERTED = ("pandas", "numpy", "polars")
"""Libraries whose tables and arrays Snakemake converts where they are parameters of a job."""
IDLE = "SNAKEMAKE_WARM_IDLE"
"""Environment variable: seconds, in place of the setting."""
NEEDED = ("fork", "pipe2", "getuid")
"""What the system has to give."""
_begun: list[WarmInterpreter] = []


def interpreter_for(imports: str, idle: int) -> WarmInterpreter:
    """Return the warm interpreter of this process, begun; it ends with the process at the latest.

    Raises:
        OSError: it cannot be started.
    """
    if not _begun:
        interpreter = WarmInterpreter(imports, stays(idle))
        atexit.register(interpreter.end)
        interpreter.begin()
        _begun.append(interpreter)
    return _begun[0]


def stays(idle: int) -> int:
    """Return for how many seconds it may stay: `IDLE` says it, or the setting, but never in CI."""
    if os.environ.get("CI"):
        return 0
    said = os.environ.get(IDLE, "")
    return int(said) if said.isdigit() else idle


def is_possible() -> bool:
    """Return whether this system can serve: Linux can.

    Others cannot fork safely with libraries loaded (macOS), or not at all (Windows).
    """
    told = all(part is not None for part in (client.fcntl, identity.resource))
    return told and os.path.isdir("/proc/self") and all(hasattr(os, name) for name in NEEDED)


class WarmScripts:
    """Runs the scripts of one Snakemake process in a warm interpreter.

    ``PythonScript.execute_script`` is the one place at which Snakemake starts an interpreter for a
    script; between `begin` and `end` it is ours. It is no public method: Snakemake is pinned, and
    where the method is missing, scripts run the plain way. So with `Snakemake._safely_store_params`
    and `store_params`.
    """

    def __init__(self, imports: str, idle: int, logger: Any) -> None:
        self.imports, self.idle, self.logger = imports, idle, logger
        self.interpreter: WarmInterpreter | None = None
        self.plain = getattr(PythonScript, "execute_script", None)
        self.plain_store = getattr(Snakemake, "_safely_store_params", None)
        self.running: set[Running] = set()
        self.lock = threading.Lock()
        self.interrupted = False

    def begin(self) -> None:
        """Find or start the warm interpreter; without one, scripts run the plain way."""
        if self.plain is None or not is_possible():
            return
        try:
            self.interpreter = interpreter_for(self.imports, self.idle)
        except OSError as fault:
            self.logger.info(f"No warm interpreter ({fault}): each job starts its own.")
            return
        warm = self

        def execute_script(script: PythonScript, fname: str, edit: bool = False) -> None:
            if edit or not warm.suits(script) or not warm.execute(script, fname):
                warm.plain(script, fname, edit=edit)

        PythonScript.execute_script = execute_script
        if self.plain_store is not None:

            def store(job: Snakemake, params: Params) -> None:
                if not store_params(job, params):
                    warm.plain_store(job, params)

            Snakemake._safely_store_params = store

    def end(self) -> None:
        """Give Snakemake its methods back and let the interpreter go."""
        if self.interpreter is not None:
            PythonScript.execute_script = self.plain
            if self.plain_store is not None:
                Snakemake._safely_store_params = self.plain_store
            self.interpreter.end()
            self.interpreter = None
            _begun.clear()

    def interrupt(self) -> None:
        """Send the running scripts what Ctrl-C at a terminal sends to jobs of the plain way."""
        self.interrupted = True
        with self.lock:
            for job in self.running:
                job.signal(signal.SIGINT)

    def suits(self, script: PythonScript) -> bool:
        """Return whether a script asks for nothing that this environment does not have."""
        return (
            self.interpreter is not None
            and not self.interrupted
            and type(script) is PythonScript
            and script.conda_env is None
            and script.container_img is None
            and script.env_modules is None
            and script.shadow_dir is None
            and script.resources.get("shell_exec") is None
            and script.threads == 1
            and shell._process_prefix is None
            and not shell._process_suffix
        )

    def execute(self, script: PythonScript, fname: str) -> bool:
        """Run the script; return whether it was taken.

        Raises:
            CalledProcessError: it has failed.
        """
        environment = environment_of(script)
        try:
            with self.interpreter.run(fname, environment) as job:
                with self.lock:
                    self.running.add(job)
                    if self.interrupted:  # the others were told while this one was being started
                        job.signal(signal.SIGINT)
                try:
                    with measured(job.pid, script.bench_record):
                        code = job.wait()
                finally:
                    with self.lock:
                        self.running.discard(job)
        except NotServed:
            if not self.interrupted:
                self._renew()
                return False
            code = -signal.SIGINT
        except Lost:
            self.logger.error(
                f"The warm interpreter was ended while {script.rulename} was running, and the job"
                " with it. Run Snakemake again, or with --executor local."
            )
            code = -signal.SIGKILL
        if code < 0 and not self.interrupted:
            name = signal.Signals(-code).name
            why = "; the machine may have run out of memory" if -code == signal.SIGKILL else ""
            self.logger.error(f"{script.rulename} was ended by the signal {name}{why}")
        if code:
            command = f"set -euo pipefail;  {sys.executable} {shlex.quote(fname)}"
            raise subprocess.CalledProcessError(code, command)
        return True

    def _renew(self) -> None:
        """Start another interpreter where the one there was has gone or is out of date."""
        if self.interpreter is None:
            return
        try:
            self.interpreter.begin()
        except OSError:
            self.interpreter.end()
            self.interpreter = None


def store_params(job: Snakemake, params: Params) -> bool:
    """Keep the parameters of a job for its script; return whether none has to be converted.

    To look for tables among them, Snakemake itself imports pandas, for half a second, into a
    process that has no other use for it.
    """
    for value in params:
        if any(kind.__module__.partition(".")[0] in CONVERTED for kind in type(value).__mro__):
            return False
    job._params_store, job._params_types = Params(toclone=list(params)), {}
    job._params_store._take_names(params._get_names())
    return True


@contextlib.contextmanager
def measured(pid: int, record: Any) -> Iterator[None]:
    """Measure a process as Snakemake does; one that has ended before is known by its time alone."""
    from psutil import NoSuchProcess
    from snakemake.benchmark import benchmarked

    start, ran = time.time(), False
    if record is not None:
        try:
            with benchmarked(pid, record):
                ran = True
                yield
            return
        except NoSuchProcess:
            if ran:
                raise
    yield
    if record is not None:
        record.running_time = time.time() - start


def environment_of(script: PythonScript) -> dict[str, str]:
    """Return the environment that Snakemake's shell gives a script."""
    threads = str(script.threads)
    environment = dict(os.environ)
    environment |= {f"{name}_NUM_THREADS": threads for name in THREADS}
    environment["VECLIB_MAXIMUM_THREADS"] = threads
    if folder := script.resources.get("tmpdir"):
        environment |= {name: str(folder) for name in TEMPORARY}
    return environment
