"""Start a script, or with -m a module, so that nothing but the checkout and its environment runs.

    python -I start.py SCRIPT [ARGUMENT ...]
    python -I start.py -m MODULE [ARGUMENT ...]

Python would look for modules in the folder of the script and in those of PYTHONPATH, and would
take a byte-code file for the source whose time and size it names. With ``-I`` it does not look
there, and here the checkout comes first and is read from its sources. What the environment has
installed is read with its byte code, which `installed` checks once a run.

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

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 4))
"""The checkout."""
CODE = tuple(os.path.join(ROOT, part) for part in ("src", "schemas", "scripts"))


class FromSource(SourceFileLoader):
    """Loads a module from its source, and never from a byte-code file."""

    def get_code(self, fullname):
        """Return the code that the source compiles to."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def read_sources_only() -> None:
    """Have the modules of the checkout found first, and loaded from their sources."""
    find = FileFinder.path_hook((ExtensionFileLoader, EXTENSION_SUFFIXES), (FromSource, [".py"]))

    def find_in_checkout(path):
        real = os.path.realpath(path)
        if not any(real == folder or real.startswith(folder + os.sep) for folder in CODE):
            raise ImportError("not of the checkout", path=path)
        return find(path)

    sys.path_hooks.insert(0, find_in_checkout)
    sys.path_importer_cache.clear()
    sys.path.insert(0, CODE[0])
    sys.dont_write_bytecode = True


def main() -> None:
    """Run what the command line names as ``__main__``."""
    read_sources_only()
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
