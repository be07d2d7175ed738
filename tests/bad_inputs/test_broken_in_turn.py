"""A value of each column of each export is broken: no refusal and no query tells it.

Some columns of every export are broken at a time, each in another record. What is told of a column
is what is told where it is broken by itself; `make nightly` holds the two against each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from corpus import OF_OTHERS
from harness import Copy, Outcome, World
from sentinels import Place, found_in, places, plant
from worlds import SHIPPED, STUDIES

from trialtrail.validation.rules import kind_of

STUDY_FILES = {
    "shipped": SHIPPED,
    "balance": STUDIES / "balance" / "study.yaml",
    "redcap": STUDIES / "redcap" / "study.yaml",
}
TOGETHER = 6
"""Columns of an export that are broken at a time."""
TOLD = ["export", "table", "column", "rule", "line", "message"]
"""What a query says, but for its file, which lies elsewhere each time."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name != "redcap" else [pytest.mark.nightly])
        for name in STUDY_FILES
    ],
)
def test_no_message_tells_a_value_of_a_participant(name, tmp_path):
    world = World.at(STUDY_FILES[name])
    planted = places(world)
    exports = {place.export for place in planted}
    assert exports == set(world.study.config["exports"])
    outcomes = list(validated_in_rounds(world, tmp_path))
    assert sorted(str(place) for together, _ in outcomes for place in together) == sorted(
        map(str, planted)
    )
    assert [leak for together, outcome in outcomes for leak in leaks(together, outcome)] == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", STUDY_FILES)
def test_broken_together_is_told_as_broken_by_itself(name, tmp_path):
    """Else one column might hide what would be told of another.

    Left out is what is found between records: a record that is broken too is not held against it.
    """
    world = World.at(STUDY_FILES[name])
    for together, outcome in validated_in_rounds(world, tmp_path / "together"):
        for place in together:
            alone = validated(world, [place], tmp_path / "alone")
            assert not leaks([place], alone)
            assert (outcome.refusal is None) == (alone.refusal is None), place
            if alone.refusal is None:
                mine = alone.new[alone.new["column"] == place.column]
                mine = mine[~mine["rule"].map(kind_of).isin(OF_OTHERS)]
                assert queries_of(mine) <= queries_of(outcome.new), place


def validated_in_rounds(world: World, folder: Path) -> Iterator[tuple[list[Place], Outcome]]:
    """Yield the places broken together, `TOGETHER` of each export, and what comes of it."""
    rounds = defaultdict(list)
    for place in places(world):
        rounds[place.nth // TOGETHER].append(place)
    for together in rounds.values():
        yield from unless_refused(world, together, folder)


def unless_refused(
    world: World, together: list[Place], folder: Path
) -> Iterator[tuple[list[Place], Outcome]]:
    """Yield what comes of places; a refusal hides all else, so its places are halved."""
    outcome = validated(world, together, folder)
    if outcome.refusal is None or len(together) == 1:
        yield together, outcome
        return
    half = len(together) // 2
    for part in (together[:half], together[half:]):
        yield from unless_refused(world, part, folder)


def validated(world: World, together: list[Place], folder: Path) -> Outcome:
    """Break places in a copy of the raw files, and validate it."""
    copy = Copy(world, folder / f"{together[0].token}-{len(together)}")
    plant(copy, together)
    return world.validate(copy.written(), odd=False)


def leaks(together: list[Place], outcome: Outcome) -> list[str]:
    """Return the places whose tokens are told."""
    said = outcome.refusal.text() if outcome.refusal else told_on_the_screen(outcome)
    return found_in(said, together)


def told_on_the_screen(outcome: Outcome) -> str:
    """Return what may be said of queries outside the files that are made for their readers."""
    return outcome.queries[["file", "export", "table", "column", "rule", "message"]].to_csv()


def queries_of(queries: pd.DataFrame) -> set[tuple]:
    """Return what queries say, each as a tuple of `TOLD`."""
    found = queries[TOLD].astype("string").fillna("")
    return set(found.itertuples(index=False, name=None))
