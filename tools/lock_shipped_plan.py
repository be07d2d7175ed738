"""Lock the plan of the study that ships anew, in the place of the lock that is there.

    python -m tools.lock_shipped_plan

As long as no version has been released, the lock of the example is replaced and not amended: it
says what the plan is in this state of the repository. A study of one's own is locked, and locked
again, by `trialtrail plan lock`, which keeps every version. The expected table of versions has the
date and the digest of the lock, so it is written anew too.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from runrecord import locked

from trialtrail import ROOT
from trialtrail.cli import main
from trialtrail.planning.deviations import Judged
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.deviations import PlanVersions
from scripts.list_deviations import version_rows

LOCK = ROOT / "studies" / "moments" / "plan_lock.json"
EXPECTED = ROOT / "tests" / "expected" / "plan_versions.csv"
BY = "trialtrail maintainers"
WHY = (
    "The plan of the example that ships, as it stands in this version of the software; "
    "its synthetic data were there before"
)


def lock_anew() -> int:
    """Replace the lock and the expected table of its versions; return the exit code."""
    LOCK.unlink(missing_ok=True)
    with TemporaryDirectory() as folder:  # the entry belongs to no results of this checkout
        results = str(Path(folder) / "results")
        code = main(["plan", "lock", "--by", BY, "--why", WHY, "--results", results])
    versions = locked.read(LOCK)
    rows = version_rows(Judged(versions, versions[-1], None, []))
    write_result(conform(rows, PlanVersions), EXPECTED)
    return code


if __name__ == "__main__":
    raise SystemExit(lock_anew())
