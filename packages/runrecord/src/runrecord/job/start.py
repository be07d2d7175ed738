"""Start a script, or with -m a module, so that nothing but the checkout and its environment runs.

    python -I start.py --first FOLDERS --read FOLDERS SCRIPT [ARGUMENT ...]
    python -I start.py --first FOLDERS --read FOLDERS -m MODULE [ARGUMENT ...]

Python would look for modules in the folder of the script and in those of PYTHONPATH, and would
take a byte-code file for the source whose time and size it names. With ``-I`` it does not look
there; here the folders of ``--first`` come first, and what is in those of ``--read`` is read from
its sources. What the environment has installed is read with its byte code, which `installed` checks
once a run.

This file runs before anything of the project is imported, so it imports nothing of it.
"""

import sys

if __name__ == "__main__" and not sys.flags.isolated:
    sys.exit("Start this with python -I: other modules could take the place of Python's own.")

import builtins
import os
import types
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)


class FromSource(SourceFileLoader):
    """Loads a module from its source, and never from a byte-code file."""

    def get_code(self, fullname):
        """Return the code that the source compiles to."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def read_sources_only(first: list[str], code: list[str]) -> None:
    """Have the modules in the folders ``first`` found first, and those in ``code`` not compiled."""
    find = FileFinder.path_hook((ExtensionFileLoader, EXTENSION_SUFFIXES), (FromSource, [".py"]))

    def find_in_checkout(path):
        real = os.path.realpath(path)
        if not any(real == folder or real.startswith(folder + os.sep) for folder in code):
            raise ImportError("not the project's own code", path=path)
        return find(path)

    sys.path_hooks.insert(0, find_in_checkout)
    sys.path_importer_cache.clear()
    sys.path[:0] = first
    sys.dont_write_bytecode = True


def _folders(told: str) -> list[str]:
    return [os.path.realpath(path) for path in told.split(os.pathsep) if path]


def main() -> None:
    """Run what the command line names as ``__main__``."""
    _, _, first, _, read, *rest = sys.argv
    read_sources_only(_folders(first), _folders(read))
    sys.argv[1:] = rest
    if sys.argv[1] == "-m":
        import runpy

        sys.argv[:] = sys.argv[2:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        return
    sys.argv[:] = sys.argv[1:]
    script = sys.argv[0]
    with open(script, "rb") as stream:
        code = compile(stream.read(), script, "exec")
    space = types.ModuleType("__main__")
    space.__dict__.update(__file__=script, __builtins__=builtins)
    sys.modules["__main__"] = space
    exec(code, space.__dict__)


if __name__ == "__main__":
    main()
