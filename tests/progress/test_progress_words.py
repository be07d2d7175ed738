"""What is said of a run: stages, counts, names of rules; no value, no control character."""

import json
from itertools import pairwise

import pytest

from snakemake_logger_plugin_trialtrail.run import (
    Run,
    duration,
    first_query,
    read_seconds,
    read_stages,
)
from trialtrail import ROOT

STAGES = {"read": "validate", "check": "validate", "fit": "analyse", "all": None}
PLANNED = {"read": 2, "check": 1, "fit": 1, "all": 1}
SECONDS = {"read": 5.0, "check": 5.0, "fit": 10.0}


@pytest.fixture
def run():
    """Return a run of four jobs in two stages, and a target that is no job."""
    return Run(PLANNED, STAGES, {}, 0)


def go(run, number, rule, start, end=None):
    """Let a job start, and end; return what is said then."""
    run.begin(number, rule, [], start)
    return run.end(number, end) if end is not None else None


def test_stages_are_the_rule_files_in_the_order_of_the_snakefile(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/later.smk").write_text("rule fit:\n    input: []\n", encoding="utf-8")
    (tmp_path / "rules/first.smk").write_text(
        "if True:\n    rule read:\n        output: 'x'\ncheckpoint check:\n    output: 'y'\n"
        "# rule old:\nif True:\n    use rule read as read_again with:\n        output: 'z'\n",
        encoding="utf-8",
    )
    (tmp_path / "Snakefile").write_text(
        'include: "rules/first.smk"\ninclude: str(ROOT / "rules/later.smk")\n'
        'include:\n    "rules/absent.smk"\nrule all:\n    input: []\n',
        encoding="utf-8",
    )
    found = read_stages(tmp_path / "Snakefile")
    first = {"read": "first", "check": "first", "read_again": "first"}
    assert found == first | {"fit": "later", "all": None}
    assert list(found) == ["read", "check", "read_again", "fit", "all"]
    assert read_stages(tmp_path / "rules/later.smk") == {}
    assert read_stages(tmp_path / "absent") == {}


def test_stages_of_this_workflow_are_its_rule_files():
    files = {path.stem for path in (ROOT / "workflow/rules").glob("*.smk")} - {"common"}
    stages = read_stages(ROOT / "Snakefile")
    assert set(stages.values()) - {None} == files
    assert {rule for rule, stage in stages.items() if stage is None} == {"all"}


def test_the_plan_and_the_closing_line(run):
    assert run.plan() == "4 jobs to run: validate 3, analyse 1"
    go(run, 1, "read", 0, 2)
    assert run.closing(2) == "1 of 4 jobs done in 2 s; stopped"
    run.fail(2, "read")
    run.fail(3, "check")
    assert run.closing(2) == "1 of 4 jobs done in 2 s; failed: read, check"
    run.interrupted = True
    assert run.closing(2) == "1 of 4 jobs done in 2 s; stopped"


def test_a_stage_is_told_once_when_its_last_job_is_done(run):
    assert go(run, 1, "read", 0, 2) == []
    assert go(run, 2, "read", 0, 3) == []
    assert go(run, 3, "check", 3, 4) == ["validate: 3 jobs in 4 s; 3 of 4 done"]
    assert go(run, 4, "fit", 4, 4.2) == ["analyse: 1 job in 0 s; 4 of 4 done"]
    assert go(run, 5, "all", 5, 5) == []
    assert run.closing(5) == "4 of 4 jobs done in 5 s"


def test_the_line_says_what_runs_each_rule_once():
    run = Run({"read": 3, "check": 1, "fit": 2}, STAGES, {}, 0)
    for number, rule in enumerate(["read", "read", "read", "fit", "fit", "check"]):
        run.begin(number, rule, [], 0)
    assert run.end(0, 9) == []
    assert run.end(1, 12) == ["2 of 6 done; running: read, fit, check"]


def test_a_line_comes_after_ten_seconds_or_a_tenth_of_the_time():
    run = Run({"read": 100}, {}, {}, 0)
    ends = [t for t in range(1, 2000) if go(run, t, "read", t - 1, t)]
    assert ends[:3] == [10, 20, 30]
    assert all(9 < late - early <= max(10, late / 10 + 1) for early, late in pairwise(ends))
    assert len(ends) < 50  # and not one each ten seconds, which were 200


def test_a_workflow_without_rule_files_has_no_stages():
    run = Run({"a": 1, "b": 1}, {}, {}, 0)
    assert run.plan() == "2 jobs to run"
    run.begin(1, "b", [], 0)
    assert go(run, 0, "a", 0, 11) == ["1 of 2 done; running: b"]
    assert run.end(1, 12) == []
    assert run.closing(12) == "2 of 2 jobs done in 12 s"


def test_a_job_tried_again_is_not_done_twice(run):
    run.begin(1, "read", [], 0)
    run.fail(1, "read")
    go(run, 1, "read", 2, 3)
    assert run.end(1, 3) == []
    assert run.closing(3).startswith("1 of 4 jobs done")


def record(folder, name, rule, end, status=0):
    """Write a record of a job that began at 12:00:00 and ended at second ``end``."""
    run = {"start": "2026-01-01T12:00:00.000Z", "end": f"2026-01-01T12:00:{end}Z", "exit": status}
    text = json.dumps({"result": {"rule": rule}, "run": run})
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def test_lengths_come_from_the_records_of_jobs_that_were_done(tmp_path):
    record(tmp_path, "one", "read", "02.000")
    record(tmp_path, "two", "read", "04.500")
    record(tmp_path, "bad", "stop", "09.000", status=1)
    (tmp_path / "torn.json").write_text('{"result": {"rule"', encoding="utf-8")
    (tmp_path / "other.json").write_text("[1]", encoding="utf-8")
    assert read_seconds(tmp_path) == {"read": 3.25}
    assert read_seconds(tmp_path / "absent") == {}


def test_time_left_goes_by_the_work_that_is_done(run):
    """The work of all jobs is 25 seconds; two at a time would take half of that."""
    run = Run(PLANNED, STAGES, SECONDS, 0)
    run.begin(1, "read", [], 0)
    run.begin(2, "read", [], 0)
    assert run.end(1, 12) == ["1 of 4 done, about 18 s left; running: read"]  # 10 s done of 25
    assert run.end(2, 24) == ["2 of 4 done, about 36 s left"]
    said = go(run, 3, "check", 24, 30)
    assert said == ["validate: 3 jobs in 30 s; 3 of 4 done, about 20 s left"]
    assert go(run, 4, "fit", 30, 50) == ["analyse: 1 job in 20 s; 4 of 4 done"]


def test_a_job_that_runs_longer_than_before_counts_no_more_than_it_did():
    run = Run({"read": 1, "fit": 2}, {}, SECONDS, 0)
    run.begin(1, "fit", [], 0)
    run.begin(2, "read", [], 0)
    assert run.end(2, 100) == ["1 of 3 done, about 67 s left; running: fit"]  # 15 s done of 25


def test_time_left_is_not_told_where_it_is_not_known():
    early = Run({"read": 10}, STAGES, SECONDS, 0)
    assert go(early, 1, "read", 0, 10) == ["1 of 10 done"]  # less than a quarter
    new = Run({"read": 2, "new": 1}, STAGES, SECONDS, 0)
    assert go(new, 1, "read", 0, 10) == ["1 of 3 done"]  # nobody knows how long a new rule takes
    assert go(Run({"read": 2}, STAGES, SECONDS, 0), 1, "read", 0, 10) == [
        "1 of 2 done, about 10 s left"
    ]
    for stop in ("failed", "interrupted"):
        run = Run({"read": 2}, STAGES, SECONDS, 0)
        run.interrupted = stop == "interrupted"
        if stop == "failed":
            run.fail(7, "read")
        assert go(run, 1, "read", 0, 10) == ["1 of 2 done"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (1, "1 s"), (119.4, "119 s"), (119.6, "2 min"), (7260, "121 min")],
)
def test_durations_are_coarse(seconds, said):
    assert duration(seconds) == said


