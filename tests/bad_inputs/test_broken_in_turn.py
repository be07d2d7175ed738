"""A value of each column of each export, broken in turn: no refusal and no query tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Copy, Outcome, World
from sentinels import Place, found_in, places, plant
from worlds import SHIPPED, STUDIES

STUDY_FILES = {
    "shipped": SHIPPED,
    "balance": STUDIES / "balance" / "study.yaml",
    "redcap": STUDIES / "redcap" / "study.yaml",
}


@pytest.mark.parametrize("name", STUDY_FILES)
def test_no_message_tells_a_value_of_a_participant(name, tmp_path):
    world = World.at(STUDY_FILES[name])
    planted = places(world)
    exports = {place.export for place in planted}
    assert exports == set(world.study.config["exports"])
    told = [leak for place in planted for leak in leaks(world, place, tmp_path)]
    assert not told


def leaks(world: World, place: Place, folder: Path) -> list[str]:
    """Break one place; return what is told of its token."""
    copy = Copy(world, folder / place.token)
    plant(copy, [place])
    outcome = world.validate(copy.written(), odd=False)
    said = outcome.refusal.text() if outcome.refusal else told_on_the_screen(outcome)
    return found_in(said, [place])


def told_on_the_screen(outcome: Outcome) -> str:
    """Return what may be said of queries outside the files that are made for their readers."""
    return outcome.queries[["file", "export", "table", "column", "rule", "message"]].to_csv()
