"""Tell how the jobs of a run ran: no fault, and what a reader of the results should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from runrecord.digest import DAMAGE
from runrecord.graph import counted
from runrecord.seal import RESULTS

RECORDS = f"the records in {RESULTS}lineage/records/"
JOBS = ("job was", "jobs were")


def circumstances(records: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is no fault in how the jobs ran, and what a reader should know of it."""
    loose: Counter[str] = Counter()
    dirty = open_to_others = unchecked = uncompiled = unlocked = 0
    seen: dict[str, set[str]] = {"commit": set(), "version of Python": set(), "lock file": set()}
    libraries: set[str] = set()
    for record in records.values():
        with suppress(*DAMAGE):  # a damaged record is reported elsewhere
            run, around = record["run"], record["environment"]
            if not run["confined"]["by"]:
                loose[run["confined"]["why"]] += 1
            dirty += run["git"]["clean"] is False
            lock = ",".join(sorted(around["lock"].values()))
            for what, found in zip(
                seen, (run["git"]["commit"], around["python"], lock), strict=True
            ):
                seen[what].add(found)
            open_to_others += not around["isolated"]
            unlocked += around.get("from_lock") is False
            unchecked += around["installed"] is None
            if around["installed"] is not None:
                uncompiled += around["installed"]["compiled"] is None
                libraries.add(around["installed"]["sha256"])
    for why, jobs in sorted(loose.items()):
        yield f"{counted(jobs, JOBS)} not confined to what the rules declare: {why}"
    if dirty:
        yield f"{counted(dirty, JOBS)} run from a checkout with changes that are in no commit"
    if open_to_others:
        what = "started so that modules of other places could take part"
        yield f"{counted(open_to_others, JOBS)} {what}"
    if unlocked:
        yield f"{counted(unlocked, JOBS)} run on libraries that are not from the lock file"
    if unchecked:
        yield f"{counted(unchecked, JOBS)} run on libraries that were not compared with their lists"
    if uncompiled:
        yield f"{counted(uncompiled, JOBS)} run on byte code of libraries that was not checked"
    for what, found in (seen | {"set of libraries": libraries}).items():
        if len(found) > 1:
            yield f"the jobs ran on more than one {what}; {RECORDS} say which ran on what"
    yield from _undeclared(records)


def _undeclared(records: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Tell of modules that a job loaded and its rule does not declare: no rerun follows."""
    loaded: dict[str, list[str]] = {}
    for job, record in records.items():
        for name, about in record["result"]["modules"].items():
            if about.get("declared") is False:
                loaded.setdefault(name, []).append(job)
    for name, jobs in sorted(loaded.items()):
        more = f" and {len(jobs) - 1} more" if jobs[1:] else ""
        yield f"{name} was loaded by {jobs[0]}{more}, whose rule does not declare it"
