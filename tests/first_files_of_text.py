"""First files that spreadsheets, programs for statistics and trial databases write as text."""

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
    spelled,
    texts,
    write_text,
)


def german_spreadsheet(folder: Path) -> FirstFile:
    """Excel in German: semicolons, Windows' code page, decimal commas, names, messy codes.

    The file ends in rows of bare semicolons, and two columns have nothing but those.
    """
    rng = np.random.default_rng(2401)
    who = people(rng, 90, "AB", "P-{:03d}")
    pain = course(rng, who, 6, (-1.5, -2.5), 1.6, "B", 0)
    pain = [series.clip(0, 10) for series in pain]
    weight = course(rng, who, 78, (-2.0,), 12, "B")
    height = pd.Series(rng.integers(152, 196, len(who)), dtype="float64").mask(
        rng.random(90) < 0.05
    )
    sex = ["m" if each else "w" for each in who["sex"]]
    smoker = rng.choice(["j", "n", "k.A."], 90, p=[0.3, 0.62, 0.08])
    remarks = ["", "kommt mit Bus", "Termin verschoben, ruft an", "Ehefrau informiert"]
    columns: dict[str, Sequence[object]] = {
        "Pat.-Nr.": who["id"],
        "Nachname": [f"Person{n}" for n in range(1, 91)],
        "Vorname": [f"Erfunden{chr(97 + n % 23)}" for n in range(90)],
        "Geb.-Datum": [
            f"{rng.integers(1, 29):02d}.{rng.integers(1, 13):02d}.{2024 - age}"
            for age in who["age"]
        ],
        "Telefon": [f"0555/{n}" for n in rng.integers(1000000, 9999999, 90)],
        "PLZ": [f"{n:05d}" for n in rng.integers(1000, 99999, 90)],
        "Gruppe": spelled(rng, who["arm"].tolist(), {"A": "A ", "B": "b"}),
        "Randomisiert am": who["day"].dt.strftime("%d.%m.%Y"),
        "Alter (Jahre)": who["age"],
        "Geschlecht (m/w)": spelled(rng, sex, {"m": "M", "w": "weibl."}),
        "Größe [cm]": texts(height, "k.A.", decimals=0),
        "Gewicht T0 (kg)": texts(weight[0], "999", ","),
        "Gewicht T1 (kg)": texts(weight[1], "999", ","),
        "Raucher (j/n)": smoker,
        "Schmerz T0": texts(pain[0], "-", decimals=0),
        "Schmerz T1": texts(pain[1], "-", decimals=0),
        "Schmerz T2": texts(pain[2], "-", decimals=0),
        "Datum T1": (who["day"] + pd.Timedelta(weeks=6)).dt.strftime("%d.%m.%Y"),
        "Datum T2": (who["day"] + pd.Timedelta(weeks=12)).dt.strftime("%d.%m.%Y"),
        "Bemerkungen": rng.choice(remarks, 90),
        "": [""] * 90,
        " ": [""] * 90,
    }
    path = write_text(
        folder / "studie_export.csv",
        [name.strip() for name in columns],
        by_rows(columns),
        delimiter=";",
        encoding="cp1252",
        line_end="\r\n",
        after=";" * 21 + "\r\n" + ";" * 21 + "\r\n",
    )
    return FirstFile(
        "german_spreadsheet",
        "Excel in German, CSV",
        [path],
        Answered("Gruppe", "A", "Schmerz", "T2"),
        Truth(
            id="Pat.-Nr.",
            types={
                "integer": ["Alter (Jahre)", "Schmerz T0", "Schmerz T1", "Schmerz T2"],
                "number": ["Gewicht T0 (kg)", "Gewicht T1 (kg)"],
                "category": ["Geschlecht (m/w)", "Raucher (j/n)"],
                "date": ["Randomisiert am", "Datum T1", "Datum T2"],
            },
            codes={
                "Gruppe": {"A": "a", "b": "b", "B": "b"},
                "Geschlecht (m/w)": {"m": "m", "M": "m", "w": "w", "weibl.": "weibl."},
                "Raucher (j/n)": {"j": "yes", "n": "no"},
            },
            missing=("k.A.", "-", "999"),
            units={
                "Alter (Jahre)": "Jahre",
                "Größe [cm]": "cm",
                "Gewicht T0 (kg)": "kg",
                "Gewicht T1 (kg)": "kg",
            },
            identifying=("Nachname", "Vorname", "Geb.-Datum", "Telefon", "PLZ", "Bemerkungen"),
            repeated={
                "Schmerz": ["Schmerz T0", "Schmerz T1", "Schmerz T2"],
                "Gewicht": ["Gewicht T0 (kg)", "Gewicht T1 (kg)"],
            },
            to_check=("Geschlecht (m/w)",),
            dates="%d.%m.%Y",
            rows=90,
            people=90,
        ),
    )


