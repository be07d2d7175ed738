"""The page of the validation: every query under its rule, every row accounted for, texts inert."""

import pandas as pd
from openpyxl import load_workbook
from small_tables import job, validated

from trialtrail import ROOT
from trialtrail.tables import read_result, write_csv, write_result, write_table
from trialtrail.validation.findings import QUERY_COLUMNS

from scripts.render_validation import by_rule, main, steps

EVIL = "<script>alert(1)</script>{{ 7 * 7 }}"
QUERIES = pd.DataFrame(
    [
        ["Q-1", "error", "e", "e.csv", 2, "1", "Score", "range", EVIL, "too high", "open", "a"],
        ["Q-2", "error", "e", "e.csv", 3, "2", "Score", "range", "8", "too high", "resolved", "b"],
        ["Q-3", "error", "e", "e.csv", 1, "", "X", "columns", "", "missing", "open", "c"],
    ],
    columns=QUERY_COLUMNS,
).astype({"line": "Int64"})


def test_rules_stand_in_their_order_with_what_is_open():
    told = by_rule(QUERIES, {"range": "keep"})
    assert [(each["rule"], each["does"], each["count"], each["open"]) for each in told] == [
        ("columns", "stop", 1, 1),
        ("range", "keep", 2, 1),
    ]


def test_each_row_set_aside_is_counted_once():
    row = {"table": "visit", "export": "e", "rows_in": 5, "set_aside": 2, "of_columns": None}
    rows = pd.DataFrame([row])
    aside = pd.DataFrame(
        [["visit", "e", "e.csv", line, "Q", rule] for line, rule in
         ((2, "range"), (2, "order"), (3, "order"))],
        columns=["table", "export", "file", "line", "query_id", "rule"],
    )  # fmt: skip
    cell = aside.iloc[:1].assign(line=7, scope="score")
    aside = pd.concat([aside.assign(scope="(row)"), cell])
    assert steps(rows, aside)[0]["reasons"] == {"range": 1, "order": 1}


def test_the_page_obeys_nothing_that_stands_in_the_data(tmp_path):
    people = validated(participant_id=["1", "2"], arm=["x", "y"])
    visit = validated(participant_id=["1"], score=[None])
    for name, frame in (("participants", people), ("visit", visit)):
        write_table(frame, tmp_path / f"{name}.parquet")
    write_csv(QUERIES, tmp_path / "q.csv")
    account = {"row": ["visit.e"], "step": "validate", "export": "e", "table": "visit"}
    account |= {"rows_in": 1, "rows_out": 1, "set_aside": 0, "cells": 1, "of_columns": EVIL}
    write_result(pd.DataFrame(account), tmp_path / "rows.csv")
    form = {"row": ["e"], "file": "e.csv", "format": "csv", "form": "", "guessed": ""}
    write_result(pd.DataFrame(form | {"columns": 2, "tables": EVIL}), tmp_path / "exports.csv")
    change = {"row": ["a"], "table": "visit", "export": "e", "column": EVIL, "before": "a"}
    write_result(pd.DataFrame(change | {"after": "b", "n": 1}), tmp_path / "changes.csv")
    columns = ["table", "export", "file", "line", "query_id", "rule", "scope"]
    write_table(pd.DataFrame(columns=columns, dtype="string"), tmp_path / "aside.parquet")
    task = job(
        tmp_path,
        {
            "queries": tmp_path / "q.csv",
            "rows": tmp_path / "rows.csv",
            "exports": tmp_path / "exports.csv",
            "normalisation": tmp_path / "changes.csv",
            "resolutions": [],
            "tables": [tmp_path / "participants.parquet", tmp_path / "visit.parquet"],
            "set_aside": tmp_path / "aside.parquet",
            "effects": [],
            "page": ROOT / "templates" / "validation.html.j2",
            "css": ROOT / "templates" / "lineage.css",
        },
        {
            "page": "v.html",
            "workbook": "q.xlsx",
            "missing": "missing.csv",
            "patterns": "patterns.csv",
        },
        {
            "tables": ["participants", "visit"],
            "title": "A study",
            "synthetic": True,
            "arms": [{"id": "x", "label": "X"}, {"id": "y", "label": "Y"}],
            "forms": {"visit": {"label": "Visit", "columns": ["score"]}},
            "supplied": {"participants": ["participant_id", "arm"], "visit": ["score"]},
            "actions": {},
        },
    )
    main(task)
    page = (tmp_path / "v.html").read_text(encoding="utf-8")
    assert "A study" in page
    assert "synthetic" in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page
    rows = load_workbook(tmp_path / "q.xlsx")["Queries"].iter_rows(values_only=True)
    assert [row[0] for row in rows] == ["query_id", "Q-1", "Q-3"]
    missing = read_result(task.output.missing).set_index("row")
    assert missing.loc["visit.score", "percent"] == 100
