"""Make a process one of a system that lacks what Linux has: no fork, no fcntl, no Landlock.

    python other_system.py snakemake OPTION ...     a run, whose jobs lack the same
    python other_system.py -c CODE                  any code
    python -I other_system.py --first ...           how such a run starts a job

What is taken away is what Windows has not; a macOS lacks a part of it. Some
libraries use it where they find themselves on Linux, so they are loaded before: what is seen is
what this project takes for granted.
"""

import ctypes
import importlib
import os
import runpy
import sys
import time
from pathlib import Path

LIBRARIES = ("asyncio", "multiprocessing.popen_fork", "numpy", "psutil")
MODULES = ("fcntl", "grp", "pwd", "resource", "termios")
FUNCTIONS = {
    os: (
        *("fork", "forkpty", "memfd_create", "pipe2", "pread", "pwrite", "setpgid"),
        *("sched_getaffinity", "getgroups", "O_CLOEXEC", "O_PATH", "O_NONBLOCK", "getppid"),
    ),
    time: ("tzset",),
}


def block() -> None:
    """Take away from this process what other systems lack, of which some is used by `LIBRARIES`."""
    for library in LIBRARIES:
        importlib.import_module(library)
    take_away()


def take_away() -> None:
    """Take it away from a process that has loaded what it needs."""
    for module in MODULES:
        sys.modules[module] = None
    for owner, names in FUNCTIONS.items():
        for name in names:
            if hasattr(owner, name):
                delattr(owner, name)

    class NoLibrary(ctypes.CDLL):
        """Of C's library, which Windows does not give by the name None."""

        def __init__(self, name, *arguments, **options):
            if name is None:
                raise TypeError("LoadLibrary() argument 1 must be str, not None")
            super().__init__(name, *arguments, **options)

    ctypes.CDLL = NoLibrary


def main() -> None:
    """Do what the command line says, without what is taken away."""
    if sys.argv[1] == "snakemake":
        os.environ.setdefault("USERNAME", "user")  # as Windows has it
        import snakemake.cli

        block()
        from runrecord import isolation

        isolation.START = Path(__file__).resolve()
        sys.exit(snakemake.cli.main(sys.argv[2:]))
    if sys.argv[1] == "-c":
        block()
        exec(compile(sys.argv[2], "<given>", "exec"), {"__name__": "__main__"})
        return
    block()
    start = Path(__file__).parents[1] / "packages/runrecord/src/runrecord/job/start.py"
    sys.argv[0] = str(start)
    runpy.run_path(str(start), run_name="__main__")


if __name__ == "__main__":
    main()
