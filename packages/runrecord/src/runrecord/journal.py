"""The journal: an append-only, hash-chained account of runs, attempts at jobs and decisions.

``results/lineage/journal.jsonl`` has one JSON object a line::

    {"n": 7, "kind": "attempt", "at": "…Z", "previous": "<sha256 of line 6>", …, "sum": "<sha256>"}

``sum`` is the digest of the line as it is without ``sum``; ``previous`` is that of the whole line
before (64 zeros at the start). So a changed, deleted, added or moved entry breaks the chain. An
entry of an ``attempt`` holds the digest of the job's record, one of a ``run_end`` that of the
manifest; no entry holds a value of the data. No setting switches the journal off: a job that
cannot write its entry fails.

What cutting entries off the end can and cannot hide. The chain has no key: who may write to the
folder can compute it anew, and a chain that lost its last entries is still a chain. So the seal
keeps the number of entries and the digest of the last one (``journal_head.json``), the manifest
holds the digest of that file, and the signature is over the manifest:

- Entries up to the seal cannot be lost or rewritten unless the manifest is, too; and that cannot
  be done unless the signature is (or the digest of the manifest that was published).
- After the seal come the attempt of the job that seals, the jobs that follow it, and the end of
  the run. Their loss shows as well: a record without its entry, a run without its end.
- What is noted after that end (a later run that failed, a decision) rests on nothing until the
  next seal. Who cuts off exactly those entries, and deletes the records they name, is not
  noticed, unless a copy of the journal or its head was kept elsewhere. Seal, and sign, after a
  decision that matters.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from runrecord.checking import standalone_verify
from runrecord.checking.standalone_verify import START, lines_of, sha256
from runrecord.digest import file_digest, json_text
from runrecord.environment import moment
from runrecord.errors import UserError
from runrecord.file_lock import locked

FILE, HEAD = "journal.jsonl", "journal_head.json"
"""The journal and the seal's note of how far it went, both in ``results/lineage``."""
FORM = "runrecord-journal-head/1"
KINDS = (
    *("run_start", "run_end", "attempt"),
    *("resolution", "lock", "plan_lock", "unblinding", "verdict", "edition"),
)
TORN = "torn"
"""Notes that the line before was cut off while it was written (power, disk); it stays as it is."""
RESERVED = frozenset({"n", "kind", "at", "previous", "sum"})
FOLDER = "results/lineage"
MANIFEST = "manifest.sha256"
FOR_APPENDING = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
"""How the file is opened; Windows would else change the ends of lines."""


class JournalError(UserError):
    """The journal cannot be kept, so what it should note must not happen."""


class Journal:
    """A journal that is open for appending: by the process around a job, never by the job itself.

    A job's own code runs confined, in a child that may read the journal and not write it.
    """

    def __init__(self, folder: str | Path = FOLDER) -> None:
        """Open the journal in ``folder``, and make it where it is not.

        Raises:
            JournalError: it cannot be opened for writing.
        """
        self.path = Path(folder) / FILE
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, FOR_APPENDING, 0o644)
        except OSError as error:
            raise self._refuse("opened", error) from None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def append(self, kind: str, **facts: Any) -> dict[str, Any]:
        """Append one entry and return it once it is on the disk.

        Args:
            kind: one of `KINDS`.
            facts: what is noted; JSON values, and none of participants.

        Raises:
            JournalError: it cannot be written.
        """
        if kind not in KINDS or RESERVED & set(facts):
            raise ValueError(f"no entry of a journal: {kind}, {sorted(facts)}")
        try:
            with locked(self.path, self._file):
                return self._add(kind, facts)
        except OSError as error:
            raise self._refuse("written", error) from None

    def _add(self, kind: str, facts: dict[str, Any]) -> dict[str, Any]:
        lines, torn = lines_of(self._read())
        if torn:
            self._write(b"\n")
            entry, line = _entry(len(lines), lines[-1], TORN, {"bytes": len(lines[-1])})
            self._write(line + b"\n")
            lines.append(line)
        entry, line = _entry(len(lines), lines[-1] if lines else None, kind, facts)
        self._write(line + b"\n")
        os.fsync(self._file)
        return entry

    def _read(self) -> bytes:
        os.lseek(self._file, 0, os.SEEK_SET)  # what is written goes to the end all the same
        parts = iter(lambda: os.read(self._file, 1 << 20), b"")
        return b"".join(parts)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data) :]

    def _refuse(self, what: str, error: OSError) -> JournalError:
        return JournalError(
            f"The journal cannot be {what}: {error.strerror}",
            where=self.path.as_posix(),
            rule="every run and every attempt at a job is noted; this cannot be switched off",
            remedy="make the results folder writable, with space left on its disk, and run again",
        )


