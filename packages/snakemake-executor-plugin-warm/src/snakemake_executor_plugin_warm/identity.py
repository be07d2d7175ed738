"""What a warm interpreter is: it serves only those for whom all of this is the same."""

from __future__ import annotations

import hashlib
import os
import shlex
import site
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

try:
    import resource
except ImportError:  # Windows, where no interpreter is warm (`scripts.is_possible`)
    resource = None

PREFIXES = ("PYTHON", "LC_", "LD_", "OMP_", "OPENBLAS_", "MKL_", "ARROW_", "MALLOC_")
NAMES = ("LANG", "LANGUAGE", "TZ", "HOME", "VIRTUAL_ENV")
"""Environment variables that an interpreter or its libraries read when they start."""
LOCK = Path("requirements", "lock.txt")
LOADER = Path("/etc/ld.so.cache")
"""Written anew whenever a library of the system is installed, updated or removed."""
LONGEST_ADDRESS = 100
"""Bytes of a socket's path; the system allows 107."""
LIMITS = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_STACK")


def identity(imports: str, environ: Mapping[str, str] | None = None) -> str:
    """Return a digest of interpreter, libraries, lock file, user, limits and surroundings.

    Installing, updating or removing a library changes it, as another lock file, another user,
    another cgroup (the memory limit of a session or of a cluster's job), another limit of
    the process or another locale does.
    """
    environ = os.environ if environ is None else environ
    known = [
        os.getuid(),
        os.getgroups(),
        sys.version,
        interpreter(),
        sys.prefix,
        sys.path,
        imports,
        [_read(path) for path in sorted(Path(__file__).parent.glob("*.py"))],
        [_installed(folder) for folder in site.getsitepackages()],
        [_read(root / LOCK) for root in _roots()],
        [resource.getrlimit(getattr(resource, name)) for name in LIMITS],
        _read(Path("/proc/self/cgroup")),
        _changed(LOADER),
        sorted((k, v) for k, v in environ.items() if k in NAMES or k.startswith(PREFIXES)),
    ]
    return hashlib.sha256(repr(known).encode()).hexdigest()[:32]


def interpreter() -> list[str]:
    """Return the command that starts Python for a script, as the shell reads ``sys.executable``.

    A Snakefile may have quoted the path there, and have put options after it.
    """
    return shlex.split(sys.executable)


def home() -> Path:
    """Return the folder of this user's sockets, made where it is missing, theirs alone.

    Raises:
        OSError: it cannot be made, or belongs to somebody else or is open to others.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if os.path.isdir(runtime) else Path("/tmp")
    folder = base / f"snakemake-warm-{os.getuid()}"
    if len(os.fsencode(folder)) > LONGEST_ADDRESS - 40:
        folder = Path("/tmp") / folder.name
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or not folder.is_dir():
        raise PermissionError(f"{folder} is not this user's own")
    return folder


def private() -> Path:
    """Return a new folder for the socket of one run."""
    return Path(tempfile.mkdtemp(prefix="snakemake-warm-", dir="/tmp"))


def _roots() -> list[Path]:
    """Return the checkouts whose code this interpreter imports: the parents of ``src``."""
    return [Path(path).parent for path in sys.path if os.path.basename(path) == "src"]


def _installed(folder: str) -> list[tuple[str, int]]:
    """Return what is installed and when it was put there."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if entry.name.endswith(".dist-info")]
            return sorted((entry.name, entry.stat().st_mtime_ns) for entry in found)
    except OSError:
        return []


def _changed(path: Path) -> int | None:
    """Return when a file last changed, in nanoseconds; None where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
