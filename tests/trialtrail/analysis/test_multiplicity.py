"""Adjusted p values: what holds of every family; values of R are in tests/golden/models."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialtrail.analysis.multiplicity import fixed_sequence, graph, holm, hommel

FEW = settings(max_examples=40)
P_VALUES = st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.02, 0.025, 0.05, 1.0])
FAMILIES = st.lists(P_VALUES, min_size=1, max_size=6).map(
    lambda values: {f"h{place}": value for place, value in enumerate(values)}
)
LACKING = st.lists(P_VALUES | st.none(), min_size=1, max_size=6).map(
    lambda values: {f"h{place}": value for place, value in enumerate(values)}
)


def alike(p, names=None):
    """Adjust by the graph of Holm's procedure: equal weights, each passes on in equal shares."""
    names = list(p if names is None else names)
    shares = {a: {b: 1 / (len(names) - 1) for b in names if b != a} for a in names}
    return graph(p, {name: 1 / len(names) for name in names}, shares)


def chain(p):
    """Adjust by the graph of a fixed sequence: the first has the level and passes it on."""
    names = list(p)
    return graph(p, {names[0]: 1}, {a: {b: 1} for a, b in pairwise(names)})


def uneven(p):
    """Adjust by a graph with weights that differ and that does not use the whole level."""
    names = list(p)
    weights = {name: 0.9 / 2**place for place, name in enumerate(names, start=1)}
    return graph(p, weights, {a: {b: 0.8} for a, b in pairwise(names)})


EVERY = [holm, hommel, fixed_sequence, alike, chain, uneven]


@pytest.mark.parametrize("adjust", EVERY)
@FEW
@given(p=FAMILIES)
def test_an_adjusted_value_is_at_least_the_value_and_at_most_1(adjust, p):
    adjusted = adjust(p)
    assert list(adjusted) == list(p)
    # A product with the number of hypotheses may round by its last bit.
    assert all(p[name] * (1 - 1e-15) <= adjusted[name] <= 1 for name in p)


@pytest.mark.parametrize("adjust", [holm, hommel, alike])
@FEW
@given(p=FAMILIES)
def test_adjusted_values_are_in_the_order_of_the_values(adjust, p):
    adjusted = adjust(p)
    in_order = [adjusted[name] for name in sorted(p, key=p.__getitem__)]
    assert all(a <= b + 1e-14 for a, b in pairwise(in_order))


@pytest.mark.parametrize("adjust", EVERY)
@FEW
@given(p=FAMILIES, by=st.floats(0, 1), which=st.integers(0, 5))
def test_a_larger_value_makes_no_adjusted_value_smaller(adjust, p, by, which):
    name = list(p)[which % len(p)]
    more = p | {name: p[name] + by * (1 - p[name])}
    first, second = adjust(p), adjust(more)
    assert all(second[name] >= first[name] * (1 - 1e-12) for name in p)


@pytest.mark.parametrize("adjust", [holm, hommel])
@FEW
@given(p=FAMILIES, data=st.data())
def test_the_order_of_the_family_changes_nothing(adjust, p, data):
    mixed = dict(data.draw(st.permutations(list(p.items()))))
    assert adjust(mixed) == adjust(p)


@FEW
@given(p=FAMILIES, data=st.data())
def test_the_order_of_the_family_changes_nothing_of_a_graph(p, data):
    names = list(p)
    weights = {name: 0.9 / 2**place for place, name in enumerate(names, start=1)}
    shares = {a: {b: 0.9 / len(names) for b in names if b != a} for a in names}
    mixed = dict(data.draw(st.permutations(list(p.items()))))
    assert graph(mixed, weights, shares) == pytest.approx(graph(p, weights, shares), rel=1e-12)


@FEW
@given(p=st.lists(P_VALUES, min_size=2, max_size=6))
def test_a_graph_of_equal_weights_and_transitions_is_holms_procedure(p):
    family = {f"h{place}": value for place, value in enumerate(p)}
    assert alike(family) == pytest.approx(holm(family), rel=1e-12)


@FEW
@given(p=FAMILIES)
def test_a_graph_that_passes_the_whole_level_on_is_a_fixed_sequence(p):
    assert chain(p) == pytest.approx(fixed_sequence(p), rel=1e-15)


@FEW
@given(p=FAMILIES)
def test_hommel_is_never_larger_than_holm(p):
    adjusted, larger = hommel(p), holm(p)
    assert all(adjusted[name] <= larger[name] * (1 + 1e-14) for name in p)


@pytest.mark.parametrize("adjust", EVERY)
@FEW
@given(p=LACKING)
def test_a_hypothesis_without_a_value_counts_as_one_that_is_not_rejected(adjust, p):
    adjusted = adjust(p)
    whole = adjust({name: 1.0 if value is None else value for name, value in p.items()})
    assert adjusted == {name: None if p[name] is None else whole[name] for name in p}


def test_a_family_of_none_has_no_adjusted_value():
    assert holm({}) == hommel({}) == fixed_sequence({}) == graph({}, {}, {}) == {}
    assert holm({"a": None}) == {"a": None}


def test_a_fixed_sequence_follows_its_order_and_stops():
    p = {"b": 0.01, "a": 0.04, "c": 0.001}
    assert fixed_sequence(p, ["a", "b", "c"]) == {"b": 0.04, "a": 0.04, "c": 0.04}
    assert fixed_sequence(p | {"a": None}, ["a", "b", "c"]) == {"b": 1.0, "a": None, "c": 1.0}


def test_a_hypothesis_that_the_level_never_reaches_is_not_rejected():
    assert graph({"a": 0.01, "b": 0.0001}, {"a": 1}, {}) == {"a": 0.01, "b": 1.0}


def test_two_hypotheses_that_pass_all_to_each_other_leave_nothing_to_a_third():
    p = {"a": 0.01, "b": 0.02, "c": 0.03}
    loop = {"a": {"b": 1}, "b": {"a": 1}}
    assert graph(p, {"a": 0.5, "b": 0.5}, loop) == {"a": 0.02, "b": 0.02, "c": 1.0}


TWO = {"a": 0.01, "b": 0.02}


@pytest.mark.parametrize(
    "attempt",
    [
        partial(holm, {"a": 1.2}),
        partial(hommel, {"a": -0.1}),
        partial(fixed_sequence, {"a": float("nan")}),
        partial(fixed_sequence, TWO, ["a"]),
        partial(fixed_sequence, TWO, ["a", "a"]),
        partial(graph, TWO, {"a": 0.7, "b": 0.7}, {}),
        partial(graph, TWO, {"a": -0.1}, {}),
        partial(graph, TWO, {"c": 0.5}, {}),
        partial(graph, TWO, {"a": 1}, {"a": {"c": 1}}),
        partial(graph, TWO, {"a": 1}, {"a": {"a": 0.5}}),
        partial(graph, TWO, {"a": 1}, {"a": {"b": 1.5}}),
        partial(graph, TWO, {"a": float("nan")}, {}),
    ],
)
def test_what_is_no_family_or_no_graph_is_refused(attempt):
    with pytest.raises(
        ValueError, match=r"is not between|is to name|not in the family|sum to|goes"
    ):
        attempt()
