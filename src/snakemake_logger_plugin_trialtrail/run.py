"""Count the jobs of a run by stage, and word what is said of it: no value of a participant."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from statistics import fmean

from trialtrail.escaping import visible

INCLUDE = re.compile(r"^[ \t]*include:[^\"'\n]*\n?[^\"'\n]*[\"']([^\"'\n]+)[\"']", re.MULTILINE)
RULE = re.compile(r"^[ \t]*(?:rule|checkpoint|use .* as)[ \t]+(\w+)[\w \t]*:", re.MULTILINE)


def read_stages(snakefile: Path) -> dict[str, str | None]:
    """Return the stage of each rule, which is its rule file, in the order of the includes.

    The rules of the Snakefile itself only name what is wanted: they have None. The answer is empty
    where no rule file is included, and lacks one that is included from a computed path.
    """
    text = snakefile.read_text("utf-8", "replace") if snakefile.is_file() else ""
    files = [path for name in INCLUDE.findall(text) if (path := snakefile.parent / name).is_file()]
    found = {rule: p.stem for p in files for rule in RULE.findall(p.read_text("utf-8", "replace"))}
    return found | dict.fromkeys(RULE.findall(text)) if found else {}


def read_seconds(records: Path) -> dict[str, float]:
    """Return the mean seconds of a job of each rule in the last run, from what can be read."""
    found = defaultdict(list)
    for path in records.glob("*.json"):
        try:
            record = json.loads(path.read_bytes())
            start, end = (datetime.fromisoformat(record["run"][key]) for key in ("start", "end"))
            if record["run"]["exit"] == 0:
                found[record["result"]["rule"]].append((end - start).total_seconds())
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return {rule: fmean(seconds) for rule, seconds in found.items()}


def first_query(path: Path) -> str:
    """Return the line about the first query of a list: its rule and place; empty without one."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = [(row["rule"], row["file"], row["line"]) for row in csv.DictReader(stream)]
        rule, file, line = rows[0]
    except (OSError, ValueError, csv.Error, LookupError):
        return ""
    where = f"{file}, line {line}" if line else file
    return visible(f"first query: {rule} in {where} ({len(rows)} in all)")


def jobs(number: int) -> str:
    """Return a number of jobs in words."""
    return f"{number} job" if number == 1 else f"{number} jobs"


def duration(seconds: float) -> str:
    """Return a duration in seconds below two minutes, else in minutes."""
    return f"{round(seconds)} s" if round(seconds) < 120 else f"{round(seconds / 60)} min"


class Run:
    """Hold the state of a run. All times are seconds on one clock, which the caller reads."""

    def __init__(self, planned: dict, stage_of: dict, seconds: dict, start: float) -> None:
        counted = {rule: n for rule, n in planned.items() if stage_of.get(rule, "") is not None}
        self._stage_of = {rule: stage_of.get(rule, "") for rule in counted}
        self._jobs = Counter(dict.fromkeys(stage_of.values(), 0))
        for rule, number in counted.items():
            self._jobs[self._stage_of[rule]] += number
        self._start, self._seconds = start, seconds if counted.keys() <= seconds.keys() else {}
        self._work = sum(self._seconds.get(rule, 0.0) * n for rule, n in counted.items())
        self._ended, self._work_ended, self._said = Counter(), 0.0, start
        self._running, self._begun, self._failed = {}, {}, []
        self._query_said = self.interrupted = False

    def begin(self, job: object, rule: str, outputs: list[str], now: float) -> None:
        """Note that a job was started, for the first time or again."""
        if rule in self._stage_of:
            lists = [Path(name) for name in outputs if Path(name).name == "queries.csv"]
            self._running[job] = rule, lists, now
            self._begun.setdefault(self._stage_of[rule], now)

    def fail(self, job: object, rule: str) -> None:
        """Note that a job failed; it may be tried again."""
        self._running.pop(job, None)
        self._failed.append(rule)

    def end(self, job: object, now: float) -> list[str]:
        """Note that a job is done; return the lines to be said of it.

        They are of a list of queries, the end of a stage and, where nothing was said for ten
        seconds (in a long run, a tenth of the time that has passed), of the run as a whole.
        """
        if job not in self._running:
            return []
        rule, lists, _ = self._running.pop(job)
        stage = self._stage_of[rule]
        self._ended[stage] += 1
        self._work_ended += self._seconds.get(rule, 0.0)
        queries = [] if self._query_said else list(filter(None, map(first_query, lists)))
        self._query_said = self._query_said or bool(queries)
        parts = []
        if stage and self._ended[stage] == self._jobs[stage]:
            parts += [f"{stage}: {jobs(self._jobs[stage])} in {duration(now - self._begun[stage])}"]
        elif now - self._said < max(10, (now - self._start) / 10):
            return queries
        self._said = now
        parts += [f"{self._ended.total()} of {self._jobs.total()} done{self._time_left(now)}"]
        if running := ", ".join(dict.fromkeys(rule for rule, *_ in self._running.values())):
            parts += [f"running: {running}"]
        return [*queries, "; ".join(parts)]

    def _time_left(self, now: float) -> str:
        """Return the time left if the rest of the work goes as fast as what is done of it.

        The work of a job is the seconds that it took in the last run. Nothing is said where a rule
        was not in that run, before a quarter of the work is done, and once a job failed.
        """
        done = self._work_ended
        for rule, _, since in self._running.values():
            done += min(self._seconds.get(rule, 0.0), now - since)
        if self._failed or self.interrupted or not 0 < self._work / 4 <= done < self._work:
            return ""
        left = (now - min(self._begun.values())) * (self._work / done - 1)
        return f", about {duration(max(left, 1))} left"

    def plan(self) -> str:
        """Return what is to be done, by stage."""
        parts = ", ".join(f"{stage} {n}" for stage, n in self._jobs.items() if stage and n)
        return f"{jobs(self._jobs.total())} to run" + (f": {parts}" if parts else "")

    def closing(self, now: float) -> str:
        """Return the line that ends the run."""
        done, total = self._ended.total(), self._jobs.total()
        failed = "" if self.interrupted else ", ".join(dict.fromkeys(self._failed))
        end = "" if done >= total else f"; failed: {failed}" if failed else "; stopped"
        return f"{done} of {jobs(total)} done in {duration(now - self._start)}{end}"
