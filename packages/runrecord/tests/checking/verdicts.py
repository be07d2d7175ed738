"""What both verifiers say of a small sealed folder, and how its files are changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from runrecord.checking import standalone_verify
from runrecord.checking.verify import Check
from runrecord.digest import json_text
from small_study import read_json

LINEAGE, MANIFEST = "results/lineage/lineage.json", "results/lineage/manifest.sha256"
JOURNAL = "results/lineage/journal.jsonl"


VERIFIER = "results/lineage/verify.py"


BOTH = (Check, standalone_verify.Check)


def faults(results: str | Path = "results") -> dict[str, list[str]]:
    """Return what is wrong by file, which command and stand-alone program tell alike."""
    command, alone = (kind(results) for kind in BOTH)
    assert command.run() == alone.run()
    assert command.faults == alone.faults
    return command.faults


def run_alone(*options: str, python: tuple[str, ...] = ("-I",)) -> subprocess.CompletedProcess:
    """Run the program that lies in the folder."""
    command = [sys.executable, *python, VERIFIER, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def edit(path: str, change) -> None:
    """Change a JSON file."""
    value = read_json(path)
    change(value)
    Path(path).write_text(json_text(value))
