"""Cases against propositions are checked; whom to look at is offered and not judged."""

import pytest

from tests import small_interviews as small
from trialtrail.errors import StudyError
from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.codings import texts_by_document
from trialtrail.qualitative.deviant_cases import check_deviant_cases, interviewed_of

from schemas.results.base import conform
from schemas.results.cases import DeviantCases

CASE = {"case": "patient_2", "says": "S", "resolved": "R", "by": "a", "on": "2025-01-02"}


def checked(*cases, quotations=None, settings=None, **proposition):
    register = small.register()
    known = interviewed_of(
        held_interviews(register),
        small.segments(),
        small.codebook(),
        texts_by_document(small.transcripts()),
        settings,
        register,
        small.quotations() if quotations is None else quotations,
    )
    given = {"id": "p", "text": "Trust grows.", "entry": "growth", "cases": list(cases)}
    rows = check_deviant_cases([given | proposition], known)
    return conform(rows, DeviantCases).set_index("row")


def test_a_case_is_told_with_its_words_and_what_became_of_the_proposition():
    row = checked(CASE | {"quotation": "5"}).loc["p.case.1"]
    assert (row["kind"], row["label"], row["words"]) == (
        "case",
        "Patient 2",
        "My sister told me otherwise.",
    )
    assert (row["says"], row["resolved"], row["by"], row["on"]) == ("S", "R", "a", "2025-01-02")


def test_words_that_are_no_quotation_are_found_in_the_transcript():
    passage = {"document": "p2", "text": "told me"}
    row = checked(CASE | {"passage": passage}).loc["p.case.1"]
    assert small.TEXTS["p2"][row["start"] : row["end"]] == "told me"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"case": "patient_8"}, "nobody interviewed is `patient_8`"),
        ({"case": "patient_4"}, "nobody interviewed is `patient_4`"),  # declined
        ({"quotation": "1"}, "not of this person"),
        ({"quotation": "77"}, "no quotation `77`"),
        ({"passage": {"document": "p1", "text": "afraid"}}, "not of an interview with this person"),
        ({"passage": {"document": "p2", "text": "told  me"}}, "does not stand in the transcript"),
    ],
)
def test_a_case_that_the_record_does_not_bear_out_is_refused(changed, said):
    with pytest.raises(StudyError, match=said):
        checked(CASE | changed)


def test_a_quotation_whose_words_are_not_in_the_transcript_is_refused():
    quotations = small.quotations(printable=[True, True, True, True, False, True])
    with pytest.raises(StudyError, match="not verbatim"):
        checked(CASE | {"quotation": "5"}, quotations=quotations)


@pytest.mark.parametrize("entry", ["grwth", "trust.grow"])
def test_a_proposition_rests_on_an_entry_of_the_codebook(entry):
    with pytest.raises(StudyError, match="no entry of the codebook"):
        checked(entry=entry)


def test_people_are_offered_by_rule_and_never_called_cases():
    settings = {"contrary": {"doubt": "openness"}, "asked": {"trust": ["patient", "clerk"]}}
    table = checked(settings=settings)
    look = table[table["kind"] == "to look at"]
    assert look["case"].tolist() == ["patient_2", "patient_3", "clerk_1"]
    assert look["codes"].tolist()[0] == "doubt"
    assert look["why"].tolist()[1] == "asked, and nothing was found"
    assert table.loc["p", "to_look_at"] == 3
    assert table.loc["p", "cases"] == 0


def test_of_whom_people_told_nobody_is_offered_again():
    settings = {"contrary": {"doubt": "openness"}}
    table = checked(CASE, settings=settings)
    assert "to look at" not in set(table["kind"])


def test_nobody_is_offered_for_not_saying_what_may_not_have_been_asked():
    assert list(checked()["kind"]) == ["proposition"]


def test_a_search_is_told_and_its_absence_is_empty():
    search = {"how": "All transcripts.", "by": "a", "on": "2025-01-02"}
    assert checked(search=search).loc["p", "says"] == "All transcripts."
    assert checked()["says"].isna().all()
