"""The state of a run, as the events of Snakemake tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from snakemake_logger_plugin_trialtrail.forecast import by_pace, corrected, lengths, time_left
from snakemake_logger_plugin_trialtrail.stages import TARGET

LATE = 3.0
"""A job that has taken so many times as long as expected: nobody knows how long it will take."""
GRACE = 5.0
"""Seconds that a job may take longer than that, however short it is."""


@dataclass
class Stage:
    """The jobs of one rule file: how many there are, how many are done, and since when.

    Attributes:
        started, ended: seconds on the clock of the run; None before the first job starts or ends.
    """

    name: str
    jobs: int
    done: int = 0
    started: float | None = None
    ended: float | None = None

    @property
    def is_done(self) -> bool:
        """Return whether all its jobs are done."""
        return self.done >= self.jobs


@dataclass
class Job:
    """A job that was started: its rule, and what it writes as Snakemake names it."""

    rule: str = ""
    outputs: list[str] = field(default_factory=list)
    since: float = 0.0


class Run:
    """Counts the jobs of a run by stage.

    All times are seconds on one clock, which the caller reads.

    Args:
        planned: how many jobs of each rule the run has.
        stage_of: the stage of each rule, in the order in which stages are told; `TARGET` for the
            rules that only name what is wanted, whose jobs are not counted.
        needs: the rules that each rule comes after.
        earlier: seconds that a job of a rule took in an earlier run.
        cores: how many jobs run at a time.
    """

    def __init__(
        self,
        planned: Mapping[str, int],
        stage_of: Mapping[str, str],
        needs: Mapping[str, set[str]],
        earlier: Mapping[str, float],
        cores: int,
    ) -> None:
        self.stage_of, self.needs, self.earlier, self.cores = stage_of, needs, earlier, cores
        self.planned = Counter(
            {rule: count for rule, count in planned.items() if self._counts(rule)}
        )
        self.total = self._planned = self.planned.total()
        self._targets = sum(planned.values()) - self.total
        self.done = 0
        self.failed: list[str] = []
        self.interrupted = False
        self.stages = {
            name: Stage(name, count)
            for name in dict.fromkeys(stage_of.values())
            if (count := sum(self.planned[rule] for rule in stage_of if stage_of[rule] == name))
        }
        self.running: dict[object, Job] = {}
        self._known: dict[object, Job] = {}
        self._ended: Counter[str] = Counter()
        self._first: float | None = None
        self._expected: float | None = None

    def _counts(self, rule: str) -> bool:
        return self.stage_of.get(rule) != TARGET

    def started(self, number: object, now: float) -> None:
        """Note that a job was started; what it is may be told later."""
        job = self._known.get(number, Job())
        job.since = now
        self._first = now if self._first is None else self._first
        self.running[number] = job
        self._begin(job)

    def told(self, number: object, rule: str, outputs: list[str], now: float) -> None:
        """Note what a job is."""
        job = self.running.get(number) or Job(since=now)
        job.rule, job.outputs = rule, outputs
        self._known[number] = job
        if number in self.running:
            self._begin(job)

    def _begin(self, job: Job) -> None:
        stage = self.stages.get(self.stage_of.get(job.rule, ""))
        if stage is not None and stage.started is None:
            stage.started = job.since

    def finished(self, number: object, now: float) -> tuple[Job, Stage | None]:
        """Note that a job is done; return it, and its stage where it was the last of it."""
        job = self.running.pop(number, None) or self._known.get(number, Job(since=now))
        if not self._counts(job.rule):
            return job, None
        self.done += 1
        self._ended[job.rule] += 1
        stage = self.stages.get(self.stage_of.get(job.rule, ""))
        if stage is None:
            return job, None
        was_done = stage.is_done
        stage.done += 1
        stage.ended = now
        return job, stage if stage.is_done and not was_done else None

    def broke(self, number: object, rule: str) -> None:
        """Note that a job failed; it may be tried again."""
        self.running.pop(number, None)
        self.failed.append(rule)

    def of(self, total: int) -> None:
        """Note how many jobs Snakemake counts now, targets with them; more may come on the way."""
        self.total = max(total - self._targets, self._planned, self.done)

    def time_left(self, now: float) -> float | None:
        """Return the seconds until the run ends, or None while that is not known."""
        if self.failed or self.interrupted or self._first is None:
            return None
        length = lengths(self.planned, self.earlier)
        if length is None:
            return by_pace(self.done, self.total, now - self._first)
        jobs = self.running.values()
        active = [(job.rule, now - job.since) for job in jobs if job.rule in length]
        if any(since > LATE * length[rule] + GRACE for rule, since in active):
            return None
        at_work = Counter(rule for rule, _ in active)
        waiting = {
            rule: count - self._ended[rule] - at_work[rule] for rule, count in self.planned.items()
        }
        left = time_left(waiting, active, self.needs, self.cores, length.__getitem__)
        if self._expected is None:
            self._expected = left + now - self._first
        return corrected(left, self._expected, now - self._first)
