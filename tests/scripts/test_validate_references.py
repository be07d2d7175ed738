"""Tables against each other: what is set aside takes with it what refers to it."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small_tables import job, validated

from trialtrail.tables import read_table, write_table
from trialtrail.validation.between import check_tables, read_checked
from trialtrail.validation.contracts import load_model, references
from trialtrail.validation.cross_checks import Plan
from trialtrail.validation.findings import finding, findings_frame, number_queries
from trialtrail.validation.resolutions import Resolution, sort_out
from trialtrail.validation.set_aside import EXCLUDED, ROW, Aside, Scopes

from scripts.validate_references import main

LINKS = {
    name: references(load_model(name, is_form=name == "visit").to_schema())
    for name in ("screening", "participants", "contacts", "assignments", "providers", "visit")
}


def tables(**frames):
    return {
        name: frame.assign(record=frame.iloc[:, 0].astype("string"))
        for name, frame in frames.items()
    }


PEOPLE = validated(
    participant_id=["1", "2"], arm=["x", "y"], randomised_on=["2004-01-10"] * 2,
    screening_id=["S1", "S2"],
)  # fmt: skip
CONTACTS = validated(
    contact_id=["C1", "C2", "C3"],
    participant_id=["1", "2", "2"],
    provider_id=["A", "A", None],
    contact_on=["2004-02-01"] * 3,
    mode=["visit"] * 3,
    result=["held"] * 3,
)


def check(frames, findings=(), actions=None, follow_up=(), is_visit=None):
    headings = {name: {} for name in frames}
    start = findings_frame(findings)
    follow_up = list(follow_up)
    plan = Plan(LINKS, {}, follow_up, follow_up, is_visit or {})
    return check_tables(frames, start, actions or {}, plan, headings)


def places(findings, rule=None):
    mine = findings if rule is None else findings[findings["rule"] == rule]
    return [*mine[["table", "line"]].itertuples(index=False, name=None)]


def at(rule, table, line, **more):
    place = {"export": "e", "file": "e.csv", "line": line, "record": str(line), "column": "x"}
    return finding(rule, table, "m", **place | more)


def test_tables_that_agree_have_no_findings():
    assert check(tables(participants=PEOPLE, contacts=CONTACTS)).empty


def test_what_refers_to_a_row_set_aside_is_set_aside_and_so_on():
    providers = validated(provider_id=["A", "B"], registered_on=[None] * 2, resigned_on=[None] * 2)
    interviews = validated(
        interview_id=["I1"], participant_id=["2"], provider_id=["A"], document=["d"],
        interviewed_on=[None], visits=[None], visits_bound=[None],
    )  # fmt: skip
    segments = validated(document=["d"], code=["c"], start=[0], end=[1], selected=[None])
    links = dict(LINKS) | {
        "interviews": {"provider_id": ("providers", "provider_id")},
        "segments": {"document": ("interviews", "document")},
    }
    frames = tables(
        providers=providers, contacts=CONTACTS, interviews=interviews, segments=segments
    )
    start = findings_frame([at("key", "providers", 2)])
    found = check_tables(frames, start, {}, Plan(links), {name: {} for name in frames})
    assert places(found, "reference") == [
        ("contacts", 2),
        ("contacts", 3),
        ("interviews", 2),
        ("segments", 2),
    ]


def test_a_finding_that_is_kept_takes_nothing_with_it():
    found = check(
        tables(participants=PEOPLE, contacts=CONTACTS), [at("verbatim", "participants", 3)]
    )
    assert places(found, "reference") == []


def test_who_did_not_consent_is_told_and_stays_randomised_with_what_refers_to_the_person():
    screening = validated(
        screening_id=["S1", "S2"],
        eligible=[True] * 2,
        consented=[False, True],
        participant_id=[None, None],
    )
    found = check(tables(screening=screening, participants=PEOPLE, contacts=CONTACTS))
    assert places(found) == [("participants", 2)]
    assert found["scope"].tolist() == [EXCLUDED]


COUNTED = {"mode": ["visit"]}


def interviewed(visits):
    return validated(
        interview_id=["I1"], participant_id=["2"], visits=[visits], visits_bound=["exact"],
        interviewed_on=["2004-12-01"],
    )  # fmt: skip


def test_a_count_is_compared_with_the_rows_that_stay_in_use():
    early = CONTACTS.assign(contact_on=pd.to_datetime(["2004-02-01", "2003-12-01", "2004-02-01"]))
    for visits, agrees in ((1, True), (2, False)):
        frames = tables(participants=PEOPLE, contacts=early, interviews=interviewed(visits))
        found = check(frames, is_visit=COUNTED)
        assert places(found, "order") == [("contacts", 3)]
        assert (places(found, "agreement") == []) is agrees


def test_what_is_known_of_a_row_set_aside_stays_known():
    frames = tables(participants=PEOPLE, contacts=CONTACTS, interviews=interviewed(5))
    actions = {"agreement": "set_aside"}
    found = check(frames, actions=actions, is_visit=COUNTED)
    assert places(found, "agreement") == [("interviews", 2)]


def test_a_finding_names_the_column_of_the_file_and_the_value():
    lost = CONTACTS.assign(participant_id=["1", "2", "9"])
    frames = tables(participants=PEOPLE, contacts=lost)
    headings = {"participants": {}, "contacts": {"e": {"participant_id": "Study No"}}}
    found = check_tables(frames, findings_frame([]), {}, Plan(LINKS), headings)
    row = found.iloc[0]
    assert (row["column"], row["found"], row["record"]) == ("Study No", "9", "C3")


def test_rows_of_two_exports_in_one_file_are_told_apart():
    both = PEOPLE.assign(_export=["first", "second"], _line=[2, 2])
    found = findings_frame([at("range", "people", 2, export="first")])
    aside = Aside.by(Scopes({}, {}, {}).of(found))
    assert aside.applied("people", both)["participant_id"].tolist() == ["2"]


def run_job(tmp_path, answers=None):
    """Run the job on a contact of somebody who is no participant; return its findings."""
    lost = CONTACTS.assign(participant_id=["1", "2", "9"])
    missing = ["minutes", "topics"]
    frames = tables(participants=PEOPLE, contacts=lost.assign(**dict.fromkeys(missing)))
    for name, frame in frames.items():
        write_table(frame, tmp_path / f"{name}.parquet")
        write_table(findings_frame([]), tmp_path / f"{name}_f.parquet")
    inputs = {
        "checked": [tmp_path / f"{name}.parquet" for name in frames],
        "findings": [tmp_path / f"{name}_f.parquet" for name in frames],
    }
    if answers is not None:
        write_table(answers, tmp_path / "answers.parquet")
        inputs["answers"] = tmp_path / "answers.parquet"
    task = job(
        tmp_path,
        inputs,
        {"findings": "found.parquet"},
        {
            "tables": list(frames),
            "forms": [],
            "follow_up": [],
            "is_visit": {},
            "offered": [],
            "any_contact": False,
            "checks": [],
            "check_columns": {},
            "readers": None,
            "headings": {name: {} for name in frames},
            "actions": {},
        },
    )
    rows = main(task)
    assert all(count.balanced for count in rows.values())
    return read_table(task.output.findings)


def test_the_job_writes_every_finding(tmp_path):
    found = run_job(tmp_path)
    assert found[["table", "line", "rule"]].to_numpy().tolist() == [["contacts", 4, "reference"]]
    assert found["scope"].tolist() == [ROW]


@pytest.mark.parametrize(("evidence", "scope"), [("a", ""), ("b", ROW)])
def test_a_finding_that_is_accepted_is_told_and_sets_nothing_aside(tmp_path, evidence, scope):
    (query,) = number_queries(run_job(tmp_path)).to_dict("records")
    queries = pd.DataFrame([query | {"evidence": "a", "is_cell": True}])
    said = ("accepted", "DM", "2026-11-20", "form", 2)
    answer = Resolution(query["query_id"], *said, evidence=evidence)
    found = run_job(tmp_path, sort_out([answer], queries, "answers.csv"))
    assert found[["line", "rule", "scope"]].to_numpy().tolist() == [[4, "reference", scope]]


def test_of_the_contacts_only_what_a_check_looks_at_is_read(tmp_path):
    log = CONTACTS.assign(minutes=[1, 2, 3], topics=["sleep; food"] * 3)
    write_table(log, tmp_path / "contacts.parquet")
    paths = {"contacts": str(tmp_path / "contacts.parquet")}
    asked = SimpleNamespace(forms=[], check_columns={}, is_visit={"mode": ["visit"]})
    read = read_checked(paths, asked)["contacts"]
    left_out = {"contact_id", "result", "minutes", "topics"}
    assert list(read) == [name for name in log if name not in left_out]
    asked.check_columns = {"contacts": ["minutes"]}
    assert "minutes" in read_checked(paths, asked)["contacts"]
