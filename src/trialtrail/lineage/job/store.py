"""Take a result that a record already proves, instead of computing it again.

The store keeps, by their digests, the outputs of confined jobs, the text of the code they ran on
and their records. A job may take its outputs from there when a record of the same rule says that
they came from equal inputs, equal parameters and the same code, under the same interpreter, lock
file and libraries, in a process that the kernel kept to what its rule declares. Code is the same
if its bytes are, or if it reads the same to the interpreter (only comments or layout differ).

Nothing is taken on trust. The record's digest must stand in the journal as that of an attempt that
succeeded; each object is read through its digest while it is copied; whatever does not fit is
computed. The store is a copy beside the results (``.snakemake/trialtrail/store``): it may be
deleted at any time, is bounded in size, and `SWITCH` turns it off.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialtrail.lineage import journal
from trialtrail.lineage.digest import file_digest, value_digest
from trialtrail.lineage.places import FOLDER, real_path

SWITCH = "TRIALTRAIL_STORE"
"""Environment variable: at 0 nothing is kept or taken; another number is the limit in megabytes."""
LIMIT = 2048
"""Megabytes that the store may take, where the variable says nothing."""
BASE = Path(".snakemake", "trialtrail", "store")
CANDIDATES = 8
"""Earlier records of the same job that are looked at, the last one first."""
KEPT = 0.8
"""Share of the limit that is left when the oldest objects are dropped."""


@dataclass(frozen=True)
class Proven:
    """A result that a record proves.

    Attributes:
        record: the record of the job that computed it.
        sha256: the digest of that record, as the journal has it.
    """

    record: Mapping[str, Any]
    sha256: str


class Store:
    """The store of one working folder.

    Args:
        journal_folder: where the journal stands that proves the records.
        base: the store's own folder.
    """

    def __init__(self, journal_folder: str | Path, base: Path = BASE) -> None:
        self.objects, self.entries = base / "objects", base / "entries"
        self.journal = Path(journal_folder, journal.FILE)
        try:
            self.limit = int(os.environ.get(SWITCH, LIMIT)) * 1_000_000
        except ValueError:
            self.limit = 0

    def find(self, result: Mapping[str, Any], environment: Mapping[str, Any]) -> Proven | None:
        """Return the proof of what a job is about to compute, if there is one.

        Args:
            result: the record's ``result`` as far as it is known before the job runs.
            environment: the record's ``environment``.
        """
        if not self.limit:
            return None
        folder = self.entries / _key(result, environment)
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, SyntaxError):
            for digest in sorted(os.listdir(folder), key=lambda d: _age(folder / d))[:CANDIDATES]:
                proven = self._record(digest)
                if proven is not None and self._is_same_code(proven.record, result["code"]):
                    return proven
        return None

    def fetch(self, proven: Proven, outputs: Mapping[str, str]) -> bool:
        """Put the proven outputs where the job is to make them; return whether all are there.

        Args:
            proven: from `find`.
            outputs: each output's name -> its path.
        """
        known = proven.record["result"]["outputs"]
        if known.keys() != outputs.keys():
            return False
        drafts: dict[str, str] = {}
        try:
            for name, path in outputs.items():
                os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
                drafts[path] = self._copy(known[name], path)
            for path, draft in drafts.items():
                os.replace(draft, path)
        except (OSError, ValueError):
            for draft in drafts.values():
                with contextlib.suppress(OSError):
                    os.unlink(draft)
            return False
        return True

    def keep(self, record: Mapping[str, Any], text: str, paths: Mapping[str, str]) -> None:
        """Keep what a job has made, and its record; without effect where it is not proven.

        Args:
            record: the record of a job that has succeeded.
            text: the record's file.
            paths: the path of each output and of each file of code, by name.
        """
        if not self.limit or not record["run"]["confined"].get("by"):
            return
        result = record["result"]
        digests = result["outputs"] | result["code"]
        digests |= {name: module["sha256"] for name, module in result["modules"].items()}
        with contextlib.suppress(OSError, KeyError):
            if sum(os.path.getsize(paths[name]) for name in result["outputs"]) * 4 > self.limit:
                return
            self.objects.mkdir(parents=True, exist_ok=True)
            for name, digest in digests.items():
                self._put(paths[name], digest)
            digest = hashlib.sha256(text.encode()).hexdigest()
            self._write(self.objects / digest, text.encode())
            folder = self.entries / _key(result, record["environment"])
            folder.mkdir(parents=True, exist_ok=True)
            (folder / digest).touch()

    def _record(self, digest: str) -> Proven | None:
        """Return a kept record, if the journal has it as that of a job that succeeded."""
        raw = (self.objects / digest).read_bytes()
        if hashlib.sha256(raw).hexdigest() != digest:
            return None
        for line in reversed(self.journal.read_bytes().splitlines()):
            if digest.encode() in line:
                entry = json.loads(line)
                proves = entry["kind"] == "attempt" and entry["exit"] == 0
                if proves and entry["record_sha256"] == digest:
                    return Proven(json.loads(raw), digest)
        return None

    def _is_same_code(self, record: Mapping[str, Any], code: Mapping[str, str]) -> bool:
        """Return whether the declared code, and all modules that were loaded, read the same."""
        was = record["result"]["code"]
        if was.keys() != code.keys():
            return False
        run, changed = record["run"], {}
        for name, digest in was.items():
            if code[name] != digest:
                changed[name] = digest
        for name, module in record["result"]["modules"].items():
            path = place_of(name, run)
            if code.get(name, module["sha256"]) == module["sha256"] == file_digest(path):
                continue
            changed[name] = module["sha256"]
        return all(self._reads_same(name, was, run) for name, was in changed.items())

    def _reads_same(self, name: str, digest: str, run: Mapping[str, Any]) -> bool:
        if not name.endswith(".py"):
            return False
        before = (self.objects / digest).read_bytes()
        if hashlib.sha256(before).hexdigest() != digest:
            return False
        now = Path(place_of(name, run)).read_bytes()
        return ast.dump(ast.parse(before)) == ast.dump(ast.parse(now))

    def _copy(self, digest: str, path: str) -> str:
        """Copy an object beside ``path`` and return the draft; its digest is checked on the way."""
        source = self.objects / digest
        handle, draft = tempfile.mkstemp(prefix=".", dir=os.path.dirname(path) or ".")
        os.close(handle)
        shutil.copyfile(source, draft)
        if file_digest(draft) != digest:
            os.unlink(draft)
            source.unlink(missing_ok=True)
            raise ValueError(digest)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(draft, 0o666 & ~mask)
        os.utime(source)
        return draft

    def _put(self, path: str, digest: str) -> None:
        target = self.objects / digest
        if target.exists():
            os.utime(target)
            return
        handle, draft = tempfile.mkstemp(prefix=".", dir=self.objects)
        os.close(handle)
        shutil.copyfile(path, draft)
        if file_digest(draft) == digest:
            os.replace(draft, target)
        else:
            os.unlink(draft)

    def _write(self, target: Path, raw: bytes) -> None:
        handle, draft = tempfile.mkstemp(prefix=".", dir=self.objects)
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        os.replace(draft, target)

    def trim(self) -> None:
        """Drop the objects that were not asked for longest, where the store has grown too big.

        Done at the end of a run: looking at all objects takes longer than keeping one.
        """
        try:
            with os.scandir(self.objects) as found:
                states = [(entry.stat(), entry.path) for entry in found]
        except OSError:
            return
        size = sum(state.st_size for state, _ in states)
        if size <= self.limit:
            return
        for state, path in sorted(states, key=lambda item: item[0].st_mtime_ns):
            with contextlib.suppress(OSError):
                os.unlink(path)
            size -= state.st_size
            if size <= self.limit * KEPT:
                return


def place_of(name: str, run: Mapping[str, Any]) -> str:
    """Return the path of a file that a record names, seen from the working folder."""
    return str(real_path(name, run["elsewhere"].get(name, FOLDER), run["places"], "."))


def _key(result: Mapping[str, Any], environment: Mapping[str, Any]) -> str:
    """Return the digest of all that decides a result, but for the code."""
    parts = {key: result[key] for key in ("rule", "wildcards", "params", "inputs")}
    parts |= {key: environment[key] for key in ("python", "libraries", "lock")}
    return value_digest(parts)


def _age(path: Path) -> int:
    return -path.stat().st_mtime_ns
