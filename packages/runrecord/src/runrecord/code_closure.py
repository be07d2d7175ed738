"""Which of the project's own files a script runs on, found by following its imports.

Snakemake reruns a rule when a parameter changes, so the digests of the script, its modules and
contracts are a parameter of its rule. Found by reading, not written down by hand, the list cannot
fall behind the code. Nothing is imported, because the Snakefile asks while it is read, and each
file is read once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from runrecord.project import project
from runrecord.syntax import Syntax, syntax_of


def code_closure(script: str | Path, also: Iterable[str] = ()) -> list[str]:
    """Return the paths of ``script`` and of the project modules it imports, directly or not.

    Args:
        script: a file of code.
        also: modules that are imported by name at run time, such as ``schemas.raw.contacts``.
    """
    first = str(script)
    seen, queue = set(), [first, *(path for name in also for path in _files(name))]
    while queue:
        path = queue.pop()
        if path not in seen:
            seen.add(path)
            queue += _imported(path)
    return [first, *sorted(seen - {first})]


def code_digests(paths: Iterable[str | Path]) -> dict[str, str]:
    """Return the digest of what each file of code says, by its path from the working folder."""
    return {_shown(str(path)): _syntax(str(path)).sha256 for path in paths}


def content_digest(paths: Iterable[str | Path]) -> str:
    """Return one digest of the bytes of all files, in the order in which they are given.

    Snakemake looks at the time stamp of an input alone: a file that was put in place with an old
    one is seen by this.
    """
    found = [_sha256(str(path)) if os.path.isfile(path) else "" for path in paths]
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


@cache
def _imported(path: str) -> tuple[str, ...]:
    """Return the files of the project's packages that a file imports."""
    names = [name for name in _syntax(path).imports if name.split(".")[0] in project().packages]
    return tuple(dict.fromkeys(file for name in names for file in _files(name)))


@cache
def _syntax(path: str) -> Syntax:
    return syntax_of(path)


@cache
def _shown(path: str) -> str:
    return os.path.relpath(path)


@cache
def _sha256(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@cache
def _files(name: str) -> tuple[str, ...]:
    """Return the files that importing ``name`` runs: its packages and the module itself."""
    home, *parts = name.split(".")
    found, folder = [], str(project().path(project().packages[home]))
    for part in ["", *parts]:
        inner = os.path.join(folder, part) if part else folder
        if os.path.exists(start := os.path.join(inner, "__init__.py")):
            found.append(start)
            folder = inner
        elif os.path.exists(f"{inner}.py"):
            found.append(f"{inner}.py")
            break
        else:
            break
    return tuple(found)
