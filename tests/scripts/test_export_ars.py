"""The reporting event of the Analysis Results Standard: its model, references and results."""

import copy
import json
from pathlib import Path

import pandas as pd
import pytest
from cdisc_models import problems
from small_tables import job

from trialtrail.exchange.analyses import Ids, Known
from trialtrail.exchange.ars import reporting_event
from trialtrail.exchange.contents import printed_cells, sections_of
from trialtrail.results.cells import read_rows
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.contracts import CONTRACTS
from scripts.export_ard import ard_of
from scripts.export_ars import main

ESTIMATE = {
    "analysis": "main",
    "role": "primary",
    "outcome": "pain",
    "label": "Pain",
    "timepoint": "week_4",
    "population": "randomised",
    "arm": "new",
    "reference": "old",
    "measure": "mean_difference",
    "unit": "points",
    "level": 0.95,
    "n_arm": 12,
    "n_reference": 11,
    "missing_arm": 0,
    "missing_reference": 1,
    "method": "ancova",
    "adjusted_for": "age; sex",
    "status": "estimated",
    "estimate": -1.25,
    "lower": -2.5,
    "upper": 0,
}
ROWS = {
    "estimates": [
        ESTIMATE | {"row": "pain", "plan_status": "deviating"},
        ESTIMATE
        | {"row": "per_protocol.pain", "population": "per_protocol", "analysis": "pp"}
        | {"plan_status": "post_hoc"}
        | {"role": "supplementary"},
        ESTIMATE
        | {"row": "sex.pain.f", "subgroup": "sex", "subgroup_level": "f"}
        | {"analysis": "subgroup_sex", "role": "subgroup"},
        ESTIMATE
        | {"row": "lost", "outcome": "lost", "note": "no events", "method": "cox_efron"}
        | {"status": "not_estimable", "estimate": None, "lower": None, "upper": None}
        | {"timepoint": "follow_up", "role": "secondary", "measure": "hazard_ratio"},
    ],
    "arms": [
        {
            "row": f"pain.{arm}",
            "analysis": "main",
            "outcome": "pain",
            "timepoint": "week_4",
            "arm": arm,
            "n_randomised": 12,
            "n_with_data": 11,
            "n_analysed": 11,
        }
        for arm in ("old", "new")
    ],
    "summaries": [
        {"row": f"baseline.sex.{sex}.old", "table": "baseline", "item": "sex", "label": "Sex"}
        | {"level": sex, "arm": "old", "n": 4, "denominator": 12, "percent": 100 / 3}
        for sex in ("f", "m")
    ],
    "harms": [
        {
            "row": "total.new",
            "item": "total",
            "kind": "total",
            "label": "Any",
            "seriousness": "any",
            "arm": "new",
            "participants": 2,
            "events": 3,
            "denominator": 12,
            "percent": 100 / 6,
            "reference": "old",
            "measure": "risk_difference",
            "estimate": 1,
        }
    ],
}
DEFINE = {
    "populations": {"per_protocol": "PRPRTCFL"},
    "timepoints": {"baseline": 0, "week_4": 1, "follow_up": 2},
    "datasets": [
        {
            "name": "ADSL",
            "keys": ["USUBJID"],
            "variables": [
                {"name": "STUDYID", "sources": []},
                {"name": "SEX", "sources": ["dataset:participants.sex", "validated:baseline.sex"]},
            ],
        },
        {
            "name": "ADEFF",
            "keys": ["USUBJID", "PARAMCD", "AVISITN"],
            "variables": [],
            "parameters": [{"outcome": "pain", "PARAMCD": "PAIN"}],
        },
        {
            "name": "ADTTE",
            "keys": ["USUBJID", "PARAMCD"],
            "variables": [],
            "parameters": [{"outcome": "lost", "PARAMCD": "LOST"}],
        },
    ],
}
KNOWN = {
    "study": {
        "short_name": "T 1",
        "title": "A trial",
        "synthetic": True,
        "synthetic_note": "Drawn.",
    },
    "arms": {"old": "Old", "new": "New"},
    "populations": {"per_protocol": "Per protocol"},
    "analyses": {"pp": "Per protocol"},
    "level": 0.95,
}
PAGE = """<html><body>
<section id="primary"><h2>1 Primary outcomes</h2>
<table id="table-primary"><caption><span class="label">Table 1</span> Effects.</caption>
<tr><td><a class="n" data-n="a" id="a">−1.3</a> <a data-n="a">−1.3</a></td></tr></table>
<figure id="figure-x"><figcaption>A figure.</figcaption></figure></section>
<section id="other"><h2>2 Other</h2><a data-n="b">12</a> <a data-n="unknown">1</a></section>
</body></html>"""
NUMBERS = """id,printed,value,table,row,column
a,−1.3,-1.25,estimates,pain,estimate
b,12,12,summaries,baseline.sex.f.old,denominator
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory) -> list[dict]:
    """Return the statistics of small tidy tables."""
    folder, tables = tmp_path_factory.mktemp("tables"), {}
    for name, each in ROWS.items():
        write_result(conform(pd.DataFrame(each), CONTRACTS[name]), folder / f"{name}.csv")
        tables[name] = read_rows(name, (folder / f"{name}.csv").read_text("utf-8"))
    return ard_of(tables)


@pytest.fixture(scope="module")
def event(rows, tmp_path_factory) -> dict:
    """Return the reporting event that the job writes."""
    folder = tmp_path_factory.mktemp("ars")
    texts = {
        "ard.json": json.dumps([{k: v for k, v in r.items() if v is not None} for r in rows]),
        "define.json": json.dumps(DEFINE),
        "report.html": PAGE,
        "numbers.csv": NUMBERS,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    inputs = {name.partition(".")[0]: folder / name for name in texts}
    done = job(folder, inputs, {"ars": "ars.json"}, {"known": KNOWN})
    counts = main(done)["ard"]
    found = json.loads(Path(done.output.ars).read_text("utf-8"))
    assert counts.read == len(rows)
    assert counts.used == sum(len(each["results"]) for each in found["analyses"])
    return found


def every(content, key: str):
    """Yield all that stands under a key, however deep."""
    if isinstance(content, dict):
        for name, value in content.items():
            if name == key:
                yield value
            yield from every(value, key)
    elif isinstance(content, list):
        for each in content:
            yield from every(each, key)


def test_it_is_of_the_model(event):
    assert not problems("ars_1_0", event)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.pop("mainListOfContents"),
        lambda e: e["analyses"][0].pop("reason"),
        lambda e: e["analyses"][0].update(purpose={"controlledTerm": "MAIN"}),
        lambda e: e["analyses"][0].update(unknown=1),
        lambda e: e["methods"][0].pop("operations"),
        lambda e: e["analyses"][0]["results"][0].update(rawValue=1.5),
        lambda e: e["analysisSets"][0]["condition"].update(comparator="IS"),
    ],
)
def test_what_the_model_does_not_allow_is_found(event, change):
    other = copy.deepcopy(event)
    change(other)
    assert problems("ars_1_0", other)


def test_all_that_is_referred_to_is_there_once(event):
    parts = ("analyses", "methods", "analysisSets", "dataSubsets", "outputs", "referenceDocuments")
    ids = {part: [each["id"] for each in event[part]] for part in parts}
    groupings = [*event["analysisGroupings"], *event["dataGroupings"]]
    ids["groupings"] = [each["id"] for each in groupings]
    ids["groups"] = [group["id"] for each in groupings for group in each.get("groups", ())]
    ids["operations"] = [op["id"] for each in event["methods"] for op in each["operations"]]
    ids["terms"] = [t["id"] for e in event["terminologyExtensions"] for t in e["sponsorTerms"]]
    for part, found in ids.items():
        assert len({*found}) == len(found), part
    for key, part in {
        "analysisId": "analyses",
        "methodId": "methods",
        "analysisSetId": "analysisSets",
        "dataSubsetId": "dataSubsets",
        "outputId": "outputs",
        "groupingId": "groupings",
        "groupId": "groups",
        "operationId": "operations",
        "sponsorTermId": "terms",
    }.items():
        found = {*every(event, key)}
        assert found, key
        assert found <= {*ids[part]}, key
    relations = {
        each["id"] for found in every(event, "referencedOperationRelationships") for each in found
    }
    assert {*every(event, "referencedOperationRelationshipId")} == relations


def test_each_number_is_one_result(event, rows):
    results = [each for analysis in event["analyses"] for each in analysis["results"]]
    numbers = sorted(each["stat"] for each in rows if "stat" in each)
    assert sorted(float(each["rawValue"]) for each in results if "rawValue" in each) == numbers
    lost = next(each for each in event["analyses"] if "lost" in each["name"])
    without = [each for each in lost["results"] if "rawValue" not in each]
    assert {each["formattedValue"] for each in without} == {"no events"}
    assert len(without) == 3


def test_a_result_is_as_the_report_prints_it(event):
    first = event["analyses"][0]
    estimate = first["results"][0]
    assert estimate["operationId"] == "M.ancova.mean_difference.estimate"
    assert (estimate["rawValue"], estimate["formattedValue"]) == ("-1.25", "−1.3")
    assert estimate["resultGroups"] == [
        {"groupingId": "AG.arm", "groupId": "AG.arm.new"},
        {"groupingId": "AG.reference", "groupId": "AG.reference.old"},
    ]


def test_an_analysis_says_what_it_is_of(event):
    analyses = {each["id"]: each for each in event["analyses"]}
    first = event["analyses"][0]
    assert first["purpose"] == {"controlledTerm": "PRIMARY OUTCOME MEASURE"}
    assert first["description"] == "Adjusted for age; sex."
    assert (first["dataset"], first["variable"]) == ("ADEFF", "AVAL")
    subset = next(each for each in event["dataSubsets"] if each["id"] == first["dataSubsetId"])
    clauses = [each["condition"] for each in subset["compoundExpression"]["whereClauses"]]
    assert [(c["variable"], c["value"]) for c in clauses] == [
        ("PARAMCD", ["PAIN"]),
        ("AVISITN", ["1"]),
    ]
    other = next(each for each in analyses.values() if each.get("label") == "Per protocol")
    assert other["analysisSetId"] == "AS.per_protocol"
    assert other["purpose"] == {"sponsorTermId": "PURPOSE.supplementary"}
    assert first["reason"] == {"controlledTerm": "SPECIFIED IN SAP"}
    assert other["reason"] == {"controlledTerm": "DATA DRIVEN"}
    lost = next(each for each in analyses.values() if each["name"].startswith("lost"))
    assert lost["reason"] == {"sponsorTermId": "REASON.configured"}
    sets = {each["id"]: each["condition"]["variable"] for each in event["analysisSets"]}
    assert sets == {"AS.randomised": "ITTFL", "AS.per_protocol": "PRPRTCFL"}
    sex = next(each for each in event["analysisGroupings"] if each["id"] == "AG.sex")
    assert (sex["groupingVariable"], sex["dataDriven"]) == ("SEX", True)
    baseline = next(each for each in analyses.values() if each.get("dataset") == "ADSL")
    assert baseline["variable"] == "SEX"
    assert len(baseline["referencedAnalysisOperations"]) == 2


def test_counts_of_harms_compare_nothing(event):
    harms = next(each for each in event["analyses"] if each["methodId"] == "M.harms")
    groups = {
        each["operationId"]: [group["groupingId"] for group in each["resultGroups"]]
        for each in harms["results"]
    }
    assert "AG.reference" not in groups["M.harms.participants"]
    assert "AG.reference" in groups["M.harms.risk_difference.estimate"]


def test_the_contents_are_those_of_the_report(event):
    items = event["mainListOfContents"]["contentsList"]["listItems"]
    assert [each["name"] for each in items] == [
        "Primary outcomes",
        "Other",
        "Not printed in the report",
    ]
    assert [len(each["sublist"]["listItems"]) for each in items[:2]] == [1, 1]
    listed = [item["analysisId"] for each in items for item in each["sublist"]["listItems"]]
    assert sorted(listed) == sorted(each["id"] for each in event["analyses"])
    displays = [each["display"] for each in event["outputs"][0]["displays"]]
    assert [(d["name"], d["displayTitle"]) for d in displays] == [
        ("Table 1", "Effects."),
        ("figure-x", "A figure."),
    ]


def test_synthetic_data_are_called_so(event, rows):
    assert "synthetic" in event["description"]
    real = KNOWN | {"study": KNOWN["study"] | {"synthetic": False}}
    other = reporting_event(rows, [], {}, Known(**real, define=DEFINE))
    assert "synthetic" not in other["description"]
    assert not problems("ars_1_0", other)


def test_identifiers_stay_and_differ():
    ids = Ids()
    assert ids.of("AN", "a b", None, "c") == "AN.a_b.c"
    assert ids.of("AN", "a_b", "c") == "AN.a_b.c.2"
    assert ids.of("AN", "a b", None, "c") == "AN.a_b.c"


def test_a_report_without_numbers_has_its_sections(tmp_path):
    page, numbers = tmp_path / "report.html", tmp_path / "numbers.csv"
    page.write_text("<html><section id='a'><h2>A</h2></section></html>", "utf-8")
    numbers.write_text("id,printed,value,table,row,column\n", "utf-8")
    found = sections_of(page, printed_cells(numbers))
    assert [(each.id, each.title, each.displays, each.cells) for each in found] == [
        ("a", "A", (), ())
    ]
