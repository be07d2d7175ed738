"""Numbers keep their digits, and digits in names are no numbers."""

from __future__ import annotations

import csv
import re

import pytest
import yaml
from small_trial import PDF, REPORT, made, records, validated, write_study

from trialtrail.report.formatting import (
    decimals_at_baseline,
    decimals_for_effect,
    decimals_for_spread,
    decimals_of_percents,
    format_number,
)

TIMES, THIN = "\u00a0×\u00a0", "\u202f"


def shown(numbers, spec):
    return [format_number(text, spec) for text in numbers]


@pytest.mark.parametrize(
    ("numbers", "printed"),
    [
        (("-2e-9", "-1e-7", "9.8e-8"), ["−2.0 × 10⁻⁹", "−1.0 × 10⁻⁷", "9.8 × 10⁻⁸"]),
        (("1e-12", "-3e-12", "5e-12"), ["1.0 × 10⁻¹²", "−3.0 × 10⁻¹²", "5.0 × 10⁻¹²"]),
        (("0.012", "-0.001", "0.025"), ["0.012", "−0.001", "0.025"]),
        (("1.64", "-0.94", "4.21"), ["1.64", "−0.94", "4.21"]),
        (("2e6", "-1e8", "1e8"), ["2_000_000", "−100_000_000", "100_000_000"]),
    ],
)  # fmt: skip
def test_an_effect_and_its_interval_have_the_decimals_of_its_width(numbers, printed):
    estimate, *interval = numbers
    spec = decimals_for_effect(tuple(interval), numbers=[estimate])
    typed = [text.replace(" × ", TIMES).replace("_", THIN) for text in printed]
    assert shown(numbers, spec) == typed


def test_a_narrow_interval_keeps_its_digits_beside_a_wide_one():
    spec = decimals_for_effect(("-0.002", "0.004"), ("-1e8", "1e8"), numbers=["0.001"])
    assert shown(["0.001", "-0.002", "0.004"], spec) == ["0.0010", "−0.0020", "0.0040"]


def test_means_of_a_row_have_the_same_decimals_and_no_spread_is_no_fault():
    assert decimals_for_spread("1.9e-6", "2.3e-6", numbers=["3.4e-6"]) == ".1e"
    assert decimals_for_spread("99", "101", numbers=["5", "6"]) == ".0f"
    assert shown(["3", "0"], decimals_at_baseline("0", "0", numbers=["3"])) == ["3.0", "0.0"]
    assert decimals_at_baseline("82622476.9", numbers=["143500000"]) == ".0f"
    assert decimals_at_baseline("0.5", numbers=["100000000"], decimals="3") == ".3f"


@pytest.mark.parametrize(
    ("shares", "printed"),
    [
        ([("8.971", "9720"), ("9.357", "9715")], ["9.0", "9.4"]),
        ([("8.971", "972"), ("9.357", "971")], ["9", "9"]),
        ([("9.011", "97200"), ("9.024", "97150")], ["9.01", "9.02"]),
        ([("12", "9720"), ("24", "9715")], ["12", "24"]),
        ([("0.02", "5000"), ("0", "5000")], ["0.02", "0"]),
        ([("9", "2000"), ("9", "2000")], ["9", "9"]),
    ],
)
def test_two_percentages_that_differ_are_told_apart_where_many_were_counted(shares, printed):
    spec = decimals_of_percents(shares)
    assert shown([text for text, _ in shares], spec) == printed


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        ("99.96", "99.96"),
        ("99.6", "99.6"),
        ("100", "100"),
        ("99.4", "99"),
        ("0.04", "0.04"),
        ("0.4", "0.4"),
        ("0.5", "1"),
        ("0.96", "1"),
        ("1", "1"),
    ],
)
def test_a_percentage_of_nearly_all_is_not_printed_as_all(share, printed):
    assert format_number(share, ".0p") == printed
    assert format_number(share, decimals_of_percents([(share, "9720")])) == printed


def test_an_arm_of_nearly_all_is_told_apart_from_one_of_all():
    spec = decimals_of_percents([("99.98971", "9720"), ("100", "9715")])
    assert shown(["99.98971", "100"], spec) == ["99.99", "100"]


@pytest.mark.parametrize(
    ("numbers", "printed"),
    [
        (("1.4", "0.2", "9.4"), ["1.40", "0.20", "9.40"]),
        (("0.6", "0.02", "90"), ["0.60", "0.02", "90.00"]),
        (("15.3", "2.1", "812.4"), ["15.3", "2.1", "812.4"]),
        (("1.0004", "1.0001", "1.0007"), ["1.00040", "1.00010", "1.00070"]),
        (("1.02", "0.98", "1.06"), ["1.02", "0.98", "1.06"]),
    ],
)
def test_a_ratio_keeps_its_own_digits_beside_a_wide_one(numbers, printed):
    estimate, *interval = numbers
    spec = decimals_for_effect(tuple(interval), ("2", "900"), numbers=[estimate], ratio=True)
    assert shown(numbers, spec) == printed


