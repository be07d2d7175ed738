"""Saturation: when people who were interviewed later brought no codes that were not there before.

A unit is a person: with the codes of all their interviews, at the place of the first. A person who
is interviewed twice says nothing new of a new person. What is new is the first use of a code in
that order, whatever the order in which coders came to define it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.qualitative.codings import person_of

REACHED, NOT_REACHED, NOT_ASSESSABLE = "reached", "not reached", "not assessable"
BY_DATE, BY_REGISTER = "date", "register"
"""What the order of people follows: the days of their interviews, or, where one of these is not
known, the register."""
AT_ONCE = 1 << 24
"""Cells of an array of random orders that are made at a time."""


@dataclass(frozen=True)
class BaseAndRun:
    """Base size, run length and new-information threshold (Guest, Namey and Chen 2020).

    Attributes:
        status: reached, not reached, or not assessable: fewer people than base and run, or a base
            without codes.
        base_codes: codes of the base.
        run_codes: new codes of the run that reached it, or of the last run.
        at: people before the run that reached it.
    """

    status: str
    base_codes: int | None = None
    run_codes: int | None = None
    at: int | None = None

    @property
    def percent(self) -> float | None:
        """New codes of the run, as a share of those of the base, 0-100."""
        return 100 * self.run_codes / self.base_codes if self.base_codes else None


def people_and_codes(
    segments: pd.DataFrame, register: pd.DataFrame, codes: list[str]
) -> tuple[np.ndarray, str]:
    """Return which codes each person's interviews were given, and what the order of people follows.

    A row of the array is a person in the order of their first interview, a column a code. `codes`
    are the codes that count, `register` the interviews that count (`codings.register_of`), in whose
    order people are whose interviews were on one day.
    """
    register = register.assign(person=person_of(register))
    dates = register.get("interviewed_on")
    follows = BY_DATE if dates is not None and dates.notna().all() else BY_REGISTER
    if follows == BY_DATE:
        register = register.sort_values("interviewed_on", kind="stable")
    people = {person: place for place, person in enumerate(register["person"].unique())}
    columns = {code: place for place, code in enumerate(codes)}
    used = np.zeros((len(people), len(codes)), dtype=bool)
    whose = dict(zip(register["document"], register["person"], strict=True))
    coded = segments[segments["document"].isin(list(whose)) & segments["code"].isin(codes)]
    for document, code in coded[["document", "code"]].drop_duplicates().itertuples(index=False):
        used[people[whose[document]], columns[code]] = True
    return used, follows


def new_codes(used: np.ndarray) -> np.ndarray:
    """Return how many codes each person is the first to have, in the order of the rows."""
    if not len(used):
        return np.zeros(0, dtype=int)
    first = np.where(used.any(axis=0), used.argmax(axis=0), -1)
    return np.bincount(first[first >= 0], minlength=len(used))


def base_and_run(new: np.ndarray, base: int, run: int, threshold: float) -> BaseAndRun:
    """Return where a run first brings no more than ``threshold`` per cent of the codes of the base.

    Runs begin after the base and move on by one person (Guest, Namey and Chen, PLoS One
    2020;15:e0232076). ``new`` gives the new codes of each person in order.
    """
    if len(new) < base + run:
        return BaseAndRun(NOT_ASSESSABLE)
    of_base = int(new[:base].sum())
    runs = np.convolve(new[base:], np.ones(run, dtype=int), mode="valid")
    if of_base == 0:
        return BaseAndRun(NOT_ASSESSABLE, base_codes=0)
    below = np.flatnonzero(100 * runs <= threshold * of_base)
    if len(below) == 0:
        return BaseAndRun(NOT_REACHED, of_base, int(runs[-1]))
    return BaseAndRun(REACHED, of_base, int(runs[below[0]]), base + int(below[0]))


def stopped_at(new: np.ndarray, initial: int, stopping: int) -> tuple[str, int | None]:
    """Return whether a stopping criterion is met, and at how many people.

    After ``initial`` people, ``stopping`` in a row must bring nothing new (Francis et al., Psychol
    Health 2010;25:1229-45).
    """
    if len(new) < initial + stopping:
        return NOT_ASSESSABLE, None
    in_a_row = 0
    for place, count in enumerate(new[initial:], start=initial + 1):
        in_a_row = 0 if count else in_a_row + 1
        if in_a_row == stopping:
            return REACHED, place
    return NOT_REACHED, None


def random_orders(used: np.ndarray, orders: int, seed: int) -> np.ndarray:
    """Return the new codes of each person in random orders; a row is an order.

    The orders depend on the seed and the number of people alone.
    """
    people, codes = used.shape
    places = np.argsort(np.random.default_rng(seed).random((orders, people)), axis=1)
    new = np.zeros((orders, people), dtype=int)
    if not people:
        return new
    rows = np.arange(orders)
    step = max(1, AT_ONCE // max(1, orders * people))
    for start in range(0, codes, step):
        block = used[:, start : start + step]
        block = block[:, block.any(axis=0)]
        # The place at which a code is first met; people without it stand after all others.
        met = np.where(block[None, :, :], places[:, :, None], people).min(axis=1)
        for column in met.T:
            np.add.at(new, (rows, column), 1)
    return new


def reached_in(new: np.ndarray, base: int, run: int, threshold: float) -> int:
    """Return in how many orders `base_and_run` is reached; a row of ``new`` is an order."""
    if new.shape[1] < base + run:
        return 0
    of_base = new[:, :base].sum(axis=1)
    total = np.cumsum(new, axis=1)
    runs = total[:, base + run - 1 :] - total[:, base - 1 : -run]
    reached = (100 * runs <= threshold * of_base[:, None]).any(axis=1)
    return int((reached & (of_base > 0)).sum())
