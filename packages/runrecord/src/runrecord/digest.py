"""SHA-256 of files and of what a record holds."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What goes wrong where a file that is read as JSON is damaged, by whatever means."""
IGNORED = frozenset({".snakemake_timestamp", "__pycache__"})
"""Names in an output folder that are not the job's: Snakemake's time stamp, byte code."""


def file_digest(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def json_text(value: Any) -> str:
    """Return ``value`` as JSON with sorted keys: equal values are equal text."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def value_digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``."""
    return hashlib.sha256(json_text(value).encode()).hexdigest()


def write_text(path: str | Path, text: str) -> None:
    """Write ``text`` whole or not at all: a reader never sees half a file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)


def files_of(paths: list[str]) -> Iterator[str]:
    """Yield the files that ``paths`` stand for: a folder is the files in it, in order of name."""
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(set(folders) - IGNORED)
            for name in sorted(set(names) - IGNORED):
                yield os.path.join(folder, name)


def as_list(value: Any) -> list[str]:
    """Return the paths that an input of a rule stands for: of one path, a list of one."""
    return [value] if isinstance(value, str) else [str(item) for item in value]