def study(folder):
    """Write a study whose labels, units and timepoints hold digits, with very small values."""
    rows = records()
    for n, row in enumerate(rows):
        row |= {
            "month6": f"{n % 7 + 1}e-7".replace("e-7", "") and f"0.000000{n % 7 + 1}",
            "none": "",
        }

    def change(config):
        config["study"]["arms"][1]["label"] = "Treatment before 21 weeks"
        config["exports"]["trial"]["decimal"] = "."
        baseline = config["forms"]["baseline"]["variables"]
        baseline.append({"id": "free", "column": "none", "type": "category", "label": "Free"})
        month = {
            "label": "Month 6",
            "timepoint": "month_6",
            "sources": [{"export": "trial", "columns": {"participant_id": "id"}}],
            "variables": [{"id": "late", "column": "month6", "type": "number", "label": "SF-36"}],
        }
        config["forms"]["m6"] = month
        outcome = config["analysis"]["outcomes"][0]
        outcome |= {"label": "SF-36 walk", "unit": "mol/l per 100 000"}
        outcome["measured"].append({"form": "m6", "variables": ["late"]})
        config["analysis"]["timepoints"] = [{"id": "month_6", "label": "4–6 weeks"}]

    return write_study(folder, rows, change)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a run of that study, as far as the page of its report."""
    done = made(study(tmp_path_factory.mktemp("digits")), REPORT)
    assert done.exit_code == 0, done.said
    return done


@pytest.mark.nightly
def test_the_whole_report_is_made(tmp_path):
    """Its page and numbers are looked at in `make test`; this adds the PDF and the trail."""
    done = made(study(tmp_path))
    assert done.exit_code == 0, done.said
    assert (tmp_path / PDF).stat().st_size > 0


def test_timepoints_have_their_order_and_their_labels(run):
    assert list(run.by_row("estimates")) == ["walk.month_6", "walk.twelve_months"]
    page = (run.folder / "results/report/report.html").read_text(encoding="utf-8")
    assert "<span data-name>4–6 weeks</span>" in page or 'data-name="">4–6 weeks' in page
    figure = (run.folder / "results/figures/forest_plot.svg").read_text(encoding="utf-8")
    assert figure.index("4–6 weeks") < figure.index("twelve months")


def test_nothing_prints_as_zero_that_is_not(run):
    with open(run.folder / "results/report/numbers.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    wrong = [row["id"] for row in rows if _is_zero(row["printed"]) and not _is_zero(row["value"])]
    assert not wrong
    assert any("10⁻⁷" in row["printed"] for row in rows)


def _is_zero(text: str) -> bool:
    return bool(text.strip()) and not text.strip("−-0.")


def test_a_category_without_codes_and_values_has_a_row(run):
    assert run.by_row("baseline")["free.all"]["level"] == "no value recorded"


def refused(folder, change) -> str:
    """Return the message that refuses a changed study."""
    told = validated(write_study(folder, change=change)).refusal
    assert told is not None
    return told.text()


def outcome_of(kind: str, **variable):
    """Return a change that measures the outcome with a variable."""

    def change(config):
        config["forms"]["twelve_months"]["variables"][0] |= variable
        config["analysis"]["outcomes"][0] |= {"kind": kind}
        config["analysis"]["outcomes"][0]["measured"] = [
            {"form": "twelve_months", "variables": ["walk_after_s"]}
        ]

    return change


@pytest.mark.parametrize(
    ("kind", "variable", "said"),
    [
        ("binary", {"type": "category"}, 'codes: {"1": true, "2": false}'),
        ("binary", {"type": "category", "codes": {"J": "a", "Y": "b"}}, '"J": false, "Y": true'),
        ("binary", {"type": "integer", "minimum": 1, "maximum": 2}, "type: boolean"),
        ("binary", {"type": "number"}, "takes `boolean` or `integer`"),
        ("continuous", {"type": "date"}, "days between two dates"),
        ("continuous", {"type": "text"}, "of the type text"),
        ("continuous", {"type": "boolean"}, "kind: binary"),
        ("continuous", {"type": "partial_date"}, "takes `integer` or `number` or `censored`"),
    ],
)  # fmt: skip
def test_an_outcome_of_a_wrong_type_is_refused_with_what_to_do(tmp_path, kind, variable, said):
    text = refused(tmp_path, outcome_of(kind, **variable))
    assert said in text
    assert "twelve_months.walk_after_s" in text
    assert "study.yaml, line" in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"instrument": "sf36_v1", "scale": "PF"}, "takes 36"),
        ({"instrument": "total"}, "no limits"),
        ({"instrument": "bsid2_delayed"}, "write `kind: binary`"),
        ({"instrument": "who_growth", "scale": "weight_for_age"}, "lacks `born`"),
    ],
)
def test_an_instrument_takes_its_own_number_of_variables(tmp_path, more, said):
    assert said in refused(tmp_path, lambda c: c["analysis"]["outcomes"][0].update(more))


def test_a_timepoint_of_no_form_is_refused(tmp_path):
    given = [{"id": "month_9"}]
    text = refused(tmp_path, lambda c: c["analysis"].update(timepoints=given))
    assert "`month_9` is not the timepoint of a form" in text
    assert "study.yaml, line" in text


def test_the_yaml_of_a_yes_or_no_works_when_it_is_pasted(tmp_path):
    def change(config):
        (outcome,) = config["analysis"]["outcomes"]
        outcome["kind"] = "binary"
        outcome["measured"] = [{"form": "baseline", "variables": ["sex"]}]

    file = write_study(tmp_path, None, change)
    told = validated(file).refusal.text()
    text = re.search(r"such as `(\{.*\})`", told)[1]

    def pasted(config):
        change(config)
        config["forms"]["baseline"]["variables"][1] = yaml.safe_load(text)

    found = validated(write_study(tmp_path, None, pasted))
    assert found.refusal is None, found.refusal.text()
    assert found.queries.empty
    assert found.tables["baseline"]["sex"].notna().all()


@pytest.mark.parametrize("type_", ["number", "date", "censored"])
def test_a_cut_of_a_number_is_no_code(tmp_path, type_):
    def change(config):
        (outcome,) = config["analysis"]["outcomes"]
        outcome["kind"] = "binary"
        outcome["measured"] = outcome["measured"][1:]
        config["forms"]["twelve_months"]["variables"][0]["type"] = type_

    told = validated(write_study(tmp_path, None, change)).refusal.text()
    assert "codes:" not in told
    assert "by a column of its own" in told
