"""The figure of all analyses of each primary outcome, and that of shifted imputed values."""

from __future__ import annotations

import csv
import math
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.trialtrail.report.fake_study import TABLES, TEMPLATES
from trialtrail.report.axis_ticks import ratio_ticks

from scripts.draw_sensitivity_plot import main
from scripts.draw_tipping_plot import crossings
from scripts.draw_tipping_plot import main as draw_tipping

FONTS = sorted(str(path) for path in (TEMPLATES / "fonts").glob("*.ttf"))
ARMS = [{"id": "walk", "label": "Usual"}, {"id": "group", "label": "Group"}]
ANALYSES = {"plain": "without covariates", "late": "Effect among compliers"}


def written(folder, *rows):
    with (TABLES / "estimates.csv").open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream))
    blank = {"subgroup_level": "", "shifted": "", "delta": "", "important": "5", "note": ""}
    made = [first | blank | row for row in rows]
    path = folder / "estimates.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, first, lineterminator="\n")
        table.writeheader()
        table.writerows(made)
    return path


def row(name, analysis, role, low, high, **more):
    ends = {"lower": str(low), "upper": str(high), "estimate": str((low + high) / 2)}
    return {"row": name, "analysis": analysis, "role": role, "unit": "m"} | ends | more


def drawn(folder, table, make=main):
    path = folder / "plot.svg"
    make(
        SimpleNamespace(
            input=SimpleNamespace(table=str(table), fonts=FONTS),
            output=SimpleNamespace(figure=str(path)),
            params=SimpleNamespace(arms=ARMS, analyses=ANALYSES),
        )
    )
    return etree.parse(path)


def texts(tree):
    found = tree.iter("{http://www.w3.org/2000/svg}text")
    return [" ".join("".join(each.itertext()).split()) for each in found]


def cells(tree):
    return {each.get("data-cell") for each in tree.iter() if each.get("data-cell")}


PRIMARY = row("o", "main", "primary", -1, 3)


def test_the_main_estimate_stands_above_the_others_of_its_outcome(tmp_path):
    table = written(
        tmp_path,
        PRIMARY,
        row("late.o", "late", "supplementary", -4, 6, measure="complier_mean_difference"),
        row("plain.o", "plain", "sensitivity", -2, 2),
        row("tip.o.arm_5", "tip", "sensitivity", 1, 9, shifted="arm", delta="5"),
        row("sub.o", "sub", "subgroup", -9, 9),
    )
    tree = drawn(tmp_path, table)
    said = texts(tree)
    names = ("Main analysis", "Without covariates", "Effect among compliers")
    assert [text for text in said if text in names] == [*names]
    assert any(text.endswith("difference of means, m") for text in said)
    assert {"estimates#o/lower", "estimates#plain.o/upper", "estimates#late.o/estimate"} <= cells(
        tree
    )
    assert not any("tip" in cell or "sub." in cell for cell in cells(tree))


def test_an_outcome_without_another_analysis_is_no_panel(tmp_path):
    other = row("p", "main", "primary", -1, 1, outcome="p", label="Alone")
    table = written(tmp_path, PRIMARY, other, row("plain.o", "plain", "sensitivity", -2, 2))
    assert not any("Alone" in text for text in texts(drawn(tmp_path, table)))


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.3, 4, [0.5, 1, 2]),
        (0.08, 12, [0.1, 1, 10]),
        (0.001, 1000, [0.001, 0.01, 0.1, 1, 10, 100, 1000]),
        (1e-9, 1e9, [1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9]),
        (0.29, 1.05, [0.3, 0.5, 0.7, 1]),
        (0.62, 1.21, [0.8, 1, 1.2]),
        (1.02, 1.31, [1.1, 1.2, 1.3]),
    ],
)
def test_the_ticks_of_a_ratio_are_plain_numbers(low, high, wanted):
    assert ratio_ticks(low, high) == pytest.approx(wanted)


@given(st.floats(-7, 6), st.floats(0.001, 8))
def test_a_ratio_has_ticks_that_are_few_and_plain(start, width):
    low, high = 10**start, 10 ** (start + width)
    found = ratio_ticks(low, high)
    assert 3 <= len(found) <= 10
    assert found == sorted(set(found))
    assert all(low * (1 - 1e-5) <= tick <= high * (1 + 1e-5) for tick in found)
    most = max(2, 2 - math.floor(math.log10((high - low) / high)))
    digits = [len(Decimal(f"{tick:.10g}").normalize().as_tuple().digits) for tick in found]
    assert max(digits) <= most


def test_a_ratio_stands_on_an_axis_without_powers(tmp_path):
    ratio = {"measure": "hazard_ratio", "unit": "", "important": ""}
    table = written(
        tmp_path,
        row("o", "main", "primary", 0.5, 2, **ratio),
        row("plain.o", "plain", "sensitivity", 0.4, 1.8, **ratio),
    )
    said = texts(drawn(tmp_path, table))
    assert {"0.5", "1"} <= set(said)
    assert not any(re.search(r"10[⁰-⁹^−]", text) for text in said)


def shifted(scenario, delta, low, high):
    name = f"tip.o.{scenario}_{delta}"
    return row(name, "tip", "sensitivity", low, high, shifted=scenario, delta=str(delta))


def test_shifted_values_have_a_panel_for_each_of_whose_were_shifted(tmp_path):
    rows = [
        shifted(scenario, delta, delta / 2 - 2, delta / 2 + 2)
        for scenario in ("arm", "reference", "both")
        for delta in (-10, 0, 10)
    ]
    tree = drawn(tmp_path, written(tmp_path, PRIMARY, *rows), draw_tipping)
    said = texts(tree)
    assert {"Shifted in Group", "Shifted in Usual", "Shifted in both arms"} <= set(said)
    assert "Added to imputed values, m" in said


def test_a_study_in_which_no_shifted_effect_has_an_interval_says_so(tmp_path):
    table = written(tmp_path, PRIMARY)
    assert texts(drawn(tmp_path, table, draw_tipping)) == [
        "No effect with shifted values could be estimated."
    ]


def test_a_limit_crosses_no_difference_straight_between_two_shifts():
    assert crossings([-10.0, 0.0, 10.0], [-6.0, -1.0, 4.0]) == pytest.approx([2.0])
    assert crossings([-10.0, 0.0, 10.0], [1.0, 2.0, 3.0]) == []
