"""Give the state of a study at a tag or another revision of its git repository.

The files of the revision are written into a folder of their own; nothing of the repository or its
working tree changes. Results that were kept in the revision serve: a folder `results`, or a
restricted bundle `results.zip`. Where there are none, the study is run there, with the code of the
revision if it has a checkout of trialtrail, else with this program. Where it cannot be run, as its
raw files are not in git, its `results.lock` is what is left to compare.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runrecord.graph import LINEAGE

from trialtrail import ROOT, __version__
from trialtrail.errors import StudyError
from trialtrail.trail.comparing.run_inputs import SEAL

STUDY, SHIPPED = "study.yaml", Path("config/config.yaml")
RESULTS, BUNDLE, LOCK = "results", "results.zip", "results.lock"
CHECKOUT = ("Snakefile", "workflow", "src/trialtrail")
"""What a checkout of trialtrail has: a revision with these brings its own code."""
DONE = "run-is-done"
SHORT = 12
ANNOUNCED = ("Using ", "Assuming ", "Config file ", "Building ")
"""Beginnings of what Snakemake says before it begins."""


@dataclass
class State:
    """A study as it was at a revision.

    Attributes:
        shown: what it is called in an answer: the revision and its commit.
        study: its configuration, in a folder that is removed afterwards.
        results: its results folder or restricted bundle; None where there is only a lock.
        lock: its committed lock, None where it has none.
        code: the checkout of trialtrail in the revision, None where it has none.
        how: how the results came about, in words.
        why: why there are none.
    """

    shown: str
    study: Path
    results: Path | None = None
    lock: Path | None = None
    code: Path | None = None
    how: str = ""
    why: str = ""

    @property
    def folder(self) -> Path:
        """Return the folder in which the study runs."""
        return self.code or self.study.parent


def is_revision(given: str) -> bool:
    """Return whether a word names no path and is a commit, tag or branch of the repository here."""
    return not os.path.lexists(given) and _commit(given) != ""


@contextmanager
def state_of(
    given: str, study: str | None, keep: str | None, cores: int, *, may_run: bool = True
) -> Iterator[State]:
    """Give the state of the study at a revision of the repository in which the command is given.

    Args:
        given: a tag, branch or commit.
        study: its configuration, as a path in the working tree; else `study.yaml` here, or that
            of the study that ships where the repository is a checkout of trialtrail.
        keep: a folder in which its run is kept, and used again for the same commit.
        cores: for the run.
        may_run: whether it is run where it has no results.

    Raises:
        StudyError: the revision has no such configuration.
    """
    commit = _commit(given)
    with tempfile.TemporaryDirectory(prefix="trialtrail-") as scratch:
        base = Path(scratch).resolve()
        if keep:
            base = Path(keep).resolve() / f"revision-{commit[:SHORT]}-{__version__}"
            base.mkdir(parents=True, exist_ok=True)
        if not (base / DONE).is_file():
            _write_files(commit, base)
        is_commit = commit.startswith(given)
        shown = commit[:SHORT] if is_commit else f"{given} ({commit[:SHORT]})"
        state = _state(base, shown, _inside(study), given)
        if state.results is None and may_run:
            _run(state, cores)
            if keep and state.results is not None:
                (base / DONE).touch()
        yield state


def _git(*words: str, **around: str) -> str:
    done = subprocess.run(
        ["git", *words], capture_output=True, text=True, check=True, env=os.environ | around
    )
    return done.stdout.strip()


def _commit(given: str) -> str:
    """Return the commit that a word names, empty where it names none."""
    if given.startswith("-"):
        return ""
    try:
        return _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{given}^{{commit}}")
    except (OSError, subprocess.SubprocessError):
        return ""


def _write_files(commit: str, base: Path) -> None:
    """Write the files of a commit into a folder, by an index of its own.

    Unlike an archive it leaves nothing out, and unlike a worktree it is noted nowhere.
    """
    top = _git("rev-parse", "--show-toplevel")
    with tempfile.TemporaryDirectory(prefix="trialtrail-") as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        try:
            _git("-C", top, "read-tree", commit, **index)
            _git("-C", top, "checkout-index", "--all", "--force", f"--prefix={base}/", **index)
        except subprocess.CalledProcessError:
            raise StudyError(
                "The files of the revision cannot be read from git",
                where=commit[:SHORT],
                remedy="fetch all of it: git fetch --unshallow, git lfs fetch",
            ) from None


def _inside(study: str | None) -> Path | None:
    """Return the path of a configuration within the repository; None where none is given."""
    prefix = Path(_git("rev-parse", "--show-prefix") or ".")
    if study is None:
        return prefix / STUDY
    top = Path(_git("rev-parse", "--show-toplevel")).resolve()
    path = Path(os.path.abspath(study))
    try:
        return path.parent.resolve().relative_to(top) / path.name
    except ValueError:
        raise StudyError(
            "The configuration is not in this repository",
            where=study,
            rule="of a revision it is the file that lies at the same place",
            remedy="give a path in the repository",
        ) from None


def _state(base: Path, shown: str, inside: Path, given: str) -> State:
    """Return what a revision has, by its files."""
    code = base if all((base / part).exists() for part in CHECKOUT) else None
    if code and not (base / inside).is_file():
        inside = SHIPPED
    study = base / inside
    if not study.is_file():
        raise StudyError(
            f"{given} has no {inside.as_posix()}",
            where=shown,
            remedy="name the configuration of the study: --config-a FILE, --config-b FILE",
        )
    state = State(shown, study, code=code)
    lock = study.parent / LOCK
    state.lock = lock if lock.is_file() else None
    for folder in dict.fromkeys((study.parent, state.folder)):
        if (folder / RESULTS / LINEAGE).is_file():
            state.results, state.how = folder / RESULTS, "its results are those kept in git"
            if (base / DONE).is_file():
                state.how = f"its results were made before, {_with(code)}"
            break
        if (folder / BUNDLE).is_file():
            state.results, state.how = folder / BUNDLE, f"its results are those of {BUNDLE} in git"
            break
    return state


def _with(code: Path | None) -> str:
    return "with its own code" if code else f"with trialtrail {__version__}, not that of its time"


def _run(state: State, cores: int) -> None:
    """Run a study in its folder; where that cannot be done, say why and leave no results."""
    root = state.code or ROOT
    results = state.folder / RESULTS
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores)]
    command += ["--snakefile", str(root / "Snakefile"), "--directory", str(state.folder)]
    command += ["--configfile", str(state.study)]
    around = {k: v for k, v in os.environ.items() if k != "TRIALTRAIL_TRACEBACK"}
    around["SNAKEMAKE_WARM_IDLE"] = "0"
    if state.code:
        sources = [root / "src", *sorted(root.glob("packages/*/src"))]
        around["PYTHONPATH"] = os.pathsep.join(map(str, sources))
    print(
        f"{state.shown}: it has no results in git; it is run {_with(state.code)}", file=sys.stderr
    )
    done = subprocess.run(command, cwd=root, env=around, capture_output=True, check=False)
    if done.returncode == 0 and (results / f"lineage/records/{SEAL}.json").is_file():
        state.results, state.how = results, f"it was run just now, {_with(state.code)}"
        return
    failed = sorted(path.stem for path in (results / "lineage/failed").glob("*.json"))
    # No export was read yet: what it says is of the configuration and of files that are not here.
    state.why = f"its run stopped in {failed[0]}" if failed else f"it was not run: {_said(done)}"


def _said(done: subprocess.CompletedProcess) -> str:
    """Return the first line that says why a run did not begin."""
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith(ANNOUNCED)), "nothing said")
