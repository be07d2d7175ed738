"""Make the files of data/: an invented longitudinal REDCap project, the same bytes every time."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = [
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label"),
    *("Choices, Calculations, OR Slider Labels", "Field Note"),
    *("Text Validation Type OR Show Slider Number", "Text Validation Min", "Text Validation Max"),
    *("Identifier?", "Branching Logic (Show field only if...)", "Required Field?"),
    *("Custom Alignment", "Question Number (surveys only)", "Matrix Group Name"),
    *("Matrix Ranking?", "Field Annotation"),
]
NAME, FORM, KIND, LABEL, CHOICES, VALID, LEAST, MOST, SECRET, SHOWN, NEEDED, ANNOTATION = (
    *(HEADER[i] for i in (0, 1, 3, 4, 5, 7, 8, 9, 10, 11, 12)),
    HEADER[17],
)
BOXES = "1, Diabetes | 2, Arthritis | -1, None of these"
MOODS = "Very low | So-so | Very good"
BMI = "round([weight_kg] / (([height_cm] / 100) ^ 2), 1)"
FIELDS = [
    {NAME: "record_id", FORM: "enrolment", KIND: "text", LABEL: "Record"},
    {NAME: "full_name", FORM: "enrolment", KIND: "text", LABEL: "Name", SECRET: "y"},
    {NAME: "email", FORM: "enrolment", KIND: "text", LABEL: "E-mail", VALID: "email", SECRET: "y"},
    {NAME: "born", FORM: "enrolment", KIND: "text", LABEL: "Born", VALID: "date_dmy", SECRET: "y"},
    {NAME: "letter", FORM: "enrolment", KIND: "file", LABEL: "Signed letter"},
    {NAME: "allocation", FORM: "enrolment", KIND: "radio", LABEL: "Allocated to", NEEDED: "y"}
    | {CHOICES: "0, Leaflet | 1, Coaching"},
    {NAME: "allocated_on", FORM: "enrolment", KIND: "text", LABEL: "Allocated on", NEEDED: "y"}
    | {VALID: "date_dmy"},
    {NAME: "hello", FORM: "history", KIND: "descriptive", LABEL: "<b>Please ask</b> and note"},
    {NAME: "age", FORM: "history", KIND: "text", LABEL: "Age", VALID: "integer", NEEDED: "y"}
    | {LEAST: "50", MOST: "100"},
    {NAME: "sex", FORM: "history", KIND: "radio", LABEL: "Sex", CHOICES: "1, Female | 2, Male"},
    {NAME: "smokes", FORM: "history", KIND: "dropdown", LABEL: "Smoking", NEEDED: "y"}
    | {CHOICES: "0, Never | 1, Stopped | 2, Smokes now"},
    {NAME: "cigarettes", FORM: "history", KIND: "text", LABEL: "Cigarettes a day", NEEDED: "y"}
    | {VALID: "integer", SHOWN: "[smokes] = '2'"},
    {NAME: "ill", FORM: "history", KIND: "checkbox", LABEL: "Long-term illness", CHOICES: BOXES},
    {NAME: "insulin", FORM: "history", KIND: "yesno", LABEL: "Insulin", SHOWN: '[ill(1)] = "1"'},
    {NAME: "height_cm", FORM: "history", KIND: "text", LABEL: "Height (cm)", VALID: "number"},
    {NAME: "weight_kg", FORM: "history", KIND: "text", LABEL: "Weight (kg)", VALID: "number"},
    {NAME: "bmi", FORM: "history", KIND: "calc", LABEL: "BMI", CHOICES: BMI},
    {NAME: "since", FORM: "history", KIND: "calc", LABEL: "Days since the allocation"}
    | {CHOICES: 'datediff([allocated_on], "today", "d")'},
    {NAME: "visit_on", FORM: "visit", KIND: "text", LABEL: "Seen on", VALID: "date_dmy"},
    {NAME: "walk_s", FORM: "visit", KIND: "text", LABEL: "Timed walk (s)", VALID: "number_1dp"}
    | {LEAST: "3", MOST: "60"},
    {NAME: "mood", FORM: "visit", KIND: "slider", LABEL: "Mood", CHOICES: MOODS},
    {NAME: "change_s", FORM: "visit", KIND: "calc", LABEL: "Change of the timed walk (s)"}
    | {CHOICES: "if([enrolment_arm_1][walk_s] = '', '', [walk_s] - [enrolment_arm_1][walk_s])"},
    {NAME: "badge", FORM: "visit", KIND: "text", LABEL: "Badge", VALID: "badge_of_site"},
    {NAME: "fell_on", FORM: "falls", KIND: "text", LABEL: "Fell on", VALID: "date_dmy"},
    {NAME: "hurt", FORM: "falls", KIND: "yesno", LABEL: "Hurt", NEEDED: "y"},
    {NAME: "hurt_how", FORM: "falls", KIND: "notes", LABEL: "How", SHOWN: "[hurt] = '1'"},
    {NAME: "called_on", FORM: "call", KIND: "text", LABEL: "Called on", VALID: "date_dmy"},
]
EVENT = ["event_name", "arm_num", "unique_event_name"]
EVENTS = [
    ("Enrolment", 1, "enrolment_arm_1"),
    ("Month 6", 1, "month_6_arm_1"),
    ("Call", 1, "call_arm_1"),
    ("Enrolment", 2, "enrolment_arm_2"),
    ("Month 6", 2, "month_6_arm_2"),
]
COLUMNS = [
    *("record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"),
    *("redcap_data_access_group", "full_name", "email", "born", "letter", "allocation"),
    *("allocated_on", "enrolment_complete", "age", "sex", "smokes", "cigarettes", "ill___1"),
    *("ill___2", "ill____1", "insulin", "height_cm", "weight_kg", "bmi", "since"),
    *("history_complete", "visit_on", "walk_s", "mood", "change_s", "badge", "visit_complete"),
    *("fell_on", "hurt", "hurt_how", "falls_complete", "called_on", "call_complete"),
]
RECORDS = 36
LOST = {4, 15, 22}
"""Records without the visit at six months."""
CALLED = {2, 9}
FALLS = {3: 2, 8: 1, 20: 3}
PLANTED = {
    ("7", "enrolment_arm_1", ""): {"cigarettes": "15"},
    ("8", "enrolment_arm_2", ""): {"bmi": "31.9"},
    ("9", "enrolment_arm_1", ""): {"age": "104"},
    ("10", "enrolment_arm_2", ""): {"smokes": "7", "cigarettes": ""},
    ("11", "enrolment_arm_1", ""): {"smokes": "2", "cigarettes": ""},
    ("12", "enrolment_arm_2", ""): {"email": "postbox at example"},
    ("13", "enrolment_arm_1", ""): {"ill___1": "0", "insulin": "1"},
    ("14", "month_6_arm_2", ""): {"walk_s": "12.25", "change_s": ""},
    ("17", "month_6_arm_1", ""): {"change_s": "9.9"},
    ("20", "enrolment_arm_2", "2"): {"hurt": "", "hurt_how": ""},
    ("21", "enrolment_arm_1", ""): {"height_cm": "-99", "bmi": ""},
}
"""Faults: (record, event, instance) -> what stands in its cells instead."""


def rows() -> list[dict[str, str]]:
    """Return the rows of the export: of a record, one an event and one a fall."""
    chance = random.Random(5_2026)
    found = []
    for number in range(1, RECORDS + 1):
        arm = 2 - number % 2
        start = date(2024, 3, 4) + timedelta(days=5 * number)
        site = {"redcap_data_access_group": chance.choice(["north", "south"])}
        first = {"record_id": str(number), "redcap_event_name": f"enrolment_arm_{arm}"} | site
        walk = f"{chance.gauss(14, 2.5):.1f}"
        found.append(first | enrolment(number, arm, start, chance) | visit(start, walk, chance))
        if arm == 1:
            found[-1]["change_s"] = "0"
        for fall in range(1, FALLS.get(number, 0) + 1):
            repeat = {"redcap_repeat_instrument": "falls", "redcap_repeat_instance": str(fall)}
            found.append(first | repeat | fell(start, chance))
        if number not in LOST:
            later = f"{float(walk) + chance.gauss(0.2, 1.1) - (1.4 if arm == 2 else 0):.1f}"
            event = {"redcap_event_name": f"month_6_arm_{arm}"}
            seen = visit(start + timedelta(days=180 + chance.randrange(-8, 15)), later, chance)
            if arm == 1:
                seen["change_s"] = f"{float(later) - float(walk):.1f}"
            found.append(first | event | seen)
        if number in CALLED:
            event = {"redcap_event_name": "call_arm_1"}
            day = {"called_on": f"{start + timedelta(days=30)}", "call_complete": "2"}
            found.append(first | event | day)
    for row in found:
        place = (row["record_id"], row["redcap_event_name"], row.get("redcap_repeat_instance", ""))
        row.update(PLANTED.get(place, {}))
    return found


def enrolment(number: int, arm: int, start: date, chance: random.Random) -> dict[str, str]:
    """Return what is asked at enrolment."""
    smokes, ill = chance.choice("0001122"), chance.random() < 0.3
    height, weight = chance.randrange(150, 190), chance.randrange(52, 98)
    return {
        "full_name": f"Invented Person {number}",
        "email": f"person{number}@post.example",
        "born": f"{date(1945, 1, 1) + timedelta(days=211 * number)}",
        "letter": "[document]",
        "allocation": str(arm - 1),
        "allocated_on": f"{start}",
        "enrolment_complete": "2",
        "age": str(chance.randrange(58, 88)),
        "sex": chance.choice("12"),
        "smokes": smokes,
        "cigarettes": str(chance.randrange(2, 25)) if smokes == "2" else "",
        "ill___1": "1" if ill else "0",
        "ill___2": chance.choice("01"),
        "ill____1": "0",
        "insulin": chance.choice("01") if ill else "",
        "height_cm": str(height),
        "weight_kg": str(weight),
        "bmi": f"{weight / (height / 100) ** 2 + 1e-9:.1f}",
        "since": str(chance.randrange(200, 400)),
        "history_complete": "2",
    }


def visit(day: date, walk: str, chance: random.Random) -> dict[str, str]:
    """Return what is measured at a visit."""
    seen = {"visit_on": f"{day}", "walk_s": walk, "mood": str(chance.randrange(15, 96))}
    return seen | {"badge": f"B{chance.randrange(10, 99)}", "visit_complete": "2"}


def fell(start: date, chance: random.Random) -> dict[str, str]:
    """Return the report of a fall."""
    hurt = chance.choice("01")
    day = start + timedelta(days=chance.randrange(5, 150))
    how = "a bruise" if hurt == "1" else ""
    return {"fell_on": f"{day}", "hurt": hurt, "hurt_how": how, "falls_complete": "2"}


def write_project(folder: Path) -> None:
    """Write dictionary, events and data as REDCap gives them."""
    tables = {
        "dictionary.csv": (HEADER, FIELDS),
        "events.csv": (
            EVENT,
            [dict(zip(EVENT, event, strict=True)) for event in EVENTS],
        ),
        "records.csv": (COLUMNS, rows()),
    }
    for name, (header, lines) in tables.items():
        with open(folder / name, "w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)


if __name__ == "__main__":
    write_project(HERE / "data")
