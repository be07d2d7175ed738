"""The few lines that end a run: where the report is, and what was found on the way."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from runrecord.graph import MANIFEST, sealed_digests

from trialtrail.trail.absent import NOT_HERE, absent_files, kinds_of
from trialtrail.trail.results_lock import what_differs

FIRST = ("error", "warning", "note", "reproduced", "differs", "not computable")
"""The order in which severities and verdicts are reported; others follow by name."""
DOCUMENTS = ("report.pdf", "supplement.pdf", "report.html")
"""The report as it is read, in the order in which its files are named."""


def summary(results: str | Path) -> str:
    """Return the summary of a results folder; what is not there is not reported.

    Where a file `results.lock` is committed, the printed numbers that differ from it are named.

    The report counts as missing only where no form of it is there.
    """
    results = Path(results)
    lines: list[tuple[str, str]] = []
    forms = [results / "report" / name for name in DOCUMENTS]
    present = [path.as_posix() for path in forms if path.is_file()]
    lines.append(("report", present[0] if present else "not made"))
    lines += [("", path) for path in present[1:]]
    for label, path, column in (
        ("queries", results / "validation/queries.csv", "severity"),
        ("claims", results / "tables/claims.csv", "verdict"),
    ):
        if path.is_file():
            lines.append((label, _tally(path, column)))
    manifest = results / MANIFEST
    if manifest.is_file():
        listed = {*sealed_digests(results)}
        lines.append(("files", f"{len(listed):,} used or made, listed in {manifest.as_posix()}"))
        if absent := absent_files(results, listed):
            lines.append(("", f"{NOT_HERE}: {kinds_of(results, absent)}"))
    told = what_differs(results)
    lines += [("lock", told[0]), *(("", text) for text in told[1:])] if told else []
    return "\n".join(f"{label:<8} {text}" for label, text in lines)


def _tally(path: Path, column: str) -> str:
    """Return how many rows a table has, and how many by what stands in a column."""
    with path.open(encoding="utf-8", newline="") as stream:
        counts = Counter(row.get(column) or "unnamed" for row in csv.DictReader(stream))
    rank = {name: place for place, name in enumerate(FIRST)}
    names = sorted(counts, key=lambda name: (rank.get(name, len(rank)), name))
    parts = ", ".join(f"{counts[name]:,} {name}" for name in names)
    total = f"{sum(counts.values()):,}"
    return f"{total}: {parts}" if parts else "none"
