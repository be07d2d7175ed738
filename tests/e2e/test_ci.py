"""`trialtrail ci` on runs of the second study, and its files for CI, their steps run from them."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.run_ci_file import Ran, run_github, run_gitlab
from trialtrail.cli import main
from trialtrail.integration.checks import CHECKS
from trialtrail.integration.command import FAILED, PASSED, STOPPED
from trialtrail.integration.gitlab_comment import MARK
from trialtrail.integration.init import GITHUB, GITLAB

BIN = str(Path(sys.executable).parent)
SYSTEM = "Install what the PDF needs of the system"
INSTALL = "Install the packages of the lock, each by its hash, and trialtrail"
PARTICIPANT = "BT0"
SHOWN = "<!-- lines of tests/studies/balance -->"
"""Stands before the lines of a lock in docs/ci.md."""
ROOT = Path(__file__).resolve().parents[2]
MISASKED = 2


def rewrite(path: Path, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Change the rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(stream)
        rows, names = list(reader), list(reader.fieldnames or ())
    change(rows)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [*dict.fromkeys([*names, *(n for r in rows for n in r)])])
        writer.writeheader()
        writer.writerows(rows)


def write(path: Path, columns: str, *rows: str) -> None:
    path.write_text("\n".join([columns, *rows, ""]), encoding="utf-8")


def fail_on(folder: Path, *names: str) -> None:
    """Have the study list what `trialtrail ci` fails on."""
    study = folder / "study.yaml"
    study.write_text(f"{study.read_text('utf-8')}\nci:\n  fail_on: [{', '.join(names)}]\n")


def other_number(results: Path) -> None:
    def change(rows):
        rows[0]["printed"] = "65"

    rewrite(results / "report/numbers.csv", change)


def other_cell(results: Path) -> None:
    def change(rows):
        rows[0]["value"] = "65"

    rewrite(results / "report/numbers.csv", change)


def cell_of_no_table(results: Path) -> None:
    def change(rows):
        rows[0]["row"] = "flow.nobody"

    rewrite(results / "report/numbers.csv", change)


def nothing_supplied(results: Path) -> None:
    path = results / "lineage/lineage.json"
    graph = json.loads(path.read_text("utf-8"))
    for file in graph["files"]:
        file["kind"] = {"raw": "code", "configuration": "code"}.get(file["kind"], file["kind"])
    path.write_text(json.dumps(graph), encoding="utf-8")


def error_query(results: Path) -> None:
    def change(rows):
        rows.append(rows[0] | {"query_id": "Q-0123456789", "severity": "error", "rule": "range"})

    rewrite(results / "validation/queries.csv", change)


def stale(results: Path) -> None:
    write(results / "tables/convergence.csv", "row,state", "trust,stale", "cost,current")


def stale_step(results: Path) -> None:
    write(results / "tables/threads.csv", "row,state", "lost.1,", "lost.2,stale")


def differing_claim(results: Path) -> None:
    write(results / "tables/claims.csv", "id,verdict", "drop_out,differs", "age,reproduced")


def contradicted(results: Path) -> None:
    write(results / "tables/conduct.csv", "row,verdict", "visits,contradicted")


def deviation(results: Path) -> None:
    write(results / "tables/deviations.csv", "row,kind,key", "1,not_run,outcomes.walk")


def edited_table(results: Path) -> None:
    path = results / "tables/arms.csv"
    path.write_text(path.read_text() + "\n")


FAULTS = [
    ("changed_number", other_number, "flow-randomised-n  64 -> 65"),
    ("new_error_query", error_query, "Q-0123456789  range  data/trial.csv, column Falls"),
    ("open_error_query", error_query, "Q-0123456789"),
    ("stale_verdict", stale, "verdict trust: stale"),
    ("stale_verdict", stale_step, "step lost.2: stale"),
    ("untraced_number", other_cell, "flow-randomised-n: its cell holds another value"),
    ("untraced_number", cell_of_no_table, "flow-randomised-n: there is no such cell"),
    ("untraced_number", nothing_supplied, "flow-randomised-n: no file of the study is behind"),
    ("failed_claim", differing_claim, "drop_out"),
    ("failed_fact", contradicted, "visits"),
    ("plan_deviation", deviation, "not run: outcomes.walk"),
    ("verify", edited_table, "results/tables/arms.csv"),
]


def ask(folder: Path, *words: str, capsys) -> tuple[int, str]:
    capsys.readouterr()
    code = main([*words[:1], str(folder / "study.yaml"), *words[1:]])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_every_check_has_a_fault_that_is_planted():
    assert {name for name, _, _ in FAULTS} == CHECKS.keys()


def test_a_good_run_passes_every_check(good_copy, capsys):
    fail_on(good_copy.folder, *(name for name in CHECKS if name != "verify"))
    code, said = ask(good_copy.folder, "lock", capsys=capsys)
    assert code == PASSED
    assert "results.lock: " in said
    shown = (ROOT / "docs/ci.md").read_text(encoding="utf-8").partition(SHOWN)[2].split("```")[1]
    lock = (good_copy.folder / "results.lock").read_text(encoding="utf-8").splitlines()
    assert {line for line in shown.strip().splitlines() if "…" not in line} <= {*lock}
    assert "estimates#walk/estimate" in shown
    code, said = ask(good_copy.folder, "ci", "--no-run", capsys=capsys)
    assert (code, said.count("FAILS")) == (PASSED, 0), said
    assert said.splitlines()[-1] == "8 checks: all passed"


@pytest.mark.parametrize(("name", "plant", "told"), FAULTS, ids=lambda x: getattr(x, "__name__", x))
def test_a_planted_fault_fails_the_check_that_the_study_lists(name, plant, told, good_copy, capsys):
    folder = good_copy.folder
    assert ask(folder, "lock", capsys=capsys)[0] == PASSED
    plant(good_copy.results)
    others = [other for other in CHECKS if other == "failed_claim" != name]
    fail_on(folder, name, *others)
    code, said = ask(folder, "ci", "--no-run", capsys=capsys)
    assert code == FAILED
    assert said.count("FAILS") == 1
    assert told in said
    assert said.splitlines()[-1].endswith(f": {name} failed")
    assert PARTICIPANT not in said


def test_what_a_study_does_not_list_does_not_fail(good_copy, capsys):
    ask(good_copy.folder, "lock", capsys=capsys)
    other_number(good_copy.results)
    fail_on(good_copy.folder, "stale_verdict")
    assert ask(good_copy.folder, "ci", "--no-run", capsys=capsys)[0] == PASSED


def test_without_a_lock_a_number_cannot_pass(good_copy, capsys):
    code, said = ask(good_copy.folder, "ci", "--no-run", capsys=capsys)
    assert code == FAILED
    assert "there is no results.lock" in said


def test_a_check_that_there_is_not_is_refused(good_copy, capsys):
    fail_on(good_copy.folder, "changed_nubmer")
    code, said = ask(good_copy.folder, "ci", "--no-run", capsys=capsys)
    assert code == MISASKED
    assert "changed_nubmer" in said


def test_a_run_that_stops_is_told_apart(tmp_path, capsys, monkeypatch):
    (tmp_path / "study.yaml").write_text("study: {}\n")
    monkeypatch.setattr("trialtrail.running.run_study", lambda file, words, **given: 1)
    assert ask(tmp_path, "ci", capsys=capsys)[0] == STOPPED


def test_a_lock_is_only_of_what_was_sealed(good_copy, capsys):
    other_number(good_copy.results)
    code, said = ask(good_copy.folder, "lock", capsys=capsys)
    assert code == MISASKED
    assert "not as it was sealed" in said
    assert not (good_copy.folder / "results.lock").exists()


def test_a_summary_says_which_numbers_differ(good_copy, capsys):
    ask(good_copy.folder, "lock", capsys=capsys)
    other_number(good_copy.results)
    main(["summary", "--results", str(good_copy.results)])
    assert "flow-randomised-n  64 -> 65" in capsys.readouterr().out


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org", *words],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(good_copy, tmp_path, monkeypatch, capsys) -> Path:
    """Return a study's repository: files for CI, the lock, and a second commit with a change."""
    folder = tmp_path / "study"
    folder.mkdir()
    for name in ("data", "study.yaml"):
        shutil.move(good_copy.folder / name, folder / name)
    shutil.copytree(good_copy.results, folder / "results")
    git(folder, "init", "-q", "-b", "main")
    (folder / ".gitignore").write_text("results/\n.snakemake/\n")
    ask(folder, "lock", capsys=capsys)
    monkeypatch.chdir(folder)
    assert main(["ci", "init"]) == PASSED
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "A study")
    git(folder, "tag", "before")
    raw = folder / "data/trial.csv"
    raw.write_bytes(raw.read_bytes().replace(b"10.5;10.9;", b"10.5;19.9;", 1))
    git(folder, "commit", "-q", "-a", "-m", "Correct a walk")
    return folder


