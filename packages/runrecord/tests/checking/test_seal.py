"""What the seal writes and what it refuses; what was parsed is what is sealed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from runrecord import installed, journal
from runrecord.cli import main
from runrecord.digest import file_digest, value_digest
from runrecord.errors import UserError
from runrecord.seal import seal
from small_study import RECORDS, Job, a_run, do, read_json, seal_up, write_csv
from verdicts import LINEAGE, MANIFEST, VERIFIER, edit, faults


def test_manifest_names_every_file_once_in_order(study):
    paths = [line.split("  ")[1] for line in Path(MANIFEST).read_text().splitlines()]
    assert paths == sorted(set(paths))
    for path in ("data/log.csv", "scripts/validate.py", "results/report/report.pdf"):
        assert path in paths
    assert f"{RECORDS}/derive.json" in paths


def test_lineage_is_the_same_on_the_next_run(study):
    before = Path(LINEAGE).read_text()
    edit(f"{RECORDS}/derive.json", lambda record: record["run"].update(start="2000", host="x"))
    seal_up()
    assert Path(LINEAGE).read_text() == before


def test_lineage_holds_nodes_edges_and_balances(study):
    lineage = read_json(LINEAGE)
    kinds = {file["id"]: file["kind"] for file in lineage["files"]}
    assert kinds["data/log.csv"] == "raw"
    assert kinds["scripts/validate.py"] == "code"
    assert kinds["results/validated/people.parquet"] == "intermediate"
    assert kinds["results/datasets/participants.csv"] == "dataset"
    assert kinds["results/tables/uptake.csv"] == "table"
    assert kinds["results/report/report.pdf"] == "report"
    assert kinds[f"{RECORDS}/derive.json"] == "record"
    rows = {job["id"]: job["rows"] for job in lineage["jobs"]}["validate"]["log"]
    aside = {"unknown participant": 1}
    assert rows == {"read": 3, "used": 2, "set_aside": aside, "balanced": True}
    edge = {"job": "validate", "file": "data/log.csv", "role": "input"}
    assert edge in lineage["used"]


def test_another_path_and_another_name_of_the_folder_change_nothing(study, tmp_path, monkeypatch):
    other = tmp_path.parent / f"{tmp_path.name} moved"
    shutil.copytree(study, other)
    monkeypatch.chdir(tmp_path.parent)
    assert faults(other / "results") == {}
    (other / "results").rename(other / "delivered")
    assert faults(other / "delivered") == {}
    monkeypatch.chdir(other / "delivered")
    assert faults(".") == {}


def test_seal_refuses_two_digests_of_one_file(study):
    path = f"{RECORDS}/derive.json"
    name = "results/validated/people.parquet"
    edit(path, lambda record: record["result"]["inputs"].update({name: "0" * 64}))
    with pytest.raises(UserError, match=f"{name} was one thing to derive and another to report"):
        seal([f"{RECORDS}/{job}.json" for job in ("derive", "report", "validate")])


def after_a_change(text: str) -> list[str]:
    """Change a module after its job has run, and return the records of the jobs of the run."""
    Path("scripts/validate.py").write_text(text)
    return [f"{RECORDS}/{job}.json" for job in ("derive", "validate")]


def test_seal_takes_code_whose_comments_changed_and_no_other(study):
    sealed = seal(after_a_change("# validate, with another comment\n"))
    assert sealed.digests["scripts/validate.py"] == file_digest("scripts/validate.py")
    with pytest.raises(UserError, match=r"scripts/validate\.py has changed since"):
        seal(after_a_change("x = 1\n"))


def test_seal_takes_jobs_that_ran_before_and_after_a_comment_and_no_other(study):
    name, path = "scripts/validate.py", f"{RECORDS}/derive.json"
    said = read_json(f"{RECORDS}/validate.json")["result"]["syntax"]
    edit(path, lambda record: record["result"].update(code={name: "0" * 64}, syntax=said))
    sealed = seal(after_a_change("# validate\n"))
    assert sealed.digests[name] == file_digest(name)
    edit(path, lambda record: record["result"].update(syntax={name: "1" * 64}))
    with pytest.raises(UserError, match=f"{name} was one thing to derive and another to validate"):
        seal(after_a_change("# validate\n"))
    edit(path, lambda record: record["result"].pop("syntax"))
    with pytest.raises(UserError, match=f"{name} was one thing to derive and another to validate"):
        seal(after_a_change("# validate\n"))


def test_a_comment_changed_before_the_seal_leaves_a_whole_run(study, capsys):
    """Of two jobs that ran on a module, the second read another comment in it."""
    with a_run():
        Path("scripts/validate.py").write_text("# validate, with another comment\n")
        seal_up()
    assert main(["verify"]) == 0, capsys.readouterr().out
    done = subprocess.run([sys.executable, "-I", "results/lineage/verify.py"], check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("text", ["# validate, with another comment\n", "x = 1\n"])
def test_code_changed_after_the_seal_is_named(study, capsys, text):
    Path("scripts/validate.py").write_text(text)
    assert main(["verify"]) == 1
    assert "scripts/validate.py" in capsys.readouterr().out
    done = subprocess.run([sys.executable, "-I", "results/lineage/verify.py"], check=False)
    assert done.returncode == 1


def test_seal_refuses_a_file_changed_since(study):
    write_csv("data/log.csv", ("Ref",))
    with pytest.raises(UserError, match=r"data/log\.csv has changed since"):
        seal([f"{RECORDS}/validate.json"])


def test_seal_refuses_a_result_that_no_record_made(study):
    with pytest.raises(UserError, match="no record says what made it"):
        seal([f"{RECORDS}/derive.json"])


def test_seal_refuses_two_makers_and_broken_records(study):
    shutil.copy(f"{RECORDS}/quote.json", f"{RECORDS}/old.json")
    with pytest.raises(UserError, match="made by two jobs: old and quote"):
        seal([f"{RECORDS}/old.json", f"{RECORDS}/quote.json"])
    edit(f"{RECORDS}/quote.json", lambda record: record["run"].update(exit=1))
    with pytest.raises(UserError, match="cannot be read, or is not that of a job"):
        seal([f"{RECORDS}/quote.json"])


def test_names_that_need_escapes_pass_sha256sum(folder):
    name = "data/back\\slash\nand line end.csv"
    Path(name).write_text("x")
    job = Job("odd", input={"odd": name}, output={"table": "results/tables/out.csv"})
    Path("study.yaml").write_text("")
    with a_run():
        do(job, lambda job: Path(job.output.table).write_text("row\n") and None)
        seal_up()
    assert faults() == {}
    done = subprocess.run(
        [sys.executable, "-I", VERIFIER], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", MANIFEST], check=True)


def test_digest_of_a_value_heeds_content_not_order():
    assert value_digest({"a": 1, "b": 2}) == value_digest({"b": 2, "a": 1})
    assert value_digest({"a": 1}) != value_digest({"a": 2})


def seal_refused(capsys) -> str:
    """Seal, and return why that is refused; the run ends as a failed one."""
    with pytest.raises(SystemExit):
        seal_up()
    return "".join(capsys.readouterr())


def test_a_configuration_edited_while_the_run_goes_on_is_not_sealed(study, capsys):
    with a_run():
        Path("study.yaml").write_text("study: another\n")
        told = seal_refused(capsys)
    assert "The configuration is not the one that the run was started with" in told
    assert "at the start: study.yaml " in told
    found = faults()
    assert "study.yaml" in found, "the seal of before is of the file of before"
    with a_run():
        seal_up()
    Path("results/lineage/failed/seal_lineage.json").unlink(missing_ok=True)
    assert list(faults()) == []


def test_another_configuration_of_the_same_name_is_not_sealed(study, capsys, tmp_path):
    """The run was started with the file of one folder, and the seal is given that of another."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "study.yaml").write_text("study: another\n")
    journal.run_started("results/lineage", other / "study.yaml")
    told = seal_refused(capsys)
    journal.run_ended("results/lineage", "failed")
    assert "is not the one that the run was started with" in told
    assert "other/study.yaml" in told
    assert "results/lineage/failed/seal_lineage.json" not in faults()