class Account(standalone_verify.Account):
    """What a journal says, and what is wrong with it; read by the code that verifies it.

    Attributes:
        entries: those that can be read, by number.
        problems: by what the chain, the seal or the runs are broken.
        notes: what is no fault and worth knowing.
        sealed: number of entries at the time of the seal; 0 where that is not known.
    """

    def heard_by(self) -> dict[str, datetime]:
        """Return by when the run knew that a job was done, of jobs that it had sent elsewhere.

        It hears of the end of such a job when it asks, but before the run itself ends: of one that
        was stopped by force, before the next begins.
        """
        heard: dict[str, datetime] = {}
        sent: set[str] = set()
        remote = False
        for entry in self.entries.values():
            if entry["kind"] in ("run_start", "run_end"):
                heard |= dict.fromkeys(sent, datetime.fromisoformat(entry["at"]))
                sent, remote = set(), entry.get("remote") is True
            elif entry["kind"] == "attempt":
                heard.pop(entry.get("job", ""), None)
                sent |= {entry.get("job", "")} if remote else set()
        return heard


def append(folder: str | Path, kind: str, **facts: Any) -> dict[str, Any]:
    """Append one entry to the journal in ``folder``; see `Journal.append`."""
    with Journal(folder) as journal:
        return journal.append(kind, **facts)


def run_started(
    folder: str | Path,
    configuration: str | Path,
    digest: str | None = None,
    touch: bool = False,
    remote: bool = False,
    resting: Mapping[str, Any] | None = None,
) -> None:
    """Note that a run starts.

    Args:
        folder: that of the lineage.
        configuration: the file that describes the study; noted by its path from here.
        digest: its SHA-256 as it was parsed, where that is known.
        touch: it does no job and only touches files.
        remote: its jobs are sent to other machines.
        resting: what it rests on beside: ``locks``, the head of each locked document by its path
            (`locked.head`), and ``dates``, the date that it was given of each kind of entry, None
            where it was given none. `verify` compares both with the entries of the journal.
    """
    name = Path(os.path.relpath(configuration)).as_posix()
    facts = {"configuration": {name: digest or file_digest(configuration)}, "touch": touch}
    append(folder, "run_start", **facts, **({"remote": True} if remote else {}), **(resting or {}))


def check_configuration_kept(folder: str | Path, configuration: str | Path, digest: str) -> None:
    """Refuse a configuration that is not the one with which the present run was started.

    Args:
        folder: that of the lineage.
        configuration: the file, for the message.
        digest: its SHA-256 now.

    Raises:
        UserError: the run was started with another.
    """
    started = read(folder).last("run_start") or {}
    noted = started.get("configuration") or {}
    if digest not in noted.values():
        was = ", ".join(sorted(f"{name} {sha[:12]}…" for name, sha in noted.items())) or "none"
        raise UserError(
            "The configuration is not the one that the run was started with",
            where=f"{Path(configuration).as_posix()} {digest[:12]}…; at the start: {was}",
            rule="what was parsed at the start of a run is what is sealed",
            remedy="let the file rest while a run goes on, and run snakemake again",
        )


def run_ended(folder: str | Path, outcome: str, edited: Iterable[str] = ()) -> None:
    """Note how a run ended (``done`` or ``failed``), and which manifest then stood.

    Args:
        folder: that of the lineage.
        outcome: how it ended.
        edited: what it rested on and was edited while it went on.
    """
    manifest = Path(folder) / MANIFEST
    digest = file_digest(manifest) if manifest.is_file() else None
    facts = {"outcome": outcome, "manifest_sha256": digest}
    append(folder, "run_end", **facts, **({"edited": sorted(edited)} if edited else {}))


def head(path: str | Path) -> tuple[int, str]:
    """Return how many entries a journal has, and the digest of the last one; 0 of none."""
    try:
        with open(path, "rb") as stream, locked(path, stream.fileno(), shared=True):
            lines, _ = lines_of(stream.read())
    except FileNotFoundError:
        lines = []
    return len(lines), sha256(lines[-1]) if lines else START


def write_head(path: str | Path) -> None:
    """Write how many entries the journal beside ``path`` has, and the digest of the last one."""
    entries, last = head(Path(path).with_name(FILE))
    # Not by a draft that is renamed: a confined job may write its outputs and no file beside them.
    facts = {"form": FORM, "entries": entries, "head": last}
    Path(path).write_text(json_text(facts), encoding="utf-8")


def check(folder: str | Path) -> list[str]:
    """Return what is wrong with the journal in ``folder``, nothing where it is whole."""
    return read(folder).problems


def read(folder: str | Path) -> Account:
    """Return what the journal in ``folder`` says and whether it is whole; never raises."""
    return standalone_verify.read_journal(folder, Account())


def _entry(
    count: int, before: bytes | None, kind: str, facts: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Return an entry and its line, given how many lines there are and the last one."""
    entry: dict[str, Any] = {"n": count + 1, "kind": kind, "at": moment()}
    entry["previous"] = START if before is None else sha256(before)
    entry |= dict(sorted(facts.items()))
    text = json.dumps(entry, allow_nan=False)
    own = sha256(text.encode())
    return entry | {"sum": own}, f'{text[:-1]}, "sum": "{own}"}}'.encode()
