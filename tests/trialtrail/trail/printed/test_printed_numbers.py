"""How the printed numbers of two reports are matched, and what becomes of each."""

from __future__ import annotations

import random

import pytest

from trialtrail.errors import StudyError
from trialtrail.trail.printed.printed_numbers import (
    ADDED,
    BELOW,
    CHANGED,
    DIFFER,
    GONE,
    REWRITTEN,
    SAME,
    Pair,
    PrintedNumber,
    match,
    read_register,
)

HEADER = "id,printed,value,table,row,column\n"


def number(
    address: str, printed: str, value: str | None = None, name: str | None = None
) -> PrintedNumber:
    """Return a number printed from the cell ``table#row/column``."""
    table, _, rest = address.partition("#")
    row, _, column = rest.rpartition("/")
    name = name or address.replace("#", "-").replace("/", "-")
    return PrintedNumber(name, printed, printed if value is None else value, table, row, column)


A = [
    number("estimates#walk/estimate", "1.58", "1.5836"),
    number("estimates#walk/lower", "−1.12", "-1.1249"),
    number("arms#walk.b/mean", "12.30", "12.3001"),
    number("arms#walk.b/mean", "12.3", "12.3001", "arms-walk.b-mean-2"),
    number("summaries#flow.randomised/n", "12 483", "12483"),
]


def not_the_same(a: list[PrintedNumber], b: list[PrintedNumber]) -> list[tuple]:
    """Return kind and ids of the pairs that are not the same."""
    return [
        (pair.kind, pair.a and pair.a.id, pair.b and pair.b.id)
        for pair in match(a, b)
        if pair.kind != SAME
    ]


def kind(a: PrintedNumber, b: PrintedNumber) -> str:
    """Return what became of one number."""
    (pair,) = match([a], [b])
    return pair.kind


def test_equal_reports_and_reports_without_numbers_do_not_differ():
    assert not_the_same(A, list(A)) == []
    assert match([], []) == []
    assert not_the_same([], A[:1]) == [(ADDED, None, A[0].id)]
    assert not_the_same(A[:1], []) == [(GONE, A[0].id, None)]


@pytest.mark.parametrize("at", range(len(A) + 1))
def test_an_inserted_number_is_the_only_one_that_differs(at):
    new = number("arms#age.b/mean", "50.1")
    assert not_the_same(A, [*A[:at], new, *A[at:]]) == [(ADDED, None, new.id)]
    assert not_the_same([*A[:at], new, *A[at:]], A) == [(GONE, new.id, None)]


@pytest.mark.parametrize("seed", range(10))
def test_sections_in_another_order_change_nothing(seed):
    """The numbers at the end of an id follow the order, and are not what it is matched by."""
    moved = random.Random(seed).sample(A, len(A))
    seen: set[tuple[str, str, str]] = set()
    again = []
    for one in moved:
        key = (one.table, one.row, one.column)
        name = one.id.removesuffix("-2") + ("-2" if key in seen else "")
        again.append(number(one.address, one.printed, one.value, name))
        seen.add(key)
    assert not_the_same(A, again) == []


def test_the_forms_of_a_cell_are_matched_by_their_decimals():
    b = [
        number("arms#walk.b/mean", "12.4", "12.4001"),
        number("arms#walk.b/mean", "12.40", "12.4001", "arms-walk.b-mean-2"),
    ]
    pairs = {pair.a.printed: pair.b.printed for pair in match(A[2:4], b)}
    assert pairs == {"12.30": "12.40", "12.3": "12.4"}


def test_a_form_more_of_a_cell_is_added_and_a_form_less_is_gone():
    assert not_the_same(A, [*A[:2], *A[3:]]) == [(GONE, A[2].id, None)]
    assert not_the_same([*A[:2], *A[3:]], A) == [(ADDED, None, A[2].id)]


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        (("1.58", "1.5836"), ("1.59", "1.5855"), CHANGED),
        (("1.58", "1.5836"), ("1.58", "1.5836"), SAME),
        (("534", "534"), ("534", "534.0"), SAME),
        (("1.58", "1.5836"), ("1.58", "1.5837"), BELOW),
        (("1.58", "1.58"), ("1.580", "1.58"), CHANGED),
        (("1,483", "1483"), ("1483", "1483"), REWRITTEN),
        (("1\u202f483\u202f002", "1483002"), ("1,483,002", "1483002"), REWRITTEN),
        (("1'483.5", "1483.5"), ("1 483.5", "1483.5"), REWRITTEN),
        (("1,483", "1.483"), ("1483", "1483"), CHANGED),
        (("1,483", "1483"), ("1,484", "1484"), CHANGED),
        (("−1.12", "-1.12"), ("-1.12", "-1.12"), REWRITTEN),
        (("−1.12", "-1.12"), ("1.12", "1.12"), CHANGED),
        (("-1.12", "-1.12"), ("\u20131.12", "-1.12"), REWRITTEN),
        (("1.5 (−0.9 to 4.2)",) * 2, ("1.5 (-0.9 to 4.2)",) * 2, REWRITTEN),
        (("1\u20134",) * 2, ("1-4",) * 2, CHANGED),  # a range is no sign
        (("0", "-0.0"), ("0", "0"), SAME),
        (("<0.001", "0.0004"), ("<0.001", "0.0002"), BELOW),
        (("NaN", "nan"), ("1.2", "1.2"), CHANGED),
        (("from 1 to 4",) * 2, ("from 1 to 5",) * 2, CHANGED),
    ],
)
def test_what_becomes_of_a_number(a, b, wanted):
    assert kind(number("t#r/c", *a), number("t#r/c", *b)) == wanted
    assert kind(number("t#r/c", *b), number("t#r/c", *a)) == wanted


