import numpy as np
import pandas as pd
import pytest

from trialtrail.derive.instruments import bsid2


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (50, "significantly delayed"),
        (69, "significantly delayed"),
        (70, "mildly delayed"),
        (84, "mildly delayed"),
        (85, "within normal limits"),
        (114, "within normal limits"),
        (115, "accelerated"),
        (150, "accelerated"),
    ],
)
def test_the_bounds_of_the_bands(points, expected):
    assert bsid2.band(pd.Series([points]))[0] == expected


@pytest.mark.parametrize("points", [49, 151, -99, np.nan, np.inf])
def test_an_impossible_score_has_no_band(points):
    assert bsid2.band(pd.Series([points])).isna().all()


def test_the_bands_are_ordered_and_keep_index_and_name():
    index = pd.Series([120, pd.NA, 60], index=["x", "y", "z"], name="mdi", dtype="Int64")
    bands = bsid2.band(index)
    assert bands.cat.ordered
    assert list(bands.cat.categories) == list(bsid2.BANDS)
    assert (bands < "mildly delayed").tolist() == [False, False, True]
    assert bands["x"] == "accelerated"
    assert bands.index.equals(index.index)
    assert bands.name == "mdi"


def test_no_scores_give_no_bands():
    assert bsid2.band(pd.Series([], dtype="float64")).empty
