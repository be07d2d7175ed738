"""Digest code by what it says to the interpreter: its syntax tree, without comments and layout.

A docstring is part of the tree, because it may be printed. Parsing all modules takes about a
second, so digest and imports are remembered in the checkout, by the SHA-256 of the file's bytes: a
file with other bytes is parsed, whatever its time stamp says.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import json
import os
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from runrecord.project import project

MEMORY = f"syntax.{sys.implementation.cache_tag}.1.json"
"""Name of the file in which digests are remembered."""
RULES = (".smk", "Snakefile")
"""How names of files end that are written in Snakemake's language, which Python cannot parse."""
UNSAID = (tokenize.COMMENT, tokenize.NL)
"""Tokens that say nothing: comments, and ends of lines within a statement or without one."""
MOST = 2000
"""Digests that are remembered; the oldest go first."""
SPACE = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
"""Tokens whose text is layout."""


class Syntax(NamedTuple):
    """What a file of code says: the digest of its syntax, and the modules it may import."""

    sha256: str
    imports: tuple[str, ...]


_known: dict[str, Syntax] = {}
_new: set[str] = set()


def syntax_of(path: str | Path) -> Syntax:
    """Return what a file of code says.

    Of a file that is neither Python nor Snakemake's language, or that cannot be parsed, the digest
    is that of its bytes.

    Raises:
        OSError: the file cannot be read.
    """
    raw = Path(path).read_bytes()
    return syntax_of_bytes(raw, hashlib.sha256(raw).hexdigest(), str(path))


def syntax_of_bytes(raw: bytes, sha256: str, name: str) -> Syntax:
    """Return what the bytes ``raw`` of a file with this name say; ``sha256`` is their digest."""
    _remember()
    if sha256 not in _known:
        _known[sha256] = _parse(raw, sha256, name)
        _new.add(sha256)
    return _known[sha256]


def memory_file() -> Path:
    """Return where digests are remembered; it may be deleted, and a read-only checkout has none."""
    return project().root / ".snakemake" / project().name / MEMORY


def keep() -> None:
    """Write down what was parsed by this process, for the next one."""
    if not _new:
        return
    memory = memory_file()
    draft = memory.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):  # a checkout that is read-only is parsed each time
        memory.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(dict([*_known.items()][-MOST:])), encoding="utf-8")
        draft.replace(memory)
    _new.clear()


@cache
def _remember() -> None:
    """Read what earlier processes have parsed; a damaged entry is as good as none."""
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        for sha256, (digest, imports) in json.loads(memory_file().read_bytes()).items():
            if isinstance(digest, str) and all(isinstance(name, str) for name in imports):
                _known.setdefault(sha256, Syntax(digest, tuple(imports)))


def _parse(raw: bytes, sha256: str, name: str) -> Syntax:
    try:
        if name.endswith(RULES):
            return Syntax(_digest(_tokens(raw)), ())
        if name.endswith(".py"):
            tree = ast.parse(raw)
            return Syntax(_digest(_told(tree)), tuple(dict.fromkeys(_imports(tree))))
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError):
        pass  # running it reports the error; that it has other bytes is enough here
    return Syntax(sha256, ())


def _digest(parts: Iterator[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _told(node: Any) -> Iterator[str]:
    """Yield the tree as text that is the same under each version of Python.

    A field that is empty is left out, and an empty part of an f-string: versions differ in which
    they have. So is whether a text was written with a `u` before it.
    """
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.AST):
            pending.append(_END)
            for field in reversed(item._fields):
                value = getattr(item, field, None)
                if isinstance(item, ast.JoinedStr):
                    value = [part for part in value if getattr(part, "value", None) != ""]
                if value is not None and value != [] and field != "kind":
                    pending += (value, _Field(field))
            yield type(item).__name__
        elif isinstance(item, list):
            pending += (_END, *reversed(item))
            yield "["
        else:
            yield item if isinstance(item, _Field) else repr(item)


class _Field(str):
    """The name of a field of a node: no text of the code."""


_END = _Field("]")


def _tokens(raw: bytes) -> Iterator[str]:
    """Yield what tokens say; an f-string is one token, as before Python 3.12."""
    lines = raw.decode("utf-8").splitlines(keepends=True)
    begun: list[tuple[int, int]] = []
    for token in tokenize.tokenize(io.BytesIO(raw).readline):
        name = tokenize.tok_name[token.type]
        if name == "FSTRING_START":
            begun.append(token.start)
        elif name == "FSTRING_END":
            start = begun.pop()
            if not begun:
                yield f"STRING {_between(lines, start, token.end)}"
        elif not begun and token.type not in UNSAID:
            yield f"{name} {'' if token.type in SPACE else token.string}"


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the text from one place to another, each a line from 1 and a column from 0."""
    rows = lines[start[0] - 1 : end[0]]
    rows[-1] = rows[-1][: end[1]]
    rows[0] = rows[0][start[1] :]
    return "".join(rows)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that the code imports, wherever in it, and what it takes from them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
