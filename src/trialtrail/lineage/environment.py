"""With what a job ran, and who ran it where and when."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trialtrail.lineage.digest import file_digest
from trialtrail.lineage.places import REPOSITORY, Places

LOCK = "requirements/lock.txt"
IMPORT_NAMES = {"markdown-it-py": "markdown_it", "python-docx": "docx", "pyyaml": "yaml"}
"""Libraries whose module has another name than the package."""
BESIDE = ("numpy",)
"""Libraries that decide results and come with others."""


def moment() -> str:
    """Return the time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def environment(places: Places, loaded: dict[str, str]) -> dict[str, Any]:
    """Return interpreter, ``loaded`` libraries, lock file and the files of the machinery."""
    lock = Path(places.roots[REPOSITORY], LOCK)
    package = Path(__file__).parents[1]
    own = [package / "__init__.py", package / "errors.py"]
    own += sorted(Path(__file__).parent.rglob("*.py"))
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "libraries": loaded,
        "lock": {places.name(lock): file_digest(lock)} if lock.is_file() else {},
        "lineage": {places.name(path): file_digest(path) for path in own},
    }


def libraries() -> dict[str, str]:
    """Return the versions of the project's libraries that the job has loaded."""
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        wanted = requires("trialtrail") or []
    except PackageNotFoundError:
        wanted = []
    found = {}
    for need in [*wanted, *BESIDE]:
        name = re.match(r"[A-Za-z0-9._-]+", need).group()  # every requirement starts with a name
        if IMPORT_NAMES.get(name, name.replace("-", "_")) in sys.modules:
            found[name] = version(name)
    return dict(sorted(found.items()))


def whereabouts(places: Places) -> dict[str, Any]:
    """Return user, host, platform and the state of the repository."""
    about = os.uname()
    return {
        "user": _user(),
        "host": about.nodename,
        "platform": f"{about.sysname} {about.release} {about.machine}",
        "git": git_state(places.roots[REPOSITORY]),
    }


def git_state(repository: str) -> dict[str, Any]:
    """Return the commit and whether the tree was clean; both None where git cannot tell."""
    import subprocess

    unknown = {"commit": None, "clean": None}
    if not os.path.exists(os.path.join(repository, ".git")):
        return unknown
    try:
        told = subprocess.run(
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
    commit = next((line.split()[2] for line in told if line.startswith("# branch.oid ")), None)
    known = commit if commit and commit != "(initial)" else None
    return {"commit": known, "clean": all(line.startswith("#") for line in told)}


def _user() -> str | None:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None
