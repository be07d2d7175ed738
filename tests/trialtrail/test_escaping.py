"""Texts that some program would obey."""

import csv
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.errors import StudyError
from trialtrail.escaping import FORMULA_SIGNS, as_written, guarded, visible
from trialtrail.tables import read_result, write_csv

SIGNS = st.text(alphabet=[*FORMULA_SIGNS, "'", "a", "7", "."], max_size=6)


@given(SIGNS)
def test_what_was_guarded_is_read_as_it_was_written(text):
    assert as_written(guarded(text)) == text


@given(SIGNS)
def test_a_guarded_text_begins_no_formula(text):
    held = guarded(text)
    assert held[:1] not in tuple(FORMULA_SIGNS) or re.fullmatch(r"[+-][\d.,]+", held)


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x1b[31mb", "a\\x1b[31mb"), ("\x00\x9f", "\\x00\\x9f")]
)
def test_unprintable_signs_are_shown_by_their_numbers(text, shown):
    assert visible(text) == shown
    assert visible(shown) == shown


def test_line_ends_and_letters_stay():
    assert visible("a\tb\r\nCafé – ‘x’") == "a\tb\r\nCafé – ‘x’"


def test_a_table_is_read_as_it_was_written(tmp_path):
    texts = ["=1+1", "'=1+1", "-0.5", "'quoted'", "plain", "-\u2009a"]
    rows = [f"r{n}" for n in range(len(texts))]
    frame = pd.DataFrame({"row": rows, "note": texts}).astype("string")
    write_csv(frame, tmp_path / "t.csv")
    with open(tmp_path / "t.csv", encoding="utf-8", newline="") as stream:
        held = [row["note"] for row in csv.DictReader(stream)]
    assert held == ["'=1+1", "''=1+1", "-0.5", "'quoted'", "plain", "'-\u2009a"]
    assert read_result(tmp_path / "t.csv")["note"].tolist() == texts


def test_a_message_moves_no_cursor():
    told = StudyError(
        "a column is unknown", where="data.csv, column \x1b[2J", rule="columns"
    ).text()
    assert "\x1b" not in told
    assert "\\x1b[2J" in told


def test_a_small_number_with_a_sign_is_no_formula():
    assert guarded("-9.4e-09") == "-9.4e-09"
    assert guarded("-1e-7 to 2e-7") == "-1e-7 to 2e-7"
    assert guarded("-e1") == "'-e1"
