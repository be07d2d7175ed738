"""What a derivation says of a column, as fields: its kind, its rows, its sources.

Written by `trialtrail.derive.derivation` and read without any heavy library.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

KINDS = AS_VALIDATED, MATCHED, COMPUTED, ASSIGNED = ("validated", "matched", "computed", "assigned")
"""Copied from the record; copied from the record with the same key in another table; computed;
given by the analysis plan, from no record."""
LAYERS = RAW, VALIDATED, DATASET = ("raw", "validated", "dataset")

SOURCE = rf"({'|'.join(LAYERS)}):([^.]+)\.(.+)"
"""The form of a source: ``layer:table.column``."""


class Source(NamedTuple):
    """A column that something is made from, written as ``layer:table.column``."""

    layer: str
    table: str
    column: str

    def __str__(self) -> str:
        """Return the source as it is written."""
        return f"{self.layer}:{self.table}.{self.column}"


def parse_source(text: str) -> Source:
    """Return the source that ``text`` names.

    Raises:
        ValueError: it has no layer, no table or no column.
    """
    found = re.fullmatch(SOURCE, text)
    if found is None:
        raise ValueError(f"a source is written as layer:table.column, and `{text}` is not")
    return Source(*found.groups())


def sources_of(entry: Mapping[str, Any]) -> list[Source]:
    """Return the sources of a column, in all rows, once each; ``entry`` as `write_columns` does."""
    named = (source for each in entry["derivations"] for source in each["sources"])
    return [parse_source(source) for source in dict.fromkeys(named)]


def is_copied(entry: Mapping[str, Any]) -> bool:
    """Return whether a column is as validated in all rows."""
    return all(each["kind"] == AS_VALIDATED for each in entry["derivations"])


def rule_in_words(entry: Mapping[str, Any]) -> str:
    """Return the rule of a column: one for all rows, or each with what the rows have in common."""
    rules: dict[str, list[str]] = {}
    for each in entry["derivations"]:
        rows = next(iter(each["where"].values()), "")
        rules.setdefault(each["rule"], []).append(rows)
    if len(rules) == 1:
        return next(iter(rules))
    rows_of = {rule: ", ".join(dict.fromkeys(filter(None, rows))) for rule, rows in rules.items()}
    return "; ".join(f"{rule}: {rows}" if rows else rule for rule, rows in rows_of.items())
