"""Run Python scripts as forks of one interpreter that has imported the heavy libraries once.

A Snakemake executor: the local one, but for ``script:`` jobs in Python that need nothing beyond
this environment. Importing pandas, pandera and the like takes each job seconds; here one
process (the warm interpreter) imports them and forks for each job, which costs milliseconds.
Whatever else a job asks for (conda, a container, environment modules, a shadow folder, more than
one thread, another language) runs as the local executor runs it.

Chosen with ``--executor warm``, or by a profile; ``--executor local`` is the plain way.
"""

import threading
from dataclasses import dataclass, field

from snakemake.executors.local import Executor as LocalExecutor
from snakemake.executors.local import common_settings as common_settings
from snakemake_interface_executor_plugins.settings import ExecutorSettingsBase

__all__ = ["Executor", "ExecutorSettings", "common_settings"]


@dataclass
class ExecutorSettings(ExecutorSettingsBase):
    """What a user may set: ``--warm-imports``, ``--warm-idle``."""

    imports: str = field(
        default="",
        metadata={
            "help": "A module that says what to import once: FIRST lists what is imported before "
            "any job is served, LATER what is imported while the first jobs run. EXECUTE may name "
            "the function (module:function) that runs a script, given its path and namespace.",
        },
    )
    idle: int = field(
        default=0,
        metadata={
            "help": "Seconds for which the warm interpreter stays for the next run; 0 ends it "
            "with the run. Where CI is set in the environment it never stays.",
        },
    )


class Executor(LocalExecutor):
    """The local executor with a warm interpreter for scripts in Python."""

    def __post_init__(self) -> None:
        super().__post_init__()
        from snakemake_executor_plugin_warm.scripts import WarmScripts

        settings = self.workflow.executor_settings or ExecutorSettings()
        self._warm = WarmScripts(settings.imports, settings.idle, self.logger)
        self._warm.begin()

    def shutdown(self) -> None:
        """Wait for the running jobs; then let the warm interpreter go."""
        super().shutdown()
        self._warm.end()
        drop_reevaluations()

    def cancel(self) -> None:
        """Interrupt the running scripts, as Ctrl-C does with jobs of the local executor."""
        self._warm.interrupt()
        super().cancel()
        self._warm.end()


def drop_reevaluations() -> None:
    """Cancel the scheduler's timers, which would keep a finished run from ending for a second."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            of_scheduler = "JobScheduler." in getattr(thread.function, "__qualname__", "")
            if of_scheduler:
                thread.cancel()
