"""A job's record: what it holds, what it refuses, and what it never tells."""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from runrecord import Rows, run
from runrecord.errors import UserError
from runrecord.job import faults, notes, record
from small_study import RECORDS, Job, code_of, do, read_json

SENTINEL = "SENTINEL-4711"


def sha(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def count_job(**more) -> Job:
    """Return a job that reads data/in.csv and makes results/tables/out.csv."""
    Path("data/in.csv").write_text("a\n1\n")
    parts = {"input": {"table": "data/in.csv"}, "output": {"table": "results/tables/out.csv"}}
    return Job("count", **(parts | more))


def make(job) -> dict[str, Rows]:
    Path(job.output.table).write_text("row,n\na,1\n")
    return {"in": Rows(3, 2, {"late": 1})}


def everything_written(capsys) -> str:
    """Return all that a run leaves for a reader: the screen, the logs, the records."""
    told = "".join(capsys.readouterr())
    return told + "".join(
        path.read_text() for path in Path("results").rglob("*") if path.suffix in (".log", ".json")
    )


def test_without_a_job_nothing_happens(folder):
    run(lambda job: pytest.fail("main was called"), {"__name__": "scripts.count"})
    assert not Path("results").exists()


def test_record_holds_digests_parameters_and_rows(folder):
    Path("scripts/count.py").write_text("# count\n")
    params = {"limits": {"low": 1}, "data": str(folder / "data")} | code_of("scripts/count.py")
    do(count_job(params=params, wild={"arm": "a"}), make)
    result = read_json(f"{RECORDS}/count.json")["result"]
    assert result == {
        "rule": "count",
        "wildcards": {"arm": "a"},
        "params": {"limits": {"low": 1}, "data": "data"},
        "inputs": {"data/in.csv": sha("data/in.csv")},
        "outputs": {"results/tables/out.csv": sha("results/tables/out.csv")},
        "code": {"scripts/count.py": sha("scripts/count.py")},
        "syntax": {"scripts/count.py": params["code"]["scripts/count.py"]},
        "modules": {"scripts/count.py": {"sha256": sha("scripts/count.py"), "declared": True}},
        "rows": {"in": {"read": 3, "used": 2, "set_aside": {"late": 1}}},
    }


def test_result_is_the_same_in_another_folder_and_run_is_apart(folder, tmp_path, monkeypatch):
    do(count_job(), make)
    here = Path(f"{RECORDS}/count.json").read_text()
    other = tmp_path / "another folder"
    (other / "data").mkdir(parents=True)
    (other / "scripts").mkdir()
    (other / "Snakefile").write_text("")
    monkeypatch.chdir(other)
    do(count_job(), make)
    there = read_json(f"{RECORDS}/count.json")
    assert there["result"] == read_json(tmp_path / RECORDS / "count.json")["result"]
    assert there["run"]["exit"] == 0
    assert there["run"]["confined"]["by"] in ("landlock", None)
    assert there["run"]["start"].endswith("Z")
    assert str(tmp_path) not in here


def test_inputs_are_digested_before_main(folder, monkeypatch):
    monkeypatch.setenv("FLOW_CONFINE", "0")  # confined, a job cannot write to its inputs
    before = hashlib.sha256(b"a\n1\n").hexdigest()
    job = count_job()

    def forge(job):
        path = Path(job.input.table)
        path.write_text("a\n2\n")
        return make(job)

    with pytest.raises(SystemExit):
        do(job, forge)
    failed = read_json("results/lineage/failed/count.json")
    assert failed["result"]["inputs"]["data/in.csv"] == before
    assert "changed while" in failed["run"]["problem"]


def test_a_folder_stands_for_its_files(folder):
    job = Job("count", input={"talks": "data"}, output={"table": "results/tables/out.csv"})
    Path("data/b.txt").write_text("b")
    Path("data/a.txt").write_text("a")
    do(job, lambda job: Path(job.output.table).write_text("x") and None)
    assert list(read_json(f"{RECORDS}/count.json")["result"]["inputs"]) == [
        "data/a.txt",
        "data/b.txt",
    ]


def test_rows_that_do_not_balance_fail_the_job(folder, capsys):
    def lose_a_row(job):
        make(job)
        return {"in": Rows(3, 2, {})}

    with pytest.raises(SystemExit) as stop:
        do(count_job(), lose_a_row)
    assert stop.value.code == 1
    assert "rows of in do not balance in count: 3 read, 2 used, 0 set aside" in (
        capsys.readouterr().err
    )
    assert not Path(f"{RECORDS}/count.json").exists()


def test_missing_output_fails_the_job(folder, capsys):
    with pytest.raises(SystemExit):
        do(count_job(), lambda job: None)
    said = capsys.readouterr().err
    assert "count left its output results/tables/out.csv empty" in said or "cannot be read" in said


def test_a_rule_without_record_is_refused(folder, capsys):
    job = count_job()
    del job.output.record
    with pytest.raises(SystemExit):
        do(job, make)
    assert "declares no output named `record`" in capsys.readouterr().err


def test_study_error_is_told_whole_and_once(folder, capsys):
    def refuse(job):
        raise UserError("Two rows have one key", where="data/in.csv, line 3", remedy="mend it")

    with pytest.raises(SystemExit):
        do(count_job(), refuse)
    told = capsys.readouterr().err
    assert told == ("Two rows have one key\n  where: data/in.csv, line 3\n  do:    mend it\n")
    assert Path("results/logs/count.log").read_text() == told
    assert read_json("results/lineage/failed/count.json")["run"]["exit"] == 1


def fail_on(job) -> None:
    int(Path(job.input.table).read_text())


def test_fault_names_type_and_place_and_withholds_the_text(folder, capsys, monkeypatch):
    monkeypatch.delenv("FLOW_TRACEBACK", raising=False)
    job = count_job()
    Path("data/in.csv").write_text(SENTINEL)
    Path("scripts/count.py").write_text(
        "from pathlib import Path\n\n\ndef main(job):\n    int(Path(job.input.table).read_text())\n"
    )
    script = folder / "scripts/count.py"
    namespace = {"__file__": str(script), "snakemake": job}
    exec(compile(script.read_text(), str(script), "exec"), namespace)
    with pytest.raises(SystemExit):
        run(namespace["main"], namespace)
    told = capsys.readouterr().err
    assert told.startswith("Fault in the program (not in your data): ValueError\n")
    assert "  at scripts/count.py:5 main\n" in told
    assert "Traceback" not in told
    assert SENTINEL not in told + everything_written(capsys)


def test_line_of_a_copy_with_preamble_is_that_of_the_script(folder, capsys):
    """Snakemake runs `.snakemake/scripts/tmp….py`, which begins with lines of its own."""
    job = count_job()
    script, copy = folder / "scripts/count.py", folder / "copy.py"
    script.write_text("def main(job):\n    raise KeyError('x')\n")
    copy.write_text("# preamble\n# preamble\n# preamble\n" + script.read_text())
    namespace = {"__file__": str(script), "__real_file__": str(copy), "snakemake": job}
    exec(compile(copy.read_text(), str(copy), "exec"), namespace)
    with pytest.raises(SystemExit):
        run(namespace["main"], namespace)
    assert "  at scripts/count.py:2 main\n" in capsys.readouterr().err


def test_the_machinery_itself_is_no_place_of_a_fault():
    frames = faults.Frames(None, None, str(Path(__file__).parents[2]), str)
    assert frames(record.__file__, 1) is None
    assert frames(__file__, 1)


def test_a_library_failing_is_told_at_the_projects_line(folder, capsys):
    def main(job):
        read_json(job.input.table)

    job = count_job()
    Path("data/in.csv").write_text(f'{{"{SENTINEL}"')
    with pytest.raises(SystemExit):
        do(job, main)
    told = everything_written(capsys)
    assert "JSONDecodeError" in told
    assert "json/decoder.py" not in told
    assert SENTINEL not in told


def test_traceback_is_shown_only_on_request_and_only_on_the_screen(folder, capsys, monkeypatch):
    monkeypatch.setenv("FLOW_TRACEBACK", "1")
    job = count_job()
    Path("data/in.csv").write_text(SENTINEL)
    with pytest.raises(SystemExit):
        do(job, fail_on)
    assert SENTINEL in capsys.readouterr().err
    assert SENTINEL not in everything_written(capsys)


def test_warnings_prints_and_log_entries_are_counted_not_quoted(folder, capsys):
    def talk(job):
        warnings.warn(SENTINEL, UserWarning, stacklevel=1)
        logging.getLogger("library").warning("value %s", SENTINEL)
        print(SENTINEL)
        print(SENTINEL, file=sys.stderr)
        return make(job)

    do(count_job(), talk)
    log = Path("results/logs/count.log").read_text()
    assert "withheld: UserWarning at test_record.py:" in log
    assert "withheld: log WARNING of library at " in log
    assert "withheld: line on standard output" in log
    assert "withheld: line on standard error" in log
    assert "in: 3 rows read, 2 used, 1 set aside" in log
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")
    assert SENTINEL not in everything_written(capsys)


def test_failed_record_is_replaced_counted_and_removed_on_success(folder):
    failed = Path("results/lineage/failed/count.json")
    for attempt in (1, 2):
        with pytest.raises(SystemExit):
            do(count_job(), fail_on)
        assert read_json(failed)["run"]["attempt"] == attempt
    do(count_job(), make)
    assert not failed.exists()
    assert read_json(f"{RECORDS}/count.json")["run"]["attempt"] == 3


def test_recording_needs_no_data_library():
    code = (
        "import sys; from runrecord import Rows, run;"
        "print({'pandas', 'numpy', 'pyarrow'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_code_that_was_changed_after_the_run_had_begun_is_refused(folder, capsys):
    Path("scripts/count.py").write_text("# count\n")
    job = count_job(params=code_of("scripts/count.py"))
    Path("scripts/count.py").write_text("# count, and a comment\n")
    do(job, make)
    Path("scripts/count.py").write_text("x = 1\n")
    with pytest.raises(SystemExit):
        do(job, make)
    assert "scripts/count.py was changed after the run had begun" in capsys.readouterr().err


def test_libraries_of_the_system_that_a_job_names_stand_in_its_record_and_in_no_other(folder):
    def with_pango(job):
        notes.note_libraries({"Pango": "1.50"})
        return make(job)

    notes.note_libraries({"HarfBuzz": "left by other code"})
    do(count_job(), with_pango)
    about = read_json(f"{RECORDS}/count.json")
    found = about["environment"]["libraries"]
    assert found["Pango"] == "1.50"
    assert found["numpy"]
    assert "HarfBuzz" not in found
    assert "notes" not in about["result"]
    do(count_job(), make)
    assert "Pango" not in read_json(f"{RECORDS}/count.json")["environment"]["libraries"]
