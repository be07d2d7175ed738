"""The command as `pip install trialtrail` gives it: without the libraries that a run needs."""

from __future__ import annotations

import io
import subprocess
import sys
import tomllib
from contextlib import chdir, redirect_stdout
from pathlib import Path

import other_system
import pyarrow
import pytest
import yaml
from wheels import build_wheels, uv

from trialtrail.cli import main

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "tests/studies/balance"
BLOCK = f"import runpy; runpy.run_path({other_system.__file__!r})['take_away']()"
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from trialtrail.cli import main"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Return a folder with both distributions, installed from wheels, and what they need."""
    wheels, folder = (tmp_path_factory.mktemp(name) for name in ("wheels", "installed"))
    made = list(map(str, build_wheels(wheels, (".", "packages/runrecord"))))
    assert len(made) == 2
    given = ["pip", "install", "--no-deps", "--link-mode", "copy", "--python", sys.executable]
    uv(*given, "--target", str(folder), *made)
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert told["project"]["dependencies"] == ["pyarrow", "pyyaml", "runrecord"]
    for needed in (pyarrow, yaml):
        (folder / needed.__name__).symlink_to(Path(needed.__file__).parent)
    return folder


def ask(
    installed: Path, folder: Path, *words: str, blocked: bool = False
) -> subprocess.CompletedProcess:
    """Ask the command in an interpreter that sees Python's library and those alone.

    If ``blocked``, it also lacks what other systems than Linux lack.
    """
    start = f"{BLOCK}; {START}" if blocked else START
    command = [sys.executable, "-I", "-S", "-c", f"{start}; sys.exit(main())", installed, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_no_library_of_a_run_is_there(installed, tmp_path):
    done = ask(installed, tmp_path, "--version")
    assert done.stdout.startswith("trialtrail ")
    code = f"{START}; import pandas"
    command = [sys.executable, "-I", "-S", "-c", code, installed]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "No module named 'pandas'" in done.stderr


def test_a_run_is_refused_with_the_way_to_have_it(installed, tmp_path):
    (tmp_path / "study.yaml").write_text("study: {}\n")
    done = ask(installed, tmp_path, "run")
    assert done.returncode == 2
    assert "pip install 'trialtrail[run]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def answers(second_study, tmp_path_factory) -> list[tuple[list[str], str, int]]:
    """Return what the whole program answers: words, what it says, exit code.

    Of a results folder: trace, verify, summary, diff, the journal; of a newer CSV, new.
    """
    newer = tmp_path_factory.mktemp("newer") / "newer.csv"
    newer.write_bytes((STUDY / "data/trial.csv").read_bytes().replace(b";Sex;", b";Gender;", 1))
    check = ["new", "--check", str(STUDY / "study.yaml")]
    numbers = (second_study.results / "report/numbers.csv").read_text().splitlines()
    address = next(line for line in numbers[1:] if "estimates" in line).split(",")[0]
    found = []
    for words in (
        ["verify"],
        ["summary"],
        ["journal"],
        ["trace", f"results/report/report.pdf#{address}"],
        ["trace", "results/tables/estimates.csv"],
        ["trace", "--forward", "results/datasets/participants.parquet"],
        ["diff", "results", "results"],
        check,
        [*check, str(newer)],
    ):
        said = io.StringIO()
        with chdir(second_study.folder), redirect_stdout(said):
            code = main(words)
        found.append((words, said.getvalue(), code))
    return found


@pytest.mark.parametrize("blocked", [False, True], ids=["here", "as on another system"])
def test_it_answers_as_the_whole_program_does(installed, second_study, answers, blocked):
    for words, said, code in answers:
        here = ask(installed, second_study.folder, *words, blocked=blocked)
        assert (here.stdout, here.returncode) == (said, code), words
        assert "Traceback" not in here.stderr, words
        assert here.stdout
    (*_, same, renamed) = [code for _, _, code in answers]
    assert (same, renamed) == (0, 1)
    assert "Sex" in said
