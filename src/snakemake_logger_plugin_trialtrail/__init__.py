"""Progress of a run in plain lines that a person can read: a logger plugin of Snakemake.

Chosen in ``profiles/default/config.yaml``; Snakemake finds it by the name of this package. Every
call of Snakemake imports it, jobs included, so nothing more is imported until a run begins.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import time
from io import StringIO
from itertools import pairwise
from logging import WARNING, LogRecord
from pathlib import Path

from snakemake.common import configfile
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from trialtrail.errors import StudyError

CHATTER = re.compile(
    r"Assuming unrestricted shared filesystem usage|Building DAG of jobs|Using shell: "
    r"|Select jobs to execute|(Conda environments|Singularity containers): ignored"
    r"|Group jobs: inactive|Elapsed time: "
)
"""What Snakemake says of itself. Only this is left out; a message that is not known is printed."""
FRAME = re.compile(r"\n {2}File \"[^\n]*\", line \d+, in [^\n]*")
"""A place in Python, which Snakemake adds where a job's script was started: no help to its user."""
ON_REQUEST = re.compile(r"Terminating processes on user request|Will exit after finishing")
"""What Snakemake says when the user stops a run: jobs that break now are not what is wrong."""
PUT_BACK = re.compile("Restored previous version of|Cannot restore .* no backup")  # a line a file
MESSAGES = {None, LogEvent.ERROR, LogEvent.GROUP_ERROR}


class LogHandler(LogHandlerBase):
    """Print what Snakemake's log records say, in place of its own handler for the screen.

    Snakemake's own handler speaks where its full account was asked for (a dry run, ``--verbose``,
    ``--debug-dag``, ``--printshellcmds``) or no progress (``--quiet progress``, ``--quiet all``).
    Where ``CI`` is set, only errors and closing lines are printed.
    """

    writes_to_file = has_formatter = needs_rulegraph = False
    writes_to_stream = has_filter = True  # what is counted must arrive, though it is not printed

    def __post_init__(self) -> None:
        asked = self.common_settings
        quiet = {getattr(each, "name", str(each)) for each in asked.quiet or ()}
        full = asked.dryrun or asked.verbose or asked.debug_dag or asked.printshellcmds
        self.writes_to_stream = not (full or quiet & {"ALL", "PROGRESS"})
        self._in_ci = os.environ.get("CI", "").lower() not in ("", "0", "false", "no")
        self._run, self._faulty, self._start, self._snakefile = None, False, 0.0, Path()

    def emit(self, record: LogRecord) -> None:
        """Print a record, or count it; a fault in counting is reported and hides no message."""
        if not self.writes_to_stream:
            return
        event = getattr(record, "event", None)
        try:
            self._count(event, record)
        except Exception as error:
            self._run, self._faulty = None, True
            self._say(f"The progress display has stopped: {type(error).__name__}")
        if event in MESSAGES or (event == LogEvent.JOB_ERROR and self._run is None):
            self._message(record)

    def close(self) -> None:
        """Print the closing line, if there was a run."""
        if self._run is not None:
            self._say(self._run.closing(time.monotonic()))
        self._run = None
        super().close()

    def _count(self, event: LogEvent, record: LogRecord) -> None:
        run, now = self._run, time.monotonic()
        if event == LogEvent.WORKFLOW_STARTED:
            self._start, self._snakefile = now, Path(record.snakefile_main or "")
        elif event == LogEvent.RUN_INFO and not self._faulty:
            # Imported now: a call that finds nothing to do should not wait for it.
            from snakemake_logger_plugin_trialtrail.run import Run, read_seconds, read_stages

            planned = {rule: number for rule, number in record.stats.items() if rule != "total"}
            seconds = read_seconds(Path("results/lineage/records"))
            self._run = Run(planned, read_stages(self._snakefile), seconds, self._start)
            self._say(self._run.plan(), news=True)
        elif run is None:
            return
        elif event == LogEvent.JOB_INFO:
            # Snakemake adds to an output's name what it means to do: ``queries.csv (update)``.
            outputs = [re.sub(r" \([^()]*\)$", "", str(output)) for output in record.output]
            run.begin(record.jobid, record.rule_name, outputs, now)
        elif event == LogEvent.JOB_FINISHED:
            for line in run.end(record.job_id, now):
                self._say(line, news=True)
        elif event == LogEvent.JOB_ERROR:
            run.fail(record.jobid, record.rule_name)
            logs = f"; its log: {', '.join(map(str, record.log))}" if record.log else ""
            asked = self.common_settings.show_failed_logs
            self._say(self.format(record) if asked else f"{record.rule_name} failed{logs}")

    def _message(self, record: LogRecord) -> None:
        text = self.format(record)
        chatter = record.levelno < WARNING and CHATTER.match(text)
        if text in ("", "None") or chatter or PUT_BACK.match(text):
            return
        if self._run is not None and ON_REQUEST.match(text):
            self._run.interrupted = True
        if text.startswith("RuleException:"):
            text = FRAME.sub("", text)
        if "Directory cannot be locked" in text:
            text = locked(Path.cwd(), sys.argv[1:])
        self._say(text)

    def _say(self, text: str, news: bool = False) -> None:
        if not (news and self._in_ci):
            print(text, file=sys.stderr, flush=True)


def locked(folder: Path, arguments: list[str]) -> str:
    """Return what to do where a run is going on, or was killed; ``arguments`` are Snakemake's."""
    keeps = {"-d", "--directory", "-s", "--snakefile", "--configfile", "--profile"}
    kept = [word for pair in pairwise(arguments) if pair[0] in keeps for word in pair]
    kept += [each for each in arguments if each.split("=")[0] in keeps and "=" in each]
    again = shlex.join([".venv/bin/snakemake", "--unlock", *kept])
    return StudyError(
        "This folder is locked: another run is going on in it, or one was stopped by force"
        " (kill -9, a power cut)",
        where=str(folder),
        rule="one run at a time",
        remedy=f"if no run is going on, type: {again}\n{' ' * 9}then run again",
    ).text()


def read_checked(file, *arguments, **options):
    """Read a configuration as Snakemake does, but only one that can be read safely.

    ``--configfile`` is read before any line of the Snakefile, so a check there would come too late.
    """
    if isinstance(file, (str, Path)) and Path(file).is_file():
        from trialtrail.configuration.yaml_limits import read_configuration

        try:
            # What is parsed are the bytes of which the digest was noted, and no later ones.
            file = StringIO(read_configuration(file))
        except StudyError as error:
            # Not a WorkflowError: Snakemake would put the lines of this file below the message.
            print(error.text(), file=sys.stderr)
            raise SystemExit(1) from None
    return read_configfile(file, *arguments, **options)


read_configfile, configfile._load_configfile = configfile._load_configfile, read_checked
