"""Faults that show only between tables, planted in a copy of the shipped study's exports."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from harness import World

from trialtrail.validation.findings import with_action
from trialtrail.validation.rules import STOP

ROOT = Path(__file__).resolve().parents[2]
CONTROL, HOME_VISIT, TOOK_PLACE = "C", "H", "1"


class Export:
    """A CSV export of the copy: its rows as text, by column."""

    def __init__(self, folder: Path, name: str, encoding: str = "utf-8") -> None:
        self.path, self.encoding = folder / "studies" / "moments" / "data" / name, encoding
        with open(self.path, encoding=encoding, newline="") as stream:
            reader = csv.DictReader(stream)
            self.rows, self.header = list(reader), list(reader.fieldnames)

    def where(self, **wanted: str) -> dict[str, str]:
        """Return the first row that has the wanted values."""
        return next(row for row in self.rows if all(row[k] == v for k, v in wanted.items()))

    def write(self) -> None:
        """Write the rows back."""
        with open(self.path, "w", encoding=self.encoding, newline="") as stream:
            writer = csv.DictWriter(stream, self.header)
            writer.writeheader()
            writer.writerows(self.rows)


def visit_to_a_control_woman(folder):
    people, log = Export(folder, "randomisation.csv"), Export(folder, "contact_log.csv", "cp1252")
    visit = log.where(Mode=HOME_VISIT, Outcome=TOOK_PLACE)
    visit["Study No"] = people.where(Alloc=CONTROL)["Study No"]
    log.write()
    return ("arm_contact", "contact_log", visit["Ref"])


def mentor_of_a_control_woman(folder):
    people = Export(folder, "randomisation.csv")
    assignments = Export(folder, "mentor_assignments.csv")
    late = assignments.rows[-1]
    late["Study No"] = people.where(Alloc=CONTROL)["Study No"]
    assignments.write()
    return ("arm_contact", "mentor_assignments", late["Study No"])


def ages_that_disagree(folder):
    baseline = Export(folder, "baseline.csv")
    row = baseline.where(age="20")
    row["age"] = "29"
    baseline.write()
    return ("agreement.age", "baseline", row["record_id"])


def pregnancy_after_allocation(folder):
    births = Export(folder, "births.csv", "cp1252")
    row = births.rows[20]
    row["Gest wk"] = "23"
    births.write()
    return ("order.conception", "births", row["Study No"])


def scan_after_the_birth(folder):
    scans, births = Export(folder, "scan_29w.csv"), Export(folder, "births.csv", "cp1252")
    born = {row["Study No"]: row["Date of birth"] for row in births.rows}
    row = next(row for row in scans.rows if born.get(row["Study No"]))
    day, month, year = born[row["Study No"]].split("/")
    row["Scan date"] = f"{day}/{month}/{int(year) + 1}"
    scans.write()
    return ("order.scan_before_birth", "scan_29w", row["Study No"])


def questionnaire_of_an_unknown_mentor(folder):
    path = folder / "studies" / "moments" / "data" / "mentor_questionnaire.csv"
    text = path.read_text("utf-8-sig")
    last = text.rstrip("\n").splitlines()[-1]
    mentor = next(cell for cell in last.split(",") if cell.startswith("M") and cell[1:].isdigit())
    path.write_text(text.replace(f",{mentor},", ",M99,"), "utf-8-sig")
    return ("reference", "mentor_questionnaire", None)


def code_that_the_codebook_lacks(folder):
    codings = Export(folder, "codings_r1.csv")
    codings.rows[4]["code"] = "no_such_code"
    codings.write()
    return ("reference", "codings_r1", None)


def interview_without_its_transcript(folder):
    register = Export(folder, "interview_register.csv", "cp1252")
    row = register.where(Role="Midwife", Status="Interviewed")
    row["Document"] = ""
    register.write()
    return ("transcript", "interview_register", row["Interview"])


PLANTED = [
    visit_to_a_control_woman,
    mentor_of_a_control_woman,
    ages_that_disagree,
    pregnancy_after_allocation,
    scan_after_the_birth,
    questionnaire_of_an_unknown_mentor,
    code_that_the_codebook_lacks,
    interview_without_its_transcript,
]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """Return the queries of a copy with all of the faults, and the places they must be at."""
    folder = tmp_path_factory.mktemp("between")
    shutil.copytree(ROOT / "config", folder / "config")
    shutil.copytree(ROOT / "studies", folder / "studies")
    planted = {plant.__name__: plant(folder) for plant in PLANTED}
    world = World.at(folder / "config" / "config.yaml")
    assert with_action(world.known, world.study.validation.actions, STOP).empty
    return world.known.astype("string").fillna("").to_dict("records"), planted


@pytest.mark.parametrize("name", [plant.__name__ for plant in PLANTED])
def test_a_fault_between_tables_is_found(spoilt, name):
    queries, planted = spoilt
    rule, export, record = planted[name]
    found = [q for q in queries if (q["rule"], q["export"]) == (rule, export)]
    assert any(record is None or q["record"].startswith(record) for q in found), found


def test_a_transcript_that_no_interview_names_is_found(spoilt):
    queries, _planted = spoilt
    assert [q["export"] for q in queries if q["rule"] == "transcript"].count("transcripts") == 1


def test_a_query_names_the_other_file_and_not_its_value(spoilt):
    queries, _planted = spoilt
    (query,) = (q for q in queries if q["rule"] == "agreement.age")
    assert query["column"] == "age"
    assert query["found"] == "29"
    assert query["message"].endswith("(beside: Age in studies/moments/data/screening.csv)")
