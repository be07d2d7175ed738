"""Hold a lock on a file while it is read or written; other processes wait.

Where the system has `fcntl` (Linux, macOS) the kernel keeps the lock, and it ends with the process.
Elsewhere (Windows) a file beside it is the lock: whoever makes it has it, and removes it after.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None

ENDING = ".lock"
STALE = 60.0
"""Seconds after which a lock is taken for one that a killed process has left: it takes
milliseconds to write what is written under it."""
PAUSE = 0.005


@contextlib.contextmanager
def locked(path: str | Path, file: int, shared: bool = False) -> Iterator[None]:
    """Hold the lock of a file that is open as the descriptor ``file``.

    Args:
        path: the file.
        file: its descriptor.
        shared: others may read meanwhile, and nobody may write.
    """
    if fcntl is None:
        with _lock_beside(Path(path)):
            yield
        return
    fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextlib.contextmanager
def _lock_beside(path: Path) -> Iterator[None]:
    lock = path.with_name(path.name + ENDING)
    while not _taken(lock):
        time.sleep(PAUSE)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _taken(lock: Path) -> bool:
    """Return whether this process has made the lock; one that is stale is removed."""
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except (FileExistsError, PermissionError) as refusal:
        # Windows refuses so, too, while another process is removing the file.
        with contextlib.suppress(OSError):
            if time.time() - lock.stat().st_mtime > STALE:
                lock.unlink()
            return False
        if isinstance(refusal, PermissionError) and not os.access(lock.parent, os.W_OK):
            raise
        return False
    return True