def three_arms_tabs(folder: Path) -> FirstFile:
    """Excel's "Unicode text": tabs, UTF-16 with a mark, three arms, points for what is missing."""
    rng = np.random.default_rng(2402)
    arms = ["Placebo", "Low dose", "High dose"]
    who = people(rng, 96, arms, "{}")
    who["id"] = [str(1000 + 7 * n) for n in range(96)]
    pressure = course(rng, who, 148, (-6.0, -11.0), 11, "High dose", 0)
    columns: dict[str, Sequence[object]] = {
        "SUBJECT": who["id"],
        "SITE": rng.choice(["01", "02", "03"], 96),
        "TREATMENT": who["arm"],
        "RANDDT": who["day"].dt.strftime("%d-%b-%Y").str.upper(),
        "AGE_YRS": who["age"],
        "SEX": ["M" if each else "F" for each in who["sex"]],
        "SBP_MMHG_0": texts(pressure[0], ".", decimals=0),
        "SBP_MMHG_6": texts(pressure[1], ".", decimals=0),
        "SBP_MMHG_12": texts(pressure[2], ".", decimals=0),
        "AE_ANY": ["1" if each else "0" for each in rng.random(96) < 0.2],
    }
    path = write_text(
        folder / "analysis set.txt",
        list(columns),
        by_rows(columns),
        delimiter="\t",
        encoding="utf-16",
        line_end="\r\n",
    )
    return FirstFile(
        "three_arms_tabs",
        "Excel, Unicode text",
        [path],
        Answered("TREATMENT", "Placebo", "SBP", "12"),
        Truth(
            id="SUBJECT",
            types={
                "integer": ["AGE_YRS", "SBP_MMHG_0", "SBP_MMHG_6", "SBP_MMHG_12"],
                "category": ["SITE", "SEX"],
                "date": ["RANDDT"],
            },
            codes={"TREATMENT": {arm: arm for arm in arms}, "SEX": {"M": "male", "F": "female"}},
            missing=(".",),
            units={"AGE_YRS": "years", "SBP_MMHG_0": "mmHg", "SBP_MMHG_12": "mmHg"},
            repeated={"SBP": ["SBP_MMHG_0", "SBP_MMHG_6", "SBP_MMHG_12"]},
            rows=96,
            people=96,
        ),
    )


def google_form(folder: Path) -> FirstFile:
    """Google Sheets of a form: questions as headings, US dates, TRUE and FALSE, `#N/A`."""
    rng = np.random.default_rng(2403)
    who = people(rng, 80, ["Control app", "New app"], "{}")
    who["id"] = [f"S{n:02d}" for n in range(1, 81)]
    steps = course(rng, who, 5200, (900.0,), 1400, "New app", 0)
    us = "%-m/%-d/%Y"
    stamp = [
        f"{day.strftime(us)} {rng.integers(8, 19)}:{rng.integers(0, 60):02d}:07"
        for day in who["day"]
    ]
    cost = rng.uniform(20, 3200, 80)
    columns: dict[str, Sequence[object]] = {
        "Timestamp": stamp,
        "Participant ID": who["id"],
        "Email Address": [f"person{n}@post.example" for n in range(1, 81)],
        "Assigned to": who["arm"],
        "Enrolled on": who["day"].dt.strftime(us),
        "How old are you?": who["age"],
        "Do you smoke?": ["TRUE" if each else "FALSE" for each in rng.random(80) < 0.25],
        "How satisfied are you with your sleep?": rng.choice(
            ["Very satisfied", "Satisfied", "Neutral", "Dissatisfied"], 80
        ),
        "Steps per day (baseline)": texts(steps[0], "#N/A", decimals=0),
        "Steps per day (follow-up)": texts(steps[1], "#N/A", decimals=0),
        # One number with a comma may be thousands or decimals, and no cell of the column proves it.
        "Steps in the last week": [f"{value:,.0f}" for value in rng.uniform(9000, 90000, 80)],
        "Cost of care": [f"${value:,.2f}" for value in cost],
        "Adherence": [f"{value}%" for value in rng.integers(20, 101, 80)],
        "Date of last visit": (who["day"] + pd.Timedelta(weeks=12)).dt.strftime(us),
        "Anything else?": rng.choice(["", "", "no", "My wife liked the app more than I did"], 80),
    }
    path = write_text(folder / "Form responses 1.csv", list(columns), by_rows(columns))
    return FirstFile(
        "google_form",
        "Google Sheets, CSV",
        [path],
        Answered("Assigned to", "Control app", "Steps per day", "follow-up"),
        Truth(
            id="Participant ID",
            types={
                "integer": ["How old are you?"],
                "boolean": ["Do you smoke?"],
                "category": ["How satisfied are you with your sleep?"],
                "date": ["Enrolled on", "Date of last visit"],
            },
            codes={"Assigned to": {"Control app": "control_app", "New app": "new_app"}},
            missing=("#N/A",),
            identifying=("Email Address",),
            repeated={
                "Steps per day": ["Steps per day (baseline)", "Steps per day (follow-up)"],
            },
            dates="%m/%d/%Y",
            rows=80,
            people=80,
        ),
    )


