"""Codes that a heading explains itself: read where it says so of nearly all cells."""

from __future__ import annotations

import pytest

from tests.trialtrail.new_study.test_new_written import made, table, variables
from trialtrail.new_study.files.heading_codes import codes_in_heading, without_codes


@pytest.mark.parametrize(
    ("heading", "cells", "codes"),
    [
        ("Sex (1=male, 2=female)", ["1", "2", None], {"1": "male", "2": "female"}),
        ("Arm [0 = usual care; 1 = new drug]", ["0", "1"], {"0": "usual care", "1": "new drug"}),
        ("sex m=male/f=female", ["m", "f", "f"], {"m": "male", "f": "female"}),
        ("Pain (0=none, 10=worst)", ["0", "3", "7", "10"], {}),  # the ends of a scale
        ("Dose (1=10 mg)", ["1", "1"], {}),
        ("x (1=a, 1=b)", ["1"], {}),
        ("Score (max=20)", ["3", "20"], {}),
        ("Smoker (1=yes, 2=no)", [None, None], {}),
    ],
)
def test_codes_of_a_heading(heading, cells, codes):
    assert codes_in_heading(heading, cells) == codes


def test_a_heading_without_its_codes():
    assert without_codes("Sex (1=male, 2=female) at entry") == "Sex at entry"
    assert without_codes("(1=a, 2=b)") == "(1=a, 2=b)"


def test_arms_and_variables_have_the_words_of_the_heading(tmp_path):
    header = ["id", "Arm (1=drug, 2=placebo)", "Sex (1=male, 2=female, 9=unknown)", "score"]
    rows = [[f"P{n}", str(1 + n % 2), "1221299"[n % 7], str(100 + 7 * n)] for n in range(20)]
    file = table(tmp_path / "trial.csv", header, rows)
    config = made(tmp_path, file, "--arm", header[1], "--reference", "2", "--primary", "score")
    assert [arm["label"] for arm in config["study"]["arms"]] == ["placebo", "drug"]
    sex = variables(config)[header[2]]
    assert (sex["label"], sex["type"], {*sex["codes"]}) == ("Sex", "category", {"1", "2"})
    assert sex["missing"] == ["9"]
