"""The table of power, from what is written and from what the data show."""

import json

import pytest
from small_tables import job

from trialtrail.errors import StudyError
from trialtrail.tables import read_result

from scripts.estimate_power import main

SPEC = {"wanted": 0.8, "trials": 50, "effect": 8.0, "totals": [40, 60]}


def asked(folder, spec, described, within=()):
    (folder / "design.json").write_text(json.dumps(described), encoding="utf-8")
    return job(
        folder,
        {"design": [folder / "design.json"] if described else []},
        {"table": "power.csv"},
        {"spec": spec, "arms": ["usual", "class"], "arm": "class", "within": list(within),
         "method": "welch", "level": 0.95, "seed": 2},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "described"),
    [({"sd": 10.0}, {}), ({}, {"sd": 10.0, "sizes": {"usual": 9, "class": 9}})],
)
def test_the_sizes_asked_for_are_tried_and_the_smallest_is_looked_for(tmp_path, spec, described):
    task = asked(tmp_path, SPEC | spec, described)
    main(task)
    table = read_result(task.output.table).set_index("row")
    assert list(table.index) == ["tried.40", "tried.60", "smallest"]
    assert table["trials"].tolist() == [50, 50, 50]
    assert table.loc["tried.40", "formula"] == pytest.approx(0.69, abs=0.01)
    assert table["power"].between(0, 1).all()


@pytest.mark.parametrize("effect", [None, 0.0])
def test_no_difference_to_be_found_is_refused(tmp_path, effect):
    with pytest.raises(StudyError, match="no difference"):
        main(asked(tmp_path, SPEC | {"sd": 10.0, "effect": effect}, {}))


def test_a_spread_that_is_known_from_nowhere_is_refused(tmp_path):
    with pytest.raises(StudyError) as refused:
        main(asked(tmp_path, SPEC, {}))
    assert "`sd`" in refused.value.text()
