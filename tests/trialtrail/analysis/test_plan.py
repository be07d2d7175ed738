"""The short keys of the plan, written out as entries."""

import pytest

from trialtrail.analysis.plan import blocks_of, expand_analyses, imputations, is_imputed
from trialtrail.configuration.schema import with_defaults


def outcome(name="walk", role="primary", kind="continuous", **more):
    return {"id": name, "label": name, "role": role, "kind": kind, "measured": []} | more


def entries(*outcomes, **plan):
    whole = with_defaults(plan, "analysis")
    return {e["id"]: e for e in expand_analyses(whole, list(outcomes or [outcome()]))}, whole


def test_without_keys_there_is_one_entry_of_independent_known_values():
    found, whole = entries()
    (main,) = found.values()
    assert main["id"] == "main"
    assert (main["design"], main["missing"], main["population"]) == (
        "independent",
        "complete_cases",
        None,
    )
    assert imputations(list(found.values()), whole) == {}


def test_an_analysis_of_its_own_differs_in_what_it_says_alone():
    found, _ = entries(
        adjust=["age"],
        design={"clusters": "site"},
        sensitivity=[{"id": "plain", "adjust": [], "design": "independent"}],
    )
    assert found["plain"]["adjust"] == []
    assert found["plain"]["design"] == "independent"
    assert found["plain"]["df"] == found["main"]["df"]
    assert found["plain"]["role"] == "sensitivity"


def test_other_degrees_of_freedom_are_of_continuous_outcomes_alone():
    found, _ = entries(
        outcome(), outcome("fell", kind="binary"), sensitivity=[{"id": "s", "df": "satterthwaite"}]
    )
    assert [each["id"] for each in found["s"]["outcomes"]] == ["walk"]


def test_each_uptake_of_a_principal_stratum_is_an_entry_of_known_values():
    found, _ = entries(
        uptake={"contact": {}, "rows": [{"id": "any", "label": "Any", "at_least": 1}]},
        received={"form": "f", "variable": "v"},
        missing={"impute": "within_arm"},
        estimands=[
            {"id": "offer"},
            {"id": "late", "events": {"x": "principal_stratum"}, "uptake": ["any", "received"]},
        ],
    )
    assert [*found] == ["main", "late_any", "late_received"]
    assert found["main"]["estimand"] == "offer"
    assert found["late_any"]["uptake"]["at_least"] == 1
    assert found["late_received"]["uptake"]["column"] == "received"
    assert {found[name]["missing"] for name in ("late_any", "late_received")} == {"complete_cases"}
    assert found["late_any"]["role"] == "supplementary"


def test_a_factorial_design_has_an_entry_a_factor_and_none_of_all_arms():
    found, _ = entries(design={"factors": {"drug": ["d", "both"], "diet": ["t", "both"]}})
    assert [*found] == ["drug", "diet"]
    assert found["drug"]["factor"] == {
        "id": "drug",
        "arms": ["d", "both"],
        "others": {"diet": ["t", "both"]},
    }


def test_a_shift_of_imputed_values_keeps_how_they_are_imputed():
    found, whole = entries(
        missing={"impute": "within_arm", "auxiliary": ["age"], "seed": 7},
        sensitivity=[{"id": "tip", "missing": {"delta": [-5, 5]}}],
    )
    assert found["tip"]["missing"]["impute"] == "within_arm"
    assert found["tip"]["missing"]["delta"] == [-5, 5]
    (made,) = imputations(list(found.values()), whole).values()
    assert (made["seed"], made["auxiliary"], made["number"]) == (7, ["age"], 100)


@pytest.mark.parametrize(
    ("mc_error", "block", "sizes"), [(0.1, 50, [50, 50]), (0.2, 20, [20, 5]), (0.5, 50, [4])]
)
def test_the_number_of_imputations_keeps_the_monte_carlo_error(mc_error, block, sizes):
    found, whole = entries(
        missing={"impute": "within_arm", "until": {"mc_error": mc_error}, "block": block}
    )
    (made,) = imputations(list(found.values()), whole).values()
    assert blocks_of(made) == sizes
    assert made["number"] ** -0.5 <= mc_error * (1 + 1e-9)


def test_what_a_model_of_repeated_measures_takes_is_imputed_only_otherwise():
    repeated = outcome(repeated=["a", "b"], at="b")
    found, _ = entries(
        repeated,
        missing={"impute": "within_arm"},
        sensitivity=[{"id": "jump", "missing": {"impute": "jump_to_reference"}}],
    )
    assert not is_imputed(repeated, found["main"])
    assert is_imputed(repeated, found["jump"])
    assert not is_imputed(outcome(kind="time_to_event"), found["main"])


def test_subgroups_are_of_the_primary_outcomes():
    found, _ = entries(outcome(), outcome("other", role="secondary"), subgroups=["sex"])
    assert [each["id"] for each in found["subgroup_sex"]["outcomes"]] == ["walk"]
    assert found["subgroup_sex"]["subgroup"] == "sex"
