"""The shipped study: same bytes on every run, and figures that follow the published ones."""

import csv
import math
import re
from collections import Counter
from pathlib import Path

import docx
import openpyxl
import pytest

from studies.moments.generator import facts, planted
from studies.moments.generator.__main__ import generate
from studies.moments.generator.figures import moments, welch
from studies.moments.generator.interviews import parse
from studies.moments.generator.sf36 import COLUMNS, score

SHIPPED = Path(__file__).parents[1] / "studies" / "moments" / "data"
MEASURED = {"-99", "NK", ""}


def rows(name: str, encoding: str = "utf-8-sig") -> list[dict]:
    with (SHIPPED / f"{name}.csv").open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def arms() -> dict[str, str]:
    return {r["Study No"]: r["Alloc"] for r in rows("randomisation")}


@pytest.fixture(scope="module")
def good_contacts() -> list[dict]:
    bad = {d[1] for d in planted_lines() if d[0] == "contact_log"}
    return [r for i, r in enumerate(rows("contact_log", "cp1252")) if i + 2 not in bad]


def planted_lines() -> set[tuple[str, int]]:
    text = (SHIPPED / "README.md").read_text(encoding="utf-8")
    return {(m[1], int(m[2])) for m in re.finditer(r"^\| `(\w+)\.csv` \| (\d+) \|", text, re.M)}


def test_regenerating_gives_the_shipped_bytes(tmp_path):
    generate(tmp_path)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    held = {p.relative_to(SHIPPED): p.read_bytes() for p in SHIPPED.rglob("*") if p.is_file()}
    assert sorted(made) == sorted(held)
    assert [str(name) for name in made if made[name] != held[name]] == []


def test_planted_defects_are_listed_alike_in_readme_and_module():
    listed = {
        (m[1], int(m[2])) for m in re.finditer(r"^ +(\w+)\.csv:(\d+) ", planted.__doc__, re.M)
    }
    assert listed == planted_lines()
    assert len(listed) == 14


def test_recruitment(arms):
    screened = rows("screening", "cp1252")
    assert Counter(r["Consent"] for r in screened) == {"Y": 343, "N": 191}
    assert Counter(arms.values()) == {"PM": 172, "C": 171}


def test_visits(arms, good_contacts):
    visits = Counter(
        r["Study No"] for r in good_contacts if (r["Mode"], r["Outcome"]) == ("H", "1")
    )
    mentored = [w for w, arm in arms.items() if arm == "PM"]
    assert set(visits) <= set(mentored)
    assert len(visits) == 129
    assert sum(n >= 3 for n in visits.values()) == 85
    assert 3 in visits.values()
    minority = [
        r["record_id"]
        for r in rows("baseline")
        if r["ethnicity"] != "1" and arms[r["record_id"]] == "PM"
    ]
    assert len(minority) == 10
    assert sum(visits[w] == 0 for w in minority) == 1


def test_interviewed_women_have_the_visits_and_ages_of_the_register(good_contacts):
    visits = Counter(
        r["Study No"] for r in good_contacts if (r["Mode"], r["Outcome"]) == ("H", "1")
    )
    ages = {r["record_id"]: r["age"] for r in rows("baseline")}
    for row in rows("interview_register", "cp1252"):
        if row["Role"] == "Woman" and row["Status"] == "Interviewed":
            known = facts.INTERVIEWED_WOMEN[int(row["No"])]
            assert row["Visits"] == known.printed
            assert visits[row["Study No"]] == known.visits
            assert row["Age"] == ages[row["Study No"]] == str(known.age)


def test_mentors():
    sheet = openpyxl.load_workbook(SHIPPED / "mentor_register.xlsx")["Register"]
    header, *mentors = list(sheet.iter_rows(min_row=3, values_only=True))
    resigned = [m for m in mentors if m[header.index("Resigned")]]
    assert (len(mentors), len(resigned)) == (32, 22)
    assert sum(m[header.index("Reason")] == "Lack of time" for m in mentors) == 9
    bad = {line for export, line in planted_lines() if export == "mentor_hours"}
    hours = [float(r["Hours"]) for i, r in enumerate(rows("mentor_hours")) if i + 2 not in bad]
    assert (min(hours), max(hours)) == (1, 11)


