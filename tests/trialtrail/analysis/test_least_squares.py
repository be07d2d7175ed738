"""Least squares against the certified values of NIST's Statistical Reference Datasets.

The data are those of https://www.itl.nist.gov/div898/strd/ (in the public domain). The certified
values were found of the decimal numbers of the files; what a program in double precision can reach
is the exact solution of the numbers as doubles hold them, which is computed here in fractions.
"""

from __future__ import annotations

import csv
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialtrail.analysis.least_squares import HC3, LeastSquares, least_squares

NIST = Path(__file__).resolve().parents[2] / "golden" / "nist"
DIGITS = {
    "norris": (13.5, 13.0),
    "longley": (14.0, 12.0),
    # The powers of x to the tenth, rounded to doubles, have no more digits of the coefficients.
    "filip": (7.4, 7.5),
    "wampler1": (14.5, 15.0),
    # 0.1 x is no double.
    "wampler2": (12.5, 14.5),
    "wampler3": (14.5, 13.0),
    "wampler4": (14.5, 13.0),
    "wampler5": (14.5, 13.0),
}
"""Digits of the coefficients and of their standard deviations that agree, the least of them."""


def table(name: str) -> list[dict[str, str]]:
    with open(NIST / f"{name}.csv", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def column(name: str, of: str) -> np.ndarray:
    return np.array([float(row[of]) for row in table(name)])


def problem(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of the model and the values of a dataset."""
    if name == "longley":
        predictors = [column(name, f"x{place}") for place in range(1, 7)]
        return np.column_stack([np.ones(16), *predictors]), column(name, "y")
    is_wampler = name.startswith("wampler")
    x = column("wampler" if is_wampler else name, "x")
    degree = {"norris": 1, "filip": 10}.get(name, 5)
    y = column("wampler", f"y{name[-1]}") if is_wampler else column(name, "y")
    return np.column_stack([x**power for power in range(degree + 1)]), y


def digits(found: float, certified: float) -> float:
    """Return how many digits agree, 15 at most (McCullough, Am Stat 1998;52:358-66)."""
    error = abs(found - certified) / (abs(certified) or 1)
    return 15.0 if error == 0 else min(15.0, -math.log10(error))


def exact(matrix: np.ndarray, values: np.ndarray) -> list[float]:
    """Return the coefficients of the numbers as they are in doubles, by the normal equations."""
    rows = [[Fraction(float(cell)) for cell in row] for row in matrix]
    wanted = [Fraction(float(value)) for value in values]
    size = matrix.shape[1]
    system = [
        [sum(row[a] * row[b] for row in rows) for b in range(size)]
        + [sum(row[a] * value for row, value in zip(rows, wanted, strict=True))]
        for a in range(size)
    ]
    for pivot in range(size):
        system[pivot] = [cell / system[pivot][pivot] for cell in system[pivot]]
        for other in range(size):
            if other != pivot:
                share = system[other][pivot]
                system[other] = [
                    a - share * b for a, b in zip(system[other], system[pivot], strict=True)
                ]
    return [float(row[-1]) for row in system]


@pytest.mark.parametrize("name", DIGITS)
def test_coefficients_and_their_errors_are_those_that_nist_certified(name):
    matrix, values = problem(name)
    model = least_squares(matrix, values)
    certified = [row for row in table("certified") if row["dataset"] == name]
    assert len(certified) == matrix.shape[1]
    of_estimates, of_errors = DIGITS[name]
    for row, found, unit in zip(
        certified, model.coefficients, np.eye(matrix.shape[1]), strict=True
    ):
        assert digits(found, float(row["estimate"])) >= of_estimates
        error = math.sqrt(model.variance(unit))
        assert digits(error, float(row["standard_deviation"])) >= of_errors
    assert model.is_exact == (name in ("wampler1", "wampler2"))


@pytest.mark.parametrize("name", DIGITS)
def test_coefficients_are_exact_of_the_numbers_as_doubles_hold_them(name):
    matrix, values = problem(name)
    found = least_squares(matrix, values).coefficients
    for a, b in zip(found, exact(matrix, values), strict=True):
        assert a == pytest.approx(b, rel=1e-15)


def simon_and_lesage(size: int, replicates: int) -> tuple[np.ndarray, np.ndarray]:
    """Return treatment and response of SmLs01 to SmLs09, whose rule the files of NIST follow.

    Simon and Lesage, Comput Stat Data Anal 1989;8:325-32: nine means, and around each of them in
    turn a tenth less and more; ``size`` is what all have before the decimal point.
    """
    means = [Decimal(size) + Decimal(text) for text in (".4", *[".3", ".5"] * 4)]
    step = Decimal("0.1")
    around = [Decimal(0), *[-step, step] * ((replicates - 1) // 2)]
    response = [float(mean + left) for mean in means for left in around]
    return np.repeat(np.arange(9), replicates), np.array(response)


def f_of(treatment: np.ndarray, response: np.ndarray) -> float:
    """Return F of one-way analysis of variance, by the residuals of two models."""
    levels = np.unique(treatment)
    means = np.column_stack([treatment == level for level in levels]).astype(float)
    within = least_squares(means, response)
    overall = least_squares(np.ones((len(response), 1)), response)
    between = math.fsum(overall.residuals**2) - math.fsum(within.residuals**2)
    return between / (len(levels) - 1) / within.residual_variance


@pytest.mark.parametrize(("replicates", "certified"), [(21, 21.0), (201, 201.0), (2001, 2001.0)])
@pytest.mark.parametrize(("size", "least"), [(1, 14.5), (10**6, 10.0), (10**12, 4.0)])
def test_f_is_that_which_nist_certified_however_many_leading_digits_are_shared(
    size, least, replicates, certified
):
    assert digits(f_of(*simon_and_lesage(size, replicates)), certified) >= least


@pytest.mark.parametrize("size", [10**6, 10**12])
def test_f_is_exact_of_the_numbers_as_doubles_hold_them(size):
    treatment, response = simon_and_lesage(size, 21)
    groups = [[Fraction(value) for value in response[treatment == level]] for level in range(9)]
    means = [sum(group) / 21 for group in groups]
    between = 21 * sum((mean - sum(means) / 9) ** 2 for mean in means) / 8
    within = (
        sum((v - mean) ** 2 for group, mean in zip(groups, means, strict=True) for v in group) / 180
    )
    assert f_of(treatment, response) == pytest.approx(float(between / within), rel=1e-14)


def test_f_of_measured_resistances_is_that_which_nist_certified():
    instrument, resistance = column("sirstv", "instrument"), column("sirstv", "resistance")
    assert digits(f_of(instrument, resistance), 1.18046237440255) >= 13.0


@pytest.mark.parametrize(
    "matrix",
    [
        [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]],
        [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]],
        [[1.0, 0.1, 1.1], [1.0, 0.2, 1.2], [1.0, 0.3, 1.3], [1.0, 0.7, 1.7]],
        [[1.0, 2.0]],
    ],
)
def test_columns_that_depend_on_each_other_are_refused(matrix):
    with pytest.raises(np.linalg.LinAlgError):
        least_squares(np.array(matrix), np.arange(len(matrix), dtype=float))


def test_a_model_of_as_many_columns_as_rows_has_no_variance():
    model = least_squares(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([3.0, 5.0]))
    assert model.df == 0
    assert math.isnan(model.residual_variance)
    assert model.coefficients.tolist() == [3.0, 2.0]


def fitted(seed: int) -> LeastSquares:
    generator = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(30), generator.normal(0, 1, (30, 3))])
    return least_squares(matrix, generator.normal(0, 1, 30))


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_hc3_is_the_spread_of_the_estimates_that_leave_one_row_out(seed):
    model = fitted(seed)
    contrast = np.array([0.0, 1.0, -0.5, 0.0])
    kept = ~np.eye(30, dtype=bool)
    without = [
        least_squares(model.matrix[rows], model.values[rows]).estimate(contrast) for rows in kept
    ]
    spread = sum((estimate - model.estimate(contrast)) ** 2 for estimate in without)
    assert model.variance(contrast, HC3) == pytest.approx(spread, rel=1e-9)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_residuals_are_orthogonal_to_the_columns_and_leverages_sum_to_the_parameters(seed):
    model = fitted(seed)
    assert np.abs(model.matrix.T @ model.residuals).max() < 1e-13
    assert model.leverage.sum() == pytest.approx(4, rel=1e-13)
    assert model.weights(np.eye(4)[1]) @ model.values == pytest.approx(
        model.coefficients[1], rel=1e-10
    )
