"""The commands `trialtrail plan`, and a study whose plan is locked."""

import csv
import json

import pytest
import yaml
from planned_trial import enlarge
from runrecord import journal, locked
from small_trial import made, records, write_study

from trialtrail.cli import main
from trialtrail.configuration import Study
from trialtrail.errors import StudyError
from trialtrail.planning.lock import planned

LOCK = ("plan", "lock", "--by", "A statistician", "--why", "before the database is closed")
ROWS = [row | {"walk12_fast": "01"[n % 3 == 0]} for n, row in enumerate(records(24))]


def write(folder, change=None):
    """Write the study, with the key of its lock, and go into its folder."""

    def whole(config):
        config["study"]["plan_lock"] = "plan_lock.json"
        enlarge(config)
        config["analysis"]["missing"] = "complete_cases"
        if change:
            change(config)

    return write_study(folder, ROWS, whole)


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Return the folder of a study, which is the working folder."""
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(*arguments):
    """Give a command; return its exit code."""
    return main([*arguments, "--configfile", "study.yaml"])


def test_a_plan_is_locked_in_its_file_and_in_the_journal(study, capsys):
    assert ask(*LOCK) == 0
    said = capsys.readouterr().out
    (version,) = locked.read("plan_lock.json")
    assert (version["by"], version["why"]) == ("A statistician", "before the database is closed")
    assert version["beside"]["outcomes.walk"] == "Timed walk"
    assert f"digest: {version['sum']}" in said
    (entry,) = journal.read("results/lineage").entries.values()
    assert (entry["kind"], entry["path"], entry["version"]) == ("plan_lock", "plan_lock.json", 1)
    assert entry["version_sha256"] == version["sum"]
    assert list(entry["configuration"]) == ["study.yaml"]
    assert ask("plan", "status") == 0
    assert "nothing differs" in capsys.readouterr().out


def test_a_change_is_told_and_locked_again_as_a_further_version(study, capsys):
    ask(*LOCK)
    write(study, lambda config: config["analysis"].update(confidence_level=0.9))
    assert ask("plan", "status") == 1
    assert "locked 0.95, now 0.9" in capsys.readouterr().out
    assert ask(*LOCK) == 0
    assert ask("plan", "show") == 0
    said = capsys.readouterr().out
    assert said.index("version 2, locked") < said.rindex("version 1, locked")
    first, second = locked.read("plan_lock.json")
    assert second["previous"] == first["sum"]
    assert first["content"]["whole"]["confidence_level"] == 0.95


def test_the_same_plan_is_not_locked_twice(study, capsys):
    ask(*LOCK)
    write(study, lambda config: config["analysis"]["outcomes"][0].update(label="Other words"))
    assert ask(*LOCK) == 2
    assert "locks exactly this already" in capsys.readouterr().err
    assert len(journal.read("results/lineage").entries) == 1


@pytest.mark.parametrize("part", ["--by", "--why"])
def test_a_lock_of_nobody_or_without_a_reason_is_refused(study, part, capsys):
    given = list(LOCK)
    given[given.index(part) + 1] = " \u200b"
    assert ask(*given) == 2
    assert f"{part} says nothing" in capsys.readouterr().err
    assert not (study / "plan_lock.json").exists()


def test_without_its_key_nothing_is_locked_and_the_message_says_what_to_write(study, capsys):
    write(study, lambda config: config["study"].pop("plan_lock"))
    assert ask(*LOCK) == 2
    said = capsys.readouterr().err
    assert "add `plan_lock: plan_lock.json` under `study`" in said
    assert (
        planned(Study(yaml.safe_load((study / "study.yaml").read_text()), "study.yaml")).lock == ""
    )


def test_before_it_is_locked_a_run_and_the_commands_say_so(study, capsys):
    assert ask("plan", "status") == 2
    assert "not locked, or its lock is gone" in capsys.readouterr().err
    with pytest.raises(StudyError, match="missing"):
        planned(Study(yaml.safe_load((study / "study.yaml").read_text()), "study.yaml"))


def test_what_the_journal_cannot_note_is_not_locked(study, monkeypatch, capsys):
    ask(*LOCK)
    before = (study / "plan_lock.json").read_bytes()
    write(study, lambda config: config["analysis"].update(confidence_level=0.9))

    def full(*_, **__):
        raise journal.JournalError("The journal cannot be written")

    monkeypatch.setattr(journal, "append", full)
    assert ask(*LOCK) == 2
    assert (study / "plan_lock.json").read_bytes() == before
    (study / "plan_lock.json").unlink()
    assert ask(*LOCK) == 2
    assert not (study / "plan_lock.json").exists()


def test_a_file_that_was_bent_is_told_by_every_command(study, capsys):
    ask(*LOCK)
    path = study / "plan_lock.json"
    path.write_text(path.read_text().replace("0.95", "0.9"))
    for command in (("plan", "status"), ("plan", "show"), LOCK):
        assert ask(*command) == 2
        assert "what it locks has been changed" in capsys.readouterr().err


def test_a_configuration_that_is_none_is_told(study, capsys):
    for name in ("none.yaml", "data/trial.csv", "."):
        assert main(["plan", "status", "--configfile", name]) == 2
        assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"plan_lock": "../plan_lock.json"}, "study.plan_lock"),
        ({"plan_lock": ""}, "study.plan_lock"),
        ({"unblinded_on": "1 May"}, "study.unblinded_on"),
        ({"unblinded_on": "2024-02-31"}, "no day of the calendar"),
    ],
)
def test_keys_that_cannot_be_are_told_with_their_place(study, change, key, capsys):
    write(study, lambda config: config["study"].update(change))
    assert ask("plan", "status") == 2
    said = capsys.readouterr().err
    assert key in said
    assert "line " in said


def rows(folder, table="deviations"):
    """Return the rows of a result table as text."""
    with open(folder / "results" / "tables" / f"{table}.csv", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


CHANGED = {
    "deviations": [
        {"key": "confidence_level", "now": 0.9, "reason": "The journal asks for it"},
        {"of": "unadjusted", "key": "not_run", "reason": "Not asked for"},
        {"of": "later", "key": "added", "reason": "A reviewer asked"},
        {"of": "fast", "key": "variables.twelve_months.walks_fast.codes",
         "now": {"1": False, "0": True}, "reason": "The codes were read the wrong way round"},
    ]
}  # fmt: skip


def test_a_run_stops_without_reasons_and_lists_rows_and_statuses_with_them(study, capsys):
    """Several kinds of changes, from the lock to the marks in the report."""
    ask(*LOCK)
    day = locked.read("plan_lock.json")[0]["at"][:10]

    def change(config):
        config["analysis"] |= {"sensitivity": [{"id": "later", "variance": "hc3", "of": ["walk"]}]}
        config["analysis"]["confidence_level"] = 0.9
        config["forms"]["twelve_months"]["variables"][1]["codes"] = {"1": False, "0": True}

    write(study, change)
    stopped = made(study / "study.yaml", "results/tables/estimates.csv")
    assert stopped.exit_code != 0
    assert "What runs is not the plan that was locked as version 1" in stopped.said
    assert "Traceback" not in stopped.said
    for text in ("confidence_level: locked 0.95, now 0.9", "analysis later: not in the locked plan",
                 "analysis unadjusted: in the locked plan", "walks_fast.codes"):  # fmt: skip
        assert text in stopped.said

    reasons = [each | {"date": day, "by": "B"} for each in CHANGED["deviations"]]

    def explained(config):
        change(config)
        config["analysis"]["deviations"] = reasons
        del reasons[0]  # what touches every estimate comes last
        config["analysis"]["confidence_level"] = 0.95

    write(study, explained)
    done = made(study / "study.yaml", "results/report/report.html")
    assert done.exit_code == 0, done.said
    assert {(row["row"], row["kind"], row["touches"]) for row in rows(study)} == {
        ("unadjusted.not_run", "not_run", "analysis"),
        ("later.added", "added", "analysis"),
        ("fast.variables.twelve_months.walks_fast.codes", "changed", "outcome"),
    }
    assert {row["unblinding"] for row in rows(study)} == {"not_stated"}
    found = {(e["analysis"], e["outcome"]): e["plan_status"] for e in rows(study, "estimates")}
    assert found == {
        ("main", "walk"): "planned",
        ("main", "fast"): "deviating",
        ("in_women", "walk"): "planned",
        ("subgroup_sex", "walk"): "planned",
        ("later", "walk"): "post_hoc",
    }
    page = (study / "results/report/report.html").read_text(encoding="utf-8")
    assert "The codes were read the wrong way round" in page
    assert page.count('class="plan-mark">‡') >= 1
    assert "† deviates from the locked plan (" in page
    assert "‡ is post hoc: it is not in the locked plan (" in page
    assert json.loads((study / "results/lineage/records/list_deviations.json").read_text())
