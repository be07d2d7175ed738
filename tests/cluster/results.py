"""What two runs of a study have in common: the digests of what they made."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

from tests.cluster.node import PARTS

OF_A_RUN = ("lineage/", "logs/")
"""Parts of the results that tell of a run and not of the study."""
RECORDS = "results/lineage/records/"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each result, and of each job's record what does not tell of a run.

    A job that reads records reads times and hosts: of its record nothing is compared.
    """
    results = folder / "results"
    names = [path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file()]
    found = {name: digest(results / name) for name in names if not name.startswith(OF_A_RUN)}
    lineage = json.loads((results / "lineage/lineage.json").read_text(encoding="utf-8"))
    reading = {use["job"] for use in lineage["used"] if use["file"].startswith(RECORDS)}
    jobs = [job for job in lineage["jobs"] if job["id"] not in reading]
    return found | {f"job {job['id']}": job["result_sha256"] for job in jobs}


def compared(one: dict[str, str], other: dict[str, str]) -> dict[str, int]:
    """Return how many digests there are of each part, once they are seen to be equal.

    Raises:
        AssertionError: a file or job is there on one side only, or differs; all are named.
    """
    differing = sorted(
        name for name in one.keys() | other.keys() if one.get(name) != other.get(name)
    )
    assert not differing, differing
    counts = Counter(part_of(name) for name in one)
    assert set(PARTS) <= set(counts)
    return dict(sorted(counts.items()))


def part_of(name: str) -> str:
    """Return to which part of the results a file belongs."""
    if name.startswith("job "):
        return "records of jobs"
    return next((part for part, place in PARTS.items() if name.startswith(place)), "other files")
