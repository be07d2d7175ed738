"""The trail: each job writes what it read, used and made; the audit follows it back.

A script hands its ``main`` to :func:`run` in its last line; nothing else in it knows of the trail.
"""

from trialtrail.lineage.job.notes import note
from trialtrail.lineage.job.record import run
from trialtrail.lineage.job.rows import Rows

__all__ = ["Rows", "note", "run"]
