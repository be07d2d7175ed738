"""What is told of a configuration: what YAML made of a word, and what cannot be done yet."""

from __future__ import annotations

import pytest
from small_trial import validated, write_study


def refusal(tmp_path, change=None, old="", new=""):
    """Return what is told of the small trial with a change, or with another text in its file."""
    file = write_study(tmp_path, None, change)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    told = validated(file).refusal
    return told.text() if told else ""


@pytest.mark.parametrize(
    ("old", "new", "word", "kind"),
    [
        ("id: sex", "id: no", "no", "true or false"),
        ("id: leaflet", "id: off", "off", "true or false"),
        ("F: female", "no: female", "no", "true or false"),
        ("A: leaflet", "N: leaflet\n          Yes: leaflet", "Yes", "true or false"),
        ("  baseline:\n", "  yes:\n", "yes", "true or false"),
        ("column: sex", "column: 007", "007", "a number"),
        ("column: sex", "column: 2024-01-01", "2024-01-01", "a date"),
        ("column: sex", "column: ~", "~", "nothing"),
        ("- .\n", "- -99\n", "-99", "a number"),
        ("label: Sex", "label: On", "On", "true or false"),
        ("F: female", "012: female", "012", "a number, 10"),
        ("F: female", "12:30: female", "12:30", "a number, 750"),
        ("F: female", "1_0: female", "1_0", "a number, 10"),
        ("title: A weekly class", "title: 12:30", "12:30", "a number, 750"),
        ("delimiter: ;", "header_row: 010", "010", "a number, 8"),
    ],
)
def test_a_bare_word_that_yaml_reads_as_something_else(tmp_path, old, new, word, kind):
    told = refusal(tmp_path, None, old, new)
    assert f"YAML reads `{word}` as {kind}" in told
    assert f'put it in quotation marks: "{word}"' in told
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    written = new.strip("\n").split("\n")[-1].strip()
    line = next(n for n, each in enumerate(text.splitlines(), 1) if written in each)
    assert f"study.yaml, line {line}, column" in told


def test_the_same_words_in_quotation_marks_are_taken(tmp_path):
    assert refusal(tmp_path, None, "F: female", 'F: female\n        "no": female') == ""


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda c: c["analysis"]["outcomes"][0].update(adjust=["age_years"]), "adjusted estimates"),
        (lambda c: c["analysis"]["outcomes"][0].update(covariates=["x"]), "adjusted estimates"),
        (lambda c: c["analysis"].update(strata=["sex"]), "stratified analyses"),
        (lambda c: c["analysis"].update(crossover=True), "models of the design"),
        (lambda c: c["analysis"].update(interim=[]), "interim analyses"),
        (lambda c: c["analysis"].update(prior={}), "Bayesian estimates"),
        (
            lambda c: c["forms"]["baseline"]["variables"][0].update(formula="a + b"),
            "a variable that is computed from others",
        ),
        (lambda c: c["analysis"].update({"Equivalence": 3}), "tests of equivalence"),
        (
            lambda c: c["analysis"]["outcomes"][0].update(kind="recurrent"),
            "outcomes of the kind recurrent",
        ),
    ],
)
def test_what_cannot_be_done_yet_is_told_as_such(tmp_path, change, what):
    told = refusal(tmp_path, change)
    assert what in told
    assert "cannot be done yet" in told
    assert "Unknown key" not in told


def test_harms_under_another_name_are_told_their_key(tmp_path):
    told = refusal(tmp_path, lambda c: c["analysis"].update(adverse_events={}))
    assert "Unknown key `adverse_events` in analysis" in told
    assert "write `harms`" in told


def test_covariates_under_another_name_are_told_their_key(tmp_path):
    told = refusal(tmp_path, lambda c: c["analysis"].update(adjusted_for=["age"]))
    assert "Unknown key `adjusted_for` in analysis" in told
    assert "write `adjust`" in told


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("F: female", "F: female\n        F: male", "F"),
        ("missing:", "missing: [X]\nmissing:", "missing"),
    ],
)
def test_a_key_that_stands_twice_is_told(tmp_path, old, new, key):
    told = refusal(tmp_path, None, old, new)
    assert f"The key `{key}` stands twice" in told
    assert "study.yaml, line" in told


