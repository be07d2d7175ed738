"""The decimal sign, the label and the filling of a REDCap field belong to the field."""

from __future__ import annotations

import pytest
import yaml
from small_trial import validated
from test_begun import MIXED, dictionary, project, seen

from trialtrail.exports.redcap.dictionary import plain_text, read_dictionary
from trialtrail.exports.redcap.filling import PROGRAM, filled_by


def read(folder, validation: str, cells, kind="text", **export):
    """Validate a project of twelve visits with a field of this validation and these cells."""
    rows = [seen(n) | {"mass": cell} for n, cell in enumerate(cells, start=1)]
    words = dictionary(
        mass=("visit", kind, "Mass", "[walk]" if kind == "calc" else "", validation, "")
    )
    file = project(folder, rows, words)
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    config["exports"]["trial"] |= export
    file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return validated(file)


@pytest.mark.parametrize(
    ("validation", "cell", "value"),
    [("number", "1.234", 1.234), ("number_3dp", "10.500", 10.5), 
     ("number_comma_decimal", "1,234", 1.234), ("float", "0.125", 0.125)],
)  # fmt: skip
@pytest.mark.parametrize("export", [{}, {"decimal": ","}, {"decimal": "."}])
def test_each_field_is_read_with_its_own_sign(tmp_path, validation, cell, value, export):
    found = read(tmp_path, validation, [cell] * 12, **export)
    assert found.tables["visit"]["mass"].tolist() == [value] * 12
    assert found.tables["visit"]["walk"].tolist() == [n + 0.5 for n in range(1, 13)]
    assert found.told("format").empty


@pytest.mark.parametrize(
    ("validation", "cell", "value", "export"),
    [("number", "1,5", 1.5, {}), ("number_comma_decimal", "1.5", 1.5, {}),
     ("number", "1,234", 1.234, {"decimal": ","}),
     ("number_comma_decimal", "1.234", 1.234, {"decimal": "."})],
)  # fmt: skip
def test_an_export_with_one_sign_for_all_fields_is_told_once(
    tmp_path, validation, cell, value, export
):
    found = read(tmp_path, validation, [cell] * 12, **export)
    assert found.tables["visit"]["mass"].tolist() == [value] * 12
    assert len(found.told("format", "mass")) == 1
    assert "one sign for all fields" in found.told("format", "mass")["message"].iloc[0]


def test_a_field_of_decimal_commas_has_no_thousands(tmp_path):
    found = read(tmp_path, "number_comma_decimal", ["1,5"] * 11 + ["1.234"])
    assert list(found.told("ambiguous", "mass")["found"]) == ["1.234"]


@pytest.mark.parametrize("mark", [".", ","])
def test_a_calculation_agrees_in_either_sign(tmp_path, mark):
    cells = [f"{n}{mark}500" for n in range(1, 13)]
    found = read(tmp_path, "", cells, "calc", **({"decimal": ","} if mark == "," else {}))
    assert found.tables["visit"]["mass"].tolist() == [n + 0.5 for n in range(1, 13)]
    assert "mass" not in set(found.told("calculated")["column"])


def test_a_form_of_sources_reads_the_fields_of_its_project(tmp_path):
    rows = [seen(n) | {"mass": "1,234"} for n in range(1, 13)]
    words = dictionary(mass=("visit", "text", "Mass", "", "number_comma_decimal", ""))
    file = project(tmp_path, rows, words)
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    own = [
        {"id": name, "column": name, "type": "number", "label": name} for name in ("mass", "walk")
    ]
    form = {"label": "Visit", "timepoint": "month_1", "variables": own}
    form["sources"] = [{"export": "trial", "columns": {"participant_id": "record_id"}}]
    config["forms"]["visit"] = form
    file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    assert set(validated(file).tables["visit"]["mass"]) == {1.234}


@pytest.mark.parametrize(
    ("label", "shown"),
    [("<iframe src='x'></iframe>Video", "Video"), ("<script>go(1)</script>Walk", "Walk"),
     ('<img src="a>b.png">Gait', "Gait"), ("<blockquote>Q</blockquote>", "Q"),
     ("<o:p></o:p>Word", "Word"), ("<dl><dt>A</dt><dd>B</dd></dl>", "A B"), ("<wbr>x", "x"),
     ("BMI <i class=\"a\">now</i>", "BMI now"), ("p <0.05 and q> 3", "p <0.05 and q> 3")],
)  # fmt: skip
def test_markup_of_every_kind_is_taken_out(label, shown):
    assert plain_text(label) == shown


@pytest.mark.parametrize(
    ("label", "shown"),
    [("[enrol_arm_1][walk] s", "… s"), ("[record-name], [event-label]", "…, …"),
     ("[walk][2] again", "… again"), ("[previous-event-name][walk]", "…"),
     ("[a] and [b]", "[a] and [b]")],
)  # fmt: skip
def test_what_is_piped_in_is_an_ellipsis(tmp_path, label, shown):
    path = tmp_path / "d.csv"
    path.write_text(dictionary(site=("visit", "text", label, "", "", "")), encoding="utf-8")
    assert read_dictionary(str(path), "d.csv")["site"].label == shown


def test_a_choice_without_a_label_is_its_code(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text(
        dictionary(arm=("enrol", "radio", "Arm", "1, | 2, B", "", "")), encoding="utf-8"
    )
    assert read_dictionary(str(path), "d.csv")["arm"].choices == {"1": "1", "2": "B"}


@pytest.mark.parametrize("tag", ["@APPUSERNAME-APP", "@DOWNLOAD-COUNT(scan)"])
def test_what_the_program_fills_is_known_by_its_whole_name(tmp_path, tag):
    words = dictionary(site=("visit", "text", "Site", "", "", tag))
    (tmp_path / "d.csv").write_text(words, encoding="utf-8")
    assert filled_by(read_dictionary(str(tmp_path / "d.csv"), "d.csv")["site"]) == PROGRAM
    assert validated(project(tmp_path, MIXED, words)).tables["visit"]["aids_1"].notna().sum() == 8


def test_a_calculation_in_a_form_that_nobody_began_is_not_asked_about(tmp_path):
    found = validated(project(tmp_path, [*MIXED, seen(13, twice="99")]))
    assert list(found.told("calculated")["record"]) == ["13"]
