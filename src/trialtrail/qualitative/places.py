"""Where in a transcript a program's selections stand, whatever unit its offsets are counted in.

The words that a program kept of a selection are the witness. Of each document and each source
(``by``: export, coder) the **unit** is the one under which most of the kept words stand at their
offsets, the plainest where several do (`trialtrail.qualitative.units`, `wording`). A way of
counting that shifts all offsets by one number alike could as well be a slip; it counts only where
two selections or more, and more than half of those with words, show it.

Nothing is moved without a witness: a selection whose words stand elsewhere keeps its place, with
the nearest place of its words beside it; so does one without words where no unit is confirmed.
Words without offsets are placed where they stand once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd

from trialtrail.qualitative.units import PLAIN, Ruler, Unit
from trialtrail.qualitative.wording import (
    PRINTED,
    SAME,
    WHOLE,
    agreement_of,
    signs_of,
    signs_with_places,
)

AS_GIVEN, UNDONE, FOUND = "as given", "unit undone", "words found"
"""How a selection was placed: by its offsets, which are code points; by its offsets, counted in
another unit; by its words alone."""
NOT_CONFIRMED = "code points, not confirmed"
"""The unit of selections that no kept words confirm."""
WORDS = "words"
"""The unit of what has no offsets."""
SOURCES = ("_export", "_file", "coder")
"""Columns that tell programs apart: the export, its file, and who coded."""
GIVEN = ("start", "end", "selected", "occurrence")
"""Columns in which a program says what was selected."""
COLUMNS = {
    "start": "Int64",
    "end": "Int64",
    "unit": "string",
    "placed": "string",
    "words": "string",
    "nearest": "Int64",
    "places": "Int64",
    "reason": "string",
}
"""Columns of `resolve_places`, and their types."""
SAMPLE = 100
"""Selections that tell which units to try on all."""
SIMILAR = 70.0
"""Least similarity, of 100, of a passage that is named as the nearest to words found nowhere."""

NO_TRANSCRIPT = "the document has no transcript"
NOTHING = "it has neither offsets nor words"
OUTSIDE = "the passage ends beyond its transcript"
EMPTY = "the passage has no character"
WITHIN = "an offset lies within a character"
SEVERAL = "its words stand at several places of the transcript"
NOWHERE = "its words stand nowhere in the transcript"
DIFFERS = "the words differ from the transcript at the offsets"


class Place(NamedTuple):
    """Where a selection stands: the columns of `resolve_places`."""

    start: int | None = None
    end: int | None = None
    unit: str | None = None
    placed: str | None = None
    words: str | None = None
    nearest: int | None = None
    places: int | None = None
    reason: str | None = None


def resolve_places(
    segments: pd.DataFrame, transcripts: pd.DataFrame, by: Sequence[str] = SOURCES
) -> pd.DataFrame:
    """Return where each segment stands in the transcript of its document.

    Args:
        segments: ``document`` and what there is of ``start``, ``end`` (offsets as the program wrote
            them, half open), ``selected`` (words as the program kept them) and ``occurrence``
            (which of several places of the words is meant, from 1).
        transcripts: ``document``, ``text``.
        by: the columns that tell sources apart, as each program has a unit of its own; those that
            the segments lack are passed over.

    Returns:
        A frame with the index of ``segments``: ``start`` and ``end`` in code points, missing where
        it cannot be placed; ``unit`` of the offsets; ``placed``, how; ``words``, how the kept words
        agree with the passage (see `wording`; missing where there are none, or they differ);
        ``nearest``, where the words stand, or what is most like them, if not at the place;
        ``places``, at how many they stand, where it could be any; and ``reason``, why it is not
        placed, or that its words differ.
    """
    texts = dict(zip(transcripts["document"], transcripts["text"], strict=True))
    if not segments.index.is_unique:
        raise ValueError("segments have two rows of one index")
    by = [name for name in by if name in segments]
    selections = _selections(segments.reindex(columns=list(GIVEN)))
    groups: dict[Any, dict[tuple, list[int]]] = {}
    keys = _keys(segments, ["document", *by])
    for place, (document, *source) in enumerate(keys):
        groups.setdefault(document, {}).setdefault((*source,), []).append(place)
    made: dict[int, Place] = {}
    for document, sources in groups.items():
        text = texts.get(document)
        if text is None or pd.isna(text):
            every = (place for each in sources.values() for place in each)
            made |= dict.fromkeys(every, Place(reason=NO_TRANSCRIPT))
            continue
        place_in = _Text(str(text))
        for own in sources.values():
            made |= zip(own, place_in.places([selections[place] for place in own]), strict=True)
    table = pd.DataFrame([made[place] for place in range(len(segments))], columns=list(COLUMNS))
    return table.set_axis(segments.index).astype(COLUMNS)


class Selection(NamedTuple):
    """What a program wrote of a selection; None for what it did not write."""

    start: int | None
    end: int | None
    selected: str | None
    occurrence: int | None

    @property
    def has_offsets(self) -> bool:
        """Whether it has both."""
        return self.start is not None and self.end is not None

    @property
    def has_words(self) -> bool:
        """Whether it has any."""
        return bool(self.selected and self.selected.strip())


def _keys(rows: pd.DataFrame, names: Sequence[str]) -> list[tuple]:
    """Return what stands in some columns of each row; None where nothing does."""
    columns = [rows[name].astype(object).where(rows[name].notna(), None) for name in names]
    return list(zip(*columns, strict=True))


def _selections(rows: pd.DataFrame) -> list[Selection]:
    def known(value: Any, kind: type) -> Any:
        return None if value is None else kind(value)

    kinds = (int, int, str, int)
    return [Selection(*map(known, values, kinds)) for values in _keys(rows, GIVEN)]


class _Text:
    """One transcript, and where selections stand in it."""

    def __init__(self, text: str) -> None:
        self.text, self.ruler = text, Ruler(text)
        self._signs: tuple[str, list[tuple[int, int]]] | None = None

    def places(self, selections: list[Selection]) -> Iterator[Place]:
        """Yield the place of each selection of one source."""
        unit, confirmed = self._unit(selections)
        hint = "" if confirmed else self._within_which(selections)
        for each in selections:
            if each.has_offsets:
                place = self._by_offsets(each, unit, confirmed)
                yield place._replace(reason=OUTSIDE + hint) if place.reason == OUTSIDE else place
            elif each.has_words:
                yield self._by_words(each)
            else:
                yield Place(reason=NOTHING)

    def _unit(self, selections: list[Selection]) -> tuple[Unit, bool]:
        """Return the unit of a source's offsets, and whether kept words confirm it."""
        told = list(dict.fromkeys(s for s in selections if s.has_offsets and s.has_words))
        best, most = PLAIN, self._standing(PLAIN, told)
        if min(most) < len(told):
            for unit in self._likely(told):
                standing = self._standing(unit, told)
                if unit.is_shifted and (standing[0] < 2 or 2 * standing[0] <= len(told)):
                    continue
                if standing > most:
                    best, most = unit, standing
        one_way = all(unit == PLAIN or unit.is_shifted for unit in self.ruler.distinct)
        return best, 2 * most[0] > len(told) if told else one_way

    def _likely(self, told: list[Selection]) -> list[Unit]:
        """Return the units under which any of some selections has its words, the plainest first.

        Of very many selections some, spread over the whole, tell which units are worth a look.
        """
        some = told[:: -(-len(told) // SAMPLE)]
        return [unit for unit in self.ruler.distinct[1:] if self._standing(unit, some)[0]]

    def _standing(self, unit: Unit, selections: list[Selection]) -> tuple[int, int, int]:
        """Return how many selections have their words at their offsets, to the end, to the sign."""
        found = [self._agrees(each, self._span(each, unit)) for each in selections]
        standing = sum(each is not None for each in found)
        return standing, sum(each in WHOLE for each in found), found.count(SAME)

    def _span(self, each: Selection, unit: Unit) -> tuple[int, int] | None:
        return self.ruler.code_points(unit, each.start or 0, each.end or 0)

    def _agrees(self, each: Selection, span: tuple[int, int] | None) -> str | None:
        return agreement_of(each.selected or "", self.text[slice(*span)]) if span else None

    def _within_which(self, selections: list[Selection]) -> str:
        """Return in which unit all selections lie in the text, where several do not as they are."""
        told = [each for each in selections if each.has_offsets]
        if sum(self._span(each, PLAIN) is None for each in told) < 2:
            return ""
        for unit in self.ruler.distinct:
            if not unit.is_shifted and all(self._span(each, unit) for each in told):
                return f", as none does if they are counted in {unit.name}"
        return ""

    def _by_offsets(self, each: Selection, unit: Unit, confirmed: bool) -> Place:
        span = self._span(each, unit)
        agrees = self._agrees(each, span) if each.has_words else None
        if agrees is None and not confirmed:  # no witness: what the program wrote stands
            span, unit = self._span(each, PLAIN), PLAIN
        sure = confirmed or agrees is not None
        place = Place(unit=unit.name if sure else NOT_CONFIRMED)
        if span is None:
            return place._replace(nearest=self._nearest(each), reason=self._outside(each, unit))
        placed = AS_GIVEN if unit == PLAIN else UNDONE
        place = place._replace(start=span[0], end=span[1], placed=placed, words=agrees)
        if each.has_words and agrees is None:
            return place._replace(nearest=self._nearest(each, span[0]), reason=DIFFERS)
        return place

    def _outside(self, each: Selection, unit: Unit) -> str:
        """Return why offsets are no passage."""
        if (each.end or 0) - unit.after <= (each.start or 0) - unit.before:
            return EMPTY
        if self.ruler.inside(unit, each.end or 0):
            return WITHIN
        return OUTSIDE

    def _by_words(self, each: Selection) -> Place:
        found = self._found(each.selected or "")
        if not found:
            return Place(unit=WORDS, nearest=self._alike(each.selected or ""), reason=NOWHERE)
        if len(found) > 1 and not (each.occurrence and 0 < each.occurrence <= len(found)):
            return Place(unit=WORDS, nearest=found[0][0], places=len(found), reason=SEVERAL)
        start, end = found[(each.occurrence or 1) - 1 if len(found) > 1 else 0]
        agrees = agreement_of(each.selected or "", self.text[start:end])
        return Place(start, end, WORDS, FOUND, agrees or PRINTED)

    def _nearest(self, each: Selection, place: int | None = None) -> int | None:
        """Return where its words stand, nearest to a place; else where what is like them stands."""
        if not each.has_words:
            return None
        near = (each.start or 0) if place is None else place
        found = [start for start, _ in self._found(each.selected or "")]
        if found:
            return min(found, key=lambda start: (abs(start - near), start))
        return self._alike(each.selected or "")

    def _found(self, words: str) -> list[tuple[int, int]]:
        """Return ``[start, end)`` of each place at which the words stand, white space apart."""
        wanted = signs_of(words)
        if self._signs is None:
            self._signs = signs_with_places(self.text)
        signs, places = self._signs
        found, at = [], signs.find(wanted) if wanted else -1
        while at >= 0:
            found.append((places[at][0], places[at + len(wanted) - 1][1]))
            at = signs.find(wanted, at + 1)
        exact = [span for span in found if agreement_of(words, self.text[slice(*span)]) != PRINTED]
        return exact or found

    def _alike(self, words: str) -> int | None:
        """Return where the passage begins that is most like the words, if any is like them."""
        from rapidfuzz.fuzz import partial_ratio_alignment

        found = partial_ratio_alignment(words, self.text, score_cutoff=SIMILAR)
        if found is None or len(words) > len(self.text):
            return None
        return found.dest_start
