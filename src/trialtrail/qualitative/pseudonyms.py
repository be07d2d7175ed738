"""Names of people by other names, so that offsets of the transcript and of print map both ways.

A transcript is never written: pseudonyms are edits over it. `OffsetMap` tells where a character of
the one text stands in the other, so that codings keep the offsets of the transcript.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trialtrail.errors import StudyError
from trialtrail.qualitative.quotation_edits import Edit, replay

WHERE = "table pseudonyms"


@dataclass(frozen=True)
class OffsetMap:
    """Where the code points of a text stand once edits have changed it, and the other way round.

    Built by `offset_map`. ``raw`` and ``printed`` hold, in order, the start and end of what each
    edit replaces, in the one text and in the other.
    """

    raw: tuple[tuple[int, int], ...]
    printed: tuple[tuple[int, int], ...]

    def to_printed(self, offset: int, *, end: bool = False) -> int:
        """Return where an offset of the raw text stands in print.

        One within what an edit replaces moves outwards: to the start of what stands in its place
        or, for the ``end`` of a passage, to its end. So nothing of a replaced name is cut.
        """
        return _moved(offset, self.raw, self.printed, end)

    def to_raw(self, offset: int, *, end: bool = False) -> int:
        """Return where an offset in print stands in the raw text; as `to_printed`."""
        return _moved(offset, self.printed, self.raw, end)


def offset_map(edits: Iterable[Edit], start: int = 0) -> OffsetMap:
    """Return the map of edits that do not overlap, of a text that begins at ``start`` of the raw.

    Offsets in print count from 0 there.
    """
    raw, printed, moved = [], [], -start
    for edit in sorted(edits):
        raw.append((edit.start, edit.end))
        begins = edit.start + moved
        printed.append((begins, begins + len(edit.text)))
        moved += len(edit.text) - (edit.end - edit.start)
    if not raw:
        raw, printed = [(start, start)], [(0, 0)]
    return OffsetMap(tuple(raw), tuple(printed))


def pseudonym_edits(transcript: str, names: Mapping[str, str]) -> list[Edit]:
    """Return an edit for each place where a name stands as a whole word, longer names first.

    Names are compared as written and in capitals: a `Will` that is a name is no `will`. What
    follows a name after an apostrophe (`Mary's`) stays.
    """
    if not names:
        return []
    spelled = {}
    for name, other in names.items():
        spelled.setdefault(name, other)
        spelled.setdefault(name.upper(), other.upper())
    found = _words(spelled).finditer(transcript)
    why = "a name of a person"
    return [Edit(m.start(), m.end(), "pseudonym", spelled[m[0]], why) for m in found]


def pseudonymised(transcript: str, names: Mapping[str, str]) -> tuple[str, OffsetMap]:
    """Return a transcript with its pseudonyms, and the map of its offsets."""
    edits = pseudonym_edits(transcript, names)
    return replay(transcript, 0, len(transcript), edits), offset_map(edits)


def check_pseudonyms(rows: Sequence[Mapping[str, str]], transcripts: Iterable[str]) -> None:
    """Refuse pseudonyms that would name somebody.

    Args:
        rows: ``name``, ``pseudonym`` and, where one person has several names, ``person``.
        transcripts: their texts.

    Raises:
        StudyError: a pseudonym is a name of the table, occurs in a transcript, stands for two
            people, or is empty. No name stands in the message.
    """
    names = {row["name"].casefold() for row in rows}
    people: dict[str, set[str]] = {}
    for row in rows:
        person = row.get("person") or row["name"]
        people.setdefault(row["pseudonym"].casefold(), set()).add(person)
    spoken = "\n".join(transcripts)
    for place, row in enumerate(rows, start=1):
        other = row["pseudonym"]
        if not other.strip():
            raise _refused(place, "is empty", "each name has another")
        if other.casefold() in names:
            raise _refused(place, "is a name that the table hides", "a pseudonym names nobody")
        if _words({other: ""}).search(spoken):
            raise _refused(place, "occurs in a transcript", "a pseudonym names nobody there is")
        if len(people[other.casefold()]) > 1:
            raise _refused(
                place,
                "stands for two people",
                "each person has a pseudonym; names of one person have one `person`",
            )


def _refused(place: int, what: str, rule: str) -> StudyError:
    return StudyError(
        f"the pseudonym of row {place} {what}",
        where=WHERE,
        rule=rule,
        remedy="choose another pseudonym",
    )


def _words(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of whole words; longer names stand before those that begin them."""
    listed = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)")


def _moved(
    offset: int,
    here: Sequence[tuple[int, int]],
    there: Sequence[tuple[int, int]],
    is_end: bool,
) -> int:
    """Return where an offset of the one text stands in the other."""
    place = bisect_right([first for first, _ in here], offset) - 1
    if place < 0:
        return offset + there[0][0] - here[0][0]
    (first, last), (begins, ends) = here[place], there[place]
    if first < offset < last:
        return ends if is_end else begins
    if offset == first and (first < last or is_end):
        return begins
    return ends + offset - last
