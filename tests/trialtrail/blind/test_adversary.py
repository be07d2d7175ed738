"""An adversary is given the bytes of blinded studies and the design, and does as chance does.

How it is sure that it can do better: it finds what is planted wherever names alone are changed,
and in blinded studies of which one part is broken.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from snakemake_runs import run_snakemake

from tools.blinding.guess import (
    blinded_folders,
    chance,
    key_of_seed,
    renamed_folders,
    right_guesses,
    run_folder,
)
from tools.blinding.trials import COACHING, LEAKS, design, random_trial
from trialtrail import ROOT
from trialtrail.blind import forms
from trialtrail.blind.command import write_folder
from trialtrail.blind.keys import Key
from trialtrail.blind.make import blinded_study

SEEDS = 200
FEW = 16
BEYOND_CHANCE = 0.001


def test_it_does_no_better_than_chance_over_200_seeds():
    right = right_guesses(blinded_folders(range(SEEDS)))
    assert chance(right, SEEDS) > BEYOND_CHANCE
    assert chance(SEEDS - right, SEEDS) > BEYOND_CHANCE  # nor worse: that would be as good


@pytest.mark.parametrize("leak", LEAKS)
def test_it_finds_what_is_planted_where_names_alone_are_changed(leak):
    assert right_guesses(renamed_folders(range(FEW), (leak,))) >= FEW - 2


def test_it_finds_nothing_where_nothing_is_planted():
    right = right_guesses(renamed_folders(range(2 * FEW), ()))
    assert chance(right, 2 * FEW) > BEYOND_CHANCE


BROKEN = {
    "ids": (Key, "pseudonyms", lambda self, ids, what="P": {name: name for name in ids}),
    "forms": (forms, "in_one_arm_alone", lambda values, letters: ""),
    "disguise": (forms, "in_disguise", lambda values, letters, of: ""),
}


@pytest.mark.parametrize("part", BROKEN)
def test_it_finds_a_blinded_study_of_which_a_part_is_broken(part, monkeypatch):
    monkeypatch.setattr(*BROKEN[part])
    assert right_guesses(blinded_folders(range(FEW))) >= FEW - 2


@pytest.mark.nightly
def test_it_does_no_better_than_chance_over_other_seeds():
    right = right_guesses(blinded_folders(range(1000, 3000)))
    assert chance(right, 2000) > BEYOND_CHANCE
    assert chance(2000 - right, 2000) > BEYOND_CHANCE


WHOLE_RUNS = int(os.environ.get("BLINDED_RUNS", "32"))
"""Runs from each of which the adversary is given the whole folder: half a minute each."""


def whole_runs(place: Path) -> list:
    """Return the folders of runs of blinded trials, results and all, and whether A is coaching."""
    study, found = design(), []
    for seed in range(WHOLE_RUNS):
        folder = place / str(seed) / "blinded"
        folder.parent.mkdir()
        made = blinded_study(study, random_trial(seed).finished, key_of_seed(seed))
        write_folder(made, folder)
        options = ["results/report/report.html", "--cores", "2", "--directory", folder]
        options += ["--snakefile", ROOT / "Snakefile", "--configfile", folder / "study.yaml"]
        code, said = run_snakemake(options, ROOT, with_jobs=True)
        assert code == 0, said
        found.append((run_folder(folder), made.letters[COACHING] == "A"))
    return found


@pytest.mark.nightly
def test_whole_folders_of_runs_tell_it_no_more(tmp_path):
    right = right_guesses(whole_runs(tmp_path))
    assert chance(right, WHOLE_RUNS) > BEYOND_CHANCE
    assert chance(WHOLE_RUNS - right, WHOLE_RUNS) > BEYOND_CHANCE


@pytest.mark.nightly
def test_whole_folders_tell_it_what_a_broken_part_lets_through(tmp_path, monkeypatch):
    monkeypatch.setattr(*BROKEN["forms"])
    found = whole_runs(tmp_path)
    results = [
        ({name: file for name, file in folder.items() if name.startswith("results/")}, truth)
        for folder, truth in found
    ]
    assert right_guesses(results) >= WHOLE_RUNS - 2


@pytest.mark.nightly
@pytest.mark.parametrize("leak", LEAKS)
def test_what_is_planted_alone_is_blinded_alone(leak):
    right = right_guesses(blinded_folders(range(100), (leak,)))
    assert chance(right, 100) > BEYOND_CHANCE