@pytest.mark.parametrize(
    ("outcome", "printed"),
    [
        ("PDI", ("1.64", "-0.94", "4.21")),
        ("MDI", ("-0.81", "-2.78", "1.16")),
        ("PF", ("-5.4", "-11.6", "0.7")),
        ("MH", ("-1.8", "-6.1", "2.6")),
    ],
)
def test_mean_differences_print_as_published(arms, outcome, printed):
    values = {"PM": [], "C": []}
    if outcome.endswith("DI"):
        for row in rows("bayley"):
            if row[outcome] not in MEASURED:
                values[arms[row["Study No"]]].append(float(row[outcome]))
    else:
        for row in rows("sf36"):
            answers = [None if row[c] in MEASURED else int(row[c]) for c in COLUMNS]
            if (value := score(answers, outcome)) is not None:
                values[arms[row["Study No"]]].append(value)
    difference, half = welch(moments(values["PM"]), moments(values["C"]))
    digits = len(printed[0].split(".")[1])
    found = (difference, difference - half, difference + half)
    assert tuple(f"{value:.{digits}f}" for value in found) == printed


def test_sf36_items_score_to_0_and_100():
    answers = [int(a) for a in "113333333333222222211116611661655151"]
    assert [score(answers, s) for s in ("PF", "RP", "BP", "GH", "VT", "SF", "RE", "MH")] == [
        pytest.approx(100)
    ] * 8
    answers[2:8] = [None] * 6
    assert score(answers, "PF") is None
    answers[2] = 1
    assert score(answers, "PF") == pytest.approx(80)


@pytest.mark.parametrize(
    ("export", "key"),
    [
        ("contact_log", ("Ref",)),
        ("births", ("Study No",)),
        ("mentor_hours", ("Mentor", "Month")),
        ("mentor_assignments", ("Study No", "Mentor", "From")),
        ("training_log", ("Mentor", "Session date", "Topic")),
        ("codings_r1", ("document", "code", "start", "end")),
        ("codings_r2", ("document", "code", "start", "end")),
    ],
)
def test_keys_are_unique(export, key):
    found = Counter(tuple(r[k] for k in key) for r in rows(export, "cp1252"))
    assert max(found.values()) == 1


def test_codings_and_quotations_lie_in_the_transcripts():
    texts = {
        path.stem: "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        for path in (SHIPPED / "transcripts").glob("*.docx")
    }
    assert len(texts) == 26
    for export, words in (("codings_r1", "selected"), ("codings_r2", "selected")):
        bad = {line for name, line in planted_lines() if name == export}
        wrong = {
            i + 2
            for i, r in enumerate(rows(export))
            if texts[r["document"]][int(r["start"]) : int(r["end"])] != r[words]
        }
        assert wrong == bad
    quoted = rows("quotations")
    assert [int(r["quotation"]) for r in quoted] == list(range(1, 31))
    for r in quoted:
        assert texts[r["document"]][int(r["start"]) : int(r["end"])] == r["text"]


def test_marks_become_spans_with_brackets_inside():
    source = "observation: Tea.\nI: So?\nR: Well, [[role_dread,bond_time#q7|no [laughs]]] then."
    script = parse("woman_01", source)
    (span,) = script.spans
    assert script.text[span.start : span.end] == "no [laughs]"
    assert (span.codes, span.quotation) == (("role_dread", "bond_time"), 7)
    assert script.paragraphs[-1] == "R: Well, no [laughs] then."


def test_birth_weight_follows_gestation():
    bad = {line for name, line in planted_lines() if name == "births"}
    pairs = [
        (int(r["Gest wk"]) + int(r["Gest d"]) / 7, float(r["Birth weight g"]))
        for i, r in enumerate(rows("births", "cp1252"))
        if i + 2 not in bad and r["Birth weight g"] not in MEASURED
    ]
    weeks, grams = zip(*pairs, strict=True)
    assert math.fsum(weeks) / len(weeks) == pytest.approx(39.4, abs=0.2)
    assert math.fsum(grams) / len(grams) == pytest.approx(3330, abs=80)
    assert all(g > 2000 for w, g in pairs if w > 37.5)
