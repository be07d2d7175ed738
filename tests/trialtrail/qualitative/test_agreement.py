import numpy as np
import pandas as pd
import pytest

from trialtrail.qualitative import agreement

NAN = np.nan
# Krippendorff 2011, example C: four coders and twelve units.
CODERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
UNITS = pd.DataFrame(CODERS).T


def counts(*rows):
    return pd.DataFrame(rows, columns=list(agreement.COUNTS))


def segments(*rows):
    return pd.DataFrame(rows, columns=["document", "code", "start", "end"])


@pytest.mark.parametrize(
    ("level", "expected"),
    [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)],
)
def test_alpha_is_the_published_one(level, expected):
    assert agreement.krippendorff_alpha(UNITS, level) == pytest.approx(expected, abs=5e-5)


def test_alpha_is_nominal_unless_told_and_takes_any_kind_of_value():
    words = UNITS.map(lambda value: None if np.isnan(value) else f"value {value}")
    assert agreement.krippendorff_alpha(words) == pytest.approx(0.7434, abs=5e-5)
    whole = UNITS.astype("Int64")
    assert agreement.krippendorff_alpha(whole, "ratio") == pytest.approx(0.7974, abs=5e-5)
    assert agreement.krippendorff_alpha(UNITS.to_numpy()) == pytest.approx(0.7434, abs=5e-5)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("data", [[[1, 1], [1, 1]], [[1, NAN], [NAN, 2]], [[0, 0]]])
def test_alpha_without_variation_or_pairs_is_not_defined(level, data):
    assert np.isnan(agreement.krippendorff_alpha(pd.DataFrame(data), level))


def test_alpha_of_full_agreement_is_1():
    assert agreement.krippendorff_alpha(pd.DataFrame([[1, 1], [2, 2]]), "ratio") == 1


def test_alpha_refuses_what_it_cannot_measure():
    with pytest.raises(ValueError, match="no level"):
        agreement.krippendorff_alpha(UNITS, "cardinal")
    with pytest.raises(ValueError, match="negative"):
        agreement.krippendorff_alpha(-UNITS, "ratio")


def test_kappa_is_cohens():
    tables = counts((20, 5, 10, 15), (50, 75, 75, 800))
    assert agreement.cohens_kappa(tables).tolist() == pytest.approx([0.40, 0.3143], abs=5e-5)
    assert agreement.percent_agreement(tables).tolist() == pytest.approx([70, 85])


def test_what_is_undefined_is_missing_and_not_1():
    tables = counts((0, 0, 0, 0), (0, 0, 0, 9), (9, 0, 0, 0))
    assert agreement.cohens_kappa(tables).isna().all()
    assert agreement.alpha_of_counts(tables).isna().all()
    np.testing.assert_array_equal(agreement.percent_agreement(tables), [NAN, 100, 100])


@pytest.mark.parametrize("table", [(20, 5, 10, 15), (50, 75, 75, 800), (0, 3, 4, 5), (3, 0, 0, 2)])
def test_alpha_of_counts_is_that_of_the_single_characters(table):
    marks = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], table, axis=0)
    expected = agreement.krippendorff_alpha(marks)
    assert agreement.alpha_of_counts(counts(table))[0] == pytest.approx(expected)


def test_characters_are_counted_in_every_document():
    a = segments(("d1", "x", 0, 10), ("d1", "x", 20, 30), ("d2", "y", 0, 5))
    b = segments(("d1", "x", 5, 25), ("d2", "x", 0, 5))
    found = agreement.characters({"d1": 100, "d2": 50}, a, b)
    assert found.loc["x"].tolist() == [10, 10, 15, 115]
    assert found.loc["y"].tolist() == [0, 5, 0, 145]
    assert found.sum(axis="columns").eq(150).all()
    assert found.index.name == "code"


def test_overlapping_segments_of_a_coder_count_once():
    overlapping = segments(
        ("d", "x", 0, 10), ("d", "x", 5, 15), ("d", "x", 2, 4), ("d", "x", 0, 10)
    )
    whole = segments(("d", "x", 0, 15))
    found = agreement.characters({"d": 20}, overlapping, whole)
    assert found.loc["x"].tolist() == [15, 0, 0, 5]


def test_segments_join_under_a_wider_label():
    a = segments(("d", "x", 0, 10), ("d", "y", 5, 20)).assign(theme="t")
    b = segments(("d", "z", 0, 20)).assign(theme="t")
    assert agreement.characters({"d": 30}, a, b, by="theme").loc["t"].tolist() == [20, 0, 0, 10]


def test_the_characters_agree_with_a_count_one_by_one():
    rng = np.random.default_rng(3)
    coders = []
    marks = np.zeros((2, 200), dtype=bool)
    for coder in range(2):
        starts = rng.integers(0, 190, 12)
        ends = starts + rng.integers(1, 10, 12)
        coders.append(segments(*(("d", "x", s, e) for s, e in zip(starts, ends, strict=True))))
        for start, end in zip(starts, ends, strict=True):
            marks[coder, start:end] = True
    a, b = marks
    expected = [(a & b).sum(), (a & ~b).sum(), (~a & b).sum(), (~a & ~b).sum()]
    assert agreement.characters({"d": 200}, *coders).loc["x"].tolist() == expected


def test_no_segments_give_no_codes():
    found = agreement.characters({"d": 10}, segments(), segments())
    assert found.empty
    assert tuple(found.columns) == agreement.COUNTS
    assert agreement.cohens_kappa(found).empty


@pytest.mark.parametrize("bad", [("d", "x", 5, 5), ("d", "x", -1, 3), ("d", "x", 0, 11)])
def test_a_segment_outside_its_document_is_refused(bad):
    with pytest.raises(ValueError, match="outside its document"):
        agreement.characters({"d": 10}, segments(bad), segments())


def test_a_segment_of_an_unknown_document_is_refused():
    with pytest.raises(ValueError, match="length is not given"):
        agreement.characters({"d": 10}, segments(("e", "x", 0, 5)), segments())
