"""The words of months: each language has twelve, and none names two."""

import pytest

from trialtrail.configuration.schema import schema_files
from trialtrail.exports.months import LANGUAGES, month_of, month_problems, month_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_twelve_months_and_no_word_twice(language):
    assert [*month_problems(language)] == []
    assert set(month_words(language).values()) == set(range(1, 13))


def test_the_schema_has_the_same_languages():
    languages, _twelve_words = schema_files()["common.yaml"]["$defs"]["months"]["anyOf"]
    assert languages["enum"] == sorted(LANGUAGES)


def test_a_word_is_compared_whole_in_any_case_with_or_without_a_point():
    words = month_words()
    assert [month_of(word, words) for word in ("MARCH", "mar.", "Sept")] == [3, 3, 9]
    assert [month_of(word, words) for word in ("Marc", "Marble", "", ".")] == [None] * 4


def test_words_of_a_study_stand_in_the_place_of_english_ones():
    words = month_words(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"])
    assert month_of("vi", words) == 6
    assert month_of("june", words) is None


def test_a_word_of_two_months_and_one_of_no_letters_are_told():
    twelve = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", ["k", "a."], "12"]
    assert [*month_problems(twelve)] == ["`a.` names two months", "`12` is no word of letters"]
