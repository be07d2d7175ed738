"""Small counts in result tables: suppressed, and not had from what is released."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.results.disclosure import MARK, MINIMUM, suppress

COUNTS = ["row", "label", "n", "denominator", "percent"]
SUMMARIES, ARMS, ESTIMATES = (f"tables/{name}.csv" for name in ("summaries", "arms", "estimates"))
LONG = ["row", "table", "arm", "role", "stage", "n", "denominator", "mean", "note"]
OF_ARMS = ["row", "analysis", "outcome", "timepoint", "arm", "n_with_data", "events", "mean"]
OF_ESTIMATES = [
    *("row", "analysis", "outcome", "timepoint", "arm", "measure", "estimate"),
    *("n_arm", "n_reference", "missing_arm"),
]


def shown(rows: list[list], minimum: int = MINIMUM) -> set[str]:
    """Return the ids of the rows whose numbers are released."""
    rows = [[row[0], "", *map(str, row[1:])] for row in rows]
    released = suppress({"t": (COUNTS[: len(rows[0])], rows)}, minimum)["t"].released()
    return {row[0] for row in released if MARK not in row}


def whole(columns: list[str], rows: list[list], name: str = SUMMARIES) -> set[str]:
    """Return the names of the rows of one table of which nothing is marked."""
    table = suppress({name: (columns, rows)})[name]
    return {row[0] for row in table.released() if MARK not in row}


def of_summaries(name: str, arm: str, n: int, of: int, role: str = "", stage: str = "") -> list:
    return [name, name.partition(".")[0], arm, role, stage, str(n), str(of), "2.5", ""]


def test_a_small_count_and_its_percentage_go_and_so_does_a_second_row():
    assert shown([["x.a", 3, 100, 3.0], ["x.b", 20, 100, 20.0], ["x.c", 77, 100, 77.0]]) == {"x.c"}


def test_the_second_row_is_enough_only_where_the_sum_is_not_small():
    rows = [["x.a", 1, 90], ["x.b", 2, 90], ["x.c", 30, 90], ["x.d", 57, 90]]
    assert shown(rows) == {"x.d"}


def test_a_count_that_leaves_few_of_its_base_is_as_small():
    assert shown([["a", 170, 172], ["b", 60, 172], ["c", 90, 172]]) == {"c"}


def test_zero_is_small():
    assert "a" not in shown([["a", 0, 172], ["b", 60, 172], ["c", 90, 172]])


def test_of_nested_counts_that_differ_by_little_one_goes():
    assert shown([["a", 85, 172], ["b", 83, 172], ["c", 40, 172], ["d", 20, 172]]) == {"a", "c"}


def test_parts_of_a_whole_may_be_nearly_equal():
    assert shown([["x.a", 51, 103], ["x.b", 52, 103]]) == {"x.a", "x.b"}


def test_a_family_that_lacks_little_to_its_base_does_not_tell_it():
    assert shown([["x.a", 60, 100], ["x.b", 38, 100]]) == set()


def test_a_suppressed_row_is_not_had_from_the_rows_under_it():
    rows = [["a", 3, 99], ["b", 30, 99], ["c", 60, 99], ["b.x", 14, 40], ["b.y", 16, 50]]
    assert shown(rows) == {"c"}
    assert shown([*rows[3:], *rows[:3]]) == {"c"}, "the order of the rows makes no difference"


AT_THE_MINIMUM = {
    "what a count leaves of its base": [["a", 167, 172], ["b", 60, 172], ["c", 90, 172]],
    "nested counts differ by it": [["a", 85, 172], ["b", 80, 172], ["c", 40, 172], ["d", 20, 172]],
    "a family lacks it to its base": [["x.a", 60, 100], ["x.b", 35, 100]],
}


@pytest.mark.parametrize("bound", AT_THE_MINIMUM)
def test_what_is_as_large_as_the_minimum_is_told_and_what_is_one_less_is_not(bound):
    rows = AT_THE_MINIMUM[bound]
    assert shown(rows) == {name for name, *_ in rows}
    assert shown(rows, MINIMUM + 1) < shown(rows)
    first, *others = rows
    more = {"a": 168, "x.a": 61} if bound != "nested counts differ by it" else {"a": 84}
    assert len(shown([[first[0], more[first[0]], first[2]], *others])) == len(rows) - 2


def test_two_suppressed_rows_are_enough_where_their_sum_is_the_minimum():
    assert shown([["x.a", 1, 90], ["x.b", 4, 90], ["x.c", 30, 90], ["x.d", 55, 90]]) == {
        "x.c",
        "x.d",
    }
    assert shown([["x.a", 1, 90], ["x.b", 3, 90], ["x.c", 30, 90], ["x.d", 56, 90]]) == {"x.d"}


def test_the_arms_and_their_total_go_together():
    rows = [
        of_summaries("baseline.smoking.never.a", "a", 2, 50),
        of_summaries("baseline.smoking.never.b", "b", 20, 50),
        of_summaries("baseline.smoking.never.all", "", 22, 100),
        of_summaries("baseline.age.a", "a", 50, 100),
        of_summaries("baseline.age.all", "", 80, 100),
    ]
    assert whole(LONG, rows) == {"baseline.age.a", "baseline.age.all"}


def test_the_same_topic_elsewhere_has_lines_of_its_own():
    rows = [of_summaries("flow.x", "", 2, 50), of_summaries("uptake.x", "", 20, 50)]
    assert whole(LONG, rows) == {"uptake.x"}


def test_a_code_goes_for_all_roles_and_stages_and_ways_of_counting():
    rows = [
        of_summaries("codes.t.c", "", 20, 50),
        of_summaries("codes.t.d", "", 30, 50),
        of_summaries("codes.t.e", "", 22, 50),
        of_summaries("codes_by_stage.t.c.nurse.early", "", 3, 30, "nurse", "early"),
        of_summaries("codes_by_stage.t.c.nurse.late", "", 17, 30, "nurse", "late"),
        of_summaries("passages.t.c", "", 90, 500),
    ]
    assert whole(LONG, rows) == {"codes.t.d"}


def test_a_name_that_ends_in_all_by_itself_is_a_line_of_its_own():
    rows = [
        of_summaries("codes.all", "", 26, 50),
        of_summaries("codes.t", "", 2, 60),
        of_summaries("codes.u", "", 14, 60),
    ]
    assert whole(LONG, rows) == {"codes.all"}


@pytest.mark.parametrize("analysis", ["main", "complete"])
def test_the_effect_goes_with_its_arms_in_every_analysis(analysis):
    """A count of events that one analysis may not tell is not had from another."""
    arms = [
        ["o.a", "main", "o", "t1", "a", "50", "2", ""],
        ["o.b", "main", "o", "t1", "b", "50", "20", ""],
        ["p.a", "main", "p", "t1", "a", "50", "", "3.1"],
        ["q.a", "main", "q", "t1", "a", "60", "", "3.1"],
    ]
    estimates = [
        ["o", analysis, "o", "t1", "a", "risk_ratio", "0.1", "50", "50", "0"],
        ["q", "main", "q", "t1", "a", "mean_difference", "0.4", "60", "50", "12"],
    ]
    found = suppress({ARMS: (OF_ARMS, arms), ESTIMATES: (OF_ESTIMATES, estimates)})
    assert [MARK in row for row in found[ARMS].released()] == [True, True, True, False]
    assert [row[6] for row in found[ESTIMATES].released()] == [MARK, "0.4"]


def test_few_missing_values_are_marked_and_the_effect_is_told():
    rows = [["q", "main", "q", "t1", "a", "mean_difference", "0.4", "50", "50", "1"]]
    table = suppress({ESTIMATES: (OF_ESTIMATES, rows)})[ESTIMATES]
    assert table.released() == [[*rows[0][:-1], MARK]]
    assert not table.is_whole


def test_a_note_goes_with_its_row_and_words_and_the_base_stay():
    """How many it is out of is no secret: it does not tell the count, and others print it, too."""
    row = [*of_summaries("uptake.x", "", 2, 50)[:-1], "2 of them twice"]
    released = suppress({SUMMARIES: (LONG, [row])})[SUMMARIES].released()
    assert released == [["uptake.x", "uptake", "", "", "", MARK, "50", MARK, MARK]]


@given(st.lists(st.integers(0, 60), min_size=2, max_size=7), st.integers(1, 10))
def test_no_suppressed_part_of_a_whole_is_had_from_the_others(parts, minimum):
    total = sum(parts)
    rows = [[f"x.{at}", count, total] for at, count in enumerate(parts)]
    free = shown(rows, minimum)
    hidden = [count for at, count in enumerate(parts) if f"x.{at}" not in free]
    assert all(parts[int(name[2:])] >= minimum for name in free)
    assert not free or not hidden or (len(hidden) > 1 and sum(hidden) >= minimum)


def test_the_deviations_from_a_plan_are_told_whole_and_a_status_gives_nothing_away():
    """They are of the plan: a minimum, a level or a seed in them counts nobody."""
    columns = ["row", "key", "locked", "present", "version", "days"]
    deviations = columns, [["plan.confidence_level", "confidence_level", "0.95", "1", "2", "3"]]
    estimates = (
        ["row", "outcome", "arm", "estimate", "n_arm", "plan_status"],
        [["small", "small", "new", "0.5", "2", "post_hoc"]],
    )
    found = suppress({"deviations": deviations, "estimates": estimates})
    assert found["deviations"].is_whole
    assert found["estimates"].released() == [["small", "small", "new", MARK, MARK, "post_hoc"]]
