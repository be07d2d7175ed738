"""What speaks against a finding: codes that people declared contrary to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from trialtrail.qualitative.cases import entry_named
from trialtrail.qualitative.codebook import of_entry

WHERE = "configuration, qualitative.cases.contrary"


@dataclass(frozen=True)
class Contrary:
    """An entry of the codebook whose passages speak against another one.

    Attributes:
        entry: the entry under which people put such passages.
        against: the entry that they speak against.
    """

    entry: pd.Series
    against: pd.Series

    def is_against(self, entry: Mapping[str, str]) -> bool:
        """Return whether what it speaks against is the entry, lies below it or around it."""
        own, other = str(self.against["row"]), str(entry["row"])
        return (
            own == other or f"{own}.".startswith(f"{other}.") or f"{other}.".startswith(f"{own}.")
        )


def contrary_entries(
    contrary: Mapping[str, str | Sequence[str]], table: pd.DataFrame
) -> list[Contrary]:
    """Return what ``qualitative.contrary`` declares, entry by entry.

    Raises:
        StudyError: a name is no entry of the codebook.
    """
    found = []
    for name, listed in contrary.items():
        for against in [listed] if isinstance(listed, str) else listed:
            found.append(
                Contrary(entry_named(table, name, WHERE), entry_named(table, against, WHERE))
            )
    return found


def contrary_segments(
    segments: pd.DataFrame, declared: Sequence[Contrary], entry: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return the segments that speak against an entry, or against any where none is given."""
    chosen = [
        of_entry(segments, each.entry)
        for each in declared
        if entry is None or each.is_against(entry)
    ]
    if not chosen:
        return segments.iloc[:0]
    whole = pd.concat(chosen)
    return segments.loc[segments.index.isin(whole.index)]
