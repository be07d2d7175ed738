"""First files that are no text: workbooks, and files of SPSS, Stata, SAS, R and Parquet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from first_files_drawn import Answered, FirstFile, Truth, course, people, sf36_answers

DAY_NUMBER = pd.Timestamp("1960-01-01")


def excel(folder: Path) -> FirstFile:
    """Excel: a title and an empty row above the header, a second sheet, days as days, a note.

    Arms and answers are typed in several ways, an id stands as a number, and two rows below the
    data have a remark.
    """
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    rng = np.random.default_rng(2410)
    who = people(rng, 84, ["Usual care", "Training"], "{}")
    grip = course(rng, who, 27, (2.0, 3.5), 5, "Training")
    book = Workbook()
    sheet = book.active
    sheet.title = "Patients"
    sheet["A1"], sheet["A1"].font = "STRONG study, data as of 1 December 2024", Font(bold=True)
    sheet.merge_cells("A1:H1")
    sheet["A2"] = "Synthetic rows. Do not edit below."
    header = ["Study no", "Arm", "Allocated", "Age (years)", "Sex", "Diabetes", "BMI (kg/m2)"]
    header += ["Grip baseline (kg)", "Grip 3 months (kg)", "Grip 6 months (kg)"]
    header += ["Visit 3 months", "Visit 6 months", "Comments"]
    sheet.append([])
    sheet.append(header)
    sheet["H4"].comment = Comment("Best of three", "")
    arms = {
        "Usual care": ["Usual care", "usual care", "Usual care "],
        "Training": ["Training", "TRAINING"],
    }
    for n, person in enumerate(who.itertuples()):
        values = [None if pd.isna(series[n]) else float(series[n]) for series in grip]
        seen = [
            (person.day + pd.Timedelta(days=days)).to_pydatetime() if value is not None else "DNA"
            for days, value in ((91, values[1]), (182, values[2]))
        ]
        arm = arms[person.arm][int(rng.integers(0, len(arms[person.arm]))) if n % 10 == 0 else 0]
        answer = ["Yes", "No", "yes", "unknown"][int(rng.choice(4, p=[0.25, 0.65, 0.05, 0.05]))]
        row = [101 + n, arm, person.day.to_pydatetime(), int(person.age), "FM"[person.sex], answer]
        row += [float(np.round(rng.normal(27, 4), 1)), *values, *seen]
        row += ["moved away" if n % 30 == 7 else None]
        sheet.append(row)
        for column in (3, 11, 12):
            sheet.cell(row=sheet.max_row, column=column).number_format = "dd/mm/yyyy"
    codes = book.create_sheet("Codebook")
    codes.append(["Variable", "Meaning"])
    codes.append(["DNA", "did not attend"])
    path = folder / "STRONG data FINAL v2.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return FirstFile(
        "excel",
        "Excel, workbook",
        [path],
        Answered("Arm", "Usual care", "Grip", "month 6"),
        Truth(
            id="Study no",
            types={
                "integer": ["Age (years)"],
                "number": ["BMI (kg/m2)", "Grip baseline (kg)", "Grip 6 months (kg)"],
                "category": ["Sex"],
                "date": ["Allocated", "Visit 3 months", "Visit 6 months"],
            },
            codes={
                "Arm": {"Usual care": "usual_care", "Training": "training"},
                "Diabetes": {"Yes": "yes", "yes": "yes", "No": "no"},
                "Sex": {"F": "female", "M": "male"},
            },
            missing=("DNA", "unknown"),
            units={"Age (years)": "years", "BMI (kg/m2)": "kg/m²", "Grip baseline (kg)": "kg"},
            identifying=("Comments",),
            repeated={
                "Grip": ["Grip baseline (kg)", "Grip 3 months (kg)", "Grip 6 months (kg)"],
            },
            rows=84,
            people=84,
        ),
    )


def spss(folder: Path) -> FirstFile:
    """SPSS: labels of variables and values, declared missing codes, the SF-36, a day."""
    import pyreadstat

    rng = np.random.default_rng(2411)
    who = people(rng, 88, "12", "{}")
    items = sf36_answers(rng, 88)
    frame = pd.DataFrame(
        {
            "ID": np.arange(1, 89, dtype="float64"),
            "GRUPPE": who["arm"].astype("float64"),
            "RANDDAT": who["day"].dt.date,
            "ALTER": who["age"].astype("float64"),
            "SEX": who["sex"].astype("float64") + 1,
            "BERUF": rng.choice([1.0, 2.0, 3.0, -99.0], 88, p=[0.4, 0.35, 0.2, 0.05]),
            "HB": np.where(rng.random(88) < 0.06, -99.0, np.round(rng.normal(13.4, 1.2, 88), 1)),
        }
    )
    for n, item in enumerate(items, start=1):
        frame[f"SF36_{n}"] = items[item].astype("Float64").fillna(9).astype("float64")
    score = course(rng, who, 50, (4.0,), 9, "2")
    frame["WOHL_T0"] = score[0].fillna(-99)
    frame["WOHL_T1"] = score[1].fillna(-99)
    labels = {"ID": "Laufende Nummer", "GRUPPE": "Studienarm", "RANDDAT": "Tag der Randomisierung"}
    labels |= {"ALTER": "Alter in Jahren", "SEX": "Geschlecht", "BERUF": "Berufsstatus"}
    labels |= {"HB": "Hämoglobin (g/dl)", "WOHL_T0": "Wohlbefinden zu Beginn"}
    labels |= {"WOHL_T1": "Wohlbefinden nach 12 Wochen"}
    values: dict = {
        "GRUPPE": {1: "Standard", 2: "Training"},
        "SEX": {1: "weiblich", 2: "männlich"},
        "BERUF": {1: "berufstätig", 2: "berentet", 3: "arbeitssuchend", -99: "keine Angabe"},
    }
    missing: dict = {name: [-99] for name in ("BERUF", "HB", "WOHL_T0", "WOHL_T1")}
    missing |= {f"SF36_{n}": [9] for n in range(1, 37)}
    path = folder / "Studie_gesamt.sav"
    folder.mkdir(parents=True, exist_ok=True)
    pyreadstat.write_sav(
        frame, path, column_labels=labels, variable_value_labels=values, missing_ranges=missing
    )
    return FirstFile(
        "spss",
        "SPSS",
        [path],
        Answered("GRUPPE", "1", "WOHL", "T1"),
        Truth(
            id="ID",
            types={
                "integer": ["ALTER", "SF36_1", "SF36_36"],
                "number": ["HB", "WOHL_T0", "WOHL_T1"],
                "category": ["SEX", "BERUF"],
                "date": ["RANDDAT"],
            },
            codes={
                "GRUPPE": {"1": "Standard", "2": "Training"},
                "SEX": {"1": "weiblich", "2": "männlich"},
            },
            units={"HB": "g/dL", "ALTER": "Jahre"},
            repeated={"WOHL": ["WOHL_T0", "WOHL_T1"]},
            instruments=("sf36_v1",),
            rows=88,
            people=88,
        ),
    )


def stata(folder: Path) -> FirstFile:
    """Stata: a row a visit, labelled numbers, extended missing values, the arm in each row."""
    rng = np.random.default_rng(2412)
    who = people(rng, 60, "01", "{}")
    score = course(rng, who, 24, (-4.0, -6.0, -7.0), 5, "1", 0)
    rows = []
    for n, person in enumerate(who.itertuples()):
        for week, series in zip((0, 4, 8, 12), score, strict=True):
            if week and pd.isna(series[n]):
                continue
            rows.append(
                {
                    "pid": 2000 + n,
                    "trt": int(person.arm),
                    "randdate": person.day,
                    "female": 1 - person.sex,
                    "age": person.age,
                    "week": week,
                    "visdate": person.day + pd.Timedelta(weeks=week),
                    "hamd": max(0.0, float(series[n])),
                    "weight": round(float(rng.normal(75, 12)), 1),
                }
            )
    frame = pd.DataFrame(rows)
    frame["trt"] = pd.Categorical.from_codes(frame["trt"], ["placebo", "active"])
    frame["female"] = pd.Categorical.from_codes(frame["female"], ["male", "female"])
    path = folder / "trial_long.dta"
    folder.mkdir(parents=True, exist_ok=True)
    labels = {"pid": "Participant", "trt": "Treatment arm", "week": "Week of visit"}
    labels |= {"hamd": "Hamilton depression score", "weight": "Weight (kg)", "age": "Age in years"}
    frame.to_stata(
        path,
        write_index=False,
        version=118,
        variable_labels=labels,
        convert_dates={"randdate": "td", "visdate": "td"},
    )
    return FirstFile(
        "stata",
        "Stata, a row a visit",
        [path],
        Answered("trt", "0", "hamd", "12"),
        Truth(
            id="pid",
            types={
                "integer": ["age", "hamd"],
                "number": ["weight"],
                "date": ["randdate", "visdate"],
            },
            codes={
                "trt": {"0": "placebo", "1": "active"},
                "female": {"0": "male", "1": "female"},
            },
            units={"weight": "kg", "age": "years"},
            long="week",
            timepoints=("0", "4", "8", "12"),
            rows=len(rows),
            people=60,
        ),
    )


def sas(folder: Path) -> FirstFile:
    """SAS transport, as ADSL of CDISC with results beside it: capitals, days since 1960, flags."""
    import pyreadstat

    rng = np.random.default_rng(2413)
    who = people(rng, 78, ["Placebo", "Drug X 50 mg"], "CT01-01-{:04d}")
    crp = course(rng, who, 12, (-3.0, -4.0), 3, "Drug X 50 mg")
    frame = pd.DataFrame(
        {
            "STUDYID": "CT01",
            "USUBJID": who["id"],
            "SUBJID": who["id"].str[-4:],
            "SITEID": rng.choice(["01", "02"], 78),
            "AGE": who["age"].astype("float64"),
            "AGEU": "YEARS",
            "SEX": ["M" if each else "F" for each in who["sex"]],
            "RACE": rng.choice(["WHITE", "ASIAN", "BLACK OR AFRICAN AMERICAN"], 78),
            "TRT01P": who["arm"],
            "TRT01PN": [0.0 if arm == "Placebo" else 1.0 for arm in who["arm"]],
            "RANDDT": (who["day"] - DAY_NUMBER).dt.days.astype("float64"),
            "SAFFL": "Y",
            "CRPBL": crp[0],
            "CRPW4": crp[1],
            "CRPW12": crp[2],
            "DTHFL": np.where(rng.random(78) < 0.05, "Y", ""),
        }
    )
    path = folder / "adsl.xpt"
    folder.mkdir(parents=True, exist_ok=True)
    labels = {"STUDYID": "Study Identifier", "USUBJID": "Unique Subject Identifier"}
    labels |= {"TRT01P": "Planned Treatment for Period 01", "CRPBL": "CRP (mg/L) at Baseline"}
    labels |= {"CRPW4": "CRP (mg/L) at Week 4", "CRPW12": "CRP (mg/L) at Week 12"}
    pyreadstat.write_xport(
        frame,
        path,
        file_format_version=5,
        table_name="ADSL",
        column_labels=labels,
        variable_format={"RANDDT": "DATE9."},
    )
    return FirstFile(
        "sas",
        "SAS transport",
        [path],
        Answered("TRT01P", "Placebo", "CRP", "week 12", id="USUBJID"),
        Truth(
            id="USUBJID",
            types={
                "integer": ["AGE"],
                "number": ["CRPBL", "CRPW4", "CRPW12"],
                "category": ["SEX", "RACE", "SITEID"],
                "date": ["RANDDT"],
            },
            codes={"TRT01P": {"Placebo": "placebo", "Drug X 50 mg": "drug_x_50_mg"}},
            units={"CRPBL": "mg/L", "CRPW12": "mg/L"},
            repeated={"CRP": ["CRPBL", "CRPW4", "CRPW12"]},
            rows=78,
            people=78,
        ),
    )


def r_frame(folder: Path) -> FirstFile:
    """R: a data frame with factors, days, TRUE and FALSE, wide as `reshape` makes it."""
    import rdata

    rng = np.random.default_rng(2414)
    who = people(rng, 74, ["ctrl", "trt"], "{}")
    score = course(rng, who, 52, (3.0, 6.0), 8, "trt")
    frame = pd.DataFrame(
        {
            "id": pd.Series([f"s{n:02d}" for n in range(1, 75)], dtype=object),
            "group": pd.Categorical(who["arm"], categories=["ctrl", "trt"]),
            "age": who["age"].astype("int32"),
            "sex": pd.Categorical(np.where(who["sex"] == 1, "male", "female")),
            "smoker": rng.random(74) < 0.3,
            "bmi": np.round(rng.normal(26, 4, 74), 1),
            "qol.0": score[0],
            "qol.3": score[1],
            "qol.6": score[2],
            "relapse": pd.Categorical(np.where(rng.random(74) < 0.3, "yes", "no")),
        },
    )
    path = folder / "dat.rds"
    folder.mkdir(parents=True, exist_ok=True)
    rdata.write_rds(path, frame)
    return FirstFile(
        "r_frame",
        "R, a data frame",
        [path],
        Answered("group", "ctrl", "qol", "6"),
        Truth(
            id="id",
            types={
                "integer": ["age"],
                "number": ["bmi", "qol.0", "qol.3", "qol.6"],
                "category": ["sex"],
                "boolean": ["smoker"],
            },
            codes={"group": {"ctrl": "ctrl", "trt": "trt"}},
            repeated={"qol": ["qol.0", "qol.3", "qol.6"]},
            rows=74,
            people=74,
        ),
    )


def parquet(folder: Path) -> FirstFile:
    """Parquet of a data platform: camel case, times with a zone, an outcome of yes and no."""
    rng = np.random.default_rng(2415)
    who = people(rng, 100, ["standard", "reminder"], "u-{:05d}")
    risk = np.where(who["arm"] == "reminder", 0.62, 0.45)
    frame = pd.DataFrame(
        {
            "userId": who["id"],
            "studyArm": who["arm"],
            "randomisedAt": who["day"].dt.tz_localize("UTC"),
            "ageYears": who["age"].astype("int16"),
            "isFemale": who["sex"] == 0,
            "priorVisits": rng.poisson(2, 100),
            "attended": pd.array(
                np.where(rng.random(100) < 0.05, None, rng.random(100) < risk), dtype="boolean"
            ),
            "contactEmail": [f"person{n}@post.example" for n in range(100)],
        }
    )
    path = folder / "cohort.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)
    return FirstFile(
        "parquet",
        "Parquet of a data platform",
        [path],
        Answered("studyArm", "standard", "attended", event="true"),
        Truth(
            id="userId",
            types={
                "integer": ["ageYears", "priorVisits"],
                "boolean": ["isFemale", "attended"],
                "date": ["randomisedAt"],
            },
            codes={"studyArm": {"standard": "standard", "reminder": "reminder"}},
            units={"ageYears": "years"},
            identifying=("contactEmail",),
            rows=100,
            people=100,
        ),
    )
