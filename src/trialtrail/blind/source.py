"""What a blinded study is made from: the finished datasets, the plan, and whose letter is which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from trialtrail.blind.keys import Key

if TYPE_CHECKING:
    from trialtrail.configuration import Study

NAMELESS = "\0nameless"
"""Stands for the id of participants without one, whose rows are told apart by their number."""


@dataclass(frozen=True)
class Finished:
    """The unblinded results.

    Attributes:
        participants: the dataset of participants.
        outcomes: the dataset of outcomes; None where the plan has none.
        forms: the validated forms from which harms are counted, by name.
    """

    participants: pd.DataFrame
    outcomes: pd.DataFrame | None = None
    forms: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class People:
    """The participants under their pseudonyms and letters, in the order of the pseudonyms.

    Attributes:
        frame: the dataset of participants by pseudonym, without ids, days and the arm.
        letters: the letter of each pseudonym.
        pseudonyms: id -> pseudonym.
    """

    frame: pd.DataFrame
    letters: pd.Series
    pseudonyms: Mapping[str, str]

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of those who have a pseudonym, with it as the index, in its order."""
        names = frame["participant_id"].astype(object).map(self.pseudonyms)
        known = names.notna()
        return frame[known].set_axis(names[known].to_numpy(), axis=0).sort_index(kind="stable")


GIVEN_AWAY = ("participant_id", "arm", "randomised_on", "screening_id", "withdrawn_on")
"""Columns of the dataset of participants that are in no blinded table."""


def people_of(study: Study, finished: Finished, key: Key, scrambled: bool) -> People:
    """Return the participants under pseudonyms and letters: those whose arm is known."""
    rows = finished.participants
    rows = rows[rows["arm"].notna()].reset_index(drop=True)
    arms = [arm["id"] for arm in study.arms]
    nameless = rows["participant_id"].isna()
    numbers = nameless.cumsum().astype(str)
    ids = rows["participant_id"].astype(object).where(~nameless, NAMELESS + numbers)
    pseudonyms = key.pseudonyms(ids)
    names = ids.map(pseudonyms)
    letters = rows["arm"].astype(object).map(key.letters(arms)).set_axis(names)
    if scrambled:
        drawn = key.scrambled(list(names), len(arms))
        letters = pd.Series({name: drawn[name] for name in names})
    frame = rows.drop(columns=[name for name in GIVEN_AWAY if name in rows]).set_axis(names)
    known = {name: each for name, each in pseudonyms.items() if not name.startswith(NAMELESS)}
    return People(frame.sort_index(), letters.sort_index(), known)