QUERIES = (
    "query_id,severity,export,file,line,record,column,rule,found,message\n"
    'Q-1,note,trial,data/trial.csv,60,SECRET-1,Seen,expected,"SECRET\n2",odd SECRET\n'
    "Q-2,error,trial,data/trial.csv,,SECRET-3,,width,SECRET,odd\n"
)


def test_the_first_query_is_told_by_rule_and_place_without_a_value(tmp_path):
    path = tmp_path / "queries.csv"
    path.write_text(QUERIES, encoding="utf-8")
    assert first_query(path) == "first query: expected in data/trial.csv, line 60 (2 in all)"


@pytest.mark.parametrize("text", ["", QUERIES.splitlines()[0] + "\n", "other,columns\n1,2\n"])
def test_a_list_without_a_query_says_nothing(text, tmp_path):
    path = tmp_path / "queries.csv"
    path.write_text(text, encoding="utf-8")
    assert first_query(path) == ""
    assert first_query(tmp_path / "absent.csv") == ""


def test_a_query_without_a_line_and_a_name_with_control_characters(tmp_path):
    path = tmp_path / "queries.csv"
    path.write_text("rule,file,line\nwidth,a\x1b[31mb.csv,\n", encoding="utf-8")
    assert first_query(path) == "first query: width in a\\x1b[31mb.csv (1 in all)"
