"""What somebody has to look at, so that the same of many columns is said once."""

from __future__ import annotations

from collections.abc import Iterable


class Doubt(str):
    """A sentence about one column.

    Attributes:
        several: what is said in its place of several columns, which follow it; empty where it is
            said of each column by itself.
        note: what is said of this column behind its name there.
    """

    several: str
    note: str

    def __new__(cls, text: str, several: str = "", note: str = "") -> Doubt:
        self = super().__new__(cls, text)
        self.several, self.note = several, note
        return self


def in_groups(found: Iterable[tuple[str, str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Return one sentence a kind of doubt that several columns share, and what it stands for.

    Args:
        found: (heading, doubt) in the order of the columns.
    """
    kinds: dict[str, list[tuple[str, str]]] = {}
    for heading, doubt in found:
        if kind := getattr(doubt, "several", ""):
            kinds.setdefault(kind, []).append((heading, doubt))
    said, covered = [], set()
    for kind, of in kinds.items():
        if len({heading for heading, _ in of}) < 2:
            continue
        of = list({heading: (heading, doubt) for heading, doubt in reversed(of)}.values())[::-1]
        notes = {getattr(doubt, "note", "") for _, doubt in of}
        each = notes != {""} and len(notes) > 1
        names = [f"`{heading}`" + (f" ({d.note})" if each and d.note else "") for heading, d in of]
        only = f" ({notes.pop()} each)" if len(notes) == 1 and notes != {""} else ""
        said.append(f"{kind}: {', '.join(names)}{only}.")
        covered |= set(kinds[kind])
    return said, covered
