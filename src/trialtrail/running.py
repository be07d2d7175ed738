"""Run the workflow that came with this package for a study: ``trialtrail run STUDY.yaml``.

The workflow is the one of the checkout, or the one that the wheel brought along
(`trialtrail.ROOT`). Snakemake does the work in a process of its own; its options are passed on.
"""

from __future__ import annotations

import argparse
import os
import site
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from trialtrail import INSTALLED, ROOT
from trialtrail.errors import StudyError
from trialtrail.trail.results_lock import TOLD_LATER
from trialtrail.trail.summary import summary

STUDY = "study.yaml"
"""The file that is looked for where none is named."""
NEEDED = ("snakemake", "pandas", "pandera", "weasyprint", "snakemake_executor_plugin_warm")
"""Some of what the extra `run` installs: without any of them nothing can be run."""
LIBRARIES = {
    "Debian or Ubuntu": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "Fedora": "sudo dnf install pango harfbuzz",
    "macOS": "brew install pango",
    "conda": "conda install -c conda-forge pango harfbuzz",
}
"""How the system libraries that lay out the PDF are installed."""
MANIFEST = "lineage/manifest.sha256"
NO_RUN = ("-n", "--dry-run", "--dryrun", "--lint", "--dag", "--summary", "--list-rules")
"""Options by which Snakemake tells of the workflow and runs nothing."""
OWN = {
    "--snakefile": ("-s",),
    "--configfile": ("--configfiles",),
    "--directory": ("-d",),
    "--config": ("-C",),
}
"""Options of Snakemake that this command sets itself, or that no run takes -> their other names."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the study, and all that is handed on to Snakemake."""
    parser.usage = "trialtrail run [STUDY.yaml] [option of Snakemake ...] [-- target ...]"
    parser.description = (
        "Run the workflow for a study, in the folder of its file; results are in its results/. "
        "Without a file it takes study.yaml in this folder. Each option is passed on to Snakemake: "
        "-n says what would be run, --cores 4 takes four cores (all, if nothing is said)."
    )


