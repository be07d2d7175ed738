"""Sealing and verifying: a clean folder is whole, and each change is named with what follows."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from runrecord import installed, journal
from runrecord.checking import standalone_verify
from runrecord.checking.standalone_verify import FAULT, NOT_ALL_HERE, WHOLE
from runrecord.checking.verify import Check
from runrecord.cli import main
from runrecord.digest import file_digest, json_text, value_digest
from runrecord.errors import UserError
from runrecord.seal import manifest_line, seal
from small_study import RECORDS, Job, a_run, do, read_json, run_all, seal_up, write_csv

LINEAGE, MANIFEST = "results/lineage/lineage.json", "results/lineage/manifest.sha256"
VERIFIER = "results/lineage/verify.py"
BOTH = (Check, standalone_verify.Check)


def faults(results: str | Path = "results") -> dict[str, list[str]]:
    """Return what is wrong by file, which command and stand-alone program tell alike."""
    command, alone = (kind(results) for kind in BOTH)
    assert command.run() == alone.run()
    assert command.faults == alone.faults
    return command.faults


def run_alone(*options: str, python: tuple[str, ...] = ("-I",)) -> subprocess.CompletedProcess:
    """Run the program that lies in the folder."""
    command = [sys.executable, *python, VERIFIER, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def edit(path: str, change) -> None:
    """Change a JSON file."""
    value = read_json(path)
    change(value)
    Path(path).write_text(json_text(value))


def test_clean_folder_is_whole_and_sha256sum_agrees(study, capsys):
    assert main(["verify"]) == 0
    assert capsys.readouterr().out.endswith(
        "6 records and 4 balances of rows checked: all is whole.\n"
    )
    assert sha256sum() == 0


def sha256sum() -> int:
    """Return the exit code of the line that the documentation gives."""
    line = ["sha256sum", "--check", "--strict", "--quiet", MANIFEST]
    return subprocess.run(line, capture_output=True, check=False).returncode


@pytest.mark.parametrize("bent", ["gone", "changed", "a line that is none", "empty manifest"])
def test_the_line_of_sha256sum_fails_where_something_is_missing(study, bent):
    if bent == "gone":
        shutil.rmtree("data")
        assert main(["verify"]) == NOT_ALL_HERE
    elif bent == "changed":
        Path("data/log.csv").write_text("Ref\n")
    elif bent == "a line that is none":
        lines = Path(MANIFEST).read_text()
        Path(MANIFEST).write_text(lines.replace("  data/log.csv", " data/log.csv"))
    else:
        Path(MANIFEST).write_text("")
    assert sha256sum() == 1


def test_the_command_runs_the_code_of_the_program_and_says_the_same(study, capsys):
    Path("data/log.csv").write_text("Ref\n")
    assert main(["verify", "--all"]) == 1
    command = capsys.readouterr().out
    alone = run_alone("--all")
    assert alone.returncode == 1
    assert [line for line in command.splitlines() if not line.startswith("Note: ")] == [
        line for line in alone.stdout.splitlines() if not line.startswith("Note: ")
    ]
    with pytest.raises(SystemExit) as asked:
        main(["verify", "--no-such"])
    assert (asked.value.code, run_alone("--no-such").returncode) == (2, 2)


@pytest.mark.parametrize("module", ["json", "argparse", "hashlib", "pathlib", "stat", "typing"])
def test_no_module_beside_the_program_stands_in_for_one_of_pythons(study, module):
    """A judge that ends with 0 whatever it finds, where Python looks first."""
    liar = Path(VERIFIER).with_name(f"{module}.py")
    liar.write_text("print('all is whole')\nraise SystemExit(0)\n")
    Path("data/log.csv").write_text("Ref\n")
    for python in ((), ("-s",), ("-E",)):
        refused = run_alone("--strict", python=python)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert f"do:    python3 -I {VERIFIER} --strict\n" in refused.stderr
    judged = run_alone()
    assert judged.returncode == 1
    assert liar.as_posix() in judged.stdout
    assert "data/log.csv" in judged.stdout


def test_the_program_says_the_exit_codes_and_runs_on_python_3_8(study):
    helped = run_alone("--help").stdout
    assert "3 nothing is at fault, but some files are not here" in helped
    text = Path(VERIFIER).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 8))
    assert not re.search(r"removeprefix|removesuffix|file_digest|match \w+:|\bzip\(.*strict", text)


def test_a_raw_file_is_replaced_by_a_link(study, tmp_path):
    os.rename("data/log.csv", tmp_path / "elsewhere.csv")
    Path("data/log.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert faults() == {"data/log.csv": [REACHED]}


def test_the_folder_of_raw_files_is_replaced_by_a_link(study, tmp_path):
    os.rename("data", tmp_path / "elsewhere")
    Path("data").symlink_to(tmp_path / "elsewhere")
    found = faults()
    assert len(found) == 10
    assert all(texts == [REACHED] for texts in found.values())


def test_a_link_that_was_there_at_the_seal_is_no_fault(study, tmp_path):
    """Raw data on another disk, to which a link leads: so they were read, and so sealed."""
    os.rename("data/log.csv", tmp_path / "elsewhere.csv")
    Path("data/log.csv").symlink_to(tmp_path / "elsewhere.csv")
    with a_run():
        seal_up()
    assert read_json(LINEAGE)["links"] == ["data/log.csv"]
    assert faults() == {}
    (tmp_path / "elsewhere.csv").write_text("Ref\n")
    assert list(faults()) == ["data/log.csv"]


REACHED = "is reached by a link, and was a file when it was sealed"
SIGNED = "results/lineage/signatures"


def _empty_file(path: Path) -> None:
    path.write_text("")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the path of a socket may be short only
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)
    os.chdir(here)


def _folder(path: Path) -> None:
    path.mkdir()


def _text(path: Path) -> None:
    path.write_text("row\n")


@pytest.mark.parametrize(
    ("path", "make", "text"),
    [
        ("results/tables/pipe.csv", _pipe, "is no file, but a pipe, a socket or a device"),
        ("results/tables/socket", _socket, "is no file, but a pipe, a socket or a device"),
        ("results/logs/pipe.log", _pipe, "is no file, but a pipe, a socket or a device"),
        ("results/tables/empty", _folder, "is an empty folder: no record says what made it"),
        (f"{SIGNED}/deeper", _folder, "is an empty folder: no record says what made it"),
        (f"{SIGNED}/table.csv", _text, "no record says what made it"),
        (f"{SIGNED}/statement.sig.csv", _text, "no record says what made it"),
        ("results/lineage/failed/note.txt", _text, "no record says what made it"),
        (
            "results/tables/.snakemake_timestamp",
            _text,
            "has the name of Snakemake's time stamps, which are empty",
        ),
        ("results/tables/.snakemake_timestamp.csv", _empty_file, "no record says what made it"),
        ("results/.snakemake/metadata", _text, "no record says what made it"),
        ("results/tables/__pycache__", _text, "no record says what made it"),
    ],
)
def test_what_is_no_product_is_found(study, path, make, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    make(Path(path))
    assert faults() == {path: [text]}


@pytest.mark.parametrize("make", [_pipe, _folder])
def test_what_stands_in_the_place_of_a_product_is_found(study, make):
    path = "results/tables/uptake.csv"
    Path(path).unlink()
    make(Path(path))
    assert faults()[path][0] == "is no file that can be read"


def test_signatures_and_time_stamps_of_snakemake_are_no_products(study):
    Path(SIGNED).mkdir()
    for name in ("statement.sig", "statement.dsse.json", "statement.tsr"):
        Path(SIGNED, name).write_text("x")
    Path("results/tables/.snakemake_timestamp").write_text("")
    assert faults() == {}


def test_a_name_that_a_terminal_would_obey_is_shown_and_not_printed(study, capsys):
    Path("results/tables/\x1b]0;title\x07.csv").write_text("row\n")
    assert main(["verify"]) == 1
    told = capsys.readouterr().out
    assert "results/tables/\\x1b]0;title\\x07.csv\n" in told
    assert "\x1b" not in told


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


def test_results_alone_are_checked_with_a_note(study, tmp_path):
    shutil.copytree("results", tmp_path / "alone/results")
    untold = "of which nothing can be said"
    for kind in BOTH:
        check = kind(tmp_path / "alone/results")
        assert check.run() == NOT_ALL_HERE
        said = check.report()
        assert "Note: not here, so not checked: 10 files of data" in said
        away = sum(map(len, check.away.values()))
        here = [path for path in (tmp_path / "alone/results").rglob("*") if path.is_file()]
        seen = len([path for path in here if path.suffix not in (".log", ".jsonl")])
        assert f"\n{seen} files seen, 6 records" in said
        assert said.endswith(f"; {away} files not here, {untold}: what is here is whole.")
        strict = kind(tmp_path / "alone/results", strict=True)
        assert strict.run() == FAULT
        assert strict.faults["data/log.csv"] == ["is not here, nor is anything else of data"]


def test_a_raw_file_that_is_gone_from_among_others_is_missing(study):
    Path("data/log.csv").unlink()
    assert faults() == {"data/log.csv": ["is missing"]}


def test_manifest_is_compared_with_the_one_expected(study):
    digest = file_digest(MANIFEST)
    assert Check("results", expect=digest.upper()).run() == WHOLE
    check = Check("results", expect="0" * 64)
    assert check.run() == FAULT
    assert "is not the one expected" in check.faults[MANIFEST][0]


def test_each_byte_flipped_is_named(study):
    """Every file that the manifest or a record covers, one after the other."""
    paths = [line.split("  ")[1] for line in Path(MANIFEST).read_text().splitlines()]
    paths = [path for path in paths if not path.startswith("..")] + [LINEAGE, MANIFEST]
    missed = []
    for path in paths:
        kept, times = Path(path).read_bytes(), os.stat(path)
        Path(path).write_bytes(kept[:-2] + bytes([kept[-2] ^ 1]) + kept[-1:])
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # an old time stamp hides nothing
        if path not in faults():
            missed.append(path)
        Path(path).write_bytes(kept)
    assert missed == []
    assert faults() == {}


def test_downstream_of_a_change_is_told(study, capsys):
    Path("data/log.csv").write_text("Ref,Study No\n")
    assert main(["verify"]) == 1
    told = capsys.readouterr().out
    assert "data/log.csv\n  has changed: the manifest has " in told
    assert "downstream: 7 files (2 dataset, 2 intermediate, 2 report, 1 table)" in told
    assert told.endswith(": 1 file not as sealed.\n")


def test_record_that_tells_another_digest_than_the_file(study):
    """File and manifest agree; only the record of the job that made the file does not."""
    path = "results/tables/uptake.csv"
    Path(path).write_text(
        Path(path).read_text().replace("any_visit,Any visit,1", "any_visit,Any visit,2")
    )
    import hashlib

    forged = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    lines = [
        manifest_line(path, forged).rstrip() if line.endswith(f"  {path}") else line
        for line in Path(MANIFEST).read_text().splitlines()
    ]
    Path(MANIFEST).write_text("\n".join(lines) + "\n")
    found = faults()
    assert any("the record of tabulate has" in text for text in found[path])
    assert MANIFEST in found


def test_missing_file_and_file_of_no_record(study):
    Path("results/datasets/participants.csv").unlink()
    Path("results/tables/extra.csv").write_text("row\n")
    found = faults()
    assert found["results/datasets/participants.csv"] == ["is missing"]
    assert found["results/tables/extra.csv"] == ["no record says what made it"]


def _fail(_: Job) -> None:
    raise UserError("no")


def test_logs_and_failed_attempts_are_no_products(study):
    with a_run(), pytest.raises(SystemExit):
        do(Job("late", output={"table": "results/tables/late.csv"}), _fail)
    Path("results/tables/late.csv").unlink(missing_ok=True)  # as Snakemake does
    Path("results/logs/extra.log").write_text("x")
    assert faults() == {}
    failed = "results/lineage/failed/late.json"
    edit(failed, lambda record: record["run"].update(problem="none"))
    assert faults()[failed] == ["is not the record of the job's last attempt in the journal"]
    Path(failed).unlink()
    assert faults()[failed] == ["is gone: the job failed when it was last tried"]


def test_module_that_was_loaded_and_not_declared_is_noted(study):
    check = Check("results")
    check.run()
    noted = "scripts/derive.py was loaded by derive, whose rule does not declare it"
    assert noted in check.notes
    assert not any("scripts/validate.py" in note for note in check.notes)


def test_record_left_over_and_record_gone(study):
    shutil.copy(f"{RECORDS}/quote.json", f"{RECORDS}/old.json")
    Path(f"{RECORDS}/tabulate.json").unlink()
    found = faults()
    assert "left over" in found[f"{RECORDS}/old.json"][0]
    assert f"{RECORDS}/tabulate.json" in found


def test_job_after_the_seal_is_no_fault(study):
    job = Job("draw", input={"lineage": LINEAGE}, output={"page": "results/lineage/index.html"})
    with a_run():
        do(job, lambda job: Path(job.output.page).write_text("<html>") and None)
    assert faults() == {}
    Path("results/lineage/index.html").write_text("<HTML>")
    assert list(faults()) == ["results/lineage/index.html"]
    Path("results/lineage/index.html").unlink()
    Path(f"{RECORDS}/draw.json").unlink()
    assert faults() == {f"{RECORDS}/draw.json": ["is gone, and the journal has it after the seal"]}


def test_rows_that_no_longer_balance(study):
    path = f"{RECORDS}/validate.json"
    edit(path, lambda record: record["result"]["rows"]["log"].update(used=1))
    assert "the rows of log do not balance: 3 read, 1 used, 1 set aside" in faults()[path]


@pytest.mark.parametrize("path", [LINEAGE, MANIFEST, f"{RECORDS}/derive.json"])
def test_damage_is_told_without_traceback(study, capsys, path):
    Path(path).write_text("{")
    assert main(["verify"]) == 1
    assert path in capsys.readouterr().out


def test_no_results_at_all(folder, capsys):
    assert main(["verify"]) == 1
    assert "no lineage is here" in capsys.readouterr().out


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


def test_lineage_that_tells_otherwise_than_the_records(study):
    """An edge taken out of the graph: of the file it names, and so of what lies downstream."""
    edit(LINEAGE, lambda lineage: lineage["used"].pop(0))
    found = faults()
    assert any("only a record says that" in text for texts in found.values() for text in texts)
    assert LINEAGE in found


def test_how_the_jobs_ran_is_noted_and_no_fault(folder, monkeypatch, capsys):
    monkeypatch.setenv("FLOW_CONFINE", "0")
    monkeypatch.setenv(
        "_RUNRECORD_REPOSITORY",
        json.dumps({"repository": str(folder), "state": {"commit": "c" * 40, "clean": False}}),
    )
    run_all()
    assert main(["verify"]) == 0
    told = capsys.readouterr().out
    why = "switched off by FLOW_CONFINE=0"
    assert f"Note: 6 jobs were not confined to what the rules declare: {why}\n" in told
    assert "Note: 6 jobs were run from a checkout with changes that are in no commit\n" in told
    # A test is no run, and its jobs are started in its own interpreter.
    assert "Note: 6 jobs were started so that modules of other places could take part\n" in told
    assert "Note: 6 jobs were run on libraries that were not compared with their lists\n" in told
    assert "more than one" not in told
    with a_run():
        monkeypatch.setenv(
            "_RUNRECORD_REPOSITORY",
            json.dumps({"repository": str(folder), "state": {"commit": "d" * 40, "clean": True}}),
        )
        seal_up()
    assert main(["verify"]) == 0
    assert "the jobs ran on more than one commit" in capsys.readouterr().out


def test_what_rests_on_a_record_is_what_its_job_made(study, capsys):
    edit(f"{RECORDS}/validate.json", lambda record: record["run"].update(host="x"))
    assert main(["verify"]) == 1
    told = capsys.readouterr().out
    assert "is not the record that entry 2 of the journal noted" in told
    assert "downstream: 11 files (2 dataset, 2 intermediate, 4 lineage, 2 report, 1 table)" in told


@pytest.mark.parametrize(
    "path", [LINEAGE, MANIFEST, f"{RECORDS}/validate.json", "results/lineage/journal_head.json"]
)
def test_damage_anywhere_is_told_by_both_without_traceback(study, path, monkeypatch, capsys):
    """A flipped bit may leave whole JSON with another key, place or kind of value."""
    monkeypatch.setattr(sys, "argv", ["verify.py", "--results", "results"])
    kept = Path(path).read_bytes()
    for at in range(0, len(kept), max(1, len(kept) // 150)):
        for bit in (1, 16):
            Path(path).write_bytes(kept[:at] + bytes([kept[at] ^ bit]) + kept[at + 1 :])
            assert main(["verify"]) == 1, at
            assert path in capsys.readouterr().out
            assert standalone_verify.main() == 1, at
            assert path in capsys.readouterr().out


# What was parsed is what is sealed.


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
