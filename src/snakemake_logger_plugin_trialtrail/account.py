"""What is said of a run as it goes; loaded only where there is something to run."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from snakemake_logger_plugin_trialtrail import words
from snakemake_logger_plugin_trialtrail.forecast import RECORDS, earlier_lengths
from snakemake_logger_plugin_trialtrail.progress import Run
from snakemake_logger_plugin_trialtrail.queries import NAME, first_query
from snakemake_logger_plugin_trialtrail.stages import read_stages

ANNOTATION = re.compile(r" \([^()]*\)$")
"""What Snakemake adds to the name of an output in its messages: ``x.csv (update)``."""
AGAIN = 1.0
"""Seconds after which the time left is estimated again."""


class Account:
    """A run on the clock, and the lines that its events give.

    Args:
        start: when the run began, on the monotonic clock.
        snakefile: its main Snakefile, whose includes are the stages; empty if that is not known.
        folder: its working folder.
        planned: how many jobs of each rule it has.
        needs: the rules that each rule comes after.
        cores: how many jobs run at a time.
    """

    def __init__(
        self,
        start: float,
        snakefile: str,
        folder: Path,
        planned: Mapping[str, int],
        needs: Mapping[str, set[str]],
        cores: int,
    ) -> None:
        stages = read_stages(snakefile) if snakefile else {}
        # Now, for the records are written anew by the jobs of this run.
        earlier = earlier_lengths(folder / RECORDS)
        self.run = Run(planned, stages, needs, earlier, cores)
        self._start, self._folder = start, folder
        self._left: float | None = None
        self._estimated = 0.0
        self._query_told = False

    def plan(self) -> str:
        """Return what is to be done."""
        return words.plan(self.run)

    def started(self, numbers: Iterable[object]) -> None:
        """Note that jobs were started."""
        for number in numbers:
            self.run.started(number, time.monotonic())

    def told(self, number: object, rule: str, outputs: Iterable[object]) -> None:
        """Note what a job is; ``outputs`` as Snakemake names them in its messages."""
        names = [ANNOTATION.sub("", str(output)) for output in outputs]
        self.run.told(number, rule, names, time.monotonic())

    def finished(self, number: object) -> list[str]:
        """Note that a job is done; return what there is to say: a first query, a stage done."""
        job, stage = self.run.finished(number, time.monotonic())
        said = []
        if not self._query_told and (query := self._query(job.outputs)):
            self._query_told = True
            said.append(query)
        if stage is not None:
            said.append(words.stage_done(self.run, stage))
        return said

    def _query(self, outputs: list[str]) -> str | None:
        for output in outputs:
            if Path(output).name == NAME:
                return first_query(self._folder / output)
        return None

    def broke(self, number: object, rule: str, logs: Iterable[object]) -> str:
        """Note that a job failed; return the line about it."""
        self.run.broke(number, rule)
        return words.job_failed(rule, [str(log) for log in logs])

    def block(self) -> list[str]:
        """Return what is shown while the run is on."""
        now = time.monotonic()
        if now - self._estimated >= AGAIN:
            self._left, self._estimated = self.run.time_left(now), now
        return words.block(self.run, now - self._start, self._left)

    def closing(self) -> str:
        """Return the line that ends the run."""
        return words.closing(self.run, time.monotonic() - self._start)
