"""At the end of a run: was anything that it rests on edited while it went on?

The seal compares the files with what the jobs read. What is edited after it, and before the run
ends, would make a run that says 'done' over files that are others.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from runrecord import installed, journal
from runrecord.digest import file_digest
from runrecord.errors import UserError
from runrecord.graph import Graph
from runrecord.seal import RESULTS

LENIENCE = 120.0
"""Seconds by which the clock of a file system may differ; what is touched is compared anyway."""


def edited_meanwhile(trail: str | Path) -> list[str]:
    """Return what was edited since the run began: files of the manifest, and of libraries.

    The manifest counts if the run has sealed its results. Of a run to a target before that, it is
    the one of an earlier run, and a raw file may well be another since.

    Args:
        trail: the folder of the lineage in the results of the run, from the working folder.
    """
    start = journal.read(trail).last("run_start")
    if start is None:
        return []
    since = datetime.fromisoformat(start["at"]).timestamp() - LENIENCE
    results = Path(trail).parent
    empty = {"files": [], "jobs": [], "used": [], "generated": []}
    sealed = Graph(empty, results).sealed() if _has_sealed(Path(trail), start["n"]) else {}
    found = [
        path
        for path, digest in sealed.items()
        if not path.startswith(RESULTS)
        and installed.changed_at(results.parent / path) >= since
        and not (os.path.isfile(path) and file_digest(path) == digest)
    ]
    return [*found, *installed.here().edited_since(since)]


def _has_sealed(trail: Path, start: int) -> bool:
    """Return whether the results were sealed since the entry ``start`` of the journal."""
    try:
        return json.loads((trail / journal.HEAD).read_bytes())["entries"] >= start
    except (OSError, ValueError, KeyError, TypeError):
        return True


def stop_on_edits(edited: list[str]) -> None:
    """End Snakemake with a message where something was edited.

    Raises:
        SystemExit: something was.
    """
    if edited:
        error = UserError(
            "Edited while the run went on: the results are of what was there before",
            where=", ".join(edited),
            rule="what a run rests on stays as it is until the run has ended",
            remedy="run snakemake again: it runs what the edit changes",
        )
        print(error.text(), file=sys.stderr, flush=True)
        raise SystemExit(1)
