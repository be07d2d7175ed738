"""A locked document: a file that keeps every version of something that people decided.

What is locked is any JSON value (an analysis plan). The file is an append-only chain::

    {"form": "runrecord-versions/1", "versions": [
      {"version": 1, "at": "…Z", "by": "…", "why": "…", "previous": "<64 zeros>",
       "content": …, "content_sha256": "…", "beside": …, "sum": "<sha256>"}, …]}

``sum`` is the digest of a version without ``sum``, ``previous`` that of the version before. A later
locking is a further version; the older ones stay. ``beside`` is what belongs to the content and
decides nothing, such as labels.

The chain has no key: who may write the file can compute it anew. So each locking is an entry of the
journal too (``plan_lock``), each run notes the version that stood at the end of the file when it
started, and the file is the input of a job. Against these `verify` finds a version that was
changed, removed, replaced by an older one, moved or dated otherwise, also with all digests of the
file computed anew, and a document that later runs use no more.

What it cannot find:

- Who rewrites document, journal and results together, before any of it was signed, published or
  handed on, leaves no trace. The signature of a run, or the digest of the version published (in a
  registry, a letter, a preprint) when it is locked, closes that: ``sum`` is made for it.
- A clock that was wrong, or set back, when the first entry of a journal was written.
- A version that was locked in another results folder has no entry here. That is no fault, and told
  as a note: its date rests on the other journal.
- The entry of a locking that was cut off the end of the journal before any run noted the version:
  it then looks as if it had been locked elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from runrecord.checking.standalone_verify import (
    START,
    VERSIONS,
    canonical,
    read_versions,
    sha256,
    sum_of,
    time_of,
)
from runrecord.digest import file_digest, json_text, write_text
from runrecord.environment import moment
from runrecord.errors import UserError

Version = dict[str, Any]
RULE = "a locked document keeps every version, unchanged and in its order"


def read(path: str | Path) -> list[Version]:
    """Return the versions of a locked document, the first one first.

    Raises:
        UserError: it is not there, or its chain is broken.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        problems = ["it is missing or cannot be read"]
    else:
        versions, problems = read_versions(text)
    if problems:
        raise UserError(
            f"A locked document is not as it was locked: {'; '.join(problems)}",
            where=Path(path).as_posix(),
            rule=RULE,
            remedy="put the file back as it was locked, from the repository or a copy",
        )
    return versions


def head(path: str | Path) -> dict[str, Any]:
    """Return what a run notes of a locked document: digest, last version and its ``sum``.

    They are the facts of an entry ``plan_lock`` too.

    Raises:
        UserError: as `read`.
    """
    last = read(path)[-1]
    facts = {"sha256": file_digest(path), "version": last["version"]}
    return facts | {"version_sha256": last["sum"]}


def append(path: str | Path, content: Any, beside: Any, *, by: str, why: str) -> Version:
    """Lock a further version, the first one where the file is not there yet; return it.

    Args:
        path: the file.
        content: what is locked, a JSON value.
        beside: what belongs to it and decides nothing.
        by: who locks it.
        why: the reason.

    Raises:
        UserError: the file is not whole, says the same already, or is dated after now.
    """
    versions = read(path) if Path(path).exists() else []
    content, beside = json.loads(json.dumps([content, beside]))
    digest, now = sha256(canonical(content).encode()), moment()
    if versions and versions[-1]["content_sha256"] == digest:
        raise UserError(
            f"Version {versions[-1]['version']} locks exactly this already",
            where=Path(path).as_posix(),
            rule="a further version is locked where something differs",
            remedy="nothing is to be done",
        )
    if versions and time_of(versions[-1]["at"]) > time_of(now):
        raise UserError(
            f"The last version is dated {versions[-1]['at']}, which is after now",
            where=Path(path).as_posix(),
            rule="versions follow each other in time",
            remedy="set the clock of this machine",
        )
    version = {
        "version": len(versions) + 1,
        "at": now,
        "by": by,
        "why": why,
        "previous": versions[-1]["sum"] if versions else START,
        "content": content,
        "content_sha256": digest,
        "beside": beside,
    }
    version["sum"] = sum_of(version)
    write_text(path, json_text({"form": VERSIONS, "versions": [*versions, version]}))
    return version
