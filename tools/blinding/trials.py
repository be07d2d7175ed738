"""Small random trials under no effect, in which what gives arms away is planted, all or one by one.

A trial is what a finished run leaves: the datasets, of which `trialtrail blind` makes a blinded
study; and, for comparison, a folder in which only the names of the arms were changed.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from trialtrail.blind.source import Finished
from trialtrail.configuration import Study

DESIGN = Path(__file__).with_name("study.yaml")
USUAL, COACHING = "usual", "coaching"
START = pd.Timestamp("2021-03-01")
LEAKS = (
    *("ids", "order", "contacts", "days", "files", "times", "missing_codes", "category"),
    *("missing_baseline", "disguise", "form", "sessions", "reasons", "clusters", "events"),
    *("relation", "words"),
)
"""What may be planted: ids and rows by arm, contacts in one arm, a later start, a file and its time
by arm, other codes of missing values, a category or a missing variable of one arm, the arm as a
covariate, a form of one arm, sessions of one arm, reasons, providers, kinds of events and their
cause, and words that name the intervention."""

Folder = dict[str, tuple[bytes, float]]
"""A folder as an adversary sees it: the bytes and the time stamp of each file."""


@dataclass(frozen=True)
class Trial:
    """One random trial: its datasets, and what is planted in it."""

    finished: Finished
    leaks: frozenset[str]
    seed: int


def design() -> Study:
    """Return the study that all trials are of; its exports are not read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / DESIGN.name
        file.write_bytes(DESIGN.read_bytes())
        (Path(folder) / "people.csv").touch()
        return Study(yaml.safe_load(file.read_text(encoding="utf-8")), file)


def random_trial(seed: int, leaks: Collection[str] = LEAKS) -> Trial:
    """Return a random trial of 50 to 90 participants in which ``leaks`` are planted."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(25, 46)) * 2
    treated = rng.permutation(np.repeat([False, True], n // 2))
    if "order" in leaks:
        treated = np.sort(treated)
    numbers = rng.permutation(np.arange(100, 1000))[:n]
    if "ids" in leaks:
        ids = [f"{'K' if t else 'U'}{i}" for i, t in zip(numbers, treated, strict=True)]
    else:
        ids = [f"S{number}" for number in numbers]
    days = rng.integers(0, 300, n) + (100 * treated if "days" in leaks else 0)
    people = pd.DataFrame(
        {
            "participant_id": pd.array(ids, dtype="string"),
            "arm": pd.array(np.where(treated, COACHING, USUAL), dtype="string"),
            "randomised_on": START + pd.to_timedelta(days, unit="D"),
            "age_years": pd.array(rng.integers(40, 80, n), dtype="Int64"),
            "sex": _texts(rng.choice(["female", "male"], n)),
            "referral": _texts(rng.choice(["doctor", "nurse"], n)),
            "support": pd.array(rng.normal(5, 2, n).round(1), dtype="Float64"),
            "remark": _texts(rng.choice(["came early", "came late"], n)),
        }
    )
    why = _texts(rng.choice(["moved", "ill"], n)).mask(rng.random(n) < 0.85)
    people["withdrawal_reason"] = why
    plant_at_baseline(people, treated, leaks, rng)
    offered = treated if "contacts" in leaks else rng.random(n) < 0.5
    people["visits"] = pd.array(np.where(offered, rng.integers(1, 9, n), 0), dtype="Int64")
    people["attempts"] = people["visits"] + 1
    coaches = np.where(treated if "clusters" in leaks else rng.random(n) < 0.5, 1, 0)
    people["cluster"] = _texts([f"coach {rng.integers(1, 6)}" for _ in range(n)]).mask(coaches == 0)
    outcomes = measure(people, treated, leaks, rng)
    forms = {"events": events_of(people, treated, leaks, rng)}
    return Trial(Finished(people, outcomes, forms), frozenset(leaks), seed)


def _texts(values: Collection[str]) -> pd.Series:
    return pd.Series(pd.array(list(values), dtype="string"))


def plant_at_baseline(
    people: pd.DataFrame, treated: np.ndarray, leaks: Collection[str], rng: np.random.Generator
) -> None:
    """Plant what variables of the baseline may tell of the arms."""
    n = len(people)
    if "category" in leaks:
        chosen = treated & (rng.random(n) < 0.6)
        people["referral"] = people["referral"].mask(chosen, "other")
    if "missing_baseline" in leaks:
        people["support"] = people["support"].mask(~treated & (rng.random(n) < 0.9))
    if "disguise" in leaks:
        wrong = rng.random(n) < 0.1
        people["sex"] = _texts(np.where(treated ^ wrong, "female", "male"))
    if "words" in leaks:
        named = treated & (rng.random(n) < 0.5)
        people["remark"] = people["remark"].mask(named, "asked for the coach")
    if "reasons" in leaks:
        gone = people["withdrawal_reason"].notna() & treated
        people["withdrawal_reason"] = people["withdrawal_reason"].mask(gone, "no time for coaching")


def measure(
    people: pd.DataFrame, treated: np.ndarray, leaks: Collection[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Return the dataset of outcomes, which no arm changes; mark in ``people`` who was seen."""
    n = len(people)
    seen = rng.random(n) < 0.9
    asked = treated if "form" in leaks else rng.random(n) < 0.5
    taught = treated if "sessions" in leaks else rng.random(n) < 0.5
    people["has_baseline"] = pd.array([True] * n, dtype="boolean")
    people["has_visit"] = pd.array(seen, dtype="boolean")
    people["has_satisfaction"] = pd.array(seen & asked, dtype="boolean")
    people["has_events"] = pd.array([False] * n, dtype="boolean")
    died = rng.random(n) < 0.2
    values = {
        "walk": (rng.normal(300, 60, n).round(), "visit", seen),
        "fell": (rng.integers(0, 2, n), "visit", seen),
        "sessions": (np.where(taught, rng.integers(1, 9, n), 0), "visit", seen),
        "satisfied": (rng.normal(7, 1, n).round(1), "visit", seen & asked),
        "death": (np.where(died, rng.integers(5, 360, n), 365), "follow_up", seen | True),
    }
    ids, arms = (people[name].to_numpy(dtype=object) for name in ("participant_id", "arm"))
    masks = [there for *_, there in values.values()]
    sizes = [int(there.sum()) for there in masks]
    ended = [died[there] * 1.0 if name == "death" else np.full(size, np.nan)
             for name, there, size in zip(values, masks, sizes, strict=True)]  # fmt: skip
    numbers = np.concatenate([number[there] * 1.0 for number, _, there in values.values()])
    return pd.DataFrame(
        {
            "participant_id": np.concatenate([ids[there] for there in masks]),
            "arm": np.concatenate([arms[there] for there in masks]),
            "outcome": np.repeat(list(values), sizes),
            "timepoint": np.repeat([time for _, time, _ in values.values()], sizes),
            "value": pd.array(numbers, dtype="Float64"),
            "event": pd.array(np.concatenate(ended), dtype="Float64"),
        }
    )


