"""The time left of a run: from how long the jobs took, now or in an earlier run."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

RECORDS = "results/lineage/records"
"""Records of jobs, below the working folder."""
ENOUGH = 3
"""Jobs that must have ended before a pace is made of them."""
SHARE = 4
"""Without an earlier run nothing is said until one job in so many has ended."""
START = 0.4
"""Seconds that a job takes beside what its record holds: Snakemake and the interpreter start it."""
CALM = 0.3
"""Share of the whole run by which its beginning is kept from deciding how slow it is."""


def earlier_lengths(folder: str | Path) -> dict[str, float]:
    """Return the mean seconds that a job of each rule took, from the records in ``folder``.

    What cannot be read is passed over: it is only an estimate that is made of it.
    """
    found: dict[str, list[float]] = {}
    for path in Path(folder).glob("*.json"):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            rule, run = record["result"]["rule"], record["run"]
            start, end = (datetime.fromisoformat(run[key]) for key in ("start", "end"))
            seconds = (end - start).total_seconds()
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if run.get("exit") == 0 and seconds >= 0 and isinstance(rule, str):
            found.setdefault(rule, []).append(seconds)
    return {rule: sum(seconds) / len(seconds) for rule, seconds in found.items()}


def lengths(planned: Mapping[str, int], earlier: Mapping[str, float]) -> dict[str, float] | None:
    """Return the seconds that a job of each rule should take; None where too little is known.

    The few rules that were not in the earlier run are taken to be as long as its mean.

    Args:
        planned: how many jobs of each rule this run has.
        earlier: seconds by rule, of an earlier run.
    """
    if 2 * sum(count for rule, count in planned.items() if rule in earlier) < sum(planned.values()):
        return None
    mean = sum(earlier.values()) / len(earlier) if earlier else 0.0
    return {rule: earlier.get(rule, mean) + START for rule in planned}


def corrected(left: float, expected: float, elapsed: float) -> float:
    """Return the seconds left of a run, corrected by how it has gone so far.

    The run is slower by the time that has passed over the time that should have. Both are taken to
    have begun with a share of the whole, so that the first jobs alone do not decide.

    Args:
        left: seconds left if all goes as before.
        expected: seconds that the whole run should take.
        elapsed: seconds since its first job started.
    """
    share = CALM * expected
    passed = max(expected - left, 0.0)
    return left * (elapsed + share) / (passed + share) if passed + share > 0 else left


def by_pace(done: int, total: int, seconds: float) -> float | None:
    """Return the seconds left if the rest takes as long a job; None while too few have ended."""
    if done < max(ENOUGH, total / SHARE):
        return None
    return seconds / done * (total - done)


def time_left(
    waiting: Mapping[str, int],
    running: Iterable[tuple[str, float]],
    needs: Mapping[str, set[str]],
    cores: int,
    length: Callable[[str], float],
) -> float:
    """Return the seconds until the last job ends, if jobs start as soon as they can.

    Args:
        waiting: how many jobs of each rule have not started.
        running: rule of each job that runs, and the seconds since it started.
        needs: the rules that a rule comes after.
        cores: how many jobs run at a time.
        length: the seconds that a job of a rule takes.
    """
    waiting = {rule: count for rule, count in waiting.items() if count > 0}
    ends = [(max(length(rule) - since, 0.0), rule) for rule, since in running]
    heapq.heapify(ends)
    open_jobs = dict(waiting)
    for _, rule in ends:
        open_jobs[rule] = open_jobs.get(rule, 0) + 1
    clock = 0.0
    while ends or waiting:
        ready = [rule for rule in waiting if not any(map(open_jobs.get, needs.get(rule, ())))]
        if not ready and not ends:
            ready = list(waiting)  # the order does not hold for these jobs: take them as they come
        for rule in ready:
            while rule in waiting and len(ends) < max(cores, 1):
                heapq.heappush(ends, (clock + length(rule), rule))
                waiting[rule] -= 1
                if not waiting[rule]:
                    del waiting[rule]
        clock, rule = heapq.heappop(ends)
        open_jobs[rule] -= 1
    return clock
