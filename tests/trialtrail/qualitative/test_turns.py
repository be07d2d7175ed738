"""Turns: what is a speaker and what is none, where words begin and end, and when."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialtrail.exports.transcripts.heads import closing_of, kind_of, seconds_of
from trialtrail.qualitative.turns import find_turns

ASKS = ["I", "INT", "Interviewer"]


def turns(*texts, **more):
    documents = [f"d{n}" for n in range(1, len(texts) + 1)]
    return find_turns(pd.DataFrame({"document": documents, "text": list(texts)}), ASKS, **more)


def said(*texts, **more):
    table = turns(*texts, **more)
    speakers = table["speaker"].astype(object).where(table["speaker"].notna(), None)
    return list(zip(speakers, table["text"], strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "I: one\nR: two\nI: three",
        "I:one\nR:two\nI:three",
        "I :\tone\nR :\ttwo\nI :\tthree",
        "I\tone\nR\ttwo\nI\tthree",
        "**I:** one\n**R:** two\n**I:** three",
        "[I]: one\n[R]: two\n[I]: three",
        "1. I: one\n2. R: two\n3. I: three",
        "\ufeffI: one\r\n\r\nR: two\r\n\r\nI: three\r\n",
        "I:\none\nR:\ntwo\nI:\nthree",
        "I： one\nR： two\nI： three",
        "[00:01] I: one\n[00:02] R: two\n[00:03] I: three",
        "I: [00:00:01] one\nR: [00:00:02] two\nI: [00:00:03] three",
        "I [00:00:01]: one\nR [00:00:02]: two\nI [00:00:03]: three",
        "I  00:01\none\nR  00:02\ntwo\nI  00:03\nthree",
        "I: one #00:00:01-5#\nR: two #00:00:02-5#\nI: three #00:00:03-5#",
        "I: one (0:00:01)\nR: two (0:00:02)\nI: three (0:00:03)",
    ],
)
def test_one_interview_is_one_however_labels_and_times_are_written(text):
    assert said(text) == [("I", "one"), ("R", "two"), ("I", "three")]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("[00:01:02] I: one", 62, None),
        ("I: [1:00:02.25] one", 3602.25, None),
        ("I: one #00:01:02-5#", None, 62.5),
        ("I: one (00:01:02)", None, 62),
        ("I: one [00:01:02 - 00:01:05]", 62, 65),
        ("{00:01:02,500 --> 00:01:03} I: one", 62.5, 63),
        ("I  1:02\none", 62, None),
        ("I: one (10:30)", None, None),
        ("I: one [00:99:99]", None, None),
    ],
)
def test_times_are_seconds(text, start, end):
    row = turns(text).iloc[0]
    found = tuple(None if pd.isna(row[name]) else row[name] for name in ("time_start", "time_end"))
    assert found == (start, end)


@pytest.mark.parametrize(
    "line",
    [
        "He said: no",
        "So I thought: why not",
        "Date: 3 May",
        "Place: clinic",
        "Interviewer's notes: a kitchen, two children",
        "Note: tape left running",
        "NB: not recorded",
        "http://example.org",
        "12:30 she came",
        "What I want to know is this: who pays?",
        "Really? Well: yes",
    ],
)
def test_a_sentence_with_a_colon_is_no_turn(line):
    assert said(f"I: one\nR: two\n{line}\nI: three\nR: four")[1] == ("R", f"two\n{line}")
    above = said(f"{line}\nI: one\nR: two\nI: three")
    assert above[0] == (None, line)
    assert [speaker for speaker, _ in above[1:]] == ["I", "R", "I"]


def test_a_label_that_stands_once_is_a_speaker_between_two_turns_of_another():
    text = "Ann Hay: one\nMary: two\nAnn Hay: three\nQuestion: of what\nstill three"
    assert said(text) == [
        ("Ann Hay", "one"),
        ("Mary", "two"),
        ("Ann Hay", "three\nQuestion: of what\nstill three"),
    ]


def test_a_name_that_answers_an_interviewer_last_is_a_speaker():
    assert said("Interviewer: one\nMary: two") == [("Interviewer", "one"), ("Mary", "two")]
    assert said("Interviewer: Ann\nDate: May\nInterviewer: one")[0][1] == "Ann\nDate: May"


def test_who_speaks_often_in_one_document_is_a_speaker_in_every_one():
    found = said("Ann: a\nBob: b\nAnn: c\nBob: d", "Bob: only once, at the end of all: yes")
    assert found[-1] == ("Bob", "only once, at the end of all: yes")


def test_with_the_speakers_of_the_configuration_no_other_is_one():
    text = "I: a\nMum (laughs): b\nI: c\nR: d\nR: e\nI: f"
    assert said(text, speakers=["mum (laughs)"]) == [
        ("I", "a"),
        ("mum (laughs)", "b"),
        ("I", "c\nR: d\nR: e"),
        ("I", "f"),
    ]


def test_who_asks_is_known_in_any_case_and_of_nobody_where_nobody_is_known():
    table = turns("INTERVIEWER: a\nMary: b\ninterviewer: c\nMary: d", "no one says this")
    assert table["interviewer"].tolist() == [True, False, True, False, pd.NA]
    assert table["speaker"].dropna().nunique() == 2


def test_who_speaks_in_every_interview_asks_where_no_interviewer_is_named():
    table = turns("Ann: a\nBob: b\nAnn: c\nBob: d", "Ann: a\nSue: b\nAnn: c", "no one")
    assert set(table.loc[table["interviewer"].fillna(False), "speaker"]) == {"Ann"}
    alone = turns("Ann: a\nBob: b\nAnn: c\nBob: d")
    assert not alone["interviewer"].any()
    both = turns("Ann: a\nBob: b\nAnn: c\nBob: d", "Ann: a\nBob: b\nAnn: c\nBob: d")
    assert not both["interviewer"].any()


def test_without_speakers_each_paragraph_is_a_turn_of_nobody():
    assert said("One day: rain.\n\nTwo.") == [(None, "One day: rain."), (None, "Two.")]


def test_a_text_of_no_words_has_no_turn():
    assert turns("", " \n\u200b\n".replace("\u200b", "")).empty


def test_right_to_left_letters_are_speakers():
    text = "م: كيف الحال؟\nس: بخير، قالت: نعم\nم: شكرا"
    assert [speaker for speaker, _ in said(text)] == ["م", "س", "م"]
    text = "מראיינת: מה שלומך?\nדנה כהן: טוב\nמראיינת: תודה\nדנה כהן: להתראות"
    assert [speaker for speaker, _ in said(text)] == ["מראיינת", "דנה כהן"] * 2


def test_a_label_repeated_on_the_next_line_begins_a_turn():
    assert said("I: a\nR: b\nR: c\nI: d")[1:3] == [("R", "b"), ("R", "c")]


def test_what_the_form_of_a_file_says_stands_before_the_rules():
    text = "Well I never\nnor I"
    heads = json.dumps([[0, 5, "Well", 1.0, 2.0, True], [13, 13, None, 2.0, 3.0, False]])
    frame = pd.DataFrame({"document": ["d"], "text": [text], "turns": [heads]})
    row = find_turns(frame).iloc[0]
    assert (row["speaker"], row["text"]) == ("Well", "I never\nnor I")
    assert (row["time_start"], row["time_end"]) == (1.0, 3.0)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        *((label, "code") for label in ("I", "W1", "FG2-P3", "P 01", "INT", "م")),
        *(
            (label, "name")
            for label in ("Mary", "Mary O'Brien", "Mentor 7", "Dr. Ó Sé", "Van der Poel")
        ),
        *((label, "name") for label in ("Mary (her mother)", "Van (2)")),
        *((label, "word") for label in ("mother", "mentor 7")),
        *((label, "phrase") for label in ("He said", "Interviewer's notes")),
        *((label, None) for label in ("Really?", "one, two", "NB", "a b c d e f", "I went home.")),
    ],
)
def test_labels_are_of_kinds(label, kind):
    assert kind_of(label) == kind


@pytest.mark.parametrize("stamp", ["00:01:02", "[01:02]", "#00:01:02#", "(1:02)", "<00:01:02.0>"])
def test_a_time_that_stands_alone_is_read(stamp):
    assert seconds_of(stamp) == 62
    assert seconds_of(stamp + " I") is None


LINES = st.lists(
    st.tuples(
        st.sampled_from(["I", "R", "W1", "Mary Smith", ""]),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    ),
    max_size=12,
)


@settings(max_examples=settings().max_examples * 3 // 5)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r", "\u2028"]))
def test_turns_are_parts_of_the_text_in_its_order(lines, end):
    text = end.join(f"{label}: {words}" if label else words for label, words in lines)
    table = turns(text)
    assert table["turn"].tolist() == list(range(1, len(table) + 1))
    before = 0
    for row in table.itertuples():
        assert before <= row.start < row.end <= len(text)
        assert text[row.start : row.end] == row.text == row.text.strip()
        before = row.end


@given(st.text(max_size=40))
def test_the_end_of_words_lies_within_them(text):
    closing = closing_of(text, 0, len(text))
    assert 0 <= closing.end <= len(text)
