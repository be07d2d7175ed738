"""What the interviewed women say of themselves, so that their forms agree with it.

The transcripts in `interviews/` were written first; a reader who goes from a quotation to the
woman's record should meet the same person.
"""

from datetime import date
from typing import NamedTuple


class Story(NamedTuple):
    """Facts that a transcript fixes. `after` is how many of the visits followed the birth.

    `first`, `last`: when she was seen; `weeks`: gestation then; `mentor`: the first she had;
    `feeding` and `breast_weeks`: None where she does not say; `calls`: outcomes of the first
    telephone calls; `late`: how many visits were due before the first took place; `sex`: the
    child's.
    """

    first: date
    last: date
    weeks: int
    mentor: str
    after: int
    baseline: dict
    feeding: str | None = None
    breast_weeks: int | None = None
    birth_days: int | None = None
    calls: tuple[int, ...] | None = None
    late: int = 0
    sex: str = "M"


_EARLY = (date(2003, 11, 20), date(2004, 1, 31))
SINGLE, APART, TOGETHER, MARRIED = 1, 2, 3, 4
FULL_TIME, PART_TIME, STUDENT, UNEMPLOYED, AT_HOME = 1, 2, 3, 4, 5

STORIES = {
    1: Story(*_EARLY, 12, "M02", 2, {"marital": SINGLE, "employment": STUDENT}, "F", 0),
    2: Story(
        *_EARLY, 12, "M05", 2, {"marital": MARRIED, "employment": FULL_TIME}, "B", 10, sex="F"
    ),
    3: Story(*_EARLY, 12, "M08", 1, {"marital": TOGETHER, "smoker": 2, "cigs_day": 15}),
    4: Story(*_EARLY, 13, "M13", 0, {"marital": SINGLE, "employment": STUDENT}, sex="F"),
    5: Story(*_EARLY, 13, "M10", 0, {"marital": TOGETHER, "employment": UNEMPLOYED, "support": 2}),
    6: Story(
        date(2003, 11, 20),
        date(2003, 12, 20),
        14,
        "M13",
        2,
        {"marital": TOGETHER, "employment": STUDENT},
        sex="F",
    ),
    7: Story(*_EARLY, 18, "M12", 0, {"marital": TOGETHER, "employment": FULL_TIME}, late=2),
    8: Story(
        *_EARLY,
        12,
        "M09",
        0,
        {"marital": APART, "employment": PART_TIME},
        birth_days=35 * 7 + 1,
        calls=(6, 6, 2, 7, 1),
    ),
    9: Story(
        date(2004, 3, 29),
        date(2004, 4, 23),
        12,
        "M19",
        7,
        {"marital": SINGLE, "employment": UNEMPLOYED, "support": 1},
        sex="F",
    ),
    10: Story(
        date(2004, 2, 16),
        date(2004, 4, 2),
        12,
        "M06",
        7,
        {"marital": TOGETHER, "employment": FULL_TIME},
        "B",
        21,
    ),
    11: Story(date(2004, 2, 16), date(2004, 3, 31), 10, "M03", 10, {"marital": MARRIED}, sex="F"),
}
# Last day of visits to women interviewed early: the interviews began in October 2004.
EARLY_VISITS_END = date(2004, 10, 1)
