"""Run the jobs between the raw exports and the estimates again, as far as a change reaches.

Each job's own function `main` is run, on files of the run or on those that a job before it has made
otherwise, and writes into a folder of its own. What comes out the same as in the run goes no
further. Of the jobs that impute and fit, only the outcomes that are touched are run; each has draws
of its own, so that none depends on which others are with it.
"""

from __future__ import annotations

from pathlib import Path

from trialtrail.forecast.corrections import ANSWERS, Asked
from trialtrail.forecast.overlay import ESTIMATES
from trialtrail.forecast.rechecking import Rechecking
from trialtrail.forecast.refitting import Refitting
from trialtrail.tables import write_table


class Rerun(Refitting, Rechecking):
    """One forecast: what comes out otherwise than in the run, in a folder of its own."""

    def correct(self, asked: Asked) -> None:
        """Run everything again that corrections reach.

        Raises:
            StudyError: a run with them would stop.
        """
        file = self.folder / "answers.parquet"
        write_table(asked.answers, file)
        self.changed[ANSWERS] = file
        self._tables(asked.exports)
        self._dictionaries(asked.exports)
        self._references()
        self._datasets()
        self._analyses()

    def estimates(self) -> Path:
        """Return the table of estimates that comes out."""
        return Path(self.path(ESTIMATES))
