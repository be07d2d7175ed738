"""The schema by which editors complete the keys of a study: seen from it, or in one file beside."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trialtrail import ROOT
from trialtrail.configuration.schema import FOLDER, TOP, schema_files

BESIDE = "study.schema.json"
"""What the schema is called beside a study."""


def schema_of_checkout(folder: Path) -> str:
    """Return the path of the schema, seen from a folder of the same checkout; else nothing."""
    folder = folder.resolve()
    if not (ROOT / ".git").exists() or not folder.is_relative_to(ROOT.resolve()):
        return ""
    return Path(os.path.relpath(FOLDER.resolve() / TOP, folder)).as_posix()


def bundled_schema() -> str:
    """Return the whole schema as one file of JSON that refers to no other, always the same."""
    files = schema_files()
    top = _within(files[TOP], TOP)
    parts = {Path(name).stem: _within(of, name) for name, of in files.items() if name != TOP}
    top["$defs"] = top.get("$defs", {}) | parts
    return json.dumps(top, ensure_ascii=False, indent=1, default=str) + "\n"


def write_beside(folder: Path) -> str:
    """Write the schema beside a study; return its name, or nothing where another is there."""
    path, text = folder / BESIDE, bundled_schema()
    try:
        with open(path, "x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        if not path.is_file() or path.read_bytes() != text.encode():
            return ""
    return BESIDE


def _within(content: dict, file: str) -> dict:
    """Return what a file says, its references leading into the one file."""
    content = copy.deepcopy(content)
    own = "#" if file == TOP else f"#/$defs/{Path(file).stem}"
    if file != TOP:
        content.pop("$schema", None)
    content.pop("$id", None)

    def moved(reference: str) -> str:
        name, _, place = reference.partition("#")
        if not name:
            return f"{own}{place}"
        return f"#{place}" if name == TOP else f"#/$defs/{Path(name).stem}{place}"

    return _with_references(content, moved)


def _with_references(node: Any, moved: Callable[[str], str]) -> Any:
    if isinstance(node, list):
        return [_with_references(each, moved) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: moved(value)
        if key == "$ref" and isinstance(value, str)
        else _with_references(value, moved)
        for key, value in node.items()
    }
