"""Make data/trial.csv: the synthetic rows of the second study, the same bytes every time."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = [
    *("Pat.-Nr.", "Group", "Allocated", "Age", "Sex", "Walk 0", "Walk 12", "Seen 12", "Rater"),
    *("Last fall", "Falls"),
]
ROWS = 64
BLOCK = ["A", "A", "B", "B"]
LOST = {5, 13, 22, 30, 41, 50, 59}
"""Rows of those who did not come at twelve months."""
NOT_TIMED = 37
AGE_UNKNOWN = 18
MISSING = "."
COUNTED = 5
"""The most falls that the form asks for; more are written as more than it."""


def trial() -> list[list[str]]:
    """Return the rows; times in seconds to one decimal, dates as dd.mm.yyyy."""
    chance, of_falls = random.Random(20260), random.Random(20261)
    rows, block = [], []
    for number in range(1, ROWS + 1):
        block = block or chance.sample(BLOCK, len(BLOCK))
        group = block.pop()
        allocated = date(2024, 2, 5) + timedelta(days=3 * number + chance.randrange(3))
        walk = chance.gauss(12.5, 2.4)
        later = walk + chance.gauss(0.4, 1.5) - (1.1 if group == "B" else 0)
        seen = allocated + timedelta(days=365 + chance.randrange(-10, 21))
        came = number not in LOST
        rows.append(
            [
                f"BT{number:03d}",
                group,
                f"{allocated:%d.%m.%Y}",
                MISSING if number == AGE_UNKNOWN else str(chance.randrange(66, 89)),
                chance.choice("FFM"),
                f"{walk:.1f}",
                f"{later:.1f}" if came and number != NOT_TIMED else MISSING,
                f"{seen:%d.%m.%Y}" if came else MISSING,
                chance.choice(["Zoë", "Jörg"]),
                *falls(of_falls, allocated),
            ]
        )
    return rows


def falls(chance: random.Random, allocated: date) -> list[str]:
    """Return when somebody fell last, as far as it is known, and how often in the year before."""
    count = chance.choice([0, 0, 0, 1, 1, 2, 3, 4, 6])
    if not count:
        return [MISSING, "0"]
    day = allocated - timedelta(days=chance.randrange(1, 330))
    known = chance.choice([f"{day:%d.%m.%Y}", f"{day:%m.%Y}", f"{day:%Y}", f"UN.{day:%m.%Y}"])
    return [known, f">{COUNTED}" if count > COUNTED else str(count)]


def write_trial(path: Path) -> None:
    """Write the export as the invented trial office gives it."""
    with open(path, "w", encoding="cp1252", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(trial())


if __name__ == "__main__":
    write_trial(HERE / "data" / "trial.csv")
