"""Tells of a run: which of Snakemake's records are printed, and what is said in place of others."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from logging import ERROR, WARNING, LogRecord
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_trialtrail.terminal import RED, YELLOW, Plain, Terminal, stopped

if TYPE_CHECKING:
    from snakemake_logger_plugin_trialtrail.account import Account

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

LOCKED = "Directory cannot be locked"
"""What Snakemake says where another run is going on, or was stopped by force and left its lock."""


def is_set(name: str) -> bool:
    """Return whether a variable of the environment says yes."""
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no")


class Narrator:
    """Prints the records of one call of Snakemake; errors and closing lines only if ``CI`` is set.

    Args:
        format_message: words a record as Snakemake does.
        plain: no colours. So it is too where ``NO_COLOR`` is set.
        show_logs: Snakemake was asked to print the logs of failed jobs.
    """

    def __init__(
        self,
        format_message: Callable[[LogRecord], str],
        plain: bool = False,
        show_logs: bool = False,
    ) -> None:
        self._format, self._show_logs = format_message, show_logs
        self._quiet = is_set("CI")
        self._account: Account | None = None
        self._start, self._snakefile, self._folder = time.monotonic(), "", Path()
        self._needs: dict[str, set[str]] = {}
        self._cores = 1
        fancy = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        colours = not plain and not os.environ.get("NO_COLOR")
        draws = fancy and not self._quiet
        self.screen: Plain = Terminal(self._block, colours) if draws else Plain()
        self._events: Mapping[Any, Callable[[LogRecord], None]] = {
            LogEvent.WORKFLOW_STARTED: self._workflow_started,
            LogEvent.RULEGRAPH: self._rulegraph,
            LogEvent.RESOURCES_INFO: self._resources,
            LogEvent.RUN_INFO: self._planned,
            LogEvent.JOB_STARTED: self._started,
            LogEvent.JOB_INFO: self._told,
            LogEvent.JOB_FINISHED: self._finished,
            LogEvent.JOB_ERROR: self._broke,
            LogEvent.PROGRESS: self._progress,
            LogEvent.GROUP_INFO: self._nothing,
            LogEvent.SHELLCMD: self._nothing,
            LogEvent.DEBUG_DAG: self._nothing,
        }

    def handle(self, record: LogRecord) -> None:
        """Tell of a record."""
        with self.screen.lock:
            event = getattr(record, "event", None)
            self._events.get(event, self._message)(record)

    def close(self) -> None:
        """Give the terminal back and print the closing line, if there was a run."""
        self.screen.stop()
        if self._account is not None:
            Plain().say(self._account.closing())
            self._account = None

    def give_up(self, error: Exception, record: LogRecord) -> None:
        """Stop counting after a fault, and print what is left to print: the messages, as lines."""
        try:
            self.screen.stop()
        finally:
            self.screen, self._account = Plain(), None
            self.screen.say(stopped(error))
            counted = set(self._events) - {LogEvent.JOB_ERROR}
            self._events = dict.fromkeys(counted, self._nothing)
            if getattr(record, "event", None) not in counted:
                self.screen.say(self._format(record))

    def _message(self, record: LogRecord) -> None:
        text = self._format(record)
        if not text or text == "None" or (record.levelno < WARNING and CHATTER.match(text)):
            return
        if self._account is not None and ON_REQUEST.match(text):
            self._account.run.interrupted = True
        if text.startswith("RuleException:"):
            text = FRAME.sub("", text)
        if LOCKED in text:
            from snakemake_logger_plugin_trialtrail.words import locked

            text = locked(Path.cwd(), sys.argv[1:])
        error, warning = record.levelno >= ERROR, record.levelno >= WARNING
        self.screen.say(text, RED if error else YELLOW if warning else "")

    def _nothing(self, record: LogRecord) -> None:
        pass

    def _workflow_started(self, record: LogRecord) -> None:
        self._start, self._folder = time.monotonic(), Path.cwd()
        self._snakefile = str(getattr(record, "snakefile_main", "") or "")
        # Before the first job can say anything.
        self.screen.start()

    def _rulegraph(self, record: LogRecord) -> None:
        for link in record.rulegraph["links"]:
            if link["sourcerule"] != link["targetrule"]:
                self._needs.setdefault(link["targetrule"], set()).add(link["sourcerule"])

    def _resources(self, record: LogRecord) -> None:
        self._cores = getattr(record, "cores", None) or getattr(record, "nodes", self._cores)

    def _planned(self, record: LogRecord) -> None:
        # Not before: a call that finds nothing to do should not wait for it.
        from snakemake_logger_plugin_trialtrail.account import Account

        planned = {rule: count for rule, count in record.stats.items() if rule != "total"}
        self._account = Account(
            self._start, self._snakefile, self._folder, planned, self._needs, self._cores
        )
        self._say(self._account.plan())

    def _started(self, record: LogRecord) -> None:
        if self._account is not None:
            self._account.started(record.jobs)
            self.screen.refresh()

    def _told(self, record: LogRecord) -> None:
        if self._account is not None:
            self._account.told(record.jobid, record.rule_name, record.output)
            self.screen.refresh()

    def _finished(self, record: LogRecord) -> None:
        if self._account is not None:
            for line in self._account.finished(record.job_id):
                self._say(line)
            self.screen.refresh()

    def _broke(self, record: LogRecord) -> None:
        if self._account is None:
            self._message(record)
            return
        line = self._account.broke(record.jobid, record.rule_name, record.log)
        self.screen.say(self._format(record) if self._show_logs else line, RED)

    def _progress(self, record: LogRecord) -> None:
        if self._account is not None:
            self._account.run.of(record.total)
            self.screen.refresh()

    def _say(self, line: str) -> None:
        if not self._quiet:
            self.screen.say(line)

    def _block(self) -> list[str]:
        return [] if self._account is None else self._account.block()
