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
        (lambda c: c["study"].update(clusters="site"), "analyses of clusters"),
        (lambda c: c.update(estimands=[]), "named estimands"),
        (lambda c: c["analysis"].update({"non-inferiority": 3}), "non-inferiority or equivalence"),
        (lambda c: c["analysis"].update(Imputation={"m": 5}), "imputed values"),
        (
            lambda c: c["analysis"]["outcomes"][0].update(kind="time_to_event"),
            "outcomes of the kind time_to_event",
        ),
    ],
)
def test_what_cannot_be_done_yet_is_told_as_such(tmp_path, change, what):
    told = refusal(tmp_path, change)
    assert what in told
    assert "cannot be done yet" in told
    assert "Unknown key" not in told


def test_a_slip_of_the_pen_is_still_an_unknown_key(tmp_path):
    told = refusal(tmp_path, lambda c: c["analysis"].update(outcomse=[]))
    assert "Unknown key `outcomse`" in told
    assert "write `outcomes`" in told


def test_a_word_of_the_analysis_elsewhere_is_an_unknown_key(tmp_path):
    told = refusal(tmp_path, lambda c: c["exports"]["trial"].update(margin=1))
    assert "Unknown key `margin`" in told
