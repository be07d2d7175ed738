"""Texts that mean no value: what is sure, what is asked about, and what is a value."""

from __future__ import annotations

import pytest

from trialtrail.new_study.columns.missing_seen import find_missing
from trialtrail.new_study.columns.words import is_total, names_participants, says_yes
from trialtrail.new_study.files.seen import SeenColumn


def found(counts: dict[str, int], numeric: bool = True, **column) -> dict[str, bool]:
    """Return {text: whether it is sure} of a column."""
    seen = SeenColumn("x", [], **column)
    return {each.text: each.sure for each in find_missing(seen, counts, numeric)}


NUMBERS = {"1": 9, "4": 9, "7,5": 9, "10": 4}


@pytest.mark.parametrize(
    "word", [".", "NA", "k.A.", "-", "n/a", "#NV", "NaN", "unbekannt", "NA_NA"]
)
def test_a_known_word_among_numbers_is_no_value(word):
    assert found(NUMBERS | {word: 1}) == {word: True}


@pytest.mark.parametrize("word", ["-", "NA", "x", "ND", "refused"])
def test_the_same_word_among_words_may_be_a_value(word):
    assert found({"north": 20, "south": 9, word: 3}, numeric=False) == {}


@pytest.mark.parametrize(
    ("code", "cells", "sure"),
    [("-99", 1, True), ("-9", 3, True), ("999", 2, True), ("99", 1, False), ("88", 2, True)],
)
def test_a_number_far_from_all_others_is_a_code(code, cells, sure):
    assert found(NUMBERS | {code: cells}) == {code: sure}


def test_a_number_within_or_close_to_the_others_is_a_number():
    ages = {str(age): 2 for age in range(40, 98)}
    assert found(ages | {"99": 2}) == {}
    assert found({"-9": 2, "-20": 3, "5": 4}) == {}


def test_a_word_that_nobody_knows_is_no_number_where_it_comes_again():
    many = NUMBERS | {"2": 8, "3,5": 9, "6": 5, "8": 3}
    assert found(many | {"abgebr.": 3}) == {"abgebr.": True}
    assert found(many | {"abgebr.": 2}) == {"abgebr.": False}
    assert found(many | {"abgebr.": 1}) == {}


def test_what_the_file_says_counts():
    labels = {"1": "low", "2": "high", "8": "refused"}
    assert found({"1": 5, "2": 4, "8": 1}, numeric=False, value_labels=labels) == {"8": True}
    assert found({"1": 5, "77": 1}, missing=("77",)) == {"77": True}


@pytest.mark.parametrize("day", ["00.00.0000", "99/99/9999", "9999-12-31"])
def test_a_day_that_there_is_not_is_no_value(day):
    assert found({"03.04.2024": 5, day: 1}) == {day: True}


def test_yes_and_no_are_words_of_one_language():
    assert says_yes(["J", "n", "ja"]) == {"J": True, "n": False, "ja": True}
    assert says_yes(["oui", "N"]) == {"oui": True, "N": False}
    assert says_yes(["S", "F"]) is None  # not Spanish and English mixed
    assert says_yes(["F", "M"]) is None
    assert says_yes(["ja", "J"]) is None


def test_rows_of_sums_and_headings_of_ids():
    assert all(map(is_total, ["Summe", "Total:", "Mittelwert", "n = 90", "MEAN"]))
    assert not any(map(is_total, ["P001", "Totalprothese", "", None, "90"]))
    ids = ["Pat.-Nr.", "patient_id", "ID", "Study No", "subjid", "Teilnehmer", "record_id"]
    assert [each for each in ids if not names_participants(each)] == []
    assert not any(map(names_participants, ["Age", "Height", "notes", "Group", "video"]))


FEW = {"1": 20, "2": 25, "3": 24}
"""Cells that are whole numbers of few sorts: codes, doses or visits as well as quantities."""


@pytest.mark.parametrize("word", ["placebo", "never", "none", "nullipara", "screening", "other"])
@pytest.mark.parametrize(
    "counts",
    [
        FEW,
        {"10 mg": 30, "20 mg": 31},
        {"1-5/day": 9, "6-10/day": 9},
        {dose: 22 for dose in ("0.25", "0.5", "1", "2.5", "5", "10", "20")},
    ],
)
def test_a_word_beside_few_numbers_may_be_a_code(counts, word):
    assert found(counts | {word: 22}) == {}


def test_a_word_that_is_frequent_or_means_none_is_asked_about():
    cigarettes = {str(number): 3 for number in range(1, 30)}
    assert found(cigarettes | {"never": 9}) == {"never": False}
    assert found(cigarettes | {"lost": 60}) == {"lost": False}
    assert found(cigarettes | {"lost": 6}) == {"lost": True}
