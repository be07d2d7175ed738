"""A second study of another shape: one wide file, two arms, one outcome at two timepoints."""

from __future__ import annotations

import csv
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pypdf
import pytest
from lxml import html
from scipy import stats

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "tests" / "studies" / "balance"
ARMS = {"A": "leaflet", "B": "balance_class"}
TOLERANCE = 1e-8
"""Relative; results are written with ten significant digits."""
FIRST_STUDY = (
    r"MOMENTS|Belfast|mentor\w*|peer|midwi\w*|wom[ae]n|mothers?|maternal|baby|babies|infants?|"
    r"pregnan\w*|antenatal|births?|Bayley|BSID\w*|SF-?36|breast\w*|smok\w*|peer_mentoring|control"
)
"""Words of the study that ships; none of them has a place in another study's results."""
MODULE = r"src/trialtrail/derive/instruments/\w+"
"""Named in the records of what ran; the names of instruments are no words of a study."""
TEXT = {".csv", ".html", ".json", ".svg", ".sha256", ".log"}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Return the rows of the raw file, read without the product."""
    path = STUDY / "data" / "trial.csv"
    raw = pd.read_csv(path, sep=";", encoding="cp1252", na_values=["."])
    return raw.assign(arm=raw["Group"].map(ARMS), known=raw["Walk 12"].notna())


@pytest.fixture(scope="module")
def report(second_study) -> str:
    """Return the text of the PDF."""
    pages = pypdf.PdfReader(second_study.results / "report" / "report.pdf").pages
    return "\n".join(page.extract_text() for page in pages)


@pytest.fixture(scope="module")
def page(second_study) -> html.HtmlElement:
    """Return the HTML page."""
    return html.parse(second_study.results / "report" / "report.html").getroot()


def close(value: float) -> object:
    """Return a value to compare with, to the digits that are written."""
    return pytest.approx(value, rel=TOLERANCE)


def test_the_data_are_what_their_script_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("make_trial", STUDY / "make_trial.py")
    make_trial = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_trial)
    make_trial.write_trial(tmp_path / "trial.csv")
    made = (tmp_path / "trial.csv").read_bytes()
    assert made == (STUDY / "data" / "trial.csv").read_bytes()


def test_flow_counts_those_allocated_and_those_measured(second_study, rows):
    """Every participant has a row in the wide file; a form is there if something is recorded."""
    flow = second_study.by_row("flow")
    assert int(flow["randomised"]["n"]) == len(rows)
    measured = rows[rows["known"]]
    assert len(measured) < len(rows[rows["Seen 12"].notna()]) < len(rows)
    for form in ("twelve_months", "followed_up"):
        assert int(flow[form]["n"]) == len(measured)
        assert float(flow[form]["percent"]) == close(100 * len(measured) / len(rows))
    for arm in ARMS.values():
        allocated = int((rows["arm"] == arm).sum())
        assert int(flow[f"allocated.{arm}"]["n"]) == allocated
        cell = flow[f"followed_up.{arm}"]
        assert int(cell["n"]) == int((measured["arm"] == arm).sum())
        assert int(cell["denominator"]) == allocated


def test_no_box_of_the_flow_is_of_what_the_study_has_not(second_study):
    boxes = {row.split(".")[0] for row in second_study.by_row("flow")}
    assert boxes == {"randomised", "allocated", "twelve_months", "followed_up", "not_followed_up"}


def test_baseline_by_arm(second_study, rows):
    baseline = second_study.by_row("baseline")
    groups = {arm: rows[rows["arm"] == arm] for arm in ARMS.values()} | {"all": rows}
    for row, column in (("age_years", "Age"), ("walk_before_s", "Walk 0")):
        for arm, group in groups.items():
            known = group[column].dropna()
            assert int(baseline[f"{row}.{arm}"]["n"]) == len(known)
            assert float(baseline[f"{row}.{arm}"]["mean"]) == close(known.mean())
            assert float(baseline[f"{row}.{arm}"]["sd"]) == close(known.std(ddof=1))
    for level, code in (("female", "F"), ("male", "M")):
        for arm, group in groups.items():
            count = int((group["Sex"] == code).sum())
            assert int(baseline[f"sex.{level}.{arm}"]["n"]) == count
            percent = float(baseline[f"sex.{level}.{arm}"]["percent"])
            assert percent == close(100 * count / len(group))


def test_effect_is_the_difference_of_means_by_welch(second_study, rows):
    (effect,) = second_study.table("estimates")
    leaflet, balance = (rows.loc[rows["arm"] == a, "Walk 12"].dropna() for a in ARMS.values())
    test = stats.ttest_ind(balance, leaflet, equal_var=False)
    interval = test.confidence_interval(0.95)
    assert float(effect["estimate"]) == close(balance.mean() - leaflet.mean())
    assert float(effect["lower"]) == close(interval.low)
    assert float(effect["upper"]) == close(interval.high)
    arms = second_study.by_row("arms")
    assert int(effect["n_reference"]) == int(arms["walk.leaflet"]["n_analysed"]) == len(leaflet)
    assert int(effect["n_arm"]) == int(arms["walk.balance_class"]["n_analysed"]) == len(balance)
    assert float(arms["walk.balance_class"]["sd"]) == close(balance.std(ddof=1))
    assert (effect["arm"], effect["reference"]) == ("balance_class", "leaflet")
    assert (effect["method"], effect["role"], effect["status"]) == ("welch", "primary", "estimated")
    assert (effect["timepoint"], effect["unit"]) == ("twelve_months", "s")


def test_both_timepoints_are_in_the_dataset_of_outcomes(second_study, rows):
    path = second_study.results / "datasets" / "outcomes.csv"
    outcomes = pd.read_csv(path)
    values = outcomes.pivot(index="participant_id", columns="timepoint", values="value")
    raw = rows.set_index("Pat.-Nr.")
    for timepoint, column in (("baseline", "Walk 0"), ("twelve_months", "Walk 12")):
        pd.testing.assert_series_equal(
            values[timepoint].dropna(), raw[column].dropna(), check_names=False
        )


def test_the_report_prints_the_effect(report, second_study):
    (effect,) = second_study.table("estimates")
    estimate, lower, upper = (
        f"{float(effect[part]):.2f}".replace("-", "−") for part in ("estimate", "lower", "upper")
    )
    assert f"{estimate} ({lower} to {upper})" in report
    for words in ("STEADY", "balance class", "Leaflet", "Timed walk", "Synthetic"):
        assert words in report


def test_the_report_says_what_a_trial_was_not_supplied_with_and_nothing_else(page):
    (section,) = page.xpath("//section[@id='absent']")
    assert [each.text_content().partition(":")[0] for each in section.xpath(".//li")] == [
        "A log of screening",
        "Events of harm",
        "A locked analysis plan",
    ]


def test_the_report_opens_with_what_was_found(page):
    text = " ".join(page.get_element_by_id("summary").text_content().split())
    assert "64 participants were randomised: 32 to Leaflet and 32 to Balance class." in text
    assert "Timed walk: −0.43 (−1.75 to 0.89) s" in text


def test_the_sources_of_a_result_are_its_raw_files(page):
    files = page.xpath("//table[@id='table-sources']/tbody/tr/td[last()]")
    assert {each.text_content() for each in files} == {"trial.csv"}


def test_no_section_of_the_report_is_only_a_heading(page):
    for section in page.iter("section"):
        inside = len(section.text_content().split())
        headings = section.xpath("./h1|./h2")
        heading = sum(len(each.text_content().split()) for each in headings)
        assert inside > heading, section.get("id")


def test_no_table_of_the_report_is_only_a_header(page):
    for table in page.iter("table"):
        assert table.xpath(".//td"), table.text_content()


def test_the_report_speaks_of_no_library(report):
    assert not re.search(r"pyarrow|Int64|Float64|dtype|\bNaN\b|\bnan\b|<NA>", report)


SHOW_CODE = ("index.html", "define.html", "ro-crate-metadata.json", "verify.py")
"""Pages and forms that show the text of the project's code, where instruments have their names."""


