"""The table of what would come of the answers to each open query."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.forecast.corrections import Asked
from trialtrail.forecast.effects import Option, table_of_options
from trialtrail.forecast.forecast import Forecast, Shift
from trialtrail.tables import read_result, write_csv
from trialtrail.validation.findings import QUERY_COLUMNS

from schemas.results.base import conform
from schemas.results.query_effects import QueryEffects
from scripts import forecast_query_effects

NOW = {
    **dict.fromkeys(("p_adjusted", "important", "margin"), ""),
    **{"row": "walk", "analysis": "main", "role": "primary", "outcome": "walk"},
    **{"timepoint": "one_year", "measure": "mean_difference", "estimate": "2", "se": "0.5"},
    **{"lower": "1", "upper": "3", "p": "0.001", "level": "0.95"},
}
OTHER = NOW | {"row": "pain", "outcome": "pain", "role": "secondary"}


def option(query, answer, *shifts):
    asked = Asked(pd.DataFrame(), pd.DataFrame(), frozenset())
    return Option(query, answer, Forecast(asked, shifts))


OPTIONS = [
    option("Q-1", "as it is", Shift(NOW, NOW), Shift(OTHER, OTHER)),
    option("Q-1", "set aside", Shift(NOW, NOW | {"estimate": "1.5"}), Shift(OTHER, {})),
    Option("Q-2", "as it is", None, "it cannot be accepted"),
]


def test_primary_estimates_are_always_there_and_others_where_they_change():
    table = conform(table_of_options(OPTIONS), QueryEffects).set_index("row")
    assert table.index.tolist() == [
        "Q-1.as_it_is.walk",
        "Q-1.set_aside.walk",
        "Q-1.set_aside.pain",
        "Q-2.as_it_is",
    ]
    assert table["change_in_errors"].tolist()[:2] == [0, -1]
    assert table.loc["Q-1.set_aside.walk", "estimate"] == 1.5
    assert table.loc["Q-1.set_aside.pain", "note"] == "the run with it has no such estimate"
    assert table.loc["Q-2.as_it_is", "note"] == "it cannot be accepted"


def test_only_open_queries_are_forecast(tmp_path, monkeypatch):
    rows = pd.DataFrame(
        [{"query_id": "Q-1", "status": "open"}, {"query_id": "Q-3", "status": "resolved"}],
        columns=QUERY_COLUMNS,
    )
    write_csv(rows, tmp_path / "queries.csv")
    asked = []
    monkeypatch.setattr(forecast_query_effects.SealedRun, "read", lambda results, paths: paths)

    def effects(run, queries):
        asked.extend([run, queries])
        return OPTIONS

    monkeypatch.setattr(forecast_query_effects, "effects_of_queries", effects)
    given = SimpleNamespace(queries=tmp_path / "queries.csv", records=["r.json"])
    made = SimpleNamespace(effects=tmp_path / "effects.csv")
    rows = forecast_query_effects.main(SimpleNamespace(input=given, output=made))
    assert asked == [["r.json"], ["Q-1"]]
    assert rows["queries"].plain() == {"read": 2, "used": 1, "set_aside": {"answered": 1}}
    assert len(read_result(made.effects)) == 4


def test_without_a_query_the_table_is_empty():
    assert conform(table_of_options([]), QueryEffects).empty


@pytest.mark.parametrize("name", ["query_id", "option", "estimate_row", "change_in_errors"])
def test_the_contract_says_what_a_column_is(name):
    assert QueryEffects.to_schema().columns[name].description
