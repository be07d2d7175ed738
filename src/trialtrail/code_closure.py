"""Which of the project's own files a script runs on, found by following its imports.

Snakemake reruns a rule when an input changes, so the script's modules and contracts are inputs of
its rule. Found by reading, not written down by hand, the list cannot fall behind the code. Files
are read as text (nothing is imported), because the Snakefile asks while it is read.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from trialtrail import ROOT

HOMES = {"trialtrail": ROOT / "src" / "trialtrail", "schemas": ROOT / "schemas"}
MACHINERY = "trialtrail.lineage"
"""Records what a job does and changes nothing of it: no rerun when it changes."""
IMPORT = re.compile(
    r"^[ \t]*(?:import[ \t]+([^\n#;(]+)|from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]+))",
    re.MULTILINE,
)
COMMENT = re.compile(r"#[^\n]*")


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
    """Return the project modules that a file imports, wherever in it.

    Parsing the file would take ten times as long. A text that looks like an import and is none, in
    a docstring, makes the list longer and never shorter.
    """
    names: list[str] = []
    for plain, module, listed in IMPORT.findall(path.read_text(encoding="utf-8")):
        if plain:
            names += [part.split()[0] for part in plain.split(",") if part.strip()]
        else:
            parts = COMMENT.sub("", listed.strip("()")).split(",")
            names += [f"{module}.{part.split()[0]}" for part in parts if part.strip()]
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
