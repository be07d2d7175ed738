"""Write the lock of the packages that a run needs, for the repository of a study.

It is the lock that trialtrail was made with, without what only its own tests need.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from trialtrail import ROOT, __version__
from trialtrail.errors import StudyError

SHIPPED = Path("requirements/lock.txt")
OWN = ("trialtrail", "runrecord", "snakemake-executor-plugin-warm")
"""Distributions of this project, which no lock of others has."""
PLACES = {"trialtrail": "", "runrecord": "packages/runrecord"}
PLACES["snakemake-executor-plugin-warm"] = "packages/snakemake-executor-plugin-warm"
"""Where each of them lies in the repository of trialtrail."""
BUILD = ("uv-build", "hatchling")
"""What builds a distribution from its source."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
INDEX = "index"
HEAD = f"""\
# The packages of a run, each file with its hash: the lock of trialtrail {__version__}.
# Written by `trialtrail ci init`. Install it with: pip install --no-deps --require-hashes -r
"""


def locked(install: str, base: Path) -> tuple[str, list[str]]:
    """Return the text of the lock, and the commands that install from it.

    Args:
        install: where trialtrail is from: ``index``, an address of git with a commit, or a
            folder of wheels seen from ``base``.
        base: the folder in which the commands are given.

    Raises:
        StudyError: this installation has no lock, or the wheels are not there.
    """
    path = ROOT / SHIPPED
    if not path.is_file():
        raise StudyError(
            "This installation of trialtrail has no lock of its packages",
            where=SHIPPED.as_posix(),
            remedy="install it with what a run needs: pip install 'trialtrail[run]'",
        )
    entries = dict(entries_of(path.read_text(encoding="utf-8")))
    from_git = install.startswith("git+")
    needed = needed_names([*OWN, *(BUILD if from_git else ())])
    kept = [text for (name, _), text in entries.items() if name in needed]
    pip = "python -m pip install --disable-pip-version-check --no-deps"
    every = f"{pip} --require-hashes -r requirements.lock"
    if install == INDEX:
        own = " ".join(f"{name}=={_version(name)}" for name in OWN)
        return HEAD + "".join(kept), [every, f"{pip} {own}"]
    if from_git:
        own = [_from_git(install, name, place) for name, place in PLACES.items()]
        return HEAD + "".join(kept), [every, f"{pip} --no-build-isolation {' '.join(own)}"]
    kept += [_wheel(base / install, name) for name in OWN]
    return HEAD + "".join(kept), [f'{every} --find-links "{Path(install).as_posix()}"']


def entries_of(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each entry of a lock by its name and first line, with its lines."""
    entry: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith(" ") and entry:
            yield (canonical(NAME.match(entry[0])[0]), entry[0]), "".join(entry)
            entry = []
        entry.append(line)
    if entry:
        yield (canonical(NAME.match(entry[0])[0]), entry[0]), "".join(entry)


def needed_names(roots: Iterable[str]) -> set[str]:
    """Return the names of all that distributions need, on any platform, with what a run needs."""
    from packaging.requirements import Requirement

    found: set[str] = set()
    queue = [
        (canonical(name), frozenset({"run"} if name == "trialtrail" else ())) for name in roots
    ]
    seen = set()
    while queue:
        name, extras = queue.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found.add(name)
        try:
            listed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # one of another platform
            continue
        for text in listed:
            wanted = Requirement(text)
            said = str(wanted.marker or "")
            asked = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", said)
            if asked is None or asked[1] in extras:
                queue.append((canonical(wanted.name), frozenset(wanted.extras)))
    return found


def canonical(name: str) -> str:
    """Return the name of a distribution in the form in which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(name: str) -> str:
    return metadata.version(name)


def _from_git(address: str, name: str, place: str) -> str:
    part = f"#subdirectory={place}" if place else ""
    return f'"{name} @ {address}{part}"'


def _wheel(folder: Path, name: str) -> str:
    found = sorted(folder.glob(f"{name.replace('-', '_')}-*.whl"))
    if len(found) != 1:
        raise StudyError(
            f"The folder has not one wheel of {name}",
            where=folder.as_posix(),
            rule=f"it has one of each of {', '.join(OWN)}",
            remedy="build them in a checkout of trialtrail: uv build --wheel --all-packages",
        )
    version = found[0].name.split("-")[1]
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"
