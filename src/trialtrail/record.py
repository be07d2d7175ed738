"""What a script of the workflow imports to have its job recorded.

It is `runrecord`, which knows this project as soon as `trialtrail` is imported.
"""

from runrecord import Rows, note, run

__all__ = ["Rows", "note", "run"]
