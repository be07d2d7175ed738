"""What a study knows to tell of somebody, read from its lists, its register and its pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.qualitative.pseudonyms import check_pseudonyms
from trialtrail.qualitative.rare_words import RARE_WORDS
from trialtrail.qualitative.word_disclosure import Lists, transcripts_with
from trialtrail.tables import read_table

KEYS = ("participant_id", "provider_id")
"""Columns of the register that hold numbers of the trial."""


def optional_table(inputs: Any, name: str) -> pd.DataFrame | None:
    """Return a table among the inputs of a job that a study may lack."""
    path = getattr(inputs, name, None) or None
    path = path[0] if isinstance(path, list) else path
    return read_table(path) if path else None


def words_of(path: str | Path) -> list[str]:
    """Return the words or phrases of a list, one a line; blank lines and remarks left out."""
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def pseudonyms_of(pseudonyms: pd.DataFrame | None, transcripts: pd.DataFrame) -> dict[str, str]:
    """Return the pseudonyms by name, once they are known to name nobody.

    Raises:
        StudyError: one of them would.
    """
    if pseudonyms is None:
        return {}
    rows = pseudonyms.astype("object").where(pseudonyms.notna(), None).to_dict("records")
    check_pseudonyms(rows, transcripts["text"])
    return {row["name"]: row["pseudonym"] for row in rows}


def lists_of(
    chosen: Mapping[str, Any],
    transcripts: pd.DataFrame,
    names: Mapping[str, str],
    interviews: pd.DataFrame | None,
) -> Lists:
    """Return what a study knows to tell of somebody.

    Args:
        chosen: what the configuration says under `qualitative.disclosure`, its lists by path.
        transcripts: all of them: a rare word is one that few hold.
        names: pseudonyms by name.
        interviews: the register, whose numbers of the trial are no words for print.
    """
    rare = [word for path in chosen["rare"] for word in words_of(path)]
    return Lists(
        listed={name: words_of(path) for name, path in chosen["lists"].items()},
        hidden=list(names),
        identifiers=_numbers(interviews),
        rare=rare,
        rare_in=transcripts_with([*RARE_WORDS, *rare], transcripts["text"]),
        few=chosen["minimum"],
        harmless=[*chosen["harmless"], *names.values()],
        patterns=chosen["patterns"],
    )


def _numbers(interviews: pd.DataFrame | None) -> Sequence[str]:
    if interviews is None:
        return []
    known = [name for name in KEYS if name in interviews]
    return sorted({str(each) for name in known for each in interviews[name].dropna()})
