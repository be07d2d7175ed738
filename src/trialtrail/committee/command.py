"""Make the two editions for a monitoring committee, and note in the journal who made which.

The open edition is pooled over the arms. The closed one is by arm, and is written in no other form
than encrypted for its readers: its plain bytes stay in memory.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runrecord import journal
from runrecord.graph import results_folder

from trialtrail.configuration.kind_of_study import needs_trial
from trialtrail.errors import StudyError
from trialtrail.results.disclosure import MINIMUM

if TYPE_CHECKING:
    from trialtrail.committee.readers import Reader

OPEN, CLOSED = "open.pdf", "closed.pdf.age"
KIND = "edition"
COMMITTEE = "data monitoring committee"
"""What a committee is called that has no name."""
RULE = "an edition is noted with who made it, why, and for whom"
OURS, PRIVATE = 0o644, 0o600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail editions`."""
    parser.add_argument("--into", required=True, metavar="FOLDER", help="a folder that is not yet")
    parser.add_argument("--by", required=True, metavar="NAME", help="who makes them")
    parser.add_argument(
        "--why", required=True, metavar="TEXT", help="the reason, without a participant's value"
    )
    parser.add_argument(
        "--reader",
        action="append",
        default=[],
        metavar="NAME=KEY",
        help="a reader of the closed edition, with the public key: age1... or ssh-ed25519 ...",
    )
    parser.add_argument("--committee", metavar="NAME", help="what the committee is called")
    parser.add_argument(
        "--minimum",
        type=int,
        default=MINIMUM,
        help="least count in the open edition (%(default)s)",
    )


def command(arguments: argparse.Namespace) -> int:
    """Make both editions; tell where they are, and nothing of what is in them."""
    results = results_folder(arguments.results)
    target = Path(arguments.into)
    for part in ("by", "why"):
        if not getattr(arguments, part).strip():
            raise StudyError(f"--{part} says nothing", rule=RULE, remedy="give a name and a reason")
    if arguments.minimum < 1:
        raise StudyError("The least count is below 1", remedy="give --minimum 5, or more")
    check_target(target, results)
    from trialtrail.committee.editions import Editions
    from trialtrail.committee.readers import encrypt, readers_of
    from trialtrail.committee.sealed import SealedRun

    if arguments.reader:
        readers_of([], arguments.reader)
    run = SealedRun(results)
    needs_trial({"study": run.study}, "An edition for a monitoring committee")
    configured = run.configured("committee")
    readers = readers_of(configured.get("readers") or [], arguments.reader)
    committee = _name_of(arguments.committee, configured)
    editions = Editions(run, committee, arguments.minimum)
    pooled, by_arm = editions.open(), editions.closed()
    files = {OPEN: pooled, CLOSED: encrypt(by_arm, readers)}
    facts = {
        "by": arguments.by.strip(),
        "why": arguments.why.strip(),
        "committee": committee,
        "readers": [{"name": each.name, "key": each.fingerprint} for each in readers],
        "manifest_sha256": run.manifest,
        "editions": {name: _digest(data) for name, data in files.items()},
        "closed_plain_sha256": _digest(by_arm),
    }
    entry = put(target, files, results / "lineage", facts)
    _tell(target, readers, entry["n"])
    return 0


def _name_of(given: str | None, configured: Mapping[str, Any]) -> str:
    name = given or configured.get("name") or ""
    return " ".join(name.split()) or COMMITTEE


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def check_target(target: Path, results: Path) -> None:
    """Refuse a folder that holds anything, lies within the results, or could not be made.

    Raises:
        StudyError: it does, or it is no folder.
    """
    if not target.parent.is_dir():
        raise StudyError(
            "The folder in which the editions' folder would be is not there",
            where=target.parent.as_posix(),
            rule="one folder is made, that of the editions",
            remedy="make it, or name another",
        )
    if target.resolve().is_relative_to(results.resolve()):
        raise StudyError(
            "The editions would lie within the results, and all that lies there is sealed",
            where=target.as_posix(),
            rule="a results folder holds what the run made",
            remedy="name a folder elsewhere",
        )
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise StudyError(
            "There is something already where the editions would be",
            where=target.as_posix(),
            rule="an edition that was given out is never overwritten",
            remedy="name a folder that is not yet, or an empty one",
        )


def put(
    target: Path, files: Mapping[str, bytes], folder: Path, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Put files into a new folder, whole or not at all, and return the entry of the journal.

    The entry is written when all files are on the disk and before they have their name: so no
    edition is without an entry, whatever stops the program.

    Raises:
        StudyError: the disk is full, or the folder or the journal cannot be written.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.mkdir()
        for name, data in files.items():
            _write(draft / name, data, PRIVATE if name == CLOSED else OURS)
        entry = journal.append(folder, KIND, **facts)
        os.rename(draft, target)
    except OSError as error:
        raise StudyError(
            f"The editions cannot be written: {error.strerror}",
            where=target.as_posix(),
            rule="both editions are there, or none is",
            remedy="make space, or name another folder, and ask again",
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return entry


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file of the given mode, and wait until it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _tell(target: Path, readers: Sequence[Reader], entry: int) -> None:
    print(f"open    {(target / OPEN).as_posix()}, for all: nothing in it is of one arm")
    names = ", ".join(f"{reader.name} ({reader.fingerprint})" for reader in readers)
    print(f"closed  {(target / CLOSED).as_posix()}, encrypted for {names}")
    print(f"noted as entry {entry} of the journal; it is sealed with the next run")
