"""Least squares on data of NIST, whose certified values have 15 digits.

Statistical Reference Datasets (NIST, public domain): linear regression Norris, Longley, Wampler1 to
5 and Filip; one-way analysis of variance SmLs01 to 09 and SiRstv. The data of Wampler and SmLs are
made here as NIST defines them.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from trialtrail.analysis.covariates import design
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.least_squares import least_squares

NORRIS = (
    # y, x
    (
        *(0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1),
        *(778.1, 668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6),
        *(339.3, 888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2),
    ),
    (
        *(0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6),
        *(775.5, 666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8),
        *(339.1, 887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5),
    ),
)
LONGLEY = (
    # employed; deflator, product, unemployed, forces, population, year
    (60323, 83.0, 234289, 2356, 1590, 107608, 1947),
    (61122, 88.5, 259426, 2325, 1456, 108632, 1948),
    (60171, 88.2, 258054, 3682, 1616, 109773, 1949),
    (61187, 89.5, 284599, 3351, 1650, 110929, 1950),
    (63221, 96.2, 328975, 2099, 3099, 112075, 1951),
    (63639, 98.1, 346999, 1932, 3594, 113270, 1952),
    (64989, 99.0, 365385, 1870, 3547, 115094, 1953),
    (63761, 100.0, 363112, 3578, 3350, 116219, 1954),
    (66019, 101.2, 397469, 2904, 3048, 117388, 1955),
    (67857, 104.6, 419180, 2822, 2857, 118734, 1956),
    (68169, 108.4, 442769, 2936, 2798, 120445, 1957),
    (66513, 110.8, 444546, 4681, 2637, 121950, 1958),
    (68655, 112.6, 482704, 3813, 2552, 123366, 1959),
    (69564, 114.2, 502601, 3931, 2514, 125368, 1960),
    (69331, 115.7, 518173, 4806, 2572, 127852, 1961),
    (70551, 116.9, 554894, 4007, 2827, 130081, 1962),
)
FILIP_X = (
    *(-6.860120914, -4.324130045, -4.358625055, -4.358426747, -6.955852379, -6.661145254),
    *(-6.355462942, -6.118102026, -7.115148017, -6.815308569, -6.519993057, -6.204119983),
    *(-5.853871964, -6.109523091, -5.79832982, -5.482672118, -5.171791386, -4.851705903),
    *(-4.517126416, -4.143573228, -3.709075441, -3.499489089, -6.300769497, -5.953504836),
    *(-5.642065153, -5.031376979, -4.680685696, -4.329846955, -3.928486195, -8.56735134),
    *(-8.363211311, -8.107682739, -7.823908741, -7.522878745, -7.218819279, -6.920818754),
    *(-6.628932138, -6.323946875, -5.991399828, -8.781464495, -8.663140179, -8.473531488),
    *(-8.247337057, -7.971428747, -7.676129393, -7.352812702, -7.072065318, -6.774174009),
    *(-6.478861916, -6.159517513, -6.835647144, -6.53165267, -6.224098421, -5.910094889),
    *(-5.598599459, -5.290645224, -4.974284616, -4.64454848, -4.290560426, -3.885055584),
    *(-3.408378962, -3.13200249, -8.726767166, -8.66695597, -8.511026475, -8.165388579),
    *(-7.886056648, -7.588043762, -7.283412422, -6.995678626, -6.691862621, -6.392544977),
    *(-6.067374056, -6.684029655, -6.378719832, -6.065855188, -5.752272167, -5.132414673),
    *(-4.811352704, -4.098269308, -3.66174277, -3.2644011),
)
FILIP_Y = (
    *(0.8116, 0.9072, 0.9052, 0.9039, 0.8053, 0.8377, 0.8667, 0.8809, 0.7975, 0.8162, 0.8515),
    *(0.8766, 0.8885, 0.8859, 0.8959, 0.8913, 0.8959, 0.8971, 0.9021, 0.909, 0.9139, 0.9199),
    *(0.8692, 0.8872, 0.89, 0.891, 0.8977, 0.9035, 0.9078, 0.7675, 0.7705, 0.7713, 0.7736),
    *(0.7775, 0.7841, 0.7971, 0.8329, 0.8641, 0.8804, 0.7668, 0.7633, 0.7678, 0.7697, 0.77),
    *(0.7749, 0.7796, 0.7897, 0.8131, 0.8498, 0.8741, 0.8061, 0.846, 0.8751, 0.8856, 0.8919),
    *(0.8934, 0.894, 0.8957, 0.9047, 0.9129, 0.9209, 0.9219, 0.7739, 0.7681, 0.7665, 0.7703),
    *(0.7702, 0.7761, 0.7809, 0.7961, 0.8253, 0.8602, 0.8809, 0.8301, 0.8664, 0.8834, 0.8898),
    *(0.8964, 0.8963, 0.9074, 0.9119, 0.9228),
)
FILIP = (
    (-1467.48961422980, 298.084530995537),
    (-2772.17959193342, 559.779865474950),
    (-2316.37108160893, 466.477572127796),
    (-1127.97394098372, 227.204274477751),
    (-354.478233703349, 71.6478660875927),
    (-75.1242017393757, 15.2897178747400),
    (-10.8753180355343, 2.23691159816033),
    (-1.06221498588947, 0.221624321934227),
    (-0.670191154593408e-01, 0.142363763154724e-01),
    (-0.246781078275479e-02, 0.535617408889821e-03),
    (-0.402962525080404e-04, 0.896632837373868e-05),
)


def digits(found: np.ndarray, certified: np.ndarray) -> float:
    """Return the fewest digits that found values have in common with certified ones."""
    apart = np.abs(np.asarray(found) / np.asarray(certified) - 1)
    return float(-np.log10(np.maximum(apart, 1e-16)).min())


def powers(x, degree: int) -> np.ndarray:
    return np.vander(np.asarray(x, dtype=float), degree + 1, increasing=True)


def errors(found) -> np.ndarray:
    return np.sqrt(np.diag(found.covariance))


def test_norris():
    y, x = NORRIS
    found = least_squares(powers(x, 1), np.array(y))
    assert digits(found.effects, (-0.262323073774029, 1.00211681802045)) > 11
    assert digits(errors(found), (0.232818234301152, 0.429796848199937e-03)) > 12
    assert digits(math.sqrt(found.variance), 0.884796396144373) > 12


def test_longley():
    table = np.array(LONGLEY, dtype=float)
    found = least_squares(np.column_stack([np.ones(16), table[:, 1:]]), table[:, 0])
    certified = (
        *(-3482258.63459582, 15.0618722713733, -0.358191792925910e-01, -2.02022980381683),
        *(-1.03322686717359, -0.511041056535807e-01, 1829.15146461355),
    )
    deviations = (
        *(890420.383607373, 84.9149257747669, 0.334910077722432e-01, 0.488399681651699),
        *(0.214274163161675, 0.226073200069370, 455.478499142212),
    )
    assert digits(found.effects, certified) > 10
    assert digits(errors(found), deviations) > 10
    assert digits(math.sqrt(found.variance), 304.854073561965) > 11


WAMPLER = {1: 0.0, 2: 0.0, 3: 1.0, 4: 100.0, 5: 10000.0}
"""By how much the residuals of Wampler3 are multiplied; the first two have none."""
RESIDUALS = np.array(
    [
        *(759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048),
        *(-2048, 1838, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 759),
    ],
    dtype=float,
)


@pytest.mark.parametrize("number", WAMPLER)
def test_wampler(number):
    x = np.arange(21)
    step = 0.1 if number == 2 else 1.0
    y = sum((step * x.astype(object)) ** power for power in range(6)).astype(float)
    y = y + WAMPLER[number] * RESIDUALS
    found = least_squares(powers(x, 5), y)
    least = {1: 9, 2: 12, 3: 8, 4: 8, 5: 6}[number]
    assert digits(found.effects, step ** np.arange(6)) > least
    if number > 2:
        deviation = 2360.14502379268 * WAMPLER[number]
        assert digits(math.sqrt(found.variance), deviation) > 12
        assert digits(errors(found)[5], 0.112324854679312 * WAMPLER[number]) > 10


def test_filip():
    found = least_squares(powers(FILIP_X, 10), np.array(FILIP_Y))
    certified = np.array(FILIP)
    assert digits(found.effects, certified[:, 0]) > 6
    assert digits(errors(found), certified[:, 1]) > 6
    assert digits(math.sqrt(found.variance), 0.334801051324544e-02) > 8


def small_least_squares(offset: float, members: int) -> pd.DataFrame:
    """Return the data of Simon and Lesage: nine treatments that differ by tenths of each other."""
    of_treatment = [0.4, 0.3, 0.5, 0.3, 0.5, 0.3, 0.5, 0.3, 0.5]
    rows = [
        (f"t{place}", offset + mine + (0.0 if j == 0 else -0.1 if j % 2 else 0.1))
        for place, mine in enumerate(of_treatment)
        for j in range(members)
    ]
    return pd.DataFrame(rows, columns=["arm", "value"])


@pytest.mark.parametrize(
    ("offset", "members", "least"),
    [
        *((1.0, 21, 12), (1.0, 201, 12), (1.0, 2001, 11)),
        *((1e6, 21, 7), (1e6, 201, 7), (1e6, 2001, 6)),
        *((1e12, 21, 1), (1e12, 201, 1), (1e12, 2001, 1)),
    ],
)
def test_smls(offset, members, least):
    """F is certified as 21, 201 and 2001; the variance within as .01 of all.

    What 10^6 or 10^12 before a tenth leaves of it in double precision bounds the digits: of 10^12,
    no more than two.
    """
    data = small_least_squares(offset, members)
    arms = [f"t{place}" for place in range(9)]
    made = design(data, Setting(arms))
    found = least_squares(made.matrix, data["value"].to_numpy())
    within = found.variance
    means = np.array([found.effects @ made.mean_of(place) for place in range(9)])
    between = members * float(((means - means.mean()) ** 2).sum()) / 8
    assert digits(between / within, float(members)) > least
    assert digits(within, 0.01) > least


SIRSTV = (
    (196.3052, 196.1240, 196.1890, 196.2569, 196.3403),
    (196.3042, 196.3825, 196.1669, 196.3257, 196.0422),
    (196.1303, 196.2005, 196.2889, 196.0343, 196.1811),
    (196.2795, 196.1748, 196.1494, 196.1485, 195.9885),
    (196.2119, 196.1051, 196.1850, 196.0052, 196.2090),
)


def test_sirstv():
    arms = [f"i{place}" for place in range(5)]
    rows = [(arm, value) for arm, own in zip(arms, SIRSTV, strict=True) for value in own]
    data = pd.DataFrame(rows, columns=["arm", "value"])
    made = design(data, Setting(arms))
    found = least_squares(made.matrix, data["value"].to_numpy())
    means = np.array([found.effects @ made.mean_of(place) for place in range(5)])
    between = 5 * float(((means - means.mean()) ** 2).sum())
    assert digits(20 * found.variance, 0.216636560000000) > 12
    assert digits(between, 0.511462616000000e-01) > 12
    assert digits(between / 4 / found.variance, 1.18046237440255) > 12
