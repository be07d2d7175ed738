"""The comment of a pull request on planted changes: every number, by its cause, and no person.

Thirty changes of one thing each (cells, records and their order, answers to queries, codes, other
entries of the configuration, code, templates, versions), changes of two things, and changes that
are none, such as of a comment.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import planted
import pytest
from planted import IN_A_COMMENT

from benchmarks.checkout import CODE, copy_checkout
from trialtrail.cli import main

STUDY = Path(__file__).resolve().parents[1] / "studies" / "balance"
NONE = ("comment", "code comment", "touched")
"""Changes after which no job computes anything else."""
DOUBLES = [("walk", "unit"), ("codes of a level", "sex"), ("answer corrected", "walk too")]
LEFT_OUT = {"again", "walk too", "answer accepted", "styles"}
SINGLES = [(name,) for name in IN_A_COMMENT if name not in {*NONE, *LEFT_OUT}]
PRINTS_THE_SAME = {
    *("ignored column", "key", "order", "layout", "title", "script comment", "lock"),
    *("sections", "label", "digits", "unit"),
}
"""Changes that move no printed number: a unit is none, and tables of six digits have enough."""
PARTICIPANT = re.compile(r"BT\d{3}")


def test_there_are_thirty_changes():
    assert len(SINGLES) == 30
    kinds = Counter(min(IN_A_COMMENT[name].told)[0] for (name,) in SINGLES)
    assert kinds == {"raw data": 14, "configuration": 9, "code": 6, "environment": 1}


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """Return a folder with one run of a study that has an answer: checkout, data and results."""
    root = tmp_path_factory.mktemp("comment") / "a"
    copy_checkout(root / "repository", CODE)
    shutil.copytree(STUDY, root / "folder")
    planted.with_an_answer(root)
    planted.run(root)
    return root


@pytest.fixture(scope="module")
def compared(base) -> Callable[[tuple[str, ...]], tuple[Path, int, dict, str]]:
    """Return the function that plants changes, runs, and compares: code, JSON and Markdown."""

    def compare(case: tuple[str, ...]) -> tuple[Path, int, dict, str]:
        root = base.parent / " and ".join(case)
        shutil.copytree(base, root)
        changes = [IN_A_COMMENT[name] for name in case]
        for change in changes:
            change.plant(root)
        planted.run(root, any(change.everything for change in changes))
        code, said = comment_on(base, root, "--json", "--keep", str(base.parent / "kept"))
        return root, code, json.loads(said), comment_on(base, root, "--markdown", "--no-replay")[1]

    return compare


def comment_on(a: Path, b: Path, *options: str) -> tuple[int, str]:
    """Return exit code and words of `trialtrail diff --numbers` on two runs."""
    words = ["diff", str(a / "folder/results"), str(b / "folder/results"), "--numbers"]
    for letter, root in (("a", a), ("b", b)):
        words += [f"--config-{letter}", str(root / "folder/study.yaml")]
    said = StringIO()
    with redirect_stdout(said):
        code = main([*words, "--cores", "2", *options])
    return code, said.getvalue()


def printed(root: Path) -> dict[str, Counter[str]]:
    """Return what is printed of each cell, read without the product."""
    found: dict[str, Counter[str]] = {}
    path = root / "folder/results/report/numbers.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            address = f"{row['table']}#{row['row']}/{row['column']}"
            found.setdefault(address, Counter())[row["printed"]] += 1
    return found


def movements(a: Path, b: Path) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """Return of each cell what is printed in A alone, and in B alone."""
    one, two = printed(a), printed(b)
    ends = {at: (one.get(at, Counter()), two.get(at, Counter())) for at in {*one, *two}}
    return {at: (x - y, y - x) for at, (x, y) in ends.items() if x != y}


def told_movements(answer: dict) -> dict[str, tuple[Counter, Counter]]:
    """Return the same as the answer tells it."""
    found: dict[str, tuple[Counter, Counter]] = {}
    for one in answer["numbers"]:
        ends = found.setdefault(one["cell"], (Counter(), Counter()))
        for end, text in zip(ends, (one["before"], one["after"]), strict=True):
            if text is not None:
                end[text] += 1
    return found


def check_words(comment: str, differ: int) -> None:
    """The comment has its verdict in the first line, folds what is long, and names nobody."""
    first, *rest = comment.splitlines()
    assert re.fullmatch(r"\*\*.+\.\*\*", first)
    assert ("No printed number differs" in first) == (differ == 0)
    assert rest.count("<details>") == rest.count("</details>") >= 1
    assert not PARTICIPANT.search(comment)


@pytest.mark.nightly
@pytest.mark.parametrize("case", [*SINGLES, *DOUBLES], ids=" + ".join)
def test_a_comment_names_every_number_and_its_cause(case, base, compared):
    b, code, answer, comment = compared(case)
    truth = movements(base, b)
    assert code == (1 if truth else 0)
    wanted = set().union(*(IN_A_COMMENT[name].told for name in case))
    assert {(c["kind"], c["name"]) for c in answer["causes"]} == wanted
    assert len(answer["causes"]) == len(wanted)
    withheld = {one["cell"] for one in answer["numbers"] if one["withheld"]}
    told = told_movements(answer)
    assert {at: ends for at, ends in told.items() if at not in withheld} == {
        at: ends for at, ends in truth.items() if at not in withheld
    }
    assert told.keys() == truth.keys()
    assert bool(truth) == any(name not in PRINTS_THE_SAME for name in case)
    assert (answer["unexplained"], answer["replay_of_a_differs"]) == (0, 0)
    assert answer["warnings"] == []
    if len(wanted) == 1:
        assert {(one["how"], *one["causes"]) for one in answer["numbers"]} <= {("alone", 1)}
    elif truth:
        assert {n for one in answer["numbers"] for n in one["causes"]}
    check_words(comment, answer["differ"])
    assert not PARTICIPANT.search(json.dumps(answer))


@pytest.mark.nightly
@pytest.mark.parametrize("name", NONE)
def test_a_change_that_is_none_ends_with_0(name, base, compared):
    b, code, answer, comment = compared((name,))
    assert (code, answer["differ"], answer["replays"]) == (0, 0, None)
    assert not movements(base, b)
    check_words(comment, 0)
