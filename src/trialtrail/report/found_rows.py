"""Rows that are found by what they hold: a look-up costs what it finds, and not the whole table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar


class Row(Protocol):
    """What has a name and holds texts by column."""

    id: str

    def raw(self, column: str) -> str:
        """Return the text that stands in a column, empty where nothing does."""


R = TypeVar("R", bound=Row)


class FoundRows(Generic[R]):
    """Rows in their order, with an index for each set of columns that was asked for.

    Args:
        listed: the rows; neither they nor their texts change.
    """

    def __init__(self, listed: Sequence[R]) -> None:
        self.listed = listed
        self._by_texts: dict[tuple[str, ...], dict[tuple[str, ...], list[R]]] = {}

    @cached_property
    def by_id(self) -> dict[str, R]:
        """The rows by name."""
        return {row.id: row for row in reversed(self.listed)}  # the first of a name stays

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each row by its name, from 0 on."""
        return {row.id: place for place, row in enumerate(self.listed)}

    @cached_property
    def _below(self) -> dict[str, list[R]]:
        found: dict[str, list[R]] = {}
        for row in self.listed:
            place = row.id.find(".")
            while place >= 0:
                found.setdefault(row.id[:place], []).append(row)
                place = row.id.find(".", place + 1)
        return found

    def below(self, prefix: str) -> list[R]:
        """Return the rows whose name begins with ``prefix`` and a dot."""
        return list(self._below.get(prefix, ()))

    def where(self, wanted: Mapping[str, str | Sequence[str]]) -> list[R]:
        """Return the rows in which each named column holds the given text, or one of several."""
        single = {column: text for column, text in wanted.items() if isinstance(text, str)}
        several = {
            column: set(texts) for column, texts in wanted.items() if not isinstance(texts, str)
        }
        found = self._with(single) if single else self.listed
        return [
            row
            for row in found
            if all(row.raw(column) in texts for column, texts in several.items())
        ]

    def _with(self, texts: Mapping[str, str]) -> Sequence[R]:
        columns = tuple(texts)
        if columns not in self._by_texts:
            index: dict[tuple[str, ...], list[R]] = {}
            for row in self.listed:
                index.setdefault(tuple(row.raw(name) for name in columns), []).append(row)
            self._by_texts[columns] = index
        return self._by_texts[columns].get(tuple(texts.values()), ())
