"""Learn from half of the folders which letter is the intervention, and guess it of the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import stats

from tools.blinding.features import features
from tools.blinding.trials import COACHING, LEAKS, Folder, Trial, design, random_trial, renamed
from trialtrail.blind.command import WHEN
from trialtrail.blind.keys import Key
from trialtrail.blind.make import blinded_study

STRONG = 3.5
"""Measures whose t is above it are trusted; where none is, all are, by their t."""


def blinded_folders(
    seeds: Sequence[int], leaks: Sequence[str] = LEAKS
) -> list[tuple[Folder, bool]]:
    """Return the blinded study of a trial for each seed, and whether A is the intervention."""
    study, found = design(), []
    for seed in seeds:
        made = blinded_study(study, random_trial(seed, leaks).finished, key_of_seed(seed))
        folder = {name: (data, float(WHEN)) for name, data in sorted(made.files.items())}
        found.append((folder, made.letters[COACHING] == "A"))
    return found


def renamed_folders(seeds: Sequence[int], leaks: Sequence[str]) -> list[tuple[Folder, bool]]:
    """Return for each seed the folder in which only the arms' names are changed, and the truth."""
    found = []
    for seed in seeds:
        trial: Trial = random_trial(seed, leaks)
        letters = key_of_seed(seed).letters(["usual", COACHING])
        found.append((renamed(trial, letters), letters[COACHING] == "A"))
    return found


def run_folder(folder: Path) -> Folder:
    """Return all files of a folder in which a run was made; the stamps count from its first one."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    begun = min((p.stat().st_mtime for p in files if p.stat().st_mtime > WHEN), default=0.0)
    order = sorted(files, key=lambda path: path.stat().st_mtime)
    places = {path: float(place) for place, path in enumerate(order)}
    found: Folder = {}
    for path in files:
        stamp = path.stat().st_mtime - begun if path.stat().st_mtime > WHEN else 0.0
        found[path.relative_to(folder).as_posix()] = path.read_bytes(), stamp + places[path]
    return found


def key_of_seed(seed: int) -> Key:
    """Return a key whose secrets are drawn by a seed, so that a score can be had again."""
    rng = np.random.default_rng([seed, 20_031])
    return Key(rng.bytes(32), rng.bytes(32))


def right_guesses(folders: Sequence[tuple[Folder, bool]]) -> int:
    """Return how many folders are guessed rightly, each half by what the other half taught."""
    measured = [features(folder) for folder, _ in folders]
    names = sorted(set().union(*measured))
    x = np.array([[each.get(name, 0.0) for name in names] for each in measured])
    y = np.array([1.0 if first else -1.0 for _, first in folders])
    half = len(folders) // 2
    parts = (np.arange(half), np.arange(half, len(folders)))
    right = 0
    for learn, test in (parts, parts[::-1]):
        right += int((guess(x[learn], y[learn], x[test]) == y[test]).sum())
    return right


def guess(x: np.ndarray, y: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return 1 where A seems to be the intervention, else -1: the measures vote by their t."""
    centre, spread = x.mean(0), x.std(0)
    use = spread > 1e-12
    z = (x[:, use] - centre[use]) / spread[use]
    r = (z * (y - y.mean())[:, None]).mean(0) / max(y.std(), 1e-12)
    t = r * np.sqrt((len(y) - 2) / np.maximum(1 - r**2, 1e-9))
    weight = np.where(np.abs(t) > STRONG, t, 0.0)
    if not weight.any():
        weight = t
    votes = np.tanh((others[:, use] - centre[use]) / spread[use]) @ weight
    return np.where(votes >= 0, 1.0, -1.0)


def chance(right: int, of: int) -> float:
    """Return the probability of so many right guesses, or more, by tossing a coin."""
    return float(stats.binom.sf(right - 1, of, 0.5))
