"""The words in which a run is told. Plain ASCII, no colour: how it is shown is not known here."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise
from pathlib import Path

from snakemake_logger_plugin_trialtrail.progress import Run, Stage

FEW, STEP = 8, 5
"""Seconds below which time left is not counted, and the step in which it is."""


def jobs(count: int) -> str:
    """Return a number of jobs."""
    return f"{count} job" if count == 1 else f"{count} jobs"


def duration(seconds: float) -> str:
    """Return a duration, coarsely: seconds below two minutes, then minutes, then hours."""
    if seconds < 1:
        return "under 1 s"
    if round(seconds) < 120:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def left(seconds: float | None) -> str:
    """Return the time left; nothing while it is not known."""
    if seconds is None:
        return ""
    if seconds < FEW:
        return "a few seconds left"
    step = STEP if seconds < 60 else 10
    rounded = step * -(-seconds // step) if seconds < 120 else seconds
    return f"about {duration(rounded)} left"


def plan(run: Run) -> str:
    """Return what is to be done, by stage."""
    parts = ", ".join(f"{stage.name} {stage.jobs}" for stage in run.stages.values())
    return f"{jobs(run.total)} to run" + (f": {parts}" if parts else "")


def stage_done(run: Run, stage: Stage) -> str:
    """Return the line about a stage that is done."""
    took = (stage.ended or 0.0) - (stage.started if stage.started is not None else stage.ended or 0)
    return f"{stage.name:<{_width(run)}}  {jobs(stage.jobs)} in {duration(took)}"


def job_failed(rule: str, logs: list[str]) -> str:
    """Return the line about a job that failed."""
    return f"{rule} failed" + (f"; its log: {', '.join(logs)}" if logs else "")


def closing(run: Run, seconds: float) -> str:
    """Return the line that ends a run."""
    text = f"{run.done} of {jobs(run.total)} done in {duration(seconds)}"
    if run.done >= run.total:
        return text
    if run.failed and not run.interrupted:
        return f"{text}; failed: {', '.join(dict.fromkeys(run.failed))}"
    return f"{text}; stopped"


def block(run: Run, seconds: float, remaining: float | None) -> list[str]:
    """Return what is shown while a run is on: the stages at work, then the run as a whole."""
    width, lines = _width(run), []
    names: dict[str, list[str]] = {}
    for job in run.running.values():
        if job.rule:
            names.setdefault(run.stage_of.get(job.rule, ""), []).append(job.rule)
    begun = [s for s in run.stages.values() if s.started is not None and not s.is_done]
    counted = max((len(f"{s.done} of {s.jobs}") for s in begun), default=0)
    for stage in begun:
        done = f"{stage.done} of {stage.jobs}"
        at_work = _names(names.get(stage.name, []))
        lines.append(f"{stage.name:<{width}}  {done:<{counted}}  {at_work}".rstrip())
    if names.get("") and not run.stages:
        lines.append(_names(names[""]))
    parts = [f"{run.done} of {jobs(run.total)}", duration(seconds), left(remaining)]
    whole = ", ".join(part for part in parts if part)
    later = [s.name for s in run.stages.values() if s.started is None and not s.is_done]
    lines.append(whole + (f"; then {', '.join(later)}" if later else ""))
    return lines


def _width(run: Run) -> int:
    return max(map(len, run.stages), default=0)


def _names(rules: list[str]) -> str:
    counts = Counter(rules)
    return ", ".join(
        chain.from_iterable(
            [rule if count == 1 else f"{rule} ({count})"] for rule, count in counts.items()
        )
    )


def locked(folder: Path, arguments: Sequence[str]) -> str:
    """Return what to do where the folder of a run is locked.

    Args:
        folder: the working folder of the run.
        arguments: those of this call of Snakemake; what says where it works is said again.
    """
    keeps = {"-d", "--directory", "-s", "--snakefile", "--configfile", "--profile"}
    pairs = pairwise(arguments)
    kept = [word for pair in pairs if pair[0] in keeps for word in pair]
    kept += [each for each in arguments if each.split("=")[0] in keeps and "=" in each]
    again = shlex.join([".venv/bin/snakemake", "--unlock", *kept])
    return (
        "This folder is locked: another run is going on in it, or one was stopped by force"
        " (kill -9, a power cut)\n"
        f"  where: {folder}\n"
        "  rule:  one run at a time\n"
        f"  do:    if no run is going on, type: {again}\n"
        "         then run again; what was half done is made anew"
    )
