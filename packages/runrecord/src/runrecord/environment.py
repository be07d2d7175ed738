"""With what a job ran, and who ran it where and when."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from runrecord import installed
from runrecord.digest import file_digest
from runrecord.places import REPOSITORY, Places
from runrecord.project import project

ANNOUNCED = "_RUNRECORD_REPOSITORY"
"""Environment variable by which a run tells its jobs the state of the repository."""


def moment() -> str:
    """Return the time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def environment(places: Places, of_system: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return interpreter, libraries, lock file and the files of the machinery.

    Args:
        places: what paths are named from.
        of_system: versions of libraries of the system that the job ran on, by their names.

    ``installed`` is what the run found when it checked the libraries (`installed.announce`), None
    where it announced nothing; ``isolated`` whether modules of other places could not take part;
    ``from_lock`` whether the libraries were installed from the lock file, which is named only then.
    """
    lock = Path(places.roots[REPOSITORY], lock_file())
    locked = lock.is_file() and is_from_lock()
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "libraries": {**libraries(), **(of_system or {})},
        "installed": installed.announced(),
        "isolated": bool(sys.flags.isolated),
        "lock": {places.name(lock): file_digest(lock)} if locked else {},
        "from_lock": locked,
        "lineage": {places.name(path): digest for path, digest in machinery().items()},
    }


@cache
def is_from_lock() -> bool:
    """Return whether the libraries of this environment were installed from a lock file.

    Of a checkout they are, by its set-up or that of its image. What was installed from a wheel
    takes what the registry has, unless the set-up left the file ``.<project>-lock``.
    """
    return not project().at or Path(sys.prefix, f".{project().name}-lock").is_file()


@cache
def lock_file() -> str:
    """Return the lock file of this environment, from the root of the repository.

    The file ``.<project>-lock`` in the folder of a virtual environment begins with the lock file
    that it was made from; without it, it is the one of the project.
    """
    try:
        named = Path(sys.prefix, f".{project().name}-lock").read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError):
        return project().lock
    is_lock = os.path.dirname(named) == os.path.dirname(project().lock)
    return named if is_lock else project().lock


@cache
def machinery() -> dict[Path, str]:
    """Return the digests of the files of the record-keeping, as this process has loaded them."""
    return {path: file_digest(path) for path in sorted(Path(__file__).parent.rglob("*.py"))}


@cache
def libraries() -> dict[str, str]:
    """Return the versions of the libraries that the project names, as they are installed.

    Those that a job happens to have loaded would say less: a forked job has loaded them all.
    """
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        wanted = requires(project().name) or []
    except PackageNotFoundError:
        wanted = []
    found = {}
    for need in [*wanted, *project().beside]:
        name = re.match(r"[A-Za-z0-9._-]+", need).group()  # every requirement starts with a name
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return dict(sorted(found.items()))


def whereabouts(places: Places) -> dict[str, Any]:
    """Return user, host, platform and the state of the repository.

    The jobs that a run starts on its own machine get the state by `announce_repository`.
    """
    about = platform.uname()
    return {
        "user": _user(),
        "host": about.node,
        "platform": f"{about.system} {about.release} {about.machine}",
        "git": _announced(places.roots[REPOSITORY]) or git_state(places.roots[REPOSITORY]),
    }


def announce_repository(repository: str | Path) -> None:
    """Find out the state of the repository once, for all jobs that this process starts."""
    announced = {"repository": str(repository), "state": git_state(str(repository))}
    os.environ[ANNOUNCED] = json.dumps(announced)


def _announced(repository: str) -> dict[str, Any] | None:
    try:
        announced = json.loads(os.environ[ANNOUNCED])
        return announced["state"] if announced["repository"] == repository else None
    except (KeyError, ValueError, TypeError):
        return None


def git_state(repository: str) -> dict[str, Any]:
    """Return the commit and whether the tree was clean; both None where git cannot tell."""
    import subprocess

    unknown = {"commit": None, "clean": None}
    if not os.path.exists(os.path.join(repository, ".git")):
        return unknown
    try:
        lines = subprocess.run(
            ["git", "-C", repository, "status", "--porcelain=v2", "--branch"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
            # Jobs run side by side: none may take git's lock to refresh its index.
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        ).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        return unknown
    commit = next((line.split()[2] for line in lines if line.startswith("# branch.oid ")), None)
    known = commit if commit and commit != "(initial)" else None
    return {"commit": known, "clean": all(line.startswith("#") for line in lines)}


def _user() -> str | None:
    named = (os.environ.get(name) for name in ("LOGNAME", "USER", "LNAME", "USERNAME"))
    if known := next(filter(None, named), None):
        return known
    try:
        import pwd  # and not `getpass`, which loads what reads a line from a terminal

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # Windows has no such list
        return None