def cut(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the command line, and the words of ``run``, which are Snakemake's to understand."""
    of_run = [*arguments[:1]] == ["run"] and [*arguments[1:2]] not in (["-h"], ["--help"])
    return ([*arguments[:1]], [*arguments[1:]]) if of_run else ([*arguments], [])


def command(options: argparse.Namespace) -> int:
    """Run the study that the command line names, and say where its report is."""
    words = list(options.words)
    named = bool(words) and not words[0].startswith("-")
    file = Path(words.pop(0)) if named else the_study_here()
    code = run_study(file, words, lock_told_later=True)
    results = file.parent / "results"
    if code == 0 and (results / MANIFEST).is_file() and not has_option(words, *NO_RUN):
        print(summary(results))
    return code


def default_study() -> Path:
    """Return the study that commands take where none is named: that which ships, or the one here.

    A wheel brings none along.
    """
    return Path(STUDY) if INSTALLED else ROOT / "config" / "config.yaml"


def the_study_here() -> Path:
    """Return the study of this folder.

    Raises:
        StudyError: there is none.
    """
    if Path(STUDY).is_file():
        return Path(STUDY)
    raise StudyError(
        f"No study is named, and there is no {STUDY} here",
        where=str(Path.cwd()),
        rule=f"without a file, the study is {STUDY} in this folder",
        remedy="name it: trialtrail run my-study/study.yaml; or write one from your files:"
        " trialtrail new FILE",
    )


def run_study(configfile: Path, words: Sequence[str], *, lock_told_later: bool = False) -> int:
    """Run the workflow for the study of a file; return the exit code of Snakemake.

    The working folder of the run is that of the file.

    Args:
        configfile: the file that describes the study.
        words: options of Snakemake, and targets. ``--cores all`` and the default profile stand
            where nothing else is said.
        lock_told_later: whether the caller says which numbers differ from `results.lock`, so that
            the end of the run does not.

    Raises:
        StudyError: there is no such file, something that a run needs is not installed, or a word
            would take another study or workflow.
    """
    if not configfile.is_file():
        raise StudyError(
            "There is no such file",
            where=str(configfile),
            rule="trialtrail run takes the YAML file that describes a study",
            remedy="look at its path; trialtrail new FILE writes one from your exports",
        )
    refuse_own(words)
    check_installed()
    file = configfile.resolve()
    # Its process is that of a module, which -P keeps from importing what lies in this folder.
    start = [sys.executable, "-P", "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    start += ["--directory", str(file.parent), "--configfile", str(file)]
    around = os.environ | ({TOLD_LATER: "1"} if lock_told_later else {})
    ended = subprocess.run([*start, *options_of(words)], env=around, check=False)
    return ended.returncode


def options_of(words: Sequence[str]) -> list[str]:
    """Return the words with what stands where they say nothing: cores, profile, executor."""
    words = list(words)
    given: list[str] = []
    if not has_option(words, "--profile") and not has_option(words, "--workflow-profile"):
        given += ["--workflow-profile", str(ROOT / "profiles" / "default")]
    if not has_option(words, "--cores", "-c", "--jobs", "-j"):
        given += ["--cores", "all"]
    # A target ends the words of an option that takes several, so what is added comes first.
    return [*given, *words]


def has_option(words: Sequence[str], *names: str) -> bool:
    """Return whether the words have an option, as ``--name value``, ``--name=value`` or ``-n4``."""
    words = words[: list(words).index("--")] if "--" in words else words
    return any(
        word == name
        or word.startswith(f"{name}=")
        or (len(name) == 2 and word.startswith(name) and word[2:].isdigit())
        for word in words
        for name in names
    )


def refuse_own(words: Sequence[str]) -> None:
    """Refuse options by which Snakemake would take another workflow, study or folder.

    Raises:
        StudyError: there is one.
    """
    for name, others in OWN.items():
        if has_option(words, name, *others):
            raise StudyError(
                f"{name} is not passed on",
                where="trialtrail run",
                rule="the workflow is the one of this package, the study is the file that is named,"
                " and the run is in its folder",
                remedy="leave it out; another study is another file, and what differs stands in it",
            )


def check_installed() -> None:
    """Refuse to begin where a run could not end.

    Raises:
        StudyError: libraries, or Pango, are missing; or Python would not let jobs import them.
    """
    if missing := sorted(name for name in NEEDED if find_spec(name) is None):
        raise StudyError(
            "This installation answers questions about results, and cannot run a study",
            where=f"not installed: {', '.join(missing)}",
            remedy="install the rest: pip install 'trialtrail[run]'",
        )
    if INSTALLED and ROOT.is_relative_to(Path(site.getusersitepackages()).resolve()):
        raise StudyError(
            "trialtrail is installed for one user beside Python, where jobs do not look",
            where=site.getusersitepackages(),
            rule="jobs run isolated: they import from their environment, and nothing of the user's",
            remedy="install it in an environment: python -m venv .venv, then"
            " .venv/bin/pip install 'trialtrail[run]'; or by pipx or uv tool install",
        )
    if missing := list(_missing_libraries()):
        raise StudyError(
            "System libraries that lay out the PDF are missing",
            where=", ".join(missing),
            rule="no package of Python brings Pango and HarfBuzz",
            remedy="; ".join(f"{system}: {words}" for system, words in LIBRARIES.items()),
        )


def _missing_libraries() -> Iterator[str]:
    """Yield what WeasyPrint would not find: it is asked in a process, since it takes a second."""
    code = "from trialtrail.report.pdf_libraries import require_same_fonts as ask; ask()"
    asked = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        last = (asked.stderr.strip().splitlines() or ["WeasyPrint cannot be loaded"])[-1]
        yield "libharfbuzz-subset" if "StudyError" in asked.stderr else last
