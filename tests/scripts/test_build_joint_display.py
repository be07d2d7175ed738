"""The joint display, and the judgements sealed to its evidence."""

import datetime

import pytest

from trialtrail.errors import StudyError
from trialtrail.results.cells import Cells, UnknownRow

from scripts.build_joint_display import build_joint_display, evidence_digest


def cells(documents=3):
    return Cells(
        {
            "codes": [
                {"row": row, "level": level, "label": label, "n": n, "denominator": 4}
                | {"percent": 25 * n}
                for row, level, label, n in (
                    ("all", "all", "All", 4),
                    ("t", "theme", "Theme T", documents),
                    ("t.a", "category", "Cat A", 1),
                    ("t.a.c", "code", "Code C", 1),
                    ("tt.b", "category", "Other", 1),
                )
            ],
            "questionnaire": [
                {"row": "q1", "label": "Item", "n": 11, "denominator": 13, "percent": 84.6}
            ],
            "estimates": [
                {
                    "row": "o",
                    "label": "Score",
                    "estimate": 1.5,
                    "lower": -1,
                    "upper": 4,
                    "unit": "p",
                }
            ],
        }
    )


THEME = {"theme": "t", "questionnaire": ["q1"], "trial": ["estimates#o", "estimates#o/lower"]}
JUDGED = {"verdict": "partial", "by": "AB", "on": datetime.date(2006, 1, 2), "why": "because"}


def display(theme=THEME, table=None):
    return build_joint_display([theme], table or cells())[0].set_index("row")


def verdict(table=None, **given):
    theme = THEME | {"convergence": JUDGED | given}
    return build_joint_display([theme], table or cells())[1].iloc[0]


def test_a_row_is_a_finding_with_the_address_it_was_read_from():
    found = display()
    assert list(found["strand"]) == ["interviews"] * 2 + ["questionnaire"] + ["trial"] * 2
    expected = "codes#t codes#t.a questionnaire#q1 estimates#o estimates#o/lower"
    assert " ".join(found["source"]) == expected
    assert list(found.index) == [f"t.{n}" for n in range(1, 6)]


def test_each_strand_brings_its_numbers():
    found = display()
    assert found.loc["t.1", ["n", "denominator", "percent"]].to_list() == [3, 4, 75]
    assert found.loc["t.3", ["n", "denominator", "percent"]].to_list() == [11, 13, 84.6]
    assert found.loc["t.4", ["estimate", "lower", "upper"]].to_list() == [1.5, -1, 4]
    assert found.loc["t.4", "unit"] == "p"
    assert found.loc["t.5", "value"] == -1


def test_the_configuration_may_choose_what_the_interviews_show():
    found = display(THEME | {"interviews": ["t.a.c"]})
    assert found.loc["t.1", "source"] == "codes#t.a.c"
    assert found.loc["t.2", "strand"] == "questionnaire"


def test_a_finding_that_is_not_there_ends_the_run():
    with pytest.raises(UnknownRow, match="`q1`"):
        display(THEME | {"questionnaire": ["q2"]})


def test_a_judgement_is_current_while_its_evidence_stands():
    unsealed = verdict()
    assert unsealed["state"] == "unsealed"
    assert unsealed["on"] == "2006-01-02"
    for seal in (unsealed["evidence"], unsealed["evidence"][:12]):
        assert verdict(evidence=seal)["state"] == "current"
    assert verdict(evidence=unsealed["evidence"][:4])["state"] == "stale"


def test_a_judgement_is_stale_when_the_evidence_changed():
    seal = verdict()["evidence"]
    assert verdict(cells(documents=2), evidence=seal)["state"] == "stale"


def test_a_theme_without_judgement_says_so():
    assert build_joint_display([THEME], cells())[1].iloc[0]["state"] == "not judged"


@pytest.mark.parametrize("left_out", ["verdict", "by", "on", "why"])
def test_a_judgement_names_what_who_when_and_why(left_out):
    with pytest.raises(StudyError, match=f"`{left_out}`"):
        verdict(**{left_out: None})


def test_the_digest_sees_numbers_and_findings_but_not_their_order_or_noise():
    one, two = {"source": "a#1", "n": 3.0}, {"source": "a#2", "estimate": 1.23456}
    digest = evidence_digest([one, two])
    assert digest == evidence_digest([two, one | {"label": "renamed"}])
    assert digest == evidence_digest([one, two | {"estimate": 1.23456 + 1e-12}])
    assert digest != evidence_digest([one | {"n": 4.0}, two])
    assert digest != evidence_digest([one])
