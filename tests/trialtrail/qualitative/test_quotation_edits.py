"""Edits of quotations: what replays, and what is refused."""

import pytest

from trialtrail.qualitative.quotation_edits import (
    Edit,
    edits_as_json,
    edits_of_json,
    faults_in,
    merged,
    replay,
    unsaid_negations,
)

TEXT = "I: And then?\nR: I did not tell Mary, who came 👩🏽 late, because she was tired."
START, END = TEXT.index("I did"), len(TEXT)


def edit(words, kind, text, why="", after=0):
    at = TEXT.index(words, after)
    return Edit(at, at + len(words), kind, text, why)


def insertion(before, text):
    return Edit(TEXT.index(before), TEXT.index(before), "clarification", text)


def test_edits_replay_to_the_printed_words_in_any_order():
    edits = [
        edit("Mary", "replacement", "[my sister]"),
        edit(", who came 👩🏽 late,", "elision", " […]"),
        insertion("tired", "[the mother] "),
    ]
    wanted = "I did not tell [my sister] […] because she was [the mother] tired."
    assert replay(TEXT, START, END, edits) == wanted
    assert replay(TEXT, START, END, reversed(edits)) == wanted
    assert faults_in(edits, TEXT, START, END) == []
    assert edits_of_json(edits_as_json(edits)) == sorted(edits)


def test_without_edits_a_passage_is_printed_as_it_stands():
    assert replay(TEXT, START, END) == TEXT[START:END]
    assert edits_as_json([]) == ""


@pytest.mark.parametrize(
    ("edits", "fault"),
    [
        ([Edit(START - 3, START + 1, "elision", "…")], "outside the passage"),
        ([Edit(END - 1, END + 4, "elision", "…")], "outside the passage"),
        ([Edit(START + 4, START + 1, "elision", "…")], "outside the passage"),
        ([Edit(START, START + 9, "elision", "")], "mark of omission"),
        ([Edit(START, START + 9, "elision", "and so")], "mark of omission"),
        ([Edit(START, START + 1, "replacement", "She")], "in square brackets"),
        ([Edit(START, START + 1, "replacement", "[]")], "in square brackets"),
        ([Edit(START, START + 1, "replacement", "[she] did [it]")], "in square brackets"),
        ([Edit(START, START, "clarification", "she")], "in square brackets"),
        ([Edit(START, START, "elision", "…")], "replaces nothing"),
        ([Edit(START, START + 1, "correction", "[We]")], "no known kind"),
        ([Edit(START, END, "elision", "…")], "nothing of it is quoted"),
        (
            [Edit(START, START + 9, "elision", "…"), Edit(START + 2, START + 5, "elision", "…")],
            "overlap",
        ),
        (
            [Edit(START, START + 5, "elision", "…"), Edit(START + 4, START + 9, "elision", "…")],
            "overlap",
        ),
        (
            [
                Edit(START, START, "clarification", "[a]"),
                Edit(START, START, "clarification", "[b]"),
            ],
            "overlap",
        ),
    ],
)
def test_edits_that_are_no_way_into_print_are_refused(edits, fault):
    assert any(fault in each for each in faults_in(edits, TEXT, START, END))


def test_an_edit_that_says_what_it_replaces_is_held_to_it():
    at = TEXT.index("Mary")
    kept = [Edit(at, at + 4, "replacement", "[my sister]", replaced="Mary")]
    assert faults_in(kept, TEXT, START, END) == []
    changed = TEXT.replace("Mary", "Mery")
    assert "other words than it says" in faults_in(kept, changed, START, END)[0]
    assert "Mary" not in edits_as_json(kept)


def test_edits_may_touch():
    pair = [Edit(START, START + 2, "elision", "…"), Edit(START + 2, START + 5, "elision", "…")]
    assert faults_in(pair, TEXT, START, END) == []


@pytest.mark.parametrize("words", ["👩", "👩🏽 l", "🏽"])
def test_an_emoji_is_not_parted_from_its_skin_tone(words):
    one = edit(words, "replacement", "[a woman]")
    refused = any("parts a sign" in each for each in faults_in([one], TEXT, START, END))
    assert refused == (words != "👩🏽 l")


def test_a_passage_outside_the_transcript_has_no_words():
    assert faults_in([], TEXT, 5, len(TEXT) + 1)
    assert faults_in([], TEXT, 5, 5)


@pytest.mark.parametrize(
    ("words", "told"),
    [("not ", True), ("did not", True), ("tell", False), (", who came 👩🏽 late,", False)],
)
def test_an_elision_that_takes_a_negation_away_needs_a_reason(words, told):
    assert bool(unsaid_negations([edit(words, "elision", "…")], TEXT)) == told
    assert unsaid_negations([edit(words, "elision", "…", why="he repeats himself")], TEXT) == []


def test_a_contracted_negation_is_one_and_brackets_may_keep_it():
    text = "She didn’t come and he won't."
    assert len(unsaid_negations([Edit(4, 10, "elision", "…")], text)) == 1
    assert unsaid_negations([Edit(4, 10, "replacement", "[did not]")], text) == []


def test_a_name_within_words_left_out_is_left_out_with_them():
    left_out = edit("tell Mary", "elision", "…")
    name = edit("Mary", "pseudonym", "Anna")
    assert merged([left_out], [name]) == [left_out]
    assert merged([], [name]) == [name]
