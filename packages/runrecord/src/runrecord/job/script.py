"""Read a job's script in its confined process, so that no line of it runs outside.

The process that keeps the books runs no line of a script that `execute` has recognised. Of a script
that was started otherwise it has run all lines up to the last, which hands ``main`` over; what they
read would not have been refused. So the confined process forgets the project's modules there, and
reads the script as if for the first time. Libraries stay as they are loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from runrecord.job.start import compiled

Main = Callable[[Any], Any]
_handed_over: list[Main] | None = None
"""What the script that is being read hands over; None in a process that reads none."""


def hand_over(main: Main) -> bool:
    """Take ``main`` of the script that is being read; return whether one is."""
    if _handed_over is None:
        return False
    _handed_over.append(main)
    return True


def is_defined_in(main: Main, *paths: str | None) -> bool:
    """Return whether ``main`` was defined in one of the files: the script, or its copy."""
    where = os.path.realpath(main.__code__.co_filename)
    return any(path and os.path.realpath(path) == where for path in paths)


def read_script(script: str, job: Any, is_own: Callable[[str], bool]) -> Main | None:
    """Return the ``main`` that the script hands over; None if it hands none over.

    Args:
        script: its path.
        job: Snakemake's, which the script knows as ``snakemake``.
        is_own: tells of a module by its name whether it is to be read anew.
    """
    global _handed_over
    for name in [name for name in sys.modules if is_own(name)]:
        del sys.modules[name]
    module = sys.modules["__main__"] = ModuleType("__main__")
    vars(module).update(snakemake=job, __file__=script)
    _handed_over = []
    exec(compiled(script, Path(script).read_bytes()), vars(module))
    return _handed_over[-1] if _handed_over else None
