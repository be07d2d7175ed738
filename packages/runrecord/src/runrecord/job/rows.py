"""The account of the rows of one table in one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rows:
    """The rows of one table in one job: every row read is used or set aside with a reason.

    Attributes:
        read: rows read.
        used: rows of those that went into the result.
        set_aside: rows that did not, by reason.
    """

    read: int
    used: int
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Return whether read == used + set aside."""
        return int(self.read) == int(self.used) + sum(int(n) for n in self.set_aside.values())

    def plain(self) -> dict[str, Any]:
        """Return the rows as JSON has them."""
        aside = {str(reason): int(count) for reason, count in self.set_aside.items()}
        return {"read": int(self.read), "used": int(self.used), "set_aside": aside}
