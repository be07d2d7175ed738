"""Questions to which people give several answers in one cell, such as ``1,3``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

BETWEEN = ","
"""What programs put between the answers of a cell."""
JOINED = "; "
"""What stands between them in a typed column."""


def answers_in(cell: str, value_of: Callable[[str], str | None]) -> list[str] | None:
    """Return the values of the answers in a cell, None where a part of it is none.

    An answer may itself hold a comma: of several ways the one with the longest answers is taken.
    """
    parts = cell.split(BETWEEN)
    found, start = [], 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            value = value_of(BETWEEN.join(parts[start:end]).strip())
            if value is not None:
                found.append(value)
                start = end
                break
        else:
            return None
    return list(dict.fromkeys(found))


def parts_of(answer: str) -> Sequence[str]:
    """Return the single answers of a typed cell."""
    return answer.split(JOINED)
