"""What people write for a study."""

import pytest

from tests.trialtrail.report.fake_study import write_text
from trialtrail.errors import StudyError
from trialtrail.report.texts import read_text


def test_the_opening_part_is_read_and_lines_keep_their_numbers(tmp_path):
    content = "---\nallowed:\n  - {phrase: aged 60, reason: a criterion}\n---\nAged 60 or more.\n"
    text = read_text(write_text(tmp_path, "methods.md", content))
    assert text.allowed == [{"phrase": "aged 60", "reason": "a criterion"}]
    assert text.markdown == "\n\n\n\nAged 60 or more.\n"


def test_a_text_needs_no_opening_part(tmp_path):
    assert read_text(write_text(tmp_path, "a.md", "Words.\n")).markdown == "Words.\n"


@pytest.mark.parametrize("part", ["numbers: []", "- a", "a: [", "word"])
def test_an_opening_part_of_another_kind_is_refused(tmp_path, part):
    with pytest.raises(StudyError, match="opening part"):
        read_text(write_text(tmp_path, "a.md", f"---\n{part}\n---\nWords.\n"))


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("a: " + "9" * 6000, "A number has 6,000 signs"),
        ("a: " + "[" * 20_000, "more than 50 deep"),
        ("a: 2024-13-45", "looks like a number or a date"),
        ("a: &a [*a]", "refers to itself"),
    ],
)
def test_an_opening_part_that_would_exhaust_the_machine_is_refused_at_its_line(
    tmp_path, part, told
):
    file = write_text(tmp_path, "a.md", f"---\n{part}\n---\nWords.\n")
    with pytest.raises(StudyError, match=rf"{told}(?s:.)*a\.md, line 2"):
        read_text(file)
