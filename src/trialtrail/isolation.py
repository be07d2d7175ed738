"""Start every job isolated from the user's Python, under whatever executor.

A job's interpreter takes its modules from the checkout, its environment and Python itself: not
from PYTHONPATH, the working folder or the folder of the script, and of the checkout no byte code
(`lineage.job.start`). Snakemake starts a script by ``sys.executable``, and so does the warm
interpreter, so that is where the command stands.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from typing import NoReturn

from trialtrail import ROOT
from trialtrail.errors import StudyError
from trialtrail.lineage import installed

START = ROOT / "src" / "trialtrail" / "lineage" / "job" / "start.py"
OF_PYTHON = ("PYTHONPATH", "PYTHONHOME", "PYTHONPLATLIBDIR")
"""Environment variables that lead Python to modules of somewhere else."""


def isolate_jobs() -> None:
    """Have Snakemake start the scripts of jobs isolated.

    Snakemake writes ``sys.executable`` unquoted into a shell command, so it may be a command of
    several words; quotation marks also serve a folder whose name has a space.

    Raises:
        SystemExit: an environment variable leads Snakemake itself to other modules.
    """
    try:
        refuse_other_modules(os.environ)
    except StudyError as error:
        _stop(error)
    if not sys.executable.endswith(shlex.quote(str(START))):
        sys.executable = shlex.join([sys.executable, "-I", str(START)])


def check_libraries() -> None:
    """Check the installed libraries, once a run, and tell the jobs what was found.

    Raises:
        SystemExit: a library, or byte code of the project, is not as it should be.
    """
    try:
        installed.announce()
    except StudyError as error:
        _stop(error)


def _stop(error: StudyError) -> NoReturn:
    """End Snakemake with a message: it would put lines of the Snakefile around an exception."""
    print(error.text(), file=sys.stderr, flush=True)
    raise SystemExit(1)


def refuse_other_modules(environ: Mapping[str, str]) -> None:
    """Refuse environment variables by which Python finds modules of somewhere else.

    The one of the checkout itself is no harm: a replay of another checkout is started with it.

    Raises:
        StudyError: there is one.
    """
    if sys.flags.ignore_environment:
        return
    for name in OF_PYTHON:
        given = environ.get(name, "")
        paths = {os.path.realpath(part) for part in given.split(os.pathsep) if part}
        if given and paths != {str(ROOT / "src")}:
            raise StudyError(
                f"{name} is set, by which Python finds modules of somewhere else first",
                where=f"the environment: {name}={given}",
                rule="a run takes its code from this checkout and its environment",
                remedy=f"unset {name}, and run again",
            )
