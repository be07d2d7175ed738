"""Say what went wrong in a job without saying what a participant's record holds.

The text of an exception, of a warning or of a log entry may quote a value of the data. So only
its kind and its place in the code are told; a :class:`UserError` is written for the reader and
is told whole.
"""

from __future__ import annotations

import logging
import os
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import TextIOBase
from pathlib import Path
from typing import Any

from runrecord.project import project

SHOW = "TRACEBACK"
"""Environment variable of the project: at 1, the screen (no log or record) has the traceback."""

OWN = os.path.realpath(Path(__file__).parents[1])
"""The folder of the record-keeping itself."""

Namer = Callable[[str], str]
NameLine = Callable[[str, int], str | None]
"""Gives ``file:line`` for a line of the project's code, None for a library's."""


def fault_text(fault: BaseException, name_line: NameLine) -> str:
    """Return the message of an exception of the program: its type and the project's own frames.

    Args:
        fault: the exception.
        name_line: names a line of code.
    """
    lines = [f"Fault in the program (not in your data): {type(fault).__name__}"]
    frames = [
        (each.filename, each.lineno, each.name)
        for each in traceback.extract_tb(fault.__traceback__)
    ]
    if isinstance(fault, SyntaxError) and fault.filename:
        frames.append((fault.filename, fault.lineno, "<syntax>"))
    for filename, line, name in frames:
        place = name_line(filename, line or 0)
        if place:
            lines.append(f"  at {place} {name}")
    lines.append(
        "  The exception's own text is withheld: it may hold values of participants."
        f" {project().variable(SHOW)}=1 shows it on the screen."
    )
    return "\n".join(lines)


def traceback_text(fault: BaseException) -> str:
    """Return the whole traceback if the person at the screen has asked for it, else nothing."""
    if os.environ.get(project().variable(SHOW)) != "1":
        return ""
    return "".join(traceback.format_exception(fault))


class Frames:
    """Names lines of the project's code; Snakemake runs a script from a copy with a preamble."""

    def __init__(self, script: str | None, copy: str | None, repository: str, name: Namer) -> None:
        self.script, self.copy, self.name = script, copy, name
        self.inner = os.path.join(os.path.realpath(repository), "")
        self.outer = (
            os.path.join(self.inner, ".venv", ""),
            os.path.join(OWN, ""),
        )

    def __call__(self, filename: str, line: int) -> str | None:
        """Return ``file:line`` of the project, or None for a library or this machinery."""
        if self.copy and self.script and _same(filename, self.copy):
            return f"{self.name(self.script)}:{line - self._preamble()}"
        real = os.path.realpath(filename)
        inside = real.startswith(self.inner)
        return f"{self.name(real)}:{line}" if inside and not real.startswith(self.outer) else None

    def _preamble(self) -> int:
        try:
            return _lines(self.copy) - _lines(self.script)
        except OSError:
            return 0


class Withheld:
    """What a job said on the screen or in warnings: counted by kind and place, never quoted."""

    def __init__(self, name_line: NameLine) -> None:
        self.counts: Counter[str] = Counter()
        self._name_line = name_line

    def add(self, what: str, filename: str, line: int) -> None:
        """Count one more of ``what`` at a line of code."""
        place = self._name_line(filename, line) or f"{short_path(filename)}:{line}"
        self.counts[f"{what} at {place}"] += 1

    def lines(self) -> list[str]:
        """Return one line a kind and place, in order."""
        return [
            f"withheld: {what}{f' ({count} times)' if count > 1 else ''}"
            for what, count in sorted(self.counts.items())
        ]


@contextmanager
def quiet(name_line: NameLine) -> Iterator[Withheld]:
    """Keep output, warnings and log entries of the job off the screen; count them instead."""
    withheld = Withheld(name_line)
    handler = _Entries(withheld)
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, [handler]
    try:
        with (
            warnings.catch_warnings(),
            redirect_stdout(_Sink(withheld, "standard output")),
            redirect_stderr(_Sink(withheld, "standard error")),
        ):
            warnings.showwarning = _counter(withheld)
            yield withheld
    finally:
        root.handlers = handlers


def _counter(withheld: Withheld) -> Callable[..., None]:
    def count(message: Any, category: type[Warning], filename: str, lineno: int, *_: Any) -> None:
        withheld.add(category.__name__, filename, lineno)

    return count


class _Entries(logging.Handler):
    """Counts the entries of libraries that log, from WARNING on."""

    def __init__(self, withheld: Withheld) -> None:
        super().__init__(logging.WARNING)
        self.withheld = withheld

    def emit(self, record: logging.LogRecord) -> None:
        self.withheld.add(
            f"log {record.levelname} of {record.name}", record.pathname, record.lineno
        )


class _Sink(TextIOBase):
    """A stream that counts lines and keeps nothing."""

    def __init__(self, withheld: Withheld, name: str) -> None:
        self.withheld, self.name = withheld, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if count := text.count("\n"):
            self.withheld.counts[f"line on {self.name}"] += count
        return len(text)


def short_path(path: str) -> str:
    """Return a library's file from ``site-packages`` on, of another file its name."""
    path = path.replace(os.sep, "/")
    return path.rpartition("/site-packages/")[2] if "/site-packages/" in path else Path(path).name


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _lines(path: str | None) -> int:
    with open(path or "", "rb") as stream:
        return sum(1 for _ in stream)