def jamovi(folder: Path) -> FirstFile:
    """JASP and jamovi: commas, a byte-order mark, labels of levels, a row number without a name."""
    rng = np.random.default_rng(2404)
    who = people(rng, 64, ["waitlist", "therapy"], "{}")
    score = course(rng, who, 14, (-4.0, -5.0), 4, "therapy", 0)
    score = [series.clip(0, 27) for series in score]
    columns: dict[str, Sequence[object]] = {
        "": range(1, 65),
        "ID": [f"{n:03d}" for n in range(1, 65)],
        "condition": who["arm"],
        "age": who["age"],
        "gender": rng.choice(["female", "male", "diverse"], 64, p=[0.55, 0.4, 0.05]),
        "PHQ9_pre": texts(score[0], "NaN", decimals=0),
        "PHQ9_post": texts(score[1], "NaN", decimals=0),
        "PHQ9_fu": texts(score[2], "NaN", decimals=0),
        "responder": [
            "" if pd.isna(b) else str(int(b <= a / 2))
            for a, b in zip(score[0], score[1], strict=True)
        ],
    }
    path = write_text(
        folder / "data.csv", list(columns), by_rows(columns), encoding="utf-8-sig",
        quoting=csv.QUOTE_NONNUMERIC,
    )  # fmt: skip
    return FirstFile(
        "jamovi",
        "jamovi, CSV",
        [path],
        Answered("condition", "waitlist", "PHQ9", "post", id="ID"),
        Truth(
            id="ID",
            types={
                "integer": ["age", "PHQ9_pre", "PHQ9_post", "PHQ9_fu"],
                "category": ["gender"],
            },
            codes={"condition": {"waitlist": "waitlist", "therapy": "therapy"}},
            missing=("NaN",),
            repeated={"PHQ9": ["PHQ9_pre", "PHQ9_post", "PHQ9_fu"]},
            rows=64,
            people=64,
        ),
    )


