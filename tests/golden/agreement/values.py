"""Makes `values.csv`: agreement of coders as independent packages compute it on examples.

Run in an environment of its own, because irrCAC needs pandas below 3 and
krippendorff-unitized-alpha NumPy below 2:

    python -m venv environment
    environment/bin/pip install --requirement tests/golden/agreement/requirements.txt
    environment/bin/python tests/golden/agreement/values.py

The constants are what was judged; a row of the file is a measure: data, measure, package, version,
value, to ten digits.
"""

from __future__ import annotations

import csv
import sys
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).with_name("values.csv")
NAN = float("nan")

# `raw_4raters` of irrCAC, nearly example C of Krippendorff 2011: a row is a unit, a column a coder.
FOUR_RATERS = [
    *([1, 1, NAN, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4]),
    *(
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [NAN, 5, 5, 5],
        [NAN, NAN, 1, 1],
        [NAN, NAN, 3, NAN],
    ),
]
# Cohen's kappa .40, and .3143 of 1,000 characters: counts of (both, first, second, neither).
COUNTS = {"two_by_two": (20, 5, 10, 15), "characters": (50, 75, 75, 800)}
# Fleiss, Psychol Bull 1971;76:378-382, as Wikipedia prints it: 14 raters, 10 units, 5 values.
FLEISS = [
    *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
    *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
]
# Markings of one code by three coders, in one text of 90 characters.
ONE_CODE = {"A": [(3, 20), (41, 55)], "B": [(5, 20), (38, 55), (70, 80)], "C": [(0, 22), (70, 78)]}
ONE_CODE_LENGTH = 90


def of_counts(name: str) -> list[list[int]]:
    """Return one row a unit of a table of two coders."""
    both, first, second, neither = COUNTS[name]
    return [[1, 1]] * both + [[1, 0]] * first + [[0, 1]] * second + [[0, 0]] * neither


def of_fleiss() -> list[list[int]]:
    """Return one row a unit, the ratings in some order."""
    return [[value for value, n in enumerate(row) for _ in range(n)] for row in FLEISS]


def of_characters(spans: dict, length: int) -> list[list[int]]:
    """Return one row a character: whether each coder marked it."""
    return [
        [int(any(start <= at < end for start, end in own)) for own in spans.values()]
        for at in range(length)
    ]


RATINGS = {
    "four_raters": FOUR_RATERS,
    "fleiss_1971": of_fleiss(),
    "one_code": of_characters(ONE_CODE, ONE_CODE_LENGTH),
    **{name: of_counts(name) for name in COUNTS},
}


def from_irrcac():
    """Yield kappa, Fleiss' kappa, AC1 and alpha of all data."""
    import pandas as pd
    from irrCAC.raw import CAC

    measures = {"kappa": "conger", "fleiss": "fleiss", "ac1": "gwet", "alpha": "krippendorff"}
    for name, ratings in RATINGS.items():
        found = CAC(pd.DataFrame(ratings, dtype=float), digits=12)
        for measure, method in measures.items():
            yield name, measure, "irrCAC", getattr(found, method)()["est"]["coefficient_value"]


def from_krippendorff():
    """Yield alpha of all data."""
    import krippendorff
    import numpy as np

    for name, ratings in RATINGS.items():
        data = np.array(ratings, dtype=float).T
        value = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        yield name, "alpha", "krippendorff", value


def from_scikit_learn():
    """Yield Cohen's kappa of two coders."""
    from sklearn.metrics import cohen_kappa_score

    for name in COUNTS:
        first, second = zip(*RATINGS[name], strict=True)
        yield name, "kappa", "scikit-learn", cohen_kappa_score(first, second)


def from_statsmodels():
    """Yield Fleiss' kappa where nothing is missing."""
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    for name in ("fleiss_1971", "one_code", *COUNTS):
        table, _ = aggregate_raters(RATINGS[name])
        yield name, "fleiss", "statsmodels", fleiss_kappa(table, method="fleiss")


def from_unitized_alpha():
    """Yield u-alpha (2016) of one code: of one value it is |u-alpha."""
    from krippendorff_unitized_alpha.krippendorffs_unitized_alpha import (
        EMPTY_TAG,
        KrippendorffUnitizedAlpha,
        Segment,
    )

    data = {}
    for coder, spans in ONE_CODE.items():
        ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), ONE_CODE_LENGTH]
        gaps = [Segment(EMPTY_TAG, a, b) for a, b in zip(*ends, strict=True) if a < b]
        data[coder] = [Segment("code", a, b) for a, b in spans] + gaps
    value = KrippendorffUnitizedAlpha(data).result
    yield "one_code", "u_alpha", "krippendorff-unitized-alpha", value


SOURCES = {
    "irrCAC": from_irrcac,
    "krippendorff": from_krippendorff,
    "scikit-learn": from_scikit_learn,
    "statsmodels": from_statsmodels,
    "krippendorff-unitized-alpha": from_unitized_alpha,
}


def main(path: Path) -> None:
    """Write the file."""
    rows = []
    for source in SOURCES.values():
        for data, measure, package, value in source():
            rows.append((data, measure, package, version(package), f"{float(value):.10g}"))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["data", "measure", "package", "version", "value"])
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