def test_a_former_address_is_the_same_cell():
    old = number("outcomes#walk.risk_ratio/mean_b", "12.3")
    new = number("arms#walk.b/mean", "12.3")
    topic = number("baseline#age/percent_b", "12"), number("summaries#baseline.age.b/percent", "12")
    for a, b in ((old, new), topic):
        (pair,) = match([a], [b])
        assert (pair.kind, pair.has_moved) == (SAME, True)


def test_a_named_number_of_another_cell_is_the_same_number():
    a = number("estimates#walk/estimate", "1.58", name="walk_difference")
    b = number("estimates#adjusted.walk/estimate", "1.60", name="walk_difference")
    (pair,) = match([a], [b])
    assert (pair.kind, pair.has_moved) == (CHANGED, True)


def test_a_cell_is_the_same_number_under_another_name():
    a = number("estimates#walk/estimate", "1.58", name="walk_difference")
    assert not_the_same([a], [number("estimates#walk/estimate", "1.58")]) == []
    # The name is now that of another cell: the cell counts, not the name.
    b = [
        number("estimates#walk/estimate", "1.58"),
        number("estimates#age/estimate", "9", name="walk_difference"),
    ]
    assert not_the_same([a], b) == [(ADDED, None, "walk_difference")]


def row(name: str, *printed: str) -> list[PrintedNumber]:
    """Return the numbers of one row."""
    return [number(f"estimates#{name}/c{at}", text) for at, text in enumerate(printed)]


def test_a_renamed_row_that_prints_the_same_is_at_another_address():
    pairs = match(row("main.walk", "1.58", "−1.12"), row("walk", "1.58", "−1.12"))
    assert [(pair.kind, pair.has_moved) for pair in pairs] == [(SAME, True)] * 2


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (row("x", "12"), row("y", "12")),  # too few digits: it may be chance
        (row("x", "1.58", "2.15"), row("y", "1.58", "2.16")),
        (row("x", "1.58", "2.15"), [*row("y", "1.58", "2.15"), *row("z", "1.58", "2.15")]),
        ([*row("x", "1.5812"), *row("y", "3")], [*row("y", "3"), number("arms#x/c0", "1.5812")]),
    ],
)
def test_rows_are_not_joined_by_chance(a, b):
    kinds = [pair.kind for pair in match(a, b) if pair.kind in DIFFER]
    assert GONE in kinds
    assert ADDED in kinds


def test_every_number_is_in_one_pair_whatever_the_registers():
    """Cells, names and prints are drawn from few, so that all of them collide."""
    draw = random.Random(1)
    for _ in range(300):
        sides = [
            [
                number(
                    f"t#{draw.choice('xyz')}/{draw.choice('cd')}",
                    draw.choice(["1", "1.0", "12.345", "−1"]),
                    name=draw.choice("nm") + str(at),
                )
                for at in range(draw.randrange(6))
            ]
            for _ in range(2)
        ]
        pairs = match(*sides)
        assert sorted(p.a.id for p in pairs if p.a) == sorted(one.id for one in sides[0])
        assert [p.b.id for p in pairs if p.b] == [one.id for one in sides[1]]
        assert Pair(None, None) not in pairs


def test_a_register_is_read_as_it_was_written():
    rows = read_register(HEADER + 'x,"1,483",1483,t,"a, b",c\ny,\'=1+1,,t,r,\n')
    assert rows[0] == PrintedNumber("x", "1,483", "1483", "t", "a, b", "c")
    assert (rows[1].printed, rows[1].address) == ("=1+1", "t#r")
    assert read_register(HEADER) == []


@pytest.mark.parametrize("text", ["", "id,printed\nx,1\n"])
def test_a_file_that_is_no_register_is_refused(text):
    with pytest.raises(StudyError, match="has not its columns"):
        read_register(text)
