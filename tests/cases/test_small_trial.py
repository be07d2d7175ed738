"""The small trial itself is without fault: what a case tells is of its one departure."""

from __future__ import annotations

from small_trial import made, validated, write_study


def test_the_small_trial_has_no_query(tmp_path):
    found = validated(write_study(tmp_path))
    assert found.refusal is None
    assert found.queries.empty
    assert len(found.tables["participants"]) == 24


def test_the_small_trial_is_counted(tmp_path):
    done = made(write_study(tmp_path), "results/summaries/flow.parquet")
    assert done.exit_code == 0, done.said
    flow = done.by_row("flow")
    assert (flow["randomised"]["n"], flow["followed_up"]["n"]) == ("24", "24")
