"""Records of runs: each job writes what it read, used and made, and nothing else may it touch.

A script hands its ``main`` to :func:`run` in its last line; nothing else in it knows of the record.
"""

from runrecord.job.notes import note
from runrecord.job.record import run
from runrecord.job.rows import Rows
from runrecord.project import Project, set_project

__all__ = ["Project", "Rows", "note", "run", "set_project"]
