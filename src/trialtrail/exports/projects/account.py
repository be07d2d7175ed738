"""Account for a file: every element in it is read by a table, or told with the reason.

The account starts from a walk through the whole file, so an element that no reader thought of is
counted under its own name and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any

NO_PLACE = "no table of a project has a place for it"


class Account:
    """What is in a file and what becomes of it.

    An element is any hashable that stands for one thing of the file: an XML element, or the name
    of a table with the number of a row.
    """

    def __init__(self) -> None:
        self._kinds: dict[Hashable, str] = {}
        self._sheets: dict[Hashable, tuple[str, ...]] = {}
        self._reasons: dict[Hashable, str] = {}

    def found(self, element: Hashable, kind: str) -> None:
        """Note that ``element`` is in the file; ``kind`` is what people call such elements."""
        self._kinds[element] = kind

    def read(self, element: Hashable, *sheets: str) -> None:
        """Note that what ``element`` says stands in tables of the project."""
        before = self._sheets.get(element, ())
        self._sheets[element] = tuple(sorted({*before, *sheets}))
        self._reasons.pop(element, None)

    def tell(self, element: Hashable, why: str) -> None:
        """Note why ``element`` stands in no table; what is read already stays so."""
        if element not in self._sheets:
            self._reasons.setdefault(element, why)

    def is_read(self, element: Hashable) -> bool:
        """Return whether some table has what ``element`` says."""
        return element in self._sheets

    def is_open(self, element: Hashable) -> bool:
        """Return whether nobody has said what became of ``element``."""
        return element not in self._sheets and element not in self._reasons

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a kind: ``element``, ``found``, and where each is, or why nowhere.

        ``read`` are pairs (sheets, number), ``told`` pairs (reason, number); they sum to ``found``.
        """
        read: dict[str, Counter] = {}
        told: dict[str, Counter] = {}
        for element, kind in self._kinds.items():
            into, key = (
                (read, self._sheets[element])
                if element in self._sheets
                else (told, self._reasons.get(element, NO_PLACE))
            )
            into.setdefault(kind, Counter())[key] += 1
        found = Counter(self._kinds.values())
        return [
            {
                "element": kind,
                "found": count,
                "read": [[list(sheets), n] for sheets, n in sorted(read.get(kind, {}).items())],
                "told": [[why, n] for why, n in sorted(told.get(kind, {}).items())],
            }
            for kind, count in sorted(found.items())
        ]
