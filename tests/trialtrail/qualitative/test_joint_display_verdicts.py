"""Verdicts of people: what they rest on, when they are stale, and which are refused."""

import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.findings import Found
from trialtrail.qualitative.joint_display.verdicts import contradiction, judge

WHERE = "configuration, theme t"


def finding(name, strand, n=5, **more):
    row = {"query": name, "strand": strand, "source": f"table#{name}", "kind": "cell"}
    row |= {"n": n, "denominator": 10, "percent": 10.0 * n} | more
    return Found(row, [], bool(n))


def shown(name, strand, state, **more):
    return finding(name, strand, expect="above 50", shown=state, **more)


def words(text, verbatim=True):
    row = {"query": "w", "strand": "interviews", "source": "quotations#q1", "kind": "quotation"}
    return Found(row | {"text": text, "verbatim": verbatim}, [], True)


HELD = [
    shown("a", "interviews", "holds"),
    shown("b", "questionnaire", "holds"),
    finding("c", "trial"),
]
MIXED = [*HELD[:2], shown("c", "trial", "does not hold", n=4, percent=40.0)]
FAILED = [
    shown("a", "interviews", "does not hold"),
    finding("b", "questionnaire"),
    finding("c", "trial"),
]
UNSAID = [shown("a", "interviews", "cannot be said"), *HELD[1:]]
PLAIN = [finding("a", "interviews"), finding("b", "questionnaire"), finding("c", "trial")]
SILENT = [*HELD[:2], finding("c", "trial", n=0)]
ALONE = [HELD[0], finding("b", "questionnaire", n=0)]
NOTHING = [finding("a", "interviews", n=0)]
ALL_FITS = {"agreement", "partial agreement", "silence", "dissonance"}


@pytest.mark.parametrize(
    ("found", "allowed"),
    [
        (HELD, {"agreement", "partial agreement"}),
        (MIXED, {"partial agreement", "dissonance"}),
        (FAILED, {"dissonance"}),
        (UNSAID, {"agreement", "partial agreement", "dissonance"}),
        (PLAIN, {"agreement", "partial agreement", "dissonance"}),
        (SILENT, {"agreement", "partial agreement", "silence"}),
        (ALONE, {"silence"}),
        (NOTHING, set()),
    ],
)
def test_a_fit_that_contradicts_patterns_or_findings_is_none(found, allowed):
    assert {fit for fit in ALL_FITS if not contradiction(fit, found)} == allowed


def theme(**given):
    return {"theme": "t", "convergence": {"by": "A", "on": "2026-01-02", "why": "so"} | given}


def seal(found, **more):
    return judge(theme(verdict="own words", **more), found, where=WHERE)["seal"]


def test_the_refusal_names_query_value_and_what_to_do():
    with pytest.raises(StudyError) as raised:
        judge(theme(fit="agreement"), MIXED, where=WHERE)
    told = raised.value
    assert "`agreement`" in told.what
    assert "query `c` gives 4 of 10 (40.0%)" in told.what
    assert "`above 50` does not hold" in told.what
    assert told.where == WHERE
    assert "give the fit" in told.remedy


def test_what_is_sealed_is_refused_and_what_is_stale_is_only_marked():
    """A verdict that was given on other numbers is nobody's verdict on these."""
    with pytest.raises(StudyError, match="`agreement`"):
        judge(theme(fit="agreement", evidence=seal(MIXED)), MIXED, where=WHERE)
    given = judge(theme(fit="agreement", evidence=seal(HELD)), MIXED, where=WHERE)
    assert given["state"] == "stale"
    assert "query `c`" in given["contradicts"]


def test_a_pattern_that_is_changed_afterwards_does_not_hide_the_contradiction():
    numbers = [shown("a", "interviews", "holds"), finding("b", "questionnaire")]
    changed = [shown("a", "interviews", "does not hold"), numbers[1]]
    changed[0].row["expect"] = "above 60"
    with pytest.raises(StudyError, match="above 60"):
        judge(theme(fit="agreement", evidence=seal(numbers)), changed, where=WHERE)
    other = [shown("a", "interviews", "holds"), numbers[1]]
    other[0].row["expect"] = "above 40"
    given = judge(theme(fit="agreement", evidence=seal(numbers)), other, where=WHERE)
    assert given["state"] == "stale"


def test_patterns_are_sealed_as_well():
    whole = seal(HELD)
    assert judge(theme(fit="agreement", evidence=whole), HELD, where=WHERE)["state"] == "current"
    without = whole.partition(".")[0]
    assert judge(theme(fit="agreement", evidence=without), HELD, where=WHERE)["state"] == "unsealed"


@pytest.mark.parametrize("after", [words("It is fine,"), words("It is fine.", verbatim=False)])
def test_one_character_of_a_quotation_makes_its_verdict_stale(after):
    before = [words("It is fine."), HELD[1]]
    given = theme(fit="agreement", evidence=seal(before))
    assert judge(given, before, where=WHERE)["state"] == "current"
    assert judge(given, [after, HELD[1]], where=WHERE)["state"] == "stale"


def test_a_verdict_rests_on_the_queries_it_names_alone():
    sealed = seal(HELD, rests_on=["a", "b"])
    given = theme(fit="agreement", evidence=sealed, rests_on=["a", "b"])
    assert judge(given, [*HELD[:2], finding("c", "trial", n=9)], where=WHERE)["state"] == "current"
    moved = [shown("a", "interviews", "holds", n=4), *HELD[1:]]
    moved[0].row["n"] = 4
    assert judge(given, moved, where=WHERE)["state"] == "stale"
    with pytest.raises(StudyError, match="rests on the query `z`"):
        judge(theme(fit="agreement", rests_on=["z"]), HELD, where=WHERE)


def test_the_second_rater_is_another_and_gives_reasons_for_a_difference():
    second = {"by": "B", "on": "2026-01-01", "fit": "agreement"}
    given = judge(theme(fit="agreement", second=second), HELD, where=WHERE)
    assert (given["raters"], given["second_fit"]) == ("agree", "agreement")
    other = second | {"fit": "partial agreement"}
    with pytest.raises(StudyError, match="nobody says why"):
        judge(theme(fit="agreement", second=other), HELD, where=WHERE)
    given = judge(theme(fit="agreement", second=other | {"why": "few"}), HELD, where=WHERE)
    assert (given["raters"], given["second_why"]) == ("differ", "few")
    with pytest.raises(StudyError, match="the second rater is the first one"):
        judge(theme(fit="agreement", second=second | {"by": "a"}), HELD, where=WHERE)


def test_patterns_are_registered_before_anybody_judges():
    registered = {"by": "A and B", "on": "2026-01-03"}
    with pytest.raises(StudyError, match="after the verdict"):
        judge(theme(fit="agreement") | {"registered": registered}, HELD, where=WHERE)
    earlier = registered | {"on": "2025-12-31"}
    given = judge(theme(fit="agreement") | {"registered": earlier}, HELD, where=WHERE)
    assert given["registered_on"] == "2025-12-31"
    assert (given["holds"], given["fails"], given["unknown"]) == (2, 0, 0)