def events_of(
    people: pd.DataFrame, treated: np.ndarray, leaks: Collection[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Return the validated form of events: about one a participant."""
    who = np.flatnonzero(rng.random(len(people)) < 0.7)
    who = np.sort(rng.choice(who, len(who) + 10))
    terms = rng.choice(["fall", "infection"], len(who))
    if "events" in leaks:
        terms = np.where(treated[who] & (rng.random(len(who)) < 0.6), "strain", terms)
    cause = treated[who] if "relation" in leaks else rng.random(len(who)) < 0.5
    number = pd.Series(who).groupby(who).cumcount() + 1
    return pd.DataFrame(
        {
            "participant_id": people["participant_id"].to_numpy()[who],
            "instance": pd.array(number, dtype="Int64"),
            "term": pd.array(terms, dtype="string"),
            "serious": pd.array(rng.random(len(who)) < 0.2, dtype="boolean"),
            "relation": pd.array(np.where(cause, "possible", "unrelated"), dtype="string"),
        }
    )


def renamed(trial: Trial, letters: dict[str, str]) -> Folder:
    """Return the folder of somebody who blinds by names: the rows as they are, arms as letters."""
    finished, leaks = trial.finished, trial.leaks
    people = finished.participants.assign(arm=finished.participants["arm"].map(letters))
    arm = people["arm"].to_numpy()
    codes = {letters[USUAL]: "-9", letters[COACHING]: "NK"} if "missing_codes" in leaks else {}
    scores = finished.outcomes.assign(arm=finished.outcomes["arm"].map(letters))
    folder: Folder = {
        "people.csv": (_csv(people, codes, arm), 0.0),
        "outcomes.csv": (_csv(scores, {}, arm), 0.0),
        "events.csv": (_csv(finished.forms["events"], {}, arm), 0.0),
    }
    for place, name in enumerate((USUAL, COACHING), start=1):
        rows = people[arm == letters[name]][["participant_id", "arm"]]
        if "files" in leaks:
            folder[f"centre_{place}.csv"] = (_csv(rows, {}, arm), 0.0)
        if "times" in leaks:
            folder[f"list_{letters[name]}.csv"] = (b"list\n", float(place))
    return folder


def _csv(frame: pd.DataFrame, codes: dict[str, str], arm: np.ndarray) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(list(frame))
    columns = [frame[name].astype("string").fillna("").tolist() for name in frame]
    for row, letter in zip(zip(*columns, strict=True), list(arm) + [""] * len(frame), strict=False):
        writer.writerow([cell or codes.get(letter, "") for cell in row])
    return stream.getvalue().encode()
