"""Runs of Snakemake for the tests, each forked from one process that has imported Snakemake.

Most of what a run with little to do costs is the import of Snakemake. The process that forks has
imported it and libraries that it loads, but no module of this project beside the plugin that
Snakemake finds by itself: those a run imports anew, from where its own search path finds them.

The installed libraries are checked by the first of these runs; the others are told what it found.
(Runs that are started anew check them each time, and `packages/runrecord/tests/test_installed.py`
says what is found.)

Where a test looks at tables or at the page of the report alone, the jobs can be done in the process
of the run itself, which has then imported the libraries and the machinery of the jobs as well.
Nothing is confined or sealed, a record has only what the report is made from, and the PDF is an
empty file.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

TIME_LIMIT = 600
"""Seconds after which a run is given up."""
LIBRARIES = (
    *("snakemake.cli", "snakemake.api", "snakemake.workflow", "snakemake.dag", "snakemake.storage"),
    *("snakemake.report.html_reporter", "snakemake.scheduling.greedy", "snakemake.script"),
    *("jinja2", "jsonschema", "numpy", "PIL.Image", "requests", "smart_open", "yaml"),
)
OWN = ("trialtrail", "runrecord", "schemas", "scripts", "snakemake_logger_plugin_trialtrail")
"""Packages of this project that no process which forks may have imported."""
WITH_JOBS = "with-jobs"
_forking: dict[tuple[str, bool], Forking] = {}
"""The processes that fork, by the search path that they were started with and `WITH_JOBS`."""


def run_snakemake(
    options: Sequence[str],
    folder: Path,
    environment: dict[str, str] | None = None,
    with_jobs: bool = False,
) -> tuple[int, str]:
    """Run ``python -m snakemake`` with options in a folder; return its exit code and its words.

    ``with_jobs`` does the jobs in the process of the run, without a seal and without the PDF.

    Raises:
        TimeoutError: it has not ended after `TIME_LIMIT`, and was killed.
    """
    environment = dict(os.environ if environment is None else environment)
    key = environment.get("PYTHONPATH", ""), with_jobs
    if key not in _forking:
        _forking[key] = Forking(environment, with_jobs)
    return _forking[key].run(list(map(str, options)), str(folder), environment)


class Forking:
    """A process that forks for each run, started as the first run would be."""

    def __init__(self, environment: dict[str, str], with_jobs: bool) -> None:
        command = [sys.executable, "-P", str(Path(__file__).resolve())]
        command += [WITH_JOBS] if with_jobs else []
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment}
        self.process = subprocess.Popen(command, text=True, bufsize=1, **pipes)
        self.checked = tempfile.NamedTemporaryFile()  # noqa: SIM115  as long as the process
        """What the first run has found of the libraries; empty before."""

    def run(self, options: list[str], folder: str, environment: dict[str, str]) -> tuple[int, str]:
        """Make one run; return its exit code and its words.

        Raises:
            TimeoutError: it has not ended after `TIME_LIMIT`, and was killed.
        """
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
            request = {"options": options, "folder": folder, "environment": environment}
            request |= {"said": said.name, "checked": self.checked.name}
            self.process.stdin.write(json.dumps(request) + "\n")
            pid = json.loads(self.process.stdout.readline())
            if not select.select([self.process.stdout], [], [], TIME_LIMIT)[0]:
                os.kill(pid, 9)
                self.process.stdout.readline()
                raise TimeoutError(f"snakemake {options} in {folder}")
            return json.loads(self.process.stdout.readline()), said.read()


def serve(with_jobs: bool) -> None:
    """Fork for each line that is read, until there are no more; write process id and exit code."""
    for name in LIBRARIES:
        importlib.import_module(name)
    assert not {*OWN} & {name.partition(".")[0] for name in sys.modules}
    if with_jobs:
        do_jobs_here()
    gc.freeze()  # the forks share these pages
    while line := sys.stdin.readline():
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            become(request)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def become(request: dict) -> None:
    """Be the run: never returns."""
    said, nothing = os.open(request["said"], os.O_WRONLY | os.O_APPEND), os.open(os.devnull, 0)
    for stream, number in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(stream, number)
    for stream in (said, nothing):
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.path.insert(0, request["folder"])  # as `python -m` has it
    importlib.invalidate_caches()
    check_libraries_once(Path(request["checked"]))
    sys.argv[1:] = request["options"]
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)
    sys.exit(0)


def check_libraries_once(checked: Path) -> None:
    """Let the check of the installed libraries be what the run before has found, if one has."""
    from runrecord import installed

    whole = installed.announce

    def announce() -> None:
        if found := checked.read_text():
            os.environ[installed.ANNOUNCED] = found
            return
        whole()
        checked.write_text(os.environ[installed.ANNOUNCED])

    installed.begin_check, installed.announce = lambda command: None, announce


def do_jobs_here() -> None:
    """Import what jobs are made of, and let a run do its jobs itself."""
    from runrecord import run_end
    from snakemake.script import PythonScript

    from trialtrail import record, warm
    from trialtrail.errors import StudyError
    from trialtrail.report import pdf

    for name in (*warm.FIRST, *warm.LATER):
        importlib.import_module(name.partition(":")[0])
    warm.rehearse()
    for path in (Path(warm.__file__).parents[2] / "scripts").glob("*.py"):
        runpy.run_path(str(path))  # without a job it does nothing, and imports what it needs

    def run(main, namespace) -> None:
        job = namespace["snakemake"]
        rows = main(job) or {}
        told = {"rule": job.rule, "wildcards": dict(job.wildcards.items())}
        told |= {"inputs": dict.fromkeys(job.input, ""), "outputs": dict.fromkeys(job.output, "")}
        told["rows"] = {table: count.plain() for table, count in rows.items()}
        Path(job.output.record).write_text(json.dumps({"result": told, "run": {"exit": 0}}))

    def execute_script(script, fname, edit=False) -> None:
        try:
            runpy.run_path(fname)
        except StudyError as refusal:
            print(refusal.text(), flush=True)
            raise subprocess.CalledProcessError(1, fname) from None
        finally:
            # Each script adds the search path that Snakemake has to that of its own process.
            sys.path[:] = dict.fromkeys(sys.path)

    record.run = run
    run_end.edited_meanwhile = lambda trail: []  # nothing is sealed
    os.fsync = lambda file: None
    pdf.write_pdf = lambda html, path, *_: path.write_bytes(b"")
    PythonScript.execute_script = execute_script


if __name__ == "__main__":
    serve(WITH_JOBS in sys.argv[1:])
