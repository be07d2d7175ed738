"""Who is quoted, against who was coded and interviewed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import small_interviews as small
from trialtrail.errors import StudyError
from trialtrail.qualitative.balance import balance_quotations, coders_under_theme
from trialtrail.qualitative.cases import held_interviews
from trialtrail.results.takes import TAKES

from schemas.results.base import conform
from schemas.results.cases import QuotationBalance


def balance(quotations=None, segments=None, interviews="register", **settings):
    """Return the table by row."""
    register = small.register() if isinstance(interviews, str) else interviews
    quotations = small.quotations() if quotations is None else quotations
    segments = small.segments() if segments is None else segments
    held = held_interviews(register, small.TEXTS)
    rows = balance_quotations(quotations, segments, small.codebook(), held, register, settings)
    table = conform(rows, QuotationBalance).set_index("row")
    assert all(row[TAKES] for row in rows)
    return table


def test_people_quoted_are_counted_against_those_coded_and_interviewed():
    table = balance()
    whole = table.loc["all"]
    # The patient without a transcript was interviewed; the third coach has no coded passage.
    assert (whole["interviewed"], whole["coded"], whole["quoted"]) == (7, 5, 5)
    assert whole["not_quoted"] == 1  # the first coach
    assert (whole["quotations"], whole["greatest_of_one"], whole["people_of_greatest"]) == (6, 2, 1)
    coaches = table.loc["role.coach"]
    assert (coaches["interviewed"], coaches["quoted"], coaches["quotations"]) == (3, 2, 2)
    assert table.loc["role.patient", "interviewed"] == 3


def test_a_person_of_two_interviews_is_one_person_at_each_stage():
    table = balance()
    assert table.loc["role.clerk", "interviewed"] == 1
    early, late = table.loc["role_stage.clerk.early"], table.loc["role_stage.clerk.late"]
    assert (early["interviewed"], early["quotations"]) == (1, 1)
    assert (late["interviewed"], late["quotations"], late["not_quoted"]) == (1, 0, 1)


def test_a_theme_counts_its_own_people_and_quotations():
    theme = balance().loc["theme.trust"]
    # Coach 3 is quoted under the theme and has no passage of it.
    assert (theme["coded"], theme["quoted"], theme["quotations"]) == (3, 3, 4)
    assert (theme["of_quotations"], theme["not_quoted"]) == (6, 1)


def test_a_quotation_says_how_many_coders_put_it_under_its_theme():
    table = balance()
    shown = table[table["level"] == "quotation"]
    assert list(shown["coders"]) == [2, 1, 2, 0, 1, pd.NA]
    # Three words of seventeen signs: the second coder marked the other part as well.
    assert table.loc["quotation.q3", "coders_half"] == 2
    whole = table.loc["all"]
    by = [whole[f"coded_by_{name}"] for name in ("none", "one", "several")]
    assert by == [1, 2, 2]


@pytest.mark.parametrize(
    ("spans", "part", "half"),
    [
        ([], set(), set()),
        ([("a", 0, 10)], set(), set()),  # ends where the quotation begins
        ([("a", 20, 25)], set(), set()),  # begins where it ends
        ([("a", 9, 11)], {"a"}, set()),
        ([("a", 10, 15)], {"a"}, {"a"}),
        ([("a", 10, 12), ("a", 11, 14)], {"a"}, set()),  # what is marked twice counts once
        ([("a", 10, 12), ("a", 17, 20), ("b", 0, 30)], {"a", "b"}, {"a", "b"}),
    ],
)
def test_coders_are_those_whose_marks_share_a_character(spans, part, half):
    frame = pd.DataFrame(spans, columns=["coder", "start", "end"]).assign(document="d")
    quotation = {"document": "d", "start": 10, "end": 20}
    assert coders_under_theme(quotation, frame) == (part, half)
    assert coders_under_theme(quotation | {"document": "e"}, frame) == (set(), set())


def test_a_quotation_that_may_not_be_printed_does_not_count():
    printable = [True, True, True, False, True, False]
    table = balance(small.quotations(printable=printable))
    assert table.loc["all", "quotations"] == 4
    assert "quotation.q4" not in table.index
    assert table.loc["role.clerk", "quoted"] == 0


def test_what_speaks_against_a_theme_is_counted_where_people_declared_it():
    assert pd.isna(balance().loc["all", "contrary"])
    table = balance(contrary={"doubt": "openness"})
    assert table.loc["quotation.q5", "contrary"] == 1
    assert (table.loc["theme.trust", "contrary"], table.loc["theme.load", "contrary"]) == (1, 0)
    assert (table.loc["all", "against"], table.loc["all", "against_quoted"]) == (1, 1)
    tagged = balance(contrary_quotations=["4", "q3"])
    assert list(tagged.loc[["quotation.q3", "quotation.q4"], "contrary"]) == [1, 1]


def test_a_source_coded_as_a_whole_puts_no_quotation_under_its_theme():
    segments = small.segments()
    whole = segments.iloc[[0]].assign(document="c3", start=0, end=36, kind="whole_source")
    table = balance(segments=pd.concat([segments, whole], ignore_index=True))
    assert table.loc["quotation.q4", "coders"] == 0


def test_with_one_coder_a_passage_is_coded_by_one():
    segments = small.segments()
    table = balance(segments=segments[segments["coder"] == "a"])
    assert table.loc["all", "coded_by_several"] == 0
    assert table.loc["all", "coded_by_one"] == 4


def test_without_a_register_each_document_is_a_person():
    table = balance(interviews=None)
    assert table.loc["all", "interviewed"] == len(small.TEXTS)
    assert not (table["level"] == "role").any()
    assert table.loc["person.p1", "quotations"] == 2


def test_nobody_quoted_is_said_without_a_most():
    table = balance(small.quotations().iloc[:0])
    assert (table.loc["all", "quotations"], table.loc["all", "greatest_of_one"]) == (0, 0)
    assert not table.loc[table["level"] == "person", "most"].any()


@pytest.mark.parametrize("name", ["open", "trst", "trust.growth.opennes"])
def test_an_entry_that_there_is_not_is_refused(name):
    with pytest.raises(StudyError, match="no entry of the codebook is named"):
        balance(contrary={name: "openness"})


@settings(max_examples=12)
@given(st.lists(st.booleans(), min_size=6, max_size=6))
def test_people_roles_and_quotations_add_up(printable):
    table = balance(small.quotations(printable=printable))
    by = {level: table[table["level"] == level] for level in ("person", "role", "quotation")}
    for name in ("interviewed", "coded", "quoted", "quotations", "passages"):
        assert by["person"][name].sum() == by["role"][name].sum() == table.loc["all", name]
    assert len(by["quotation"]) == sum(printable)