def test_a_code_that_stands_for_nothing_is_told(tmp_path):
    told = refusal(tmp_path, None, "F: female", "F: ''")
    assert "The code F of baseline.sex stands for nothing" in told


@pytest.mark.parametrize(
    ("old", "new", "do"),
    [
        ("delimiter: ;", "delimiter: tab", r'a tab is "\t"'),
        ("id: age_years", "id: 6-Minute Walk", "such as `n6_minute_walk`"),
        ("timepoint: twelve_months", "timepoint: 12", "such as `n12`"),
        ("missing:\n- ''\n- .", "missing: -99", 'write a list: ["-99"]'),
        ("delimiter: ;", "last_year: 24", "at least 1700"),
        ("delimiter: ;", "months: no", "nl, pl, pt, sv, or a list of 12"),
        ("delimiter: ;", "decimal: comma", 'write one of ".", ","'),
        ("dates: '%d.%m.%Y'", "dates: TT.MM.JJJJ", '"%d.%m.%Y"'),
        ("synthetic: true", "synthetic: 'yes'", "true or false, without quotation marks"),
    ],
)
def test_the_remedy_is_what_to_write(tmp_path, old, new, do):
    assert do in refusal(tmp_path, None, old, new)


def test_a_name_of_a_form_is_text(tmp_path):
    file = write_study(tmp_path)
    text = file.read_text(encoding="utf-8").replace("twelve_months", "12")
    file.write_text(text, encoding="utf-8")
    assert "`12` in forms is no name" in validated(file).refusal.text()


@pytest.mark.parametrize("name", ["{x}", "../x", "a/b", "a:b", ".x", "*"])
def test_the_name_of_an_export_can_be_that_of_a_file(tmp_path, name):
    def change(config):
        config["exports"][name] = config["exports"]["trial"]

    told = refusal(tmp_path, change)
    assert f"The key `{name}` in exports is no name" in told
    assert "write small letters, digits and underscores" in told


@pytest.mark.parametrize("name", ["Trial 1", "Zoë", "50%", "x'y", "a.b", "1"])
def test_any_other_name_of_an_export_is_taken(tmp_path, name):
    def change(config):
        config["exports"][name] = config["exports"]["trial"]

    assert refusal(tmp_path, change) == ""


@pytest.mark.parametrize(
    ("place", "key", "meant"),
    [
        (lambda c: c["exports"]["trial"], "skip_rows", "header_row"),
        (lambda c: c["exports"]["trial"], "date_format", "dates"),
        (lambda c: c["exports"]["trial"], "na_values", "missing"),
        (lambda c: c["forms"]["baseline"]["variables"][0], "min", "minimum"),
        (lambda c: c["forms"]["baseline"]["variables"][0], "levels", "codes"),
        (lambda c: c["analysis"], "ci_level", "confidence_level"),
        (lambda c: c["analysis"], "covariates", "adjust"),
    ],
)
def test_what_other_programs_call_a_key_is_that_key(tmp_path, place, key, meant):
    told = refusal(tmp_path, lambda c: place(c).update({key: 1}))
    assert f"write `{meant}`" in told


@pytest.mark.parametrize("key", ["transform", "mcid", "sites", "reference"])
def test_a_key_that_is_like_no_other_is_not_said_to_be_one(tmp_path, key):
    told = refusal(tmp_path, lambda c: c["analysis"]["outcomes"][0].update({key: 1}))
    assert "do:    write `" not in told


def test_a_slip_of_the_pen_is_still_an_unknown_key(tmp_path):
    told = refusal(tmp_path, lambda c: c["analysis"].update(outcomse=[]))
    assert "Unknown key `outcomse`" in told
    assert "write `outcomes`" in told


def test_a_word_of_the_analysis_elsewhere_is_an_unknown_key(tmp_path):
    told = refusal(tmp_path, lambda c: c["exports"]["trial"].update(margin=1))
    assert "Unknown key `margin`" in told
