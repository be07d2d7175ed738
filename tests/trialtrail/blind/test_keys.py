"""The key of a blinded study: secret, kept apart, and fair."""

import os
import stat

import pytest

from trialtrail.blind.keys import BYTES, Key, key_of, make_key, new_key, read_key
from trialtrail.errors import StudyError


def key(number: int) -> Key:
    return Key(number.to_bytes(BYTES, "big"), b"p" * BYTES)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "a.key"
    made = key_of(path, [tmp_path / "results"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(made.arms) * 8 >= 128
    assert made.arms != made.people
    assert key_of(path, []) == made
    assert new_key() != new_key()
    with pytest.raises(StudyError):
        make_key(path)


@pytest.mark.parametrize("place", ["a.key", "deep/a.key"])
def test_a_key_does_not_lie_with_what_it_opens(tmp_path, place):
    (tmp_path / "deep").mkdir()
    with pytest.raises(StudyError, match="with what it opens"):
        key_of(tmp_path / place, [tmp_path])
    link = tmp_path.with_name(f"{tmp_path.name}-link")
    link.symlink_to(tmp_path)
    with pytest.raises(StudyError, match="with what it opens"):
        key_of(link / place, [tmp_path])
    assert not (tmp_path / place).exists()


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "a.key"
    make_key(path)
    for mode in (0o640, 0o604):
        os.chmod(path, mode)
        with pytest.raises(StudyError, match="Others"):
            read_key(path)


@pytest.mark.parametrize(
    "text",
    ["", "trialtrail-blinding-key/1\n", "x\narms 00\npeople 00\n", "\udcff"],
)
def test_what_is_no_key_is_refused(tmp_path, text):
    path = tmp_path / "a.key"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    path.chmod(0o600)
    with pytest.raises(StudyError, match="no key"):
        read_key(path)


def test_a_short_secret_is_no_key(tmp_path):
    path = make_path = tmp_path / "a.key"
    make_key(make_path)
    path.write_text(path.read_text().replace("arms ", "arms ")[:-3] + "\n")
    with pytest.raises(StudyError, match="no key"):
        read_key(path)


@pytest.mark.parametrize("arms", [["x", "y"], ["y", "x"], ["x", "y", "z"], ["x", "y", "z", "w"]])
def test_each_arm_has_each_letter_equally_often(arms):
    times = 1200
    found = [key(number).letters(arms) for number in range(times)]
    assert all(sorted(each.values()) == list("ABCD"[: len(arms)]) for each in found)
    for arm in arms:
        share = sum(each[arm] == "A" for each in found) / times
        assert abs(share - 1 / len(arms)) < 4 * (0.25 / times) ** 0.5


def test_the_letter_does_not_follow_from_the_place_in_the_configuration():
    assert key(1).letters(["x", "y"]) == key(1).letters(["y", "x"])


def test_pseudonyms_are_of_the_key_and_say_nothing_of_the_id():
    ids = [f"{letter}{number}" for letter in "KU" for number in range(200)]
    one = key(1).pseudonyms(ids)
    assert len({*one.values()}) == len(ids)
    assert key(2).pseudonyms(ids) == one  # the secret of the arms has no part in it
    other = Key(b"a" * BYTES, b"q" * BYTES).pseudonyms(ids)
    assert not {*other.values()} & {*one.values()}
    order = sorted(ids, key=one.get)
    first = sum(name.startswith("K") for name in order[:200])
    assert abs(first - 100) < 25
    assert key(1).pseudonyms(ids, "C") != one


def test_scrambled_letters_are_in_equal_numbers():
    names = sorted(key(1).pseudonyms(map(str, range(91))).values())
    letters = [*key(1).scrambled(names, 3).values()]
    assert sorted(letters.count(letter) for letter in "ABC") == [30, 30, 31]
    assert key(1).scrambled(names, 3) != key(2).scrambled(names, 3)
