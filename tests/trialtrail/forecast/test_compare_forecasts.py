"""Which answers the comparison of forecasts with corrected runs tries."""

import pandas as pd

from tools import compare_forecasts


def test_each_query_is_tried_with_the_answer_that_moves_most(monkeypatch):
    rows = [
        ("Q-1", "as it is", "primary", "walk", 0.0),
        ("Q-1", "set aside", "secondary", "pain", 2.0),
        ("Q-2", "as it is", "primary", "walk", 0.3),
        ("Q-2", "set aside", "secondary", "pain", 9.0),
    ]
    columns = ["query_id", "option", "role", "estimate_row", "change_in_errors"]
    table = pd.DataFrame(rows, columns=columns).assign(change=1.0, note=None)
    monkeypatch.setattr(compare_forecasts, "effects_of_queries", lambda run: [])
    monkeypatch.setattr(compare_forecasts, "table_of_options", lambda options: table)
    assert compare_forecasts.tried(None, 2) == ["Q-2=accepted", "Q-1=set aside"]
