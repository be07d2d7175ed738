"""Which of the project's own files a script runs on, found by following its imports.

Snakemake reruns a rule when an input changes, so the script's modules and contracts are inputs of
its rule. Found by reading, not written down by hand, the list cannot fall behind the code. Files
are read as text (nothing is imported), because the Snakefile asks while it is read.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
from functools import cache
from pathlib import Path

from trialtrail import ROOT

HOMES = {"trialtrail": ROOT / "src" / "trialtrail", "schemas": ROOT / "schemas"}
MACHINERY = "trialtrail.lineage"
"""Records what a job does and changes nothing of it: no rerun when it changes."""
MEMORY = Path(".snakemake", "trialtrail", "imports.json")
"""Which file imports what, with the state in which the file was read."""
_forgotten: list[Path] = []


def code_closure(script: Path, also: tuple[str, ...] = ()) -> list[Path]:
    """Return ``script``, the project modules it imports directly or not, and the modules ``also``.

    ``also`` names modules that are imported by name at run time, such as ``schemas.contacts``.
    """
    seen: dict[Path, None] = {script: None}
    queue = [script]
    for name in also:
        _add(name, seen, queue)
    while queue:
        for name in _imports(queue.pop()):
            if not name.startswith(MACHINERY):
                _add(name, seen, queue)
    return [script, *sorted(path for path in seen if path != script)]


def _add(name: str, seen: dict[Path, None], queue: list[Path]) -> None:
    for path in _files(name):
        if path not in seen:
            seen[path] = None
            queue.append(path)


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """Return the project modules that a file imports, from memory where it has not changed."""
    found = os.stat(path)
    state = [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]
    known = _remembered().get(str(path))
    if known is None or known[0] != state:
        known = _remembered()[str(path)] = [state, list(_read_imports(path))]
        _forgotten.append(path)
    return tuple(known[1])


@cache
def _remembered() -> dict[str, list]:
    try:
        return json.loads(MEMORY.read_bytes())
    except (OSError, ValueError):
        return {}


def remember() -> None:
    """Write down what was read, for the next time; a folder that cannot be written to is left."""
    if not _forgotten:
        return
    with contextlib.suppress(OSError):
        MEMORY.parent.mkdir(parents=True, exist_ok=True)
        draft = MEMORY.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(_remembered()), encoding="utf-8")
        draft.replace(MEMORY)
    _forgotten.clear()


def _read_imports(path: Path) -> tuple[str, ...]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(name for name in names if name.split(".")[0] in HOMES)


@cache
def _files(name: str) -> tuple[Path, ...]:
    """Return the files that importing ``name`` runs: its packages and the module itself."""
    home, *parts = name.split(".")
    found = []
    folder = HOMES[home]
    for part in ["", *parts]:
        inner = folder / part if part else folder
        if (inner / "__init__.py").exists():
            found.append(inner / "__init__.py")
            folder = inner
        elif inner.with_suffix(".py").exists():
            found.append(inner.with_suffix(".py"))
            break
        else:
            break
    return tuple(found)
