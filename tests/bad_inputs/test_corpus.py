"""Every defect of the corpus is told at its place or refused; none is accepted or crashes."""

from __future__ import annotations

from collections import Counter
from functools import cache

import between_tables
import cells
import families
import hostile
import odd
import other_formats
import pytest
import qualitative
import redcap_projects
import structure
import variants
from corpus import Cell, Defect, Result, batches, rounds, try_alone, try_batch, try_round
from worlds import world

from trialtrail.validation.rules import ACTIONS

BY_HAND = [
    defect
    for subject in (
        *(
            structure,
            cells,
            between_tables,
            qualitative,
            redcap_projects,
            other_formats,
            variants,
            odd,
        ),
    )
    for defect in subject.DEFECTS
]
SHIPPED = world("shipped")
BY_CODE = [
    defect
    for defect in (*families.cell_defects(SHIPPED), *families.sheet_defects(SHIPPED))
    if defect not in BY_HAND
]
DEFECTS = [*BY_HAND, *BY_CODE]
SHARE = 16
"""Of that many defects that need a validation of their own, each test run tries one."""
LEAST = 300
"""Defects of which each was thought of by itself."""


ALONE = [each for each in DEFECTS if isinstance(each, Defect) and not each.group]
"""Defects of which each needs a validation of its own, a second or so."""
NIGHTLY = {*ALONE, *hostile.DEFECTS} - {*ALONE[::SHARE], *hostile.DEFECTS[::3]}


def named(defects) -> list:
    """Return the defects as parameters under their names."""
    return [
        pytest.param(
            each,
            id=f"{each.world}: {each.name}",
            marks=[pytest.mark.nightly] if each in NIGHTLY else [],
        )
        for each in defects
    ]


@cache
def batch_of() -> dict:
    """Return of each defect those that it is planted with."""
    found = {defect: batch for batch in batches(DEFECTS) for defect in batch}
    planted = rounds([each for each in DEFECTS if isinstance(each, Cell)], world)
    return found | {cell: this for this in planted for cell, _ in this.cells}


@pytest.fixture(scope="session")
def tried(tmp_path_factory):
    """Return the function that gives the result of a defect, tried with those of its batch."""
    results: dict[Defect | Cell, Result] = {}

    def result_of(defect) -> Result:
        if defect not in results:
            batch, folder = batch_of()[defect], tmp_path_factory.mktemp("spoilt")
            if isinstance(defect, Cell):
                results.update(try_round(batch, world(defect.world), folder))
            else:
                results.update(try_batch(batch, world(defect.world), folder))
        return results[defect]

    return result_of


@pytest.mark.parametrize("defect", named(DEFECTS))
def test_a_defect_is_told_at_its_place_or_refused(defect, tried):
    assert tried(defect).fault == ""


@pytest.mark.nightly
def test_every_rule_of_the_validation_is_raised(tried):
    raised = set().union(*(tried(defect).rules for defect in DEFECTS))
    assert set(ACTIONS) - raised == set()


def test_no_defect_stands_twice_and_there_are_enough():
    names = Counter((each.world, each.name) for each in [*DEFECTS, *hostile.DEFECTS])
    assert [name for name, count in names.items() if count > 1] == []
    assert len([*BY_HAND, *hostile.DEFECTS]) >= LEAST


@pytest.mark.parametrize("defect", named(hostile.DEFECTS))
def test_what_is_made_to_harm_is_refused_soon_and_in_few_bytes(defect):
    place = world(defect.world)
    assert len(place.known) or place.good  # read before, in this process and not in the child
    result, seconds, megabytes = hostile.measured(defect, place)
    assert result.fault == ""
    assert seconds < hostile.SECONDS
    assert megabytes < hostile.MEGABYTES


@pytest.mark.nightly
@pytest.mark.parametrize("defect", named(each for each in DEFECTS if isinstance(each, Defect)))
def test_a_defect_is_found_by_itself(defect, tmp_path):
    assert try_alone(defect, world(defect.world), tmp_path).fault == ""