def test_the_digest_of_the_start_is_that_of_what_was_parsed(study, capsys):
    """The file was edited after Snakemake had parsed it and before the run was noted."""
    parsed = file_digest("study.yaml")
    Path("study.yaml").write_text("study: another\n")
    journal.run_started("results/lineage", "study.yaml", parsed)
    assert "is not the one that the run was started with" in seal_refused(capsys)
    Path("study.yaml").write_text("study: small\n")
    seal_up()
    journal.run_ended("results/lineage", "done")
    assert "study.yaml" not in faults()


def test_a_seal_of_another_configuration_than_the_run_parsed_is_found(study, monkeypatch):
    """Whoever seals past that check is found by the journal."""
    monkeypatch.setattr(journal, "check_configuration_kept", lambda *_: None)
    with a_run():
        Path("study.yaml").write_text("study: another\n")
        seal_up()
    (told,) = faults()["study.yaml"]
    assert told.startswith("is not the configuration that the run of entry ")


def test_raw_data_edited_before_the_end_of_the_run_are_told(study, capsys):
    with a_run():
        Path("data/log.csv").write_text("Ref,Study No\n")
        assert "data/log.csv has changed since the jobs recorded it" in seal_refused(capsys)
    assert "data/log.csv" in faults()


def test_raw_data_edited_between_seal_and_end_are_told(study):
    with a_run():
        seal_up()
        before = os.stat("data/log.csv")
        Path("data/log.csv").write_text("Ref,Study No\n")
        os.utime("data/log.csv", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert list(faults()) == ["data/log.csv"]


def test_a_job_in_a_process_of_its_own_refuses_another_configuration(study):
    with a_run():
        journal.check_configuration_kept("results/lineage", "study.yaml", file_digest("study.yaml"))
        with pytest.raises(UserError, match="not the one that the run was started with"):
            journal.check_configuration_kept("results/lineage", "study.yaml", "0" * 64)


def test_a_library_that_was_edited_during_the_run_is_told_by_both(study):
    journal.run_started("results/lineage", "study.yaml")
    journal.run_ended("results/lineage", "failed", ["pandas/core/frame.py", "data/log.csv"])
    told = faults()["results/lineage/journal.jsonl"]
    assert told == ["a library was edited while the last run went on: pandas/core/frame.py"]
    with a_run():
        seal_up()
    assert faults() == {}


def test_on_what_libraries_the_jobs_ran_is_noted(study, capsys, monkeypatch):
    told = {"distributions": 1, "files": 1, "compiled": None, "sha256": "a" * 64}
    library = sysconfig.get_path("purelib")
    monkeypatch.setenv(installed.ANNOUNCED, json.dumps({"library": library, "found": told}))
    with a_run():
        seal_up()
    main(["verify"])
    said = capsys.readouterr().out
    assert "Note: 1 job was run on byte code of libraries that was not checked\n" in said
    assert "Note: 5 jobs were run on libraries that were not compared with their lists\n" in said
    assert "more than one set of libraries" not in said
    other = json.dumps({"library": library, "found": told | {"sha256": "b" * 64, "compiled": 3}})
    with a_run():
        monkeypatch.setenv(installed.ANNOUNCED, other)
        do(Job("late", output={"table": "results/tables/late.csv"}), _write)
    main(["verify"])
    assert "the jobs ran on more than one set of libraries" in capsys.readouterr().out


def _write(job: Job) -> None:
    write_csv(job.output.table, ("row",), ("a",))
