"""First files of programs of forms: Qualtrics, LimeSurvey, REDCap, KoboToolbox."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from first_files_drawn import (
    Answered,
    FirstFile,
    Truth,
    by_rows,
    course,
    people,
    texts,
    write_text,
)


def qualtrics(folder: Path) -> FirstFile:
    """Qualtrics: three headings, a preview, one that was not finished, where the browser was."""
    rng = np.random.default_rng(2407)
    who = people(rng, 76, ["1", "2"], "QX{:03d}")
    well = course(rng, who, 11, (3.0,), 4, "2", 0)
    well = [series.clip(0, 25) for series in well]
    names = {
        "StartDate": "Start Date",
        "EndDate": "End Date",
        "Status": "Response Type",
        "IPAddress": "IP Address",
        "Progress": "Progress",
        "Duration (in seconds)": "Duration (in seconds)",
        "Finished": "Finished",
        "RecordedDate": "Recorded Date",
        "ResponseId": "Response ID",
        "RecipientLastName": "Recipient Last Name",
        "RecipientFirstName": "Recipient First Name",
        "RecipientEmail": "Recipient Email",
        "ExternalReference": "External Data Reference",
        "LocationLatitude": "Location Latitude",
        "LocationLongitude": "Location Longitude",
        "DistributionChannel": "Distribution Channel",
        "UserLanguage": "User Language",
        "PID": "Please enter your study number",
        "Q2": "How old are you?\nIn whole years.",
        "Q3": "What is your gender? - Selected Choice",
        "Q3_4_TEXT": "What is your gender? - Prefer to self-describe - Text",
        "WB_pre": "Well-being before the course",
        "WB_post": "Well-being after the course",
        "group": "group",
    }
    rows: list[list[object]] = [list(names), list(names.values())]
    rows.append(
        [f'{{"ImportId":"{name if "Q" not in name else "QID" + name[1:]}"}}' for name in names]
    )
    for n, person in enumerate(who.itertuples()):
        start = f"{person.day:%Y-%m-%d} 10:{n % 60:02d}:07"
        rows.append(
            [
                start,
                start.replace(" 10", " 11"),
                "IP Address",
                f"192.0.2.{n + 1}",
                100,
                3600,
                "True",
            ]
            + [
                start,
                f"R_{n:015x}",
                "",
                "",
                "",
                "",
                f"{54.5 + n / 997:.4f}",
                f"{-5.9 - n / 991:.4f}",
            ]
            + ["anonymous", "EN", person.id, person.age, ["Woman", "Man"][person.sex], ""]
            + [texts(series.iloc[[n]], "", decimals=0)[0] for series in well]
            + [person.arm]
        )
    preview = [*rows[3]]
    preview[2], preview[17] = "Survey Preview", "test"
    unfinished = [*rows[4]]
    unfinished[4], unfinished[6], unfinished[17], unfinished[21:] = (
        40,
        "False",
        "QX999",
        ["", "", ""],
    )
    path = write_text(
        folder / "Course+evaluation_December 1, 2024_10.15.csv",
        rows[0],
        [*rows[1:3], preview, *rows[3:], unfinished],
        encoding="utf-8-sig",
    )
    return FirstFile(
        "qualtrics",
        "Qualtrics, CSV",
        [path],
        Answered("group", "1", "WB", "post"),
        Truth(
            id="PID",
            types={"integer": ["Q2", "WB_pre", "WB_post"], "category": ["Q3"]},
            codes={"group": {"1": "1", "2": "2"}, "Q3": {"Woman": "woman", "Man": "man"}},
            identifying=(
                *("IPAddress", "LocationLatitude", "LocationLongitude", "Q3_4_TEXT"),
                *("RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference"),
            ),
            repeated={"WB": ["WB_pre", "WB_post"]},
            rows=78,
            people=76,
        ),
    )


def limesurvey(folder: Path) -> FirstFile:
    """LimeSurvey: codes and questions in the headings, codes of answers, who left in the middle."""
    rng = np.random.default_rng(2408)
    who = people(rng, 70, ["A1", "A2"], "{}")
    items = rng.integers(0, 4, (70, 9))
    later = np.clip(
        items - rng.integers(0, 2, (70, 9)) - (who["arm"] == "A2").to_numpy()[:, None], 0, 3
    )
    columns: dict[str, Sequence[object]] = {
        "id. Antwort-ID": range(1, 71),
        "submitdate. Datum Abgeschickt": who["day"].dt.strftime("%Y-%m-%d 12:00:00"),
        "lastpage. Letzte Seite": [4] * 70,
        "startlanguage. Start-Sprache": ["de"] * 70,
        "token. Zugangsschlüssel": [f"{n:06x}" for n in rng.integers(0, 2**24, 70)],
        "ipaddr. IP-Adresse": [f"198.51.100.{n}" for n in range(1, 71)],
        "code. Bitte geben Sie Ihren Studiencode ein:": [f"LS{n:03d}" for n in range(1, 71)],
        "arm. Zuteilung": who["arm"],
        "age. Wie alt sind Sie?": who["age"],
        "sex. Geschlecht": ["A2" if each else "A1" for each in who["sex"]],
        "sport. Treiben Sie Sport?": rng.choice(["Y", "N", ""], 70, p=[0.5, 0.4, 0.1]),
    }
    for n in range(9):
        columns[f"PHQ9t0[SQ00{n + 1}]. Beschwerden zu Beginn"] = items[:, n]
    columns["PHQ9sum1. Summe nach acht Wochen"] = later.sum(axis=1)
    columns["PHQ9sum0. Summe zu Beginn"] = items.sum(axis=1)
    columns["note[other]. Sonstiges"] = rng.choice(["", "", "alles gut soweit"], 70)
    rows = by_rows(columns)
    rows.append(
        [71, "", 1, "de", "zzzzzz", "198.51.100.99", "", "", 44, *[""] * (len(columns) - 9)]
    )
    path = write_text(
        folder / "results-survey268131.csv", list(columns), rows, quoting=csv.QUOTE_ALL
    )
    return FirstFile(
        "limesurvey",
        "LimeSurvey, CSV",
        [path],
        Answered("arm", "A1", "PHQ9sum", "1", id="code"),
        Truth(
            id="code",
            types={"integer": ["age", "PHQ9sum1", "PHQ9sum0"], "boolean": ["sport"]},
            codes={"arm": {"A1": "a1", "A2": "a2"}, "sex": {"A1": "female", "A2": "male"}},
            identifying=("token", "ipaddr", "note[other]"),
            repeated={"PHQ9sum": ["PHQ9sum0", "PHQ9sum1"]},
            instruments=("phq9",),
            rows=71,
            people=70,
        ),
    )


def redcap(folder: Path) -> FirstFile:
    """REDCap, longitudinal: events, a dictionary, ticks, identifiers, a calculated field."""
    rng = np.random.default_rng(2409)
    who = people(rng, 66, "12", "{}")
    walk = course(rng, who, 14, (-2.0, -3.0), 3, "2")
    head = [
        "record_id",
        "redcap_event_name",
        "redcap_data_access_group",
        "first_name",
        "email",
        "dob",
    ]
    head += ["allocation", "allocated_on", "sex", "age", "ill___1", "ill___2", "height", "weight"]
    head += ["bmi", "enrolment_complete", "visit_on", "walk_s", "mood", "visit_complete"]
    rows = []
    for n, person in enumerate(who.itertuples()):
        height, weight = int(rng.integers(150, 195)), float(np.round(rng.normal(76, 12), 1))
        born = f"{2024 - person.age}-0{rng.integers(1, 10)}-1{rng.integers(0, 10)}"
        day = f"{person.day:%Y-%m-%d}"
        row = [n + 1, "baseline_arm_1", "north" if n % 2 else "south", "Invented"]
        row += [f"person{n}@post.example", born, person.arm, day, person.sex + 1]
        row += [person.age, *rng.integers(0, 2, 2), height, weight]
        row += [round(weight / (height / 100) ** 2, 1), 2, day]
        rows.append([*row, walk[0][n], int(rng.integers(0, 101)), 2])
        for month, series in ((3, walk[1]), (6, walk[2])):
            if pd.isna(series[n]):
                continue
            on = f"{person.day + pd.Timedelta(days=30 * month):%Y-%m-%d}"
            values = [on, series[n], -99 if n % 11 == 0 else int(rng.integers(0, 101)), 2]
            group = "north" if n % 2 else "south"
            rows.append([n + 1, f"month_{month}_arm_1", group, *[""] * 13, *values])
    path = write_text(folder / "Project_DATA_2024-12-01_1015.csv", head, rows)
    fields = ("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label")
    fields += ("Choices, Calculations, OR Slider Labels", "Field Note")
    fields += ("Text Validation Type OR Show Slider Number", "Text Validation Min")
    fields += ("Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)")
    fields += ("Required Field?", "Custom Alignment", "Question Number (surveys only)")
    fields += ("Matrix Group Name", "Matrix Ranking?", "Field Annotation")

    def entry(name: str, form: str, kind: str, label: str, **more: str) -> list[str]:
        cells = dict.fromkeys(fields, "")
        cells |= {fields[0]: name, fields[1]: form, fields[3]: kind, fields[4]: label}
        places = {"choices": 5, "note": 6, "check": 7, "low": 8, "high": 9, "who": 10}
        cells |= {fields[places[key]]: text for key, text in more.items()}
        return list(cells.values())

    dictionary = [
        entry("record_id", "enrolment", "text", "Record"),
        entry("first_name", "enrolment", "text", "First name", who="y"),
        entry("email", "enrolment", "text", "E-mail", check="email", who="y"),
        entry("dob", "enrolment", "text", "Date of birth", check="date_ymd", who="y"),
        entry(
            "allocation", "enrolment", "radio", "Allocated to", choices="1, Leaflet | 2, Coaching"
        ),
        entry("allocated_on", "enrolment", "text", "Allocated on", check="date_ymd"),
        entry("sex", "enrolment", "radio", "Sex", choices="1, Female | 2, Male"),
        entry(
            "age", "enrolment", "text", "Age", note="years", check="integer", low="18", high="110"
        ),
        entry("ill", "enrolment", "checkbox", "Illnesses", choices="1, Diabetes | 2, Asthma"),
        entry("height", "enrolment", "text", "Height (cm)", check="integer"),
        entry("weight", "enrolment", "text", "Weight (kg)", check="number"),
        entry("bmi", "enrolment", "calc", "BMI", choices="round([weight]/([height]/100)^2,1)"),
        entry("visit_on", "visit", "text", "Date of visit", check="date_ymd"),
        entry("walk_s", "visit", "text", "Timed walk", note="seconds", check="number"),
        entry("mood", "visit", "slider", "Mood", choices="bad | | good", check="number"),
    ]
    words = write_text(folder / "Project_DataDictionary_2024-12-01.csv", fields, dictionary)
    return FirstFile(
        "redcap",
        "REDCap, longitudinal, with its dictionary",
        [path],
        Answered("allocation", "1", "walk_s", "month_6"),
        Truth(
            id="record_id",
            types={
                "integer": ["age", "mood"],
                "number": ["walk_s", "weight"],
                "category": ["sex"],
                "date": ["allocated_on", "visit_on"],
            },
            codes={
                "allocation": {"1": "Leaflet", "2": "Coaching"},
                "sex": {"1": "Female", "2": "Male"},
            },
            missing=("-99",),
            units={"height": "cm", "weight": "kg"},
            identifying=("first_name", "email", "dob"),
            long="redcap_event_name",
            timepoints=("baseline_arm_1", "month_3_arm_1", "month_6_arm_1"),
            rows=len(rows),
            people=66,
        ),
        redcap=words,
    )


def kobo(folder: Path) -> FirstFile:
    """KoboToolbox: groups in the headings, ticked answers, where and by whom; an XLSForm."""
    from openpyxl import Workbook

    rng = np.random.default_rng(2416)
    who = people(rng, 82, ["control", "cash"], "KB{:03d}")
    food = course(rng, who, 46, (5.0, 8.0), 10, "cash", 0)
    water = rng.choice(["tap", "well", "river"], 82)
    uses = [
        " ".join(str(w) for w in rng.permutation(["radio", "bike", "phone"])[: n % 4])
        for n in range(82)
    ]
    columns: dict[str, Sequence[object]] = {
        "start": [f"{day:%Y-%m-%d}T09:12:31.000+03:00" for day in who["day"]],
        "end": [f"{day:%Y-%m-%d}T09:52:03.000+03:00" for day in who["day"]],
        "deviceid": [f"ee.kobo:{n:08x}" for n in rng.integers(0, 2**31, 82)],
        "username": rng.choice(["enum1", "enum2"], 82),
        "study_id": who["id"],
        "allocation": who["arm"],
        "household/age": who["age"],
        "household/sex": ["male" if each else "female" for each in who["sex"]],
        "household/water": water,
        "household/assets": uses,
        "household/assets/radio": [int("radio" in each.split()) for each in uses],
        "household/assets/bike": [int("bike" in each.split()) for each in uses],
        "household/assets/phone": [int("phone" in each.split()) for each in uses],
        "food_m0": texts(food[0], decimals=0),
        "food_m6": texts(food[1], "n/a", decimals=0),
        "food_m12": texts(food[2], "n/a", decimals=0),
        "location": [f"-1.2{n:04d} 36.8{n:04d} 1650.5 4.2" for n in range(82)],
        "remarks": rng.choice(["", "the head of the household was away on that day"], 82),
        "_id": range(90210001, 90210083),
        "_uuid": [f"{n:08x}-0000-4000-8000-{n:012x}" for n in rng.integers(0, 2**31, 82)],
        "_submission_time": [f"{day:%Y-%m-%d}T10:00:00" for day in who["day"]],
        "_validation_status": [""] * 82,
        "_submitted_by": rng.choice(["enum1", "enum2"], 82),
        "_index": range(1, 83),
    }
    path = write_text(
        folder / "Household_survey_-_all_versions_-_2024-12-01.csv",
        list(columns),
        by_rows(columns),
        delimiter=";",
        encoding="utf-8-sig",
        quoting=csv.QUOTE_ALL,
    )
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (
        ["type", "name", "label::English (en)", "required", "relevant", "calculation"],
        ["start", "start"],
        ["end", "end"],
        ["deviceid", "deviceid"],
        ["username", "username"],
        ["text", "study_id", "Study number", "yes"],
        ["select_one arm", "allocation", "Allocated to"],
        ["begin_group", "household", "Household"],
        ["integer", "age", "Age of the head in years"],
        ["select_one sex", "sex", "Sex of the head"],
        ["select_one water", "water", "Source of water"],
        ["select_multiple asset", "assets", "What does the household have?"],
        ["end_group"],
        ["integer", "food_m0", "Food consumption score at the start"],
        ["integer", "food_m6", "Food consumption score at 6 months"],
        ["integer", "food_m12", "Food consumption score at 12 months"],
        ["geopoint", "location", "Place of the household"],
        ["text", "remarks", "Remarks"],
    ):
        survey.append(row)
    choices = book.create_sheet("choices")
    for row in (
        ["list_name", "name", "label::English (en)"],
        *(["arm", "control", "No transfer"], ["arm", "cash", "Cash transfer"]),
        *(["sex", "female", "Female"], ["sex", "male", "Male"]),
        *(["water", "tap", "Tap"], ["water", "well", "Well"], ["water", "river", "River"]),
        *(
            ["asset", "radio", "Radio"],
            ["asset", "bike", "Bicycle"],
            ["asset", "phone", "Telephone"],
        ),
    ):
        choices.append(row)
    form = folder / "Household_survey_form.xlsx"
    book.save(form)
    return FirstFile(
        "kobo",
        "KoboToolbox, with its XLSForm",
        [path, form],
        Answered("allocation", "control", "food", "month 12", id="study_id"),
        Truth(
            id="study_id",
            types={
                "integer": ["household/age", "food_m0", "food_m12"],
                "category": ["household/sex", "household/water"],
            },
            codes={
                "allocation": {"control": "No transfer", "cash": "Cash transfer"},
                "household/sex": {"female": "Female", "male": "Male"},
            },
            missing=("n/a",),
            identifying=("deviceid", "username", "location", "remarks", "_submitted_by"),
            repeated={"food": ["food_m0", "food_m6", "food_m12"]},
            rows=82,
            people=82,
        ),
    )
