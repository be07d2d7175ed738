"""Verifying: a clean folder is whole, and each change is named with what follows."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from runrecord.checking import standalone_verify
from runrecord.checking.standalone_verify import FAULT, NOT_ALL_HERE, WHOLE
from runrecord.checking.verify import Check
from runrecord.cli import main
from runrecord.digest import file_digest
from runrecord.errors import UserError
from runrecord.seal import manifest_line
from small_study import RECORDS, Job, a_run, do, run_all, seal_up
from verdicts import BOTH, LINEAGE, MANIFEST, VERIFIER, edit, faults, run_alone


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


def test_results_alone_are_checked_with_a_note(study, tmp_path):
    shutil.copytree("results", tmp_path / "alone/results")
    for kind in BOTH:
        check = kind(tmp_path / "alone/results")
        assert check.run() == NOT_ALL_HERE
        said = check.report()
        assert "Note: not here, not checked: 10 files of data (10 raw)" in said
        away = sum(map(len, check.away.values()))
        here = [path for path in (tmp_path / "alone/results").rglob("*") if path.is_file()]
        seen = len([path for path in here if path.suffix not in (".log", ".jsonl")])
        assert f"\n{seen} files seen, 6 records" in said
        untold = f"{away} files not here: not checked and not vouched for."
        assert said.endswith(f" checked: all that is here is as recorded; {untold}")
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


def test_manifest_that_tells_another_digest_than_the_record(study):
    """Told though the raw file is not here, so that neither can be compared with it."""
    path = "data/log.csv"
    digest = file_digest(path)
    Path(MANIFEST).write_text(Path(MANIFEST).read_text().replace(digest, "0" * 64))
    shutil.rmtree("data")
    (text,) = (text for text in faults()[path] if text.startswith("has two digests"))
    assert text.endswith(f"has {digest[:12]}…, the manifest {'0' * 12}…")


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
@pytest.mark.parametrize("places", [10, pytest.param(300, marks=pytest.mark.nightly)])
def test_damage_anywhere_is_told_by_both_without_traceback(
    study, path, places, monkeypatch, capsys
):
    """A flipped bit may leave whole JSON with another key, place or kind of value."""
    monkeypatch.setattr(sys, "argv", ["verify.py", "--results", "results"])
    kept = Path(path).read_bytes()
    for at in range(0, len(kept), max(1, len(kept) // places)):
        for bit in (1, 16):
            Path(path).write_bytes(kept[:at] + bytes([kept[at] ^ bit]) + kept[at + 1 :])
            assert main(["verify"]) == 1, at
            assert path in capsys.readouterr().out
            assert standalone_verify.main() == 1, at
            assert path in capsys.readouterr().out