def castor(folder: Path) -> FirstFile:
    """Castor EDC: semicolons, all cells quoted, dates with dashes, reasons as missing codes."""
    rng = np.random.default_rng(2405)
    who = people(rng, 72, ["Usual care", "Intervention"], "110{:03d}")
    function = course(rng, who, 42, (7.0, 11.0), 9, "Intervention", 0)
    gone = ["##USER_MISSING_97##" if n % 9 == 0 else "" for n in range(72)]
    columns: dict[str, Sequence[object]] = {
        "Participant Id": who["id"],
        "Participant Status": ["Completed"] * 72,
        "Site Abbreviation": rng.choice(["AMC", "UMC", "LUM"], 72),
        "Randomization Id": [f"R{n:04d}" for n in rng.permutation(9000)[:72]],
        "Randomization Group": who["arm"],
        "Randomized On": who["day"].dt.strftime("%d-%m-%Y %H:%M:%S"),
        "pat_sex": [str(each) for each in who["sex"]],
        "pat_birth_year": [str(2024 - age) for age in who["age"]],
        "base_weight_kg": texts(pd.Series(rng.normal(80, 12, 72))),
        "fu_3m_function": [
            g or t for g, t in zip(gone, texts(function[1], "-99", decimals=0), strict=True)
        ],
        "fu_6m_function": texts(function[2], "-99", decimals=0),
        "bl_function": texts(function[0], "-99", decimals=0),
        "fu_3m_date": (who["day"] + pd.Timedelta(days=91)).dt.strftime("%d-%m-%Y"),
        "fu_6m_date": (who["day"] + pd.Timedelta(days=182)).dt.strftime("%d-%m-%Y"),
        "comorb#Diabetes": rng.integers(0, 2, 72),
        "comorb#Heart failure": rng.integers(0, 2, 72),
    }
    path = write_text(
        folder / "study_export_20241201.csv", list(columns), by_rows(columns),
        delimiter=";", quoting=csv.QUOTE_ALL, line_end="\r\n",
    )  # fmt: skip
    return FirstFile(
        "castor",
        "Castor EDC, CSV",
        [path],
        Answered("Randomization Group", "Usual care", "function", "month 6"),
        Truth(
            id="Participant Id",
            types={
                "category": ["Site Abbreviation", "pat_sex"],
                "number": ["base_weight_kg"],
                "integer": ["fu_6m_function", "bl_function"],
                "date": ["fu_3m_date", "fu_6m_date"],
            },
            codes={
                "Randomization Group": {"Usual care": "usual_care", "Intervention": "intervention"}
            },
            missing=("-99", "##USER_MISSING_97##"),
            units={"base_weight_kg": "kg"},
            repeated={"function": ["bl_function", "fu_3m_function", "fu_6m_function"]},
            dates="%d-%m-%Y",
            rows=72,
            people=72,
        ),
    )


def french_spreadsheet(folder: Path) -> FirstFile:
    """LibreOffice in French: semicolons, UTF-8, decimal commas, yes and no in French."""
    rng = np.random.default_rng(2406)
    who = people(rng, 68, ["Témoin", "Exercice"], "FR-{:02d}")
    walk = course(rng, who, 380, (30.0, 48.0), 60, "Exercice", 1)
    columns: dict[str, Sequence[object]] = {
        "N° patient": who["id"],
        "Initiales": [f"{chr(65 + n % 26)}{chr(65 + n * 7 % 26)}" for n in range(68)],
        "Groupe": who["arm"],
        "Date d'inclusion": who["day"].dt.strftime("%d/%m/%Y"),
        "Âge (ans)": who["age"],
        "Sexe": ["Homme" if each else "Femme" for each in who["sex"]],
        "Diabète": spelled(
            rng, rng.choice(["Oui", "Non"], 68).tolist(), {"Oui": "oui", "Non": "NON"}
        ),
        "Poids (kg)": texts(pd.Series(rng.normal(74, 13, 68)), decimal=","),
        "Distance de marche M0 (m)": texts(walk[0], "ND", ","),
        "Distance de marche M3 (m)": texts(walk[1], "ND", ","),
        "Distance de marche M6 (m)": texts(walk[2], "ND", ","),
        "Commentaires": rng.choice(["", "RAS", "absent le jour de la visite, rappeler"], 68),
    }
    path = write_text(
        folder / "données.csv", list(columns), by_rows(columns), delimiter=";", line_end="\n"
    )
    return FirstFile(
        "french_spreadsheet",
        "LibreOffice in French, CSV",
        [path],
        Answered("Groupe", "Témoin", "Distance de marche", "month 6"),
        Truth(
            id="N° patient",
            types={
                "integer": ["Âge (ans)"],
                "number": ["Poids (kg)", "Distance de marche M6 (m)"],
                "category": ["Sexe"],
                "date": ["Date d'inclusion"],
            },
            codes={
                "Groupe": {"Témoin": "temoin", "Exercice": "exercice"},
                "Diabète": {"Oui": "yes", "oui": "yes", "Non": "no", "NON": "no"},
            },
            missing=("ND",),
            units={"Âge (ans)": "ans", "Poids (kg)": "kg", "Distance de marche M6 (m)": "m"},
            identifying=("Initiales", "Commentaires"),
            repeated={
                "Distance de marche": [f"Distance de marche M{month} (m)" for month in (0, 3, 6)]
            },
            dates="%d/%m/%Y",
            rows=68,
            people=68,
        ),
    )
