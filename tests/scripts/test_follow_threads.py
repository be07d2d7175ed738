"""Threads: what each step gives now, in print, and which steps are stale."""

import pytest

from tests.scripts.test_build_joint_display import LESS, SEEN, cells, people
from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.findings import Sources

from scripts.follow_threads import follow_threads, number_in_print, page_of, strand_of

LABELS = {"roles": {"buyer": "Buyer", "seller": "Seller"}, "stages": {"early": "early"}}
STEPS = [
    {"id": "theme", "people": "t", "role": "buyer", "found": "Some."},
    {"id": "groups", "people": "t", "among": SEEN, "against": LESS, "found": "Those seen."},
    {"id": "words", "quotation": 7, "found": "A word."},
    {"id": "item", "item": "q1", "expect": "above 50", "found": "Most."},
    {"id": "result", "cell": "estimates#o", "found": "Nothing clear."},
    {"id": "limit", "cell": "estimates#o/lower", "found": "The limit."},
]
THREAD = {"id": "lost", "question": "Why?", "by": "A", "on": "2026-01-02", "steps": STEPS}


def followed(thread=THREAD, table=None):
    return follow_threads([thread], Sources(table or cells(), people(), {}))[0].set_index("row")


def page(thread=THREAD, table=None):
    (shown,) = page_of(followed(thread, table).reset_index(), LABELS, cells())
    return shown


def sealed(table=None):
    """Return the thread with each of its steps sealed to what it gives."""
    seals = followed(table=table)["seal"]
    steps = [step | {"evidence": seals[f"lost.{step['id']}"]} for step in STEPS]
    return THREAD | {"steps": steps}


def test_a_step_has_its_strand_number_and_place():
    rows = followed()
    strands = ["interviews"] * 3 + ["questionnaire"] + ["trial"] * 2
    assert list(rows["strand"]) == strands
    assert list(rows["step"]) == [1, 2, 3, 4, 5, 6]
    assert rows.loc["lost.item", ["n", "denominator", "shown"]].to_list() == [11, 13, "holds"]
    assert rows.loc["lost.limit", "value"] == -1


@pytest.mark.parametrize(
    ("step", "strand"),
    [
        ({"cell": "codes#t"}, "interviews"),
        ({"cell": "questionnaire#q1/n"}, "questionnaire"),
        ({"cell": "uptake#any"}, "trial"),
        ({"quotation": 1}, "interviews"),
    ],
)
def test_a_cell_belongs_to_the_strand_of_its_table(step, strand):
    assert strand_of(step) == strand


def test_the_page_prints_numbers_with_their_denominators():
    numbers = {step["row"]: step["number"] for step in page()["steps"]}
    assert numbers == {
        "lost.theme": "1 of 2 people",
        "lost.groups": "1 of 1 seen often; 0 of 1 seen less",
        "lost.words": "",
        "lost.item": "11 of 13 who answered",
        "lost.result": "1.50 (−1.00 to 4.00)",
        "lost.limit": "−1 p",
    }
    words = page()["steps"][2]
    assert (words["text"], words["who"]) == ("It’s “fine”.", "Seller 2")
    assert words["cell"] == "results/tables/threads.csv#lost.words/text"


def test_words_that_are_not_verbatim_are_not_shown():
    other = {"row": "q7", "text": "It is fine.", "verbatim": "False", "printable": "False"}
    other |= {"label": "Seller 2"}
    step = page(table=cells(quotations=[other]))["steps"][2]
    assert (step["text"], step["changed"]) == ("", True)


def test_without_an_interval_or_a_number_that_is_said():
    assert number_in_print({"kind": "cell", "estimate": 1.234}) == "1.23"
    assert number_in_print({"kind": "cell"}) == "no number"


def test_exactly_the_step_whose_cell_changed_is_stale():
    thread = sealed()
    assert set(followed(thread)["state"]) == {"current"}
    assert page(thread)["state"] == "current"
    answers = [{"row": "q1", "label": "Item", "n": 10, "denominator": 13, "percent": 76.9}]
    rows = followed(thread, cells(questionnaire=answers))
    assert list(rows.index[rows["state"] == "stale"]) == ["lost.item"]
    assert page(thread, cells(questionnaire=answers))["state"] == "stale"
    assert page()["state"] == "unsealed"


def test_threads_and_steps_have_ids_of_their_own():
    with pytest.raises(StudyError, match="two have the id `lost`"):
        follow_threads([THREAD, THREAD], Sources(cells(), people()))
    with pytest.raises(StudyError, match="two have the id `theme`"):
        followed(THREAD | {"steps": [STEPS[0], STEPS[0]]})
