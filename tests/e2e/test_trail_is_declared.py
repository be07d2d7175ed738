"""What the steps of the shipped study declare is whole: every column, every number, every cell."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from runrecord.graph import load

from conftest import read_rows
from trialtrail.origins import parse_source
from trialtrail.trail.tracing.lookup import find
from trialtrail.trail.tracing.raw_rows import RawRows
from trialtrail.trail.tracing.result_cells import ResultCells

from schemas.declared import Declared, flat

DATASETS = ("answers", "contacts", "outcomes", "participants", "providers", "segments")
ACCOUNTS = {
    *(
        "row_accounts",
        "steps",
        "query_counts",
        "exports",
        "missing",
        "normalisation",
        "form_patterns",
    ),
    *("data_dictionary", "convergence"),
}
"""Tables of the run itself, and of what people judged: no cell of them is computed from values."""
CONFIGURED = {"qualitative_facts-shown-maximum"}
"""A number that the configuration gives: how many quotations are shown at most."""

NUMBERS = {
    *("n", "denominator", "percent", "mean", "sd", "median", "q1", "q3", "minimum", "maximum"),
    *("estimate", "lower", "upper", "events", "n_with_data", "at_risk", "kappa", "alpha"),
    *("marked_both", "marked_either", "percent_agreement", "number", "children", "visits"),
    *("ac1", "alpha_u", "prevalence", "differing", "edges", "without_counterpart", "difference"),
    *("age_years", "age_youngest_years", "published", "reproduced", "printed_number", "quotation"),
}


def declared(run, dataset: str) -> dict:
    """Return what a step declares of its dataset."""
    path = run.results / "lineage" / "columns" / f"{dataset}.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_column_has_its_kind_its_rows_and_its_sources(dataset, moments):
    told = declared(moments, dataset)
    Declared.validate(flat(told), lazy=True)
    columns = pq.read_schema(moments.results / "datasets" / f"{dataset}.parquet").names
    assert [entry["column"] for entry in told["columns"]] == columns


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_source_is_a_column_of_its_layer(dataset, moments):
    folders = {"validated": "validated", "dataset": "datasets"}
    told = declared(moments, dataset)
    left_out = [source for why in told["left_out"] for source in why["sources"]]
    parts = [each for entry in told["columns"] for each in entry["derivations"]]
    for source in {*left_out, *(source for each in parts for source in each["sources"])}:
        layer, table, column = parse_source(source)
        path = moments.results / folders[layer] / f"{table}.parquet"
        assert column in pq.read_schema(path).names, source


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_rows_of_a_dataset_have_the_key_that_is_declared(dataset, moments):
    key = declared(moments, dataset)["key"]
    table = pq.read_table(moments.results / "datasets" / f"{dataset}.parquet", columns=key)
    assert table.group_by(key).aggregate([]).num_rows == table.num_rows


def some(numbers: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return of each table, column and kind of row the first number, and every thirtieth of all."""
    kinds = {}
    for number in numbers:
        kinds.setdefault((number["table"], number["column"], number["row"].split(".")[0]), number)
    return [*kinds.values(), *numbers[::30]]


@pytest.mark.parametrize(
    "chosen_of", [some, pytest.param(list, id="all", marks=pytest.mark.nightly)]
)
def test_every_printed_number_of_a_result_leads_to_raw_cells(chosen_of, moments):
    results = ResultCells(RawRows(moments.results))
    printed = read_rows(moments.results / "report" / "numbers.csv")
    chosen = [
        n
        for n in printed
        if n["table"] not in ACCOUNTS and n["column"] in NUMBERS and n["id"] not in CONFIGURED
    ]
    assert len(chosen) > 1000
    for number in chosen_of(chosen):
        trail = results.behind(number["table"], number["row"], number["column"])
        assert trail.known, number["id"]
        assert trail.found.cells or number["value"] in ("0", ""), number["id"]


def test_what_is_set_aside_is_apart_from_what_gives_the_value(moments):
    results, graph = ResultCells(RawRows(moments.results)), load(moments.results)
    minutes = find("results/tables/summaries.csv#contacts.minutes/median", graph, results)
    reasons = {reason.partition(" (")[0] for reason in minutes.set_aside.values()}
    assert reasons == {"no value", "order", "range", "reference"}
    assert not minutes.cells.keys() & minutes.set_aside.keys()
    effect = find("diff_bayley_mdi", graph, results)
    named = {(cell.file.rpartition("/")[2], cell.column) for cell in effect.cells}
    assert named == {
        *(("bayley.csv", "MDI"), ("bayley.csv", "Study No")),
        *(("randomisation.csv", "Alloc"), ("randomisation.csv", "Study No")),
    }
    assert {(cell.line, cell.column) for cell in effect.set_aside} == {(106, "MDI"), (284, "MDI")}


def test_a_record_is_read_in_the_form_of_its_export(second_study):
    """The one export of the second study has semicolons, code page 1252 and several tables."""
    graph = load(second_study.results)
    line = find("data/trial.csv#line=3/Walk 12", graph)
    name = find("data/trial.csv#BT002/Walk 12", graph)
    assert line.facts["value"] == name.facts["value"] == "13.1"
    assert (name.facts["line"], name.touched) == ("3", line.touched)
    cells = {(cell.dataset, cell.row, cell.column) for cell in line.touched}
    assert ("outcomes", "BT002.walk.twelve_months", "value") in cells
    assert find("data/trial.csv#BT002/Rater", graph).facts["value"] == "Zoë"
    effect = find("results/tables/estimates.csv#walk/estimate", graph)
    assert {cell.column for cell in effect.cells} == {"Pat.-Nr.", "Group", "Walk 12"}
