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

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.lineage.digest import DAMAGE, file_digest, json_text
from trialtrail.lineage.environment import moment

FILE, HEAD = "journal.jsonl", "journal_head.json"
"""The journal and the seal's note of how far it went, both in ``results/lineage``."""
FORM = "trialtrail-journal-head/1"
START = "0" * 64
"""What stands for the line before the first."""
KINDS = ("run_start", "run_end", "attempt", "resolution", "lock", "unblinding", "verdict")
TORN = "torn"
"""Notes that the line before was cut off while it was written (power, disk); it stays as it is."""
RESERVED = frozenset({"n", "kind", "at", "previous", "sum"})
FOLDER = "results/lineage"
MANIFEST = "manifest.sha256"


class JournalError(StudyError):
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
            self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
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
            with _locked(self._file, fcntl.LOCK_EX):
                return self._add(kind, facts)
        except OSError as error:
            raise self._refuse("written", error) from None

    def _add(self, kind: str, facts: dict[str, Any]) -> dict[str, Any]:
        lines, torn = _lines(os.pread(self._file, os.fstat(self._file).st_size, 0))
        if torn:
            self._write(b"\n")
            entry, line = _entry(len(lines), lines[-1], TORN, {"bytes": len(lines[-1])})
            self._write(line + b"\n")
            lines.append(line)
        entry, line = _entry(len(lines), lines[-1] if lines else None, kind, facts)
        self._write(line + b"\n")
        os.fsync(self._file)
        return entry

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


