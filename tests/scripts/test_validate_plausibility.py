"""What is odd and may be right: found in the rows in use, of every table, and never set aside."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small_tables import job, validated

from trialtrail.configuration.plausibility import default_settings
from trialtrail.tables import read_table, write_table
from trialtrail.validation.findings import finding, findings_frame, read_queries
from trialtrail.validation.rules import PLAUSIBILITY, kind_of
from trialtrail.validation.set_aside import Scopes

from scripts.validate_plausibility import main

DEFAULTS = default_settings()
OUTPUTS = {"queries": "q.csv", "numbered": "q.parquet", "set_aside": "aside.parquet"}

COUNT = 120
IDS = [f"{i:03d}" for i in range(COUNT)]
FORMS = {"start": [f"v{i}" for i in range(8)], "visit": ["score", *(f"q{i}" for i in range(10))]}


def study():
    """Return the tables of a study in which nothing is odd."""
    chance = np.random.default_rng(20040110)
    people = validated(participant_id=IDS, arm=["old", "new"] * (COUNT // 2))
    start = {name: chance.integers(0, 40, COUNT).tolist() for name in FORMS["start"]}
    visit = {name: chance.integers(1, 6, COUNT).tolist() for name in FORMS["visit"]}
    visit["score"] = chance.normal(100, 10, COUNT).round().tolist()
    size = 300
    contacts = validated(
        contact_id=[f"C{i}" for i in range(size)],
        participant_id=[IDS[i % COUNT] for i in range(size)],
        provider_id=[f"P{i % 6}" for i in range(size)],
        contact_on=pd.date_range("2004-01-01", periods=size),
        mode=["visit"] * size,
        result=["held"] * size,
        minutes=chance.normal(60, 15, size).round(1).tolist(),
        topics=["x"] * size,
    )
    forms = {
        "start": validated(participant_id=IDS, completed_on=["2004-01-01"] * COUNT, **start),
        "visit": validated(
            participant_id=IDS,
            completed_on=pd.date_range("2004-01-01", periods=COUNT),
            **visit,
            rating=[3] * COUNT,
        ),
    }
    return {"participants": people, "contacts": contacts, **forms}


OUTCOME = {"outcome": "rating", "table": "visit", "columns": ["rating"], "event": None}


def check(tmp_path, tables, findings=(), **changes):
    """Run the job; return (rule, table, record) of what is odd, and the job's account of rows.

    The rows as they were read are not looked at by these rules, and are the checked ones here.
    """
    for name, frame in tables.items():
        frame = frame.assign(record=frame.iloc[:, 0].astype("string"))
        write_table(frame, tmp_path / f"{name}.parquet")
    write_table(findings_frame(findings), tmp_path / "found.parquet")
    params = {
        "tables": list(tables),
        "follow_up": ["visit"],
        "visits": ["visit"],
        "arms": ["old", "new"],
        "variables": FORMS,
        "observed": [OUTCOME],
        "numbers": {"start": ["v0"], "visit": ["score"], "contacts": ["minutes"]},
        "batteries": {"visit": [FORMS["visit"][1:]]},
        "evidence": FORMS,
        "took_place": {},
        "timepoints": [],
        "is_visit": {"mode": ["visit"]},
        "headings": {name: {"e": {}} for name in tables},
        "files": {name: {"e": "e.csv"} for name in tables},
        "plausibility": DEFAULTS,
        "actions": {},
        "severities": {},
    }
    paths = [tmp_path / f"{name}.parquet" for name in tables]
    inputs = {
        "checked": paths,
        "raw": paths,
        "findings": tmp_path / "found.parquet",
    }
    task = job(tmp_path, inputs, OUTPUTS, params | changes)
    rows = main(task)
    odd = read_table(task.output.numbered)
    odd = odd[odd["rule"].map(kind_of).isin(PLAUSIBILITY)]
    return [*odd[["rule", "table", "record"]].itertuples(index=False, name=None)], rows


def with_outlier(tables):
    tables["visit"].loc[7, "score"] = 400


def with_heaping(tables):
    minutes = tables["contacts"]["minutes"]
    tables["contacts"]["minutes"] = (minutes / 5).round() * 5 + 0.1 * (minutes.index % 7 == 0)


def with_straight_line(tables):
    tables["visit"].loc[7, FORMS["visit"][1:]] = 3
    tables["visit"][FORMS["visit"][1:]] = tables["visit"][FORMS["visit"][1:]].astype("Int64")


def with_odd_provider(tables):
    mine = tables["contacts"]["provider_id"] == "P2"
    tables["contacts"].loc[mine, "minutes"] += 20


def with_drop_out(tables):
    old = tables["participants"]["arm"] == "old"
    tables["visit"] = tables["visit"][~old | (tables["participants"].index > 40)]


def with_twin(tables):
    tables["start"].loc[9, FORMS["start"]] = tables["start"].loc[3, FORMS["start"]]


def with_double_entry(tables):
    columns = [c for c in tables["contacts"] if c != "contact_id" and not c.startswith("_")]
    tables["contacts"].loc[9, columns] = tables["contacts"].loc[3, columns]


def with_visit_in_another_century(tables):
    tables["visit"].loc[7, "completed_on"] = pd.Timestamp(2205, 2, 24)


def with_outcome_that_nobody_recorded(tables):
    tables["visit"]["rating"] = pd.array([pd.NA] * COUNT, dtype="Int64")


PLANTED = [
    (with_outcome_that_nobody_recorded, ("nothing_observed", "visit", "rating")),
    (with_outlier, ("outlier", "visit", "007")),
    (with_heaping, ("digits", "contacts", "")),
    (with_straight_line, ("straight_line", "visit", "007")),
    (with_odd_provider, ("pattern.mean", "contacts", "P2")),
    (with_drop_out, ("drop_out", "visit", "new")),
    (with_twin, ("duplicate", "start", "009")),
    (with_visit_in_another_century, ("implausible_date", "visit", "007")),
    (with_double_entry, ("duplicate", "contacts", "C9")),
]


def test_a_study_in_which_nothing_is_odd_has_no_finding(tmp_path):
    assert check(tmp_path, study())[0] == []


@pytest.mark.parametrize(("plant", "expected"), PLANTED, ids=lambda x: getattr(x, "__name__", ""))
def test_what_is_odd_is_found_and_nothing_else(tmp_path, plant, expected):
    tables = study()
    plant(tables)
    found, _rows = check(tmp_path, tables)
    assert found == [expected]


def test_every_rule_has_a_planted_case():
    planted = {kind_of(rule) for _plant, (rule, *_) in PLANTED}
    assert planted | {"empty_form"} == set(PLAUSIBILITY) == set(DEFAULTS)


def test_zeros_beside_an_empty_form_are_told(tmp_path):
    tables = study()
    tables["visit"].loc[:4, FORMS["visit"]] = 0
    tables["start"] = tables["start"].iloc[5:]
    together = {"timepoints": [["start", "visit"]]}
    assert ("empty_form", "visit", "") in check(tmp_path, tables, **together)[0]


def test_a_rule_that_is_left_out_is_not_asked(tmp_path):
    tables = study()
    with_outlier(tables)
    rest = {rule: value for rule, value in DEFAULTS.items() if rule != "outlier"}
    assert check(tmp_path, tables, plausibility=rest)[0] == []


def test_rows_that_are_set_aside_are_not_looked_at(tmp_path):
    tables = study()
    with_outlier(tables)
    place = {"export": "e", "file": "e.csv", "line": 9, "record": "007", "column": "score"}
    for scope, used in (("(row)", COUNT - 1), ("score", COUNT)):
        told = finding("range", "visit", "m", scope=scope, **place)
        found, rows = check(tmp_path, tables, [told])
        assert found == []
        assert (rows["visit"].read, rows["visit"].used) == (COUNT, used)
        assert all(count.balanced for count in rows.values())


def test_groups_that_the_study_names_are_compared(tmp_path):
    tables = study()
    site = pd.array(np.repeat(list("abcdef"), COUNT // 6), dtype="string")
    tables["participants"] = tables["participants"].assign(site=site)
    tables["visit"].loc[site == "c", "score"] += 40
    by = DEFAULTS | {"pattern": DEFAULTS["pattern"] | {"by": ["participants.site"]}}
    assert ("pattern.mean", "visit", "c") in check(tmp_path, tables, plausibility=by)[0]


def test_tables_without_rows_are_no_fault(tmp_path):
    tables = {name: frame.iloc[:0] for name, frame in study().items()}
    assert check(tmp_path, tables)[0] == []


def test_no_message_holds_what_was_found(tmp_path):
    tables = study()
    for plant, _ in PLANTED:
        plant(tables)
    check(tmp_path, tables)
    odd = read_table(tmp_path / OUTPUTS["numbered"])
    assert len(odd) >= len(PLAUSIBILITY)
    for row in (SimpleNamespace(**record) for record in odd.to_dict("records")):
        assert row.found not in row.message
        assert not row.record or f" {row.record} " not in row.message


def test_every_finding_becomes_a_query_with_its_raw_cell_and_what_it_sets_aside(tmp_path):
    def at(rule, line, column="score"):
        place = {"export": "e", "file": "e.csv", "line": line, "record": str(line)}
        return finding(rule, "visit", "m", column=column, **place)

    tables = study()
    with_outlier(tables)
    tables["visit"]["score"] = tables["visit"]["score"].astype("string") + " "
    found = [at("range", 4), at("verbatim", 5), at("order", 5, "no heading")]
    found = Scopes({}, {}, {}).of(findings_frame(found)).to_dict("records")
    check(tmp_path, tables, found, numbers={"contacts": ["minutes"]}, plausibility={})
    queries = read_queries(tmp_path / OUTPUTS["queries"]).set_index("rule")
    score = tables["visit"]["score"]
    assert queries["found"].to_dict() == {
        "range": score[2].strip(),
        "verbatim": score[3].strip(),
        "order": "",
    }
    assert set(queries["status"]) == {"open"}
    assert queries["evidence"].nunique() == 3
    aside = read_table(tmp_path / OUTPUTS["set_aside"])
    assert aside[["rule", "line"]].to_numpy().tolist() == [["range", 4], ["order", 5]]
    cells = read_table(tmp_path / OUTPUTS["numbered"]).set_index("rule")["is_cell"]
    assert cells.to_dict() == {"range": True, "verbatim": True, "order": False}


def test_what_is_odd_of_a_whole_column_is_a_query_of_no_cell(tmp_path):
    tables = study()
    with_heaping(tables)
    check(tmp_path, tables)
    (query,) = read_table(tmp_path / OUTPUTS["numbered"]).to_dict("records")
    assert (query["rule"], query["is_cell"], query["status"]) == ("digits", False, "open")
    assert "% are multiples of" in query["found"]
    assert query["evidence"]
    assert read_table(tmp_path / OUTPUTS["set_aside"]).empty
