"""Runs of Snakemake for the tests, each forked from one process that has imported Snakemake.

Most of what a run with little to do costs is the import of Snakemake. The process that forks has
imported it and libraries that it loads, but no module of this project beside the plugin that
Snakemake finds by itself: those a run imports anew, from where its own search path finds them.
"""

from __future__ import annotations

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
_forking: dict[str, subprocess.Popen] = {}
"""The processes that fork, by the search path that they were started with."""


def run_snakemake(
    options: Sequence[str], folder: Path, environment: dict[str, str] | None = None
) -> tuple[int, str]:
    """Run ``python -m snakemake`` with options in a folder; return its exit code and its words.

    Raises:
        TimeoutError: it has not ended after `TIME_LIMIT`, and was killed.
    """
    environment = dict(os.environ if environment is None else environment)
    path = environment.get("PYTHONPATH", "")
    if path not in _forking:
        command = [sys.executable, "-P", str(Path(__file__).resolve())]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment}
        _forking[path] = subprocess.Popen(command, text=True, bufsize=1, **pipes)
    forking = _forking[path]
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        request = {"options": list(map(str, options)), "folder": str(folder), "said": said.name}
        request["environment"] = environment
        forking.stdin.write(json.dumps(request) + "\n")
        pid = json.loads(forking.stdout.readline())
        if not select.select([forking.stdout], [], [], TIME_LIMIT)[0]:
            os.kill(pid, 9)
            forking.stdout.readline()
            raise TimeoutError(f"snakemake {options} in {folder}")
        return json.loads(forking.stdout.readline()), said.read()


def serve() -> None:
    """Fork for each line that is read, until there are no more; write process id and exit code."""
    for name in LIBRARIES:
        importlib.import_module(name)
    assert not {*OWN} & {name.partition(".")[0] for name in sys.modules}
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
    sys.argv[1:] = request["options"]
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    serve()
