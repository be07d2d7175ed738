"""How it is known that a visit took place, in a file that has zeros where it did not."""

from __future__ import annotations

import pytest
from small_trial import made, validated, write_study
from test_begun import HELD, wide, with_zeros


def came(spec: dict, rule: dict, held: str, missed: str, folder):
    """Validate the small trial with an attendance of this kind, in these words."""

    def change(config):
        wide(took_place={"variable": "came"} | rule)(config)
        config["forms"]["twelve_months"]["variables"][2] = spec | {
            "id": "came",
            "column": "came",
            "label": "Came",
        }

    rows = [row | {"came": missed if row["came"] == "N" else held} for row in with_zeros()]
    return validated(write_study(folder, rows, change))


@pytest.mark.parametrize(
    ("spec", "rule", "held", "missed"),
    [({"type": "boolean"}, {}, "1", "0"), ({"type": "integer"}, {}, "1", "0"),
     ({"type": "number"}, {}, "35,5", "0,0"), ({"type": "category"}, {}, "at home", "no"),
     ({"type": "category"}, {"values": ["yes"]}, "Yes", "No"),
     ({"type": "category"}, {"values": ["1"]}, "1.0", "0.0"),
     ({"type": "date"}, {}, "01.04.2025", "")],
)  # fmt: skip
def test_a_visit_is_known_by_what_its_variable_means(tmp_path, spec, rule, held, missed):
    form = came(spec, rule, held, missed, tmp_path).tables["twelve_months"]
    assert form["walk_after_s"].isna().sum() == 6


def test_a_visit_is_known_by_the_day_of_the_form(tmp_path):
    rule = {"took_place": {"variable": "completed_on"}}
    file = write_study(tmp_path, with_zeros(), wide(**rule))
    found = validated(file)
    assert found.tables["twelve_months"]["walk_after_s"].isna().sum() == 6
    assert found.told("no_visit").empty
    done = made(file, "results/summaries/flow.parquet")
    assert done.exit_code == 0, done.said
    assert done.by_row("flow")["followed_up"]["n"] == "18"


@pytest.mark.parametrize("missed", ["Missed", "N"])
def test_values_that_nobody_has_stop_the_run(tmp_path, missed):
    found = came({"type": "category"}, {"values": ["attend"]}, "Attended", missed, tmp_path)
    (message,) = found.told("most", "came")["message"]
    assert "18 of 18 records" in message
    assert found.told("no_visit").empty


def test_a_visit_that_may_be_no_must_name_its_values(tmp_path):
    found = validated(write_study(tmp_path, with_zeros(), wide(took_place={"variable": "came"})))
    assert "came may be no" in found.refusal.text()
    assert "`values: [yes]`" in found.refusal.text()


@pytest.mark.parametrize(("values", "told"), [(["attend"], 1), (["yes"], 0)])
def test_values_of_the_follow_up_that_nobody_has_are_told(tmp_path, values, told):
    def change(config):
        wide()(config)
        config["forms"]["twelve_months"]["variables"][2].pop("codes")
        seen = {"form": "twelve_months", "variable": "came", "values": values, "label": "Came"}
        config["analysis"]["followed_up"] = seen

    rows = [row | {"came": {"Y": "Yes", "N": "No"}[row["came"]]} for row in with_zeros()]
    found = validated(write_study(tmp_path, rows, change))
    assert len(found.told("no_visit", "came")) == told


def test_a_form_of_zeros_without_its_day_is_told(tmp_path):
    found = validated(write_study(tmp_path, with_zeros(), wide())).told("empty_form")
    assert list(found["found"]) == ["6 participants"]
    assert (
        validated(write_study(tmp_path / "b", with_zeros(), wide(**HELD))).told("empty_form").empty
    )
    dated = [row | {"seen12": "01.04.2025"} for row in with_zeros()]
    assert validated(write_study(tmp_path / "c", dated, wide())).told("empty_form").empty
