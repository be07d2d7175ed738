"""A trial with a file of events: what the report says of harms, counted anew from the raw rows."""

from __future__ import annotations

import csv
import importlib.util
import math
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pypdf
import pytest
from exchanged import check_exchange

from conftest import read_rows
from trialtrail.trail.tracing.raw_rows import RawRows
from trialtrail.trail.tracing.result_cells import ResultCells

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "tests" / "studies" / "harms"
ARMS = {"S": "saline", "L": "low_dose", "H": "high_dose"}
CLASSES = {"RESP": "respiratory", "GI": "gastrointestinal", "NERV": "nervous", "": "not_recorded"}
CLOSE = 1e-8
"""Relative; results are written with ten significant digits."""


@pytest.fixture(scope="module")
def trial(tmp_path_factory, workflow):
    """Return one run of the study, from its exports to the report."""
    done = workflow(tmp_path_factory.mktemp("harms"), config=STUDY / "study.yaml")
    assert done.exit_code == 0, done.said
    return done


def test_results_and_datasets_are_exchanged_whole(trial):
    assert check_exchange(trial.results)["statistics"] > 500


@pytest.fixture(scope="module")
def people() -> dict[str, dict[str, str]]:
    """Return the raw rows of the participants, by their number."""
    rows = read_rows(STUDY / "data" / "people.csv")
    return {row["Id"]: row | {"arm": ARMS[row["Group"]]} for row in rows}


@pytest.fixture(scope="module")
def events(people) -> list[dict[str, str]]:
    """Return the raw rows of the events of participants."""
    rows = read_rows(STUDY / "data" / "events.csv")
    known = [row for row in rows if row["Id"] in people]
    return [row | {"arm": people[row["Id"]]["arm"]} for row in known]


