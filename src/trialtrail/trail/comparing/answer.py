"""Hold the answer of `trialtrail diff`, with its exit code."""

from __future__ import annotations

from dataclasses import dataclass, field

from trialtrail.trail.comparing.causes import Comparison
from trialtrail.trail.comparing.effects import Difference, Snapshot

SAME, DIFFERENT, CANNOT_TELL = 0, 1, 2


@dataclass
class Answer:
    """What two runs differ in, and why.

    Attributes:
        differences: cells and numbers that are not the same.
        files: datasets, tables, figures and files of the report that are not the same bytes.
        snapshots: the cells and numbers of A and of B.
        unchanged: addresses at which the replay of A does not give what A has.
        replays: how many runs were made; None where none was asked for.
        joint_problem: why the run with all causes stopped.
        notes: what the reader of the replays must know.
    """

    comparison: Comparison
    differences: list[Difference]
    files: list[str]
    snapshots: tuple[Snapshot, Snapshot]
    unchanged: list[str] = field(default_factory=list)
    replays: int | None = None
    joint_problem: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """Return 0 where no printed number and no cell differs, 1 where one does, 2 if unknown."""
        if self.comparison.missing:
            return CANNOT_TELL
        return DIFFERENT if self.differences else SAME

    @property
    def same(self) -> bool:
        """Return whether nothing differs at all: no number, no file, and nothing that moves any."""
        return not (self.comparison.causes or self.differences or self.files)
