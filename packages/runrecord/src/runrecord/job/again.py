"""Read a job's script once more under its confinement, so that no line of it runs outside.

A script begins to run before the job is confined: its first lines import what it needs, and only
its last line hands ``main`` over. What those lines themselves read would not be refused. So the
confined process forgets the project's modules, reads the script anew, and takes ``main`` from
there; libraries stay as they are loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Main = Callable[[Any], Any]
_taken: list[Main] | None = None
"""What a script that is read again hands over; None in a process that reads none again."""


def taken_again(main: Main) -> bool:
    """Take ``main`` if its script is being read again; return whether it is."""
    if _taken is None:
        return False
    _taken.append(main)
    return True


def own_script(main: Main, *paths: str | None) -> bool:
    """Return whether ``main`` was defined in one of the files: the script, or its copy."""
    where = os.path.realpath(main.__code__.co_filename)
    return any(path and os.path.realpath(path) == where for path in paths)


def read_again(main: Main, script: str, job: Any, project: Callable[[str], bool]) -> Main:
    """Return ``main`` of the script, read in this process as if for the first time.

    Args:
        main: the one that is known, for a script whose own lines do not hand it over.
        script: its path.
        job: Snakemake's, which the script knows as ``snakemake``.
        project: tells of a module by its name whether it is to be read anew.
    """
    global _taken
    for name in [name for name in sys.modules if project(name)]:
        del sys.modules[name]
    module = sys.modules["__main__"] = ModuleType("__main__")
    vars(module).update(snakemake=job, __file__=script)
    _taken = []
    exec(compile(Path(script).read_bytes(), script, "exec"), vars(module))
    return _taken[-1] if _taken else main
