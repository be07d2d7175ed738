"""Where a run is told: as plain lines, or on a terminal above a block that is rewritten in place.

What a job says goes straight to the terminal, past Snakemake, and would be written over by the next
drawing of the block. So while the block stands, standard error (and standard output, where it is
the terminal too) is a pipe whose lines are put above the block. No mode of the terminal is changed
and the cursor is never hidden: a run that is killed leaves nothing to mend.
"""

from __future__ import annotations

import atexit
import os
import select
import sys
import threading
import time
import traceback
import unicodedata
from collections.abc import Callable

TICK = 0.2
"""Seconds between two looks at whether the block has changed."""
PAUSE = 0.1
"""Seconds that drawings are apart at least."""
STOPPED = 3.0
"""Seconds without a look after which the run was stopped, and others wrote to the terminal."""
SIZE = (80, 24)
RED, YELLOW, DIM, RESET = "\033[31m", "\033[33m", "\033[2m", "\033[0m"
UP, CLEAR = "\033[{}A", "\033[J"


class Plain:
    """Lines on standard error, without escape sequences.

    Attributes:
        lock: held while the run's state is changed or drawn.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()

    def start(self) -> None:
        """Begin; nothing is needed."""

    def say(self, text: str, colour: str = "") -> None:
        """Write a text and end its line."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def refresh(self) -> None:
        """Show the state of the run: not on plain lines."""

    def stop(self) -> None:
        """End; nothing is needed."""


class Terminal(Plain):
    """A terminal with a block at the end of what was said, rewritten in place.

    Args:
        block: gives the lines of the block; called again for each drawing.
        colours: whether colours may be used.
    """

    def __init__(self, block: Callable[[], list[str]], colours: bool) -> None:
        super().__init__()
        self._block, self._colours = block, colours
        self._drawn: list[str] = []
        self._at = 0.0
        self._terminal = -1
        self._saved: dict[int, int] = {}
        self._pipe, self._rest, self._fault = -1, b"", b""
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def start(self) -> None:
        """Take standard error, and begin to draw."""
        with self.lock:
            if self._thread is not None or self._ended.is_set():
                return
            sys.stdout.flush()
            sys.stderr.flush()
            self._terminal = os.dup(2)
            self._pipe, write = os.pipe()
            os.set_blocking(self._pipe, False)
            for fd in (1, 2):
                if fd == 2 or (os.isatty(1) and os.fstat(1).st_rdev == os.fstat(2).st_rdev):
                    self._saved[fd] = os.dup(fd)
                    os.dup2(write, fd)
            os.close(write)
            self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)
            self._thread.start()
        # Where the log is not closed (a second Ctrl-C), the terminal is given back all the same.
        atexit.register(self.stop)

    def say(self, text: str, colour: str = "") -> None:
        """Write a text above the block, after what jobs have said before."""
        text = f"{colour}{text}{RESET}\n" if colour and self._colours else text + "\n"
        with self.lock:
            self._pass_on(text.encode(sys.stderr.encoding or "utf-8", "backslashreplace"))

    def refresh(self) -> None:
        """Draw the block again, unless that was done a moment ago."""
        with self.lock:
            if time.monotonic() - self._at >= PAUSE:
                self._pass_on()

    def stop(self) -> None:
        """Take the block away, pass on what is left, and give standard error back."""
        with self.lock:
            if self._ended.is_set():
                return
            self._ended.set()
            sys.stdout.flush()
            sys.stderr.flush()
            for fd, saved in self._saved.items():
                os.dup2(saved, fd)
                os.close(saved)
            self._pass_on()
            if self._pipe >= 0:
                os.close(self._pipe)
                os.close(self._terminal)
                self._pipe = self._terminal = -1
        atexit.unregister(self.stop)

    def _watch(self) -> None:
        while not self._ended.is_set():
            try:
                select.select([self._pipe], [], [], TICK)
            except (OSError, ValueError):
                return
            with self.lock:
                if not self._ended.is_set():
                    self._pass_on()

    def _pass_on(self, text: bytes = b"") -> None:
        """Write what jobs have said, then ``text``, then the block anew."""
        said = self._read()
        ended = self._ended.is_set()
        if self._rest and (ended or text):
            said, self._rest = said + self._rest + b"\n", b""
        now = time.monotonic()
        if now - self._at > STOPPED:
            self._drawn = []
        lines = [] if ended or self._pipe < 0 or not self._in_front() else self._fitting()
        self._at = now
        said, self._fault = said + text + self._fault, b""
        if lines == self._drawn and not said:
            return
        away = f"\r{UP.format(len(self._drawn))}{CLEAR}" if self._drawn else ""
        dim, reset = (DIM, RESET) if self._colours else ("", "")
        drawn = "".join(f"{dim}{line}{reset}\n" for line in lines)
        self._drawn = lines
        self._write(away.encode() + said + drawn.encode("ascii", "backslashreplace"))

    def _read(self) -> bytes:
        """Return the whole lines that jobs have written since, and keep what is no line yet."""
        parts = [self._rest]
        while self._pipe >= 0:
            try:
                part = os.read(self._pipe, 1 << 16)
            except BlockingIOError:
                break
            if not part:
                break
            parts.append(part)
        lines, end, rest = b"".join(parts).rpartition(b"\n")
        self._rest = rest
        return lines + end

    def _write(self, data: bytes) -> None:
        fd = self._terminal if self._terminal >= 0 else 2
        while data:
            try:
                data = data[os.write(fd, data) :]
            except BlockingIOError:
                select.select([], [fd], [], TICK)
            except OSError:  # the terminal is gone; the run goes on
                return

    def _in_front(self) -> bool:
        """Return whether this is the job that the terminal's user looks at."""
        try:
            return os.tcgetpgrp(self._terminal) == os.getpgrp()
        except OSError:  # not the terminal that controls the run: nobody else writes to it
            return True

    def _fitting(self) -> list[str]:
        """Return the lines of the block as they fit into the window, the last ones first."""
        try:
            width, height = os.get_terminal_size(self._terminal)
        except OSError:
            width, height = SIZE
        width, height = width or SIZE[0], height or SIZE[1]
        # One column and one row are left free, so that nothing wraps and nothing scrolls.
        try:
            lines = self._block()
        except Exception as error:  # a fault here must not end the thread that passes errors on
            self._block, lines = list, []
            self._fault = f"{stopped(error)}\n".encode()
        lines = lines[-max(height - 1, 1) :]
        return [fitted(line, width - 1) for line in lines]


def stopped(error: Exception) -> str:
    """Return the line that says that the display has a fault, and where in its code."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(where.filename)}, line {where.lineno}"
    return f"The progress display has stopped: {type(error).__name__} in {place}"


def fitted(text: str, width: int) -> str:
    """Return a text cut to ``width`` columns, with three dots where something was cut off."""
    wide = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    if wide <= width:
        return text
    return text[: max(width - 3, 0)].rstrip() + "..."[: max(width, 0)]
