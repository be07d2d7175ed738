import numpy as np
import pandas as pd
import pytest

from trialtrail.qualitative.agreement.krippendorff import krippendorff_alpha

NAN = np.nan
# Krippendorff 2011, example C: four coders and twelve units.
CODERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
UNITS = pd.DataFrame(CODERS).T


@pytest.mark.parametrize(
    ("level", "expected"),
    [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)],
)
def test_alpha_is_the_published_one(level, expected):
    assert krippendorff_alpha(UNITS, level) == pytest.approx(expected, abs=5e-5)


def test_alpha_is_nominal_unless_told_and_takes_any_kind_of_value():
    words = UNITS.map(lambda value: None if np.isnan(value) else f"value {value}")
    assert krippendorff_alpha(words) == pytest.approx(0.7434, abs=5e-5)
    whole = UNITS.astype("Int64")
    assert krippendorff_alpha(whole, "ratio") == pytest.approx(0.7974, abs=5e-5)
    assert krippendorff_alpha(UNITS.to_numpy()) == pytest.approx(0.7434, abs=5e-5)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("data", [[[1, 1], [1, 1]], [[1, NAN], [NAN, 2]], [[0, 0]]])
def test_alpha_without_variation_or_pairs_is_not_defined(level, data):
    assert np.isnan(krippendorff_alpha(pd.DataFrame(data), level))


def test_alpha_of_full_agreement_is_1():
    assert krippendorff_alpha(pd.DataFrame([[1, 1], [2, 2]]), "ratio") == 1


def test_alpha_refuses_what_it_cannot_measure():
    with pytest.raises(ValueError, match="no level"):
        krippendorff_alpha(UNITS, "cardinal")
    with pytest.raises(ValueError, match="negative"):
        krippendorff_alpha(-UNITS, "ratio")
