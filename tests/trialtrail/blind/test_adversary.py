"""An adversary is given the bytes of blinded studies and the design, and does as chance does.

How it is sure that it can do better: it finds what is planted wherever names alone are changed,
and in blinded studies of which one part is broken.
"""

from __future__ import annotations

import pytest

from tools.blinding.guess import blinded_folders, chance, renamed_folders, right_guesses
from tools.blinding.trials import LEAKS
from trialtrail.blind import forms
from trialtrail.blind.keys import Key

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


@pytest.mark.nightly
@pytest.mark.parametrize("leak", LEAKS)
def test_what_is_planted_alone_is_blinded_alone(leak):
    right = right_guesses(blinded_folders(range(100), (leak,)))
    assert chance(right, 100) > BEYOND_CHANCE
