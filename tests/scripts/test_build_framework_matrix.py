"""The framework matrix: what was found, what was asked, and what people wrote."""

import pytest

from tests import small_interviews as small
from trialtrail.errors import StudyError
from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.matrix import build_framework_matrix, read_summaries

from schemas.results.base import conform
from schemas.results.cases import FrameworkMatrix

HEAD = "case,theme,summary,by,on\n"


def matrix(summaries=(), interviews="register", **settings):
    register = small.register() if isinstance(interviews, str) else interviews
    held = held_interviews(register, small.TEXTS)
    segments = small.segments()
    rows = build_framework_matrix(segments, small.codebook(), held, register, summaries, settings)
    return conform(rows, FrameworkMatrix).set_index("row")


def written(folder, text):
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return read_summaries(path)


def test_a_cell_says_what_was_found_and_where():
    cell = matrix().loc["patient_1.trust"]
    assert (cell["state"], cell["passages"], cell["coders"], cell["of_coders"]) == (
        "found",
        2,
        2,
        2,
    )
    assert cell["by_coder"] == "a 2; b 1"
    assert cell["places"] == "p1 0-19; p1 27-41"


def test_not_asked_is_not_absent_and_neither_is_not_known():
    table = matrix(asked={"trust": ["patient", "coach.late"], "load": "all", "growth": ["i4"]})
    states = table["state"].to_dict()
    assert states["coach_3.trust"] == "absent"
    assert states["coach_2.trust"] == "not asked"
    assert states["patient_3.load"] == "absent"  # interviewed, without a transcript
    assert matrix()["state"]["coach_2.trust"] == "not known"
    # Found, though the first coach was not asked.
    assert (states["coach_1.trust"], table.loc["coach_1.trust", "asked"]) == ("found", False)


def test_a_category_is_asked_as_its_theme_unless_it_says_otherwise():
    asked = {"trust": "all", "growth": ["i4"]}
    table = matrix(asked=asked, entries=["trust.start", "growth"])
    assert table.loc["coach_2.trust.start", "state"] == "absent"
    assert table.loc["coach_2.trust.growth", "state"] == "not asked"


def test_a_person_is_asked_where_one_of_the_interviews_asked():
    table = matrix(asked={"trust": ["late"], "load": ["i8"]})
    assert bool(table.loc["clerk_1.trust", "asked"])
    assert table.loc["clerk_1.load", "interviews"] == 2
    assert table.loc["clerk_1.load", "by_coder"] == "a 1; b 2"


@pytest.mark.parametrize("name", ["coaches", "early.coach", "i99"])
def test_who_was_asked_must_be_somebody(name):
    with pytest.raises(StudyError, match="no role, stage or interview is named"):
        matrix(asked={"trust": [name]})


def test_summaries_are_those_that_people_wrote_and_no_others(tmp_path):
    summaries = written(tmp_path, HEAD + "patient_1,trust,Feared her; then told.,a,2025-01-02\n")
    table = matrix(summaries)
    cell = table.loc["patient_1.trust"]
    assert (cell["summary"], cell["summary_by"]) == ("Feared her; then told.", "a")
    assert cell["summary_on"] == "2025-01-02"
    assert table["summary"].notna().sum() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("case,theme,summary,by\n", "column `on` is missing"),
        (HEAD + "patient_1,trust,Words,,2025-01-02\n", "`by` is empty"),
        (HEAD + "patient_1,trust,,a,2025-01-02\n", "`summary` is empty"),
        (HEAD + "patient_1,trust,A,a,2025\npatient_1,trust,B,a,2025\n", "a summary already"),
        (HEAD + "patient_9,trust,A,a,2025\n", "nobody interviewed is `patient_9`"),
        (HEAD + "patient_4,trust,A,a,2025\n", "nobody interviewed is `patient_4`"),
        (HEAD + "patient_1,fear,A,a,2025\n", "the matrix has no theme `fear`"),
    ],
)
def test_a_slip_in_the_summaries_is_named_with_its_line(tmp_path, text, said):
    with pytest.raises(StudyError, match=said) as refused:
        matrix(written(tmp_path, text))
    assert "people.csv" in refused.value.text()


def test_a_summary_may_hold_line_breaks_and_empty_lines_are_none(tmp_path):
    text = "\ufeff" + HEAD + 'patient_1,trust,"One,\ntwo",a,2025-01-02\n,,,,\n'
    (summary,) = written(tmp_path, text)
    assert summary["summary"] == "One,\ntwo"


def test_without_a_register_a_document_is_a_case():
    table = matrix(interviews=None)
    assert len(table) == len(small.TEXTS) * 2
    assert table.loc["k2.load", "by_coder"] == "b 1"


def test_a_person_of_a_small_role_is_called_by_the_role_alone():
    table = matrix()
    assert table.loc["coach_1.trust", "label"] == "Coach 1"
    assert table.loc["clerk_1.load", "label"] == "Interviewee"
    assert table["stages"].isna().all() or (table.loc["clerk_1.load", "stages"] in ("", None))
