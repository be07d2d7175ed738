"""Start every job isolated from the user's Python, under whatever executor.

A job's interpreter takes its modules from the checkout, its environment and Python itself: not
from PYTHONPATH, the working folder or the folder of the script, and of the checkout no byte code
(`job.start`). Snakemake starts a script by ``sys.executable``, and so does the warm
interpreter, so that is where the command stands.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from runrecord import installed
from runrecord.errors import UserError
from runrecord.project import project

START = Path(__file__).parent / "job" / "start.py"
EXECUTE = "runrecord.job.execute:execute"
"""What runs a script."""
OF_PYTHON = ("PYTHONPATH", "PYTHONHOME", "PYTHONPLATLIBDIR")
"""Environment variables that lead Python to modules of somewhere else."""
SIGN_OF_SHELL = re.compile(r"[^\w@%+=:,./-]")
"""What the shell would not take as a letter of a word; letters with accents are letters."""


def isolate_jobs() -> None:
    """Have Snakemake start the scripts of jobs isolated.

    Snakemake writes ``sys.executable`` unquoted into a shell command, so it may be a command of
    several words, escaped for a folder whose name has a space or another sign of the shell.

    Raises:
        SystemExit: an environment variable leads Snakemake itself to other modules, or a path
            cannot stand in a command.
    """
    try:
        refuse_other_modules(os.environ)
        if command_line([str(START)]) not in sys.executable:
            sys.executable = command_line([sys.executable, *start_options()])
    except UserError as error:
        _stop(error)


def command_line(words: Sequence[str]) -> str:
    """Return a command as the shell reads it, escaped by backslashes and not by quotation marks.

    For a job in a Snakemake of its own, Snakemake also passes on what stands before the last slash
    of ``sys.executable``, as an argument that it quotes itself, or leaves as it is where it begins
    with a quotation mark. Only signs that are escaped one by one can be cut at any slash.

    Raises:
        UserError: a word has a line break, which no backslash escapes.
    """
    if broken := [word for word in words if "\n" in word]:
        raise UserError(
            "the path of a program or of a module has a line break",
            where=repr(broken[0]),
            rule="Snakemake starts jobs by a command of one line",
            remedy="move the checkout and its environment to a folder without a line break",
        )
    return " ".join(SIGN_OF_SHELL.sub(r"\\\g<0>", word) or "''" for word in words)


def start_options() -> list[str]:
    """Return the options of Python that start what follows them isolated."""
    first = project().python_path()
    read = os.pathsep.join(map(str, project().code_folders()))
    entry = ",".join(project().entry)
    return ["-I", str(START), "--first", first, "--read", read, "--by", EXECUTE, "--entry", entry]


def begin_check() -> None:
    """Begin to check the libraries while the rules are read; `check_libraries` waits for it."""
    installed.begin_check(shlex.split(sys.executable))


def check_libraries() -> None:
    """Check the installed libraries, once a run, and tell the jobs what was found.

    Raises:
        SystemExit: a library, or byte code of the project, is not as it should be.
    """
    try:
        installed.announce()
    except UserError as error:
        _stop(error)


def _stop(error: UserError) -> NoReturn:
    """End Snakemake with a message: it would put lines of the Snakefile around an exception."""
    print(error.text(), file=sys.stderr, flush=True)
    raise SystemExit(1)


def refuse_other_modules(environ: Mapping[str, str]) -> None:
    """Refuse environment variables by which Python finds modules of somewhere else.

    The one of the checkout itself is no harm: a replay of another checkout is started with it.

    Raises:
        UserError: there is one.
    """
    if sys.flags.ignore_environment:
        return
    for name in OF_PYTHON:
        given = environ.get(name, "")
        paths = {os.path.realpath(part) for part in given.split(os.pathsep) if part}
        own = {os.path.realpath(project().path(part)) for part in project().sources}
        if given and not paths <= own:
            raise UserError(
                f"{name} is set, by which Python finds modules of somewhere else first",
                where=f"the environment: {name}={given}",
                rule="a run takes its code from this checkout and its environment",
                remedy=f"unset {name}, and run again",
            )
