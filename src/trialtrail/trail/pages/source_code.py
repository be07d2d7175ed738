"""Find in the text of a script or contract where a column is made; nothing is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

TYPES = {
    "Text": "text",
    "Whole": "whole number",
    "Real": "number",
    "YesNo": "yes or no",
    "Date": "date",
}
"""The types of the contracts, in words."""
MATCHED = "matched"
"""The function that takes a column from the row with the same key."""
MAKERS = (MATCHED, "Derivation")


@dataclass(frozen=True)
class Excerpt:
    """Lines of a file of code, counted from 1, both included."""

    file: str
    first: int
    last: int


@dataclass(frozen=True)
class Field:
    """A column as its contract declares it."""

    name: str
    title: str
    description: str
    type: str
    code: Excerpt


@dataclass(frozen=True)
class Contract:
    """A contract: what a row is, the columns, and the key."""

    row: str
    fields: dict[str, Field]
    key: tuple[str, ...]
    code: Excerpt


def docstring(text: str) -> str:
    """Return the docstring of a module, empty where it has none or is no Python."""
    tree = _parsed(text)
    return (ast.get_docstring(tree) or "") if tree else ""


def contract(file: str, text: str) -> Contract | None:
    """Return the contract that a module of `schemas/` declares, the last of its models."""
    tree = _parsed(text)
    models = [node for node in tree.body if isinstance(node, ast.ClassDef)] if tree else []
    if not models:
        return None
    model = models[-1]
    fields = {}
    for node in model.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            words = [_constant(item) for item in _call_arguments(node.value)] + ["", ""]
            kind = node.annotation.id if isinstance(node.annotation, ast.Name) else ""
            name = node.target.id
            fields[name] = Field(
                name, words[0] or name, words[1], TYPES.get(kind, kind), _lines(file, node)
            )
    row = " ".join((ast.get_docstring(model) or "").partition("\n\n")[0].split())
    return Contract(row, fields, _key(model), _lines(file, model))


def contracts_imported(text: str) -> list[str]:
    """Return the modules of `schemas/` that a script imports, as files."""
    tree = _parsed(text)
    return [
        f"{node.module.replace('.', '/')}.py"
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("schemas.")
    ]


def derivation(file: str, text: str, column: str) -> Excerpt | None:
    """Return where a script makes a column.

    That is, in this order: the function of its name, the call that names it, the function that
    puts such a name together (``f"has_{form}"``), the call that copies columns by a list.
    """
    functions, calls = _functions_and_calls(text)
    for node in functions:
        if node.name == column:
            return _lines(file, node)
    for call in calls:
        if call.args and _constant(call.args[0]) == column and _called(call) in MAKERS:
            return _lines(file, call)
    copies = None
    for function, within in functions.items():
        for call in within:
            first = call.args[0] if call.args else None
            if _makes(first, column):
                return _lines(file, function)
            if _called(call) == MATCHED and not isinstance(first, ast.Constant):
                copies = _lines(file, function)
    return copies


def function(file: str, text: str, name: str) -> Excerpt | None:
    """Return where a function of a module stands."""
    tree = _parsed(text)
    for node in tree.body if tree else ():
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return _lines(file, node)
    return None


@cache
def _functions_and_calls(text: str) -> tuple[dict[ast.FunctionDef, list[ast.Call]], list[ast.Call]]:
    """Return each function of a module with the calls in it, and all calls of the module."""
    nodes = [*ast.walk(_parsed(text) or ast.Module([], []))]
    functions = {
        node: [each for each in ast.walk(node) if isinstance(each, ast.Call)]
        for node in nodes
        if isinstance(node, ast.FunctionDef)
    }
    return functions, [node for node in nodes if isinstance(node, ast.Call)]


@cache
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _lines(file: str, node: ast.stmt | ast.expr) -> Excerpt:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(item.lineno for item in decorators)])
    return Excerpt(file, first, node.end_lineno or first)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _call_arguments(node: ast.expr | None) -> Iterator[ast.expr]:
    yield from node.args if isinstance(node, ast.Call) else ()


def _constant(node: ast.expr | None) -> str:
    whole = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if whole else ""


def _makes(node: ast.expr | None, column: str) -> bool:
    """Return whether a name put together begins, by what is fixed of it, like ``column``."""
    if not isinstance(node, ast.JoinedStr) or not node.values:
        return False
    start = _constant(node.values[0])
    return bool(start) and column.startswith(start)


def _key(model: ast.ClassDef) -> tuple[str, ...]:
    for node in ast.walk(model):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "unique":
            return tuple(_constant(item) for item in getattr(node.value, "elts", [node.value]))
    return ()
