"""Check once a run that the installed libraries are as they were installed.

Each distribution brings a list of its files with their digests (``RECORD``). Checked are the
distributions that the project needs and those that these need: every file against its list, and
that beside the listed files there is none that Python would import. Byte code is on no list; the
set-up notes the digests of what it has compiled (`note_compiled`), and what differs from that must
be what its source compiles to. Who changes a file and its list alike is not found here; the digest
of all lists, in the record of each job, is then another.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import csv
import hashlib
import json
import marshal
import os
import re
import struct
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from runrecord.errors import UserError
from runrecord.project import project

ANNOUNCED = "_RUNRECORD_INSTALLED"
"""Environment variable by which a run tells its jobs what it has found."""
IMPORTED = (".py", ".pyc", *EXTENSION_SUFFIXES)
AT_START = (".pth", "sitecustomize.py", "usercustomize.py")
"""Endings of the files that Python runs when it starts."""
NOT_RUN = frozenset({"tests", "include"})
"""Folders within libraries of which no job runs anything."""
CACHE, HEADER = "__pycache__", 16
"""Folder of byte code, and the bytes before the code in a file of it."""
NEED = re.compile(r"^Requires-Dist: *([A-Za-z0-9._-]+) *(?:\[([^]]*)\])?(.*)$", re.MULTILINE)
"""A line of the metadata: what is needed, with which of its extras, and when."""
OF_EXTRA = re.compile(r"extra == ['\"]([^'\"]+)")
SHOWN = 5
SET_UP_ANEW = "remove the folder .venv, then run `make setup` and the study again"
INSTALL_ANEW = "install it anew in a fresh environment, and run the study again"
PART, READ = 256, 1 << 18
"""Files that a thread takes at once, and bytes that it reads at once."""


class Installed:
    """The libraries of an environment and what was found of them.

    Attributes:
        distributions: the names of those checked.
        files: path from the folder of the libraries -> SHA-256, as the lists have it.
        faults: path -> what is wrong with the file.
        compiled: number of byte-code files checked; None where no set-up has noted any.
    """

    def __init__(self, library: str | Path, prefix: str | Path, first: str) -> None:
        self.library = Path(library)
        self.noted = Path(prefix) / f".{first}-compiled"
        self.distributions: list[str] = []
        self.files: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        self.compiled: int | None = None
        self._records = {
            folder.name: _text(folder / "RECORD") for folder in self.library.glob("*.dist-info")
        }
        self._gather(first)

    def check(self) -> dict[str, str]:
        """Check all files; return what is wrong, by path."""
        noted = self._noted()
        for name, found in self._digests(self.files):
            if found != self.files[name]:
                self.faults[name] = "has changed" if found else "is gone"
        self._check_compiled(noted)
        for name in self._unlisted():
            if noted is None or noted.get(name) != self._digest(name):
                self.faults[name] = "was not installed: no list has it, and Python would run it"
        return self.faults

    def edited_since(self, moment: float) -> list[str]:
        """Return the files that were touched since a time and are not as their list has them.

        The kernel notes each change of a file, and no program can set that time back.
        """
        return [
            name
            for name, digest in self.files.items()
            if changed_at(self.library / name) >= moment and self._digest(name) != digest
        ]

    def summary(self) -> dict[str, Any]:
        """Return what the record of a job says: counts, and the digest of all lists."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.files.items()))
        return {
            "distributions": len(self.distributions),
            "files": len(self.files),
            "compiled": self.compiled,
            "sha256": hashlib.sha256(lines.encode()).hexdigest(),
        }

    def _gather(self, first: str) -> None:
        """Find what ``first`` and its extras need, and the files on the lists of these."""
        folders = {_plain(name.partition("-")[0]): name for name in self._records}
        left: list[tuple[str, frozenset[str] | None]] = [(_plain(first), None)]
        seen: set[tuple[str, frozenset[str] | None]] = set()
        while left:
            name, extras = left.pop()
            if (name, extras) in seen or name not in folders:
                continue
            seen.add((name, extras))
            left += _needs(_text(self.library / folders[name] / "METADATA"), extras)
            for path, digest, *_ in csv.reader(self._records[folders[name]].splitlines()):
                if digest.startswith("sha256=") and not NOT_RUN & {*path.split("/")}:
                    self.files[path] = _hexadecimal(digest.removeprefix("sha256="))
        self.distributions = sorted({name for name, _ in seen})

    def _folders(self) -> list[str]:
        """Return the folders of the libraries checked, those within others left out."""
        tops = {name.split("/")[0] for name in self.files if "/" in name}
        return sorted(top for top in tops if top != ".." and not top.endswith(".dist-info"))

    @cached_property
    def _there(self) -> list[str]:
        """The files in the folders of the libraries checked, from the folder of all."""
        found, start = [], len(os.path.join(self.library, ""))
        for top in self._folders():
            for folder, folders, names in os.walk(self.library / top):
                folders[:] = set(folders) - NOT_RUN
                inside = folder[start:].replace(os.sep, "/")
                found += [f"{inside}/{name}" for name in names]
        return found

    def _unlisted(self) -> list[str]:
        """Return the files that Python would run and no list has; byte code is looked at apart."""
        found = [
            name
            for name in self._there
            if name.endswith(IMPORTED) and name not in self.files and CACHE not in name.split("/")
        ]
        found += [name for name in os.listdir(self.library) if name.endswith(AT_START)]
        if not found:
            return []
        texts = self._records.values()
        listed = {row[0] for text in texts for row in csv.reader(text.splitlines())}
        return [name for name in found if name not in listed]

    def _byte_code(self) -> list[str]:
        """Return the byte-code files that this interpreter would load."""
        ending = f".{sys.implementation.cache_tag}.pyc"
        single = (
            f"{CACHE}/{name[:-3]}{ending}"
            for name in self.files
            if "/" not in name and name.endswith(".py")
        )
        found = [name for name in self._there if name.endswith(ending)]
        return [*found, *(name for name in single if (self.library / name).is_file())]

    def _check_compiled(self, noted: dict[str, str] | None) -> None:
        if noted is None:
            return
        names = self._byte_code()
        self.compiled = len(names)
        for name, found in self._digests(names):
            if noted.get(name) != found and not is_compiled_from_source(self.library / name):
                self.faults[name] = "is not what its source compiles to"

    def _noted(self) -> dict[str, str] | None:
        try:
            lines = self.noted.read_text(encoding="utf-8").splitlines()
        except OSError:
            return None
        return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}

    def _digests(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield each name with the digest of its file; each thread takes some hundred files."""
        names = list(names)
        parts = [names[start : start + PART] for start in range(0, len(names), PART)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for part, found in zip(parts, pool.map(self._digests_of, parts), strict=True):
                yield from zip(part, found, strict=True)

    def _digests_of(self, names: list[str]) -> list[str]:
        return [self._digest(name) for name in names]

    def _digest(self, name: str) -> str:
        digest = hashlib.sha256()
        try:
            with open(os.path.join(self.library, name), "rb", buffering=0) as stream:
                while data := stream.read(READ):
                    digest.update(data)
        except OSError:
            return ""
        return digest.hexdigest()

    def note_compiled(self) -> None:
        """Note the digests of the byte code, and of what no list has, as they are after set-up."""
        names = sorted({*self._byte_code(), *self._unlisted()})
        text = "".join(f"{self._digest(name)}  {name}\n" for name in names)
        self.noted.write_text(text, encoding="utf-8")


def here() -> Installed:
    """Return the libraries of this interpreter."""
    return Installed(sysconfig.get_path("purelib"), sys.prefix, project().name)


_begun: list[subprocess.Popen] = []


def begin_check(command: list[str]) -> None:
    """Begin to check the libraries in a process beside this one, for `announce` to wait for.

    Args:
        command: what starts this interpreter; the module of this name is put behind it.
    """
    with contextlib.suppress(OSError):  # then `announce` checks them itself
        process = subprocess.Popen(
            [*command, "-m", __name__, project().name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(process.kill)
        _begun.append(process)


def _found() -> dict[str, Any]:
    """Return what `_said_of` says in the process that has begun to check, or else in this one."""
    if _begun:
        said, _ = _begun.pop().communicate()
        with contextlib.suppress(ValueError):  # it was ended
            return json.loads(said)
    return _said_of(here())


def _said_of(installed: Installed) -> dict[str, Any]:
    """Check the libraries; return their folder, what is wrong by file, and what records say."""
    faults = installed.check()
    return {"library": str(installed.library), "faults": faults, "found": installed.summary()}


def announce() -> None:
    """Check the libraries and this process's own code once, and tell the jobs of this run.

    Raises:
        UserError: a file is not as it was installed, or byte code is not of its source.
    """
    found = _found()
    faults = {f"{name} {what}": None for name, what in found.pop("faults").items()}
    if faults:
        more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise UserError(
            "A library is not as it was installed",
            where="; ".join([*faults][:SHOWN]) + more,
            rule="each file of the libraries that jobs run on has the digest that its list has",
            remedy=INSTALL_ANEW if project().at else SET_UP_ANEW,
        )
    bent = [path for path in _own_byte_code() if not is_compiled_from_source(path)]
    if bent:
        raise UserError(
            "Byte code is not what its source compiles to",
            where=", ".join(map(str, bent[:SHOWN])),
            rule="a run takes its code from the sources",
            remedy="remove these files, and run again",
        )
    os.environ[ANNOUNCED] = json.dumps(found)


def announced() -> dict[str, Any] | None:
    """Return what the run has found of the libraries of this interpreter.

    None where it announced nothing, or of other libraries: a job in a container has those of its
    image.
    """
    try:
        run = json.loads(os.environ[ANNOUNCED])
        return run["found"] if run["library"] == sysconfig.get_path("purelib") else None
    except (KeyError, ValueError, TypeError):
        return None


def changed_at(path: str | Path) -> float:
    """Return when anything of a file was changed last; of one that is gone, a time to come."""
    try:
        about = os.stat(path)
    except OSError:
        return float("inf")
    return max(about.st_ctime, about.st_mtime)


def is_compiled_from_source(compiled: str | Path) -> bool:
    """Return whether a byte-code file holds what its source compiles to, or is out of date.

    One that names another time or size than its source has is not taken by Python.
    """
    compiled = Path(compiled)
    source = compiled.parent.parent / f"{compiled.name.split('.')[0]}.py"
    try:
        data, about = compiled.read_bytes(), source.stat()
        known = (int(about.st_mtime) & 0xFFFFFFFF, about.st_size & 0xFFFFFFFF)
        if struct.unpack("<3I", data[4:HEADER]) != (0, *known) and data[4:8] == bytes(4):
            return True
        found = marshal.loads(data[HEADER:])
        return found == compile(source.read_bytes(), found.co_filename, "exec", dont_inherit=True)
    except (OSError, ValueError, EOFError, TypeError, AttributeError, SyntaxError):
        return False


def _own_byte_code() -> Iterator[Path]:
    """Yield the byte-code files of the project's modules that this process has loaded."""
    library = os.path.join(os.path.realpath(sys.prefix), "")
    root = os.path.join(os.path.realpath(project().root), "")
    installed = tuple(os.path.join(os.path.realpath(at), "") for at in project().at.values())
    for module in list(sys.modules.values()):
        cached = getattr(module, "__cached__", None)
        if cached and os.path.isfile(cached):
            real = os.path.realpath(cached)
            in_checkout = real.startswith(root) and not real.startswith(library)
            if in_checkout or real.startswith(installed):
                yield Path(cached)


def _needs(metadata: str, extras: frozenset[str] | None) -> list[tuple[str, frozenset[str]]]:
    """Return the distributions that one needs with some of its extras, or all (None).

    Each comes with the extras of its own that are asked for.
    """
    head = metadata.partition("\n\n")[0]
    found = []
    for name, own, rest in NEED.findall(head):
        of = OF_EXTRA.search(rest)
        if of is None or extras is None or _plain(of[1]) in extras:
            found.append((_plain(name), frozenset(map(_plain, re.findall(r"[\w.-]+", own)))))
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _hexadecimal(digest: str) -> str:
    return base64.urlsafe_b64decode(digest + "=" * (-len(digest) % 4)).hex()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def main() -> None:
    """Check the libraries of this interpreter and say what was found, as JSON."""
    installed = Installed(sysconfig.get_path("purelib"), sys.prefix, sys.argv[1])
    print(json.dumps(_said_of(installed)))


if __name__ == "__main__":
    main()
