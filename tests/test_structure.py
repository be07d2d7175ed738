"""The structure of the code: nothing imports itself by way of others; packages stand alone."""

from __future__ import annotations

import ast
import graphlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trialtrail import ROOT

PACKAGES = sorted(path.parent for path in (ROOT / "packages").glob("*/src"))
SOURCES = {"trialtrail": ROOT / "src"} | {
    path.name.replace("-", "_"): path / "src" for path in PACKAGES
}
"""The packages that are looked at -> the folder that each lies in."""
NEEDS = {"runrecord": set(), "snakemake_executor_plugin_warm": {"snakemake", "psutil"}}
"""What a package of its own may import beside Python's library."""


def modules(package: str) -> dict[str, Path]:
    """Return the modules of a package, by name."""
    found, source = {}, SOURCES[package]
    for path in sorted((source / package).rglob("*.py")):
        name = ".".join(path.relative_to(source).with_suffix("").parts)
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


def graph(package: str) -> dict[str, set[str]]:
    """Return which module of a package imports which."""
    known = modules(package)
    return {name: imports(path, known) - {name} for name, path in known.items()}


def package(module: str) -> str:
    """Return the part of the package that a module belongs to."""
    return ".".join(module.split(".")[:2])


def within(module: str, part: str) -> str:
    """Return the package of a part that a module belongs to; "" where it belongs to none."""
    _, found, inner = [*module.split("."), "", ""][:3]
    inside = inner and found == part and (ROOT / "src/trialtrail" / part / inner).is_dir()
    return inner if inside else ""


@pytest.mark.parametrize("name", SOURCES)
def test_no_module_imports_itself_by_way_of_others(name):
    found = graph(name)
    assert len(found) > {"trialtrail": 100}.get(name, 4)
    # The package itself hands on names of its modules, which is no circle while it is imported.
    without = {module: others - {name} for module, others in found.items() if module != name}
    graphlib.TopologicalSorter(without).prepare()


def test_no_part_imports_itself_by_way_of_others():
    parts: dict[str, set[str]] = {}
    for name, imported in graph("trialtrail").items():
        own = package(name)
        parts.setdefault(own, set()).update({package(other) for other in imported} - {own})
    assert len(parts) > 10
    graphlib.TopologicalSorter(parts).prepare()


@pytest.mark.parametrize("part", ["new_study", "trail"])
def test_no_package_of_a_part_imports_itself_by_way_of_others(part):
    packages: dict[str, set[str]] = {}
    for name, imported in graph("trialtrail").items():
        own, *others = (within(each, part) for each in (name, *imported))
        if own:
            packages.setdefault(own, set()).update({other for other in others if other} - {own})
    assert len(packages) > 3
    graphlib.TopologicalSorter(packages).prepare()


@pytest.mark.parametrize("name", NEEDS)
def test_a_package_of_its_own_imports_nothing_of_the_project(name):
    allowed = {name, *sys.stdlib_module_names}
    for path in modules(name).values():
        for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
            found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                found = [node.module or ""]
            for module in {imported.split(".")[0] for imported in found} - allowed:
                assert any(module.startswith(need) for need in NEEDS[name]), (path, module)
