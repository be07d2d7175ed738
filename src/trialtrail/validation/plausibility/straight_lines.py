"""Runs of identical answers in a battery of items: a form filled in without reading it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from trialtrail.validation.plausibility.sheet import MOST, Sheet


def longest_runs(answers: np.ndarray, rarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return of each record the length of its longest run of one answer, and the run's rarity.

    ``answers`` has a row a record and a column an item, -1 where there is no answer (which ends a
    run); ``rarity`` has the logarithm of the share of records with that answer to that item.
    """
    count = len(answers)
    length, weight = np.zeros(count, dtype="int64"), np.zeros(count)
    run, sum_ = np.zeros(count, dtype="int64"), np.zeros(count)
    for item in range(answers.shape[1]):
        given = answers[:, item] >= 0
        same = given & (answers[:, item] == answers[:, item - 1]) if item else np.zeros_like(given)
        run = np.where(same, run + 1, given)
        sum_ = np.where(same, sum_ + rarity[:, item], np.where(given, rarity[:, item], 0))
        longer = run > length
        length, weight = np.where(longer, run, length), np.where(longer, sum_, weight)
    return length, weight


def coded(frame: pd.DataFrame) -> np.ndarray:
    """Return answers as numbers that are equal where the answers are; -1 where there is none."""
    flat = pd.concat([frame[name] for name in frame], ignore_index=True)
    codes, _ = pd.factorize(flat)
    return codes.reshape(frame.shape[1], len(frame)).T


def log_shares(answers: np.ndarray) -> np.ndarray:
    """Return of each answer the logarithm of the share of all answers to its item; 0 if none."""
    out = np.zeros(answers.shape)
    for item in range(answers.shape[1]):
        given = answers[:, item] >= 0
        if given.any():
            counts = np.bincount(answers[given, item])
            out[given, item] = np.log(counts[answers[given, item]] / given.sum())
    return out


def straight_line_findings(
    sheet: Sheet, batteries: list[list[str]], settings: dict
) -> Iterator[dict]:
    """Yield a finding for each record with a long run that chance would hardly make.

    Long is at least ``share`` of the battery's items: half of them, as Curran proposes (J Exp Soc
    Psychol 2016;66:4-19). That alone would name every healthy person whose answer to ten questions
    about limits is "none". So the run must be rare as well: if answers to different items did not
    depend on each other, fewer than ``chance`` records of so many would have it.
    """
    for items in batteries:
        if len(items) < settings["least"] or sheet.ignores(settings["ignore"], items[0]):
            continue
        answers = coded(sheet.frame[items])
        length, weight = longest_runs(answers, log_shares(answers))
        long = length >= max(settings["share"] * len(items), settings["least"])
        rows = long & (len(answers) * np.exp(weight) < settings["chance"])
        many = int(rows.sum())
        message = (
            f"one answer to at least {settings['share']:.0%} of {len(items)} items in a row, and "
            f"fewer than {settings['chance']} such records expected ({len(answers)} records)"
        )
        if many > MOST:
            yield sheet.of_column("straight_line", items[0], message, f"{many} records")
        elif many:
            found = [f"{n} of {len(items)} items in a row" for n in length[rows]]
            yield from sheet.of_rows("straight_line", items[0], rows, message, found)
