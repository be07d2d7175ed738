"""`trialtrail diff` without replays, and how differences are attributed."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import shutil
from pathlib import Path

import pytest
import small_study
from small_study import do, read_json, write_csv

from trialtrail.errors import StudyError
from trialtrail.trail.comparing import diff
from trialtrail.trail.comparing.causes import FAILED, REPLAYED, Cause, units
from trialtrail.trail.comparing.diff_text import as_text
from trialtrail.trail.comparing.effects import ALONE, UNEXPLAINED, Difference, Snapshot, attribute


@pytest.fixture
def two(study, tmp_path_factory) -> tuple[Path, Path]:
    """Return a folder with a whole run, and a copy of it."""
    other = tmp_path_factory.mktemp("other") / "b"
    shutil.copytree(study, other)
    return study, other


def ask(a: Path, b: Path, *options: str) -> tuple[int, str]:
    """Return the exit code and the answer of the command without replays."""
    parser = argparse.ArgumentParser()
    diff.add_arguments(parser)
    said = io.StringIO()
    given = [str(a / "results"), str(b / "results"), "--no-replay", *options]
    with contextlib.redirect_stdout(said):
        code = diff.command(parser.parse_args(given))
    return code, said.getvalue()


def run_again(folder: Path, monkeypatch, n: int) -> None:
    """Run the jobs of the small study that read the register, with another count in the table."""
    monkeypatch.chdir(folder)
    raw = {"raw": ["data/register.csv", "data/log.csv"]}
    made = {part: f"results/validated/{part}.parquet" for part in ("people", "visits")}
    code = small_study.code_of("scripts/validate.py")
    do(small_study.Job("validate", input=raw, output=made, params=code), small_study._validate)
    people = {"people": "results/datasets/participants.parquet"}
    table = {"table": "results/tables/uptake.csv"}

    def tabulate(job) -> None:
        write_csv(job.output.table, ("row", "n"), ("any_visit", n), ("a/b", 0))

    do(small_study.Job("tabulate", input=people, output=table), tabulate)
    read = {"tables": [table["table"], "results/tables/quotations.csv"], "people": made["people"]}
    report = {"pdf": "results/report/report.pdf", "numbers": "results/report/numbers.csv"}
    do(small_study.Job("report", input=read, output=report), small_study._report)
    small_study.seal_up()


def test_a_run_and_its_copy_do_not_differ(two):
    code, said = ask(*two)
    assert code == 0
    assert said.endswith("No difference.\n")


def test_a_raw_cell_and_the_cells_downstream_are_named(two, monkeypatch):
    a, b = two
    write_csv(b / "data/register.csv", ("Study No", "Alloc"), ("P-01", "A"), ("P-02", "A"))
    run_again(b, monkeypatch, 2)
    code, said = ask(a, b, "--json")
    answer = json.loads(said)
    assert code == 1
    (cause,) = answer["causes"]
    assert cause["name"] == "data/register.csv, line 3 (P-02), column Alloc"
    assert (cause["a"], cause["b"], cause["state"]) == ("B", "A", "not replayed")
    differing = {one["address"]: one for one in answer["differences"]}
    assert differing["uptake#any_visit/n"]["causes"] == [1]
    assert answer["replays"] is None
    assert not answer["explained"]
    assert "line 3 (P-02), column Alloc" in ask(a, b)[1]


def test_a_raw_file_that_is_gone_leaves_the_question_open(two, monkeypatch):
    a, b = two
    write_csv(b / "data/register.csv", ("Study No", "Alloc"), ("P-01", "A"), ("P-02", "A"))
    run_again(b, monkeypatch, 2)
    (b / "data").rename(b.parent / "elsewhere")
    code, said = ask(a, b)
    assert code == 2
    assert "give --raw-b DIR" in said
    code, said = ask(a, b, "--raw-b", str(b.parent / "elsewhere"))
    assert code == 1
    assert "column Alloc" in said


def test_changed_code_is_named_once(two, monkeypatch):
    a, b = two
    (b / "scripts/validate.py").write_text("# validate, otherwise\n")
    run_again(b, monkeypatch, 1)
    answer = json.loads(ask(a, b, "--json")[1])
    assert [(c["kind"], c["name"]) for c in answer["causes"]] == [("code", "scripts/validate.py")]


def test_versions_of_libraries_are_told_and_not_replayed(two):
    a, b = two
    for path in (b / "results/lineage/records").glob("*.json"):
        record = read_json(path)
        record["environment"]["python"] = "3.99.0"
        path.write_text(json.dumps(record))
    answer = json.loads(ask(a, b, "--json")[1])
    (cause,) = answer["causes"]
    assert cause["kind"] == "environment"
    assert cause["python"]["b"] == "3.99.0"
    assert "only their own machine shows it" in cause["why"]


def test_a_table_that_was_changed_by_hand_is_not_compared(two):
    a, b = two
    with open(b / "results/tables/uptake.csv", "a") as stream:
        stream.write("more,,,\n")
    with pytest.raises(StudyError, match=r"uptake\.csv is not as it was sealed"):
        ask(a, b)


def test_a_replay_needs_the_configuration(two, monkeypatch):
    _, b = two
    write_csv(b / "data/register.csv", ("Study No", "Alloc"), ("P-01", "A"), ("P-02", "A"))
    run_again(b, monkeypatch, 2)
    for folder in two:
        (folder / "study.yaml").unlink()
    answer = diff.compare(*(diff.RunInputs(folder / "results") for folder in two))
    with pytest.raises(StudyError, match="--config-a FILE"):
        diff.prove(answer, b.parent, cores=1)


def test_a_replayed_answer_in_words_says_what_moves_and_what_is_left(two, monkeypatch):
    _, b = two
    write_csv(b / "data/register.csv", ("Study No", "Alloc"), ("P-01", "A"), ("P-02", "A"))
    run_again(b, monkeypatch, 2)
    answer = diff.compare(*(diff.RunInputs(folder / "results") for folder in two))
    (cause,) = answer.comparison.causes
    (cell, *_) = answer.differences
    cause.state, cause.moves = REPLAYED, {cell.address: (cell.a, cell.b), "t#r/c": ("1", "3")}
    answer.replays, answer.unchanged = 2, ["t#r/d"]
    cell.how = ALONE
    for other in answer.differences[1:]:
        other.how, other.causes, other.replayed = UNEXPLAINED, [1], "7"
    said = as_text(answer)
    assert "replayed: moves 2 table cells and 0 printed numbers" in said
    assert f"{cell.address}  {cell.a} -> {cell.b}\n" in said
    assert "t#r/c  1 -> 3  (the same in A and B: other changes undo it)" in said
    assert "The replay of A does not give what A has: 1 table cell and" in said
    assert ("All that differs is explained" in said) == (len(answer.differences) == 1)
    cause.state, cause.why = FAILED, "tabulate: it broke"
    assert "replayed alone, the run stops: tabulate: it broke" in as_text(answer)


def attributed(
    b: str, alone: dict[int, str], joint: str | None, unchanged: str = "0"
) -> tuple[str, list[int]]:
    """Return how one cell comes about that is 0 in A."""
    one = Difference("t#r/c", "0", b)
    singles = {number: Snapshot({"t#r/c": text}) for number, text in alone.items()}
    end = None if joint is None else Snapshot({"t#r/c": joint})
    attribute([one], Snapshot({"t#r/c": unchanged}), singles, end)
    return one.how, one.causes


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("1", {1: "1", 2: "0"}, "1"), ("alone", [1])),
        (("3", {1: "1", 2: "2"}, "3"), ("together", [1, 2])),
        (("3", {1: "1", 2: "0"}, "3"), ("together", [1])),
        (("1", {1: "0", 2: "0"}, "1"), ("joint", [])),
        (("1", {1: "0"}, "0"), ("unexplained", [])),
        (("2", {1: "1"}, "1"), ("unexplained", [1])),
        (("1", {1: "1"}, None), ("unexplained", [1])),
        (("1", {1: "1"}, "1", "9"), ("unexplained", [1])),
    ],
)
def test_how_a_cell_comes_about(given, wanted):
    assert attributed(*given) == wanted


def test_too_many_cells_of_a_column_are_replayed_at_once():
    causes = [
        Cause("raw", str(at), {"file": "f", "column": "xy"[at % 2]}, number=at) for at in range(9)
    ]
    causes.append(Cause("code", "s", {"file": "s"}, number=9))
    assert [len(group) for group in units(causes, 20)] == [1] * 10
    assert sorted(len(group) for group in units(causes, 5)) == [1, 4, 5]
    assert sorted(len(group) for group in units(causes, 2)) == [1, 9]


def test_a_sealed_configuration_is_found_and_no_changed_one(study):
    from runrecord.digest import file_digest

    (study / "study.yaml").write_text("study: {}\n")
    path = study / "results/lineage/records/seal_lineage.json"
    record = read_json(path)
    record["result"]["inputs"]["study.yaml"] = file_digest(study / "study.yaml")
    path.write_text(json.dumps(record))
    assert diff.RunInputs("results").configuration() == Path("study.yaml")
    (study / "study.yaml").write_text("study: {title: another}\n")
    assert diff.RunInputs("results").configuration() is None


def test_a_change_that_moves_no_number_and_no_cell_is_told_and_ends_with_0(two, monkeypatch):
    """Two raw records change places; every dataset, table and number is as it was."""
    a, b = two
    monkeypatch.chdir(b)
    write_csv(b / "data/register.csv", ("Study No", "Alloc"), ("P-02", "B"), ("P-01", "A"))
    small_study._run_jobs(), small_study.seal_up()
    code, said = ask(a, b, "--json")
    assert json.loads(said)["causes"]
    assert json.loads(said)["differences"] == []
    assert code == 0
    assert "No difference" not in ask(a, b)[1]


@pytest.mark.parametrize("name", ["datasets/participants.csv", "report/report.pdf"])
def test_a_dataset_or_page_that_was_changed_by_hand_is_not_compared(two, name):
    """The seal still has the same digest in A and B; that of the file is another."""
    a, b = two
    with open(b / "results" / name, "a") as stream:
        stream.write("more")
    with pytest.raises(StudyError, match=r"is not as it was sealed"):
        ask(a, b)
    (b / "results" / name).unlink()  # datasets need not be handed on
    assert ask(a, b)[0] == 0


def test_a_lineage_that_was_changed_by_hand_is_not_compared(two):
    a, b = two
    path = b / "results/lineage/lineage.json"
    path.write_text(path.read_text().replace("uptake", "uptakes", 1))
    with pytest.raises(StudyError, match=r"lineage\.json is not as it was sealed|damaged"):
        ask(a, b)


def test_runs_of_two_studies_are_not_replayed(two, monkeypatch):
    a, b = two
    monkeypatch.chdir(b)
    Path("data").rename("others")
    for path in Path("others").rglob("*.*"):
        path.rename(path.with_stem(f"other_{path.stem}"))
        path.with_stem(f"other_{path.stem}").open("a").write("\n")
    made = {"table": "results/tables/uptake.csv"}
    read = {"raw": sorted(path.as_posix() for path in Path("others").rglob("*.*"))}
    for record in Path("results/lineage/records").glob("*.json"):
        record.unlink()
    do(small_study.Job("other", input=read, output=made), lambda job: write_csv(made["table"], "r"))
    small_study.seal_up()
    answer = diff.compare(*(diff.RunInputs(folder / "results") for folder in two))
    assert answer.comparison.are_strangers
    with pytest.raises(StudyError, match="are they of one study"):
        diff.prove(answer, b.parent, cores=1)
    assert not diff.compare(*[diff.RunInputs(a / "results")] * 2).comparison.are_strangers
