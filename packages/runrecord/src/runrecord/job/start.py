"""Start a script, or with -m a module, so that nothing but the checkout and its environment runs.

    python -I start.py OPTIONS SCRIPT [ARGUMENT ...]
    python -I start.py OPTIONS -m MODULE [ARGUMENT ...]
    OPTIONS, all and in this order: --first FOLDERS --read FOLDERS --by FUNCTION --entry MODULES

Python would look for modules in the folder of the script and in those of PYTHONPATH, and would
take a byte-code file for the source whose time and size it names. With ``-I`` it does not look
there; here the folders of ``--first`` come first, and what is in those of ``--read`` is read from
its sources. What the environment has installed is read with its byte code, which `installed` checks
once a run.

A script is run by the function of ``--by`` (``module:function``), given its path and the namespace
of ``__main__``. The modules of ``--entry`` are imported before, by name with commas between: they
say what the project is.

This file runs before anything of the project is imported, so it imports nothing of it.
"""

import sys

if __name__ == "__main__" and not sys.flags.isolated:
    sys.exit("Start this with python -I: other modules could take the place of Python's own.")

import builtins
import importlib
import os
import types
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)

COMPILED: dict[str, tuple[bytes, types.CodeType]] = {}
"""What `compile_ahead` has compiled: path -> the source, and its code."""


class FromSource(SourceFileLoader):
    """Loads a module from its source, and never from a byte-code file."""

    def get_code(self, fullname):
        """Return the code that the source compiles to."""
        path = self.get_filename(fullname)
        return compiled(path, self.get_data(path))


def compiled(path: str, source: bytes) -> types.CodeType:
    """Return what a source compiles to; what `compile_ahead` has compiled is not done again."""
    known = COMPILED.get(path)
    if known is not None and known[0] == source:
        return known[1]
    return compile(source, path, "exec", dont_inherit=True)


def compile_ahead(folders: list[str]) -> None:
    """Compile all modules in the folders, for the processes that this one will fork."""
    for folder in folders:
        for inner, _, names in os.walk(folder):
            for path in (os.path.join(inner, name) for name in names if name.endswith(".py")):
                try:
                    with open(path, "rb") as stream:
                        source = stream.read()
                    COMPILED[path] = source, compiled(path, source)
                except (OSError, SyntaxError, ValueError):
                    continue  # its import reports that


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


def _folders(paths: str) -> list[str]:
    return [os.path.realpath(path) for path in paths.split(os.pathsep) if path]


def main() -> None:
    """Run what the command line names as ``__main__``."""
    _, _, first, _, read, _, by, _, entry, *rest = sys.argv
    sys.modules["runrecord.job.start"] = sys.modules["__main__"]  # what imports it takes this one
    read_sources_only(_folders(first), _folders(read))
    sys.argv[1:] = rest
    if sys.argv[1] == "-m":
        import runpy

        sys.argv[:] = sys.argv[2:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        return
    for module in filter(None, entry.split(",")):
        importlib.import_module(module)
    sys.argv[:] = sys.argv[1:]
    script = sys.argv[0]
    space = types.ModuleType("__main__")
    space.__dict__.update(__file__=script, __builtins__=builtins)
    sys.modules["__main__"] = space
    module, _, function = by.partition(":")
    getattr(importlib.import_module(module), function)(script, space.__dict__)


if __name__ == "__main__":
    main()
