"""The studies whose exports are spoilt: those of the repository, and variants in other formats."""

from __future__ import annotations

import csv
import io
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd
import yaml
from harness import World
from r_file import rds_of
from raw_files import Record, Sheet, written
from small_trial import records, write_study

from trialtrail import ROOT
from trialtrail.configuration.files_beside import files_beside

STUDIES = ROOT / "tests" / "studies"
SHIPPED = ROOT / "config" / "config.yaml"
PROGRAMS = ("xlsx", "sav", "dta", "xpt", "parquet", "rds")
"""Formats of the variants of the small study: worlds of their own, named so."""
NAMES = {
    **{"Pat.-Nr.": "id", "Group": "grp", "Allocated": "alloc", "Age": "age", "Sex": "sex"},
    **{"Walk 0": "walk0", "Walk 12": "walk12", "Seen 12": "seen12", "Rater": "rater"},
    **{"Last fall": "last_fall", "Falls": "falls"},
}
"""Columns of the small study, and what they are called where no spaces are allowed."""
DAYS, NUMBERS = ("alloc", "seen12"), ("grp", "age", "walk0", "walk12")
LABELS = {"grp": {1: "Leaflet", 2: "Balance class"}, "sex": {"F": "Female", "M": "Male"}}
MISSING = {"walk12": [{"lo": 98, "hi": 99}]}
_FOLDER = tempfile.TemporaryDirectory(prefix="bad-inputs-")


@cache
def world(name: str) -> World:
    """Return a world by its name."""
    if name == "shipped":
        return World.at(SHIPPED)
    if name in PROGRAMS:
        return _program(name)
    if name == "limesurvey":
        return _limesurvey()
    if name == "one_file_of_codings":
        return _one_file_of_codings()
    if name == "withdrawals":
        return _withdrawals()
    if name == "undated":
        return _undated()
    if name == "attended":
        return _attended()
    return World.at(STUDIES / name / "study.yaml")


def small_frame() -> pd.DataFrame:
    """Return the records of the small study as a statistical program would hold them."""
    text = (STUDIES / "balance" / "data" / "trial.csv").read_text(encoding="cp1252")
    frame = pd.read_csv(io.StringIO(text), sep=";", dtype=str, keep_default_na=False)
    frame = frame.rename(columns=NAMES)
    frame["grp"] = frame["grp"].map({"A": "1", "B": "2"})
    for name in NUMBERS:
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    for name in DAYS:
        days = pd.to_datetime(frame[name], format="%d.%m.%Y", errors="coerce")
        frame[name] = [None if pd.isna(day) else day.date() for day in days]
    return frame


def small_sheet() -> Sheet:
    """Return the records of the small study as texts, as a file of texts would hold them."""
    frame = small_frame()
    sheet = Sheet([list(frame.columns)], encoding="cp1252")
    for row in frame.astype(object).where(frame.notna(), "").itertuples(index=False):
        sheet.records.append(Record(sheet, [_plain(value) for value in row]))
    return sheet


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def file_of_texts(sheet: Sheet, kind: str) -> bytes:
    """Return a sheet as a file in which every column is of texts."""
    frame = pd.DataFrame([record.cells for record in sheet.records], columns=sheet.headings)
    more = {"variable_value_labels": {}, "missing_ranges": {}} if kind == "sav" else {}
    more |= {"variable_value_labels": {}} if kind == "dta" else {}
    return file_of(frame, kind, **more)


def file_of(frame: pd.DataFrame, kind: str, **more) -> bytes:
    """Return ``frame`` as the bytes of a file; ``more`` goes to the program's writer."""
    import pyreadstat

    path = Path(_FOLDER.name) / f"made.{kind}"
    if kind == "xlsx":
        more.setdefault("sheet_name", "Trial")
        frame.to_excel(path, index=False, **more)
    elif kind == "rds":
        path.write_bytes(rds_of(frame, **more))
    elif kind == "parquet":
        frame.to_parquet(path, **more)
    elif kind == "sav":
        more.setdefault("variable_value_labels", LABELS)
        more.setdefault("missing_ranges", MISSING)
        pyreadstat.write_sav(frame, path, **more)
    elif kind == "dta":
        more.setdefault("variable_value_labels", {"grp": LABELS["grp"]})
        pyreadstat.write_dta(frame, path, **more)
    else:
        pyreadstat.write_xport(frame, path, **more)
    return path.read_bytes()


def variant(name: str, base: Path, change, files: dict[str, bytes]) -> World:
    """Return the study of ``base`` with its configuration changed, and files of its own.

    ``change`` is given the configuration, whose paths begin at the root of the repository.
    """
    folder = Path(_FOLDER.name) / name
    config = yaml.safe_load(base.read_text(encoding="utf-8"))
    for path, data in files.items():
        written(folder / path, data)
    change(config, folder)
    file = written(folder / "study.yaml", yaml.safe_dump(config, sort_keys=False).encode())
    return World.at(file)


