"""Progress of a run that a person can read: a logger plugin of Snakemake.

Chosen in ``profiles/default/config.yaml``; Snakemake finds it by the name of this package. Every
call of Snakemake imports it, jobs included, so nothing else is imported before a run is told.
"""

from __future__ import annotations

import sys
from functools import wraps
from io import StringIO
from logging import LogRecord
from pathlib import Path
from typing import TYPE_CHECKING

from snakemake.common import configfile
from snakemake_interface_logger_plugins.base import LogHandlerBase

if TYPE_CHECKING:
    from snakemake_logger_plugin_trialtrail.narrator import Narrator


class LogHandler(LogHandlerBase):
    """What Snakemake hands its log records to, in place of its own handler for the screen.

    It stands back, and Snakemake's own handler takes its place, where Snakemake's full account was
    asked for (a dry run, ``--verbose``, ``--debug-dag``, ``--printshellcmds``) or no progress
    (``--quiet progress``, where no job that ends is told of, and ``--quiet all``).
    """

    def __post_init__(self) -> None:
        settings = self.common_settings
        quiet = {getattr(each, "name", str(each)) for each in settings.quiet or ()}
        asked = (settings.dryrun, settings.verbose, settings.debug_dag, settings.printshellcmds)
        self.stands_back = any(asked) or bool(quiet & {"ALL", "PROGRESS"})
        self._narrator: Narrator | None = None

    @property
    def narrator(self) -> Narrator:
        """Return what tells of the run; it is made at the first record."""
        if self._narrator is None:
            from snakemake_logger_plugin_trialtrail.narrator import Narrator

            settings = self.common_settings
            self._narrator = Narrator(self.format, settings.nocolor, settings.show_failed_logs)
        return self._narrator

    def emit(self, record: LogRecord) -> None:
        """Tell of a record. A fault of the display is told, and never hides the record."""
        if self.stands_back:
            return
        try:
            self.narrator.handle(record)
        except Exception as error:
            self.narrator.give_up(error, record)

    def close(self) -> None:
        """End the display, with the closing line if there was a run."""
        narrator, self._narrator = self._narrator, None
        if narrator is not None:
            narrator.close()
        super().close()

    @property
    def writes_to_stream(self) -> bool:
        """Return whether this handler takes the place of Snakemake's own."""
        return not self.stands_back

    @property
    def writes_to_file(self) -> bool:
        """Return False: Snakemake's log file is its own."""
        return False

    @property
    def has_filter(self) -> bool:
        """Return True: what is counted must arrive here, though it is not printed."""
        return True

    @property
    def has_formatter(self) -> bool:
        """Return False: messages of Snakemake are worded by Snakemake."""
        return False

    @property
    def needs_rulegraph(self) -> bool:
        """Return whether the time left is told, which takes the order of the rules."""
        return not self.stands_back


def check_before_reading(read):
    """Return Snakemake's reader of a configuration, which is given only what can be read safely.

    ``--configfile`` is read before any line of the Snakefile, so a check there would come too late.
    """

    @wraps(read)
    def checked(file, *arguments, **options):
        if isinstance(file, (str, Path)) and Path(file).is_file():
            from trialtrail.configuration.yaml_limits import read_configuration
            from trialtrail.errors import StudyError

            try:
                # What is parsed are the bytes of which the digest was noted, and no later ones.
                file = StringIO(read_configuration(file))
            except StudyError as error:
                # Not a WorkflowError: Snakemake would put the lines of this file below the message.
                print(error.text(), file=sys.stderr)
                raise SystemExit(1) from None
        return read(file, *arguments, **options)

    return checked


configfile._load_configfile = check_before_reading(configfile._load_configfile)