@dataclass
class Account:
    """What a journal says, and what is wrong with it.

    Attributes:
        entries: those that can be read, by number.
        problems: by what the chain, the seal or the runs are broken.
        notes: what is no fault and worth knowing.
        sealed: number of entries at the time of the seal; 0 where that is not known.
    """

    entries: dict[int, dict[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sealed: int = 0

    def last_attempts(self) -> dict[str, dict[str, Any]]:
        """Return the last attempt at each job."""
        attempts = (entry for entry in self.entries.values() if entry["kind"] == "attempt")
        return {entry.get("job", ""): entry for entry in attempts}

    def last_lock(self) -> dict[str, Any] | None:
        """Return the last time the raw data were locked."""
        locks = [entry for entry in self.entries.values() if entry["kind"] == "lock"]
        return locks[-1] if locks else None

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

    def last_end(self) -> dict[str, Any] | None:
        """Return the end of the last run that ended."""
        ends = [entry for entry in self.entries.values() if entry["kind"] == "run_end"]
        return ends[-1] if ends else None


def append(folder: str | Path, kind: str, **facts: Any) -> dict[str, Any]:
    """Append one entry to the journal in ``folder``; see `Journal.append`."""
    with Journal(folder) as journal:
        return journal.append(kind, **facts)


def run_started(
    folder: str | Path, configuration: str | Path, touch: bool = False, remote: bool = False
) -> None:
    """Note that a run starts.

    Args:
        folder: that of the lineage.
        configuration: the file that describes the study.
        touch: it does no job and only touches files.
        remote: its jobs are sent to other machines.
    """
    told = {"configuration": {Path(configuration).name: file_digest(configuration)}, "touch": touch}
    append(folder, "run_start", **told, **({"remote": True} if remote else {}))


def run_ended(folder: str | Path, outcome: str) -> None:
    """Note how a run ended (``done`` or ``failed``), and which manifest then stood."""
    manifest = Path(folder) / MANIFEST
    digest = file_digest(manifest) if manifest.is_file() else None
    append(folder, "run_end", outcome=outcome, manifest_sha256=digest)


def head(path: str | Path) -> tuple[int, str]:
    """Return how many entries a journal has, and the digest of the last one; 0 of none."""
    try:
        with open(path, "rb") as stream, _locked(stream, fcntl.LOCK_SH):
            lines, _ = _lines(stream.read())
    except FileNotFoundError:
        lines = []
    return len(lines), _digest(lines[-1]) if lines else START


def write_head(path: str | Path) -> None:
    """Write how many entries the journal beside ``path`` has, and the digest of the last one."""
    entries, last = head(Path(path).with_name(FILE))
    # Not by a draft that is renamed: a confined job may write its outputs and no file beside them.
    told = {"form": FORM, "entries": entries, "head": last}
    Path(path).write_text(json_text(told), encoding="utf-8")


def check(folder: str | Path) -> list[str]:
    """Return what is wrong with the journal in ``folder``, nothing where it is whole."""
    return read(folder).problems


def read(folder: str | Path) -> Account:
    """Return what the journal in ``folder`` says and whether it is whole; never raises."""
    account = Account()
    try:
        lines, torn = _lines((Path(folder) / FILE).read_bytes())
    except OSError:
        account.problems.append("is missing or cannot be read")
        return account
    if torn:
        account.problems.append(f"entry {len(lines)}, the last, is cut off")
    _check_chain(lines, account)
    _check_head(lines, Path(folder) / HEAD, account)
    _check_runs(account)
    return account


def _check_chain(lines: list[bytes], account: Account) -> None:
    """Compare each entry with its own sum, its place, and the line before."""
    previous = START
    for number, line in enumerate(lines, 1):
        entry = _read_entry(line)
        if entry is not None:
            account.entries[number] = entry
            if entry["n"] != number:
                account.problems.append(
                    f"entry {number} was written as number {entry['n']}:"
                    " entries were deleted, added or moved"
                )
            elif entry["previous"] != previous:
                account.problems.append(
                    f"entry {number} does not follow the one before:"
                    " that one was changed, or put in its place"
                )
        elif b'"kind": "torn"' in b"".join(lines[number : number + 1]):
            account.notes.append(f"entry {number} of the journal was cut off while it was written")
        else:
            account.problems.append(f"entry {number} has been changed: its sum is another")
        previous = _digest(line)


def _check_head(lines: list[bytes], path: Path, account: Account) -> None:
    """Compare the journal with what the seal noted of it."""
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        account.sealed, sealed = int(head["entries"]), head["head"]
    except DAMAGE:
        account.problems.append(f"{HEAD}, what the seal noted of it, is missing or damaged")
        return
    if account.sealed > len(lines):
        lost = account.sealed - len(lines)
        account.problems.append(
            f"{lost} of the {account.sealed} entries that were sealed are gone from the end"
        )
    elif account.sealed and _digest(lines[account.sealed - 1]) != sealed:
        account.problems.append(f"entry {account.sealed} is not the one that was sealed")


def _check_runs(account: Account) -> None:
    """Tell of a run without its end or start, of attempts outside of runs, of runs of no job."""
    started, attempts, touched = 0, 0, False
    for number, entry in account.entries.items():
        tell = account.problems if number > account.sealed else account.notes
        if entry["kind"] == "run_start":
            if started:
                account.notes.append(f"the run of entry {started} was stopped by force")
            started, attempts, touched = number, 0, entry.get("touch") is True
        elif entry["kind"] == "attempt":
            attempts += 1
            if not started:
                tell.append(f"entry {number}, an attempt, is outside of any run (--no-hooks?)")
        elif entry["kind"] == "run_end":
            if not started:
                tell.append(f"entry {number} ends a run that has no start")
            elif touched or (not attempts and entry.get("outcome") == "done"):
                tell.append(
                    f"the run of entry {started} did no job and marked files as made"
                    " (snakemake --touch)"
                )
            started = 0
    if started:
        account.problems.append(
            f"the run of entry {started} has no end: it still runs, was stopped by force,"
            " or entries were cut off"
        )


def _entry(
    count: int, before: bytes | None, kind: str, facts: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Return an entry and its line, given how many lines there are and the last one."""
    entry: dict[str, Any] = {"n": count + 1, "kind": kind, "at": moment()}
    entry["previous"] = START if before is None else _digest(before)
    entry |= dict(sorted(facts.items()))
    text = json.dumps(entry, allow_nan=False)
    own = _digest(text.encode())
    return entry | {"sum": own}, f'{text[:-1]}, "sum": "{own}"}}'.encode()


def _read_entry(line: bytes) -> dict[str, Any] | None:
    """Return an entry, None unless the line is as it was written."""
    body, mark, own = line.rpartition(b', "sum": "')
    if not mark or own != f'{_digest(body + b"}")}"}}'.encode():
        return None
    try:
        entry = json.loads(line)
        return entry if {"n", "kind", "at", "previous"} <= entry.keys() else None
    except DAMAGE:
        return None


def _lines(data: bytes) -> tuple[list[bytes], bool]:
    """Return the lines without their ends, and whether the last one is cut off."""
    lines = data.split(b"\n")
    torn = lines.pop()
    return ([*lines, torn], True) if torn else (lines, False)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def _locked(file: Any, how: int) -> Iterator[None]:
    """Hold a lock on an open file; other processes wait for it."""
    fcntl.flock(file, how)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