def _program(kind: str) -> World:
    def change(config: dict, folder: Path) -> None:
        spec = {"file": f"trial.{kind}", "ignore": ["rater"]}
        if kind == "xlsx":
            spec["sheet"] = "Trial"
        if kind == "xpt":  # which knows no type of dates that its readers share
            spec["dates"] = "%Y-%m-%d"
        config["exports"] = {"trial": spec}
        for part in ("tables", "forms"):
            for table in config[part].values():
                for source in table["sources"]:
                    source["columns"] = {k: NAMES[v] for k, v in source["columns"].items()}
                    if "codes" in source:
                        source["codes"]["arm"] = {"1": "leaflet", "2": "balance_class"}
                for variable in table.get("variables", []):
                    variable["column"] = NAMES[variable["column"]]

    frame = small_frame()
    if kind == "xpt":
        frame = frame.assign(**{day: frame[day].astype(str).replace("None", "") for day in DAYS})
    base = STUDIES / "balance" / "study.yaml"
    return variant(kind, base, change, {f"trial.{kind}": file_of(frame, kind)})


def _of_shipped(config: dict, folder: Path) -> None:
    """Let all paths of the shipped study's configuration lead to its own files."""
    for spec in config["exports"].values():
        for key in ("file", "dictionary"):
            if key in spec and not (folder / spec[key]).exists():
                spec[key] = str(ROOT / spec[key])
    config.pop("folder")
    config["outside_files"] = True
    config.pop("report")
    for each in list(files_beside(config)):
        holder = config
        for key in each.keys[:-1]:
            holder = holder[key]
        holder[each.keys[-1]] = str(ROOT / each.name)


def _limesurvey() -> World:
    """Return the shipped study with its questionnaire as LimeSurvey would export it."""
    source = ROOT / "studies" / "moments" / "data" / "mentor_questionnaire.csv"
    rows = list(csv.reader(io.StringIO(source.read_text(encoding="utf-8-sig"), newline="")))
    names, texts, records = rows[0], rows[1], rows[3:]
    heads = ["submitdate" if n == "RecordedDate" else n for n in names]
    heads = [f"{n}. {t}" if n.startswith("Q") else n for n, t in zip(heads, texts, strict=True)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([heads, *records])

    def change(config: dict, folder: Path) -> None:
        _of_shipped(config, folder)
        spec = config["exports"]["mentor_questionnaire"]
        spec |= {"file": "answers.csv", "format": "limesurvey", "delimiter": ";"}
        spec["encoding"] = "utf-8"
        columns = config["tables"]["questionnaire"]["sources"][0]["columns"]
        columns["recorded_on"] = "submitdate"

    data = out.getvalue().encode()
    return variant("limesurvey", SHIPPED, change, {"answers.csv": data})


def _one_file_of_codings() -> World:
    """Return the shipped study with both codings in one file that names the coder."""
    whole = []
    for coder in ("R1", "R2"):
        path = ROOT / "studies" / "moments" / "data" / f"codings_{coder.lower()}.csv"
        header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        whole += [[*header, "coder"]] if not whole else []
        whole += [[*row, coder] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t").writerows(whole)

    def change(config: dict, folder: Path) -> None:
        _of_shipped(config, folder)
        config["exports"]["codings"] = {
            **{"file": "codings.txt", "encoding": "utf-16", "delimiter": "\t"},
            "dates": "%Y-%m-%d",
        }
        columns = config["tables"]["segments"]["sources"][0]["columns"]
        codes = {"coder": {"R1": "r1", "R2": "r2"}}
        source = {"export": "codings", "columns": columns | {"coder": "coder"}, "codes": codes}
        config["tables"]["segments"]["sources"] = [source]

    data = out.getvalue().encode("utf-16")
    return variant("one_file_of_codings", SHIPPED, change, {"codings.txt": data})


def _withdrawals() -> World:
    """Return the shipped study with the day on which consent was withdrawn."""
    path = ROOT / "studies" / "moments" / "data" / "randomisation.csv"
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[*header, "Withdrawn"], *([*row, ""] for row in rows)])

    def change(config: dict, folder: Path) -> None:
        _of_shipped(config, folder)
        config["exports"]["randomisation"]["file"] = "randomisation.csv"
        source = config["tables"]["participants"]["sources"][0]
        source["columns"]["withdrawn_on"] = "Withdrawn"
        config["validation"]["contacts"] = {"which": "any"}

    return variant("withdrawals", SHIPPED, change, {"randomisation.csv": out.getvalue().encode()})


def _undated() -> World:
    """Return the shipped study with no form of dates, encoding or delimiter configured."""

    def change(config: dict, folder: Path) -> None:
        _of_shipped(config, folder)
        for spec in config["exports"].values():
            if spec.get("format", "csv") == "csv":
                for key in ("dates", "encoding", "delimiter"):
                    spec.pop(key, None)

    return variant("undated", SHIPPED, change, {})


def _attended() -> World:
    """Return a small study with two forms at one timepoint, and whether the visit took place."""

    def change(config: dict) -> None:
        walk = config["forms"]["twelve_months"]
        walk["variables"].append(
            {"id": "came", "column": "came", "type": "category", "label": "Came"}
            | {"codes": {"Y": "yes", "N": "no"}}
        )
        walk["took_place"] = {"variable": "came", "values": ["yes"]}
        falls = {"id": "falls", "column": "falls", "type": "integer", "label": "Falls"}
        config["forms"]["diary"] = walk | {"label": "Diary", "variables": [falls]}
        del config["forms"]["diary"]["took_place"]

    rows = [row | {"came": "Y", "falls": str(n % 3 + 1)} for n, row in enumerate(records())]
    return World.at(write_study(Path(_FOLDER.name) / "attended", rows, change))
