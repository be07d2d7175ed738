"""`trialtrail diff` on runs of the second study: 30 planted changes, each found and replayed."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

import planted
import pytest
from planted import ATOMS

from benchmarks.checkout import CODE, copy_checkout
from trialtrail.errors import StudyError
from trialtrail.trail.comparing import diff

STUDY = Path(__file__).resolve().parents[1] / "studies" / "balance"
DOUBLES = [
    ("walk", "walk too"),
    ("walk", "unit"),
    ("sex", "level"),
    ("limit", "age"),
    ("added", "estimate"),
    ("missing code", "walk"),
    ("rules", "level"),
]
ONLY_IN_DOUBLES = {"walk too", "level", "age", "estimate"}
NOTHING_MOVES = {"ignored column", "key", "order", "title", "script comment", "lock"}
"""Changes that no cell of a table and no printed number rests on."""
CASES = [*((name,) for name in ATOMS if name not in ONLY_IN_DOUBLES), *DOUBLES]


def test_there_are_thirty_cases():
    planted_in = [len([name for name in case if ATOMS[name].name]) for case in CASES]
    assert [planted_in.count(many) for many in (0, 1, 2)] == [3, 20, 7]


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """Return a folder with one run: its checkout, and its working folder with data and results."""
    root = tmp_path_factory.mktemp("diff") / "a"
    copy_checkout(root / "repository", CODE)
    shutil.copytree(STUDY, root / "folder")
    planted.run(root)
    return root


@pytest.fixture(scope="module")
def with_changes(base) -> Callable[[tuple[str, ...]], Path]:
    """Return the function that gives a run with changes planted; each is made once."""
    made: dict[tuple[str, ...], Path] = {}

    def make(case: tuple[str, ...]) -> Path:
        if case not in made:
            root = base.parent / " and ".join(case)
            shutil.copytree(base, root)
            changes = [(ATOMS | planted.COUPLED)[name] for name in case]
            for change in changes:
                change.plant(root)
            planted.run(root, any(change.everything for change in changes))
            made[case] = root
        return made[case]

    return make


@pytest.fixture(scope="module")
def answers(base, with_changes) -> Callable[[tuple[str, ...]], tuple[int, dict]]:
    """Return the function that compares the run with one with changes; each is asked once."""
    known: dict[tuple[str, ...], tuple[int, dict]] = {}

    def answer(case: tuple[str, ...]) -> tuple[int, dict]:
        if case not in known:
            known[case] = ask(base, with_changes(case), "--keep", str(base.parent / "kept"))
        return known[case]

    return answer


def ask(a: Path, b: Path, *options: str) -> tuple[int, dict]:
    """Return the exit code and the answer of the command on two runs, in JSON."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = diff.command(arguments(a / "folder", b / "folder", *options))
    return code, json.loads(said.getvalue())


def arguments(a: Path, b: Path, *options: str) -> Namespace:
    """Return the arguments of the command on two folders that hold a run and its study."""
    given = [str(a / "results"), str(b / "results"), "--json", "--cores", "2"]
    given += ["--config-a", str(a / "study.yaml"), "--config-b", str(b / "study.yaml")]
    parser = ArgumentParser()
    diff.add_arguments(parser)
    return parser.parse_args([*given, *options])