def counted(events: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return the events that each row of the table counts, by the name of the row."""
    found: dict[str, list[dict[str, str]]] = {}
    for event in events:
        system, term = CLASSES[event["Class"]], event["Event"].lower()
        names = ["any", f"any.{system}", f"any.{system}.{term}", f"severity.{event['Grade']}"]
        if event["Serious"] == "1":
            names += ["serious", f"serious.{system}", f"serious.{system}.{term}"]
        if event["Serious"] == "":
            names.append("serious_not_recorded")
        if event["Relation"] != "none":
            names.append("related")
        for name in names:
            found.setdefault(f"{name}.{event['arm']}", []).append(event)
    return found


def test_the_data_are_what_their_script_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("make_trial", STUDY / "make_trial.py")
    make_trial = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_trial)
    make_trial.write_trial(tmp_path)
    for path in (STUDY / "data").iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_the_data_have_what_is_to_be_counted(events, people):
    kinds = Counter((event["Id"], event["Event"].lower()) for event in events)
    assert max(kinds.values()) > 1
    assert {event["Class"] for event in events} == set(CLASSES)
    assert {event["arm"] for event in events} == {"saline", "high_dose"}
    assert len(read_rows(STUDY / "data" / "events.csv")) == len(events) + 1


def test_participants_and_events_are_those_of_the_raw_rows(trial, events, people):
    table, wanted = trial.by_row("harms"), counted(events)
    sizes = Counter(person["arm"] for person in people.values())
    of_arms = {name: row for name, row in table.items() if row["arm"]}
    assert wanted.keys() <= of_arms.keys()
    for name, row in of_arms.items():
        mine = wanted.get(name, [])
        n = len({event["Id"] for event in mine})
        assert (int(row["participants"]), int(row["events"])) == (n, len(mine)), name
        assert int(row["denominator"]) == sizes[row["arm"]]
        assert float(row["percent"]) == pytest.approx(100 * n / sizes[row["arm"]], rel=CLOSE)


def test_every_row_of_each_item_has_all_arms(trial):
    arms = Counter(row["item"] for row in trial.table("harms") if row["arm"])
    assert set(arms.values()) == {len(ARMS)}


def wilson(count: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share, from the formula of the paper."""
    z = 1.959963984540054
    p = count / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def test_differences_have_newcombes_interval(trial):
    table = trial.by_row("harms")
    compared = [name for name, row in table.items() if row["measure"]]
    assert {name.rpartition(".")[0] for name in compared} == {
        *("any", "serious", "any.respiratory", "any.gastrointestinal", "any.nervous"),
        "any.not_recorded",
    }
    for name in compared:
        row = table[name]
        sides = row, table[f"{row['item']}.saline"]
        (a, n), (b, m) = [(int(each["participants"]), int(each["denominator"])) for each in sides]
        (low_a, up_a), (low_b, up_b), difference = wilson(a, n), wilson(b, m), a / n - b / m
        lower = difference - math.hypot(a / n - low_a, up_b - b / m)
        upper = difference + math.hypot(up_a - a / n, b / m - low_b)
        wanted = [100 * difference, 100 * lower, 100 * upper]
        found = [float(row[part]) for part in ("estimate", "lower", "upper")]
        assert found == pytest.approx(wanted, rel=CLOSE, abs=1e-9), name


def test_rates_are_of_those_whose_last_day_is_known(trial, events, people):
    table, wanted = trial.by_row("harms"), counted(events)
    days: dict[str, dict[str, int]] = {arm: {} for arm in ARMS.values()}
    for name, person in people.items():
        if person["Last seen"]:
            passed = date.fromisoformat(person["Last seen"]) - date.fromisoformat(
                person["Allocated"]
            )
            days[person["arm"]][name] = passed.days
    assert sum(map(len, days.values())) == len(people) - 1
    for name, row in table.items():
        if row["arm"]:
            timed = days[row["arm"]]
            years = sum(timed.values()) / 365.25
            n = sum(event["Id"] in timed for event in wanted.get(name, []))
            assert int(row["timed"]) == len(timed)
            assert float(row["person_years"]) == pytest.approx(years, rel=CLOSE)
            assert float(row["per_100_person_years"]) == pytest.approx(100 * n / years, rel=CLOSE)


def test_systems_are_in_the_order_of_the_plan_and_events_by_how_many_had_them(trial):
    items = list(dict.fromkeys(row["item"] for row in trial.table("harms")))
    systems = [item for item in items if item.startswith("any.") and item.count(".") == 1]
    assert systems == [f"any.{system}" for system in CLASSES.values()]
    sizes: dict[str, list[int]] = {}
    for item in items:
        if item.count(".") == 2 and not item.startswith("set_aside"):
            rows = [row for row in trial.table("harms") if row["item"] == item]
            sizes.setdefault(item.rpartition(".")[0], []).append(
                sum(int(row["participants"]) for row in rows)
            )
    assert all(n == sorted(n, reverse=True) for n in sizes.values())
    assert any(len(set(n)) > 1 for n in sizes.values())


def test_each_count_leads_to_the_raw_rows_that_it_counts(trial, events):
    results, wanted = ResultCells(RawRows(trial.results)), counted(events)
    for row in trial.table("harms"):
        trail = results.behind("harms", row["row"], "participants")
        assert trail.known
        named = {cell.line for cell in trail.found.cells if cell.file == "data/events.csv"}
        assert len(named) == int(row["events"]), row["row"]
        if row["arm"]:
            whole = results.behind("harms", row["row"], "denominator").found.cells
            assert len({cell.line for cell in whole}) == int(row["denominator"])
            owners = {cell.line for cell in trail.found.cells if cell.file == "data/people.csv"}
            assert len(owners) == len({event["Id"] for event in wanted.get(row["row"], [])})


def test_the_event_of_a_stranger_is_set_aside_and_told(trial, report_of):
    (query,) = read_rows(trial.results / "validation" / "queries.csv")
    assert (query["rule"], query["found"]) == ("reference", "N099")
    assert "Of 41 records of the form “Adverse events”, 1 is set aside" in report_of(trial)


def test_a_form_of_events_is_no_visit_of_the_flow(trial):
    assert "adverse_events" not in {row.partition(".")[0] for row in trial.by_row("flow")}


@pytest.fixture(scope="module")
def report_of():
    """Return the function that gives the text of a run's report, its lines joined."""

    def text_of(run) -> str:
        pages = pypdf.PdfReader(run.results / "report" / "report.pdf").pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    return text_of


def test_the_report_says_who_had_an_event(trial, report_of, events):
    report, wanted = report_of(trial), counted(events)
    n = {arm: len({e["Id"] for e in wanted.get(f"any.{arm}", [])}) for arm in ARMS.values()}
    sentence = (
        f"{n['saline']} of 15 participants in Saline, 0 of 15 in Low dose and {n['high_dose']} of "
        "15 in High dose had at least one event"
    )
    assert sentence in report
    for words in ("Airways and nose", "Nosebleed", "System not recorded", "Grade 3"):
        assert words in report
    assert "Events of harm: who had them" not in report


def test_a_second_run_has_nothing_to_do(trial, workflow):
    again = workflow(trial.folder, config=STUDY / "study.yaml")
    assert "Nothing to be done" in again.said


def test_a_file_without_an_event_is_told_in_words(tmp_path, workflow, report_of):
    for name in ("data", "study.yaml"):
        copy = shutil.copytree if (STUDY / name).is_dir() else shutil.copy2
        copy(STUDY / name, tmp_path / name)
    with open(tmp_path / "data" / "events.csv", "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(read_rows(STUDY / "data" / "events.csv")[0])
    done = workflow(tmp_path, "results/report/report.pdf", config=tmp_path / "study.yaml")
    assert done.exit_code == 0, done.said
    assert {row["events"] for row in done.table("harms")} == {"0"}
    told = "No event is recorded: 0 of 15 participants in Saline, 0 of 15 in Low dose and 0 of 15"
    assert told in report_of(done)


def test_a_study_without_harms_says_that_they_are_not_reported(second_study, report_of):
    assert not (second_study.results / "tables" / "harms.csv").exists()
    assert "Events of harm: who had them is not reported." in report_of(second_study)
