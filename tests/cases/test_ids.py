"""Ids that differ only in what people and programs change without meaning it, and mass causes."""

from __future__ import annotations

import pytest
from small_trial import delimited, records, validated, write_study

from trialtrail.validation.cross_checks.near_ids import MORE, POINTS, differences, folded

NEAR = [
    ("p004", "case"),
    ("P 004", "spaces"),
    ("P4", "leading zeros"),
    ("P0004", "leading zeros"),
    ("p 4", "case, spaces, hyphens or leading zeros"),
]


@pytest.mark.parametrize("near", [near for near, _ in NEAR])
def test_two_ids_of_one_table_that_nearly_agree_are_told(tmp_path, near):
    rows = [*records(), records()[3] | {"id": near, "arm": "B"}]
    found = validated(write_study(tmp_path, rows))
    assert set(found.told("near_key")["record"]) == {"P004", near}
    assert len(found.tables["participants"]) == 25


@pytest.mark.parametrize(("near", "what"), NEAR)
def test_what_differs_is_named(near, what):
    assert differences([near], ["P004", "P005"]) == {near: what}


@pytest.mark.parametrize(
    ("one", "other"),
    [("P004", "P040"), ("A1", "B1"), ("1-2", "12"), ("P0", "P"), ("X10", "X1"), ("0", "00x")],
)
def test_other_ids_are_others(one, other):
    assert folded(one) != folded(other)


def of_two_files(tmp_path, change_id, config=lambda c: None):
    """Write a study whose follow-up is in a file of its own, with changed ids."""

    def change(whole):
        whole["exports"]["trial"]["ignore"] = ["walk12", "seen12"]
        whole["exports"]["fu"] = {"file": "data/fu.csv", "delimiter": ";", "dates": "%d.%m.%Y"}
        source = whole["forms"]["twelve_months"]["sources"][0]
        source["export"] = "fu"
        config(whole)

    rows = [
        {"id": change_id(n, row["id"]), "walk12": row["walk12"], "seen12": row["seen12"]}
        for n, row in enumerate(records())
    ]
    return validated(write_study(tmp_path, None, change, {"data/fu.csv": delimited(rows)}))


@pytest.mark.parametrize(
    ("change", "what"),
    [(lambda n, i: i.lower(), "case"), (lambda n, i: i.replace("P0", "P"), "leading zeros"),
     (lambda n, i: f"{i[0]} {i[1:]}", "spaces")],
)  # fmt: skip
def test_one_cause_that_sets_a_file_aside_is_told_once(tmp_path, change, what):
    found = of_two_files(tmp_path, change)
    (most,) = found.told("most").to_dict("records")
    assert most["export"] == "fu"
    assert f"differs from it in {what}" in most["message"]
    assert "24 of 24 records" in most["message"]


def test_a_few_such_ids_stop_nothing(tmp_path):
    found = of_two_files(tmp_path, lambda n, i: i.lower() if n < 5 else i)
    assert found.told("most").empty
    assert set(found.told("reference")["message"].str.contains("in case")) == {True}


def test_what_a_study_has_said_of_a_rule_is_not_asked_again(tmp_path):
    def said(config):
        config["validation"] = {"actions": {"reference": "set_aside"}}

    assert of_two_files(tmp_path, lambda n, i: i.lower(), said).told("most").empty


def test_most_cells_of_a_column_with_one_fault_stop_as_well(tmp_path):
    rows = [row | ({"sex": "W"} if n % 3 else {}) for n, row in enumerate(records())]
    (most,) = validated(write_study(tmp_path, rows)).told("most").to_dict("records")
    assert most["column"] == "sex"
    assert "16 of 24 records" in most["message"]


@pytest.mark.parametrize(
    ("near", "what"),
    [
        ("PO04", "the letter O and the digit 0"),
        ("\u0420004", "letters of another script that look the same"),
        ("P-004", "the sign between its parts"),
        ("P_004", "the sign between its parts"),
        ("P004.", "signs around it"),
        ("#p 4", MORE),
    ],
)  # fmt: skip
def test_other_signs_and_signs_that_look_the_same_are_named(tmp_path, near, what):
    assert differences([near], ["P004", "P005"]) == {near: what}
    rows = [*records(), records()[3] | {"id": near, "arm": "B"}]
    found = validated(write_study(tmp_path, rows))
    assert set(found.told("near_key")["record"]) == {"P004", near}


def test_a_part_that_one_file_puts_before_an_id_is_named():
    part = "a part before or behind it"
    assert differences(["01-P004", "P005_a"], ["P004", "P005"]) == dict.fromkeys(
        ["01-P004", "P005_a"], part
    )
    assert differences(["004"], ["A-004", "A-005"]) == {"004": part}
    assert differences(["004", "1-2"], ["A-004", "B-004", "12"]) == {}


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        *(("12.0", "12", "decimal zeros"), ("1,234", "1234", "marks between thousands")),
        *(("1.234", "1234", "points between thousands"), ("12345", "12.345", POINTS)),
        *(("01/002", "01-002", "the sign between its parts"), ('"12"', "12", "signs around it")),
    ],
)
def test_so_are_signs_of_numbers(one, other, what):
    assert differences([one], [other]) == {one: what}


@pytest.mark.parametrize(
    ("one", "other"),
    [("NO-01", "N-01"), ("A1", "AI"), ("101.10", "101.1"), ("1.1", "11"), ("C1-1", "C11"),
     ("ABO", "AB0"), ("A-B", "AB"), ("P001a", "P001")],
)  # fmt: skip
def test_ids_of_other_parts_are_others(one, other):
    assert folded(one) != folded(other)


def test_signs_that_set_the_direction_of_a_text_are_no_part_of_an_id(tmp_path):
    rows = records()
    rows[3]["id"] = "\u2068P004\u2069"
    found = validated(write_study(tmp_path, rows))
    assert "P004" in set(found.tables["participants"]["participant_id"])


def test_several_causes_in_one_file_are_not_told_as_one(tmp_path):
    (most,) = (
        of_two_files(tmp_path, lambda n, i: i.lower() if n % 3 else f"P-{i[1:]}")
        .told("most")
        .to_dict("records")
    )
    assert "differs from it in case (16 of them" in most["message"]
