"""Quotations against the transcript and the register."""

import pandas as pd
import pytest

from scripts.collect_quotations import collect_quotations

TRANSCRIPTS = pd.DataFrame({"document": ["d1", "d2"], "text": ["well, I never did", "so what"]})
INTERVIEWS = pd.DataFrame(
    {
        "interview_id": ["I1"],
        "role": ["p"],
        "number": [3],
        "stage": ["early"],
        "status": ["interviewed"],
        "document": ["d1"],
    }
)


def collect(**changed):
    printed = {
        "quotation": "1",
        "theme": "t",
        "sub_theme": "a",
        "role": "p",
        "number": 3,
        "stage": "early",
        "document": "d1",
        "start": 6,
        "end": 13,
        "text": "I never",
    }
    frame = pd.DataFrame([printed | changed])
    return collect_quotations(frame, TRANSCRIPTS, INTERVIEWS).iloc[0]


def test_a_quotation_that_is_right_says_so():
    found = collect()
    assert found["row"] == "q1"
    assert found["verbatim"]
    assert found["printable"]
    assert found["found_at"] == 6
    assert (found["attribution"], found["differs_in"]) == ("agrees", "")


def test_an_attribution_that_the_register_contradicts_is_found():
    found = collect(stage="later")
    assert (found["attribution"], found["differs_in"]) == ("differs", "stage")
    assert (found["stage"], found["printed_stage"]) == ("early", "later")
    assert found["printable"]  # the words are right; the report names the register's stage
    assert collect(number=4, role="q")["differs_in"] == "role, number"


def test_what_was_not_printed_does_not_differ():
    assert collect(stage=pd.NA)["attribution"] == "agrees"


@pytest.mark.parametrize(("start", "end", "where"), [(7, 14, 6), (0, 7, 6), (90, 97, 6)])
def test_words_that_stand_elsewhere_are_not_printed_but_found(start, end, where):
    found = collect(start=start, end=end)
    assert not found["verbatim"]
    assert not found["printable"]
    assert found["found_at"] == where


def test_words_that_were_changed_are_not_found():
    found = collect(text="I NEVER")
    assert not found["printable"]
    assert pd.isna(found["found_at"])


def test_a_document_that_is_not_in_the_register_has_no_speaker():
    found = collect(document="d2", start=0, end=2, text="so")
    assert found["verbatim"]
    assert found["attribution"] == "not in the register"
    assert not found["printable"]
