"""The structure of the package: no module and no package imports itself by way of others."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

from trialtrail import ROOT

SOURCE = ROOT / "src"


def modules() -> dict[str, Path]:
    """Return the modules of the package, by name."""
    found = {}
    for path in sorted((SOURCE / "trialtrail").rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all that is run of a module, within functions too; not what only types need."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        yield node
        yield from statements(node)


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """Return the modules of the package that a module imports."""
    found = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & known.keys()) or {node.module}
    return found & known.keys()


def graph() -> dict[str, set[str]]:
    """Return which module imports which."""
    known = modules()
    return {name: imports(path, known) - {name} for name, path in known.items()}


def package(module: str) -> str:
    """Return the part of the package that a module belongs to."""
    return ".".join(module.split(".")[:2])


def test_no_module_imports_itself_by_way_of_others():
    found = graph()
    assert len(found) > 100
    graphlib.TopologicalSorter(found).prepare()


def test_no_part_imports_itself_by_way_of_others():
    parts: dict[str, set[str]] = {}
    for name, imported in graph().items():
        own = package(name)
        parts.setdefault(own, set()).update({package(other) for other in imported} - {own})
    assert len(parts) > 10
    graphlib.TopologicalSorter(parts).prepare()
