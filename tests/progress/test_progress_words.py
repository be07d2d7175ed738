"""What is said of a run: stages, counts, names of rules; no value, no control character."""

import pytest

from snakemake_logger_plugin_trialtrail import words
from snakemake_logger_plugin_trialtrail.progress import Run
from snakemake_logger_plugin_trialtrail.queries import first_query
from snakemake_logger_plugin_trialtrail.stages import read_stages
from trialtrail import ROOT

STAGES = {"read": "validate", "check": "validate", "fit": "analyse", "all": ""}
PLANNED = {"read": 2, "check": 1, "fit": 1, "all": 1}


@pytest.fixture
def run():
    """Return a run of four jobs in two stages, and a target that is no job."""
    return Run(PLANNED, STAGES, {"check": {"read"}, "fit": {"check"}}, {}, 2)


def go(run, number, rule, start, end=None):
    """Let a job start, and end."""
    run.started(number, start)
    run.told(number, rule, [], start)
    return run.finished(number, end)[1] if end is not None else None


def test_stages_are_the_rule_files_in_the_order_of_the_snakefile(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/later.smk").write_text("rule fit:\n    input: []\n", encoding="utf-8")
    (tmp_path / "rules/first.smk").write_text(
        "if True:\n    rule read:\n        output: 'x'\ncheckpoint check:\n    output: 'y'\n"
        "# rule old:\n",
        encoding="utf-8",
    )
    (tmp_path / "Snakefile").write_text(
        'include: "rules/first.smk"\ninclude: str(ROOT / "rules/later.smk")\n'
        'include:\n    "rules/absent.smk"\nrule all:\n    input: []\n',
        encoding="utf-8",
    )
    found = read_stages(tmp_path / "Snakefile")
    assert found == {"read": "first", "check": "first", "fit": "later", "all": ""}
    assert list(found) == ["read", "check", "fit", "all"]
    assert read_stages(tmp_path / "rules/later.smk") == {}
    assert read_stages(tmp_path / "absent") == {}


def test_stages_of_this_workflow_are_its_rule_files():
    files = {path.stem for path in (ROOT / "workflow/rules").glob("*.smk")} - {"common"}
    stages = read_stages(ROOT / "Snakefile")
    assert set(stages.values()) - {""} == files
    assert {rule for rule, stage in stages.items() if stage == ""} == {"all"}


def test_the_plan_and_the_closing_line(run):
    assert words.plan(run) == "4 jobs to run: validate 3, analyse 1"
    go(run, 1, "read", 0, 2)
    assert words.closing(run, 2) == "1 of 4 jobs done in 2 s; stopped"
    run.broke(2, "read")
    assert words.closing(run, 2) == "1 of 4 jobs done in 2 s; failed: read"
    run.interrupted = True
    assert words.closing(run, 2) == "1 of 4 jobs done in 2 s; stopped"


def test_a_stage_is_told_once_when_its_last_job_is_done(run):
    assert go(run, 1, "read", 0, 2) is None
    assert go(run, 2, "read", 0, 3) is None
    stage = go(run, 3, "check", 3, 4)
    assert words.stage_done(run, stage) == "validate  3 jobs in 4 s"
    stage = go(run, 4, "fit", 4, 4.2)
    assert words.stage_done(run, stage) == "analyse   1 job in under 1 s"
    assert go(run, 5, "all", 5, 5) is None
    assert words.closing(run, 5) == "4 of 4 jobs done in 5 s"


def test_the_block_has_the_stages_at_work_and_the_run(run):
    go(run, 1, "read", 0)
    go(run, 2, "read", 0)
    assert words.block(run, 1, None) == [
        "validate  0 of 3  read (2)",
        "0 of 4 jobs, 1 s; then analyse",
    ]
    run.finished(1, 2)
    run.finished(2, 2)
    go(run, 3, "check", 2, 3)
    go(run, 4, "fit", 3)
    assert words.block(run, 3, 40) == ["analyse   0 of 1  fit", "3 of 4 jobs, 3 s, about 40 s left"]


def test_a_workflow_without_rule_files_has_no_stages():
    run = Run({"a": 1, "b": 1}, {}, {}, {}, 1)
    assert words.plan(run) == "2 jobs to run"
    go(run, 0, "a", 0)
    assert words.block(run, 0, None) == ["a", "0 of 2 jobs, under 1 s"]


def test_jobs_that_come_on_the_way_are_counted(run):
    run.of(5)  # Snakemake counts the target, too
    assert run.total == 4
    run.of(7)
    assert words.closing(run, 1) == "0 of 6 jobs done in 1 s; stopped"


def test_a_job_tried_again_is_not_done_twice(run):
    run.started(1, 0)
    run.told(1, "read", [], 0)
    run.broke(1, "read")
    go(run, 1, "read", 2, 3)
    assert run.done == 1
    assert run.stages["validate"].done == 1


def test_time_left_is_not_told_while_it_is_not_known(run):
    assert run.time_left(0) is None
    go(run, 1, "read", 0, 2)
    assert run.time_left(2) is None  # one job says little
    known = Run(PLANNED, STAGES, {}, {"read": 5.0, "check": 5.0, "fit": 5.0}, 1)
    assert known.time_left(0) is None  # nothing has started
    go(known, 1, "read", 0)
    assert 20 < known.time_left(0) < 24
    assert known.time_left(1000) is None  # that job hangs, or is another one than before
    known.broke(1, "read")
    assert known.time_left(1) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0, "a few seconds left"),
        (7.9, "a few seconds left"),
        (12, "about 15 s left"),
        (15, "about 15 s left"),
        (61, "about 70 s left"),
        (118, "about 2 min left"),
        (200, "about 3 min left"),
        (3 * 3600 + 300, "about 3 h 5 min left"),
    ],
)
def test_time_left_is_coarse(seconds, said):
    assert words.left(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "under 1 s"), (1, "1 s"), (119.4, "119 s"), (119.6, "2 min"), (7260, "2 h 1 min")],
)
def test_durations_are_coarse(seconds, said):
    assert words.duration(seconds) == said


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
    assert first_query(path) is None
    assert first_query(tmp_path / "absent.csv") is None


def test_a_query_without_a_line_and_a_name_with_control_characters(tmp_path):
    path = tmp_path / "queries.csv"
    path.write_text("rule,file,line\nwidth,a\x1b[31mb.csv,\n", encoding="utf-8")
    assert first_query(path) == "first query: width in a?[31mb.csv (1 in all)"
