"""Make the shipped study larger: more participants, more transcripts, or more outcomes.

A copy of a participant has the same answers under another identifier, so that each table keeps the
shape that real exports have, its faults included. The rows are synthetic like those they copy.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import yaml

PARTICIPANTS = {
    "screening.csv": ("Screen No", "Study No"),
    "randomisation.csv": ("Study No", "Screen No"),
    "baseline.csv": ("record_id",),
    "contact_log.csv": ("Ref", "Study No"),
    "mentor_assignments.csv": ("Study No",),
    "births.csv": ("Study No",),
    "scan_29w.csv": ("Study No",),
    "bayley.csv": ("Study No",),
    "sf36.csv": ("Study No",),
    "one_year_visit.csv": ("Study No",),
    "one_year_mother.csv": ("Study No",),
}
"""Files with a row a participant or more: the columns that hold identifiers."""
CODINGS = {"codings_r1.csv": ("document",), "codings_r2.csv": ("document",)}
REGISTER = {"interview_register.csv": ("Interview", "Document")}
NUMBER, APART = "No", 100
"""Column that numbers the interviewees of a role, and what a copy adds to it."""
ENCODING = "latin-1"
"""Reads any byte and writes it back as it was."""


def multiply(folder: Path, files: dict[str, tuple[str, ...]], times: int, number: str = "") -> None:
    """Repeat the rows of CSV files, with the identifiers of each copy marked by its number."""
    for name, columns in files.items():
        path = folder / name
        with open(path, encoding=ENCODING, newline="") as stream:
            heading, *rows = list(csv.reader(stream))
        places = [heading.index(column) for column in columns]
        with open(path, "w", encoding=ENCODING, newline="") as stream:
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(heading)
            writer.writerows(rows)
            for copy in range(1, times):
                for row in rows:
                    other = list(row)
                    for place in places:
                        other[place] = f"{row[place]}-{copy}" if row[place] else ""
                    if number:
                        place = heading.index(number)
                        other[place] = str(int(row[place]) + APART * copy)
                    writer.writerow(other)


def scale(folder: Path, women: int = 1, transcripts: int = 1, outcomes: int = 1) -> None:
    """Make the study in a copy of the checkout larger.

    Args:
        folder: the copy; its ``studies/moments/data`` and ``config/config.yaml`` are rewritten.
        women: how many times as many participants, with all their forms and contacts.
        transcripts: how many times as many interviews, with their transcripts and codings.
        outcomes: how many times as many outcomes in the plan.
    """
    data = folder / "studies" / "moments" / "data"
    if women > 1:
        multiply(data, PARTICIPANTS, women)
    if transcripts > 1:
        multiply(data, CODINGS, transcripts)
        multiply(data, REGISTER, transcripts, NUMBER)
        for path in sorted((data / "transcripts").iterdir()):
            for copy in range(1, transcripts):
                shutil.copy(path, path.with_name(f"{path.stem}-{copy}{path.suffix}"))
    if outcomes > 1:
        path = folder / "config" / "config.yaml"
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        plan = config["analysis"]["outcomes"]
        config["analysis"]["outcomes"] = [
            entry | {"id": f"{entry['id']}_{copy}" if copy else entry["id"]}
            for copy in range(outcomes)
            for entry in plan
        ]
        del config["study"]["plan_lock"]  # it is of the plan as it ships
        path.write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
