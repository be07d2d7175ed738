"""The command that tells which verdicts and threads are stale, and what seals them anew."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from runrecord.graph import results_folder

from trialtrail.errors import StudyError

TABLES = {"convergence": "verdict", "threads": "step"}
"""Table of the results -> what each of its rows is called."""


def command(options: argparse.Namespace) -> int:
    """Tell the state of each verdict and thread, and the digest to write as its `evidence`."""
    results = results_folder(options.results)
    lines = [
        line
        for name, what in TABLES.items()
        for line in lines_of(results / "tables" / f"{name}.csv", what)
    ]
    if not lines:
        raise StudyError(
            "The run has no joint display and no threads",
            where=str(results / "tables"),
            rule="verdicts are given on the themes of a joint display",
            remedy="list themes under qualitative.joint_display, and run",
        )
    print("\n".join(lines))
    return 0


def lines_of(path: Path, what: str) -> list[str]:
    """Return what is told of each row of a table; nothing where there is no such table."""
    if not path.is_file():
        return []
    with open(path, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    told = []
    for row in rows:
        name = row["row"]
        judged = row.get("fit") or row.get("verdict") or ""
        about = f"{what} {name}: {row['state']}" + (f" ({judged})" if judged else "")
        if row["state"] != "current":
            about += f'\n  after a look at its findings: evidence: "{row["seal"]}"'
        if row.get("contradicts"):
            about += f"\n  contradicts: {row['contradicts']}"
        told.append(about)
    return told