COMMAND = """\
#!/bin/sh
echo "trialtrail $*" >> "$SAID"
case "$1" in
    ci) mkdir -p results/report results/lineage results/validation
        touch results/report/report.pdf results/lineage/lineage.json results/validation/queries.csv
        exit "$ENDS_WITH" ;;
    diff) echo "**1 of 209 printed numbers differs.**"; exit 1 ;;
esac
"""
"""Stands in for the command: it notes what it was asked, and the run fails or not."""


@pytest.fixture
def stand_in(tmp_path, monkeypatch) -> tuple[str, Path]:
    """Return a folder with a command that stands in for trialtrail, and what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "trialtrail").write_text(COMMAND)
    (folder / "trialtrail").chmod(0o755)
    said = tmp_path / "said.txt"
    monkeypatch.setenv("SAID", str(said))
    return str(folder), said


@pytest.mark.parametrize("fails", [False, True])
def test_the_steps_for_github_run_as_they_stand(fails, repository, stand_in, tmp_path, monkeypatch):
    """A comment is written, or its own last one is replaced: 41 is the first of those it made."""
    monkeypatch.setenv("ENDS_WITH", str(int(fails)))
    monkeypatch.setenv("GH_KNOWN", "41\n42" if fails else "")
    before = git(repository, "rev-parse", "before")
    replaced = {SYSTEM: "true", INSTALL: "true"}
    ran = run_github(
        *(repository, GITHUB, tmp_path / "ci"), before=before, replaced=replaced, path=stand_in[0]
    )
    asked = stand_in[1].read_text().splitlines()
    assert asked == [
        "trialtrail ci study.yaml",
        f"trialtrail diff {before} results --numbers --markdown"
        " --config-a study.yaml --config-b study.yaml",
    ]
    check_steps(ran, fails)
    assert "209 printed numbers" in (tmp_path / "ci/summary.md").read_text()
    listed, written = (tmp_path / "ci/gh.txt").read_text().splitlines()
    assert listed.startswith("api repos/own/study/issues/7/comments --paginate --jq ")
    assert written == (
        "api --silent --method PATCH repos/own/study/issues/comments/41 --field body=@comment.md"
        if fails
        else "pr comment 7 --body-file comment.md"
    )
    comment = (tmp_path / "ci/work/comment/comment.md").read_text()
    assert comment.startswith(f"{MARK}\n**1 of 209 printed numbers differs.**")


def check_steps(ran: Ran, fails: bool) -> None:
    """Whether the run failed or not, all was kept but rows of participants, and a comment made."""
    assert ran.failed == fails
    states = {step.name: step.state for step in ran.steps}
    assert states["Run the whole analysis, and fail on what the study lists"] == (
        "failed" if fails else "ran"
    )
    assert {"ran"} == {
        states[name] for name in ("Keep report and lineage", "Keep the comment", SYSTEM, INSTALL)
    }
    kept = ran.artifact("trialtrail-report")
    assert "results/report/report.pdf" in kept
    assert "results/lineage/lineage.json" in kept
    assert not [name for name in kept if "validation" in name]
    assert ran.artifact("trialtrail-numbers") == ["numbers.md"]


def test_a_push_and_a_fork_get_no_comment(repository, stand_in, tmp_path, monkeypatch):
    monkeypatch.setenv("ENDS_WITH", "0")
    replaced = {SYSTEM: "true", INSTALL: "true"}
    before = git(repository, "rev-parse", "before")
    for name, given in (("push", {}), ("fork", {"before": before, "fork": True})):
        folder = tmp_path / name
        ran = run_github(repository, GITHUB, folder, replaced=replaced, path=stand_in[0], **given)
        assert not ran.failed
        assert not (folder / "gh.txt").exists()
        assert ("comment", "left out") in {(step.name, step.state) for step in ran.steps}
    assert stand_in[1].read_text().count("trialtrail diff") == 1


@pytest.mark.parametrize("fails", [False, True])
def test_the_script_for_gitlab_runs_as_it_stands(
    fails, repository, stand_in, tmp_path, monkeypatch
):
    monkeypatch.setenv("ENDS_WITH", str(int(fails)))
    before = git(repository, "rev-parse", "before")
    ran = run_gitlab(
        *(repository, GITLAB, tmp_path / "ci"),
        before=before,
        replaced={"before_script": "true"},
        path=stand_in[0],
    )
    assert ran.failed == fails
    kept = ran.artifact("trialtrail")
    assert {"numbers.md", "results/report/report.pdf", "results/lineage/lineage.json"} <= {*kept}
    assert not [name for name in kept if "validation" in name]
    assert f"trialtrail diff {before} results" in stand_in[1].read_text()


def test_a_tag_with_its_results_is_compared_without_a_run(repository, good_copy, capsys):
    """Old reports stay comparable: what was kept in git serves, and nothing changes here."""
    git(repository, "add", "--force", "results")
    git(repository, "commit", "-q", "-m", "Keep the results")
    git(repository, "tag", "kept")
    git(repository, "rm", "-q", "-r", "--cached", "results")
    git(repository, "commit", "-q", "-m", "Keep them no more")
    before = git(repository, "status", "--short")
    other_number(repository / "results")
    lock = (repository / "results.lock").read_text()
    capsys.readouterr()
    code = main(["diff", "kept", "kept", "--numbers", "--markdown"])
    said = capsys.readouterr()
    assert (code, said.out.splitlines()[0]) == (0, "**No printed number differs (209 compared).**")
    assert "kept in git" in said.err
    assert git(repository, "status", "--short") == before
    assert (repository / "results.lock").read_text() == lock
    assert len(git(repository, "worktree", "list").splitlines()) == 1


def test_tags_with_a_lock_alone_are_compared_by_it(repository, capsys):
    lock = repository / "results.lock"
    other_number(repository / "results")
    from trialtrail.trail.results_lock import lock_of, write_lock

    write_lock(lock, lock_of(repository / "results", sealed=False))
    git(repository, "commit", "-q", "-a", "-m", "Another number")
    capsys.readouterr()
    assert main(["diff", "before", "HEAD", "--locks"]) == 1
    said = capsys.readouterr().out
    assert "flow-randomised-n  64 -> 65" in said
    assert "Causes are not known" in said
    assert re.match(r"1 printed number differs between before \(\w+\) and HEAD \(\w+\):", said)
    assert main(["diff", "before", "before", "--locks"]) == 0
    assert main(["diff", "before", "HEAD", "--locks", "--numbers", "--markdown"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "</details>"


def test_a_tag_without_results_and_lock_is_told_of(repository, capsys):
    """It is not said that it cannot be run where it was only asked not to be."""
    git(repository, "rm", "-q", "results.lock")
    git(repository, "commit", "-q", "-m", "No lock")
    capsys.readouterr()
    assert main(["diff", "before", "HEAD", "--locks"]) == MISASKED
    said = capsys.readouterr().err
    assert "It has no results and no results.lock" in said
    assert "leave --locks out" in said


def test_what_is_neither_folder_nor_revision_is_told(repository, capsys):
    assert main(["diff", "nosuch", "before"]) == MISASKED
    assert "no revision of a git repository" in capsys.readouterr().err


@pytest.mark.nightly
@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_both_files_run_a_whole_study_and_tell_what_a_change_moves(kind, repository, tmp_path):
    """All but the set-up, in whose place the environment of the tests stands."""
    before = git(repository, "rev-parse", "before")
    if kind == "github":
        replaced = {SYSTEM: "true", INSTALL: "true"}
        ran = run_github(
            *(repository, GITHUB, tmp_path / "ci"), before=before, replaced=replaced, path=BIN
        )
        comment = tmp_path / "ci/artifacts/trialtrail-numbers/numbers.md"
    else:
        ran = run_gitlab(
            *(repository, GITLAB, tmp_path / "ci"),
            before=before,
            replaced={"before_script": "true"},
            path=BIN,
        )
        comment = tmp_path / "ci/artifacts/trialtrail/numbers.md"
    assert ran.failed  # the numbers are not those of the lock
    assert "FAILS  changed_number" in ran.log
    assert "ok     verify" in ran.log
    said = comment.read_text()
    assert "printed numbers differ" in said.splitlines()[0]
    assert "by raw data" in said.splitlines()[0]
    assert "not proven" not in said
    assert PARTICIPANT not in said + ran.log