def cells(root: Path) -> dict[str, str]:
    """Return all cells of the tables and all printed numbers, read without the product."""
    results = root / "folder/results"
    found = {}
    for path in sorted((results / "tables").glob("*.csv")):
        with open(path, newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                name = next(iter(row.values()))
                found |= {f"{path.stem}#{name}/{k}": v for k, v in list(row.items())[1:]}
    with open(results / "report/numbers.csv", newline="", encoding="utf-8") as stream:
        found |= {f"report#{row['id']}": row["printed"] for row in csv.DictReader(stream)}
    return found


def not_the_same(a: Path, b: Path) -> dict[str, tuple[str | None, str | None]]:
    """Return the cells and numbers in which two runs differ."""
    one, two = cells(a), cells(b)
    return {k: (one.get(k), two.get(k)) for k in {*one, *two} if one.get(k) != two.get(k)}


def moves(cause: dict) -> dict[str, tuple[str | None, str | None]]:
    """Return what a cause moves by its replay."""
    return {move["address"]: (move["a"], move["replay"]) for move in cause["moves"]}


@pytest.fixture
def changed_cell(good_run, good_copy, workflow, tmp_path) -> tuple[Path, Path]:
    """Return two runs on the code of this checkout that differ in one raw cell."""
    roots = tmp_path / "a", tmp_path / "b"
    for root, run in zip(roots, (good_run, good_copy), strict=True):
        root.mkdir()
        (root / "folder").symlink_to(run.folder)
    ATOMS["walk"].plant(roots[1])
    changed = workflow(good_copy.folder, planted.SEALED, config=good_copy.folder / "study.yaml")
    assert changed.exit_code == 0, changed.said
    return roots


def test_a_changed_cell_is_found_and_proven(changed_cell, tmp_path):
    """The sample of every test run; all cases, with those of changed code, are of the night."""
    base, changed = changed_cell
    kept = ("--keep", str(tmp_path / "kept"))
    check(("walk",), base, lambda _: changed, ask(base, changed, *kept))
    check_numbers(base, changed, *kept)


def check_numbers(base: Path, changed: Path, *kept: str) -> None:
    """The printed numbers that the cell moves are proven to be moved by it, and nobody is named."""
    code, answer = ask(base, changed, "--numbers", *kept)
    truth = {k: v for k, v in not_the_same(base, changed).items() if k.startswith("report#")}
    assert (code, answer["differ"]) == (1, len(truth))
    assert truth
    assert {f"report#{one['id']}": (one["before"], one["after"]) for one in answer["numbers"]} == {
        name: ends for name, ends in truth.items()
    }
    assert {(one["how"], *one["causes"]) for one in answer["numbers"]} == {("alone", 1)}
    (cause,) = answer["causes"]
    assert (cause["export"], cause["column"], cause["fewer_than"]) == (planted.RAW, "Walk 12", 3)
    assert (cause["moves"], answer["unexplained"], answer["warnings"]) == (len(truth), 0, [])
    assert "BT001" not in json.dumps(answer)
    assert all(one["sections"] for one in answer["numbers"])


@pytest.mark.nightly
@pytest.mark.parametrize("case", CASES, ids=" + ".join)
def test_the_causes_are_found_and_proven(case, base, with_changes, answers):
    check(case, base, with_changes, answers(case))


def check(
    case: tuple[str, ...],
    base: Path,
    with_changes: Callable[[tuple[str, ...]], Path],
    given: tuple[int, dict],
) -> None:
    """The causes are those planted; a replay of each gives what a run with it alone gave."""
    b, (code, answer) = with_changes(case), given
    wanted = {(ATOMS[name].kind, ATOMS[name].name) for name in case if ATOMS[name].name}
    assert {(cause["kind"], cause["name"]) for cause in answer["causes"]} == wanted
    assert len(answer["causes"]) == len(wanted)
    truth = not_the_same(base, b)
    assert code == (1 if truth else 0)
    assert {d["address"]: (d["a"], d["b"]) for d in answer["differences"]} == truth
    if not wanted:
        assert not truth
        assert not answer["files"]
        return
    assert answer["explained"], answer["differences"]
    assert not answer["unchanged_differs"]
    found = {cause["name"]: cause for cause in answer["causes"]}
    for name in case:
        cause = found[ATOMS[name].name]
        assert cause["state"] == "replayed", cause["why"]
        alone = with_changes((name,)) if len(case) > 1 else b
        assert moves(cause) == not_the_same(base, alone)
        assert bool(cause["moves"]) == (name not in NOTHING_MOVES)
    for one in answer["differences"]:
        movers = [c["number"] for c in answer["causes"] if one["address"] in moves(c)]
        assert one["causes"] == movers


@pytest.mark.nightly
def test_a_number_that_no_single_change_moves_is_a_joint_effect(base, answers):
    """Two walks a tenth longer: only both of them carry the printed estimate over the half."""
    _, answer = answers(("walk", "walk too"))
    how = {one["address"]: (one["how"], one["causes"]) for one in answer["differences"]}
    assert how["report#estimates-walk-estimate"] == ("joint", [])
    assert how["estimates#walk/estimate"] == ("together", [1, 2])


@pytest.mark.nightly
def test_changes_that_need_each_other_are_explained_together(base, with_changes):
    """A column renamed in the file and in the configuration: each alone stops the run."""
    b = with_changes(("heading", "column", "walk"))
    code, answer = ask(base, b, "--keep", str(base.parent / "kept"))
    assert code == 1
    states = {cause["name"]: cause["state"] for cause in answer["causes"]}
    assert states[planted.COUPLED["heading"].name] == "stopped"
    assert states[planted.COUPLED["column"].name] == "stopped"
    assert states[ATOMS["walk"].name] == "replayed"
    assert answer["explained"], answer["differences"]


def test_a_table_that_no_run_gave_is_not_compared(good_run, good_copy, tmp_path):
    table = good_copy.results / "tables/estimates.csv"
    table.write_text(table.read_text().replace("walk", "walk ", 1))
    said = r"estimates\.csv is not as it was sealed"
    with pytest.raises(StudyError, match=said):
        diff.command(arguments(good_run.folder, good_copy.folder, "--no-replay"))


@pytest.mark.nightly
def test_a_configuration_that_is_not_of_the_run_proves_nothing(base, with_changes, tmp_path):
    """Else the unchanged would be another run, and every effect that of another change."""
    b = with_changes(("walk",))
    other = tmp_path / "study.yaml"
    other.write_text((base / "folder/study.yaml").read_text().replace("years", "a"))
    with pytest.raises(StudyError, match="has not the parameters that A had"):
        ask(base, b, "--config-a", str(other))