def test_nothing_of_the_first_study_is_in_the_results(second_study, report):
    words = re.compile(rf"(?<![A-Za-z])(?:{FIRST_STUDY})(?![A-Za-z])", re.IGNORECASE)
    texts = {"report.pdf": report}
    for path in second_study.results.rglob("*"):
        if path.suffix in TEXT and path.name not in SHOW_CODE:
            name = path.relative_to(second_study.results).as_posix()
            text = path.read_text(encoding="utf-8")
            texts[name] = re.sub(rf"data:[^\"')]+|{MODULE}", "", text)
    found = {name: sorted(set(words.findall(text))) for name, text in texts.items()}
    assert not {name: hits for name, hits in found.items() if hits}


def test_the_results_are_whole_under_a_path_with_a_space(second_study):
    assert " " in second_study.folder.name
    verify = "import sys; from trialtrail.cli import main; sys.exit(main(['verify']))"
    for command in (
        [sys.executable, "-c", verify],
        ["sha256sum", "--check", "--quiet", "results/lineage/manifest.sha256"],
    ):
        done = subprocess.run(
            command, cwd=second_study.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_run_has_nothing_to_do(second_study, workflow):
    again = workflow(second_study.folder, config=STUDY / "study.yaml")
    assert again.exit_code == 0, again.said
    assert "Nothing to be done" in again.said


def test_the_place_of_the_run_makes_no_difference(second_study, good_run):
    """The same rows give the same tables, wherever the data and the working folder lie."""
    for name in ("tables", "datasets", "figures"):
        mine, theirs = (
            {path.name: path.read_bytes() for path in (run.results / name).iterdir()}
            for run in (second_study, good_run)
        )
        assert mine == theirs


def test_a_date_known_in_part_and_a_count_known_as_a_bound_are_kept_as_such(second_study):
    raw = pd.read_csv(STUDY / "data" / "trial.csv", sep=";", encoding="cp1252", dtype="string")
    people = pd.read_csv(second_study.results / "datasets" / "participants.csv", dtype="string")
    both = raw.set_index("Pat.-Nr.").join(people.set_index("participant_id"))
    bounds = {">": "above", ".": pd.NA}
    for _, each in both.iterrows():
        assert each["falls"] == each["Falls"].strip(">")
        assert each["falls_bound"] == bounds.get(each["Falls"][0], "exact")
        first, last = each["last_fall"], each["last_fall_until"]
        year, *rest = reversed(each["Last fall"].replace("UN.", "").split("."))
        if not year:
            assert (pd.isna(first), pd.isna(last)) == (True, True)
            continue
        known = "-".join([year, *rest])
        of_month = pd.Period(known, "M").end_time.strftime("-%d") if len(rest) == 1 else ""
        ends = {0: ("-01-01", "-12-31"), 1: ("-01", of_month), 2: ("", "")}[len(rest)]
        assert (first, last) == tuple(known + end for end in ends)
    assert {len(text.split(".")) for text in raw["Last fall"]} == {1, 2, 3}
    assert raw["Falls"].str.startswith(">").any()


def test_queries_are_none_but_the_counts_known_as_a_bound(second_study, rows):
    with open(second_study.results / "validation" / "queries.csv", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert {(each["rule"], each["column"]) for each in found} == {("censored", "Falls")}
    assert len(found) == rows["Falls"].astype(str).str.startswith(">").sum()
