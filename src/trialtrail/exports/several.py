"""Questions to which people give several answers in one cell, such as ``1,3``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

BETWEEN = (",", ";", "|", "\n")
"""What programs put between the answers of a cell; some put one after the last answer too."""
JOINED = "; "
"""What stands between them in a typed column."""


def answers_in(cell: str, value_of: Callable[[str], str | None]) -> list[str] | None:
    """Return the values of the answers in a cell, None where a part of it is none.

    An answer may itself hold a comma: of several ways the one with the longest answers is taken.
    """
    for between in BETWEEN:
        parts = cell.split(between)
        if len(parts) > 1 and not parts[-1].strip():
            parts.pop()
        if (found := _joined(parts, between, value_of)) is not None:
            return list(dict.fromkeys(found))
    return None


def _joined(
    parts: Sequence[str], between: str, value_of: Callable[[str], str | None]
) -> list[str] | None:
    """Return the values of the parts, as many of them joined to one answer as can be."""
    found, start = [], 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            value = value_of(between.join(parts[start:end]).strip())
            if value is not None:
                found.append(value)
                start = end
                break
        else:
            return None
    return found


def parts_of(answer: str, offered: Collection[str] = ()) -> Sequence[str]:
    """Return the single answers of a typed cell; one that is ``offered`` may hold a semicolon."""
    parts = answer.split(JOINED)
    known = {text: text for text in offered}
    return _joined(parts, JOINED, known.get) or parts
