"""The account of projects: found is read and told, over all exports of a file."""

from __future__ import annotations

import pandas as pd
import pytest

from trialtrail.validation.project_accounts import project_elements

from schemas.results.accounts import ProjectElements
from schemas.results.base import conform

ELEMENTS = [
    {"element": "Case", "found": 2, "read": [[["cases"], 2]], "told": []},
    {
        "element": "Coding of a passage of a text",
        "found": 5,
        "read": [[["codings"], 4]],
        "told": [["it names no code", 1]],
    },
    {"element": "TextSource", "found": 1, "read": [[["codings", "texts"], 1]], "told": []},
]


def reading(export, sheet, file="p.qdpx", elements=ELEMENTS):
    return {"export": export, "file": file, "form": {"table": sheet}, "elements": elements}


def test_an_element_is_read_where_some_export_of_the_file_asks_for_it():
    found = project_elements([reading("b", "texts"), reading("a", "codings"), {"file": "x.csv"}])
    rows = conform(found, ProjectElements).set_index("row")
    assert list(rows.index) == ["a.coding_of_a_passage_of_a_text", "a.case", "a.textsource"]
    assert rows[["found", "read", "told"]].to_numpy().tolist() == [[5, 4, 1], [2, 0, 2], [1, 1, 0]]
    assert rows["why"].tolist()[0] == "1: it names no code"
    assert rows["why"].tolist()[1] == "2: the table `cases` can give it, which no export asks for"
    assert set(rows["exports"]) == {"a; b"}


def test_each_file_has_its_own_account():
    other = [{"element": "code_text", "found": 1, "read": [[["codings"], 1]], "told": []}]
    readings = [reading("a", "codings"), reading("b", "codings", "q.qda", other)]
    found = project_elements(readings)
    assert found.groupby("file")["found"].sum().to_dict() == {"p.qdpx": 8, "q.qda": 1}
    assert found["row"].is_unique


def test_an_account_that_does_not_add_up_is_refused():
    import pandera.errors

    wrong = [{"element": "Case", "found": 3, "read": [[["cases"], 1]], "told": []}]
    with pytest.raises(pandera.errors.SchemaError):
        conform(project_elements([reading("a", "cases", elements=wrong)]), ProjectElements)


def test_a_study_without_projects_has_an_empty_account():
    found = project_elements([{"file": "x.csv", "form": {}}])
    assert isinstance(found, pd.DataFrame)
    assert found.empty
