"""Make the exports of the study of harms: synthetic rows, the same bytes every time."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEOPLE, EVENTS = "people.csv", "events.csv"
HEAD_OF_PEOPLE = ["Id", "Group", "Allocated", "Age", "Last seen"]
HEAD_OF_EVENTS = ["Id", "No", "Began", "Event", "Class", "Serious", "Grade", "Relation"]
COUNT, GROUPS = 45, "SLH"
QUIET = "L"
"""The group in which no event is recorded."""
NOT_SEEN = 8
"""The participant of whom no last day is known."""
UNKNOWN = "N099"
"""A participant of whom an event is recorded and who was not randomised."""
KINDS = [
    # term, class, grades, how often among the events drawn
    ("Nosebleed", "RESP", (1, 2), 6),
    ("Sneezing", "RESP", (1, 1), 4),
    ("Headache", "NERV", (1, 3), 5),
    ("Dizziness", "NERV", (1, 2), 2),
    ("Nausea", "GI", (1, 2), 3),
    ("Fatigue", "", (1, 2), 2),
]


def people() -> list[list[str]]:
    """Return a row a participant, in turn of each group."""
    chance, rows = random.Random(20270), []
    for number in range(1, COUNT + 1):
        allocated = date(2025, 1, 6) + timedelta(days=number)
        seen = allocated + timedelta(days=chance.randrange(60, 120))
        rows.append(
            [
                f"N{number:03d}",
                GROUPS[number % len(GROUPS)],
                allocated.isoformat(),
                str(chance.randrange(19, 70)),
                "" if number == NOT_SEEN else seen.isoformat(),
            ]
        )
    return rows


def events(everyone: list[list[str]]) -> list[list[str]]:
    """Return a row an event; several of one kind of a participant, and one of nobody known."""
    chance, rows = random.Random(20271), []
    weights = [often for *_, often in KINDS]
    for name, group, allocated, *_ in everyone:
        count = 0 if group == QUIET else chance.choice([0, 0, 1, 1, 2, 3])
        for number in range(1, count + 1):
            term, system, grades, _ = chance.choices(KINDS, weights)[0]
            began = date.fromisoformat(allocated) + timedelta(days=chance.randrange(1, 60))
            grade = chance.randint(*grades)
            serious = "1" if grade == grades[-1] == 3 else chance.choice(["0", "0", "0", "0", "1"])
            spelt = term.lower() if chance.random() < 0.3 else term
            relation = chance.choice(["none", "possible", "probable"])
            row = [name, str(number), began.isoformat(), spelt, system, serious, str(grade)]
            rows.append([*row, relation])
    name, _, *same = rows[0]
    rows.insert(1, [name, "9", *same])
    rows[-1][HEAD_OF_EVENTS.index("Serious")] = ""
    rows.append([UNKNOWN, "1", "2025-02-01", "Headache", "NERV", "1", "3", "possible"])
    return rows


def write_trial(folder: Path) -> None:
    """Write the exports as the invented trial office gives them."""
    everyone = people()
    tables = {
        PEOPLE: [HEAD_OF_PEOPLE, *everyone],
        EVENTS: [HEAD_OF_EVENTS, *events(everyone)],
    }
    for name, rows in tables.items():
        with open(folder / name, "w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    write_trial(HERE / "data")
