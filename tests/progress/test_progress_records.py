"""The logger plugin, fed with records as Snakemake makes them."""

import logging
from types import SimpleNamespace

import pytest
from snakemake.logging import DefaultFormatter
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

from snakemake_logger_plugin_trialtrail import LogHandler

PROFILE = {Quietness.HOST, Quietness.REASON, Quietness.RULES}


def settings(**changed):
    """Return the settings of Snakemake's output, as the profile makes them."""
    asked = dict.fromkeys(
        ("dryrun", "verbose", "debug_dag", "printshellcmds", "nocolor", "show_failed_logs"), False
    )
    return SimpleNamespace(**{**asked, "quiet": PROFILE, "stdout": False, **changed})


@pytest.fixture
def handler(tmp_path, monkeypatch):
    """Return the plugin in an empty folder, on a standard error that is no terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    yield (made := new_handler())
    made.close()


def new_handler():
    """Return the plugin as Snakemake makes it."""
    made = LogHandler(settings(), None)
    made.setFormatter(DefaultFormatter(PROFILE))
    return made


def emit(handler, event=None, message="None", level=logging.INFO, **extra):
    """Hand a record over; a record without a text has "None" once it went through the queue."""
    record = logging.LogRecord("snakemake.logging", level, "x.py", 1, message, (), None)
    if event is not None:
        record.event = event
    for name, value in extra.items():
        setattr(record, name, value)
    handler.handle(record)


def begin(handler, folder):
    """Let a run of two jobs and a target begin."""
    (folder / "one.smk").write_text("rule make:\nrule check:\n", encoding="utf-8")
    (folder / "Snakefile").write_text('include: "one.smk"\nrule all:\n', encoding="utf-8")
    emit(handler, message="Building DAG of jobs...")
    emit(handler, LogEvent.WORKFLOW_STARTED, "x", snakefile_main=str(folder / "Snakefile"))
    emit(handler, LogEvent.RESOURCES_INFO, "Provided cores: 2", cores=2)
    emit(handler, LogEvent.RESOURCES_INFO, "Rules claiming more threads will be scaled down.")
    emit(handler, message="Singularity containers: ignored")
    stats = {"make": 1, "check": 1, "all": 1, "total": 3}
    emit(handler, LogEvent.RUN_INFO, "Job stats:\n", stats=stats)


def job(handler, number, rule, *outputs, done):
    """Let a job run."""
    emit(handler, message="Select jobs to execute...")
    emit(handler, LogEvent.JOB_STARTED, "Execute 1 jobs...", jobs=[number])
    emit(handler, LogEvent.JOB_INFO, "x", jobid=number, rule_name=rule, output=list(outputs))
    emit(handler, LogEvent.SHELLCMD, shellcmd=None)
    emit(handler, LogEvent.JOB_FINISHED, f"Finished jobid: {number}", job_id=number)
    emit(handler, LogEvent.PROGRESS, done=done, total=3)


def broken(handler):
    """Let the job ``check`` fail."""
    emit(handler, LogEvent.JOB_STARTED, "Execute 1 jobs...", jobs=[2])
    emit(handler, LogEvent.JOB_INFO, "x", jobid=2, rule_name="check", output=[])
    emit(handler, LogEvent.ERROR, "RuleException:\nit broke", logging.ERROR, exception="x")
    emit(handler, LogEvent.JOB_ERROR, "x", logging.ERROR, jobid=2, rule_name="check", log=["c.log"])


def test_snakemake_finds_the_plugin():
    assert LoggerPluginRegistry().is_installed("trialtrail")


def test_a_run_is_told_in_plain_lines(handler, tmp_path, capsys):
    begin(handler, tmp_path)
    (tmp_path / "queries.csv").write_text("rule,file,line\ntype,a.csv,3\n", encoding="utf-8")
    job(handler, 1, "make", "queries.csv (update)", done=1)
    job(handler, 2, "check", "queries.csv", done=2)
    job(handler, 0, "all", done=3)
    emit(handler, message="Complete log(s): x.log")
    emit(handler, message="Elapsed time: 0:00:01")
    handler.close()
    said, error = capsys.readouterr()
    assert said == ""
    assert error.splitlines() == [
        "2 jobs to run: one 2",
        "first query: type in a.csv, line 3 (1 in all)",
        "one: 2 jobs in 0 s; 2 of 2 done",
        "Complete log(s): x.log",
        "2 of 2 jobs done in 0 s",
    ]


def test_a_failed_job_is_told_with_its_log_and_snakemakes_own_words(handler, tmp_path, capsys):
    begin(handler, tmp_path)
    job(handler, 1, "make", done=1)
    broken(handler)
    emit(handler, message="Trying to restart job 2.")
    handler.close()
    assert capsys.readouterr().err.splitlines() == [
        "2 jobs to run: one 2",
        "RuleException:",
        "it broke",
        "check failed; its log: c.log",
        "Trying to restart job 2.",
        "1 of 2 jobs done in 0 s; failed: check",
    ]


def test_places_in_python_are_left_out_of_what_snakemake_says_of_a_failed_job(handler, capsys):
    text = (
        'RuleException:\nCalledProcessError in file "x.smk", line 7:\nCommand returned 1.\n'
        '  File "/a place/scripts.py", line 81, in execute_script\n'
        '  File "/a place/scripts.py", line 149, in execute'
    )
    emit(handler, LogEvent.ERROR, text, logging.ERROR, exception="x")
    emit(handler, LogEvent.ERROR, 'In\n  File "Snakefile", line 3:', logging.ERROR, exception="x")
    handler.close()
    assert capsys.readouterr().err.splitlines() == [
        "RuleException:",
        'CalledProcessError in file "x.smk", line 7:',
        "Command returned 1.",
        "In",
        '  File "Snakefile", line 3:',
    ]


def test_a_run_that_the_user_stops_has_not_failed(handler, tmp_path, capsys):
    begin(handler, tmp_path)
    emit(handler, message="Terminating processes on user request, this might take some time.")
    broken(handler)
    handler.close()
    assert capsys.readouterr().err.splitlines()[-1] == "0 of 2 jobs done in 0 s; stopped"


def test_in_ci_only_errors_and_the_closing_lines_are_told(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CI", "true")
    handler = new_handler()
    begin(handler, tmp_path)
    (tmp_path / "queries.csv").write_text("rule,file,line\ntype,a.csv,3\n", encoding="utf-8")
    job(handler, 1, "make", "queries.csv", done=1)
    broken(handler)
    emit(handler, message="careful", level=logging.WARNING)
    emit(handler, message="Complete log(s): x.log")
    handler.close()
    assert capsys.readouterr().err.splitlines() == [
        "RuleException:",
        "it broke",
        "check failed; its log: c.log",
        "careful",
        "Complete log(s): x.log",
        "1 of 2 jobs done in 0 s; failed: check",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Nothing to be done (all requested files are present and up to date).",
        "Unlocked working directory.",
        "Congratulations, your workflow is in a good condition!",
        "a message of a later Snakemake",
    ],
)
def test_what_is_not_known_is_printed(text, handler, capsys):
    emit(handler, message=text)
    handler.close()
    assert capsys.readouterr().err == text + "\n"


def test_outputs_that_are_put_back_are_not_told_one_by_one(handler, capsys):
    for name in ("a.csv", "b.csv"):
        text = f"Restored previous version of {name} (updating job failed)."
        emit(handler, message=text, level=logging.WARNING)
    emit(handler, message="Cannot restore c.csv: no backup found.", level=logging.WARNING)
    emit(handler, message="another warning", level=logging.WARNING)
    handler.close()
    said = capsys.readouterr().err
    assert said == "another warning\n"


def test_chatter_that_is_an_error_is_printed(handler, capsys):
    emit(handler, message="Using shell: none was found", level=logging.ERROR)
    assert capsys.readouterr().err == "Using shell: none was found\n"


def test_a_fault_of_the_display_hides_no_message(handler, tmp_path, capsys):
    begin(handler, tmp_path)
    emit(handler, LogEvent.JOB_FINISHED, "Finished")  # without the number of its job
    broken_ = {"input": [], "output": [], "conda_env": None, "shellcmd": None, "aux": {}}
    emit(
        *(handler, LogEvent.JOB_ERROR, "x", logging.ERROR),
        **{"jobid": 2, "rule_name": "check", "rule_msg": None, "log": [], **broken_},
    )
    emit(handler, LogEvent.JOB_FINISHED, "Finished", job_id=1)
    emit(handler, LogEvent.ERROR, "WorkflowError:\nit broke", logging.ERROR)
    handler.close()
    said = capsys.readouterr().err
    assert "The progress display has stopped: AttributeError\n" in said
    assert "Error in rule check:" in said
    assert said.endswith("WorkflowError:\nit broke\n")
    assert said.count("has stopped") == 1
    assert "2 jobs done" not in said  # what was counted is not whole


def test_an_error_before_a_run_is_snakemakes_own(handler, capsys):
    unknown = {"input": [], "output": [], "conda_env": None, "shellcmd": None, "aux": {}}
    known = {"jobid": 2, "rule_name": "check", "rule_msg": None, "log": []}
    emit(handler, LogEvent.JOB_ERROR, "x", logging.ERROR, **known, **unknown)
    assert "Error in rule check:" in capsys.readouterr().err


def test_the_log_of_a_failed_job_is_shown_if_asked(handler, tmp_path, capsys):
    handler.common_settings.show_failed_logs = True
    begin(handler, tmp_path)
    unknown = {"input": [], "output": [], "conda_env": None, "shellcmd": None, "aux": {}}
    known = {"jobid": 2, "rule_name": "check", "rule_msg": None, "log": ["c.log"]}
    emit(handler, LogEvent.JOB_ERROR, "x", logging.ERROR, **known, **unknown)
    assert "Error in rule check:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "asked",
    [
        {"dryrun": True},
        {"verbose": True},
        {"debug_dag": True},
        {"printshellcmds": True},
        {"quiet": {Quietness.ALL}},
        {"quiet": {Quietness.PROGRESS}},
    ],
    ids=str,
)
def test_it_stands_back_where_snakemake_itself_is_asked(asked, capsys):
    handler = LogHandler(settings(**asked), None)
    assert not handler.writes_to_stream
    assert not handler.needs_rulegraph
    emit(handler, message="a message")
    handler.close()
    assert capsys.readouterr().err == ""


def test_it_takes_the_place_of_snakemakes_own(handler):
    assert handler.writes_to_stream
    assert not handler.writes_to_file
