"""Parts of the documents that are compared: stages of interviews, rounds of coding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.errors import StudyError

STAGE, ROUND = "stage", "round"


@dataclass(frozen=True)
class Group:
    """A part of the documents.

    Attributes:
        split: `STAGE`, `ROUND`, or nothing: all documents.
        name: its name in rows of results.
        chosen: whether each document belongs to it.
        coded_from, coded_to: first and last of the days on which its documents were last coded.
    """

    split: str
    name: str
    chosen: np.ndarray
    coded_from: str = ""
    coded_to: str = ""


def whole(documents: Sequence[str]) -> Group:
    """Return all documents as one group."""
    return Group("", "", np.ones(len(documents), dtype=bool))


def stages_of(interviews: pd.DataFrame | None, documents: Sequence[str]) -> list[Group]:
    """Return the documents by the stage of their interviews, in the order of the register.

    None where the study keeps no register, or where all are of one stage.
    """
    if interviews is None:
        return []
    known = interviews.dropna(subset=["document", STAGE]).drop_duplicates("document")
    stage = known.set_index("document")[STAGE].astype(str)
    own = np.array([stage.get(document, "") for document in documents], dtype=object)
    groups = [
        Group(STAGE, name, own == name) for name in dict.fromkeys(stage) if (own == name).any()
    ]
    return groups if len(groups) > 1 else []


def rounds_of(
    segments: pd.DataFrame, documents: Sequence[str], rounds: int | Sequence[str]
) -> list[Group]:
    """Return the documents by when they were coded: by the last day on which a reader coded there.

    ``rounds`` is their number, of which each has as many documents as the days allow, or the last
    days of all but the last of them. A document whose days are not known is in none. None where
    there would be one round alone.

    Raises:
        StudyError: the days are not in order.
    """
    own = segments[segments["document"].isin(documents)]
    days = pd.to_datetime(own.groupby("document")["coded_on"].max()).reindex(list(documents))
    known = days.dropna()
    if known.empty or rounds == 0:
        return []
    numbers = _numbers(known, rounds)
    groups = []
    for number in sorted(set(numbers)):
        inside = set(known.index[numbers == number])
        chosen = np.array([document in inside for document in documents])
        first, last = known[numbers == number].agg(["min", "max"]).dt.strftime("%Y-%m-%d")
        groups.append(Group(ROUND, f"{ROUND}_{number + 1}", chosen, first, last))
    return groups if len(groups) > 1 else []


def _numbers(days: pd.Series, rounds: int | Sequence[str]) -> np.ndarray:
    if isinstance(rounds, int):
        # Documents of one day stay together, in the round of the first of them.
        rank = days.rank(method="min") - 1
        return np.floor(rank * rounds / len(days)).astype(int).to_numpy()
    until = pd.to_datetime(pd.Series(list(rounds)))
    if not until.is_monotonic_increasing or until.duplicated().any():
        raise StudyError(
            "the days of the rounds of coding are not in order",
            where="qualitative.agreement.rounds",
            rule="each day is the last of its round, and after the one before it",
            remedy="put the days in order",
        )
    return np.searchsorted(until.to_numpy(), days.to_numpy(), side="left")
